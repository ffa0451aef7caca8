//! When to look at which source: slots of a tenth of a second, in each the numbers of sources.
//!
//! A sign of life moves nothing here: it only writes into the source when it came. A source whose slot is due and whose
//! lease was renewed meanwhile goes on to the slot of its new end. So a heartbeat costs nothing, and each source is looked
//! at once a lease, or once in 25 s where its lease is longer, besides when it ends: five bytes a source, and no list to mend.

use super::moment::Ms;

/// Length of a slot.
const TICK: Ms = 100;
/// Slots; what lies further ahead is looked at on the way.
const SLOTS: usize = 256;

/// For what number of a slot a source waits; 0 where it waits for none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Armed(u32);

/// The slots.
#[derive(Debug)]
pub(super) struct Wheel {
    slots: Vec<Vec<u32>>,
    /// The last slot that was taken.
    at: u32,
}

impl Default for Wheel {
    fn default() -> Self {
        Self { slots: vec![Vec::new(); SLOTS], at: 1 }
    }
}

impl Wheel {
    /// Source `index` is looked at when `due` is over, unless it is before.
    pub(super) fn arm(&mut self, index: u32, due: Ms, armed: &mut Armed) {
        let tick = u32::try_from(due.max(0).div_euclid(TICK) + Ms::from(due % TICK > 0) + 1).unwrap_or(u32::MAX);
        let tick = tick.clamp(self.at + 1, self.at + SLOTS as u32 - 1);
        if armed.0 > self.at && armed.0 <= tick {
            return;
        }
        *armed = Armed(tick);
        self.slots[tick as usize % SLOTS].push(index);
    }

    /// The next slot that is over by `now`, with its number; each source in it counts only where it is armed for that.
    pub(super) fn due(&mut self, now: Ms) -> Option<(Armed, Vec<u32>)> {
        let last = u32::try_from(now.max(0) / TICK + 1).unwrap_or(u32::MAX);
        if self.at >= last {
            return None;
        }
        self.at += 1;
        // Not the memory of a slot that was full for once: a storm is over some time.
        Some((Armed(self.at), std::mem::take(&mut self.slots[self.at as usize % SLOTS])))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_due_comes_once_and_not_before_its_time() {
        let (mut wheel, mut armed) = (Wheel::default(), vec![Armed::default(); 4]);
        for (index, due) in [(0u32, 0), (1, 250), (2, 300), (3, 60_000)] {
            wheel.arm(index, due, &mut armed[index as usize]);
        }
        let mut seen: Vec<(u32, Ms)> = Vec::new();
        let mut now = 0;
        while now < 61_000 {
            while let Some((slot, indices)) = wheel.due(now) {
                for index in indices {
                    if armed[index as usize] != slot {
                        continue;
                    }
                    if index == 3 && now < 60_000 {
                        wheel.arm(3, 60_000, &mut armed[3]);
                    } else {
                        seen.push((index, now));
                    }
                }
            }
            now += 50;
        }
        let times: Vec<_> = seen.iter().map(|(index, at)| (*index, *at)).collect();
        assert_eq!(times.len(), 4, "{times:?}");
        for ((index, at), due) in times.iter().zip([0, 250, 300, 60_000]) {
            assert!((due..=due + 200).contains(at), "{index} at {at}");
        }
    }

    #[test]
    fn an_earlier_end_is_looked_at_earlier() {
        let (mut wheel, mut armed) = (Wheel::default(), Armed::default());
        wheel.arm(7, 20_000, &mut armed);
        wheel.arm(7, 1_000, &mut armed);
        let mut came = Vec::new();
        for now in (0..21_000).step_by(100) {
            while let Some((slot, indices)) = wheel.due(now) {
                came.extend(indices.iter().filter(|_| slot == armed).map(|_| now));
            }
        }
        assert_eq!(came, [1_000]);
    }
}
