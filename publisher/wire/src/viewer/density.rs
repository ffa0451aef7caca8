//! Merged columns: what many series of one metric did within one step of time, as one histogram.
//!
//! A column counts the values of all series in a step, gaps left out, in buckets of equal relative width: 32 to each octave
//! (power of two), linear within it, so that a bucket is at most 1/32 of its value wide. Columns add: over time, over
//! channels, over bridges. Some hundred buckets are in use whatever the number of series, 200 to 300 bytes.
//!
//! The number of a bucket is the 16 upper bits of the value's double below its sign (11 of the exponent, 5 of the mantissa),
//! negative for negative values, 0 for what is nearer to 0 than 2⁻¹⁰²². (HdrHistogram and OpenTelemetry's exponential
//! histograms are kin; this one needs no logarithm.)

mod frame;

pub use frame::{Density, DensityKind, MetricColumns, push_metrics};

/// The steps in which merged columns are kept, in ms.
pub const STEPS_MS: [u32; 4] = [100, 1_000, 10_000, 60_000];

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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    pub(super) fn of(values: &[f64]) -> Column {
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
}
