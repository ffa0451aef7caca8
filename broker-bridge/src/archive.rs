//! The history on disk: opened when a life of the stream begins, written now and then, watched for damage.
//!
//! The files themselves are the store's (`store/disk/`); this decides when. One bridge writes a directory: the lock says so.

use std::fs::{File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
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

/// The history on disk.
#[derive(Debug)]
pub struct Archive {
    root: PathBuf,
    limits: Limits,
    every: Duration,
    _lock: File,
    open: Mutex<Open>,
    /// Rung when a file was found damaged: its range must be read again.
    damaged: Notify,
}

#[derive(Debug)]
struct Open {
    disk: Option<Disk>,
    written: Instant,
    /// All files were read through once.
    scrubbed: bool,
}

/// What `/metrics` and the API show of it.
#[derive(Clone, Copy, Debug, Default)]
pub struct ArchiveStatus {
    /// Bytes of all segment files.
    pub bytes: u64,
    /// Number of segment files.
    pub files: usize,
    /// Offset of the last checkpoint.
    pub checkpoint: u64,
}

impl Archive {
    /// Takes the directory; fails where it cannot be made, or another bridge writes it.
    pub fn open(settings: &ArchiveSettings, limits: Limits) -> io::Result<Self> {
        let root = settings.directory.clone();
        std::fs::create_dir_all(&root)?;
        let lock = lock(&root)?;
        let open = Mutex::new(Open { disk: None, written: Instant::now(), scrubbed: false });
        Ok(Self { root, limits, every: settings.every, _lock: lock, open, damaged: Notify::new() })
    }

    fn guard(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is on disk of this life of the stream. What cannot be read is set aside; what cannot be used at all is said and
    /// done without.
    pub(crate) fn restore(&self, life: Life) -> Option<Restored> {
        let before = self.guard().disk.take();
        if let Some(disk) = &before {
            disk.set_aside_damaged();
        }
        let from = clock::before(Timestamp::now(), self.limits.history);
        match Disk::restore(&self.root, life, self.limits, from) {
            Ok(restored) => Some(restored),
            Err(error) => {
                tracing::error!(directory = %self.root.display(), %error, "history is kept in memory alone");
                None
            }
        }
    }

    /// From now on the history of this life is written there.
    pub(crate) fn begin(&self, disk: Disk) {
        let mut open = self.guard();
        *open = Open { disk: Some(disk), written: Instant::now(), scrubbed: false };
    }

    /// Is it time for a checkpoint, after the message at `offset`?
    pub(crate) fn is_due(&self, offset: u64) -> bool {
        let open = self.guard();
        let Some(disk) = &open.disk else { return false };
        let behind = offset.saturating_sub(disk.saved());
        behind >= MESSAGES || behind > 0 && open.written.elapsed() >= self.every
    }

    /// Writes a checkpoint: `take` gives a moment of the store, `saved` gets what is on disk now. Nothing is written
    /// while a file is known to be damaged, since its rows would be missing.
    pub(crate) fn checkpoint(
        &self,
        take: impl FnOnce(&Disk) -> crate::store::Snapshot,
        saved: impl FnOnce(crate::store::Saved),
        metrics: &InternalMetrics,
    ) {
        let mut open = self.guard();
        open.written = Instant::now();
        let Some(disk) = open.disk.as_mut().filter(|disk| !disk.damaged()) else { return };
        let snapshot = take(disk);
        match disk.write(snapshot) {
            Ok(written) => {
                saved(written);
                metrics.checkpoints_total.add(1);
            }
            Err(error) => {
                metrics.checkpoint_failures_total.add(1);
                tracing::error!(directory = %self.root.display(), %error, "no checkpoint could be written; the next try follows");
            }
        }
    }

    /// Reads all files through once after each start, and rings where one is damaged. Takes long; holds nothing up.
    pub(crate) fn look_for_damage(&self) {
        let scrub = {
            let mut open = self.guard();
            let first = !std::mem::replace(&mut open.scrubbed, true);
            open.disk.as_ref().filter(|_| first).map(Disk::scrub)
        };
        if let Some(scrub) = scrub {
            scrub();
        }
        if self.guard().disk.as_ref().is_some_and(Disk::damaged) {
            self.damaged.notify_one();
        }
    }

    /// Resolves when a file was found damaged.
    pub(crate) async fn damaged(&self) {
        self.damaged.notified().await;
    }

    /// For people.
    pub fn status(&self) -> ArchiveStatus {
        let open = self.guard();
        open.disk.as_ref().map_or_else(ArchiveStatus::default, |disk| ArchiveStatus {
            bytes: disk.bytes(),
            files: disk.files(),
            checkpoint: disk.saved(),
        })
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
