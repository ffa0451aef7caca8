//! Does the broker answer? A connection that is up tells little: a server that is stopped or stuck keeps its sockets, and
//! the client notices after 15 s. Sources must not count as silent meanwhile, so a message to ourselves goes round once a
//! second.

use std::sync::Arc;
use std::time::Duration;

use async_nats::Subscriber;
use eontide_wire::Timestamp;
use futures_util::StreamExt;
use tokio::time::{Instant, Interval, MissedTickBehavior, interval};

use super::Broker;
use crate::clock;

/// How often a beat is sent.
const BEAT: Duration = Duration::from_secs(1);
/// Without an answer for so long the broker is away; below the shortest lease of a source.
const AWAY: Duration = Duration::from_millis(2_500);

/// After so many beats without a first answer, no more are sent on this connection.
const UNHEARD_MAX: u32 = 5;

/// A message to ourselves, again and again.
pub(crate) struct Pulse {
    broker: Arc<Broker>,
    inbox: String,
    echoes: Option<Subscriber>,
    beats: Interval,
    /// When the last answer came; `None` before the first.
    heard: Option<Instant>,
    /// Beats sent before the first answer: a broker that forbids us our own inbox is not asked for ever.
    unheard: u32,
    /// The connection they were sent on.
    connection: u64,
}

impl Pulse {
    pub(crate) fn new(broker: Arc<Broker>) -> Self {
        let mut beats = interval(BEAT);
        beats.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let inbox = broker.client.new_inbox();
        Self { broker, inbox, echoes: None, beats, heard: None, unheard: 0, connection: 0 }
    }

    /// Sends or takes in one beat.
    pub(crate) async fn next(&mut self) {
        let echo = async {
            match &mut self.echoes {
                Some(echoes) => echoes.next().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            echo = echo => match echo {
                Some(_) => self.heard = Some(Instant::now()),
                None => self.echoes = None,
            },
            _ = self.beats.tick() => self.send().await,
        }
    }

    async fn send(&mut self) {
        // While it is away nothing is queued: the queue would block us here.
        if !self.broker.connected() {
            return;
        }
        let connection = *self.broker.reconnects.borrow();
        if std::mem::replace(&mut self.connection, connection) != connection {
            self.unheard = 0;
        }
        if self.heard.is_none() && self.unheard >= UNHEARD_MAX {
            return;
        }
        self.unheard += 1;
        let client = &self.broker.client;
        if self.echoes.is_none() {
            self.echoes = client.subscribe(self.inbox.clone()).await.ok();
        }
        let publish = client.publish(self.inbox.clone(), bytes::Bytes::new());
        tokio::time::timeout(BEAT / 4, publish).await.ok();
    }

    /// When the last answer came, by the wall clock that shows `now`.
    pub(crate) fn heard_at(&self, now: Timestamp) -> Timestamp {
        self.heard.map_or(now, |heard| clock::before(now, heard.elapsed()))
    }

    /// Is the broker there?
    pub(crate) fn beats(&self) -> bool {
        self.broker.connected() && self.heard.is_none_or(|heard| heard.elapsed() < AWAY)
    }
}
