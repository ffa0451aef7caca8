//! What a snapshot or a query reads: references taken under the store's lock, turned into blocks without it.

use std::collections::HashMap;
use std::sync::Arc;

use eontide_wire::Timestamp;
use eontide_wire::viewer::BlockRef;

use super::decimate::{POINTS_PER_COLUMN, m4};
use super::series::SeriesPoints;

/// References to the points of some series.
#[derive(Debug)]
pub(crate) struct Picture {
    series: Vec<SeriesPoints>,
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
    x: Vec<Timestamp>,
    columns: Vec<(Arc<str>, Vec<f64>)>,
}

impl Picture {
    /// Points kept of one pixel column of one series at most.
    pub(crate) const POINTS_PER_COLUMN: usize = POINTS_PER_COLUMN;

    pub(super) fn new(series: Vec<SeriesPoints>) -> Self {
        Self { series }
    }

    /// Series found.
    pub(crate) fn series(&self) -> usize {
        self.series.len()
    }

    /// No more points than this come out; the chunks at both ends may hold some that are not wanted.
    pub(crate) fn points_at_most(&self, width: Option<u32>) -> usize {
        let drawn = width.map_or(usize::MAX, |width| POINTS_PER_COLUMN * width as usize);
        self.series.iter().map(|series| series.points_at_most().min(drawn)).sum()
    }

    /// The points within `from..=to`, series of equal x together; cut down to a `canvas` where one is given.
    pub(crate) fn blocks(&self, from: Timestamp, to: Timestamp, canvas: Option<Canvas>) -> Vec<OwnedBlock> {
        let mut blocks: Vec<OwnedBlock> = Vec::new();
        let mut by_x: HashMap<XKey, Vec<usize>> = HashMap::new();
        for series in &self.series {
            let (mut x, mut values) = series.range(from, to);
            if x.is_empty() {
                continue;
            }
            if let Some(keep) = canvas.and_then(|canvas| m4(&x, &values, from, canvas.end, canvas.width)) {
                values = keep.iter().map(|i| values[*i]).collect();
                x = keep.iter().map(|i| x[*i]).collect();
            }
            let column = (Arc::clone(&series.name), values);
            let candidates = by_x.entry(x_key(&x)).or_default();
            match candidates.iter().find(|index| blocks[**index].x == x) {
                Some(index) => blocks[*index].columns.push(column),
                None => {
                    candidates.push(blocks.len());
                    blocks.push(OwnedBlock { x, columns: vec![column] });
                }
            }
        }
        blocks
    }
}

/// What equal x have in common; found equal only after a full comparison.
type XKey = (usize, i64);

fn x_key(x: &[Timestamp]) -> XKey {
    // All of them: processes started together differ only in the middle.
    (
        x.len(),
        x.iter().fold(0, |hash: i64, x| (hash.rotate_left(5) ^ x.as_micros()).wrapping_mul(0x517c_c1b7_2722_0a95)),
    )
}

impl OwnedBlock {
    /// The block as the wire's encoders take it.
    pub(crate) fn as_ref(&self) -> BlockRef<'_> {
        BlockRef { x: &self.x, columns: self.columns.iter().map(|(name, values)| (&**name, &**values)).collect() }
    }
}
