//! Aggregations: at each step the values of a group of series become one. As in Prometheus 2.42's promql/engine.go.

use std::collections::HashMap;

use super::budget::Budget;
use super::labels::Labels;
use super::naming::is_label_name;
use super::node::Grouping;
use super::number;
use super::problem::Problem;
use super::value::{ABSENT, Column, is_absent};

/// Aggregations that take one value after the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Running {
    Avg,
    Count,
    Group,
    Max,
    Min,
    Stddev,
    Stdvar,
    Sum,
}

/// The labels of the group of a series.
pub(super) fn group_labels(grouping: &Grouping, labels: &Labels) -> Labels {
    match grouping {
        Grouping::By(names) => labels.keep(names),
        Grouping::Without(names) => labels.remove(names).without_metric(),
    }
}

/// The series of each group, in the order in which groups are met.
pub(super) fn groups(columns: &[Column], grouping: &Grouping) -> Vec<(Labels, Vec<usize>)> {
    let mut places: HashMap<Labels, usize> = HashMap::new();
    let mut groups: Vec<(Labels, Vec<usize>)> = Vec::new();
    for (index, column) in columns.iter().enumerate() {
        let labels = group_labels(grouping, &column.labels);
        let place = *places.entry(labels.clone()).or_insert_with(|| {
            groups.push((labels, Vec::new()));
            groups.len() - 1
        });
        groups[place].1.push(index);
    }
    groups
}

/// One column for each group.
pub(super) fn running(
    how: Running,
    columns: &[Column],
    grouping: &Grouping,
    steps: usize,
    budget: &Budget,
) -> Result<Vec<Column>, Problem> {
    let column = |(labels, members): (Labels, Vec<usize>)| {
        budget.take(steps)?;
        let mut sums = vec![Sum::default(); steps];
        for member in members {
            for (sum, value) in sums.iter_mut().zip(&columns[member].values).filter(|(_, value)| !is_absent(**value)) {
                sum.add(how, *value);
            }
            budget.check()?;
        }
        Ok(Column { labels, values: sums.iter().map(|sum| sum.finish(how)).collect() })
    };
    groups(columns, grouping).into_iter().map(column).collect()
}

/// What is known of a group at one step.
#[derive(Clone, Copy, Debug, Default)]
struct Sum {
    count: f64,
    value: f64,
    mean: f64,
}

impl Sum {
    fn add(&mut self, how: Running, value: f64) {
        self.count += 1.0;
        if self.count == 1.0 {
            self.value = if matches!(how, Running::Stddev | Running::Stdvar) { 0.0 } else { value };
            self.mean = value;
            return;
        }
        match how {
            Running::Sum => self.value += value,
            Running::Avg => self.mean += number::mean_step(self.mean, value, self.count).unwrap_or(0.0),
            Running::Max if self.value < value || self.value.is_nan() => self.value = value,
            Running::Min if self.value > value || self.value.is_nan() => self.value = value,
            Running::Max | Running::Min | Running::Count | Running::Group => {}
            Running::Stddev | Running::Stdvar => {
                // Welford's.
                let delta = value - self.mean;
                self.mean += delta / self.count;
                self.value += delta * (value - self.mean);
            }
        }
    }

    fn finish(&self, how: Running) -> f64 {
        if self.count == 0.0 {
            return ABSENT;
        }
        match how {
            Running::Avg => self.mean,
            Running::Count => self.count,
            Running::Group => 1.0,
            Running::Max | Running::Min | Running::Sum => self.value,
            Running::Stddev => (self.value / self.count).sqrt(),
            Running::Stdvar => self.value / self.count,
        }
    }
}

/// How many series of a group have each value, which becomes the label `name`.
pub(super) fn count_values(
    name: &str,
    columns: &[Column],
    grouping: &Grouping,
    steps: usize,
    budget: &Budget,
) -> Result<Vec<Column>, Problem> {
    if !is_label_name(name) {
        return Err(Problem::Execution(format!("invalid label name {name:?}")));
    }
    let mut counted: Vec<Column> = Vec::new();
    let mut places: HashMap<Labels, usize> = HashMap::new();
    for column in columns {
        let mut groups: HashMap<u64, usize> = HashMap::new();
        for (step, value) in column.values.iter().enumerate().filter(|(_, value)| !is_absent(**value)) {
            let place = match groups.get(&value.to_bits()) {
                Some(place) => *place,
                None => {
                    let text = number::plain(*value);
                    let group = match grouping {
                        Grouping::By(_) => group_labels(grouping, &column.labels).with(name, &text),
                        Grouping::Without(_) => group_labels(grouping, &column.labels.with(name, &text)),
                    };
                    let place = *places.entry(group).or_insert_with_key(|labels| {
                        counted.push(Column { labels: labels.clone(), values: Vec::new() });
                        counted.len() - 1
                    });
                    if counted[place].values.is_empty() {
                        budget.take(steps)?;
                        counted[place].values = vec![ABSENT; steps];
                    }
                    groups.insert(value.to_bits(), place);
                    place
                }
            };
            let count = &mut counted[place].values[step];
            *count = if is_absent(*count) { 1.0 } else { *count + 1.0 };
        }
    }
    Ok(counted)
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::super::budget::TIME_MAX;
    use super::super::labels::NAME;
    use super::*;

    fn columns() -> Vec<Column> {
        let column = |host, series, values: &[f64]| Column {
            labels: Labels::from([(NAME, "m"), ("host", host), ("series", series)]),
            values: values.to_vec(),
        };
        vec![column("a", "1", &[1.0, ABSENT]), column("b", "2", &[4.0, ABSENT]), column("a", "3", &[3.0, 5.0])]
    }

    fn budget() -> Budget {
        Budget::new(1000, Instant::now() + TIME_MAX)
    }

    #[test]
    fn each_group_has_one_value_a_step() {
        let by = Grouping::By(vec!["host".into()]);
        for (how, a, b) in [
            (Running::Sum, [4.0, 5.0], 4.0),
            (Running::Avg, [2.0, 5.0], 4.0),
            (Running::Count, [2.0, 1.0], 1.0),
            (Running::Group, [1.0, 1.0], 1.0),
            (Running::Min, [1.0, 5.0], 4.0),
            (Running::Max, [3.0, 5.0], 4.0),
            (Running::Stddev, [1.0, 0.0], 0.0),
            (Running::Stdvar, [1.0, 0.0], 0.0),
        ] {
            let result = running(how, &columns(), &by, 2, &budget()).unwrap();
            assert_eq!(result[0], Column { labels: Labels::from([("host", "a")]), values: a.to_vec() }, "{how:?}");
            assert_eq!((result[1].values[0], is_absent(result[1].values[1])), (b, true), "{how:?}");
        }
        let all = running(Running::Sum, &columns(), &Grouping::By(vec![]), 2, &budget()).unwrap();
        assert_eq!(all, [Column { labels: Labels::default(), values: vec![8.0, 5.0] }]);
        let without = running(Running::Sum, &columns(), &Grouping::Without(vec!["series".into()]), 2, &budget());
        assert_eq!(without.unwrap()[0].labels, Labels::from([("host", "a")]));
        assert!(running(Running::Sum, &columns(), &by, 2000, &budget()).is_err());
    }

    #[test]
    fn values_are_counted_under_their_text() {
        let counted = count_values("v", &columns(), &Grouping::By(vec![]), 2, &budget()).unwrap();
        let labels: Vec<String> = counted.iter().map(|column| column.labels.to_string()).collect();
        assert_eq!(labels, [r#"{v="1"}"#, r#"{v="4"}"#, r#"{v="3"}"#, r#"{v="5"}"#]);
        assert!(count_values("v-v", &columns(), &Grouping::By(vec![]), 2, &budget()).is_err());
    }
}
