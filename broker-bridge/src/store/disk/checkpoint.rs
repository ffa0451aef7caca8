//! The checkpoint: what a restart needs beside the segment files. How far the stream was read, which segment files count, and
//! the rows that are in no sealed block yet. One file, replaced as a whole.
//!
//! ```text
//! "EONCHECK" · body · CRC-32 of the body u32
//! ```

use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::{fs, io};

use eontide_wire::Timestamp;

use super::super::block::{BLOCK_ROWS_MAX, Block, Body, Head};
use super::super::bytes::{Reader, Writer};
use super::super::codec::Corrupt;
use super::super::rows::Rows;
use super::Damage;
use super::segment::GroupName;

const MAGIC: &[u8; 8] = b"EONCHECK";
const FILE: &str = "checkpoint";
/// Bytes of a block at least: rows, two times, length.
const BLOCK_MIN: usize = 18;

/// How far the stream was read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Reached {
    /// Every message up to this one is in the store.
    pub(crate) offset: u64,
    /// The broker's time of that message.
    pub(crate) time: Timestamp,
    /// And none before this time of the broker was left out.
    pub(crate) covers: Timestamp,
}

/// What a checkpoint holds.
#[derive(Debug, Default)]
pub(super) struct Checkpoint {
    pub(super) reached: Reached,
    pub(super) segments: Vec<SegmentNote>,
    pub(super) channels: Vec<TakenChannel>,
    pub(super) groups: Vec<OpenRows>,
}

/// What is known of a channel beside its points.
#[derive(Debug)]
pub(in crate::store) struct TakenChannel {
    pub(in crate::store) name: Arc<str>,
    /// When the broker got its newest message.
    pub(in crate::store) last_message: Timestamp,
    /// Series, and what they measure, where their names do not say it.
    pub(in crate::store) metrics: Vec<(Arc<str>, Arc<str>)>,
}

/// A segment file that counts.
#[derive(Clone, Debug)]
pub(super) struct SegmentNote {
    pub(super) id: u64,
    /// No message before this offset of the stream has rows in it.
    pub(super) since: u64,
    pub(super) dead: Vec<u32>,
}

/// The rows of a group that are in no sealed block.
#[derive(Debug)]
pub(super) struct OpenRows {
    pub(super) name: GroupName,
    /// No message before this offset of the stream has part in them.
    pub(super) since: u64,
    pub(super) late: Arc<Rows>,
    pub(super) open: Arc<Rows>,
}

/// Writes a checkpoint group by group, so that their rows need not all be held until its end.
pub(super) struct CheckpointWriter {
    head: Vec<u8>,
    groups: Vec<u8>,
    count: u64,
}

impl CheckpointWriter {
    pub(super) fn new(reached: Reached, channels: &[TakenChannel]) -> Self {
        let mut head = Vec::new();
        let out = &mut Writer::new(&mut head);
        out.u64(reached.offset);
        out.i64(reached.time.as_micros());
        out.i64(reached.covers.as_micros());
        out.varint(channels.len() as u64);
        for TakenChannel { name, last_message, metrics } in channels {
            out.text(name);
            out.i64(last_message.as_micros());
            out.varint(metrics.len() as u64);
            for (series, metric) in metrics {
                out.text(series);
                out.text(metric);
            }
        }
        Self { head, groups: Vec::new(), count: 0 }
    }

    pub(super) fn push(&mut self, OpenRows { name, since, late, open }: &OpenRows) {
        let out = &mut Writer::new(&mut self.groups);
        name.write(out);
        out.u64(*since);
        write_rows(late, out);
        write_rows(open, out);
        self.count += 1;
    }

    fn complete(&mut self, segments: &[SegmentNote]) {
        let out = &mut Writer::new(&mut self.head);
        out.varint(segments.len() as u64);
        for SegmentNote { id, since, dead } in segments {
            out.varint(*id);
            out.u64(*since);
            out.varint(dead.len() as u64);
            dead.iter().for_each(|number| out.varint(u64::from(*number)));
        }
        out.varint(self.count);
    }

    /// Replaces the checkpoint of `directory`.
    pub(super) fn finish(mut self, segments: &[SegmentNote], directory: &Path) -> io::Result<()> {
        self.complete(segments);
        let mut crc = crc32fast::Hasher::new();
        crc.update(&self.head);
        crc.update(&self.groups);
        let unfinished = directory.join("checkpoint.tmp");
        let mut file = fs::File::create(&unfinished)?;
        for bytes in [MAGIC, &self.head[..], &self.groups[..], &crc.finalize().to_le_bytes()[..]] {
            file.write_all(bytes)?;
        }
        file.sync_all()?;
        fs::rename(&unfinished, directory.join(FILE))?;
        // The names of the files, new and replaced.
        fs::File::open(directory)?.sync_all()
    }
}

impl Checkpoint {
    /// The checkpoint of `directory`; `None` where there is none.
    pub(super) fn read(directory: &Path) -> Result<Option<Self>, Damage> {
        let bytes = match fs::read(directory.join(FILE)) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let body = bytes.strip_prefix(MAGIC).and_then(|rest| rest.split_last_chunk::<4>());
        let (body, crc) = body.ok_or(Damage::Bytes("it is no checkpoint"))?;
        if crc32fast::hash(body) != u32::from_le_bytes(*crc) {
            return Err(Damage::Bytes("it has other bytes than were written"));
        }
        Ok(Some(Self::decode(&mut Reader::new(body))?))
    }

    /// Takes the checkpoint of `directory` out of use.
    pub(super) fn set_aside(directory: &Path) -> io::Result<()> {
        fs::rename(directory.join(FILE), directory.join("checkpoint.bad"))
    }

    fn decode(from: &mut Reader<'_>) -> Result<Self, Corrupt> {
        let reached = Reached { offset: from.u64()?, time: read_time(from)?, covers: read_time(from)? };
        let channels = (0..from.count(10)?).map(|_| read_channel(from)).collect::<Result<_, _>>()?;
        let segments = (0..from.count(10)?).map(|_| read_note(from)).collect::<Result<Vec<SegmentNote>, _>>()?;
        // As they were written. One that is named twice would be read twice.
        if !segments.is_sorted_by(|a, b| a.id < b.id) {
            return Err(Corrupt);
        }
        let groups = (0..from.count(13)?).map(|_| read_group(from)).collect::<Result<_, _>>()?;
        if from.is_empty() { Ok(Self { reached, segments, channels, groups }) } else { Err(Corrupt) }
    }
}

fn read_time(from: &mut Reader<'_>) -> Result<Timestamp, Corrupt> {
    from.i64().map(Timestamp::from_micros)
}

fn read_channel(from: &mut Reader<'_>) -> Result<TakenChannel, Corrupt> {
    let (name, last_message) = (from.text()?.into(), read_time(from)?);
    let pair = |from: &mut Reader<'_>| Ok((from.text()?.into(), from.text()?.into()));
    let metrics = (0..from.count(2)?).map(|_| pair(from)).collect::<Result<_, _>>()?;
    Ok(TakenChannel { name, last_message, metrics })
}

fn read_note(from: &mut Reader<'_>) -> Result<SegmentNote, Corrupt> {
    let (id, since) = (from.varint()?, from.u64()?);
    let number = |from: &mut Reader<'_>| from.varint()?.try_into().map_err(|_| Corrupt);
    let dead = (0..from.count(1)?).map(|_| number(from)).collect::<Result<_, _>>()?;
    Ok(SegmentNote { id, since, dead })
}

fn read_group(from: &mut Reader<'_>) -> Result<OpenRows, Corrupt> {
    let name = GroupName::read(from)?;
    let (width, since) = (name.names.len(), from.u64()?);
    let (late, open) = (read_rows(from, width)?, read_rows(from, width)?);
    Ok(OpenRows { name, since, late: Arc::new(late), open: Arc::new(open) })
}

/// Rows as blocks hold them, which is small and quick. However many late rows there are, no block is longer than a reader
/// takes.
fn write_rows(rows: &Rows, out: &mut Writer<'_>) {
    let piece = |start: usize| Block::seal(rows, start..rows.len().min(start + BLOCK_ROWS_MAX), 0);
    let blocks: Vec<Block> = (0..rows.len()).step_by(BLOCK_ROWS_MAX).filter_map(piece).collect();
    out.varint(blocks.len() as u64);
    for block in &blocks {
        out.varint(block.len() as u64);
        out.i64(block.first().as_micros());
        out.i64(block.last().as_micros());
        // Sealed just now, so at hand.
        out.bytes(&block.bytes().unwrap_or_default());
    }
}

fn read_rows(from: &mut Reader<'_>, width: usize) -> Result<Rows, Corrupt> {
    let mut all = Rows::new(width);
    for _ in 0..from.count(BLOCK_MIN)? {
        let rows = read_block(from, width)?;
        if all.last() >= rows.times().first().copied() {
            return Err(Corrupt);
        }
        all.extend(rows.times(), |column| rows.column(column));
    }
    Ok(all)
}

fn read_block(from: &mut Reader<'_>, width: usize) -> Result<Rows, Corrupt> {
    let rows = from.varint()?;
    if rows == 0 || rows > BLOCK_ROWS_MAX as u64 {
        return Err(Corrupt);
    }
    let (first, last) = (Timestamp::from_micros(from.i64()?), Timestamp::from_micros(from.i64()?));
    let head = Head { first, last, rows: rows as u32, width: width as u32, since: 0 };
    Block::new(head, Body::Memory(from.bytes()?.into())).rows()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(count: usize, value: impl Fn(usize) -> f64) -> Arc<Rows> {
        let times = (0..count as i64).map(Timestamp::from_micros).collect();
        Arc::new(Rows::from_columns(times, vec![(0..count).map(value).collect()]))
    }

    fn of(late: Arc<Rows>, open: Arc<Rows>) -> Checkpoint {
        let name = GroupName { channel: "c".into(), names: vec!["s".into()] };
        Checkpoint { groups: vec![OpenRows { name, since: 1, late, open }], ..Checkpoint::default() }
    }

    fn encoded(checkpoint: &Checkpoint) -> Vec<u8> {
        let mut writer = CheckpointWriter::new(checkpoint.reached, &checkpoint.channels);
        checkpoint.groups.iter().for_each(|group| writer.push(group));
        writer.complete(&checkpoint.segments);
        [writer.head, writer.groups].concat()
    }

    fn decoded(bytes: &[u8]) -> Result<Checkpoint, Corrupt> {
        Checkpoint::decode(&mut Reader::new(bytes))
    }

    /// Late rows can be a quarter of a million, many times what a block has.
    #[test]
    fn any_number_of_rows_comes_back() {
        for count in [0, 1, BLOCK_ROWS_MAX - 1, BLOCK_ROWS_MAX, BLOCK_ROWS_MAX + 1, 7 * BLOCK_ROWS_MAX, 300_000] {
            let written = rows(count, |row| (row % 97) as f64);
            let read = decoded(&encoded(&of(Arc::clone(&written), rows(1, |_| 0.5)))).unwrap();
            let group = &read.groups[0];
            assert!(group.late.times() == written.times() && group.late.column(0) == written.column(0), "{count} rows");
            assert_eq!(group.open.column(0), [0.5]);
        }
    }

    /// Equal values are nine bytes, whatever number of them is written in front: 8 MB for each column of 9 bytes.
    #[test]
    fn a_number_of_rows_that_no_block_has_is_refused() {
        let block = Block::seal(&rows(1, |_| 0.5), 0..1, 0).unwrap();
        for (count, read) in [(1, true), (0, false), (1 << 20, false), (u64::MAX, false)] {
            let mut bytes = Vec::new();
            let mut out = Writer::new(&mut bytes);
            out.varint(1);
            out.varint(count);
            out.i64(0);
            out.i64(0);
            out.bytes(&block.bytes().unwrap());
            assert_eq!(read_rows(&mut Reader::new(&bytes), 1).is_ok(), read, "{count}");
        }
    }

    #[test]
    fn blocks_of_rows_out_of_order_are_refused() {
        let mut bytes = Vec::new();
        let mut out = Writer::new(&mut bytes);
        out.varint(2);
        let block = Block::seal(&rows(2, |_| 0.5), 0..2, 0).unwrap();
        for _ in 0..2 {
            out.varint(2);
            out.i64(0);
            out.i64(1);
            out.bytes(&block.bytes().unwrap());
        }
        assert!(read_rows(&mut Reader::new(&bytes), 1).is_err());
    }

    /// Each mention of a file opened it again, with all its blocks.
    #[test]
    fn a_segment_that_is_named_twice_is_refused() {
        let notes = |ids: &[u64]| {
            let segments = ids.iter().map(|id| SegmentNote { id: *id, since: 1, dead: vec![2, 3] }).collect();
            decoded(&encoded(&Checkpoint { segments, ..Checkpoint::default() }))
        };
        assert_eq!(notes(&[1, 2, 7]).unwrap().segments.len(), 3);
        assert!(notes(&[1, 1]).is_err() && notes(&[2, 1]).is_err());
    }
}
