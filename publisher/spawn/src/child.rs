//! One publishing process. It ends on SIGTERM, and when the parent is gone: its stdin, held by the parent, ends.

use std::io::Read;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::Duration;

use anyhow::Context;
use eontide_publisher::{OnSigterm, ProcessMetric, ProcessSampling, Publisher, Units};

use crate::load::Worker;
use crate::options::ChildOptions;
use crate::random::Random;

/// How long delivering the last values may take.
const FLUSH: Duration = Duration::from_secs(3);

/// Publishes until told to stop.
pub(crate) fn run(options: &ChildOptions) -> anyhow::Result<()> {
    outlive_no_parent();
    let publisher = connect(options)?;
    let parent_gone = watch_stdin()?;
    if let (Some(mean), Some(seed)) = (options.disconnect_ms, options.seed) {
        lose_connections(publisher.clone(), Duration::from_millis(mean), Random::seeded(seed))?;
    }
    let mut worker = Worker::new(options.load, options.memory_max);
    while let Waited::TimeIsUp = wait(&parent_gone, worker.pause()) {
        worker.step();
    }
    // The parent is gone: whether everything arrived interests nobody any more.
    let _ = publisher.close_blocking_because("parent ended", FLUSH);
    Ok(())
}

fn connect(options: &ChildOptions) -> anyhow::Result<Publisher> {
    let memory = [ProcessMetric::Rss, ProcessMetric::HeapTotal, ProcessMetric::Heap];
    Publisher::builder(&options.channel)
        .id(&options.id)
        .epoch(options.epoch)
        .interval(Duration::from_millis(options.interval_ms))
        .sample_process(ProcessSampling::only(memory).units(Units::MebibytesCeil))
        .program(env!("CARGO_PKG_NAME"))
        .version(env!("CARGO_PKG_VERSION"))
        .label("load", options.load.name())
        .on_sigterm(OnSigterm::FlushAndExit { within: FLUSH })
        .connect(&options.nats)
        .context("child cannot publish")
}

/// One that chaos has stopped cannot see the end of its stdin: it is continued when its parent dies.
fn outlive_no_parent() {
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::process::set_parent_process_death_signal(Some(rustix::process::Signal::CONT)) {
        tracing::error!(%error, "once stopped it may outlive its parent");
    }
}

/// Drops the connection again and again, until the process ends.
fn lose_connections(publisher: Publisher, mean: Duration, mut random: Random) -> anyhow::Result<()> {
    // Nobody speaks: it is only waited.
    let (silent, idle) = channel::<()>();
    let lose = move || {
        while idle.recv_timeout(random.wait(mean)) == Err(RecvTimeoutError::Timeout) {
            publisher.reconnect();
        }
        drop(silent);
    };
    std::thread::Builder::new().name("chaos".into()).stack_size(64 * 1024).spawn(lose)?;
    Ok(())
}

/// A channel that closes when stdin ends.
fn watch_stdin() -> anyhow::Result<Receiver<()>> {
    let (parent_alive, parent_gone) = channel();
    let watch = move || read_to_end(parent_alive);
    std::thread::Builder::new().name("stdin".into()).stack_size(64 * 1024).spawn(watch)?;
    Ok(parent_gone)
}

fn read_to_end(_parent_alive: Sender<()>) {
    let mut ignored = [0u8; 64];
    let mut stdin = std::io::stdin().lock();
    // An error means the same as the end: nobody holds the other side.
    while matches!(stdin.read(&mut ignored), Ok(1..)) {}
}

enum Waited {
    TimeIsUp,
    ParentGone,
}

fn wait(parent_gone: &Receiver<()>, pause: Option<Duration>) -> Waited {
    match pause.map_or_else(
        || parent_gone.recv().map_err(|_| RecvTimeoutError::Disconnected),
        |pause| parent_gone.recv_timeout(pause),
    ) {
        Err(RecvTimeoutError::Timeout) => Waited::TimeIsUp,
        Ok(()) | Err(RecvTimeoutError::Disconnected) => Waited::ParentGone,
    }
}
