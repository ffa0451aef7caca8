//! What handles and the background thread share.
//!
//! Two short mutexes, never held together: one over queue and names (a sample is pushed in some 50 ns, the sender takes
//! samples out by the thousand), one over the list of gauges (taken when one is made, and once an interval).

use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use eontide_wire::Timestamp;
use tokio::sync::Notify;

use crate::batch::Sample;
use crate::gauge::Gauge;
use crate::ring::{Pushed, Ring};
use crate::series::{SeriesId, SeriesTable};
use crate::stats::Counters;

/// The state behind every handle of one publisher.
pub(crate) struct Shared {
    queue: Mutex<Queue>,
    gauges: Mutex<Vec<(SeriesId, Gauge)>>,
    pub(crate) counters: Counters,
    /// Rung when the first sample enters an empty queue, when it is half full, and by `close`.
    pub(crate) wake: Notify,
    /// The bell was rung and not heard yet: one ring for all that arrives meanwhile.
    rung: AtomicBool,
    /// A name was refused, and that was said.
    warned_of_name: AtomicBool,
    reconnect: AtomicBool,
    close: Mutex<Option<CloseRequest>>,
    finished: Finished,
}

/// Samples and the names they refer to.
pub(crate) struct Queue {
    pub(crate) ring: Ring<Sample>,
    pub(crate) series: SeriesTable,
    half: usize,
}

/// How to end.
#[derive(Clone, Debug)]
pub(crate) struct CloseRequest {
    /// For the bye.
    pub(crate) reason: String,
    /// When to be done at the latest.
    pub(crate) deadline: Instant,
    /// Wait for a connection that is not there.
    pub(crate) patient: bool,
}

impl Shared {
    pub(crate) fn new(capacity: usize, series: SeriesTable) -> Self {
        Self {
            queue: Mutex::new(Queue { ring: Ring::new(capacity), series, half: capacity.div_ceil(2) }),
            gauges: Mutex::new(Vec::new()),
            counters: Counters::default(),
            wake: Notify::new(),
            rung: AtomicBool::new(false),
            warned_of_name: AtomicBool::new(false),
            reconnect: AtomicBool::new(false),
            close: Mutex::new(None),
            finished: Finished::default(),
        }
    }

    pub(crate) fn queue(&self) -> MutexGuard<'_, Queue> {
        lock(&self.queue)
    }

    /// Queues samples of one time and wakes the sender if it sleeps.
    pub(crate) fn record<'a>(&self, at: Timestamp, values: impl IntoIterator<Item = (&'a str, f64)>) {
        let mut half_full = false;
        let mut refused = None;
        {
            let mut queue = self.queue();
            for (name, value) in values {
                match queue.series.find_or_add(name) {
                    Some(series) => half_full |= self.push(&mut queue, Sample { at, series, value }),
                    None => {
                        self.counters.rejected.fetch_add(1, Relaxed);
                        refused = Some(name);
                    }
                }
            }
        }
        if let Some(name) = refused {
            self.warn_of_name(name);
        }
        if !self.rung.swap(true, Relaxed) || half_full {
            self.wake.notify_one();
        }
    }

    /// Queues samples without waking anyone: the sender's own.
    pub(crate) fn push_row(&self, row: impl IntoIterator<Item = Sample>) {
        let mut queue = self.queue();
        for sample in row {
            self.push(&mut queue, sample);
        }
    }

    /// `true` at the sample that makes the queue half full.
    fn push(&self, queue: &mut Queue, sample: Sample) -> bool {
        if queue.ring.push(sample) == Pushed::DroppedOldest {
            self.counters.dropped.fetch_add(1, Relaxed);
            return false;
        }
        queue.ring.len() == queue.half
    }

    /// Says the first refusal: a program that repeats it would otherwise fill its log.
    fn warn_of_name(&self, name: &str) {
        if !self.warned_of_name.swap(true, Relaxed) {
            tracing::warn!(
                "series {name:.60?} is not published: write 1 to 256 bytes, id included, without control characters, not \
                 \"x\", at most 4096 names; said once, counted in stats().rejected"
            );
        }
    }

    /// Takes up to `count` oldest samples, and the names in `columns` that are new since the last time; what is recorded
    /// from now on rings again. All that is done under the lock: moving, no encoding and no text.
    pub(crate) fn take(&self, out: &mut Vec<Sample>, columns: &mut Vec<Arc<str>>, count: usize) {
        self.rung.store(false, Relaxed);
        let mut queue = self.queue();
        queue.ring.drain_into(out, count);
        queue.series.copy_columns(columns);
    }

    /// The gauge of `name`, the same for the same name. A name the wire has no room for gives a gauge that is never
    /// published, and is counted.
    pub(crate) fn gauge(&self, name: &str) -> Gauge {
        // A statement of its own, so that the lock is free again.
        let series = self.queue().series.find_or_add(name);
        let Some(series) = series else {
            self.counters.rejected.fetch_add(1, Relaxed);
            self.warn_of_name(name);
            return Gauge::unset();
        };
        let mut gauges = lock(&self.gauges);
        if let Some((_, gauge)) = gauges.iter().find(|(id, _)| *id == series) {
            return gauge.clone();
        }
        let gauge = Gauge::unset();
        gauges.push((series, gauge.clone()));
        gauge
    }

    /// Every gauge that is set, as samples of the time `at`.
    pub(crate) fn read_gauges(&self, at: Timestamp, row: &mut Vec<Sample>) {
        let gauges = lock(&self.gauges);
        row.extend(
            gauges.iter().filter_map(|(series, gauge)| Some(Sample { at, series: *series, value: gauge.get()? })),
        );
    }

    /// Asks the background thread to end; the first request counts.
    pub(crate) fn request_close(&self, request: CloseRequest) {
        lock(&self.close).get_or_insert(request);
        self.wake.notify_one();
    }

    /// Asks the background thread to connect anew.
    pub(crate) fn request_reconnect(&self) {
        self.reconnect.store(true, Relaxed);
        self.wake.notify_one();
    }

    pub(crate) fn reconnect_requested(&self) -> bool {
        self.reconnect.swap(false, Relaxed)
    }

    pub(crate) fn close_request(&self) -> Option<CloseRequest> {
        lock(&self.close).clone()
    }

    pub(crate) fn finished(&self) -> &Finished {
        &self.finished
    }
}

/// Says when the background thread has ended, and what it could not deliver.
#[derive(Default)]
pub(crate) struct Finished {
    undelivered: Mutex<Option<u64>>,
    blocking: Condvar,
    waiting: Notify,
}

impl Finished {
    pub(crate) fn set(&self, undelivered: u64) {
        lock(&self.undelivered).get_or_insert(undelivered);
        self.blocking.notify_all();
        self.waiting.notify_waiters();
    }

    /// Samples not delivered; `None` if the thread has not ended in time.
    pub(crate) fn wait_blocking(&self, timeout: Duration) -> Option<u64> {
        let guard = lock(&self.undelivered);
        let waited = self.blocking.wait_timeout_while(guard, timeout, |undelivered| undelivered.is_none());
        *waited.unwrap_or_else(PoisonError::into_inner).0
    }

    /// Samples not delivered. The background thread keeps its own deadline, so this needs no timer of the caller's runtime.
    pub(crate) async fn wait(&self) -> u64 {
        loop {
            let mut notified = std::pin::pin!(self.waiting.notified());
            notified.as_mut().enable();
            if let Some(undelivered) = *lock(&self.undelivered) {
                return undelivered;
            }
            notified.await;
        }
    }
}

/// `wait` after `now`, for waits as long as `Duration::MAX`: what lies beyond a century is as good as never.
pub(crate) fn after(now: Instant, wait: Duration) -> Instant {
    const CENTURY: Duration = Duration::from_secs(100 * 365 * 86_400);
    now.checked_add(wait.min(CENTURY)).unwrap_or(now)
}

/// A publisher must not fail because a thread of its host panicked while it held the lock; the data is whole at any point.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Ends with the background thread, however that ends.
pub(crate) struct FinishGuard(pub(crate) Arc<Shared>);

impl Drop for FinishGuard {
    fn drop(&mut self) {
        self.0.counters.set_state(crate::State::Closed);
        let queued = self.0.queue().ring.len() as u64;
        self.0.finished.set(queued);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `close_blocking(Duration::MAX)` and `FlushAndExit { within: Duration::MAX }` used to panic when the clock was added.
    #[test]
    fn the_longest_wait_does_not_overflow() {
        let now = Instant::now();
        assert_eq!(after(now, Duration::from_secs(1)), now + Duration::from_secs(1));
        assert!(after(now, Duration::MAX) > now + Duration::from_secs(86_400));
    }
}
