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
use async_nats::jetstream::stream::{Info, LastRawMessageErrorKind as RawMessageErrorKind, Stream as JetStream};
use eontide_wire::viewer::Timetoken;
use eontide_wire::{Epoch, Timestamp};
use futures_util::StreamExt;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;

use super::past::Past;
use crate::broker::{Broker, streams};
use crate::clock;
use crate::pipeline::{Incoming, Pipeline};
use crate::store::{Life, Restored};

/// Messages handed on at once.
const BATCH: usize = 1024;
/// Batches that may wait for decode and append.
const BATCHES_AHEAD: usize = 4;
/// How often the stream is looked at without a reason.
const CHECK: Duration = Duration::from_secs(5);
/// Pause before a failed step is tried again.
const RETRY: Duration = Duration::from_millis(500);

/// So many messages before the end of what is on disk are read again: not for the store, but for viewers that come back, and
/// for presence.
const LOOK_BACK: u64 = 10_000;

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Why reading ended.
enum End {
    /// The stream is not the one that was read; its new life is not before this epoch.
    NewLife(u64),
    /// The same life must be read again: a part of its history on disk is damaged.
    Again,
    /// The consumer ended or failed; go on where it stopped.
    Broken(Failure),
    /// Nobody takes what is read any more.
    Stopped,
}

/// Where reading stands.
#[derive(Debug)]
struct Place {
    epoch: Epoch,
    created_ns: i128,
    /// Last message read, with its time.
    last: Option<(u64, Timestamp)>,
    /// Until the first message is read: begin after this one.
    from: Option<u64>,
    /// Messages up to here were read, or are older than the window. A consumer that the client makes again before its
    /// first message begins with the whole stream.
    after: u64,
    /// Messages up to here are history.
    replay_end: u64,
    /// What was on disk of this life, until its owner is told that it begins.
    restored: Option<Box<Restored>>,
    /// Its owner was told that it begins, and that history ends.
    began: bool,
    caught_up: bool,
}

/// Reads the data stream for ever. `ready` turns true once history is read, and false while a new life is.
pub async fn read_data(broker: Arc<Broker>, pipeline: Arc<Pipeline>, history: Duration, ready: watch::Sender<bool>) {
    let past = Past(Some(Arc::clone(&pipeline)));
    let apply = move |step, waiting| {
        match step {
            Step::Begin(epoch, offset, restored) => {
                ready.send_replace(false);
                pipeline.begin_life(epoch, offset, restored.map(|restored| *restored));
            }
            Step::Damaged => {
                // Not ready before it is said: whoever read that waits for what is whole.
                ready.send_replace(false);
                tracing::warn!("history on disk is damaged: its range is read again");
            }
            Step::Batch(batch) => pipeline.data(&batch, clock::now()),
            Step::CaughtUp => {
                pipeline.grace(clock::now());
                if !ready.send_replace(true) {
                    tracing::info!(points = pipeline.read().store.points(), "history read");
                }
            }
        }
        pipeline.note_waiting(waiting);
    };
    read_stream(broker, streams::DATA, history, past, apply).await;
}

/// Reads what is said of sources and of alerts for ever.
pub async fn read_events(broker: Arc<Broker>, pipeline: Arc<Pipeline>, history: Duration) {
    let apply = move |step, _| {
        if let Step::Batch(batch) = step {
            pipeline.presence(&batch, clock::now());
            pipeline.alerts(&batch);
        }
    };
    read_stream(broker, streams::EVENTS, history, Past(None), apply).await;
}

/// Two tasks, so that the next batch is received while this one is decoded and appended; a full channel slows the reading,
/// not the memory.
async fn read_stream(
    broker: Arc<Broker>,
    name: &'static str,
    history: Duration,
    past: Past,
    mut apply: impl FnMut(Step, usize) + Send + 'static,
) {
    let (steps, mut queued) = mpsc::channel(BATCHES_AHEAD);
    let mut tasks = JoinSet::new();
    tasks.spawn(async move {
        while let Some(step) = queued.recv().await {
            apply(step, queued.len());
        }
    });
    tasks.spawn(async move {
        let mut place: Option<Place> = None;
        let mut not_before = 0;
        loop {
            match read_life(&broker, name, history, &past, &mut place, not_before, &steps).await {
                End::NewLife(epoch) => {
                    tracing::warn!(stream = name, "the stream went back or was made anew, a new epoch begins");
                    (place, not_before) = (None, not_before.max(epoch));
                }
                End::Again if steps.send(Step::Damaged).await.is_err() => return,
                End::Again => place = None,
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
    /// A life of the stream begins after this offset, with what is on disk of it.
    Begin(Epoch, u64, Option<Box<Restored>>),
    /// A part of the history is not there until it is read again.
    Damaged,
    /// Messages in order.
    Batch(Vec<Incoming>),
    /// All history is read.
    CaughtUp,
}

async fn read_life(
    broker: &Broker,
    name: &'static str,
    history: Duration,
    past: &Past,
    place: &mut Option<Place>,
    not_before: u64,
    steps: &mpsc::Sender<Step>,
) -> End {
    let mut reconnects = broker.reconnects.clone();
    reconnects.mark_unchanged();
    let stream = match broker.js.get_stream(name).await {
        Ok(stream) => stream,
        Err(error) => return End::Broken(error.into()),
    };
    let info = stream.cached_info().clone();
    if place.is_none() {
        *place = Some(begin(&info, past, not_before).await);
    }
    let Some(current) = place else { return End::Stopped };
    match new_life(broker, &stream, &info, current).await {
        Ok(None) => {}
        Ok(Some(epoch)) => return End::NewLife(epoch),
        Err(error) => return End::Broken(error),
    }
    let (messages, nothing_waits) = match consume(broker, &stream, current, history).await {
        Ok(opened) => opened,
        Err(error) => return End::Broken(error),
    };
    if nothing_waits {
        let restored = current.restored.take();
        let begin = (!current.began).then_some(Step::Begin(current.epoch, info.state.last_sequence, restored));
        (current.began, current.caught_up) = (true, true);
        current.after = current.after.max(info.state.last_sequence);
        if send(steps, begin.into_iter().chain([Step::CaughtUp])).await.is_err() {
            return End::Stopped;
        }
    }
    let mut batches = messages.ready_chunks(BATCH);
    let mut check = tokio::time::interval_at(tokio::time::Instant::now() + CHECK, CHECK);
    loop {
        tokio::select! {
            // In this order: what is ready after a reconnect must not be taken in before the stream was looked at.
            biased;
            // Not answered: asked again at the next tick; a stream that is gone is made again.
            _ = check.tick() => if let Ok(Some(epoch)) = look(broker, &stream, current).await { return End::NewLife(epoch) },
            reconnected = reconnects.changed() => {
                if reconnected.is_err() {
                    return End::Broken("the client ended".into());
                }
                // Before anything more is taken in: messages of a rewritten stream would hide that it went back.
                if let Some(epoch) = settled(broker, &stream, current).await { return End::NewLife(epoch) }
            }
            () = past.damaged() => return End::Again,
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
        }
    }
}

/// Where to begin reading a life: where what is on disk of it ends, else with the window.
async fn begin(info: &Info, past: &Past, not_before: u64) -> Place {
    let (created_ns, epoch) = (info.created.unix_timestamp_nanos(), Epoch(streams::epoch(info).max(not_before)));
    let restored = past.restore(Life { created_ns, epoch }).await;
    let resume = restored.as_ref().and_then(|restored| restored.resume);
    Place {
        epoch,
        created_ns,
        // Known again, so that a stream that went back meanwhile is found out.
        last: resume.map(|resume| resume.last),
        from: resume.map(|resume| resume.after.saturating_sub(LOOK_BACK)),
        after: 0,
        replay_end: info.state.last_sequence,
        restored,
        began: false,
        caught_up: false,
    }
}

/// An ordered consumer from where reading stands, and whether nothing waits for it.
async fn consume(
    broker: &Broker,
    stream: &JetStream,
    place: &Place,
    history: Duration,
) -> Result<(Ordered, bool), Failure> {
    let deliver_policy = match (place.from, place.last) {
        (Some(after), _) => DeliverPolicy::ByStartSequence { start_sequence: after + 1 },
        (None, Some((sequence, _))) => DeliverPolicy::ByStartSequence { start_sequence: sequence + 1 },
        (None, None) => from_time(history),
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
    let mut incoming: Vec<Incoming> = Vec::with_capacity(batch.len());
    let (mut failure, mut nothing_waits) = (None, false);
    for message in batch {
        match message.map_err(Into::into).and_then(|message| read(&message, place.replay_end)) {
            Ok((read, pending)) if read.offset <= place.after => nothing_waits = pending == 0,
            Ok((read, pending)) => {
                (place.after, nothing_waits) = (read.offset, pending == 0);
                incoming.push(read);
            }
            Err(error) => {
                failure = Some(error);
                break;
            }
        }
    }
    let mut steps = Vec::with_capacity(3);
    if let (Some(first), Some(last)) = (incoming.first(), incoming.last()) {
        if !place.began {
            steps.push(Step::Begin(place.epoch, first.offset.saturating_sub(1), place.restored.take()));
            place.began = true;
        }
        (place.last, place.from) = (Some((last.offset, last.time)), None);
        steps.push(Step::Batch(incoming));
    }
    // The last message of history may have been deleted since: then nothing waits.
    if place.began && !place.caught_up && (place.after >= place.replay_end || nothing_waits) {
        place.caught_up = true;
        steps.push(Step::CaughtUp);
    }
    (steps, failure)
}

/// A message, and how many wait behind it.
fn read(message: &async_nats::jetstream::Message, replay_end: u64) -> Result<(Incoming, u64), Failure> {
    let info = message.info()?;
    let nanos = info.published.unix_timestamp_nanos();
    let incoming = Incoming {
        subject: message.subject.to_string(),
        payload: message.payload.clone(),
        offset: info.stream_sequence,
        time: Timestamp::from_micros(i64::try_from(nanos / 1000)?),
        timetoken: Timetoken::from_nanos(nanos),
        replayed: info.stream_sequence <= replay_end,
    };
    Ok((incoming, info.pending))
}

/// Asks until the stream has said whether it is still the one that was read.
async fn settled(broker: &Broker, stream: &JetStream, place: &Place) -> Option<u64> {
    loop {
        match look(broker, stream, place).await {
            Ok(life) => return life,
            Err(error) => {
                tracing::debug!(%error, "the stream does not answer");
                tokio::time::sleep(RETRY).await;
            }
        }
    }
}

/// Asks the stream whether it is still the one that was read; its new life where not.
async fn look(broker: &Broker, stream: &JetStream, place: &Place) -> Result<Option<u64>, Failure> {
    match stream.get_info().await {
        Ok(info) => new_life(broker, stream, &info, place).await,
        Err(error) => {
            // Deleted, perhaps: made again here, found to differ at the next look.
            broker.ensure_streams().await.ok();
            Err(error.into())
        }
    }
}

/// The epoch before which the stream's life did not begin, where it is not the life that was read.
async fn new_life(broker: &Broker, stream: &JetStream, info: &Info, place: &Place) -> Result<Option<u64>, Failure> {
    if info.created.unix_timestamp_nanos() != place.created_ns || streams::epoch(info) > place.epoch.0 {
        return Ok(Some(0));
    }
    let Some((offset, time)) = place.last else { return Ok(None) };
    let went_back = if info.state.last_sequence < offset {
        true
    } else if info.state.first_sequence <= offset && info.state.messages > 0 {
        // The number may have been passed again since; the message itself tells.
        match stream.get_raw_message(offset).await {
            Ok(message) => i64::try_from(message.time.unix_timestamp_nanos() / 1000)? != time.as_micros(),
            Err(error) if error.kind() == RawMessageErrorKind::NoMessageFound => false,
            Err(error) => return Err(error.into()),
        }
    } else {
        false
    };
    if !went_back {
        return Ok(None);
    }
    let now = Timestamp::now().as_millis();
    let epoch = now.max(place.epoch.0 + 1);
    if info.config.name == streams::DATA {
        streams::note_epoch(&broker.js, info, epoch).await;
    }
    Ok(Some(epoch))
}
