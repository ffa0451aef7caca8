//! Operators on numbers, and on a vector and a number.

use super::node::Operator;
use super::value::{ABSENT, Column, is_absent};

impl Operator {
    pub(super) fn is_comparison(self) -> bool {
        use Operator::{Equal, Greater, GreaterOrEqual, Less, LessOrEqual, NotEqual};
        matches!(self, Equal | NotEqual | Less | LessOrEqual | Greater | GreaterOrEqual)
    }

    /// The value, and whether a comparison lets it pass.
    pub(super) fn apply(self, left: f64, right: f64) -> (f64, bool) {
        match self {
            Self::Add => (left + right, true),
            Self::Subtract => (left - right, true),
            Self::Multiply => (left * right, true),
            Self::Divide => (left / right, true),
            Self::Modulo => (left % right, true),
            Self::Power => (left.powf(right), true),
            Self::Atan2 => (left.atan2(right), true),
            Self::Equal => (left, left == right),
            Self::NotEqual => (left, left != right),
            Self::Less => (left, left < right),
            Self::LessOrEqual => (left, left <= right),
            Self::Greater => (left, left > right),
            Self::GreaterOrEqual => (left, left >= right),
        }
    }

    /// As [`Operator::apply`]; with `returns_bool` a comparison gives 1 or 0 and all pass.
    pub(super) fn apply_bool(self, left: f64, right: f64, returns_bool: bool) -> (f64, bool) {
        let (value, passes) = self.apply(left, right);
        if returns_bool { (f64::from(u8::from(passes)), true) } else { (value, passes) }
    }
}

/// Two numbers a step. Between numbers a comparison always gives 1 or 0.
pub(super) fn scalars(operator: Operator, left: &[f64], right: &[f64]) -> Vec<f64> {
    let apply = |(left, right): (&f64, &f64)| operator.apply_bool(*left, *right, operator.is_comparison()).0;
    left.iter().zip(right).map(apply).collect()
}

/// A vector and a number a step; `number_left` tells on which side the number stands. A comparison keeps the value of
/// the vector. The metric is left to who calls.
pub(super) fn with_scalar(
    operator: Operator,
    column: &mut Column,
    number: &[f64],
    number_left: bool,
    returns_bool: bool,
) {
    for (value, number) in column.values.iter_mut().zip(number).filter(|(value, _)| !is_absent(**value)) {
        let (left, right) = if number_left { (*number, *value) } else { (*value, *number) };
        let (result, passes) = operator.apply_bool(left, right, returns_bool);
        *value = match passes {
            false => ABSENT,
            true if operator.is_comparison() && !returns_bool => *value,
            true => result,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::super::labels::Labels;
    use super::*;

    #[test]
    fn operators_calculate_and_comparisons_filter() {
        use Operator::*;
        for (operator, left, right, expected) in [
            (Add, 1.0, 2.0, (3.0, true)),
            (Subtract, 1.0, 2.0, (-1.0, true)),
            (Multiply, 3.0, 2.0, (6.0, true)),
            (Divide, 1.0, 0.0, (f64::INFINITY, true)),
            (Modulo, -5.0, 3.0, (-2.0, true)),
            (Power, 2.0, 3.0, (8.0, true)),
            (Atan2, 0.0, 1.0, (0.0, true)),
            (Equal, 1.0, 1.0, (1.0, true)),
            (NotEqual, 1.0, f64::NAN, (1.0, true)),
            (Less, 2.0, 1.0, (2.0, false)),
            (LessOrEqual, 1.0, 1.0, (1.0, true)),
            (Greater, 2.0, 1.0, (2.0, true)),
            (GreaterOrEqual, f64::NAN, 1.0, (f64::NAN, false)),
        ] {
            let (value, passes) = operator.apply(left, right);
            assert!((value == expected.0 || value.is_nan()) && passes == expected.1, "{operator:?} {left} {right}");
        }
        assert_eq!(scalars(Less, &[1.0, 2.0], &[2.0, 1.0]), [1.0, 0.0]);
    }

    #[test]
    fn a_number_on_either_side_keeps_the_value_of_the_vector() {
        let column = Column { labels: Labels::default(), values: vec![1.0, ABSENT, 5.0] };
        for (operator, number_left, returns_bool, expected) in [
            (Operator::Subtract, true, false, [Some(1.0), None, Some(-3.0)]),
            (Operator::Subtract, false, false, [Some(-1.0), None, Some(3.0)]),
            (Operator::Less, false, false, [Some(1.0), None, None]),
            (Operator::Less, true, false, [None, None, Some(5.0)]),
            (Operator::Less, true, true, [Some(0.0), None, Some(1.0)]),
        ] {
            let mut column = column.clone();
            with_scalar(operator, &mut column, &[2.0; 3], number_left, returns_bool);
            let values: Vec<_> = column.values.iter().map(|value| (!is_absent(*value)).then_some(*value)).collect();
            assert_eq!(values, expected, "{operator:?} {number_left} {returns_bool}");
        }
    }
}
