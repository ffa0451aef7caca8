//! HTTP: the page, the API, the WebSocket. warp's filters say what is where, our own accept loop serves them.
//!
//! * `listener`: accept, limits, shutdown · `live`, `session`, `start`: one viewer · `api`: `/api/v1` ·
//!   `prometheus`: `/prometheus/api/v1`, PromQL · `pubnub`: PubNub's REST calls, where that is on · `described`: what is known of a series · `assets`: the page ·
//!   `origin`: who may ask · `exposition`: `/metrics` · `answer`, `body`, `packed`: errors, headers, bodies that are made
//!   while they are sent, gzip

mod answer;
mod api;
mod assets;
mod body;
mod described;
mod exposition;
mod lean;
mod listener;
mod live;
mod origin;
mod packed;
mod probe;
mod prometheus;
mod pubnub;
mod session;
mod start;

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use bytes::Buf;
use futures_util::{Stream, StreamExt};
use tokio::sync::{Semaphore, watch};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use warp::http::header::{self, HeaderValue};
use warp::http::{HeaderMap, Method, StatusCode};
use warp::{Filter, Reply};

pub use self::listener::Listener;
pub use self::probe::probe;

use self::answer::{Answer, answer, failure};
use self::body::Body;
use self::origin::OriginRule;
use crate::broker::Broker;
use crate::fanout::Hub;
use crate::internal_metrics::InternalMetrics;
use crate::options::Settings;
use crate::pipeline::Pipeline;

/// Readings of past messages at once; the others wait.
const REPLAYS_MAX: usize = 8;
/// Snapshots and queries made at once, and as many lists; the others wait. They take a core each, and memory.
const READINGS_MAX: usize = 2;

/// What requests are answered from.
#[derive(Debug)]
pub struct Server {
    pipeline: Arc<Pipeline>,
    hub: Arc<Hub>,
    broker: Arc<Broker>,
    metrics: Arc<InternalMetrics>,
    /// True once history is read.
    ready: watch::Receiver<bool>,
    origin: OriginRule,
    history: Duration,
    viewers_max: usize,
    /// One for each viewer.
    seats: Arc<Semaphore>,
    /// One for each reading of past messages.
    replays: Semaphore,
    /// One for each snapshot or query that is being made.
    readings: Arc<Semaphore>,
    /// Rankings of the last second.
    rankings: api::Shared,
    /// One for each list that is being made.
    listings: Arc<Semaphore>,
    /// One for each export that is being read.
    exports: Arc<Semaphore>,
    /// One for each import.
    imports: Semaphore,
    allow_import: bool,
    /// Where `--pubnub-facade` was given.
    facade: Option<pubnub::Facade>,
    /// Connections and sessions, joined on shutdown.
    tasks: TaskTracker,
}

impl Server {
    /// Joins what requests are answered from.
    pub fn new(
        settings: &Settings,
        pipeline: Arc<Pipeline>,
        hub: Arc<Hub>,
        broker: Arc<Broker>,
        metrics: Arc<InternalMetrics>,
        ready: watch::Receiver<bool>,
    ) -> Self {
        Self {
            pipeline,
            hub,
            broker,
            metrics,
            ready,
            origin: OriginRule::new(&settings.allow_origin, settings.listen.ip().is_loopback()),
            history: settings.limits.history,
            viewers_max: settings.viewers_max,
            seats: Arc::new(Semaphore::new(settings.viewers_max)),
            replays: Semaphore::new(REPLAYS_MAX),
            readings: Arc::new(Semaphore::new(READINGS_MAX)),
            rankings: api::Shared::default(),
            listings: Arc::new(Semaphore::new(READINGS_MAX)),
            exports: Arc::new(Semaphore::new(api::EXPORTS_MAX)),
            imports: Semaphore::new(api::IMPORTS_MAX),
            allow_import: settings.allow_import,
            facade: settings.pubnub_facade.then(|| pubnub::Facade::new(settings.viewers_max)),
            tasks: TaskTracker::new(),
        }
    }

    /// What the PubNub facade does beside requests; for ever, and nothing where it is off.
    pub async fn run_facade(self: Arc<Self>) {
        match &self.facade {
            Some(facade) => pubnub::run(&self, facade).await,
            None => std::future::pending().await,
        }
    }

    /// Runs what takes a core for long apart from the threads that serve sockets, as many at a time as there are turns.
    async fn reading<T: Send + 'static>(
        self: &Arc<Self>,
        turns: &Arc<Semaphore>,
        make: impl FnOnce(&Self) -> T + Send + 'static,
    ) -> Result<T, String> {
        let server = Arc::clone(self);
        let turn = Arc::clone(turns).acquire_owned().await.map_err(|error| error.to_string())?;
        let work = move || {
            // Held by the work itself: who asked may be gone before it ends.
            let _turn = turn;
            make(&server)
        };
        tokio::task::spawn_blocking(work).await.map_err(|error| error.to_string())
    }
}

/// Everything that is served, as one tower service.
fn routes(
    server: Arc<Server>,
    stop: CancellationToken,
) -> impl Filter<Extract = impl Reply, Error = Infallible> + Clone + Send + Sync + 'static {
    let with_server = warp::any().map(move || Arc::clone(&server));
    let with_stop = warp::any().map({
        let stop = stop.clone();
        move || stop.clone()
    });
    let live = warp::path!("live")
        .and(warp::get())
        .and(with_server.clone())
        .and(warp::header::headers_cloned())
        .and(warp::ext::get::<hyper::upgrade::OnUpgrade>())
        .map(move |server: Arc<Server>, headers: HeaderMap, upgrade| live::serve(&server, &headers, upgrade, &stop));
    let prometheus = warp::path("prometheus")
        .and(with_server.clone())
        .and(warp::method())
        .and(warp::path::tail())
        .and(warp::query::raw().or(warp::any().map(String::new)).unify())
        .and(warp::header::headers_cloned())
        .and(warp::body::stream())
        .then(|server: Arc<Server>, method, path: warp::path::Tail, query: String, headers, form| async move {
            prometheus::serve(&server, &method, path.as_str(), &query, &headers, form).await
        });
    let rest = with_stop
        .and(with_server)
        .and(warp::method())
        .and(warp::path::full())
        .and(warp::query::raw().or(warp::any().map(String::new)).unify())
        .and(warp::header::headers_cloned())
        .and(warp::body::stream().map(upload).or(warp::any().map(no_upload)).unify())
        .then(
            |stop, server: Arc<Server>, method, path: warp::path::FullPath, query: String, headers, upload| async move {
                if pubnub::is_pubnub(path.as_str()) {
                    let request = pubnub::Request { method: &method, path: path.as_str(), query: &query, upload };
                    return pubnub::serve(&server, request, &stop).await;
                }
                serve(&server, &method, path.as_str(), &query, &headers, upload).await
            },
        );
    live.or(prometheus).unify().or(rest).unify().map(body::into_reply)
}

/// The body of a request, piece by piece; read by imports only.
fn upload(body: impl Stream<Item = Result<impl Buf, warp::Error>> + Send + 'static) -> api::Upload {
    Box::pin(body.map(|piece| match piece {
        Ok(mut piece) => Ok(piece.copy_to_bytes(piece.remaining())),
        Err(error) => Err(error.to_string()),
    }))
}

/// The body was taken already, which no filter before does.
fn no_upload() -> api::Upload {
    Box::pin(futures_util::stream::empty())
}

/// Everything but the WebSocket.
async fn serve(
    server: &Arc<Server>,
    method: &Method,
    path: &str,
    query: &str,
    headers: &HeaderMap,
    upload: api::Upload,
) -> Answer {
    if method == Method::OPTIONS && path.starts_with("/api/") {
        return with_cors(server, headers, answer(StatusCode::NO_CONTENT, "text/plain", Vec::new()));
    }
    let below = path.strip_prefix("/api/v1/");
    if method != Method::GET && method != Method::HEAD && !(method == Method::POST && below.is_some()) {
        return failure(StatusCode::METHOD_NOT_ALLOWED, "method", "GET and HEAD only");
    }
    let answer = match path {
        "/healthz" => answer(StatusCode::OK, "text/plain; charset=utf-8", "ok\n"),
        "/readyz" => readyz(server),
        "/metrics" => allowed(server, headers).map_or_else(|refused| *refused, |()| exposition::serve(server)),
        "/live" => failure(StatusCode::UPGRADE_REQUIRED, "not_a_websocket", "/live speaks WebSocket only"),
        _ => match below {
            Some(path) => match allowed(server, headers) {
                Ok(()) => {
                    let query = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
                    let request = api::Request { method, path, query, headers, upload };
                    with_cors(server, headers, api::serve(server, request).await)
                }
                Err(refused) => *refused,
            },
            None => assets::serve(path.trim_start_matches('/'), query, headers),
        },
    };
    if method == Method::HEAD { answer.map(|_| Body::default()) } else { answer }
}

/// May who asks be answered?
fn allowed(server: &Server, headers: &HeaderMap) -> Result<(), Box<Answer>> {
    let text = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    server
        .origin
        .check(text(header::ORIGIN), text(header::HOST))
        .map_err(|problem| Box::new(failure(StatusCode::FORBIDDEN, "origin", &problem)))
}

fn readyz(server: &Server) -> Answer {
    let (ready, connected) = (*server.ready.borrow(), server.broker.connected());
    match (ready, connected) {
        (true, true) => answer(StatusCode::OK, "text/plain; charset=utf-8", "ready\n"),
        (_, false) => failure(StatusCode::SERVICE_UNAVAILABLE, "nats", "the connection to NATS is down, reconnecting"),
        (false, _) => failure(StatusCode::SERVICE_UNAVAILABLE, "replay", "history is being read"),
    }
}

/// Lets a listed stranger's page read the answer.
fn with_cors(server: &Server, request: &HeaderMap, mut answer: Answer) -> Answer {
    if let Some(origin) = request.get(header::ORIGIN)
        && origin.to_str().is_ok_and(|origin| server.origin.lists(origin))
    {
        answer.headers_mut().insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
        packed::varies_by(&mut answer, header::ORIGIN);
        // What an import is asked for first: its content type is not one that any page may send.
        answer.headers_mut().insert(header::ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static("content-type"));
    }
    answer
}
