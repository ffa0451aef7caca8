//! What there is: channels, series, sources, rejects.

use eontide_wire::ChannelPattern;
use serde_json::json;

use super::super::Server;
use super::super::answer::{Answer, json};
use super::super::described::Descriptions;
use super::ms;
use crate::pipeline::Pipeline;

pub(super) fn channels(pipeline: &Pipeline) -> Answer {
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

pub(super) fn rejects(pipeline: &Pipeline) -> Answer {
    json(&json!({ "rejects": pipeline.read().rejects.list() }))
}

pub(super) fn history(server: &Server) -> Answer {
    let archive = server.pipeline.archive().map(|archive| archive.status());
    let (metrics, state) = (&server.metrics, server.pipeline.read());
    json(&json!({
        "window_ms": u64::try_from(server.history.as_millis()).unwrap_or(u64::MAX),
        "points": state.store.points(),
        "series": state.store.series(),
        "memory_bytes": state.store.size() + state.store.columns_size(),
        "disk": archive.map(|archive| json!({
            "bytes": archive.bytes, "files": archive.files, "checkpoint_offset": archive.checkpoint,
        })),
        "offset": state.position.offset,
        // Since the bridge was started.
        "dropped": {
            "age": metrics.points_dropped_age_total.get(),
            "memory": metrics.points_dropped_memory_total.get(),
            "disk": metrics.points_dropped_disk_total.get(),
        },
    }))
}

pub(super) fn series(pipeline: &Pipeline, pattern: &ChannelPattern) -> Answer {
    let descriptions = Descriptions::of(pipeline, pattern);
    let list = pipeline.read().store.list_series(pattern);
    let list: Vec<_> = list
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

pub(super) fn sources(pipeline: &Pipeline, pattern: &ChannelPattern) -> Answer {
    let sources = pipeline.read().presence.list(pattern);
    json(&json!({ "channel": pattern.to_string(), "sources": sources }))
}
