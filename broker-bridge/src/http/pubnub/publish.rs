//! Publishing: a message of a page into the stream, answered once it is stored.

use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use eontide_wire::limits::MESSAGE_BYTES_MAX;
use eontide_wire::subject;
use eontide_wire::viewer::Timetoken;
use futures_util::StreamExt;
use serde::de::IgnoredAny;
use serde_json::json;
use tokio::time::timeout;
use warp::http::StatusCode;

use super::super::Server;
use super::super::api::Upload;
use super::reply::Reply;
use super::{Facade, name, now};
use crate::ingest;

/// How long the body may take to arrive.
const BODY_TIMEOUT: Duration = Duration::from_secs(30);
/// How long the stream may take to acknowledge: clients give up after 15 s.
const STORED_TIMEOUT: Duration = Duration::from_secs(12);

/// Publishes; `None` for a message that is the body.
pub(super) async fn serve(
    server: &Arc<Server>,
    facade: &Facade,
    channel: &str,
    message: Option<String>,
    upload: Upload,
) -> Reply {
    let published = async {
        let payload = match message {
            Some(text) => Bytes::from(text),
            None => body(upload).await?,
        };
        publish(server, facade, channel, payload).await
    };
    match published.await {
        Ok(time) => {
            server.metrics.facade_published_total.add(1);
            Reply::ok(&json!([1, "Sent", time]))
        }
        Err((status, message)) => Reply::with(status, &json!([0, message, now()])),
    }
}

type Refusal = (StatusCode, String);

async fn publish(server: &Arc<Server>, facade: &Facade, channel: &str, payload: Bytes) -> Result<Timetoken, Refusal> {
    let bad = |message: String| (StatusCode::BAD_REQUEST, message);
    if channel.contains(',') {
        return Err(bad("a message goes to one channel: its name has no comma".into()));
    }
    let channel = name::channel(channel).map_err(|_| bad(format!("channel {channel:.60}: its name is too long")))?;
    check(&payload, server.broker.payload_max())?;
    let unavailable = |message: String| (StatusCode::SERVICE_UNAVAILABLE, message);
    if !server.broker.connected() {
        return Err(unavailable("the connection to NATS is down, reconnecting".into()));
    }
    let stored = timeout(STORED_TIMEOUT, async {
        let _turn = facade.publishes.acquire().await.map_err(|error| error.to_string())?;
        let mut publishing =
            server.broker.publish_acknowledged(subject::data(&channel)).await.map_err(|error| error.to_string())?;
        let id = format!("facade:{:032x}", rand::random::<u128>());
        publishing.send(id, payload, ()).await.map_err(|error| error.to_string())?;
        publishing.finish().await.map_err(|error| error.to_string())?;
        let stored = publishing.take_stored().pop().ok_or("nothing was stored")?;
        ingest::timetoken_at(&server.broker, stored.offset).await
    });
    match stored.await {
        // Deleted before it was asked for, which takes a stream that keeps nothing.
        Ok(Ok(time)) => Ok(time.unwrap_or_else(now)),
        Ok(Err(error)) => Err(unavailable(error)),
        Err(_) => Err(unavailable("the broker did not acknowledge the message; it may be stored all the same".into())),
    }
}

/// A message is any JSON that is not too large.
fn check(payload: &[u8], server_max: usize) -> Result<(), Refusal> {
    let most = MESSAGE_BYTES_MAX.min(server_max);
    if payload.len() > most {
        return Err((StatusCode::PAYLOAD_TOO_LARGE, format!("Message Too Large: {most} bytes are the limit")));
    }
    if let Err(error) = serde_json::from_slice::<IgnoredAny>(payload) {
        return Err((StatusCode::BAD_REQUEST, format!("Invalid JSON: {error}")));
    }
    Ok(())
}

async fn body(mut upload: Upload) -> Result<Bytes, Refusal> {
    let read = timeout(BODY_TIMEOUT, async {
        let mut body = BytesMut::new();
        while let Some(piece) = upload.next().await {
            body.extend_from_slice(&piece.map_err(|error| (StatusCode::BAD_REQUEST, error))?);
            if body.len() > MESSAGE_BYTES_MAX {
                check(&body, MESSAGE_BYTES_MAX)?;
            }
        }
        Ok(body.freeze())
    });
    read.await.unwrap_or_else(|_| Err((StatusCode::REQUEST_TIMEOUT, "the message did not arrive".into())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_json_is_a_message_and_nothing_else() {
        for good in ["1", "\"a\"", "null", r#"{"eon":{"a":1}}"#, " [1,2] "] {
            assert_eq!(check(good.as_bytes(), 1 << 20), Ok(()), "{good}");
        }
        for bad in ["", "a", "{", "1 2", "{\"a\":\u{1}}"] {
            let (status, message) = check(bad.as_bytes(), 1 << 20).unwrap_err();
            assert_eq!(status, StatusCode::BAD_REQUEST);
            assert!(message.starts_with("Invalid JSON"), "{message}");
        }
        let large = format!("\"{}\"", "x".repeat(MESSAGE_BYTES_MAX - 2));
        assert_eq!(check(large.as_bytes(), 1 << 20), Ok(()));
        assert_eq!(check(large.as_bytes(), 1 << 10).unwrap_err().0, StatusCode::PAYLOAD_TOO_LARGE);
        assert_eq!(check(format!("{large} ").as_bytes(), 1 << 20).unwrap_err().0, StatusCode::PAYLOAD_TOO_LARGE);
    }
}
