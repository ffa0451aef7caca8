//! The names of columns: one check for who writes them and who reads them.

use crate::limits::NAME_BYTES_MAX;

/// The column that holds the times; no series can have this name.
pub const TIME_COLUMN: &str = "x";

/// Why a text names no column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidName {
    /// It has no character.
    #[error("is empty")]
    Empty,
    /// It has too many.
    #[error("is longer than {NAME_BYTES_MAX} bytes")]
    TooLong,
    /// Some would garble a terminal, a log or a legend.
    #[error("holds control characters")]
    Control,
}

/// Checks the name of a column.
pub fn check_column_name(name: &str) -> Result<(), InvalidName> {
    if name.is_empty() {
        Err(InvalidName::Empty)
    } else if name.len() > NAME_BYTES_MAX {
        Err(InvalidName::TooLong)
    } else if name.bytes().any(|b| b < 0x20 || b == 0x7f) {
        Err(InvalidName::Control)
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_some_text_without_control_characters() {
        for good in ["a", "rss-worker-3", "Zürich °C", &"a".repeat(NAME_BYTES_MAX)] {
            assert_eq!(check_column_name(good), Ok(()), "{good:?}");
        }
        for (bad, why) in [
            ("", InvalidName::Empty),
            ("a\nb", InvalidName::Control),
            ("\u{7f}", InvalidName::Control),
            (&"ü".repeat(NAME_BYTES_MAX / 2 + 1), InvalidName::TooLong),
        ] {
            assert_eq!(check_column_name(bad), Err(why), "{bad:?}");
        }
        assert_eq!(InvalidName::TooLong.to_string(), "is longer than 256 bytes");
    }
}
