//! What a snapshot or a query reads: references taken under the store's lock, turned into blocks without it.

use std::collections::HashMap;
use std::sync::Arc;

use eontide_wire::Timestamp;
use eontide_wire::viewer::BlockRef;

use super::decimate::{Grid, points_at_most};
use super::group_rows::GroupRows;
use crate::halves::{WORTH, halves};

/// Series of one group that are read at once: bounds what is held decoded.
pub(super) const SERIES_AT_ONCE: usize = 64;

/// References to the points of some series.
#[derive(Debug)]
pub(crate) struct Picture {
    groups: Vec<PictureGroup>,
}

/// The wanted series of one group: the column of each, and its name.
#[derive(Debug)]
pub(crate) struct PictureGroup {
    pub(super) channel: Arc<str>,
    pub(super) columns: Vec<(usize, Arc<str>)>,
    pub(super) rows: GroupRows,
}

/// What a picture will be drawn on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Canvas {
    /// Pixels.
    pub(crate) width: u32,
    /// The time of its right edge: now, though the points may reach further.
    pub(crate) end: Timestamp,
}

/// Series that share their x.
#[derive(Debug, Default)]
pub(crate) struct OwnedBlock {
    pub(crate) x: Vec<Timestamp>,
    pub(crate) columns: Vec<(Arc<str>, Vec<f64>)>,
}

impl Picture {
    /// Points kept of one series for one pixel at most.
    pub(crate) const POINTS_PER_PIXEL: usize = points_at_most(1);

    pub(super) fn new(groups: Vec<PictureGroup>) -> Self {
        Self { groups }
    }

    /// Series found; one whose messages have different columns counts for each kind.
    pub(crate) fn series(&self) -> usize {
        self.groups.iter().map(|group| group.columns.len()).sum()
    }

    /// The series found, in the groups that share their x.
    pub(crate) fn groups(&self) -> &[PictureGroup] {
        &self.groups
    }

    /// No more points than this come out of `from..=to`; the blocks at both ends may hold some that are not wanted.
    pub(crate) fn points_at_most(&self, from: Timestamp, to: Timestamp, width: Option<u32>) -> usize {
        let drawn = width.map_or(usize::MAX, points_at_most);
        self.groups.iter().map(|group| group.columns.len() * group.rows.rows_at_most(from, to).min(drawn)).sum()
    }

    /// The points within `from..=to`, series of equal x together; cut down to a `canvas` where one is given.
    pub(crate) fn blocks(&self, from: Timestamp, to: Timestamp, canvas: Option<Canvas>) -> Vec<OwnedBlock> {
        let read = |groups: &[PictureGroup]| {
            let mut blocks = Vec::new();
            for group in groups {
                for columns in group.columns.chunks(SERIES_AT_ONCE) {
                    group.read(columns, from, to, canvas, &mut blocks);
                }
            }
            blocks
        };
        let mut parts = halves(&self.groups, self.points_at_most(from, to, None) > WORTH, read).into_iter();
        let mut blocks = parts.next().unwrap_or_default();
        blocks.extend(parts.flatten());
        together(blocks)
    }
}

/// Puts series of equal x into one block, whichever group they come from.
fn together(blocks: Vec<OwnedBlock>) -> Vec<OwnedBlock> {
    let mut merged: Vec<OwnedBlock> = Vec::with_capacity(blocks.len());
    let mut by_x: HashMap<(usize, i64), Vec<usize>> = HashMap::new();
    for block in blocks {
        let candidates = by_x.entry(x_key(&block.x)).or_default();
        match candidates.iter().find(|index| merged[**index].x == block.x) {
            Some(index) => merged[*index].columns.extend(block.columns),
            None => {
                candidates.push(merged.len());
                merged.push(block);
            }
        }
    }
    merged
}

/// What equal x have in common. All of them: processes started together differ only in the middle.
fn x_key(x: &[Timestamp]) -> (usize, i64) {
    let mix = |hash: i64, x: &Timestamp| (hash.rotate_left(5) ^ x.as_micros()).wrapping_mul(0x517c_c1b7_2722_0a95);
    (x.len(), x.iter().fold(0, mix))
}

impl PictureGroup {
    /// The channel of all its series.
    pub(crate) fn channel(&self) -> &Arc<str> {
        &self.channel
    }

    /// The names of its series, in the order in which [`PictureGroup::each_part`] gives their values.
    pub(crate) fn names(&self) -> impl ExactSizeIterator<Item = &Arc<str>> {
        self.columns.iter().map(|(_, name)| name)
    }

    /// Rows within `from..=to` at most; the blocks at both ends may hold some that are not wanted.
    pub(crate) fn rows_at_most(&self, from: Timestamp, to: Timestamp) -> usize {
        self.rows.rows_at_most(from, to)
    }

    /// Gives the rows within `from..=to` in order of time, a block at a time, so that little is held decoded: times, and
    /// the values of each series. A gap is a NaN.
    pub(crate) fn each_part(&self, from: Timestamp, to: Timestamp, mut take: impl FnMut(&[Timestamp], &[Vec<f64>])) {
        let wanted: Vec<usize> = self.columns.iter().map(|(column, _)| *column).collect();
        self.rows.each_part(from, to, &wanted, |rows| take(rows.times(), rows.columns()));
    }

    fn read(
        &self,
        columns: &[(usize, Arc<str>)],
        from: Timestamp,
        to: Timestamp,
        canvas: Option<Canvas>,
        blocks: &mut Vec<OwnedBlock>,
    ) {
        let wanted: Vec<usize> = columns.iter().map(|(column, _)| *column).collect();
        let names = columns.iter().map(|(_, name)| Arc::clone(name));
        if let Some(Canvas { width, end }) = canvas
            && self.rows.rows_at_most(from, to) > 4 * width as usize
        {
            // Each series keeps other points.
            let lines = self.rows.reduce(from, to, &wanted, Grid::new(from, end, width));
            blocks.extend(names.zip(lines).filter_map(|(name, line)| {
                let (x, values) = line.finish();
                (!x.is_empty()).then(|| OwnedBlock { x, columns: vec![(name, values)] })
            }));
            return;
        }
        let (x, values) = self.rows.read(from, to, &wanted).into_columns();
        if !x.is_empty() {
            blocks.push(OwnedBlock { x, columns: names.zip(values).collect() });
        }
    }
}

impl OwnedBlock {
    /// The block as the wire's encoders take it.
    pub(crate) fn as_ref(&self) -> BlockRef<'_> {
        BlockRef { x: &self.x, columns: self.columns.iter().map(|(name, values)| (&**name, &**values)).collect() }
    }
}
