//! One named column over time: sealed chunks that readers share, and the head that still grows.

use std::collections::VecDeque;
use std::sync::Arc;

use eontide_wire::Timestamp;

use super::chunk::Chunk;

/// The points of one series, in order of time.
#[derive(Debug)]
pub(super) struct Series {
    pub(super) name: Arc<str>,
    /// Oldest first; each chunk's times end at or before the next one's begin.
    sealed: VecDeque<Arc<Chunk>>,
    /// Copied when it grows while a reader holds it.
    head: Arc<Chunk>,
    points: usize,
}

/// A consistent copy of the references to a series' points: taken under the lock, read without it.
#[derive(Clone, Debug)]
pub(crate) struct SeriesPoints {
    pub(crate) name: Arc<str>,
    chunks: Vec<Arc<Chunk>>,
    head: Arc<Chunk>,
}

impl Series {
    pub(super) fn new(name: Arc<str>) -> Self {
        Self { name, sealed: VecDeque::new(), head: Arc::default(), points: 0 }
    }

    pub(super) fn points(&self) -> usize {
        self.points
    }

    /// Time of the newest point.
    pub(super) fn last(&self) -> Option<Timestamp> {
        self.head.last().or_else(|| self.sealed.back().and_then(|chunk| chunk.last()))
    }

    /// Puts a point in its place; a push, unless the point is late.
    pub(super) fn insert(&mut self, x: Timestamp, value: f64) {
        self.points += 1;
        let late = self.sealed.back().and_then(|chunk| chunk.last()).is_some_and(|sealed_end| x < sealed_end);
        if late {
            self.insert_late(x, value);
            return;
        }
        let head = Arc::make_mut(&mut self.head);
        head.insert(x, value);
        if head.is_full() {
            self.sealed.push_back(std::mem::take(&mut self.head));
        }
    }

    fn insert_late(&mut self, x: Timestamp, value: f64) {
        // The first chunk that ends after x: earlier ones hold only earlier points.
        let at = self.sealed.partition_point(|chunk| chunk.last().is_none_or(|last| last <= x));
        let Some(shared) = self.sealed.get_mut(at) else {
            Arc::make_mut(&mut self.head).insert(x, value);
            return;
        };
        // Copies the chunk if a reader still holds it, so that what was read stays as it was.
        let chunk = Arc::make_mut(shared);
        chunk.insert(x, value);
        if chunk.len() >= 2 * super::chunk::CHUNK_POINTS {
            let later = chunk.split();
            self.sealed.insert(at + 1, Arc::new(later));
        }
    }

    /// Drops whole chunks that end before `horizon`; returns the number of points dropped.
    pub(super) fn evict_before(&mut self, horizon: Timestamp) -> usize {
        let before = self.points;
        while self.sealed.front().is_some_and(|chunk| chunk.last().is_none_or(|last| last < horizon)) {
            self.drop_oldest();
        }
        if self.sealed.is_empty() && self.head.last().is_some_and(|last| last < horizon) {
            self.points -= self.head.len();
            self.head = Arc::default();
        }
        before - self.points
    }

    /// Drops the oldest chunk, or the head if nothing else is left; returns the number of points dropped.
    fn drop_oldest(&mut self) -> usize {
        let dropped = match self.sealed.pop_front() {
            Some(chunk) => chunk.len(),
            None => std::mem::take(&mut self.head).len(),
        };
        self.points -= dropped;
        dropped
    }

    /// Drops its oldest chunks until at most `points` are left; returns the number of points dropped.
    pub(super) fn shorten(&mut self, points: usize) -> usize {
        let before = self.points;
        while self.points > points {
            self.drop_oldest();
        }
        before - self.points
    }

    /// References to all points at or after `from`.
    pub(super) fn share(&self, from: Timestamp) -> SeriesPoints {
        let start = self.sealed.partition_point(|chunk| chunk.last().is_none_or(|last| last < from));
        SeriesPoints {
            name: Arc::clone(&self.name),
            chunks: self.sealed.range(start..).cloned().collect(),
            head: Arc::clone(&self.head),
        }
    }
}

impl SeriesPoints {
    /// Points of all chunks, whole.
    pub(super) fn points_at_most(&self) -> usize {
        self.chunks.iter().map(|chunk| chunk.len()).sum::<usize>() + self.head.len()
    }

    /// Times and values within `from..=to`, sorted.
    pub(crate) fn range(&self, from: Timestamp, to: Timestamp) -> (Vec<Timestamp>, Vec<f64>) {
        let (mut x, mut values) = (Vec::new(), Vec::new());
        for chunk in self.chunks.iter().chain([&self.head]) {
            if chunk.first().is_some_and(|first| first <= to) {
                chunk.copy_range(from, to, &mut x, &mut values);
            }
        }
        (x, values)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn us(n: i64) -> Timestamp {
        Timestamp::from_micros(n)
    }

    fn all(series: &Series) -> Vec<(i64, f64)> {
        let (x, values) = series.share(us(i64::MIN)).range(us(i64::MIN), us(i64::MAX));
        x.into_iter().map(Timestamp::as_micros).zip(values).collect()
    }

    /// Every permutation of lateness ends in the order a stable sort gives.
    #[test]
    fn points_in_any_order_are_kept_sorted_and_complete() {
        let mut series = Series::new("a".into());
        let mut expected = Vec::new();
        let mut state = 7u64;
        for i in 0..5_000u64 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let x = (i * 10).saturating_sub((state >> 33) % 20_000) as i64;
            series.insert(us(x), i as f64);
            expected.push((x, i as f64));
        }
        expected.sort_by_key(|(x, _)| *x);
        assert_eq!(all(&series), expected);
        assert_eq!(series.points(), 5_000);
    }

    #[test]
    fn a_range_holds_both_of_its_ends() {
        let mut series = Series::new("a".into());
        for i in 0..2_000 {
            series.insert(us(i), i as f64);
        }
        let (x, _) = series.share(us(500)).range(us(500), us(1_500));
        assert_eq!((x.len(), x[0], x[1_000]), (1_001, us(500), us(1_500)));
    }

    #[test]
    fn what_a_reader_holds_does_not_change_under_it() {
        let mut series = Series::new("a".into());
        for i in 0..1_000 {
            series.insert(us(i * 2), 0.0);
        }
        let shared = series.share(us(0));
        series.insert(us(1), 1.0);
        assert_eq!(shared.range(us(0), us(9_999)).0.len(), 1_000);
        assert_eq!(all(&series).len(), 1_001);
        assert_eq!(all(&series)[1], (1, 1.0));
    }

    #[test]
    fn eviction_drops_what_is_older_and_counts_it() {
        let mut series = Series::new("a".into());
        for i in 0..2_000 {
            series.insert(us(i), 0.0);
        }
        let dropped = series.evict_before(us(1_100));
        assert_eq!(dropped, 1_024);
        assert_eq!(series.points(), 976);
        assert_eq!(series.evict_before(us(10_000)), 976);
        assert_eq!(series.last(), None);
    }
}
