//! One ordered push consumer per stream.
//!
//! Push, because after a server restart an ordered pull consumer of this client stays silent for some 15 s. The consumer
//! heals its own gaps, but it follows sequence numbers only: a stream that lost its tail (power loss, restore) or was
//! deleted and made again would be skipped in silence until it passed the old number. So after every reconnect, and now
//! and then, the stream is asked for its creation, its last sequence, and the time of the message we read last; what does
//! not fit begins a new epoch.

use std::sync::Arc;
use std::time::Duration;

use async_nats::jetstream::consumer::push::{Ordered, OrderedConfig};
use async_nats::jetstream::consumer::{DeliverPolicy, ReplayPolicy};
use async_nats::jetstream::stream::{Info, Stream as JetStream};
use eontide_wire::{Epoch, Timestamp};
use futures_util::StreamExt;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;

use crate::broker::{Broker, streams};
use crate::clock;
use crate::pipeline::{Incoming, Pipeline};

/// Messages handed on at once.
const BATCH: usize = 1024;
/// Batches that may wait for decode and append.
const BATCHES_AHEAD: usize = 4;
/// How often the stream is looked at without a reason.
const CHECK: Duration = Duration::from_secs(5);
/// Pause before a failed step is tried again.
const RETRY: Duration = Duration::from_millis(500);

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Why reading ended.
enum End {
    /// The stream is not the one that was read.
    NewLife,
    /// The consumer ended or failed; go on where it stopped.
    Broken(Failure),
    /// Nobody takes what is read any more.
    Stopped,
}

/// Where reading stands.
#[derive(Clone, Copy, Debug)]
struct Place {
    epoch: Epoch,
    created_ns: i128,
    /// Last message read, with its time.
    last: Option<(u64, Timestamp)>,
    /// Messages up to here are history.
    replay_end: u64,
    /// Its owner was told that it begins.
    began: bool,
}

/// Reads the data stream for ever. `ready` turns true once history is read, and false while a new life is.
pub async fn read_data(broker: Arc<Broker>, pipeline: Arc<Pipeline>, history: Duration, ready: watch::Sender<bool>) {
    let apply = move |step| match step {
        Step::Begin(epoch, offset) => {
            ready.send_replace(false);
            pipeline.begin_epoch(epoch, offset);
        }
        Step::Batch(batch) => pipeline.data(&batch, clock::now()),
        Step::CaughtUp => {
            pipeline.grace(clock::now());
            if !ready.send_replace(true) {
                tracing::info!(points = pipeline.read().store.points(), "history read");
            }
        }
    };
    read_stream(broker, streams::DATA, history, apply).await;
}

/// Reads hello and bye for ever.
pub async fn read_events(broker: Arc<Broker>, pipeline: Arc<Pipeline>, history: Duration) {
    let apply = move |step| {
        if let Step::Batch(batch) = step {
            pipeline.presence(&batch, clock::now());
        }
    };
    read_stream(broker, streams::EVENTS, history, apply).await;
}

/// Two tasks, so that the next batch is received while this one is decoded and appended; a full channel slows the reading,
/// not the memory.
async fn read_stream(
    broker: Arc<Broker>,
    name: &'static str,
    history: Duration,
    mut apply: impl FnMut(Step) + Send + 'static,
) {
    let (steps, mut queued) = mpsc::channel(BATCHES_AHEAD);
    let mut tasks = JoinSet::new();
    tasks.spawn(async move {
        while let Some(step) = queued.recv().await {
            apply(step);
        }
    });
    tasks.spawn(async move {
        let mut place: Option<Place> = None;
        loop {
            match read_life(&broker, name, history, &mut place, &steps).await {
                End::NewLife => place = None,
                End::Stopped => return,
                End::Broken(error) => {
                    tracing::debug!(%error, "reading interrupted");
                    tokio::time::sleep(RETRY).await;
                    if let Err(error) = broker.ensure_streams().await {
                        tracing::warn!(%error, "streams");
                    }
                }
            }
        }
    });
    // Both run for ever: the first to end is a fault, which ends the caller, who is watched.
    if let Some(Err(error)) = tasks.join_next().await {
        tracing::error!(%error, stream = name, "reading ended");
    }
}

/// What reading tells its owner.
enum Step {
    /// A life of the stream begins after this offset.
    Begin(Epoch, u64),
    /// Messages in order.
    Batch(Vec<Incoming>),
    /// All history is read.
    CaughtUp,
}

async fn read_life(
    broker: &Broker,
    name: &'static str,
    history: Duration,
    place: &mut Option<Place>,
    steps: &mpsc::Sender<Step>,
) -> End {
    let mut reconnects = broker.reconnects.clone();
    reconnects.mark_unchanged();
    let stream = match broker.js.get_stream(name).await {
        Ok(stream) => stream,
        Err(error) => return End::Broken(error.into()),
    };
    let info = stream.cached_info().clone();
    if let Some(known) = place
        && differs(broker, &stream, &info, known).await
    {
        tracing::warn!(stream = name, "the stream went back or was made anew, a new epoch begins");
        return End::NewLife;
    }
    let current = place.get_or_insert_with(|| Place {
        epoch: Epoch(streams::epoch(&info)),
        created_ns: info.created.unix_timestamp_nanos(),
        last: None,
        replay_end: info.state.last_sequence,
        began: false,
    });
    let (messages, nothing_waits) = match consume(broker, &stream, current, history).await {
        Ok(opened) => opened,
        Err(error) => return End::Broken(error),
    };
    if nothing_waits {
        let begin = (!current.began).then_some(Step::Begin(current.epoch, info.state.last_sequence));
        current.began = true;
        if send(steps, begin.into_iter().chain([Step::CaughtUp])).await.is_err() {
            return End::Stopped;
        }
    }
    let mut batches = messages.ready_chunks(BATCH);
    let mut check = tokio::time::interval_at(tokio::time::Instant::now() + CHECK, CHECK);
    loop {
        tokio::select! {
            batch = batches.next() => {
                let Some(batch) = batch else { return End::Broken("the consumer ended".into()) };
                let (accepted, failure) = accept(batch, current);
                if send(steps, accepted).await.is_err() {
                    return End::Stopped;
                }
                if let Some(error) = failure {
                    return End::Broken(error);
                }
            }
            _ = check.tick() => if changed(broker, &stream, current).await { return End::NewLife },
            changed_connection = reconnects.changed() => {
                if changed_connection.is_err() {
                    return End::Broken("the client ended".into());
                }
                if changed(broker, &stream, current).await { return End::NewLife }
            }
        }
    }
}

/// An ordered consumer from where reading stands, and whether nothing waits for it.
async fn consume(
    broker: &Broker,
    stream: &JetStream,
    place: &Place,
    history: Duration,
) -> Result<(Ordered, bool), Failure> {
    let deliver_policy = match place.last {
        Some((sequence, _)) => DeliverPolicy::ByStartSequence { start_sequence: sequence + 1 },
        None => from_time(history),
    };
    let config = OrderedConfig {
        deliver_subject: broker.client.new_inbox(),
        deliver_policy,
        replay_policy: ReplayPolicy::Instant,
        ..OrderedConfig::default()
    };
    let consumer = stream.create_consumer(config).await?;
    let nothing_waits = consumer.cached_info().num_pending == 0;
    Ok((consumer.messages().await?, nothing_waits))
}

fn from_time(history: Duration) -> DeliverPolicy {
    let start = time::OffsetDateTime::now_utc() - history;
    DeliverPolicy::ByStartTime { start_time: start }
}

async fn send(steps: &mpsc::Sender<Step>, list: impl IntoIterator<Item = Step>) -> Result<(), ()> {
    for step in list {
        steps.send(step).await.map_err(|_| ())?;
    }
    Ok(())
}

/// What a batch means, in order; the first message of a life says where the life begins. What was read before a failure
/// is kept: the next consumer starts after it.
fn accept<E: Into<Failure>>(
    batch: Vec<Result<async_nats::jetstream::Message, E>>,
    place: &mut Place,
) -> (Vec<Step>, Option<Failure>) {
    let mut incoming = Vec::with_capacity(batch.len());
    let mut failure = None;
    for message in batch {
        match message.map_err(Into::into).and_then(|message| read(&message, place.replay_end)) {
            Ok(read) => incoming.push(read),
            Err(error) => {
                failure = Some(error);
                break;
            }
        }
    }
    let mut steps = Vec::with_capacity(3);
    if let (Some(first), Some(last)) = (incoming.first(), incoming.last()) {
        if !place.began {
            steps.push(Step::Begin(place.epoch, first.offset.saturating_sub(1)));
            place.began = true;
        }
        let before = place.last.replace((last.offset, last.time));
        // Once: when the end of history is passed.
        let caught_up = last.offset >= place.replay_end && before.is_none_or(|(offset, _)| offset < place.replay_end);
        steps.push(Step::Batch(incoming));
        if caught_up {
            steps.push(Step::CaughtUp);
        }
    }
    (steps, failure)
}

fn read(message: &async_nats::jetstream::Message, replay_end: u64) -> Result<Incoming, Failure> {
    let info = message.info()?;
    let micros = i64::try_from(info.published.unix_timestamp_nanos() / 1000)?;
    Ok(Incoming {
        subject: message.subject.to_string(),
        payload: message.payload.clone(),
        offset: info.stream_sequence,
        time: Timestamp::from_micros(micros),
        replayed: info.stream_sequence <= replay_end,
    })
}

/// Asks the stream whether it is still the one that was read. An unanswered question is no answer.
async fn changed(broker: &Broker, stream: &JetStream, place: &Place) -> bool {
    let Ok(info) = stream.get_info().await else {
        // Deleted, perhaps: made again here, found to differ at the next look.
        broker.ensure_streams().await.ok();
        return false;
    };
    differs(broker, stream, &info, place).await
}

async fn differs(broker: &Broker, stream: &JetStream, info: &Info, place: &Place) -> bool {
    if info.created.unix_timestamp_nanos() != place.created_ns || streams::epoch(info) > place.epoch.0 {
        return true;
    }
    let Some((offset, time)) = place.last else { return false };
    let went_back = if info.state.last_sequence < offset {
        true
    } else if info.state.first_sequence <= offset && info.state.messages > 0 {
        // The number may have been passed again since; the message itself tells.
        stream.get_raw_message(offset).await.is_ok_and(|message| {
            i64::try_from(message.time.unix_timestamp_nanos() / 1000).is_ok_and(|us| us != time.as_micros())
        })
    } else {
        false
    };
    if went_back && info.config.name == streams::DATA {
        let epoch = u64::try_from(Timestamp::now().as_micros() / 1000).unwrap_or(place.epoch.0 + 1);
        streams::note_epoch(&broker.js, info, epoch.max(place.epoch.0 + 1)).await;
    }
    went_back
}
