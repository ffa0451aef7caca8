//! The store's merged columns: kept where there are many series, made from points where not.

use std::collections::HashMap;
use std::sync::Arc;

use eontide_wire::{ChannelPattern, Timestamp};

use super::Store;
use super::density::{Densities, Density, Source};
use super::group_rows::GroupRows;
use super::merged::Past;

/// Merged columns that are to be made from points.
#[derive(Debug)]
pub(crate) struct Build {
    channel: Arc<str>,
    metric: Arc<str>,
    points: Vec<(GroupRows, Vec<usize>)>,
    now: Timestamp,
    horizon: Timestamp,
}

/// Merged columns that were made from points.
#[derive(Debug)]
pub(crate) struct Built {
    channel: Arc<str>,
    metric: Arc<str>,
    past: Past,
}

impl Build {
    /// Counts all values: takes long.
    pub(crate) fn count(self) -> Built {
        let past = Past::of(&self.points, self.now, self.horizon);
        Built { channel: self.channel, metric: self.metric, past }
    }
}

impl Store {
    /// Gives up merged columns until they take an eighth of the memory: they can be made from points. First what is old of those
    /// that take most, then all of theirs.
    pub(super) fn shorten_columns(&mut self) {
        let bytes = self.limits.points_bytes / 8;
        let mut size = self.columns_size();
        if size <= bytes / 2 {
            self.channels.values_mut().for_each(|channel| channel.metrics_mut().allow_all());
        }
        while size > bytes {
            let Some(largest) = self.channels.values_mut().max_by_key(|channel| channel.metrics().size()) else {
                return;
            };
            let before = largest.metrics().size();
            largest.metrics_mut().halve_all(before / 2);
            let after = largest.metrics().size();
            if after == before {
                return;
            }
            size = size - before + after;
        }
    }

    /// Memory of merged columns.
    pub fn columns_size(&self) -> usize {
        self.channels.values().map(|channel| channel.metrics().size()).sum()
    }

    /// What is said of the series of a channel has changed.
    pub(crate) fn described(&mut self, channel: &str) {
        if let Some(channel) = self.channels.get_mut(channel) {
            channel.forget_shapes();
        }
    }

    /// Is there a metric whose merged columns are to be made?
    pub(crate) fn wants_build(&self, now: Timestamp) -> bool {
        self.channels.values().any(|channel| channel.metrics().to_build(now).is_some())
    }

    /// Begins to keep merged columns of a metric that has none and is worth it: from now on values are counted as they come.
    /// What was there before is to be counted, without the lock, by [`Build::count`].
    pub(crate) fn begin_build(&mut self, now: Timestamp) -> Option<Build> {
        let (channel, metric) =
            self.channels.values_mut().find_map(|channel| channel.metrics().to_build(now).map(|at| (channel, at)))?;
        let name = Arc::clone(channel.metrics().name(metric)?);
        let horizon = channel.metrics_mut().begin_build(metric, now)?;
        let mut points = Vec::new();
        channel.share_metrics(Timestamp::from_micros(i64::MIN), |of, rows, columns| {
            if of == metric {
                points.push((rows(), columns));
            }
        });
        Some(Build { channel: Arc::clone(&channel.name), metric: name, points, now, horizon })
    }

    /// Adds what was there before.
    pub(crate) fn finish_build(&mut self, built: &Built) {
        if let Some(channel) = self.channels.get_mut(&built.channel) {
            channel.metrics_mut().finish_build(&built.metric, &built.past);
        }
    }

    /// The merged columns, in steps of `step_ms` that begin within `from..=to`, of the metrics that `wanted` accepts.
    pub(crate) fn densities(
        &self,
        pattern: &ChannelPattern,
        step_ms: u32,
        (from, to): (Timestamp, Timestamp),
        wanted: impl Fn(&str) -> bool,
    ) -> Densities {
        // Whole steps: a column with a part of its values would look like a dip.
        let step_us = i64::from(step_ms) * 1000;
        let from = Timestamp::from_micros(from.as_micros().div_euclid(step_us) * step_us);
        let to = Timestamp::from_micros(to.as_micros().div_euclid(step_us).saturating_mul(step_us) + step_us - 1);
        let mut metrics = Vec::new();
        for channel in self.matching(pattern) {
            let mut to_count: HashMap<usize, usize> = HashMap::new();
            for (at, metric, series) in channel.metrics().iter().filter(|(_, metric, _)| wanted(metric)) {
                let source = channel.metrics().columns(at, step_ms, from, to).map(Source::Kept);
                if source.is_none() {
                    to_count.insert(at, metrics.len());
                }
                let source = source.unwrap_or_else(|| Source::Points(Vec::new()));
                metrics.push(Density { metric: Arc::clone(metric), series, source });
            }
            channel.share_metrics(from, |metric, rows, columns| {
                if let Some(Source::Points(points)) =
                    to_count.get(&metric).and_then(|at| metrics.get_mut(*at)).map(|density| &mut density.source)
                {
                    points.push((rows(), columns));
                }
            });
        }
        Densities { step_ms, from, to, metrics }
    }
}
