//! From the text of a query to what is evaluated. The one place that knows the parser.

use std::time::{Duration, SystemTime};

use promql_parser::label::{METRIC_NAME, Matcher};
use promql_parser::parser::token::{self, TokenType};
use promql_parser::parser::value::ValueType;
use promql_parser::parser::{
    self, AggregateExpr, AtModifier, BinaryExpr, Expr, LabelModifier, MatrixSelector, Offset, SubqueryExpr,
    VectorMatchCardinality, VectorSelector,
};

use super::call;
use super::labels::Labels;
use super::node::{
    Aggregation, Cardinality, Grouping, Matching, Node, Operator, Query, Refers, Selection, Selector, SetOperator,
    Window, WindowOf,
};
use super::problem::Problem;
use super::syntax::{self, bad};

/// Step of a subquery that names none, in ms: Prometheus' default `evaluation_interval`.
pub(super) const SUBQUERY_STEP: i64 = 60_000;
/// Times beyond are refused, so that none overflows where two are added; some 31,000 years in ms.
const TIME_MAX: i64 = 1_000_000_000_000_000;

/// Selectors of one query, or of one list.
pub(super) const SELECTORS_MAX: usize = 50;

/// The times of a query, in ms.
#[derive(Clone, Copy, Debug)]
pub(super) struct Times {
    pub(super) start: i64,
    pub(super) end: i64,
    /// How old a sample may be that counts at a step.
    pub(super) lookback: i64,
}

/// Reads a query for these times.
pub(super) fn plan(text: &str, times: Times) -> Result<Query, Problem> {
    let mut planner = Planner { times, selectors: Vec::new() };
    let root = planner.node(&parse(text)?, Span { from: times.start, to: times.end })?;
    Ok(Query { root, selectors: planner.selectors })
}

/// Reads a selector of series, such as `rss{host="a"}`.
pub(super) fn selector(text: &str) -> Result<Vec<Matcher>, Problem> {
    match parse(text)? {
        Expr::VectorSelector(VectorSelector { name, matchers, offset: None, at: None }) => {
            self::matchers(name, &matchers)
        }
        _ => Err(bad("not a selector of series, such as rss{host=\"a\"}")),
    }
}

fn parse(text: &str) -> Result<Expr, Problem> {
    syntax::check(text)?;
    parser::parse(text).map_err(bad)
}

fn matchers(name: Option<String>, given: &promql_parser::label::Matchers) -> Result<Vec<Matcher>, Problem> {
    if !given.or_matchers.is_empty() {
        return Err(bad(
            "\"or\" between matchers is no PromQL: write a regular expression, or two selectors joined by or",
        ));
    }
    let name = name.map(|name| Matcher::new(promql_parser::label::MatchOp::Equal, METRIC_NAME, &name));
    Ok(name.into_iter().chain(given.matchers.iter().cloned()).collect())
}

/// When an expression is evaluated: from the first of its steps to the last.
#[derive(Clone, Copy, Debug)]
pub(super) struct Span {
    from: i64,
    to: i64,
}

pub(super) struct Planner {
    times: Times,
    selectors: Vec<Selector>,
}

impl Planner {
    /// Any expression.
    pub(super) fn node(&mut self, expr: &Expr, span: Span) -> Result<Node, Problem> {
        match expr {
            Expr::Paren(paren) => self.node(&paren.expr, span),
            Expr::NumberLiteral(number) => Ok(Node::Number(number.val)),
            Expr::StringLiteral(text) => Ok(Node::Text(text.val.clone())),
            Expr::VectorSelector(selector) => self.selection(selector, span).map(Node::Select),
            Expr::MatrixSelector(_) | Expr::Subquery(_) => self.window(expr, span).map(Node::Window),
            Expr::Unary(unary) => Ok(Node::Negate(self.boxed(&unary.expr, span)?)),
            Expr::Call(call) => call::plan(self, call, span),
            Expr::Aggregate(aggregate) => self.aggregate(aggregate, span),
            Expr::Binary(binary) => self.binary(binary, span),
            Expr::Extension(_) => Err(bad("no such expression")),
        }
    }

    pub(super) fn boxed(&mut self, expr: &Expr, span: Span) -> Result<Box<Node>, Problem> {
        self.node(expr, span).map(Box::new)
    }

    pub(super) fn selection(&mut self, selector: &VectorSelector, span: Span) -> Result<Selection, Problem> {
        let refers = self.refers(selector.at.as_ref(), selector.offset.as_ref())?;
        let selector = self.select(selector, refers, span, self.times.lookback)?;
        Ok(Selection { selector, refers })
    }

    /// Notes which samples are needed; returns the place of the selector.
    fn select(&mut self, selector: &VectorSelector, refers: Refers, span: Span, back: i64) -> Result<usize, Problem> {
        if self.selectors.len() >= SELECTORS_MAX {
            return Err(bad(format!("more than {SELECTORS_MAX} selectors in one query")));
        }
        let matchers = matchers(selector.name.clone(), &selector.matchers)?;
        let (from, to) = (refers.time(span.from) - back, refers.time(span.to));
        self.selectors.push(Selector { matchers, from, to });
        Ok(self.selectors.len() - 1)
    }

    /// An argument that must be a range vector.
    pub(super) fn window(&mut self, expr: &Expr, span: Span) -> Result<Window, Problem> {
        match expr {
            Expr::Paren(paren) => self.window(&paren.expr, span),
            Expr::MatrixSelector(MatrixSelector { vs, range }) => {
                let refers = self.refers(vs.at.as_ref(), vs.offset.as_ref())?;
                let range = ms(*range)?;
                let of = WindowOf::Selector(self.select(vs, refers, span, range)?);
                Ok(Window { of, refers, range })
            }
            Expr::Subquery(SubqueryExpr { expr, offset, at, range, step }) => {
                let refers = self.refers(at.as_ref(), offset.as_ref())?;
                let (range, step) = (ms(*range)?, step.map_or(Ok(SUBQUERY_STEP), ms)?);
                let inner = Span { from: refers.time(span.from) - range, to: refers.time(span.to) };
                let of = WindowOf::Subquery(self.boxed(expr, inner)?, step.max(1));
                Ok(Window { of, refers, range })
            }
            _ => Err(bad("a range vector such as rss[5m] is expected here")),
        }
    }

    fn refers(&self, at: Option<&AtModifier>, offset: Option<&Offset>) -> Result<Refers, Problem> {
        let at = match at {
            None => None,
            Some(AtModifier::Start) => Some(self.times.start),
            Some(AtModifier::End) => Some(self.times.end),
            Some(AtModifier::At(time)) => Some(match time.duration_since(SystemTime::UNIX_EPOCH) {
                Ok(after) => ms(after)?,
                Err(before) => -ms(before.duration())?,
            }),
        };
        let offset = match offset {
            None => 0,
            Some(Offset::Pos(offset)) => ms(*offset)?,
            Some(Offset::Neg(offset)) => -ms(*offset)?,
        };
        Ok(Refers { at, offset })
    }

    fn aggregate(&mut self, aggregate: &AggregateExpr, span: Span) -> Result<Node, Problem> {
        let parameter = |planner: &mut Self| match &aggregate.param {
            Some(parameter) => planner.boxed(parameter, span),
            None => Err(bad("an aggregation lacks its parameter")),
        };
        let by = match aggregate.op.id() {
            token::T_AVG => Aggregation::Avg,
            token::T_COUNT => Aggregation::Count,
            token::T_GROUP => Aggregation::Group,
            token::T_MAX => Aggregation::Max,
            token::T_MIN => Aggregation::Min,
            token::T_STDDEV => Aggregation::Stddev,
            token::T_STDVAR => Aggregation::Stdvar,
            token::T_SUM => Aggregation::Sum,
            token::T_QUANTILE => Aggregation::Quantile(parameter(self)?),
            token::T_TOPK => Aggregation::TopK(parameter(self)?),
            token::T_BOTTOMK => Aggregation::BottomK(parameter(self)?),
            token::T_COUNT_VALUES => match *parameter(self)? {
                Node::Text(label) => Aggregation::CountValues(label),
                _ => return Err(bad("count_values takes the name of a label first")),
            },
            _ => return Err(bad(format!("the aggregation {} is not supported", aggregate.op))),
        };
        let grouping = match &aggregate.modifier {
            None => Grouping::By(Vec::new()),
            Some(LabelModifier::Include(labels)) => Grouping::By(labels.labels.clone()),
            Some(LabelModifier::Exclude(labels)) => Grouping::Without(labels.labels.clone()),
        };
        Ok(Node::Aggregate { by, of: self.boxed(&aggregate.expr, span)?, grouping })
    }

    fn binary(&mut self, binary: &BinaryExpr, span: Span) -> Result<Node, Problem> {
        let (left, right) = (self.boxed(&binary.lhs, span)?, self.boxed(&binary.rhs, span)?);
        let matching = matching(binary)?;
        let set = match binary.op.id() {
            token::T_LAND => Some(SetOperator::And),
            token::T_LOR => Some(SetOperator::Or),
            token::T_LUNLESS => Some(SetOperator::Unless),
            _ => None,
        };
        if let Some(operator) = set {
            return Ok(Node::Set { operator, left, right, matching });
        }
        let operator = operator(binary.op)?;
        Ok(Node::Binary { operator, left, right, returns_bool: binary.return_bool(), matching })
    }
}

fn matching(binary: &BinaryExpr) -> Result<Matching, Problem> {
    let mut matching = Matching { on: false, labels: Vec::new(), cardinality: Cardinality::OneToOne };
    let Some(modifier) = &binary.modifier else { return Ok(matching) };
    if modifier.fill_values.lhs.is_some() || modifier.fill_values.rhs.is_some() {
        return Err(bad("fill modifiers are not supported"));
    }
    if let Some(labels) = &modifier.matching {
        matching.on = labels.is_include();
        matching.labels.clone_from(&labels.labels().labels);
    }
    matching.cardinality = match &modifier.card {
        VectorMatchCardinality::OneToOne | VectorMatchCardinality::ManyToMany => Cardinality::OneToOne,
        VectorMatchCardinality::ManyToOne(labels) => Cardinality::ManyToOne(labels.labels.clone()),
        VectorMatchCardinality::OneToMany(labels) => Cardinality::OneToMany(labels.labels.clone()),
    };
    Ok(matching)
}

fn operator(op: TokenType) -> Result<Operator, Problem> {
    Ok(match op.id() {
        token::T_ADD => Operator::Add,
        token::T_SUB => Operator::Subtract,
        token::T_MUL => Operator::Multiply,
        token::T_DIV => Operator::Divide,
        token::T_MOD => Operator::Modulo,
        token::T_POW => Operator::Power,
        token::T_ATAN2 => Operator::Atan2,
        token::T_EQLC => Operator::Equal,
        token::T_NEQ => Operator::NotEqual,
        token::T_LSS => Operator::Less,
        token::T_LTE => Operator::LessOrEqual,
        token::T_GTR => Operator::Greater,
        token::T_GTE => Operator::GreaterOrEqual,
        _ => return Err(bad(format!("the operator {op} is not supported"))),
    })
}

fn ms(duration: Duration) -> Result<i64, Problem> {
    let ms = i64::try_from(duration.as_millis()).ok().filter(|ms| *ms < TIME_MAX);
    ms.ok_or_else(|| bad("a time or duration is out of range"))
}

/// The labels that `absent` can say: those its selector wants to be equal to one value. (Prometheus'
/// `createLabelsForAbsentFunction`.)
pub(super) fn labels_of_absent(expr: &Expr) -> Labels {
    let selector = match expr {
        Expr::VectorSelector(selector) => selector,
        Expr::MatrixSelector(matrix) => &matrix.vs,
        _ => return Labels::default(),
    };
    let mut labels = Labels::default();
    let mut seen = Vec::new();
    for matcher in selector.matchers.matchers.iter().filter(|matcher| matcher.name != METRIC_NAME) {
        let equal = matches!(matcher.op, promql_parser::label::MatchOp::Equal) && !seen.contains(&&matcher.name);
        labels = labels.with(&matcher.name, if equal { &matcher.value } else { "" });
        if equal {
            seen.push(&matcher.name);
        }
    }
    labels
}

/// Refuses an argument of another type; the parser lets some pass.
pub(super) fn expect(expr: &Expr, expected: ValueType, function: &str) -> Result<(), Problem> {
    let given = expr.value_type();
    if given == expected {
        return Ok(());
    }
    Err(bad(format!("expected type {expected} in call to function \"{function}\", got {given}")))
}
