//! A query as it is evaluated: names resolved, modifiers made times, everything unsupported refused.

use promql_parser::label::Matcher;
use regex::Regex;

use super::labels::Labels;

/// What is asked for, once the text is read.
#[derive(Debug)]
pub(super) struct Query {
    pub(super) root: Node,
    /// The selectors of the whole query, in the order of [`Selection::selector`].
    pub(super) selectors: Vec<Selector>,
}

/// Which series, and which of their samples a query may need: those within `from..=to`, in ms.
#[derive(Debug)]
pub(super) struct Selector {
    pub(super) matchers: Vec<Matcher>,
    pub(super) from: i64,
    pub(super) to: i64,
}

/// What `offset` and `@` make of the time of a step.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Refers {
    pub(super) at: Option<i64>,
    /// ms.
    pub(super) offset: i64,
}

impl Refers {
    pub(super) fn time(self, step: i64) -> i64 {
        self.at.unwrap_or(step) - self.offset
    }
}

/// A selector where it stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Selection {
    pub(super) selector: usize,
    pub(super) refers: Refers,
}

/// Samples of some time up to each step.
#[derive(Debug)]
pub(super) struct Window {
    pub(super) of: WindowOf,
    pub(super) refers: Refers,
    /// ms.
    pub(super) range: i64,
}

/// What a window looks at.
#[derive(Debug)]
pub(super) enum WindowOf {
    Selector(usize),
    /// A subquery, evaluated every so many ms.
    Subquery(Box<Node>, i64),
}

/// One step of the calculation. What gives a scalar and what gives a vector is checked when the plan is made.
#[derive(Debug)]
pub(super) enum Node {
    Number(f64),
    Text(String),
    Select(Selection),
    /// By itself only, at one time.
    Window(Window),
    OverTime {
        function: OverTime,
        window: Window,
        parameter: Option<Box<Node>>,
    },
    AbsentOverTime {
        window: Window,
        labels: Labels,
    },
    Absent {
        of: Box<Node>,
        labels: Labels,
    },
    Negate(Box<Node>),
    Map {
        function: Pointwise,
        of: Box<Node>,
        parameters: Vec<Node>,
    },
    Scalar(Box<Node>),
    Vector(Box<Node>),
    Time,
    /// The times of the samples themselves.
    SampleTime(Selection),
    LabelReplace {
        of: Box<Node>,
        target: String,
        replacement: String,
        source: String,
        pattern: Box<Regex>,
    },
    LabelJoin {
        of: Box<Node>,
        target: String,
        separator: String,
        sources: Vec<String>,
    },
    Sort {
        of: Box<Node>,
        descending: bool,
    },
    Aggregate {
        by: Aggregation,
        of: Box<Node>,
        grouping: Grouping,
    },
    Binary {
        operator: Operator,
        left: Box<Node>,
        right: Box<Node>,
        returns_bool: bool,
        matching: Matching,
    },
    Set {
        operator: SetOperator,
        left: Box<Node>,
        right: Box<Node>,
        matching: Matching,
    },
}

/// A function over the samples of a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum OverTime {
    Avg,
    Changes,
    Count,
    Delta,
    Deriv,
    IDelta,
    Increase,
    IRate,
    Last,
    Max,
    Min,
    PredictLinear,
    Present,
    Quantile,
    Rate,
    Resets,
    Stddev,
    Stdvar,
    Sum,
}

/// A function of one value and perhaps some numbers.
#[derive(Clone, Copy, Debug)]
pub(super) enum Pointwise {
    Plain(fn(f64) -> f64),
    Clamp,
    ClampMax,
    ClampMin,
    Round,
    /// The time of the step, whatever the value.
    StepTime,
}

/// How values of several series become one, or fewer.
#[derive(Debug)]
pub(super) enum Aggregation {
    Avg,
    Count,
    Group,
    Max,
    Min,
    Stddev,
    Stdvar,
    Sum,
    Quantile(Box<Node>),
    TopK(Box<Node>),
    BottomK(Box<Node>),
    /// Into this label.
    CountValues(String),
}

/// Which series are taken together.
#[derive(Clone, Debug)]
pub(super) enum Grouping {
    By(Vec<String>),
    Without(Vec<String>),
}

/// An operator on two numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
    Power,
    Atan2,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// An operator on two sets of series.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SetOperator {
    And,
    Or,
    Unless,
}

/// Which series of both sides belong together.
#[derive(Clone, Debug)]
pub(super) struct Matching {
    /// `on` (these labels) or `ignoring` (all but these and the metric).
    pub(super) on: bool,
    pub(super) labels: Vec<String>,
    pub(super) cardinality: Cardinality,
}

/// How many series of one side may belong to one of the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Cardinality {
    OneToOne,
    /// `group_left`: the labels taken from the one side.
    ManyToOne(Vec<String>),
    /// `group_right`.
    OneToMany(Vec<String>),
}
