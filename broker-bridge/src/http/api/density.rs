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
    let step_ms = match query.get(&DENSITY_STEP) {
        Some(text) => parse_span(text).map_err(|problem| Problem::parameter("step", &problem))?.as_millis() as u32,
        None => step_for(span, clock::age(now, range.from), query.number(&WIDTH)?.unwrap_or(DENSITY_WIDTH)),
    };
    if span.as_millis() / Duration::from_millis(step_ms.into()).as_millis().max(1) > COLUMNS_MAX {
        return Err(Problem::too_large(format!(
            "step: more than {COLUMNS_MAX} columns of a metric: ask for a longer step or a shorter range"
        )));
    }
    let (densities, position, counts) = {
        let state = server.pipeline.read();
        let wants = |metric: &str| wanted.is_empty() || wanted.iter().any(|pattern| name_matches(pattern, metric));
        let densities = state.store.densities(pattern, step_ms, (range.from, range.to), wants);
        (densities, state.position, state.presence.counts_of(pattern))
    };
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
