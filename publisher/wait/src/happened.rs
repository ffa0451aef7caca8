//! The line that says what happened, and why nothing did.

use std::fmt;
use std::io::Write;

/// Why it ended without what was waited for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Failed {
    /// It did not happen in time.
    Timeout(String),
    /// What was asked for cannot be waited for.
    Usage(String),
    /// Nobody is there who could tell.
    Unreachable(String),
}

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Self::Timeout(why) | Self::Usage(why) | Self::Unreachable(why)) = self;
        f.write_str(why)
    }
}

/// One source is up, or down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Happened {
    pub(crate) id: String,
    pub(crate) up: bool,
    /// In ms since 1970.
    pub(crate) since: u64,
    /// Cause and reason, where it is down.
    pub(crate) reason: String,
}

impl fmt::Display for Happened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { id, up, since, reason } = self;
        write!(f, "{id} {} {since}", if *up { "up" } else { "down" })?;
        // What others say must stay one line.
        let reason: String = reason.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        if reason.is_empty() { Ok(()) } else { write!(f, " {reason}") }
    }
}

/// Says it. Whoever closed our output does not read it, and the exit code tells as well.
pub(crate) fn say(happened: &Happened) {
    let _ = writeln!(std::io::stdout(), "{happened}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_happened_is_one_line() {
        let down = Happened { id: "w-1".into(), up: false, since: 7, reason: "exit: bye: a\nb".into() };
        assert_eq!(down.to_string(), "w-1 down 7 exit: bye: a b");
        let up = Happened { id: "w-1".into(), up: true, since: 7, reason: String::new() };
        assert_eq!(up.to_string(), "w-1 up 7");
    }
}
