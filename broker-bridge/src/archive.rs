//! The history on disk: opened when a life of the stream begins, written now and then, watched for damage.
//!
//! The files themselves are the store's (`store/disk/`); this decides when. One bridge writes a directory: the lock says so.

use std::fs::{File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use eontide_wire::Timestamp;
use tokio::sync::Notify;

use crate::clock;
use crate::internal_metrics::InternalMetrics;
use crate::options::ArchiveSettings;
use crate::store::{Disk, Life, Limits, Restored};

/// A checkpoint is written after so many messages, however short the time was: a restart reads them again.
const MESSAGES: u64 = 300_000;
/// Pause after a checkpoint that could not be written.
const RETRY: Duration = Duration::from_secs(30);

/// The history on disk.
#[derive(Debug)]
pub struct Archive {
    root: PathBuf,
    limits: Limits,
    every: Duration,
    _lock: File,
    open: Mutex<Open>,
    status: Status,
    /// The bridge stops: what takes long is left.
    stopping: AtomicBool,
    /// Rung when a file was found damaged: its range must be read again.
    damaged: Notify,
}

/// Read without the lock, which is held while a checkpoint is written.
#[derive(Debug, Default)]
struct Status {
    bytes: AtomicU64,
    files: AtomicU64,
    checkpoint: AtomicU64,
}

#[derive(Debug)]
struct Open {
    disk: Option<Disk>,
    written: Instant,
    /// After a failure not at once again: a disk that is full would be written to without end.
    not_before: Instant,
    /// All files were read through once.
    scrubbed: bool,
}

/// What `/metrics` and the API show of it.
#[derive(Clone, Copy, Debug, Default)]
pub struct ArchiveStatus {
    /// Bytes of all segment files.
    pub bytes: u64,
    /// Number of segment files.
    pub files: u64,
    /// Offset of the last checkpoint.
    pub checkpoint: u64,
}

impl Archive {
    /// Takes the directory; fails where it cannot be made, or another bridge writes it.
    pub fn open(settings: &ArchiveSettings, limits: Limits) -> io::Result<Self> {
        let root = settings.directory.clone();
        std::fs::create_dir_all(&root)?;
        let lock = lock(&root)?;
        Ok(Self {
            root,
            limits,
            every: settings.every,
            _lock: lock,
            open: Mutex::new(Open::new(None)),
            status: Status::default(),
            stopping: AtomicBool::new(false),
            damaged: Notify::new(),
        })
    }

    fn guard(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is on disk of this life of the stream. What cannot be read is set aside; what cannot be used at all is said and
    /// done without.
    pub(crate) fn restore(&self, life: Life) -> Option<Restored> {
        let damaged = self.guard().disk.take().map(|disk| disk.damaged_files()).unwrap_or_default();
        let from = clock::before(Timestamp::now(), self.limits.history);
        match Disk::restore(&self.root, life, self.limits, from, &damaged) {
            Ok(restored) => Some(restored),
            Err(error) => {
                tracing::error!(directory = %self.root.display(), %error, "history is kept in memory alone");
                None
            }
        }
    }

    /// From now on the history of this life is written there.
    pub(crate) fn begin(&self, disk: Disk) {
        self.status.note(&disk);
        *self.guard() = Open::new(Some(disk));
    }

    /// Is it time for a checkpoint, after the message at `offset`?
    pub(crate) fn is_due(&self, offset: u64) -> bool {
        let open = self.guard();
        let Some(disk) = open.disk.as_ref().filter(|_| Instant::now() >= open.not_before) else { return false };
        let behind = offset.saturating_sub(disk.saved());
        behind >= MESSAGES || open.written.elapsed() >= self.every && (behind > 0 || disk.has_rubbish())
    }

    /// Writes a checkpoint: `take` gives a moment of the store, `saved` gets what is on disk now. Nothing is written
    /// while a file is known to be damaged, since its rows would be missing.
    pub(crate) fn checkpoint(
        &self,
        take: impl FnOnce(&Disk) -> Option<crate::store::Snapshot>,
        saved: impl FnOnce(crate::store::Saved),
        metrics: &InternalMetrics,
    ) {
        let mut open = self.guard();
        let Some(disk) = open.disk.as_mut().filter(|disk| !disk.damaged()) else { return };
        let Some(snapshot) = take(disk) else { return };
        match disk.write(snapshot) {
            Ok(written) => {
                self.status.note(disk);
                saved(written);
                metrics.checkpoints_total.add(1);
                open.written = Instant::now();
            }
            Err(error) => {
                metrics.checkpoint_failures_total.add(1);
                let seconds = RETRY.as_secs();
                tracing::error!(
                    directory = %self.root.display(), %error,
                    "no checkpoint of the history could be written; the next try is in {seconds} s",
                );
                open.not_before = Instant::now() + RETRY;
            }
        }
    }

    /// Reads all files through once after each start. Takes long, and ends early where the bridge stops.
    pub(crate) fn scrub(&self) {
        let scrub = {
            let mut open = self.guard();
            let first = open.disk.is_some() && !std::mem::replace(&mut open.scrubbed, true);
            open.disk.as_ref().filter(|_| first).map(Disk::scrub)
        };
        if let Some(scrub) = scrub {
            scrub(&|| self.stopping.load(Relaxed));
        }
    }

    /// Rings where a file was found damaged.
    pub(crate) fn tell_damage(&self) {
        if self.guard().disk.as_ref().is_some_and(Disk::damaged) {
            self.damaged.notify_one();
        }
    }

    /// The bridge stops.
    pub(crate) fn stop(&self) {
        self.stopping.store(true, Relaxed);
    }

    /// Resolves when a file was found damaged.
    pub(crate) async fn damaged(&self) {
        self.damaged.notified().await;
    }

    /// For people.
    pub fn status(&self) -> ArchiveStatus {
        let Status { bytes, files, checkpoint } = &self.status;
        ArchiveStatus { bytes: bytes.load(Relaxed), files: files.load(Relaxed), checkpoint: checkpoint.load(Relaxed) }
    }
}

impl Open {
    fn new(disk: Option<Disk>) -> Self {
        let now = Instant::now();
        Self { disk, written: now, not_before: now, scrubbed: false }
    }
}

impl Status {
    fn note(&self, disk: &Disk) {
        self.bytes.store(disk.bytes(), Relaxed);
        self.files.store(disk.files() as u64, Relaxed);
        self.checkpoint.store(disk.saved(), Relaxed);
    }
}

fn lock(root: &Path) -> io::Result<File> {
    let file = File::create(root.join("history.lock"))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => {
            Err(io::Error::new(io::ErrorKind::ResourceBusy, "another bridge keeps its history there"))
        }
        Err(TryLockError::Error(error)) => Err(error),
    }
}
