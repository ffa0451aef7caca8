//! Starts the parts in order, owns their tasks, stops them in reverse.
//!
//! Shutdown is structural: stop accepting → tell and close every viewer → end the readers → leave the broker, each within
//! a deadline.

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::archive::Archive;
use crate::broker::{Broker, Pulse, connections};
use crate::clock;
use crate::error::BridgeError;
use crate::fanout::Hub;
use crate::http::{Listener, Server};
use crate::ingest;
use crate::internal_metrics::InternalMetrics;
use crate::monitors;
use crate::options::{ArchiveSettings, Settings};
use crate::pipeline::Pipeline;
use crate::store::Limits;
use crate::transitions;

/// How often leases are looked at.
const EXPIRE: Duration = Duration::from_millis(100);
/// How often small changes of sources are told.
const TELL: Duration = Duration::from_secs(1);
/// How often the window moves on.
const EVICT: Duration = Duration::from_secs(2);

/// How often it is looked whether history is to be written, or columns are to be made.
const LOOK: Duration = Duration::from_secs(1);

/// A running bridge.
#[derive(Debug)]
pub struct Bridge {
    address: SocketAddr,
    broker: Arc<Broker>,
    pipeline: Arc<Pipeline>,
    stop: CancellationToken,
    http: JoinHandle<()>,
    tasks: JoinSet<&'static str>,
}

impl Bridge {
    /// Starts everything; returns once the page can be opened.
    pub async fn start(settings: Settings) -> Result<Self, BridgeError> {
        // First what fails most often, and before a child is started.
        let listener = Listener::bind(settings.listen).await?;
        let address = listener.address();
        let broker = Arc::new(Broker::start(&settings.broker, settings.system.clone(), settings.retention).await?);
        let metrics = Arc::new(InternalMetrics::default());
        let hub = Arc::new(Hub::new(settings.log_bytes, Arc::clone(&metrics)));
        let archive = open_archive(settings.archive.as_ref(), settings.limits)?;
        let pipeline =
            Pipeline::new(settings.limits, settings.sources_max, archive, Arc::clone(&hub), Arc::clone(&metrics));
        let pipeline = Arc::new(pipeline);
        let (ready_sender, ready) = watch::channel(false);

        let history = settings.limits.history;
        let mut tasks = JoinSet::new();
        tasks.spawn(named("reading data", {
            ingest::read_data(Arc::clone(&broker), Arc::clone(&pipeline), history, ready_sender)
        }));
        tasks.spawn(named("reading presence", {
            ingest::read_events(Arc::clone(&broker), Arc::clone(&pipeline), history)
        }));
        tasks.spawn(named("delivering notices", {
            monitors::dispatch::run(Arc::clone(pipeline.monitors()), Arc::clone(&broker))
        }));
        tasks.spawn(named("answering monitors", {
            monitors::serve::run(Arc::clone(&broker), Arc::clone(&pipeline), ready.clone())
        }));
        tasks.spawn(named("watching connections", {
            let pipeline = Arc::clone(&pipeline);
            connections::watch(Arc::clone(&broker), move |opened, ended| pipeline.connections(opened, ended))
        }));
        tasks.spawn(named("publishing transitions", {
            transitions::publish(Arc::clone(&broker), Arc::clone(pipeline.transitions()))
        }));
        tasks.spawn(named("fan-out", fan_out(Arc::clone(&hub), settings.tick)));
        tasks.spawn(named("upkeep", upkeep(Arc::clone(&broker), Arc::clone(&pipeline), ready.clone())));
        tasks.spawn(named("keeping history", keep_history(Arc::clone(&pipeline))));
        tasks.spawn(named("tidying", tidy(Arc::clone(&pipeline), ready.clone())));
        tasks.spawn(named("counting reconnects", count_reconnects(broker.reconnects.clone(), Arc::clone(&metrics))));

        let stop = CancellationToken::new();
        let server = Arc::new(Server::new(&settings, Arc::clone(&pipeline), hub, Arc::clone(&broker), metrics, ready));
        tasks.spawn(named("the PubNub facade", Arc::clone(&server).run_facade()));
        let http = tokio::spawn(listener.serve(server, stop.clone()));
        tracing::info!(nats = broker.url, "open http://{address}/");
        Ok(Self { address, broker, pipeline, stop, http, tasks })
    }

    /// Where the page is.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Resolves when a task that must run for ever has ended.
    pub async fn failed(&mut self) -> BridgeError {
        let (task, detail) = match self.tasks.join_next().await {
            Some(Ok(task)) => (task, "it returned".to_owned()),
            Some(Err(error)) => ("a task", error.to_string()),
            None => ("every task", "none is left".to_owned()),
        };
        BridgeError::TaskEnded { task, detail }
    }

    /// Stops everything.
    pub async fn stop(mut self) {
        tracing::info!("stopping");
        self.stop.cancel();
        self.http.await.ok();
        if let Some(archive) = self.pipeline.archive() {
            archive.stop();
        }
        self.tasks.shutdown().await;
        let pipeline = Arc::clone(&self.pipeline);
        tokio::task::spawn_blocking(move || pipeline.checkpoint(true)).await.ok();
        self.broker.stop().await;
    }
}

/// The history on disk. A directory that the user named must be usable; else, or where another bridge has it, memory is used
/// alone, and that is said.
fn open_archive(settings: Option<&ArchiveSettings>, limits: Limits) -> Result<Option<Archive>, BridgeError> {
    let Some(settings) = settings else { return Ok(None) };
    match Archive::open(settings, limits) {
        Ok(archive) => Ok(Some(archive)),
        Err(source) if settings.asked_for && source.kind() != ErrorKind::ResourceBusy => {
            Err(BridgeError::DataDir { path: settings.directory.clone(), source })
        }
        Err(error) => {
            let directory = settings.directory.display();
            tracing::warn!(%directory, %error, "history is kept in memory alone; --data-dir DIR chooses another directory");
            Ok(None)
        }
    }
}

/// Writes checkpoints of the history when they are due, and says where a file was found damaged.
async fn keep_history(pipeline: Arc<Pipeline>) {
    let mut look = tokio::time::interval(LOOK);
    loop {
        look.tick().await;
        let work = |pipeline: &Pipeline| {
            pipeline.checkpoint(false);
            if let Some(archive) = pipeline.archive() {
                archive.tell_damage();
            }
        };
        if !blocking(&pipeline, work).await {
            return;
        }
    }
}

/// What takes long and is not urgent, once history is read: makes merged columns that are wanted, reads what is on disk
/// through once.
async fn tidy(pipeline: Arc<Pipeline>, mut ready: watch::Receiver<bool>) {
    let mut look = tokio::time::interval(LOOK);
    loop {
        look.tick().await;
        if ready.wait_for(|ready| *ready).await.is_err() {
            return;
        }
        let work = |pipeline: &Pipeline| {
            if !pipeline.build_columns()
                && let Some(archive) = pipeline.archive()
            {
                archive.scrub();
            }
        };
        if !blocking(&pipeline, work).await {
            return;
        }
    }
}

/// Runs what takes long apart from the threads that serve sockets. False where it failed.
async fn blocking(pipeline: &Arc<Pipeline>, work: impl FnOnce(&Pipeline) + Send + 'static) -> bool {
    let pipeline = Arc::clone(pipeline);
    let done = tokio::task::spawn_blocking(move || work(&pipeline)).await;
    if let Err(error) = &done {
        tracing::error!(%error, "work on the history failed");
    }
    done.is_ok()
}

async fn named(name: &'static str, task: impl Future<Output = ()>) -> &'static str {
    task.await;
    name
}

/// Serves every viewer as soon as there is news, then not again for a tick: what comes alone is shown at once, what comes
/// in floods is bundled. Encoding is work for a core: not on the threads that serve sockets.
async fn fan_out(hub: Arc<Hub>, tick: Duration) {
    loop {
        hub.news().await;
        let next = Instant::now() + tick;
        let serving = Arc::clone(&hub);
        if let Err(error) = tokio::task::spawn_blocking(move || serving.tick(clock::now().wall)).await {
            tracing::error!(%error, "a tick failed");
            return;
        }
        tokio::time::sleep_until(next).await;
    }
}

async fn upkeep(broker: Arc<Broker>, pipeline: Arc<Pipeline>, ready: watch::Receiver<bool>) {
    let mut expire = tokio::time::interval(EXPIRE);
    let mut tell = tokio::time::interval(TELL);
    let mut evict = tokio::time::interval(EVICT);
    let mut pulse = Pulse::new(broker);
    let mut away = false;
    loop {
        tokio::select! {
            _ = expire.tick() => {
                // While history is read, or the broker is away, nobody is silent: then we know nothing, and say so.
                let was_away = std::mem::replace(&mut away, !pulse.beats());
                if away && !was_away {
                    pipeline.deafen(pulse.heard_at(clock::now().wall));
                }
                if was_away && !away {
                    pipeline.grace(clock::now());
                }
                if *ready.borrow() && !away && !pipeline.is_behind() {
                    pipeline.expire(clock::now());
                }
            }
            _ = tell.tick() => pipeline.tell_touched(),
            _ = evict.tick() => pipeline.evict(clock::now()),
            () = pulse.next() => {}
        }
    }
}

async fn count_reconnects(mut reconnects: watch::Receiver<u64>, metrics: Arc<InternalMetrics>) {
    let mut before = 1;
    while reconnects.changed().await.is_ok() {
        let count = *reconnects.borrow_and_update();
        metrics.nats_reconnects_total.add(count.saturating_sub(before));
        before = count.max(before);
    }
}
