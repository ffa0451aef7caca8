//! PRESENCE: which sources are there, since when, and why not.
//!
//! A source is up from its first message or hello. It goes down when it says bye (`exit`), when its connection ends
//! (`noconnection`), when what carried it is gone (`nodedown`), when a later life of the same id begins (`restarted`), or when it
//! is silent: for its lease, three of its intervals and at least 3 s, and it is stale; as long again, and it is down
//! (`timeout`). `source.rs` has the table. Messages carry the broker's time; how old a message is matters only in replay, so that
//! clocks that differ between broker and bridge put nobody down.
//!
//! What it costs: 96 bytes a source with an id of 22 bytes, and some 20 to find it by its id, by its machine and when its lease
//! ends; a sign of life writes into the source and nowhere else; time passes at the cost of those whose lease is looked at,
//! once a lease each.
//!
//! Pure: takes messages and the time, returns the sources that changed.

mod about;
mod channels;
mod id;
mod lease;
mod life;
pub(crate) mod links;
mod moment;
mod names;
mod news;
mod passing;
mod query;
mod seq_window;
mod slab;
mod source;
mod told;
mod view;
mod wheel;

use std::sync::Arc;
use std::time::Instant;

use eontide_wire::limits::TIMESTAMP_AHEAD_US;
use eontide_wire::viewer::SourceGroup;
use eontide_wire::{Cause, Epoch, Hello, Origin, SourceId, Timestamp};

use self::about::Abouts;
use self::channels::Channels;
use self::lease::Interval;
pub use self::life::Period;
use self::moment::Ms;
pub use self::moment::{Now, Seen};
pub(crate) use self::query::{Filter, Page};
use self::seq_window::Verdict;
use self::slab::Slab;
use self::source::{Flags, Source};
pub(crate) use self::told::{Change, Moved};
use self::told::{Told, group_state};
pub(crate) use self::view::Said;
use self::wheel::Wheel;

/// So many sources fit into the caches of a processor.
const CACHED: usize = 10_000;

/// Whether a data message is news.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Novelty {
    /// Not seen before.
    New,
    /// The same life and sequence again.
    Duplicate,
}

/// The sources of every channel.
#[derive(Debug)]
pub struct Presence {
    slab: Slab,
    channels: Channels,
    abouts: Abouts,
    wheel: Wheel,
    sources_max: usize,
    /// When the clock of leases began: the first moment seen.
    origin: Option<Instant>,
    /// Silence before this moment does not count: we were away.
    floor: Ms,
    /// When we last heard anything, where we do not any more.
    deaf_since: Option<Timestamp>,
    there: usize,
    /// Sources that were not tracked because there were too many.
    overflow: u64,
    /// Too many, and none of them down: looking for room again makes no sense before time passes.
    no_room: bool,
    told: Told,
    /// Sources with a new series or a new count of losses: told together, when time passes.
    touched: Vec<u32>,
    /// Where to go on looking for those long gone.
    forget_from: u32,
}

impl Presence {
    /// Tracks at most `sources_max` sources.
    pub fn new(sources_max: usize) -> Self {
        Self {
            slab: Slab::default(),
            channels: Channels::default(),
            abouts: Abouts::default(),
            wheel: Wheel::default(),
            sources_max,
            origin: None,
            floor: Ms::MIN / 2,
            deaf_since: None,
            there: 0,
            overflow: 0,
            no_room: false,
            told: Told::default(),
            touched: Vec::new(),
            forget_from: 0,
        }
    }

    fn ms(&mut self, now: Now) -> Ms {
        let origin = *self.origin.get_or_insert(now.mono);
        Ms::try_from(now.mono.saturating_duration_since(origin).as_millis()).unwrap_or(Ms::MAX)
    }

    /// Sources up and down.
    pub fn counts(&self) -> (usize, usize) {
        (self.there, self.slab.len() - self.there)
    }

    /// Messages of sources that were not tracked because there were too many.
    pub fn overflow(&self) -> u64 {
        self.overflow
    }

    /// A batch of messages is about to be noted: their channels and sources. Changes nothing.
    pub fn warm<'b>(&self, batch: impl Iterator<Item = (&'b str, &'b SourceId)>) {
        if self.slab.len() > CACHED {
            self.channels.warm(batch.map(|(channel, id)| (channel, id.as_str())), &self.slab);
        }
    }

    /// A data message is about to be stored: is it news? `names` are those of its columns.
    pub fn admit<'n>(
        &mut self,
        channel: &str,
        from: &Origin,
        names: impl Iterator<Item = &'n Arc<str>>,
        seen: Seen,
        now: Now,
    ) -> Novelty {
        let ms = self.ms(now);
        let Some((index, came)) = self.life(channel, &from.id, from.epoch, seen, ms) else { return Novelty::New };
        if came {
            self.moved(index, !seen.age.is_zero());
        }
        let Some(source) = self.slab.get_mut(index) else { return Novelty::New };
        if source.epoch != from.epoch {
            // A message of an earlier life, delivered late: news, but no sign of life.
            return Novelty::New;
        }
        // Without an epoch a restart, which counts from the beginning again, looks like repetition.
        let seq = from.seq.filter(|_| from.epoch != Epoch(0));
        let lost = source.lost();
        if seq.is_some_and(|seq| source.note_seq(seq) == Verdict::Duplicate) {
            return Novelty::Duplicate;
        }
        let mut names = names.peekable();
        let new_name = names.peek().is_some() && source.names().note(names);
        let told = new_name | source.note_dropped(from.dropped) | (source.lost() != lost);
        if told && !source.flags.set(Flags::TOUCHED, true) {
            self.touched.push(index);
        }
        self.touch(index, seen, ms);
        Novelty::New
    }

    /// A source introduces itself; true where what it says is new.
    pub fn hello(&mut self, channel: &str, hello: &Hello, seen: Seen, now: Now) -> bool {
        let ms = self.ms(now);
        let Some((index, came)) = self.life(channel, &hello.id, hello.epoch, seen, ms) else { return false };
        if self.slab.get(index).is_none_or(|source| source.epoch != hello.epoch) {
            return false;
        }
        // Most hellos repeat the one before: a sign of life, no change.
        let new = self.introduce(index, hello);
        let back = self.touch(index, seen, ms);
        if came {
            self.moved(index, !seen.age.is_zero());
        } else if new && !back {
            self.tell(index);
        }
        new
    }

    /// Notes what a source says of itself; it is there, whatever it said before. True where that is new.
    fn introduce(&mut self, index: u32, hello: &Hello) -> bool {
        let Some(source) = self.slab.get_mut(index) else { return false };
        source.flags.set(Flags::SAID_BYE, false);
        let about = self.abouts.change(source.about, hello);
        let interval = hello.interval_ms.filter(|interval| *interval > 0).map(Interval::said);
        let (interval, pid) = (interval.unwrap_or(source.interval), hello.pid.unwrap_or(0));
        let same_series = source.known_names().map_or(hello.series.is_empty(), |names| *names.said == hello.series);
        let new = (about, interval, pid) != (source.about, source.interval, source.pid) || !same_series;
        source.flags.set(Flags::SAID_INTERVAL, hello.interval_ms.is_some_and(|interval| interval > 0));
        (source.interval, source.pid) = (interval, pid);
        if !same_series {
            source.names().said = Arc::new(hello.series.clone());
        }
        let before = std::mem::replace(&mut source.about, about);
        if before != about {
            self.move_host(index, before);
        }
        new
    }

    /// A source says something else of itself than `before`: it may be on another machine.
    fn move_host(&mut self, index: u32, before: u32) {
        self.leave_host(index, before);
        let Some(source) = self.slab.get_mut(index) else { return };
        if let Some(host) = self.abouts.get(source.about).host.clone() {
            source.host_place = self.abouts.enter_host(&host, index);
        }
    }

    fn leave_host(&mut self, index: u32, about: u32) {
        let Some(place) = self.slab.get(index).map(|source| source.host_place) else { return };
        let Some(host) = self.abouts.host_of(about) else { return };
        if let Some(moved) = self.abouts.leave_host(&host, place)
            && let Some(other) = self.slab.get_mut(moved)
        {
            other.host_place = place;
        }
    }

    /// A sign of life. True where it was not there and is now.
    fn touch(&mut self, index: u32, seen: Seen, now: Ms) -> bool {
        let Some(source) = self.slab.get_mut(index) else { return false };
        let was_there = source.is_there();
        let back = source.touch(seen, now);
        if let Some(due) = source.due(self.floor, now) {
            self.wheel.arm(index, due, &mut source.armed);
        }
        if back {
            if was_there { self.tell(index) } else { self.came(index, seen) }
        }
        back
    }

    /// The stream began anew: sequences already seen may come again, and are news.
    pub fn forget_sequences(&mut self) {
        self.slab.values_mut().for_each(Source::forget_sequences);
    }

    /// Tells the small changes since the last call: new series, losses.
    pub fn tell_touched(&mut self) {
        for index in std::mem::take(&mut self.touched) {
            if self.slab.get_mut(index).is_some_and(|source| source.flags.set(Flags::TOUCHED, false)) {
                self.tell(index);
            }
        }
    }

    fn remove(&mut self, index: u32) {
        let Some(about) = self.slab.get(index).map(|source| source.about) else { return };
        self.leave_host(index, about);
        self.channels.leave(index, &self.slab);
        self.slab.remove(index);
        self.abouts.release(about);
    }

    /// Forgets a sixteenth of what may be tracked: those that are down for longest. False where none is down.
    fn make_room(&mut self) -> bool {
        let mut down: Vec<(Timestamp, u32)> =
            self.slab.iter().filter(|(_, s)| !s.is_there()).map(|(index, s)| (s.last_seen, index)).collect();
        // Little to gain: not looked for again before time passes.
        self.no_room = down.len() < self.sources_max / 16;
        down.sort_unstable();
        down.truncate((self.sources_max / 16).max(1));
        down.iter().for_each(|(_, index)| self.remove(*index));
        !down.is_empty()
    }

    // === what is told ===

    fn fall(&mut self, index: u32, cause: Cause, at: Timestamp, reason: &str, replayed: bool) {
        let Some(source) = self.slab.get_mut(index) else { return };
        source.fall(cause, at, reason);
        self.there -= 1;
        self.channels.get_mut(source.channel).there -= 1;
        self.moved(index, replayed);
    }

    fn came(&mut self, index: u32, seen: Seen) {
        let Some(source) = self.slab.get(index) else { return };
        self.there += 1;
        self.channels.get_mut(source.channel).there += 1;
        self.moved(index, !seen.age.is_zero());
    }

    /// A source came or went: viewers are told of it, or of how many.
    fn moved(&mut self, index: u32, replayed: bool) {
        let Some(source) = self.slab.get_mut(index) else { return };
        let about = self.abouts.get(source.about);
        let cause = source.condition.cause();
        // Whoever monitors it is told once.
        let watched = cause.is_some() && source.flags.set(Flags::WATCHED, false);
        let Ok(id) = SourceId::new(&source.id) else { return };
        let channel = &self.channels.get(source.channel).name;
        self.told.moved(Moved {
            index,
            channel: Arc::clone(channel),
            id,
            epoch: source.epoch,
            at: source.since(),
            cause,
            reason: source.reason().map(Box::from),
            host: about.host.clone(),
            replayed,
            watched,
        });
        let group = || SourceGroup {
            channel: channel.to_string(),
            host: about.host.as_deref().map(str::to_owned),
            state: group_state(source.condition),
            cause,
            count: 0,
            told: 0,
        };
        if self.told.counts((source.channel, about.host.clone(), source.condition), group) {
            self.tell(index);
        }
    }

    fn tell(&mut self, index: u32) {
        if let Some(source) = self.slab.get(index) {
            self.told.push(self.view(source));
        }
    }

    /// What viewers are to be told since the last call, in order of change.
    pub(crate) fn take_changes(&mut self) -> Vec<Change> {
        self.told.take_changes()
    }

    /// Tells nobody what changed: for benchmarks, which have nobody to tell.
    pub fn discard_told(&mut self) {
        self.told = Told::default();
    }

    /// Sources that came or went since the last call, in order.
    pub(crate) fn take_moved(&mut self) -> Vec<Moved> {
        self.told.take_moved()
    }

    /// The source of `id` in its latest life, made or renewed where needed, and whether it was, which is still to be told;
    /// `None` where it is not tracked: counted where there are too many, and a life that begins in the future would hide
    /// every real one.
    fn life(&mut self, channel: &str, id: &SourceId, epoch: Epoch, seen: Seen, now: Ms) -> Option<(u32, bool)> {
        let ahead = Timestamp::from_micros(seen.at.as_micros().saturating_add(TIMESTAMP_AHEAD_US));
        if epoch.0 > ahead.as_millis() {
            return None;
        }
        let Some(index) = self.channels.find(channel, id.as_str(), &self.slab) else {
            return self.newcomer(channel, id, epoch, seen, now).map(|index| (index, true));
        };
        let source = self.slab.get(index)?;
        if epoch > source.epoch {
            if source.is_there() {
                self.fall(index, Cause::Restarted, seen.at, "restarted", !seen.age.is_zero());
            }
            let source = self.slab.get_mut(index)?;
            source.begin_life(epoch, seen, now);
            self.there += 1;
            self.channels.get_mut(source.channel).there += 1;
            return Some((index, true));
        }
        Some((index, false))
    }

    fn newcomer(&mut self, channel: &str, id: &SourceId, epoch: Epoch, seen: Seen, now: Ms) -> Option<u32> {
        if self.slab.len() >= self.sources_max && (self.no_room || !self.make_room()) {
            self.overflow += 1;
            return None;
        }
        let number = self.channels.number(channel);
        let index = self.slab.insert(Source::new(id, number, epoch, seen, now));
        self.channels.enter(index, &self.slab);
        self.there += 1;
        Some(index)
    }
}

#[cfg(test)]
mod model_tests;
#[cfg(test)]
mod tests;
