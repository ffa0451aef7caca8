//! The bridge's own counters, as `/metrics` shows them. Never called just "metrics": that is what our users send.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use eontide_wire::Reason;

macro_rules! counters {
    ($($(#[doc = $doc:literal])* $name:ident,)*) => {
        /// Counters, each written by one stage and read by `/metrics`.
        #[derive(Debug, Default)]
        pub struct InternalMetrics {
            $($(#[doc = $doc])* pub $name: Counter,)*
            rejected: [Counter; Reason::ALL.len()],
        }

        impl InternalMetrics {
            /// Name, help and value of each counter.
            pub fn counters(&self) -> impl Iterator<Item = (&'static str, &'static str, u64)> {
                [$((stringify!($name), concat!($($doc),*), self.$name.get()),)*].into_iter()
            }
        }
    };
}

counters! {
    /// Data messages read from the stream.
    messages_total,
    /// Payload bytes of the data messages read.
    message_bytes_total,
    /// Points appended to the store.
    points_total,
    /// Points dropped because they left the window, `--history`.
    points_dropped_age_total,
    /// Points dropped because there was too little memory, `--points-bytes`.
    points_dropped_memory_total,
    /// Points dropped because there was too little disk, `--disk-bytes`.
    points_dropped_disk_total,
    /// Checkpoints of the history written to disk.
    checkpoints_total,
    /// Checkpoints that could not be written.
    checkpoint_failures_total,
    /// Messages seen before, by source, epoch and sequence, and left out.
    duplicates_total,
    /// Hello and bye messages read.
    presence_messages_total,
    /// Alerts that were said to begin or to be over, repetitions apart.
    alerts_total,
    /// Messages published that say which sources came or went.
    transition_messages_total,
    /// Transitions of sources that were never published, because the broker was away for too many.
    transitions_dropped_total,
    /// Monitors made.
    monitors_total,
    /// Monitors taken back.
    demonitors_total,
    /// Notices that became due, those of monitors of nobody apart.
    notices_enqueued_total,
    /// Notices taken out of the queue, those included whose monitor was taken back meanwhile.
    notices_delivered_total,
    /// Notices really handed on to a subscriber.
    notices_processed_total,
    /// Notices that the broker's client did not take.
    notices_lost_total,
    /// Intervals in which notices were looked for.
    notice_sweeps_total,
    /// Subscribers of monitors that did not renew their lease.
    subscribers_gone_total,
    /// Connections of sources that were seen to open.
    connections_seen_total,
    /// Ends of connections of sources that did not come back at once.
    connections_lost_total,
    /// Lives of the data stream that were read, the first included; more than one means it went back or was made anew.
    stream_epochs_total,
    /// Connections to NATS that came back.
    nats_reconnects_total,
    /// HTTP connections accepted.
    http_connections_total,
    /// HTTP connections refused because there were too many.
    http_connections_refused_total,
    /// WebSockets opened.
    viewers_total,
    /// WebSockets refused because of their origin or because there were too many.
    viewers_refused_total,
    /// Frames made, once per distinct view.
    frames_encoded_total,
    /// Frames handed to viewers.
    frames_sent_total,
    /// Bytes of frames handed to viewers.
    frame_bytes_sent_total,
    /// Gaps told to viewers.
    gaps_total,
    /// Viewers closed because they read nothing for too long.
    slow_consumers_total,
    /// Points published for imports and acknowledged, those the stream had already included.
    points_imported_total,
    /// Lines of imports that were rejected.
    import_lines_rejected_total,
    /// Requests to the PubNub facade.
    facade_requests_total,
    /// Requests to the PubNub facade that were refused or failed.
    facade_failures_total,
    /// Messages published through the PubNub facade and acknowledged.
    facade_published_total,
    /// Messages sent to subscribers of the PubNub facade.
    facade_messages_sent_total,
}

/// A number that only rises.
#[derive(Debug, Default)]
pub struct Counter(AtomicU64);

impl Counter {
    /// Adds `n`.
    pub fn add(&self, n: u64) {
        self.0.fetch_add(n, Relaxed);
    }

    /// The count so far.
    pub fn get(&self) -> u64 {
        self.0.load(Relaxed)
    }
}

impl InternalMetrics {
    /// Counts one reject.
    pub fn reject(&self, reason: Reason) {
        self.rejected[reason as usize].add(1);
    }

    /// Rejects by reason.
    pub fn rejected(&self) -> impl Iterator<Item = (Reason, u64)> {
        Reason::ALL.iter().map(|reason| (*reason, self.rejected[*reason as usize].get()))
    }
}
