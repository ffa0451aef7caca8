//! What a source that is or was away takes beside its own record: the times it was there, restarts, losses.

use std::collections::VecDeque;

use eontide_wire::{Cause, Epoch, Timestamp};

use super::moment::{Ms, Packed};
use super::seq_window::Wide;

/// Times that are kept of one source; of more, the newest.
pub(super) const PERIODS_MAX: usize = 16;
/// So many restarts within [`LOOP_WINDOW`] are a crash loop.
const LOOP_RESTARTS: usize = 3;
const LOOP_WINDOW: Ms = 300_000;
/// A crash loop is over after so long without a restart, in ms.
const LOOP_QUIET: Ms = 300_000;
/// A source counts as restarted for so long, in ms.
const RESTARTED_FOR: Ms = 60_000;

/// A time when a source was there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Period {
    /// In which life.
    pub epoch: Epoch,
    /// From its first sign of life, by the broker's clock.
    pub from: Timestamp,
    /// To when it was not there any more.
    pub to: Timestamp,
    /// Why it ended.
    pub cause: Cause,
    /// The same for people.
    pub reason: Box<str>,
}

/// The rarer part of a source.
#[derive(Clone, Debug, Default)]
pub(super) struct Rare {
    /// Times it was there, the oldest first; the last one tells why it is down.
    pub(super) periods: VecDeque<Period>,
    /// Lives before the latest.
    pub(super) earlier_lives: u64,
    /// Samples the source itself says it dropped.
    pub(super) dropped: u64,
    /// Where sequences are missing.
    pub(super) wide: Option<Wide>,
    /// When the latest lives began, the oldest first.
    births: [Option<Packed>; LOOP_RESTARTS],
}

impl Rare {
    /// Keeps the end of a time.
    pub(super) fn push(&mut self, period: Period) {
        match self.periods.len() {
            PERIODS_MAX => drop(self.periods.pop_front()),
            // Most end once.
            0 => self.periods.reserve_exact(1),
            _ => {}
        }
        self.periods.push_back(period);
    }

    /// A later life began. True where that makes a crash loop.
    pub(super) fn restarted(&mut self, at: Ms, now: Ms) -> bool {
        self.earlier_lives += 1;
        self.births.rotate_left(1);
        self.births[LOOP_RESTARTS - 1] = Some(Packed::of(at));
        self.births[0].is_some_and(|first| at - first.near(now) < LOOP_WINDOW)
    }

    /// When the latest life is an ordinary one, given that no other begins.
    pub(super) fn settles_at(&self, looping: bool, now: Ms) -> Option<Ms> {
        let quiet = if looping { LOOP_QUIET } else { RESTARTED_FOR };
        self.births[LOOP_RESTARTS - 1].map(|last| last.near(now) + quiet)
    }
}
