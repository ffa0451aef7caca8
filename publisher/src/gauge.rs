//! A value that stands until it is set again, read once an interval.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// The bits of a gauge that was never set: a NaN no computation produces.
const UNSET: u64 = 0x7ff8_e047_1de0_0001;

/// A handle to one series. Setting it is one atomic store: it never waits and never allocates, from any thread.
///
/// The value is read once an interval and published with the process's own figures, the same value again while it does
/// not change: a viewer can so tell *unchanged* from *gone*. What is set between two readings is overwritten; use
/// [`Publisher::record`](crate::Publisher::record) where every value counts.
#[derive(Clone)]
pub struct Gauge {
    cell: Arc<AtomicU64>,
}

impl Gauge {
    pub(crate) fn unset() -> Self {
        Self { cell: Arc::new(AtomicU64::new(UNSET)) }
    }

    /// Sets the value. NaN and infinity are published as a gap.
    #[inline]
    pub fn set(&self, value: f64) {
        self.cell.store(value.to_bits(), Relaxed);
    }

    /// Adds to the value; a gauge that was never set counts as 0.
    #[inline]
    pub fn add(&self, delta: f64) {
        let mut bits = self.cell.load(Relaxed);
        loop {
            let value = if bits == UNSET { 0.0 } else { f64::from_bits(bits) };
            match self.cell.compare_exchange_weak(bits, (value + delta).to_bits(), Relaxed, Relaxed) {
                Ok(_) => return,
                Err(now) => bits = now,
            }
        }
    }

    /// Stops publishing until the next [`set`](Self::set) or [`add`](Self::add).
    pub fn clear(&self) {
        self.cell.store(UNSET, Relaxed);
    }

    /// The value, unless it was never set or was cleared.
    pub fn get(&self) -> Option<f64> {
        match self.cell.load(Relaxed) {
            UNSET => None,
            bits => Some(f64::from_bits(bits)),
        }
    }
}

impl fmt::Debug for Gauge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Gauge").field(&self.get()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_value_stands() {
        let gauge = Gauge::unset();
        assert_eq!(gauge.get(), None);
        gauge.set(1.0);
        gauge.set(2.5);
        assert_eq!(gauge.get(), Some(2.5));
        gauge.clear();
        assert_eq!(gauge.get(), None);
    }

    #[test]
    fn add_counts_from_zero_and_loses_nothing_between_threads() {
        let gauge = Gauge::unset();
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| (0..10_000).for_each(|_| gauge.add(1.0)));
            }
        });
        assert_eq!(gauge.get(), Some(40_000.0));
    }

    #[test]
    fn a_nan_is_a_value_not_the_absence_of_one() {
        let gauge = Gauge::unset();
        gauge.set(f64::NAN);
        assert!(gauge.get().unwrap().is_nan());
    }
}
