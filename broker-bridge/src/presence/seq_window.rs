//! Which sequences of one life were seen: tells duplicates from new messages, and counts what never came.

/// How far back a late message is still recognised.
const WINDOW: u64 = 128;

/// A sliding window over the last 128 sequences.
#[derive(Clone, Debug, Default)]
pub(super) struct SeqWindow {
    /// The highest sequence seen; `None` before the first.
    highest: Option<u64>,
    /// Bit n: `highest - n` was seen.
    seen: u128,
    lost: u64,
}

/// What a sequence tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Not seen before.
    New,
    /// Seen before: the same message again.
    Duplicate,
}

impl SeqWindow {
    /// Notes `seq`. What is older than the window is taken for a duplicate: it was counted lost or seen long ago.
    pub(super) fn note(&mut self, seq: u64) -> Verdict {
        let Some(highest) = self.highest else {
            self.highest = Some(seq);
            self.seen = 1;
            return Verdict::New;
        };
        if seq > highest {
            let ahead = seq - highest;
            self.lost += ahead - 1;
            self.seen = if ahead < WINDOW { self.seen << ahead | 1 } else { 1 };
            self.highest = Some(seq);
            return Verdict::New;
        }
        let behind = highest - seq;
        let bit = if behind < WINDOW { 1u128 << behind } else { 0 };
        if bit == 0 || self.seen & bit != 0 {
            return Verdict::Duplicate;
        }
        self.seen |= bit;
        self.lost = self.lost.saturating_sub(1);
        Verdict::New
    }

    /// Sequences below the highest that never came.
    pub(super) fn lost(&self) -> u64 {
        self.lost
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn duplicates_are_told_and_losses_counted() {
        for (seqs, duplicates, lost) in [
            (&[1u64, 2, 3][..], 0, 0),
            (&[5, 6], 0, 0),
            (&[1, 1], 1, 0),
            (&[1, 4], 0, 2),
            (&[1, 3, 2], 0, 0),
            (&[1, 3, 2, 2, 3], 2, 0),
            (&[1, 200, 1], 1, 198),
            (&[1, 128, 2], 0, 125),
            (&[1, u64::MAX], 0, u64::MAX - 2),
        ] {
            let mut window = SeqWindow::default();
            let seen = seqs.iter().filter(|seq| window.note(**seq) == Verdict::Duplicate).count();
            assert_eq!((seen, window.lost()), (duplicates, lost), "{seqs:?}");
        }
    }
}
