//! STORE: the points of every channel, in memory, for the window of history.
//!
//! channel → groups of series that come in one message and share their times → sealed blocks, compressed, and an open one.
//! Blocks are shared with readers by reference, so that a snapshot holds the lock for as long as it takes to count
//! references up, whatever the length of the window. Late rows are put in their place. What bounds it: the window, memory,
//! a number of series, a number of channels. Past the memory the longest groups are shortened first: who floods loses his
//! own history, not his neighbour's.

mod block;
mod bytes;
mod channel;
pub mod codec;
mod decimate;
mod density;
mod disk;
mod group;
mod merged;
mod metrics;
mod picture;
mod rows;
mod shape;
mod slab;
mod summary;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

use eontide_wire::{Block, ChannelPattern, Reason, Reject, Timestamp};

use self::channel::ChannelStore;
pub(crate) use self::density::{Densities, step_for};
use self::density::{Density, Source};
#[cfg(any(test, feature = "fuzzing"))]
#[doc(hidden)]
pub use self::disk::fuzzing;
pub(crate) use self::disk::{Disk, Life, Restored, Saved, Snapshot};
use self::disk::{Extent, GroupName, Taken};
use self::group::{Group, GroupRows};
pub use self::merged::OpenColumn;
use self::merged::Past;
pub(crate) use self::picture::{Canvas, OwnedBlock, Picture, PictureGroup};
pub(crate) use self::shape::Shape;

/// What the store may hold.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// How far back points are kept.
    pub history: Duration,
    /// Memory of all points together, in bytes.
    pub points_bytes: usize,
    /// Bytes of all blocks in files.
    pub disk_bytes: usize,
    /// Series of all channels together.
    pub series_max: usize,
    /// Channels.
    pub channels_max: usize,
}

/// Points dropped, by what had no room for them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Dropped {
    /// They left the window.
    pub age: usize,
    /// There was too little memory.
    pub memory: usize,
    /// There was too little disk.
    pub disk: usize,
}

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

/// A channel as the API lists it.
#[derive(Clone, Debug)]
pub(crate) struct ChannelSummary {
    pub(crate) channel: Arc<str>,
    pub(crate) series: usize,
    pub(crate) points: usize,
    pub(crate) last_message: Timestamp,
}

/// A series as the API lists it.
#[derive(Clone, Debug)]
pub(crate) struct SeriesSummary {
    pub(crate) name: Arc<str>,
    pub(crate) channel: Arc<str>,
    pub(crate) points: usize,
    pub(crate) last: Option<Timestamp>,
}

/// The points of every channel.
#[derive(Debug)]
pub struct Store {
    limits: Limits,
    channels: BTreeMap<Arc<str>, ChannelStore>,
    series: usize,
    /// What was before this was dropped for its age.
    horizon: Timestamp,
}

impl Store {
    /// An empty store.
    pub fn new(limits: Limits) -> Self {
        Self { limits, channels: BTreeMap::new(), series: 0, horizon: Timestamp::default() }
    }

    /// Points held.
    pub fn points(&self) -> usize {
        self.channels.values().flat_map(ChannelStore::groups).map(Group::points).sum()
    }

    /// Series held.
    pub fn series(&self) -> usize {
        self.series
    }

    /// Channels held.
    pub fn channels(&self) -> usize {
        self.channels.len()
    }

    /// How far back points are kept.
    pub fn history(&self) -> Duration {
        self.limits.history
    }

    /// What was before this was dropped for its age.
    pub(crate) fn horizon(&self) -> Timestamp {
        self.horizon
    }

    /// Finds or makes the channel and the series of every block; all or nothing, so that a message is stored whole.
    /// `metric_of` says what a series measures; asked when a shape is new.
    pub(crate) fn resolve(
        &mut self,
        channel: &str,
        blocks: &[Block<'_>],
        metric_of: &dyn Fn(&str) -> Arc<str>,
    ) -> Result<(Arc<str>, Vec<Arc<Shape>>), Reject> {
        let Limits { series_max, channels_max, .. } = self.limits;
        if !self.channels.contains_key(channel) {
            if self.channels.len() >= channels_max {
                return Err(Reject::new(Reason::StoreFull, format!("{channels_max} channels are kept already")));
            }
            let name: Arc<str> = channel.into();
            self.channels.insert(Arc::clone(&name), ChannelStore::new(name));
        }
        // Present: inserted just above where it was missing.
        let Some(found) = self.channels.get_mut(channel) else {
            return Err(Reject::new(Reason::StoreFull, "channel vanished"));
        };
        let known: Option<Vec<_>> = blocks.iter().map(|block| found.known_shape(&block.names)).collect();
        let shapes = match known {
            Some(shapes) => shapes,
            None if found.fresh(blocks) > series_max.saturating_sub(self.series) => {
                return Err(Reject::new(Reason::StoreFull, format!("{series_max} series are kept already")));
            }
            None => {
                let before = found.series_count();
                let shapes = blocks.iter().map(|block| found.shape(&block.names, metric_of)).collect();
                self.series += found.series_count() - before;
                shapes
            }
        };
        Ok((Arc::clone(&found.name), shapes))
    }

    /// Appends the points of a message that was resolved, which the broker has at `offset` since `time`.
    pub(crate) fn append(
        &mut self,
        channel: &str,
        shapes: &[Arc<Shape>],
        blocks: &[Block<'_>],
        offset: u64,
        time: Timestamp,
    ) {
        let Some(found) = self.channels.get_mut(channel) else { return };
        for (shape, block) in shapes.iter().zip(blocks) {
            found.append(shape, block, offset, time);
        }
        found.last_message = found.last_message.max(time);
    }

    /// Drops what left the window, then what is too much for memory or disk.
    pub fn evict(&mut self, now: Timestamp) -> Dropped {
        let history_us = i64::try_from(self.limits.history.as_micros()).unwrap_or(i64::MAX);
        let horizon = Timestamp::from_micros(now.as_micros().saturating_sub(history_us));
        self.horizon = self.horizon.max(horizon);
        let age = self.channels.values_mut().map(|channel| channel.evict_before(horizon)).sum();
        // What is on disk takes no memory to speak of, and stays.
        let memory =
            self.shorten(self.limits.points_bytes, Group::memory, Group::rows_in_memory, Group::shorten_memory);
        // A fifth is for indexes, and for blocks that are dead in files that are not.
        let disk = self.shorten(self.limits.disk_bytes / 5 * 4, Group::disk_size, Group::rows, Group::shorten);
        self.shorten_columns();
        self.channels.retain(|_, channel| channel.series_count() > 0 || channel.last_message >= horizon);
        self.series = self.channels.values().map(ChannelStore::series_count).sum();
        Dropped { age, memory, disk }
    }

    /// Gives up merged columns until they take an eighth of the memory: they can be made from points. First what is old of those
    /// that take most, then all of theirs.
    fn shorten_columns(&mut self) {
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

    /// Shortens the longest groups until all together take at most `bytes`; returns the number of points dropped.
    fn shorten(
        &mut self,
        bytes: usize,
        size: fn(&Group) -> usize,
        rows: fn(&Group) -> usize,
        cut: fn(&mut Group, usize) -> usize,
    ) -> usize {
        let mut all = 0;
        // More than once, since the newest rows take more than the average, which a level is made from.
        while let Some(level) = self.level(bytes, size, rows) {
            let cut = |group: &mut Group| cut(group, level.max(1));
            let dropped: usize = self.channels.values_mut().map(|channel| channel.each_group(cut)).sum();
            all += dropped;
            if dropped == 0 {
                break;
            }
        }
        all
    }

    /// What is not on disk yet, and the blocks in files that `again` wants to be written once more.
    fn take(&self, any_again: bool, again: impl Fn(&Extent) -> bool) -> Taken {
        Taken {
            channels: self.channels.values().map(ChannelStore::taken).collect(),
            groups: self.channels.values().flat_map(|channel| channel.take(any_again, &again)).collect(),
        }
    }

    /// These blocks are on disk now: they are read from there, and their memory is free.
    pub(crate) fn saved(&mut self, saved: Saved) {
        for group in saved.0 {
            if let Some(channel) = self.channels.get_mut(&group.channel) {
                channel.saved(group.number, group.blocks);
            }
        }
    }

    /// A channel as it was when it was saved.
    fn restore_channel(
        &mut self,
        name: &Arc<str>,
        last_message: Timestamp,
        metrics: &[(Arc<str>, Arc<str>)],
    ) -> Option<&mut ChannelStore> {
        if self.channels.len() >= self.limits.channels_max && !self.channels.contains_key(name) {
            return None;
        }
        let channel = self.channels.entry(Arc::clone(name)).or_insert_with(|| ChannelStore::new(Arc::clone(name)));
        channel.last_message = channel.last_message.max(last_message);
        channel.restore_metrics(metrics);
        Some(channel)
    }

    /// A group as it was when it was saved: its blocks in the order in which they were written, then rows after them. False
    /// where there is no room for it: a limit was lowered since.
    fn restore_group<'r>(
        &mut self,
        name: &GroupName,
        blocks: Vec<Arc<block::Block>>,
        rows: impl IntoIterator<Item = &'r Arc<rows::Rows>>,
        since: u64,
    ) -> bool {
        let room = self.limits.series_max.saturating_sub(self.series);
        let Some(channel) = self.restore_channel(&name.channel, Timestamp::default(), &[]) else { return false };
        let fresh = channel.unknown(&name.names);
        if fresh > room {
            return false;
        }
        if let Some(group) = channel.group_of(&name.names) {
            group.restore(blocks, rows, since);
        }
        self.series += fresh;
        true
    }

    /// Memory of all points, without what the allocator adds.
    pub fn size(&self) -> usize {
        self.channels.values().flat_map(ChannelStore::groups).map(Group::size).sum()
    }

    /// Bytes of all blocks in files.
    pub fn disk_size(&self) -> usize {
        self.channels.values().flat_map(ChannelStore::groups).map(Group::disk_size).sum()
    }

    /// The number of rows to which the longest groups are cut so that all together take at most `bytes`: who is below it
    /// keeps everything. `None` where they fit already.
    fn level(&self, bytes: usize, size: fn(&Group) -> usize, rows: fn(&Group) -> usize) -> Option<usize> {
        let groups = || self.channels.values().flat_map(ChannelStore::groups).filter(|group| rows(group) > 0);
        if groups().map(size).sum::<usize>() <= bytes {
            return None;
        }
        let mut groups: Vec<(usize, f64)> =
            groups().map(|group| (rows(group), size(group) as f64 / rows(group) as f64)).collect();
        groups.sort_by_key(|(rows, _)| *rows);
        // What one row of each group that is left takes, and the memory that is left for them.
        let mut row: f64 = groups.iter().map(|(_, row)| row).sum();
        let mut room = bytes as f64;
        for (rows, of_one) in groups {
            if rows as f64 * row > room {
                return Some((room / row) as usize);
            }
            room -= rows as f64 * of_one;
            row -= of_one;
        }
        None
    }

    /// Is there a channel that `pattern` covers?
    pub(crate) fn holds(&self, pattern: &ChannelPattern) -> bool {
        self.matching(pattern).next().is_some()
    }

    /// All channels.
    pub(crate) fn list(&self) -> Vec<ChannelSummary> {
        self.channels
            .values()
            .map(|channel| ChannelSummary {
                channel: Arc::clone(&channel.name),
                series: channel.series_count(),
                points: channel.groups().map(Group::points).sum(),
                last_message: channel.last_message,
            })
            .collect()
    }

    /// The series `pattern` covers.
    pub(crate) fn list_series(&self, pattern: &ChannelPattern) -> Vec<SeriesSummary> {
        let mut list: Vec<SeriesSummary> = self
            .matching(pattern)
            .flat_map(|channel| channel.series().map(move |series| (channel, series)))
            .map(|(channel, series)| SeriesSummary {
                name: Arc::clone(series.name),
                channel: Arc::clone(&channel.name),
                points: series.points,
                last: series.last,
            })
            .collect();
        list.sort_by(|a, b| (&a.name, &a.channel).cmp(&(&b.name, &b.channel)));
        list
    }

    /// References to the points at or after `from` of every series that `pattern` and `wanted` (channel, name) accept.
    pub(crate) fn picture(
        &self,
        pattern: &ChannelPattern,
        from: Timestamp,
        wanted: impl Fn(&str, &str) -> bool,
    ) -> Picture {
        Picture::new(self.matching(pattern).flat_map(|channel| channel.share(from, &wanted)).collect())
    }

    fn matching<'a>(&'a self, pattern: &'a ChannelPattern) -> impl Iterator<Item = &'a ChannelStore> {
        self.channels.values().filter(|channel| pattern.matches(&channel.name))
    }
}

#[cfg(test)]
mod tests;
