//! The connection to NATS: options, state, and everything awaited with a time limit.
//!
//! The client's own queue is kept small and is never a buffer: while disconnected nothing is handed to it, because after
//! `client_capacity` messages its `publish` waits for ever, and what is in its write buffer dies with the connection.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::Duration;

use async_nats::client::PublishErrorKind;
use async_nats::{Client, ConnectOptions, Event, HeaderMap, Subscriber};
use bytes::Bytes;
use futures_util::StreamExt;
use tokio::sync::watch;

use super::acks::{Inbox, Incoming};
use super::target::{Auth, Patience, Target};
use crate::random::share_of;

/// A peer that is gone without a word is noticed after three of these.
const PING_INTERVAL: Duration = Duration::from_secs(10);
/// Longest pause between two attempts to connect.
const RECONNECT_MAX: Duration = Duration::from_secs(4);
const RECONNECT_FIRST: Duration = Duration::from_millis(250);
/// Longest pause before the first attempt after a loss.
const RECONNECT_AT_ONCE: Duration = Duration::from_millis(30);
/// How long the client may take to accept a message: it only queues it.
const HAND_OVER: Duration = Duration::from_secs(1);
const CLIENT_CAPACITY: usize = 64;

/// What the connection is at the moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Link {
    pub(crate) connected: bool,
    /// Counts connections: two quick changes are not taken for none.
    pub(crate) generation: u64,
    /// The client has ended for good.
    pub(crate) closed: bool,
    /// Messages that came faster than they were read, and are lost.
    pub(crate) missed: u64,
    /// Subjects the server refused us so far.
    pub(super) refused: u64,
    /// Of these, subjects of our own inbox.
    pub(super) inbox_refused: u64,
}

/// A connected or connecting client with its inbox.
pub(super) struct Connection {
    client: Client,
    pub(super) inbox: Inbox,
    pub(super) incoming: Subscriber,
    pub(super) link: watch::Receiver<Link>,
}

/// Why the client did not take a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NotTaken {
    /// It took too long, or is closed: perhaps later.
    Now,
    /// The message is larger than this server takes.
    TooLarge,
}

impl Connection {
    /// Starts connecting in the background, now and whenever the connection is lost; or tries once.
    pub(super) async fn open(target: &Target) -> Result<Self, String> {
        let (client, link) = connect(target).await?;
        let inbox = Inbox::new(client.new_inbox());
        let incoming = client.subscribe(inbox.all()).await.map_err(|error| error.to_string())?;
        Ok(Self { client, inbox, incoming, link })
    }

    /// Largest payload the server takes, in bytes.
    pub(super) fn payload_max(&self) -> usize {
        self.client.max_payload()
    }

    /// Hands one message to the client.
    pub(super) async fn publish(
        &self,
        subject: &str,
        payload: Bytes,
        message_id: Option<&str>,
        reply: Option<String>,
    ) -> Result<(), NotTaken> {
        let subject = subject.to_owned();
        let headers = message_id.map(|id| {
            let mut headers = HeaderMap::new();
            headers.insert("Nats-Msg-Id", id);
            headers
        });
        let client = &self.client;
        let publish = async move {
            match (headers, reply) {
                (Some(headers), Some(reply)) => {
                    client.publish_with_reply_and_headers(subject, reply, headers, payload).await
                }
                (Some(headers), None) => client.publish_with_headers(subject, headers, payload).await,
                (None, Some(reply)) => client.publish_with_reply(subject, reply, payload).await,
                (None, None) => client.publish(subject, payload).await,
            }
        };
        match tokio::time::timeout(HAND_OVER, publish).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) if error.kind() == PublishErrorKind::MaxPayloadExceeded => Err(NotTaken::TooLarge),
            Ok(Err(error)) => {
                tracing::debug!(%error, "the nats client refused a message");
                Err(NotTaken::Now)
            }
            Err(_) => Err(NotTaken::Now),
        }
    }

    /// Sends a message to ourselves: when it is back, the server has read all before it.
    pub(super) async fn echo(&self, number: u64) -> Result<(), NotTaken> {
        self.publish(&self.inbox.echo(number), Bytes::new(), None, None).await
    }

    /// Waits until the server has read all that was sent so far: until an echo is back, or its refusal, or the connection
    /// is lost: then `false`. What else arrives meanwhile is dropped.
    pub(super) async fn until_read(&mut self) -> bool {
        /// No other echo has this number.
        const LAST: u64 = u64::MAX;
        let refused = self.link.borrow_and_update().inbox_refused;
        if self.echo(LAST).await.is_err() {
            return false;
        }
        loop {
            tokio::select! {
                message = self.incoming.next() => match message {
                    Some(message) if self.inbox.read(&message) == (Incoming::Echo { number: LAST }) => return true,
                    Some(_) => {}
                    None => return false,
                },
                changed = self.link.changed() => {
                    let link = *self.link.borrow();
                    if changed.is_err() || !link.connected {
                        return false;
                    }
                    if link.inbox_refused > refused {
                        return true;
                    }
                }
            }
        }
    }

    /// Asks which streams store `subject`.
    pub(super) async fn ask_for_stream(&self, subject: &str) -> Result<(), NotTaken> {
        let query = serde_json::json!({ "subject": subject }).to_string();
        self.publish("$JS.API.STREAM.NAMES", query.into(), None, Some(self.inbox.coverage())).await
    }

    /// Drops the connection; the client connects anew.
    pub(super) async fn reconnect(&self) {
        if !matches!(tokio::time::timeout(HAND_OVER, self.client.force_reconnect()).await, Ok(Ok(()))) {
            tracing::debug!("the nats client does not reconnect now");
        }
    }

    /// Ends the client, giving it a moment to close the socket properly.
    pub(super) async fn close(mut self) {
        const CLOSING: Duration = Duration::from_millis(100);
        let closing = async {
            if self.client.drain().await.is_ok() {
                let _ = self.link.wait_for(|link| link.closed).await;
            }
        };
        let _ = tokio::time::timeout(CLOSING, closing).await;
    }
}

/// A client that connects in the background, now and whenever the connection is lost; or tries once.
pub(crate) async fn connect(target: &Target) -> Result<(Client, watch::Receiver<Link>), String> {
    // Without a provider a server that demands TLS would panic the process.
    let _ = async_nats::rustls::crypto::ring::default_provider().install_default();
    let (link_tx, link) = watch::channel(Link::default());
    let client = options(target, link_tx)?.connect(target.servers.clone()).await.map_err(|error| error.to_string())?;
    Ok((client, link))
}

fn options(target: &Target, link: watch::Sender<Link>) -> Result<ConnectOptions, String> {
    let connected_before = Arc::new(AtomicBool::new(false));
    let connected = Arc::clone(&connected_before);
    let inbox_prefix = target.inbox_prefix();
    let mut options = ConnectOptions::new()
        .name(&target.connection)
        .custom_inbox_prefix(target.inbox_prefix())
        .ping_interval(PING_INTERVAL)
        .client_capacity(CLIENT_CAPACITY)
        .subscription_capacity(CLIENT_CAPACITY)
        .read_buffer_capacity(4096)
        .reconnect_delay_callback(move |attempt| reconnect_delay(attempt, connected_before.load(Relaxed)))
        .event_callback(move |event| {
            connected.fetch_or(event == Event::Connected, Relaxed);
            on_event(&event, &link, &inbox_prefix);
            std::future::ready(())
        });
    options = match target.patience {
        Patience::Endless => options.retry_on_initial_connect(),
        // Each server once.
        Patience::Once => options.max_reconnects(target.servers.len()),
    };
    options = match &target.auth {
        Auth::None => options,
        Auth::Token(token) => options.token(token.clone()),
        Auth::UserPassword(user, password) => options.user_and_password(user.clone(), password.clone()),
        #[cfg(feature = "nkeys")]
        Auth::Credentials(text) => options.credentials(text).map_err(|error| error.to_string())?,
    };
    if let Some(path) = &target.root_certificates {
        options = options.add_root_certificates(path.clone());
    }
    Ok(options)
}

/// The very first attempt is made at once, and the first after a loss nearly so: who comes back within 60 ms is not taken for dead. A fleet
/// that lost its server finds nobody then, and comes back spread over a quarter second and more.
fn reconnect_delay(attempt: usize, connected_before: bool) -> Duration {
    match (attempt, connected_before) {
        (0 | 1, false) => Duration::ZERO,
        (0 | 1, true) => share_of(RECONNECT_AT_ONCE, 0.0),
        (attempt, _) => {
            let doubled = RECONNECT_FIRST.saturating_mul(1 << (attempt - 2).min(8));
            share_of(doubled.min(RECONNECT_MAX), 0.5)
        }
    }
}

fn on_event(event: &Event, link: &watch::Sender<Link>, inbox_prefix: &str) {
    match event {
        Event::Connected => link.send_modify(|link| {
            link.connected = true;
            link.generation += 1;
        }),
        Event::Disconnected => link.send_modify(|link| link.connected = false),
        Event::Closed => link.send_modify(|link| {
            link.connected = false;
            link.closed = true;
        }),
        // The client logs each at INFO; a publisher without rights or with wrong credentials must be told.
        Event::ServerError(error) => {
            let said = error.to_string();
            tracing::warn!(error = said, "the nats server refused something");
            if is_refusal(&said) {
                link.send_modify(|link| {
                    link.refused += 1;
                    link.inbox_refused += u64::from(said.contains(inbox_prefix));
                });
            }
        }
        Event::ClientError(error) => tracing::debug!(%error, "not connected to nats"),
        Event::SlowConsumer(_) => link.send_modify(|link| link.missed += 1),
        Event::LameDuckMode | Event::Draining => {}
    }
}

/// Is this what a server says of a subject it does not allow? It names the subject, and the connection stays.
fn is_refusal(said: &str) -> bool {
    said.to_ascii_lowercase().contains("permissions violation for")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_attempt_is_immediate_and_later_ones_back_off_with_jitter() {
        assert_eq!(reconnect_delay(1, false), Duration::ZERO);
        assert!(reconnect_delay(1, true) <= RECONNECT_AT_ONCE);
        for attempt in 2..100 {
            let delay = reconnect_delay(attempt, false);
            assert!(delay >= RECONNECT_FIRST / 2 && delay <= RECONNECT_MAX, "{attempt}: {delay:?}");
        }
        assert!(reconnect_delay(50, false) >= RECONNECT_MAX / 2);
    }

    #[test]
    fn a_refused_subject_is_told_from_other_errors() {
        assert!(is_refusal("nats: Permissions Violation for Publish to \"_INBOX.w.abc.echo.1\""));
        assert!(is_refusal("permissions violation for subscription to \"_inbox.w.abc.>\""));
        assert!(!is_refusal("nats: authorization violation"));
        assert!(!is_refusal("nats: maximum connections exceeded"));
    }
}
