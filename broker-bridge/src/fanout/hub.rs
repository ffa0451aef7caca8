//! Who watches what, and up to where each has been served.
//!
//! Two locks, never held together by one thread except in this order: the views, then the log. The pipeline takes only
//! the log's, for as long as a push takes; frames are made under neither.

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use eontide_wire::viewer::Timetoken;
use eontide_wire::{Epoch, Timestamp};
use tokio::sync::{Notify, watch};

use super::log::{Entry, Event, Item, Log};
use super::outbox::{Outbox, Outgoing};
use super::view::{ColumnFilter, ViewKey, frames};
use crate::internal_metrics::InternalMetrics;

/// Events that one frame may bring at most; who is further behind gets several frames, one a tick.
const ENTRIES_PER_FRAME_MAX: usize = 50_000;

/// The log, the views and their members.
#[derive(Debug)]
pub struct Hub {
    log: Mutex<Stream>,
    views: Mutex<Views>,
    /// Somebody may have to be served: raised by every push, and by a tick that left somebody behind.
    news: AtomicBool,
    /// Rung when `news` is raised.
    bell: Notify,
    /// Rises with every tick and every new life.
    ticks: watch::Sender<u64>,
    metrics: Arc<InternalMetrics>,
}

#[derive(Debug)]
struct Stream {
    log: Log,
    epoch: Epoch,
    /// The last data message, which the log may have lost.
    last: Option<(u64, Timetoken)>,
}

/// What the log holds, for those that read it by offsets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Recent {
    /// Which life of the stream.
    pub(crate) epoch: Epoch,
    /// Whoever has all up to here misses nothing.
    pub(crate) floor: u64,
    /// The last data message of this life.
    pub(crate) last: Option<(u64, Timetoken)>,
}

#[derive(Debug, Default)]
struct Views {
    by_key: HashMap<ViewKey, View>,
    next_member: u64,
}

#[derive(Debug, Default)]
struct View {
    filter: ColumnFilter,
    members: HashMap<u64, Member>,
}

#[derive(Debug)]
struct Member {
    outbox: Outbox,
    /// `None` until its snapshot is on the way.
    cursor: Option<Cursor>,
}

/// Up to where a member has been served.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Cursor {
    /// Index into the log.
    pub(crate) index: u64,
    /// Data messages up to this offset are known to the viewer already.
    pub(crate) after: u64,
}

/// A subscription's place in its view; leaves when dropped.
#[derive(Debug)]
pub(crate) struct Membership {
    hub: Arc<Hub>,
    key: ViewKey,
    id: u64,
}

impl Hub {
    /// A hub whose log holds at most `log_bytes_max`.
    pub fn new(log_bytes_max: usize, metrics: Arc<InternalMetrics>) -> Self {
        let log = Log::new(log_bytes_max, 0);
        Self {
            log: Mutex::new(Stream { log, epoch: Epoch(0), last: None }),
            views: Mutex::default(),
            news: AtomicBool::new(false),
            bell: Notify::new(),
            ticks: watch::Sender::new(0),
            metrics,
        }
    }

    /// Begins a new life of the stream at `floor`: every viewer is behind and will ask for a snapshot.
    pub(crate) fn reset(&self, epoch: Epoch, floor: u64) {
        let mut stream = self.stream();
        (stream.epoch, stream.last) = (epoch, None);
        stream.log.reset(floor);
        self.raise();
    }

    /// Resolves when a tick has something to do; one task waits.
    pub async fn news(&self) {
        while !self.news.load(Relaxed) {
            self.bell.notified().await;
        }
    }

    /// A tick takes the flag down before it reads the log, so what is pushed after that read raises it anew.
    fn raise(&self) {
        if !self.news.swap(true, Relaxed) {
            self.bell.notify_one();
        }
    }

    /// Appends one event. Called with the state locked, so that a reader of the state knows which events it includes.
    pub(crate) fn push(&self, offset: u64, event: Event) {
        let mut stream = self.stream();
        if let Event::Data(item) = &event {
            stream.last = Some((offset, item.timetoken));
        }
        stream.log.push(Entry { offset, event });
        drop(stream);
        self.raise();
    }

    /// The index after the newest event.
    pub(crate) fn end(&self) -> u64 {
        self.stream().log.end()
    }

    /// Where to go on after `offset`; `None` where events after it are gone.
    pub(crate) fn index_after(&self, offset: u64) -> Option<u64> {
        self.stream().log.cursor_after(offset)
    }

    /// What the log holds.
    pub(crate) fn recent(&self) -> Recent {
        let stream = self.stream();
        Recent { epoch: stream.epoch, floor: stream.log.floor(), last: stream.last }
    }

    /// When the broker got the data message at `offset`, where the log has it.
    pub(crate) fn timetoken_at(&self, offset: u64) -> Option<Timetoken> {
        self.stream().log.data_at(offset).map(|item| item.timetoken)
    }

    /// At most `max` data messages after `offset` of this life; `None` where some are gone, or the life is another one.
    pub(crate) fn data_after(&self, epoch: Epoch, offset: u64, max: usize) -> Option<Vec<(u64, Arc<Item>)>> {
        let stream = self.stream();
        if stream.epoch == epoch { stream.log.data_after(offset, max) } else { None }
    }

    /// Changes after each tick that had news.
    pub(crate) fn ticks(&self) -> watch::Receiver<u64> {
        self.ticks.subscribe()
    }

    /// Enters a view; nothing is sent before [`Membership::activate`].
    pub(crate) fn join(self: &Arc<Self>, key: ViewKey, outbox: Outbox) -> Membership {
        let mut views = self.views();
        let id = views.next_member;
        views.next_member += 1;
        views.by_key.entry(key.clone()).or_default().members.insert(id, Member { outbox, cursor: None });
        Membership { hub: Arc::clone(self), key, id }
    }

    /// Distinct views and subscriptions.
    pub(crate) fn counts(&self) -> (usize, usize) {
        let views = self.views();
        (views.by_key.len(), views.by_key.values().map(|view| view.members.len()).sum())
    }

    /// Serves everyone who has room. Each distinct frame is made once, with no lock held.
    pub fn tick(&self, now: Timestamp) {
        self.news.store(false, Relaxed);
        // What came since an index is the same for every view.
        let mut fetched = BTreeMap::new();
        for (key, mut filter, groups) in self.rounds() {
            for (cursor, ids) in groups {
                let news = fetched.entry(cursor.index).or_insert_with(|| self.since(cursor.index));
                let Some((epoch, entries)) = news else {
                    self.deliver(&key, cursor, &ids, None, &[Outgoing::Behind(key.sub)]);
                    continue;
                };
                let Some(last) = entries.last() else { continue };
                let frames = frames(&key, &mut filter, entries, cursor.after, *epoch, now);
                let after = if last.offset >= cursor.after { 0 } else { cursor.after };
                let next = Cursor { index: cursor.index + entries.len() as u64, after };
                let outgoing: Vec<Outgoing> = frames.into_iter().map(Outgoing::Frame).collect();
                self.deliver(&key, cursor, &ids, Some(next), &outgoing);
            }
            self.end_round(&key, filter);
        }
        self.ticks.send_modify(|ticks| *ticks += 1);
    }

    /// What a tick has to do: of each view, those with room, by where they stand.
    fn rounds(&self) -> Vec<(ViewKey, ColumnFilter, BTreeMap<Cursor, Vec<u64>>)> {
        let mut rounds = Vec::new();
        for (key, view) in &mut self.views().by_key {
            let mut groups: BTreeMap<Cursor, Vec<u64>> = BTreeMap::new();
            for (id, member) in &view.members {
                // Three frames a tick, and room for one word that it is behind.
                if let Some(cursor) = member.cursor
                    && member.outbox.has_room(4)
                {
                    groups.entry(cursor).or_default().push(*id);
                }
            }
            rounds.push((key.clone(), std::mem::take(&mut view.filter), groups));
        }
        rounds
    }

    fn since(&self, index: u64) -> Option<(Epoch, Vec<Entry>)> {
        let stream = self.stream();
        stream.log.since(index, ENTRIES_PER_FRAME_MAX).map(|entries| (stream.epoch, entries))
    }

    /// Hands out what was made for those at `cursor`, and moves them on; who left or was renewed meanwhile is left alone.
    fn deliver(&self, key: &ViewKey, cursor: Cursor, ids: &[u64], next: Option<Cursor>, outgoing: &[Outgoing]) {
        let mut views = self.views();
        let Some(view) = views.by_key.get_mut(key) else { return };
        let mut sent = 0;
        for id in ids {
            // All subscriptions of a socket share its outbox: another view's frames may have filled it meanwhile.
            let here = |member: &&mut Member| member.cursor == Some(cursor) && member.outbox.has_room(outgoing.len());
            let Some(member) = view.members.get_mut(id).filter(here) else { continue };
            for one in outgoing {
                member.outbox.push(*id, one.clone());
            }
            member.cursor = next;
            sent += 1;
        }
        let frames =
            outgoing.iter().filter_map(|one| if let Outgoing::Frame(frame) = one { Some(frame) } else { None });
        let (count, bytes) = frames.fold((0, 0), |(count, bytes), frame| (count + 1, bytes + frame.len() as u64));
        self.metrics.frames_encoded_total.add(count);
        self.metrics.frames_sent_total.add(count * sent);
        self.metrics.frame_bytes_sent_total.add(bytes * sent);
    }

    fn end_round(&self, key: &ViewKey, filter: ColumnFilter) {
        let mut views = self.views();
        let Some(view) = views.by_key.get_mut(key) else { return };
        view.filter = filter;
        let end = self.end();
        if view.members.values().any(|member| member.cursor.is_some_and(|cursor| cursor.index < end)) {
            self.raise();
        }
    }

    fn views(&self) -> MutexGuard<'_, Views> {
        self.views.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn stream(&self) -> MutexGuard<'_, Stream> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Membership {
    /// From now on each tick brings what came after `cursor`.
    pub(crate) fn activate(&self, cursor: Cursor) {
        if let Some(member) = self.hub.views().by_key.get_mut(&self.key).and_then(|view| view.members.get_mut(&self.id))
        {
            member.cursor = Some(cursor);
            self.hub.raise();
        }
    }

    /// Names what is queued for it.
    pub(crate) fn id(&self) -> u64 {
        self.id
    }

    pub(crate) fn key(&self) -> &ViewKey {
        &self.key
    }
}

impl Drop for Membership {
    fn drop(&mut self) {
        let mut views = self.hub.views();
        if let Some(view) = views.by_key.get_mut(&self.key) {
            view.members.remove(&self.id);
            if view.members.is_empty() {
                views.by_key.remove(&self.key);
            }
        }
    }
}

#[cfg(test)]
#[path = "hub_tests.rs"]
mod tests;
