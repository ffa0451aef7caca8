//! Tables of what is accepted, what is rejected and why, each limit at both ends; then anything at all.

use proptest::prelude::*;

use super::*;
use crate::limits::{COLUMNS_MAX, NAME_BYTES_MAX, VALUES_PER_COLUMN_MAX};

const NOW: Timestamp = Timestamp::from_micros(1_763_683_300_000_000);

fn reason(payload: &str) -> Reason {
    match decode(payload.as_bytes(), NOW) {
        Ok(message) => panic!("accepted {payload:.80}: {message:?}"),
        Err(reject) => reject.reason,
    }
}

fn one_column(values: usize) -> String {
    format!(r#"{{"columns":[["a"{}]]}}"#, ",1".repeat(values))
}

fn columns(count: usize) -> String {
    let columns: Vec<String> = (0..count).map(|i| format!(r#"["c{i}",1]"#)).collect();
    format!(r#"{{"columns":[{},["x",1763683200]]}}"#, columns.join(","))
}

#[test]
fn counts_are_bounded_at_both_ends() {
    assert_eq!(decode(columns(COLUMNS_MAX).as_bytes(), NOW).unwrap().blocks[0].names.len(), COLUMNS_MAX);
    assert_eq!(reason(&columns(COLUMNS_MAX + 1)), Reason::TooManyColumns);
    let full = decode(one_column(VALUES_PER_COLUMN_MAX).as_bytes(), NOW).unwrap().points();
    assert_eq!(full, VALUES_PER_COLUMN_MAX);
    assert_eq!(reason(&one_column(VALUES_PER_COLUMN_MAX + 1)), Reason::TooManyValues);
    let rows = |n: usize| format!(r#"{{"eons":[{}]}}"#, vec![r#"{"a":1}"#; n].join(","));
    assert_eq!(decode(rows(VALUES_PER_COLUMN_MAX).as_bytes(), NOW).unwrap().points(), VALUES_PER_COLUMN_MAX);
    assert_eq!(reason(&rows(VALUES_PER_COLUMN_MAX + 1)), Reason::TooManyValues);
}

#[test]
fn sizes_are_bounded_at_both_ends() {
    let name = |n: usize| format!(r#"{{"columns":[["{}",1]]}}"#, "n".repeat(n));
    assert!(decode(name(NAME_BYTES_MAX).as_bytes(), NOW).is_ok());
    assert_eq!(reason(&name(NAME_BYTES_MAX + 1)), Reason::BadName);
    assert_eq!(reason(&name(0)), Reason::BadName);
    let sized = |n: usize| {
        let head = r#"{"columns":[["a",1]],"pad":""#;
        format!("{head}{}\"}}", "p".repeat(n - head.len() - 2))
    };
    assert!(decode(sized(MESSAGE_BYTES_MAX).as_bytes(), NOW).is_ok());
    assert_eq!(reason(&sized(MESSAGE_BYTES_MAX + 1)), Reason::TooLarge);
}

#[test]
fn depth_is_bounded_wherever_it_stands() {
    let nested = |n: usize| format!("{}{}", "[".repeat(n), "]".repeat(n));
    for form in [r#"{"columns":[["a",@]]}"#, r#"{"columns":[["a",1]],"other":@}"#, r#"{"eon":{"a":@}}"#] {
        assert!(decode(form.replace('@', &nested(8)).as_bytes(), NOW).is_ok(), "{form}");
        assert_eq!(reason(&form.replace('@', &nested(40))), Reason::TooDeep, "{form}");
        assert_eq!(reason(&form.replace('@', &nested(50_000))), Reason::TooDeep, "{form}");
    }
    assert_eq!(reason(&"[".repeat(200_000)), Reason::BadShape);
}

#[test]
fn sparse_rows_do_not_grow_when_read() {
    let rows: Vec<String> = (0..9_000).map(|i| format!(r#"{{"n{i}":1}}"#)).collect();
    let text = format!(r#"{{"eons":[{}]}}"#, rows.join(","));
    let message = decode(text.as_bytes(), NOW).unwrap();
    assert_eq!(message.points(), 9_000);
}

#[test]
fn bare_nan_and_infinity_are_gaps_only_outside_of_strings() {
    let message = decode(
        br#"{"columns":[["NaN \" NaN",NaN,-Infinity,Infinity,1],["x",1763683200,1763683201,1763683202,1763683203]]}"#,
        NOW,
    )
    .unwrap();
    assert_eq!(message.blocks[0].names, ["NaN \" NaN"]);
    assert_eq!(message.blocks[0].values.iter().filter(|v| v.is_nan()).count(), 3);
    assert_eq!(reason(r#"{"columns":[["a",Nope]]}"#), Reason::BadJson);
}

proptest! {
    #[test]
    fn any_bytes_are_decoded_or_rejected(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = decode(&bytes, NOW);
    }

    /// Pieces of real messages in any order reach deeper than random bytes do.
    #[test]
    fn any_pieces_are_decoded_or_rejected(pieces in proptest::collection::vec(proptest::sample::select(vec![
        "{", "}", "[", "]", ",", ":", "\"columns\"", "\"eon\"", "\"eons\"", "\"json\"", "\"from\"", "\"x\"", "\"a\"",
        "1", "1763683200", "\"1\"", "null", "NaN", "-Infinity", "1e999", "{\"columns\":[[\"a\",1],[\"x\",", "]]}", "\\",
    ]), 0..24)) {
        let _ = decode(pieces.concat().as_bytes(), NOW);
    }

    #[test]
    fn whatever_is_accepted_is_within_the_limits(values in proptest::collection::vec(any::<f64>(), 1..50), x in any::<f64>()) {
        let columns: Vec<serde_json::Value> = values.iter().map(|v| serde_json::json!([format!("c{v}"), v])).collect();
        let text = serde_json::json!({"columns": columns.into_iter().chain([serde_json::json!(["x", x])]).collect::<Vec<_>>()});
        if let Ok(message) = decode(text.to_string().as_bytes(), NOW) {
            for block in &message.blocks {
                prop_assert_eq!(block.values.len(), block.names.len() * block.x.len());
                for time in &block.x {
                    prop_assert!(time.checked(NOW).is_ok());
                }
            }
        }
    }
}
