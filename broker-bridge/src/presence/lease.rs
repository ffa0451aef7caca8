//! How long a source may be silent, and how that is known of one that does not say it.

use super::moment::Ms;

/// The shortest lease: a second of jitter in a 1 Hz publisher is no death.
const LEASE_MIN: Ms = 3_000;
/// The lease of a source whose cadence is not known yet.
const LEASE_UNKNOWN: Ms = 10_000;
/// A source is stale after this many of its intervals.
const LEASE_INTERVALS: Ms = 3;
/// Longer intervals count as this one: an hour.
const INTERVAL_MAX: u32 = 3_600_000;

/// The distance of a source's messages, in ms; 0 while it is not known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Interval(u32);

impl Interval {
    /// As a hello says it.
    pub(super) fn said(ms: u64) -> Self {
        Self(u32::try_from(ms).unwrap_or(u32::MAX).min(INTERVAL_MAX))
    }

    /// In ms, where it is known.
    pub(super) fn ms(self) -> Option<u64> {
        (self.0 > 0).then_some(self.0.into())
    }

    /// How long a source may be silent before it is stale; as long again, and it is down.
    pub(super) fn lease(self) -> Ms {
        match self.0 {
            0 => LEASE_UNKNOWN,
            interval => (Ms::from(interval) * LEASE_INTERVALS).max(LEASE_MIN),
        }
    }

    /// Learns from the distance of two messages. The estimate moves by an eighth of itself towards each, whatever the
    /// distance, so that it comes to rest where as many are shorter as are longer: near the median, which a pause of an
    /// hour moves no more than one of a second. A new rhythm of twice the distance is learnt in six messages.
    pub(super) fn learn(&mut self, gap_ms: Ms) {
        let gap = u32::try_from(gap_ms).unwrap_or(u32::MAX).clamp(1, INTERVAL_MAX);
        let step = (self.0 / 8).max(1);
        self.0 = match self.0 {
            0 => gap,
            known if gap > known => known.saturating_add(step).min(gap),
            known => known.saturating_sub(step).max(gap),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lease_is_three_intervals_and_at_least_three_seconds() {
        for (interval, lease) in [(0, 10_000), (10, 3_000), (1_000, 3_000), (5_000, 15_000), (u64::MAX, 10_800_000)] {
            assert_eq!(Interval::said(interval).lease(), lease, "{interval}");
        }
    }

    #[test]
    fn the_rhythm_of_a_source_is_near_the_median_of_its_distances() {
        let learnt = |gaps: &[Ms]| {
            let mut interval = Interval::default();
            gaps.iter().for_each(|gap| interval.learn(*gap));
            interval.ms().unwrap()
        };
        assert_eq!(learnt(&[1_000; 9]), 1_000);
        let mut with_pause = vec![1_000; 9];
        with_pause.push(3_600_000);
        assert!(learnt(&with_pause) <= 1_125);
        let faster: Vec<Ms> = [vec![10_000; 5], vec![1_000; 20]].concat();
        assert!(learnt(&faster) <= 1_100, "{}", learnt(&faster));
        let slower: Vec<Ms> = [vec![1_000; 5], vec![2_000; 6]].concat();
        assert!(learnt(&slower) >= 1_900, "{}", learnt(&slower));
        let jitter: Vec<Ms> = (0..200).map(|n| 1_000 + (n * 7919) % 400 - 200).collect();
        assert!((800..=1_200).contains(&learnt(&jitter)), "{}", learnt(&jitter));
    }
}
