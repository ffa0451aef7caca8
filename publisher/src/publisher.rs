//! The handle a program holds.

use std::sync::Arc;
use std::time::{Duration, Instant};

use eontide_wire::{Epoch, SourceId, Timestamp};

use crate::builder::PublisherBuilder;
use crate::error::{ErrorKind, PublisherError};
use crate::gauge::Gauge;
use crate::shared::{CloseRequest, Shared, after};
use crate::stats::Stats;

/// How long the drop of the last handle may take, if the broker is there but slow.
const DROP_DEADLINE: Duration = Duration::from_secs(1);
/// What the background thread may take beyond its deadline to end.
const GRACE: Duration = Duration::from_millis(500);

/// Publishes measurements of this process on a channel. Cheap to clone, usable from any thread, async or not; no method
/// waits for the broker except the two `close`.
///
/// Dropping the last handle delivers what is queued if the broker is connected, taking at most a second and usually some
/// milliseconds; while disconnected it returns at once and what is queued is lost. [`close`](Self::close) says what happened.
#[derive(Clone)]
pub struct Publisher {
    inner: Arc<Inner>,
}

struct Inner {
    shared: Arc<Shared>,
    id: SourceId,
    epoch: Epoch,
}

impl Publisher {
    /// Starts to describe a publisher on `channel`: one or more tokens of `A-Za-z0-9_-`, joined by dots.
    pub fn builder(channel: &str) -> PublisherBuilder {
        PublisherBuilder::new(channel)
    }

    pub(crate) fn new(shared: Arc<Shared>, id: SourceId, epoch: Epoch) -> Self {
        Self { inner: Arc::new(Inner { shared, id, epoch }) }
    }

    /// The gauge of metric `name`, made on first use; keep it, looking it up takes a lock. A name that cannot be written
    /// (empty, too long, one of more than 4096) gives a gauge that is never published, counted in [`Stats::rejected`].
    pub fn gauge(&self, name: &str) -> Gauge {
        self.inner.shared.gauge(name)
    }

    /// Says the unit of a metric, for example `jobs` or `ms`; viewers get it with the next hello.
    pub fn describe(&self, name: &str, unit: &str) {
        let mut queue = self.inner.shared.queue();
        if let Some(series) = queue.series.find_or_add(name) {
            queue.series.describe(series, unit);
        }
    }

    /// Queues one value, taken now. Some 100 ns; published within 50 ms.
    pub fn record(&self, name: &str, value: f64) {
        self.record_at(Timestamp::now(), name, value);
    }

    /// Queues one value of the time `at`. Values of one series arrive in the order they are recorded.
    pub fn record_at(&self, at: Timestamp, name: &str, value: f64) {
        self.inner.shared.record(at, [(name, value)]);
    }

    /// Queues values that share one time, and so one place in the message: the cheapest way to publish many.
    pub fn record_many<'a>(&self, at: Timestamp, values: impl IntoIterator<Item = (&'a str, f64)>) {
        self.inner.shared.record(at, values);
    }

    /// The source id.
    pub fn id(&self) -> &SourceId {
        &self.inner.id
    }

    /// The start of this life.
    pub fn epoch(&self) -> Epoch {
        self.inner.epoch
    }

    /// The internal metrics.
    pub fn stats(&self) -> Stats {
        let queued = self.inner.shared.queue().ring.len();
        self.inner.shared.counters.snapshot(queued)
    }

    /// Drops the connection to NATS and connects anew, as after a fault of the network: nothing is lost, the source stays up. For
    /// trying out what follows, and for moving to another server of a cluster. Returns at once.
    pub fn reconnect(&self) {
        self.inner.shared.request_reconnect();
    }

    /// Delivers what is queued, says bye, disconnects. Other handles stay valid and publish nothing any more. Works in any
    /// async runtime. Waits for a connection that is not there, up to `timeout`.
    ///
    /// # Errors
    /// [`ErrorKind::Undelivered`] if samples are left after `timeout`.
    pub async fn close(&self, timeout: Duration) -> Result<(), PublisherError> {
        self.close_because("closed", timeout).await
    }

    /// [`close`](Self::close) with a reason of your own in the bye, for people.
    ///
    /// # Errors
    /// As [`close`](Self::close).
    pub async fn close_because(&self, reason: &str, timeout: Duration) -> Result<(), PublisherError> {
        self.request_close(reason, timeout, true);
        delivered(Some(self.inner.shared.finished().wait().await))
    }

    /// [`close`](Self::close) for code that is not async. Not to be called inside an async task: it blocks the thread.
    ///
    /// # Errors
    /// As [`close`](Self::close).
    pub fn close_blocking(&self, timeout: Duration) -> Result<(), PublisherError> {
        self.close_blocking_because("closed", timeout)
    }

    /// [`close_blocking`](Self::close_blocking) with a reason of your own in the bye.
    ///
    /// # Errors
    /// As [`close`](Self::close).
    pub fn close_blocking_because(&self, reason: &str, timeout: Duration) -> Result<(), PublisherError> {
        self.request_close(reason, timeout, true);
        delivered(self.inner.shared.finished().wait_blocking(timeout.saturating_add(GRACE)))
    }

    fn request_close(&self, reason: &str, timeout: Duration, patient: bool) {
        self.inner.request_close(reason, timeout, patient);
    }
}

impl Inner {
    fn request_close(&self, reason: &str, timeout: Duration, patient: bool) {
        let deadline = after(Instant::now(), timeout);
        self.shared.request_close(CloseRequest { reason: reason.into(), deadline, patient });
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.request_close("closed", DROP_DEADLINE, false);
        self.shared.finished().wait_blocking(DROP_DEADLINE + GRACE);
    }
}

fn delivered(undelivered: Option<u64>) -> Result<(), PublisherError> {
    match undelivered {
        Some(0) => Ok(()),
        Some(count) => Err(PublisherError::new(ErrorKind::Undelivered, format!("{count} samples were not delivered"))),
        None => Err(PublisherError::new(ErrorKind::Undelivered, "the background thread did not end in time")),
    }
}

impl std::fmt::Debug for Publisher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Publisher")
            .field("id", &self.inner.id)
            .field("epoch", &self.inner.epoch)
            .field("stats", &self.stats())
            .finish()
    }
}
