//! Notices that wait for the program: bounded, read by await, by poll and by blocking.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use tokio::sync::Notify;

use super::{Notice, Reference};

#[derive(Debug)]
struct Waiting {
    notices: VecDeque<Notice>,
    dropped: u64,
    closed: bool,
    /// Who polled last.
    waker: Option<Waker>,
}

/// The queue between the background thread and the program.
#[derive(Debug)]
pub(super) struct Queue {
    waiting: Mutex<Waiting>,
    blocking: Condvar,
    awaiting: Notify,
    capacity: usize,
}

impl Queue {
    pub(super) fn new(capacity: usize) -> Self {
        let waiting = Waiting { notices: VecDeque::new(), dropped: 0, closed: false, waker: None };
        Self { waiting: Mutex::new(waiting), blocking: Condvar::new(), awaiting: Notify::new(), capacity }
    }

    /// Only moves are made under this lock, so the data is whole whatever panicked.
    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds one; when full it is dropped, and counted.
    pub(super) fn push(&self, notice: Notice) {
        let mut waiting = self.lock();
        if waiting.notices.len() >= self.capacity {
            waiting.dropped += 1;
            if waiting.dropped == 1 {
                tracing::warn!(
                    capacity = self.capacity,
                    "notices are dropped: nobody reads them; counted in dropped()"
                );
            }
            return;
        }
        waiting.notices.push_back(notice);
        self.wake(waiting);
    }

    /// No more will come.
    pub(super) fn close(&self) {
        let mut waiting = self.lock();
        waiting.closed = true;
        self.wake(waiting);
    }

    fn wake(&self, mut waiting: MutexGuard<'_, Waiting>) {
        let waker = waiting.waker.take();
        drop(waiting);
        self.blocking.notify_one();
        self.awaiting.notify_one();
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    /// Forgets what waits of one monitor.
    pub(super) fn flush(&self, reference: Reference) {
        self.lock().notices.retain(|notice| notice.reference != reference);
    }

    pub(super) fn dropped(&self) -> u64 {
        self.lock().dropped
    }

    pub(super) fn poll(&self, context: &Context<'_>) -> Poll<Option<Notice>> {
        let mut waiting = self.lock();
        match waiting.notices.pop_front() {
            Some(notice) => Poll::Ready(Some(notice)),
            None if waiting.closed => Poll::Ready(None),
            None => {
                waiting.waker = Some(context.waker().clone());
                Poll::Pending
            }
        }
    }

    pub(super) async fn recv(&self) -> Option<Notice> {
        loop {
            {
                let mut waiting = self.lock();
                if let Some(notice) = waiting.notices.pop_front() {
                    // Others may wait, too.
                    if !waiting.notices.is_empty() {
                        self.awaiting.notify_one();
                    }
                    return Some(notice);
                }
                if waiting.closed {
                    self.awaiting.notify_one();
                    return None;
                }
            }
            // Rung since we looked is remembered.
            self.awaiting.notified().await;
        }
    }

    pub(super) fn recv_timeout(&self, timeout: Duration) -> Option<Notice> {
        let waiting = self.lock();
        let empty = |waiting: &mut Waiting| waiting.notices.is_empty() && !waiting.closed;
        let waited = self.blocking.wait_timeout_while(waiting, timeout, empty);
        waited.unwrap_or_else(PoisonError::into_inner).0.notices.pop_front()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use eontide_wire::Cause;

    fn notice(reference: u64) -> Notice {
        let (target, reason) = (eontide_wire::monitor::NoticeTarget::default(), String::new());
        Notice { reference: Reference(reference), target, cause: Cause::Exit, reason, at_ms: 0, last: true }
    }

    #[test]
    fn what_is_too_much_is_dropped_and_counted_and_a_flush_forgets_one_monitor() {
        let queue = Queue::new(3);
        for reference in [1, 2, 1, 3] {
            queue.push(notice(reference));
        }
        assert_eq!(queue.dropped(), 1);
        queue.flush(Reference(1));
        assert_eq!(queue.recv_timeout(Duration::ZERO), Some(notice(2)));
        assert_eq!(queue.recv_timeout(Duration::ZERO), None);
    }

    #[tokio::test]
    async fn who_waits_is_woken_and_the_end_is_told_to_all() {
        let queue = std::sync::Arc::new(Queue::new(3));
        let awaiting = [0, 1].map(|_| {
            let queue = std::sync::Arc::clone(&queue);
            tokio::spawn(async move { queue.recv().await })
        });
        tokio::task::yield_now().await;
        let blocking = std::sync::Arc::clone(&queue);
        let blocking = std::thread::spawn(move || blocking.recv_timeout(Duration::from_secs(60)));
        queue.push(notice(1));
        queue.push(notice(2));
        queue.push(notice(3));
        let mut got = vec![blocking.join().unwrap().unwrap().reference];
        for one in awaiting {
            got.push(one.await.unwrap().unwrap().reference);
        }
        got.sort_unstable();
        assert_eq!(got, [1, 2, 3].map(Reference));
        queue.close();
        assert_eq!((queue.recv().await, queue.recv().await), (None, None));
    }
}
