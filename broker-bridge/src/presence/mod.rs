//! PRESENCE: which sources are there, since when, and why not.
//!
//! A source is up from its first message or hello. It goes down when it says bye, when a later life of the same id
//! begins, or when it is silent for longer than its lease: three of its intervals, at least 3 s, so a publisher at 1 Hz
//! that is killed shows as down 3 s after its last message. Messages carry the broker's time; how old a message is
//! matters only in replay, so that clocks that differ between broker and bridge put nobody down.
//!
//! Pure: takes messages and the time, returns the sources that changed.

mod seq_window;
mod source;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use eontide_wire::limits::TIMESTAMP_AHEAD_US;
use eontide_wire::viewer::{SourceState, SourceView};
use eontide_wire::{Bye, ChannelPattern, Epoch, Hello, Origin, SourceId, Timestamp};

use self::seq_window::{SeqWindow, Verdict};
use self::source::Source;
pub use source::Now;
pub(crate) use source::Said;

/// When a message was seen.
#[derive(Clone, Copy, Debug)]
pub struct Seen {
    /// The broker's timestamp.
    pub at: Timestamp,
    /// How long ago that was; zero for live messages.
    pub age: Duration,
}

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
    /// By channel, then by id: a message finds its source without building a key.
    sources: HashMap<Arc<str>, HashMap<SourceId, Source>>,
    tracked: usize,
    sources_max: usize,
    /// Sources that were not tracked because there were too many.
    overflow: u64,
    /// Too many, and none of them down: looking for room again makes no sense before time passes.
    no_room: bool,
    changed: Vec<SourceView>,
    /// Sources with a new series or a new count of losses: told together, when time passes.
    touched: Vec<(Arc<str>, SourceId)>,
}

impl Presence {
    /// Tracks at most `sources_max` sources.
    pub fn new(sources_max: usize) -> Self {
        Self {
            sources: HashMap::new(),
            tracked: 0,
            sources_max,
            overflow: 0,
            no_room: false,
            changed: Vec::new(),
            touched: Vec::new(),
        }
    }

    /// Sources up and down.
    pub fn counts(&self) -> (usize, usize) {
        let up = self.sources.values().flat_map(HashMap::values).filter(|s| s.state == SourceState::Up).count();
        (up, self.tracked - up)
    }

    /// Messages of sources that were not tracked because there were too many.
    pub fn overflow(&self) -> u64 {
        self.overflow
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
        let Some(source) = self.life(channel, from, seen, now) else { return Novelty::New };
        if source.epoch != from.epoch {
            // A message of an earlier life, delivered late: news, but no sign of life.
            return Novelty::New;
        }
        // Without an epoch a restart, which counts from the beginning again, looks like repetition.
        let seq = from.seq.filter(|_| from.epoch != Epoch(0));
        let lost = source.seqs.lost();
        if seq.is_some_and(|seq| source.seqs.note(seq) == Verdict::Duplicate) {
            return Novelty::Duplicate;
        }
        let returned = source.touch(seen.at, seen.age, now);
        let told = source.note_series(names) | source.note_dropped(from.dropped) | (source.seqs.lost() != lost);
        if returned {
            let view = source.view();
            self.changed.push(view);
        } else if told && !std::mem::replace(&mut source.touched, true) {
            let key = (source.channel(), from.id.clone());
            self.touched.push(key);
        }
        Novelty::New
    }

    /// A source introduces itself; true where what it says is new.
    pub fn hello(&mut self, channel: &str, hello: Hello, seen: Seen, now: Now) -> bool {
        let origin = Origin { id: hello.id.clone(), epoch: hello.epoch, seq: None, dropped: 0 };
        let Some(source) = self.life(channel, &origin, seen, now) else { return false };
        if source.epoch != hello.epoch {
            return false;
        }
        // Most hellos repeat the one before: a sign of life, no change.
        let (new, returned) = (source.introduce(hello), source.touch(seen.at, seen.age, now));
        if new || returned {
            let view = source.view();
            self.changed.push(view);
        }
        new
    }

    /// What the series of a source measure, as far as it said it.
    pub fn metrics_of(&self, channel: &str, id: &SourceId) -> HashMap<&str, &str> {
        let source = self.sources.get(channel).and_then(|sources| sources.get(id));
        source.map_or_else(HashMap::new, |source| source.metrics().collect())
    }

    /// Number of sources of what `pattern` covers that are up, and that are down.
    pub fn counts_of(&self, pattern: &ChannelPattern) -> [usize; 2] {
        let channels = self.sources.iter().filter(|(channel, _)| pattern.matches(channel));
        let (mut up, mut all) = (0, 0);
        for source in channels.flat_map(|(_, sources)| sources.values()) {
            all += 1;
            up += usize::from(source.state == SourceState::Up);
        }
        [up, all - up]
    }

    /// A source leaves.
    pub fn bye(&mut self, channel: &str, bye: &Bye, seen: Seen) {
        if let Some(source) = self.sources.get_mut(channel).and_then(|sources| sources.get_mut(&bye.id))
            && source.epoch == bye.epoch
        {
            source.bye(seen.at, &bye.reason);
            self.changed.push(source.view());
        }
    }

    /// We were away, or the broker was: nobody is silent for that. Leases begin anew, with time to reconnect.
    pub fn grace(&mut self, now: Now) {
        for source in self.sources.values_mut().flat_map(HashMap::values_mut) {
            source.grace(now);
        }
    }

    /// The stream began anew: sequences already seen may come again, and are news.
    pub fn forget_sequences(&mut self) {
        for source in self.sources.values_mut().flat_map(HashMap::values_mut) {
            source.seqs = SeqWindow::default();
        }
    }

    /// Tells the small changes since the last call: new series, losses.
    pub fn tell_touched(&mut self) {
        for (channel, id) in std::mem::take(&mut self.touched) {
            if let Some(source) = self.sources.get_mut(&channel).and_then(|sources| sources.get_mut(&id))
                && std::mem::take(&mut source.touched)
            {
                self.changed.push(source.view());
            }
        }
    }

    /// Puts those down whose lease ended, and forgets those that have been down since before `forget_before`.
    pub fn expire(&mut self, now: Now, forget_before: Timestamp) {
        for source in self.sources.values_mut().flat_map(HashMap::values_mut) {
            if source.state == SourceState::Up && source.deadline <= now.mono {
                source.fall_silent();
                self.changed.push(source.view());
            }
        }
        for sources in self.sources.values_mut() {
            sources.retain(|_, source| source.state == SourceState::Up || source.last_seen() >= forget_before);
        }
        self.recount();
    }

    fn recount(&mut self) {
        self.sources.retain(|_, sources| !sources.is_empty());
        self.tracked = self.sources.values().map(HashMap::len).sum();
        self.no_room = false;
    }

    /// Forgets a sixteenth of what may be tracked: those that are down for longest. False where none is down.
    fn make_room(&mut self) -> bool {
        let all = self.sources.values().flat_map(HashMap::values);
        let mut down: Vec<Timestamp> =
            all.filter(|source| source.state == SourceState::Down).map(Source::last_seen).collect();
        if down.is_empty() {
            self.no_room = true;
            return false;
        }
        down.sort_unstable();
        let horizon = down[(self.sources_max / 16).min(down.len() - 1)];
        let before = self.tracked;
        for sources in self.sources.values_mut() {
            sources.retain(|_, source| source.state == SourceState::Up || source.last_seen() > horizon);
        }
        self.recount();
        // Little to gain: not looked for again before time passes.
        self.no_room = before - self.tracked < self.sources_max / 16;
        true
    }

    /// The sources that changed since the last call, in order of change.
    pub fn take_changes(&mut self) -> Vec<SourceView> {
        std::mem::take(&mut self.changed)
    }

    /// The sources of what `pattern` covers, by channel and id.
    pub fn list(&self, pattern: &ChannelPattern) -> Vec<SourceView> {
        let channels = self.sources.iter().filter(|(channel, _)| pattern.matches(channel));
        let mut list: Vec<SourceView> = channels.flat_map(|(_, sources)| sources.values().map(Source::view)).collect();
        list.sort_by(|a, b| (&a.channel, &a.id).cmp(&(&b.channel, &b.id)));
        list
    }

    /// What is known of the sources of what `pattern` covers, in no order.
    pub(crate) fn said(&self, pattern: &ChannelPattern) -> Vec<Said> {
        let channels = self.sources.iter().filter(|(channel, _)| pattern.matches(channel));
        channels.flat_map(|(_, sources)| sources.values().map(Source::said)).collect()
    }

    /// Number of sources of what `pattern` covers.
    pub fn count(&self, pattern: &ChannelPattern) -> usize {
        self.sources.iter().filter(|(channel, _)| pattern.matches(channel)).map(|(_, sources)| sources.len()).sum()
    }

    /// Number of sources of each channel, those of the channels below it included.
    pub fn counts_by_channel(&self) -> HashMap<&str, usize> {
        let mut counts: HashMap<&str, usize> = HashMap::new();
        for (channel, sources) in &self.sources {
            let ends = channel.match_indices('.').map(|(at, _)| at).chain([channel.len()]);
            for end in ends {
                *counts.entry(&channel[..end]).or_default() += sources.len();
            }
        }
        counts
    }

    /// The source of `origin` in its latest life, made or renewed where needed; `None` where it is not tracked: counted
    /// where there are too many, and a life that begins in the future would hide every real one.
    fn life(&mut self, channel: &str, origin: &Origin, seen: Seen, now: Now) -> Option<&mut Source> {
        let ahead = Timestamp::from_micros(seen.at.as_micros().saturating_add(TIMESTAMP_AHEAD_US));
        if origin.epoch.0 > u64::try_from(ahead.as_micros() / 1000).unwrap_or(0) {
            return None;
        }
        if !self.sources.get(channel).is_some_and(|sources| sources.contains_key(&origin.id)) {
            if self.tracked >= self.sources_max && (self.no_room || !self.make_room()) {
                self.overflow += 1;
                return None;
            }
            let channel: Arc<str> = channel.into();
            let mut source = Source::new(origin.id.clone(), Arc::clone(&channel), origin.epoch, seen.at, now);
            source.touch(seen.at, seen.age, now);
            self.changed.push(source.view());
            self.sources.entry(channel).or_default().insert(origin.id.clone(), source);
            self.tracked += 1;
        }
        let source = self.sources.get_mut(channel)?.get_mut(&origin.id)?;
        if origin.epoch > source.epoch {
            if source.state == SourceState::Up {
                source.go_down(seen.at, "restarted");
                self.changed.push(source.view());
            }
            source.begin_life(origin.epoch, seen.at, now);
            self.changed.push(source.view());
        }
        Some(source)
    }
}

#[cfg(test)]
mod tests;
