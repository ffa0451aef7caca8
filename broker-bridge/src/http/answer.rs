//! Answers: JSON, errors with a kind, and the headers every answer carries.

use bytes::Bytes;
use serde::Serialize;
use warp::http::header::{self, HeaderName, HeaderValue};
use warp::http::{Response, StatusCode};

use super::body::Body;

/// An answer.
pub(super) type Answer = Response<Body>;

/// What the page may do: nothing but itself. Scripts, styles and the WebSocket come from here, from nowhere else.
macro_rules! policy {
    ($frame_ancestors:literal) => {
        concat!(
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; ",
            "base-uri 'none'; form-action 'none'; frame-ancestors ",
            $frame_ancestors
        )
    };
}

const CSP: &str = policy!("'none'");
const CSP_FRAMABLE: &str = policy!("*");

const COMMON: [(HeaderName, &str); 4] = [
    (header::CONTENT_SECURITY_POLICY, CSP),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
];

/// An answer with the common headers.
pub(super) fn answer(status: StatusCode, content_type: &'static str, body: impl Into<Bytes>) -> Answer {
    with_body(status, content_type, Body::Whole(body.into()))
}

/// An answer with the common headers and any body.
pub(super) fn with_body(status: StatusCode, content_type: &'static str, body: Body) -> Answer {
    let mut answer = Response::new(body);
    *answer.status_mut() = status;
    let headers = answer.headers_mut();
    for (name, value) in COMMON {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    answer
}

/// Lets any page show the answer in a frame.
pub(super) fn framable(mut answer: Answer) -> Answer {
    answer.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(CSP_FRAMABLE));
    answer
}

/// A value as JSON.
pub(super) fn json(value: &impl Serialize) -> Answer {
    json_with(StatusCode::OK, value)
}

/// A value as JSON, with a status.
pub(super) fn json_with(status: StatusCode, value: &impl Serialize) -> Answer {
    match serde_json::to_vec(value) {
        Ok(body) => answer(status, "application/json", body),
        Err(error) => failure(StatusCode::INTERNAL_SERVER_ERROR, "internal", &error.to_string()),
    }
}

/// `{"error":{"kind","message"}}`.
pub(super) fn failure(status: StatusCode, kind: &str, message: &str) -> Answer {
    let body = serde_json::json!({"error": {"kind": kind, "message": message}});
    answer(status, "application/json", body.to_string())
}

/// A request that cannot be answered as asked.
#[derive(Debug)]
pub(super) struct Problem {
    status: StatusCode,
    kind: &'static str,
    message: String,
}

impl Problem {
    /// What was asked for does not exist.
    pub(super) fn not_found(message: impl Into<String>) -> Self {
        Self { status: StatusCode::NOT_FOUND, kind: "not_found", message: message.into() }
    }

    /// The resource exists, but not for this method.
    pub(super) fn method(message: impl Into<String>) -> Self {
        Self { status: StatusCode::METHOD_NOT_ALLOWED, kind: "method", message: message.into() }
    }

    /// More was asked for than one answer holds; the message names the parameter that makes it less.
    pub(super) fn too_large(message: impl Into<String>) -> Self {
        Self { status: StatusCode::PAYLOAD_TOO_LARGE, kind: "too_large", message: message.into() }
    }

    /// It is not offered unless an option is set.
    pub(super) fn forbidden(kind: &'static str, message: impl Into<String>) -> Self {
        Self { status: StatusCode::FORBIDDEN, kind, message: message.into() }
    }

    /// What was sent is of a kind that is not read.
    pub(super) fn media_type(message: impl Into<String>) -> Self {
        Self { status: StatusCode::UNSUPPORTED_MEDIA_TYPE, kind: "media_type", message: message.into() }
    }

    /// A fault of ours.
    pub(super) fn internal(message: impl Into<String>) -> Self {
        Self { status: StatusCode::INTERNAL_SERVER_ERROR, kind: "internal", message: message.into() }
    }

    /// Not now: too many others do the same, or the broker is away.
    pub(super) fn unavailable(kind: &'static str, message: impl Into<String>) -> Self {
        Self { status: StatusCode::SERVICE_UNAVAILABLE, kind, message: message.into() }
    }

    /// A parameter that cannot be used, and why.
    pub(super) fn parameter(name: &str, problem: &str) -> Self {
        let message = format!("{name:.40}: {problem}");
        Self { status: StatusCode::BAD_REQUEST, kind: "bad_parameter", message }
    }
}

impl Problem {
    /// The message for people.
    #[cfg(test)]
    pub(super) fn message(&self) -> &str {
        &self.message
    }
}

impl From<Problem> for Answer {
    fn from(problem: Problem) -> Self {
        failure(problem.status, problem.kind, &problem.message)
    }
}
