//! The edge where time enters: everything below takes it as a value.

use std::time::{Duration, Instant};

use eontide_wire::Timestamp;

use crate::presence::Now;

/// Reads both clocks.
pub fn now() -> Now {
    Now { mono: Instant::now(), wall: Timestamp::now() }
}

/// `now - ago`, as a timestamp.
pub fn before(now: Timestamp, ago: Duration) -> Timestamp {
    let ago_us = i64::try_from(ago.as_micros()).unwrap_or(i64::MAX);
    Timestamp::from_micros(now.as_micros().saturating_sub(ago_us).max(0))
}

/// How long ago `then` was; zero for the future.
pub fn age(now: Timestamp, then: Timestamp) -> Duration {
    Duration::from_micros(u64::try_from(now.as_micros().saturating_sub(then.as_micros())).unwrap_or(0))
}
