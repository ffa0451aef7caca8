//! Messages of the past as they were published, for raw views: read from the stream, which is where they are kept.
//!
//! A consumer of its own, for as long as the reading takes: viewers that ask are few, and the caller limits how many read
//! at once. Live messages never come this way.

use std::collections::VecDeque;
use std::time::Duration;

use async_nats::jetstream::consumer::push::{Ordered, OrderedConfig};
use async_nats::jetstream::consumer::{DeliverPolicy, ReplayPolicy};
use bytes::Bytes;
use eontide_wire::{ChannelPattern, Timestamp, subject};
use futures_util::StreamExt;

use crate::broker::{Broker, streams};

/// How long a reading may take.
const TIMEOUT: Duration = Duration::from_secs(20);
/// Bytes kept; past it the oldest go first.
const BYTES_MAX: usize = 32 << 20;
/// What a message takes beside its payload.
const MESSAGE_BYTES: usize = 200;
/// The last few messages are looked for this many messages back for each of them, then further and further.
const LOOK_BACK: u64 = 4;
const LOOK_BACK_GROWTH: u64 = 8;

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Where to begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum From {
    /// After this offset.
    After(u64),
    /// At this time.
    Time(Timestamp),
}

/// One message as published.
#[derive(Clone, Debug)]
pub struct Past {
    /// Its JetStream sequence.
    pub offset: u64,
    /// The broker's timestamp.
    pub time: Timestamp,
    /// Where it was published.
    pub channel: String,
    /// What was published.
    pub payload: Bytes,
}

/// What was read.
#[derive(Clone, Debug, Default)]
pub struct Replayed {
    /// In order.
    pub messages: Vec<Past>,
    /// Some messages after the beginning are missing: too many, or gone from the stream.
    pub cut: bool,
}

/// The last `limit` messages of `pattern` from `from` up to and including `until`, in order.
pub async fn replay(
    broker: &Broker,
    pattern: &ChannelPattern,
    from: From,
    until: u64,
    limit: usize,
) -> Result<Replayed, String> {
    let reading = async {
        match from {
            From::After(offset) => after(broker, pattern, offset, until, limit).await,
            From::Time(time) => last(broker, pattern, time, until, limit).await,
        }
    };
    match tokio::time::timeout(TIMEOUT, reading).await {
        Ok(read) => read.map_err(|error| error.to_string()),
        Err(_) => Err(format!("not read within {TIMEOUT:?}: ask for a shorter window")),
    }
}

async fn after(
    broker: &Broker,
    pattern: &ChannelPattern,
    offset: u64,
    until: u64,
    limit: usize,
) -> Result<Replayed, Failure> {
    let first = broker.js.get_stream(streams::DATA).await?.cached_info().state.first_sequence;
    let read = read(broker, pattern, offset + 1, until, limit).await?;
    Ok(Replayed { cut: read.cut || first > offset + 1, ..read })
}

/// From the end backwards in growing steps, so that the last few do not cost the whole window.
async fn last(
    broker: &Broker,
    pattern: &ChannelPattern,
    time: Timestamp,
    until: u64,
    limit: usize,
) -> Result<Replayed, Failure> {
    let mut back = LOOK_BACK * limit as u64;
    loop {
        let start = until.saturating_sub(back).max(1);
        let mut read = read(broker, pattern, start, until, limit).await?;
        let within = read.messages.partition_point(|past| past.time < time);
        if read.cut || within > 0 || read.messages.len() >= limit || start == 1 {
            read.messages.drain(..within);
            return Ok(read);
        }
        back = back.saturating_mul(LOOK_BACK_GROWTH);
    }
}

async fn read(
    broker: &Broker,
    pattern: &ChannelPattern,
    start: u64,
    until: u64,
    limit: usize,
) -> Result<Replayed, Failure> {
    if start > until {
        return Ok(Replayed::default());
    }
    let stream = broker.js.get_stream_no_info(streams::DATA).await?;
    let config = OrderedConfig {
        deliver_subject: broker.client.new_inbox(),
        deliver_policy: DeliverPolicy::ByStartSequence { start_sequence: start },
        filter_subjects: pattern.subjects(),
        replay_policy: ReplayPolicy::Instant,
        ..OrderedConfig::default()
    };
    let consumer = stream.create_consumer(config).await?;
    let name = consumer.cached_info().name.clone();
    let read = if consumer.cached_info().num_pending == 0 {
        Ok(Replayed::default())
    } else {
        collect(consumer.messages().await?, until, limit).await
    };
    // The server would keep it for another half minute, and a stream has only so many.
    stream.delete_consumer(&name).await.ok();
    read
}

async fn collect(mut messages: Ordered, until: u64, limit: usize) -> Result<Replayed, Failure> {
    let mut kept: VecDeque<Past> = VecDeque::new();
    let (mut bytes, mut cut) = (0, false);
    while let Some(message) = messages.next().await {
        let message = message?;
        let info = message.info()?;
        let (offset, pending) = (info.stream_sequence, info.pending);
        if offset > until {
            break;
        }
        let time = Timestamp::from_micros(i64::try_from(info.published.unix_timestamp_nanos() / 1000)?);
        let channel = subject::parse_data(&message.subject).unwrap_or_default().to_owned();
        bytes += message.payload.len() + MESSAGE_BYTES;
        kept.push_back(Past { offset, time, channel, payload: message.payload.clone() });
        while kept.len() > limit || bytes > BYTES_MAX {
            bytes -= kept.pop_front().map_or(0, |past| past.payload.len() + MESSAGE_BYTES);
            cut = true;
        }
        if pending == 0 || offset == until {
            break;
        }
    }
    Ok(Replayed { messages: kept.into(), cut })
}
