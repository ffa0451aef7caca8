//! `agg=topk`: which series of a group are largest over the whole range.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::sync::Arc;

use eontide_wire::Timestamp;

use super::parameters::Range;
use crate::store::Picture;

/// What series are ranked by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RankBy {
    /// The last value.
    Last,
    /// The largest value.
    Max,
    /// The slope of the least-squares line, per second.
    Slope,
}

impl RankBy {
    /// The parameter `of`.
    pub(super) fn parse(text: Option<&str>) -> Self {
        match text {
            Some("max") => Self::Max,
            Some("slope") => Self::Slope,
            _ => Self::Last,
        }
    }
}

/// A series that is among the first of its group.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Ranked {
    pub(super) group: String,
    pub(super) channel: Arc<str>,
    pub(super) series: Arc<str>,
    /// What it was ranked by.
    pub(super) value: f64,
}

/// The first `k` series of each group, groups in order of name, series from the largest on; equal ones by channel and name.
/// A series without a value, or for a slope with fewer than two times, has no rank.
pub(super) fn topk(
    picture: &Picture,
    range: Range,
    (by, k): (RankBy, usize),
    mut group: impl FnMut(&str, &str) -> String,
) -> Vec<Ranked> {
    let mut ranks: HashMap<(&Arc<str>, &Arc<str>), Rank> = HashMap::new();
    for part in picture.groups() {
        let mut of_part = vec![Rank::NONE; part.names().len()];
        part.each_part(range.from, range.to, |times, columns| {
            for (rank, values) in of_part.iter_mut().zip(columns) {
                for (time, value) in times.iter().zip(values).filter(|(_, value)| !value.is_nan()) {
                    rank.add(*time, *value, range.to);
                }
            }
        });
        for (name, rank) in part.names().zip(of_part) {
            ranks.entry((part.channel(), name)).or_insert(Rank::NONE).merge(&rank);
        }
    }
    let ranked = ranks.into_iter().filter_map(|((channel, name), rank)| {
        let value = rank.value(by)?;
        Some(Ranked { group: group(channel, name), channel: Arc::clone(channel), series: Arc::clone(name), value })
    });
    let mut ranked: Vec<Ranked> = ranked.collect();
    ranked.sort_by(|a, b| a.group.cmp(&b.group).then_with(|| larger_first(a, b)));
    let mut of_group = 0;
    let mut last = None;
    ranked.retain(|ranked| {
        of_group = if last.as_ref() == Some(&ranked.group) { of_group + 1 } else { 1 };
        last = Some(ranked.group.clone());
        of_group <= k
    });
    ranked
}

fn larger_first(a: &Ranked, b: &Ranked) -> Ordering {
    b.value.total_cmp(&a.value).then_with(|| (&a.channel, &a.series).cmp(&(&b.channel, &b.series)))
}

/// What is kept of the points of one series. Sums are over seconds before the end of the range, near which the points are.
#[derive(Clone, Copy, Debug)]
struct Rank {
    last: (i64, f64),
    max: f64,
    n: f64,
    t: f64,
    v: f64,
    tt: f64,
    tv: f64,
}

impl Rank {
    const NONE: Self =
        Self { last: (i64::MIN, f64::NAN), max: f64::NEG_INFINITY, n: 0.0, t: 0.0, v: 0.0, tt: 0.0, tv: 0.0 };

    fn add(&mut self, time: Timestamp, value: f64, origin: Timestamp) {
        let t = (time.as_micros() - origin.as_micros()) as f64 / 1e6;
        let one = Self { last: (time.as_micros(), value), max: value, n: 1.0, t, v: value, tt: t * t, tv: t * value };
        self.merge(&one);
    }

    fn merge(&mut self, other: &Self) {
        if other.last.0 >= self.last.0 && other.n > 0.0 {
            self.last = other.last;
        }
        self.max = self.max.max(other.max);
        self.n += other.n;
        self.t += other.t;
        self.v += other.v;
        self.tt += other.tt;
        self.tv += other.tv;
    }

    fn value(&self, by: RankBy) -> Option<f64> {
        if self.n == 0.0 {
            return None;
        }
        let spread = self.n * self.tt - self.t * self.t;
        match by {
            RankBy::Last => Some(self.last.1),
            RankBy::Max => Some(self.max),
            RankBy::Slope if spread > 0.0 => Some((self.n * self.tv - self.t * self.v) / spread),
            RankBy::Slope => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use eontide_wire::{Block, ChannelPattern};

    use super::*;
    use crate::store::{Limits, Store};

    const fn s(seconds: i64) -> Timestamp {
        Timestamp::from_micros(1_763_683_200_000_000 + seconds * 1_000_000)
    }

    /// `rising` from 0 to 9, `high` at 100 with one peak, `falling`, a gap only, one point.
    fn picture() -> Picture {
        let limits = Limits {
            history: Duration::from_secs(60),
            points_bytes: 1 << 30,
            disk_bytes: 0,
            series_max: 9,
            channels_max: 1,
        };
        let mut store = Store::new(limits);
        let x: Vec<Timestamp> = (0..10).map(s).collect();
        let rising: Vec<f64> = (0..10).map(f64::from).collect();
        let falling = rising.iter().map(|value| -value).collect();
        let mut high = vec![100.0; 10];
        high[3] = 500.0;
        let lines = [("a-rising", rising), ("a-high", high), ("a-falling", falling), ("b-gap", vec![f64::NAN; 10])];
        for (name, values) in lines {
            add(&mut store, Block { names: vec![name.into()], x: x.clone(), values });
        }
        add(&mut store, Block { names: vec!["b-one".into()], x: vec![s(5)], values: vec![7.0] });
        store.picture(&ChannelPattern::new("c").unwrap(), s(0), |_, _| true)
    }

    fn add(store: &mut Store, block: Block<'_>) {
        let (channel, shapes) = store.resolve("c", std::slice::from_ref(&block), &|name| name.into()).unwrap();
        store.append(&channel, &shapes, &[block], 1, s(9));
    }

    #[test]
    fn series_are_ranked_over_the_range_within_their_group() {
        let picture = picture();
        let range = Range { from: s(0), to: s(9) };
        for (by, k, expected) in [
            (RankBy::Last, 2, vec![("a-high", 100.0), ("a-rising", 9.0), ("b-one", 7.0)]),
            (RankBy::Max, 1, vec![("a-high", 500.0), ("b-one", 7.0)]),
            (RankBy::Slope, 1, vec![("a-rising", 1.0)]),
        ] {
            let ranked = topk(&picture, range, (by, k), |_, name| name[..1].to_owned());
            let found: Vec<(&str, f64)> = ranked.iter().map(|ranked| (&*ranked.series, ranked.value)).collect();
            assert_eq!(found, expected, "{by:?}");
        }
        // Not the whole range: the peak is beyond its end.
        let early = topk(&picture, Range { from: s(0), to: s(2) }, (RankBy::Max, 1), |_, _| String::new());
        assert_eq!(early.iter().map(|ranked| ranked.value).collect::<Vec<_>>(), [100.0]);
    }
}
