//! Channel groups: lists of channels by name, kept by the broker, the same at every bridge.

use std::collections::HashMap;
use std::sync::Arc;

use eontide_wire::Channel;
use serde_json::json;
use tokio::time::timeout;
use warp::http::StatusCode;

use super::super::Server;
use super::call::list;
use super::reply::Reply;
use super::{Facade, LOADED_TIMEOUT, name};
use crate::broker::NotChanged;

const SERVICE: &str = "channel-registry";

/// Lists a group, or adds and removes channels.
pub(super) async fn serve(
    server: &Arc<Server>,
    facade: &Facade,
    group: &str,
    parameters: &HashMap<String, String>,
) -> Reply {
    let named = |parameter: &str| parameters.get(parameter).map(|text| list(text)).unwrap_or_default();
    let (add, remove) = (named("add"), named("remove"));
    if let Some(problem) = add.iter().find_map(|channel| name::channel(channel.trim_end_matches(".*")).err()) {
        return Reply::bad(SERVICE, &problem.to_string());
    }
    if parameters.contains_key("add") || parameters.contains_key("remove") {
        return changed(server, facade, group, |channels| {
            channels.retain(|channel| !remove.contains(channel));
            let new: Vec<String> = add.iter().filter(|channel| !channels.contains(channel)).cloned().collect();
            channels.extend(new);
        })
        .await;
    }
    let channels = match key(group) {
        Ok(key) if loaded(facade).await => facade.groups.get(&key),
        Ok(_) => return unread(),
        Err(problem) => return problem,
    };
    Reply::ok(&json!({
        "status": 200, "service": SERVICE, "error": false, "payload": { "group": group, "channels": channels },
    }))
}

/// Removes a group.
pub(super) async fn remove(server: &Arc<Server>, facade: &Facade, group: &str) -> Reply {
    changed(server, facade, group, Vec::clear).await
}

/// The names of all groups.
pub(super) async fn all(facade: &Facade, sub_key: &str) -> Reply {
    if !loaded(facade).await {
        return unread();
    }
    let groups: Vec<String> = facade.groups.names().iter().map(|key| name::name(key)).collect();
    let payload = json!({ "sub_key": sub_key, "namespace": "", "groups": groups });
    Reply::ok(&json!({ "status": 200, "service": SERVICE, "error": false, "payload": payload }))
}

async fn changed(server: &Arc<Server>, facade: &Facade, group: &str, change: impl Fn(&mut Vec<String>)) -> Reply {
    let key = match key(group) {
        Ok(key) => key,
        Err(problem) => return problem,
    };
    match facade.groups.change(&server.broker, &key, change).await {
        Ok(()) => Reply::ok(&json!({ "status": 200, "message": "OK", "service": SERVICE, "error": false })),
        Err(NotChanged::Refused(problem)) => Reply::refused(StatusCode::FORBIDDEN, SERVICE, &problem),
        Err(NotChanged::Unavailable(problem)) => Reply::unavailable(SERVICE, &problem),
    }
}

fn key(group: &str) -> Result<Channel, Reply> {
    name::channel(group).map_err(|error| Reply::bad(SERVICE, &error.to_string()))
}

async fn loaded(facade: &Facade) -> bool {
    timeout(LOADED_TIMEOUT, facade.groups.changes().wait_for(Option::is_some)).await.is_ok_and(|read| read.is_ok())
}

fn unread() -> Reply {
    Reply::unavailable(
        SERVICE,
        "channel groups are not read yet: is the broker there, and may the bridge use EON-GROUPS?",
    )
}
