//! Reading a group: references taken under the lock, decoded block by block without it.

use std::sync::Arc;

use eontide_wire::Timestamp;

use super::block::{Block, OpenedBlock};
use super::decimate::{Grid, M4};
use super::rows::Rows;

/// A consistent copy of the references to a group's rows: taken under the lock, read without it.
#[derive(Clone, Debug)]
pub(super) struct GroupRows {
    pub(super) sealed: Vec<Arc<Block>>,
    pub(super) open: Arc<Rows>,
    pub(super) late: Arc<Rows>,
}

impl GroupRows {
    /// Rows of all blocks that have some within `from..=to`, whole.
    pub(super) fn rows_at_most(&self, from: Timestamp, to: Timestamp) -> usize {
        let meet = |block: &&Arc<Block>| block.first() <= to && from <= block.last();
        let sealed: usize = self.sealed.iter().filter(meet).map(|block| block.len()).sum();
        sealed + self.open.within(from, to).len() + self.late.within(from, to).len()
    }

    /// Time of the newest row.
    pub(super) fn last(&self) -> Option<Timestamp> {
        let sealed = self.sealed.last().map(|block| block.last());
        self.open.last().max(sealed).max(self.late.last())
    }

    /// The lines within `from..=to`, of these columns, cut down to a grid. A block that lies within one pixel is not decoded.
    pub(super) fn reduce(&self, from: Timestamp, to: Timestamp, columns: &[usize], grid: Grid) -> Vec<M4> {
        let mut lines: Vec<M4> = columns.iter().map(|_| M4::default()).collect();
        self.each_piece(from, to, columns, |piece| match piece {
            Piece::Rows(rows) => {
                let in_columns = grid.columns(rows.times());
                for (column, line) in lines.iter_mut().enumerate() {
                    line.push(&in_columns, rows.times(), rows.column(column));
                }
                true
            }
            Piece::Block(block) => {
                let Some(pixel) = grid.column_of_all(block.first(), block.last()) else { return false };
                let Some(summaries) = block.summaries(columns) else { return false };
                for (line, summary) in lines.iter_mut().zip(&summaries) {
                    line.push_summary(pixel, summary);
                }
                true
            }
        });
        lines
    }

    /// The rows within `from..=to`, of these columns.
    pub(super) fn read(&self, from: Timestamp, to: Timestamp, columns: &[usize]) -> Rows {
        let mut all = Rows::new(columns.len());
        self.each_part(from, to, columns, |rows| all.extend(rows.times(), |column| rows.column(column)));
        all
    }

    /// Gives the rows within `from..=to` in order of time, a block at a time, late ones in their places: however long the
    /// range is, little of it is decoded at once.
    pub(super) fn each_part(&self, from: Timestamp, to: Timestamp, columns: &[usize], mut take: impl FnMut(Rows)) {
        self.each_piece(from, to, columns, |piece| match piece {
            Piece::Rows(rows) => {
                take(rows);
                true
            }
            Piece::Block(_) => false,
        });
    }

    /// The same, and first each block that lies within the range as a whole, without late rows, as it is: its rows follow if
    /// `take` says false to it.
    pub(super) fn each_piece(
        &self,
        from: Timestamp,
        to: Timestamp,
        columns: &[usize],
        mut take: impl FnMut(Piece<'_>) -> bool,
    ) {
        let late = self.late.pick(self.late.within(from, to), columns);
        let mut parts = LateParts::new(&late);
        let wanted = || self.sealed.iter().filter(|block| block.first() <= to);
        let after = wanted().skip(1).map(|block| Some(block.first())).chain([self.open.times().first().copied()]);
        for (block, next) in wanted().zip(after) {
            let part = parts.before(next);
            let opened = block.open();
            if let Ok(opened) = &opened
                && part.is_empty()
                && from <= block.first()
                && block.last() <= to
                && take(Piece::Block(opened))
            {
                continue;
            }
            let rows = opened.and_then(|opened| opened.read(from, to, columns)).unwrap_or_else(|error| {
                tracing::error!(%error, rows = block.len(), "a sealed block is left out");
                Rows::new(columns.len())
            });
            take(Piece::Rows(if part.is_empty() { rows } else { rows.merged(&part) }));
        }
        let (open, part) = (self.open.pick(self.open.within(from, to), columns), parts.before(None));
        take(Piece::Rows(if part.is_empty() { open } else { open.merged(&part) }));
    }
}

/// A part of a range.
pub(super) enum Piece<'b> {
    Rows(Rows),
    /// A block as a whole.
    Block(&'b OpenedBlock<'b>),
}

/// Late rows, handed out to the blocks they belong to: those before the next block to this one, with the last whatever is left.
pub(super) struct LateParts<'l> {
    late: &'l Rows,
    done: usize,
}

impl<'l> LateParts<'l> {
    pub(super) fn new(late: &'l Rows) -> Self {
        Self { late, done: 0 }
    }

    /// The rows not handed out yet that are older than the begin of the `next` block.
    pub(super) fn before(&mut self, next: Option<Timestamp>) -> Rows {
        let times = self.late.times();
        let end = next.map_or(times.len(), |next| times.partition_point(|time| *time < next)).max(self.done);
        self.late.slice(std::mem::replace(&mut self.done, end)..end)
    }
}
