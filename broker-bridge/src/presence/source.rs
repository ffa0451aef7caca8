//! One source: its latest life, whether it is there, and since when.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use eontide_wire::limits::COLUMNS_MAX;
use eontide_wire::viewer::{SourceState, SourceView};
use eontide_wire::{Epoch, Hello, SeriesInfo, SourceId, Timestamp};

use super::seq_window::SeqWindow;

/// The shortest lease: a second of jitter in a 1 Hz publisher is no death.
const LEASE_MIN: Duration = Duration::from_secs(3);
/// The lease of a source whose cadence is not known yet.
const LEASE_UNKNOWN: Duration = Duration::from_secs(10);
/// A source is silent after this many of its intervals.
const LEASE_INTERVALS: u32 = 3;

/// How long publishers may take to come back after their broker did; their back-off ends at 4 s.
const RECONNECT: Duration = Duration::from_secs(6);
/// Who was silent for longer before we were away is not waited for.
const GRACE_MAX: Duration = Duration::from_secs(600);

/// A moment, as both clocks show it.
#[derive(Clone, Copy, Debug)]
pub struct Now {
    /// For leases.
    pub mono: Instant,
    /// For people.
    pub wall: Timestamp,
}

/// What is known of a source and its series, by reference: taken for thousands of them under a lock.
#[derive(Clone, Debug)]
pub(crate) struct Said {
    pub(crate) channel: Arc<str>,
    pub(crate) id: SourceId,
    pub(crate) hello: Option<Arc<Hello>>,
    /// Names seen in its messages.
    pub(crate) series: Vec<Arc<str>>,
}

#[derive(Clone, Debug)]
pub(super) struct Source {
    id: SourceId,
    channel: Arc<str>,
    pub(super) epoch: Epoch,
    pub(super) state: SourceState,
    since: Timestamp,
    last_seen: Timestamp,
    reason: Option<String>,
    hello: Option<Arc<Hello>>,
    /// Mean distance of its messages, where no hello says it.
    cadence: Option<Duration>,
    /// When it counts as silent.
    pub(super) deadline: Instant,
    /// It said bye: data of this life that arrives later does not bring it back.
    said_bye: bool,
    lives: u64,
    pub(super) seqs: SeqWindow,
    dropped: u64,
    /// Names seen in data, in order of appearance; bounded by [`COLUMNS_MAX`].
    series: Vec<Arc<str>>,
    series_set: HashSet<Arc<str>>,
    /// Waits to be told of in [`super::Presence::tell_touched`].
    pub(super) touched: bool,
}

impl Source {
    pub(super) fn new(id: SourceId, channel: Arc<str>, epoch: Epoch, seen: Timestamp, now: Now) -> Self {
        Self {
            id,
            channel,
            epoch,
            state: SourceState::Up,
            since: seen,
            last_seen: seen,
            reason: None,
            hello: None,
            cadence: None,
            deadline: now.mono,
            said_bye: false,
            lives: 1,
            seqs: SeqWindow::default(),
            dropped: 0,
            series: Vec::new(),
            series_set: HashSet::new(),
            touched: false,
        }
    }

    /// Begins the life `epoch`. Its series and its host may differ; its number of lives goes on.
    pub(super) fn begin_life(&mut self, epoch: Epoch, seen: Timestamp, now: Now) {
        let fresh = Self::new(self.id.clone(), Arc::clone(&self.channel), epoch, seen, now);
        let old = std::mem::replace(self, fresh);
        (self.lives, self.touched) = (old.lives + 1, old.touched);
        (self.series, self.series_set) = (old.series, old.series_set);
    }

    /// A sign of life at broker time `seen`, which is `age` ago. True where it was down and now is up.
    pub(super) fn touch(&mut self, seen: Timestamp, age: Duration, now: Now) -> bool {
        let gap = Duration::from_micros((seen.as_micros() - self.last_seen.as_micros()).try_into().unwrap_or(0));
        if self.state == SourceState::Up && !gap.is_zero() {
            let mean = self.cadence.unwrap_or(gap);
            // One long pause is no new rhythm; a slower rhythm is learnt in a few messages.
            self.cadence = Some((mean * 7 + gap.min(mean * 2)) / 8);
        }
        self.last_seen = self.last_seen.max(seen);
        let lease = self.lease();
        let deadline = now.mono + lease.saturating_sub(age);
        // A replayed message, older than a live one that came before it, shortens nothing.
        self.deadline = if age.is_zero() { deadline } else { self.deadline.max(deadline) };
        if self.state == SourceState::Up || self.said_bye || age >= lease {
            return false;
        }
        (self.state, self.since, self.reason) = (SourceState::Up, seen, None);
        true
    }

    fn lease(&self) -> Duration {
        let said = self.hello.as_ref().and_then(|hello| hello.interval_ms).map(Duration::from_millis);
        match said.or(self.cadence) {
            Some(interval) => (interval.min(Duration::from_secs(3600)) * LEASE_INTERVALS).max(LEASE_MIN),
            None => LEASE_UNKNOWN,
        }
    }

    /// Its lease begins anew, unless it was long silent already.
    pub(super) fn grace(&mut self, now: Now) {
        let silent_us = now.wall.as_micros().saturating_sub(self.last_seen.as_micros());
        if self.state == SourceState::Up && silent_us < GRACE_MAX.as_micros() as i64 {
            self.deadline = self.deadline.max(now.mono + self.lease() + RECONNECT);
        }
    }

    /// Notes what it says of itself; it is there, whatever it said before. True where that is new.
    pub(super) fn introduce(&mut self, hello: Hello) -> bool {
        self.said_bye = false;
        let new = self.hello.as_deref() != Some(&hello);
        if new {
            self.hello = Some(Arc::new(hello));
        }
        new
    }

    pub(super) fn channel(&self) -> Arc<str> {
        Arc::clone(&self.channel)
    }

    pub(super) fn go_down(&mut self, since: Timestamp, reason: &str) {
        (self.state, self.since, self.reason) = (SourceState::Down, since, Some(reason.to_owned()));
    }

    pub(super) fn bye(&mut self, at: Timestamp, reason: &str) {
        self.said_bye = true;
        let reason = if reason.is_empty() { "bye".to_owned() } else { format!("bye: {reason}") };
        self.go_down(at, &reason);
    }

    /// Silence began when its last message came.
    pub(super) fn fall_silent(&mut self) {
        let since = self.last_seen;
        self.go_down(since, "silent");
    }

    /// True where it dropped more than before.
    pub(super) fn note_dropped(&mut self, dropped: u64) -> bool {
        let more = dropped > self.dropped;
        self.dropped = self.dropped.max(dropped);
        more
    }

    /// Notes the series of a message. True where one is new.
    ///
    /// Most messages carry the names of the one before, as the same allocations: then this compares pointers only.
    pub(super) fn note_series<'n>(&mut self, names: impl Iterator<Item = &'n Arc<str>>) -> bool {
        let before = self.series.len();
        for (index, name) in names.enumerate() {
            if self.series.get(index).is_some_and(|known| Arc::ptr_eq(known, name)) {
                continue;
            }
            if self.series.len() < COLUMNS_MAX && !self.series_set.contains(name) {
                self.series_set.insert(Arc::clone(name));
                self.series.push(Arc::clone(name));
            }
        }
        self.series.len() > before
    }

    /// Name and metric of each series it introduced with one.
    pub(super) fn metrics(&self) -> impl Iterator<Item = (&str, &str)> {
        let series = self.hello.iter().flat_map(|hello| &hello.series);
        series.filter_map(|info| Some((info.name.as_str(), info.metric.as_deref()?)))
    }

    pub(super) fn last_seen(&self) -> Timestamp {
        self.last_seen
    }

    pub(super) fn said(&self) -> Said {
        let (id, channel, hello) = (self.id.clone(), Arc::clone(&self.channel), self.hello.clone());
        Said { channel, id, hello, series: self.series.clone() }
    }

    pub(super) fn view(&self) -> SourceView {
        let hello = self.hello.as_deref();
        let ms = |time: Timestamp| u64::try_from(time.as_micros() / 1000).unwrap_or(0);
        let described: &[SeriesInfo] = hello.map_or(&[], |hello| &hello.series);
        let names: HashSet<&str> = described.iter().map(|info| info.name.as_str()).collect();
        let seen = self.series.iter().filter(|name| !names.contains(&***name));
        let seen = seen.map(|name| SeriesInfo { name: name.to_string(), unit: None, metric: None });
        SourceView {
            id: self.id.to_string(),
            epoch: self.epoch,
            channel: self.channel.to_string(),
            state: self.state,
            since: ms(self.since),
            last_seen: ms(self.last_seen),
            reason: self.reason.clone(),
            host: hello.and_then(|hello| hello.host.clone()),
            pid: hello.and_then(|hello| hello.pid),
            program: hello.and_then(|hello| hello.program.clone()),
            version: hello.and_then(|hello| hello.version.clone()),
            interval_ms: hello
                .and_then(|hello| hello.interval_ms)
                .or(self.cadence.map(|cadence| u64::try_from(cadence.as_millis()).unwrap_or(u64::MAX))),
            lives: self.lives,
            lost: self.seqs.lost(),
            dropped: self.dropped,
            labels: hello.map_or_else(BTreeMap::new, |hello| hello.labels.clone()),
            series: described.iter().cloned().chain(seen).collect(),
        }
    }
}
