//! A segment file: sealed blocks of many groups, written at once, never changed.
//!
//! ```text
//! "EONTIDE1"                                          8 bytes
//! blocks                                              one after another
//! index: groups (channel, names), then blocks (group, times, rows, offset of the stream, place, CRC-32)
//! index length u64 · CRC-32 of the index u32 · "EONINDEX"   20 bytes
//! ```
//! The index is checked when the file is opened, a block each time it is read: a reader gets what was written or an error.
//! Blocks are read by position rather than mapped: a mapped file that is cut short ends the process that reads it
//! (SIGBUS), and the page cache serves both.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};

use eontide_wire::Timestamp;

use super::super::block::{BLOCK_ROWS_MAX, Block, Body, Head};
use super::super::bytes::{Reader, Writer};
use super::super::codec::Corrupt;
use super::Damage;

const MAGIC: &[u8; 8] = b"EONTIDE1";
const INDEX_MAGIC: &[u8; 8] = b"EONINDEX";
const FOOTER: usize = 20;
/// Bytes of a block in the index at least: group, three times eight, rows, length, CRC, each at its shortest.
const INDEX_ENTRY_MIN: usize = 20;

/// A group, by what does not change from one start of the bridge to the next.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(in crate::store) struct GroupName {
    pub(in crate::store) channel: Arc<str>,
    /// Names of its series, ascending.
    pub(in crate::store) names: Vec<Arc<str>>,
}

impl GroupName {
    pub(super) fn write(&self, out: &mut Writer<'_>) {
        out.text(&self.channel);
        out.varint(self.names.len() as u64);
        for name in &self.names {
            out.text(name);
        }
    }

    pub(super) fn read(from: &mut Reader<'_>) -> Result<Self, Corrupt> {
        let channel = from.text()?.into();
        let names = (0..from.count(1)?).map(|_| from.text().map(Arc::from)).collect::<Result<Vec<Arc<str>>, _>>()?;
        let ascending = names.windows(2).all(|pair| pair[0] < pair[1]);
        if names.is_empty() || !ascending { Err(Corrupt) } else { Ok(Self { channel, names }) }
    }
}

/// A segment file that is open for reading.
#[derive(Debug)]
pub(in crate::store) struct SegmentFile {
    pub(super) id: u64,
    pub(super) path: PathBuf,
    file: File,
    /// Bytes of the file.
    pub(super) length: u64,
    /// No message before this offset of the stream has rows in it.
    pub(super) since: u64,
    /// Bytes of the blocks that the store holds.
    live: AtomicU64,
    /// The blocks that it does not hold any more, by number.
    dead: Mutex<Vec<u32>>,
    damaged: AtomicBool,
}

/// Where a block is in a segment file. Dropped with the block: then the file can spare it.
#[derive(Debug)]
pub(in crate::store) struct Extent {
    file: Arc<SegmentFile>,
    number: u32,
    length: u32,
    crc: u32,
    at: u64,
}

/// Blocks of one group.
pub(super) struct GroupBlocks {
    pub(super) name: GroupName,
    pub(super) blocks: Vec<Arc<Block>>,
}

/// One line of the index.
#[derive(Clone, Copy)]
struct Entry {
    group: u32,
    head: Head,
    at: u64,
    length: u32,
    crc: u32,
}

impl SegmentFile {
    /// Writes blocks to the file `id` in `directory`, which appears whole or not at all. Gives the blocks again, in the same
    /// order, as they are read from now on.
    pub(super) fn write(directory: &Path, id: u64, groups: &[GroupBlocks]) -> io::Result<Vec<Vec<Arc<Block>>>> {
        let path = path_of(directory, id);
        let unfinished = path.with_extension("tmp");
        let file = File::options().read(true).write(true).create(true).truncate(true).open(&unfinished)?;
        let mut out = BufWriter::with_capacity(1 << 18, &file);
        out.write_all(MAGIC)?;
        let mut at = MAGIC.len() as u64;
        let mut entries: Vec<Vec<Entry>> = Vec::with_capacity(groups.len());
        for (group, blocks) in groups.iter().enumerate() {
            let mut of_group = Vec::with_capacity(blocks.blocks.len());
            for block in &blocks.blocks {
                let bytes = block.bytes().map_err(io::Error::other)?;
                out.write_all(&bytes)?;
                let (length, crc) = (bytes.len() as u32, crc32fast::hash(&bytes));
                of_group.push(Entry { group: group as u32, head: block.head(), at, length, crc });
                at += u64::from(length);
            }
            entries.push(of_group);
        }
        let index = index(groups, entries.iter().flatten());
        out.write_all(&index)?;
        out.write_all(&(index.len() as u64).to_le_bytes())?;
        out.write_all(&crc32fast::hash(&index).to_le_bytes())?;
        out.write_all(INDEX_MAGIC)?;
        out.flush()?;
        drop(out);
        file.sync_all()?;
        std::fs::rename(&unfinished, &path)?;
        let length = at + index.len() as u64 + FOOTER as u64;
        let all = || entries.iter().flatten();
        let since = all().map(|entry| entry.head.since).min().unwrap_or(u64::MAX);
        let file = Arc::new(Self::new(id, path, file, length, since));
        let mut number = 0;
        let mut stored = |entry: Entry| {
            number += 1;
            Arc::new(file.block(number - 1, entry))
        };
        Ok(entries.into_iter().map(|of_group| of_group.into_iter().map(&mut stored).collect()).collect())
    }

    fn new(id: u64, path: PathBuf, file: File, length: u64, since: u64) -> Self {
        let (live, dead) = (AtomicU64::new(0), Mutex::default());
        Self { id, path, file, length, since, live, dead, damaged: AtomicBool::new(false) }
    }

    fn block(self: &Arc<Self>, number: u32, entry: Entry) -> Block {
        self.live.fetch_add(u64::from(entry.length), Relaxed);
        let Entry { head, at, length, crc, .. } = entry;
        Block::new(head, Body::File(Extent { file: Arc::clone(self), number, length, crc, at }))
    }

    /// Opens the file `id`; gives the blocks that are not `dead`, each with the number of its group.
    pub(super) fn open(directory: &Path, id: u64, dead: &[u32]) -> Result<Opened, Damage> {
        let path = path_of(directory, id);
        let file = File::open(&path)?;
        let length = file.metadata()?.len();
        let (groups, entries) = read_index(&file, length)?;
        let since = entries.iter().map(|entry| entry.head.since).min().unwrap_or(u64::MAX);
        let file = Arc::new(Self::new(id, path, file, length, since));
        file.dead.lock().unwrap_or_else(PoisonError::into_inner).extend(dead);
        let dead: std::collections::HashSet<u32> = dead.iter().copied().collect();
        let blocks = (0..).zip(entries).filter(|(number, _)| !dead.contains(number));
        let blocks = blocks.map(|(number, entry)| (entry.group as usize, file.block(number, entry))).collect();
        Ok(Opened { file, groups, blocks })
    }

    /// Bytes of the blocks that the store holds.
    pub(super) fn live(&self) -> u64 {
        self.live.load(Relaxed)
    }

    /// The blocks that the store does not hold any more.
    pub(super) fn dead(&self) -> Vec<u32> {
        self.dead.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Was a block found that is not what was written?
    pub(super) fn damaged(&self) -> bool {
        self.damaged.load(Relaxed)
    }

    /// Reads everything once; false where something is not what was written.
    pub(super) fn verify(&self) -> bool {
        let whole = read_index(&self.file, self.length)
            .is_ok_and(|(_, entries)| entries.iter().all(|entry| self.read(entry.at, entry.length, entry.crc).is_ok()));
        if !whole {
            self.damaged.store(true, Relaxed);
        }
        whole
    }

    fn read(&self, at: u64, length: u32, crc: u32) -> Result<Vec<u8>, Corrupt> {
        let mut bytes = vec![0; length as usize];
        let read = self.file.read_exact_at(&mut bytes, at);
        if read.is_ok() && crc32fast::hash(&bytes) == crc {
            return Ok(bytes);
        }
        if !self.damaged.swap(true, Relaxed) {
            let error = read.err().map_or("a block has other bytes than were written".to_owned(), |e| e.to_string());
            tracing::error!(file = %self.path.display(), error, "a segment file cannot be read");
        }
        Err(Corrupt)
    }
}

impl Extent {
    /// The bytes of the block, as they were written.
    pub(in crate::store) fn read(&self) -> Result<Vec<u8>, Corrupt> {
        self.file.read(self.at, self.length, self.crc)
    }

    pub(in crate::store) fn length(&self) -> usize {
        self.length as usize
    }

    /// What was written later has the higher one.
    pub(in crate::store) fn order(&self) -> (u64, u32) {
        (self.file.id, self.number)
    }

    pub(super) fn file(&self) -> &Arc<SegmentFile> {
        &self.file
    }
}

impl Drop for Extent {
    fn drop(&mut self) {
        self.file.live.fetch_sub(u64::from(self.length), Relaxed);
        self.file.dead.lock().unwrap_or_else(PoisonError::into_inner).push(self.number);
    }
}

/// What a segment file holds.
#[derive(Debug)]
pub(super) struct Opened {
    pub(super) file: Arc<SegmentFile>,
    pub(super) groups: Vec<GroupName>,
    /// Each with the number of its group.
    pub(super) blocks: Vec<(usize, Block)>,
}

pub(super) fn path_of(directory: &Path, id: u64) -> PathBuf {
    directory.join(format!("{id:010}.seg"))
}

fn index<'e>(groups: &[GroupBlocks], entries: impl Iterator<Item = &'e Entry> + Clone) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut out = Writer::new(&mut bytes);
    out.varint(groups.len() as u64);
    for group in groups {
        group.name.write(&mut out);
    }
    out.varint(entries.clone().count() as u64);
    for Entry { group, head, length, crc, .. } in entries {
        out.varint(u64::from(*group));
        out.i64(head.first.as_micros());
        out.varint(head.last.as_micros().wrapping_sub(head.first.as_micros()) as u64);
        out.varint(u64::from(head.rows));
        out.u64(head.since);
        out.varint(u64::from(*length));
        out.u32(*crc);
    }
    bytes
}

fn read_index(file: &File, length: u64) -> Result<(Vec<GroupName>, Vec<Entry>), Damage> {
    let too_short = || Damage::Bytes("it is shorter than a segment file can be");
    let mut footer = [0; FOOTER];
    let end = length.checked_sub(FOOTER as u64).ok_or_else(too_short)?;
    file.read_exact_at(&mut footer, end)?;
    let mut reader = Reader::new(&footer);
    let (index_length, crc) = (reader.u64()?, reader.u32()?);
    if !footer.ends_with(INDEX_MAGIC) {
        return Err(Damage::Bytes("its end is missing"));
    }
    let start = end.checked_sub(index_length).filter(|start| *start >= MAGIC.len() as u64).ok_or_else(too_short)?;
    let mut index = vec![0; (end - start) as usize];
    file.read_exact_at(&mut index, start)?;
    if crc32fast::hash(&index) != crc {
        return Err(Damage::Bytes("its index has other bytes than were written"));
    }
    Ok(parse_index(&index, start)?)
}

/// The index of blocks that end at `end`.
fn parse_index(index: &[u8], end: u64) -> Result<(Vec<GroupName>, Vec<Entry>), Corrupt> {
    let mut from = Reader::new(index);
    let groups = (0..from.count(3)?).map(|_| GroupName::read(&mut from)).collect::<Result<Vec<_>, _>>()?;
    let count = from.count(INDEX_ENTRY_MIN)?;
    let mut at = MAGIC.len() as u64;
    let mut entries = Vec::with_capacity(count);
    for _ in 0..count {
        let entry = read_entry(&mut from, &groups, at)?;
        at += u64::from(entry.length);
        entries.push(entry);
    }
    if at == end && from.is_empty() { Ok((groups, entries)) } else { Err(Corrupt) }
}

fn read_entry(from: &mut Reader<'_>, groups: &[GroupName], at: u64) -> Result<Entry, Corrupt> {
    let short = |number: u64| u32::try_from(number).map_err(|_| Corrupt);
    let group = short(from.varint()?)?;
    let width = groups.get(group as usize).ok_or(Corrupt)?.names.len() as u32;
    let first = from.i64()?;
    let last = i64::try_from(from.varint()?).ok().and_then(|span| first.checked_add(span)).ok_or(Corrupt)?;
    let rows = short(from.varint()?)?;
    if rows == 0 || rows as usize > BLOCK_ROWS_MAX {
        return Err(Corrupt);
    }
    let since = from.u64()?;
    let (length, crc) = (short(from.varint()?)?, from.u32()?);
    let head = Head { first: Timestamp::from_micros(first), last: Timestamp::from_micros(last), rows, width, since };
    Ok(Entry { group, head, at, length, crc })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A million rows of a column of equal values are nine bytes, so a file of some KB could ask for all memory there is.
    #[test]
    fn an_index_with_more_rows_than_a_block_has_is_refused() {
        let name = GroupName { channel: "c".into(), names: vec!["s".into()] };
        let groups = [GroupBlocks { name, blocks: Vec::new() }];
        let at = Timestamp::from_micros(0);
        let read = |rows| {
            let head = Head { first: at, last: Timestamp::from_micros(i64::MAX), rows, width: 1, since: 1 };
            let entry = Entry { group: 0, head, at: 8, length: 30, crc: 0 };
            parse_index(&index(&groups, [entry].iter()), 38).map(|(_, entries)| entries.len())
        };
        assert_eq!(read(1), Ok(1));
        assert_eq!(read(BLOCK_ROWS_MAX as u32), Ok(1));
        for rows in [0, BLOCK_ROWS_MAX as u32 + 1, 1 << 20, u32::MAX] {
            assert_eq!(read(rows), Err(Corrupt), "{rows}");
        }
    }
}
