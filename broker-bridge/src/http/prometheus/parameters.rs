//! What a request asks: parameters of the address and of a form, times and durations, read as Prometheus reads them.

use std::time::Duration;

use eontide_wire::Timestamp;

use super::problem::Problem;

/// Parameters in their order; those of the body come first, as in Go's `Request.FormValue`.
#[derive(Clone, Debug, Default)]
pub(super) struct Parameters(Vec<(String, String)>);

impl Parameters {
    /// From a form and from what stands behind `?`.
    pub(super) fn read(form: &[u8], query: &str) -> Self {
        let pairs = form_urlencoded::parse(form).chain(form_urlencoded::parse(query.as_bytes()));
        Self(pairs.map(|(name, value)| (name.into_owned(), value.into_owned())).collect())
    }

    /// The first of this name that is not empty.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(other, value)| other == name && !value.is_empty()).map(|(_, value)| value.as_str())
    }

    pub(super) fn all<'p>(&'p self, name: &'p str) -> impl Iterator<Item = &'p str> {
        self.0.iter().filter(move |(other, _)| other == name).map(|(_, value)| value.as_str())
    }

    /// A time in ms since 1970, given as seconds or RFC 3339.
    pub(super) fn time(&self, name: &str) -> Result<Option<i64>, Problem> {
        let Some(text) = self.get(name) else { return Ok(None) };
        let time = time(text).ok_or_else(|| format!("cannot parse {text:?} to a valid timestamp"));
        time.map(Some).map_err(|problem| Problem::parameter(name, problem))
    }

    /// A time that must be given.
    pub(super) fn needed_time(&self, name: &str) -> Result<i64, Problem> {
        let missing = || Problem::parameter(name, "cannot parse \"\" to a valid timestamp");
        self.time(name)?.ok_or_else(missing)
    }

    /// A duration in ms, given as seconds or as `1m30s`.
    pub(super) fn duration(&self, name: &str) -> Result<Option<i64>, Problem> {
        let Some(text) = self.get(name) else { return Ok(None) };
        let seconds = || text.parse::<f64>().ok().map(|seconds| seconds * 1e3);
        // Beyond that a time in ms plus a duration might overflow.
        let ms = seconds().filter(|ms| ms.abs() < 9e15).map(|ms| ms as i64).or_else(|| duration_ms(text));
        let ms = ms.ok_or_else(|| format!("cannot parse {text:?} to a valid duration"));
        ms.map(Some).map_err(|problem| Problem::parameter(name, problem))
    }

    /// `timeout`, but no longer than `most`.
    pub(super) fn timeout(&self, most: Duration) -> Result<Duration, Problem> {
        let asked = self.duration("timeout")?;
        Ok(asked.map_or(most, |ms| Duration::from_millis(u64::try_from(ms).unwrap_or(0)).min(most)))
    }

    /// `limit`: at most so many; 0 and none mean all.
    pub(super) fn limit(&self) -> Result<usize, Problem> {
        let Some(text) = self.get("limit") else { return Ok(usize::MAX) };
        match text.parse::<usize>() {
            Ok(0) => Ok(usize::MAX),
            Ok(limit) => Ok(limit),
            Err(_) => Err(Problem::parameter("limit", format!("cannot parse {text:?} to a whole number, 0 or more"))),
        }
    }
}

/// Seconds since 1970, rounded to ms, or RFC 3339; in ms. What lies beyond the years that RFC 3339 knows is no time.
fn time(text: &str) -> Option<i64> {
    let seconds = text.parse::<f64>().ok().filter(|seconds| seconds.is_finite());
    let ms = match seconds {
        Some(seconds) => (seconds * 1e3).round(),
        None => Timestamp::from_rfc3339(text)?.as_micros().div_euclid(1000) as f64,
    };
    (ms.abs() < 253_402_300_800_000.0).then_some(ms as i64)
}

/// A duration as Prometheus writes it, `1h30m` or `0`, in ms; a year has 365 days. `None` where it is none, or too long.
pub(super) fn duration_ms(text: &str) -> Option<i64> {
    const UNITS: [(&str, i64); 7] = [
        ("y", 31_536_000_000),
        ("w", 604_800_000),
        ("d", 86_400_000),
        ("h", 3_600_000),
        ("m", 60_000),
        ("s", 1000),
        ("ms", 1),
    ];
    if text == "0" {
        return Some(0);
    }
    let (mut rest, mut units, mut total) = (text, UNITS.iter(), 0_i64);
    while !rest.is_empty() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let letters = rest[digits..].bytes().take_while(u8::is_ascii_alphabetic).count();
        let (number, unit) = (&rest[..digits], &rest[digits..digits + letters]);
        // Each unit once, in their order.
        let (_, ms) = units.find(|(name, _)| *name == unit)?;
        total = total.checked_add(number.parse::<i64>().ok()?.checked_mul(*ms)?)?;
        rest = &rest[digits + letters..];
    }
    // Prometheus counts in ns, in 64 bits.
    (!text.is_empty() && total < i64::MAX / 1_000_000).then_some(total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_comes_before_the_address_and_empty_counts_as_absent() {
        let parameters = Parameters::read(b"query=a%2Bb&match[]=x&time=", "query=c&match%5B%5D=y&time=5");
        assert_eq!((parameters.get("query"), parameters.get("none")), (Some("a+b"), None));
        assert_eq!(parameters.all("match[]").collect::<Vec<_>>(), ["x", "y"]);
        assert_eq!(parameters.time("time"), Ok(Some(5000)));
    }

    #[test]
    fn times_are_seconds_or_rfc3339() {
        for (text, ms) in [
            ("1763683200", Some(1_763_683_200_000)),
            ("1763683200.1234", Some(1_763_683_200_123)),
            ("-1.5", Some(-1500)),
            ("1e9", Some(1_000_000_000_000)),
            ("2025-11-21T00:00:00Z", Some(1_763_683_200_000)),
            ("2025-11-21T01:00:00.5+01:00", Some(1_763_683_200_500)),
            ("now", None),
            ("NaN", None),
            ("1e300", None),
        ] {
            assert_eq!(time(text), ms, "{text}");
        }
    }

    #[test]
    fn durations_are_units_in_order_or_seconds() {
        for (text, ms) in [
            ("15s", Some(15_000)),
            ("1h30m", Some(5_400_000)),
            ("1y2w3d4h5m6s7ms", Some(31_536_000_000 + 1_209_600_000 + 259_200_000 + 14_706_007)),
            ("0", Some(0)),
            ("0s", Some(0)),
            ("1m1h", None),
            ("1s1s", None),
            ("5", None),
            ("s", None),
            ("", None),
            ("-5m", None),
            ("1.5h", None),
            ("99999999999999999999s", None),
            ("1000y", None),
        ] {
            assert_eq!(duration_ms(text), ms, "{text}");
        }
        let parameters = Parameters::read(b"", "a=15&b=0.25&c=1m&d=x&e=1e300&timeout=1&limit=0&limit=3");
        assert_eq!(parameters.duration("a"), Ok(Some(15_000)));
        assert_eq!(parameters.duration("b"), Ok(Some(250)));
        assert_eq!(parameters.duration("c"), Ok(Some(60_000)));
        assert!(parameters.duration("d").is_err() && parameters.duration("e").is_err());
        assert_eq!(parameters.timeout(Duration::from_secs(30)), Ok(Duration::from_secs(1)));
        assert_eq!(parameters.limit(), Ok(usize::MAX));
    }
}
