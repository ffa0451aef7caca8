//! A time on the wire: microseconds since 1970, the finest unit that 64-bit seconds of our day can carry exactly.

use crate::limits::{TIMESTAMP_AHEAD_US, TIMESTAMP_MIN_US};
use crate::{Reason, Reject};

/// Microseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Timestamp(i64);

impl Timestamp {
    /// From microseconds since 1970.
    pub const fn from_micros(us: i64) -> Self {
        Self(us)
    }

    /// From milliseconds since 1970.
    pub const fn from_millis(ms: i64) -> Self {
        Self(ms.saturating_mul(1000))
    }

    /// Microseconds since 1970.
    pub const fn as_micros(self) -> i64 {
        self.0
    }

    /// Whole milliseconds since 1970; 0 before.
    pub fn as_millis(self) -> u64 {
        u64::try_from(self.0 / 1000).unwrap_or(0)
    }

    /// Milliseconds since 1970, with up to three decimals: what viewers get.
    pub fn as_millis_f64(self) -> f64 {
        self.0 as f64 / 1000.0
    }

    /// From the wall clock, read at the edge.
    pub fn from_system_time(time: std::time::SystemTime) -> Self {
        match time.duration_since(std::time::UNIX_EPOCH) {
            Ok(since) => Self(i64::try_from(since.as_micros()).unwrap_or(i64::MAX)),
            Err(_) => Self(0),
        }
    }

    /// The wall clock now, for the edges of a program; pure code takes the time as a value.
    pub fn now() -> Self {
        Self::from_system_time(std::time::SystemTime::now())
    }

    /// Reads a number as seconds, milliseconds, microseconds or nanoseconds, told apart by magnitude.
    ///
    /// Seconds reach 1e11 in the year 5138, milliseconds count 1e11 in 1973: between 1990 and a day from now the four
    /// ranges do not meet.
    pub fn from_number(x: f64) -> Option<Self> {
        let us = match x.abs() {
            a if !a.is_finite() => return None,
            a if a < 1e11 => x * 1e6,
            a if a < 1e14 => x * 1e3,
            a if a < 1e17 => x,
            _ => x / 1e3,
        };
        Some(Self(us.round() as i64))
    }

    /// The same for integers, which nanoseconds exceed `f64` with.
    pub fn from_integer(x: i64) -> Self {
        Self(match x.unsigned_abs() {
            a if a < 100_000_000_000 => x * 1_000_000,
            a if a < 100_000_000_000_000 => x * 1_000,
            a if a < 100_000_000_000_000_000 => x,
            _ => x.div_euclid(1_000) + i64::from(x.rem_euclid(1_000) >= 500),
        })
    }

    /// Reads RFC 3339, for example `2025-11-21T00:00:00.123+01:00`.
    #[cfg(feature = "decode")]
    pub fn from_rfc3339(text: &str) -> Option<Self> {
        use time::{OffsetDateTime, format_description::well_known::Rfc3339};
        let time = OffsetDateTime::parse(text, &Rfc3339).ok()?;
        i64::try_from(time.unix_timestamp_nanos().div_euclid(1000)).ok().map(Self)
    }

    /// Is this a time a bridge takes: not before 1990, at most a day ahead of `now`?
    pub const fn is_plausible(self, now: Timestamp) -> bool {
        self.0 >= TIMESTAMP_MIN_US && self.0 <= now.0.saturating_add(TIMESTAMP_AHEAD_US)
    }

    /// Rejects what is not [plausible](Self::is_plausible).
    pub fn checked(self, now: Timestamp) -> Result<Self, Reject> {
        if self.is_plausible(now) {
            return Ok(self);
        }
        if self.0 < TIMESTAMP_MIN_US {
            return Err(Reject::new(
                Reason::TimeOutOfRange,
                format!("x {} lies before 1990: send seconds, ms, µs or ns since 1970, or leave x out", self.0),
            ));
        }
        let ahead_s = (self.0 - now.0) / 1_000_000;
        Err(Reject::new(
            Reason::TimeOutOfRange,
            format!("x lies {ahead_s} s ahead of the broker, a day is the limit: set the publisher's clock"),
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_unit_of_a_number_is_told_by_its_magnitude() {
        let expected = Timestamp::from_micros(1_763_683_200_123_000);
        for x in [1_763_683_200.123, 1_763_683_200_123.0, 1_763_683_200_123_000.0, 1_763_683_200_123_000_000.0] {
            assert_eq!(Timestamp::from_number(x), Some(expected), "{x}");
        }
        for x in [1_763_683_200_123, 1_763_683_200_123_000, 1_763_683_200_123_000_000] {
            assert_eq!(Timestamp::from_integer(x), expected, "{x}");
        }
        assert_eq!(Timestamp::from_integer(1_763_683_200), Timestamp::from_micros(1_763_683_200_000_000));
        assert_eq!(Timestamp::from_number(f64::NAN), None);
        assert_eq!(Timestamp::from_number(f64::INFINITY), None);
    }

    #[test]
    fn the_range_holds_at_both_ends() {
        let now = Timestamp::from_micros(1_763_683_200_000_000);
        for (us, fits) in [
            (TIMESTAMP_MIN_US, true),
            (TIMESTAMP_MIN_US - 1, false),
            (now.as_micros() + TIMESTAMP_AHEAD_US, true),
            (now.as_micros() + TIMESTAMP_AHEAD_US + 1, false),
            (0, false),
            (i64::MAX, false),
            (i64::MIN, false),
        ] {
            assert_eq!(Timestamp::from_micros(us).checked(now).is_ok(), fits, "{us}");
        }
    }

    #[test]
    fn every_microsecond_of_float_seconds_comes_back() {
        for us in (1_763_683_200_000_000i64..).step_by(777_777).take(1000) {
            assert_eq!(Timestamp::from_number(us as f64 / 1e6).unwrap().as_micros(), us);
        }
    }

    #[cfg(feature = "decode")]
    #[test]
    fn rfc3339_with_offset_and_fraction() {
        let expected = Some(Timestamp::from_micros(1_763_683_200_123_000));
        assert_eq!(Timestamp::from_rfc3339("2025-11-21T00:00:00.123Z"), expected);
        assert_eq!(Timestamp::from_rfc3339("2025-11-21T01:00:00.123+01:00"), expected);
        assert_eq!(Timestamp::from_rfc3339("2025-11-21"), None);
        assert_eq!(Timestamp::from_rfc3339(""), None);
    }
}
