//! What is told of changes: to viewers, to NATS and to monitors.

use std::collections::HashMap;
use std::sync::Arc;

use eontide_wire::viewer::{SourceGroup, SourceState, SourceView};
use eontide_wire::{Cause, Epoch, SourceId, Timestamp};

use super::source::Condition;

/// So many sources of one machine that come or go for the same reason are told one by one at once; of more, their number.
pub(super) const ONE_BY_ONE: u64 = 256;

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
    counts: HashMap<Kind, (u64, SourceGroup)>,
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
        let (count, _) = self.counts.entry(kind).or_insert_with(|| (0, group()));
        *count += 1;
        *count <= ONE_BY_ONE
    }

    pub(super) fn take_changes(&mut self) -> Vec<Change> {
        for (_, (count, group)) in self.counts.drain().filter(|(_, (count, _))| *count > ONE_BY_ONE) {
            self.changes.push(Change::Group(SourceGroup { count, told: ONE_BY_ONE, ..group }));
        }
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
