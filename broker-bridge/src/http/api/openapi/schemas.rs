//! The shapes of JSON answers.

use serde_json::{Value, json};

/// All of them, by name.
pub(super) fn schemas() -> Value {
    let number = json!({ "type": "number" });
    let count = json!({ "type": "integer", "minimum": 0 });
    let text = json!({ "type": "string" });
    let ms = json!({ "type": "number", "description": "ms since 1970" });
    let perhaps = |kind: &str| json!({ "type": [kind, "null"] });
    let error = object(&[("kind", text.clone()), ("message", text.clone())]);
    let position = object(&[("epoch", count.clone()), ("offset", count.clone())]);
    let channel = object(&[
        ("channel", text.clone()),
        ("series", count.clone()),
        ("points", count.clone()),
        ("sources", count.clone()),
        ("last", ms.clone()),
    ]);
    let series = object(&[
        ("name", text.clone()),
        ("channel", text.clone()),
        ("points", count.clone()),
        ("last", perhaps("number")),
        ("source", perhaps("string")),
        ("unit", perhaps("string")),
        ("metric", text.clone()),
    ]);
    let alert = object(&[
        ("offset", count.clone()),
        ("rule", text.clone()),
        ("state", json!({ "type": "string", "enum": ["firing", "resolved"] })),
        ("at", ms.clone()),
        ("said", ms.clone()),
        ("channel", perhaps("string")),
        ("id", perhaps("string")),
        ("text", text.clone()),
    ]);
    let block = object(&[(
        "columns",
        json!({
            "type": "array",
            "description": "Columns of equal length: a name, then a value for each point, null for a gap; x (ms) last.",
            "items": { "type": "array", "items": { "type": ["string", "number", "null"] }, "minItems": 1 },
        }),
    )]);
    let mut points = object(&[
        ("channel", text.clone()),
        ("position", position.clone()),
        ("from", ms.clone()),
        ("to", ms.clone()),
        ("blocks", list(block)),
    ]);
    // Not of every query.
    points["properties"]["step_ms"] = count.clone();
    points["properties"]["topk"] = list(object(&[
        ("group", text.clone()),
        ("channel", text.clone()),
        ("series", text.clone()),
        ("value", number),
    ]));
    json!({
        "Error": object(&[("error", error.clone())]),
        "Channels": object(&[("channels", list(channel))]),
        "SeriesList": object(&[("channel", text.clone()), ("series", list(series))]),
        "Sources": object(&[("channel", text.clone()), ("sources", list(json!({ "type": "object" })))]),
        "Alerts": object(&[("firing", count.clone()), ("alerts", list(alert))]),
        "Rejects": object(&[("rejects", list(json!({ "type": "object" })))]),
        "Points": points,
        "Messages": messages(&text, &count, &ms, position.clone()),
        "Ranking": ranking(&text, &count, &ms, position.clone()),
        "Density": density(&text, &count, &ms, position),
        "History": history(&count),
        "SourcePage": source_page(&count, &ms),
        "SourceCounts": source_counts(&count, &ms),
        "SourceLives": hearing(&ms, &[("sources", list(json!({ "type": "object" })))]),
        "MonitorRequest": monitor_request(&text, &count),
        "Monitored": monitored(&text, &count, &ms),
        "Notices": notices(&text, &ms),
        "Throttle": object(&[("demand", count.clone()), ("interval_ms", count.clone())]),
        "Demonitor": optional(&[("flush", json!({ "type": "boolean" }))]),
        "Demonitored": object(&[("demonitored", json!({ "type": "boolean" }))]),
        "Imported": imported(&text, &count, error),
    })
}

fn messages(text: &Value, count: &Value, ms: &Value, position: Value) -> Value {
    let mut message = object(&[
        ("offset", count.clone()),
        ("time", ms.clone()),
        ("timetoken", json!({ "type": "string", "pattern": "^[0-9]+$", "description": "100 ns since 1970, even" })),
        ("channel", text.clone()),
    ]);
    // Any JSON, which is said by saying nothing.
    message["required"].as_array_mut().into_iter().for_each(|required| required.push("message".into()));
    message["properties"]["message"] = json!({
        "type": ["object", "array", "string", "number", "boolean", "null"],
        "items": { "type": ["object", "array", "string", "number", "boolean", "null"], "items": { "type": "object" } },
        "description": "As published; a text where that was no JSON",
    });
    let mut next = object(&[]);
    next["type"] = json!(["object", "null"]);
    next["properties"] = json!({ "after": count, "before": count });
    next["description"] = json!("There are more: what to ask with beside the same parameters");
    object(&[("channel", text.clone()), ("position", position), ("messages", list(message)), ("next", next)])
}

fn ranking(text: &Value, count: &Value, ms: &Value, position: Value) -> Value {
    let (number, perhaps) = (json!({ "type": ["number", "null"] }), json!({ "type": ["string", "null"] }));
    let series = object(&[
        ("name", text.clone()),
        ("channel", text.clone()),
        ("metric", text.clone()),
        ("unit", perhaps.clone()),
        ("source", perhaps),
        ("value", number.clone()),
        ("last", number),
        ("time", ms.clone()),
    ]);
    object(&[
        ("channel", text.clone()),
        ("position", position),
        ("from", ms.clone()),
        ("to", ms.clone()),
        ("of", text.clone()),
        ("total", count.clone()),
        ("series", list(series)),
    ])
}

fn density(text: &Value, count: &Value, ms: &Value, position: Value) -> Value {
    let number = json!({ "type": ["number", "null"] });
    let mut fields = vec![("t", ms.clone()), ("count", count.clone())];
    fields.extend(["min", "max", "sum", "p5", "p25", "p50", "p75", "p95"].map(|name| (name, number.clone())));
    let buckets = json!({
        "type": "array",
        "description": "Number of a bucket and values in it, in turn; 32 buckets to each power of two, see the viewer protocol.",
        "items": { "type": "integer" },
    });
    fields.push(("buckets", buckets));
    let metric = object(&[("metric", text.clone()), ("series", count.clone()), ("columns", list(object(&fields)))]);
    object(&[
        ("channel", text.clone()),
        ("position", position),
        ("from", ms.clone()),
        ("to", ms.clone()),
        ("step_ms", count.clone()),
        ("metrics", list(metric)),
    ])
}

fn history(count: &Value) -> Value {
    let dropped = object(&["age", "memory", "disk"].map(|reason| (reason, count.clone())));
    // Null where history is kept in memory alone.
    let mut disk = object(&["bytes", "files", "checkpoint_offset"].map(|name| (name, count.clone())));
    disk["type"] = json!(["object", "null"]);
    let mut fields =
        ["window_ms", "points", "series", "memory_bytes", "offset"].map(|name| (name, count.clone())).to_vec();
    fields.push(("dropped", dropped));
    fields.push(("disk", disk));
    object(&fields)
}

fn imported(text: &Value, count: &Value, error: Value) -> Value {
    let rejected = object(&[("line", count.clone()), ("reason", text.clone())]);
    let mut imported = object(&[
        ("channel", text.clone()),
        ("messages", count.clone()),
        ("points", count.clone()),
        ("duplicates", count.clone()),
        ("accepted_to_line", count.clone()),
        ("rejected", list(rejected)),
        ("rejected_total", count.clone()),
        ("skipped_total", count.clone()),
    ]);
    // Where the file was not taken to its end.
    imported["properties"]["error"] = error;
    imported
}

/// An answer about sources: does the bridge hear who is there, and if not, since when.
fn hearing(ms: &Value, more: &[(&str, Value)]) -> Value {
    let mut as_of = ms.clone();
    as_of["type"] = json!(["number", "null"]);
    object(&[&[("hearing", json!({ "type": "boolean" })), ("as_of", as_of)], more].concat())
}

fn source_page(count: &Value, ms: &Value) -> Value {
    let sources = list(json!({ "type": "object" }));
    hearing(ms, &[("total", count.clone()), ("offset", count.clone()), ("sources", sources)])
}

fn source_counts(count: &Value, ms: &Value) -> Value {
    let perhaps = json!({ "type": ["string", "null"] });
    let row = object(&[
        ("host", perhaps.clone()),
        ("state", json!({ "type": "string" })),
        ("cause", perhaps),
        ("count", count.clone()),
    ]);
    hearing(ms, &[("total", count.clone()), ("counts", list(row))])
}

fn monitor_request(text: &Value, count: &Value) -> Value {
    let target = optional(&[
        ("channel", text.clone()),
        ("id", text.clone()),
        ("host", text.clone()),
        ("labels", json!({ "type": "object" })),
    ]);
    let mut request =
        optional(&[("target", target), ("lease_ms", count.clone()), ("list", json!({ "type": "boolean" }))]);
    request["required"] = json!(["target"]);
    request
}

fn monitored(text: &Value, count: &Value, ms: &Value) -> Value {
    let watching = object(&[
        ("channel", text.clone()),
        ("id", text.clone()),
        ("epoch", json!({ "type": "integer", "minimum": 0 })),
        ("since", ms.clone()),
    ]);
    let mut monitored = object(&[("reference", text.clone()), ("bridge", text.clone()), ("targets", count.clone())]);
    monitored["properties"]["sources"] = list(watching);
    monitored
}

fn notices(text: &Value, ms: &Value) -> Value {
    let target = optional(&[
        ("channel", text.clone()),
        ("id", text.clone()),
        ("epoch", json!({ "type": "integer", "minimum": 0 })),
        ("host", text.clone()),
    ]);
    let notice = object(&[
        ("reference", text.clone()),
        ("target", target),
        ("cause", text.clone()),
        ("reason", text.clone()),
        ("at", ms.clone()),
    ]);
    object(&[("bridge", text.clone()), ("notices", list(notice)), ("over", json!({ "type": "boolean" }))])
}

/// An object of which every field may be left out.
fn optional(fields: &[(&str, Value)]) -> Value {
    let mut optional = object(fields);
    optional["required"] = json!([]);
    optional
}

fn object(fields: &[(&str, Value)]) -> Value {
    let names: Vec<&str> = fields.iter().map(|(name, _)| *name).collect();
    let properties: serde_json::Map<String, Value> =
        fields.iter().map(|(name, schema)| ((*name).to_owned(), schema.clone())).collect();
    json!({ "type": "object", "properties": properties, "required": names })
}

fn list(items: Value) -> Value {
    json!({ "type": "array", "items": items })
}
