//! What is told of changes: to viewers, to NATS and to monitors.

use std::collections::HashMap;
use std::sync::Arc;

use eontide_wire::viewer::{SourceGroup, SourceState, SourceView};
use eontide_wire::{Cause, Epoch, SourceId, Timestamp};

use super::source::Condition;

/// So many sources of one machine that come or go for the same reason are told one by one at once; of more, their number.
const ONE_BY_ONE: u64 = 256;
/// Of all machines together.
const ONE_BY_ONE_IN_ALL: u64 = 1_024;

/// What viewers are told.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Change {
    /// This source changed.
    Source(SourceView),
    /// So many did.
    Group(SourceGroup),
}

/// A source came or went.
#[derive(Clone, Debug)]
pub(crate) struct Moved {
    /// Number of the source, until it is forgotten.
    pub(crate) index: u32,
    pub(crate) channel: Arc<str>,
    pub(crate) id: SourceId,
    pub(crate) epoch: Epoch,
    pub(crate) at: Timestamp,
    /// Why it went; `None` for one that came.
    pub(crate) cause: Option<Cause>,
    pub(crate) reason: Option<Box<str>>,
    pub(crate) host: Option<Arc<str>>,
    /// Known from the stream, so that nobody is told again.
    pub(crate) replayed: bool,
    /// Somebody monitors it.
    pub(crate) watched: bool,
}

/// Channel, machine, and what happened.
type Kind = (u32, Option<Arc<str>>, Condition);

/// Changes since they were last taken.
#[derive(Debug, Default)]
pub(super) struct Told {
    changes: Vec<Change>,
    moved: Vec<Moved>,
    counts: HashMap<Kind, SourceGroup>,
    /// Told one by one, of whatever kind.
    one_by_one: u64,
}

impl Told {
    pub(super) fn push(&mut self, view: SourceView) {
        self.changes.push(Change::Source(view));
    }

    pub(super) fn moved(&mut self, moved: Moved) {
        self.moved.push(moved);
    }

    /// One more of this kind; true where it is to be told by itself.
    pub(super) fn counts(&mut self, kind: Kind, group: impl FnOnce() -> SourceGroup) -> bool {
        let group = self.counts.entry(kind).or_insert_with(group);
        group.count += 1;
        let tell = group.told < ONE_BY_ONE && self.one_by_one < ONE_BY_ONE_IN_ALL;
        group.told += u64::from(tell);
        self.one_by_one += u64::from(tell);
        tell
    }

    pub(super) fn take_changes(&mut self) -> Vec<Change> {
        self.one_by_one = 0;
        let mut groups: Vec<SourceGroup> =
            self.counts.drain().map(|(_, group)| group).filter(|group| group.count > group.told).collect();
        groups.sort_by(|a, b| (&a.channel, &a.host).cmp(&(&b.channel, &b.host)));
        self.changes.extend(groups.into_iter().map(Change::Group));
        std::mem::take(&mut self.changes)
    }

    pub(super) fn take_moved(&mut self) -> Vec<Moved> {
        std::mem::take(&mut self.moved)
    }
}

/// What a condition is called in a group.
pub(super) fn group_state(condition: Condition) -> SourceState {
    if condition.cause().is_some() { SourceState::Down } else { SourceState::Up }
}
