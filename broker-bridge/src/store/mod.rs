//! STORE: the points of every channel, for the window of history.
//!
//! channel → groups of series that come in one message and share their times → sealed blocks, compressed, in memory or in
//! files, and an open one. Blocks are shared with readers by reference, so that a snapshot holds the lock for as long as it
//! takes to count references up, whatever the length of the window. Late rows are put in their place. What bounds it: the
//! window, memory, disk, a number of series, a number of channels. Past memory or disk the longest groups are shortened
//! first: who floods loses his own history, not his neighbour's.
//!
//! * `channel`, `shape`, `slab`: names → `group`: rows of some series: `rows`, `block` (`codec`, `summary`, `bytes`)
//! * `group_rows`, `picture`, `decimate`, `figures`: reading · `retention`: what has to go · `disk`: files
//! * `metrics`, `merged`, `columns`, `density`: of each metric and step one histogram of all series

mod block;
mod bytes;
mod channel;
pub mod codec;
mod columns;
mod decimate;
mod density;
mod disk;
mod figures;
mod group;
mod group_rows;
mod merged;
mod metrics;
mod picture;
mod retention;
mod rows;
mod shape;
mod slab;
mod summary;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use eontide_wire::{Block, ChannelPattern, Reason, Reject, Timestamp};

use self::channel::ChannelStore;
pub(crate) use self::density::{Densities, step_for};
#[cfg(any(test, feature = "fuzzing"))]
#[doc(hidden)]
pub use self::disk::fuzzing;
pub(crate) use self::disk::{Disk, Life, Restored, Saved, Snapshot};
use self::disk::{Extent, GroupName, Taken};
pub(crate) use self::figures::{Asked, Band, Found, Of};
use self::group::Group;
pub use self::merged::OpenColumn;
pub(crate) use self::picture::{Canvas, OwnedBlock, Picture, PictureGroup};
pub use self::retention::Dropped;
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
