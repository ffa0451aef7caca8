//! Child processes that cannot outlive a test.

use std::hash::{BuildHasher, RandomState};
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, LazyLock, Mutex, mpsc};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process, kill_process_group};

use crate::wait::DEADLINE;

/// The repository.
pub fn repository() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// A program of this workspace, built beside the test: `target/<profile>/<name>`.
pub fn program(name: &str) -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let dir = test.parent().unwrap();
    let dir = if dir.ends_with("deps") { dir.parent().unwrap() } else { dir };
    let path = dir.join(name);
    assert!(
        path.is_file(),
        "{} is not built: run `cargo build --workspace --bins` first, as `make test` does",
        path.display()
    );
    path
}

/// Copies a program, or a script that becomes one. In a process of its own: what this one has open for writing, a child that another
/// test forks at that moment has open, too, and until it executes nobody can run the copy (ETXTBSY).
pub fn install(from: &Path, to: &Path) {
    let copied = Command::new("install").args(["-m", "755"]).args([from, to]).status();
    assert!(copied.is_ok_and(|status| status.success()), "{} could not be copied", from.display());
}

/// A running program whose standard error is kept.
#[derive(Debug)]
pub struct Process {
    child: Child,
    lines: Arc<Mutex<Vec<String>>>,
}

impl Process {
    /// Starts it; standard error is collected line by line.
    pub fn start(command: &mut Command) -> Self {
        let mut child = command.stderr(Stdio::piped()).spawn().unwrap_or_else(|error| panic!("{command:?}: {error}"));
        let lines: Arc<Mutex<Vec<String>>> = Arc::default();
        let (stderr, kept) = (child.stderr.take().unwrap(), Arc::clone(&lines));
        std::thread::spawn(move || {
            for line in BufReader::new(stderr).lines().map_while(Result::ok) {
                kept.lock().unwrap().push(line);
            }
        });
        Self { child, lines }
    }

    /// What it said so far.
    pub fn lines(&self) -> Vec<String> {
        self.lines.lock().unwrap().clone()
    }

    /// Its process id.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Its exit, if it has ended.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().unwrap()
    }

    /// Sends a signal.
    pub fn signal(&self, signal: Signal) {
        signal_pid(self.pid(), signal);
    }

    /// SIGKILL, and waits for the end.
    pub fn kill(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
        if std::thread::panicking() {
            eprintln!("--- process {} said:\n{}", self.pid(), self.lines().join("\n"));
        }
    }
}

/// Sends a signal to any process.
pub fn signal_pid(pid: u32, signal: Signal) {
    kill_process(Pid::from_raw(pid as i32).unwrap(), signal).ok();
}

/// Is there such a process, and not as a zombie?
pub fn alive(pid: u32) -> bool {
    std::fs::read_to_string(format!("/proc/{pid}/stat"))
        .is_ok_and(|stat| !stat.rsplit(')').next().unwrap_or_default().trim_start().starts_with('Z'))
}

/// The children of a process.
pub fn children(pid: u32) -> Vec<u32> {
    // Each thread lists those it started itself.
    let threads = std::fs::read_dir(format!("/proc/{pid}/task")).into_iter().flatten().flatten();
    let lists = threads.map(|thread| std::fs::read_to_string(thread.path().join("children")).unwrap_or_default());
    lists.flat_map(|list| list.split_whitespace().map(|pid| pid.parse().unwrap()).collect::<Vec<_>>()).collect()
}

/// How long a program may take that waits for something itself.
const ITS_OWN_DEADLINE: Duration = DEADLINE.saturating_mul(2);

/// Runs a program that ends by itself, to its end. One that does not is a failure, not a test that never ends, and is ended with all
/// that it started.
#[track_caller]
pub fn finish(command: &mut Command) -> Output {
    let child = command.process_group(0).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let child = child.unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let pid = child.id();
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || sender.send(child.wait_with_output()));
    if let Ok(output) = receiver.recv_timeout(ITS_OWN_DEADLINE) {
        return output.unwrap();
    }
    kill_process_group(Pid::from_raw(pid as i32).unwrap(), Signal::KILL).ok();
    let said = receiver.recv_timeout(DEADLINE).ok().and_then(Result::ok);
    let said = said.map(|output| String::from_utf8_lossy(&output.stderr).into_owned()).unwrap_or_default();
    panic!("after {ITS_OWN_DEADLINE:?} {command:?} still runs; it said:\n{said}");
}

/// How many are chosen from.
const PORTS: u64 = 22_000;

/// A port nobody uses at the moment, given to nobody else: not to another test of this process, and below those that the system
/// gives away. Or while a test's server is down, or before it is up, its port would become another test's.
pub fn free_port() -> u16 {
    // Other processes begin elsewhere, or most likely do.
    static NEXT: LazyLock<AtomicU64> = LazyLock::new(|| AtomicU64::new(RandomState::new().hash_one(0) >> 1));
    let ports = std::iter::repeat_with(|| 10_000 + (NEXT.fetch_add(1, Relaxed) % PORTS) as u16);
    let mut some = ports.take(PORTS as usize);
    some.find(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok()).expect("no port of 127.0.0.1 is free")
}
