//! One viewer's socket: its requests in, its frames out.
//!
//! One task owns the socket. A viewer that reads nothing holds up only this task, until the listener's write timeout ends
//! the connection; one that answers no ping for [`SILENCE_MAX`] is gone.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use eontide_wire::Timestamp;
use eontide_wire::monitor::Target;
use eontide_wire::viewer::request::SOURCES_LIMIT;
use eontide_wire::viewer::{Frame as WireFrame, Position, Request, RequestError, SourcesRequest, Subscribe, View};
use futures_util::{SinkExt, StreamExt};
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use tokio::time::{Instant, interval_at, timeout};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::{Error as SocketError, Message};
use tokio_util::sync::CancellationToken;

use super::Server;
use crate::clock;
use crate::fanout::{self, Frame, Inbox, Membership, Outbox, Outgoing, ViewKey};
use crate::presence::Filter;

/// A small frame must be written within this; a large one may take longer, at this many bytes a second.
const SEND_TIMEOUT: Duration = Duration::from_secs(15);
const SLOWEST_BYTES_PER_SECOND: u64 = 16 * 1024;
/// How often a viewer is asked whether it is there.
const PING: Duration = Duration::from_secs(15);
/// A viewer that said nothing for so long is gone.
const SILENCE_MAX: Duration = Duration::from_secs(45);
/// How long a subscribe waits for history to be read.
const READY_TIMEOUT: Duration = Duration::from_secs(60);
/// Most subscriptions of one socket.
const SUBSCRIPTIONS_MAX: usize = 64;

type Socket = WebSocketStream<TokioIo<Upgraded>>;

/// Why a session ends.
enum End {
    /// The viewer left, or the connection broke: nothing to say.
    Gone,
    /// We close: code, reason, and whether to come back.
    Close(u16, &'static str, bool),
}

impl From<SocketError> for End {
    fn from(error: SocketError) -> Self {
        match error {
            SocketError::Capacity(_) => Self::Close(1009, "request too large", false),
            SocketError::Utf8(_) => Self::Close(1007, "not UTF-8", false),
            _ => Self::Gone,
        }
    }
}

/// The frame of a page of sources; the error is for people.
fn sources(server: &Server, sub: u32, request: &SourcesRequest) -> Result<Frame, String> {
    let target = Target {
        channel: request.channel.clone(),
        id: request.id.clone(),
        host: request.host.clone(),
        labels: request.labels.clone(),
    };
    let filter = Filter { states: request.state.clone(), ..Filter::fitting(&target)? };
    let limit = request.limit.unwrap_or(SOURCES_LIMIT.0);
    let state = server.pipeline.read();
    let page = state.presence.page(&filter, request.offset, limit);
    let deaf = state.presence.deaf_since();
    drop(state);
    let frame = WireFrame::Sources {
        sub,
        now: clock::now().wall.as_millis_f64(),
        total: page.total,
        offset: request.offset,
        hearing: deaf.is_none(),
        as_of: deaf.map(Timestamp::as_millis_f64),
        sources: &page.sources,
    };
    Ok(Frame::text(frame.to_json()))
}

/// One open socket.
pub(super) struct Session {
    server: Arc<Server>,
    socket: Socket,
    binary: bool,
    outbox: Outbox,
    inbox: Inbox,
    subscriptions: HashMap<u32, Subscription>,
}

struct Subscription {
    request: Subscribe,
    membership: Membership,
}

impl Session {
    pub(super) fn new(server: Arc<Server>, socket: Socket, binary: bool) -> Self {
        let (outbox, inbox) = fanout::channel();
        Self { server, socket, binary, outbox, inbox, subscriptions: HashMap::new() }
    }

    /// Serves until the viewer leaves or `stop`.
    pub(super) async fn run(mut self, stop: CancellationToken) {
        let end = tokio::select! {
            end = self.serve() => end,
            () = stop.cancelled() => End::Close(1001, "the bridge is stopping", true),
        };
        self.subscriptions.clear();
        if let End::Close(code, reason, reconnect) = end {
            self.close(code, reason, reconnect).await;
        }
    }

    async fn serve(&mut self) -> End {
        let mut pings = interval_at(Instant::now() + PING, PING);
        let mut heard = Instant::now();
        loop {
            let began = Instant::now();
            let step = tokio::select! {
                message = self.socket.next() => {
                    let step = match message {
                        Some(Ok(message)) => self.receive(message).await,
                        Some(Err(error)) => Err(error.into()),
                        None => Err(End::Gone),
                    };
                    // After it was answered: a subscribe may wait for long.
                    heard = Instant::now();
                    step
                }
                queued = self.inbox.recv() => {
                    let step = match queued {
                        // Made for a subscription that has ended: its number may be in use again.
                        Some((id, _)) if !self.subscriptions.values().any(|one| one.membership.id() == id) => Ok(()),
                        Some((_, Outgoing::Frame(frame))) => self.send(frame).await,
                        Some((_, Outgoing::Behind(sub))) => self.renew(sub).await,
                        None => Err(End::Gone),
                    };
                    // Whoever takes large frames over a slow link is there, though its pongs wait behind them.
                    heard = heard.max(began);
                    step
                }
                _ = pings.tick() => {
                    if heard.elapsed() > SILENCE_MAX { Err(End::Gone) } else { self.write(Message::Ping(bytes::Bytes::new())).await }
                }
            };
            if let Err(end) = step {
                return end;
            }
        }
    }

    async fn receive(&mut self, message: Message) -> Result<(), End> {
        let text = match message {
            Message::Text(text) => text,
            Message::Binary(_) => return self.error(None, "bad_request", "requests are text frames").await,
            Message::Close(_) => return Err(End::Gone),
            _ => return Ok(()),
        };
        match Request::parse(&text) {
            Ok(Request::Ping(number)) => self.say(&WireFrame::Pong { pong: number }).await,
            Ok(Request::Unsubscribe(sub)) => {
                self.subscriptions.remove(&sub);
                Ok(())
            }
            Ok(Request::Subscribe(sub, request)) => self.subscribe(sub, *request).await,
            Ok(Request::Sources(sub, request)) => self.sources(sub, *request).await,
            Err(RequestError { sub, kind, message }) => {
                if let Some(sub) = sub {
                    self.subscriptions.remove(&sub);
                }
                self.error(sub, kind, &message).await
            }
        }
    }

    /// Answers once with a page of sources.
    async fn sources(&mut self, sub: u32, request: SourcesRequest) -> Result<(), End> {
        let page = self.server.reading(&self.server.listings, move |server| sources(server, sub, &request)).await;
        match page.and_then(|page| page) {
            Ok(frame) => self.send(frame).await,
            Err(problem) => self.error(Some(sub), "bad_sources", &problem).await,
        }
    }

    async fn subscribe(&mut self, sub: u32, request: Subscribe) -> Result<(), End> {
        self.subscriptions.remove(&sub);
        if self.subscriptions.len() >= SUBSCRIPTIONS_MAX {
            return self.error(Some(sub), "too_many_subscriptions", "64 subscriptions a socket are the limit").await;
        }
        let mut ready = self.server.ready.clone();
        if timeout(READY_TIMEOUT, ready.wait_for(|ready| *ready)).await.is_err() {
            return self.error(Some(sub), "not_ready", "the bridge still reads history, come back in a while").await;
        }
        let key = ViewKey {
            sub,
            channel: request.channel.clone(),
            series: request.series.clone(),
            kind: request.view,
            step_ms: self.server.step(&request),
            sources: request.sources && request.view != View::Density,
            binary: self.binary && request.view != View::Raw,
        };
        let membership = self.server.hub.join(key, self.outbox.clone());
        let since = request.since;
        if self.begin(&membership, &request, since).await? {
            self.subscriptions.insert(sub, Subscription { request, membership });
        }
        Ok(())
    }

    /// The subscription fell behind what can be brought after it.
    async fn renew(&mut self, sub: u32) -> Result<(), End> {
        let Some(subscription) = self.subscriptions.remove(&sub) else { return Ok(()) };
        self.server.metrics.gaps_total.add(1);
        let mut ready = self.server.ready.clone();
        timeout(READY_TIMEOUT, ready.wait_for(|ready| *ready)).await.ok();
        let to = Some(self.server.pipeline.read().position);
        let message = "this viewer fell behind, or the stream began anew; a fresh snapshot follows";
        self.say(&WireFrame::Gap { sub, reason: "behind", message, from: None, to }).await?;
        if self.begin(&subscription.membership, &subscription.request, None).await? {
            self.subscriptions.insert(sub, subscription);
        }
        Ok(())
    }

    /// Snapshot first, then the updates after it: the seam is the position both share.
    /// False where it could not begin, which was said.
    async fn begin(
        &mut self,
        membership: &Membership,
        request: &Subscribe,
        since: Option<Position>,
    ) -> Result<bool, End> {
        let sub = membership.key().sub;
        let (asked, key) = (request.clone(), membership.key().clone());
        let started = self
            .server
            .reading(&self.server.readings, move |server| server.start(&asked, &key, since))
            .await
            .and_then(|start| start);
        let start = match started {
            Ok(start) => start,
            Err(problem) => {
                self.error(Some(sub), "too_large", &problem).await?;
                return Ok(false);
            }
        };
        if let Some((reason, from)) = start.gap {
            self.gap(sub, reason, from, start.position).await?;
        }
        if let Some(past) = start.past {
            match self.server.past(membership.key(), &past, start.position).await {
                Ok((frames, cut)) => {
                    if let Some(since) = since.filter(|_| cut) {
                        self.gap(sub, "retention", since, start.position).await?;
                    }
                    for frame in frames {
                        self.send(frame).await?;
                    }
                }
                Err(problem) => {
                    self.error(Some(sub), "replay", &problem).await?;
                    return Ok(false);
                }
            }
        }
        for frame in start.frame.into_iter().chain(start.alerts) {
            self.send(frame).await?;
        }
        membership.activate(start.cursor);
        Ok(true)
    }

    async fn gap(&mut self, sub: u32, reason: &'static str, from: Position, to: Position) -> Result<(), End> {
        self.server.metrics.gaps_total.add(1);
        let message = match reason {
            "new_epoch" => "the stream was made anew since; a fresh snapshot follows",
            _ => "not all that came since is still at hand; what is follows",
        };
        self.say(&WireFrame::Gap { sub, reason, message, from: Some(from), to: Some(to) }).await
    }

    async fn error(&mut self, sub: Option<u32>, kind: &str, message: &str) -> Result<(), End> {
        self.say(&WireFrame::Error { sub, kind, message }).await
    }

    async fn say(&mut self, frame: &WireFrame<'_>) -> Result<(), End> {
        self.send(Frame::text(frame.to_json())).await
    }

    async fn send(&mut self, frame: Frame) -> Result<(), End> {
        let message = match frame {
            Frame::Text(text) => Message::Text(text),
            Frame::Binary(bytes) => Message::Binary(bytes),
        };
        self.write(message).await
    }

    async fn write(&mut self, message: Message) -> Result<(), End> {
        // The connection ends where nothing at all is read; this where it is read by drops, however large it is.
        let patience = SEND_TIMEOUT + Duration::from_secs(message.len() as u64 / SLOWEST_BYTES_PER_SECOND);
        match timeout(patience, self.socket.send(message)).await {
            Err(_) => {
                self.server.metrics.slow_consumers_total.add(1);
                Err(End::Gone)
            }
            Ok(Err(SocketError::Io(error))) if error.kind() == std::io::ErrorKind::TimedOut => {
                self.server.metrics.slow_consumers_total.add(1);
                Err(End::Gone)
            }
            Ok(sent) => Ok(sent?),
        }
    }

    async fn close(mut self, code: u16, reason: &'static str, reconnect: bool) {
        let polite = async {
            self.say(&WireFrame::Closing { code, reason, reconnect }).await.ok();
            let frame = CloseFrame { code: CloseCode::from(code), reason: reason.into() };
            self.socket.close(Some(frame)).await.ok();
            // The viewer answers the close; until then its frames are read and dropped.
            while let Some(Ok(_)) = self.socket.next().await {}
        };
        timeout(Duration::from_secs(2), polite).await.ok();
    }
}
