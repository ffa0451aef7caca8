//! Time as presence keeps it: milliseconds, four bytes each in a source.

use std::time::{Duration, Instant};

use eontide_wire::Timestamp;

/// A moment, as both clocks show it.
#[derive(Clone, Copy, Debug)]
pub struct Now {
    /// For leases.
    pub mono: Instant,
    /// For people.
    pub wall: Timestamp,
}

/// When a message was seen.
#[derive(Clone, Copy, Debug)]
pub struct Seen {
    /// The broker's timestamp.
    pub at: Timestamp,
    /// How long ago that was; zero for live messages.
    pub age: Duration,
}

/// Milliseconds since presence began; before it for what was replayed.
pub(super) type Ms = i64;

/// A moment in four bytes: exact as long as it lies within 24 days of now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Packed(u32);

impl Packed {
    pub(super) fn of(ms: Ms) -> Self {
        Self(ms as u32)
    }

    /// The moment, told apart from those 49 days away by its distance from `now`.
    pub(super) fn near(self, now: Ms) -> Ms {
        now + Ms::from(self.0.wrapping_sub(now as u32) as i32)
    }
}

/// A length of time in milliseconds, at most 24 days.
pub(super) fn ms(span: Duration) -> Ms {
    Ms::try_from(span.as_millis()).unwrap_or(Ms::MAX).min(Ms::from(i32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_bytes_hold_a_moment_over_their_own_end() {
        let wrap = 1i64 << 32;
        for now in [0, 5, wrap - 1, wrap, 3 * wrap + 17] {
            for away in [-1_000_000_000, -1, 0, 1, 10_800_000] {
                assert_eq!(Packed::of(now + away).near(now), now + away, "{now} {away}");
            }
        }
    }
}
