//! The PubNub facade, `--pubnub-facade`: the REST calls that the pages of PubNub's EON make, answered from our stream, so that
//! these pages run as they are once their host name leads here.
//!
//! * `call`: which call a request is · `reply`: the forms of answers, JSONP, CORS · `name`: channel names as subjects
//! * `poll`: subscribe, of which `token` says where a client stands, `listening` what it wants, `batch` what it gets, `bells`
//!   when it is woken · `publish`, `history`, `groups`, `presence`: the other calls
//!
//! # Nothing is lost or doubled between polls
//!
//! A client holds nothing but a token. Each answer says in its token which message was the last that was *looked at*, of any
//! channel, and each poll begins after exactly that one; so it does not matter whether a message comes during a poll, between
//! two, or while the answer is on its way:
//!
//! * The token names a message, not a time (`token`): equal times, answers that are cut after a hundred messages, and a broker's
//!   clock that is set back change nothing. The region of v4 is not needed and only tried first.
//! * The bell is hung up before the log is looked at, and rung after the log has a message: there is no moment between.
//! * Where the log does not reach back far enough, after a restart or a long pause, the stream is read from the same
//!   offset, up to what the log has by then; the next poll goes on in the log. Both have the messages in order of offset,
//!   and neither has one that the other leaves out but what the wire forbids (see `ingest::stored`).
//! * A bridge that stops answers its polls without messages and with the place they stand at. One that is killed breaks the
//!   connection: the client asks again with the token it has.
//! * A client that asks while history is read waits, and so does one that asks while the broker is away: an error would end it
//!   for good (v4 does not ask again after one).
//! * A stream that began anew has other messages at the same offsets. Messages are recognised by their ms too, so a token of
//!   the old life is not taken for a place in the new one: it goes on by time then.
//!
//! What is left: a client that does not ask again before the stream drops what it has not seen loses that, and is not told, as
//! PubNub's protocol has no word for it.

mod batch;
mod bells;
mod call;
mod groups;
mod history;
mod listening;
mod name;
mod poll;
mod presence;
mod publish;
mod reply;
mod token;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use eontide_wire::viewer::Timetoken;
use serde_json::json;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use warp::http::{Method, StatusCode};

use self::bells::Bells;
use self::call::{Call, Version};
use self::reply::{Reply, allow_any_page};
use super::Server;
use super::answer::{Answer, answer, failure};
use super::api::Upload;
use super::body::Body;
use crate::broker::Groups;
use crate::clock;

pub(super) use self::call::is_pubnub;

/// Messages being published at once; the others wait.
const PUBLISHES_MAX: usize = 64;
/// How long a request waits for the channel groups to be read.
const LOADED_TIMEOUT: Duration = Duration::from_secs(5);
/// Messages of the log that are looked at in one go for whom to wake.
const RUNG_MAX: usize = 10_000;

/// What the facade keeps.
#[derive(Debug)]
pub(super) struct Facade {
    groups: Groups,
    bells: Bells,
    publishes: Semaphore,
    /// One for each poll that waits.
    polls: Semaphore,
    polls_max: usize,
}

impl Facade {
    pub(super) fn new(polls_max: usize) -> Self {
        Self {
            groups: Groups::default(),
            bells: Bells::default(),
            publishes: Semaphore::new(PUBLISHES_MAX),
            polls: Semaphore::new(polls_max),
            polls_max,
        }
    }

    /// Polls that wait.
    pub(super) fn polls_open(&self) -> usize {
        self.polls_max - self.polls.available_permits()
    }
}

/// Keeps the facade's groups current and wakes its polls, for ever.
pub(super) async fn run(server: &Server, facade: &Facade) {
    tracing::warn!("the PubNub facade is on: any page of any site that reaches this bridge may publish and read");
    tokio::join!(facade.groups.read(&server.broker), ring(server, facade));
}

async fn ring(server: &Server, facade: &Facade) {
    let mut ticks = server.hub.ticks();
    let (mut epoch, mut after) = (server.hub.recent().epoch, 0);
    // The hub lives as long as the bridge.
    while ticks.changed().await.is_ok() {
        loop {
            let recent = server.hub.recent();
            let news = if recent.epoch == epoch { server.hub.data_after(epoch, after, RUNG_MAX) } else { None };
            let Some(news) = news else {
                (epoch, after) = (recent.epoch, recent.last.map_or(recent.floor, |(offset, _)| offset));
                facade.bells.ring_all();
                break;
            };
            let mut rung = std::collections::HashSet::new();
            for (offset, item) in &news {
                after = *offset;
                if rung.insert(&item.channel) {
                    facade.bells.ring(&item.channel);
                }
            }
            if news.len() < RUNG_MAX {
                break;
            }
        }
    }
}

/// A request on one of PubNub's paths.
pub(super) struct Request<'r> {
    pub(super) method: &'r Method,
    pub(super) path: &'r str,
    pub(super) query: &'r str,
    pub(super) upload: Upload,
}

/// Answers a request on one of PubNub's paths.
pub(super) async fn serve(server: &Arc<Server>, request: Request<'_>, stop: &CancellationToken) -> Answer {
    let Some(facade) = &server.facade else {
        let message = "this is a path of PubNub's, which this bridge answers when it is started with --pubnub-facade or \
                       EONTIDE_PUBNUB_FACADE=1";
        return failure(StatusCode::NOT_FOUND, "facade_off", message);
    };
    server.metrics.facade_requests_total.add(1);
    let (method, is_head) = (request.method, request.method == Method::HEAD);
    if method == Method::OPTIONS {
        let mut preflight = answer(StatusCode::NO_CONTENT, "text/plain", Vec::new());
        allow_any_page(&mut preflight);
        return preflight;
    }
    let parameters = call::parameters(request.query);
    let parsed = call::parse(request.path);
    let in_path = parsed.as_ref().and_then(|(_, callback)| callback.as_deref());
    let callback = match reply::callback(parameters.get("callback").map(String::as_str), in_path) {
        Ok(callback) => callback,
        Err(problem) => return Reply::bad("JSONP", &problem).wrapped(None),
    };
    let reply = match parsed {
        Some((call, _)) => answered(server, facade, call, &parameters, request, stop).await,
        None => {
            let message = "this call of PubNub's is not among those that EON's pages make, and not offered here";
            Reply::refused(StatusCode::NOT_FOUND, "Facade", message)
        }
    };
    if reply.status != StatusCode::OK {
        server.metrics.facade_failures_total.add(1);
    }
    let answer = reply.wrapped(callback.as_deref());
    if is_head { answer.map(|_| Body::default()) } else { answer }
}

async fn answered(
    server: &Arc<Server>,
    facade: &Facade,
    call: Call,
    parameters: &HashMap<String, String>,
    request: Request<'_>,
    stop: &CancellationToken,
) -> Reply {
    let posts = matches!(call, Call::Publish { .. } | Call::Leave | Call::Heartbeat);
    if !([Method::GET, Method::HEAD].contains(request.method) || posts && request.method == Method::POST) {
        return Reply::refused(StatusCode::METHOD_NOT_ALLOWED, "Facade", "not offered: nothing is deleted or set here");
    }
    let parameter = |name: &str| parameters.get(name).map(String::as_str);
    match call {
        Call::Time => Reply::ok(&json!([now().as_u64()])),
        Call::Publish { channel, message } => publish::serve(server, facade, &channel, message, request.upload).await,
        Call::Subscribe { .. } if parameter("filter-expr").is_some_and(|filter| !filter.is_empty()) => {
            Reply::bad("Subscribe", "filter expressions are not offered: filter in the page")
        }
        Call::Subscribe { channels, token, version } => {
            let asked = poll::Asked {
                version,
                sub_key: part(request.path, if version == Version::V1 { 1 } else { 2 }),
                channels,
                groups: parameter("channel-group").map(call::list).unwrap_or_default(),
                token: token.as_deref().or_else(|| parameter("tt")),
                region: parameter("tr"),
            };
            poll::serve(server, facade, &asked, stop).await
        }
        Call::History(channel) => history::serve(server, &channel, parameters).await,
        Call::BatchHistory(channels) => history::batch(server, &channels, parameters).await,
        Call::Groups => groups::all(facade, part(request.path, 3)).await,
        Call::Group(group) => groups::serve(server, facade, &group, parameters).await,
        Call::RemoveGroup(group) => groups::remove(server, facade, &group).await,
        Call::HereNow(channels) => presence::here_now(server, facade, channels, parameters),
        Call::WhereNow(uuid) => presence::where_now(server, &uuid),
        Call::State(uuid) => presence::state(&uuid, parameter("state").is_some()),
        Call::Heartbeat => presence::heartbeat(),
        Call::Leave => presence::leave(),
    }
}

/// A part of a path.
fn part(path: &str, index: usize) -> &str {
    path.trim_start_matches('/').split('/').nth(index).unwrap_or_default()
}

/// The bridge's clock as a token.
fn now() -> Timetoken {
    Timetoken::from_nanos(i128::from(clock::now().wall.as_micros()) * 1000)
}
