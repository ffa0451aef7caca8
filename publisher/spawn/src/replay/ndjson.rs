//! A line is a JSON value: a message as it is published (`columns`, `eon`, `eons`, `json`), an object of numbers with
//! perhaps a time, or a bare number.

use std::borrow::Cow;

use eontide_wire::Timestamp;
use serde_json::{Map, Value};

use super::reader::{is_time_name, time_of};
use super::recording::{At, Recording};

/// The members that make a line a message.
const FORMS: [&str; 4] = ["columns", "eon", "eons", "json"];

/// Takes in one line. `alone` names the series of lines that are a bare number.
pub(super) fn read(recording: &mut Recording, number: u64, line: &str, alone: &str, now: Timestamp) {
    let read = match serde_json::from_str::<Value>(line) {
        Ok(Value::Object(object)) if FORMS.iter().any(|form| object.contains_key(*form)) => {
            message(recording, line, now)
        }
        Ok(Value::Object(object)) => flat(recording, &object),
        Ok(value) => match value_of(&value) {
            Some(value) => recording.add(At::Unsaid, [(alone, value)]),
            None => Err("is neither an object nor a number".to_owned()),
        },
        Err(error) => Err(format!("is not JSON: {error}")),
    };
    if let Err(reason) = read {
        recording.reject(number, reason);
    }
}

/// A message, by the rules of the wire.
fn message(recording: &mut Recording, line: &str, now: Timestamp) -> Result<(), String> {
    let message = eontide_wire::decode(line.as_bytes(), now).map_err(|reject| reject.to_string())?;
    for block in &message.blocks {
        for (row, x) in block.x.iter().enumerate() {
            // Where a message brings no x, this is the time it came at: the one given here, to the microsecond.
            let at = if *x == now { At::Unsaid } else { At::Time(*x) };
            recording.add(at, block.columns().map(|(name, values)| (name.as_ref(), values[row])))?;
        }
    }
    Ok(())
}

/// `{"time": …, "cpu": 3, "disk": {"free": 7}}`: what is nested is named `disk.free`, as `eon.c.flatten` does.
fn flat(recording: &mut Recording, object: &Map<String, Value>) -> Result<(), String> {
    let mut at = At::Unsaid;
    let mut values = Vec::new();
    for (name, value) in object {
        if is_time_name(name) {
            let text = value.as_str().map_or_else(|| Cow::Owned(value.to_string()), Cow::Borrowed);
            at = At::Time(time_of(&text).ok_or_else(|| format!("{name} {text:.40} is no time"))?);
        } else {
            flatten(name, value, &mut values);
        }
    }
    if values.is_empty() {
        return Err("holds no number".to_owned());
    }
    recording.add(at, values.iter().map(|(name, value)| (name.as_str(), *value)))
}

fn flatten(name: &str, value: &Value, into: &mut Vec<(String, f64)>) {
    if let Value::Object(object) = value {
        for (inner, value) in object {
            flatten(&format!("{name}.{inner}"), value, into);
        }
    } else if let Some(value) = value_of(value) {
        into.push((name.to_owned(), value));
    }
}

/// A number, or a text that holds one.
fn value_of(value: &Value) -> Option<f64> {
    let number = match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    };
    number.filter(|number| number.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_micros(1_763_700_000_000_000);

    fn points(lines: &[&str]) -> (Vec<(i64, String, f64)>, Vec<String>) {
        let mut recording = Recording::new(1_000_000);
        for (line, number) in lines.iter().zip(1..) {
            read(&mut recording, number, line, "numbers", NOW);
        }
        let points = recording.points.iter().map(|p| (p.at, recording.names[p.series as usize].clone(), p.value));
        (points.collect(), recording.unread.named)
    }

    #[test]
    fn every_form_of_a_message_is_read() {
        let t = 1_763_683_200_000_000;
        for (line, expected) in [
            (r#"{"columns":[["a",1],["b",2],["x",1763683200]]}"#, vec![(t, "a", 1.0), (t, "b", 2.0)]),
            (r#"{"columns":[["x",1763683200,1763683201],["a",1,2]]}"#, vec![(t, "a", 1.0), (t + 1_000_000, "a", 2.0)]),
            (r#"{"eon":{"a":"1.5"}}"#, vec![(0, "a", 1.5)]),
            (r#"{"eons":[{"a":1},{"a":2}]}"#, vec![(0, "a", 1.0), (1_000_000, "a", 2.0)]),
            (r#"{"json":{"a":1}}"#, vec![(0, "a", 1.0)]),
            (r#"{"a":1,"time":1763683200123}"#, vec![(t + 123_000, "a", 1.0)]),
            (r#"{"timestamp":"2025-11-21T00:00:00Z","disk":{"free":"7"},"host":"web-1"}"#, vec![(t, "disk.free", 7.0)]),
            ("12.5", vec![(0, "numbers", 12.5)]),
        ] {
            let expected: Vec<_> = expected.into_iter().map(|(at, name, value)| (at, name.to_owned(), value)).collect();
            assert_eq!(points(&[line]), (expected, vec![]), "{line}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_named_with_its_line() {
        let (points, unread) =
            points(&["1", "{", r#"{"host":"a"}"#, r#"{"columns":5}"#, "null", r#"{"time":"noon","a":1}"#, "2"]);
        assert_eq!(points.len(), 2);
        for (said, part) in unread.iter().zip([
            "line 2: is not JSON",
            "line 3: holds no number",
            "line 4: ",
            "line 5: is neither",
            "line 6: time noon",
        ]) {
            assert!(said.starts_with(part), "{said}");
        }
        assert_eq!(unread.len(), 5);
    }
}
