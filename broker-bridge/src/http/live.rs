//! `/live`: the WebSocket handshake, on warp's filter but with our own socket settings.
//!
//! warp's `ws()` reads with a 128 KiB buffer, 130 KB a viewer; 2 KiB are plenty for requests of a few hundred bytes.

use std::sync::Arc;

use eontide_wire::limits::VIEWER_REQUEST_BYTES_MAX;
use eontide_wire::viewer::{PROTOCOL_BINARY, PROTOCOL_JSON};
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};
use tokio_util::sync::CancellationToken;
use warp::http::header::{self, HeaderValue};
use warp::http::{HeaderMap, Response, StatusCode};

use super::Server;
use super::answer::{Answer, failure};
use super::body::Body;
use super::session::Session;

fn config() -> WebSocketConfig {
    WebSocketConfig::default()
        .read_buffer_size(2 * 1024)
        .write_buffer_size(4 * 1024)
        .max_write_buffer_size(usize::MAX)
        .max_message_size(Some(VIEWER_REQUEST_BYTES_MAX))
        .max_frame_size(Some(VIEWER_REQUEST_BYTES_MAX))
}

/// Answers the handshake and leaves a session behind.
pub(super) fn serve(server: &Arc<Server>, headers: &HeaderMap, upgrade: OnUpgrade, stop: &CancellationToken) -> Answer {
    let text = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    let wants = |name, token: &str| {
        text(name).is_some_and(|value| value.split(',').any(|part| part.trim().eq_ignore_ascii_case(token)))
    };
    let refuse = |status, kind, message: &str| {
        server.metrics.viewers_refused_total.add(1);
        failure(status, kind, message)
    };
    let (true, true, Some(key)) = (
        wants(header::UPGRADE, "websocket"),
        wants(header::CONNECTION, "upgrade"),
        headers.get(header::SEC_WEBSOCKET_KEY),
    ) else {
        return failure(StatusCode::UPGRADE_REQUIRED, "not_a_websocket", "/live speaks WebSocket only");
    };
    if text(header::SEC_WEBSOCKET_VERSION) != Some("13") {
        return failure(StatusCode::UPGRADE_REQUIRED, "bad_version", "WebSocket version 13 only");
    }
    if let Err(problem) = server.origin.check(text(header::ORIGIN), text(header::HOST)) {
        return refuse(StatusCode::FORBIDDEN, "origin", &problem);
    }
    let Ok(seat) = Arc::clone(&server.seats).try_acquire_owned() else {
        return refuse(StatusCode::SERVICE_UNAVAILABLE, "too_many_viewers", "too many viewers, come back later");
    };
    let offered: Vec<&str> =
        text(header::SEC_WEBSOCKET_PROTOCOL).map(|list| list.split(',').map(str::trim).collect()).unwrap_or_default();
    let protocol = [PROTOCOL_BINARY, PROTOCOL_JSON].into_iter().find(|protocol| offered.contains(protocol));

    server.metrics.viewers_total.add(1);
    let (accept, session_server, stop) = (derive_accept_key(key.as_bytes()), Arc::clone(server), stop.clone());
    let binary = protocol == Some(PROTOCOL_BINARY);
    server.tasks.spawn(async move {
        match upgrade.await {
            Ok(io) => {
                let socket = WebSocketStream::from_raw_socket(TokioIo::new(io), Role::Server, Some(config())).await;
                Session::new(session_server, socket, binary).run(stop).await;
            }
            Err(error) => tracing::debug!(%error, "the handshake was not completed"),
        }
        drop(seat);
    });
    switching(&accept, protocol)
}

fn switching(accept: &str, protocol: Option<&'static str>) -> Answer {
    let mut answer = Response::new(Body::default());
    *answer.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    let headers = answer.headers_mut();
    headers.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
    headers.insert(header::CONNECTION, HeaderValue::from_static("upgrade"));
    if let Ok(accept) = HeaderValue::from_str(accept) {
        headers.insert(header::SEC_WEBSOCKET_ACCEPT, accept);
    }
    if let Some(protocol) = protocol {
        headers.insert(header::SEC_WEBSOCKET_PROTOCOL, HeaderValue::from_static(protocol));
    }
    answer
}
