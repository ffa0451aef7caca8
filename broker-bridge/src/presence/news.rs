//! What is heard of sources beside their own signs of life: byes, connections, what other bridges say.

use eontide_wire::{Bye, Cause, Epoch, SourceId, Timestamp, Transition};

use super::source::{Flags, Source};
use super::{Presence, Seen};

impl Presence {
    /// A source leaves.
    pub fn bye(&mut self, channel: &str, bye: &Bye, seen: Seen) {
        let Some(index) = self.channels.find(channel, bye.id.as_str(), &self.slab) else { return };
        let Some(source) = self.slab.get_mut(index).filter(|source| source.epoch == bye.epoch) else { return };
        let reason = if bye.reason.is_empty() { "bye".to_owned() } else { format!("bye: {}", bye.reason) };
        let said = source.flags.set(Flags::SAID_BYE, true);
        if source.is_there() {
            self.fall(index, Cause::Exit, seen.at, &reason, !seen.age.is_zero());
        } else if !said || source.reason() == Some("bye") {
            // It was missed before it was explained.
            source.explain(Cause::Exit, &reason);
            self.tell(index);
        }
    }

    /// Its connection to the broker ended at `at`, and none came back.
    pub(crate) fn disconnected(&mut self, channel: &str, id: &SourceId, epoch: Epoch, at: Timestamp, reason: &str) {
        let Some(index) = self.channels.find(channel, id.as_str(), &self.slab) else { return };
        let Some(source) = self.slab.get_mut(index) else { return };
        source.flags.set(Flags::CONNECTED, false);
        if source.epoch == epoch && source.is_there() {
            let at = at.max(source.last_seen);
            self.fall(index, Cause::NoConnection, at, &format!("connection lost: {reason}"), false);
        }
    }

    /// It has a connection to the broker.
    pub(crate) fn connected(&mut self, channel: &str, id: &SourceId, epoch: Epoch) {
        let index = self.channels.find(channel, id.as_str(), &self.slab);
        if let Some(source) = index.and_then(|index| self.slab.get_mut(index))
            && source.epoch == epoch
        {
            source.flags.set(Flags::CONNECTED, true);
        }
    }

    /// What carries the sources of a machine is gone: all of them that have no connection of their own.
    pub(crate) fn node_down(&mut self, host: &str, at: Timestamp, reason: &str) {
        for index in self.abouts.on_host(host).to_vec() {
            let carried = |source: &&Source| source.is_there() && !source.flags.has(Flags::CONNECTED);
            if let Some(source) = self.slab.get(index).filter(carried) {
                let at = at.max(source.last_seen);
                self.fall(index, Cause::NodeDown, at, reason, false);
            }
        }
    }

    /// Another bridge, or we before a restart, said that a source went: so that all say the same. Not where we heard of
    /// it later than that.
    pub(crate) fn adopt_down(&mut self, channel: &str, said: &Transition, replayed: bool) {
        let Some(index) = self.channels.find(channel, said.id.as_str(), &self.slab) else { return };
        let Some(source) = self.slab.get(index) else { return };
        let at = Timestamp::from_micros(i64::try_from(said.at).unwrap_or(0).saturating_mul(1000));
        // The wire has milliseconds.
        let heard_later = source.last_seen.as_micros() / 1000 > at.as_micros() / 1000;
        let cause = said.cause.unwrap_or(Cause::Timeout);
        if source.epoch != said.epoch || !source.is_there() || heard_later || cause == Cause::Restarted {
            return;
        }
        let at = at.max(source.last_seen);
        self.fall(index, cause, at, said.reason.as_deref().unwrap_or(cause.as_str()), replayed);
    }

    /// Another bridge, or we before a restart, said since when a source is up.
    pub(crate) fn adopt_up(&mut self, channel: &str, said: &Transition) {
        let Some(index) = self.channels.find(channel, said.id.as_str(), &self.slab) else { return };
        let Some(source) = self.slab.get_mut(index) else { return };
        let at = Timestamp::from_micros(i64::try_from(said.at).unwrap_or(0).saturating_mul(1000));
        if source.epoch == said.epoch && source.up_since(at) {
            self.tell(index);
        }
    }
}
