//! Jitter without a dependency: a fleet that starts or reconnects together must not act together.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::time::Duration;

/// A number in `0.0..1.0`, seeded by the operating system. Good for spreading load, not for secrets.
pub(crate) fn unit() -> f64 {
    let bits = RandomState::new().hash_one(0u8);
    (bits >> 11) as f64 / (1u64 << 53) as f64
}

/// A duration between `from` (share of `whole`) and `whole`.
pub(crate) fn share_of(whole: Duration, from: f64) -> Duration {
    whole.mul_f64(from + (1.0 - from) * unit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jitter_spreads_and_stays_inside() {
        let whole = Duration::from_secs(1);
        let drawn: Vec<_> = (0..100).map(|_| share_of(whole, 0.5)).collect();
        assert!(drawn.iter().all(|d| *d >= whole / 2 && *d <= whole));
        let (low, high) = (drawn.iter().min().unwrap(), drawn.iter().max().unwrap());
        assert!(*high - *low > whole / 10, "{low:?} to {high:?}");
    }
}
