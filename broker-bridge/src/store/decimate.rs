//! Cutting a line down to the pixels it will be drawn on, extremes kept.
//!
//! M4 (Jugel et al., "M4: A Visualization-Oriented Time Series Data Aggregation", VLDB 2014): of each pixel column the
//! first, the last, the smallest and the largest point draw the same picture as all points do. Gaps are kept where the
//! line breaks, one per column and kind. Rows come block by block, so that a day is never held decoded.

use std::ops::Range;

use eontide_wire::Timestamp;

use super::summary::Summary;

/// Points kept of one column at most: first, last, smallest, largest, and a gap with the point before it.
const POINTS_PER_COLUMN: usize = 6;

/// As many columns as the picture has pixels may lie beyond its right edge; what is further right shares the last one.
const COLUMNS_PER_PIXEL: usize = 2;

/// Points kept of a line at most.
pub(super) const fn points_at_most(width: u32) -> usize {
    POINTS_PER_COLUMN * (COLUMNS_PER_PIXEL * width as usize + 1)
}

/// The pixel columns of a picture.
#[derive(Clone, Copy, Debug)]
pub(super) struct Grid {
    from: Timestamp,
    span: f64,
    width: f64,
}

impl Grid {
    /// `width` columns from `from` to `to`. Points beyond `to` (clocks that run ahead) fall into further columns of the same
    /// size.
    pub(super) fn new(from: Timestamp, to: Timestamp, width: u32) -> Self {
        let span = to.as_micros().saturating_sub(from.as_micros()).max(1) as f64;
        Self { from, span, width: f64::from(width) }
    }

    fn column_of(&self, time: Timestamp) -> i64 {
        let column = time.as_micros().saturating_sub(self.from.as_micros()) as f64 / self.span * self.width;
        column.floor().min(self.width * COLUMNS_PER_PIXEL as f64) as i64
    }

    /// The one column that all times from `first` to `last` fall into, if it is one.
    pub(super) fn column_of_all(&self, first: Timestamp, last: Timestamp) -> Option<i64> {
        let column = self.column_of(first);
        (column == self.column_of(last)).then_some(column)
    }

    /// The rows of each column that sorted times fall into.
    pub(super) fn columns(&self, times: &[Timestamp]) -> Vec<(i64, Range<usize>)> {
        let mut columns = Vec::new();
        let mut start = 0;
        while start < times.len() {
            let column = self.column_of(times[start]);
            let end = start + times[start..].partition_point(|time| self.column_of(*time) <= column);
            columns.push((column, start..end));
            start = end;
        }
        columns
    }
}

type Point = (Timestamp, f64);

/// One line that is being cut down.
#[derive(Debug, Default)]
pub(super) struct M4 {
    column: Option<i64>,
    first: Option<Point>,
    last: Option<Point>,
    smallest: Option<Point>,
    largest: Option<Point>,
    /// The first gap, and the point before it: without that the gap would swallow its neighbours.
    gap: Option<(Option<Point>, Point)>,
    times: Vec<Timestamp>,
    values: Vec<f64>,
}

impl M4 {
    /// Takes in rows that follow those before; `columns` is what the grid makes of their times.
    pub(super) fn push(&mut self, columns: &[(i64, Range<usize>)], times: &[Timestamp], values: &[f64]) {
        for (column, range) in columns {
            self.turn_to(*column);
            self.take(range.clone(), times, values);
        }
    }

    /// Takes in a block that follows what came before and lies within one `column`.
    pub(super) fn push_summary(&mut self, column: i64, summary: &Summary) {
        self.turn_to(column);
        self.extend(summary.first, summary.last, Some((summary.smallest, summary.largest)));
    }

    fn turn_to(&mut self, column: i64) {
        if self.column != Some(column) {
            self.flush();
            self.column = Some(column);
        }
    }

    fn take(&mut self, range: Range<usize>, times: &[Timestamp], values: &[f64]) {
        let point = |at: usize| (times[at], values[at]);
        let within = &values[range.clone()];
        if self.gap.is_none()
            && let Some(at) = within.iter().position(|value| value.is_nan()).map(|at| at + range.start)
        {
            let before = if at > range.start { Some(point(at - 1)) } else { self.last };
            self.gap = Some((before, point(at)));
        }
        let both = extremes(within).map(|(low, high)| (point(low + range.start), point(high + range.start)));
        self.extend(point(range.start), point(range.end - 1), both);
    }

    fn extend(&mut self, first: Point, last: Point, extremes: Option<(Point, Point)>) {
        if let Some((low, high)) = extremes {
            self.smallest = Some(self.smallest.filter(|smallest| smallest.1 <= low.1).unwrap_or(low));
            self.largest = Some(self.largest.filter(|largest| largest.1 >= high.1).unwrap_or(high));
        }
        self.first = self.first.or(Some(first));
        self.last = Some(last);
    }

    /// The column is complete.
    fn flush(&mut self) {
        let (before, gap) = self.gap.take().unzip();
        let chosen =
            [self.first.take(), self.last.take(), self.smallest.take(), self.largest.take(), before.flatten(), gap];
        let mut chosen: Vec<Point> = chosen.into_iter().flatten().collect();
        chosen.sort_unstable_by_key(|(time, _)| *time);
        chosen.dedup_by_key(|(time, _)| *time);
        for (time, value) in chosen {
            self.times.push(time);
            self.values.push(value);
        }
    }

    /// What is kept.
    pub(super) fn finish(mut self) -> (Vec<Timestamp>, Vec<f64>) {
        self.flush();
        (self.times, self.values)
    }
}

/// Where the smallest and the largest number are; each the first of its kind.
fn extremes(values: &[f64]) -> Option<(usize, usize)> {
    let start = values.iter().position(|value| !value.is_nan())?;
    let (mut low, mut high) = ((start, values[start]), (start, values[start]));
    // A gap is neither smaller nor larger than anything.
    for (at, value) in values.iter().enumerate().skip(start) {
        if *value < low.1 {
            low = (at, *value);
        }
        if *value > high.1 {
            high = (at, *value);
        }
    }
    Some((low.0, high.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(n: i64) -> Vec<Timestamp> {
        (0..n).map(Timestamp::from_micros).collect()
    }

    /// What is kept of a line that comes in blocks of so many rows; times are the indices.
    fn kept(values: &[f64], to: i64, width: u32, block: usize) -> Vec<usize> {
        let times = line(values.len() as i64);
        let grid = Grid::new(times[0], Timestamp::from_micros(to), width);
        let mut m4 = M4::default();
        for (times, values) in times.chunks(block).zip(values.chunks(block)) {
            m4.push(&grid.columns(times), times, values);
        }
        let (times, kept) = m4.finish();
        let indices: Vec<usize> = times.iter().map(|time| time.as_micros() as usize).collect();
        for (index, value) in indices.iter().zip(kept) {
            assert_eq!(value.to_bits(), values[*index].to_bits());
        }
        assert!(indices.is_sorted() && indices.windows(2).all(|pair| pair[0] < pair[1]), "{indices:?}");
        indices
    }

    #[test]
    fn each_column_keeps_first_last_and_both_extremes() {
        let mut values = vec![1.0; 1_000];
        values[537] = 99.0;
        values[541] = -99.0;
        let keep = kept(&values, 1_000, 10, 1_000);
        assert!(keep.contains(&537) && keep.contains(&541));
        assert!(keep.contains(&0) && keep.contains(&999));
        assert!(keep.len() <= 4 * 10, "{}", keep.len());
    }

    /// Wherever a block ends, the same points are kept.
    #[test]
    fn blocks_leave_no_trace() {
        let mut state = 7u64;
        let values: Vec<f64> = (0..1_000)
            .map(|_| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                if state >> 60 == 0 { f64::NAN } else { (state >> 50) as f64 }
            })
            .collect();
        let whole = kept(&values, 1_000, 7, 1_000);
        for block in [1, 2, 3, 10, 142, 143, 999] {
            assert_eq!(kept(&values, 1_000, 7, block), whole, "blocks of {block}");
        }
    }

    /// A snapshot reaches a day ahead for clocks that run ahead; its columns are those of the window all the same.
    #[test]
    fn points_ahead_of_the_window_do_not_widen_its_columns() {
        let values: Vec<f64> = (0..1_000).map(f64::from).collect();
        let keep = kept(&values, 500, 10, 1_000);
        assert!(keep.len() >= 2 * 20, "{}", keep.len());
    }

    #[test]
    fn a_gap_stays_a_gap() {
        let mut values = vec![1.0; 1_000];
        values[300..320].fill(f64::NAN);
        let keep = kept(&values, 999, 10, 1_000);
        assert!(keep.iter().any(|i| values[*i].is_nan()));
        assert!(!kept(&vec![f64::NAN; 1_000], 999, 10, 1_000).is_empty());
    }
}
