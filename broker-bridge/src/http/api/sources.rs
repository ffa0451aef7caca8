//! Sources of all channels: by state, machine, label; how many of which; one with the times it was there.

use std::cmp::Reverse;

use eontide_wire::ChannelPattern;
use eontide_wire::viewer::SourceState;
use serde_json::{Value, json};

use super::super::Server;
use super::super::answer::{Answer, Problem, json};
use super::ms;
use super::parameters::{CHANNEL, ID, OFFSET, Query, RANKING_K, SOURCE_HOST, SOURCE_STATE};
use crate::presence::{Filter, Page, Period, Presence};

/// Sources of a page that does not say it.
const PAGE: u32 = 100;
/// Rows of the counts.
const COUNTS_MAX: usize = 1_000;

/// The states by their names.
pub(super) const STATES: [&str; 6] = ["up", "restarted", "crash_looping", "stale", "down", "unknown"];

fn state(name: &str) -> Result<SourceState, Problem> {
    serde_json::from_value(Value::from(name))
        .map_err(|_| Problem::parameter(SOURCE_STATE.name, &format!("one or several of {}", STATES.join(", "))))
}

pub(super) fn channel(query: &Query) -> Result<Option<ChannelPattern>, Problem> {
    let pattern = query.get(&CHANNEL).map(ChannelPattern::new).transpose();
    pattern.map_err(|error| Problem::parameter(CHANNEL.name, &error.to_string()))
}

fn filter(query: &Query) -> Result<Filter, Problem> {
    Ok(Filter {
        states: query.list(&SOURCE_STATE).iter().map(|name| state(name)).collect::<Result<_, _>>()?,
        channel: channel(query)?,
        ids: query.patterns(&ID)?,
        hosts: query.patterns(&SOURCE_HOST)?,
        labels: query.labels()?,
    })
}

/// What an answer about sources begins with: whether the bridge hears who is there, and if not, since when.
fn hearing(presence: &Presence) -> Value {
    let deaf = presence.deaf_since();
    json!({ "hearing": deaf.is_none(), "as_of": deaf.map(ms) })
}

pub(super) fn list(server: &Server, query: &Query) -> Result<Answer, Problem> {
    let filter = filter(query)?;
    let offset = query.number(&OFFSET)?.unwrap_or(0) as usize;
    let limit = query.number(&RANKING_K)?.unwrap_or(PAGE) as usize;
    let state = server.pipeline.read();
    let mut answer = hearing(&state.presence);
    let Page { total, sources } = state.presence.page(&filter, offset, limit);
    drop(state);
    (answer["total"], answer["offset"], answer["sources"]) = (json!(total), json!(offset), json!(sources));
    Ok(json(&answer))
}

pub(super) fn counts(server: &Server, query: &Query) -> Result<Answer, Problem> {
    let filter = filter(query)?;
    let state = server.pipeline.read();
    let mut answer = hearing(&state.presence);
    let mut counts: Vec<_> = state.presence.counts_by_host(&filter).into_iter().collect();
    drop(state);
    counts.sort_by(|(a, n), (b, m)| (Reverse(n), a).cmp(&(Reverse(m), b)));
    let total: u64 = counts.iter().map(|(_, count)| count).sum();
    counts.truncate(COUNTS_MAX);
    let row = |((host, state, cause), count): (_, u64)| json!({ "host": host, "state": state, "cause": cause, "count": count });
    let rows: Vec<Value> = counts
        .into_iter()
        .map(|((host, state, cause), count)| {
            let state = serde_json::to_value(STATE_ORDER[state]).unwrap_or_default();
            row(((host.map(|host| host.to_string()), state, cause), count))
        })
        .collect();
    (answer["total"], answer["counts"]) = (json!(total), json!(rows));
    Ok(json(&answer))
}

/// States by their rank in counts.
const STATE_ORDER: [SourceState; 6] = [
    SourceState::Down,
    SourceState::Stale,
    SourceState::CrashLooping,
    SourceState::Unknown,
    SourceState::Restarted,
    SourceState::Up,
];

pub(super) fn one(server: &Server, id: &str, query: &Query) -> Result<Answer, Problem> {
    let channel = channel(query)?;
    let state = server.pipeline.read();
    let mut answer = hearing(&state.presence);
    let found = state.presence.lives(id, channel.as_ref());
    drop(state);
    if found.is_empty() {
        return Err(Problem::not_found(format!("no source is called {id:.128}, or it was forgotten since")));
    }
    let sources: Vec<Value> = found
        .into_iter()
        .map(|(view, periods)| {
            let mut source = json!(view);
            source["periods"] = periods.iter().map(period).collect();
            source
        })
        .collect();
    answer["sources"] = json!(sources);
    Ok(json(&answer))
}

fn period(period: &Period) -> Value {
    let Period { epoch, from, to, cause, reason } = period;
    json!({ "epoch": epoch, "from": ms(*from), "to": ms(*to), "cause": cause, "reason": &**reason })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_has_its_name_and_its_rank() {
        for name in STATES {
            let state = state(name).unwrap();
            assert!(STATE_ORDER.contains(&state), "{name}");
        }
        assert!(state("gone").is_err());
    }
}
