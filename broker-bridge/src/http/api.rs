//! `/api/v1`: channels, series, sources, points, rejects.

use std::collections::HashMap;

use eontide_wire::viewer::frame::push_blocks;
use eontide_wire::viewer::request::{WIDTH_MAX, check_patterns, name_matches};
use eontide_wire::viewer::{BlockRef, parse_span};
use eontide_wire::{ChannelPattern, Timestamp};
use serde_json::json;

use super::answer::{Answer, Problem, json, json_bytes};
use super::described::Descriptions;
use crate::clock;
use crate::pipeline::Pipeline;
use crate::store::{Canvas, OwnedBlock};

/// Points of one answer.
pub(super) const POINTS_MAX: usize = 4_000_000;

/// Answers one request; `path` is what follows `/api/v1/`.
pub(super) fn serve(pipeline: &Pipeline, path: &str, query: &HashMap<String, String>) -> Answer {
    let parts: Vec<&str> = path.trim_end_matches('/').split('/').collect();
    let answered = match parts[..] {
        ["channels"] => Ok(channels(pipeline)),
        ["rejects"] => Ok(rejects(pipeline)),
        ["channels", channel, what] => match what {
            "series" => known(pipeline, channel).map(|pattern| series(pipeline, &pattern)),
            "sources" => known(pipeline, channel).map(|pattern| sources(pipeline, &pattern)),
            "query" => known(pipeline, channel).and_then(|pattern| points(pipeline, &pattern, query)),
            _ => Err(Problem::not_found("no such resource: series, sources or query")),
        },
        _ => Err(Problem::not_found(
            "no such resource: /api/v1/channels, /api/v1/rejects, /api/v1/channels/<c>/series|sources|query",
        )),
    };
    answered.unwrap_or_else(Answer::from)
}

fn ms(time: Timestamp) -> f64 {
    time.as_millis_f64()
}

fn channels(pipeline: &Pipeline) -> Answer {
    let state = pipeline.read();
    let sources = state.presence.counts_by_channel();
    let list: Vec<_> = state
        .store
        .list()
        .into_iter()
        .map(|summary| {
            json!({
                "channel": &*summary.channel,
                "series": summary.series,
                "points": summary.points,
                "sources": sources.get(&*summary.channel).unwrap_or(&0),
                "last": ms(summary.last_message),
            })
        })
        .collect();
    json(&json!({ "channels": list }))
}

fn rejects(pipeline: &Pipeline) -> Answer {
    json(&json!({ "rejects": pipeline.read().rejects.list() }))
}

/// A channel somebody published on, or a pattern that covers one.
fn known(pipeline: &Pipeline, channel: &str) -> Result<ChannelPattern, Problem> {
    let pattern = ChannelPattern::new(channel).map_err(|error| Problem::parameter("channel", &error.to_string()))?;
    let state = pipeline.read();
    if !state.store.holds(&pattern) && state.presence.count(&pattern) == 0 {
        return Err(Problem::not_found(format!(
            "nothing was published on channel {pattern} within the window of history"
        )));
    }
    Ok(pattern)
}

fn series(pipeline: &Pipeline, pattern: &ChannelPattern) -> Answer {
    let state = pipeline.read();
    let descriptions = Descriptions::of(&state, pattern);
    let list: Vec<_> = state
        .store
        .list_series(pattern)
        .into_iter()
        .map(|summary| {
            let known = descriptions.get(&summary.channel, &summary.name);
            json!({
                "name": &*summary.name,
                "channel": &*summary.channel,
                "points": summary.points,
                "last": summary.last.map(ms),
                "source": known.source.as_ref().map(|source| &source.id),
                "unit": known.unit.as_deref(),
                "metric": &*known.metric,
            })
        })
        .collect();
    json(&json!({ "channel": pattern.to_string(), "series": list }))
}

fn sources(pipeline: &Pipeline, pattern: &ChannelPattern) -> Answer {
    let sources = pipeline.read().presence.list(pattern);
    json(&json!({ "channel": pattern.to_string(), "sources": sources }))
}

/// `?from&to&width&series`: times in ms or RFC 3339, or a span back from now such as `15m`.
fn points(pipeline: &Pipeline, pattern: &ChannelPattern, query: &HashMap<String, String>) -> Result<Answer, Problem> {
    for parameter in query.keys() {
        if !["from", "to", "width", "series"].contains(&parameter.as_str()) {
            return Err(Problem::parameter(parameter, "no such parameter: from, to, width, series"));
        }
    }
    let now = Timestamp::now();
    let history = pipeline.read().store.history();
    let from = query
        .get("from")
        .map(|text| time(text, now))
        .transpose()
        .map_err(|problem| Problem::parameter("from", &problem))?;
    let to = query
        .get("to")
        .map(|text| time(text, now))
        .transpose()
        .map_err(|problem| Problem::parameter("to", &problem))?;
    let from = from.unwrap_or_else(|| clock::before(now, history));
    let to = to.unwrap_or(Timestamp::from_micros(now.as_micros() + eontide_wire::limits::TIMESTAMP_AHEAD_US));
    if from > to {
        return Err(Problem::parameter("from", "later than to"));
    }
    let width = match query.get("width") {
        None => None,
        Some(text) => match text.parse::<u32>() {
            Ok(width) if (1..=WIDTH_MAX).contains(&width) => Some(width),
            _ => return Err(Problem::parameter("width", &format!("not a whole number from 1 to {WIDTH_MAX}"))),
        },
    };
    let names: Vec<&str> = query.get("series").map(|text| text.split(',').collect()).unwrap_or_default();
    check_patterns(names.iter().copied()).map_err(|problem| Problem::parameter("series", &problem))?;
    let wanted = |_: &str, name: &str| names.is_empty() || names.iter().any(|pattern| name_matches(pattern, name));
    let (picture, position) = {
        let state = pipeline.read();
        (state.store.picture(pattern, from, wanted), state.position)
    };
    if picture.points_at_most(width) > POINTS_MAX {
        return Err(Problem::too_large(format!(
            "more than {POINTS_MAX} points: ask for a shorter range, fewer series, or a (smaller) width"
        )));
    }
    let canvas = width.map(|width| Canvas { width, end: to.min(now).max(from) });
    let owned = picture.blocks(from, to, canvas);
    let blocks: Vec<BlockRef<'_>> = owned.iter().map(OwnedBlock::as_ref).collect();
    let head =
        json!({ "channel": pattern.to_string(), "position": position, "from": ms(from), "to": ms(to) }).to_string();
    let mut body = head.into_bytes();
    body.pop();
    body.extend_from_slice(b",\"blocks\":");
    push_blocks(&mut body, &blocks);
    body.push(b'}');
    Ok(json_bytes(body))
}

/// Milliseconds (or any unit the wire knows), RFC 3339, or a span back from now.
fn time(text: &str, now: Timestamp) -> Result<Timestamp, String> {
    if let Ok(span) = parse_span(text) {
        return Ok(clock::before(now, span));
    }
    let number = || text.parse::<f64>().ok().and_then(Timestamp::from_number);
    Timestamp::from_rfc3339(text).or_else(number).ok_or_else(|| {
        "no time: write ms since 1970, RFC 3339 (+ as %2B), or a span back from now such as 15m".to_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_ms_rfc3339_or_a_span_back() {
        let now = Timestamp::from_millis(1_763_683_200_000);
        for (text, ms) in [
            ("1763683200123", 1_763_683_200_123),
            ("1763683200.123", 1_763_683_200_123),
            ("2025-11-21T00:00:00.123Z", 1_763_683_200_123),
            ("1m", 1_763_683_140_000),
        ] {
            assert_eq!(time(text, now).unwrap(), Timestamp::from_millis(ms), "{text}");
        }
        for bad in ["", "now", "yesterday", "nan"] {
            assert!(time(bad, now).is_err(), "{bad}");
        }
    }
}
