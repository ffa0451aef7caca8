//! The history on disk: segment files of sealed blocks, and a checkpoint that says what counts.
//!
//! ```text
//! <data dir>/history/<life of the stream>/checkpoint
//!                                         0000000001.seg …
//! ```
//! A restart opens the files, puts the open rows of the checkpoint behind them, and reads the stream from there. Whatever is
//! wrong with a file, it is set aside (`.bad`) and the stream is read again from before its first message: rows are kept by
//! time and the last write wins, so reading a message twice changes nothing. The whole directory can be deleted: that costs
//! the time to read the stream, no data that the stream still has.

mod checkpoint;
#[cfg(any(test, feature = "fuzzing"))]
pub mod fuzzing;
mod restore;
mod segment;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::{fs, io};

use eontide_wire::{Epoch, Timestamp};

pub(crate) use self::checkpoint::Reached;
pub(super) use self::checkpoint::TakenChannel;
use self::checkpoint::{CheckpointWriter, OpenRows, SegmentNote};
pub(crate) use self::restore::Restored;
pub(super) use self::segment::{Extent, GroupName, SegmentFile};
use self::segment::{GroupBlocks, path_of};
use super::block::Block;
use super::codec::Corrupt;
use super::rows::Rows;
use super::{Limits, Store};

/// Past so many files the smallest half becomes one: each holds a descriptor.
const FILES_MAX: usize = 64;
/// Files set aside that are kept for whoever wants to look at them.
const BAD_KEPT: usize = 4;

/// Which stream, and which of its lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Life {
    /// When the stream was made, in ns since 1970.
    pub(crate) created_ns: i128,
    pub(crate) epoch: Epoch,
}

/// Why a file cannot be used.
#[derive(Debug, thiserror::Error)]
pub(super) enum Damage {
    #[error("{0}")]
    Io(#[from] io::Error),
    #[error("{0}")]
    Bytes(&'static str),
}

impl From<Corrupt> for Damage {
    fn from(_: Corrupt) -> Self {
        Self::Bytes("what it says makes no sense")
    }
}

/// The files of one life of the stream. One bridge writes them.
#[derive(Debug)]
pub(crate) struct Disk {
    directory: PathBuf,
    files: BTreeMap<u64, Arc<SegmentFile>>,
    next_id: u64,
    covers: Timestamp,
    bytes_max: u64,
    /// Offset of the last checkpoint.
    saved: u64,
}

/// What the store has that is not on disk, at one moment: references, taken under its lock.
#[derive(Debug, Default)]
pub(super) struct Taken {
    pub(super) channels: Vec<TakenChannel>,
    pub(super) groups: Vec<TakenGroup>,
}

/// Of one group.
#[derive(Debug)]
pub(super) struct TakenGroup {
    pub(super) name: GroupName,
    /// Its number in the channel.
    pub(super) number: usize,
    pub(super) blocks: Vec<Arc<Block>>,
    pub(super) open: Arc<Rows>,
    pub(super) late: Arc<Rows>,
    /// No message before this offset has rows in those two.
    pub(super) since: u64,
}

/// A moment of the store that is to be written.
#[derive(Debug)]
pub(crate) struct Snapshot {
    taken: Taken,
    reached: Reached,
    segments: Vec<SegmentNote>,
}

/// Blocks that are on disk from now on, instead of those they were written from.
#[derive(Debug, Default)]
pub(crate) struct Saved(pub(super) Vec<SavedGroup>);

/// Of one group.
#[derive(Debug)]
pub(super) struct SavedGroup {
    pub(super) channel: Arc<str>,
    pub(super) number: usize,
    pub(super) blocks: Vec<(Arc<Block>, Arc<Block>)>,
}

impl Disk {
    /// The directory of this life below `root`, made where it is missing.
    fn open(root: &Path, life: Life, limits: Limits) -> io::Result<Self> {
        let directory = root.join(format!("{}-{}", life.created_ns, life.epoch.0));
        fs::create_dir_all(&directory)?;
        let (files, covers, bytes_max) = (BTreeMap::new(), Timestamp::default(), limits.disk_bytes as u64);
        Ok(Self { directory, files, next_id: 1, covers, bytes_max, saved: 0 })
    }

    /// Bytes of all segment files.
    pub(crate) fn bytes(&self) -> u64 {
        self.files.values().map(|file| file.length).sum()
    }

    /// Number of segment files.
    pub(crate) fn files(&self) -> usize {
        self.files.len()
    }

    /// Offset of the last checkpoint.
    pub(crate) fn saved(&self) -> u64 {
        self.saved
    }

    /// Was a file found to be damaged since it was opened?
    pub(crate) fn damaged(&self) -> bool {
        self.files.values().any(|file| file.damaged())
    }

    /// The files, to be read through once, until `stop` says not to go on; false where one is damaged.
    pub(crate) fn scrub(&self) -> impl FnOnce(&dyn Fn() -> bool) -> bool + Send + 'static {
        let files: Vec<_> = self.files.values().cloned().collect();
        move |stop| files.iter().all(|file| stop() || file.verify())
    }

    /// The files that were found damaged: [`Disk::restore`] is not to use them.
    pub(crate) fn damaged_files(&self) -> Vec<u64> {
        self.files.values().filter(|file| file.damaged()).map(|file| file.id).collect()
    }

    /// Is there something on disk that is not needed any more?
    pub(crate) fn has_rubbish(&self) -> bool {
        !self.to_fold().is_empty()
    }

    /// References to what is to be written, of one moment of `store`, which has all up to the message at `offset`, which came
    /// at `time`, and nothing that was dropped for its age before `horizon`.
    pub(crate) fn take(&self, store: &Store, (offset, time): (u64, Timestamp), horizon: Timestamp) -> Snapshot {
        let fold = self.to_fold();
        let taken = store.take(!fold.is_empty(), |extent| fold.contains(&extent.file().id));
        let counts = |file: &&Arc<SegmentFile>| file.live() > 0 && !fold.contains(&file.id);
        let note = |file: &Arc<SegmentFile>| SegmentNote { id: file.id, since: file.since, dead: file.dead() };
        let segments = self.files.values().filter(counts).map(note).collect();
        Snapshot { taken, reached: Reached { offset, time, covers: self.covers.max(horizon) }, segments }
    }

    /// The files whose blocks are to be written anew: those that are mostly dead, or too many, or too large together.
    fn to_fold(&self) -> Vec<u64> {
        let mut fold: Vec<u64> =
            self.files.values().filter(|file| file.live() * 2 < file.length).map(|file| file.id).collect();
        if self.files.len() > FILES_MAX {
            let mut by_size: Vec<_> = self.files.values().collect();
            by_size.sort_by_key(|file| file.length);
            fold.extend(by_size[..FILES_MAX / 2].iter().map(|file| file.id));
        }
        if self.bytes() > self.bytes_max {
            // What can be spared is in the one with the most dead blocks.
            fold.extend(self.files.values().max_by_key(|file| file.length - file.live()).map(|file| file.id));
        }
        fold
    }

    /// Writes a snapshot: its blocks into a new segment file, then the checkpoint. After it, a restart begins there. Where that
    /// fails nothing is left behind.
    pub(crate) fn write(&mut self, snapshot: Snapshot) -> io::Result<Saved> {
        // Somebody may have deleted it; what is in memory alone is worth a new one.
        fs::create_dir_all(&self.directory)?;
        let id = self.next_id;
        self.next_id += 1;
        let written = self.write_files(id, snapshot);
        if written.is_err() {
            self.files.remove(&id);
            for file in [path_of(&self.directory, id), path_of(&self.directory, id).with_extension("tmp")] {
                fs::remove_file(file).ok();
            }
        }
        written
    }

    fn write_files(&mut self, id: u64, snapshot: Snapshot) -> io::Result<Saved> {
        let Snapshot { taken, reached, mut segments } = snapshot;
        let mut checkpoint = CheckpointWriter::new(reached, &taken.channels);
        let mut numbers = Vec::new();
        let mut writing = Vec::new();
        // Rows are given up as soon as they are written: while they are held, each group copies its own when it grows.
        for TakenGroup { name, number, blocks, open, late, since } in taken.groups {
            if !open.is_empty() || !late.is_empty() {
                checkpoint.push(&OpenRows { name: name.clone(), since, late, open });
            }
            if !blocks.is_empty() {
                numbers.push(number);
                writing.push(GroupBlocks { name, blocks });
            }
        }
        let mut written = Vec::new();
        if !writing.is_empty() {
            written = SegmentFile::write(&self.directory, id, &writing)?;
            if let Some(file) = written.iter().flatten().find_map(|block| block.extent()).map(Extent::file) {
                segments.push(SegmentNote { id: file.id, since: file.since, dead: Vec::new() });
                self.files.insert(file.id, Arc::clone(file));
            }
        }
        checkpoint.finish(&segments, &self.directory)?;
        self.saved = reached.offset;
        self.covers = reached.covers;
        self.drop_files(&segments);
        let pairs = numbers.into_iter().zip(writing).zip(written);
        let saved = pairs.map(|((number, old), new)| SavedGroup {
            channel: old.name.channel,
            number,
            blocks: old.blocks.into_iter().zip(new).collect(),
        });
        Ok(Saved(saved.collect()))
    }

    /// Removes the files that do not count any more. Who still reads one of them has it open.
    fn drop_files(&mut self, counting: &[SegmentNote]) {
        let counting: std::collections::HashSet<u64> = counting.iter().map(|note| note.id).collect();
        self.files.retain(|id, file| {
            let keep = counting.contains(id);
            if !keep && let Err(error) = fs::remove_file(&file.path) {
                tracing::warn!(file = %file.path.display(), %error, "a segment file that is not needed any more stays");
            }
            keep
        });
    }
}
