//! Messages as they were published, read from the stream, which is where they are kept: of any age, in either direction.
//!
//! Each reading has a consumer of its own for as long as it takes; the caller limits how many read at once. It is a pull
//! consumer, so that no more is sent than is taken, and the broker's leader answers, so that what was acknowledged is
//! there. Live messages never come this way.

use std::collections::VecDeque;

use async_nats::jetstream::consumer::{AckPolicy, DeliverPolicy, PullConsumer, pull};
use async_nats::jetstream::stream::{LastRawMessageErrorKind, Stream};
use bytes::Bytes;
use eontide_wire::viewer::Timetoken;
use eontide_wire::{Channel, Timestamp, limits, subject};
use futures_util::StreamExt;
use time::OffsetDateTime;

use super::backwards::{Backwards, Next};
use crate::broker::{Broker, streams};

/// How long one reading may take.
pub(crate) const TIMEOUT: std::time::Duration = std::time::Duration::from_secs(20);
/// Messages asked for at once: 32 MiB where each is as large as may be.
const BATCH: usize = 128;
/// What a message takes beside its payload.
const MESSAGE_BYTES: usize = 200;
/// A consumer that was left behind is removed by the broker.
const FORGET: std::time::Duration = std::time::Duration::from_secs(30);

/// The stream by its name, of which nothing was asked.
type JetStream = Stream<()>;
type Failure = Box<dyn std::error::Error + Send + Sync>;

/// One message as published.
#[derive(Clone, Debug)]
pub struct Past {
    /// Its JetStream sequence.
    pub offset: u64,
    /// The broker's timestamp.
    pub time: Timestamp,
    /// The same, finer.
    pub timetoken: Timetoken,
    /// Where it was published.
    pub channel: String,
    /// What was published.
    pub payload: Bytes,
}

/// Which messages are wanted.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// Of these subjects, which do not overlap.
    pub subjects: Vec<String>,
    /// After this offset.
    pub after: u64,
    /// Up to and including this one.
    pub until: u64,
    /// So many at most.
    pub limit: usize,
    /// So many bytes at most, but at least one message.
    pub bytes_max: usize,
    /// Where there are more, the first ones; else the last ones.
    pub oldest: bool,
}

/// What was read.
#[derive(Clone, Debug, Default)]
pub struct Read {
    /// In order.
    pub messages: Vec<Past>,
    /// There are more of what was wanted: after these where the oldest were wanted, else before.
    pub more: bool,
}

/// Reads what is wanted. The error is for people.
pub async fn read(broker: &Broker, wanted: &Wanted) -> Result<Read, String> {
    within(async {
        let stream = broker.js.get_stream_no_info(streams::DATA).await?;
        if wanted.after >= wanted.until || wanted.limit == 0 {
            return Ok(Read::default());
        }
        if wanted.oldest { forwards(&stream, wanted).await } else { backwards(&stream, wanted).await }
    })
    .await
}

/// The offset of the first message that has this token or a later one; one after the last where there is none. Messages are
/// taken to be in order of time, as they are but for a broker's clock that was set back.
pub async fn offset_at(broker: &Broker, token: Timetoken) -> Result<u64, String> {
    within(async {
        let stream = broker.js.get_stream_no_info(streams::DATA).await?;
        let start_time = OffsetDateTime::from_unix_timestamp_nanos(token.as_nanos())?;
        let consumer = consumer(&stream, DeliverPolicy::ByStartTime { start_time }, &[]).await?;
        let first = consumer.cached_info().delivered.stream_sequence + 1;
        leave(&stream, &consumer).await;
        Ok(first)
    })
    .await
}

/// The offsets of the first message that the stream still has, or will have, and of the last one it ever had.
pub async fn bounds(broker: &Broker) -> Result<(u64, u64), String> {
    within(async {
        let stream = broker.js.get_stream(streams::DATA).await?;
        let state = &stream.cached_info().state;
        Ok((state.first_sequence, state.last_sequence))
    })
    .await
}

/// When the broker got the message at `offset`; `None` where it has none.
pub async fn timetoken_at(broker: &Broker, offset: u64) -> Result<Option<Timetoken>, String> {
    within(async {
        let stream = broker.js.get_stream_no_info(streams::DATA).await?;
        match stream.get_raw_message(offset).await {
            Ok(message) => Ok(Some(Timetoken::from_nanos(message.time.unix_timestamp_nanos()))),
            Err(error) if error.kind() == LastRawMessageErrorKind::NoMessageFound => Ok(None),
            Err(error) => Err(error.into()),
        }
    })
    .await
}

async fn within<T>(reading: impl Future<Output = Result<T, Failure>>) -> Result<T, String> {
    match tokio::time::timeout(TIMEOUT, reading).await {
        Ok(read) => read.map_err(|error| error.to_string()),
        Err(_) => Err(format!("not read within {TIMEOUT:?}: is the broker there? Else ask for a shorter range")),
    }
}

async fn consumer(stream: &JetStream, from: DeliverPolicy, subjects: &[String]) -> Result<PullConsumer, Failure> {
    let config = pull::Config {
        deliver_policy: from,
        ack_policy: AckPolicy::None,
        filter_subjects: subjects.to_vec(),
        inactive_threshold: FORGET,
        memory_storage: true,
        num_replicas: 1,
        ..pull::Config::default()
    };
    Ok(stream.create_consumer(config).await?)
}

async fn from(stream: &JetStream, wanted: &Wanted, start: u64) -> Result<PullConsumer, Failure> {
    consumer(stream, DeliverPolicy::ByStartSequence { start_sequence: start.max(1) }, &wanted.subjects).await
}

/// The server would keep it for another half minute, and a stream has only so many.
async fn leave(stream: &JetStream, consumer: &PullConsumer) {
    stream.delete_consumer(&consumer.cached_info().name).await.ok();
}

/// How many messages there are from `start` on, to the end of the stream.
async fn count(stream: &JetStream, wanted: &Wanted, start: u64) -> Result<u64, Failure> {
    let consumer = from(stream, wanted, start).await?;
    leave(stream, &consumer).await;
    Ok(consumer.cached_info().num_pending)
}

async fn forwards(stream: &JetStream, wanted: &Wanted) -> Result<Read, Failure> {
    let mut kept = Vec::new();
    let (mut bytes, mut more) = (0, false);
    each(stream, wanted, wanted.after + 1, |past| {
        bytes += past.payload.len() + MESSAGE_BYTES;
        more = kept.len() >= wanted.limit || (bytes > wanted.bytes_max && !kept.is_empty());
        if !more {
            kept.push(past);
        }
        !more
    })
    .await?;
    Ok(Read { messages: kept, more })
}

/// Looks for a place from which there are enough, and reads from there; again, where they were fewer than counted.
async fn backwards(stream: &JetStream, wanted: &Wanted) -> Result<Read, Failure> {
    // One more than wanted tells whether there are more.
    let mut search = Backwards::new(wanted.after + 1, wanted.until, wanted.limit as u64 + 1);
    let beyond = count(stream, wanted, wanted.until.saturating_add(1)).await?;
    loop {
        match search.next() {
            Next::Count(start) => {
                let count = count(stream, wanted, start).await?.saturating_sub(beyond);
                search.counted(start, count);
            }
            Next::Read(start) => {
                let read = last(stream, wanted, start).await?;
                if read.more || !search.found(start, read.messages.len() as u64) {
                    return Ok(read);
                }
            }
        }
    }
}

/// The last messages from `start` on.
async fn last(stream: &JetStream, wanted: &Wanted, start: u64) -> Result<Read, Failure> {
    let mut kept: VecDeque<Past> = VecDeque::new();
    let (mut bytes, mut more) = (0, false);
    each(stream, wanted, start, |past| {
        bytes += past.payload.len() + MESSAGE_BYTES;
        kept.push_back(past);
        while kept.len() > wanted.limit || (bytes > wanted.bytes_max && kept.len() > 1) {
            bytes -= kept.pop_front().map_or(0, |past| past.payload.len() + MESSAGE_BYTES);
            more = true;
        }
        true
    })
    .await?;
    Ok(Read { messages: kept.into(), more })
}

/// Hands over each message from `start` on until `take` returns false.
async fn each(
    stream: &JetStream,
    wanted: &Wanted,
    start: u64,
    mut take: impl FnMut(Past) -> bool,
) -> Result<(), Failure> {
    let consumer = from(stream, wanted, start).await?;
    let read = async {
        let mut pending = consumer.cached_info().num_pending;
        while pending > 0 {
            let mut batch = consumer.fetch().max_messages(BATCH).messages().await?;
            let before = pending;
            while let Some(message) = batch.next().await {
                let message = message?;
                let info = message.info()?;
                pending = info.pending;
                if info.stream_sequence > wanted.until {
                    return Ok(());
                }
                if let Some(past) = past(&message)
                    && !take(past)
                {
                    return Ok(());
                }
            }
            if pending == before {
                // Nothing came although something waits: the consumer is gone, with the broker it was at.
                return Err("the broker did not send what it has: ask again".into());
            }
        }
        Ok(())
    };
    let read: Result<(), Failure> = read.await;
    leave(stream, &consumer).await;
    read
}

/// `None` for what viewers are never shown: channels and sizes that break the rules of the wire.
fn past(message: &async_nats::jetstream::Message) -> Option<Past> {
    let info = message.info().ok()?;
    let channel = subject::parse_data(&message.subject)?;
    if Channel::check(channel).is_err() || message.payload.len() > limits::MESSAGE_BYTES_MAX {
        return None;
    }
    let nanos = info.published.unix_timestamp_nanos();
    Some(Past {
        offset: info.stream_sequence,
        time: Timestamp::from_micros(i64::try_from(nanos / 1000).ok()?),
        timetoken: Timetoken::from_nanos(nanos),
        channel: channel.to_owned(),
        payload: message.payload.clone(),
    })
}
