//! A sealed block: rows of one group, compressed, shared with readers, never changed. Its bytes are in memory, or in a
//! segment file once they were written there.

use std::borrow::Cow;
use std::ops::Range;

use eontide_wire::Timestamp;

use super::bytes::{Reader, Writer};
use super::codec::{Codec, Corrupt, Pco};
use super::disk::Extent;
use super::rows::{Rows, within};
use super::summary::Summary;

/// Rows of a full block. Fewer cost more bytes a point (each column has a head of some 30), more cost memory while the block
/// is open and time where only a few rows of it are wanted.
pub(super) const BLOCK_ROWS: usize = 1024;

/// Rows that a block can have: pieces of one size are up to half longer than a full block. A column of equal values takes
/// nine bytes however many they are, so this is what bounds the memory that a few bytes of a file can ask for.
pub(super) const BLOCK_ROWS_MAX: usize = BLOCK_ROWS + BLOCK_ROWS / 2;

/// What is known of a block without its bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) first: Timestamp,
    pub(super) last: Timestamp,
    pub(super) rows: u32,
    /// Columns of values.
    pub(super) width: u32,
    /// No message before this offset of the stream has rows in it.
    pub(super) since: u64,
}

/// Compressed rows in order of time, no time twice.
#[derive(Debug)]
pub(super) struct Block {
    head: Head,
    body: Body,
}

/// Where the bytes are: the end of each part (times, columns, summaries), then the parts.
#[derive(Debug)]
pub(super) enum Body {
    Memory(Box<[u8]>),
    File(Extent),
}

impl Block {
    /// Seals rows `range`, which no message before `since` has part in; `None` where there are none.
    pub(super) fn seal(rows: &Rows, range: Range<usize>, since: u64) -> Option<Self> {
        let times = &rows.times()[range.clone()];
        let (first, last) = (*times.first()?, *times.last()?);
        let mut ends = Vec::with_capacity(rows.width() + 2);
        let mut parts = Vec::new();
        Pco::write_times(times, &mut parts);
        ends.push(parts.len() as u32);
        for column in rows.columns() {
            Pco::write_values(&column[range.clone()], &mut parts);
            ends.push(parts.len() as u32);
        }
        for column in rows.columns() {
            let summary = Summary::of(times, &column[range.clone()]);
            Summary::write(summary.as_ref(), first, &mut Writer::new(&mut parts));
        }
        ends.push(parts.len() as u32);
        let mut bytes = Vec::with_capacity(4 * ends.len() + parts.len());
        bytes.extend(ends.iter().flat_map(|end| end.to_le_bytes()));
        bytes.extend(parts);
        let head = Head { first, last, rows: range.len() as u32, width: rows.width() as u32, since };
        Some(Self { head, body: Body::Memory(bytes.into()) })
    }

    pub(super) fn new(head: Head, body: Body) -> Self {
        Self { head, body }
    }

    pub(super) fn head(&self) -> Head {
        self.head
    }

    pub(super) fn first(&self) -> Timestamp {
        self.head.first
    }

    pub(super) fn last(&self) -> Timestamp {
        self.head.last
    }

    pub(super) fn len(&self) -> usize {
        self.head.rows as usize
    }

    /// Memory it takes, without what the allocator adds.
    pub(super) fn size(&self) -> usize {
        match &self.body {
            Body::Memory(bytes) => size_of::<Self>() + bytes.len(),
            Body::File(_) => size_of::<Self>(),
        }
    }

    /// Bytes it takes in a file.
    pub(super) fn disk_size(&self) -> usize {
        self.extent().map_or(0, Extent::length)
    }

    /// Where it is in a file, if it is.
    pub(super) fn extent(&self) -> Option<&Extent> {
        match &self.body {
            Body::Memory(_) => None,
            Body::File(extent) => Some(extent),
        }
    }

    /// Its bytes, from wherever they are.
    pub(super) fn bytes(&self) -> Result<Cow<'_, [u8]>, Corrupt> {
        match &self.body {
            Body::Memory(bytes) => Ok(Cow::Borrowed(bytes)),
            Body::File(extent) => extent.read().map(Cow::Owned),
        }
    }

    /// All its rows.
    pub(super) fn rows(&self) -> Result<Rows, Corrupt> {
        let columns: Vec<usize> = (0..self.head.width as usize).collect();
        self.open()?.read(self.head.first, self.head.last, &columns)
    }

    /// Its bytes, to read parts of.
    pub(super) fn open(&self) -> Result<OpenedBlock<'_>, Corrupt> {
        let opened = OpenedBlock { head: self.head, bytes: self.bytes()? };
        if opened.parts_fit() { Ok(opened) } else { Err(Corrupt) }
    }
}

/// A block whose bytes are at hand.
pub(super) struct OpenedBlock<'b> {
    head: Head,
    bytes: Cow<'b, [u8]>,
}

impl OpenedBlock<'_> {
    /// What it has within `from..=to`.
    pub(super) fn read(&self, from: Timestamp, to: Timestamp, columns: &[usize]) -> Result<Rows, Corrupt> {
        let rows = self.head.rows as usize;
        let mut times = self.times()?;
        let range = within(&times, from, to);
        if range.is_empty() {
            return Ok(Rows::new(columns.len()));
        }
        let read = |column: &usize| {
            let mut values = Pco::read_values(self.part(column + 1)?, rows)?;
            values.truncate(range.end);
            values.drain(..range.start);
            Ok(values)
        };
        let values = columns.iter().map(read).collect::<Result<_, _>>()?;
        times.truncate(range.end);
        times.drain(..range.start);
        Ok(Rows::from_columns(times, values))
    }

    pub(super) fn first(&self) -> Timestamp {
        self.head.first
    }

    pub(super) fn last(&self) -> Timestamp {
        self.head.last
    }

    /// All its times. The store looks for rows by the heads of blocks and merges them by their order, so both are checked:
    /// a checksum says that these bytes were written, not that they make sense.
    fn times(&self) -> Result<Vec<Timestamp>, Corrupt> {
        let times = Pco::read_times(self.part(0)?, self.head.rows as usize)?;
        let ends = (times.first(), times.last()) == (Some(&self.head.first), Some(&self.head.last));
        if ends && times.is_sorted_by(|a, b| a < b) { Ok(times) } else { Err(Corrupt) }
    }

    /// The summaries of these columns; `None` where one of them has none.
    pub(super) fn summaries(&self, columns: &[usize]) -> Option<Vec<Summary>> {
        self.summaries_of(columns).into_iter().collect()
    }

    /// The summary of each of these columns, where it has one.
    pub(super) fn summaries_of(&self, columns: &[usize]) -> Vec<Option<Summary>> {
        let all = self.all_summaries().unwrap_or_default();
        columns.iter().map(|column| all.get(*column).copied().flatten()).collect()
    }

    fn all_summaries(&self) -> Result<Vec<Option<Summary>>, Corrupt> {
        let Head { first, last, rows, width, .. } = self.head;
        let mut reader = Reader::new(self.part(width as usize + 1)?);
        (0..width).map(|_| Summary::read(&mut reader, first, last, rows as usize)).collect()
    }

    /// Do the parts lie one after another, up to the end? If they could overlap, few bytes could be read many times.
    fn parts_fit(&self) -> bool {
        let table = 4 * (self.head.width as usize + 2);
        let Some((ends, parts)) = self.bytes.split_at_checked(table) else { return false };
        let mut ends = ends.chunks_exact(4).map(|end| end.try_into().map_or(u32::MAX, u32::from_le_bytes));
        ends.clone().is_sorted() && ends.next_back().is_some_and(|end| end as usize == parts.len())
    }

    fn part(&self, index: usize) -> Result<&[u8], Corrupt> {
        let parts = self.head.width as usize + 2;
        let end = |index: usize| {
            let end = self.bytes.get(4 * index..4 * index + 4).and_then(|end| end.try_into().ok());
            end.map(|end| u32::from_le_bytes(end) as usize).ok_or(Corrupt)
        };
        let start = if index == 0 { 0 } else { end(index - 1)? };
        self.bytes.get(4 * parts + start..4 * parts + end(index)?).ok_or(Corrupt)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(micros: &[i64]) -> Vec<Timestamp> {
        micros.iter().map(|micros| Timestamp::from_micros(*micros)).collect()
    }

    /// A block of these times and a column of their numbers.
    fn sealed(micros: &[i64]) -> Block {
        let values = (0..micros.len()).map(|row| row as f64).collect();
        Block::seal(&Rows::from_columns(at(micros), vec![values]), 0..micros.len(), 0).unwrap()
    }

    fn bytes(block: &Block) -> Vec<u8> {
        block.bytes().unwrap().into_owned()
    }

    fn read(head: Head, bytes: Vec<u8>) -> Result<Rows, Corrupt> {
        Block::new(head, Body::Memory(bytes.into())).rows()
    }

    /// Found by the fuzzer: a block whose checksum was right gave rows out of order, or none at all and no error where its
    /// head said another time than its rows.
    #[test]
    fn rows_out_of_order_or_not_where_the_head_says_are_refused() {
        let sound = sealed(&[10, 20, 30]);
        assert_eq!(read(sound.head(), bytes(&sound)).unwrap().times(), at(&[10, 20, 30]));
        for times in [[10, 25, 20], [10, 10, 30], [10, 40, 30], [30, 20, 10], [10, 10, 10]] {
            let block = sealed(&times);
            assert!(read(block.head(), bytes(&block)).is_err(), "{times:?}");
        }
        for (first, last, rows) in [(9, 30, 3), (11, 30, 3), (10, 29, 3), (10, 31, 3), (40, 50, 3), (10, 30, 2)] {
            let (first, last) = (Timestamp::from_micros(first), Timestamp::from_micros(last));
            let head = Head { first, last, rows, ..sound.head() };
            assert!(read(head, bytes(&sound)).is_err(), "{head:?}");
        }
    }

    /// The end of one part is the begin of the next: with ends that go back and forth, each of thousands of columns could
    /// have been all bytes of the block.
    #[test]
    fn parts_that_overlap_or_end_elsewhere_are_refused() {
        let sound = sealed(&[10, 20, 30]);
        let ends = |part: usize, change: fn(u32) -> u32| {
            let mut bytes = bytes(&sound);
            let end = u32::from_le_bytes(*bytes[4 * part..].first_chunk().unwrap());
            bytes[4 * part..4 * part + 4].copy_from_slice(&change(end).to_le_bytes());
            read(sound.head(), bytes)
        };
        for part in 0..3 {
            assert!(ends(part, |end| end).is_ok());
            assert!(ends(part, |_| u32::MAX).is_err());
        }
        assert!(ends(1, |_| 0).is_err());
        assert!(ends(2, |end| end - 1).is_err());
        assert!(read(sound.head(), [bytes(&sound), vec![0]].concat()).is_err());
        assert!(read(sound.head(), bytes(&sound)[..11].to_vec()).is_err());
    }
}
