//! A message's time as PubNub's clients write it: 17 digits, 100 ns since 1970.

use std::fmt;

use serde::{Serialize, Serializer};

/// When the broker got a message, in 100 ns since 1970, and always even: a JavaScript number of this size holds even
/// numbers only, so that a page which computes with it loses nothing. In JSON it is a text.
///
/// It orders messages as the broker's clock did; several messages may share one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Timetoken(u64);

impl Timetoken {
    /// Of a broker's timestamp in ns since 1970; before 1970 is 0.
    pub fn from_nanos(ns: i128) -> Self {
        Self(u64::try_from(ns / 200).unwrap_or(0) * 2)
    }

    /// The first token that is not before `number`.
    pub const fn at_least(number: u64) -> Self {
        Self(number.saturating_add(number & 1))
    }

    /// 100 ns since 1970.
    pub const fn as_u64(self) -> u64 {
        self.0
    }

    /// ns since 1970 of the first moment it stands for.
    pub const fn as_nanos(self) -> i128 {
        self.0 as i128 * 100
    }

    /// ms since 1970.
    pub const fn as_millis(self) -> u64 {
        self.0 / 10_000
    }
}

impl fmt::Display for Timetoken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl Serialize for Timetoken {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_has_17_digits_and_is_what_a_javascript_number_holds() {
        for (ns, text) in [
            (1_763_683_200_123_456_789, "17636832001234566"),
            (1_763_683_200_123_456_899, "17636832001234568"),
            (1_763_683_200_000_000_000, "17636832000000000"),
            (-1, "0"),
        ] {
            let token = Timetoken::from_nanos(ns);
            assert_eq!(token.to_string(), text);
            assert_eq!((token.as_u64() as f64) as u64, token.as_u64());
            assert_eq!(serde_json::to_string(&token).unwrap(), format!("\"{text}\""));
        }
    }

    #[test]
    fn the_moment_of_a_token_is_within_it() {
        for number in [17_636_832_001_234_566, 17_636_832_001_234_565] {
            let token = Timetoken::at_least(number);
            assert_eq!(token.as_u64(), 17_636_832_001_234_566);
            assert_eq!(Timetoken::from_nanos(token.as_nanos()), token);
            assert!(Timetoken::from_nanos(token.as_nanos() - 1) < token);
        }
    }
}
