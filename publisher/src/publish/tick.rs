//! The regular tick.
//!
//! On Linux a timer of the kernel's. tokio's own wheel wakes the thread once more on the way to any moment further than
//! 64 ms away, and writes to its eventfd for each timer that is set: at 1 Hz a third of all wake-ups.

use std::time::{Duration, Instant};

use tokio::time::{Interval, MissedTickBehavior, interval_at};

use crate::random::share_of;

/// Ticks once an interval; what was missed is not made up for.
pub(super) struct Tick {
    timer: Timer,
    interval: Duration,
    next: Instant,
}

enum Timer {
    #[cfg(target_os = "linux")]
    Kernel(tokio::io::unix::AsyncFd<std::fs::File>),
    Wheel(Interval),
}

impl Tick {
    /// The first after a random part of the interval, so that a fleet started together does not tick together.
    pub(super) fn start(interval: Duration) -> Self {
        let first = share_of(interval, 0.1);
        let next = Instant::now() + first;
        #[cfg(target_os = "linux")]
        if let Some(timer) = kernel_timer(first, interval) {
            return Self { timer: Timer::Kernel(timer), interval, next };
        }
        let mut wheel = interval_at(next.into(), interval);
        wheel.set_missed_tick_behavior(MissedTickBehavior::Skip);
        Self { timer: Timer::Wheel(wheel), interval, next }
    }

    /// When the next is due. Whoever waits for something later need not set a timer: it is looked at then.
    pub(super) fn next(&self) -> Instant {
        self.next
    }

    /// Waits for the next. May be given up and called again.
    pub(super) async fn tick(&mut self) {
        match &mut self.timer {
            #[cfg(target_os = "linux")]
            Timer::Kernel(timer) => {
                let ticks = read(timer).await;
                self.next += self.interval * ticks;
            }
            Timer::Wheel(wheel) => self.next = wheel.tick().await.into_std() + self.interval,
        }
    }
}

#[cfg(target_os = "linux")]
#[allow(
    deprecated,
    reason = "the successor is unsafe, newer than the tokio we ask for, and guards against types that lose \
                              their descriptor, which a File does not"
)]
fn kernel_timer(first: Duration, every: Duration) -> Option<tokio::io::unix::AsyncFd<std::fs::File>> {
    use tokio::io::{Interest, unix::AsyncFd};
    let timer = crate::ffi::kernel_timer(first, every).ok()?;
    AsyncFd::with_interest(timer, Interest::READABLE).ok()
}

/// Ticks since the last reading, at least one.
#[cfg(target_os = "linux")]
async fn read(timer: &tokio::io::unix::AsyncFd<std::fs::File>) -> u32 {
    use std::io::Read;
    loop {
        let Ok(mut ready) = timer.readable().await else {
            // The runtime is going down.
            return std::future::pending().await;
        };
        let mut count = [0u8; 8];
        if let Ok(Ok(_)) = ready.try_io(|timer| timer.get_ref().read(&mut count)) {
            // It is empty now: without this the next look would cost a system call that says so.
            ready.clear_ready();
            return u32::try_from(u64::from_ne_bytes(count)).unwrap_or(u32::MAX).max(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn ticks_come_an_interval_apart_and_none_comes_early() {
        let interval = Duration::from_millis(20);
        let start = Instant::now();
        let mut tick = Tick::start(interval);
        let mut due = tick.next();
        assert!(due <= start + interval + Duration::from_secs(1));
        for _ in 0..5 {
            tick.tick().await;
            assert!(Instant::now() >= due, "not before it was due");
            assert!(tick.next() >= due + interval);
            due = tick.next();
        }
    }

    #[tokio::test]
    async fn a_tick_that_was_given_up_still_comes() {
        let mut tick = Tick::start(Duration::from_millis(20));
        for _ in 0..3 {
            tokio::select! {
                biased;
                () = tick.tick() => {}
                () = tokio::task::yield_now() => {}
            }
        }
        tick.tick().await;
    }
}
