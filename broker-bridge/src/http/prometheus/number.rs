//! Numbers as Prometheus (that is, Go) writes and orders them.

/// The shortest decimal that reads back the same: Go's `strconv.FormatFloat(value, 'f', -1, 64)`.
pub(super) fn plain(value: f64) -> String {
    special(value).map_or_else(|| value.to_string(), str::to_owned)
}

/// As values stand in answers: plain, but very small and very large ones with an exponent, as Go's JSON does.
pub(super) fn push_json(out: &mut Vec<u8>, value: f64) {
    use std::io::Write;
    let size = value.abs();
    // Writing to a vector cannot fail.
    let _ = match special(value) {
        Some(text) => out.write_all(text.as_bytes()),
        None if size != 0.0 && size < 1e-6 => write!(out, "{value:e}"),
        None if size >= 1e21 => {
            let text = format!("{value:e}");
            out.write_all(text.replacen('e', "e+", 1).as_bytes())
        }
        None => write!(out, "{value}"),
    };
}

fn special(value: f64) -> Option<&'static str> {
    match value {
        _ if value.is_nan() => Some("NaN"),
        f64::INFINITY => Some("+Inf"),
        f64::NEG_INFINITY => Some("-Inf"),
        _ => None,
    }
}

/// Go's `math.Max`: NaN where either is, except that infinity wins.
pub(super) fn max(a: f64, b: f64) -> f64 {
    if a == f64::INFINITY || b == f64::INFINITY {
        f64::INFINITY
    } else if a.is_nan() || b.is_nan() {
        f64::NAN
    } else {
        a.max(b)
    }
}

/// Go's `math.Min`: NaN where either is, except that minus infinity wins.
pub(super) fn min(a: f64, b: f64) -> f64 {
    -max(-a, -b)
}

/// The φ-quantile of some values, which are sorted by it: Prometheus' `quantile` (promql/quantile.go), a weighted mean of
/// the two values between which it lies, NaN least.
pub(super) fn quantile(q: f64, values: &mut [f64]) -> f64 {
    if values.is_empty() || q.is_nan() {
        return f64::NAN;
    }
    if q < 0.0 {
        return f64::NEG_INFINITY;
    }
    if q > 1.0 {
        return f64::INFINITY;
    }
    values.sort_by(|a, b| a.partial_cmp(b).unwrap_or_else(|| b.is_nan().cmp(&a.is_nan())));
    let rank = q * (values.len() - 1) as f64;
    let lower = rank.floor().max(0.0);
    let upper = (lower + 1.0).min((values.len() - 1) as f64);
    let weight = rank - rank.floor();
    values[lower as usize] * (1.0 - weight) + values[upper as usize] * weight
}

/// A sum that carries what rounding lost: Kahan's, in Neumaier's form, as `kahanSumInc` in Prometheus' promql/functions.go.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct KahanSum {
    sum: f64,
    lost: f64,
}

impl KahanSum {
    pub(super) fn add(&mut self, value: f64) {
        let sum = self.sum + value;
        self.lost += if self.sum.abs() >= value.abs() { (self.sum - sum) + value } else { (value - sum) + self.sum };
        self.sum = sum;
    }

    /// The sum without what was lost.
    pub(super) fn rounded(self) -> f64 {
        self.sum
    }

    /// The sum; an infinite one has lost nothing that counts.
    pub(super) fn total(self) -> f64 {
        if self.sum.is_infinite() { self.sum } else { self.sum + self.lost }
    }
}

/// One more value of a mean, which is `mean` of the `count - 1` before: divided first, so that it does not overflow; an
/// infinite mean stays. Returns what to add to the mean.
pub(super) fn mean_step(mean: f64, value: f64, count: f64) -> Option<f64> {
    if mean.is_infinite() {
        let same = value.is_infinite() && (mean > 0.0) == (value > 0.0);
        if same || value.is_finite() {
            return None;
        }
    }
    Some(value / count - mean / count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_written_as_go_writes_them() {
        for (value, json, flat) in [
            (0.0, "0", "0"),
            (-0.0, "-0", "-0"),
            (1.0, "1", "1"),
            (0.1, "0.1", "0.1"),
            (123_456_789.25, "123456789.25", "123456789.25"),
            (1e20, "100000000000000000000", "100000000000000000000"),
            (1e21, "1e+21", "1000000000000000000000"),
            (1.5e300, "1.5e+300", &format!("15{}", "0".repeat(299))),
            (0.000_001, "0.000001", "0.000001"),
            (1.5e-7, "1.5e-7", "0.00000015"),
            (-1e-10, "-1e-10", "-0.0000000001"),
            (f64::NAN, "NaN", "NaN"),
            (f64::INFINITY, "+Inf", "+Inf"),
            (f64::NEG_INFINITY, "-Inf", "-Inf"),
        ] {
            let mut out = Vec::new();
            push_json(&mut out, value);
            assert_eq!(String::from_utf8(out).unwrap(), json);
            assert_eq!(plain(value), flat);
        }
    }

    #[test]
    fn quantiles_lie_between_two_values() {
        for (q, values, expected) in [
            (0.5, vec![3.0, 1.0, 2.0], 2.0),
            (0.5, vec![1.0, 2.0], 1.5),
            (0.0, vec![2.0, 1.0], 1.0),
            (1.0, vec![2.0, 1.0], 2.0),
            (0.9, vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0], 10.0),
            (-0.1, vec![1.0], f64::NEG_INFINITY),
            (1.1, vec![1.0], f64::INFINITY),
            (1.0, vec![f64::NAN, 5.0], 5.0),
        ] {
            assert_eq!(quantile(q, &mut values.clone()), expected, "{q} {values:?}");
        }
        assert!(quantile(0.5, &mut []).is_nan() && quantile(f64::NAN, &mut [1.0]).is_nan());
    }

    #[test]
    fn a_sum_keeps_what_rounding_loses() {
        let mut sum = KahanSum::default();
        for value in [1.0, 1e100, 1.0, -1e100] {
            sum.add(value);
        }
        assert_eq!(sum.total(), 2.0);
    }

    #[test]
    fn least_and_greatest_follow_go() {
        assert!(max(1.0, f64::NAN).is_nan() && min(f64::NAN, 1.0).is_nan());
        assert_eq!(
            (max(f64::INFINITY, f64::NAN), min(f64::NEG_INFINITY, f64::NAN)),
            (f64::INFINITY, f64::NEG_INFINITY)
        );
        assert_eq!((max(1.0, 2.0), min(1.0, 2.0)), (2.0, 1.0));
    }
}
