//! The golden fixtures, which the JS side reads too. A changed fixture is a changed protocol.

#![allow(clippy::unwrap_used, reason = "in a test, unwrap is the assertion")]

use eontide_wire::viewer::{BlockRef, Data, DataKind, Position};
use eontide_wire::{Epoch, Timestamp, decode};
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
            "update" => DataKind::Update,
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
