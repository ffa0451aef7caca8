//! Which sequences of one life were seen: tells duplicates from new messages, and counts what never came.

/// How far back a late message is still recognised.
const WINDOW: u64 = 128;
/// After so many rising sequences from far behind, the one ahead was the mistake: one wrong number must not silence a
/// source for its whole life.
const STRAYS_MAX: u32 = 16;

/// A sliding window over the last 128 sequences.
#[derive(Clone, Debug, Default)]
pub(super) struct SeqWindow {
    /// The highest sequence seen; `None` before the first.
    highest: Option<u64>,
    /// Bit n: `highest - n` was seen.
    seen: u128,
    lost: u64,
    /// The last sequence from behind the window, and how many rose without anything between.
    stray: (u64, u32),
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
            self.lost = self.lost.saturating_add(ahead - 1);
            self.seen = if ahead < WINDOW { self.seen << ahead | 1 } else { 1 };
            (self.highest, self.stray) = (Some(seq), (0, 0));
            return Verdict::New;
        }
        let behind = highest - seq;
        if behind >= WINDOW {
            return self.note_stray(seq);
        }
        let bit = 1u128 << behind;
        if self.seen & bit != 0 {
            return Verdict::Duplicate;
        }
        self.seen |= bit;
        self.lost = self.lost.saturating_sub(1);
        Verdict::New
    }

    fn note_stray(&mut self, seq: u64) -> Verdict {
        let (last, count) = self.stray;
        self.stray = (seq, if seq > last { count + 1 } else { 1 });
        if self.stray.1 < STRAYS_MAX {
            return Verdict::Duplicate;
        }
        *self = Self { highest: Some(seq), seen: 1, lost: 0, stray: (0, 0) };
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

    #[test]
    fn one_wrong_number_does_not_silence_a_source() {
        let mut window = SeqWindow::default();
        for seq in [1, 2, 3, u64::MAX] {
            assert_eq!(window.note(seq), Verdict::New);
        }
        let refused = (4..100).take_while(|seq| window.note(*seq) == Verdict::Duplicate).count();
        assert_eq!(refused as u32, STRAYS_MAX - 1);
        assert_eq!((window.note(100), window.note(100)), (Verdict::New, Verdict::Duplicate));
    }

    #[test]
    fn an_old_message_again_and_again_stays_a_duplicate() {
        let mut window = SeqWindow::default();
        window.note(1);
        window.note(1000);
        assert!((0..1000).all(|_| window.note(1) == Verdict::Duplicate));
    }
}
