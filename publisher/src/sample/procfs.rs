//! Resident memory on Linux: one `pread` of a held-open `/proc/self/statm`.
//!
//! The kernel keeps the figure per core and sums lazily: it may be some dozens of pages off.

use std::fs::File;
use std::os::unix::fs::FileExt;

/// `/proc/self/statm`, held open: opening costs ten times what reading does.
pub(super) struct Statm {
    file: File,
    page_bytes: u64,
}

impl Statm {
    pub(super) fn open() -> Option<Self> {
        let page_bytes = crate::ffi::page_bytes()?;
        let statm = Self { file: File::open("/proc/self/statm").ok()?, page_bytes };
        statm.rss().map(|_| statm)
    }

    /// In bytes.
    pub(super) fn rss(&self) -> Option<u64> {
        let mut text = [0u8; 128];
        let len = self.file.read_at(&mut text, 0).ok()?;
        Some(resident_pages(text.get(..len)?)? * self.page_bytes)
    }
}

/// The second number of `statm`.
fn resident_pages(statm: &[u8]) -> Option<u64> {
    std::str::from_utf8(statm).ok()?.split_ascii_whitespace().nth(1)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resident_is_the_second_number() {
        assert_eq!(resident_pages(b"5120 770 600 120 0 200 0\n"), Some(770));
        for bad in [&b""[..], b"12", b"1 x", b"\xff\xff"] {
            assert_eq!(resident_pages(bad), None);
        }
    }

    #[test]
    fn the_figure_is_plausible_every_time() {
        let statm = Statm::open().unwrap();
        for _ in 0..3 {
            let rss = statm.rss().unwrap();
            assert!(rss > 1 << 20 && rss < 1 << 36, "{rss}");
        }
    }
}
