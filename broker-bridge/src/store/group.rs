//! Series that come in one message and so share their times: the unit of storage.
//!
//! Rows gather in an open block, which is sealed when it is full. Rows older than what is sealed wait in a block of their own,
//! which readers merge, until there are enough of them to make it worth rewriting what they belong to.

use std::collections::VecDeque;
use std::sync::Arc;

use eontide_wire::Timestamp;

use super::block::{BLOCK_ROWS, BLOCK_ROWS_MAX, Block};
use super::disk::Extent;
use super::group_rows::{GroupRows, LateParts};
use super::rows::Rows;

/// Coprime to the lengths it is taken modulo: consecutive groups fall far apart.
const PHASE_STEP: usize = 317;

/// Late rows are at most this share of those that are sealed, or a block, and never more than [`LATE_MAX`].
const LATE_SHARE: usize = 16;
const LATE_MAX: usize = 1 << 18;

/// The rows of some series.
#[derive(Debug)]
pub(super) struct Group {
    /// The series, by their index in the channel, in the order of their names; the columns are in this order.
    pub(super) series: Box<[usize]>,
    /// Oldest first; each ends before the next one's begin.
    sealed: VecDeque<Arc<Block>>,
    /// Copied when they grow while a reader holds them.
    open: Arc<Rows>,
    late: Arc<Rows>,
    /// The open block is sealed at this length.
    seal_at: usize,
    rows: usize,
    /// Memory of the sealed blocks, their bytes in files, and how many of them are in none.
    sealed_size: usize,
    disk_size: usize,
    unsaved: usize,
    /// No message of the stream before these offsets has part in the open rows and in the late ones.
    open_since: u64,
    late_since: u64,
    /// Rows came out of order since the last block was sealed.
    disordered: bool,
}

/// What of a group goes to disk at a checkpoint.
pub(super) struct TakenRows {
    pub(super) blocks: Vec<Arc<Block>>,
    pub(super) open: Arc<Rows>,
    pub(super) late: Arc<Rows>,
    pub(super) since: u64,
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
            disk_size: 0,
            unsaved: 0,
            open_since: 0,
            late_since: 0,
            disordered: false,
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

    /// Memory of what is nowhere else.
    pub(super) fn memory(&self) -> usize {
        let on_disk = self.sealed.len() - self.unsaved;
        self.size() - on_disk * size_of::<Block>()
    }

    /// Rows that are nowhere else.
    pub(super) fn rows_in_memory(&self) -> usize {
        if self.unsaved == self.sealed.len() {
            return self.rows;
        }
        let sealed = self.sealed.iter().rev().filter(|block| block.extent().is_none()).map(|block| block.len());
        sealed.sum::<usize>() + self.open.len() + self.late.len()
    }

    /// Time of the newest row.
    pub(super) fn last(&self) -> Option<Timestamp> {
        self.open.last().or_else(|| self.sealed_end()).max(self.late.last())
    }

    fn sealed_end(&self) -> Option<Timestamp> {
        self.sealed.back().map(|block| block.last())
    }

    /// Appends rows of the message at `offset`; `values` gives those of a column.
    pub(super) fn append<'v>(&mut self, times: &[Timestamp], offset: u64, values: impl Fn(usize) -> &'v [f64]) {
        let end = self.open.last().or_else(|| self.sealed_end());
        let ascending = || times.windows(2).all(|pair| pair[0] < pair[1]);
        if times.first().is_none_or(|first| end.is_none_or(|end| end < *first)) && ascending() {
            if self.open.is_empty() {
                self.open_since = offset;
            }
            Arc::make_mut(&mut self.open).extend(times, values);
            self.rows += times.len();
        } else {
            self.add(&Rows::sorted(times, self.series.len(), values), offset);
        }
        if self.open.len() >= self.seal_at {
            self.seal(offset);
        }
        // A few late rows may belong to many blocks: the more there are to rewrite, the more late rows it takes.
        if self.late.len() >= BLOCK_ROWS.max(self.sealed.len() * BLOCK_ROWS / LATE_SHARE).min(LATE_MAX) {
            self.merge_late();
        }
    }

    /// Puts rows in their places: those that are not after what is sealed wait.
    fn add(&mut self, rows: &Rows, offset: u64) {
        let late = self.sealed_end().map_or(0, |end| rows.times().partition_point(|time| *time <= end));
        let parts = [
            (&mut self.late, &mut self.late_since, rows.slice(0..late)),
            (&mut self.open, &mut self.open_since, rows.slice(late..rows.len())),
        ];
        for (rows, since, part) in parts {
            if !part.is_empty() {
                *since = if rows.is_empty() { offset } else { (*since).min(offset) };
                self.rows -= rows.len();
                Arc::make_mut(rows).add(&part);
                self.rows += rows.len();
            }
        }
        self.disordered = true;
    }

    fn seal(&mut self, offset: u64) {
        let open = Arc::make_mut(&mut self.open);
        let (mut start, mut end) = (0, self.seal_at);
        while end <= open.len() {
            if let Some(block) = Block::seal(open, start..end, self.open_since) {
                self.sealed_size += block.size();
                self.unsaved += 1;
                self.sealed.push_back(Arc::new(block));
            }
            (start, end) = (end, end + BLOCK_ROWS);
        }
        open.remove_first(start);
        self.seal_at = BLOCK_ROWS;
        // What is left came with this message, unless something was put before it.
        if !self.disordered {
            self.open_since = offset;
        }
        self.disordered &= !open.is_empty();
    }

    /// Rewrites the blocks that late rows belong to.
    fn merge_late(&mut self) {
        let late = std::mem::replace(&mut self.late, Arc::new(Rows::new(self.series.len())));
        let old = std::mem::take(&mut self.sealed);
        let mut parts = LateParts::new(&late);
        for (index, block) in old.iter().enumerate() {
            let part = parts.before(old.get(index + 1).map(|next| next.first()));
            if part.is_empty() {
                self.sealed.push_back(Arc::clone(block));
                continue;
            }
            let rows = block.rows().unwrap_or_else(|_| {
                tracing::error!(rows = block.len(), "a sealed block cannot be read, its rows are lost");
                Rows::new(self.series.len())
            });
            self.push_sealed(&rows.merged(&part), block.head().since.min(self.late_since));
        }
        self.recount();
    }

    /// Seals rows that come after all that is sealed, in blocks of one size rather than full ones and a crumb.
    fn push_sealed(&mut self, rows: &Rows, since: u64) {
        let pieces = rows.len().div_ceil(BLOCK_ROWS_MAX);
        for piece in 0..pieces {
            let (from, to) = (rows.len() * piece / pieces, rows.len() * (piece + 1) / pieces);
            self.sealed.extend(Block::seal(rows, from..to, since).map(Arc::new));
        }
    }

    fn recount(&mut self) {
        self.sealed_size = self.sealed.iter().map(|block| block.size()).sum();
        self.disk_size = self.sealed.iter().map(|block| block.disk_size()).sum();
        self.unsaved = self.sealed.iter().filter(|block| block.extent().is_none()).count();
        let sealed: usize = self.sealed.iter().map(|block| block.len()).sum();
        self.rows = sealed + self.open.len() + self.late.len();
    }

    /// Takes over blocks in the order in which they were written, and rows after them. Where blocks overlap, as they do
    /// when one was rewritten and the old one still counts, the later one's rows win.
    pub(super) fn restore<'r>(
        &mut self,
        mut blocks: Vec<Arc<Block>>,
        rows: impl IntoIterator<Item = &'r Arc<Rows>>,
        since: u64,
    ) {
        // Stable: of equal begin the one written later comes later.
        blocks.sort_by_key(|block| block.first());
        let mut overlapping: Vec<Arc<Block>> = Vec::new();
        let mut end = None;
        for block in blocks {
            if end.is_some_and(|end| block.first() > end) {
                self.take_over(std::mem::take(&mut overlapping));
            }
            end = end.max(Some(block.last()));
            overlapping.push(block);
        }
        self.take_over(overlapping);
        self.recount();
        self.seal_at = BLOCK_ROWS;
        for rows in rows {
            self.append(rows.times(), since, |column| rows.column(column));
        }
    }

    /// Blocks of one range of time.
    fn take_over(&mut self, mut blocks: Vec<Arc<Block>>) {
        if blocks.len() <= 1 {
            self.sealed.extend(blocks);
            return;
        }
        blocks.sort_by_key(|block| block.extent().map(Extent::order));
        let since = blocks.iter().map(|block| block.head().since).min().unwrap_or(0);
        self.push_sealed(&merged(&blocks, self.series.len()), since);
    }

    /// What is not on disk yet, and what `again` wants to be written once more.
    pub(super) fn take(&self, any_again: bool, again: impl Fn(&Extent) -> bool) -> TakenRows {
        let wanted = |block: &&Arc<Block>| block.extent().is_none_or(&again);
        let blocks = if self.unsaved > 0 || any_again {
            self.sealed.iter().filter(wanted).cloned().collect()
        } else {
            Vec::new()
        };
        let since = match (self.late.is_empty(), self.open.is_empty()) {
            (true, _) => self.open_since,
            (false, true) => self.late_since,
            (false, false) => self.open_since.min(self.late_since),
        };
        TakenRows { blocks, open: Arc::clone(&self.open), late: Arc::clone(&self.late), since }
    }

    /// These blocks are on disk now: each is read from there, if it is still held.
    pub(super) fn saved(&mut self, blocks: Vec<(Arc<Block>, Arc<Block>)>) {
        for (old, new) in blocks {
            let near = self.sealed.partition_point(|block| block.first() < old.first());
            if let Some(place) = self.sealed.get_mut(near).filter(|block| Arc::ptr_eq(block, &old)) {
                self.sealed_size = self.sealed_size + new.size() - old.size();
                self.disk_size = self.disk_size + new.disk_size() - old.disk_size();
                self.unsaved -= usize::from(old.extent().is_none());
                *place = new;
            }
        }
    }

    /// Bytes of its blocks in files.
    pub(super) fn disk_size(&self) -> usize {
        self.disk_size
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

    /// Drops the oldest of what is in memory alone until at most `rows` of it are left; returns the number of points dropped.
    pub(super) fn shorten_memory(&mut self, rows: usize) -> usize {
        let before = self.points();
        while self.rows_in_memory() > rows {
            match self.sealed.iter().position(|block| block.extent().is_none()) {
                Some(at) => drop(self.sealed.remove(at)),
                None => {
                    let keep = rows.min(self.open.len());
                    self.open = Arc::new(self.open.slice(self.open.len() - keep..self.open.len()));
                    self.late = Arc::new(Rows::new(self.series.len()));
                }
            }
            self.recount();
            self.settle_late();
        }
        before - self.points()
    }

    /// Late rows whose blocks are all gone are late no more; what is in the open block came after them.
    fn settle_late(&mut self) {
        if self.sealed.is_empty() && !self.late.is_empty() {
            let late = std::mem::replace(&mut self.late, Arc::new(Rows::new(self.series.len())));
            self.open = Arc::new(late.merged(&self.open));
            self.open_since = self.open_since.min(self.late_since);
            self.disordered = true;
            self.rows = self.open.len();
        }
    }

    /// Drops the oldest block; if nothing else is left, all but the newest `keep` rows.
    fn drop_oldest(&mut self, keep: usize) {
        match self.sealed.pop_front() {
            Some(block) => {
                self.rows -= block.len();
                self.sealed_size -= block.size();
                self.disk_size -= block.disk_size();
                self.unsaved -= usize::from(block.extent().is_none());
                self.settle_late();
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

/// The rows of blocks that overlap; at equal times those of the later one. By halves, since one after another takes the square
/// of their number, and a file of a few MB can name a hundred thousand.
fn merged(blocks: &[Arc<Block>], width: usize) -> Rows {
    match blocks {
        [] => Rows::new(width),
        [block] => block.rows().unwrap_or_else(|error| {
            tracing::error!(%error, rows = block.len(), "a sealed block is left out");
            Rows::new(width)
        }),
        _ => {
            let (earlier, later) = blocks.split_at(blocks.len() / 2);
            merged(earlier, width).merged(&merged(later, width))
        }
    }
}

#[cfg(test)]
#[path = "group_tests.rs"]
mod tests;
