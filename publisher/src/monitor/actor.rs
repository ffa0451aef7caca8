//! The background thread: asks bridges, renews, and makes monitors again wherever they were lost.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::Arc;
use std::time::{Duration, Instant};

use async_nats::{Client, Subscriber};
use eontide_wire::Timestamp;
use eontide_wire::monitor::{MONITOR, MONITOR_PREFIX, MonitorRequest, Monitored, Notice as Told, Target};
use futures_util::StreamExt;
use serde_json::json;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::timeout;

use super::asks::{Answer, Ask, Asks, Incoming};
use super::queue::Queue;
use super::table::{Outcome, Part, Place, Table};
use super::{MONITORS_MAX, MonitorError, Present, Reference};
use crate::publish::connection::{Link, connect};
use crate::publish::target;

/// Who is silent for so long is taken for gone by the bridge, and its monitors with it.
const LEASE: Duration = Duration::from_secs(15);
/// How often a bridge hears of us, and we of its end.
const RENEW: Duration = Duration::from_secs(2);
/// Pause before a bridge is looked for again.
const RETRY: Duration = Duration::from_millis(250);
/// Monitors that are asked for at once.
const IN_FLIGHT_MAX: usize = 64;
/// How long the client may take to accept a message: it only queues it.
const HAND_OVER: Duration = Duration::from_secs(1);
/// Notices that came before the answer that says whose they are.
const EARLY_MAX: usize = 4096;
/// A bridge that knows fewer monitors than we do twice in a row has lost some; once is a notice on its way.
const MISSING_MAX: u32 = 2;
/// Monitors that are taken back one by one at the end; others end with their lease.
const TAKEN_BACK_MAX: usize = 1024;
/// What the end may take.
const CLOSING: Duration = Duration::from_millis(200);

/// What the program asks, and how long it is prepared to wait for a bridge.
#[derive(Debug)]
pub(super) enum Command {
    Monitor(Target, Instant, oneshot::Sender<Result<Reference, MonitorError>>),
    Demonitor(Reference, bool, oneshot::Sender<bool>),
    Present(Target, Instant, oneshot::Sender<Result<Present, MonitorError>>),
}

/// Who waits for a bridge to take a new monitor.
struct Waiting {
    reply: Reply,
    until: Instant,
}

/// For what.
enum Reply {
    Monitor(oneshot::Sender<Result<Reference, MonitorError>>),
    /// To know who is there; the monitor is taken back at once.
    Present(oneshot::Sender<Result<Present, MonitorError>>),
}

pub(super) struct Actor {
    client: Client,
    servers: String,
    incoming: Subscriber,
    link: watch::Receiver<Link>,
    seen: Link,
    asks: Asks,
    table: Table,
    /// To be asked for, in order.
    todo: VecDeque<Part>,
    /// Not before this.
    retry_at: Instant,
    renew_at: Instant,
    missing: BTreeMap<String, u32>,
    waiting: HashMap<Reference, Waiting>,
    early: VecDeque<Told>,
    queue: Arc<Queue>,
}

impl Actor {
    /// Runs until nobody asks any more.
    pub(super) async fn run(target: target::Target, mut commands: mpsc::Receiver<Command>, queue: Arc<Queue>) {
        let mut actor = match Self::open(&target, queue).await {
            Ok(actor) => actor,
            Err(error) => return tracing::error!(error, "monitoring cannot start"),
        };
        loop {
            let now = Instant::now();
            actor.on_time(now);
            actor.pump(now).await;
            let wake_at = actor.wake_at();
            tokio::select! {
                command = commands.recv() => match command {
                    Some(command) => actor.obey(command).await,
                    None => break,
                },
                message = actor.incoming.next() => match message {
                    Some(message) => actor.receive(&message).await,
                    None => return tracing::error!("the nats client ended: nothing is monitored any more"),
                },
                changed = actor.link.changed() => match changed {
                    Ok(()) => actor.follow_link().await,
                    Err(_) => return,
                },
                () = tokio::time::sleep_until(wake_at.unwrap_or(now).into()), if wake_at.is_some() => {}
            }
        }
        let _ = timeout(CLOSING, actor.end()).await;
    }

    async fn open(target: &target::Target, queue: Arc<Queue>) -> Result<Self, String> {
        let (client, link) = connect(target).await?;
        let asks = Asks::new(client.new_inbox());
        let incoming = client.subscribe(asks.all()).await.map_err(|error| error.to_string())?;
        let shown = |server: &async_nats::ServerAddr| format!("nats://{}:{}", server.host(), server.port());
        let now = Instant::now();
        Ok(Self {
            client,
            servers: target.servers.iter().map(shown).collect::<Vec<_>>().join(","),
            incoming,
            link,
            seen: Link::default(),
            asks,
            table: Table::default(),
            todo: VecDeque::new(),
            retry_at: now,
            renew_at: now + RENEW,
            missing: BTreeMap::new(),
            waiting: HashMap::new(),
            early: VecDeque::new(),
            queue,
        })
    }

    // === what is asked of us ===

    async fn obey(&mut self, command: Command) {
        match command {
            Command::Monitor(target, until, reply) => self.begin(target, until, Reply::Monitor(reply)),
            Command::Present(target, until, reply) => self.begin(target, until, Reply::Present(reply)),
            Command::Demonitor(reference, flush, reply) => {
                let places = self.table.remove(reference);
                if flush {
                    self.queue.flush(reference);
                }
                let _ = reply.send(places.is_some());
                self.take_back(places.unwrap_or_default()).await;
            }
        }
    }

    fn begin(&mut self, target: Target, until: Instant, reply: Reply) {
        let reference = self.table.add(target);
        self.waiting.insert(reference, Waiting { reply, until });
        if self.table.len() > MONITORS_MAX {
            return self.refuse(reference, MonitorError::Full);
        }
        self.todo.push_back(Part { reference, life: None });
    }

    /// Nobody holds us any more.
    async fn end(&mut self) {
        let places: Vec<Place> = self.table.all_places().take(TAKEN_BACK_MAX).collect();
        self.take_back(places).await;
        if self.client.drain().await.is_ok() {
            let _ = self.link.wait_for(|link| link.closed).await;
        }
    }

    // === what we ask ===

    /// When there is something to do without anything happening.
    fn wake_at(&self) -> Option<Instant> {
        let asked = self.asks.next_due();
        let todo = (!self.todo.is_empty() && self.seen.connected).then_some(self.retry_at);
        let waiting = self.waiting.values().map(|waiting| waiting.until).min();
        let renew = (self.table.len() > 0 && self.seen.connected).then_some(self.renew_at);
        let full = self.asks.monitors() >= IN_FLIGHT_MAX;
        [asked, todo.filter(|_| !full), waiting, renew].into_iter().flatten().min()
    }

    fn on_time(&mut self, now: Instant) {
        for ask in self.asks.overdue(Some(now)) {
            self.nobody(ask);
        }
        let late = self.waiting.iter().filter(|(_, waiting)| waiting.until <= now);
        for reference in late.map(|(reference, _)| *reference).collect::<Vec<_>>() {
            let servers = self.servers.clone();
            let why = if self.seen.connected { MonitorError::NoBridge } else { MonitorError::Unreachable };
            self.refuse(reference, why(servers));
        }
    }

    /// A new monitor is not made.
    fn refuse(&mut self, reference: Reference, why: MonitorError) {
        self.table.remove(reference);
        // Who does not wait any more needs no answer.
        match self.waiting.remove(&reference).map(|waiting| waiting.reply) {
            Some(Reply::Monitor(reply)) => drop(reply.send(Err(why))),
            Some(Reply::Present(reply)) => drop(reply.send(Err(why))),
            None => {}
        }
    }

    /// Sends what may be sent now.
    async fn pump(&mut self, now: Instant) {
        if !self.seen.connected {
            return;
        }
        while now >= self.retry_at && self.asks.monitors() < IN_FLIGHT_MAX {
            let Some(part) = self.todo.pop_front() else { break };
            let Some(target) = self.table.target(&part) else { continue };
            let lease_ms = Some(LEASE.as_millis() as u64);
            let request = MonitorRequest { target, inbox: Some(self.asks.notices()), lease_ms, list: true };
            let reply = self.asks.ask(Ask::Monitor(part), now);
            self.publish(MONITOR.to_owned(), &json!(request), reply).await;
        }
        if now < self.renew_at {
            return;
        }
        self.renew_at = now + RENEW;
        for bridge in self.table.bridges().into_keys() {
            let subject = format!("{MONITOR_PREFIX}{bridge}.renew");
            let inbox = json!({ "inbox": self.asks.notices() });
            let reply = self.asks.ask(Ask::Renew { bridge }, now);
            self.publish(subject, &inbox, reply).await;
        }
    }

    /// What does not go out is not answered in time.
    async fn publish(&self, subject: String, payload: &serde_json::Value, reply: String) {
        let publish = self.client.publish_with_reply(subject, reply, payload.to_string().into());
        if !matches!(timeout(HAND_OVER, publish).await, Ok(Ok(()))) {
            tracing::debug!("the nats client did not take a request");
        }
    }

    async fn take_back(&self, places: Vec<Place>) {
        if !self.link.borrow().connected {
            return;
        }
        for Place { bridge, reference } in places {
            let subject = format!("{MONITOR_PREFIX}{bridge}.demonitor");
            self.publish(subject, &json!({ "reference": reference, "flush": true }), self.asks.ignored()).await;
        }
    }

    // === what comes ===

    async fn receive(&mut self, message: &async_nats::Message) {
        match self.asks.read(message) {
            Incoming::Notices(batch) => batch.notices.into_iter().for_each(|told| self.tell(told)),
            Incoming::Answer(Ask::Monitor(part), Answer::Monitored(made)) => self.made(part, made).await,
            Incoming::Answer(Ask::Monitor(part), Answer::Refused(why)) => {
                if self.waiting.contains_key(&part.reference) {
                    self.refuse(part.reference, MonitorError::Refused(why));
                } else {
                    tracing::warn!(why, "a bridge does not take a monitor again; another try follows");
                    self.nobody(Ask::Monitor(part));
                }
            }
            Incoming::Answer(Ask::Renew { bridge }, Answer::Renewed(count)) => self.renewed(bridge, count).await,
            Incoming::Answer(ask, _) => self.nobody(ask),
            Incoming::Late(made) => self.take_back(vec![place(made)]).await,
            Incoming::Other => {}
        }
        if self.asks.monitors() == 0 {
            self.early.clear();
        }
    }

    fn tell(&mut self, told: Told) {
        if self.table.knows(&told.reference) {
            if let Some(notice) = self.table.told(told) {
                self.queue.push(notice);
            }
        } else if self.asks.monitors() > 0 && self.early.len() < EARLY_MAX {
            self.early.push_back(told);
        }
    }

    async fn made(&mut self, part: Part, mut made: Monitored) {
        let outcome = self.table.made(&part, &made, now_ms());
        let wanted = match self.waiting.remove(&part.reference).map(|waiting| waiting.reply) {
            None => true,
            // Who does not wait any more does not want it either.
            Some(Reply::Monitor(reply)) => reply.send(Ok(part.reference)).is_ok(),
            Some(Reply::Present(reply)) => {
                let present = Present { count: made.targets, sources: std::mem::take(&mut made.sources) };
                drop(reply.send(Ok(present)));
                false
            }
        };
        if !wanted {
            let places = self.table.remove(part.reference).unwrap_or_default();
            self.take_back(places).await;
        }
        self.settle(outcome).await;
        let ours = |told: &Told| told.reference == made.reference;
        let (early, others) = std::mem::take(&mut self.early).into_iter().partition::<VecDeque<_>, _>(ours);
        self.early = others;
        early.into_iter().for_each(|told| self.tell(told));
    }

    async fn settle(&mut self, outcome: Outcome) {
        outcome.notices.into_iter().for_each(|notice| self.queue.push(notice));
        self.take_back(outcome.take_back).await;
    }

    async fn renewed(&mut self, bridge: String, count: u64) {
        let ours = self.table.bridges().get(&bridge).copied().unwrap_or(0);
        if count >= ours {
            self.missing.remove(&bridge);
            return;
        }
        let missing = self.missing.entry(bridge.clone()).or_default();
        *missing += 1;
        if *missing >= MISSING_MAX {
            let outcome = self.lost(Some(&bridge));
            self.settle(outcome).await;
        }
    }

    /// A request that nobody answered.
    fn nobody(&mut self, ask: Ask) {
        match ask {
            Ask::Monitor(part) => {
                self.todo.push_front(part);
                self.retry_at = Instant::now() + RETRY;
            }
            // What it had needs not be taken back: it is gone, or forgets us with our lease.
            Ask::Renew { bridge } => {
                let outcome = self.lost(Some(&bridge));
                outcome.notices.into_iter().for_each(|notice| self.queue.push(notice));
            }
        }
    }

    /// What one bridge had, or all, is made again.
    fn lost(&mut self, bridge: Option<&str>) -> Outcome {
        let (parts, outcome) = self.table.lost(bridge, now_ms());
        self.todo.extend(parts);
        match bridge {
            Some(bridge) => drop(self.missing.remove(bridge)),
            None => self.missing.clear(),
        }
        outcome
    }

    async fn follow_link(&mut self) {
        let link = *self.link.borrow_and_update();
        let before = std::mem::replace(&mut self.seen, link);
        if link.generation == before.generation && link.missed == before.missed {
            return;
        }
        // Whatever was told meanwhile did not come.
        for ask in self.asks.overdue(None) {
            if let Ask::Monitor(part) = ask {
                self.todo.push_front(part);
            }
        }
        self.retry_at = Instant::now();
        let outcome = self.lost(None);
        self.settle(outcome).await;
    }
}

fn place(made: Monitored) -> Place {
    Place { bridge: made.bridge, reference: made.reference }
}

fn now_ms() -> u64 {
    Timestamp::now().as_millis()
}
