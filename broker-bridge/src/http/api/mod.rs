//! `/api/v1`: what is there, points and aggregates, export and import.
//!
//! * `routes`, `parameters`: the table · `openapi`: the document made of it · `lists`: channels, series, sources, rejects
//! * `select`, `group_by`: which series, and which belong together · `query`, `found`: points, and how they are written ·
//!   `aggregate`, `rank`: many series as one, the largest of many · `format`: JSON, CSV, EON, binary
//! * `ranking`: series in order, without their points; `shared`: answers that equal requests share
//! * `messages`: messages as they were published, from the stream
//! * `sources`: who is there, of all channels · `alerts`: what fires · `monitors`: who is told of whose end
//! * `density`: merged columns · `export`, `import`: files of any length

mod aggregate;
mod alerts;
mod density;
mod export;
mod format;
mod found;
mod group_by;
mod import;
mod lists;
mod messages;
mod monitors;
mod openapi;
mod parameters;
mod query;
mod rank;
mod ranking;
mod routes;
mod select;
mod shared;
mod sources;

use std::collections::HashMap;
use std::sync::Arc;

use eontide_wire::{ChannelPattern, Timestamp};
use warp::http::{HeaderMap, Method};

use super::Server;
use super::answer::{Answer, Problem, json};
use super::packed::{shrunk, takes_gzip};
use crate::pipeline::Pipeline;

pub(super) use self::export::EXPORTS_MAX;
pub(super) use self::import::{IMPORTS_MAX, Upload};
pub(super) use self::shared::Shared;

use self::format::Format;
use self::parameters::{DENSITY_FORMAT, FORMAT, Query};
use self::routes::Resource;

/// Points of one answer.
pub(super) const POINTS_MAX: usize = 4_000_000;

/// A request below `/api/v1/`.
pub(super) struct Request<'r> {
    pub(super) method: &'r Method,
    /// What follows `/api/v1/`.
    pub(super) path: &'r str,
    pub(super) query: HashMap<String, String>,
    pub(super) headers: &'r HeaderMap,
    pub(super) upload: Upload,
}

/// Answers one request.
pub(super) async fn serve(server: &Arc<Server>, request: Request<'_>) -> Answer {
    answered(server, request).await.unwrap_or_else(Answer::from)
}

async fn answered(server: &Arc<Server>, request: Request<'_>) -> Result<Answer, Problem> {
    let Request { method, path, query, headers, upload } = request;
    let (route, channel) = routes::find(method, path)?;
    let query = Query::new(route, query)?;
    let named = channel.to_owned();
    let takes_gzip = takes_gzip(headers);
    match route.resource {
        Resource::OpenApi => Ok(json(&openapi::document())),
        Resource::Channels => listing(server, |server| Ok(lists::channels(&server.pipeline))).await,
        Resource::History => listing(server, |server| Ok(lists::history(server))).await,
        Resource::Alerts => listing(server, move |server| alerts::list(server, &query)).await,
        Resource::Rejects => listing(server, |server| Ok(lists::rejects(&server.pipeline))).await,
        Resource::Series => {
            let list = move |server: &Server| Ok(lists::series(&server.pipeline, &known(&server.pipeline, &named)?));
            listing(server, move |server| list(server).map(|answer| shrunk(answer, takes_gzip))).await
        }
        Resource::Sources => {
            let list = move |server: &Server| Ok(lists::sources(&server.pipeline, &known(&server.pipeline, &named)?));
            listing(server, move |server| list(server).map(|answer| shrunk(answer, takes_gzip))).await
        }
        Resource::Query => {
            let format = Format::of(query.get(&FORMAT), headers, &query::FORMATS);
            let make = move |server: &Server| query::serve(server, &known(&server.pipeline, &named)?, &query, format);
            server.reading(&server.readings, make).await.map_err(Problem::internal)?
        }
        Resource::Density => {
            let format = Format::of(query.get(&DENSITY_FORMAT), headers, &[Format::Json, Format::Binary]);
            let make = move |server: &Server| density::serve(server, &known(&server.pipeline, &named)?, &query, format);
            server.reading(&server.readings, make).await.map_err(Problem::internal)?
        }
        Resource::Messages => messages::serve(server, &named, &query, takes_gzip).await,
        Resource::Ranking => ranking::serve(server, named, query, takes_gzip).await,
        Resource::AllSources => {
            let list = move |server: &Server| sources::list(server, &query).map(|answer| shrunk(answer, takes_gzip));
            listing(server, list).await
        }
        Resource::SourceCounts => listing(server, move |server| sources::counts(server, &query)).await,
        Resource::Source => listing(server, move |server| sources::one(server, &named, &query)).await,
        Resource::Monitor => monitors::make(server, upload).await,
        Resource::Throttle => Ok(monitors::throttle(server)),
        Resource::SetThrottle => monitors::set_throttle(server, upload).await,
        Resource::Notices => monitors::fetch(server, &named, &query).await,
        Resource::Demonitor => monitors::take_back(server, &named, upload).await,
        Resource::Export => export::serve(server, channel, &query, headers).await,
        Resource::Import => import::serve(server, channel, &query, headers, upload).await,
    }
}

async fn listing(
    server: &Arc<Server>,
    make: impl FnOnce(&Server) -> Result<Answer, Problem> + Send + 'static,
) -> Result<Answer, Problem> {
    server.reading(&server.listings, make).await.map_err(Problem::internal)?
}

fn ms(time: Timestamp) -> f64 {
    time.as_millis_f64()
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
