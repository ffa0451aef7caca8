//! A publisher of known points, for tests that need to say what is published when.

use async_nats::jetstream::Context;
use harness::NatsServer;
use serde_json::{Value, json};

/// Publishes acknowledged messages on one channel.
pub(crate) struct Publisher {
    js: Context,
    subject: String,
}

pub(crate) const CHANNEL: &str = "test-channel";

impl Publisher {
    pub(crate) async fn new(server: &NatsServer) -> Self {
        Self { js: server.jetstream().await, subject: format!("eon.{CHANNEL}") }
    }

    /// Any payload; returns its sequence.
    pub(crate) async fn raw(&self, payload: impl Into<bytes::Bytes>) -> u64 {
        self.js.publish(self.subject.clone(), payload.into()).await.unwrap().await.unwrap().sequence
    }

    pub(crate) async fn json(&self, payload: &Value) -> u64 {
        self.raw(payload.to_string()).await
    }

    /// Point `n` of three series of process `id`, a millisecond after point `n - 1`, ending now at 1,000,000.
    pub(crate) async fn point(&self, id: &str, n: u64) -> u64 {
        self.json(&point(id, n)).await
    }
}

/// Message `n` of process `id`.
pub(crate) fn point(id: &str, n: u64) -> Value {
    let x = start() + n as f64 / 1000.0;
    json!({
        "columns": [[format!("rss-{id}"), n], [format!("heap-total-{id}"), n as f64 / 3.0], [format!("heap-{id}"), null], ["x", x]],
        "from": {"id": id, "epoch": 1, "seq": n},
    })
}

/// One time for all points of a test run, in seconds: recent, so that it is within every window.
fn start() -> f64 {
    static START: std::sync::OnceLock<f64> = std::sync::OnceLock::new();
    *START.get_or_init(|| {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
        now.as_secs() as f64 - 60.0
    })
}
