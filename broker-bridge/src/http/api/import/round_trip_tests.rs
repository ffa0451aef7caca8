//! What export writes import reads: the same points to the last bit, however the file is cut.

use std::collections::BTreeMap;

use eontide_wire::limits::{MESSAGE_BYTES_MAX, TIMESTAMP_MIN_US};
use eontide_wire::viewer::BlockRef;
use eontide_wire::{Timestamp, decode};
use proptest::prelude::*;

use super::super::format::Format;
use super::super::format::{csv, eon};
use super::*;

const NOW: Timestamp = Timestamp::from_micros(1_763_683_300_000_000);

/// Time and bits of each point of each series, in any order; a gap has the bits of one NaN.
type Points = BTreeMap<String, Vec<(i64, u64)>>;

/// A block: names, times, and values column after column.
type Table = (Vec<String>, Vec<i64>, Vec<f64>);

fn add<'b>(points: &mut Points, x: &[Timestamp], columns: impl Iterator<Item = (&'b str, &'b [f64])>) {
    for (name, values) in columns {
        let bits = |value: &f64| if value.is_nan() { f64::NAN } else { *value }.to_bits();
        let line = x.iter().zip(values).map(|(x, value)| (x.as_micros(), bits(value)));
        points.entry(name.to_owned()).or_default().extend(line);
    }
}

fn written(blocks: &[BlockRef<'_>], format: Format) -> Vec<u8> {
    let mut file = if format == Format::Csv { csv::HEADER.to_vec() } else { Vec::new() };
    for block in blocks {
        if format == Format::Csv {
            (0..block.x.len()).for_each(|row| csv::push_row(&mut file, "demo", block, row));
        } else {
            let line = |block: &BlockRef<'_>| eon::line(block, Some("demo"));
            eon::each_message(block, MESSAGE_BYTES_MAX, &line, &mut |line, _| file.extend_from_slice(&line));
        }
    }
    file
}

fn read(file: &[u8], format: Format, piece: usize) -> Points {
    let mut reader = Reader::new(format, Batches::new(usize::MAX, None));
    let mut messages = Vec::new();
    for piece in file.chunks(piece).map(Some).chain([None]) {
        reader.take_in(piece, NOW).unwrap();
        messages.extend(reader.batches.take_ready());
    }
    assert_eq!(reader.batches.rejected, []);
    assert_eq!(reader.first_open_line(), None);
    let mut points = Points::new();
    for message in messages {
        let decoded = decode(&message.payload, NOW).unwrap();
        for block in &decoded.blocks {
            add(&mut points, &block.x, block.columns().map(|(name, values)| (&**name, values)));
        }
    }
    points
}

fn any_value() -> impl Strategy<Value = f64> {
    let bits = any::<u64>().prop_map(f64::from_bits).prop_map(|value| if value.is_finite() { value } else { f64::NAN });
    prop_oneof![bits, (-1000i32..1000).prop_map(f64::from), Just(-0.0), Just(f64::NAN)]
}

fn any_table() -> impl Strategy<Value = Table> {
    let names = prop::collection::btree_set("[-=+@a-c ,;\"'äß\\\\]{1,4}", 1..5);
    let times = prop::collection::vec(TIMESTAMP_MIN_US..NOW.as_micros(), 1..6);
    (names, times, any::<bool>()).prop_flat_map(|(names, mut times, sorted)| {
        if sorted {
            times.sort_unstable();
        }
        let values = prop::collection::vec(any_value(), names.len() * times.len());
        (Just(names.into_iter().collect()), Just(times), values)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn a_file_reads_back_to_the_last_bit(tables in prop::collection::vec(any_table(), 0..6), piece in 1usize..300) {
        let times: Vec<Vec<Timestamp>> =
            tables.iter().map(|(_, x, _)| x.iter().map(|x| Timestamp::from_micros(*x)).collect()).collect();
        let blocks: Vec<BlockRef<'_>> = tables
            .iter()
            .zip(&times)
            .map(|((names, _, values), x)| {
                let columns = names.iter().map(String::as_str).zip(values.chunks_exact(x.len()));
                BlockRef { x, columns: columns.collect() }
            })
            .collect();
        let mut expected = Points::new();
        for block in &blocks {
            add(&mut expected, block.x, block.columns.iter().copied());
        }
        let sorted = |mut points: Points| {
            points.values_mut().for_each(|line| line.sort_unstable());
            points
        };
        let expected = sorted(expected);
        for format in [Format::Csv, Format::Ndjson] {
            prop_assert_eq!(&sorted(read(&written(&blocks, format), format, piece)), &expected);
        }
    }
}
