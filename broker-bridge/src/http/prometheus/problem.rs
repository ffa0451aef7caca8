//! Why there is no answer, in Prometheus' form: `{"status":"error","errorType":…,"error":…}`.

use warp::http::StatusCode;

use super::super::answer::{Answer, answer};

/// Why a request is not answered; its kind decides status and `errorType`, as in Prometheus' web/api/v1/api.go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Problem {
    /// The request cannot be understood, or asks for what is not supported: 400 `bad_data`.
    BadData(String),
    /// It can, but calculating it fails or goes beyond a limit: 422 `execution`.
    Execution(String),
    /// It took too long: 503 `timeout`.
    Timeout,
    /// There is no such resource: 404 `not_found`.
    NotFound(String),
    /// The request's body is larger than we read: 413 `bad_data`.
    TooLarge(String),
    /// A mistake of ours: 500 `internal`.
    Internal(String),
}

impl Problem {
    /// A parameter that cannot be used, and why.
    pub(super) fn parameter(name: &str, problem: impl std::fmt::Display) -> Self {
        Self::BadData(format!("invalid parameter \"{name}\": {problem}"))
    }

    fn parts(self) -> (StatusCode, &'static str, String) {
        match self {
            Self::BadData(message) => (StatusCode::BAD_REQUEST, "bad_data", message),
            Self::Execution(message) => (StatusCode::UNPROCESSABLE_ENTITY, "execution", message),
            Self::Timeout => {
                let message = "query timed out in expression evaluation".to_owned();
                (StatusCode::SERVICE_UNAVAILABLE, "timeout", message)
            }
            Self::NotFound(message) => (StatusCode::NOT_FOUND, "not_found", message),
            Self::TooLarge(message) => (StatusCode::PAYLOAD_TOO_LARGE, "bad_data", message),
            Self::Internal(message) => (StatusCode::INTERNAL_SERVER_ERROR, "internal", message),
        }
    }
}

impl From<Problem> for Answer {
    fn from(problem: Problem) -> Self {
        let (status, kind, message) = problem.parts();
        let body = serde_json::json!({"status": "error", "errorType": kind, "error": message});
        answer(status, "application/json", body.to_string())
    }
}
