//! The line that says who runs: in place on a terminal, else one line per change.

use std::io::{IsTerminal, Write};

/// What children are doing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) running: u32,
    pub(crate) restarting: u32,
}

/// Writes the line to stderr.
pub(crate) struct Status {
    /// What stays the same: channel and broker.
    place: String,
    shown: Option<String>,
    terminal: bool,
}

impl Status {
    pub(crate) fn new(channel: &str, nats: &str) -> Self {
        let place = format!("channel {channel} · {nats}");
        Self { place, shown: None, terminal: std::io::stderr().is_terminal() }
    }

    /// Shows `counts` if they changed.
    pub(crate) fn show(&mut self, counts: Counts) {
        let line = line(counts, &self.place);
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

fn line(counts: Counts, place: &str) -> String {
    format!("{} running · {} restarting · {place}", counts.running, counts.restarting)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_says_who_runs_and_where() {
        let counts = Counts { running: 5, restarting: 0 };
        let status = Status::new("process-memory-demo", "nats://127.0.0.1:4222");
        assert_eq!(
            line(counts, &status.place),
            "5 running · 0 restarting · channel process-memory-demo · nats://127.0.0.1:4222"
        );
    }
}
