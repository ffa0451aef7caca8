//! Answers in Prometheus' form: `{"status":"success","data":…}`.

use std::io::Write;

use serde::Serialize;
use warp::http::StatusCode;

use super::super::answer::{Answer, answer};
use super::labels::Labels;
use super::number;
use super::problem::Problem;
use super::value::{Column, Points, Steps, Value, is_absent};

const JSON: &str = "application/json";

/// Values of one answer.
const VALUES_MAX: usize = super::super::api::POINTS_MAX;

/// Anything that is JSON already.
pub(super) fn success(data: &impl Serialize) -> Result<Answer, Problem> {
    let data = serde_json::to_string(data).map_err(|error| Problem::Internal(error.to_string()))?;
    Ok(answer(StatusCode::OK, JSON, format!("{{\"status\":\"success\",\"data\":{data}}}")))
}

/// What a query gave at one time. `limit`: at most so many series.
pub(super) fn instant(value: Value, time: i64, limit: usize) -> Result<Answer, Problem> {
    match value {
        Value::Scalar(values) => Ok(result("scalar", |out| push_point(out, time, first(&values)))),
        Value::Text(text) => Ok(result("string", |out| {
            push_time(out, time);
            out.push(b',');
            push_json(out, &text);
        })),
        Value::Vector(mut columns) => {
            columns.retain(Column::has_values);
            columns.truncate(limit);
            Ok(result("vector", |out| {
                push_all(out, &columns, |out, column| {
                    push_metric(out, &column.labels);
                    out.extend_from_slice(b",\"value\":[");
                    push_point(out, time, first(&column.values));
                    out.extend_from_slice(b"]}");
                });
            }))
        }
        Value::Matrix(mut series) => {
            series.sort_by(|a, b| a.0.cmp(&b.0));
            series.truncate(limit);
            check(series.iter().map(|(_, points)| points.times.len()).sum())?;
            Ok(matrix(&series))
        }
    }
}

/// What a query gave over several steps, by labels.
pub(super) fn range(value: Value, steps: Steps, limit: usize) -> Result<Answer, Problem> {
    let mut columns = match value {
        Value::Scalar(values) => vec![Column { labels: Labels::default(), values }],
        Value::Vector(columns) => columns,
        Value::Matrix(_) => return Err(not_for_ranges("range vector")),
        Value::Text(_) => return Err(not_for_ranges("string")),
    };
    columns.retain(Column::has_values);
    columns.sort_by(|a, b| a.labels.cmp(&b.labels));
    columns.truncate(limit);
    let there = |column: &Column| column.values.iter().filter(|value| !is_absent(**value)).count();
    check(columns.iter().map(there).sum())?;
    let series: Vec<(Labels, Points)> = columns
        .into_iter()
        .map(|column| {
            let points = super::window::stepped(&column, steps);
            (column.labels, points)
        })
        .collect();
    Ok(matrix(&series))
}

fn not_for_ranges(kind: &str) -> Problem {
    let message = format!("invalid expression type \"{kind}\" for range query, must be Scalar or instant Vector");
    Problem::parameter("query", message)
}

fn check(values: usize) -> Result<(), Problem> {
    if values <= VALUES_MAX {
        return Ok(());
    }
    Err(Problem::Execution(format!(
        "more than {VALUES_MAX} values in one answer: ask for fewer series, a shorter range or a longer step"
    )))
}

fn matrix(series: &[(Labels, Points)]) -> Answer {
    result("matrix", |out| {
        push_all(out, series, |out, (labels, points)| {
            push_metric(out, labels);
            out.extend_from_slice(b",\"values\":");
            let points: Vec<(i64, f64)> = points.times.iter().copied().zip(points.values.iter().copied()).collect();
            out.push(b'[');
            push_all(out, &points, |out, (time, value)| {
                out.push(b'[');
                push_point(out, *time, *value);
                out.push(b']');
            });
            out.extend_from_slice(b"]}");
        });
    })
}

fn result(kind: &str, push: impl FnOnce(&mut Vec<u8>)) -> Answer {
    let mut out = format!("{{\"status\":\"success\",\"data\":{{\"resultType\":\"{kind}\",\"result\":[").into_bytes();
    push(&mut out);
    out.extend_from_slice(b"]}}");
    answer(StatusCode::OK, JSON, out)
}

fn push_all<T>(out: &mut Vec<u8>, items: &[T], push: impl Fn(&mut Vec<u8>, &T)) {
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        push(out, item);
    }
}

fn first(values: &[f64]) -> f64 {
    values.first().copied().filter(|value| !is_absent(*value)).unwrap_or(f64::NAN)
}

fn push_metric(out: &mut Vec<u8>, labels: &Labels) {
    out.extend_from_slice(b"{\"metric\":");
    push_labels(out, labels);
}

fn push_labels(out: &mut Vec<u8>, labels: &Labels) {
    out.push(b'{');
    for (index, (name, value)) in labels.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        push_json(out, name);
        out.push(b':');
        push_json(out, value);
    }
    out.push(b'}');
}

fn push_json(out: &mut Vec<u8>, text: &str) {
    // A text can always be written, and a vector written to.
    let _ = serde_json::to_writer(out, text);
}

/// `1763683200.123,"1.5"`.
fn push_point(out: &mut Vec<u8>, time: i64, value: f64) {
    push_time(out, time);
    out.extend_from_slice(b",\"");
    number::push_json(out, value);
    out.push(b'"');
}

/// Seconds, with three decimals where they are not zero.
fn push_time(out: &mut Vec<u8>, ms: i64) {
    let (sign, size) = (if ms < 0 { "-" } else { "" }, ms.unsigned_abs());
    // Writing to a vector cannot fail.
    let _ = match size % 1000 {
        0 => write!(out, "{sign}{}", size / 1000),
        fraction => write!(out, "{sign}{}.{fraction:03}", size / 1000),
    };
}

/// Labels as an object.
impl Serialize for Labels {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter().map(|(name, value)| (&**name, &**value)))
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::body::Body;
    use super::super::value::ABSENT;
    use super::*;

    fn data(answer: Result<Answer, Problem>) -> String {
        let answer = answer.unwrap();
        let Body::Whole(body) = answer.body() else { panic!("made while it is sent") };
        let body = std::str::from_utf8(body).unwrap();
        body.strip_prefix(r#"{"status":"success","data":"#).unwrap().strip_suffix('}').unwrap().to_owned()
    }

    fn column(values: &[f64]) -> Column {
        Column { labels: Labels::from([("a", "x\"y")]), values: values.to_vec() }
    }

    #[test]
    fn each_type_has_its_form() {
        let vector = Value::Vector(vec![column(&[1.5]), column(&[ABSENT])]);
        for (value, expected) in [
            (Value::Scalar(vec![f64::NAN]), r#"{"resultType":"scalar","result":[1.500,"NaN"]}"#),
            (Value::Text("t".into()), r#"{"resultType":"string","result":[1.500,"t"]}"#),
            (vector, r#"{"resultType":"vector","result":[{"metric":{"a":"x\"y"},"value":[1.500,"1.5"]}]}"#),
            (Value::Vector(vec![]), r#"{"resultType":"vector","result":[]}"#),
        ] {
            assert_eq!(data(instant(value, 1500, usize::MAX)), expected);
        }
        let steps = Steps::new(-500, 1000, 500);
        let matrix = Value::Vector(vec![column(&[1.0, ABSENT, 2.0, f64::INFINITY])]);
        let expected = r#"{"resultType":"matrix","result":[{"metric":{"a":"x\"y"},"values":[[-0.500,"1"],[0.500,"2"],[1,"+Inf"]]}]}"#;
        assert_eq!(data(range(matrix, steps, usize::MAX)), expected);
        assert!(range(Value::Text("t".into()), steps, usize::MAX).is_err());
        assert_eq!(
            data(range(Value::Vector(vec![column(&[1.0; 4])]), steps, 0)),
            r#"{"resultType":"matrix","result":[]}"#
        );
        assert_eq!(data(success(&[Labels::from([("a", "1")])])), r#"[{"a":"1"}]"#);
    }
}
