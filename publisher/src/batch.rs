//! Samples → messages: rows that share their columns go into one message, each column with many values.
//!
//! A *row* is a run of samples of one time, no series twice. A *table* is rows with the same columns. A row joins an
//! earlier table unless one in between holds one of its series: so every series keeps its order whatever is batched.
//! What passes a limit of the wire is halved, by rows first, then by columns. Cost: one pass, and one comparison per row
//! with each of at most [`LOOK_BACK`] tables.

use std::sync::Arc;

use bytes::Bytes;
use eontide_wire::limits::{MESSAGE_BYTES_MAX, VALUES_PER_COLUMN_MAX};
use eontide_wire::{Origin, Timestamp, encode};

use crate::series::SeriesId;

/// Tables a row is compared with; a stream of ever new combinations of columns must not cost quadratic time.
const LOOK_BACK: usize = 64;

/// One value of one series at one time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Sample {
    /// When it was taken.
    pub(crate) at: Timestamp,
    /// Of which series.
    pub(crate) series: SeriesId,
    /// What; NaN is a gap.
    pub(crate) value: f64,
}

/// Rows with the same columns.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Table {
    /// The columns, in the order of the first row.
    series: Vec<SeriesId>,
    /// The time of each row.
    x: Vec<Timestamp>,
    /// Row after row.
    values: Vec<f64>,
}

/// One data message, ready to be sent as often as needed.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Message {
    /// Its place in this life of the source.
    pub(crate) seq: u64,
    /// Samples inside.
    pub(crate) samples: u64,
    /// What is published.
    pub(crate) payload: Bytes,
}

/// What [`encode_tables`] made.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Encoded {
    /// In order, `seq` rising by one.
    pub(crate) messages: Vec<Message>,
    /// Samples that fit into no message: a single value larger than the limit.
    pub(crate) dropped: u64,
}

/// Sorts samples into tables.
pub(crate) fn tables(samples: &[Sample]) -> Vec<Table> {
    let mut tables: Vec<Table> = Vec::new();
    for row in rows(samples) {
        match home_of(row, &tables) {
            Some(at) => tables[at].push(row),
            None => {
                let mut table = Table { series: row.iter().map(|sample| sample.series).collect(), ..Table::default() };
                table.push(row);
                tables.push(table);
            }
        }
    }
    tables
}

/// Cuts samples into runs of one time without a series twice.
fn rows(samples: &[Sample]) -> impl Iterator<Item = &[Sample]> {
    let mut rest = samples;
    std::iter::from_fn(move || {
        let at = rest.first()?.at;
        let same_time = rest.iter().take_while(|sample| sample.at == at).count();
        let mut seen = std::collections::HashSet::new();
        let len = rest[..same_time].iter().take_while(|sample| seen.insert(sample.series)).count();
        let (row, tail) = rest.split_at(len);
        rest = tail;
        Some(row)
    })
}

/// The table `row` may join without passing another value of one of its series.
fn home_of(row: &[Sample], tables: &[Table]) -> Option<usize> {
    for (at, table) in tables.iter().enumerate().rev().take(LOOK_BACK) {
        let same = table.series.len() == row.len() && table.series.iter().zip(row).all(|(id, s)| *id == s.series);
        if same {
            return (table.x.len() < VALUES_PER_COLUMN_MAX).then_some(at);
        }
        if row.iter().any(|sample| table.series.contains(&sample.series)) {
            return None;
        }
    }
    None
}

impl Table {
    fn push(&mut self, row: &[Sample]) {
        debug_assert_eq!(row.len(), self.series.len());
        self.x.extend(row.first().map(|sample| sample.at));
        self.values.extend(row.iter().map(|sample| sample.value));
    }
}

/// Writes tables as messages of at most `bytes_max` bytes (and never more than the wire allows). `origin.seq` is the
/// sequence of the first; each message carries the next one. `columns` are the names by number of series.
pub(crate) fn encode_tables(tables: &[Table], columns: &[Arc<str>], origin: &Origin, bytes_max: usize) -> Encoded {
    let mut writer = Writer {
        origin: origin.clone(),
        seq: origin.seq.unwrap_or(0),
        bytes_max: bytes_max.min(MESSAGE_BYTES_MAX),
        encoded: Encoded::default(),
    };
    for table in tables {
        let names: Vec<&str> =
            table.series.iter().filter_map(|id| columns.get(id.0 as usize)).map(AsRef::as_ref).collect();
        debug_assert_eq!(names.len(), table.series.len(), "every series has its name");
        writer.write(table, &names, 0..table.x.len(), 0..names.len());
    }
    writer.encoded
}

struct Writer {
    origin: Origin,
    seq: u64,
    bytes_max: usize,
    encoded: Encoded,
}

impl Writer {
    /// Writes the part of `table` inside `rows` and `columns` as one message, or as two halves where that is too large.
    fn write(&mut self, table: &Table, names: &[&str], rows: std::ops::Range<usize>, columns: std::ops::Range<usize>) {
        let payload = self.encode(table, names, rows.clone(), columns.clone());
        let samples = (rows.len() * columns.len()) as u64;
        if payload.len() <= self.bytes_max {
            self.encoded.messages.push(Message { seq: self.seq, samples, payload: payload.into() });
            self.seq += 1;
        } else if rows.len() > 1 {
            let middle = rows.start + rows.len() / 2;
            self.write(table, names, rows.start..middle, columns.clone());
            self.write(table, names, middle..rows.end, columns);
        } else if columns.len() > 1 {
            let middle = columns.start + columns.len() / 2;
            self.write(table, names, rows.clone(), columns.start..middle);
            self.write(table, names, rows, middle..columns.end);
        } else {
            self.encoded.dropped += samples;
        }
    }

    fn encode(
        &mut self,
        table: &Table,
        names: &[&str],
        rows: std::ops::Range<usize>,
        columns: std::ops::Range<usize>,
    ) -> Vec<u8> {
        let width = table.series.len();
        let mut by_column = Vec::with_capacity(rows.len() * columns.len());
        for column in columns.clone() {
            by_column.extend(rows.clone().map(|row| table.values[row * width + column]));
        }
        self.origin.seq = Some(self.seq);
        let mut out = Vec::with_capacity(128 + columns.len() * 48 + by_column.len() * 12);
        let named = names[columns].iter().copied().zip(by_column.chunks_exact(rows.len().max(1)));
        encode::data_message(&mut out, named, &table.x[rows], Some(&self.origin));
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use eontide_wire::{Epoch, SourceId};

    const T0: i64 = 1_763_683_200_000_000;

    fn sample(ms: i64, series: u32, value: f64) -> Sample {
        Sample { at: Timestamp::from_micros(T0 + ms * 1000), series: SeriesId(series), value }
    }

    fn origin() -> Origin {
        Origin { id: SourceId::new("w").unwrap(), epoch: Epoch(1), seq: Some(5), dropped: 0 }
    }

    fn encode(samples: &[Sample], bytes_max: usize) -> Encoded {
        let columns: Vec<Arc<str>> = (0..100).map(|id| format!("s{id}").into()).collect();
        encode_tables(&tables(samples), &columns, &origin(), bytes_max)
    }

    /// Columns and rows of each table, as `(series, times in ms)`.
    fn shape(samples: &[Sample]) -> Vec<(Vec<u32>, Vec<i64>)> {
        let read = |table: &Table| {
            let series = table.series.iter().map(|id| id.0).collect();
            (series, table.x.iter().map(|x| (x.as_micros() - T0) / 1000).collect())
        };
        tables(samples).iter().map(read).collect()
    }

    #[test]
    fn rows_of_equal_columns_share_a_table() {
        let s = sample;
        for (samples, expected) in [
            (vec![], vec![]),
            (vec![s(0, 1, 1.), s(0, 2, 1.), s(9, 1, 1.), s(9, 2, 1.)], vec![(vec![1, 2], vec![0, 9])]),
            // Interleaved series of their own times: each its table.
            (
                vec![s(0, 1, 1.), s(1, 2, 1.), s(2, 1, 1.), s(3, 2, 1.)],
                vec![(vec![1], vec![0, 2]), (vec![2], vec![1, 3])],
            ),
            // Series 1 is in between: the last row must not pass it.
            (
                vec![s(0, 1, 1.), s(1, 1, 1.), s(1, 2, 1.), s(2, 1, 1.)],
                vec![(vec![1], vec![0]), (vec![1, 2], vec![1]), (vec![1], vec![2])],
            ),
            // The same series twice at one time: two rows.
            (vec![s(0, 1, 1.), s(0, 1, 2.)], vec![(vec![1], vec![0, 0])]),
        ] {
            assert_eq!(shape(&samples), expected, "{samples:?}");
        }
    }

    #[test]
    fn each_series_keeps_its_order() {
        // Every mix of 3 series over 3000 samples, some at the same time.
        let samples: Vec<_> = (0..3000u64)
            .map(|n| sample((n / 2) as i64, (n.wrapping_mul(2_654_435_761) >> 7) as u32 % 3, n as f64))
            .collect();
        let encoded = encode(&samples, 2048);
        let mut seen = vec![Vec::new(); 3];
        for message in &encoded.messages {
            let decoded = eontide_wire::decode(&message.payload, samples[0].at).unwrap();
            for (name, values) in decoded.blocks[0].columns() {
                seen[name[1..].parse::<usize>().unwrap()].extend_from_slice(values);
            }
        }
        for (series, values) in seen.iter().enumerate() {
            let expected: Vec<f64> =
                samples.iter().filter(|s| s.series.0 as usize == series).map(|s| s.value).collect();
            assert_eq!(values, &expected);
        }
        let seqs: Vec<u64> = encoded.messages.iter().map(|m| m.seq).collect();
        assert_eq!(seqs, (5..5 + seqs.len() as u64).collect::<Vec<_>>());
    }

    #[test]
    fn messages_stay_inside_the_limit_and_lose_nothing() {
        let samples: Vec<_> = (0..400).map(|n| sample(n / 100, (n % 100) as u32, n as f64 + 0.123)).collect();
        for bytes_max in [200, 300, 1000, 5000, usize::MAX] {
            let encoded = encode(&samples, bytes_max);
            assert!(encoded.messages.iter().all(|message| message.payload.len() <= bytes_max));
            assert_eq!(encoded.messages.iter().map(|message| message.samples).sum::<u64>(), 400, "{bytes_max}");
            assert_eq!(encoded.dropped, 0);
        }
        assert_eq!(encode(&samples, usize::MAX).messages.len(), 1);
    }

    #[test]
    fn what_fits_nowhere_is_counted() {
        let encoded = encode(&[sample(0, 1, 1.0), sample(0, 2, 2.0)], 20);
        assert_eq!((encoded.messages.len(), encoded.dropped), (0, 2));
    }

    #[test]
    fn a_message_is_what_the_design_shows() {
        let encoded = encode(&[sample(123, 0, 12.0), sample(123, 1, f64::NAN)], usize::MAX);
        assert_eq!(
            std::str::from_utf8(&encoded.messages[0].payload).unwrap(),
            r#"{"columns":[["s0",12],["s1",null],["x",1763683200.123]],"from":{"id":"w","epoch":1,"seq":5}}"#
        );
    }

    #[test]
    fn a_column_never_passes_its_limit_of_values() {
        let samples: Vec<_> = (0..VALUES_PER_COLUMN_MAX as i64 + 1).map(|n| sample(n, 0, 0.0)).collect();
        let lengths: Vec<_> = tables(&samples).iter().map(|table| table.x.len()).collect();
        assert_eq!(lengths, [VALUES_PER_COLUMN_MAX, 1]);
    }
}
