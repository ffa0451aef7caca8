//! Monitors over HTTP: made, waited for, taken back; and how fast notices go out.

use std::time::Duration;

use eontide_wire::monitor::MonitorRequest;
use futures_util::StreamExt;
use serde::Deserialize;
use serde_json::json;
use tokio::time::{Instant, timeout_at};

use super::super::Server;
use super::super::answer::{Answer, Problem, json};
use super::import::Upload;
use super::parameters::{Query, WAIT};
use crate::clock;
use crate::monitors::Refusal;
use crate::monitors::dispatch::{DEMAND_BOUNDS, INTERVAL_MS_BOUNDS};

/// Largest request.
const BODY_MAX: usize = 16 * 1024;
/// How long a request may take to arrive.
const BODY_WITHIN: Duration = Duration::from_secs(10);
/// Notices of one answer.
const NOTICES_MAX: usize = 1_000;
/// Longest wait; below what proxies cut.
const WAIT_MAX: Duration = Duration::from_secs(50);

async fn read<T: for<'a> Deserialize<'a>>(mut upload: Upload) -> Result<T, Problem> {
    let mut body = Vec::new();
    let deadline = Instant::now() + BODY_WITHIN;
    while let Some(piece) = timeout_at(deadline, upload.next()).await.map_err(|_| bad("the body does not arrive"))? {
        body.extend_from_slice(&piece.map_err(|error| bad(&error))?);
        if body.len() > BODY_MAX {
            return Err(bad(&format!("{BODY_MAX} bytes are the limit")));
        }
    }
    serde_json::from_slice(if body.is_empty() { b"{}" } else { &body }).map_err(|error| bad(&error.to_string()))
}

fn bad(problem: &str) -> Problem {
    Problem::parameter("body", problem)
}

pub(super) async fn make(server: &Server, upload: Upload) -> Result<Answer, Problem> {
    let mut request: MonitorRequest = read(upload).await?;
    // Over HTTP one asks for notices; where they go is nobody else's.
    request.inbox = None;
    if !*server.ready.borrow() {
        return Err(Problem::unavailable("replay", "history is being read: everybody would seem to be gone"));
    }
    let made = server.pipeline.monitor(&request, clock::now()).map_err(|refusal| match refusal {
        Refusal::Bad(problem) => bad(&problem),
        full @ Refusal::Full(_) => Problem::unavailable("too_many", full.to_string()),
    })?;
    Ok(json(&made))
}

/// Waits until there are notices, or for as long as was asked for.
pub(super) async fn fetch(server: &Server, reference: &str, query: &Query) -> Result<Answer, Problem> {
    let monitors = server.pipeline.monitors();
    let gone = || Problem::not_found("no such monitor here: it is over and all was fetched, or its lease ended");
    let number = monitors.number(reference).ok_or_else(gone)?;
    let deadline = Instant::now() + query.span(&WAIT)?.unwrap_or_default().min(WAIT_MAX);
    loop {
        // Before looking, so that nothing falls between.
        let mut delivered = std::pin::pin!(monitors.delivered.notified());
        delivered.as_mut().enable();
        let fetched = monitors.table().fetch(number, NOTICES_MAX, clock::now().mono);
        let (ready, more) = fetched.ok_or_else(gone)?;
        if !ready.is_empty() || !more || timeout_at(deadline, delivered).await.is_err() {
            let notices: Vec<_> = ready.iter().map(|one| monitors.notice(one)).collect();
            return Ok(json(&json!({ "bridge": monitors.bridge, "notices": notices, "over": !more })));
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Flush {
    #[serde(default)]
    flush: bool,
}

pub(super) async fn take_back(server: &Server, reference: &str, upload: Upload) -> Result<Answer, Problem> {
    let Flush { flush } = read(upload).await?;
    Ok(json(&json!({ "demonitored": server.pipeline.monitors().demonitor(reference, flush) })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Throttle {
    demand: Option<u64>,
    interval_ms: Option<u64>,
}

pub(super) fn throttle(server: &Server) -> Answer {
    let (demand, interval_ms) = server.pipeline.monitors().throttle();
    json(&json!({ "demand": demand, "interval_ms": interval_ms }))
}

pub(super) async fn set_throttle(server: &Server, upload: Upload) -> Result<Answer, Problem> {
    let Throttle { demand, interval_ms } = read(upload).await?;
    for (name, value, (least, most)) in
        [("demand", demand, DEMAND_BOUNDS), ("interval_ms", interval_ms, INTERVAL_MS_BOUNDS)]
    {
        if value.is_some_and(|value| !(least..=most).contains(&value)) {
            return Err(bad(&format!("{name} is not within {least} to {most}")));
        }
    }
    let monitors = server.pipeline.monitors();
    let now = monitors.throttle();
    monitors.set_throttle(demand.unwrap_or(now.0), interval_ms.unwrap_or(now.1));
    Ok(throttle(server))
}
