//! The publisher's side: columns → the bytes of one data message.

use crate::number::{push_integer, push_scaled, push_string, push_value};
use crate::{Origin, Timestamp};

/// Appends one data message. Columns come as names with as many values as `x` has times; x is written last, in seconds
/// with as many digits as it needs.
pub fn data_message<'a>(
    out: &mut Vec<u8>,
    columns: impl IntoIterator<Item = (&'a str, &'a [f64])>,
    x: &[Timestamp],
    from: Option<&Origin>,
) {
    out.extend_from_slice(b"{\"columns\":[");
    for (name, values) in columns {
        debug_assert_eq!(values.len(), x.len(), "column {name}");
        out.push(b'[');
        push_string(out, name);
        for value in values {
            out.push(b',');
            push_value(out, *value);
        }
        out.extend_from_slice(b"],");
    }
    out.extend_from_slice(b"[\"x\"");
    for time in x {
        out.push(b',');
        push_scaled(out, time.as_micros(), 6);
    }
    out.extend_from_slice(b"]]");
    if let Some(from) = from {
        push_origin(out, from);
    }
    out.push(b'}');
}

fn push_origin(out: &mut Vec<u8>, from: &Origin) {
    out.extend_from_slice(b",\"from\":{\"id\":");
    push_string(out, from.id.as_str());
    out.extend_from_slice(b",\"epoch\":");
    push_integer(out, from.epoch.0 as i64);
    if let Some(seq) = from.seq {
        out.extend_from_slice(b",\"seq\":");
        push_integer(out, seq as i64);
    }
    if from.dropped > 0 {
        out.extend_from_slice(b",\"dropped\":");
        push_integer(out, from.dropped as i64);
    }
    out.push(b'}');
}

#[cfg(all(test, feature = "decode"))]
mod tests {
    use super::*;
    use crate::{Epoch, SourceId};

    #[test]
    fn what_is_written_reads_back_the_same() {
        let x = [Timestamp::from_micros(1_763_683_200_123_000), Timestamp::from_micros(1_763_683_201_123_456)];
        let from =
            Origin { id: SourceId::new("w-1").unwrap(), epoch: Epoch(1_763_683_100_000), seq: Some(42), dropped: 3 };
        let mut out = Vec::new();
        data_message(&mut out, [("rss-w-1", &[12.0, 12.5][..]), ("a\"b", &[f64::NAN, -1e-9])], &x, Some(&from));
        let message = crate::decode(&out, x[1]).unwrap();
        assert_eq!(message.from, Some(from));
        assert_eq!(message.blocks[0].x, x);
        assert_eq!(message.blocks[0].names, ["rss-w-1", "a\"b"]);
        assert_eq!(message.blocks[0].column(0), [12.0, 12.5]);
        assert!(message.blocks[0].column(1)[0].is_nan());
        assert_eq!(message.blocks[0].column(1)[1], -1e-9);
    }

    #[test]
    fn the_text_is_that_of_the_design() {
        let from = Origin { id: SourceId::new("p").unwrap(), epoch: Epoch(1), seq: Some(2), dropped: 0 };
        let mut out = Vec::new();
        let x = [Timestamp::from_micros(1_763_683_200_123_000)];
        data_message(&mut out, [("rss-p", &[12.0][..])], &x, Some(&from));
        assert_eq!(
            String::from_utf8(out).unwrap(),
            r#"{"columns":[["rss-p",12],["x",1763683200.123]],"from":{"id":"p","epoch":1,"seq":2}}"#
        );
    }
}
