//! `/metrics`: the bridge's internal metrics in the Prometheus text format, version 0.0.4.

use std::fmt::Write;

use eontide_wire::ChannelPattern;
use warp::http::StatusCode;

use super::Server;
use super::answer::{Answer, answer};
use super::api::{EXPORTS_MAX, IMPORTS_MAX};

/// All counters and gauges.
pub(super) fn serve(server: &Server) -> Answer {
    let mut out = String::with_capacity(4096);
    let metrics = &server.metrics;
    for (name, help, value) in metrics.counters() {
        family(&mut out, name, "counter", help.trim());
        let _ = writeln!(out, "eontide_{name} {value}");
    }
    family(&mut out, "rejected_messages_total", "counter", "Messages rejected, by reason.");
    for (reason, count) in metrics.rejected() {
        let _ = writeln!(out, "eontide_rejected_messages_total{{reason=\"{reason}\"}} {count}");
    }
    let (monitors, transitions) = (server.pipeline.monitors().sizes(), server.pipeline.transitions().len());
    let (views, subscriptions) = server.hub.counts();
    let archive = server.pipeline.archive().map(|archive| archive.status()).unwrap_or_default();
    let state = server.pipeline.read();
    let facade_polls = server.facade.as_ref().map_or(0, |facade| facade.polls_open() as u64);
    let (up, down) = state.presence.counts();
    for (name, help, value) in [
        ("points", "Points held.", state.store.points() as u64),
        ("points_bytes", "Memory of these points.", state.store.size() as u64),
        ("columns_bytes", "Memory of merged columns.", state.store.columns_size() as u64),
        ("history_bytes", "Bytes of the history on disk.", archive.bytes),
        ("history_files", "Segment files of the history on disk.", archive.files),
        ("history_offset", "Sequence of the last data message in the last checkpoint.", archive.checkpoint),
        ("series", "Series held.", state.store.series() as u64),
        ("channels", "Channels held.", state.store.channels() as u64),
        ("sources_up", "Sources that publish.", up as u64),
        ("sources_down", "Sources that left or fell silent.", down as u64),
        ("alerts_firing", "Alerts that fire.", state.alerts.firing(&ChannelPattern::everything()) as u64),
        (
            "alerts_dropped_total",
            "Alerts that fired and were forgotten, because there were too many.",
            state.alerts.dropped(),
        ),
        ("sources_untracked_total", "Messages of sources beyond --sources-max.", state.presence.overflow()),
        ("hearing", "1 while the bridge hears who is there.", u64::from(state.presence.deaf_since().is_none())),
        ("transitions_waiting", "Transitions of sources that wait to be published.", transitions as u64),
        ("monitors_open", "Monitors that may fire.", monitors.monitors as u64),
        ("monitored_sources", "Sources watched by monitors, once for each.", monitors.watches as u64),
        ("monitor_subscribers", "Subscribers of monitors.", monitors.subscribers as u64),
        ("notices_waiting", "Notices that are due and wait for their turn.", monitors.waiting as u64),
        (
            "viewers_open",
            "Viewers connected, polls of the PubNub facade included.",
            (server.viewers_max - server.seats.available_permits()) as u64,
        ),
        ("views", "Distinct views.", views as u64),
        ("subscriptions", "Subscriptions of viewers.", subscriptions as u64),
        ("exports_open", "Exports being read.", (EXPORTS_MAX - server.exports.available_permits()) as u64),
        ("imports_open", "Imports under way.", (IMPORTS_MAX - server.imports.available_permits()) as u64),
        ("facade_polls_open", "Polls of the PubNub facade that wait.", facade_polls),
        ("stream_offset", "Sequence of the last data message read.", state.position.offset),
        ("ready", "1 once history is read.", u64::from(*server.ready.borrow())),
        ("nats_connected", "1 while the connection to NATS is up.", u64::from(server.broker.connected())),
    ] {
        family(&mut out, name, "gauge", help);
        let _ = writeln!(out, "eontide_{name} {value}");
    }
    answer(StatusCode::OK, "text/plain; version=0.0.4; charset=utf-8", out)
}

fn family(out: &mut String, name: &str, kind: &str, help: &str) {
    let _ = writeln!(out, "# HELP eontide_{name} {help}\n# TYPE eontide_{name} {kind}");
}
