//! JSON numbers, written short and read back exactly.

/// Integers up to this magnitude are exact in `f64`.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// Appends `value`; a gap (NaN, infinity) is written as `null`, a whole number without a point.
pub fn push_value(out: &mut Vec<u8>, value: f64) {
    if !value.is_finite() {
        out.extend_from_slice(b"null");
    } else if value.fract() == 0.0 && value.abs() < EXACT && !(value == 0.0 && value.is_sign_negative()) {
        push_integer(out, value as i64);
    } else {
        // Shortest digits that read back as the same f64. Writing to a Vec cannot fail.
        let _ = serde_json::to_writer(out, &value);
    }
}

/// Appends a whole number.
pub fn push_integer(out: &mut Vec<u8>, value: i64) {
    let mut digits = [0u8; 20];
    let mut at = digits.len();
    let mut rest = value.unsigned_abs();
    loop {
        at -= 1;
        digits[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    if value < 0 {
        out.push(b'-');
    }
    out.extend_from_slice(&digits[at..]);
}

/// Appends `us / 10^decimals`, without trailing zeros: microseconds as seconds (6) or milliseconds (3).
pub fn push_scaled(out: &mut Vec<u8>, us: i64, decimals: u32) {
    let scale = 10i64.pow(decimals);
    let (whole, mut fraction) = (us.div_euclid(scale), us.rem_euclid(scale));
    if us < 0 {
        // Before 1970 nothing is accepted; written exactly all the same.
        let _ = serde_json::to_writer(out, &(us as f64 / scale as f64));
        return;
    }
    push_integer(out, whole);
    if fraction == 0 {
        return;
    }
    let mut width = decimals as usize;
    while fraction % 10 == 0 {
        fraction /= 10;
        width -= 1;
    }
    let start = out.len() + 1;
    out.resize(start + width, b'0');
    out[start - 1] = b'.';
    for slot in out[start..].iter_mut().rev() {
        *slot = b'0' + (fraction % 10) as u8;
        fraction /= 10;
    }
}

/// Appends a JSON string.
pub fn push_string(out: &mut Vec<u8>, text: &str) {
    let plain = text.bytes().all(|b| b >= 0x20 && b != b'"' && b != b'\\');
    if plain {
        out.push(b'"');
        out.extend_from_slice(text.as_bytes());
        out.push(b'"');
    } else {
        let _ = serde_json::to_writer(out, text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(write: impl FnOnce(&mut Vec<u8>)) -> String {
        let mut out = Vec::new();
        write(&mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn values_are_short_and_exact() {
        for (value, expected) in [
            (12.0, "12"),
            (-7.0, "-7"),
            (0.0, "0"),
            (0.1, "0.1"),
            (1.5e300, "1.5e+300"),
            (f64::NAN, "null"),
            (f64::INFINITY, "null"),
            (9_007_199_254_740_991.0, "9007199254740991"),
        ] {
            let written = text(|out| push_value(out, value));
            assert_eq!(written, expected);
            if value.is_finite() {
                assert_eq!(written.parse::<f64>().unwrap(), value);
            }
        }
        assert_eq!(text(|out| push_value(out, -0.0)).parse::<f64>().unwrap().to_bits(), (-0.0f64).to_bits());
    }

    #[test]
    fn scaled_times_have_no_trailing_zeros() {
        for (us, decimals, expected) in [
            (1_763_683_200_123_000, 6, "1763683200.123"),
            (1_763_683_200_000_000, 6, "1763683200"),
            (1_763_683_200_123_456, 3, "1763683200123.456"),
            (1_763_683_200_000_001, 6, "1763683200.000001"),
            (0, 3, "0"),
        ] {
            assert_eq!(text(|out| push_scaled(out, us, decimals)), expected);
        }
    }

    #[test]
    fn strings_are_escaped_where_needed() {
        assert_eq!(text(|out| push_string(out, "rss-a")), r#""rss-a""#);
        assert_eq!(text(|out| push_string(out, "a\"\\\n")), r#""a\"\\\n""#);
    }
}
