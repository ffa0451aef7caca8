//! What an expression gives: one value a step, of one or of many series.
//!
//! Evaluation goes column by column, not step by step as in Prometheus: a series is a dense column with one value for each
//! step, so that most functions are one loop over plain numbers. Where Prometheus' outcome depends on what is there at a
//! step (two series of equal labels, a match that is not unique), the columns are compared step by step.

use std::collections::HashMap;

use super::labels::Labels;
use super::problem::Problem;

/// In a column: there is no value at this step. In samples: here the series ends, until the next one (a gap). Prometheus'
/// own marker of staleness: a NaN that no calculation gives.
pub(super) const ABSENT: f64 = f64::from_bits(0x7ff0_0000_0000_0002);

/// Is there no value?
pub(super) fn is_absent(value: f64) -> bool {
    value.to_bits() == ABSENT.to_bits()
}

/// The steps at which an expression is evaluated, in ms since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Steps {
    pub(super) start: i64,
    /// More than 0.
    pub(super) step: i64,
    pub(super) count: usize,
}

impl Steps {
    pub(super) fn new(start: i64, end: i64, step: i64) -> Self {
        let count =
            if end < start { 0 } else { usize::try_from((end - start) / step).map_or(usize::MAX, |last| last + 1) };
        Self { start, step, count }
    }

    /// Only one.
    pub(super) fn once(time: i64) -> Self {
        Self { start: time, step: 1, count: 1 }
    }

    pub(super) fn times(self) -> impl ExactSizeIterator<Item = i64> {
        (0..self.count).map(move |index| self.start + index as i64 * self.step)
    }
}

/// Values of one series, one a step.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Column {
    pub(super) labels: Labels,
    pub(super) values: Vec<f64>,
}

impl Column {
    pub(super) fn has_values(&self) -> bool {
        self.values.iter().any(|value| !is_absent(*value))
    }

    /// Changes the values that are there.
    pub(super) fn map(&mut self, change: impl Fn(f64) -> f64) {
        for value in self.values.iter_mut().filter(|value| !is_absent(**value)) {
            *value = change(*value);
        }
    }
}

/// Samples of one series in order of time, each time once.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Points {
    pub(super) times: Vec<i64>,
    pub(super) values: Vec<f64>,
}

/// What an expression gives.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    /// One number a step.
    Scalar(Vec<f64>),
    /// An instant vector a step.
    Vector(Vec<Column>),
    /// A range vector; only by itself, at one time.
    Matrix(Vec<(Labels, Points)>),
    Text(String),
}

/// Puts columns of equal labels into one, in the place of the first.
///
/// Where two have a value at the same step, that is an error, as in Prometheus' `rangeEval`; where `strict`, two that have
/// any value are, as in its loop over the series of a range function.
pub(super) fn unique(columns: Vec<Column>, strict: bool) -> Result<Vec<Column>, Problem> {
    let mut places: HashMap<Labels, usize> = HashMap::with_capacity(columns.len());
    let mut merged: Vec<Column> = Vec::with_capacity(columns.len());
    for column in columns {
        let Some(place) = places.get(&column.labels) else {
            places.insert(column.labels.clone(), merged.len());
            merged.push(column);
            continue;
        };
        let kept = &mut merged[*place];
        if strict && kept.has_values() && column.has_values() {
            return Err(same_labels());
        }
        for (kept, value) in kept.values.iter_mut().zip(&column.values).filter(|(_, value)| !is_absent(**value)) {
            if !is_absent(*kept) {
                return Err(same_labels());
            }
            *kept = *value;
        }
    }
    Ok(merged)
}

fn same_labels() -> Problem {
    Problem::Execution("vector cannot contain metrics with the same labelset".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_is_calculated_is_absent() {
        for value in [f64::NAN, -f64::NAN, f64::INFINITY - f64::INFINITY, (-1.0_f64).sqrt(), 0.0] {
            assert!(!is_absent(value));
        }
        assert!(is_absent(ABSENT) && ABSENT.is_nan());
    }

    #[test]
    fn steps_are_closed_at_both_ends() {
        assert_eq!(Steps::new(0, 10, 5).times().collect::<Vec<_>>(), [0, 5, 10]);
        assert_eq!(Steps::new(0, 9, 5).count, 2);
        assert_eq!((Steps::new(5, 4, 1).count, Steps::once(7).times().next()), (0, Some(7)));
    }

    #[test]
    fn columns_of_equal_labels_become_one_unless_they_overlap() {
        let column = |values: &[f64]| Column { labels: Labels::from([("a", "1")]), values: values.to_vec() };
        let apart = vec![column(&[1.0, ABSENT]), column(&[ABSENT, 2.0])];
        assert_eq!(unique(apart.clone(), false), Ok(vec![column(&[1.0, 2.0])]));
        assert!(unique(apart, true).is_err());
        assert!(unique(vec![column(&[1.0]), column(&[2.0])], false).is_err());
        assert_eq!(unique(vec![column(&[1.0]), column(&[ABSENT])], true), Ok(vec![column(&[1.0])]));
    }
}
