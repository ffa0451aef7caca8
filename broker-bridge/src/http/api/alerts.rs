//! What was said of alerts.

use eontide_wire::ChannelPattern;
use serde_json::json;

use super::super::Server;
use super::super::answer::{Answer, Problem, json};
use super::parameters::Query;
use super::sources::channel;
use crate::alerts::ALERTS_KEPT;

pub(super) fn list(server: &Server, query: &Query) -> Result<Answer, Problem> {
    let channel = channel(query)?.unwrap_or_else(ChannelPattern::everything);
    let state = server.pipeline.read();
    let (firing, alerts) = (state.alerts.firing(&channel), state.alerts.newest(&channel, ALERTS_KEPT));
    drop(state);
    Ok(json(&json!({ "firing": firing, "alerts": alerts })))
}
