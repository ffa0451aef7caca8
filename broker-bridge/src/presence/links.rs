//! Whose connections to the broker are open, and which ended and did not come back.
//!
//! A client that lost its connection comes back, so an end counts only after a moment ([`HOLD_OFF`]), and only where no other
//! connection of the same name is open then. Where the other end closed it, as the system does for a process that dies, the moment is
//! short ([`CLOSED_HOLD_OFF`]). Told by the server's events, or by its lists of
//! connections one after another; both end here.
//!
//! Pure: takes what happens and the time.

use std::collections::{HashMap, HashSet, VecDeque};
use std::time::{Duration, Instant};

use eontide_wire::{ConnectionName, Timestamp};

/// So long after its end a connection may come back without anybody being told: more than the quarter second within which a
/// publisher tries again, and less than the second within which a death is to be seen.
pub(crate) const HOLD_OFF: Duration = Duration::from_millis(600);
/// The same where the server read the end of the connection: that is a death, or a client behind something that broke the
/// connection, and a publisher's first try comes within 30 ms.
pub(crate) const CLOSED_HOLD_OFF: Duration = Duration::from_millis(60);
/// What the server's events say of such an end.
const CLOSED: &str = "Client Closed";
/// Connections that are kept; what comes beyond is not told apart from those that say no name.
pub(crate) const LINKS_MAX: usize = 1_000_000;

/// A connection of one server.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Link {
    /// Id of the server.
    pub(crate) server: String,
    /// Number of the connection there.
    pub(crate) cid: u64,
}

/// An end that counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Ended {
    pub(crate) name: ConnectionName,
    /// By the server's clock.
    pub(crate) at: Timestamp,
    /// In the server's words.
    pub(crate) reason: String,
}

/// The open connections that say whose they are.
#[derive(Debug, Default)]
pub(crate) struct Links {
    open: HashMap<Link, ConnectionName>,
    by_name: HashMap<ConnectionName, u32>,
    held: VecDeque<(Instant, Ended)>,
    /// Those that the other end closed.
    closed: VecDeque<(Instant, Ended)>,
    /// Lists in which a server was missing, one after another.
    missing: HashMap<String, u32>,
}

/// After so many lists without a server its connections are forgotten. They have not ended for that: leases tell.
const MISSING_MAX: u32 = 3;
/// What begins the names of servers that no list has.
pub(crate) const LEAF: &str = "leaf ";

impl Links {
    /// A connection was opened. True where it says whose it is and is kept.
    pub(crate) fn opened(&mut self, link: Link, name: &ConnectionName) -> bool {
        if self.open.len() >= LINKS_MAX || self.open.contains_key(&link) {
            return false;
        }
        *self.by_name.entry(name.clone()).or_default() += 1;
        self.open.insert(link, name.clone());
        true
    }

    /// A connection ended; where it was not known, `name` is what it is called.
    pub(crate) fn closed(
        &mut self,
        link: &Link,
        name: Option<ConnectionName>,
        at: Timestamp,
        reason: &str,
        now: Instant,
    ) {
        let known = self.open.remove(link);
        if let Some(name) = &known {
            self.release(name);
        }
        let Some(name) = known.or(name) else { return };
        if !self.by_name.contains_key(&name) {
            let (held, hold_off) =
                if reason == CLOSED { (&mut self.closed, CLOSED_HOLD_OFF) } else { (&mut self.held, HOLD_OFF) };
            held.push_back((now + hold_off, Ended { name, at, reason: reason.to_owned() }));
        }
    }

    /// All connections that are open at servers of which a list was received; what is not in it has ended. The names of
    /// those that are new.
    pub(crate) fn listed(
        &mut self,
        servers: &HashSet<String>,
        list: Vec<(Link, ConnectionName)>,
        at: Timestamp,
        now: Instant,
    ) -> Vec<ConnectionName> {
        self.forget_missing(servers);
        let there: HashSet<&Link> = list.iter().map(|(link, _)| link).collect();
        let gone = self.open.keys().filter(|link| servers.contains(&link.server) && !there.contains(link));
        let gone: Vec<Link> = gone.cloned().collect();
        let fresh = list.iter().filter(|(link, name)| self.opened(link.clone(), name)).map(|(_, name)| name.clone());
        let fresh = fresh.collect();
        for link in gone {
            self.closed(&link, None, at, "not in the server's list any more", now);
        }
        fresh
    }

    fn forget_missing(&mut self, servers: &HashSet<String>) {
        let known: HashSet<&str> = self.open.keys().map(|link| link.server.as_str()).collect();
        let missing = known.into_iter().filter(|server| !server.starts_with(LEAF) && !servers.contains(*server));
        let missing: HashMap<String, u32> =
            missing.map(|server| (server.to_owned(), self.missing.get(server).map_or(1, |times| times + 1))).collect();
        let gone = |server: &str| missing.get(server).is_some_and(|times| *times >= MISSING_MAX);
        let forgotten: Vec<Link> = self.open.keys().filter(|link| gone(&link.server)).cloned().collect();
        for link in forgotten {
            if let Some(name) = self.open.remove(&link) {
                self.release(&name);
            }
        }
        self.missing = missing;
    }

    fn release(&mut self, name: &ConnectionName) {
        if let Some(count) = self.by_name.get_mut(name) {
            *count -= 1;
            if *count == 0 {
                self.by_name.remove(name);
            }
        }
    }

    /// Whose connections are open.
    pub(crate) fn names(&self) -> Vec<ConnectionName> {
        self.by_name.keys().cloned().collect()
    }

    /// Ends that count by now: nothing of that name came back.
    pub(crate) fn due(&mut self, now: Instant) -> Vec<Ended> {
        let mut due = Vec::new();
        for held in [&mut self.closed, &mut self.held] {
            while held.front().is_some_and(|(at, _)| *at <= now) {
                due.extend(
                    held.pop_front().map(|(_, ended)| ended).filter(|ended| !self.by_name.contains_key(&ended.name)),
                );
            }
        }
        due
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(cid: u64) -> Link {
        Link { server: "s".into(), cid }
    }

    fn name() -> ConnectionName {
        ConnectionName::parse("eontide c w 1").unwrap()
    }

    fn due(links: &mut Links, now: Instant) -> usize {
        links.due(now).len()
    }

    #[test]
    fn an_end_counts_where_nothing_came_back_within_a_moment() {
        let (mut links, start) = (Links::default(), Instant::now());
        let close =
            |links: &mut Links, cid| links.closed(&link(cid), Some(name()), Timestamp::default(), "gone", start);
        // Known or not.
        close(&mut links, 1);
        assert_eq!((due(&mut links, start), due(&mut links, start + HOLD_OFF)), (0, 1));
        links.opened(link(2), &name());
        close(&mut links, 2);
        links.opened(link(3), &name());
        assert_eq!(due(&mut links, start + HOLD_OFF), 0, "it came back");
        // The end of a connection that hung is told after the next one began.
        links.opened(link(4), &name());
        close(&mut links, 3);
        assert_eq!(due(&mut links, start + HOLD_OFF), 0, "another is open");
        close(&mut links, 4);
        assert_eq!((due(&mut links, start + HOLD_OFF), links.open.len()), (1, 0));
    }

    #[test]
    fn what_the_other_end_closed_counts_sooner() {
        let (mut links, start) = (Links::default(), Instant::now());
        links.closed(&link(1), Some(name()), Timestamp::default(), "Slow Consumer (Write Deadline)", start);
        let dead = ConnectionName::parse("eontide c v 1").unwrap();
        links.closed(&link(2), Some(dead.clone()), Timestamp::default(), CLOSED, start);
        let first = links.due(start + CLOSED_HOLD_OFF);
        assert_eq!(first.iter().map(|ended| &ended.name).collect::<Vec<_>>(), [&dead]);
        assert_eq!(due(&mut links, start + HOLD_OFF), 1);
        links.closed(&link(3), Some(dead.clone()), Timestamp::default(), CLOSED, start);
        links.opened(link(4), &dead);
        assert_eq!(due(&mut links, start + HOLD_OFF), 0, "it came back");
    }

    #[test]
    fn a_list_ends_what_it_does_not_have_of_the_servers_it_is_of() {
        let (mut links, now) = (Links::default(), Instant::now());
        let servers = HashSet::from(["s".to_owned()]);
        let other = Link { server: "leaf s".into(), cid: 9 };
        let elsewhere = ConnectionName::parse("eontide c v 1").unwrap();
        links.opened(other, &elsewhere);
        let mut list = |list| links.listed(&servers, list, Timestamp::default(), now).len();
        assert_eq!(list(vec![(link(1), name())]), 1);
        assert_eq!(list(vec![(link(1), name())]), 0);
        assert_eq!(list(vec![]), 0);
        let ended = links.due(now + HOLD_OFF);
        assert_eq!((ended.len(), &ended[0].name, links.open.len()), (1, &name(), 1));
    }

    /// A server that is restarted has another id, and one that is gone tells no ends: their connections would count as open
    /// for ever.
    #[test]
    fn connections_of_a_server_that_is_gone_are_forgotten_and_have_not_ended() {
        let (mut links, now) = (Links::default(), Instant::now());
        links.opened(link(1), &name());
        let other = HashSet::from(["t".to_owned()]);
        for _ in 0..MISSING_MAX {
            assert_eq!(links.open.len(), 1);
            links.listed(&other, Vec::new(), Timestamp::default(), now);
        }
        assert_eq!((links.open.len(), links.due(now + HOLD_OFF).len()), (0, 0));
        links.closed(&link(7), Some(name()), Timestamp::default(), "gone", now);
        assert_eq!(links.due(now + HOLD_OFF).len(), 1);
    }
}
