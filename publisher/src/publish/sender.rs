//! The one task of a publisher: sample, batch, send, answer, until asked to end.
//!
//! It sleeps until something is due: the tick, an answer, a change of the connection, or [`LINGER`] after the first
//! sample recorded between two ticks. Nothing else wakes it; at 1 Hz that is twice a second, for the tick and the answer.

mod closing;

use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::{Duration, Instant};

use eontide_wire::{Timestamp, subject};
use futures_util::StreamExt;
use tokio::time::sleep_until;

use super::Config;
use super::acks::Incoming;
use super::connection::{Connection, Link, NotTaken};
use super::delivery::{Delivery, Outcome, Step};
use super::outbox::{Outbox, payload_bytes};
use super::presence::HelloPlan;
use super::sigterm::Sigterm;
use super::tick::Tick;
use crate::batch::{Message, Sample};
use crate::sample::Sampler;
use crate::series::Series;
use crate::shared::{CloseRequest, Shared, after};
use crate::stats::State;

/// How long the first recorded sample waits for more of them to share its message.
const LINGER: Duration = Duration::from_millis(50);
/// Runs until closed.
pub(super) async fn run(config: Config, shared: Arc<Shared>) {
    let connection = match Connection::open(&config.target).await {
        Ok(connection) => connection,
        Err(error) => {
            tracing::error!(error, "the publisher cannot start");
            return;
        }
    };
    // Until all is delivered: SIGTERM during the end is heard, too.
    let mut sigterm = Sigterm::listen(config.sigterm);
    let mut sender = Sender::new(config, Arc::clone(&shared), connection);
    let request = sender.run(&mut sigterm).await;
    let undelivered = sender.close(&request, &mut sigterm).await;
    shared.counters.set_state(State::Closed);
    // May end the process. Before anybody hears that we have finished: then SIGTERM is no longer ours.
    sigterm.finish();
    shared.finished().set(undelivered);
}

struct Sender {
    config: Config,
    shared: Arc<Shared>,
    connection: Connection,
    link: Link,
    delivery: Delivery,
    sampler: Sampler,
    outbox: Outbox,
    /// The queue may be emptied now; else its samples still linger.
    ready: bool,
    linger_until: Option<Instant>,
    /// The time that the last sample has.
    sampled_at: Option<Timestamp>,
    hello: HelloPlan,
}

impl Sender {
    fn new(config: Config, shared: Arc<Shared>, connection: Connection) -> Self {
        let now = Instant::now();
        Self {
            delivery: Delivery::new(config.delivery),
            sampler: Sampler::new(config.sampling.clone()),
            config,
            shared,
            connection,
            link: Link::default(),
            outbox: Outbox::new(),
            ready: false,
            linger_until: None,
            sampled_at: None,
            hello: HelloPlan::new(now),
        }
    }

    /// Publishes until asked to close.
    async fn run(&mut self, sigterm: &mut Sigterm) -> CloseRequest {
        let mut tick = Tick::start(self.config.interval);
        let shared = Arc::clone(&self.shared);
        self.sample();
        loop {
            if let Some(request) = shared.close_request() {
                return request;
            }
            if shared.reconnect_requested() {
                self.connection.reconnect().await;
            }
            // What is due after the next tick is looked at then: no timer is set for it.
            let wake_at = earliest(self.pump().await, self.linger_until).filter(|at| *at < tick.next());
            tokio::select! {
                biased;
                within = sigterm.received() => {
                    let deadline = after(Instant::now(), within);
                    return CloseRequest { reason: "SIGTERM".into(), deadline, patient: false };
                }
                changed = self.connection.link.changed() => if changed.is_err() { return gone() },
                message = self.connection.incoming.next() => match message {
                    Some(message) => self.receive(&message),
                    None => return gone(),
                },
                () = tick.tick() => self.sample(),
                () = shared.wake.notified() => self.on_wake(),
                () = sleep_until(wake_at.unwrap_or_else(Instant::now).into()), if wake_at.is_some() => self.on_timer(),
            }
            self.follow_link();
        }
    }

    /// Reads the process and the gauges into the queue, as one row.
    fn sample(&mut self) {
        let Some(at) = time_of_sample(Timestamp::now(), self.sampled_at) else { return };
        self.sampled_at = Some(at);
        let mut row = Vec::with_capacity(16);
        {
            let figures = self.sampler.sample(Instant::now());
            let mut queue = self.shared.queue();
            row.extend(figures.filter_map(|(metric, value)| {
                Some(Sample { at, series: queue.series.find_or_add(metric.name())?, value })
            }));
        }
        self.shared.read_gauges(at, &mut row);
        self.shared.push_row(row);
        self.ready = true;
    }

    /// Recorded samples arrived: let more gather. A second ring means that the queue fills up: no more waiting.
    fn on_wake(&mut self) {
        match self.linger_until.take() {
            None => self.linger_until = Some(Instant::now() + LINGER),
            Some(_) => self.ready = true,
        }
    }

    fn on_timer(&mut self) {
        self.ready |= self.linger_until.take_if(|at| Instant::now() >= *at).is_some();
    }

    /// Takes note of what the connection did since the last look.
    fn follow_link(&mut self) {
        let link = *self.connection.link.borrow_and_update();
        if link == self.link {
            return;
        }
        let counters = &self.shared.counters;
        if link.generation != self.link.generation && link.connected {
            if self.link.generation > 0 {
                counters.reconnects.fetch_add(link.generation - self.link.generation, Relaxed);
            }
            counters.set_state(State::Connected);
            self.outbox.make_largest();
            self.delivery.connected(Instant::now());
            self.hello.introduce(Instant::now());
        } else if !link.connected {
            counters.set_state(State::Disconnected);
            self.delivery.disconnected();
        }
        if link.refused != self.link.refused {
            // Refusing is an answer, too.
            self.delivery.server_alive();
        }
        counters.acknowledged.store(self.delivery.is_asking(), Relaxed);
        self.link = link;
    }

    /// Sends what may be sent now; returns when to look again.
    async fn pump(&mut self) -> Option<Instant> {
        loop {
            let now = Instant::now();
            match self.delivery.step(now) {
                Step::Send { ask } => self.send_current(ask).await,
                // Not taken means not answered: the same as silence.
                Step::AskForStream => drop(self.connection.ask_for_stream(&self.config.subject).await),
                step @ (Step::Take | Step::Wait(_)) => {
                    // After the message in flight, before any new one.
                    if self.link.connected && now >= self.hello_due_at() {
                        self.say_hello().await;
                    }
                    match (step, self.next_message()) {
                        (Step::Take, Some(message)) => self.delivery.start(message, now),
                        (Step::Wait(until), _) => return earliest(until, self.next_hello()),
                        (_, _) => return self.next_hello(),
                    }
                }
            }
        }
    }

    async fn send_current(&mut self, ask: bool) {
        let Some(message) = self.delivery.current() else { return };
        let id = format!(
            "{}:{}:{}:{}",
            self.config.channel, self.config.introduction.id, self.config.introduction.epoch, message.seq
        );
        let reply = ask.then(|| self.connection.inbox.ack(message.seq));
        let payload = message.payload.clone();
        let resend = self.delivery.is_resend();
        let taken = self.connection.publish(&self.config.subject, payload, Some(&id), reply).await;
        let now = Instant::now();
        match taken {
            Ok(()) => {}
            Err(NotTaken::Now) => return self.delivery.not_sent(now),
            Err(NotTaken::TooLarge) => {
                // Encoded for a server that took more. It may have been stored already, so it cannot be cut in two: the
                // second half would be news and the first a repetition.
                let outcome = self.delivery.give_up("this server takes smaller messages only".into(), false);
                return self.report(outcome);
            }
        }
        let counters = &self.shared.counters;
        if resend { &counters.resent } else { &counters.sent }.fetch_add(1, Relaxed);
        let outcome = self.delivery.sent(now);
        self.report(outcome);
        if self.delivery.current().is_some() {
            // A second witness: tells a server that is silent on purpose from one that does not answer at all.
            if resend {
                let _ = self.connection.echo(0).await;
            }
        }
    }

    /// The next encoded message, if the queue may be emptied and holds any.
    fn next_message(&mut self) -> Option<Message> {
        if self.delivery.current().is_some() || !self.link.connected {
            return None;
        }
        // Again while all that was taken had to be rejected.
        while self.outbox.is_empty() && self.ready {
            self.ready = self.outbox.fill(&self.shared, &self.config.introduction, self.connection.payload_max());
        }
        self.outbox.pop()
    }

    fn receive(&mut self, message: &async_nats::Message) {
        self.delivery.server_alive();
        let now = Instant::now();
        let outcome = match self.connection.inbox.read(message) {
            Incoming::Answer { seq, answer } => self.delivery.answer(seq, answer, now),
            Incoming::Coverage(coverage) => self.delivery.coverage(coverage, now),
            Incoming::Echo { .. } | Incoming::Unknown => Outcome::None,
        };
        self.report(outcome);
    }

    /// Counts and says what happened to a message.
    fn report(&mut self, outcome: Outcome) {
        let (counters, channel) = (&self.shared.counters, &self.config.channel);
        match outcome {
            Outcome::None => {}
            Outcome::Acked => {
                counters.acked.fetch_add(1, Relaxed);
            }
            Outcome::Dropped { samples, reason, too_large } => {
                counters.dropped.fetch_add(samples, Relaxed);
                if too_large {
                    self.outbox.make_smaller();
                }
                tracing::error!(%channel, samples, reason, "a message is refused for good: its samples are lost");
            }
            Outcome::Held(reason) => tracing::warn!(%channel, reason, "messages wait in the queue"),
            Outcome::Unacknowledged => {
                tracing::warn!(%channel, "no stream stores the channel: publishing without acknowledgement");
            }
            Outcome::Acknowledged => {
                counters.acked.fetch_add(1, Relaxed);
                tracing::info!(%channel, "a stream stores the channel: acknowledged again");
            }
        }
        counters.acknowledged.store(self.delivery.is_asking(), Relaxed);
    }

    fn hello_due_at(&self) -> Instant {
        self.hello.due_at(self.shared.queue().series.len())
    }

    fn next_hello(&self) -> Option<Instant> {
        self.link.connected.then(|| self.hello_due_at())
    }

    async fn say_hello(&mut self) {
        let series = self.shared.queue().series.all();
        let described = series.len();
        let bytes_max = payload_bytes(self.connection.payload_max());
        let hello = self.config.introduction.hello(series.iter().map(Series::info).collect(), bytes_max);
        let taken = self.connection.publish(&subject::hello(&self.config.channel), hello, None, None).await;
        match taken {
            Ok(()) => self.hello.said(described, Instant::now()),
            Err(_) => self.hello.not_said(Instant::now()),
        }
    }
}

/// The client ended by itself, which it does for no reason we know of.
fn gone() -> CloseRequest {
    tracing::error!("the nats client ended: nothing is published any more");
    CloseRequest { reason: "client ended".into(), deadline: Instant::now(), patient: false }
}

fn earliest(a: Option<Instant>, b: Option<Instant>) -> Option<Instant> {
    [a, b].into_iter().flatten().min()
}

/// To the millisecond. `None` within that of the sample before, as where the first tick follows at once: of two points of one time only one is
/// kept, and whoever merges series as they come has counted both by then.
fn time_of_sample(now: Timestamp, before: Option<Timestamp>) -> Option<Timestamp> {
    let us = now.as_micros();
    let at = Timestamp::from_micros(us - us.rem_euclid(1000));
    (before != Some(at)).then_some(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_samples_have_one_time() {
        let ms = |us| Timestamp::from_micros(us);
        for (now, before, at) in [
            (1_700_000_000_001_999, None, Some(1_700_000_000_001_000)),
            (1_700_000_000_001_999, Some(1_700_000_000_001_000), None),
            (1_700_000_000_002_000, Some(1_700_000_000_001_000), Some(1_700_000_000_002_000)),
            // A clock that was set back.
            (1_700_000_000_001_999, Some(1_700_000_000_009_000), Some(1_700_000_000_001_000)),
            (-1, None, Some(-1000)),
        ] {
            assert_eq!(time_of_sample(ms(now), before.map(ms)), at.map(ms), "{now} after {before:?}");
        }
    }
}
