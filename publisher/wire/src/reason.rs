//! Reasons, cut down: what a process says of its end may be of any depth and size, and goes to everybody who watches it.
//!
//! The bounds are those of Discord's `zen_monitor`: three levels, four entries each, 1024 bytes of text.

use serde::Deserialize;
use serde_json::Value;

/// Levels that are kept.
const DEPTH_MAX: u32 = 3;
/// Bytes of text that are kept; a longer one ends with `...` within these.
pub const REASON_BYTES_MAX: usize = 1024;
/// Entries of a list or an object that are kept; a longer one is not shown at all.
const ENTRIES_MAX: usize = 4;
/// What stands for what is not shown.
const TRUNCATED: &str = "truncated";

/// The text of a reason: a string as it is, anything else as JSON, both cut down.
pub fn reason_text(value: &Value) -> String {
    match truncated(value, DEPTH_MAX) {
        Value::Null => String::new(),
        Value::String(text) => text,
        other => cut(&other.to_string()),
    }
}

/// The text of a reason, where it is a field of something else.
pub(crate) fn read_reason<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Value::deserialize(deserializer).map(|value| reason_text(&value))
}

/// What is left of `value` within `depth` levels.
fn truncated(value: &Value, depth: u32) -> Value {
    match value {
        Value::String(text) => Value::String(cut(text)),
        Value::Array(items) if depth == 0 || items.len() > ENTRIES_MAX => TRUNCATED.into(),
        Value::Array(items) => items.iter().map(|item| truncated(item, depth - 1)).collect(),
        Value::Object(fields) if depth == 0 || fields.len() > ENTRIES_MAX => TRUNCATED.into(),
        Value::Object(fields) => {
            Value::Object(fields.iter().map(|(name, field)| (cut(name), truncated(field, depth - 1))).collect())
        }
        other => other.clone(),
    }
}

/// At most [`REASON_BYTES_MAX`] bytes, and no part of a character.
pub fn cut(text: &str) -> String {
    if text.len() <= REASON_BYTES_MAX {
        return text.to_owned();
    }
    let end = (0..=REASON_BYTES_MAX - 3).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
    format!("{}...", &text[..end])
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn reasons_are_cut_by_depth_by_entries_and_by_size() {
        for (value, expected) in [
            (json!("killed by signal 9"), "killed by signal 9"),
            (json!(null), ""),
            (json!(3), "3"),
            (json!([]), "[]"),
            (json!([1, 2, 3, 4]), "[1,2,3,4]"),
            (json!([1, 2, 3, 4, 5]), "truncated"),
            (json!({"a": 1, "b": 2, "c": 3, "d": 4}), r#"{"a":1,"b":2,"c":3,"d":4}"#),
            (json!({"a": 1, "b": 2, "c": 3, "d": 4, "e": 5}), "truncated"),
            (json!([[[1]]]), "[[[1]]]"),
            (json!([[[[1]]]]), r#"[[["truncated"]]]"#),
            (json!([[[{}]]]), r#"[[["truncated"]]]"#),
            (json!({"a": {"b": {"c": {"d": 1}}}}), r#"{"a":{"b":{"c":"truncated"}}}"#),
            (json!([[1, 2, 3, 4, 5], 7]), r#"["truncated",7]"#),
        ] {
            assert_eq!(reason_text(&value), expected, "{value}");
        }
    }

    #[test]
    fn text_is_cut_at_a_character_and_says_so() {
        for (text, length, ends) in [
            ("a".repeat(1024), 1024, "aaa"),
            ("a".repeat(1025), 1024, "a..."),
            ("ä".repeat(512), 1024, "ä"),
            ("ä".repeat(513), 1023, "ä..."),
            ("€".repeat(400), 1023, "€..."),
        ] {
            let cut = reason_text(&Value::String(text));
            assert_eq!(cut.len(), length);
            assert!(cut.ends_with(ends), "{ends}");
        }
        assert_eq!(reason_text(&json!(["a".repeat(600), "b".repeat(600)])).len(), 1024);
    }
}
