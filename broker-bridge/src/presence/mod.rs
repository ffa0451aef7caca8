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

use eontide_wire::viewer::{SourceState, SourceView};
use eontide_wire::{Bye, ChannelPattern, Hello, Origin, SourceId, Timestamp};

use self::seq_window::Verdict;
use self::source::Source;
pub use source::Now;

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
    changed: Vec<SourceView>,
}

impl Presence {
    /// Tracks at most `sources_max` sources.
    pub fn new(sources_max: usize) -> Self {
        Self { sources: HashMap::new(), tracked: 0, sources_max, overflow: 0, changed: Vec::new() }
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
        channel: &Arc<str>,
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
        if from.seq.is_some_and(|seq| source.seqs.note(seq) == Verdict::Duplicate) {
            return Novelty::Duplicate;
        }
        source.note_dropped(from.dropped);
        let returned = source.touch(seen.at, seen.age, now);
        if source.note_series(names) || returned {
            let view = source.view();
            self.changed.push(view);
        }
        Novelty::New
    }

    /// A source introduces itself.
    pub fn hello(&mut self, channel: &Arc<str>, hello: Hello, seen: Seen, now: Now) {
        let origin = Origin { id: hello.id.clone(), epoch: hello.epoch, seq: None, dropped: 0 };
        let Some(source) = self.life(channel, &origin, seen, now) else { return };
        if source.epoch == hello.epoch {
            source.introduce(hello);
            source.touch(seen.at, seen.age, now);
            let view = source.view();
            self.changed.push(view);
        }
    }

    /// A source leaves.
    pub fn bye(&mut self, channel: &Arc<str>, bye: &Bye, seen: Seen) {
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
        self.sources.retain(|_, sources| !sources.is_empty());
        self.tracked = self.sources.values().map(HashMap::len).sum();
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

    /// Number of sources of what `pattern` covers.
    pub fn count(&self, pattern: &ChannelPattern) -> usize {
        self.sources.iter().filter(|(channel, _)| pattern.matches(channel)).map(|(_, sources)| sources.len()).sum()
    }

    /// The source of `origin` in its latest life, made or renewed where needed; `None`, counted, where there are too many.
    fn life(&mut self, channel: &Arc<str>, origin: &Origin, seen: Seen, now: Now) -> Option<&mut Source> {
        if !self.sources.get(channel).is_some_and(|sources| sources.contains_key(&origin.id)) {
            if self.tracked >= self.sources_max {
                self.overflow += 1;
                return None;
            }
            let mut source = Source::new(origin.id.clone(), Arc::clone(channel), origin.epoch, seen.at, now);
            source.touch(seen.at, seen.age, now);
            self.changed.push(source.view());
            self.sources.entry(Arc::clone(channel)).or_default().insert(origin.id.clone(), source);
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
