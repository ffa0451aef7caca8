//! Presence in PubNub's forms, as far as there is any here: the sources of a channel that are up.
//!
//! PubNub counts who subscribes. A bridge knows who publishes, which every bridge sees alike, and does not know the viewers
//! of others; so that is what `hereNow` names. Heartbeats and leaves are answered and mean nothing; state is not kept.

use std::collections::HashMap;
use std::sync::Arc;

use eontide_wire::ChannelPattern;
use eontide_wire::viewer::SourceState;
use serde_json::{Map, Value, json};
use warp::http::StatusCode;

use super::super::Server;
use super::reply::Reply;
use super::{Facade, name};

const SERVICE: &str = "Presence";

/// Channels of one answer.
const CHANNELS_MAX: usize = 2_000;

/// Who is at these channels and those of the groups; everywhere, where none are named.
pub(super) fn here_now(
    server: &Arc<Server>,
    facade: &Facade,
    mut channels: Vec<String>,
    parameters: &HashMap<String, String>,
) -> Reply {
    let groups = parameters.get("channel-group").map(|text| super::call::list(text)).unwrap_or_default();
    let alone = channels.len() == 1 && groups.is_empty();
    let everywhere = channels.is_empty() && groups.is_empty();
    for group in &groups {
        match name::channel(group) {
            Ok(key) => channels.extend(facade.groups.get(&key)),
            Err(error) => return Reply::bad(SERVICE, &error.to_string()),
        }
    }
    if everywhere {
        let state = server.pipeline.read();
        channels = state.presence.counts_by_channel().keys().map(|channel| name::name(channel)).collect();
    }
    if channels.len() > CHANNELS_MAX {
        return Reply::bad(SERVICE, "more than 2000 channels: name some");
    }
    let flag = |name: &str| parameters.get(name).is_some_and(|text| text == "1" || text == "true");
    let (hidden, with_state) = (flag("disable_uuids"), flag("state"));
    let uuid = |id: String| if with_state { json!({ "uuid": id }) } else { json!(id) };
    let mut found = Map::new();
    let mut total = 0;
    for channel in channels {
        let ids = match up(server, &channel) {
            Ok(ids) => ids,
            Err(problem) => return Reply::bad(SERVICE, &problem),
        };
        let occupancy = ids.len();
        total += occupancy;
        let mut here = json!({ "occupancy": occupancy });
        if !hidden {
            here["uuids"] = ids.into_iter().map(uuid).collect();
        }
        found.insert(channel, here);
    }
    let mut answer = json!({ "status": 200, "message": "OK", "service": SERVICE });
    if alone && let Some(here) = found.values_mut().next() {
        answer["occupancy"] = here["occupancy"].take();
        answer["uuids"] = if hidden { json!([]) } else { here["uuids"].take() };
    } else {
        answer["payload"] =
            json!({ "total_channels": found.len(), "total_occupancy": total, "channels": Value::Object(found) });
    }
    Reply::ok(&answer)
}

/// The ids of the sources that are up, in order.
fn up(server: &Server, channel: &str) -> Result<Vec<String>, String> {
    let channel = name::channel(channel).map_err(|error| error.to_string())?;
    let pattern = ChannelPattern::new(channel.as_str()).map_err(|error| error.to_string())?;
    let sources = server.pipeline.read().presence.list(&pattern);
    let mut ids: Vec<String> =
        sources.into_iter().filter(|source| source.state == SourceState::Up).map(|source| source.id).collect();
    ids.sort_unstable();
    ids.dedup();
    Ok(ids)
}

/// Where a source is up.
pub(super) fn where_now(server: &Server, uuid: &str) -> Reply {
    let sources = server.pipeline.read().presence.list(&ChannelPattern::everything());
    let here = sources.into_iter().filter(|source| source.id == uuid && source.state == SourceState::Up);
    let mut channels: Vec<String> = here.map(|source| name::name(&source.channel)).collect();
    channels.sort_unstable();
    channels.dedup();
    let payload = json!({ "channels": channels });
    Reply::ok(&json!({ "status": 200, "message": "OK", "service": SERVICE, "payload": payload }))
}

/// There is none, and none is kept.
pub(super) fn state(uuid: &str, is_set: bool) -> Reply {
    if is_set {
        let message = "this bridge keeps no state of presence";
        return Reply::refused(StatusCode::NOT_IMPLEMENTED, SERVICE, message);
    }
    Reply::ok(&json!({ "status": 200, "message": "OK", "service": SERVICE, "uuid": uuid, "payload": {} }))
}

pub(super) fn heartbeat() -> Reply {
    Reply::ok(&json!({ "status": 200, "message": "OK", "service": SERVICE }))
}

pub(super) fn leave() -> Reply {
    Reply::ok(&json!({ "status": 200, "message": "OK", "action": "leave", "service": SERVICE }))
}
