//! What one query may cost: samples and time.

use std::cell::Cell;
use std::time::{Duration, Instant};

use super::problem::Problem;

/// Samples one query may load and calculate, all steps of its way together: 8 to 16 bytes each. (Prometheus'
/// `--query.max-samples` is 50 million of those alive at once; ours never gives back, so that it bounds memory and time.)
pub(super) const SAMPLES_MAX: usize = 20_000_000;
/// How long one query may take, waiting for its turn included; `timeout` shortens it.
pub(super) const TIME_MAX: Duration = Duration::from_secs(30);

/// What is left for one query.
#[derive(Debug)]
pub(super) struct Budget {
    samples: Cell<usize>,
    deadline: Instant,
}

impl Budget {
    pub(super) fn new(samples: usize, deadline: Instant) -> Self {
        Self { samples: Cell::new(samples), deadline }
    }

    /// Before so many samples are loaded or made; the error says that they would be too many.
    pub(super) fn take(&self, samples: usize) -> Result<(), Problem> {
        let Some(left) = self.samples.get().checked_sub(samples) else {
            return Err(Problem::Execution(format!(
                "query processing would load too many samples into memory in query execution: more than {SAMPLES_MAX}; \
                 ask for fewer series, a shorter range or a longer step"
            )));
        };
        self.samples.set(left);
        self.check()
    }

    /// Is there time left?
    pub(super) fn check(&self) -> Result<(), Problem> {
        if Instant::now() < self.deadline { Ok(()) } else { Err(Problem::Timeout) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_and_time_end() {
        let now = Instant::now();
        let budget = Budget::new(10, now + TIME_MAX);
        assert_eq!((budget.take(6), budget.take(4)), (Ok(()), Ok(())));
        assert!(matches!(budget.take(1), Err(Problem::Execution(_))));
        assert_eq!(Budget::new(10, now).take(1), Err(Problem::Timeout));
    }
}
