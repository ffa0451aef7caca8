//! The golden fixtures, which the JS side reads too. A changed fixture is a changed protocol.

#![allow(clippy::unwrap_used, reason = "in a test, unwrap is the assertion")]

use eontide_wire::monitor::{MonitorRequest, Monitored, Notices};
use eontide_wire::viewer::density::{Column, Density, DensityKind, MetricColumns, bucket, edges};
use eontide_wire::viewer::{BlockRef, Data, DataKind, Position};
use eontide_wire::{ConnectionName, Epoch, Timestamp, Transitions, decode};
use serde_json::{Value, json};

fn load(name: &str) -> Value {
    let path = format!("{}/fixtures/{name}", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap()
}

fn received(fixture: &Value) -> Timestamp {
    Timestamp::from_millis(fixture["received_ms"].as_i64().unwrap())
}

fn number(value: f64) -> Value {
    if value.is_nan() { Value::Null } else { json!(value) }
}

/// Both sides as f64, so that 12 and 12.0 are the same number.
fn as_floats(value: &Value) -> Value {
    match value {
        Value::Number(n) => json!(n.as_f64().unwrap()),
        Value::Array(items) => items.iter().map(as_floats).collect(),
        Value::Object(map) => Value::Object(map.iter().map(|(k, v)| (k.clone(), as_floats(v))).collect()),
        other => other.clone(),
    }
}

#[test]
fn every_accepted_form_decodes_to_its_blocks() {
    let fixture = load("data-accepted.json");
    for case in fixture["cases"].as_array().unwrap() {
        let payload = case["payload"].to_string();
        let message =
            decode(payload.as_bytes(), received(&fixture)).unwrap_or_else(|reject| panic!("{case}: {reject}"));
        let blocks: Vec<Value> = message
            .blocks
            .iter()
            .map(|block| {
                let column = |(name, values): (&std::borrow::Cow<'_, str>, &[f64])| {
                    Value::Array(std::iter::once(json!(name)).chain(values.iter().copied().map(number)).collect())
                };
                let x = std::iter::once(json!("x")).chain(block.x.iter().map(|x| json!(x.as_millis_f64()))).collect();
                json!({"columns": block.columns().map(column).chain([Value::Array(x)]).collect::<Vec<_>>()})
            })
            .collect();
        assert_eq!(as_floats(&Value::Array(blocks)), as_floats(&case["blocks"]), "{}", case["name"]);
        let from = message.from.map_or(Value::Null, |from| serde_json::to_value(from).unwrap());
        assert_eq!(from, case["from"], "{}", case["name"]);
    }
}

#[test]
fn every_rejected_form_has_its_reason() {
    let fixture = load("data-rejected.json");
    for case in fixture["cases"].as_array().unwrap() {
        let payload = case["text"].as_str().map_or_else(|| case["payload"].to_string(), String::from);
        match decode(payload.as_bytes(), received(&fixture)) {
            Ok(message) => panic!("{} was accepted: {message:?}", case["name"]),
            Err(reject) => assert_eq!(reject.reason.as_str(), case["reason"], "{}: {reject}", case["name"]),
        }
    }
}

#[test]
fn data_frames_are_the_golden_bytes() {
    let fixture = load("frames.json");
    let x = [Timestamp::from_micros(1_763_683_200_123_000), Timestamp::from_micros(1_763_683_201_123_500)];
    let blocks = [
        BlockRef { x: &x, columns: vec![("rss-a", &[12.0, f64::NAN]), ("größe", &[0.1, -3.0])] },
        BlockRef { x: &x[..1], columns: vec![("b", &[1e300])] },
    ];
    let position = Position { epoch: Epoch(1_763_683_100_000), offset: 42 };
    for case in fixture["cases"].as_array().unwrap() {
        let kind = match case["name"].as_str().unwrap() {
            "update" => DataKind::Update { messages: 3 },
            "snapshot" => DataKind::Snapshot { window_ms: 900_000, sources: &[], resumed: false },
            "resumed" => DataKind::Snapshot { window_ms: 900_000, sources: &[], resumed: true },
            other => panic!("{other}"),
        };
        let data = Data { sub: 1, kind, position, now: x[1], blocks: &blocks };
        let json: Value = serde_json::from_slice(&data.to_json()).unwrap();
        assert_eq!(as_floats(&json), as_floats(&case["json"]), "{}", case["name"]);
        let hex: String = data.to_binary().iter().map(|b| format!("{b:02x}")).collect();
        assert_eq!(hex, case["binary_hex"], "{}", case["name"]);
    }
}

/// The column of these values.
fn column_of(values: &Value) -> Column {
    let mut column = Column::default();
    for value in values.as_array().unwrap().iter().map(|value| value.as_f64().unwrap()) {
        column.add(&Column { min: value, max: value, sum: value, buckets: vec![(bucket(value), 1)] });
    }
    column
}

#[test]
fn values_fall_into_the_golden_buckets_and_have_the_golden_quantiles() {
    let fixture = load("density.json");
    for case in fixture["buckets"].as_array().unwrap() {
        let number = bucket(case["value"].as_f64().unwrap());
        let (near, far) = edges(number);
        let found = json!({"value": case["value"], "bucket": number, "low": near.min(far), "high": near.max(far)});
        assert_eq!(as_floats(&found), as_floats(case));
    }
    for case in fixture["columns"].as_array().unwrap() {
        let column = column_of(&case["values"]);
        let quantiles: Vec<Value> = case["quantiles"]
            .as_array()
            .unwrap()
            .iter()
            .map(|of| json!([of[0], column.quantile(of[0].as_f64().unwrap())]))
            .collect();
        let found = json!({
            "values": case["values"], "count": column.count(), "min": column.min, "max": column.max, "sum": column.sum,
            "buckets": column.buckets, "quantiles": quantiles,
        });
        assert_eq!(as_floats(&found), as_floats(case));
    }
}

#[test]
fn density_frames_are_the_golden_bytes() {
    let fixture = load("density.json");
    let at = |second: i64| Timestamp::from_millis(1_763_683_200_000 + second * 1000);
    let column = |at: usize| column_of(&fixture["columns"][at]["values"]);
    let metrics = |series: [u64; 2]| {
        [
            MetricColumns {
                metric: "größe".into(),
                series: series[0],
                columns: vec![(at(0), column(0)), (at(7), column(1))],
            },
            MetricColumns { metric: "rss".into(), series: series[1], columns: vec![(at(-1), column(2))] },
        ]
    };
    let position = Position { epoch: Epoch(1_763_683_100_000), offset: 42 };
    for case in fixture["cases"].as_array().unwrap() {
        let (kind, metrics) = match case["name"].as_str().unwrap() {
            "snapshot" => (DensityKind::Snapshot { window_ms: 900_000, sources: [2, 1] }, metrics([3, 70_000])),
            "update" => (DensityKind::Update { messages: 300 }, metrics([0, 0])),
            other => panic!("{other}"),
        };
        let now = Timestamp::from_micros(1_763_683_207_123_500);
        let frame = Density { sub: 7, position, now, kind, step_ms: 1_000, metrics: &metrics };
        let json: Value = serde_json::from_slice(&frame.to_json()).unwrap();
        assert_eq!(as_floats(&json), as_floats(&case["json"]), "{}", case["name"]);
        let hex: String = frame.to_binary().iter().map(|b| format!("{b:02x}")).collect();
        assert_eq!(hex, case["binary_hex"], "{}", case["name"]);
    }
}

/// Reads `value` and writes it again.
fn again<T: serde::Serialize + serde::de::DeserializeOwned>(value: &Value) -> Value {
    serde_json::to_value(serde_json::from_value::<T>(value.clone()).unwrap()).unwrap()
}

#[test]
fn transitions_and_monitors_are_the_golden_json() {
    let fixture = load("presence.json");
    for direction in ["up", "down"] {
        let batch = &fixture["transitions"][direction];
        assert_eq!(&again::<Transitions>(batch), batch, "{direction}");
    }
    for request in fixture["requests"].as_array().unwrap() {
        assert_eq!(&again::<MonitorRequest>(request), request);
    }
    for monitored in ["monitored", "listed"] {
        assert_eq!(again::<Monitored>(&fixture[monitored]), fixture[monitored]);
    }
    assert_eq!(again::<Notices>(&fixture["notices"]), fixture["notices"]);
    for name in fixture["connections"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()) {
        assert_eq!(ConnectionName::parse(name).unwrap().to_string(), name);
    }
}
