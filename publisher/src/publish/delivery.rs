//! What is sent when: one message in flight, sent again until the broker has it. Pure: time comes in, decisions go out.
//!
//! ```text
//!            start            sent              stored
//!   idle ───────────▶ due ───────────▶ waiting ───────────▶ idle
//!                      ▲                  │ no answer in 5 s, nobody listens, connection lost,
//!                      └──────────────────┘ or refused for now: again, later and later
//! ```
//!
//! Stop-and-wait keeps strict order and adapts by itself: what is queued during a round trip goes into the next message.
//! Throughput is samples per message over round trip, so some 4096 / 0.1 ms on a loopback.
//!
//! Nobody listening at all (*no responders*) means the message reached no one: it is kept and tried again, so a bridge
//! that starts after its publishers misses nothing. A subscriber without a stream means it was delivered but will never
//! be acknowledged: then messages are published without waiting, and every [`REPROBE`] one asks again and is kept for
//! [`PROBE_WAIT`], since the answer may be that it reached nobody.

use std::time::{Duration, Instant};

use crate::Delivery as Policy;
use crate::batch::Message;
use crate::random::share_of;

/// How long an acknowledgement may take before the same message is sent again; doubles up to [`ACK_TIMEOUT_MAX`].
pub(super) const ACK_TIMEOUT: Duration = Duration::from_secs(5);
const ACK_TIMEOUT_MAX: Duration = Duration::from_secs(30);
/// After this long without a first acknowledgement the broker is asked whether a stream stores the channel at all.
const ASK_AFTER: Duration = Duration::from_millis(300);
/// How soon a message nobody listened to is tried again; doubles up to [`NOBODY_RETRY_MAX`].
const NOBODY_RETRY: Duration = Duration::from_millis(250);
const NOBODY_RETRY_MAX: Duration = Duration::from_secs(2);
/// How soon a message the broker cannot take now (stream full, no leader) is tried again; doubles up to the maximum.
const REFUSED_RETRY: Duration = Duration::from_millis(500);
const REFUSED_RETRY_MAX: Duration = Duration::from_secs(10);
/// How often an acknowledgement is asked for while no stream stores the channel.
const REPROBE: Duration = Duration::from_secs(10);
/// How long the message that asks is kept for the answer. Silence means what it meant before: delivered, not stored.
const PROBE_WAIT: Duration = Duration::from_secs(1);

/// What came back for a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// The stream has it.
    Stored,
    /// Nobody listens on the subject, no stream either.
    NoResponders,
    /// The stream cannot take it now: full, no leader, no storage.
    RefusedForNow(String),
    /// The stream will never take this message.
    RefusedForGood(String),
    /// Nor this one, but smaller ones.
    TooLarge(String),
}

/// What the broker says of streams on our subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Coverage {
    /// A stream stores it.
    Stream,
    /// None does, or JetStream is off.
    NoStream,
}

/// What to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Give the next message to [`Delivery::start`].
    Take,
    /// Publish [`Delivery::current`], with a reply subject if asked, then call [`Delivery::sent`].
    Send {
        /// Ask for an acknowledgement.
        ask: bool,
    },
    /// Ask the broker whether a stream stores the subject.
    AskForStream,
    /// Nothing before this moment, or before something happens.
    Wait(Option<Instant>),
}

/// What an event meant for the message it concerned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// Nothing to report.
    None,
    /// The broker has it.
    Acked,
    /// It will not be delivered: this many samples are lost.
    Dropped {
        /// Samples lost.
        samples: u64,
        /// In the broker's words.
        reason: String,
        /// Smaller messages would be taken.
        too_large: bool,
    },
    /// It stays and is tried again; said once per run of refusals.
    Held(String),
    /// From now on nothing is acknowledged: no stream stores the channel.
    Unacknowledged,
    /// From now on everything is acknowledged again.
    Acknowledged,
}

#[derive(Debug)]
pub(super) struct Delivery {
    policy: Policy,
    connected: bool,
    /// Messages are acknowledged; `false` in fire-and-forget, and while no stream stores the channel.
    asking: bool,
    /// The next moment to ask while not `asking`; `None` with fire-and-forget.
    reprobe_at: Option<Instant>,
    /// The message that asked while not `asking` and got no answer in time: its answer still tells.
    probed_seq: Option<u64>,
    /// A stream answered in this life: silence from now on is an outage, not the absence of a stream.
    ever_acked: bool,
    in_flight: Option<InFlight>,
}

#[derive(Debug)]
struct InFlight {
    message: Message,
    /// Times it was handed to the connection.
    sends: u32,
    /// Times in a row the broker said it could not take it.
    refusals: u32,
    phase: Phase,
    /// It is sent with a reply subject.
    asks: bool,
    asked_for_stream: bool,
    /// The server answered something since this message was sent.
    server_alive: bool,
    /// The server said that a stream stores our subject: its silence is a fault of its own, and passes.
    stream_exists: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// To be sent at this moment.
    Due(Instant),
    /// Sent; sent again at `again_at`.
    Waiting { sent_at: Instant, again_at: Instant },
}

impl Delivery {
    pub(super) fn new(policy: Policy) -> Self {
        let asking = policy == Policy::Acknowledged;
        Self {
            policy,
            connected: false,
            asking,
            reprobe_at: None,
            probed_seq: None,
            ever_acked: false,
            in_flight: None,
        }
    }

    /// Are messages acknowledged?
    pub(super) fn is_asking(&self) -> bool {
        self.asking
    }

    /// The message in flight.
    pub(super) fn current(&self) -> Option<&Message> {
        self.in_flight.as_ref().map(|flight| &flight.message)
    }

    /// Has the message in flight been handed to the connection before?
    pub(super) fn is_resend(&self) -> bool {
        self.in_flight.as_ref().is_some_and(|flight| flight.sends > 0)
    }

    /// The connection stands: what was not acknowledged is due at once.
    pub(super) fn connected(&mut self, now: Instant) {
        self.connected = true;
        // Another server, or the same one with other streams: what it acknowledges is found out anew.
        self.asking = self.policy == Policy::Acknowledged;
        self.reprobe_at = None;
        self.probed_seq = None;
        if let Some(flight) = &mut self.in_flight {
            flight.phase = Phase::Due(now);
            flight.server_alive = false;
            flight.stream_exists = false;
        }
    }

    /// The connection is lost.
    pub(super) fn disconnected(&mut self) {
        self.connected = false;
    }

    /// The next message.
    pub(super) fn start(&mut self, message: Message, now: Instant) {
        debug_assert!(self.in_flight.is_none(), "one message in flight");
        self.in_flight = Some(InFlight {
            message,
            sends: 0,
            refusals: 0,
            phase: Phase::Due(now),
            asks: false,
            asked_for_stream: false,
            server_alive: false,
            stream_exists: false,
        });
    }

    /// What to do now.
    pub(super) fn step(&mut self, now: Instant) -> Step {
        if !self.connected {
            return Step::Wait(None);
        }
        let ask = self.asking || self.reprobe_at.is_some_and(|at| now >= at);
        let Some(flight) = &mut self.in_flight else { return Step::Take };
        match flight.phase {
            Phase::Due(at) if now >= at => {
                flight.asks = ask;
                Step::Send { ask }
            }
            Phase::Due(at) => Step::Wait(Some(at)),
            Phase::Waiting { again_at, .. } if !self.asking => {
                if now < again_at {
                    return Step::Wait(Some(again_at));
                }
                self.probed_seq = Some(flight.message.seq);
                self.in_flight = None;
                Step::Take
            }
            Phase::Waiting { again_at, .. } if now >= again_at => {
                flight.phase = Phase::Due(now);
                flight.asks = ask;
                Step::Send { ask }
            }
            Phase::Waiting { sent_at, again_at } => {
                let ask_at = sent_at + ASK_AFTER;
                // A stream that answered before is only doubted after one whole timeout.
                let may_ask = !flight.asked_for_stream && (!self.ever_acked || flight.sends > 1);
                match (may_ask, now >= ask_at) {
                    (false, _) => Step::Wait(Some(again_at)),
                    (true, true) => {
                        flight.asked_for_stream = true;
                        Step::AskForStream
                    }
                    (true, false) => Step::Wait(Some(ask_at)),
                }
            }
        }
    }

    /// The message in flight was handed to the connection.
    pub(super) fn sent(&mut self, now: Instant) -> Outcome {
        let Some(mut flight) = self.in_flight.take() else { return Outcome::None };
        flight.sends += 1;
        if !self.asking {
            if flight.asks {
                self.reprobe_at = Some(now + REPROBE);
                flight.phase = Phase::Waiting { sent_at: now, again_at: now + PROBE_WAIT };
                self.in_flight = Some(flight);
            }
            return Outcome::None;
        }
        flight.asked_for_stream = false;
        let silent = flight.sends > 2 && flight.server_alive && !flight.stream_exists && !self.ever_acked;
        if silent {
            // The server lives but neither acknowledges nor says whether a stream exists: we may not ask it.
            return self.stop_asking(now);
        }
        let timeout = back_off(ACK_TIMEOUT, ACK_TIMEOUT_MAX, flight.sends - 1);
        flight.phase = Phase::Waiting { sent_at: now, again_at: now + timeout };
        self.in_flight = Some(flight);
        Outcome::None
    }

    /// The connection did not take the message in flight: tried again soon.
    pub(super) fn not_sent(&mut self, now: Instant) {
        if let Some(flight) = &mut self.in_flight {
            flight.phase = Phase::Due(now + NOBODY_RETRY);
        }
    }

    /// An answer to message `seq`; late ones of earlier messages change nothing.
    pub(super) fn answer(&mut self, seq: u64, answer: Answer, now: Instant) -> Outcome {
        if self.probed_seq == Some(seq) && answer == Answer::Stored && !self.asking {
            self.ask_again();
            return Outcome::Acknowledged;
        }
        let probing = !self.asking;
        let Some(flight) = self.in_flight.as_mut().filter(|flight| flight.message.seq == seq) else {
            return Outcome::None;
        };
        if probing {
            // Something answers: a stream, or a server that knows of nobody. The message is treated as any other.
            self.asking = true;
            self.reprobe_at = None;
        }
        match answer {
            Answer::Stored => {
                self.ever_acked = true;
                self.in_flight = None;
                if probing { Outcome::Acknowledged } else { Outcome::Acked }
            }
            Answer::NoResponders => {
                flight.hold(now, NOBODY_RETRY, NOBODY_RETRY_MAX, "nobody listens and no stream stores the channel")
            }
            Answer::RefusedForNow(reason) => flight.hold(now, REFUSED_RETRY, REFUSED_RETRY_MAX, &reason),
            Answer::RefusedForGood(reason) => self.give_up(reason, false),
            Answer::TooLarge(reason) => self.give_up(reason, true),
        }
    }

    /// The message in flight will never be taken.
    pub(super) fn give_up(&mut self, reason: String, too_large: bool) -> Outcome {
        let Some(flight) = self.in_flight.take() else { return Outcome::None };
        Outcome::Dropped { samples: flight.message.samples, reason, too_large }
    }

    /// What the broker says of streams on our subject.
    pub(super) fn coverage(&mut self, coverage: Coverage, now: Instant) -> Outcome {
        match (coverage, &mut self.in_flight) {
            (_, None) => Outcome::None,
            (Coverage::Stream, Some(flight)) => {
                flight.stream_exists = true;
                Outcome::None
            }
            (Coverage::NoStream, Some(flight)) => match flight.phase {
                // It went to whoever listens; no stream will ever acknowledge it.
                Phase::Waiting { .. } if self.asking => {
                    self.in_flight = None;
                    self.stop_asking(now)
                }
                _ => Outcome::None,
            },
        }
    }

    /// The server answered something.
    pub(super) fn server_alive(&mut self) {
        if let Some(flight) = &mut self.in_flight {
            flight.server_alive = true;
        }
    }

    fn stop_asking(&mut self, now: Instant) -> Outcome {
        self.asking = false;
        self.reprobe_at = (self.policy == Policy::Acknowledged).then(|| now + REPROBE);
        Outcome::Unacknowledged
    }

    fn ask_again(&mut self) {
        self.asking = true;
        self.ever_acked = true;
        self.reprobe_at = None;
        self.probed_seq = None;
    }
}

impl InFlight {
    fn hold(&mut self, now: Instant, first: Duration, max: Duration, reason: &str) -> Outcome {
        self.phase = Phase::Due(now + back_off(first, max, self.refusals));
        self.refusals += 1;
        if self.refusals == 1 { Outcome::Held(reason.into()) } else { Outcome::None }
    }
}

/// `first × 2^times` up to `max`, of which a random fifth is taken away.
fn back_off(first: Duration, max: Duration, times: u32) -> Duration {
    share_of(first.saturating_mul(1 << times.min(16)).min(max), 0.8)
}

#[cfg(test)]
#[path = "delivery_tests.rs"]
mod tests;
