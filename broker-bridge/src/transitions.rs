//! Which sources came and went, for anybody: published in batches on `eon-presence.<channel>.up` and `.down`.
//!
//! Every bridge sees the same sources. So that not each of them says the same, the one that published last goes on at once; the
//! others hold theirs back for [`HOLD_BACK`] and drop what they read from it meanwhile. Where it is gone, the first to lose
//! patience takes over, since its batch is now the last. Who begins at the same moment as another may say something twice; the
//! message says enough to tell.

use std::collections::{BTreeMap, HashSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use eontide_wire::{Epoch, SourceId, Transition, Transitions, subject};

use crate::broker::Broker;
use crate::internal_metrics::InternalMetrics;
use crate::presence::Moved;

/// How often what waits is published.
const SWEEP: Duration = Duration::from_millis(100);
/// Transitions of one sweep; the others wait for the next.
const CHUNK: usize = 5_000;
/// Transitions of one message: some 100 bytes each, 2 KiB at worst, well below the server's 1 MB.
const BATCH: usize = 400;
/// Transitions that may wait for a broker that is away; of more, the newest.
const WAITING_MAX: usize = 200_000;
/// How long another bridge is given to say what we saw as well.
const HOLD_BACK: Duration = Duration::from_secs(2);
/// How long publishing a message may take.
const PUBLISH: Duration = Duration::from_secs(2);

/// What waits to be published.
#[derive(Debug)]
pub(crate) struct Outbox {
    /// This bridge, for others: its life is its name.
    pub(crate) bridge: String,
    waiting: Mutex<Waiting>,
    metrics: Arc<InternalMetrics>,
}

#[derive(Debug, Default)]
struct Waiting {
    queue: VecDeque<(Instant, Moved)>,
    /// Another bridge published the last batch.
    other_leads: bool,
}

/// What tells whether two transitions are the same.
type Key = (SourceId, Epoch, bool);

impl Outbox {
    pub(crate) fn new(metrics: Arc<InternalMetrics>) -> Self {
        let bridge = format!("{:016x}", rand::random::<u64>());
        Self { bridge, waiting: Mutex::default(), metrics }
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Somebody came or went.
    pub(crate) fn push(&self, moved: Moved, now: Instant) {
        let mut waiting = self.waiting();
        let hold = if waiting.other_leads { HOLD_BACK.mul_f64(rand::random_range(1.0..1.5)) } else { Duration::ZERO };
        waiting.queue.push_back((now + hold, moved));
        if waiting.queue.len() > WAITING_MAX {
            waiting.queue.pop_front();
            self.metrics.transitions_dropped_total.add(1);
        }
    }

    /// A batch was read from the stream: it need not be said again.
    pub(crate) fn read(&self, batch: &Transitions, up: bool) {
        let mut waiting = self.waiting();
        waiting.other_leads = batch.by != self.bridge;
        if waiting.other_leads && !waiting.queue.is_empty() {
            let said: HashSet<Key> = batch.items.iter().map(|item| (item.id.clone(), item.epoch, up)).collect();
            waiting.queue.retain(|(_, one)| !said.contains(&(one.id.clone(), one.epoch, one.cause.is_none())));
        }
    }

    /// How many wait.
    pub(crate) fn len(&self) -> usize {
        self.waiting().queue.len()
    }

    fn take(&self, now: Instant) -> Vec<Moved> {
        let mut waiting = self.waiting();
        let due = waiting.queue.iter().take(CHUNK).take_while(|(at, _)| *at <= now).count();
        waiting.queue.drain(..due).map(|(_, moved)| moved).collect()
    }

    /// As messages: subject and payload.
    fn messages(&self, list: Vec<Moved>) -> Vec<(String, bytes::Bytes)> {
        let mut batches: BTreeMap<(Arc<str>, bool), Vec<Transition>> = BTreeMap::new();
        for moved in list {
            let key = (Arc::clone(&moved.channel), moved.cause.is_none());
            batches.entry(key).or_default().push(transition(moved));
        }
        let mut messages = Vec::new();
        for ((channel, up), items) in batches {
            for items in items.chunks(BATCH) {
                let batch = Transitions { by: self.bridge.clone(), items: items.to_vec() };
                // Plain structs: writing them cannot fail.
                let payload = serde_json::to_vec(&batch).unwrap_or_default();
                messages.push((subject::transitions(&channel, up), payload.into()));
            }
        }
        messages
    }
}

fn transition(moved: Moved) -> Transition {
    Transition {
        id: moved.id,
        epoch: moved.epoch,
        at: moved.at.as_millis(),
        cause: moved.cause,
        reason: moved.reason.map(String::from),
        host: moved.host.as_deref().map(str::to_owned),
    }
}

/// Publishes what waits, for ever; while the broker is away it goes on waiting.
pub(crate) async fn publish(broker: Arc<Broker>, outbox: Arc<Outbox>) {
    let mut sweep = tokio::time::interval(SWEEP);
    loop {
        sweep.tick().await;
        if !broker.connected() {
            continue;
        }
        for (subject, payload) in outbox.messages(outbox.take(Instant::now())) {
            match tokio::time::timeout(PUBLISH, broker.client.publish(subject, payload)).await {
                Ok(Ok(())) => outbox.metrics.transition_messages_total.add(1),
                failed => tracing::warn!(?failed, "transitions of sources not published"),
            }
        }
    }
}
