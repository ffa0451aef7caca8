//! `…/density`: merged columns of a range.

use std::time::Duration;

use eontide_wire::ChannelPattern;
use eontide_wire::Timestamp;
use eontide_wire::viewer::density::{Density, DensityKind, push_metrics};
use eontide_wire::viewer::parse_span;
use eontide_wire::viewer::request::name_matches;
use serde_json::json;

use super::super::Server;
use super::super::answer::{Answer, Problem, answer};
use super::super::start::{DENSITY_POINTS_MAX, DENSITY_WIDTH};
use super::format::Format;
use super::ms;
use super::parameters::{DENSITY_STEP, METRIC, Query, TO, WIDTH};
use crate::clock;
use crate::store::step_for;
use warp::http::StatusCode;

/// Columns of one metric in one answer.
const COLUMNS_MAX: u128 = 32_768;

/// Points of which columns of a step are made that is not kept for so long: 0.15 s on two cores.
const MADE_POINTS_MAX: usize = 20_000_000;

/// Answers one query. Takes long where columns are made from points: not for the threads that serve sockets.
pub(super) fn serve(
    server: &Server,
    pattern: &ChannelPattern,
    query: &Query,
    format: Format,
) -> Result<Answer, Problem> {
    let now = Timestamp::now();
    let mut range = query.range(now, server.history)?;
    if query.get(&TO).is_none() {
        range.to = now.max(range.from);
    }
    let wanted = query.patterns(&METRIC)?;
    let span = clock::age(range.to, range.from);
    let steps = steps(query, span, clock::age(now, range.from))?;
    if steps.iter().any(|step_ms| span.as_millis() / u128::from((*step_ms).max(1)) > COLUMNS_MAX) {
        return Err(Problem::too_large(format!(
            "step: more than {COLUMNS_MAX} columns of a metric: ask for a longer step or a shorter range"
        )));
    }
    let wants = |metric: &str| wanted.is_empty() || wanted.iter().any(|pattern| name_matches(pattern, metric));
    let taken = |step_ms: u32| {
        let state = server.pipeline.read();
        let densities = state.store.densities(pattern, step_ms, (range.from, range.to), wants);
        (step_ms, densities, state.position, state.presence.counts_of(pattern))
    };
    let (mut step_ms, mut densities, mut position, mut counts) = taken(steps[0]);
    if steps[1] != step_ms && densities.points_at_most() > MADE_POINTS_MAX {
        (step_ms, densities, position, counts) = taken(steps[1]);
    }
    if densities.points_at_most() > DENSITY_POINTS_MAX {
        return Err(Problem::too_large(
            "from: columns of so many points are not kept in this step: ask for a shorter range, fewer metrics or a longer step",
        ));
    }
    let metrics = densities.columns();
    if format == Format::Binary {
        let window_ms = u64::try_from(span.as_millis()).unwrap_or(u64::MAX);
        let kind = DensityKind::Snapshot { window_ms, sources: counts };
        let frame = Density { sub: 0, position, now, kind, step_ms, metrics: &metrics };
        return Ok(answer(StatusCode::OK, format.content_type(), frame.to_binary()));
    }
    let head = json!({
        "channel": pattern.to_string(), "position": position, "from": ms(range.from), "to": ms(range.to), "step_ms": step_ms,
    });
    let mut body = head.to_string().into_bytes();
    body.pop();
    body.extend_from_slice(b",\"metrics\":");
    push_metrics(&mut body, &metrics);
    body.push(b'}');
    Ok(answer(StatusCode::OK, format.content_type(), body))
}

/// The step that is asked for, else the one that fits the picture; and the one that is taken instead where the first is kept no
/// more and would take long to make.
fn steps(query: &Query, span: Duration, age: Duration) -> Result<[u32; 2], Problem> {
    if let Some(text) = query.get(&DENSITY_STEP) {
        let step_ms = parse_span(text).map_err(|problem| Problem::parameter("step", &problem))?.as_millis() as u32;
        return Ok([step_ms; 2]);
    }
    let width = query.number(&WIDTH)?.unwrap_or(DENSITY_WIDTH);
    Ok([step_for(span, Duration::ZERO, width), step_for(span, age, width)])
}
