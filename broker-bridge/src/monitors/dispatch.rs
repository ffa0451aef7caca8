//! Takes notices out of the queue at a bounded rate and sends them, beside everything else: a task of its own, which holds the
//! table's lock for one chunk at a time.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use eontide_wire::monitor::{Notice, Notices};
use tokio::sync::Notify;

use super::table::{Death, Ready, Sizes, Subscriber, Table};
use crate::broker::Broker;
use crate::internal_metrics::InternalMetrics;

/// Notices of one interval.
pub(crate) const DEMAND: u64 = 1_000;
/// The interval.
pub(crate) const INTERVAL: Duration = Duration::from_millis(100);
/// What may be set while it runs.
pub(crate) const DEMAND_BOUNDS: (u64, u64) = (1, 1_000_000);
pub(crate) const INTERVAL_MS_BOUNDS: (u64, u64) = (10, 60_000);
/// Notices taken out under one lock.
const CHUNK: usize = 256;
/// Notices of one message.
const BATCH: usize = 64;
/// How long publishing a message may take.
const PUBLISH: Duration = Duration::from_secs(2);
/// How often it is looked for subscribers that are gone.
const CLEAN: Duration = Duration::from_secs(1);

/// The monitors of this bridge, and how fast notices go out.
#[derive(Debug)]
pub(crate) struct Monitors {
    /// What this bridge is called in references.
    pub(crate) bridge: String,
    table: Mutex<Table>,
    /// Rung when notices were delivered for who asks by HTTP.
    pub(crate) delivered: Notify,
    demand: AtomicU64,
    interval_ms: AtomicU64,
    /// Rung when these change.
    changed: Notify,
    metrics: Arc<InternalMetrics>,
}

impl Monitors {
    pub(crate) fn new(bridge: String, metrics: Arc<InternalMetrics>) -> Self {
        Self {
            bridge,
            table: Mutex::default(),
            delivered: Notify::new(),
            demand: AtomicU64::new(DEMAND),
            interval_ms: AtomicU64::new(INTERVAL.as_millis() as u64),
            changed: Notify::new(),
            metrics,
        }
    }

    /// The table, locked. Comes after the state's lock where both are held.
    pub(crate) fn table(&self) -> MutexGuard<'_, Table> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A source that somebody monitors is gone.
    pub(crate) fn died(&self, index: u32, death: Death) {
        let enqueued = self.table().died(index, &Arc::new(death));
        self.metrics.notices_enqueued_total.add(enqueued as u64);
    }

    /// Takes a monitor back, by the name it has outside. False where there is none.
    pub(crate) fn demonitor(&self, reference: &str, flush: bool) -> bool {
        let known = self.number(reference).is_some_and(|number| self.table().demonitor(number, flush));
        self.metrics.demonitors_total.add(u64::from(known));
        known
    }

    pub(crate) fn sizes(&self) -> Sizes {
        self.table().sizes()
    }

    /// Notices of an interval, and the interval in ms.
    pub(crate) fn throttle(&self) -> (u64, u64) {
        (self.demand.load(Relaxed), self.interval_ms.load(Relaxed))
    }

    /// Changes how fast notices go out, at once.
    pub(crate) fn set_throttle(&self, demand: u64, interval_ms: u64) {
        self.demand.store(demand.clamp(DEMAND_BOUNDS.0, DEMAND_BOUNDS.1), Relaxed);
        self.interval_ms.store(interval_ms.clamp(INTERVAL_MS_BOUNDS.0, INTERVAL_MS_BOUNDS.1), Relaxed);
        self.changed.notify_one();
    }

    /// The name of a monitor outside.
    pub(crate) fn reference(&self, number: u64) -> String {
        format!("{}-{number}", self.bridge)
    }

    /// The number of a monitor of this bridge.
    pub(crate) fn number(&self, reference: &str) -> Option<u64> {
        reference.strip_prefix(&self.bridge)?.strip_prefix('-')?.parse().ok()
    }

    /// As it is told.
    pub(crate) fn notice(&self, ready: &Ready) -> Notice {
        let Death { target, cause, reason, at } = &*ready.death;
        Notice {
            reference: self.reference(ready.reference),
            target: target.clone(),
            cause: *cause,
            reason: reason.clone(),
            at: *at,
        }
    }
}

/// Delivers notices for ever; while the broker is away they go on waiting.
pub(crate) async fn run(monitors: Arc<Monitors>, broker: Arc<Broker>) {
    let mut cleaned = Instant::now();
    loop {
        let (demand, interval_ms) = monitors.throttle();
        let next = tokio::time::Instant::now() + Duration::from_millis(interval_ms);
        if broker.connected() {
            interval(&monitors, &broker, demand).await;
        }
        if cleaned.elapsed() >= CLEAN {
            let gone = monitors.table().clean(Instant::now());
            monitors.metrics.subscribers_gone_total.add(gone as u64);
            cleaned = Instant::now();
        }
        tokio::select! {
            () = tokio::time::sleep_until(next) => {}
            () = monitors.changed.notified() => {}
        }
    }
}

/// What one interval may send.
async fn interval(monitors: &Monitors, broker: &Broker, demand: u64) {
    let mut left = usize::try_from(demand).unwrap_or(usize::MAX);
    while left > 0 {
        let (ready, skipped) = monitors.table().take(left.min(CHUNK));
        monitors.metrics.notices_delivered_total.add((ready.len() + skipped) as u64);
        if ready.is_empty() {
            break;
        }
        left -= ready.len();
        send(monitors, broker, ready).await;
        // Others first: notices are not urgent.
        tokio::task::yield_now().await;
    }
    monitors.metrics.notice_sweeps_total.add(1);
}

/// Sends notices in their order; those that follow one another to one inbox in one message.
async fn send(monitors: &Monitors, broker: &Broker, ready: Vec<Ready>) {
    let mut ready = VecDeque::from(ready);
    while let Some(first) = ready.pop_front() {
        let Subscriber::Inbox(inbox) = first.subscriber.clone() else {
            let kept = monitors.table().deliver(first);
            monitors.metrics.notices_processed_total.add(u64::from(kept));
            monitors.delivered.notify_waiters();
            continue;
        };
        let mut notices = vec![monitors.notice(&first)];
        while notices.len() < BATCH
            && let Some(next) = ready.pop_front_if(|next: &mut Ready| next.subscriber == first.subscriber)
        {
            notices.push(monitors.notice(&next));
        }
        let count = notices.len() as u64;
        let payload = serde_json::to_vec(&Notices { bridge: monitors.bridge.clone(), notices }).unwrap_or_default();
        let publish = broker.client.publish(inbox.to_string(), payload.into());
        match tokio::time::timeout(PUBLISH, publish).await {
            Ok(Ok(())) => monitors.metrics.notices_processed_total.add(count),
            _ => monitors.metrics.notices_lost_total.add(count),
        }
    }
}
