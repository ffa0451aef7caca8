//! Lengths of time as people write them: `500ms`, `15m`, `24h`.

use std::time::Duration;

/// Reads `<whole number><ms|s|m|h|d>`.
pub fn parse_span(text: &str) -> Result<Duration, String> {
    let text = text.trim();
    let split = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (digits, unit) = text.split_at(split);
    let ms_per_unit: u64 = match unit.trim() {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        _ => 0,
    };
    let ms = digits.parse::<u64>().ok().and_then(|n| n.checked_mul(ms_per_unit)).filter(|ms| *ms > 0);
    ms.map(Duration::from_millis).ok_or_else(|| {
        let shown: String = text.chars().take(40).collect();
        format!("{shown:?} is no length of time: write for example 500ms, 10s, 15m, 24h or 7d")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_numbers_with_a_unit() {
        for (text, ms) in [("1ms", 1), ("10s", 10_000), ("15m", 900_000), ("24h", 86_400_000), ("7d", 604_800_000)] {
            assert_eq!(parse_span(text).unwrap(), Duration::from_millis(ms));
        }
        for bad in ["", "s", "5", "0s", "-1s", "1.5s", "5x", "99999999999999999999d", "1d1h"] {
            assert!(parse_span(bad).is_err(), "{bad:?}");
        }
    }
}
