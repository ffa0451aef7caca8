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

use std::collections::BTreeMap;
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
    sources: BTreeMap<(Arc<str>, SourceId), Source>,
    sources_max: usize,
    /// Sources that were not tracked because there were too many.
    overflow: u64,
    changed: Vec<SourceView>,
}

impl Presence {
    /// Tracks at most `sources_max` sources.
    pub fn new(sources_max: usize) -> Self {
        Self { sources: BTreeMap::new(), sources_max, overflow: 0, changed: Vec::new() }
    }

    /// Sources up and down.
    pub fn counts(&self) -> (usize, usize) {
        let up = self.sources.values().filter(|source| source.state == SourceState::Up).count();
        (up, self.sources.len() - up)
    }

    /// Messages of sources that were not tracked because there were too many.
    pub fn overflow(&self) -> u64 {
        self.overflow
    }

    /// A data message is about to be stored: is it news?
    pub fn admit(&mut self, channel: &Arc<str>, from: &Origin, seen: Seen, now: Now) -> Novelty {
        let Some(source) = Self::life(&mut self.sources, &mut self.changed, self.sources_max, channel, from, seen, now)
        else {
            self.overflow += 1;
            return Novelty::New;
        };
        if source.epoch != from.epoch {
            // A message of an earlier life, delivered late: news, but no sign of life.
            return Novelty::New;
        }
        if from.seq.is_some_and(|seq| source.seqs.note(seq) == Verdict::Duplicate) {
            return Novelty::Duplicate;
        }
        source.note_dropped(from.dropped);
        if source.touch(seen.at, seen.age, now) {
            self.changed.push(source.view());
        }
        Novelty::New
    }

    /// The names of a message that was stored.
    pub fn note_series(&mut self, channel: &Arc<str>, id: &SourceId, names: &[Arc<str>]) {
        if let Some(source) = self.sources.get_mut(&(Arc::clone(channel), id.clone()))
            && source.note_series(names)
        {
            self.changed.push(source.view());
        }
    }

    /// A source introduces itself.
    pub fn hello(&mut self, channel: &Arc<str>, hello: Hello, seen: Seen, now: Now) {
        let origin = Origin { id: hello.id.clone(), epoch: hello.epoch, seq: None, dropped: 0 };
        let Some(source) =
            Self::life(&mut self.sources, &mut self.changed, self.sources_max, channel, &origin, seen, now)
        else {
            self.overflow += 1;
            return;
        };
        if source.epoch == hello.epoch {
            source.introduce(hello);
            source.touch(seen.at, seen.age, now);
            self.changed.push(source.view());
        }
    }

    /// A source leaves.
    pub fn bye(&mut self, channel: &Arc<str>, bye: &Bye, seen: Seen) {
        if let Some(source) = self.sources.get_mut(&(Arc::clone(channel), bye.id.clone()))
            && source.epoch == bye.epoch
        {
            source.bye(seen.at, &bye.reason);
            self.changed.push(source.view());
        }
    }

    /// Puts those down whose lease ended, and forgets those that have been down since before `forget_before`.
    pub fn expire(&mut self, now: Now, forget_before: Timestamp) {
        for source in self.sources.values_mut() {
            if source.state == SourceState::Up && source.deadline <= now.mono {
                source.fall_silent();
                self.changed.push(source.view());
            }
        }
        self.sources.retain(|_, source| source.state == SourceState::Up || source.last_seen() >= forget_before);
    }

    /// The sources that changed since the last call, in order of change.
    pub fn take_changes(&mut self) -> Vec<SourceView> {
        std::mem::take(&mut self.changed)
    }

    /// The sources of what `pattern` covers.
    pub fn list(&self, pattern: &ChannelPattern) -> Vec<SourceView> {
        self.sources.iter().filter(|((channel, _), _)| pattern.matches(channel)).map(|(_, s)| s.view()).collect()
    }

    /// The source of `origin` in its latest life, made or renewed where needed; `None` where there are too many.
    fn life<'a>(
        sources: &'a mut BTreeMap<(Arc<str>, SourceId), Source>,
        changed: &mut Vec<SourceView>,
        sources_max: usize,
        channel: &Arc<str>,
        origin: &Origin,
        seen: Seen,
        now: Now,
    ) -> Option<&'a mut Source> {
        let key = (Arc::clone(channel), origin.id.clone());
        if !sources.contains_key(&key) {
            if sources.len() >= sources_max {
                return None;
            }
            let mut source = Source::new(origin.id.clone(), Arc::clone(channel), origin.epoch, seen.at, now);
            source.touch(seen.at, seen.age, now);
            changed.push(source.view());
            sources.insert(key.clone(), source);
        }
        let source = sources.get_mut(&key)?;
        if origin.epoch > source.epoch {
            if source.state == SourceState::Up {
                source.go_down(seen.at, "restarted");
                changed.push(source.view());
            }
            source.begin_life(origin.epoch, seen.at, now);
            changed.push(source.view());
        }
        Some(source)
    }
}

#[cfg(test)]
mod tests;
