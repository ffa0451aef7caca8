//! What the fuzz targets call: bytes of a fuzzer become files, checksums are put right, everything is read.
//!
//! What must hold, whatever the bytes: no panic, memory and time in proportion to the bytes, and what is read is rows in
//! order of time or an error; what was restored can be saved and is restored again as it was. Files are made below
//! `/dev/shm` where there is one.

mod seeds;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use std::{fs, process};

use eontide_wire::{Epoch, Timestamp};

use super::super::block::{Block, OpenedBlock};
use super::super::bytes::{Reader, Writer};
use super::super::codec::{Codec, Corrupt, Pco};
use super::super::picture::{Canvas, Picture};
use super::super::rows::Rows;
use super::segment::{SegmentFile, path_of};
use super::{Disk, Life, Limits, Restored, Store};

use self::seeds::segment_of;
pub use self::seeds::{checkpoint_seeds, column_seeds, segment_seeds, write_seeds};

const LIFE: Life = Life { created_ns: 7, epoch: Epoch(3) };
const BEGIN: Timestamp = Timestamp::from_micros(1_763_683_200_000_000);
const FIRST: Timestamp = Timestamp::from_micros(i64::MIN);
const LAST: Timestamp = Timestamp::from_micros(i64::MAX);
const FOOTER: usize = 20;
const MAGIC: usize = 8;

/// A segment file of any bytes: each block read in many ways, then the directory as a restart reads it.
pub fn segment(bytes: &[u8]) {
    let scratch = Scratch::new();
    fs::write(path_of(&scratch.directory(), 1), repaired(bytes)).expect("scratch directory can be written");
    if let Ok(opened) = SegmentFile::open(&scratch.directory(), 1, &[]) {
        opened.blocks.iter().for_each(|(_, block)| read_block(block));
        opened.file.verify();
    }
    start(&scratch);
}

/// A checkpoint of any bytes beside a segment file that is whole.
pub fn checkpoint(bytes: &[u8]) {
    static SEGMENT: OnceLock<Vec<u8>> = OnceLock::new();
    let mut bytes = bytes.to_vec();
    if let Some((body, crc)) = bytes.split_at_mut_checked(MAGIC).and_then(|(_, rest)| rest.split_last_chunk_mut::<4>())
    {
        *crc = crc32fast::hash(body).to_le_bytes();
    }
    let segment = SEGMENT.get_or_init(|| segment_of(&[("c", 2, 30), ("d.e", 1, 300)]));
    let scratch = Scratch::new();
    fs::write(path_of(&scratch.directory(), 1), segment).expect("scratch directory can be written");
    fs::write(scratch.directory().join("checkpoint"), bytes).expect("scratch directory can be written");
    start(&scratch);
}

/// A column of any bytes, whose first two say how many rows are expected.
pub fn column(bytes: &[u8]) {
    let Some((count, bytes)) = bytes.split_first_chunk() else { return };
    let count = usize::from(u16::from_le_bytes(*count)) % 2048;
    if let Ok(values) = Pco::read_values(bytes, count) {
        assert_eq!(values.len(), count);
    }
    if let Ok(times) = Pco::read_times(bytes, count) {
        assert_eq!(times.len(), count);
    }
}

// === What must hold ===

/// Reads a block whole, by columns and by ranges: the same rows each time.
fn read_block(block: &Block) {
    let head = block.head();
    let whole = block.rows();
    if let Ok(rows) = &whole {
        assert_eq!((rows.len(), rows.width()), (head.rows as usize, head.width as usize));
        assert_eq!((rows.times().first(), rows.times().last()), (Some(&head.first), Some(&head.last)));
        ascend(rows.times());
    }
    let Ok(opened) = block.open() else { return };
    let all: Vec<usize> = (0..head.width as usize).collect();
    let middle = Timestamp::from_micros(head.first.as_micros().midpoint(head.last.as_micros()));
    let last = all.len().checked_sub(1).into_iter().collect();
    for columns in [all.iter().copied().step_by(2).collect(), last, Vec::new()] {
        for (from, to) in [(FIRST, LAST), (middle, LAST), (FIRST, middle), (middle, middle)] {
            read_part(&opened, whole.as_ref().ok(), from, to, &columns);
        }
    }
    for summary in opened.summaries(&all).into_iter().flatten() {
        assert_eq!((summary.rows, summary.first.0, summary.last.0), (block.len(), head.first, head.last));
        for (time, value) in [summary.first, summary.last, summary.smallest, summary.largest] {
            assert!(head.first <= time && time <= head.last && !value.is_nan());
        }
    }
}

fn read_part(opened: &OpenedBlock<'_>, whole: Option<&Rows>, from: Timestamp, to: Timestamp, columns: &[usize]) {
    let part = opened.read(from, to, columns);
    if let Some(whole) = whole {
        let expected = whole.pick(whole.within(from, to), columns);
        let part = part.as_ref().expect("a part of what can be read can be read");
        assert_eq!(part.times(), expected.times());
        assert!(part.columns().iter().zip(expected.columns()).all(|(a, b)| bits(a).eq(bits(b))));
    }
    if let Ok(part) = part {
        ascend(part.times());
        assert_eq!(part.width(), columns.len());
        assert!(part.columns().iter().all(|column| column.len() == part.len()));
    }
}

fn bits(values: &[f64]) -> impl Iterator<Item = u64> {
    values.iter().map(|value| value.to_bits())
}

fn ascend(times: &[Timestamp]) {
    assert!(times.windows(2).all(|pair| pair[0] < pair[1]), "times out of order");
}

/// A start of the bridge, a checkpoint, and a start after it.
fn start(scratch: &Scratch) {
    let before = {
        let Ok(Restored { mut disk, mut store, .. }) = Disk::restore(&scratch.0, LIFE, limits(), BEGIN, &[]) else {
            return;
        };
        let before = points(&store);
        draw(&store);
        disk.scrub()(&|| false);
        let snapshot = disk.take(&store, (9, BEGIN), store.horizon());
        // Blocks of a damaged file cannot be written anew.
        let Ok(saved) = disk.write(snapshot) else { return };
        store.saved(saved);
        assert_eq!(points(&store), before, "saved as it was");
        before
    };
    let restored = Disk::restore(&scratch.0, LIFE, limits(), BEGIN, &[]).expect("scratch directory can be read");
    let mut store = restored.store;
    assert_eq!(points(&store), before, "restored as it was");
    store.evict(BEGIN);
}

/// Rows by channel and names: a name may be in several groups.
type Points = BTreeMap<(Arc<str>, Vec<Arc<str>>), Vec<(Timestamp, Vec<u64>)>>;

fn picture(store: &Store) -> Picture {
    Picture::new(store.channels.values().flat_map(|channel| channel.share(FIRST, |_, _| true)).collect())
}

fn points(store: &Store) -> Points {
    let mut all = Points::new();
    for group in picture(store).groups() {
        let mut rows: Vec<(Timestamp, Vec<u64>)> = Vec::new();
        group.each_part(FIRST, LAST, |times, columns| {
            ascend(times);
            let (first, end) = (times.first(), rows.last().map(|(time, _)| *time));
            assert!(first.is_none_or(|first| end < Some(*first)), "parts out of order");
            assert!(columns.iter().all(|values| values.len() == times.len()));
            let row = |at: usize| columns.iter().map(|values| values[at].to_bits()).collect();
            rows.extend(times.iter().enumerate().map(|(at, time)| (*time, row(at))));
        });
        if !rows.is_empty() {
            all.insert((Arc::clone(group.channel()), group.names().cloned().collect()), rows);
        }
    }
    all
}

/// As a viewer sees them.
fn draw(store: &Store) {
    for canvas in [None, Some(Canvas { width: 1, end: BEGIN }), Some(Canvas { width: 7, end: LAST })] {
        for (from, to) in [(FIRST, LAST), (BEGIN, LAST)] {
            for block in picture(store).blocks(from, to, canvas) {
                ascend(&block.x);
                assert!(block.columns.iter().all(|(_, values)| values.len() == block.x.len()));
            }
        }
    }
}

// === Checksums ===

/// The segment file with the checksums it should have, and blocks that end where the index begins: without that, the
/// fuzzer would get nowhere behind the checksums.
fn repaired(bytes: &[u8]) -> Vec<u8> {
    let index = |bytes: &[u8]| {
        let end = bytes.len().checked_sub(FOOTER)?;
        let length = u64::from_le_bytes(*bytes[end..].first_chunk()?);
        let start = end.checked_sub(usize::try_from(length).ok()?).filter(|start| *start >= MAGIC)?;
        Some((start, repaired_index(&bytes[MAGIC..start], &bytes[start..end])))
    };
    let Some((start, index)) = index(bytes) else { return bytes.to_vec() };
    let mut whole = bytes[..start].to_vec();
    whole.extend(&index);
    whole.extend((index.len() as u64).to_le_bytes());
    whole.extend(crc32fast::hash(&index).to_le_bytes());
    whole.extend(b"EONINDEX");
    whole
}

/// The index as it is up to where it makes no sense, with checksums and lengths that fit.
fn repaired_index(mut blocks: &[u8], index: &[u8]) -> Vec<u8> {
    let mut repaired = Vec::new();
    repair_entries(&mut blocks, &mut Reader::new(index), &mut Writer::new(&mut repaired))
        .map_or_else(|_| index.to_vec(), |()| repaired)
}

fn repair_entries(blocks: &mut &[u8], from: &mut Reader<'_>, out: &mut Writer<'_>) -> Result<(), Corrupt> {
    let groups = from.count(3)?;
    out.varint(groups as u64);
    for _ in 0..groups {
        // Not `GroupName::read`: names that it refuses shall reach it.
        out.bytes(from.bytes()?);
        let names = from.count(1)?;
        out.varint(names as u64);
        (0..names).try_for_each(|_| from.bytes().map(|name| out.bytes(name)))?;
    }
    let entries = from.count(20)?;
    out.varint(entries as u64);
    for left in (0..entries).rev() {
        out.varint(from.varint()?);
        out.i64(from.i64()?);
        out.varint(from.varint()?);
        out.varint(from.varint()?);
        out.u64(from.u64()?);
        // The last one gets what is left.
        let length = usize::try_from(from.varint()?).map_or(0, |length| length.min(blocks.len()));
        let (block, rest) = blocks.split_at(if left == 0 { blocks.len() } else { length });
        *blocks = rest;
        out.varint(block.len() as u64);
        from.u32()?;
        out.u32(crc32fast::hash(block));
    }
    Ok(())
}

// === Files ===

fn limits() -> Limits {
    Limits {
        history: Duration::from_secs(86_400),
        points_bytes: usize::MAX,
        disk_bytes: 1 << 40,
        series_max: 1000,
        channels_max: 100,
    }
}

/// A data directory, removed at the end.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> Self {
        let memory = Path::new("/dev/shm");
        let parent = if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() };
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let scratch = Self(parent.join(format!("eontide-fuzz-{}-{}", process::id(), NEXT.fetch_add(1, Relaxed))));
        fs::create_dir_all(scratch.directory()).expect("scratch directory can be made");
        scratch
    }

    /// Of the life that is opened.
    fn directory(&self) -> PathBuf {
        self.0.join(format!("{}-{}", LIFE.created_ns, LIFE.epoch.0))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).ok();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What keeps the targets alive from one run of the fuzzer to the next.
    #[test]
    fn seeds_are_sound_and_what_is_near_them_ends_in_rows_or_an_error() {
        for (target, seeds) in
            [(segment as fn(&[u8]), segment_seeds()), (checkpoint, checkpoint_seeds()), (column, column_seeds())]
        {
            for seed in seeds {
                target(&seed);
                for at in (0..seed.len()).step_by(1 + seed.len() / 16) {
                    let mut near = seed.clone();
                    near[at] ^= 0x11;
                    target(&near);
                    target(&seed[..at]);
                }
            }
        }
        for seed in segment_seeds() {
            assert_eq!(repaired(&seed), seed);
            let scratch = Scratch::new();
            fs::write(path_of(&scratch.directory(), 1), &seed).unwrap();
            let store = Disk::restore(&scratch.0, LIFE, limits(), BEGIN, &[]).unwrap().store;
            assert!(!points(&store).is_empty());
        }
    }
}
