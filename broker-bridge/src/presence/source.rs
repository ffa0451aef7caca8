//! One source in 96 bytes, a short id included: its latest life, whether it is there, since when and why.
//!
//! ```text
//!            a sign of life                    lease over               as long again
//!   (none) ─────────────────▶ up ─────────────────────────▶ stale ─────────────────────▶ down timeout
//!                             ▲ ◀───────── a sign of life ────┘                             │
//!                             │                                                             │ a later sign of life
//!                             └──────── down exit · noconnection · nodedown ◀── said ───────┘ (not after a bye)
//! ```
//! A later epoch ends the life before (`restarted`) and begins a new one, which counts as restarted for a minute, and as crash
//! looping where it is the third within five minutes.

use eontide_wire::viewer::SourceState;
use eontide_wire::{Cause, Epoch, SourceId, Timestamp};

use super::id::Id;
use super::lease::Interval;
use super::life::{Period, Rare};
use super::moment::{Ms, Packed, Seen};
use super::names::Names;
use super::seq_window::{SeqWindow, Verdict, Wide};
use super::wheel::Armed;

/// Is it there, and why not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Condition {
    Up,
    Stale,
    Exit,
    NoConnection,
    Timeout,
    NodeDown,
    Restarted,
}

impl Condition {
    fn of(cause: Cause) -> Self {
        match cause {
            Cause::Exit => Self::Exit,
            Cause::NoConnection => Self::NoConnection,
            Cause::NodeDown => Self::NodeDown,
            Cause::Restarted => Self::Restarted,
            Cause::Timeout | Cause::NoProc => Self::Timeout,
        }
    }

    /// Why it is down, where it is.
    pub(super) fn cause(self) -> Option<Cause> {
        match self {
            Self::Up | Self::Stale => None,
            Self::Exit => Some(Cause::Exit),
            Self::NoConnection => Some(Cause::NoConnection),
            Self::Timeout => Some(Cause::Timeout),
            Self::NodeDown => Some(Cause::NodeDown),
            Self::Restarted => Some(Cause::Restarted),
        }
    }
}

/// What is true of a source or not, a bit each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Flags(u8);

impl Flags {
    /// It said bye: data of this life that arrives later does not bring it back.
    pub(super) const SAID_BYE: u8 = 1;
    /// Waits to be told of in [`super::Presence::tell_touched`].
    pub(super) const TOUCHED: u8 = 2;
    /// Its hello said its interval.
    pub(super) const SAID_INTERVAL: u8 = 4;
    /// Its latest life began a moment ago, and is not its first.
    pub(super) const RESTARTED: u8 = 8;
    pub(super) const LOOPING: u8 = 16;
    /// It has a connection of its own to the broker.
    pub(super) const CONNECTED: u8 = 32;
    /// Somebody monitors it.
    pub(super) const WATCHED: u8 = 64;

    pub(super) fn has(self, flag: u8) -> bool {
        self.0 & flag != 0
    }

    /// What it was before.
    pub(super) fn set(&mut self, flag: u8, on: bool) -> bool {
        let before = self.has(flag);
        self.0 = if on { self.0 | flag } else { self.0 & !flag };
        before
    }
}

/// What a source that only says hello and stays does without.
#[derive(Clone, Debug, Default)]
struct More {
    names: Names,
    rare: Option<Box<Rare>>,
}

#[derive(Debug)]
pub(super) struct Source {
    pub(super) id: Id,
    more: Option<Box<More>>,
    pub(super) epoch: Epoch,
    /// Since when it is up, or down; a stale one is up since then.
    since: Timestamp,
    pub(super) last_seen: Timestamp,
    seqs: SeqWindow,
    pub(super) condition: Condition,
    pub(super) flags: Flags,
    pub(super) channel: u32,
    /// Number of what it says of itself.
    pub(super) about: u32,
    /// Its place among the sources of its machine.
    pub(super) host_place: u32,
    /// 0 where it did not say it.
    pub(super) pid: u32,
    pub(super) interval: Interval,
    /// When its last sign of life came.
    heard: Packed,
    pub(super) armed: Armed,
}

impl Source {
    pub(super) fn new(id: &SourceId, channel: u32, epoch: Epoch, seen: Seen, now: Ms) -> Self {
        Self {
            id: Id::new(id.as_str()),
            more: None,
            epoch,
            since: seen.at,
            last_seen: seen.at,
            seqs: SeqWindow::default(),
            condition: Condition::Up,
            flags: Flags::default(),
            channel,
            about: 0,
            host_place: 0,
            pid: 0,
            interval: Interval::default(),
            heard: Packed::of(now - super::moment::ms(seen.age)),
            armed: Armed::default(),
        }
    }

    pub(super) fn rare(&mut self) -> &mut Rare {
        self.more.get_or_insert_default().rare.get_or_insert_default()
    }

    fn known_rare(&self) -> Option<&Rare> {
        self.more.as_ref()?.rare.as_deref()
    }

    /// Its series, where there are any.
    pub(super) fn known_names(&self) -> Option<&Names> {
        self.more.as_ref().map(|more| &more.names)
    }

    pub(super) fn names(&mut self) -> &mut Names {
        &mut self.more.get_or_insert_default().names
    }

    /// Of each of its cache lines a little, to be thrown away.
    pub(super) fn glance(&self) -> u8 {
        self.id.as_bytes().first().copied().unwrap_or_default() ^ self.flags.0 ^ self.last_seen.as_micros() as u8
    }

    /// Is it up or stale?
    pub(super) fn is_there(&self) -> bool {
        self.condition.cause().is_none()
    }

    /// Begins the life `epoch`; the one before must be over.
    pub(super) fn begin_life(&mut self, epoch: Epoch, seen: Seen, now: Ms) {
        let at = now - super::moment::ms(seen.age);
        let looping = self.rare().restarted(at, now);
        self.rare().wide = None;
        self.rare().dropped = 0;
        (self.epoch, self.since, self.last_seen) = (epoch, seen.at, self.last_seen.max(seen.at));
        (self.condition, self.seqs, self.heard) = (Condition::Up, SeqWindow::default(), Packed::of(at));
        for flag in [Flags::SAID_BYE, Flags::CONNECTED] {
            self.flags.set(flag, false);
        }
        if !self.flags.has(Flags::SAID_INTERVAL) {
            self.interval = Interval::default();
        }
        self.flags.set(Flags::RESTARTED, true);
        let looping = looping || self.flags.has(Flags::LOOPING);
        self.flags.set(Flags::LOOPING, looping);
    }

    /// A sign of life. True where it was not there, or stale, and now is up.
    pub(super) fn touch(&mut self, seen: Seen, now: Ms) -> bool {
        let gap = (seen.at.as_micros() - self.last_seen.as_micros()) / 1000;
        if self.is_there() && gap > 0 && !self.flags.has(Flags::SAID_INTERVAL) {
            self.interval.learn(gap);
        }
        self.last_seen = self.last_seen.max(seen.at);
        let age = super::moment::ms(seen.age);
        // A replayed message, older than a live one that came before it, shortens nothing.
        let heard = if age == 0 { now } else { self.heard.near(now).max(now - age) };
        self.heard = Packed::of(heard);
        match self.condition {
            Condition::Up => false,
            Condition::Stale => {
                let back = age < self.interval.lease();
                if back {
                    self.condition = Condition::Up;
                }
                back
            }
            // What was published before it went down may arrive after the news.
            _ if self.flags.has(Flags::SAID_BYE) || age >= self.interval.lease() || seen.at <= self.since => false,
            _ => {
                (self.condition, self.since) = (Condition::Up, seen.at);
                true
            }
        }
    }

    /// It is not there any more since `at`.
    pub(super) fn fall(&mut self, cause: Cause, at: Timestamp, reason: &str) {
        let period = Period { epoch: self.epoch, from: self.since, to: at, cause, reason: reason.into() };
        self.rare().push(period);
        (self.condition, self.since) = (Condition::of(cause), at);
        self.flags.set(Flags::CONNECTED, false);
    }

    /// It is down already, and more is known of why.
    pub(super) fn explain(&mut self, cause: Cause, reason: &str) {
        self.condition = Condition::of(cause);
        if let Some(last) = self.rare().periods.back_mut() {
            (last.cause, last.reason) = (cause, reason.into());
        }
    }

    /// Another bridge, or we before a restart, saw it come earlier.
    pub(super) fn up_since(&mut self, at: Timestamp) -> bool {
        let earlier = self.is_there() && at < self.since;
        if earlier {
            self.since = at;
        }
        earlier
    }

    /// Its lease ended.
    pub(super) fn stale(&mut self) {
        self.condition = Condition::Stale;
    }

    /// When its lease ends, given that silence before `floor` does not count; for a stale one, when it is given up.
    pub(super) fn lease_ends(&self, floor: Ms, now: Ms) -> Option<Ms> {
        let (heard, lease) = (self.heard.near(now).max(floor), self.interval.lease());
        match self.condition {
            Condition::Up => Some(heard + lease),
            Condition::Stale => Some(heard + 2 * lease),
            _ => None,
        }
    }

    /// When it counts as an ordinary source again, after restarts.
    pub(super) fn settles_at(&self, now: Ms) -> Option<Ms> {
        if !self.flags.has(Flags::RESTARTED) && !self.flags.has(Flags::LOOPING) {
            return None;
        }
        self.known_rare()?.settles_at(self.flags.has(Flags::LOOPING), now)
    }

    /// It counts as an ordinary source again. True where that is to be seen.
    pub(super) fn settle(&mut self) -> bool {
        let looped = self.flags.set(Flags::LOOPING, false);
        self.flags.set(Flags::RESTARTED, false);
        looped || self.is_there()
    }

    /// When the next thing happens to it by itself.
    pub(super) fn due(&self, floor: Ms, now: Ms) -> Option<Ms> {
        [self.lease_ends(floor, now), self.settles_at(now)].into_iter().flatten().min()
    }

    /// Is this sequence of its latest life news?
    pub(super) fn note_seq(&mut self, seq: u64) -> Verdict {
        let rare = self.more.as_mut().and_then(|more| more.rare.as_mut());
        let wide = rare.and_then(|rare| rare.wide.as_mut());
        if let Some(wide) = wide {
            return self.seqs.note_wide(wide, seq);
        }
        if let Some(verdict) = self.seqs.note(seq) {
            return verdict;
        }
        let (mut seqs, mut wide) = (self.seqs, self.seqs.widen());
        let verdict = seqs.note_wide(&mut wide, seq);
        self.seqs = seqs;
        self.rare().wide = Some(wide);
        verdict
    }

    pub(super) fn forget_sequences(&mut self) {
        self.seqs = SeqWindow::default();
        if let Some(rare) = self.more.as_mut().and_then(|more| more.rare.as_mut()) {
            rare.wide = None;
        }
    }

    pub(super) fn lost(&self) -> u64 {
        self.known_rare().and_then(|rare| rare.wide.as_ref()).map_or(0, Wide::lost)
    }

    pub(super) fn dropped(&self) -> u64 {
        self.known_rare().map_or(0, |rare| rare.dropped)
    }

    /// True where it dropped more than before.
    pub(super) fn note_dropped(&mut self, dropped: u64) -> bool {
        let more = dropped > self.dropped();
        if more {
            self.rare().dropped = dropped;
        }
        more
    }

    pub(super) fn lives(&self) -> u64 {
        1 + self.known_rare().map_or(0, |rare| rare.earlier_lives)
    }

    pub(super) fn periods(&self) -> impl DoubleEndedIterator<Item = &Period> {
        self.known_rare().into_iter().flat_map(|rare| &rare.periods)
    }

    /// Why it is down, for people.
    pub(super) fn reason(&self) -> Option<&str> {
        let last = if self.is_there() { None } else { self.periods().next_back() };
        last.map(|period| &*period.reason)
    }

    /// Since when it is in its state: a stale one since it was last heard of.
    pub(super) fn since(&self) -> Timestamp {
        if self.condition == Condition::Stale { self.last_seen } else { self.since }
    }

    /// Its state; `deaf` where we do not hear who is there.
    pub(super) fn state(&self, deaf: bool) -> SourceState {
        match self.condition {
            _ if deaf && self.is_there() => SourceState::Unknown,
            _ if self.flags.has(Flags::LOOPING) => SourceState::CrashLooping,
            Condition::Up if self.flags.has(Flags::RESTARTED) => SourceState::Restarted,
            Condition::Up => SourceState::Up,
            Condition::Stale => SourceState::Stale,
            _ => SourceState::Down,
        }
    }
}

#[cfg(test)]
mod tests {
    /// A million sources: each byte more here is a megabyte.
    #[test]
    fn a_source_is_96_bytes() {
        assert_eq!(size_of::<Option<super::Source>>(), 96);
    }
}
