//! SIGTERM in real processes: this test program starts itself again as a program that publishes.
#![cfg(all(unix, feature = "signal"))]
#![allow(clippy::unwrap_used, reason = "in a test, unwrap is the assertion")]

mod common;

use std::io::{BufRead, BufReader};
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::time::Duration;

use common::{DEADLINE, NatsServer, column, stored, stored_count, wait_for};
use eontide_publisher::{OnSigterm, ProcessSampling, Publisher, State};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::json;

/// Names what the program is to do; unset in the test run itself.
const ROLE: &str = "EONTIDE_TEST_ROLE";
const URLS: &str = "EONTIDE_TEST_URLS";

/// A running program; killed on drop.
struct Program {
    process: Child,
    said: std::io::Lines<BufReader<ChildStdout>>,
}

impl Program {
    fn start(role: &str, servers: &[&NatsServer]) -> Self {
        let urls: Vec<_> = servers.iter().map(|server| server.url()).collect();
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["--exact", "the_program", "--nocapture"]).env(ROLE, role).env(URLS, urls.join(" "));
        let mut process = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let said = BufReader::new(process.stdout.take().unwrap()).lines();
        Self { process, said }
    }

    /// Waits until it says `word`; the test runner talks on the same lines.
    fn says(&mut self, word: &str) {
        while !self.said.next().expect("the program lives").unwrap().ends_with(word) {}
    }

    fn terminate(&self) {
        kill_process(Pid::from_raw(self.process.id() as i32).unwrap(), Signal::TERM).unwrap();
    }

    async fn ended(&mut self) -> ExitStatus {
        wait_for("the program to end", || std::future::ready(self.process.try_wait().unwrap())).await
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// No test: what the started program does.
#[test]
fn the_program() {
    let Ok(role) = std::env::var(ROLE) else { return };
    let urls = std::env::var(URLS).unwrap();
    let publishers: Vec<_> = urls.split(' ').enumerate().map(|(at, url)| publisher(&format!("w{at}"), url)).collect();
    match role.as_str() {
        "several" => say("ready"),
        "closes for a minute" => {
            publishers[0].record("n", 1.0);
            say("ready");
            let _ = publishers[0].close_blocking(Duration::MAX);
        }
        "closed" => {
            drop(publishers);
            say("ready");
        }
        "closed and started again" => {
            let url = urls.clone();
            drop(publishers);
            let again = publisher("again", &url);
            again.record("n", 1.0);
            say("ready");
            park();
        }
        other => panic!("{other}"),
    }
    park();
}

fn publisher(id: &str, url: &str) -> Publisher {
    let builder = Publisher::builder("demo").id(id).sample_process(ProcessSampling::none());
    let publisher = builder.on_sigterm(OnSigterm::FlushAndExit { within: Duration::from_secs(20) });
    let publisher = publisher.interval(Duration::from_secs(3600)).connect(url).unwrap();
    while publisher.stats().state != State::Connected {
        std::thread::yield_now();
    }
    publisher
}

fn say(word: &str) {
    #[expect(clippy::print_stdout, reason = "the test reads it")]
    {
        println!("{word}");
    }
}

fn park() -> ! {
    loop {
        std::thread::park();
    }
}

/// The first publisher to finish used to end the process while the other still delivered.
#[tokio::test]
async fn the_last_publisher_to_deliver_ends_the_process() {
    let (quick, slow) = (NatsServer::start().await, NatsServer::start().await);
    quick.with_stream(json!({})).await;
    // Its byes are stored, so that one can be found after the fact.
    let client = slow.with_stream(json!({ "subjects": ["eon-presence.*.bye"] })).await;
    let watcher = quick.client().await;
    let mut quick_byes = watcher.subscribe("eon-presence.demo.bye").await.unwrap();
    watcher.flush().await.unwrap();
    let mut program = Program::start("several", &[&quick, &slow]);
    program.says("ready");
    slow.signal(Signal::STOP);
    program.terminate();
    // Its neighbour has nothing left to do from here on.
    tokio::time::timeout(DEADLINE, futures_util::StreamExt::next(&mut quick_byes)).await.unwrap().unwrap();
    slow.signal(Signal::CONT);
    assert_eq!(program.ended().await.code(), Some(143));
    wait_for("the bye of the other", || async { (stored_count(&client).await == 1).then_some(()) }).await;
}

/// SIGTERM during `close` used to be swallowed, and the process waited for the whole of its timeout.
#[tokio::test]
async fn sigterm_while_closing_ends_the_process_once_all_is_delivered() {
    let server = NatsServer::start().await;
    let mut program = Program::start("closes for a minute", &[&server]);
    program.says("ready");
    // No stream: the sample waits, so closing does.
    program.terminate();
    let client = server.with_stream(json!({})).await;
    assert_eq!(program.ended().await.code(), Some(143));
    assert_eq!(column(&stored(&client).await, "n-w0"), [1.0]);
}

/// The handler stays for the rest of a process's life: after the last publisher had closed, SIGTERM did nothing at all.
#[tokio::test]
async fn after_the_last_publisher_sigterm_does_what_it_did_before() {
    let server = NatsServer::start().await;
    let mut program = Program::start("closed", &[&server, &server]);
    program.says("ready");
    program.terminate();
    assert_eq!(program.ended().await.signal(), Some(Signal::TERM.as_raw()));
}

#[tokio::test]
async fn a_publisher_started_after_others_closed_listens_again() {
    let server = NatsServer::start().await;
    let client = server.with_stream(json!({})).await;
    let mut program = Program::start("closed and started again", &[&server]);
    program.says("ready");
    program.terminate();
    assert_eq!(program.ended().await.code(), Some(143));
    assert_eq!(column(&stored(&client).await, "n-again"), [1.0]);
}
