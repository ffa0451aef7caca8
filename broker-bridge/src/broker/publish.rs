//! Publishing with acknowledgement: several messages in flight, each sent again until the stream has it.
//!
//! Acknowledgements come in on a subscription of our own: the client's own requests leave an entry behind for ever for each
//! one that stays unanswered. A message carries an id by which the stream recognises a repetition, so that sending again is
//! safe. Messages are stored in the order sent unless one has to be sent again.

use std::collections::BTreeMap;
use std::time::Duration;

use async_nats::{HeaderMap, Message, StatusCode, Subscriber};
use bytes::Bytes;
use futures_util::StreamExt;
use serde::Deserialize;
use tokio::time::{Instant, sleep_until, timeout};

use super::Broker;

/// Messages on their way at once: some round trips' worth, 8 MiB at most.
const IN_FLIGHT_MAX: usize = 32;
/// How long an answer may take before a message is sent again, and how long one that was refused waits for that.
const RETRY: Duration = Duration::from_secs(2);
/// How long a message may stay without being stored; as long as a broker takes to restart.
const GIVE_UP: Duration = Duration::from_secs(30);
/// Room for headers below the largest payload of the server.
const HEADERS_BYTES: usize = 1024;
/// The stream takes smaller messages only.
const ERR_MESSAGE_TOO_LARGE: u64 = 10054;

/// Why publishing ended before everything was stored; for people.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(crate) struct NotStored(String);

/// Messages on one subject, each with a tag of the caller's.
#[derive(Debug)]
pub(crate) struct Acknowledged<T> {
    client: async_nats::Client,
    subject: String,
    inbox: String,
    answers: Subscriber,
    /// By number, so that the oldest is the first.
    in_flight: BTreeMap<u64, InFlight<T>>,
    next: u64,
    stored: Vec<Stored<T>>,
}

/// A message that the stream has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Stored<T> {
    pub(crate) tag: T,
    /// Its JetStream sequence.
    pub(crate) offset: u64,
    /// The stream had it already.
    pub(crate) duplicate: bool,
}

#[derive(Debug)]
struct InFlight<T> {
    id: String,
    payload: Bytes,
    tag: T,
    first_sent: Instant,
    retry_at: Instant,
    /// In the broker's words.
    refusal: Option<String>,
}

impl Broker {
    /// Begins to publish on `subject`.
    pub(crate) async fn publish_acknowledged<T>(&self, subject: String) -> Result<Acknowledged<T>, NotStored> {
        let inbox = self.client.new_inbox();
        let answers = timeout(RETRY, self.client.subscribe(format!("{inbox}.*"))).await;
        let answers = answers.map_err(|_| away())?.map_err(|error| NotStored(error.to_string()))?;
        let client = self.client.clone();
        Ok(Acknowledged { client, subject, inbox, answers, in_flight: BTreeMap::new(), next: 0, stored: Vec::new() })
    }

    /// Bytes of payload that the server takes in one message.
    pub(crate) fn payload_max(&self) -> usize {
        self.client.server_info().max_payload.saturating_sub(HEADERS_BYTES)
    }
}

impl<T> Acknowledged<T> {
    /// Sends one message; waits while too many are on their way.
    pub(crate) async fn send(&mut self, id: String, payload: Bytes, tag: T) -> Result<(), NotStored> {
        let (number, now) = (self.next, Instant::now());
        self.next += 1;
        let message = InFlight { id, payload, tag, first_sent: now, retry_at: now + RETRY, refusal: None };
        self.in_flight.insert(number, message);
        self.publish(number).await?;
        while self.in_flight.len() >= IN_FLIGHT_MAX {
            self.step().await?;
        }
        Ok(())
    }

    /// Is an answer outstanding?
    pub(crate) fn is_waiting(&self) -> bool {
        !self.in_flight.is_empty()
    }

    /// Waits until every message is stored.
    pub(crate) async fn finish(&mut self) -> Result<(), NotStored> {
        while self.is_waiting() {
            self.step().await?;
        }
        Ok(())
    }

    /// Those stored since the last call.
    pub(crate) fn take_stored(&mut self) -> Vec<Stored<T>> {
        std::mem::take(&mut self.stored)
    }

    /// Those of which nobody can say whether they are stored.
    pub(crate) fn unanswered(&self) -> impl Iterator<Item = &T> {
        self.in_flight.values().map(|message| &message.tag)
    }

    /// Takes in one answer, or sends again what waits for one too long. May be dropped at any point.
    pub(crate) async fn step(&mut self) -> Result<(), NotStored> {
        let due = self.in_flight.values().map(|message| message.retry_at).min().unwrap_or_else(Instant::now);
        tokio::select! {
            biased;
            answer = self.answers.next() => match answer {
                Some(answer) => self.take_in(&answer),
                None => Err(NotStored("the connection to the broker ended".into())),
            },
            () = sleep_until(due) => self.again().await,
        }
    }

    async fn again(&mut self) -> Result<(), NotStored> {
        let now = Instant::now();
        let due = self.in_flight.iter().filter(|(_, message)| message.retry_at <= now);
        let due: Vec<u64> = due.map(|(number, _)| *number).collect();
        for number in due {
            let Some(message) = self.in_flight.get_mut(&number) else { continue };
            if now.duration_since(message.first_sent) >= GIVE_UP {
                return Err(message.refusal.take().map_or_else(|| self.silence(), NotStored));
            }
            message.retry_at = now + RETRY;
            self.publish(number).await?;
        }
        Ok(())
    }

    /// The client queues while it is disconnected, and waits where that queue is full.
    async fn publish(&mut self, number: u64) -> Result<(), NotStored> {
        let Some(message) = self.in_flight.get(&number) else { return Ok(()) };
        let mut headers = HeaderMap::new();
        headers.insert("Nats-Msg-Id", message.id.as_str());
        let (subject, reply) = (self.subject.clone(), format!("{}.{number}", self.inbox));
        let sent = self.client.publish_with_reply_and_headers(subject, reply, headers, message.payload.clone());
        timeout(GIVE_UP, sent).await.map_err(|_| away())?.map_err(|error| NotStored(error.to_string()))
    }

    fn take_in(&mut self, answer: &Message) -> Result<(), NotStored> {
        let number = answer.subject.rsplit('.').next().and_then(|number| number.parse().ok());
        let Some(number) = number.filter(|number| self.in_flight.contains_key(number)) else { return Ok(()) };
        match read_ack(answer) {
            Some(Ack::Stored { offset, duplicate }) => {
                if let Some(InFlight { tag, .. }) = self.in_flight.remove(&number) {
                    self.stored.push(Stored { tag, offset, duplicate });
                }
            }
            Some(Ack::Refused(reason)) => {
                if let Some(message) = self.in_flight.get_mut(&number) {
                    message.refusal = Some(format!("the stream refuses: {reason}"));
                }
            }
            Some(Ack::TooLarge(reason)) => return Err(NotStored(format!("the stream refuses: {reason}"))),
            None => {}
        }
        Ok(())
    }

    /// A server drops what a user may not publish, and says so to the log only.
    fn silence(&self) -> NotStored {
        NotStored(format!(
            "nothing was acknowledged for {} s: is the broker up, and may the bridge publish on {}?",
            GIVE_UP.as_secs(),
            self.subject
        ))
    }
}

fn away() -> NotStored {
    NotStored("the broker is away".into())
}

/// What a stream answers.
#[derive(Debug, PartialEq, Eq)]
enum Ack {
    Stored {
        offset: u64,
        duplicate: bool,
    },
    /// Perhaps not later.
    Refused(String),
    TooLarge(String),
}

#[derive(Deserialize)]
struct RawAck {
    stream: Option<String>,
    seq: Option<u64>,
    #[serde(default)]
    duplicate: bool,
    error: Option<RawError>,
}

#[derive(Deserialize)]
struct RawError {
    #[serde(default)]
    err_code: u64,
    #[serde(default)]
    description: String,
}

/// `None` for what is no answer of a stream.
fn read_ack(answer: &Message) -> Option<Ack> {
    if answer.status == Some(StatusCode::NO_RESPONDERS) {
        return Some(Ack::Refused("no stream stores this channel".into()));
    }
    let ack: RawAck = serde_json::from_slice(&answer.payload).ok()?;
    match ack.error {
        Some(error) if error.err_code == ERR_MESSAGE_TOO_LARGE => Some(Ack::TooLarge(error.description)),
        Some(error) => Some(Ack::Refused(error.description)),
        None => ack.stream.zip(ack.seq).map(|(_, offset)| Ack::Stored { offset, duplicate: ack.duplicate }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_told_apart() {
        for (payload, status, expected) in [
            (r#"{"stream":"EON","seq":7}"#, None, Some(Ack::Stored { offset: 7, duplicate: false })),
            (r#"{"stream":"EON","seq":7,"duplicate":true}"#, None, Some(Ack::Stored { offset: 7, duplicate: true })),
            (r#"{"error":{"code":503,"err_code":10077,"description":"d"}}"#, None, Some(Ack::Refused("d".into()))),
            (r#"{"error":{"code":400,"err_code":10054,"description":"d"}}"#, None, Some(Ack::TooLarge("d".into()))),
            ("", Some(StatusCode::NO_RESPONDERS), Some(Ack::Refused("no stream stores this channel".into()))),
            ("{}", None, None),
            ("garbage", None, None),
        ] {
            let message = Message {
                subject: "_INBOX_BRIDGE.a.1".into(),
                reply: None,
                payload: payload.as_bytes().to_vec().into(),
                headers: None,
                status,
                description: None,
                length: 0,
            };
            assert_eq!(read_ack(&message), expected, "{payload}");
        }
    }
}
