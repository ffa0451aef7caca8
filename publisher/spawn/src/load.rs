//! What a child does so that its memory and CPU differ from its neighbours'.

use std::str::FromStr;
use std::time::Duration;

use sha2::{Digest, Sha256};

use crate::random::Random;

/// Hashes of one burst.
const HASHES: u32 = 500;
/// Bytes of one hash input, at most.
const INPUT_BYTES_MAX: u64 = 8 * 1024;
/// Longest pause between two bursts.
const PAUSE_MAX: Duration = Duration::from_secs(10);
const FIRST_PAUSE_MAX: Duration = Duration::from_secs(2);
/// What `leak` adds every [`LEAK_EVERY`].
const LEAK_BYTES: u64 = 1 << 20;
const LEAK_EVERY: Duration = Duration::from_millis(500);
const PAGE: usize = 4096;

/// The kinds of load.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Load {
    /// SHA-256 × 500 over random data at random moments up to 10 s apart; between bursts a random amount of memory is held.
    Sha256,
    /// Memory grows steadily up to a bound and stays there.
    Leak,
    /// Nothing.
    None,
}

impl Load {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Sha256 => "sha256",
            Self::Leak => "leak",
            Self::None => "none",
        }
    }
}

impl FromStr for Load {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let known = [Self::Sha256, Self::Leak, Self::None];
        let load = known.into_iter().find(|load| load.name() == text);
        load.ok_or_else(|| format!("{text:?} is none of sha256, leak, none"))
    }
}

/// A load at work.
pub(crate) struct Worker {
    load: Load,
    memory_max_bytes: u64,
    random: Random,
    held: Vec<Vec<u8>>,
    held_bytes: u64,
    /// The first pause is short, so that children differ soon after their start.
    started: bool,
}

impl Worker {
    pub(crate) fn new(load: Load, memory_max_bytes: u64) -> Self {
        Self { load, memory_max_bytes, random: Random::new(), held: Vec::new(), held_bytes: 0, started: false }
    }

    /// How long to do nothing before the next [`step`](Self::step); `None` for ever.
    pub(crate) fn pause(&mut self) -> Option<Duration> {
        match self.load {
            Load::Sha256 => {
                let longest = if std::mem::replace(&mut self.started, true) { PAUSE_MAX } else { FIRST_PAUSE_MAX };
                Some(longest.mul_f64(self.random.unit()))
            }
            Load::Leak if self.held_bytes >= self.memory_max_bytes => None,
            Load::Leak => Some(LEAK_EVERY),
            Load::None => None,
        }
    }

    /// One burst of work.
    pub(crate) fn step(&mut self) {
        match self.load {
            Load::Sha256 => self.hash(),
            Load::Leak => self.hold(LEAK_BYTES.min(self.memory_max_bytes - self.held_bytes)),
            Load::None => {}
        }
    }

    fn hash(&mut self) {
        let mut input = vec![0; (1 + self.random.below(INPUT_BYTES_MAX)) as usize];
        for _ in 0..HASHES {
            self.random.fill(&mut input);
            std::hint::black_box(Sha256::digest(&input));
        }
        self.held.clear();
        self.held_bytes = 0;
        self.hold(self.random.peek_below(self.memory_max_bytes));
    }

    /// Takes `bytes` and touches every page, or it would cost address space only.
    fn hold(&mut self, bytes: u64) {
        let mut block = vec![0u8; bytes as usize];
        block.iter_mut().step_by(PAGE).for_each(|byte| *byte = 1);
        self.held_bytes += bytes;
        self.held.push(block);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_read_back_as_named() {
        for load in [Load::Sha256, Load::Leak, Load::None] {
            assert_eq!(load.name().parse(), Ok(load));
        }
        assert!("md5".parse::<Load>().is_err());
    }

    #[test]
    fn a_leak_grows_to_its_bound_and_stays() {
        let mut worker = Worker::new(Load::Leak, 5 * LEAK_BYTES / 2);
        let mut held = vec![];
        while worker.pause().is_some() {
            worker.step();
            held.push(worker.held_bytes);
        }
        assert_eq!(held, [LEAK_BYTES, 2 * LEAK_BYTES, 5 * LEAK_BYTES / 2]);
    }

    #[test]
    fn hashing_holds_a_different_amount_each_time_within_its_bound() {
        let mut worker = Worker::new(Load::Sha256, 1 << 20);
        let mut seen = std::collections::HashSet::new();
        for _ in 0..5 {
            assert!(worker.pause().unwrap() <= PAUSE_MAX);
            worker.step();
            assert!(worker.held_bytes < 1 << 20);
            seen.insert(worker.held_bytes);
        }
        assert!(seen.len() > 1, "{seen:?}");
    }

    #[test]
    fn none_waits_for_ever() {
        assert_eq!(Worker::new(Load::None, 1).pause(), None);
    }
}
