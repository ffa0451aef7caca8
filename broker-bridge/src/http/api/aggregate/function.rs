//! What several values become: a sum, a mean, a quantile.

use std::sync::Arc;

/// Most functions of one query.
pub(in super::super) const FUNCTIONS_MAX: usize = 16;

/// How the values of the series of a group become one.
#[derive(Clone, Debug, PartialEq)]
pub(in super::super) struct Function {
    kind: Kind,
    /// As it was written: `mean`, `p99.9`.
    name: Arc<str>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    Sum,
    Mean,
    Min,
    Max,
    Count,
    /// From 0 to 1.
    Quantile(f64),
}

impl Function {
    /// Reads `mean` or `p99.9`.
    pub(in super::super) fn parse(text: &str) -> Result<Self, String> {
        let kind = match text {
            "sum" => Kind::Sum,
            "mean" => Kind::Mean,
            "min" => Kind::Min,
            "max" => Kind::Max,
            "count" => Kind::Count,
            _ => Kind::Quantile(quantile(text).ok_or_else(|| {
                format!("{text:.20?} is no aggregate: sum, mean, min, max, count, p0 to p100 such as p99.9, or topk")
            })?),
        };
        Ok(Self { kind, name: text.into() })
    }

    /// Its name, as it was written.
    pub(in super::super) fn name(&self) -> &str {
        &self.name
    }

    /// Are the values to be sorted first?
    pub(super) fn wants_order(&self) -> bool {
        matches!(self.kind, Kind::Quantile(_))
    }

    /// Of at least one value, none of them NaN, sorted where that [matters](Self::wants_order).
    pub(super) fn of(&self, values: &[f64]) -> f64 {
        match self.kind {
            Kind::Sum => values.iter().sum(),
            Kind::Mean => values.iter().sum::<f64>() / values.len() as f64,
            Kind::Min => values.iter().copied().fold(f64::INFINITY, f64::min),
            Kind::Max => values.iter().copied().fold(f64::NEG_INFINITY, f64::max),
            Kind::Count => values.len() as f64,
            Kind::Quantile(q) => interpolated(values, q),
        }
    }
}

/// `p` and a decimal number from 0 to 100, as a share.
fn quantile(text: &str) -> Option<f64> {
    let digits = text.strip_prefix('p').filter(|digits| digits.len() <= 12)?;
    let plain = digits.starts_with(|c: char| c.is_ascii_digit()) && digits.ends_with(|c: char| c.is_ascii_digit());
    let percent: f64 =
        digits.parse().ok().filter(|_| plain && digits.bytes().all(|b| b.is_ascii_digit() || b == b'.'))?;
    (0.0..=100.0).contains(&percent).then_some(percent / 100.0)
}

/// Type 7 of Hyndman and Fan, Sample Quantiles in Statistical Packages (The American Statistician, 1996), which R, NumPy
/// and spreadsheets take by default: linear between the two values whose ranks lie around `(n - 1) q`.
fn interpolated(sorted: &[f64], q: f64) -> f64 {
    let rank = (sorted.len() - 1) as f64 * q;
    let (below, share) = (rank.floor() as usize, rank.fract());
    let low = sorted[below];
    match sorted.get(below + 1) {
        Some(high) if share > 0.0 => low + (high - low) * share,
        _ => low,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_are_what_their_names_say() {
        let values = [1.0, 2.0, 4.0, 9.0];
        for (name, expected) in [
            ("sum", 16.0),
            ("mean", 4.0),
            ("min", 1.0),
            ("max", 9.0),
            ("count", 4.0),
            ("p0", 1.0),
            ("p100", 9.0),
            ("p50", 3.0),
            // As R's quantile(c(1, 2, 4, 9), 0.9) and NumPy's.
            ("p90", 7.5),
            ("p25", 1.75),
        ] {
            let function = Function::parse(name).unwrap();
            assert!((function.of(&values) - expected).abs() < 1e-12, "{name}: {}", function.of(&values));
            assert_eq!(function.name(), name);
        }
        assert_eq!(Function::parse("p99.9").unwrap().of(&[5.0]), 5.0);
    }

    #[test]
    fn what_is_no_function_is_refused() {
        for bad in
            ["", "avg", "p", "p101", "p-1", "p1e1", "p.5", "p5.", "pNaN", "p1.2.3", "p0000000000001", "topk", "SUM"]
        {
            assert!(Function::parse(bad).is_err(), "{bad}");
        }
    }
}
