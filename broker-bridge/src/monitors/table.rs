//! References, their targets, their subscribers, and the notices that are due.
//!
//! Pure: takes what happens and the time.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;
use std::time::{Duration, Instant};

use eontide_wire::Cause;
use eontide_wire::monitor::NoticeTarget;

/// Most monitors of one bridge.
pub(crate) const MONITORS_MAX: usize = 1_000_000;
/// Most sources watched by all of them together.
pub(crate) const WATCHES_MAX: usize = 4_000_000;
/// Most subscribers of one bridge.
pub(crate) const SUBSCRIBERS_MAX: usize = 100_000;

/// Why a monitor is not made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refusal {
    /// Too many already.
    #[error("this bridge has as many {0} as it may; take some back, or ask another bridge")]
    Full(&'static str),
    /// The request cannot be used.
    #[error("{0}")]
    Bad(String),
}

/// What happened, kept once for all who are told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Death {
    pub(crate) target: NoticeTarget,
    pub(crate) cause: Cause,
    pub(crate) reason: String,
    /// In ms.
    pub(crate) at: u64,
}

/// What a new monitor watches.
#[derive(Clone, Debug)]
pub(crate) enum Watched {
    /// Each of these sources, by number; told one by one.
    Each(Vec<u32>),
    /// All of these sources are a machine; told once, when the last is gone.
    Host(String, Vec<u32>),
    /// Nothing that is there.
    Nothing(NoticeTarget),
}

/// Who is told: an inbox, or who asks by HTTP.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Subscriber {
    Inbox(Arc<str>),
    /// By the reference of its monitor.
    Http(u64),
}

#[derive(Debug)]
struct Monitor {
    subscriber: Subscriber,
    host: Option<String>,
    targets: Box<[u32]>,
    /// Targets that are there still.
    there: usize,
    /// Notices that were not taken out yet.
    queued: usize,
}

#[derive(Debug)]
struct Subscribed {
    references: HashSet<u64>,
    lease: Duration,
    until: Instant,
    /// For who asks by HTTP: taken out, and not fetched yet.
    mailbox: VecDeque<Ready>,
}

/// A notice that was taken out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Ready {
    pub(crate) reference: u64,
    pub(crate) subscriber: Subscriber,
    pub(crate) death: Arc<Death>,
}

/// How many there are of each, for `/metrics`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sizes {
    pub(crate) monitors: usize,
    pub(crate) watches: usize,
    pub(crate) subscribers: usize,
    pub(crate) waiting: usize,
}

/// All monitors of a bridge.
#[derive(Debug, Default)]
pub(crate) struct Table {
    monitors: HashMap<u64, Monitor>,
    by_target: HashMap<u32, Vec<u64>>,
    subscribers: HashMap<Subscriber, Subscribed>,
    queue: VecDeque<(u64, Arc<Death>)>,
    watches: usize,
    next: u64,
}

impl Table {
    /// Enters a monitor for `inbox`, or for who asks by HTTP; its reference. The sources watched must be there now.
    pub(crate) fn monitor(
        &mut self,
        inbox: Option<Arc<str>>,
        watched: Watched,
        lease: Duration,
        now: Instant,
        now_ms: u64,
    ) -> Result<u64, Refusal> {
        let (host, targets, nothing) = match watched {
            Watched::Each(targets) => (None, targets, None),
            Watched::Host(host, targets) => (Some(host), targets, None),
            Watched::Nothing(target) => (None, Vec::new(), Some(target)),
        };
        self.has_room(&targets)?;
        self.next += 1;
        let reference = self.next;
        let subscriber = inbox.map_or(Subscriber::Http(reference), Subscriber::Inbox);
        if !self.subscribers.contains_key(&subscriber) && self.subscribers.len() >= SUBSCRIBERS_MAX {
            return Err(Refusal::Full("subscribers"));
        }
        let fresh = || Subscribed { references: HashSet::new(), lease, until: now + lease, mailbox: VecDeque::new() };
        let subscribed = self.subscribers.entry(subscriber.clone()).or_insert_with(fresh);
        (subscribed.lease, subscribed.until) = (lease, now + lease);
        subscribed.references.insert(reference);
        for target in &targets {
            self.by_target.entry(*target).or_default().push(reference);
        }
        self.watches += targets.len();
        let monitor = Monitor { subscriber, host, there: targets.len(), targets: targets.into(), queued: 0 };
        self.monitors.insert(reference, monitor);
        if let Some(target) = nothing {
            let reason = "there is no such source".to_owned();
            self.enqueue(reference, Arc::new(Death { target, cause: Cause::NoProc, reason, at: now_ms }));
        }
        Ok(reference)
    }

    fn has_room(&self, targets: &[u32]) -> Result<(), Refusal> {
        if self.monitors.len() >= MONITORS_MAX {
            return Err(Refusal::Full("monitors"));
        }
        if self.watches + targets.len() > WATCHES_MAX {
            return Err(Refusal::Full("monitored sources"));
        }
        Ok(())
    }

    fn enqueue(&mut self, reference: u64, death: Arc<Death>) {
        if let Some(monitor) = self.monitors.get_mut(&reference) {
            monitor.queued += 1;
            self.queue.push_back((reference, death));
        }
    }

    /// A source is gone; how many notices are due for that.
    pub(crate) fn died(&mut self, index: u32, death: &Arc<Death>) -> usize {
        let Some(references) = self.by_target.remove(&index) else { return 0 };
        self.watches -= references.len();
        let before = self.queue.len();
        for reference in references {
            let Some(monitor) = self.monitors.get_mut(&reference) else { continue };
            monitor.there -= 1;
            let told = match &monitor.host {
                None => Some(Arc::clone(death)),
                Some(host) if monitor.there == 0 => {
                    let target = NoticeTarget { host: Some(host.clone()), ..NoticeTarget::default() };
                    Some(Arc::new(Death { target, ..(**death).clone() }))
                }
                Some(_) => None,
            };
            if let Some(death) = told {
                self.enqueue(reference, death);
            }
        }
        self.queue.len() - before
    }

    /// Takes a monitor back: what is due of it is not told any more. With `flush` neither is what was taken out and not
    /// fetched. False where there is no such monitor.
    pub(crate) fn demonitor(&mut self, reference: u64, flush: bool) -> bool {
        let http = Subscriber::Http(reference);
        let known = self.remove(reference);
        if flush || known {
            if let Some(subscribed) = self.subscribers.get_mut(&http).filter(|_| flush) {
                subscribed.mailbox.clear();
            }
            if self.subscribers.get(&http).is_some_and(|subscribed| subscribed.mailbox.is_empty()) {
                self.subscribers.remove(&http);
            }
        }
        known
    }

    /// The monitor is over: all is told, or nothing is to be.
    fn remove(&mut self, reference: u64) -> bool {
        let Some(monitor) = self.monitors.remove(&reference) else { return false };
        for target in &monitor.targets {
            let Some(references) = self.by_target.get_mut(target) else { continue };
            let before = references.len();
            references.retain(|other| *other != reference);
            self.watches -= before - references.len();
            if references.is_empty() {
                self.by_target.remove(target);
            }
        }
        if let Some(subscribed) = self.subscribers.get_mut(&monitor.subscriber) {
            subscribed.references.remove(&reference);
            let asks_again = matches!(monitor.subscriber, Subscriber::Http(_));
            if subscribed.references.is_empty() && !asks_again {
                self.subscribers.remove(&monitor.subscriber);
            }
        }
        true
    }

    /// The next notices, at most `max`; what was taken back meanwhile does not count, so that others take its place (the
    /// number of these).
    pub(crate) fn take(&mut self, max: usize) -> (Vec<Ready>, usize) {
        let (mut ready, mut skipped) = (Vec::with_capacity(max.min(self.queue.len())), 0);
        while ready.len() < max {
            let Some((reference, death)) = self.queue.pop_front() else { break };
            let Some(monitor) = self.monitors.get_mut(&reference) else {
                skipped += 1;
                continue;
            };
            monitor.queued -= 1;
            let over = monitor.queued == 0 && monitor.there == 0;
            ready.push(Ready { reference, subscriber: monitor.subscriber.clone(), death });
            if over {
                self.remove(reference);
            }
        }
        if self.queue.is_empty() {
            // A storm is over some time, and with it the memory it took.
            self.queue.shrink_to(1024);
        }
        (ready, skipped)
    }

    /// Keeps a notice for who asks by HTTP. False where it is gone.
    pub(crate) fn deliver(&mut self, ready: Ready) -> bool {
        let Some(subscribed) = self.subscribers.get_mut(&ready.subscriber) else { return false };
        subscribed.mailbox.push_back(ready);
        true
    }

    /// What waits for who asks by HTTP, at most `max`, and whether more may come; `None` where there is no such monitor.
    pub(crate) fn fetch(&mut self, reference: u64, max: usize, now: Instant) -> Option<(Vec<Ready>, bool)> {
        let subscribed = self.subscribers.get_mut(&Subscriber::Http(reference))?;
        subscribed.until = now + subscribed.lease;
        let count = max.min(subscribed.mailbox.len());
        let ready = subscribed.mailbox.drain(..count).collect();
        let more = !subscribed.mailbox.is_empty() || self.monitors.contains_key(&reference);
        if !more {
            self.subscribers.remove(&Subscriber::Http(reference));
        }
        Some((ready, more))
    }

    /// A subscriber is there; how many monitors it has.
    pub(crate) fn renew(&mut self, inbox: &str, now: Instant) -> usize {
        let subscribed = self.subscribers.get_mut(&Subscriber::Inbox(inbox.into()));
        subscribed.map_or(0, |subscribed| {
            subscribed.until = now + subscribed.lease;
            subscribed.references.len()
        })
    }

    /// Subscribers that are gone, and their monitors with them; how many.
    pub(crate) fn clean(&mut self, now: Instant) -> usize {
        let gone = self.subscribers.iter().filter(|(_, subscribed)| subscribed.until <= now);
        let gone: Vec<Subscriber> = gone.map(|(subscriber, _)| subscriber.clone()).collect();
        for subscriber in &gone {
            if let Some(subscribed) = self.subscribers.remove(subscriber) {
                for reference in subscribed.references {
                    self.remove(reference);
                }
            }
        }
        gone.len()
    }

    pub(crate) fn sizes(&self) -> Sizes {
        Sizes {
            monitors: self.monitors.len(),
            watches: self.watches,
            subscribers: self.subscribers.len(),
            waiting: self.queue.len(),
        }
    }
}

#[cfg(test)]
#[path = "table_tests.rs"]
mod tests;
