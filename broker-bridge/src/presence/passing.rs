//! Time passes: leases end, restarts are over, who is long gone is forgotten; and silence that is our own does not count.

use eontide_wire::{Cause, Timestamp};

use super::moment::Ms;
use super::source::Condition;
use super::{Now, Presence};

/// How long publishers may take to come back after their broker did; their back-off ends at 4 s.
pub(super) const RECONNECT: Ms = 6_000;
/// Sources looked at for being long gone, each time somebody asks.
const FORGET_AT_ONCE: u32 = 8_192;

impl Presence {
    /// We do not hear who is there any more, since `as_of`.
    pub(crate) fn deafen(&mut self, as_of: Timestamp) {
        self.deaf_since.get_or_insert(as_of);
    }

    /// Until when we heard who is there, where we do not any more.
    pub(crate) fn deaf_since(&self) -> Option<Timestamp> {
        self.deaf_since
    }

    /// We were away, or the broker was: nobody is silent for that. Leases begin anew, with time to reconnect.
    pub fn grace(&mut self, now: Now) {
        self.floor = self.ms(now) + RECONNECT;
        self.deaf_since = None;
    }

    /// Time passes: leases end, restarts are over; and those that have been down since before `forget_before` are forgotten,
    /// a part of them at a time.
    pub fn expire(&mut self, now: Now, forget_before: Timestamp) {
        let ms = self.ms(now);
        while let Some((slot, indices)) = self.wheel.due(ms) {
            for index in indices {
                if self.slab.get(index).is_some_and(|source| source.armed == slot) {
                    self.look(index, ms);
                }
            }
        }
        self.no_room = false;
        self.forget(forget_before);
    }

    /// What happens to a source by itself.
    fn look(&mut self, index: u32, now: Ms) {
        let Some(source) = self.slab.get_mut(index) else { return };
        let is_over = |end: Option<Ms>| end.is_some_and(|end| end <= now);
        let settled = is_over(source.settles_at(now)) && source.settle();
        let fresh = is_over(source.lease_ends(self.floor, now)) && source.condition == Condition::Up;
        if fresh {
            source.stale();
        }
        let given_up = is_over(source.lease_ends(self.floor, now));
        let last_seen = source.last_seen;
        if given_up {
            // Silence began when its last message came.
            self.fall(index, Cause::Timeout, last_seen, "silent", false);
        } else if fresh || settled {
            self.tell(index);
        }
        if let Some(source) = self.slab.get_mut(index)
            && let Some(due) = source.due(self.floor, now)
        {
            self.wheel.arm(index, due, &mut source.armed);
        }
    }

    fn forget(&mut self, before: Timestamp) {
        let end = self.slab.end();
        let upto = self.forget_from.saturating_add(FORGET_AT_ONCE).min(end);
        for index in self.forget_from..upto {
            if self.slab.get(index).is_some_and(|source| !source.is_there() && source.last_seen < before) {
                self.remove(index);
            }
        }
        self.forget_from = if upto == end { 0 } else { upto };
    }
}
