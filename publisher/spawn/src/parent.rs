//! Starts the children, restarts those that die, stops them all.
//!
//! One task per child owns its process; what happens goes to one loop that counts, shows, and passes deaths on to the
//! announcer. A child whose parent dies hard notices by the end of its stdin; no signal is needed for that.

use std::future::pending;
use std::os::unix::process::ExitStatusExt;
use std::process::{ExitStatus, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::{Duration, Instant};

use anyhow::Context;
use eontide_publisher::wire::{Bye, Epoch, SourceId, Timestamp};
use rustix::process::{Pid, Signal, kill_process};
use tokio::process::{Child, ChildStdin, Command};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::{sleep, sleep_until, timeout};

use crate::announce;
use crate::backoff::Backoff;
use crate::chaos::{self, Strike, Victim};
use crate::options::Options;
use crate::signals::Signals;
use crate::status::{Counts, Status};

/// How long children may take to deliver their last values and say bye.
const STOP_WITHIN: Duration = Duration::from_secs(5);
/// Longest pause between two starts, so that children do not all connect and tick at once.
const STAGGER_MAX: Duration = Duration::from_millis(20);
/// How often the status line may change.
const STATUS_EVERY: Duration = Duration::from_millis(200);
/// What a child that said bye itself exits with.
const EXIT_AFTER_SIGTERM: i32 = 128 + 15;

/// What the children are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stop {
    No,
    /// SIGTERM, then wait.
    Gently,
    /// SIGKILL.
    Now,
}

/// What happens to a child.
#[derive(Debug)]
enum Event {
    Started {
        /// It died before.
        again: bool,
    },
    Died(Bye),
    Restarting,
    Stopped,
    /// By chaos.
    Killed,
    Paused,
    Resumed,
}

/// Runs until Ctrl-C or SIGTERM; no child is left when it returns.
pub(crate) async fn run(options: Options) -> anyhow::Result<()> {
    let options = Arc::new(options);
    let program = std::env::current_exe().context("cannot find my own program to start children from")?;
    let mut signals = Signals::listen()?;
    let (stop, stopped) = watch::channel(Stop::No);
    let (events, mut happened) = mpsc::unbounded_channel();
    let (deaths, dead) = mpsc::channel(announce::DEATHS_MAX);
    let announcer = tokio::spawn(announce::run(Arc::clone(&options), dead));
    let (mut children, mut victims) = (JoinSet::new(), Vec::new());
    for index in 0..options.count {
        let id = SourceId::new(&options.id(index)).context("child id")?;
        let (strikes, struck) = mpsc::channel(1);
        let running = Arc::new(AtomicBool::new(false));
        victims.push(Victim { strikes, running: Arc::clone(&running) });
        let life = Supervised {
            id,
            index,
            struck,
            running,
            program: program.clone(),
            start_after: stagger(&options) * index,
            options: Arc::clone(&options),
            events: events.clone(),
            stop: stopped.clone(),
        };
        children.spawn(life.supervise());
    }
    drop((events, stopped));
    let mut overview = Overview::new(&options, deaths);
    let chaos = options.chaos.clone().map(|chaos| chaos::run(chaos, victims));
    tokio::select! {
        () = signals.next() => {}
        () = async { if let Some(chaos) = chaos { chaos.await } else { pending().await } } => {}
        () = overview.follow(&mut happened) => {}
    }
    overview.status.end("stopping");
    let _ = stop.send(Stop::Gently);
    tokio::select! {
        () = overview.follow(&mut happened) => {}
        () = signals.next() => {}
        () = sleep(STOP_WITHIN) => {}
    }
    // Whoever is still there does not get another chance.
    let _ = stop.send(Stop::Now);
    overview.follow(&mut happened).await;
    while children.join_next().await.is_some() {}
    drop(overview);
    let _ = timeout(announce::WITHIN, announcer).await;
    Ok(())
}

fn stagger(options: &Options) -> Duration {
    (options.interval / options.count).min(STAGGER_MAX)
}

// === what happened ===

/// Counts, shows, and passes deaths on.
struct Overview {
    counts: Counts,
    status: Status,
    deaths: mpsc::Sender<Bye>,
}

impl Overview {
    fn new(options: &Options, deaths: mpsc::Sender<Bye>) -> Self {
        let status = Status::new(options.channel.as_str(), &options.nats_shown(), options.chaos.as_ref());
        Self { counts: Counts::default(), status, deaths }
    }

    /// Takes note of events until no child is left.
    async fn follow(&mut self, happened: &mut mpsc::UnboundedReceiver<Event>) {
        let mut changed = false;
        loop {
            tokio::select! {
                event = happened.recv() => match event {
                    Some(event) => {
                        self.note(event);
                        changed = true;
                    }
                    None => return,
                },
                () = sleep(STATUS_EVERY), if changed => {
                    self.status.show(self.counts);
                    changed = false;
                }
            }
        }
    }

    fn note(&mut self, event: Event) {
        match event {
            Event::Started { again } => {
                self.counts.running += 1;
                self.counts.restarting = self.counts.restarting.saturating_sub(u32::from(again));
            }
            Event::Died(bye) => {
                self.counts.running = self.counts.running.saturating_sub(1);
                if self.deaths.try_send(bye).is_err() {
                    tracing::warn!("a death is not announced: the broker has been away for too many of them");
                }
            }
            Event::Restarting => self.counts.restarting += 1,
            Event::Stopped => self.counts.running = self.counts.running.saturating_sub(1),
            Event::Killed => self.counts.killed += 1,
            Event::Paused => self.counts.paused += 1,
            Event::Resumed => self.counts.paused = self.counts.paused.saturating_sub(1),
        }
    }
}

// === one child ===

/// One place in the row of children, through all its lives.
struct Supervised {
    id: SourceId,
    index: u32,
    struck: mpsc::Receiver<Strike>,
    /// There is a process to be struck.
    running: Arc<AtomicBool>,
    program: std::path::PathBuf,
    start_after: Duration,
    options: Arc<Options>,
    events: mpsc::UnboundedSender<Event>,
    stop: watch::Receiver<Stop>,
}

impl Supervised {
    async fn supervise(mut self) {
        let mut backoff = Backoff::new();
        let (mut epoch, mut again) = (Epoch(0), false);
        let mut pause = self.start_after;
        while self.pause(pause).await == Stop::No {
            epoch = Epoch(now_ms().max(epoch.0 + 1));
            let started = Instant::now();
            self.tell(Event::Started { again });
            again = true;
            let reason = match self.start(epoch) {
                Ok(child) => {
                    self.running.store(true, Relaxed);
                    let ended = self.live(child).await;
                    self.running.store(false, Relaxed);
                    // What was meant for this life.
                    let _ = self.struck.try_recv();
                    match ended {
                        Ended::Stopped => return self.tell(Event::Stopped),
                        Ended::Died(reason) => reason,
                    }
                }
                Err(error) => format!("not started: {error}"),
            };
            tracing::warn!(id = %self.id, reason, "child died");
            self.tell(Event::Died(Bye { id: self.id.clone(), epoch, reason }));
            if *self.stop.borrow() != Stop::No {
                return;
            }
            self.tell(Event::Restarting);
            pause = backoff.pause(started.elapsed());
        }
    }

    /// Waits, unless told to stop.
    async fn pause(&mut self, pause: Duration) -> Stop {
        match timeout(pause, self.stop.wait_for(|stop| *stop != Stop::No)).await {
            Err(_) => Stop::No,
            Ok(stop) => stop.map_or(Stop::Now, |stop| *stop),
        }
    }

    fn start(&self, epoch: Epoch) -> std::io::Result<Running> {
        let options = &self.options;
        let mut command = Command::new(&self.program);
        command
            .arg("child")
            .args(["--id", self.id.as_str(), "--epoch", &epoch.to_string(), "--channel", options.channel.as_str()])
            .args(["--interval-ms", &options.interval.as_millis().to_string(), "--load", options.load.name()])
            .args(["--memory-max", &options.memory_max_bytes().to_string()])
            .args(self.lost_connections(epoch))
            .env("EONTIDE_NATS", &options.nats)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            // Ctrl-C on the terminal is for the parent, which then tells its children.
            .process_group(0)
            .kill_on_drop(true);
        let mut process = command.spawn()?;
        // Taken out, because waiting for the process would close it.
        let lifeline = process.stdin.take();
        Ok(Running { process, _lifeline: lifeline, resume_at: None })
    }

    /// What a child is told of chaos: each, and each of its lives, has another.
    fn lost_connections(&self, epoch: Epoch) -> Vec<String> {
        let chaos = self.options.chaos.as_ref();
        let Some((chaos, mean)) = chaos.and_then(|chaos| Some((chaos, chaos.disconnect?))) else { return Vec::new() };
        let seed = chaos.seed ^ (u64::from(self.index) << 48) ^ epoch.0;
        vec![format!("--disconnect-ms={}", mean.as_millis()), format!("--seed={seed}")]
    }

    /// One life, until its end.
    async fn live(&mut self, mut child: Running) -> Ended {
        let ended = self.until_end(&mut child).await;
        if child.resume_at.is_some() {
            self.tell(Event::Resumed);
        }
        ended
    }

    async fn until_end(&mut self, child: &mut Running) -> Ended {
        let mut told = Stop::No;
        loop {
            let resume_at = child.resume_at.unwrap_or_else(tokio::time::Instant::now);
            tokio::select! {
                Some(strike) = self.struck.recv() => self.strike(child, strike),
                () = sleep_until(resume_at), if child.resume_at.is_some() => self.resume(child),
                ended = child.process.wait() => return match ended {
                    Ok(status) if told != Stop::No && status.code() == Some(EXIT_AFTER_SIGTERM) => Ended::Stopped,
                    Ok(status) => Ended::Died(describe(status)),
                    Err(error) => Ended::Died(format!("lost: {error}")),
                },
                changed = self.stop.changed() => {
                    told = if changed.is_ok() { *self.stop.borrow() } else { Stop::Now };
                    child.signal(if told == Stop::Gently { Signal::TERM } else { Signal::KILL });
                    // Or it would not hear of it.
                    self.resume(child);
                    if changed.is_err() {
                        let _ = child.process.wait().await;
                        return Ended::Stopped;
                    }
                }
            }
        }
    }

    /// What chaos does.
    fn strike(&self, child: &mut Running, strike: Strike) {
        match strike {
            Strike::Kill => {
                child.signal(Signal::KILL);
                self.tell(Event::Killed);
            }
            // Once stopped it is stopped: a pause is as long as was asked for.
            Strike::Pause(pause) if child.resume_at.is_none() => {
                child.signal(Signal::STOP);
                child.resume_at = Some(tokio::time::Instant::now() + pause);
                self.tell(Event::Paused);
            }
            Strike::Pause(_) => {}
        }
    }

    fn resume(&self, child: &mut Running) {
        if child.resume_at.take().is_some() {
            child.signal(Signal::CONT);
            self.tell(Event::Resumed);
        }
    }

    fn tell(&self, event: Event) {
        // The other end is only gone when the parent is.
        let _ = self.events.send(event);
    }
}

/// How one life ended.
enum Ended {
    /// As told, having said bye.
    Stopped,
    /// Otherwise; nobody said bye.
    Died(String),
}

struct Running {
    process: Child,
    /// Its stdin: ends when this process does, however that ends.
    _lifeline: Option<ChildStdin>,
    /// Chaos stopped it until then. Where its parent dies meanwhile, the kernel continues it.
    resume_at: Option<tokio::time::Instant>,
}

impl Running {
    fn signal(&self, signal: Signal) {
        let pid = self.process.id().and_then(|pid| Pid::from_raw(i32::try_from(pid).ok()?));
        if let Some(pid) = pid {
            // It may be gone already; then waiting tells.
            let _ = kill_process(pid, signal);
        }
    }
}

fn now_ms() -> u64 {
    Timestamp::now().as_millis()
}

/// Why a process ended, for people.
fn describe(status: ExitStatus) -> String {
    let name = |signal| match signal {
        1 => "SIGHUP",
        2 => "SIGINT",
        3 => "SIGQUIT",
        4 => "SIGILL",
        6 => "SIGABRT",
        7 => "SIGBUS",
        8 => "SIGFPE",
        9 => "SIGKILL",
        11 => "SIGSEGV",
        13 => "SIGPIPE",
        15 => "SIGTERM",
        24 => "SIGXCPU",
        _ => "another signal",
    };
    match (status.code(), status.signal()) {
        (Some(code), _) => format!("exit code {code}"),
        (None, Some(signal)) => format!("killed by signal {signal} ({})", name(signal)),
        (None, None) => status.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_process_is_told_in_words() {
        assert_eq!(describe(ExitStatus::from_raw(9)), "killed by signal 9 (SIGKILL)");
        assert_eq!(describe(ExitStatus::from_raw(1 << 8)), "exit code 1");
        assert_eq!(describe(ExitStatus::from_raw(0)), "exit code 0");
    }
}
