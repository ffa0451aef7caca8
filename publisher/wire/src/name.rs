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

const SEPARATORS: [char; 6] = ['-', '_', '.', ':', '/', ' '];

/// What a series measures, where nobody says it: its name without its source. The id is taken out; where it does not stand
/// there or is not known, the last word is, if it has a digit, since that numbers processes (`rss-process-memory-0`).
pub fn metric_of_name<'n>(name: &'n str, source: &str) -> &'n str {
    let edges = |text: &'n str| text.trim_matches(SEPARATORS);
    if !source.is_empty()
        && let Some(at) = name.rfind(source)
    {
        let (before, after) = (edges(&name[..at]), edges(&name[at + source.len()..]));
        return if !before.is_empty() {
            before
        } else if !after.is_empty() {
            after
        } else {
            name
        };
    }
    match name.rfind(SEPARATORS) {
        Some(at) if name[at..].contains(|c: char| c.is_ascii_digit()) && !edges(&name[..at]).is_empty() => {
            edges(&name[..at])
        }
        _ => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_metric_is_what_is_left_of_a_name_without_its_source() {
        for (name, source, expected) in [
            ("rss-process-memory-0", "process-memory-0", "rss"),
            ("web-1.cpu", "web-1", "cpu"),
            ("web-1", "web-1", "web-1"),
            ("rss-process-memory-0", "", "rss-process-memory"),
            ("queue-depth", "", "queue-depth"),
            ("p99", "", "p99"),
            ("-7", "", "-7"),
            ("rss-a", "b", "rss-a"),
        ] {
            assert_eq!(metric_of_name(name, source), expected, "{name} {source}");
        }
    }

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
