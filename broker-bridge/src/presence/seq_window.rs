//! Which sequences of one life were seen: tells duplicates from new messages, and counts what never came.
//!
//! As long as nothing is missing among the last 128 that is nine bytes; where something is, the bits of the window go into
//! a [`Wide`] beside it.

/// How far back a late message is still recognised.
const WINDOW: u64 = 128;
/// After so many rising sequences from far behind, the one ahead was the mistake: one wrong number must not silence a
/// source for its whole life.
const STRAYS_MAX: u32 = 16;

/// A sliding window over the last 128 sequences.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct SeqWindow {
    /// The highest sequence seen; as bytes, so that no eight are lost to alignment.
    highest: [u8; 8],
    /// So many up to the highest were seen without a gap, 128 at most; 0 before the first.
    run: u8,
}

/// The window of a source of which something is missing.
#[derive(Clone, Debug, Default)]
pub(super) struct Wide {
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
    fn at(highest: u64, run: u8) -> Self {
        Self { highest: highest.to_ne_bytes(), run }
    }

    fn highest(self) -> u64 {
        u64::from_ne_bytes(self.highest)
    }

    /// Notes `seq` where nothing is missing; `None` where it takes a [`Wide`] to say.
    pub(super) fn note(&mut self, seq: u64) -> Option<Verdict> {
        let (highest, run) = (self.highest(), u64::from(self.run));
        if run == 0 {
            *self = Self::at(seq, 1);
        } else if seq > highest && seq - highest == 1 {
            *self = Self::at(seq, (run + 1).min(WINDOW) as u8);
        } else if seq <= highest && highest - seq < run {
            return Some(Verdict::Duplicate);
        } else {
            return None;
        }
        Some(Verdict::New)
    }

    /// What is needed once something is missing.
    pub(super) fn widen(self) -> Wide {
        let seen = if u64::from(self.run) == WINDOW { u128::MAX } else { (1u128 << self.run) - 1 };
        Wide { seen, ..Wide::default() }
    }

    /// Notes `seq` where something was missing. What is older than the window is taken for a duplicate: it was counted
    /// lost or seen long ago.
    pub(super) fn note_wide(&mut self, wide: &mut Wide, seq: u64) -> Verdict {
        if self.run == 0 {
            *wide = Wide { seen: 1, ..Wide::default() };
            *self = Self::at(seq, 1);
            return Verdict::New;
        }
        let highest = self.highest();
        if seq > highest {
            let ahead = seq - highest;
            wide.lost = wide.lost.saturating_add(ahead - 1);
            wide.seen = if ahead < WINDOW { wide.seen << ahead | 1 } else { 1 };
            wide.stray = (0, 0);
            *self = Self::at(seq, 1);
            return Verdict::New;
        }
        let behind = highest - seq;
        if behind >= WINDOW {
            return self.note_stray(wide, seq);
        }
        let bit = 1u128 << behind;
        if wide.seen & bit != 0 {
            return Verdict::Duplicate;
        }
        wide.seen |= bit;
        wide.lost = wide.lost.saturating_sub(1);
        Verdict::New
    }

    fn note_stray(&mut self, wide: &mut Wide, seq: u64) -> Verdict {
        let (last, count) = wide.stray;
        wide.stray = (seq, if seq > last { count + 1 } else { 1 });
        if wide.stray.1 < STRAYS_MAX {
            return Verdict::Duplicate;
        }
        *wide = Wide { seen: 1, ..Wide::default() };
        *self = Self::at(seq, 1);
        Verdict::New
    }
}

impl Wide {
    /// Sequences below the highest that never came.
    pub(super) fn lost(&self) -> u64 {
        self.lost
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Default)]
    struct Both(SeqWindow, Option<Wide>);

    impl Both {
        fn note(&mut self, seq: u64) -> Verdict {
            if self.1.is_none()
                && let Some(verdict) = self.0.note(seq)
            {
                return verdict;
            }
            let wide = self.1.get_or_insert_with(|| self.0.widen());
            self.0.note_wide(wide, seq)
        }

        fn lost(&self) -> u64 {
            self.1.as_ref().map_or(0, Wide::lost)
        }
    }

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
            (&[0, u64::MAX, u64::MAX], 1, u64::MAX - 1),
        ] {
            let mut window = Both::default();
            let seen = seqs.iter().filter(|seq| window.note(**seq) == Verdict::Duplicate).count();
            assert_eq!((seen, window.lost()), (duplicates, lost), "{seqs:?}");
        }
    }

    #[test]
    fn what_nothing_is_missing_of_needs_no_bits_and_knows_the_last_128() {
        let mut window = Both::default();
        for seq in 0..1000 {
            assert_eq!(window.note(seq), Verdict::New);
        }
        for seq in 872..1000 {
            assert_eq!(window.note(seq), Verdict::Duplicate, "{seq}");
        }
        assert!(window.1.is_none());
    }

    #[test]
    fn one_wrong_number_does_not_silence_a_source() {
        let mut window = Both::default();
        for seq in [1, 2, 3, u64::MAX] {
            assert_eq!(window.note(seq), Verdict::New);
        }
        let refused = (4..100).take_while(|seq| window.note(*seq) == Verdict::Duplicate).count();
        assert_eq!(refused as u32, STRAYS_MAX - 1);
        assert_eq!((window.note(100), window.note(100)), (Verdict::New, Verdict::Duplicate));
    }

    #[test]
    fn an_old_message_again_and_again_stays_a_duplicate() {
        let mut window = Both::default();
        window.note(1);
        window.note(1000);
        assert!((0..1000).all(|_| window.note(1) == Verdict::Duplicate));
    }
}
