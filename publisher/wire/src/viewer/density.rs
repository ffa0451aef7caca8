//! Merged columns: what many series of one metric did within one step of time, as one histogram.
//!
//! A column counts the values of all series in a step, gaps left out, in buckets of equal relative width: 32 to each octave
//! (power of two), linear within it, so that a bucket is at most 1/32 of its value wide. Columns add: over time, over
//! channels, over bridges. Some hundred buckets are in use whatever the number of series, 200 to 300 bytes.
//!
//! The number of a bucket is the 16 upper bits of the value's double below its sign (11 of the exponent, 5 of the mantissa),
//! negative for negative values, 0 for what is nearer to 0 than 2⁻¹⁰²². (HdrHistogram and OpenTelemetry's exponential
//! histograms are kin; this one needs no logarithm.)

use std::io::Write;

use super::frame::push_prelude;
use super::{Position, SourceState};
use crate::Timestamp;
use crate::number::{push_integer, push_scaled, push_string, push_value};

/// The steps in which merged columns are kept, in ms.
pub const STEPS_MS: [u32; 4] = [100, 1_000, 10_000, 60_000];

/// Quantiles that stand beside a column's buckets in JSON.
const QUANTILES: [(&str, f64); 5] = [("p5", 0.05), ("p25", 0.25), ("p50", 0.5), ("p75", 0.75), ("p95", 0.95)];

/// Bits of a double that are below the number of its bucket.
const SHIFT: u32 = 47;

/// The bucket of a value that is no NaN.
pub fn bucket(value: f64) -> i32 {
    let magnitude = (value.abs().to_bits() >> SHIFT) as i32;
    if value < 0.0 { -magnitude } else { magnitude }
}

/// The smallest and the largest magnitude in a bucket, with its sign.
pub fn edges(bucket: i32) -> (f64, f64) {
    let at = |magnitude: u64| f64::from_bits(magnitude << SHIFT);
    let magnitude = u64::from(bucket.unsigned_abs());
    let (near, far) = (at(magnitude), at(magnitude + 1));
    if bucket < 0 { (-near, -far) } else { (near, far) }
}

/// One step of one metric: how many values, their extremes and their sum, and how they are spread.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Column {
    /// The smallest value; 0 where there is none, as the largest.
    pub min: f64,
    /// The largest value.
    pub max: f64,
    /// Of all values.
    pub sum: f64,
    /// Bucket and number of values in it, ascending, none empty.
    pub buckets: Vec<(i32, u64)>,
}

impl Column {
    /// Number of values.
    pub fn count(&self) -> u64 {
        self.buckets.iter().map(|(_, count)| count).sum()
    }

    /// Adds the values of another column.
    pub fn add(&mut self, other: &Self) {
        if other.buckets.is_empty() {
            return;
        }
        if self.buckets.is_empty() {
            *self = other.clone();
            return;
        }
        (self.min, self.max) = (self.min.min(other.min), self.max.max(other.max));
        self.sum += other.sum;
        let mut merged = Vec::with_capacity(self.buckets.len() + other.buckets.len());
        let (mut ours, mut theirs) = (self.buckets.iter().peekable(), other.buckets.iter().peekable());
        while let Some(next) = match (ours.peek(), theirs.peek()) {
            (Some(a), Some(b)) if a.0 == b.0 => Some((a.0, a.1 + b.1)),
            (Some(a), Some(b)) => Some(if a.0 < b.0 { **a } else { **b }),
            (Some(a), None) => Some(**a),
            (None, b) => b.map(|b| **b),
        } {
            ours.next_if(|a| a.0 == next.0);
            theirs.next_if(|b| b.0 == next.0);
            merged.push(next);
        }
        self.buckets = merged;
    }

    /// The value of rank `q`, 0 the smallest and 1 the largest, as if the values of a bucket were spread evenly over it:
    /// at most a 32nd from the true one. NaN where there is no value.
    pub fn quantile(&self, q: f64) -> f64 {
        let count = self.count();
        let rank = (q.clamp(0.0, 1.0) * count.saturating_sub(1) as f64).round();
        let mut before = 0.0;
        for (bucket, count) in &self.buckets {
            let count = *count as f64;
            if rank < before + count {
                let (near, far) = edges(*bucket);
                let (low, high) = if near <= far { (near, far) } else { (far, near) };
                return (low + (high - low) * ((rank - before + 0.5) / count)).clamp(self.min, self.max);
            }
            before += count;
        }
        if count == 0 { f64::NAN } else { self.max }
    }

    /// Appends the column as bytes: smallest, largest, sum, number of buckets, then each bucket's distance from the one before
    /// and its count. Doubles stand without their trailing zero bytes, whole numbers as LEB128, the first bucket zigzag.
    pub fn write(&self, out: &mut Vec<u8>) {
        for value in [self.min, self.max, self.sum] {
            write_number(out, value);
        }
        write_varint(out, self.buckets.len() as u64);
        let mut before = None;
        for (bucket, count) in &self.buckets {
            match before {
                None => write_varint(out, zigzag(i64::from(*bucket))),
                Some(before) => write_varint(out, (i64::from(*bucket) - before) as u64),
            }
            write_varint(out, *count);
            before = Some(i64::from(*bucket));
        }
    }

    /// Reads what [`Column::write`] wrote, and takes it from the front of `bytes`. `None` where it is something else.
    pub fn read(bytes: &mut &[u8]) -> Option<Self> {
        let (min, max, sum) = (read_number(bytes)?, read_number(bytes)?, read_number(bytes)?);
        let count = usize::try_from(read_varint(bytes)?).ok().filter(|count| *count <= bytes.len())?;
        let mut buckets: Vec<(i32, u64)> = Vec::with_capacity(count);
        for _ in 0..count {
            let step = read_varint(bytes)?;
            let bucket = match buckets.last() {
                None => unzigzag(step),
                Some((before, _)) => {
                    i64::from(*before).checked_add(i64::try_from(step).ok().filter(|step| *step > 0)?)?
                }
            };
            buckets.push((i32::try_from(bucket).ok()?, read_varint(bytes)?));
        }
        Some(Self { min, max, sum, buckets })
    }
}

fn zigzag(value: i64) -> u64 {
    ((value << 1) ^ (value >> 63)) as u64
}

fn unzigzag(value: u64) -> i64 {
    (value >> 1) as i64 ^ -((value & 1) as i64)
}

fn write_varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

fn read_varint(bytes: &mut &[u8]) -> Option<u64> {
    let mut value = 0u64;
    for shift in (0..64).step_by(7) {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        value |= u64::from(byte & 0x7f) << shift;
        if *byte < 0x80 {
            return Some(value);
        }
    }
    None
}

fn write_number(out: &mut Vec<u8>, value: f64) {
    let length = 8 - (value.to_bits().trailing_zeros() / 8).min(8) as usize;
    out.push(length as u8);
    out.extend(&value.to_bits().to_be_bytes()[..length]);
}

fn read_number(bytes: &mut &[u8]) -> Option<f64> {
    let (length, rest) = bytes.split_first()?;
    let (number, rest) = rest.split_at_checked(usize::from(*length))?;
    let mut whole = [0; 8];
    whole.get_mut(..number.len())?.copy_from_slice(number);
    *bytes = rest;
    Some(f64::from_bits(u64::from_be_bytes(whole)))
}

/// The columns of one metric, in order of time; those without a value are left out.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MetricColumns {
    /// What is measured.
    pub metric: String,
    /// Series of it; 0 in an update.
    pub series: u64,
    /// The begin of each step, and what was in it.
    pub columns: Vec<(Timestamp, Column)>,
}

/// A snapshot or an update of a density view.
#[derive(Clone, Debug)]
pub struct Density<'a> {
    /// The client's subscription.
    pub sub: u32,
    /// Of the last message included.
    pub position: Position,
    /// The bridge's wall clock.
    pub now: Timestamp,
    /// Of a snapshot: its window in ms, and the number of sources up and down. An update has none: its columns add to
    /// those that the viewer has.
    pub snapshot: Option<(u64, [usize; 2])>,
    /// Length of a column.
    pub step_ms: u32,
    /// By name.
    pub metrics: &'a [MetricColumns],
}

impl Density<'_> {
    /// The frame as JSON text.
    pub fn to_json(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(256);
        let kind = if self.snapshot.is_some() { "snapshot" } else { "update" };
        push_prelude(&mut out, self.sub, kind, self.position, self.now);
        if let Some((window_ms, [up, down])) = self.snapshot {
            out.extend_from_slice(b",\"window_ms\":");
            push_integer(&mut out, window_ms as i64);
            let names =
                [SourceState::Up, SourceState::Down].map(|state| serde_json::to_string(&state).unwrap_or_default());
            // Writing to a Vec cannot fail.
            let _ = write!(out, ",\"sources\":{{{}:{up},{}:{down}}}", names[0], names[1]);
        }
        let _ = write!(out, ",\"view\":\"density\",\"step_ms\":{},\"metrics\":", self.step_ms);
        push_metrics(&mut out, self.metrics);
        out.push(b'}');
        out
    }

    /// The frame as binary: the head of every binary frame with kind 4 (snapshot) or 5 (update) and the number of sources up
    /// and down as JSON, then
    ///
    /// ```text
    /// u32 step_ms | u32 metric_count
    /// per metric: u16 name_len | name | u32 series | u32 column_count
    /// per column: varint, zigzag: steps since the column before (the first: since 1970) | the column
    /// ```
    pub fn to_binary(&self) -> Vec<u8> {
        let (kind, window_ms, sources) = match self.snapshot {
            Some((window_ms, [up, down])) => (4, window_ms, format!("{{\"up\":{up},\"down\":{down}}}")),
            None => (5, 0, String::new()),
        };
        let mut out = super::binary::head(kind, self.sub, self.position, self.now, window_ms, sources.as_bytes());
        out.extend_from_slice(&self.step_ms.to_le_bytes());
        out.extend_from_slice(&(self.metrics.len() as u32).to_le_bytes());
        for metric in self.metrics {
            // Names are bounded by NAME_BYTES_MAX.
            out.extend_from_slice(&(metric.metric.len() as u16).to_le_bytes());
            out.extend_from_slice(metric.metric.as_bytes());
            out.extend_from_slice(&(metric.series as u32).to_le_bytes());
            out.extend_from_slice(&(metric.columns.len() as u32).to_le_bytes());
            let mut before = 0;
            for (begin, column) in &metric.columns {
                let slot = begin.as_micros().div_euclid(i64::from(self.step_ms) * 1000);
                write_varint(&mut out, zigzag(slot - before));
                before = slot;
                column.write(&mut out);
            }
        }
        out
    }
}

/// Appends `[{"metric":…,"series":…,"columns":[{"t":…,"count":…,"min":…,"max":…,"sum":…,"p5":…,…,"buckets":[bucket,count,…]}]}]`.
pub fn push_metrics(out: &mut Vec<u8>, metrics: &[MetricColumns]) {
    out.push(b'[');
    for (index, metric) in metrics.iter().enumerate() {
        out.extend_from_slice(if index > 0 { b",{\"metric\":" } else { b"{\"metric\":" });
        push_string(out, &metric.metric);
        out.extend_from_slice(b",\"series\":");
        push_integer(out, metric.series as i64);
        out.extend_from_slice(b",\"columns\":[");
        for (index, (begin, column)) in metric.columns.iter().enumerate() {
            if index > 0 {
                out.push(b',');
            }
            push_column(out, *begin, column);
        }
        out.extend_from_slice(b"]}");
    }
    out.push(b']');
}

fn push_column(out: &mut Vec<u8>, begin: Timestamp, column: &Column) {
    out.extend_from_slice(b"{\"t\":");
    push_scaled(out, begin.as_micros(), 3);
    out.extend_from_slice(b",\"count\":");
    push_integer(out, column.count() as i64);
    let quantiles = QUANTILES.map(|(name, q)| (name, column.quantile(q)));
    for (name, value) in [("min", column.min), ("max", column.max), ("sum", column.sum)].into_iter().chain(quantiles) {
        let _ = write!(out, ",\"{name}\":");
        push_value(out, value);
    }
    out.extend_from_slice(b",\"buckets\":[");
    for (index, (bucket, count)) in column.buckets.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        push_integer(out, i64::from(*bucket));
        out.push(b',');
        push_integer(out, *count as i64);
    }
    out.extend_from_slice(b"]}");
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::Epoch;

    fn of(values: &[f64]) -> Column {
        let mut column = Column::default();
        for value in values {
            let one = Column { min: *value, max: *value, sum: *value, buckets: vec![(bucket(*value), 1)] };
            column.add(&one);
        }
        column
    }

    #[test]
    fn a_bucket_is_a_32nd_of_an_octave() {
        for (value, expected) in
            [(0.0, 0), (-0.0, 0), (1.0, 1023 * 32), (1.03, 1023 * 32), (1.032, 1023 * 32 + 1), (2.0, 1024 * 32)]
        {
            assert_eq!((bucket(value), bucket(-value)), (expected, -expected), "{value}");
        }
        assert_eq!(edges(1023 * 32), (1.0, 1.03125));
        assert_eq!(edges(-1023 * 32), (-1.0, -1.03125));
    }

    #[test]
    fn quantiles_are_within_a_32nd() {
        let values: Vec<f64> = (1..=10_000).map(f64::from).collect();
        let column = of(&values);
        for q in [0.0, 0.05, 0.25, 0.5, 0.75, 0.95, 1.0] {
            let (got, exact) = (column.quantile(q), 1.0 + q * 9_999.0);
            assert!((got / exact - 1.0).abs() <= 1.0 / 32.0, "p{q}: {got} for {exact}");
        }
        assert!(Column::default().quantile(0.5).is_nan());
        assert_eq!(of(&[7.0]).quantile(0.3), 7.0);
        assert_eq!((column.count(), column.min, column.max, column.sum), (10_000, 1.0, 10_000.0, 50_005_000.0));
    }

    proptest! {
        #[test]
        fn columns_add_in_any_order_and_come_back_from_bytes(
            a in proptest::collection::vec(-1e9..1e9f64, 0..50), b in proptest::collection::vec(-10i32..10, 0..50),
        ) {
            let b: Vec<f64> = b.into_iter().map(f64::from).collect();
            let (mut one, mut other) = (of(&a), of(&b));
            one.add(&of(&b));
            other.add(&of(&a));
            prop_assert_eq!(&one.buckets, &other.buckets);
            prop_assert_eq!(one.count() as usize, a.len() + b.len());
            prop_assert!(one.buckets.is_sorted_by(|a, b| a.0 < b.0));
            let mut bytes = Vec::new();
            one.write(&mut bytes);
            let mut left = &bytes[..];
            prop_assert_eq!(Column::read(&mut left), Some(one));
            prop_assert!(left.is_empty());
        }

        #[test]
        fn any_bytes_end_in_a_column_or_none(bytes in proptest::collection::vec(any::<u8>(), 0..60)) {
            let _ = Column::read(&mut &bytes[..]);
        }
    }

    #[test]
    fn ten_thousand_values_take_some_two_hundred_bytes() {
        // As memory of processes is: most near each other, a few far off.
        let values: Vec<f64> = (0..10_000u64)
            .map(|n| 20.0 + (n * n % 977) as f64 / 20.0 + if n % 500 == 0 { 900.0 } else { 0.0 })
            .collect();
        let mut bytes = Vec::new();
        of(&values).write(&mut bytes);
        assert!((100..300).contains(&bytes.len()), "{}", bytes.len());
    }

    #[test]
    fn frames_have_the_documented_form() {
        let metrics = [MetricColumns {
            metric: "rss".into(),
            series: 2,
            columns: vec![(Timestamp::from_millis(1_763_683_200_000), of(&[1.0, 2.0]))],
        }];
        let frame = Density {
            sub: 7,
            position: Position { epoch: Epoch(5), offset: 9 },
            now: Timestamp::from_millis(1_763_683_200_500),
            snapshot: Some((60_000, [2, 0])),
            step_ms: 1_000,
            metrics: &metrics,
        };
        assert_eq!(
            String::from_utf8(frame.to_json()).unwrap(),
            concat!(
                r#"{"sub":7,"type":"snapshot","position":{"epoch":5,"offset":9},"now":1763683200500,"window_ms":60000,"#,
                r#""sources":{"up":2,"down":0},"view":"density","step_ms":1000,"metrics":[{"metric":"rss","series":2,"columns":["#,
                r#"{"t":1763683200000,"count":2,"min":1,"max":2,"sum":3,"p5":1.015625,"p25":1.015625,"p50":2,"p75":2,"p95":2,"#,
                r#""buckets":[32736,1,32768,1]}]}]}"#
            )
        );
        let bytes = Density { snapshot: None, ..frame }.to_binary();
        assert_eq!(bytes[..8], [0xE0, 5, 0, 0, 7, 0, 0, 0]);
        let mut column = &bytes[44 + 4 + 4 + 2 + 3 + 4 + 4..];
        assert_eq!(read_varint(&mut column).map(unzigzag), Some(1_763_683_200));
        assert_eq!(Column::read(&mut column), Some(of(&[1.0, 2.0])));
        assert!(column.is_empty());
    }
}
