//! `/api/v1/openapi.json`: the API as OpenAPI 3.1, made of the table that requests are answered from.

mod schemas;

use serde_json::{Map, Value, json};

use super::format::{BINARY, CSV, JSON, NDJSON};
use super::parameters::{Kind, Parameter};
use super::routes::{ROUTES, Resource, Route, Verb};

/// The document.
pub(super) fn document() -> Value {
    let mut paths = Map::new();
    for route in &ROUTES {
        let path = paths.entry(format!("/api/v1/{}", route.path)).or_insert_with(|| json!({}));
        let verb = if route.verb == Verb::Post { "post" } else { "get" };
        path[verb] = operation(route);
    }
    for (path, about, answers) in BESIDE {
        let id = path.trim_start_matches('/');
        let answers: Map<String, Value> = answers
            .iter()
            .map(|(status, description)| ((*status).to_owned(), json!({ "description": description })))
            .collect();
        paths.insert(path.into(), json!({ "get": { "operationId": id, "summary": about, "responses": answers } }));
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Eontide",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Live timeseries of a shared NATS channel: points, aggregates, export and import. Times are ms \
                            since 1970, RFC 3339, or a span back from now such as 15m. Lists are comma-separated, and * \
                            stands for any text in names. Below /prometheus/ the bridge answers queries as Prometheus does, \
                            which is described there.",
            "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
        },
        "servers": [{ "url": "/" }],
        "paths": paths,
        "components": { "schemas": schemas::schemas() },
    })
}

/// A path, what it is, and status and meaning of its answers.
type Beside = (&'static str, &'static str, &'static [(&'static str, &'static str)]);

/// What is served beside `/api/v1`.
const BESIDE: [Beside; 4] = [
    (
        "/live",
        "The WebSocket of viewers: snapshot, then updates, sub-protocols eontide.v1 (JSON) and eontide.v1.bin.",
        &[
            ("101", "The connection speaks WebSocket from now on"),
            ("403", "The page of another origin"),
            ("426", "Not a WebSocket handshake"),
            ("503", "Too many viewers"),
        ],
    ),
    ("/healthz", "Is the process alive?", &[("200", "It is")]),
    (
        "/readyz",
        "Is history read and the broker there?",
        &[("200", "Both"), ("503", "Not yet, or not any more; the message says which")],
    ),
    (
        "/metrics",
        "Internal metrics of the bridge in the Prometheus text format, version 0.0.4.",
        &[("200", "All counters and gauges"), ("403", "The page of another origin")],
    ),
];

fn operation(route: &Route) -> Value {
    let mut parameters = Vec::new();
    if route.path.contains("{channel}") {
        let (description, pattern) = if route.resource == Resource::Import {
            ("The channel that is published on.", r"^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$")
        } else {
            (
                "A channel and all below it; with .* at the end one level below.",
                r"^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*(\.\*)?$",
            )
        };
        let schema = json!({ "type": "string", "pattern": pattern, "maxLength": 256 });
        parameters.push(
            json!({ "name": "channel", "in": "path", "required": true, "description": description, "schema": schema }),
        );
    }
    for (name, description) in
        [("id", "The id of a source."), ("reference", "The reference of a monitor, as it was answered.")]
    {
        if route.path.contains(&format!("{{{name}}}")) {
            let schema = json!({ "type": "string", "maxLength": 128 });
            parameters.push(
                json!({ "name": name, "in": "path", "required": true, "description": description, "schema": schema }),
            );
        }
    }
    parameters.extend(route.parameters.iter().copied().map(parameter));
    let mut operation = json!({
        "operationId": format!("{:?}", route.resource).to_lowercase(),
        "summary": route.about,
        "parameters": parameters,
        "responses": responses(route),
    });
    if route.resource == Resource::Import {
        let line = json!({ "schema": { "type": "string" } });
        operation["requestBody"] = json!({
            "required": true,
            "description": "A file of any length, in a form that export writes.",
            "content": { "text/csv": line, NDJSON: line },
        });
    }
    if let Some(schema) = request(route.resource) {
        let content = json!({ JSON: { "schema": { "$ref": format!("#/components/schemas/{schema}") } } });
        operation["requestBody"] = json!({ "required": true, "description": "As JSON.", "content": content });
    }
    operation
}

/// The schema of what is posted as JSON.
fn request(resource: Resource) -> Option<&'static str> {
    match resource {
        Resource::Monitor => Some("MonitorRequest"),
        Resource::SetThrottle => Some("Throttle"),
        Resource::Demonitor => Some("Demonitor"),
        _ => None,
    }
}

fn parameter(parameter: &Parameter) -> Value {
    let list = json!({ "type": "array", "items": { "type": "string" } });
    let (schema, is_list) = match parameter.kind {
        Kind::Time | Kind::Text => (json!({ "type": "string" }), false),
        Kind::Span => (json!({ "type": "string", "pattern": "^[0-9]+(ms|s|m|h|d)$" }), false),
        Kind::Number(min, max) => (json!({ "type": "integer", "minimum": min, "maximum": max }), false),
        Kind::Place => (json!({ "type": "integer", "minimum": 0 }), false),
        Kind::Value => (json!({ "type": "number" }), false),
        Kind::List | Kind::Patterns => (list, true),
        Kind::Choice(choices) => (json!({ "type": "string", "enum": choices }), false),
        // OpenAPI has no other word for parameters whose names are not known: the fields of an exploded object are
        // parameters of their own.
        Kind::Labels => {
            let properties = json!({ "^label\\..+$": { "type": "string" } });
            let schema = json!({ "type": "object", "patternProperties": properties, "additionalProperties": false });
            let description = describe(parameter);
            return json!({
                "name": "labels", "in": "query", "style": "form", "explode": true, "description": description,
                "schema": schema,
            });
        }
    };
    let mut written =
        json!({ "name": parameter.name, "in": "query", "description": describe(parameter), "schema": schema });
    if is_list {
        // a,b in one parameter.
        written["style"] = "form".into();
        written["explode"] = false.into();
    }
    written
}

fn describe(parameter: &Parameter) -> String {
    format!("{} Default: {}.", parameter.about, parameter.default)
}

fn responses(route: &Route) -> Value {
    let of = |schema: &str| json!({ "schema": { "$ref": format!("#/components/schemas/{schema}") } });
    let text = json!({ "schema": { "type": "string" } });
    let media = |full: &'static str| full.split(';').next().unwrap_or(full);
    let content = match route.resource {
        Resource::Channels => json!({ JSON: of("Channels") }),
        Resource::Alerts => json!({ JSON: of("Alerts") }),
        Resource::Rejects => json!({ JSON: of("Rejects") }),
        Resource::OpenApi => json!({ JSON: { "schema": { "type": "object" } } }),
        Resource::Series => json!({ JSON: of("SeriesList") }),
        Resource::Sources => json!({ JSON: of("Sources") }),
        Resource::Query => {
            json!({ JSON: of("Points"), media(CSV): text, NDJSON: text, BINARY: { "schema": {} } })
        }
        Resource::History => json!({ JSON: of("History") }),
        Resource::Ranking => json!({ JSON: of("Ranking") }),
        Resource::Messages => json!({ JSON: of("Messages") }),
        Resource::Density => json!({ JSON: of("Density"), BINARY: { "schema": {} } }),
        Resource::Export => json!({ NDJSON: text, media(CSV): text }),
        Resource::Import => json!({ JSON: of("Imported") }),
        Resource::AllSources => json!({ JSON: of("SourcePage") }),
        Resource::SourceCounts => json!({ JSON: of("SourceCounts") }),
        Resource::Source => json!({ JSON: of("SourceLives") }),
        Resource::Monitor => json!({ JSON: of("Monitored") }),
        Resource::Throttle | Resource::SetThrottle => json!({ JSON: of("Throttle") }),
        Resource::Notices => json!({ JSON: of("Notices") }),
        Resource::Demonitor => json!({ JSON: of("Demonitored") }),
    };
    let mut responses = json!({ "200": { "description": "As asked for", "content": content } });
    for (status, description) in refusals(route) {
        let schema =
            if route.resource == Resource::Import && ["408", "503"].contains(&status) { "Imported" } else { "Error" };
        responses[status] = json!({ "description": description, "content": { JSON: of(schema) } });
    }
    responses
}

fn refusals(route: &Route) -> Vec<(&'static str, &'static str)> {
    let mut refusals = vec![("400", "A parameter that is not taken here or cannot be used; the message names it")];
    let import = route.resource == Resource::Import;
    refusals.push((
        "403",
        if import { "Imports are off, or the page of another origin" } else { "The page of another origin" },
    ));
    if route.path.contains("{channel}") && !import && route.resource != Resource::Messages {
        refusals.push(("404", "Nothing was published there within the window of history"));
    }
    match route.resource {
        Resource::Source => refusals.push(("404", "No source is called so")),
        Resource::Monitor => refusals.push(("503", "History is being read, or too many monitors")),
        Resource::Notices => refusals.push(("404", "No such monitor, or it is over and all was fetched")),
        Resource::Query | Resource::Density | Resource::Ranking => {
            refusals.push(("413", "More than one answer holds; the message says what makes it less"));
        }
        Resource::Messages => {
            refusals
                .push(("503", "The broker does not answer, history is being read, or too many read from the stream"));
        }
        Resource::Export => refusals.push(("503", "Too many exports at once")),
        Resource::Import => refusals.extend([
            ("408", "Nothing more arrived of the file; says up to which line it was accepted"),
            ("415", "Neither text/csv nor application/x-ndjson"),
            ("503", "The broker does not store it, or too many imports at once"),
        ]),
        _ => {}
    }
    refusals
}

#[cfg(test)]
mod tests;
