//! Columns from samples: the latest one at each step, or a function of those within a time before it.
//!
//! Steps go forward, and so do the places in the samples: both ends of a window only move on.

use super::budget::Budget;
use super::node::{OverTime, Refers};
use super::over_time::{Samples, apply};
use super::problem::Problem;
use super::select::Series;
use super::value::{ABSENT, Column, Points, Steps, is_absent};

/// Samples that are looked at between two looks at the clock.
const BREATH: usize = 100_000;

/// The value at each step: that of the latest sample, if it is no older than `lookback` ms and no gap.
pub(super) fn instant(series: &Series, steps: Steps, refers: Refers, lookback: i64) -> Vec<f64> {
    latest(series, steps, refers, lookback, |at| series.values[at])
}

/// The time in seconds of the sample that counts at each step.
pub(super) fn sample_time(series: &Series, steps: Steps, refers: Refers, lookback: i64) -> Vec<f64> {
    let time = |at: usize| if is_absent(series.values[at]) { ABSENT } else { series.times[at] as f64 / 1e3 };
    latest(series, steps, refers, lookback, time)
}

fn latest(series: &Series, steps: Steps, refers: Refers, lookback: i64, value: impl Fn(usize) -> f64) -> Vec<f64> {
    let times = &series.times[..];
    let mut end = 0;
    let at_step = |step| {
        let time = refers.time(step);
        while times.get(end).is_some_and(|sample| *sample <= time) {
            end += 1;
        }
        match end.checked_sub(1) {
            Some(at) if times[at] >= time - lookback => value(at),
            _ => ABSENT,
        }
    };
    steps.times().map(at_step).collect()
}

/// The samples that are there, without the gaps.
pub(super) fn solid(series: &Series) -> Points {
    points(series.times.iter().copied(), &series.values)
}

/// The values of a subquery as samples.
pub(super) fn stepped(column: &Column, steps: Steps) -> Points {
    points(steps.times(), &column.values)
}

fn points(times: impl Iterator<Item = i64>, values: &[f64]) -> Points {
    let there = times.zip(values.iter().copied()).filter(|(_, value)| !is_absent(*value));
    let (times, values) = there.unzip();
    Points { times, values }
}

/// The samples within `from..=to`.
pub(super) fn within(points: &Points, from: i64, to: i64) -> Points {
    let begin = points.times.partition_point(|time| *time < from);
    let end = points.times.partition_point(|time| *time <= to).max(begin);
    Points { times: points.times[begin..end].to_vec(), values: points.values[begin..end].to_vec() }
}

/// What is looked at for a column of a function.
#[derive(Clone, Copy, Debug)]
pub(super) struct Look<'l> {
    pub(super) steps: Steps,
    pub(super) refers: Refers,
    /// ms.
    pub(super) range: i64,
    /// A value for each step, or none.
    pub(super) parameter: &'l [f64],
}

/// A function of the samples within `range` ms before each step, both ends included.
pub(super) fn over_time(
    function: OverTime,
    points: &Points,
    look: Look<'_>,
    budget: &Budget,
) -> Result<Vec<f64>, Problem> {
    let Points { times, values } = points;
    let falls = falls(function, values);
    let (mut begin, mut end, mut looked_at) = (0, 0, 0);
    let at_step = |(index, step): (usize, i64)| {
        let to = look.refers.time(step);
        let from = to - look.range;
        while times.get(end).is_some_and(|time| *time <= to) {
            end += 1;
        }
        while begin < end && times[begin] < from {
            begin += 1;
        }
        if begin == end {
            return Ok(ABSENT);
        }
        looked_at += end - begin;
        if looked_at > BREATH {
            looked_at = 0;
            budget.check()?;
        }
        let falls = falls.get(end - 1).zip(falls.get(begin)).is_some_and(|(last, first)| last != first);
        let samples = Samples { times: &times[begin..end], values: &values[begin..end], from, to, falls };
        let parameter = look.parameter.get(index).copied().unwrap_or_default();
        Ok(apply(function, &samples, parameter, step).unwrap_or(ABSENT))
    };
    (0..).zip(look.steps.times()).map(at_step).collect()
}

/// How often the values fell up to each of them, for the functions that ask.
fn falls(function: OverTime, values: &[f64]) -> Vec<u32> {
    if !matches!(function, OverTime::Rate | OverTime::Increase) {
        return Vec::new();
    }
    let mut count = 0;
    let mut before = f64::NEG_INFINITY;
    let fell = |value: &f64| {
        count += u32::from(*value < before);
        before = *value;
        count
    };
    values.iter().map(fell).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series(samples: &[(i64, f64)]) -> Series {
        let (times, values): (Vec<i64>, Vec<f64>) = samples.iter().copied().unzip();
        Series { times: times.into(), values, ..Series::default() }
    }

    /// Equal, absent values included.
    fn same(a: &[f64], b: &[f64]) -> bool {
        a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.to_bits() == b.to_bits())
    }

    #[test]
    fn the_latest_sample_counts_until_the_lookback_or_a_gap() {
        let series = series(&[(10, 1.0), (20, 2.0), (30, ABSENT), (40, 4.0)]);
        let steps = Steps::new(5, 60, 5);
        let values = instant(&series, steps, Refers::default(), 10);
        let expected = [ABSENT, 1.0, 1.0, 2.0, 2.0, ABSENT, ABSENT, 4.0, 4.0, 4.0, ABSENT, ABSENT];
        assert!(same(&values, &expected), "{values:?}");
        let shifted = instant(&series, Steps::new(20, 30, 10), Refers { at: None, offset: 10 }, 10);
        assert!(same(&shifted, &[1.0, 2.0]));
        let fixed = instant(&series, Steps::new(0, 90, 90), Refers { at: Some(10), offset: -10 }, 10);
        assert!(same(&fixed, &[2.0, 2.0]));
        let times = sample_time(&series, Steps::new(25, 35, 5), Refers::default(), 10);
        assert!(same(&times, &[0.02, ABSENT, ABSENT]));
    }

    fn column(function: OverTime, points: &Points, steps: Steps, refers: Refers, range: i64) -> Vec<f64> {
        let budget = Budget::new(0, std::time::Instant::now() + super::super::budget::TIME_MAX);
        over_time(function, points, Look { steps, refers, range, parameter: &[] }, &budget).unwrap()
    }

    #[test]
    fn a_window_includes_both_ends_and_skips_gaps() {
        let points = solid(&series(&[(10, 1.0), (20, 2.0), (30, ABSENT), (40, 4.0)]));
        let count = |steps, range| column(OverTime::Count, &points, steps, Refers::default(), range);
        assert!(same(&count(Steps::new(0, 60, 10), 20), &[ABSENT, 1.0, 2.0, 2.0, 2.0, 1.0, 1.0]));
        assert!(same(&count(Steps::once(1000), 5), &[ABSENT]));
        let sum = column(OverTime::Sum, &points, Steps::once(60), Refers { at: Some(20), offset: 0 }, 10);
        assert!(same(&sum, &[3.0]));
        assert_eq!(within(&points, 20, 40), Points { times: vec![20, 40], values: vec![2.0, 4.0] });
    }

    #[test]
    fn a_reset_is_seen_only_by_windows_that_hold_it() {
        let points = solid(&series(&[(0, 10.0), (1000, 20.0), (2000, 5.0), (3000, 6.0), (4000, 7.0)]));
        let increase = column(OverTime::Increase, &points, Steps::new(1000, 4000, 1000), Refers::default(), 1000);
        assert!(same(&increase, &[10.0, 5.0, 1.0, 1.0]), "{increase:?}");
    }

    #[test]
    fn long_windows_end_with_the_time_that_is_left() {
        let points = Points { times: (0..1000).collect(), values: vec![1.0; 1000] };
        let late = Budget::new(0, std::time::Instant::now());
        let look = Look { steps: Steps::new(0, 999, 1), refers: Refers::default(), range: 1000, parameter: &[] };
        assert_eq!(over_time(OverTime::Sum, &points, look, &late), Err(Problem::Timeout));
    }
}
