//! The last rejected messages, for the person who asks where his data went.

use std::collections::VecDeque;

use eontide_wire::{Reject, Timestamp};
use serde::Serialize;

/// How many are kept.
pub const REJECTS_KEPT: usize = 100;
/// How much of a payload is kept.
const EXCERPT_BYTES: usize = 200;

/// One rejected message.
#[derive(Clone, Debug, Serialize)]
pub struct Rejected {
    /// The broker's timestamp, ms.
    pub time: f64,
    /// Its JetStream sequence, where it came from the data stream.
    pub offset: u64,
    /// The subject it came on.
    pub subject: String,
    /// What it is counted under.
    pub reason: &'static str,
    /// What exactly was wrong.
    pub detail: String,
    /// Bytes of payload.
    pub size: usize,
    /// The beginning of the payload.
    pub excerpt: String,
}

/// A ring of the last rejects.
#[derive(Debug, Default)]
pub struct Rejects {
    kept: VecDeque<Rejected>,
}

impl Rejects {
    /// Keeps one.
    pub fn push(&mut self, subject: &str, payload: &[u8], offset: u64, time: Timestamp, reject: &Reject) {
        if self.kept.len() == REJECTS_KEPT {
            self.kept.pop_front();
        }
        let head = &payload[..payload.len().min(EXCERPT_BYTES)];
        self.kept.push_back(Rejected {
            time: time.as_millis_f64(),
            offset,
            subject: subject.to_owned(),
            reason: reject.reason.as_str(),
            detail: reject.detail.chars().take(400).collect(),
            size: payload.len(),
            excerpt: String::from_utf8_lossy(head).into_owned(),
        });
    }

    /// Newest first.
    pub fn list(&self) -> Vec<Rejected> {
        self.kept.iter().rev().cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use eontide_wire::Reason;

    #[test]
    fn the_last_hundred_are_kept_newest_first_and_short() {
        let mut rejects = Rejects::default();
        for offset in 0..150 {
            let reject = Reject::new(Reason::BadJson, "x".repeat(1000));
            rejects.push("eon.c", &[b'a'; 5000], offset, Timestamp::default(), &reject);
        }
        let list = rejects.list();
        assert_eq!((list.len(), list[0].offset, list[99].offset), (100, 149, 50));
        assert_eq!((list[0].excerpt.len(), list[0].detail.len(), list[0].size), (200, 400, 5000));
    }
}
