//! Calls of functions: which of them there are, and what their arguments must be.

use promql_parser::parser::value::ValueType;
use promql_parser::parser::{Call, Expr};
use regex::Regex;

use super::dates;
use super::naming::is_label_name;
use super::node::{Node, OverTime, Pointwise};
use super::plan::{Planner, Span, expect, labels_of_absent};
use super::problem::Problem;
use super::syntax::bad;

/// Reads a call.
pub(super) fn plan(planner: &mut Planner, call: &Call, span: Span) -> Result<Node, Problem> {
    let name = call.func.name;
    let args: Vec<&Expr> = call.args.args.iter().map(|arg| &**arg).collect();
    for (index, arg) in args.iter().enumerate() {
        // The last type stands for all that follow.
        let expected = call.func.arg_types.get(index).or(call.func.arg_types.last());
        expect(arg, *expected.unwrap_or(&ValueType::Vector), name)?;
    }
    if let Some((function, places)) = over_time(name) {
        return plan_over_time(planner, function, places, &args, span);
    }
    if let Some(function) = pointwise(name) {
        return plan_pointwise(planner, function, &args, span);
    }
    match (name, &args[..]) {
        ("time", []) => Ok(Node::Time),
        ("pi", []) => Ok(Node::Number(std::f64::consts::PI)),
        ("scalar", [of]) => Ok(Node::Scalar(planner.boxed(of, span)?)),
        ("vector", [of]) => Ok(Node::Vector(planner.boxed(of, span)?)),
        ("sort", [of]) => Ok(Node::Sort { of: planner.boxed(of, span)?, descending: false }),
        ("sort_desc", [of]) => Ok(Node::Sort { of: planner.boxed(of, span)?, descending: true }),
        ("absent", [of]) => Ok(Node::Absent { of: planner.boxed(of, span)?, labels: labels_of_absent(of) }),
        ("absent_over_time", [of]) => {
            Ok(Node::AbsentOverTime { window: planner.window(of, span)?, labels: labels_of_absent(of) })
        }
        ("timestamp", [of]) => timestamp(planner, of, span),
        ("label_replace", [of, texts @ ..]) => label_replace(planner.boxed(of, span)?, texts),
        ("label_join", [of, texts @ ..]) => label_join(planner.boxed(of, span)?, texts),
        _ => Err(bad(format!("the function {name} is not supported"))),
    }
}

/// The functions of windows: where the window stands among the arguments, and where a number does.
fn over_time(name: &str) -> Option<(OverTime, (usize, Option<usize>))> {
    let plain = (0, None);
    Some(match name {
        "avg_over_time" => (OverTime::Avg, plain),
        "changes" => (OverTime::Changes, plain),
        "count_over_time" => (OverTime::Count, plain),
        "delta" => (OverTime::Delta, plain),
        "deriv" => (OverTime::Deriv, plain),
        "idelta" => (OverTime::IDelta, plain),
        "increase" => (OverTime::Increase, plain),
        "irate" => (OverTime::IRate, plain),
        "last_over_time" => (OverTime::Last, plain),
        "max_over_time" => (OverTime::Max, plain),
        "min_over_time" => (OverTime::Min, plain),
        "predict_linear" => (OverTime::PredictLinear, (0, Some(1))),
        "present_over_time" => (OverTime::Present, plain),
        "quantile_over_time" => (OverTime::Quantile, (1, Some(0))),
        "rate" => (OverTime::Rate, plain),
        "resets" => (OverTime::Resets, plain),
        "stddev_over_time" => (OverTime::Stddev, plain),
        "stdvar_over_time" => (OverTime::Stdvar, plain),
        "sum_over_time" => (OverTime::Sum, plain),
        _ => return None,
    })
}

fn plan_over_time(
    planner: &mut Planner,
    function: OverTime,
    (window, parameter): (usize, Option<usize>),
    args: &[&Expr],
    span: Span,
) -> Result<Node, Problem> {
    let arg = |index: usize| args.get(index).copied().ok_or_else(|| bad("an argument is missing"));
    let window = planner.window(arg(window)?, span)?;
    let parameter = parameter.map(|index| planner.boxed(arg(index)?, span)).transpose()?;
    Ok(Node::OverTime { function, window, parameter })
}

/// The functions of single values.
fn pointwise(name: &str) -> Option<Pointwise> {
    let plain: fn(f64) -> f64 = match name {
        "abs" => f64::abs,
        "acos" => f64::acos,
        "acosh" => f64::acosh,
        "asin" => f64::asin,
        "asinh" => f64::asinh,
        "atan" => f64::atan,
        "atanh" => f64::atanh,
        "ceil" => f64::ceil,
        "cos" => f64::cos,
        "cosh" => f64::cosh,
        "deg" => |value| value * 180.0 / std::f64::consts::PI,
        "exp" => f64::exp,
        "floor" => f64::floor,
        "ln" => f64::ln,
        "log10" => f64::log10,
        "log2" => f64::log2,
        "rad" => |value| value * std::f64::consts::PI / 180.0,
        "sgn" => |value| match value {
            _ if value < 0.0 => -1.0,
            _ if value > 0.0 => 1.0,
            _ => value,
        },
        "sin" => f64::sin,
        "sinh" => f64::sinh,
        "sqrt" => f64::sqrt,
        "tan" => f64::tan,
        "tanh" => f64::tanh,
        "minute" => dates::minute,
        "hour" => dates::hour,
        "day_of_week" => dates::day_of_week,
        "day_of_month" => dates::day_of_month,
        "day_of_year" => dates::day_of_year,
        "days_in_month" => dates::days_in_month,
        "month" => dates::month,
        "year" => dates::year,
        "clamp" => return Some(Pointwise::Clamp),
        "clamp_max" => return Some(Pointwise::ClampMax),
        "clamp_min" => return Some(Pointwise::ClampMin),
        "round" => return Some(Pointwise::Round),
        _ => return None,
    };
    Some(Pointwise::Plain(plain))
}

fn plan_pointwise(planner: &mut Planner, function: Pointwise, args: &[&Expr], span: Span) -> Result<Node, Problem> {
    let Some((of, parameters)) = args.split_first() else {
        // Only dates may lack their argument: then they are those of the step.
        let of = Box::new(Node::Vector(Box::new(Node::Time)));
        return Ok(Node::Map { function, of, parameters: Vec::new() });
    };
    let of = planner.boxed(of, span)?;
    let parameters = parameters.iter().map(|parameter| planner.node(parameter, span)).collect::<Result<_, _>>()?;
    Ok(Node::Map { function, of, parameters })
}

/// Of a selector it gives the times of samples, of everything else those of the steps.
fn timestamp(planner: &mut Planner, of: &Expr, span: Span) -> Result<Node, Problem> {
    let mut inner = of;
    while let Expr::Paren(paren) = inner {
        inner = &paren.expr;
    }
    if let Expr::VectorSelector(selector) = inner {
        return planner.selection(selector, span).map(Node::SampleTime);
    }
    Ok(Node::Map { function: Pointwise::StepTime, of: planner.boxed(of, span)?, parameters: Vec::new() })
}

fn texts(args: &[&Expr]) -> Result<Vec<String>, Problem> {
    let text = |arg: &&Expr| {
        let mut arg = *arg;
        while let Expr::Paren(paren) = arg {
            arg = &paren.expr;
        }
        match arg {
            Expr::StringLiteral(text) => Ok(text.val.clone()),
            _ => Err(bad("a text in quotes is expected here")),
        }
    };
    args.iter().map(text).collect()
}

/// Mistakes in the texts come up on execution, as in Prometheus.
fn label_replace(of: Box<Node>, args: &[&Expr]) -> Result<Node, Problem> {
    let Ok([target, replacement, source, pattern]) = <[String; 4]>::try_from(texts(args)?) else {
        return Err(bad("label_replace takes a vector and four texts"));
    };
    let pattern = Regex::new(&format!("^(?:{pattern})$"))
        .map_err(|_| Problem::Execution(format!("invalid regular expression in label_replace(): {pattern}")))?;
    if !is_label_name(&target) {
        return Err(Problem::Execution(format!("invalid destination label name in label_replace(): {target}")));
    }
    Ok(Node::LabelReplace { of, target, replacement, source, pattern: Box::new(pattern) })
}

fn label_join(of: Box<Node>, args: &[&Expr]) -> Result<Node, Problem> {
    let mut texts = texts(args)?.into_iter();
    let (Some(target), Some(separator)) = (texts.next(), texts.next()) else {
        return Err(bad("label_join takes a vector, a label, a separator and labels"));
    };
    let sources: Vec<String> = texts.collect();
    if let Some(source) = sources.iter().find(|source| !is_label_name(source)) {
        return Err(Problem::Execution(format!("invalid source label name in label_join(): {source}")));
    }
    if !is_label_name(&target) {
        return Err(Problem::Execution(format!("invalid destination label name in label_join(): {target}")));
    }
    Ok(Node::LabelJoin { of, target, separator, sources })
}
