//! Operators on two vectors: which series belong together, step by step, as `VectorBinop` in Prometheus' promql/engine.go.

use std::collections::{HashMap, HashSet};

use super::budget::Budget;
use super::labels::Labels;
use super::node::{Cardinality, Matching, Operator, SetOperator};
use super::problem::Problem;
use super::value::{ABSENT, Column, is_absent, unique};

impl Matching {
    /// What series that belong together have in common.
    fn signature(&self, labels: &Labels) -> Labels {
        if self.on { labels.keep(&self.labels) } else { labels.remove(&self.labels).without_metric() }
    }

    /// The labels of a result; `one` is the series of the side that has one for each match.
    fn result(&self, many: &Labels, one: &Labels, drop_metric: bool) -> Labels {
        let many = if drop_metric { many.without_metric() } else { many.clone() };
        match &self.cardinality {
            Cardinality::OneToOne if self.on => many.keep(&self.labels),
            Cardinality::OneToOne => many.remove(&self.labels),
            Cardinality::ManyToOne(included) | Cardinality::OneToMany(included) => {
                included.iter().fold(many, |labels, name| labels.with(name, one.get(name)))
            }
        }
    }
}

/// An operator on two vectors.
#[derive(Debug)]
pub(super) struct Join<'j> {
    pub(super) operator: Operator,
    pub(super) returns_bool: bool,
    pub(super) matching: &'j Matching,
    pub(super) steps: usize,
    pub(super) budget: &'j Budget,
}

impl Join<'_> {
    /// Applies it to the series that belong together.
    pub(super) fn apply(&self, left: &[Column], right: &[Column]) -> Result<Vec<Column>, Problem> {
        let swapped = matches!(self.matching.cardinality, Cardinality::OneToMany(_));
        let (many, one) = if swapped { (right, left) } else { (left, right) };
        let groups = self.groups(many, one)?;
        // Steps at which a series of the many side was matched already, for each match.
        let mut taken: HashMap<Labels, Vec<bool>> = HashMap::new();
        let mut results = Vec::new();
        for column in many {
            let signature = self.matching.signature(&column.labels);
            let Some(others) = groups.get(&signature) else { continue };
            for other in others {
                self.budget.take(self.steps)?;
                let values = self.values(column, &one[*other], swapped);
                if values.iter().all(|value| is_absent(*value)) {
                    continue;
                }
                if self.matching.cardinality == Cardinality::OneToOne {
                    let taken = taken.entry(signature.clone()).or_insert_with(|| vec![false; self.steps]);
                    take(taken, &values)?;
                }
                let drop_metric = !self.operator.is_comparison() || self.returns_bool;
                let labels = self.matching.result(&column.labels, &one[*other].labels, drop_metric);
                results.push(Column { labels, values });
            }
        }
        unique(results, false)
    }

    fn values(&self, many: &Column, one: &Column, swapped: bool) -> Vec<f64> {
        let value = |(many, one): (&f64, &f64)| {
            if is_absent(*many) || is_absent(*one) {
                return ABSENT;
            }
            let (left, right) = if swapped { (*one, *many) } else { (*many, *one) };
            let (value, passes) = self.operator.apply_bool(left, right, self.returns_bool);
            if passes { value } else { ABSENT }
        };
        many.values.iter().zip(&one.values).map(value).collect()
    }

    /// The series of the one side by signature; at no step two of one signature, unless there is nothing to match.
    fn groups(&self, many: &[Column], one: &[Column]) -> Result<HashMap<Labels, Vec<usize>>, Problem> {
        let mut groups: HashMap<Labels, Vec<usize>> = HashMap::new();
        for (index, column) in one.iter().enumerate() {
            groups.entry(self.matching.signature(&column.labels)).or_default().push(index);
        }
        let mut asked: Option<Vec<bool>> = None;
        for (signature, members) in groups.iter().filter(|(_, members)| members.len() > 1) {
            let asked = asked.get_or_insert_with(|| present(many, self.steps));
            let mut first: Vec<Option<usize>> = vec![None; self.steps];
            for member in members {
                self.budget.take(self.steps)?;
                let values = &one[*member].values;
                for (step, _) in values.iter().enumerate().filter(|(step, value)| asked[*step] && !is_absent(**value)) {
                    if let Some(other) = first[step].replace(*member) {
                        return Err(self.repeated(signature, &one[*member].labels, &one[other].labels));
                    }
                }
            }
        }
        Ok(groups)
    }

    fn repeated(&self, signature: &Labels, a: &Labels, b: &Labels) -> Problem {
        let side = if matches!(self.matching.cardinality, Cardinality::OneToMany(_)) { "left" } else { "right" };
        Problem::Execution(format!(
            "found duplicate series for the match group {signature} on the {side} hand-side of the operation: [{a}, {b}];\
             many-to-many matching not allowed: matching labels must be unique on one side"
        ))
    }
}

fn take(taken: &mut [bool], values: &[f64]) -> Result<(), Problem> {
    for (taken, _) in taken.iter_mut().zip(values).filter(|(_, value)| !is_absent(**value)) {
        if std::mem::replace(taken, true) {
            let message = "multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)";
            return Err(Problem::Execution(message.to_owned()));
        }
    }
    Ok(())
}

/// At which steps is there any value?
fn present<'c>(columns: impl IntoIterator<Item = &'c Column>, steps: usize) -> Vec<bool> {
    let mut present = vec![false; steps];
    for column in columns {
        for (present, value) in present.iter_mut().zip(&column.values) {
            *present |= !is_absent(*value);
        }
    }
    present
}

/// `and`, `or` and `unless`: values of one side, chosen by what is on the other.
pub(super) fn set(
    operator: SetOperator,
    left: Vec<Column>,
    right: Vec<Column>,
    matching: &Matching,
    steps: usize,
    budget: &Budget,
) -> Result<Vec<Column>, Problem> {
    let (kept, sieve, keeps_matching) = match operator {
        SetOperator::And => (left, right, true),
        SetOperator::Unless => (left, right, false),
        SetOperator::Or => {
            let rest = sieved(right, &left, false, matching, steps, budget)?;
            return unique(left.into_iter().chain(rest).collect(), false);
        }
    };
    sieved(kept, &sieve, keeps_matching, matching, steps, budget)
}

/// The values of `columns` at those steps at which a series of `others` does (or does not) match.
fn sieved(
    mut columns: Vec<Column>,
    others: &[Column],
    keeps_matching: bool,
    matching: &Matching,
    steps: usize,
    budget: &Budget,
) -> Result<Vec<Column>, Problem> {
    let needed: HashSet<Labels> = columns.iter().map(|column| matching.signature(&column.labels)).collect();
    let mut groups: HashMap<Labels, Vec<&Column>> = HashMap::new();
    for other in others {
        let signature = matching.signature(&other.labels);
        if needed.contains(&signature) {
            groups.entry(signature).or_default().push(other);
        }
    }
    let mut matched: HashMap<Labels, Vec<bool>> = HashMap::new();
    for (signature, members) in groups {
        budget.take(steps)?;
        matched.insert(signature, present(members, steps));
    }
    for column in &mut columns {
        budget.check()?;
        let present = matched.get(&matching.signature(&column.labels));
        for (step, value) in column.values.iter_mut().enumerate() {
            if present.is_some_and(|present| present[step]) != keeps_matching {
                *value = ABSENT;
            }
        }
    }
    columns.retain(Column::has_values);
    Ok(columns)
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::super::budget::TIME_MAX;
    use super::*;

    fn column<const N: usize>(labels: [(&str, &str); N], values: &[f64]) -> Column {
        Column { labels: Labels::from(labels), values: values.to_vec() }
    }

    fn matching(on: bool, labels: &[&str], cardinality: Cardinality) -> Matching {
        Matching { on, labels: labels.iter().map(|label| (*label).to_owned()).collect(), cardinality }
    }

    fn add(left: &[Column], right: &[Column], matching: &Matching) -> Result<Vec<Column>, Problem> {
        let budget = Budget::new(1000, Instant::now() + TIME_MAX);
        let join = Join { operator: Operator::Add, returns_bool: false, matching, steps: 2, budget: &budget };
        join.apply(left, right)
    }

    #[test]
    fn series_of_equal_labels_belong_together() {
        let plain = matching(false, &[], Cardinality::OneToOne);
        let left = [
            column([("__name__", "a"), ("h", "1")], &[1.0, 2.0]),
            column([("__name__", "a"), ("h", "2")], &[3.0, 4.0]),
        ];
        let right = [column([("__name__", "b"), ("h", "1")], &[10.0, ABSENT])];
        let sum = add(&left, &right, &plain).unwrap();
        assert_eq!((sum.len(), &sum[0].labels, sum[0].values[0]), (1, &Labels::from([("h", "1")]), 11.0));
        assert!(is_absent(sum[0].values[1]));
        // Both have h, ignored: two on the left for one on the right.
        let ignoring = matching(false, &["h"], Cardinality::OneToOne);
        assert!(
            matches!(add(&left, &right, &ignoring), Err(Problem::Execution(text)) if text.contains("must be explicit"))
        );
        let left_of_one = matching(true, &[], Cardinality::ManyToOne(vec!["__name__".into()]));
        let sum = add(&left, &right, &left_of_one).unwrap();
        assert_eq!(sum[1].labels, Labels::from([("__name__", "b"), ("h", "2")]));
        let other_way = matching(true, &[], Cardinality::OneToMany(vec![]));
        assert!(
            matches!(add(&left, &right, &other_way), Err(Problem::Execution(text)) if text.contains("left hand-side"))
        );
    }

    #[test]
    fn what_comes_one_after_the_other_is_no_conflict() {
        let left = [column([("h", "1")], &[1.0, 2.0])];
        let right =
            [column([("h", "1"), ("v", "1")], &[10.0, ABSENT]), column([("h", "1"), ("v", "2")], &[ABSENT, 20.0])];
        let on = matching(true, &["h"], Cardinality::OneToOne);
        assert_eq!(add(&left, &right, &on), Ok(vec![column([("h", "1")], &[11.0, 22.0])]));
        assert!(add(&left, &[column([("h", "1"), ("v", "1")], &[1.0, ABSENT]), right[0].clone()], &on).is_err());
    }

    #[test]
    fn sets_choose_step_by_step() {
        let budget = Budget::new(1000, Instant::now() + TIME_MAX);
        let plain = matching(false, &[], Cardinality::OneToOne);
        let left = || vec![column([("__name__", "a"), ("h", "1")], &[1.0, 2.0])];
        let right = || vec![column([("__name__", "b"), ("h", "1")], &[3.0, ABSENT]), column([("h", "2")], &[5.0, 6.0])];
        let values = |operator| {
            let columns = set(operator, left(), right(), &plain, 2, &budget).unwrap();
            columns
                .iter()
                .map(|column| {
                    column.values.iter().map(|value| (!is_absent(*value)).then_some(*value)).collect::<Vec<_>>()
                })
                .collect::<Vec<_>>()
        };
        let expected: [Vec<Vec<Option<f64>>>; 3] = [
            vec![vec![Some(1.0), None]],
            vec![vec![None, Some(2.0)]],
            vec![vec![Some(1.0), Some(2.0)], vec![Some(5.0), Some(6.0)]],
        ];
        assert_eq!([SetOperator::And, SetOperator::Unless, SetOperator::Or].map(values), expected);
    }
}
