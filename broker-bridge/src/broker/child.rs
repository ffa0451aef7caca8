//! A nats-server of our own, where none answers: started with the shipped nats.conf, restarted if it dies, stopped on exit.
//!
//! One that a bridge killed hard has left behind goes on taking messages in, at least until it next has something to log;
//! the next bridge with the same data directory takes it over, or else nobody would ever stop it.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::connect::Access;
use super::find;
use crate::error::BridgeError;

/// What the child is started with; the same file that is shipped.
const CONF: &str = include_str!("../../../nats.conf");
/// How long a child may take to answer.
const START_TIMEOUT: Duration = Duration::from_secs(15);
/// How often a server that is not our child is looked at.
const ADOPTED_LOOK: Duration = Duration::from_millis(200);
/// How long a child may take to stop before it is killed.
const STOP_TIMEOUT: Duration = Duration::from_secs(10);
/// Pause before a child that died is started again; doubles while it does not start.
const RESTART_PAUSE: Duration = Duration::from_millis(500);
/// The longest pause.
const RESTART_PAUSE_MAX: Duration = Duration::from_secs(30);

/// What it is really started with: that file, and a user of the system account for us. Everybody else stays who they were:
/// without credentials one is a user of the global account, where all data is. The passwords are new for each data directory,
/// in files that only our own user reads; the server listens on loopback.
fn server_conf(password: &str) -> String {
    format!(
        "include \"nats.conf\"\n\n\
         accounts {{ SYS {{ users: [ {{ user: \"{SYSTEM_USER}\", password: \"{password}\" }} ] }} }}\n\
         system_account: SYS\n\
         authorization {{ users: [ {{ user: \"anyone\", password: \"{}\" }} ] }}\n\
         no_auth_user: \"anyone\"\n",
        random_password(),
    )
}

/// Who we are in the system account.
const SYSTEM_USER: &str = "broker-bridge";
/// Where our password is.
const PASSWORD_FILE: &str = "system.password";

fn random_password() -> String {
    format!("p{:016x}{:016x}", rand::random::<u64>(), rand::random::<u64>())
}

/// Writes a file that nobody else may read.
fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    use std::io::Write;
    use std::os::unix::fs::OpenOptionsExt;
    // A new file each time: the rights of an old one would stay.
    std::fs::remove_file(path)
        .or_else(|error| if error.kind() == std::io::ErrorKind::NotFound { Ok(()) } else { Err(error) })?;
    let mut file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(text.as_bytes())
}

/// A running nats-server and the task that watches it.
#[derive(Debug)]
pub(crate) struct OwnServer {
    stop: CancellationToken,
    watcher: JoinHandle<()>,
    port: u16,
    dir: PathBuf,
    /// Held for as long as the server is ours.
    _lock: File,
}

/// The file whose lock says that a bridge looks after the server of this data directory. The server itself does not inherit
/// it, so that it is free once that bridge is gone.
const LOCK_FILE: &str = "bridge.lock";

fn lock(data_dir: &Path) -> std::io::Result<File> {
    let file = File::create(data_dir.join(LOCK_FILE))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => {
            Err(std::io::Error::other("another bridge keeps its server's data there: choose another --data-dir"))
        }
        Err(TryLockError::Error(error)) => Err(error),
    }
}

impl OwnServer {
    /// Starts a server on loopback at `port`, its data under `data_dir`, and waits until it answers.
    pub(super) async fn start(port: u16, data_dir: &Path) -> Result<Self, BridgeError> {
        let program = find::nats_server().ok_or(BridgeError::NoServerProgram { port })?;
        // The child is started elsewhere; a relative path would not be found from there.
        let program = std::path::absolute(&program).unwrap_or(program);
        let spec = Spec { program, port, dir: data_dir.to_owned() };
        let unusable = |source| BridgeError::DataDir { path: data_dir.to_owned(), source };
        spec.prepare().map_err(unusable)?;
        let lock = lock(data_dir).map_err(unusable)?;
        let mut child = spec.spawn()?;
        if let Err(detail) = answers(&mut child, port).await {
            child.kill().await.ok();
            return Err(BridgeError::ServerFailed { program: spec.program, detail });
        }
        tracing::info!(port, data_dir = %data_dir.display(), program = %spec.program.display(), "started nats-server");
        Ok(Self::watched(spec, Server::Child(child), lock))
    }

    /// Takes over the server that a former bridge started with this data directory and left behind, if there is one.
    pub(super) fn adopt(port: u16, data_dir: &Path) -> Option<Self> {
        let server = Adopted::find(port, data_dir)?;
        // Another bridge may look after it.
        let lock = lock(data_dir).ok()?;
        let program = std::fs::read_link(server.proc("exe")).ok()?;
        tracing::info!(port, pid = %server.pid.as_raw_nonzero(), "took over the nats-server of a bridge that was killed");
        Some(Self::watched(Spec { program, port, dir: data_dir.to_owned() }, Server::Adopted(server), lock))
    }

    fn watched(spec: Spec, server: Server, lock: File) -> Self {
        let stop = CancellationToken::new();
        let (port, dir) = (spec.port, spec.dir.clone());
        let watcher = tokio::spawn(watch(spec, server, stop.clone()));
        Self { stop, watcher, port, dir, _lock: lock }
    }

    /// The same server for a user of its system account; `None` where it was started by a bridge that made none.
    pub(super) fn system(&self) -> Option<Access> {
        let password = std::fs::read_to_string(self.dir.join(PASSWORD_FILE)).ok()?;
        let url = format!("nats://{SYSTEM_USER}:{}@127.0.0.1:{}", password.trim(), self.port);
        Some(Access { url, creds: None, ca: None })
    }

    /// Stops the server and waits for its end.
    pub(crate) async fn stop(self) {
        self.stop.cancel();
        self.watcher.await.ok();
    }
}

/// The server, however we came by it.
enum Server {
    Child(Child),
    Adopted(Adopted),
}

impl Server {
    /// Resolves when it has ended; says how.
    async fn ended(&mut self) -> String {
        match self {
            Self::Child(child) => {
                child.wait().await.map_or_else(|error| error.to_string(), |status| status.to_string())
            }
            Self::Adopted(adopted) => {
                adopted.ended().await;
                "not our child, its status is unknown".to_owned()
            }
        }
    }

    /// Asks first, so that the last messages reach the disk.
    async fn stop(mut self) {
        let pid = match &self {
            Self::Child(child) => child.id().and_then(|pid| Pid::from_raw(pid as i32)),
            // Its number may be another process's by now.
            Self::Adopted(adopted) => Some(adopted.pid).filter(|_| adopted.runs()),
        };
        let Some(pid) = pid else { return };
        kill_process(pid, Signal::TERM).ok();
        if tokio::time::timeout(STOP_TIMEOUT, self.ended()).await.is_err() {
            kill_process(pid, Signal::KILL).ok();
            self.ended().await;
        }
    }
}

/// A server that is not our child.
struct Adopted {
    pid: Pid,
    /// Its data directory, without links.
    dir: PathBuf,
}

impl Adopted {
    /// Where the server notes its process id; it removes the file when it ends in order.
    const PID_FILE: &str = "nats-server.pid";

    fn find(port: u16, data_dir: &Path) -> Option<Self> {
        let noted = std::fs::read_to_string(data_dir.join(Self::PID_FILE)).ok()?;
        let pid = Pid::from_raw(noted.trim().parse().ok()?)?;
        let adopted = Self { pid, dir: data_dir.canonicalize().ok()? };
        (adopted.runs() && adopted.listens_at(port)).then_some(adopted)
    }

    fn proc(&self, what: &str) -> PathBuf {
        format!("/proc/{}/{what}", self.pid.as_raw_nonzero()).into()
    }

    /// The number may be another process's by now, or a dead one's that nobody has buried: a server of ours runs in its data
    /// directory.
    fn runs(&self) -> bool {
        std::fs::read_link(self.proc("cwd")).is_ok_and(|cwd| cwd == self.dir)
    }

    fn listens_at(&self, port: u16) -> bool {
        let line = std::fs::read_to_string(self.proc("cmdline")).unwrap_or_default();
        let mut words = line.split('\0').skip_while(|word| *word != "-p");
        words.nth(1) == Some(port.to_string().as_str())
    }

    async fn ended(&self) {
        while self.runs() {
            tokio::time::sleep(ADOPTED_LOOK).await;
        }
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
        std::fs::write(self.dir.join("nats.conf"), CONF)?;
        let password = random_password();
        write_private(&self.dir.join(PASSWORD_FILE), &password)?;
        write_private(&self.dir.join("server.conf"), &server_conf(&password))
    }

    fn spawn(&self) -> Result<Child, BridgeError> {
        Command::new(&self.program)
            .args(["-c", "server.conf", "-a", "127.0.0.1", "-p", &self.port.to_string()])
            .args(["-P", Adopted::PID_FILE])
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

async fn watch(spec: Spec, mut server: Server, stop: CancellationToken) {
    loop {
        tokio::select! {
            () = stop.cancelled() => return server.stop().await,
            status = server.ended() => {
                tracing::error!(status, "nats-server ended, starting it again");
            }
        }
        let mut pause = RESTART_PAUSE;
        server = loop {
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(pause) => {}
            }
            pause = (pause * 2).min(RESTART_PAUSE_MAX);
            match start_again(&spec).await {
                Ok(child) => break Server::Child(child),
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
