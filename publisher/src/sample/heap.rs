//! Heap figures, from the allocator itself: never derived from resident memory. Where it tells none, they are absent.
//!
//! | build | total | used |
//! |---|---|---|
//! | feature `jemalloc` | `stats.resident` | `stats.allocated` |
//! | feature `mimalloc` | committed memory | – |
//! | Linux, glibc 2.33 or later | `arena + hblkhd` | `uordblks + hblkhd` |
//! | any other, older glibc too | – | – |
//!
//! The features do not set the global allocator: turn one on where the program has set it.

use super::HeapFigures;

/// The figures now.
#[cfg(feature = "jemalloc")]
pub(super) fn figures() -> HeapFigures {
    use tikv_jemalloc_ctl::{epoch, stats};
    // Figures stand still until the epoch is advanced.
    if epoch::advance().is_err() {
        return HeapFigures::default();
    }
    let read = |figure: Result<usize, _>| figure.ok().map(|bytes| bytes as u64);
    HeapFigures { total: read(stats::resident::read()), used: read(stats::allocated::read()) }
}

/// The figures now.
#[cfg(all(feature = "mimalloc", not(feature = "jemalloc")))]
pub(super) fn figures() -> HeapFigures {
    HeapFigures { total: crate::ffi::mimalloc_committed(), used: None }
}

/// The figures now.
#[cfg(all(target_os = "linux", target_env = "gnu", not(feature = "jemalloc"), not(feature = "mimalloc")))]
pub(super) fn figures() -> HeapFigures {
    let Some(info) = crate::ffi::mallinfo() else { return HeapFigures::default() };
    HeapFigures {
        total: Some(info.arena as u64 + info.hblkhd as u64),
        used: Some(info.uordblks as u64 + info.hblkhd as u64),
    }
}

/// The figures now.
#[cfg(not(any(feature = "jemalloc", feature = "mimalloc", all(target_os = "linux", target_env = "gnu"))))]
pub(super) fn figures() -> HeapFigures {
    HeapFigures::default()
}
