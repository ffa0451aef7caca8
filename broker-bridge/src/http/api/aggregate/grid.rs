//! The steps of an aggregate, and how the points of one series become one value for each.

use std::time::Duration;

use eontide_wire::Timestamp;

use super::super::parameters::Range;

/// A series may be silent for so many steps and is still taken into account, at its last value.
const SILENT_STEPS: i64 = 3;
/// And at least for so long: at a step of its own interval a series must not flicker with each jitter.
const SILENT_MIN_US: i64 = 10_000_000;

/// Steps of equal length. Step `k` holds the times from `start + k × step` up to, not including, the begin of the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) struct Grid {
    start_us: i64,
    step_us: i64,
    steps: usize,
    /// No series is carried on into steps that begin later.
    now_us: i64,
}

impl Grid {
    /// The whole steps that cover a range. They begin at multiples of their length, so that who asks again a moment later
    /// gets the same steps.
    pub(in super::super) fn new(range: Range, step: Duration, now: Timestamp) -> Self {
        let step_us = i64::try_from(step.as_micros()).unwrap_or(i64::MAX).max(1);
        let first = range.from.as_micros().div_euclid(step_us);
        let last = range.to.as_micros().div_euclid(step_us);
        let steps = usize::try_from(last - first + 1).unwrap_or(usize::MAX);
        Self { start_us: first.saturating_mul(step_us), step_us, steps, now_us: now.as_micros() }
    }

    /// Number of steps.
    pub(in super::super) fn steps(&self) -> usize {
        self.steps
    }

    /// Length of a step.
    pub(in super::super) fn step(&self) -> Duration {
        Duration::from_micros(self.step_us.unsigned_abs())
    }

    /// From where on points matter: a series may be carried on into the first step.
    pub(in super::super) fn reads_from(&self) -> Timestamp {
        Timestamp::from_micros((self.start_us - self.silence_us()).max(0))
    }

    /// The last time within the last step.
    pub(super) fn reads_to(&self) -> Timestamp {
        Timestamp::from_micros(self.begin(self.steps) - 1)
    }

    /// Some of the steps, as a grid of their own.
    pub(super) fn slice(&self, steps: std::ops::Range<usize>) -> Self {
        Self { start_us: self.begin(steps.start), steps: steps.len(), ..*self }
    }

    /// When step `step` begins.
    pub(super) fn time(&self, step: usize) -> Timestamp {
        Timestamp::from_micros(self.begin(step))
    }

    fn begin(&self, step: usize) -> i64 {
        self.start_us + self.step_us * i64::try_from(step).unwrap_or(i64::MAX)
    }

    fn silence_us(&self) -> i64 {
        SILENT_MIN_US.max(self.step_us.saturating_mul(SILENT_STEPS))
    }

    /// The step of a time; `None` before the first. Times after the last are never asked for.
    pub(super) fn step_of(&self, time: Timestamp) -> Option<usize> {
        usize::try_from((time.as_micros() - self.start_us).div_euclid(self.step_us)).ok()
    }
}

/// How the points of one series within a step become one value. Gaps do not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Within {
    Last,
    Mean,
    Min,
    Max,
    Sum,
}

impl Within {
    /// The parameter `in`.
    pub(in super::super) fn parse(text: Option<&str>) -> Self {
        match text {
            Some("mean") => Self::Mean,
            Some("min") => Self::Min,
            Some("max") => Self::Max,
            Some("sum") => Self::Sum,
            _ => Self::Last,
        }
    }
}

/// The points of one series within one step. They may come in any order.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cell {
    /// When the last point was, gaps included.
    at_us: i64,
    /// The last point; NaN for a gap.
    last: f64,
    /// Of the values so far.
    folded: f64,
    /// Values so far; for [`Within::Last`] when that one was.
    mark: i64,
}

impl Cell {
    pub(super) const EMPTY: Self = Self { at_us: i64::MIN, last: f64::NAN, folded: f64::NAN, mark: i64::MIN };

    /// Takes in one point.
    pub(super) fn add(&mut self, time: Timestamp, value: f64, within: Within) {
        let at_us = time.as_micros();
        if at_us >= self.at_us {
            (self.at_us, self.last) = (at_us, value);
        }
        if value.is_nan() {
            return;
        }
        if self.folded.is_nan() {
            (self.folded, self.mark) = (value, if within == Within::Last { at_us } else { 1 });
            return;
        }
        match within {
            Within::Last if at_us < self.mark => {}
            Within::Last => (self.folded, self.mark) = (value, at_us),
            Within::Mean | Within::Sum => (self.folded, self.mark) = (self.folded + value, self.mark + 1),
            Within::Min => self.folded = self.folded.min(value),
            Within::Max => self.folded = self.folded.max(value),
        }
    }

    fn value(&self, within: Within) -> f64 {
        if within == Within::Mean { self.folded / self.mark as f64 } else { self.folded }
    }
}

/// The value of each step of one series, NaN where it has none. `before` holds the points before the first step.
///
/// A step without a point has the value of the last one, unless that is a gap or too long ago; a sum has none, since
/// nothing was added.
pub(super) fn values<'c>(
    grid: &'c Grid,
    within: Within,
    before: &'c Cell,
    cells: &'c [Cell],
) -> impl Iterator<Item = f64> + 'c {
    let (mut at_us, mut last) = (before.at_us, before.last);
    cells.iter().enumerate().map(move |(step, cell)| {
        if cell.at_us > i64::MIN {
            (at_us, last) = (cell.at_us, cell.last);
            return cell.value(within);
        }
        let begin = grid.begin(step);
        let heard = at_us > i64::MIN && begin - at_us <= grid.silence_us() && begin <= grid.now_us;
        if heard && within != Within::Sum { last } else { f64::NAN }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn s(seconds: i64) -> Timestamp {
        Timestamp::from_micros(seconds * 1_000_000)
    }

    fn grid(from: i64, to: i64, step: u64) -> Grid {
        Grid::new(Range { from: s(from), to: s(to) }, Duration::from_secs(step), s(1_000_000))
    }

    /// The values of the steps of a grid for points at seconds.
    fn read(grid: &Grid, within: Within, points: &[(i64, f64)]) -> Vec<Option<f64>> {
        let (mut before, mut cells) = (Cell::EMPTY, vec![Cell::EMPTY; grid.steps()]);
        for (at, value) in points {
            match grid.step_of(s(*at)) {
                Some(step) => cells[step].add(s(*at), *value, within),
                None => before.add(s(*at), *value, within),
            }
        }
        values(grid, within, &before, &cells).map(|value| (!value.is_nan()).then_some(value)).collect()
    }

    #[test]
    fn steps_begin_at_multiples_and_cover_the_whole_range() {
        for (from, to, step, begin, steps) in
            [(100, 110, 5, 100, 3), (101, 109, 5, 100, 2), (104, 104, 5, 100, 1), (99, 100, 5, 95, 2)]
        {
            let grid = grid(from, to, step);
            assert_eq!((grid.time(0), grid.steps()), (s(begin), steps), "{from} {to} {step}");
        }
        let part = grid(100, 200, 5).slice(2..4);
        assert_eq!((part.time(0), part.time(1), part.steps()), (s(110), s(115), 2));
    }

    #[test]
    fn the_points_of_a_step_become_one_value_in_any_order() {
        let grid = grid(100, 109, 5);
        let points = [(104, 2.0), (101, 8.0), (102, f64::NAN), (105, 5.0)];
        for (within, first) in
            [(Within::Last, 2.0), (Within::Mean, 5.0), (Within::Min, 2.0), (Within::Max, 8.0), (Within::Sum, 10.0)]
        {
            assert_eq!(read(&grid, within, &points), [Some(first), Some(5.0)], "{within:?}");
        }
    }

    #[test]
    fn a_silent_series_is_carried_on_for_a_while_and_a_gap_ends_it() {
        let one = grid(100, 115, 1);
        let of = |points: &[(i64, f64)]| {
            let values = read(&one, Within::Last, points);
            values.iter().map(|value| value.map_or('.', |value| char::from(b'0' + value as u8))).collect::<String>()
        };
        // Ten seconds from the point on, though that is more than three steps.
        assert_eq!(of(&[(100, 1.0)]), "11111111111.....");
        assert_eq!(of(&[(95, 1.0), (103, 2.0)]), "1112222222222222"[..14].to_owned() + "..");
        assert_eq!(of(&[(89, 1.0)]), "................");
        assert_eq!(of(&[(100, 1.0), (102, f64::NAN), (105, 2.0)]), "11...22222222222");
        // Three steps where those are longer.
        let long = grid(100, 600, 100);
        let values = read(&long, Within::Mean, &[(150, 1.0)]);
        assert_eq!(values, [Some(1.0), Some(1.0), Some(1.0), Some(1.0), None, None]);
        assert_eq!(read(&long, Within::Sum, &[(150, 1.0)])[1], None);
    }

    #[test]
    fn nobody_is_carried_on_into_the_future() {
        let range = Range { from: s(100), to: s(105) };
        let grid = Grid::new(range, Duration::from_secs(1), s(102));
        let values = read(&grid, Within::Last, &[(100, 1.0), (105, 2.0)]);
        assert_eq!(values, [Some(1.0), Some(1.0), Some(1.0), None, None, Some(2.0)]);
    }
}
