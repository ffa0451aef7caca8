//! Parts of a date, in UTC, of a time in seconds since 1970.

use time::OffsetDateTime;

/// `part` of the date; NaN beyond the years a date has here (±9999).
fn part(seconds: f64, part: impl Fn(OffsetDateTime) -> f64) -> f64 {
    // As Go does: a conversion that does not fit gives the least number there is, far before any date.
    let whole = if seconds.is_finite() { seconds as i64 } else { i64::MIN };
    OffsetDateTime::from_unix_timestamp(whole).map_or(f64::NAN, part)
}

pub(super) fn minute(seconds: f64) -> f64 {
    part(seconds, |date| f64::from(date.minute()))
}

pub(super) fn hour(seconds: f64) -> f64 {
    part(seconds, |date| f64::from(date.hour()))
}

/// 0 is Sunday.
pub(super) fn day_of_week(seconds: f64) -> f64 {
    part(seconds, |date| f64::from(date.weekday().number_days_from_sunday()))
}

pub(super) fn day_of_month(seconds: f64) -> f64 {
    part(seconds, |date| f64::from(date.day()))
}

pub(super) fn day_of_year(seconds: f64) -> f64 {
    part(seconds, |date| f64::from(date.ordinal()))
}

pub(super) fn days_in_month(seconds: f64) -> f64 {
    part(seconds, |date| f64::from(date.month().length(date.year())))
}

pub(super) fn month(seconds: f64) -> f64 {
    part(seconds, |date| f64::from(u8::from(date.month())))
}

pub(super) fn year(seconds: f64) -> f64 {
    part(seconds, |date| f64::from(date.year()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_has_its_parts() {
        // 2024-02-29T23:58:59.9Z, a Thursday.
        let leap = 1_709_251_139.9;
        let parts = [minute, hour, day_of_week, day_of_month, day_of_year, days_in_month, month, year];
        assert_eq!(parts.map(|part| part(leap)), [58.0, 23.0, 4.0, 29.0, 60.0, 29.0, 2.0, 2024.0]);
        assert!(year(f64::NAN).is_nan() && year(1e300).is_nan());
    }
}
