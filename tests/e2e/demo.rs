//! `make demo` as its user runs it.

use std::collections::BTreeSet;
use std::io::Write;
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};

use harness::process::{Process, alive, children, finish, free_port, repository, signal_pid};
use harness::{nats, until};
use rustix::process::{Pid, Signal, kill_process_group};
use tempfile::TempDir;

fn descendants(pid: u32) -> Vec<u32> {
    let direct = children(pid);
    direct.iter().copied().chain(direct.iter().flat_map(|pid| descendants(*pid))).collect()
}

fn get(port: u16, path: &str) -> Option<serde_json::Value> {
    ureq::get(format!("http://127.0.0.1:{port}{path}")).call().ok()?.body_mut().read_json().ok()
}

/// `make demo`, run by `runner`: nothing, or a program that runs it on a terminal.
fn make_demo(runner: &[&str], port: u16, nats_port: u16) -> Command {
    let line: Vec<_> = runner.iter().chain(&["make", "--no-print-directory", "demo"]).collect();
    let mut command = Command::new(line[0]);
    command.args(&line[1..]).current_dir(repository());
    command.envs([("PORT", port.to_string()), ("NATS_PORT", nats_port.to_string()), ("PROFILE", "dev".into())]);
    // Its two programs alone would be built anew, with other features than beside the tests: minutes, of which nothing is to be
    // learnt, and more of them than a test has.
    command.env("BUILD", "0").env("NATS_SERVER", nats::program());
    // The test runs inside a make of its own, whose flags are not ours.
    command.env_remove("MAKEFLAGS").env_remove("MAKELEVEL");
    command
}

/// A demo on ports of its own, with all processes it has ever been seen to have.
struct Demo {
    process: Process,
    port: u16,
    /// Ports that must be free when it is gone.
    ports: Vec<u16>,
    seen: BTreeSet<u32>,
    _data: TempDir,
}

impl Demo {
    /// Starts one, as [`make_demo`] says.
    fn start(runner: &[&str], nats_port: u16) -> Self {
        let port = free_port();
        let data = tempfile::tempdir().unwrap();
        let mut command = make_demo(runner, port, nats_port);
        command.env("DATA_DIR", data.path()).stdin(Stdio::null()).stdout(Stdio::null()).process_group(0);
        let process = Process::start(&mut command);
        Self { process, port, ports: vec![port, nats_port], seen: BTreeSet::new(), _data: data }
    }

    fn on_a_terminal(nats_port: u16) -> Self {
        let helper = repository().join("tests/e2e/terminal.py");
        Self::start(&["python3", helper.to_str().unwrap()], nats_port)
    }

    fn look(&mut self) -> &BTreeSet<u32> {
        self.seen.extend(descendants(self.process.pid()));
        &self.seen
    }

    /// The process among ours whose command line contains `text`.
    fn find(&mut self, text: &str) -> Option<u32> {
        let runs = |pid: &u32| std::fs::read_to_string(format!("/proc/{pid}/cmdline")).ok();
        self.look().iter().copied().find(|pid| runs(pid).is_some_and(|line| line.replace('\0', " ").contains(text)))
    }

    async fn is_up(&mut self) {
        until("15 series", || {
            let series = get(self.port, "/api/v1/channels/process-memory-demo/series")?;
            (series["series"].as_array()?.len() == 15).then_some(())
        })
        .await;
        let address = format!("live chart:  http://127.0.0.1:{}/", self.port);
        until("the address is printed", || {
            self.process.lines().iter().any(|line| line.contains(&address)).then_some(())
        })
        .await;
        // make, its shell, the bridge, its nats-server, spawn, five children.
        assert!(self.look().len() >= 8, "{:?}", self.seen);
    }

    async fn is_gone(&mut self) {
        until("the demo ends", || self.process.ended()).await;
        until("every process is gone", || self.seen.iter().all(|pid| !alive(*pid)).then_some(())).await;
        for port in self.ports.clone() {
            let free = || std::net::TcpListener::bind(("127.0.0.1", port)).ok().map(drop);
            until("its ports are free", free).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn make_demo_shows_fifteen_series_and_an_interrupt_leaves_no_process_behind() {
    let mut demo = Demo::start(&[], free_port());
    demo.is_up().await;
    kill_process_group(Pid::from_raw(demo.process.pid() as i32).unwrap(), Signal::INT).unwrap();
    demo.is_gone().await;
}

/// On a real terminal bash gave each command in the foreground the terminal: Ctrl-C came to a `sleep`, bash ended without
/// its trap, and bridge and nats-server stayed.
#[tokio::test(flavor = "multi_thread")]
async fn ctrl_c_on_a_terminal_leaves_no_process_behind_once_it_is_up() {
    let mut demo = Demo::on_a_terminal(free_port());
    demo.is_up().await;
    demo.process.signal(Signal::USR1);
    demo.is_gone().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ctrl_c_on_a_terminal_leaves_no_process_behind_while_it_starts() {
    // A server that greets and then says nothing holds the bridge, and with it the demo, where it is.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let nats_port = silent.local_addr().unwrap().port();
    std::thread::spawn(move || {
        let greet = |mut stream: std::net::TcpStream| {
            let info = r#"INFO {"server_id":"x","server_name":"x","version":"2.11.0","proto":1,"host":"h","port":1,"max_payload":1048576}"#;
            write!(stream, "{info}\r\n").map(|()| stream)
        };
        silent.incoming().map_while(Result::ok).map(greet).collect::<Vec<_>>()
    });
    let mut demo = Demo::on_a_terminal(nats_port);
    demo.ports.retain(|port| *port != nats_port);
    until("it waits for the bridge", || demo.find("--probe").or_else(|| demo.find("sleep 0.1"))).await;
    // A shell that has just forked is called as it was, until it is the bridge.
    until("the bridge is there", || demo.find("broker-bridge --listen")).await;
    demo.process.signal(Signal::USR1);
    demo.is_gone().await;
    // Left alone, the bridge gives up on that server by itself some seconds later, and says so.
    let said = demo.process.lines().join("\n");
    assert!(!said.contains("error: "), "{said}");
}

/// Killed hard, make or the script used to leave bridge, nats-server and spawn running, and the ports taken.
#[tokio::test(flavor = "multi_thread")]
async fn killing_make_or_the_script_hard_leaves_no_process_behind() {
    for victim in ["make", "scripts/demo.sh"] {
        let mut demo = Demo::start(&[], free_port());
        demo.is_up().await;
        let pid = if victim == "make" { demo.process.pid() } else { demo.find("demo.sh").unwrap() };
        signal_pid(pid, Signal::KILL);
        demo.is_gone().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn make_demo_says_what_is_wrong_where_its_port_is_taken() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let mut command = make_demo(&[], port, free_port());
    let output = tokio::task::spawn_blocking(move || finish(&mut command)).await.unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success());
    assert!(said.contains(&format!("cannot listen on 127.0.0.1:{port}")), "{said}");
}
