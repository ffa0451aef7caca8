//! Points as EON messages, each within the limits of the wire.

use eontide_wire::Timestamp;
use eontide_wire::limits::{COLUMNS_MAX, VALUES_PER_COLUMN_MAX};
use eontide_wire::number::{push_scaled, push_string, push_value};
use eontide_wire::viewer::BlockRef;

/// What a value takes written, roughly: a first guess of how many fit in a message.
const VALUE_BYTES: usize = 20;

/// Appends a message as a line, x in ms with µs after the point; `channel` is named where one is given.
pub(in super::super) fn line(block: &BlockRef<'_>, channel: Option<&str>) -> Vec<u8> {
    let mut out = Vec::with_capacity(64 + (block.columns.len() + 1) * (24 + VALUE_BYTES * block.x.len()));
    out.extend_from_slice(b"{\"columns\":[");
    for (name, values) in &block.columns {
        out.push(b'[');
        push_string(&mut out, name);
        for value in *values {
            out.push(b',');
            push_value(&mut out, *value);
        }
        out.extend_from_slice(b"],");
    }
    out.extend_from_slice(b"[\"x\"");
    for time in block.x {
        out.push(b',');
        push_scaled(&mut out, time.as_micros(), 3);
    }
    out.extend_from_slice(b"]]");
    if let Some(channel) = channel {
        out.extend_from_slice(b",\"channel\":");
        push_string(&mut out, channel);
    }
    out.extend_from_slice(b"}\n");
    out
}

/// Gives a block to `take` as messages that `encode` writes, of at most `bytes_max` and within the other limits of the
/// wire, as few as a guess finds. A message that came out too large is cut in two, by rows as long as there are several.
pub(in super::super) fn each_message(
    block: &BlockRef<'_>,
    bytes_max: usize,
    encode: &impl Fn(&BlockRef<'_>) -> Vec<u8>,
    take: &mut impl FnMut(Vec<u8>, &BlockRef<'_>),
) {
    for columns in block.columns.chunks(COLUMNS_MAX) {
        let rows = (bytes_max / VALUE_BYTES / (columns.len() + 1)).clamp(1, VALUES_PER_COLUMN_MAX);
        let mut first = 0;
        while first < block.x.len() {
            let end = (first + rows).min(block.x.len());
            cut(&part(block.x, columns, first..end), bytes_max, encode, take);
            first = end;
        }
    }
}

fn cut(
    block: &BlockRef<'_>,
    bytes_max: usize,
    encode: &impl Fn(&BlockRef<'_>) -> Vec<u8>,
    take: &mut impl FnMut(Vec<u8>, &BlockRef<'_>),
) {
    let message = encode(block);
    let (rows, columns) = (block.x.len(), block.columns.len());
    // A single value under the longest of names is far below the limit.
    if message.len() <= bytes_max || (rows <= 1 && columns <= 1) {
        take(message, block);
    } else if rows > 1 {
        cut(&part(block.x, &block.columns, 0..rows / 2), bytes_max, encode, take);
        cut(&part(block.x, &block.columns, rows / 2..rows), bytes_max, encode, take);
    } else {
        cut(&part(block.x, &block.columns[..columns / 2], 0..rows), bytes_max, encode, take);
        cut(&part(block.x, &block.columns[columns / 2..], 0..rows), bytes_max, encode, take);
    }
}

fn part<'b>(x: &'b [Timestamp], columns: &[(&'b str, &'b [f64])], rows: std::ops::Range<usize>) -> BlockRef<'b> {
    let columns = columns.iter().map(|(name, values)| (*name, &values[rows.clone()])).collect();
    BlockRef { x: &x[rows], columns }
}

#[cfg(test)]
mod tests {
    use eontide_wire::limits::MESSAGE_BYTES_MAX;

    use super::*;

    #[test]
    fn a_line_is_a_message_that_may_be_published() {
        let x = [Timestamp::from_micros(1_763_683_200_123_456), Timestamp::from_micros(1_763_683_201_000_000)];
        let block = BlockRef { x: &x, columns: vec![("a", &[1.0, f64::NAN])] };
        let written = String::from_utf8(line(&block, Some("demo"))).unwrap();
        assert_eq!(
            written,
            "{\"columns\":[[\"a\",1,null],[\"x\",1763683200123.456,1763683201000]],\"channel\":\"demo\"}\n"
        );
        assert_eq!(eontide_wire::decode(written.as_bytes(), x[1]).unwrap().blocks[0].x, x);
    }

    /// Long names and long numbers: what came in one message may need several when it is written anew.
    #[test]
    fn whatever_the_shape_every_message_is_within_the_limits_and_nothing_is_lost() {
        for (rows, columns, name) in
            [(30_000, 1, 1), (1, 5000, 250), (3, 4096, 200), (1024, 100, 10), (0, 3, 1), (10_001, 2, 1)]
        {
            let x: Vec<Timestamp> = (0..rows).map(|n| Timestamp::from_micros(1_763_683_200_000_001 + n)).collect();
            let names: Vec<String> = (0..columns).map(|n| format!("{n:0>name$}")).collect();
            let values: Vec<f64> = (0..rows).map(|n| -(n as f64 + 0.1) / 3e100).collect();
            let columns = names.iter().map(|name| (name.as_str(), values.as_slice())).collect();
            let block = BlockRef { x: &x, columns };
            let mut points = 0;
            each_message(&block, MESSAGE_BYTES_MAX, &|block| line(block, None), &mut |message, part| {
                assert!(message.len() <= MESSAGE_BYTES_MAX, "{rows} {}", message.len());
                let read = eontide_wire::decode(&message, x[0]).unwrap();
                assert_eq!(read.blocks[0].x, part.x);
                points += read.points();
            });
            assert_eq!(points, x.len() * names.len());
        }
    }
}
