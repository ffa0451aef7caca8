//! The page to read first: what happens to a message, in order.
//!
//! ```text
//! stream ─▶ decode ─▶ presence: is it news? ─▶ store: append ─▶ fan-out: log ─▶ (tick) viewers
//!             └─▶ reject: counted by reason, the last 100 kept
//! ```
//! Stages do not know each other; this is the one place that puts them in order, and the only writer of the state.

mod alerts;
mod sources;

use std::cell::OnceCell;
use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::Duration;

use bytes::Bytes;
use eontide_wire::name::metric_of_name;
use eontide_wire::viewer::{Position, Timetoken};
use eontide_wire::{Channel, DataMessage, Epoch, Reason, Reject, Timestamp, decode, subject};

use crate::alerts::Alerts;
use crate::archive::Archive;
use crate::clock::{self, Steady};
use crate::fanout::{Event, Hub, Item, ItemBlock};
use crate::ingest::Rejects;
use crate::internal_metrics::InternalMetrics;
use crate::monitors::Monitors;
use crate::presence::{Novelty, Now, Presence, Seen};
use crate::store::{Disk, Limits, Restored, Store};
use crate::transitions::Outbox;

/// A message as it came from a stream.
#[derive(Clone, Debug)]
pub struct Incoming {
    /// Where it was published.
    pub subject: String,
    /// What was published.
    pub payload: Bytes,
    /// Its JetStream sequence.
    pub offset: u64,
    /// The broker's timestamp.
    pub time: Timestamp,
    /// The same, finer.
    pub timetoken: Timetoken,
    /// Is it history, read on start or after a new epoch?
    pub replayed: bool,
}

/// What the stages know. One writer (the pipeline), many readers (http).
#[derive(Debug)]
pub struct State {
    /// The points.
    pub store: Store,
    /// The sources.
    pub presence: Presence,
    /// What fires.
    pub alerts: Alerts,
    /// The last rejected messages.
    pub rejects: Rejects,
    /// Of the last data message that was read.
    pub position: Position,
    /// When the broker got it.
    last_time: Timestamp,
    /// Messages up to here were in the store before they were read: they came from disk.
    pub(crate) stored_to: u64,
    /// The last message of which the store has all, and when the broker got it; `None` where that is not known.
    reached: Option<(u64, Timestamp)>,
}

/// The stages, joined.
#[derive(Debug)]
pub struct Pipeline {
    state: RwLock<State>,
    hub: Arc<Hub>,
    metrics: Arc<InternalMetrics>,
    limits: Limits,
    /// The history on disk; `None` where it is in memory alone.
    archive: Option<Archive>,
    /// Which sources came and went, to be published.
    transitions: Arc<Outbox>,
    /// Who is told of which death.
    monitors: Arc<Monitors>,
    steady: Mutex<Steady>,
    /// Batches that wait to be taken in.
    waiting: AtomicUsize,
}

impl Pipeline {
    /// Empty stages.
    pub fn new(
        limits: Limits,
        sources_max: usize,
        archive: Option<Archive>,
        hub: Arc<Hub>,
        metrics: Arc<InternalMetrics>,
    ) -> Self {
        let transitions = Arc::new(Outbox::new(Arc::clone(&metrics)));
        let monitors = Arc::new(Monitors::new(transitions.bridge.clone(), Arc::clone(&metrics)));
        let state = State {
            store: Store::new(limits),
            presence: Presence::new(sources_max),
            alerts: Alerts::default(),
            rejects: Rejects::default(),
            position: Position::default(),
            last_time: Timestamp::default(),
            stored_to: 0,
            reached: None,
        };
        Self {
            state: RwLock::new(state),
            hub,
            metrics,
            limits,
            archive,
            monitors,
            transitions,
            steady: Mutex::default(),
            waiting: AtomicUsize::new(0),
        }
    }

    /// For readers. Held for as long as it takes to copy references, never across an await.
    pub fn read(&self) -> RwLockReadGuard<'_, State> {
        self.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, State> {
        self.state.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// Data messages, in the order of the stream.
    pub fn data(&self, batch: &[Incoming], now: Now) {
        // Decoded before the lock is taken: readers wait for the append alone.
        let decoded: Vec<_> = batch.iter().map(|incoming| decode_data(incoming)).collect();
        let mut state = self.write();
        let sources =
            decoded.iter().flatten().filter_map(|(channel, message)| Some((*channel, &message.from.as_ref()?.id)));
        state.presence.warm(sources);
        for (incoming, decoded) in batch.iter().zip(decoded) {
            let outcome =
                decoded.and_then(|(channel, message)| self.accept(&mut state, incoming, channel, message, now));
            if let Err(reject) = outcome {
                self.reject(&mut state, incoming, &reject);
            }
            (state.position.offset, state.last_time) = (incoming.offset, incoming.time);
            if incoming.offset > state.stored_to {
                state.reached = Some((incoming.offset, incoming.time));
            }
            self.metrics.messages_total.add(1);
            self.metrics.message_bytes_total.add(incoming.payload.len() as u64);
        }
        self.log_presence(&mut state);
    }

    /// One message: touch presence → append to store → hand to fan-out.
    fn accept(
        &self,
        state: &mut State,
        incoming: &Incoming,
        channel: &str,
        message: DataMessage<'_>,
        now: Now,
    ) -> Result<(), Reject> {
        let State { store, presence, .. } = state;
        let source = message.from.as_ref().map(|from| &from.id);
        let said: OnceCell<HashMap<&str, &str>> = OnceCell::new();
        let metric_of = |name: &str| {
            let said = said.get_or_init(|| source.map(|id| presence.metrics_of(channel, id)).unwrap_or_default());
            let unsaid = || metric_of_name(name, source.map_or("", |id| id.as_str()));
            said.get(name).copied().unwrap_or_else(unsaid).into()
        };
        let (channel, shapes) = store.resolve(channel, &message.blocks, &metric_of)?;
        if let Some(from) = &message.from {
            let names = shapes.iter().flat_map(|shape| &shape.names);
            let novelty = state.presence.admit(&channel, from, names, seen(incoming, now), now);
            if novelty == Novelty::Duplicate {
                self.metrics.duplicates_total.add(1);
                return Ok(());
            }
        }
        self.log_presence(state);
        if incoming.offset > state.stored_to {
            self.metrics.points_total.add(message.points() as u64);
            state.store.append(&channel, &shapes, &message.blocks, incoming.offset, incoming.time);
        }
        let blocks = shapes
            .into_iter()
            .zip(message.blocks)
            .map(|(shape, block)| ItemBlock { shape, x: block.x, values: block.values })
            .collect();
        let (time, timetoken) = (incoming.time, incoming.timetoken);
        let item = Item { channel, time, timetoken, blocks, payload: incoming.payload.clone() };
        self.hub.push(incoming.offset, Event::Data(Arc::new(item)));
        Ok(())
    }

    fn reject(&self, state: &mut State, incoming: &Incoming, reject: &Reject) {
        self.metrics.reject(reject.reason);
        state.rejects.push(&incoming.subject, &incoming.payload, incoming.offset, incoming.time, reject);
        tracing::debug!(subject = incoming.subject, reason = %reject.reason, detail = reject.detail, "message rejected");
        let Some(channel) = subject::parse_data(&incoming.subject) else { return };
        if reject.reason != Reason::TooLarge && reject.reason != Reason::BadChannel {
            // Not for the time store, but a raw view shows what was published.
            let (channel, payload) = (channel.into(), incoming.payload.clone());
            let (time, timetoken) = (incoming.time, incoming.timetoken);
            let item = Item { channel, time, timetoken, blocks: Vec::new(), payload };
            self.hub.push(incoming.offset, Event::Data(Arc::new(item)));
        }
    }

    /// So many batches wait behind the last one.
    pub(crate) fn note_waiting(&self, batches: usize) {
        self.waiting.store(batches, Relaxed);
    }

    /// Does data wait? Then who seems silent may only not have been read yet.
    pub(crate) fn is_behind(&self) -> bool {
        self.waiting.load(Relaxed) > 0
    }

    /// Tells the small changes of sources: often enough for eyes, seldom enough for a source with thousands of series.
    pub fn tell_touched(&self) {
        let mut state = self.write();
        state.presence.tell_touched();
        self.log_presence(&mut state);
    }

    /// Time passes: leases end.
    pub fn expire(&self, now: Now) {
        let mut state = self.write();
        let forget_before = clock::before(now.wall, self.limits.history);
        state.presence.expire(now, forget_before);
        self.log_presence(&mut state);
    }

    /// Time passes: the window moves on. Not by a clock that has just jumped: what is dropped for its age is gone.
    pub fn evict(&self, now: Now) {
        if !self.steady.lock().unwrap_or_else(PoisonError::into_inner).trusts(now) {
            return;
        }
        let dropped = {
            let mut state = self.write();
            self.expire_alerts(&mut state, clock::before(now.wall, self.limits.history), now.wall);
            state.store.evict(now.wall)
        };
        self.metrics.points_dropped_age_total.add(dropped.age as u64);
        self.metrics.points_dropped_memory_total.add(dropped.memory as u64);
        self.metrics.points_dropped_disk_total.add(dropped.disk as u64);
    }

    /// Makes merged columns of one metric that has none and is worth it; true where there was one. Values are counted without
    /// the lock; those that come meanwhile are counted as they come. Not before history is read: what is read again would
    /// count twice.
    pub fn build_columns(&self) -> bool {
        let (now, wanted) = {
            let state = self.read();
            (state.last_time, state.store.wants_build(state.last_time))
        };
        let build = if wanted { self.write().store.begin_build(now) } else { None };
        let Some(build) = build else { return false };
        let built = build.count();
        self.write().store.finish_build(&built);
        true
    }

    /// The history on disk, if there is one.
    pub fn archive(&self) -> Option<&Archive> {
        self.archive.as_ref()
    }

    /// Writes a checkpoint, if it is time or `now`. Ingest goes on meanwhile: only references are taken under the lock.
    pub fn checkpoint(&self, now: bool) {
        let Some(archive) = &self.archive else { return };
        let Some((offset, _)) = self.read().reached else { return };
        if !now && !archive.is_due(offset) {
            return;
        }
        let take = |disk: &Disk| {
            let state = self.read();
            Some(disk.take(&state.store, state.reached?, state.store.horizon()))
        };
        archive.checkpoint(take, |saved| self.write().store.saved(saved), &self.metrics);
    }

    /// A new life of the stream: what was read belongs to the old one.
    pub fn begin_epoch(&self, epoch: Epoch, offset: u64) {
        self.begin_life(epoch, offset, None);
    }

    /// A new life of the stream, or the same from an earlier place: what was read before is replaced by what was restored.
    pub(crate) fn begin_life(&self, epoch: Epoch, offset: u64, restored: Option<Restored>) {
        let (store, disk, resume) = match restored {
            Some(Restored { store, disk, resume }) => (store, Some(disk), resume),
            None => (Store::new(self.limits), None, None),
        };
        let mut state = self.write();
        let old = std::mem::replace(&mut state.store, store);
        // Who is there is no matter of the data stream; hellos and byes are read from another one, perhaps before.
        state.presence.forget_sequences();
        state.position = Position { epoch, offset };
        (state.stored_to, state.last_time) =
            resume.map_or_else(Default::default, |resume| (resume.after, resume.last.1));
        state.reached = resume.filter(|resume| resume.after == resume.last.0).map(|resume| resume.last);
        self.metrics.stream_epochs_total.add(1);
        self.hub.reset(epoch, offset);
        drop(state);
        // Without the lock: there may be much of it.
        drop(old);
        if let Some((archive, disk)) = self.archive.as_ref().zip(disk) {
            archive.begin(disk);
        }
    }
}

fn decode_data(incoming: &Incoming) -> Result<(&str, DataMessage<'_>), Reject> {
    let channel = subject::parse_data(&incoming.subject).unwrap_or_default();
    Channel::check(channel).map_err(|error| Reject::new(Reason::BadChannel, error.to_string()))?;
    Ok((channel, decode(&incoming.payload, incoming.time)?))
}

/// Live messages are new whatever the clocks say; only history has an age.
fn seen(incoming: &Incoming, now: Now) -> Seen {
    let age = if incoming.replayed { clock::age(now.wall, incoming.time) } else { Duration::ZERO };
    Seen { at: incoming.time, age }
}
