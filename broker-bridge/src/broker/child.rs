//! A nats-server of our own, where none answers: started with the shipped nats.conf, restarted if it dies, stopped on exit.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::find;
use crate::error::BridgeError;

/// What the child is started with; the same file that is shipped.
const CONF: &str = include_str!("../../../nats.conf");
/// How long a child may take to answer.
const START_TIMEOUT: Duration = Duration::from_secs(15);
/// How long a child may take to stop before it is killed.
const STOP_TIMEOUT: Duration = Duration::from_secs(10);
/// Pause before a child that died is started again; doubles while it does not start.
const RESTART_PAUSE: Duration = Duration::from_millis(500);
/// The longest pause.
const RESTART_PAUSE_MAX: Duration = Duration::from_secs(30);

/// A running nats-server and the task that watches it.
#[derive(Debug)]
pub(crate) struct OwnServer {
    stop: CancellationToken,
    watcher: JoinHandle<()>,
}

impl OwnServer {
    /// Starts a server on loopback at `port`, its data under `data_dir`, and waits until it answers.
    pub(super) async fn start(port: u16, data_dir: &Path) -> Result<Self, BridgeError> {
        let program = find::nats_server().ok_or(BridgeError::NoServerProgram { port })?;
        // The child is started elsewhere; a relative path would not be found from there.
        let program = std::path::absolute(&program).unwrap_or(program);
        let spec = Spec { program, port, dir: data_dir.to_owned() };
        spec.prepare().map_err(|source| BridgeError::DataDir { path: data_dir.to_owned(), source })?;
        let mut child = spec.spawn()?;
        if let Err(detail) = answers(&mut child, port).await {
            child.kill().await.ok();
            return Err(BridgeError::ServerFailed { program: spec.program, detail });
        }
        tracing::info!(port, data_dir = %data_dir.display(), program = %spec.program.display(), "started nats-server");
        let stop = CancellationToken::new();
        let watcher = tokio::spawn(watch(spec, child, stop.clone()));
        Ok(Self { stop, watcher })
    }

    /// Stops the server and waits for its end.
    pub(crate) async fn stop(self) {
        self.stop.cancel();
        self.watcher.await.ok();
    }
}

/// How the child is started.
struct Spec {
    program: PathBuf,
    port: u16,
    dir: PathBuf,
}

impl Spec {
    fn prepare(&self) -> std::io::Result<()> {
        std::fs::create_dir_all(&self.dir)?;
        std::fs::write(self.dir.join("nats.conf"), CONF)
    }

    fn spawn(&self) -> Result<Child, BridgeError> {
        Command::new(&self.program)
            .args(["-c", "nats.conf", "-a", "127.0.0.1", "-p", &self.port.to_string()])
            // The monitoring port of the file would collide where two servers run on one machine.
            .args(["-m", "0"])
            // The store_dir of the file is relative: data goes where the server is started.
            .current_dir(&self.dir)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            // Ctrl-C in a terminal reaches the whole process group; the server must outlive our own drain.
            .process_group(0)
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| BridgeError::ServerFailed { program: self.program.clone(), detail: error.to_string() })
    }
}

/// Waits until the server answers; its last words where it ends instead.
async fn answers(child: &mut Child, port: u16) -> Result<(), String> {
    let mut lines = child.stderr.take().map(|stderr| BufReader::new(stderr).lines());
    let mut words = String::from("it said nothing");
    let deadline = tokio::time::sleep(START_TIMEOUT);
    tokio::pin!(deadline);
    loop {
        let line = async {
            match &mut lines {
                Some(lines) => lines.next_line().await.ok().flatten(),
                None => None,
            }
        };
        tokio::select! {
            () = &mut deadline => return Err(format!("no answer on port {port} within {START_TIMEOUT:?}; it said: {words}")),
            line = line => match line {
                Some(line) if line.contains("Server is ready") => break,
                Some(line) => {
                    if line.contains("[FTL]") || line.contains("[ERR]") || line.starts_with("nats-server:") {
                        words = line;
                    }
                }
                None => {
                    child.wait().await.ok();
                    return Err(words);
                }
            },
        }
    }
    if let Some(lines) = lines {
        tokio::spawn(forward(lines));
    }
    Ok(())
}

/// Warnings and errors of the server become ours; a pipe that nobody reads would stop it.
async fn forward(mut lines: tokio::io::Lines<BufReader<tokio::process::ChildStderr>>) {
    while let Ok(Some(line)) = lines.next_line().await {
        if line.contains("[FTL]") || line.contains("[ERR]") || line.contains("[WRN]") {
            tracing::warn!(line, "nats-server");
        } else {
            tracing::trace!(line, "nats-server");
        }
    }
}

async fn watch(spec: Spec, mut child: Child, stop: CancellationToken) {
    loop {
        tokio::select! {
            () = stop.cancelled() => return end(child).await,
            status = child.wait() => {
                let status = status.map_or_else(|error| error.to_string(), |status| status.to_string());
                tracing::error!(status, "nats-server ended, starting it again");
            }
        }
        let mut pause = RESTART_PAUSE;
        child = loop {
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(pause) => {}
            }
            pause = (pause * 2).min(RESTART_PAUSE_MAX);
            match start_again(&spec).await {
                Ok(child) => break child,
                Err(error) => tracing::error!(%error, "nats-server does not start"),
            }
        };
        tracing::info!(port = spec.port, "nats-server runs again");
    }
}

async fn start_again(spec: &Spec) -> Result<Child, BridgeError> {
    let mut child = spec.spawn()?;
    match answers(&mut child, spec.port).await {
        Ok(()) => Ok(child),
        Err(detail) => Err(BridgeError::ServerFailed { program: spec.program.clone(), detail }),
    }
}

/// Asks first, so that the last messages reach the disk.
async fn end(mut child: Child) {
    let asked = child
        .id()
        .and_then(|pid| rustix::process::Pid::from_raw(pid as i32))
        .map(|pid| rustix::process::kill_process(pid, rustix::process::Signal::TERM));
    if asked.is_none() || tokio::time::timeout(STOP_TIMEOUT, child.wait()).await.is_err() {
        child.kill().await.ok();
    }
}
