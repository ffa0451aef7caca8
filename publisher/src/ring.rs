//! A bounded queue that makes room by dropping its oldest item: newest data is worth most, and memory has a bound.

use std::collections::VecDeque;

/// Bounded, drop-oldest. Memory grows with what is queued, up to the bound.
#[derive(Debug)]
pub(crate) struct Ring<T> {
    items: VecDeque<T>,
    capacity: usize,
}

/// What [`Ring::push`] did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pushed {
    /// There was room.
    Stored,
    /// The oldest item made room.
    DroppedOldest,
}

impl<T> Ring<T> {
    /// An empty ring for at most `capacity` items, at least one.
    pub(crate) fn new(capacity: usize) -> Self {
        Self { items: VecDeque::new(), capacity: capacity.max(1) }
    }

    /// Appends `item`.
    pub(crate) fn push(&mut self, item: T) -> Pushed {
        let full = self.items.len() >= self.capacity;
        if full {
            self.items.pop_front();
        }
        self.items.push_back(item);
        if full { Pushed::DroppedOldest } else { Pushed::Stored }
    }

    /// Moves up to `count` oldest items to the end of `out`.
    pub(crate) fn drain_into(&mut self, out: &mut Vec<T>, count: usize) {
        let count = count.min(self.items.len());
        out.extend(self.items.drain(..count));
        if self.items.is_empty() && self.items.capacity() > 4096 {
            // What an outage made large is given back.
            self.items = VecDeque::new();
        }
    }

    /// Items queued.
    pub(crate) fn len(&self) -> usize {
        self.items.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_ring_drops_its_oldest() {
        let mut ring = Ring::new(3);
        let pushed: Vec<_> = (0..5).map(|n| ring.push(n)).collect();
        assert_eq!(pushed[..3], [Pushed::Stored; 3]);
        assert_eq!(pushed[3..], [Pushed::DroppedOldest; 2]);
        let mut out = vec![];
        ring.drain_into(&mut out, 10);
        assert_eq!(out, [2, 3, 4]);
        assert_eq!(ring.len(), 0);
    }

    #[test]
    fn draining_takes_oldest_first_and_no_more_than_asked() {
        let mut ring = Ring::new(10);
        (0..5).for_each(|n| {
            ring.push(n);
        });
        let mut out = vec![9];
        ring.drain_into(&mut out, 2);
        assert_eq!(out, [9, 0, 1]);
        assert_eq!(ring.len(), 3);
    }

    #[test]
    fn the_smallest_ring_keeps_the_newest() {
        let mut ring = Ring::new(0);
        ring.push(1);
        assert_eq!(ring.push(2), Pushed::DroppedOldest);
        let mut out = vec![];
        ring.drain_into(&mut out, 1);
        assert_eq!(out, [2]);
    }

    #[test]
    fn it_behaves_like_a_list_cut_at_the_front() {
        let mut ring = Ring::new(7);
        let mut model: Vec<u64> = vec![];
        let (mut dropped, mut model_dropped) = (0, 0);
        for step in 0..10_000u64 {
            if step.wrapping_mul(2_654_435_761) % 5 == 0 {
                let (mut out, count) = (vec![], (step % 4) as usize);
                ring.drain_into(&mut out, count);
                assert_eq!(out, model.drain(..count.min(model.len())).collect::<Vec<_>>());
            } else {
                dropped += u64::from(ring.push(step) == Pushed::DroppedOldest);
                model.push(step);
                if model.len() > 7 {
                    model.remove(0);
                    model_dropped += 1;
                }
            }
            assert_eq!(ring.len(), model.len());
        }
        assert_eq!(dropped, model_dropped);
    }
}
