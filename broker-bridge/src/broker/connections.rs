//! Whose connections to the broker are open: the fastest sign that a process died, as its socket dies with it.
//!
//! With a user of the system account the server's events tell, within some 20 ms. Without, the server is asked for the list of
//! its connections again and again, which any user may where permissions do not forbid it; what connects and ends between two lists is missed. Where neither works, sources are only
//! known by their leases; the log says which it is.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use async_nats::{Client, Message, Subscriber};
use eontide_wire::{ConnectionName, Timestamp};
use futures_util::StreamExt;
use serde::Deserialize;
use tokio::time::{MissedTickBehavior, interval, timeout};

use super::Broker;
use super::connect::{Access, connect};
use crate::presence::links::{Ended, LEAF, Link, Links};

/// Pause between two lists where no events come; a list that takes long is asked for less often.
const POLL: Duration = Duration::from_millis(150);
/// Of the time, this share at most is spent on lists.
const POLL_SHARE: u32 = 10;
/// How often the list is compared with what events told.
const COMPARE: Duration = Duration::from_secs(10);
/// How long the first server may take to answer, and the others after it.
const FIRST_ANSWER: Duration = Duration::from_secs(2);
const OTHER_ANSWERS: Duration = Duration::from_millis(50);
/// Connections of one answer, and of all.
const PAGE: usize = 16_384;
const LISTED_MAX: usize = 262_144;
/// How often ends that are held back are looked at.
const LOOK: Duration = Duration::from_millis(10);
/// After a list that nobody answered.
const UNANSWERED: Duration = Duration::from_secs(30);
/// Events that are taken in at once.
const EVENTS_AT_ONCE: usize = 4_096;

/// How it is known whose connections are open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Events,
    Lists,
    Leases,
}

#[derive(Deserialize)]
struct Server {
    id: String,
}

#[derive(Deserialize)]
struct Event {
    server: Server,
    client: EventClient,
    #[serde(default)]
    reason: String,
}

#[derive(Deserialize)]
struct EventClient {
    id: u64,
    #[serde(default)]
    name: String,
    #[serde(default)]
    kind: String,
}

#[derive(Deserialize)]
struct Listing {
    data: ListingData,
}

#[derive(Deserialize)]
struct ListingData {
    server_id: String,
    #[serde(default)]
    total: usize,
    #[serde(default)]
    connections: Vec<Listed>,
}

#[derive(Deserialize)]
struct Listed {
    cid: u64,
    #[serde(default)]
    name: String,
}

/// Watches connections for ever; `tell` learns whose were opened, and whose ended and did not come back.
pub(crate) async fn watch(broker: Arc<Broker>, tell: impl Fn(&[ConnectionName], &[Ended])) {
    let system = match broker.system() {
        Some(access) => events(&access).await,
        None => None,
    };
    let way = if system.is_some() { Way::Events } else { Way::Lists };
    match way {
        Way::Events => tracing::info!("the server's events tell whose connections end"),
        _ => tracing::info!(
            "the server is asked for its connections, as this bridge has no user of its system account (--nats-system)"
        ),
    }
    let mut watcher = Watcher { links: Links::default(), way, broker, told: way, pause: Duration::ZERO };
    match system {
        Some((client, events)) => watcher.by_events(&client, events, &tell).await,
        None => watcher.by_lists(&tell).await,
    }
}

/// A connection with rights of the system account, and the events that come on it.
async fn events(access: &Access) -> Option<(Client, Subscriber)> {
    let (sender, _) = tokio::sync::watch::channel(0);
    let client = match connect(access, sender).await {
        Ok(client) => client,
        Err(error) => {
            tracing::warn!(%error, "no connection with the system account");
            return None;
        }
    };
    // Events of users without an account of their own came with 2.12.
    if !client.is_server_compatible(2, 12, 0) {
        tracing::warn!(
            version = client.server_info().version,
            "this server tells no events of all connections before 2.12"
        );
        return None;
    }
    let events = client.subscribe("$SYS.ACCOUNT.*.*").await.ok()?;
    timeout(FIRST_ANSWER, client.flush()).await.ok()?.ok()?;
    Some((client, events))
}

struct Watcher {
    links: Links,
    way: Way,
    /// What the log was told last.
    told: Way,
    broker: Arc<Broker>,
    pause: Duration,
}

impl Watcher {
    async fn by_events(&mut self, client: &Client, events: Subscriber, tell: &impl Fn(&[ConnectionName], &[Ended])) {
        let (mut look, mut compare) = (interval(LOOK), interval(COMPARE));
        look.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut events = events.ready_chunks(EVENTS_AT_ONCE);
        let mut away = false;
        loop {
            tokio::select! {
                batch = events.next() => {
                    let Some(batch) = batch else { return };
                    let opened: Vec<_> = batch.iter().filter_map(|event| self.note(event)).collect();
                    tell(&opened, &[]);
                }
                _ = look.tick() => {
                    let was_away = away;
                    self.look(&mut away, tell);
                    if was_away && !away {
                        compare.reset_immediately();
                    }
                }
                _ = compare.tick() => self.list(client, "$SYS.REQ.SERVER.PING.CONNZ", tell).await,
            }
        }
    }

    async fn by_lists(&mut self, tell: &impl Fn(&[ConnectionName], &[Ended])) {
        let client = self.broker.client.clone();
        let mut away = false;
        loop {
            let began = Instant::now();
            if self.broker.connected() {
                self.list(&client, "$SYS.REQ.ACCOUNT.PING.CONNZ", tell).await;
            }
            self.look(&mut away, tell);
            let took = began.elapsed().saturating_sub(OTHER_ANSWERS);
            let pause = self.pause.max(POLL).max(took * POLL_SHARE);
            let next = Instant::now() + pause;
            while Instant::now() < next {
                tokio::time::sleep(LOOK.min(next.saturating_duration_since(Instant::now()))).await;
                self.look(&mut away, tell);
            }
        }
    }

    /// Tells of ends that count by now. While the broker is away none does: a server that stops ends all connections.
    fn look(&mut self, away: &mut bool, tell: &impl Fn(&[ConnectionName], &[Ended])) {
        let was_away = std::mem::replace(away, !self.broker.connected());
        if *away || was_away {
            // What is known is of the time before; the next list says who is there.
            self.links = Links::default();
            return;
        }
        let ended = self.links.due(Instant::now());
        // What carried others took those along that have no connection of their own.
        let carried = ended.iter().any(|one| matches!(one.name, ConnectionName::Agent(_)));
        if !ended.is_empty() {
            tell(&if carried { self.links.names() } else { Vec::new() }, &ended);
        }
    }

    /// Takes in one event of the server; whose connection was opened.
    fn note(&mut self, message: &Message) -> Option<ConnectionName> {
        let kind = message.subject.rsplit('.').next()?;
        if kind != "CONNECT" && kind != "DISCONNECT" {
            return None;
        }
        let event: Event = serde_json::from_slice(&message.payload).ok()?;
        // A leaf node that is called as a machine carries what runs there. Lists do not have it: its server is another one.
        let (name, server) = if event.client.kind == "Leafnode" {
            (ConnectionName::Agent(event.client.name), format!("{LEAF}{}", event.server.id))
        } else {
            (ConnectionName::parse(&event.client.name)?, event.server.id)
        };
        let link = Link { server, cid: event.client.id };
        if kind == "CONNECT" {
            return self.links.opened(link, &name).then_some(name);
        }
        self.links.closed(&link, Some(name), Timestamp::now(), &event.reason, Instant::now());
        None
    }

    /// Asks every server for its connections and compares.
    async fn list(&mut self, client: &Client, subject: &str, tell: &impl Fn(&[ConnectionName], &[Ended])) {
        let listed = list(client, subject).await;
        let (way, pause) = if listed.is_some() { (self.way, Duration::ZERO) } else { (Way::Leases, UNANSWERED) };
        self.pause = pause;
        if std::mem::replace(&mut self.told, way) != way {
            match way {
                Way::Leases => tracing::warn!(
                    "the server does not say whose connections are open: sources that die without a bye are noticed by their leases alone"
                ),
                _ => tracing::info!("the server says whose connections are open"),
            }
        }
        let Some((servers, listed)) = listed else { return };
        let opened = self.links.listed(&servers, listed, Timestamp::now(), Instant::now());
        if !opened.is_empty() {
            tell(&opened, &[]);
        }
    }
}

/// The connections that say whose they are, and the servers that answered.
async fn list(client: &Client, subject: &str) -> Option<(HashSet<String>, Vec<(Link, ConnectionName)>)> {
    let (mut servers, mut links) = (HashSet::new(), Vec::new());
    for page in 0..LISTED_MAX / PAGE {
        let offset = page * PAGE;
        let answers = ask(client, subject, offset).await?;
        if answers.is_empty() {
            break;
        }
        let more = answers.iter().any(|answer| answer.data.total > offset + PAGE);
        for ListingData { server_id, connections, .. } in answers.into_iter().map(|answer| answer.data) {
            let named = connections.into_iter().filter_map(|one| Some((one.cid, ConnectionName::parse(&one.name)?)));
            links.extend(named.map(|(cid, name)| (Link { server: server_id.clone(), cid }, name)));
            servers.insert(server_id);
        }
        if !more {
            break;
        }
    }
    (!servers.is_empty()).then_some((servers, links))
}

/// One page of every server that answers soon.
async fn ask(client: &Client, subject: &str, offset: usize) -> Option<Vec<Listing>> {
    let inbox = client.new_inbox();
    let mut answers = timeout(FIRST_ANSWER, client.subscribe(inbox.clone())).await.ok()?.ok()?;
    let request = serde_json::json!({ "limit": PAGE, "offset": offset }).to_string();
    let publish = client.publish_with_reply(subject.to_owned(), inbox, request.into());
    timeout(FIRST_ANSWER, publish).await.ok()?.ok()?;
    let mut pages = Vec::new();
    let mut patience = FIRST_ANSWER;
    while let Ok(Some(answer)) = timeout(patience, answers.next()).await {
        // One that says that nobody answers is none.
        if let Ok(listing) = serde_json::from_slice(&answer.payload) {
            pages.push(listing);
        } else if answer.status.is_some() {
            break;
        }
        patience = OTHER_ANSWERS;
    }
    answers.unsubscribe().await.ok();
    Some(pages)
}
