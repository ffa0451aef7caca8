//! The bounded queue in front of one viewer's socket.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use bytes::Bytes;
use tokio::sync::mpsc;
use tokio_tungstenite::tungstenite::Utf8Bytes;

/// Most frames that wait for one viewer.
const FRAMES_MAX: usize = 64;
/// Bytes after which a viewer gets nothing more until it has read; one frame may pass it.
const BYTES_MAX: usize = 1 << 20;

/// A frame, made once and shared by all who get it.
#[derive(Clone, Debug)]
pub(crate) enum Frame {
    /// JSON.
    Text(Utf8Bytes),
    /// Sub-protocol `eontide.v1.bin`.
    Binary(Bytes),
}

impl Frame {
    /// JSON text that our own encoders wrote.
    pub(crate) fn text(json: Vec<u8>) -> Self {
        // Names are checked UTF-8 and the rest is ASCII; checked all the same, once per frame.
        Self::Text(Utf8Bytes::try_from(Bytes::from(json)).unwrap_or_default())
    }

    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Text(text) => text.len(),
            Self::Binary(bytes) => bytes.len(),
        }
    }
}

/// What waits for a viewer's session.
#[derive(Clone, Debug)]
pub(crate) enum Outgoing {
    /// To be sent as it is.
    Frame(Frame),
    /// The subscription fell behind the log, or the stream began a new epoch: it needs a new snapshot.
    Behind(u32),
}

/// The sending end, held by the hub for each subscription of the socket.
#[derive(Clone, Debug)]
pub(crate) struct Outbox {
    sender: mpsc::Sender<(u64, Outgoing)>,
    bytes: Arc<AtomicUsize>,
}

/// The receiving end, held by the session.
#[derive(Debug)]
pub(crate) struct Inbox {
    receiver: mpsc::Receiver<(u64, Outgoing)>,
    bytes: Arc<AtomicUsize>,
}

pub(crate) fn channel() -> (Outbox, Inbox) {
    let (sender, receiver) = mpsc::channel(FRAMES_MAX);
    let bytes = Arc::new(AtomicUsize::new(0));
    (Outbox { sender, bytes: Arc::clone(&bytes) }, Inbox { receiver, bytes })
}

impl Outbox {
    /// May `frames` more be queued?
    pub(crate) fn has_room(&self, frames: usize) -> bool {
        self.bytes.load(Relaxed) < BYTES_MAX && self.sender.capacity() >= frames
    }

    /// Queues for the membership `id`; the caller asked for room before.
    pub(crate) fn push(&self, id: u64, outgoing: Outgoing) {
        let length = if let Outgoing::Frame(frame) = &outgoing { frame.len() } else { 0 };
        if self.sender.try_send((id, outgoing)).is_ok() {
            self.bytes.fetch_add(length, Relaxed);
        }
    }
}

impl Inbox {
    /// The next to send, and the membership it was made for: that may have ended meanwhile.
    pub(crate) async fn recv(&mut self) -> Option<(u64, Outgoing)> {
        let queued = self.receiver.recv().await?;
        if let (_, Outgoing::Frame(frame)) = &queued {
            self.bytes.fetch_sub(frame.len(), Relaxed);
        }
        Some(queued)
    }
}
