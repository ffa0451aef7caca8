//! A sealed block: rows of one group, compressed, shared with readers, never changed.

use eontide_wire::Timestamp;

use super::codec::{Codec, Corrupt, Pco};
use super::rows::Rows;

/// Rows of a full block. Fewer cost more bytes a point (each column has a head of some 30), more cost memory while the block
/// is open and time where only a few rows of it are wanted.
pub(super) const BLOCK_ROWS: usize = 1024;

/// Compressed rows in order of time.
#[derive(Debug)]
pub(super) struct Block {
    first: Timestamp,
    last: Timestamp,
    rows: u32,
    /// The times, then the columns, one after another.
    bytes: Box<[u8]>,
    /// Where each of them ends.
    ends: Box<[u32]>,
}

impl Block {
    /// Seals rows `from..to`; `None` where there are none.
    pub(super) fn seal(rows: &Rows, from: usize, to: usize) -> Option<Self> {
        let times = &rows.times()[from..to];
        let (first, last) = (*times.first()?, *times.last()?);
        let mut bytes = Vec::new();
        let mut ends = Vec::with_capacity(rows.width() + 1);
        Pco::write_times(times, &mut bytes);
        ends.push(bytes.len() as u32);
        for column in 0..rows.width() {
            Pco::write_values(&rows.column(column)[from..to], &mut bytes);
            ends.push(bytes.len() as u32);
        }
        Some(Self { first, last, rows: (to - from) as u32, bytes: bytes.into(), ends: ends.into() })
    }

    pub(super) fn first(&self) -> Timestamp {
        self.first
    }

    pub(super) fn last(&self) -> Timestamp {
        self.last
    }

    pub(super) fn len(&self) -> usize {
        self.rows as usize
    }

    /// Memory it takes, without what the allocator adds.
    pub(super) fn size(&self) -> usize {
        size_of::<Self>() + self.bytes.len() + 4 * self.ends.len()
    }

    pub(super) fn times(&self) -> Result<Vec<Timestamp>, Corrupt> {
        Pco::read_times(self.part(0)?)
    }

    pub(super) fn column(&self, column: usize) -> Result<Vec<f64>, Corrupt> {
        Pco::read_values(self.part(column + 1)?, self.len())
    }

    fn part(&self, index: usize) -> Result<&[u8], Corrupt> {
        let start = if index == 0 { 0 } else { *self.ends.get(index - 1).ok_or(Corrupt)? };
        let end = *self.ends.get(index).ok_or(Corrupt)?;
        self.bytes.get(start as usize..end as usize).ok_or(Corrupt)
    }
}
