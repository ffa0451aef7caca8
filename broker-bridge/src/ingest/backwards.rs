//! From where to read so that the last few messages of a subject are found, when they may lie anywhere in the stream.
//!
//! The broker reads forwards only, but it counts: how many messages of a subject there are from a place on. So places are
//! tried, further and further back until there are enough, then between the last two until there are not many more than
//! that. A dense subject takes one question, a sparse one in millions of messages of others some ten.

/// Most places that are tried; a search by halves takes 64.
pub(super) const TRIES_MAX: u32 = 80;
/// The first place tried is so many messages back for each message wanted, then so many times further.
const BACK: u64 = 1;
const BACK_GROWTH: u64 = 8;

/// A place in the stream and how many messages of the subject there are from it on, up to the end of the search.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Tried {
    start: u64,
    count: u64,
}

/// The search for a place.
#[derive(Clone, Debug)]
pub(super) struct Backwards {
    /// The first place there is.
    low: u64,
    limit: u64,
    /// The last place tried from which there are enough.
    enough: Option<Tried>,
    /// The first place tried from which there are too few.
    short: Tried,
    step: u64,
    tries: u32,
    /// Those of them between a place with enough and one with too few.
    between: u32,
}

/// What to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// Count from this place on.
    Count(u64),
    /// Read from this place on.
    Read(u64),
}

impl Backwards {
    /// Looks for the last `limit` messages from `low` to `until`, both included.
    pub(super) fn new(low: u64, until: u64, limit: u64) -> Self {
        let low = low.max(1);
        let (limit, short) = (limit.max(1), Tried { start: until.saturating_add(1).max(low), count: 0 });
        Self { low, limit, enough: None, short, step: BACK.saturating_mul(limit), tries: 0, between: 0 }
    }

    pub(super) fn next(&mut self) -> Next {
        self.tries += 1;
        let Some(enough) = self.enough else {
            if self.short.start == self.low || self.tries > TRIES_MAX {
                return Next::Read(self.low);
            }
            let start = self.short.start.saturating_sub(self.step).max(self.low);
            self.step = self.step.saturating_mul(BACK_GROWTH);
            return Next::Count(start);
        };
        let gap = self.short.start - enough.start;
        if enough.count <= self.plenty() || gap <= 1 || self.tries > TRIES_MAX {
            return Next::Read(enough.start);
        }
        // Twice as if they lay evenly; then by halves, so that it ends soon however they lie.
        self.between += 1;
        let wanted = (self.limit + self.plenty()).div_ceil(2) - self.short.count;
        let evenly = u128::from(gap) * u128::from(wanted) / u128::from((enough.count - self.short.count).max(1));
        let back = if self.between > 2 { gap / 2 } else { u64::try_from(evenly).unwrap_or(gap) };
        Next::Count(self.short.start - back.clamp(1, gap - 1))
    }

    /// There are `count` messages from `start` on.
    pub(super) fn counted(&mut self, start: u64, count: u64) {
        let tried = Tried { start, count };
        if count >= self.limit {
            self.enough = Some(tried);
        } else {
            self.short = tried;
        }
    }

    /// Only `count` were found from `start` on, fewer than were counted: some were beyond the end, or are gone. False where
    /// there is nowhere to look further.
    pub(super) fn found(&mut self, start: u64, count: u64) -> bool {
        if count >= self.limit || start <= self.low {
            return false;
        }
        (self.short, self.enough, self.between) = (Tried { start, count }, None, 0);
        self.tries < TRIES_MAX
    }

    /// Reading so many for `limit` is no waste.
    fn plenty(&self) -> u64 {
        self.limit + (self.limit / 2).max(16)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Where reading begins, how many are read from there, and how often was counted.
    fn search(sorted: &[u64], low: u64, until: u64, limit: u64) -> (u64, usize, u32) {
        let mut search = Backwards::new(low, until, limit);
        let from = |start: u64| sorted.iter().filter(|at| (start..=until).contains(*at)).count();
        let mut counts = 0;
        loop {
            match search.next() {
                Next::Read(start) => return (start, from(start), counts),
                Next::Count(start) => {
                    assert!((low.max(1)..=until).contains(&start));
                    search.counted(start, from(start) as u64);
                    counts += 1;
                }
            }
        }
    }

    #[test]
    fn dense_subjects_take_one_question_and_sparse_ones_a_few() {
        let dense: Vec<u64> = (1..=10_000).collect();
        assert_eq!(search(&dense, 1, 10_000, 100), (9901, 100, 1));
        let sparse: Vec<u64> = (1..=1000).map(|n| n * 100_000).collect();
        let (_, read, counts) = search(&sparse, 1, 100_000_000, 100);
        assert!((100..=150).contains(&read) && counts <= 12, "{read} {counts}");
        // All of them long ago, behind many of others.
        let old: Vec<u64> = (1..=1000).collect();
        let (_, read, counts) = search(&old, 1, 1 << 40, 100);
        assert!((100..=150).contains(&read) && counts < 60, "{read} {counts}");
        assert_eq!(search(&[], 1, 1 << 40, 100).1, 0);
        assert_eq!(search(&[], 5, 4, 100), (5, 0, 0));
    }

    proptest! {
        #[test]
        fn enough_are_read_or_all_there_are(
            mut places in prop::collection::btree_set(1u64..5000, 0..400),
            low in 0u64..5000, until in 0u64..6000, limit in 1u64..200,
        ) {
            places.retain(|at| (low..=until).contains(at));
            let sorted: Vec<u64> = places.into_iter().collect();
            let (start, read, counts) = search(&sorted, low, until, limit);
            prop_assert!(counts <= TRIES_MAX);
            prop_assert!(read as u64 >= limit || start <= low.max(1) || read == sorted.len());
            prop_assert!(read as u64 <= limit + (limit / 2).max(16));
        }
    }
}
