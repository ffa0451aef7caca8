//! `/prometheus/api/v1`: our series for who speaks Prometheus, Grafana first of all.
//!
//! | module | does |
//! |---|---|
//! | `parameters` | what is asked: address, form, times, durations |
//! | `query`, `lists` | the resources: values; series, labels, metadata |
//! | `naming`, `labels` | a series of ours in Prometheus' words |
//! | `syntax`, `plan`, `call`, `node` | the text of a query becomes what is evaluated |
//! | `select` | the store's points become samples of series |
//! | `eval` | one node after the other, with `window`, `over_time`, `aggregate`, `rank`, `binary`, `matching`, `dates` |
//! | `value`, `number` | columns of values; numbers as Go has them |
//! | `budget`, `problem`, `answer` | what a query may cost; why there is no answer; JSON |
//!
//! The meaning of everything is that of Prometheus 2.42 (its promql/engine.go and promql/functions.go), compared with a
//! real one in `tests/e2e/prometheus.rs`. What differs: names (see `naming`); a gap in a series ends it like a marker of
//! staleness; of several points in one millisecond the last counts. What is not supported is refused, never approximated.

mod aggregate;
mod answer;
mod binary;
mod budget;
mod call;
mod dates;
mod eval;
mod labels;
mod lists;
mod matching;
mod naming;
mod node;
mod number;
mod over_time;
mod parameters;
mod plan;
mod problem;
mod query;
mod rank;
mod select;
mod syntax;
mod value;
mod window;

use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Buf;
use eontide_wire::Timestamp;
use futures_util::{Stream, StreamExt};
use serde_json::json;
use warp::http::{HeaderMap, Method, StatusCode};

use super::answer::{Answer, failure};
use super::body::Body;
use super::{Server, allowed, with_cors};
use crate::pipeline::Pipeline;

use self::answer::success;
use self::budget::TIME_MAX;
use self::parameters::Parameters;
use self::problem::Problem;

/// Of a form, in bytes.
const FORM_MAX: usize = 64 * 1024;
/// How long a form may take to arrive.
const FORM_TIMEOUT: Duration = Duration::from_secs(10);
/// Whose language we speak: Grafana offers what that version can do.
const SPEAKS: &str = "2.42.0";

/// Answers one request; `path` is what follows `/prometheus/`.
pub(super) async fn serve(
    server: &Arc<Server>,
    method: &Method,
    path: &str,
    query: &str,
    headers: &HeaderMap,
    form: impl Stream<Item = Result<impl Buf, warp::Error>>,
) -> Answer {
    if method == Method::OPTIONS {
        return with_cors(server, headers, super::answer::answer(StatusCode::NO_CONTENT, "text/plain", Vec::new()));
    }
    if ![Method::GET, Method::HEAD, Method::POST].contains(method) {
        return failure(StatusCode::METHOD_NOT_ALLOWED, "method", "GET, HEAD and POST only");
    }
    if let Err(refused) = allowed(server, headers) {
        return *refused;
    }
    let form = if method == Method::POST { read_form(form).await } else { Ok(Vec::new()) };
    let made = match form {
        Ok(form) => answered(server, path.to_owned(), Parameters::read(&form, query)).await,
        Err(problem) => Err(problem),
    };
    let answer = with_cors(server, headers, made.unwrap_or_else(Answer::from));
    if method == Method::HEAD { answer.map(|_| Body::default()) } else { answer }
}

async fn read_form(form: impl Stream<Item = Result<impl Buf, warp::Error>>) -> Result<Vec<u8>, Problem> {
    let read = async {
        let mut form = std::pin::pin!(form);
        let mut bytes = Vec::new();
        while let Some(part) = form.next().await {
            let mut part = part.map_err(|error| Problem::BadData(format!("the form could not be read: {error}")))?;
            if bytes.len() + part.remaining() > FORM_MAX {
                return Err(Problem::TooLarge(format!("a form of more than {FORM_MAX} bytes")));
            }
            bytes.extend_from_slice(&part.copy_to_bytes(part.remaining()));
        }
        Ok(bytes)
    };
    tokio::time::timeout(FORM_TIMEOUT, read).await.unwrap_or(Err(Problem::Timeout))
}

async fn answered(server: &Arc<Server>, path: String, parameters: Parameters) -> Result<Answer, Problem> {
    let deadline = Instant::now() + parameters.timeout(TIME_MAX)?;
    let turns = if path.contains("/query") { &server.readings } else { &server.listings };
    let made = server.reading(turns, move |server| resource(&server.pipeline, &path, &parameters, deadline)).await;
    made.unwrap_or_else(|problem| Err(Problem::Internal(problem)))
}

fn resource(pipeline: &Pipeline, path: &str, parameters: &Parameters, deadline: Instant) -> Result<Answer, Problem> {
    let parts: Vec<&str> = path.trim_end_matches('/').split('/').collect();
    let ["api", "v1", ref below @ ..] = parts[..] else { return Err(no_such(path)) };
    match *below {
        ["query"] => query::instant(pipeline, parameters, Timestamp::now(), deadline),
        ["query_range"] => query::range(pipeline, parameters, deadline),
        ["series"] => lists::series(pipeline, parameters),
        ["labels"] => lists::names(pipeline, parameters),
        ["label", name, "values"] => lists::values(pipeline, name, parameters),
        ["metadata"] => lists::metadata(pipeline, parameters),
        ["status", "buildinfo"] => success(&json!({
            "version": SPEAKS,
            "revision": concat!("eontide-", env!("CARGO_PKG_VERSION")),
            "branch": "", "buildUser": "", "buildDate": "", "goVersion": "",
        })),
        // We have none of these: an empty list says so.
        ["query_exemplars"] => success(&json!([])),
        ["rules"] => success(&json!({"groups": []})),
        ["alerts"] => success(&json!({"alerts": []})),
        _ => Err(no_such(path)),
    }
}

fn no_such(path: &str) -> Problem {
    Problem::NotFound(format!(
        "no such resource: {path:.100}; there are /prometheus/api/v1/query, query_range, series, labels, label/<name>/values, \
         metadata, status/buildinfo"
    ))
}
