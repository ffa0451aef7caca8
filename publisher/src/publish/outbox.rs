//! From the queue to messages that are ready to be sent.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

use eontide_wire::limits::MESSAGE_BYTES_MAX;
use eontide_wire::{Origin, Timestamp};

use super::presence::Introduction;
use crate::batch::{Encoded, Message, Sample, encode_tables, tables};
use crate::shared::Shared;

/// Samples that leave the queue at a time. They are beyond the reach of drop-oldest, so few enough.
const TAKE_MAX: usize = 4096;
/// Room for headers and protocol inside the server's limit of payload.
const PAYLOAD_MARGIN: usize = 1024;
/// The smallest message size a stream may force on us before we give up on it.
const PAYLOAD_FLOOR: usize = 1024;

/// Encoded messages that were not started yet, and what is needed to make more.
pub(super) struct Outbox {
    messages: VecDeque<Message>,
    /// The sequence of the next message.
    next_seq: u64,
    /// Largest payload the stream takes, as far as this connection has shown.
    payload_max: usize,
    /// Reused by every filling.
    taken: Vec<Sample>,
    /// Column names by number of series: a copy, so that encoding holds no lock a host thread may wait for.
    columns: Vec<Arc<str>>,
    warned_of_time: bool,
}

impl Outbox {
    pub(super) fn new() -> Self {
        Self {
            messages: VecDeque::new(),
            next_seq: 1,
            payload_max: MESSAGE_BYTES_MAX,
            taken: Vec::new(),
            columns: Vec::new(),
            warned_of_time: false,
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.messages.is_empty()
    }

    /// The oldest message.
    pub(super) fn pop(&mut self) -> Option<Message> {
        self.messages.pop_front()
    }

    /// Samples in it.
    pub(super) fn samples(&self) -> u64 {
        self.messages.iter().map(|message| message.samples).sum()
    }

    /// The stream refused a message for its size.
    pub(super) fn make_smaller(&mut self) {
        self.payload_max = (self.payload_max / 2).max(PAYLOAD_FLOOR);
    }

    /// A new connection: perhaps another server, or a stream that was given more room.
    pub(super) fn make_largest(&mut self) {
        self.payload_max = MESSAGE_BYTES_MAX;
    }

    /// Takes samples out of the queue and encodes them, for a server that takes `server_max` bytes of payload. `true` if
    /// the queue may hold more.
    pub(super) fn fill(&mut self, shared: &Shared, introduction: &Introduction, server_max: usize) -> bool {
        self.taken.clear();
        shared.take(&mut self.taken, &mut self.columns, TAKE_MAX);
        let more = self.taken.len() == TAKE_MAX;
        self.reject_bad_times(shared, Timestamp::now());
        if self.taken.is_empty() {
            return more;
        }
        let origin = Origin {
            id: introduction.id.clone(),
            epoch: introduction.epoch,
            seq: Some(self.next_seq),
            dropped: shared.counters.dropped.load(Relaxed),
        };
        let bytes_max = self.payload_max.min(payload_bytes(server_max));
        let Encoded { messages, dropped } = encode_tables(&tables(&self.taken), &self.columns, &origin, bytes_max);
        self.next_seq += messages.len() as u64;
        shared.counters.dropped.fetch_add(dropped, Relaxed);
        self.messages.extend(messages);
        // What an outage made large is given back.
        if self.taken.capacity() > 256 {
            self.taken = Vec::new();
        }
        more
    }

    /// A bridge rejects the whole message that holds one implausible time: such samples must not take others with them.
    fn reject_bad_times(&mut self, shared: &Shared, now: Timestamp) {
        let before = self.taken.len();
        self.taken.retain(|sample| sample.at.is_plausible(now));
        let rejected = before - self.taken.len();
        if rejected == 0 {
            return;
        }
        shared.counters.rejected.fetch_add(rejected as u64, Relaxed);
        if !std::mem::replace(&mut self.warned_of_time, true) {
            tracing::warn!(
                rejected,
                "samples from before 1990 or more than a day ahead are not published: set the clock, or give record_at \
                 microseconds since 1970; said once, counted in stats().rejected"
            );
        }
    }
}

/// What of the server's limit of payload is left for the payload itself.
pub(super) fn payload_bytes(server_max: usize) -> usize {
    server_max.saturating_sub(PAYLOAD_MARGIN).max(PAYLOAD_FLOOR)
}
