//! Functions of the samples within a time, as Prometheus 2.42 defines them in promql/functions.go.

use super::node::OverTime;
use super::number::{self, KahanSum, mean_step};

/// The samples of one series within `from..=to` (ms), at least one, without gaps.
#[derive(Clone, Copy, Debug)]
pub(super) struct Samples<'s> {
    pub(super) times: &'s [i64],
    pub(super) values: &'s [f64],
    pub(super) from: i64,
    pub(super) to: i64,
    /// Does a value fall below the one before it? Known beforehand, so that a long window need not be walked for it.
    pub(super) falls: bool,
}

/// The value of a function; `parameter` is that of `quantile_over_time` or `predict_linear`, `step` the time of the step.
pub(super) fn apply(function: OverTime, samples: &Samples<'_>, parameter: f64, step: i64) -> Option<f64> {
    let values = samples.values;
    let last = *values.last()?;
    match function {
        OverTime::Avg => Some(average(values)),
        OverTime::Changes => {
            let changed = |pair: &&[f64]| pair[0] != pair[1] && !(pair[0].is_nan() && pair[1].is_nan());
            Some(values.windows(2).filter(changed).count() as f64)
        }
        OverTime::Count => Some(values.len() as f64),
        OverTime::Delta => extrapolated(samples, false, false),
        OverTime::Increase => extrapolated(samples, true, false),
        OverTime::Rate => extrapolated(samples, true, true),
        OverTime::IDelta => last_two(samples, false),
        OverTime::IRate => last_two(samples, true),
        OverTime::Last => Some(last),
        OverTime::Max => {
            Some(values.iter().copied().fold(values[0], |max, v| if v > max || max.is_nan() { v } else { max }))
        }
        OverTime::Min => {
            Some(values.iter().copied().fold(values[0], |min, v| if v < min || min.is_nan() { v } else { min }))
        }
        OverTime::Deriv => Some(regression(samples, samples.times[0])?.0),
        OverTime::PredictLinear => {
            let (slope, intercept) = regression(samples, step)?;
            Some(slope * parameter + intercept)
        }
        OverTime::Present => Some(1.0),
        OverTime::Quantile => Some(number::quantile(parameter, &mut values.to_vec())),
        OverTime::Resets => Some(values.windows(2).filter(|pair| pair[1] < pair[0]).count() as f64),
        OverTime::Stddev => Some(variance(values).sqrt()),
        OverTime::Stdvar => Some(variance(values)),
        OverTime::Sum => {
            let mut sum = KahanSum::default();
            values.iter().for_each(|value| sum.add(*value));
            Some(sum.total())
        }
    }
}

/// `avg_over_time`: a running mean, so that great values do not overflow, with the rounding error carried along.
fn average(values: &[f64]) -> f64 {
    let (mut mean, mut count) = (KahanSum::default(), 0.0);
    for value in values {
        count += 1.0;
        if let Some(more) = mean_step(mean.rounded(), *value, count) {
            mean.add(more);
        }
    }
    mean.total()
}

/// Welford's, with the rounding errors of both sums carried along.
fn variance(values: &[f64]) -> f64 {
    let (mut mean, mut squares, mut count) = (KahanSum::default(), KahanSum::default(), 0.0);
    let sum = |sum: KahanSum| sum.total();
    for value in values {
        count += 1.0;
        let delta = value - sum(mean);
        mean.add(delta / count);
        squares.add(delta * (value - sum(mean)));
    }
    sum(squares) / count
}

/// `extrapolatedRate`: what is between the first and the last sample, stretched towards the bounds of the window: all the
/// way where samples are near it, else by half of their distance, and a counter not to below zero.
fn extrapolated(samples: &Samples<'_>, is_counter: bool, is_rate: bool) -> Option<f64> {
    let Samples { times, values, from, to, falls } = *samples;
    let [first, .., last] = *values else { return None };
    let [begin, .., end] = *times else { return None };
    let mut result = last - first;
    if is_counter && falls {
        // Where it falls it began anew, from zero.
        result += values.windows(2).filter(|pair| pair[1] < pair[0]).map(|pair| pair[0]).sum::<f64>();
    }
    let mut to_start = (begin - from) as f64 / 1e3;
    let to_end = (to - end) as f64 / 1e3;
    let sampled = (end - begin) as f64 / 1e3;
    let distance = sampled / (values.len() - 1) as f64;
    if is_counter && result > 0.0 && first >= 0.0 {
        to_start = to_start.min(sampled * (first / result));
    }
    let threshold = distance * 1.1;
    let stretch = |gap: f64| if gap < threshold { gap } else { distance / 2.0 };
    let mut factor = (sampled + stretch(to_start) + stretch(to_end)) / sampled;
    if is_rate {
        factor /= (to - from) as f64 / 1e3;
    }
    Some(result * factor)
}

/// `instantValue`: between the last two samples.
fn last_two(samples: &Samples<'_>, is_rate: bool) -> Option<f64> {
    let [.., before, last] = *samples.values else { return None };
    let [.., begin, end] = *samples.times else { return None };
    if !is_rate {
        return Some(last - before);
    }
    let change = if last < before { last } else { last - before };
    Some(change / ((end - begin) as f64 / 1e3))
}

/// `linearRegression` by least squares: slope in 1/s, and the value at `origin`.
fn regression(samples: &Samples<'_>, origin: i64) -> Option<(f64, f64)> {
    let Samples { times, values, .. } = *samples;
    if values.len() < 2 {
        return None;
    }
    if values.iter().all(|value| *value == values[0]) {
        return Some(if values[0].is_infinite() { (f64::NAN, f64::NAN) } else { (0.0, values[0]) });
    }
    let [mut x_sum, mut y_sum, mut xy_sum, mut xx_sum] = [KahanSum::default(); 4];
    for (time, y) in times.iter().zip(values) {
        let x = (time - origin) as f64 / 1e3;
        x_sum.add(x);
        y_sum.add(*y);
        xy_sum.add(x * y);
        xx_sum.add(x * x);
    }
    let n = values.len() as f64;
    let (x, y) = (x_sum.total(), y_sum.total());
    let slope = (xy_sum.total() - x * y / n) / (xx_sum.total() - x * x / n);
    Some((slope, y / n - slope * x / n))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(function: OverTime, values: &[f64]) -> Option<f64> {
        // 10 s apart, the window from 5 s before the first to 5 s after the last.
        let times: Vec<i64> = (0..values.len() as i64).map(|index| index * 10_000).collect();
        let to = times.last().unwrap() + 5000;
        let falls = values.windows(2).any(|pair| pair[1] < pair[0]);
        apply(function, &Samples { times: &times, values, from: -5000, to, falls }, 0.5, to)
    }

    #[test]
    fn functions_give_what_the_reference_says() {
        for (function, values, expected) in [
            (OverTime::Avg, vec![1.0, 2.0, 6.0], Some(3.0)),
            (OverTime::Avg, vec![f64::MAX, f64::MAX], Some(f64::MAX)),
            (OverTime::Avg, vec![f64::INFINITY, 1.0], Some(f64::INFINITY)),
            (OverTime::Sum, vec![1.0, 1e100, 1.0, -1e100], Some(2.0)),
            (OverTime::Count, vec![1.0, 2.0], Some(2.0)),
            (OverTime::Min, vec![2.0, 1.0, 3.0], Some(1.0)),
            (OverTime::Max, vec![f64::NAN, 1.0], Some(1.0)),
            (OverTime::Last, vec![1.0, 2.0], Some(2.0)),
            (OverTime::Present, vec![7.0], Some(1.0)),
            (OverTime::Changes, vec![1.0, 1.0, 2.0, f64::NAN, f64::NAN], Some(2.0)),
            (OverTime::Resets, vec![1.0, 0.0, 2.0, 1.0], Some(2.0)),
            (OverTime::Stddev, vec![2.0, 4.0], Some(1.0)),
            (OverTime::Stdvar, vec![1.0, 5.0], Some(4.0)),
            (OverTime::Quantile, vec![3.0, 1.0], Some(2.0)),
            // 30 over 20 s sampled; both ends are nearer than 11 s, so it is stretched to 30 s.
            (OverTime::Delta, vec![10.0, 25.0, 40.0], Some(45.0)),
            (OverTime::Increase, vec![10.0, 25.0, 40.0], Some(45.0)),
            (OverTime::Rate, vec![10.0, 25.0, 40.0], Some(1.5)),
            // A counter that began at zero is not stretched to below it.
            (OverTime::Increase, vec![0.0, 15.0, 30.0], Some(37.5)),
            // A reset: 10 and then 5 more.
            (OverTime::Increase, vec![10.0, 20.0, 5.0], Some(22.5)),
            (OverTime::Rate, vec![1.0], None),
            (OverTime::IRate, vec![1.0, 2.0, 12.0], Some(1.0)),
            (OverTime::IRate, vec![20.0, 10.0], Some(1.0)),
            (OverTime::IDelta, vec![20.0, 10.0], Some(-10.0)),
            (OverTime::IDelta, vec![20.0], None),
            (OverTime::Deriv, vec![1.0, 2.0, 3.0], Some(0.1)),
            (OverTime::Deriv, vec![1.0, 1.0], Some(0.0)),
            (OverTime::Deriv, vec![1.0], None),
            (OverTime::PredictLinear, vec![1.0, 2.0], Some(2.55)),
        ] {
            let value = value(function, &values);
            let close = match (value, expected) {
                (Some(value), Some(expected)) => value == expected || (value - expected).abs() < 1e-12,
                (value, expected) => value == expected,
            };
            assert!(close, "{function:?} {values:?}: {value:?}, not {expected:?}");
        }
    }
}
