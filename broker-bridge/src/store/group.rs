//! Series that come in one message and so share their times: the unit of storage.
//!
//! Rows gather in an open block, which is sealed when it is full. Rows older than what is sealed wait in a block of their own,
//! which readers merge, until there are enough of them to make it worth rewriting what they belong to.

use std::collections::VecDeque;
use std::sync::Arc;

use eontide_wire::Timestamp;

use super::block::{BLOCK_ROWS, Block};
use super::codec::Corrupt;
use super::decimate::{Grid, M4};
use super::rows::{Rows, within};

/// Coprime to the lengths it is taken modulo: consecutive groups fall far apart.
const PHASE_STEP: usize = 317;

/// Late rows are at most this share of those that are sealed, or a block.
const LATE_SHARE: usize = 16;

/// The rows of some series.
#[derive(Debug)]
pub(super) struct Group {
    /// The series, by their index in the channel, ascending; the columns are in this order.
    pub(super) series: Box<[usize]>,
    /// Oldest first; each ends at or before the next one's begin.
    sealed: VecDeque<Arc<Block>>,
    /// Copied when they grow while a reader holds them.
    open: Arc<Rows>,
    late: Arc<Rows>,
    /// The open block is sealed at this length.
    seal_at: usize,
    rows: usize,
    /// Memory of the sealed blocks.
    sealed_size: usize,
}

/// A consistent copy of the references to a group's rows: taken under the lock, read without it.
#[derive(Clone, Debug)]
pub(super) struct GroupRows {
    sealed: Vec<Arc<Block>>,
    open: Arc<Rows>,
    late: Arc<Rows>,
}

impl Group {
    /// An empty group. `phase` spreads the moments at which groups that began together seal their blocks: to seal
    /// thousands of them at once would hold everybody up.
    pub(super) fn new(series: Box<[usize]>, phase: usize) -> Self {
        let empty = Arc::new(Rows::new(series.len()));
        let seal_at = BLOCK_ROWS - phase.wrapping_mul(PHASE_STEP) % (BLOCK_ROWS / 2);
        Self {
            series,
            sealed: VecDeque::new(),
            open: Arc::clone(&empty),
            late: empty,
            seal_at,
            rows: 0,
            sealed_size: 0,
        }
    }

    pub(super) fn rows(&self) -> usize {
        self.rows
    }

    /// Points held: rows, once for each series.
    pub(super) fn points(&self) -> usize {
        self.rows * self.series.len()
    }

    /// Memory it takes, without what the allocator adds.
    pub(super) fn size(&self) -> usize {
        size_of::<Self>() + 8 * self.series.len() + self.sealed_size + self.open.size() + self.late.size()
    }

    /// Time of the newest row.
    pub(super) fn last(&self) -> Option<Timestamp> {
        self.open.last().or_else(|| self.sealed_end()).max(self.late.last())
    }

    fn sealed_end(&self) -> Option<Timestamp> {
        self.sealed.back().map(|block| block.last())
    }

    /// Appends rows; `values` gives those of a column.
    pub(super) fn append<'v>(&mut self, times: &[Timestamp], values: impl Fn(usize) -> &'v [f64]) {
        self.rows += times.len();
        let end = self.open.last().or_else(|| self.sealed_end());
        let in_order = times.first().is_none_or(|first| end.is_none_or(|end| end <= *first)) && times.is_sorted();
        if in_order {
            Arc::make_mut(&mut self.open).extend(times, values);
        } else {
            let rows = Rows::sorted(times, self.series.len(), values);
            let late = self.sealed_end().map_or(0, |end| rows.times().partition_point(|time| *time < end));
            for (rows, part) in [(&mut self.late, rows.slice(0..late)), (&mut self.open, rows.slice(late..rows.len()))]
            {
                if !part.is_empty() {
                    Arc::make_mut(rows).add(&part);
                }
            }
        }
        if self.open.len() >= self.seal_at {
            self.seal();
        }
        // A few late rows may belong to many blocks: the more there are to rewrite, the more late rows it takes.
        if self.late.len() >= BLOCK_ROWS.max(self.sealed.len() * BLOCK_ROWS / LATE_SHARE) {
            self.merge_late();
        }
    }

    fn seal(&mut self) {
        let open = Arc::make_mut(&mut self.open);
        let (mut start, mut end) = (0, self.seal_at);
        while end <= open.len() {
            if let Some(block) = Block::seal(open, start, end) {
                self.sealed_size += block.size();
                self.sealed.push_back(Arc::new(block));
            }
            (start, end) = (end, end + BLOCK_ROWS);
        }
        open.remove_first(start);
        self.seal_at = BLOCK_ROWS;
    }

    /// Rewrites the blocks that late rows belong to.
    fn merge_late(&mut self) {
        let late = std::mem::replace(&mut self.late, Arc::new(Rows::new(self.series.len())));
        let old = std::mem::take(&mut self.sealed);
        let columns: Vec<usize> = (0..self.series.len()).collect();
        let mut parts = LateParts { late: &late, done: 0 };
        for (index, block) in old.iter().enumerate() {
            let part = parts.before(old.get(index + 1).map(|next| next.first()));
            if part.is_empty() {
                self.sealed.push_back(Arc::clone(block));
                continue;
            }
            let Ok(rows) = read_range(block, block.first(), block.last(), &columns) else {
                tracing::error!(rows = block.len(), "a sealed block cannot be read, its rows are lost");
                self.rows -= block.len();
                self.sealed.extend(Block::seal(&part, 0, part.len()).map(Arc::new));
                continue;
            };
            let rows = rows.merged(&part);
            // Halves rather than a full block and a crumb.
            let pieces = rows.len().div_ceil(BLOCK_ROWS + BLOCK_ROWS / 2);
            for piece in 0..pieces {
                let (from, to) = (rows.len() * piece / pieces, rows.len() * (piece + 1) / pieces);
                self.sealed.extend(Block::seal(&rows, from, to).map(Arc::new));
            }
        }
        self.sealed_size = self.sealed.iter().map(|block| block.size()).sum();
        if old.is_empty() {
            // What they came after has left the window since.
            self.open = Arc::new(late.merged(&self.open));
        }
    }

    /// Drops whole blocks that end before `horizon`; returns the number of points dropped.
    pub(super) fn evict_before(&mut self, horizon: Timestamp) -> usize {
        let before = self.points();
        while self.sealed.front().is_some_and(|block| block.last() < horizon) {
            self.drop_oldest(0);
        }
        if self.late.last().is_some_and(|last| last < horizon) {
            self.rows -= self.late.len();
            self.late = Arc::new(Rows::new(self.series.len()));
        }
        if self.sealed.is_empty() && self.open.last().is_some_and(|last| last < horizon) {
            self.rows -= self.open.len();
            self.open = Arc::new(Rows::new(self.series.len()));
        }
        before - self.points()
    }

    /// Drops its oldest blocks until at most `rows` are left; returns the number of points dropped.
    pub(super) fn shorten(&mut self, rows: usize) -> usize {
        let before = self.points();
        while self.rows > rows {
            self.drop_oldest(rows);
        }
        before - self.points()
    }

    /// Drops the oldest block; if nothing else is left, all but the newest `keep` rows.
    fn drop_oldest(&mut self, keep: usize) {
        match self.sealed.pop_front() {
            Some(block) => {
                self.rows -= block.len();
                self.sealed_size -= block.size();
            }
            None => {
                let keep = keep.min(self.open.len());
                self.open = Arc::new(self.open.slice(self.open.len() - keep..self.open.len()));
                self.late = Arc::new(Rows::new(self.series.len()));
                self.rows = keep;
            }
        }
    }

    /// References to all rows at or after `from`.
    pub(super) fn share(&self, from: Timestamp) -> GroupRows {
        let start = self.sealed.partition_point(|block| block.last() < from);
        GroupRows {
            sealed: self.sealed.range(start..).cloned().collect(),
            open: Arc::clone(&self.open),
            late: Arc::clone(&self.late),
        }
    }
}

impl GroupRows {
    /// Rows of all blocks, whole.
    pub(super) fn rows_at_most(&self) -> usize {
        self.sealed.iter().map(|block| block.len()).sum::<usize>() + self.open.len() + self.late.len()
    }

    /// The lines within `from..=to`, of these columns, cut down to a grid.
    pub(super) fn reduce(&self, from: Timestamp, to: Timestamp, columns: &[usize], grid: Grid) -> Vec<M4> {
        let mut lines: Vec<M4> = columns.iter().map(|_| M4::default()).collect();
        self.each_part(from, to, columns, |rows| {
            let in_columns = grid.columns(rows.times());
            for (column, line) in lines.iter_mut().enumerate() {
                line.push(&in_columns, rows.times(), rows.column(column));
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
        let late = self.late.pick(self.late.within(from, to), columns);
        let mut parts = LateParts { late: &late, done: 0 };
        let mut take = |rows: Rows, next: Option<Timestamp>| {
            let part = parts.before(next);
            take(if part.is_empty() { rows } else { rows.merged(&part) });
        };
        let wanted = || self.sealed.iter().filter(|block| block.first() <= to);
        let after = wanted().skip(1).map(|block| Some(block.first())).chain([self.open.times().first().copied()]);
        for (block, next) in wanted().zip(after) {
            let rows = read_range(block, from, to, columns).unwrap_or_else(|error| {
                tracing::error!(%error, rows = block.len(), "a sealed block is left out");
                Rows::new(columns.len())
            });
            take(rows, next);
        }
        take(self.open.pick(self.open.within(from, to), columns), None);
    }
}

/// Late rows, handed out to the blocks they belong to: those before the next block to this one, with the last whatever is left.
struct LateParts<'l> {
    late: &'l Rows,
    done: usize,
}

impl LateParts<'_> {
    /// The rows not handed out yet that are older than the begin of the `next` block.
    fn before(&mut self, next: Option<Timestamp>) -> Rows {
        let times = self.late.times();
        let end = next.map_or(times.len(), |next| times.partition_point(|time| *time < next)).max(self.done);
        self.late.slice(std::mem::replace(&mut self.done, end)..end)
    }
}

/// What a block has within `from..=to`.
fn read_range(block: &Block, from: Timestamp, to: Timestamp, columns: &[usize]) -> Result<Rows, Corrupt> {
    let mut times = block.times()?;
    let range = within(&times, from, to);
    if range.is_empty() {
        return Ok(Rows::new(columns.len()));
    }
    let cut = |values: &mut Vec<f64>| {
        values.truncate(range.end);
        values.drain(..range.start);
    };
    let read = |column: &usize| {
        block.column(*column).map(|mut values| {
            cut(&mut values);
            values
        })
    };
    let values = columns.iter().map(read).collect::<Result<_, _>>()?;
    times.truncate(range.end);
    times.drain(..range.start);
    Ok(Rows::from_columns(times, values))
}

#[cfg(test)]
#[path = "group_tests.rs"]
mod tests;
