//! From files to a store.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};
use std::{fs, io};

use eontide_wire::Timestamp;

use super::checkpoint::{Checkpoint, SegmentNote, TakenChannel};
use super::segment::{GroupName, Opened, SegmentFile, path_of};
use super::{BAD_KEPT, Damage, Disk, Life};
use crate::store::block::Block;
use crate::store::merged::after;
use crate::store::{Limits, Store};

/// So much of the begin of the window may be missing: clocks are set back by seconds now and then.
const COVERS_SLACK: Duration = Duration::from_secs(60);

/// What the disk held.
#[derive(Debug)]
pub(crate) struct Restored {
    pub(crate) disk: Disk,
    pub(crate) store: Store,
    /// Where to go on reading the stream; from the begin of the window where there is nothing.
    pub(crate) resume: Option<Resume>,
}

/// Where to go on reading the stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Resume {
    /// Everything up to this offset is in the store.
    pub(crate) after: u64,
    /// The last message that was read, which tells whether the stream is still the same.
    pub(crate) last: (u64, Timestamp),
}

impl Disk {
    /// Opens what is on disk of this life of the stream, without the files that are known to be `damaged`, and removes what
    /// is there of lives that are over. The stream is going to be read from `from` on where there is nothing to resume.
    pub(crate) fn restore(
        root: &Path,
        life: Life,
        limits: Limits,
        from: Timestamp,
        damaged: &[u64],
    ) -> io::Result<Restored> {
        let mut disk = Self::open(root, life, limits)?;
        disk.forget_old_lives(root, life, limits.history);
        let checkpoint = disk.checkpoint()?;
        let (mut opened, read_again_from) = disk.open_files(checkpoint.as_ref(), damaged)?;
        let mut store = Store::new(limits);
        disk.files = opened.iter().map(|opened| (opened.file.id, Arc::clone(&opened.file))).collect();
        let checkpoint = checkpoint.unwrap_or_default();
        // Not the number of one that is lost either: a checkpoint may name it.
        let named = checkpoint.segments.iter().map(|note| note.id).max().unwrap_or(0);
        disk.next_id = 1 + disk.highest_id().max(named);
        // By number: what was written later counts where blocks overlap.
        opened.sort_by_key(|opened| opened.file.id);
        fill(&mut store, opened, &checkpoint);
        let reached = checkpoint.reached;
        let resume = (reached.offset > 0 && reached.covers <= after(from, COVERS_SLACK)).then(|| Resume {
            after: reached.offset.min(read_again_from.saturating_sub(1)),
            last: (reached.offset, reached.time),
        });
        disk.covers = if resume.is_some() { reached.covers } else { from };
        disk.saved = resume.map_or(0, |resume| resume.after);
        Ok(Restored { disk, store, resume })
    }

    fn checkpoint(&self) -> io::Result<Option<Checkpoint>> {
        let problem = match Checkpoint::read(&self.directory) {
            Ok(checkpoint) => return Ok(checkpoint),
            Err(Damage::Io(error)) => return Err(error),
            Err(problem) => problem,
        };
        let directory = self.directory.display();
        tracing::warn!(%directory, %problem, "the checkpoint cannot be used: set aside, the stream is read again");
        if let Err(error) = Checkpoint::set_aside(&self.directory) {
            tracing::warn!(%directory, %error, "the checkpoint could not be set aside");
        }
        Ok(None)
    }

    /// The segment files that can be read, and the offset from which the stream is to be read again because of those that
    /// cannot. That the system refuses to open one (rights, too many open files) is no damage.
    fn open_files(&self, checkpoint: Option<&Checkpoint>, damaged: &[u64]) -> io::Result<(Vec<Opened>, u64)> {
        let all = || self.numbers().into_iter().map(|id| SegmentNote { id, since: 1, dead: Vec::new() }).collect();
        let notes: Vec<SegmentNote> = checkpoint.map_or_else(all, |checkpoint| checkpoint.segments.clone());
        let mut read_again_from = u64::MAX;
        let mut opened = Vec::with_capacity(notes.len());
        for SegmentNote { id, since, dead } in &notes {
            let problem = if damaged.contains(id) {
                Damage::Bytes("a block has other bytes than were written")
            } else {
                match SegmentFile::open(&self.directory, *id, dead) {
                    Ok(file) => {
                        opened.push(file);
                        continue;
                    }
                    Err(Damage::Io(error))
                        if ![io::ErrorKind::NotFound, io::ErrorKind::UnexpectedEof].contains(&error.kind()) =>
                    {
                        return Err(error);
                    }
                    Err(problem) => problem,
                }
            };
            read_again_from = read_again_from.min(*since);
            self.set_aside(*id, &problem, *since);
        }
        // Of a checkpoint that was not finished.
        for id in self.numbers().into_iter().filter(|id| !notes.iter().any(|note| note.id == *id)) {
            fs::remove_file(path_of(&self.directory, id)).ok();
        }
        Ok((opened, read_again_from))
    }

    fn set_aside(&self, id: u64, problem: &Damage, since: u64) {
        let path = path_of(&self.directory, id);
        let bad = path.with_extension("bad");
        tracing::warn!(
            file = %path.display(), aside = %bad.display(), %problem, since,
            "a segment file cannot be used: set aside, its range is read again from the stream as far as that has it",
        );
        if let Err(error) = fs::rename(&path, &bad)
            && error.kind() != io::ErrorKind::NotFound
        {
            tracing::warn!(file = %path.display(), %error, "it could not be set aside");
        }
        let mut bad = self.files_ending("bad");
        bad.sort();
        bad.iter().rev().skip(BAD_KEPT).for_each(|path| drop(fs::remove_file(path)));
    }

    fn files_ending(&self, extension: &str) -> Vec<PathBuf> {
        let entries = fs::read_dir(&self.directory).into_iter().flatten().flatten().map(|entry| entry.path());
        entries.filter(|path| path.extension().is_some_and(|found| found == extension)).collect()
    }

    pub(super) fn numbers(&self) -> Vec<u64> {
        let mut numbers: Vec<u64> = self.files_ending("seg").iter().filter_map(|path| number_of(path)).collect();
        numbers.sort_unstable();
        numbers
    }

    /// Numbers of files set aside are not used again.
    fn highest_id(&self) -> u64 {
        let bad = self.files_ending("bad");
        let bad = bad.iter().filter_map(|path| number_of(path));
        bad.chain(self.numbers()).max().unwrap_or(0)
    }

    /// Removes other lives: earlier ones of this stream, those of streams of other servers whose points have all left the
    /// window, and then the oldest, until they take no more than this one may. Only what this program named so, and files
    /// of its own.
    fn forget_old_lives(&self, root: &Path, life: Life, history: Duration) {
        let mut others: Vec<(SystemTime, u64, PathBuf)> = Vec::new();
        for path in fs::read_dir(root).into_iter().flatten().flatten().map(|entry| entry.path()) {
            let Some((created_ns, _)) = life_of(&path).filter(|_| path != self.directory && path.is_dir()) else {
                continue;
            };
            let touched = fs::metadata(path.join("checkpoint")).or_else(|_| fs::metadata(&path));
            let touched = touched.and_then(|found| found.modified()).unwrap_or(SystemTime::UNIX_EPOCH);
            let old = SystemTime::now().duration_since(touched).is_ok_and(|age| age > history);
            if created_ns == life.created_ns || old {
                remove_life(&path);
            } else {
                let files = fs::read_dir(&path).into_iter().flatten().flatten();
                others.push((touched, files.filter_map(|file| Some(file.metadata().ok()?.len())).sum(), path));
            }
        }
        others.sort();
        while others.iter().map(|(_, bytes, _)| bytes).sum::<u64>() > self.bytes_max {
            remove_life(&others.remove(0).2);
        }
    }
}

/// Creation and epoch, by the name of a directory.
fn life_of(path: &Path) -> Option<(i128, u64)> {
    let (created, epoch) = path.file_name()?.to_str()?.rsplit_once('-')?;
    Some((created.parse().ok()?, epoch.parse().ok()?))
}

/// The directory goes where nothing is left in it.
fn remove_life(path: &Path) {
    tracing::info!(directory = %path.display(), "the history of a life of a stream that is over is removed");
    for file in fs::read_dir(path).into_iter().flatten().flatten().map(|entry| entry.path()) {
        let extension = file.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
        let is_checkpoint = file.file_stem().is_some_and(|name| name == "checkpoint");
        let ours = is_checkpoint && ["", "tmp", "bad"].contains(&extension)
            || number_of(&file).is_some() && ["seg", "tmp", "bad"].contains(&extension);
        if ours {
            fs::remove_file(file).ok();
        }
    }
    fs::remove_dir(path).ok();
}

/// The number of a segment file. Ten digits, as [`path_of`] writes them: what else ends like it is not ours, and the next
/// number can be counted.
fn number_of(path: &Path) -> Option<u64> {
    let digits = path.file_stem()?.to_str()?;
    let ours = digits.len() == 10 && digits.bytes().all(|digit| digit.is_ascii_digit());
    if ours { digits.parse().ok() } else { None }
}

/// Puts everything into the store: blocks in the order in which they were written, then late rows, then open ones.
fn fill(store: &mut Store, opened: Vec<Opened>, checkpoint: &Checkpoint) {
    let mut blocks: HashMap<GroupName, Vec<Arc<Block>>> = HashMap::new();
    for Opened { groups, blocks: of_file, .. } in opened {
        let mut by_group: Vec<Vec<Arc<Block>>> = groups.iter().map(|_| Vec::new()).collect();
        for (group, block) in of_file {
            if let Some(list) = by_group.get_mut(group) {
                list.push(Arc::new(block));
            }
        }
        for (name, list) in groups.into_iter().zip(by_group).filter(|(_, list)| !list.is_empty()) {
            blocks.entry(name).or_default().extend(list);
        }
    }
    for TakenChannel { name, last_message, metrics } in &checkpoint.channels {
        store.restore_channel(name, *last_message, metrics);
    }
    let mut left_out = 0;
    for rows in &checkpoint.groups {
        let blocks = blocks.remove(&rows.name).unwrap_or_default();
        let found = store.restore_group(&rows.name, blocks, [&rows.late, &rows.open], rows.since);
        left_out += usize::from(!found);
    }
    for (name, blocks) in blocks {
        left_out += usize::from(!store.restore_group(&name, blocks, [], 0));
    }
    if left_out > 0 {
        tracing::warn!(left_out, "more was on disk than --max-series and --channels-max allow: the rest is dropped");
    }
}
