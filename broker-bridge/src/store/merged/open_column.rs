//! A merged column that values are still added to: a counter for each bucket, side by side.

use std::collections::BTreeMap;

use eontide_wire::viewer::density::{Column, bucket};

/// Buckets that stand side by side at most: what is further off stands alone. 128 octaves.
const SPAN_MAX: i32 = 4096;
/// Buckets made at once, so that a spread that grows does not move them each time.
const ROOM: i32 = 64;

/// Counts of values, by bucket.
#[derive(Clone, Debug)]
pub struct OpenColumn {
    min: f64,
    max: f64,
    sum: f64,
    /// The bucket of the first counter.
    base: i32,
    counts: Vec<u32>,
    far: BTreeMap<i32, u64>,
}

impl Default for OpenColumn {
    fn default() -> Self {
        let (min, max) = (f64::INFINITY, f64::NEG_INFINITY);
        Self { min, max, sum: 0.0, base: 0, counts: Vec::new(), far: BTreeMap::new() }
    }
}

impl OpenColumn {
    /// Counts a value; a gap is none.
    pub fn push(&mut self, value: f64) {
        if value.is_nan() {
            return;
        }
        self.min = self.min.min(value);
        self.max = self.max.max(value);
        self.sum += value;
        let bucket = bucket(value);
        match self.place(bucket) {
            // Past four thousand million in one step it stands still rather than turn over.
            Some(place) => self.counts[place] = self.counts[place].saturating_add(1),
            None => *self.far.entry(bucket).or_default() += 1,
        }
    }

    fn place(&mut self, bucket: i32) -> Option<usize> {
        let at = bucket.wrapping_sub(self.base);
        if (0..self.counts.len() as i32).contains(&at) {
            return Some(at as usize);
        }
        self.widen(bucket)
    }

    fn widen(&mut self, bucket: i32) -> Option<usize> {
        let (first, end) = if self.counts.is_empty() {
            (bucket - ROOM / 2, bucket + ROOM / 2)
        } else {
            let end = self.base + self.counts.len() as i32;
            (self.base.min(bucket - ROOM), end.max(bucket + ROOM))
        };
        if end - first > SPAN_MAX {
            return None;
        }
        let before = if self.counts.is_empty() { 0 } else { (self.base - first) as usize };
        let mut counts = vec![0; (end - first) as usize];
        counts[before..before + self.counts.len()].copy_from_slice(&self.counts);
        (self.base, self.counts) = (first, counts);
        Some((bucket - self.base) as usize)
    }

    /// Counts the values of a column.
    pub(super) fn add(&mut self, column: &Column) {
        if column.buckets.is_empty() {
            return;
        }
        self.min = self.min.min(column.min);
        self.max = self.max.max(column.max);
        self.sum += column.sum;
        for (bucket, count) in &column.buckets {
            match (self.place(*bucket), u32::try_from(*count)) {
                (Some(place), Ok(count)) => self.counts[place] = self.counts[place].saturating_add(count),
                _ => *self.far.entry(*bucket).or_default() += count,
            }
        }
    }

    /// What was counted.
    pub fn column(&self) -> Column {
        let near = (self.base..).zip(&self.counts).filter(|(_, count)| **count > 0);
        let mut buckets: Vec<(i32, u64)> = near.map(|(bucket, count)| (bucket, u64::from(*count))).collect();
        if !self.far.is_empty() {
            let mut all: BTreeMap<i32, u64> = buckets.into_iter().collect();
            self.far.iter().for_each(|(bucket, count)| *all.entry(*bucket).or_default() += count);
            buckets = all.into_iter().collect();
        }
        if buckets.is_empty() {
            return Column::default();
        }
        Column { min: self.min, max: self.max, sum: self.sum, buckets }
    }

    /// Memory it takes.
    pub(super) fn size(&self) -> usize {
        size_of::<Self>() + 4 * self.counts.len() + 32 * self.far.len()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Whatever the values, as if each had been a column of its own.
        #[test]
        fn it_counts_what_adding_columns_counts(
            values in proptest::collection::vec(prop_oneof![any::<f64>(), -100.0..100.0f64, Just(f64::NAN)], 0..200),
        ) {
            let (mut open, mut sum) = (OpenColumn::default(), Column::default());
            let mut added = OpenColumn::default();
            for value in values.iter().filter(|value| value.abs() < 1e300 || value.is_nan()) {
                open.push(*value);
                if !value.is_nan() {
                    let one = Column { min: *value, max: *value, sum: *value, buckets: vec![(bucket(*value), 1)] };
                    sum.add(&one);
                    added.add(&one);
                }
            }
            for column in [open.column(), added.column()] {
                prop_assert_eq!(&column.buckets, &sum.buckets);
                prop_assert_eq!((column.min, column.max), (sum.min, sum.max));
            }
            prop_assert!(open.size() < 64_000);
        }
    }
}
