//! The body of an answer: all of it, or chunks that are made while they are sent.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_util::Stream;
use tokio::sync::mpsc;
use warp::Reply;
use warp::http::Response;

/// Chunks made ahead of what the client has read.
const CHUNKS_AHEAD: usize = 4;

/// The body of an answer.
#[derive(Debug)]
pub(super) enum Body {
    /// All of it.
    Whole(Bytes),
    /// Made while it is sent.
    Streamed(Chunks),
}

impl Default for Body {
    fn default() -> Self {
        Self::Whole(Bytes::new())
    }
}

impl Body {
    /// A body, and where its chunks go. It is complete once [`ChunkSender::end`] was called, and cut off where the sender
    /// is dropped before: then the connection breaks, so that nobody takes a part for the whole.
    pub(super) fn streamed() -> (ChunkSender, Self) {
        let (sender, receiver) = mpsc::channel(CHUNKS_AHEAD);
        (ChunkSender(sender), Self::Streamed(Chunks { receiver, ended: false }))
    }
}

/// The client is gone: what is still to come is for nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Gone;

/// Where the chunks of a body go; for a thread that may block.
#[derive(Debug)]
pub(super) struct ChunkSender(mpsc::Sender<Option<Bytes>>);

impl ChunkSender {
    /// Hands a chunk over once the client has read enough of those before.
    pub(super) fn send(&self, chunk: impl Into<Bytes>) -> Result<(), Gone> {
        self.0.blocking_send(Some(chunk.into())).map_err(|_| Gone)
    }

    /// The body is complete.
    pub(super) fn end(self) {
        // Nobody left to tell where the client is gone.
        let _ = self.0.blocking_send(None);
    }

    /// Is the client gone?
    pub(super) fn is_closed(&self) -> bool {
        self.0.is_closed()
    }
}

/// The chunks of a streamed body.
#[derive(Debug)]
pub(super) struct Chunks {
    receiver: mpsc::Receiver<Option<Bytes>>,
    ended: bool,
}

/// Who made the chunks ended in the middle.
#[derive(Debug)]
pub(super) struct CutOff;

impl fmt::Display for CutOff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the answer was cut off")
    }
}

impl std::error::Error for CutOff {}

impl Stream for Chunks {
    type Item = Result<Bytes, CutOff>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.ended {
            return Poll::Ready(None);
        }
        self.receiver.poll_recv(context).map(|received| {
            self.ended = !matches!(received, Some(Some(_)));
            match received {
                Some(Some(chunk)) => Some(Ok(chunk)),
                Some(None) => None,
                None => Some(Err(CutOff)),
            }
        })
    }
}

/// The answer as warp sends it.
pub(super) fn into_reply(answer: Response<Body>) -> warp::reply::Response {
    let (parts, body) = answer.into_parts();
    let mut reply = match body {
        Body::Whole(bytes) => return Response::from_parts(parts, bytes).into_response(),
        Body::Streamed(chunks) => warp::reply::stream(chunks).into_response(),
    };
    *reply.status_mut() = parts.status;
    *reply.headers_mut() = parts.headers;
    reply
}

#[cfg(test)]
mod tests {
    use futures_util::StreamExt;

    use super::*;

    async fn chunks_of(make: impl FnOnce(ChunkSender) + Send + 'static) -> Vec<Option<Bytes>> {
        let (sender, body) = Body::streamed();
        let making = tokio::task::spawn_blocking(move || make(sender));
        let Body::Streamed(chunks) = body else { panic!("{body:?}") };
        let chunks = chunks.map(Result::ok).collect().await;
        making.await.unwrap();
        chunks
    }

    #[tokio::test]
    async fn a_body_that_was_not_ended_is_cut_off_and_not_complete() {
        let a = || Some(Bytes::from("a"));
        let whole = chunks_of(|sender| {
            sender.send("a").unwrap();
            sender.end();
        });
        assert_eq!(whole.await, [a()]);
        assert_eq!(chunks_of(|sender| sender.send("a").unwrap()).await, [a(), None]);
    }

    #[tokio::test]
    async fn who_makes_chunks_learns_that_the_client_is_gone() {
        let (sender, body) = Body::streamed();
        drop(body);
        let sent = tokio::task::spawn_blocking(move || (sender.is_closed(), sender.send("a")));
        assert_eq!(sent.await.unwrap(), (true, Err(Gone)));
    }
}
