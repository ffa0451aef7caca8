//! `agg=topk`: which series of a group are largest over the whole range.

use std::cmp::Ordering;
use std::sync::Arc;

use super::parameters::Range;
use crate::store::{Asked, Of, Picture};

/// The parameter `of`.
pub(super) fn parse_of(text: Option<&str>) -> Of {
    match text {
        Some("max") => Of::Max,
        Some("min") => Of::Min,
        Some("mean") => Of::Mean,
        Some("slope") => Of::Slope,
        _ => Of::Last,
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
    Range { from, to }: Range,
    (of, k): (Of, usize),
    mut group: impl FnMut(&str, &str) -> String,
) -> Vec<Ranked> {
    let found = picture.figures(&Asked { from, to, of, band: None }).into_iter();
    let mut ranked: Vec<Ranked> = found
        .map(|found| Ranked {
            group: group(found.channel, found.name),
            channel: Arc::clone(found.channel),
            series: Arc::clone(found.name),
            value: found.value,
        })
        .collect();
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

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use eontide_wire::{Block, ChannelPattern, Timestamp};

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
            (Of::Last, 2, vec![("a-high", 100.0), ("a-rising", 9.0), ("b-one", 7.0)]),
            (Of::Max, 1, vec![("a-high", 500.0), ("b-one", 7.0)]),
            (Of::Slope, 1, vec![("a-rising", 1.0)]),
        ] {
            let ranked = topk(&picture, range, (by, k), |_, name| name[..1].to_owned());
            let found: Vec<(&str, f64)> = ranked.iter().map(|ranked| (&*ranked.series, ranked.value)).collect();
            assert_eq!(found, expected, "{by:?}");
        }
        // Not the whole range: the peak is beyond its end.
        let early = topk(&picture, Range { from: s(0), to: s(2) }, (Of::Max, 1), |_, _| String::new());
        assert_eq!(early.iter().map(|ranked| ranked.value).collect::<Vec<_>>(), [100.0]);
    }
}
