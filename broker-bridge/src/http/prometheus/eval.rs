//! Evaluates a query: from the samples of its selectors to columns of values, node by node.

use super::aggregate::{self, Running};
use super::binary;
use super::budget::Budget;
use super::labels::Labels;
use super::matching::{self, Join};
use super::node::{Aggregation, Grouping, Matching, Node, Operator, OverTime, Pointwise, Selection, Window, WindowOf};
use super::number;
use super::problem::Problem;
use super::rank;
use super::select::Series;
use super::value::{ABSENT, Column, Points, Steps, Value, is_absent, unique};
use super::window::{self, Look};

/// What a query is evaluated with.
#[derive(Debug)]
pub(super) struct Evaluator<'e> {
    /// The series of each selector.
    pub(super) series: &'e [Vec<Series>],
    /// How old a sample may be that counts at a step, in ms.
    pub(super) lookback: i64,
    pub(super) budget: &'e Budget,
}

impl Evaluator<'_> {
    /// Evaluates any node. Instant vectors keep the order in which their series come about.
    pub(super) fn value(&self, node: &Node, steps: Steps) -> Result<Value, Problem> {
        let vector = |columns: Result<Vec<Column>, Problem>| columns.map(Value::Vector);
        match node {
            Node::Text(text) => Ok(Value::Text(text.clone())),
            Node::Number(number) => self.budget.take(steps.count).map(|()| Value::Scalar(vec![*number; steps.count])),
            Node::Time => {
                self.budget.take(steps.count)?;
                Ok(Value::Scalar(steps.times().map(|time| time as f64 / 1e3).collect()))
            }
            Node::Scalar(of) => Ok(Value::Scalar(only_one(&self.vector(of, steps)?, steps))),
            Node::Vector(of) => {
                let values = self.scalar(of, steps)?;
                Ok(Value::Vector(vec![Column { labels: Labels::default(), values }]))
            }
            Node::Select(selection) => vector(self.select(*selection, steps, window::instant)),
            Node::SampleTime(selection) => {
                let columns = self.select(*selection, steps, window::sample_time)?;
                vector(unique(without_metric(columns), false))
            }
            Node::Window(window) => self.matrix(window, steps),
            Node::OverTime { function, window, parameter } => {
                vector(self.over_time(*function, window, parameter.as_deref(), steps))
            }
            Node::Negate(of) => self.negate(of, steps),
            Node::Map { function, of, parameters } => vector(self.map(*function, of, parameters, steps)),
            Node::Absent { .. } | Node::AbsentOverTime { .. } => vector(self.absent(node, steps)),
            Node::LabelReplace { .. } | Node::LabelJoin { .. } => vector(self.relabel(node, steps)),
            Node::Sort { of, descending } => vector(self.sort(of, *descending, steps)),
            Node::Aggregate { by, of, grouping } => vector(self.aggregate(by, of, grouping, steps)),
            Node::Binary { operator, left, right, returns_bool, matching } => {
                self.binary(*operator, (left, right), *returns_bool, matching, steps)
            }
            Node::Set { operator, left, right, matching } => {
                let (left, right) = (self.vector(left, steps)?, self.vector(right, steps)?);
                vector(matching::set(*operator, left, right, matching, steps.count, self.budget))
            }
        }
    }

    fn vector(&self, node: &Node, steps: Steps) -> Result<Vec<Column>, Problem> {
        match self.value(node, steps)? {
            Value::Vector(columns) => Ok(columns),
            other => Err(unexpected("an instant vector", &other)),
        }
    }

    fn scalar(&self, node: &Node, steps: Steps) -> Result<Vec<f64>, Problem> {
        match self.value(node, steps)? {
            Value::Scalar(values) => Ok(values),
            other => Err(unexpected("a scalar", &other)),
        }
    }

    fn select(
        &self,
        selection: Selection,
        steps: Steps,
        values: impl Fn(&Series, Steps, super::node::Refers, i64) -> Vec<f64>,
    ) -> Result<Vec<Column>, Problem> {
        let mut columns = Vec::new();
        for series in &self.series[selection.selector] {
            self.budget.take(steps.count)?;
            let values = values(series, steps, selection.refers, self.lookback);
            columns.push(Column { labels: series.labels.clone(), values });
        }
        columns.retain(Column::has_values);
        Ok(columns)
    }

    /// The samples a window looks at, over all steps.
    fn points(&self, window: &Window, steps: Steps) -> Result<Vec<(Labels, Points)>, Problem> {
        match &window.of {
            WindowOf::Selector(selector) => {
                let solid = |series: &Series| {
                    self.budget.take(series.values.len())?;
                    Ok((series.labels.clone(), window::solid(series)))
                };
                self.series[*selector].iter().map(solid).collect()
            }
            WindowOf::Subquery(of, step) => {
                let last = steps.start + steps.step * (steps.count.max(1) - 1) as i64;
                let (first, last) = (window.refers.time(steps.start) - window.range, window.refers.time(last));
                // Aligned to multiples of its step, whatever the steps of the query are.
                let inner = Steps::new(first + (-first).rem_euclid(*step), last, *step);
                let columns = self.vector(of, inner)?;
                let stepped = |column: &Column| {
                    self.budget.take(inner.count)?;
                    Ok((column.labels.clone(), window::stepped(column, inner)))
                };
                columns.iter().map(stepped).collect()
            }
        }
    }

    /// A range vector by itself.
    fn matrix(&self, window: &Window, steps: Steps) -> Result<Value, Problem> {
        let to = window.refers.time(steps.start);
        let cut = |(labels, points): (Labels, Points)| (labels, window::within(&points, to - window.range, to));
        let mut series: Vec<_> = self.points(window, steps)?.into_iter().map(cut).collect();
        series.retain(|(_, points)| !points.times.is_empty());
        Ok(Value::Matrix(series))
    }

    fn over_time(
        &self,
        function: OverTime,
        window: &Window,
        parameter: Option<&Node>,
        steps: Steps,
    ) -> Result<Vec<Column>, Problem> {
        let parameter = parameter.map_or(Ok(Vec::new()), |parameter| self.scalar(parameter, steps))?;
        let look = Look { steps, refers: window.refers, range: window.range, parameter: &parameter };
        let mut columns = Vec::new();
        for (labels, points) in self.points(window, steps)? {
            self.budget.take(steps.count)?;
            let values = window::over_time(function, &points, look, self.budget)?;
            // The last value is still one of the metric.
            let labels = if function == OverTime::Last { labels } else { labels.without_metric() };
            columns.push(Column { labels, values });
        }
        columns.retain(Column::has_values);
        unique(columns, true)
    }

    fn negate(&self, of: &Node, steps: Steps) -> Result<Value, Problem> {
        match self.value(of, steps)? {
            Value::Scalar(values) => Ok(Value::Scalar(values.into_iter().map(|value| -value).collect())),
            Value::Vector(columns) => {
                let mut columns = without_metric(columns);
                columns.iter_mut().for_each(|column| column.map(|value| -value));
                unique(columns, true).map(Value::Vector)
            }
            other => Err(unexpected("a scalar or an instant vector", &other)),
        }
    }

    fn map(&self, function: Pointwise, of: &Node, parameters: &[Node], steps: Steps) -> Result<Vec<Column>, Problem> {
        let mut columns = without_metric(self.vector(of, steps)?);
        let numbers: Vec<Vec<f64>> =
            parameters.iter().map(|parameter| self.scalar(parameter, steps)).collect::<Result<_, _>>()?;
        let number = |index: usize, step: usize| numbers.get(index).map_or(1.0, |numbers| numbers[step]);
        for column in &mut columns {
            self.budget.check()?;
            if let Pointwise::Plain(function) = function {
                column.map(function);
                continue;
            }
            let there = column.values.iter_mut().enumerate().filter(|(_, value)| !is_absent(**value));
            for (step, value) in there {
                *value = match function {
                    Pointwise::Plain(function) => function(*value),
                    Pointwise::Clamp if number(1, step) < number(0, step) => ABSENT,
                    Pointwise::Clamp => number::max(number(0, step), number::min(number(1, step), *value)),
                    Pointwise::ClampMax => number::min(number(0, step), *value),
                    Pointwise::ClampMin => number::max(number(0, step), *value),
                    Pointwise::Round => {
                        // The inverse, as Prometheus does it: 0.1 has no exact value, 10 has.
                        let inverse = 1.0 / number(0, step);
                        (*value * inverse + 0.5).floor() / inverse
                    }
                    Pointwise::StepTime => (steps.start + step as i64 * steps.step) as f64 / 1e3,
                };
            }
        }
        columns.retain(Column::has_values);
        unique(columns, false)
    }

    /// 1 at each step at which there is nothing.
    fn absent(&self, node: &Node, steps: Steps) -> Result<Vec<Column>, Problem> {
        let (columns, labels) = match node {
            Node::Absent { of, labels } => (self.vector(of, steps)?, labels),
            Node::AbsentOverTime { window, labels } => (self.over_time(OverTime::Last, window, None, steps)?, labels),
            _ => return Err(Problem::Internal("absent of nothing".to_owned())),
        };
        self.budget.take(steps.count)?;
        let mut values = vec![1.0; steps.count];
        for column in columns {
            for (value, _) in values.iter_mut().zip(&column.values).filter(|(_, there)| !is_absent(**there)) {
                *value = ABSENT;
            }
        }
        let column = Column { labels: labels.clone(), values };
        Ok(if column.has_values() { vec![column] } else { Vec::new() })
    }

    fn relabel(&self, node: &Node, steps: Steps) -> Result<Vec<Column>, Problem> {
        let (Node::LabelReplace { of, .. } | Node::LabelJoin { of, .. }) = node else {
            return Err(Problem::Internal("no labels to change".to_owned()));
        };
        let mut columns = self.vector(of, steps)?;
        for column in &mut columns {
            column.labels = relabelled(node, &column.labels);
        }
        unique(columns, false)
    }

    /// Matters for one step only; what has several is ordered by labels in the end.
    fn sort(&self, of: &Node, descending: bool, steps: Steps) -> Result<Vec<Column>, Problem> {
        let mut columns = self.vector(of, steps)?;
        let value = |column: &Column| column.values.first().copied().unwrap_or(ABSENT);
        columns.sort_by(|a, b| match (value(a), value(b)) {
            (a, b) if a.is_nan() || b.is_nan() => a.is_nan().cmp(&b.is_nan()),
            (a, b) if descending => b.total_cmp(&a),
            (a, b) => a.total_cmp(&b),
        });
        Ok(columns)
    }

    fn aggregate(
        &self,
        by: &Aggregation,
        of: &Node,
        grouping: &Grouping,
        steps: Steps,
    ) -> Result<Vec<Column>, Problem> {
        let columns = self.vector(of, steps)?;
        let running = |how| aggregate::running(how, &columns, grouping, steps.count, self.budget);
        let mut columns = match by {
            Aggregation::Avg => running(Running::Avg),
            Aggregation::Count => running(Running::Count),
            Aggregation::Group => running(Running::Group),
            Aggregation::Max => running(Running::Max),
            Aggregation::Min => running(Running::Min),
            Aggregation::Stddev => running(Running::Stddev),
            Aggregation::Stdvar => running(Running::Stdvar),
            Aggregation::Sum => running(Running::Sum),
            Aggregation::CountValues(label) => {
                aggregate::count_values(label, &columns, grouping, steps.count, self.budget)
            }
            Aggregation::Quantile(q) => rank::quantiles(&self.scalar(q, steps)?, &columns, grouping, self.budget),
            Aggregation::TopK(k) => rank::extremes(&self.scalar(k, steps)?, true, columns, grouping, self.budget),
            Aggregation::BottomK(k) => rank::extremes(&self.scalar(k, steps)?, false, columns, grouping, self.budget),
        }?;
        columns.retain(Column::has_values);
        Ok(columns)
    }

    fn binary(
        &self,
        operator: Operator,
        (left, right): (&Node, &Node),
        returns_bool: bool,
        matching: &Matching,
        steps: Steps,
    ) -> Result<Value, Problem> {
        let (number, columns, number_left) = match (self.value(left, steps)?, self.value(right, steps)?) {
            (Value::Scalar(left), Value::Scalar(right)) => {
                return Ok(Value::Scalar(binary::scalars(operator, &left, &right)));
            }
            (Value::Vector(left), Value::Vector(right)) => {
                let join = Join { operator, returns_bool, matching, steps: steps.count, budget: self.budget };
                return join.apply(&left, &right).map(Value::Vector);
            }
            (Value::Scalar(number), Value::Vector(columns)) => (number, columns, true),
            (Value::Vector(columns), Value::Scalar(number)) => (number, columns, false),
            (Value::Scalar(_) | Value::Vector(_), other) | (other, _) => {
                return Err(unexpected("a scalar or an instant vector", &other));
            }
        };
        let drop_metric = !operator.is_comparison() || returns_bool;
        let mut columns = if drop_metric { without_metric(columns) } else { columns };
        for column in &mut columns {
            self.budget.check()?;
            binary::with_scalar(operator, column, &number, number_left, returns_bool);
        }
        columns.retain(Column::has_values);
        unique(columns, false).map(Value::Vector)
    }
}

/// The parser checks types; what comes here all the same is a mistake of ours.
fn unexpected(expected: &str, value: &Value) -> Problem {
    let given = match value {
        Value::Scalar(_) => "a scalar",
        Value::Vector(_) => "an instant vector",
        Value::Matrix(_) => "a range vector",
        Value::Text(_) => "a string",
    };
    Problem::BadData(format!("{expected} is expected, not {given}"))
}

fn without_metric(mut columns: Vec<Column>) -> Vec<Column> {
    columns.iter_mut().for_each(|column| column.labels = column.labels.without_metric());
    columns
}

/// The value of the only series at each step; NaN where there is none, or more than one.
fn only_one(columns: &[Column], steps: Steps) -> Vec<f64> {
    let at_step = |step: usize| {
        let mut there = columns.iter().map(|column| column.values[step]).filter(|value| !is_absent(*value));
        match (there.next(), there.next()) {
            (Some(value), None) => value,
            _ => f64::NAN,
        }
    };
    (0..steps.count).map(at_step).collect()
}

fn relabelled(node: &Node, labels: &Labels) -> Labels {
    match node {
        Node::LabelReplace { target, replacement, source, pattern, .. } => match pattern.captures(labels.get(source)) {
            None => labels.clone(),
            Some(found) => {
                let mut value = String::new();
                found.expand(replacement, &mut value);
                labels.with(target, &value)
            }
        },
        Node::LabelJoin { target, separator, sources, .. } => {
            let values: Vec<&str> = sources.iter().map(|source| labels.get(source)).collect();
            labels.with(target, &values.join(separator))
        }
        _ => labels.clone(),
    }
}

#[cfg(test)]
#[path = "eval_tests.rs"]
mod tests;
