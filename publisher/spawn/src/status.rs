//! The line that says who runs: in place on a terminal, else one line per change.

use std::io::{IsTerminal, Write};

use crate::chaos::Chaos;

/// What children are doing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) running: u32,
    pub(crate) restarting: u32,
    /// Stopped by chaos at the moment.
    pub(crate) paused: u32,
    /// Killed by chaos so far.
    pub(crate) killed: u32,
}

/// Writes the line to stderr.
pub(crate) struct Status {
    /// What stays the same: channel, broker, and chaos where there is any.
    place: String,
    chaos: bool,
    shown: Option<String>,
    terminal: bool,
}

impl Status {
    pub(crate) fn new(channel: &str, nats: &str, chaos: Option<&Chaos>) -> Self {
        let with = chaos.map(|chaos| format!(" · {chaos}")).unwrap_or_default();
        let place = format!("channel {channel} · {nats}{with}");
        Self { place, chaos: chaos.is_some(), shown: None, terminal: std::io::stderr().is_terminal() }
    }

    /// Shows `counts` if they changed.
    pub(crate) fn show(&mut self, counts: Counts) {
        let line = line(counts, self.chaos, &self.place);
        if self.shown.as_ref() == Some(&line) {
            return;
        }
        let mut stderr = std::io::stderr().lock();
        // A closed stderr is no reason to stop the children.
        let _ = if self.terminal {
            write!(stderr, "\r\x1b[2K{line}").and_then(|()| stderr.flush())
        } else {
            writeln!(stderr, "{line}")
        };
        self.shown = Some(line);
    }

    /// Leaves the line standing and goes to the next.
    pub(crate) fn end(&mut self, last: &str) {
        let _ = writeln!(std::io::stderr(), "{}{last}", if self.terminal { "\n" } else { "" });
    }
}

fn line(counts: Counts, chaos: bool, place: &str) -> String {
    let Counts { running, restarting, paused, killed } = counts;
    let struck = if chaos { format!(" · {paused} paused · {killed} killed") } else { String::new() };
    format!("{running} running · {restarting} restarting{struck} · {place}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_says_who_runs_and_where() {
        let counts = Counts { running: 5, killed: 2, ..Counts::default() };
        let status = |chaos| Status::new("c", "nats://a:1", chaos);
        let line = |status: Status| line(counts, status.chaos, &status.place);
        assert_eq!(line(status(None)), "5 running · 0 restarting · channel c · nats://a:1");
        let chaos = Chaos::parse("kill=1/s", Some("7")).unwrap();
        assert_eq!(
            line(status(Some(&chaos))),
            "5 running · 0 restarting · 0 paused · 2 killed · channel c · nats://a:1 · chaos kill=1/s --chaos-seed 7"
        );
    }
}
