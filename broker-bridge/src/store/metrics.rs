//! The metrics of a channel: which series measure the same, and their merged columns where there are many.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use eontide_wire::Timestamp;

use super::merged::{Columns, Merged, Past};
use super::slab::Slab;

/// A metric of fewer series has no columns of its own: to make them from the points takes milliseconds.
const SERIES_MIN: usize = 64;
/// Columns are made anew this often at most, whatever is said of its series.
const BUILD_PAUSE: Duration = Duration::from_secs(60);

/// Metrics by number and by name.
#[derive(Debug, Default)]
pub(super) struct Metrics {
    all: Slab<Metric>,
    by_name: HashMap<Arc<str>, usize>,
}

#[derive(Debug)]
struct Metric {
    name: Arc<str>,
    /// How many series measure it.
    series: usize,
    columns: Option<Kept>,
    /// Series came that were counted elsewhere before, or went.
    stale: bool,
    /// There was no memory for its columns.
    given_up: bool,
    built: Option<Timestamp>,
}

#[derive(Debug)]
struct Kept {
    merged: Merged,
    /// What was there before is added.
    whole: bool,
}

impl Metrics {
    /// A series measures this; the metric's number.
    pub(super) fn join(&mut self, name: &Arc<str>) -> usize {
        if let Some(at) = self.by_name.get(name)
            && let Some(metric) = self.all.get_mut(*at)
        {
            metric.series += 1;
            return *at;
        }
        let metric =
            Metric { name: Arc::clone(name), series: 1, columns: None, stale: false, given_up: false, built: None };
        let at = self.all.insert(metric);
        self.by_name.insert(Arc::clone(name), at);
        at
    }

    /// A series does not measure it any more.
    pub(super) fn leave(&mut self, at: usize) {
        let Some(metric) = self.all.get_mut(at) else { return };
        metric.series -= 1;
        if metric.series < SERIES_MIN / 2 {
            metric.columns = None;
        }
        if metric.series == 0
            && let Some(metric) = self.all.remove(at)
        {
            self.by_name.remove(&metric.name);
        }
    }

    /// Its columns are to be made anew: a series changed sides.
    pub(super) fn spoil(&mut self, at: usize) {
        if let Some(metric) = self.all.get_mut(at) {
            metric.stale = true;
        }
    }

    pub(super) fn name(&self, at: usize) -> Option<&Arc<str>> {
        self.all.get(at).map(|metric| &metric.name)
    }

    /// Number, name and number of series of each.
    pub(super) fn iter(&self) -> impl Iterator<Item = (usize, &Arc<str>, usize)> {
        self.all.iter().map(|(at, metric)| (at, &metric.name, metric.series))
    }

    /// Counts the values of a series, in a message that the broker got at `now`.
    pub(super) fn push(&mut self, at: usize, times: &[Timestamp], values: &[f64], now: Timestamp) {
        if let Some(Metric { columns: Some(kept), .. }) = self.all.get_mut(at) {
            kept.merged.push(times, values, now);
        }
    }

    /// A metric whose columns are to be made.
    pub(super) fn to_build(&self, now: Timestamp) -> Option<usize> {
        let rested = |metric: &Metric| metric.built.is_none_or(|at| crate::clock::age(now, at) > BUILD_PAUSE);
        let due = |metric: &Metric| {
            metric.series >= SERIES_MIN && (metric.columns.is_none() || metric.stale && rested(metric))
        };
        self.all.iter().find(|(_, metric)| due(metric)).map(|(at, _)| at)
    }

    /// Begins to count what comes from now on; gives the moment up to which past columns are to be added up.
    pub(super) fn begin_build(&mut self, at: usize, now: Timestamp) -> Option<Timestamp> {
        let metric = self.all.get_mut(at)?;
        let merged = Merged::new(now);
        let horizon = merged.horizon();
        (metric.columns, metric.stale, metric.built) = (Some(Kept { merged, whole: false }), false, Some(now));
        Some(horizon)
    }

    /// Adds what was there before.
    pub(super) fn finish_build(&mut self, name: &str, past: &Past) {
        if let Some(metric) = self.by_name.get(name).and_then(|at| self.all.get_mut(*at))
            && let Some(kept) = metric.columns.as_mut().filter(|kept| !kept.whole)
        {
            kept.merged.add_past(past);
            kept.whole = true;
        }
    }

    /// The columns of a metric; `None` where they must be made from points.
    pub(super) fn columns(&self, at: usize, step_ms: u32, from: Timestamp, to: Timestamp) -> Option<Columns> {
        let kept = self.all.get(at)?.columns.as_ref().filter(|kept| kept.whole)?;
        kept.merged.columns(step_ms, from, to)
    }

    fn kept(&mut self) -> impl Iterator<Item = &mut Merged> {
        self.all.values_mut().filter_map(|metric| metric.columns.as_mut()).map(|kept| &mut kept.merged)
    }

    /// Drops columns of before `horizon`.
    pub(super) fn drop_before(&mut self, horizon: Timestamp) {
        self.kept().for_each(|merged| merged.drop_before(horizon));
    }

    /// Memory of all columns.
    pub(super) fn size(&self) -> usize {
        let kept = self.all.values().filter_map(|metric| metric.columns.as_ref());
        kept.map(|kept| kept.merged.size()).sum()
    }

    /// Gives up the older half of each, or where that is little all of those that take most, until at most `bytes` are left.
    pub(super) fn halve_all(&mut self, bytes: usize) {
        self.kept().for_each(Merged::halve);
        let mut kept: Vec<&mut Metric> = self.all.values_mut().filter(|metric| metric.columns.is_some()).collect();
        let size = |metric: &Metric| metric.columns.as_ref().map_or(0, |kept| kept.merged.size());
        kept.sort_by_key(|metric| std::cmp::Reverse(size(metric)));
        let mut left: usize = kept.iter().map(|metric| size(metric)).sum();
        for metric in kept {
            if left <= bytes {
                return;
            }
            left -= size(metric);
            // Made again once there is room, not at the next look.
            (metric.columns, metric.given_up) = (None, true);
        }
    }

    /// There is room again for what was given up.
    pub(super) fn allow_all(&mut self) {
        self.all.values_mut().for_each(|metric| metric.given_up = false);
    }
}
