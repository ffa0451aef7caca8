//! When a child that died comes back: after 1 s, doubling to 30 s; one that lived a minute starts over.

use std::time::Duration;

const FIRST: Duration = Duration::from_secs(1);
const MAX: Duration = Duration::from_secs(30);
const SETTLED: Duration = Duration::from_secs(60);

/// The pauses of one child.
#[derive(Debug)]
pub(crate) struct Backoff {
    next: Duration,
}

impl Backoff {
    pub(crate) fn new() -> Self {
        Self { next: FIRST }
    }

    /// How long to wait before the next life, after one of length `lived`.
    pub(crate) fn pause(&mut self, lived: Duration) -> Duration {
        if lived >= SETTLED {
            self.next = FIRST;
        }
        let pause = self.next;
        self.next = (pause * 2).min(MAX);
        pause
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_to_their_maximum_and_start_over_after_a_long_life() {
        let mut backoff = Backoff::new();
        let seconds: Vec<_> = (0..7).map(|_| backoff.pause(Duration::ZERO).as_secs()).collect();
        assert_eq!(seconds, [1, 2, 4, 8, 16, 30, 30]);
        assert_eq!(backoff.pause(SETTLED - Duration::from_millis(1)), MAX);
        assert_eq!(backoff.pause(SETTLED), FIRST);
        assert_eq!(backoff.pause(Duration::ZERO), FIRST * 2);
    }
}
