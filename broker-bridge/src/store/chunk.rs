//! A run of points of one series, sorted by time: the unit of sharing with readers and of eviction.

use eontide_wire::Timestamp;

/// Points of a full chunk. Small enough that dropping one shortens history by minutes, large enough that the
/// bookkeeping of a chunk (some 80 bytes) is under a hundredth of its points.
pub(super) const CHUNK_POINTS: usize = 512;

/// Sorted points. Equal times are kept, in order of arrival.
#[derive(Clone, Debug, Default)]
pub(super) struct Chunk {
    x: Vec<Timestamp>,
    values: Vec<f64>,
}

impl Chunk {
    pub(super) fn len(&self) -> usize {
        self.x.len()
    }

    pub(super) fn first(&self) -> Option<Timestamp> {
        self.x.first().copied()
    }

    pub(super) fn last(&self) -> Option<Timestamp> {
        self.x.last().copied()
    }

    pub(super) fn is_full(&self) -> bool {
        self.x.len() >= CHUNK_POINTS
    }

    /// Puts a point in its place. At the end this is a push.
    pub(super) fn insert(&mut self, x: Timestamp, value: f64) {
        if self.last().is_none_or(|last| last <= x) {
            self.x.push(x);
            self.values.push(value);
        } else {
            let at = self.x.partition_point(|other| *other <= x);
            self.x.insert(at, x);
            self.values.insert(at, value);
        }
    }

    /// Takes the later half away; late points made the chunk too large.
    pub(super) fn split(&mut self) -> Chunk {
        let middle = self.x.len() / 2;
        Chunk { x: self.x.split_off(middle), values: self.values.split_off(middle) }
    }

    /// Appends the points within `from..=to`.
    pub(super) fn copy_range(&self, from: Timestamp, to: Timestamp, x: &mut Vec<Timestamp>, values: &mut Vec<f64>) {
        let start = self.x.partition_point(|time| *time < from);
        let end = self.x.partition_point(|time| *time <= to);
        if start < end {
            x.extend_from_slice(&self.x[start..end]);
            values.extend_from_slice(&self.values[start..end]);
        }
    }
}
