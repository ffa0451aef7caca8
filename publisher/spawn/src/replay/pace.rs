//! When a point of the recording is due.

use std::time::Duration;

/// How many times faster than it happened.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Speed(f64);

impl Speed {
    /// From a hundredth to ten thousand times.
    pub(crate) const RANGE: std::ops::RangeInclusive<f64> = 0.01..=10_000.0;

    /// `10`, `0.5` or `10x`.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let number = text.strip_suffix(['x', '×']).unwrap_or(text).parse().ok();
        let speed = number.filter(|speed| Self::RANGE.contains(speed));
        speed.map(Self).ok_or_else(|| {
            format!("{text:?} is not a number from {} to {}, for example 10", Self::RANGE.start(), Self::RANGE.end())
        })
    }

    /// What `recorded_us` of the file take.
    pub(super) fn play_us(self, recorded_us: i64) -> i64 {
        (recorded_us as f64 / self.0).round() as i64
    }

    /// The same as a time to wait.
    pub(super) fn play(self, recorded_us: i64) -> Duration {
        Duration::from_micros(self.play_us(recorded_us).max(0).unsigned_abs())
    }
}

impl std::fmt::Display for Speed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}×", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_speed_is_a_number_within_its_bounds() {
        for (text, expected) in
            [("10", Some(10.0)), ("0.5", Some(0.5)), ("60x", Some(60.0)), ("2×", Some(2.0)), ("10000", Some(10_000.0))]
        {
            assert_eq!(Speed::parse(text).ok(), expected.map(Speed), "{text}");
        }
        for text in ["0", "-1", "fast", "", "1e9", "NaN"] {
            assert!(Speed::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn an_hour_at_ten_times_takes_six_minutes() {
        assert_eq!(Speed(10.0).play(3_600_000_000), Duration::from_secs(360));
        assert_eq!(Speed(0.5).play_us(1_000), 2_000);
        assert_eq!(Speed(3.0).play_us(-9), -3);
        assert_eq!(Speed(3.0).play(-9), Duration::ZERO);
    }
}
