//! The publisher's internal metrics: what it did with the samples it was given.

use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering::Relaxed};

/// Where the connection stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum State {
    /// Never connected so far; samples wait in the queue.
    Connecting,
    /// Connected.
    Connected,
    /// The connection was lost and is being restored; samples wait in the queue.
    Disconnected,
    /// Closed: nothing is published any more.
    Closed,
}

/// A snapshot of the internal metrics of a publisher. All counts are since its start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stats {
    /// Samples in the queue now, those of the message in flight not counted.
    pub queued: usize,
    /// Samples lost: the queue was full, or the broker refused them for good. This count travels with the data.
    pub dropped: u64,
    /// Samples not published because a bridge would reject the message they are in: their name is empty, `x`, too long,
    /// has control characters or is one of more than 4096; or their time lies before 1990 or more than a day ahead.
    pub rejected: u64,
    /// Messages handed to the connection, each counted once however often it was sent again.
    pub sent: u64,
    /// Messages the broker acknowledged as stored.
    pub acked: u64,
    /// Messages sent again because no acknowledgement came.
    pub resent: u64,
    /// Times the connection was restored.
    pub reconnects: u64,
    /// Is what is sent acknowledged? `false` with `Delivery::FireAndForget`, and while no stream stores the channel.
    pub acknowledged: bool,
    /// Where the connection stands.
    pub state: State,
}

/// The counters behind [`Stats`]; written by the background thread, `dropped` and `rejected` by any.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    pub(crate) dropped: AtomicU64,
    pub(crate) rejected: AtomicU64,
    pub(crate) sent: AtomicU64,
    pub(crate) acked: AtomicU64,
    pub(crate) resent: AtomicU64,
    pub(crate) reconnects: AtomicU64,
    pub(crate) acknowledged: AtomicBool,
    /// A [`State`], in the order of its declaration.
    state: AtomicU8,
}

impl Counters {
    pub(crate) fn set_state(&self, state: State) {
        self.state.store(state as u8, Relaxed);
    }

    pub(crate) fn snapshot(&self, queued: usize) -> Stats {
        let read = |counter: &AtomicU64| counter.load(Relaxed);
        Stats {
            queued,
            dropped: read(&self.dropped),
            rejected: read(&self.rejected),
            sent: read(&self.sent),
            acked: read(&self.acked),
            resent: read(&self.resent),
            reconnects: read(&self.reconnects),
            acknowledged: self.acknowledged.load(Relaxed),
            state: match self.state.load(Relaxed) {
                0 => State::Connecting,
                1 => State::Connected,
                2 => State::Disconnected,
                _ => State::Closed,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_reads_back() {
        let counters = Counters::default();
        assert_eq!(counters.snapshot(0).state, State::Connecting);
        for state in [State::Connecting, State::Connected, State::Disconnected, State::Closed] {
            counters.set_state(state);
            assert_eq!(counters.snapshot(3).state, state);
        }
    }
}
