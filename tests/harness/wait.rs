//! Waiting for a condition.

use std::time::{Duration, Instant};

/// How long anything may take on a loaded machine with two cores.
pub const DEADLINE: Duration = Duration::from_secs(60);

/// Asks until `condition` gives a value; fails with `what` after [`DEADLINE`].
#[track_caller]
pub fn until<T>(what: &str, condition: impl FnMut() -> Option<T>) -> impl Future<Output = T> {
    let caller = std::panic::Location::caller();
    let mut condition = condition;
    let what = what.to_owned();
    async move {
        let start = Instant::now();
        let mut ticks = tokio::time::interval(Duration::from_millis(20));
        loop {
            if let Some(value) = condition() {
                return value;
            }
            assert!(start.elapsed() < DEADLINE, "{caller}: after {DEADLINE:?} still not: {what}");
            ticks.tick().await;
        }
    }
}
