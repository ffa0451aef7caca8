//! Messages of the past as they were published, for raw views: read from the stream, which is where they are kept.
//!
//! A consumer of its own, for as long as the reading takes: viewers that ask are few, and the caller limits how many read
//! at once. Live messages never come this way.

use std::collections::VecDeque;
use std::time::Duration;

use async_nats::jetstream::consumer::push::OrderedConfig;
use async_nats::jetstream::consumer::{DeliverPolicy, ReplayPolicy};
use bytes::Bytes;
use eontide_wire::{ChannelPattern, Timestamp, subject};
use futures_util::StreamExt;

use crate::broker::{Broker, streams};

/// How long a reading may take.
const TIMEOUT: Duration = Duration::from_secs(20);
/// Bytes of payload kept; past it the oldest go first.
const BYTES_MAX: usize = 32 << 20;

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

/// The last `limit` messages of `pattern` from `from` up to and including `until`, in order.
pub async fn replay(
    broker: &Broker,
    pattern: &ChannelPattern,
    from: From,
    until: u64,
    limit: usize,
) -> Result<Vec<Past>, String> {
    let reading = read(broker, pattern, from, until, limit);
    match tokio::time::timeout(TIMEOUT, reading).await {
        Ok(read) => read.map_err(|error| error.to_string()),
        Err(_) => Err(format!("not read within {TIMEOUT:?}: ask for a shorter window")),
    }
}

async fn read(
    broker: &Broker,
    pattern: &ChannelPattern,
    from: From,
    until: u64,
    limit: usize,
) -> Result<Vec<Past>, Box<dyn std::error::Error + Send + Sync>> {
    let stream = broker.js.get_stream_no_info(streams::DATA).await?;
    let deliver_policy = match from {
        From::After(offset) => DeliverPolicy::ByStartSequence { start_sequence: offset + 1 },
        From::Time(time) => DeliverPolicy::ByStartTime {
            start_time: time::OffsetDateTime::from_unix_timestamp_nanos(i128::from(time.as_micros()) * 1000)?,
        },
    };
    let config = OrderedConfig {
        deliver_subject: broker.client.new_inbox(),
        deliver_policy,
        filter_subjects: pattern.subjects(),
        replay_policy: ReplayPolicy::Instant,
        ..OrderedConfig::default()
    };
    let consumer = stream.create_consumer(config).await?;
    let mut kept: VecDeque<Past> = VecDeque::new();
    if consumer.cached_info().num_pending == 0 {
        return Ok(kept.into());
    }
    let mut bytes = 0;
    let mut messages = consumer.messages().await?;
    while let Some(message) = messages.next().await {
        let message = message?;
        let info = message.info()?;
        let (offset, pending) = (info.stream_sequence, info.pending);
        if offset > until {
            break;
        }
        let time = Timestamp::from_micros(i64::try_from(info.published.unix_timestamp_nanos() / 1000)?);
        let channel = subject::parse_data(&message.subject).unwrap_or_default().to_owned();
        bytes += message.payload.len();
        kept.push_back(Past { offset, time, channel, payload: message.payload.clone() });
        while kept.len() > limit || bytes > BYTES_MAX {
            bytes -= kept.pop_front().map_or(0, |past| past.payload.len());
        }
        if pending == 0 || offset == until {
            break;
        }
    }
    Ok(kept.into())
}
