//! Tell me when that source is gone: monitors, as Erlang has them, of sources on a shared NATS.
//!
//! ```no_run
//! use eontide_publisher::monitor::{Monitors, Target};
//!
//! # async fn watch() -> Result<(), Box<dyn std::error::Error>> {
//! let monitors = Monitors::connect("nats://127.0.0.1:4222")?;
//! let worker = monitors.monitor(Target::source("process-memory-demo", "worker-3")).await?;
//! let others = monitors.monitor(Target::glob("worker-*").on_channel("process-memory-demo")).await?;
//! let machine = monitors.monitor(Target::host("web-7")).await?;
//! while let Some(notice) = monitors.recv().await {
//!     eprintln!("{} is gone: {} ({})", notice.reference, notice.reason, notice.cause.as_str());
//!     if notice.reference == worker {
//!         monitors.demonitor(others, true).await;
//!     }
//! }
//! # let _ = machine;
//! # Ok(())
//! # }
//! ```
//!
//! **Exactly once.** Each monitor tells once of each source that fitted when it was made, and of a machine once, with the last of
//! its sources; of what is not there, at once, with [`Cause::NoProc`]. That holds when the connection to NATS is lost and when
//! the bridge that has the monitor ends: the same lives are monitored again, at any bridge, and what ended meanwhile is told
//! then, with `noproc` or `restarted`. Only of a monitor that fits more than 2,000 sources there is no list: what ended meanwhile
//! is then told as a number, in one notice without an id. A source that was away and came back in the same life meanwhile was not
//! away.
//!
//! **What it costs.** A thread of its own with one connection, a request each two seconds while there are monitors, and some 200
//! bytes for each source that is watched. Nothing here waits for the broker but the calls that say so. Notices wait in a queue
//! ([`QUEUE_DEFAULT`]); what does not fit is dropped and counted ([`Monitors::dropped`]).
//!
//! * `table`: which monitors there are, pure · `actor`: the background thread · `asks`: requests and their answers · `queue`:
//!   notices that wait for the program

mod actor;
mod asks;
mod queue;
mod table;

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use futures_util::Stream;
use tokio::sync::{mpsc, oneshot};

use self::actor::{Actor, Command};
use self::queue::Queue;
use crate::error::{ErrorKind, PublisherError};
use crate::publish::target;
use crate::shared::after;
use crate::{Publisher, PublisherBuilder};

pub use eontide_wire::Cause;
pub use eontide_wire::monitor::{NoticeTarget, Target, Watching};

/// Notices that may wait for the program; 16 MB when full. Another bound: [`PublisherBuilder::queue`].
pub const QUEUE_DEFAULT: usize = 65_536;
/// Most monitors of one connection.
pub const MONITORS_MAX: usize = 65_536;
/// How long [`Monitors::monitor`] tries to find a bridge, unless [`Monitors::with_patience`] says otherwise: longer than one
/// usually takes to restart.
pub const PATIENCE: Duration = Duration::from_secs(5);
/// Requests that may wait for the background thread; beyond, who asks waits.
const COMMANDS_MAX: usize = 1024;

/// Names a monitor of one [`Monitors`], for as long as that lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Reference(u64);

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "monitor-{}", self.0)
    }
}

/// What was monitored is gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Of which monitor.
    pub reference: Reference,
    /// A source; a machine; or, with [`Cause::NoProc`], what was asked for and is not there.
    pub target: NoticeTarget,
    /// Why.
    pub cause: Cause,
    /// The same for people.
    pub reason: String,
    /// Since when, in ms since 1970: by the broker's clock, or by ours for what ended while no bridge watched.
    pub at_ms: u64,
    /// Its monitor is over: nothing else comes with this reference.
    pub last: bool,
}

/// Who fits a target now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Present {
    /// How many.
    pub count: u64,
    /// These, unless there are more than 2,000.
    pub sources: Vec<Watching>,
}

/// Why a monitor was not made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MonitorError {
    /// No NATS server, in time.
    #[error("no nats-server answers at {0}: check the address, and that the server runs and lets us in")]
    Unreachable(String),
    /// NATS answers, and no bridge does, in time.
    #[error(
        "no bridge answers at {0}: start one, `broker-bridge --nats {0}`, or wait until it has read its history; where the \
         server has permissions, we need to publish on eon-monitor.>"
    )]
    NoBridge(String),
    /// The bridge does not take it.
    #[error("the bridge refuses the monitor: {0}")]
    Refused(String),
    /// There are [`MONITORS_MAX`].
    #[error("there are {MONITORS_MAX} monitors on this connection already: take some back, or use a pattern")]
    Full,
    /// The background thread has ended.
    #[error("monitoring has ended: connect anew")]
    Closed,
}

/// A connection for monitors and their notices. Usable from any thread, in any async runtime or none. Dropping it ends all its
/// monitors.
#[derive(Debug)]
pub struct Monitors {
    commands: mpsc::Sender<Command>,
    queue: Arc<Queue>,
    patience: Duration,
}

impl Monitors {
    /// Connects to `url`, as [`PublisherBuilder::connect`] has it. Returns at once: the background thread connects, and keeps
    /// trying. With credentials or certificates: [`PublisherBuilder::monitors`].
    ///
    /// # Errors
    /// A URL that is none, or the thread could not be started.
    pub fn connect(url: &str) -> Result<Self, PublisherError> {
        Self::builder().monitors(url)
    }

    /// Options of the connection, ending with [`PublisherBuilder::monitors`].
    pub fn builder() -> PublisherBuilder {
        Publisher::builder("monitors")
    }

    pub(crate) fn start(target: target::Target, queue: usize) -> Result<Self, PublisherError> {
        let queue = Arc::new(Queue::new(queue));
        let (commands, asked) = mpsc::channel(COMMANDS_MAX);
        let shared = Arc::clone(&queue);
        let started = || -> std::io::Result<()> {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_io().enable_time().build()?;
            let thread = std::thread::Builder::new().name("eontide-monitors".into()).stack_size(256 * 1024);
            thread.spawn(move || {
                let _end = CloseGuard(Arc::clone(&shared));
                runtime.block_on(Actor::run(target, asked, shared));
                runtime.shutdown_background();
            })?;
            Ok(())
        };
        started()
            .map_err(|error| PublisherError::new(ErrorKind::Thread, format!("cannot start the thread: {error}")))?;
        Ok(Self { commands, queue, patience: PATIENCE })
    }

    /// Another time than [`PATIENCE`] to find a bridge in.
    #[must_use]
    pub fn with_patience(self, patience: Duration) -> Self {
        Self { patience, ..self }
    }

    fn until(&self) -> Instant {
        after(Instant::now(), self.patience)
    }

    /// Makes a monitor: from now on the end of what fits `target` comes as notices with this reference. Waits for a bridge to
    /// take it. A notice may come before this returns.
    ///
    /// # Errors
    /// No server, no bridge, a target that is none (`Target::default()`, a bad pattern), or too many.
    pub async fn monitor(&self, target: Target) -> Result<Reference, MonitorError> {
        let (reply, answer) = oneshot::channel();
        self.commands.send(Command::Monitor(target, self.until(), reply)).await.map_err(|_| MonitorError::Closed)?;
        answer.await.unwrap_or(Err(MonitorError::Closed))
    }

    /// [`monitor`](Self::monitor) for code that is not async. Not to be called inside an async task: it blocks the thread.
    ///
    /// # Errors
    /// As [`monitor`](Self::monitor).
    pub fn monitor_blocking(&self, target: Target) -> Result<Reference, MonitorError> {
        let (reply, answer) = oneshot::channel();
        self.commands.blocking_send(Command::Monitor(target, self.until(), reply)).map_err(|_| MonitorError::Closed)?;
        answer.blocking_recv().unwrap_or(Err(MonitorError::Closed))
    }

    /// Who fits `target` and is there now. Monitors nothing.
    ///
    /// # Errors
    /// As [`monitor`](Self::monitor).
    pub async fn present(&self, target: Target) -> Result<Present, MonitorError> {
        let (reply, answer) = oneshot::channel();
        self.commands.send(Command::Present(target, self.until(), reply)).await.map_err(|_| MonitorError::Closed)?;
        answer.await.unwrap_or(Err(MonitorError::Closed))
    }

    /// [`present`](Self::present) for code that is not async.
    ///
    /// # Errors
    /// As [`monitor`](Self::monitor).
    pub fn present_blocking(&self, target: Target) -> Result<Present, MonitorError> {
        let (reply, answer) = oneshot::channel();
        self.commands.blocking_send(Command::Present(target, self.until(), reply)).map_err(|_| MonitorError::Closed)?;
        answer.blocking_recv().unwrap_or(Err(MonitorError::Closed))
    }

    /// Takes a monitor back: no further notice of it is queued. With `flush` those are forgotten, too, that wait in the queue.
    /// `false` where it had told everything already, or never was.
    pub async fn demonitor(&self, reference: Reference, flush: bool) -> bool {
        let (reply, answer) = oneshot::channel();
        let sent = self.commands.send(Command::Demonitor(reference, flush, reply)).await;
        sent.is_ok() && answer.await.unwrap_or(false)
    }

    /// [`demonitor`](Self::demonitor) for code that is not async.
    pub fn demonitor_blocking(&self, reference: Reference, flush: bool) -> bool {
        let (reply, answer) = oneshot::channel();
        let sent = self.commands.blocking_send(Command::Demonitor(reference, flush, reply));
        sent.is_ok() && answer.blocking_recv().unwrap_or(false)
    }

    /// The next notice; `None` when monitoring has ended. Where several wait, each notice goes to one of them. The same as a
    /// [`Stream`].
    pub async fn recv(&self) -> Option<Notice> {
        self.queue.recv().await
    }

    /// The next notice, waiting at most so long, blocking the thread.
    pub fn recv_timeout(&self, timeout: Duration) -> Option<Notice> {
        self.queue.recv_timeout(timeout)
    }

    /// How many notices found the queue full.
    pub fn dropped(&self) -> u64 {
        self.queue.dropped()
    }
}

impl Stream for Monitors {
    type Item = Notice;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Notice>> {
        self.queue.poll(context)
    }
}

/// Ends the queue with the background thread, however that ends.
struct CloseGuard(Arc<Queue>);

impl Drop for CloseGuard {
    fn drop(&mut self) {
        self.0.close();
    }
}
