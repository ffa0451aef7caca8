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

/// A wall clock that jumps further than this against the monotonic one was set, or the machine slept.
const JUMP_US: i64 = 60_000_000;
/// How long a clock that jumped is watched before it is believed.
const DOUBT: Duration = Duration::from_secs(600);

/// Watches whether the wall clock goes as the monotonic one does.
#[derive(Debug, Default)]
pub struct Steady {
    before: Option<Now>,
    doubted_until: Option<Instant>,
}

impl Steady {
    /// May what cannot be undone be done by this wall clock? Not for ten minutes after it jumped.
    pub fn trusts(&mut self, now: Now) -> bool {
        if let Some(before) = self.before.replace(now) {
            let mono_us = i64::try_from(now.mono.duration_since(before.mono).as_micros()).unwrap_or(i64::MAX);
            let wall_us = now.wall.as_micros().saturating_sub(before.wall.as_micros());
            if wall_us.saturating_sub(mono_us).saturating_abs() > JUMP_US {
                tracing::warn!(
                    seconds = (wall_us - mono_us) / 1_000_000,
                    "the clock jumped: nothing is dropped for its age for ten minutes"
                );
                self.doubted_until = Some(now.mono + DOUBT);
            }
        }
        self.doubted_until.is_none_or(|until| now.mono >= until)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_jumped_is_not_believed_for_ten_minutes() {
        let (mono, wall) = (Instant::now(), Timestamp::from_millis(1_763_683_200_000));
        let at = |mono_s: u64, wall_s: i64| Now {
            mono: mono + Duration::from_secs(mono_s),
            wall: Timestamp::from_micros(wall.as_micros() + wall_s * 1_000_000),
        };
        let mut steady = Steady::default();
        for (now, trusted) in [
            (at(0, 0), true),
            (at(2, 2), true),
            (at(4, 34), true),
            (at(6, 86_400), false),
            (at(8, 86_402), false),
            (at(10, 40), false),
            (at(609, 639), false),
            (at(611, 641), true),
        ] {
            assert_eq!(steady.trusts(now), trusted, "{now:?}");
        }
    }
}
