//! Real processes for tests: a nats-server on a free port, bridges, publishers, viewers, a Prometheus. All are killed on drop.
//!
//! Nothing here sleeps to wait: [`wait::until`] asks until a condition holds, with a deadline.
#![allow(clippy::unwrap_used, reason = "in a test harness an unwrap is an assertion")]

pub mod bridge;
pub mod nats;
pub mod netns;
pub mod points;
pub mod process;
pub mod prometheus;
pub mod proxy;
pub mod pubnub;
pub mod spawn;
pub mod viewer;
pub mod wait;

pub use bridge::Bridge;
pub use nats::NatsServer;
pub use netns::Netns;
pub use points::Points;
pub use prometheus::Prometheus;
pub use proxy::Proxy;
pub use pubnub::PubNub;
pub use spawn::Spawn;
pub use viewer::Viewer;
pub use wait::until;
