//! Rows that are not sealed yet: one column of times, as many columns of values as the group has series.
//!
//! A time stands once: of two rows of one time the one that came last is kept, so that what is read twice (a repeated
//! message, a stream that is read again) changes nothing.

use eontide_wire::Timestamp;

/// So many rows are put in their places one by one.
const FEW: usize = 16;

/// Rows in order of time, no time twice.
#[derive(Clone, Debug, Default)]
pub(super) struct Rows {
    times: Vec<Timestamp>,
    columns: Vec<Vec<f64>>,
}

impl Rows {
    pub(super) fn new(width: usize) -> Self {
        Self { times: Vec::new(), columns: vec![Vec::new(); width] }
    }

    /// Whole columns, in order of time.
    pub(super) fn from_columns(times: Vec<Timestamp>, columns: Vec<Vec<f64>>) -> Self {
        Self { times, columns }
    }

    /// Rows in any order, put in order of time; of equal times the last is kept.
    pub(super) fn sorted<'v>(times: &[Timestamp], width: usize, values: impl Fn(usize) -> &'v [f64]) -> Self {
        let mut order: Vec<usize> = (0..times.len()).collect();
        order.sort_by_key(|row| times[*row]);
        keep_last(&mut order, |a, b| times[*a] == times[*b]);
        let column = |column: usize| order.iter().map(|row| values(column)[*row]).collect();
        Self { times: order.iter().map(|row| times[*row]).collect(), columns: (0..width).map(column).collect() }
    }

    pub(super) fn into_columns(self) -> (Vec<Timestamp>, Vec<Vec<f64>>) {
        (self.times, self.columns)
    }

    /// A copy of some rows.
    pub(super) fn slice(&self, range: std::ops::Range<usize>) -> Rows {
        let columns = self.columns.iter().map(|column| column[range.clone()].to_vec()).collect();
        Rows { times: self.times[range].to_vec(), columns }
    }

    /// A copy of some columns of some rows.
    pub(super) fn pick(&self, rows: std::ops::Range<usize>, columns: &[usize]) -> Rows {
        let columns = columns.iter().map(|column| self.columns[*column][rows.clone()].to_vec()).collect();
        Rows { times: self.times[rows].to_vec(), columns }
    }

    pub(super) fn len(&self) -> usize {
        self.times.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.times.is_empty()
    }

    pub(super) fn width(&self) -> usize {
        self.columns.len()
    }

    pub(super) fn times(&self) -> &[Timestamp] {
        &self.times
    }

    pub(super) fn columns(&self) -> &[Vec<f64>] {
        &self.columns
    }

    pub(super) fn column(&self, column: usize) -> &[f64] {
        &self.columns[column]
    }

    pub(super) fn last(&self) -> Option<Timestamp> {
        self.times.last().copied()
    }

    /// Memory it takes, without what the allocator adds.
    pub(super) fn size(&self) -> usize {
        let cells = self.times.capacity() + self.columns.iter().map(Vec::capacity).sum::<usize>();
        8 * cells + size_of::<Vec<f64>>() * self.columns.len()
    }

    /// Appends rows that are newer than the last one, and each than the one before.
    pub(super) fn extend<'v>(&mut self, times: &[Timestamp], values: impl Fn(usize) -> &'v [f64]) {
        self.times.extend_from_slice(times);
        for (index, column) in self.columns.iter_mut().enumerate() {
            column.extend_from_slice(values(index));
        }
    }

    /// Puts rows in their places, instead of those of equal time.
    pub(super) fn add(&mut self, rows: &Rows) {
        // A few are mostly a little late: moving the tail is cheaper than making all anew.
        if rows.len() > FEW {
            *self = self.merged(rows);
            return;
        }
        for (row, time) in rows.times.iter().enumerate() {
            match self.times.binary_search(time) {
                Ok(at) => {
                    for (column, values) in self.columns.iter_mut().zip(&rows.columns) {
                        column[at] = values[row];
                    }
                }
                Err(at) => {
                    self.times.insert(at, *time);
                    for (column, values) in self.columns.iter_mut().zip(&rows.columns) {
                        column.insert(at, values[row]);
                    }
                }
            }
        }
    }

    /// Removes the first `count` rows.
    pub(super) fn remove_first(&mut self, count: usize) {
        self.times.drain(..count);
        for column in &mut self.columns {
            column.drain(..count);
        }
    }

    /// The rows of both; at equal times those of `later`.
    pub(super) fn merged(&self, later: &Rows) -> Rows {
        let mut order: Vec<(Timestamp, usize)> = self.times.iter().chain(&later.times).copied().zip(0..).collect();
        order.sort_by_key(|(time, _)| *time);
        keep_last(&mut order, |a, b| a.0 == b.0);
        let pick = |column: usize, at: usize| match at.checked_sub(self.len()) {
            None => self.columns[column][at],
            Some(at) => later.columns[column][at],
        };
        let columns = (0..self.width()).map(|column| order.iter().map(|(_, at)| pick(column, *at)).collect()).collect();
        Rows { times: order.into_iter().map(|(time, _)| time).collect(), columns }
    }

    /// The indices of the rows within `from..=to`.
    pub(super) fn within(&self, from: Timestamp, to: Timestamp) -> std::ops::Range<usize> {
        within(&self.times, from, to)
    }
}

/// Of neighbours that are the `same`, the last stays.
fn keep_last<T>(list: &mut Vec<T>, same: impl Fn(&T, &T) -> bool) {
    // Given the later one first, `dedup_by` removes it: what it stands for moves to the one that stays.
    list.dedup_by(|later, earlier| {
        let same = same(later, earlier);
        if same {
            std::mem::swap(later, earlier);
        }
        same
    });
}

/// The indices of sorted times within `from..=to`.
pub(super) fn within(times: &[Timestamp], from: Timestamp, to: Timestamp) -> std::ops::Range<usize> {
    let start = times.partition_point(|time| *time < from);
    start..times.partition_point(|time| *time <= to).max(start)
}
