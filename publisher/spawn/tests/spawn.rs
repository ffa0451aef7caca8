//! Real children of a real parent on a real nats-server.
#![allow(clippy::unwrap_used, reason = "in a test, unwrap is the assertion")]

#[path = "../../tests/common/mod.rs"]
mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use async_nats::Subscriber;
use common::{DEADLINE, NatsServer, wait_for, wait_until};
use eontide_wire::{Bye, Hello, Timestamp};
use futures_util::StreamExt;
use rustix::process::{Pid, Signal, kill_process, test_kill_process};
use serde_json::json;

/// The parent; killed on drop, upon which its children end by themselves.
struct Spawn(Child);

impl Spawn {
    fn start(server: &NatsServer, arguments: &[&str]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_spawn"));
        command.args(["--nats", &server.url()]).args(arguments).stdin(Stdio::null()).stderr(Stdio::piped());
        Self(command.spawn().unwrap())
    }

    fn signal(&self, signal: Signal) {
        kill_process(Pid::from_raw(self.0.id() as i32).unwrap(), signal).unwrap();
    }

    async fn ended(&mut self) -> std::process::ExitStatus {
        wait_for("the parent to end", || std::future::ready(self.0.try_wait().unwrap())).await
    }
}

impl Drop for Spawn {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

struct Watched {
    data: Subscriber,
    hellos: Subscriber,
    byes: Subscriber,
}

impl Watched {
    /// Sees everything from now on.
    async fn on(server: &NatsServer) -> Self {
        Self::by(&server.with_stream(json!({})).await).await
    }

    /// Sees what `client` may.
    async fn by(client: &async_nats::Client) -> Self {
        let watched = Self {
            data: client.subscribe("eon.>").await.unwrap(),
            hellos: client.subscribe("eon-presence.*.hello").await.unwrap(),
            byes: client.subscribe("eon-presence.*.bye").await.unwrap(),
        };
        client.flush().await.unwrap();
        watched
    }

    async fn hello(&mut self) -> Hello {
        Hello::decode(&next(&mut self.hellos).await.payload).unwrap()
    }

    async fn bye(&mut self) -> Bye {
        Bye::decode(&next(&mut self.byes).await.payload).unwrap()
    }

    /// The first hello of each of `count` children, by id.
    async fn hellos(&mut self, count: usize) -> BTreeMap<String, Hello> {
        let mut hellos = BTreeMap::new();
        while hellos.len() < count {
            let hello = self.hello().await;
            hellos.insert(hello.id.to_string(), hello);
        }
        hellos
    }
}

async fn next(subscriber: &mut Subscriber) -> async_nats::Message {
    tokio::time::timeout(DEADLINE, subscriber.next()).await.expect("a message in time").unwrap()
}

fn pid(hello: &Hello) -> Pid {
    Pid::from_raw(hello.pid.unwrap() as i32).unwrap()
}

async fn wait_until_gone(hellos: &BTreeMap<String, Hello>) {
    for (id, hello) in hellos {
        wait_until(&format!("{id} to end"), || test_kill_process(pid(hello)).is_err()).await;
    }
}

#[tokio::test]
async fn five_children_publish_fifteen_series() {
    let server = NatsServer::start().await;
    let mut watched = Watched::on(&server).await;
    let _spawn = Spawn::start(&server, &["--interval", "100ms"]);
    let expected: BTreeSet<String> = ["rss", "heap-total", "heap"]
        .iter()
        .flat_map(|m| (0..5).map(move |n| format!("{m}-process-memory-{n}")))
        .collect();
    let mut names = BTreeSet::new();
    let mut rows = 0;
    while names.len() < expected.len() || rows < 50 {
        let message = next(&mut watched.data).await;
        assert_eq!(message.subject.as_str(), "eon.process-memory-demo");
        // x in seconds, as the first EON page had it.
        let text: serde_json::Value = serde_json::from_slice(&message.payload).unwrap();
        let columns = text["columns"].as_array().unwrap();
        assert_eq!(columns.last().unwrap()[0], "x");
        assert!(columns.last().unwrap()[1].as_f64().unwrap() < 1e11, "{text}");
        let decoded = eontide_wire::decode(&message.payload, Timestamp::now()).unwrap();
        assert_eq!(decoded.blocks.len(), 1);
        assert_eq!(decoded.blocks[0].names.len(), 3);
        for (name, values) in decoded.blocks[0].columns() {
            assert!(values.iter().all(|mib| mib.fract() == 0.0 && *mib >= 1.0 && *mib < 1000.0), "{name} {values:?}");
            names.insert(name.to_string());
        }
        rows += 1;
    }
    assert_eq!(names, expected);
}

#[tokio::test]
async fn a_killed_child_is_said_dead_and_comes_back_with_a_new_epoch() {
    let server = NatsServer::start().await;
    let mut watched = Watched::on(&server).await;
    let _spawn = Spawn::start(&server, &["--count", "2", "--load", "none", "--prefix", "p-"]);
    let hellos = watched.hellos(2).await;
    kill_process(pid(&hellos["p-1"]), Signal::KILL).unwrap();
    let bye = watched.bye().await;
    assert_eq!((bye.id.as_str(), bye.epoch), ("p-1", hellos["p-1"].epoch));
    assert_eq!(bye.reason, "killed by signal 9 (SIGKILL)");
    let again = loop {
        let hello = watched.hello().await;
        if hello.id.as_str() == "p-1" && hello.epoch != hellos["p-1"].epoch {
            break hello;
        }
    };
    assert!(again.epoch > hellos["p-1"].epoch);
    assert_ne!(again.pid, hellos["p-1"].pid);
    assert!(test_kill_process(pid(&hellos["p-0"])).is_ok(), "the neighbour lives");
}

#[tokio::test]
async fn sigterm_and_ctrl_c_leave_no_process_and_every_child_says_bye() {
    for signal in [Signal::TERM, Signal::INT] {
        let server = NatsServer::start().await;
        let mut watched = Watched::on(&server).await;
        let mut spawn = Spawn::start(&server, &["--count", "3"]);
        let hellos = watched.hellos(3).await;
        spawn.signal(signal);
        assert!(spawn.ended().await.success());
        wait_until_gone(&hellos).await;
        let mut said = BTreeSet::new();
        while said.len() < 3 {
            let bye = watched.bye().await;
            assert_eq!(bye.reason, "SIGTERM");
            said.insert(bye.id.to_string());
        }
    }
}

#[tokio::test]
async fn a_child_that_ignores_sigterm_is_killed_after_the_deadline() {
    let server = NatsServer::start().await;
    let mut watched = Watched::on(&server).await;
    let mut spawn = Spawn::start(&server, &["--count", "2"]);
    let hellos = watched.hellos(2).await;
    kill_process(pid(&hellos["process-memory-0"]), Signal::STOP).unwrap();
    spawn.signal(Signal::TERM);
    assert!(spawn.ended().await.success());
    wait_until_gone(&hellos).await;
    let byes = [watched.bye().await, watched.bye().await];
    let stopped = byes.iter().find(|bye| bye.id.as_str() == "process-memory-0").unwrap();
    assert_eq!(stopped.reason, "killed by signal 9 (SIGKILL)");
}

#[tokio::test]
async fn children_of_a_killed_parent_end_and_say_bye() {
    let server = NatsServer::start().await;
    let mut watched = Watched::on(&server).await;
    let spawn = Spawn::start(&server, &["--count", "3"]);
    let hellos = watched.hellos(3).await;
    spawn.signal(Signal::KILL);
    for _ in 0..3 {
        assert_eq!(watched.bye().await.reason, "parent ended");
    }
    wait_until_gone(&hellos).await;
}

#[tokio::test]
async fn without_a_broker_it_stops_as_promptly() {
    let server = NatsServer::absent();
    let mut spawn = Spawn::start(&server, &["--count", "3"]);
    let mut status = BufReader::new(spawn.0.stderr.take().unwrap()).lines();
    let line = status.next().unwrap().unwrap();
    assert!(line.contains(" running · "), "{line}");
    let start = std::time::Instant::now();
    spawn.signal(Signal::TERM);
    assert!(spawn.ended().await.success());
    assert!(start.elapsed().as_secs() < 8, "{:?}", start.elapsed());
}

#[tokio::test]
async fn the_status_line_says_who_runs() {
    let server = NatsServer::start().await;
    let mut spawn = Spawn::start(&server, &["--count", "4"]);
    let status = BufReader::new(spawn.0.stderr.take().unwrap()).lines();
    let expected = format!("4 running · 0 restarting · channel process-memory-demo · {}", server.url());
    let (seen, mut lines) = tokio::sync::mpsc::unbounded_channel();
    std::thread::spawn(move || status.map_while(Result::ok).try_for_each(|line| seen.send(line)));
    loop {
        let line = tokio::time::timeout(DEADLINE, lines.recv()).await.unwrap().unwrap();
        if line == expected {
            break;
        }
        assert!(line.contains(" restarting · "), "{line}");
    }
}

#[tokio::test]
async fn a_leak_grows() {
    let server = NatsServer::start().await;
    let mut watched = Watched::on(&server).await;
    let arguments = ["--count", "1", "--load", "leak", "--leak-max", "3", "--interval", "100ms"];
    let _spawn = Spawn::start(&server, &arguments);
    let (mut first, mut last) = (None, 0.0);
    while last < first.unwrap_or(0.0) + 3.0 {
        let message = next(&mut watched.data).await;
        let decoded = eontide_wire::decode(&message.payload, Timestamp::now()).unwrap();
        last = *decoded.blocks[0].column(2).last().unwrap();
        first.get_or_insert(last);
    }
}

/// With nats.conf's authorization the announcer could not hear its own echo: the first batch of deaths was tried again for
/// ever, and no later death was announced.
#[tokio::test]
async fn under_authorization_one_death_after_the_other_is_announced() {
    let server = NatsServer::start_guarded().await;
    let options = async_nats::ConnectOptions::with_user_and_password("admin".into(), "admin".into());
    let client = options.connect(server.url()).await.unwrap();
    common::create_stream(&client, json!({})).await;
    let mut watched = Watched::by(&client).await;
    let mut command = Command::new(env!("CARGO_BIN_EXE_spawn"));
    command.args(["--count", "2", "--load", "none"]).env("EONTIDE_NATS", server.url_of("publisher"));
    let _spawn = Spawn(command.stdin(Stdio::null()).stderr(Stdio::null()).spawn().unwrap());
    let hellos = watched.hellos(2).await;
    for (id, hello) in &hellos {
        kill_process(pid(hello), Signal::KILL).unwrap();
        assert_eq!(watched.bye().await.id.as_str(), id);
    }
    next(&mut watched.data).await;
}

/// Each child takes descriptors of its parent: past the usual soft limit of 1024 children failed to start, without a word
/// on what to do.
#[tokio::test]
async fn the_limit_of_open_files_is_raised_or_named() {
    let server = NatsServer::start().await;
    let mut watched = Watched::on(&server).await;
    let limited = |ulimit: &str, arguments: &str| {
        let script = format!("ulimit {ulimit} && exec \"$0\" --load none {arguments}");
        let mut command = Command::new("sh");
        command.args(["-c", &script, env!("CARGO_BIN_EXE_spawn")]).env("EONTIDE_NATS", server.url());
        Spawn(command.stdin(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap())
    };
    let _spawn = limited("-Sn 40", "--count 30");
    watched.hellos(30).await;
    let mut refused = limited("-n 100", "--count 500");
    assert_eq!(refused.ended().await.code(), Some(1));
    let said = std::io::read_to_string(refused.0.stderr.take().unwrap()).unwrap();
    assert!(said.contains("ulimit -n"), "{said}");
}

#[test]
fn bad_options_are_all_named_with_exit_code_2() {
    let run = |arguments: &[&str]| Command::new(env!("CARGO_BIN_EXE_spawn")).args(arguments).output().unwrap();
    let all =
        ["--count=0", "--channel=a b", "--nats=http://x", "--interval=1", "--load=y", "--prefix=a.", "--leak-max=0"];
    let output = run(&all);
    assert_eq!(output.status.code(), Some(2));
    let text = String::from_utf8(output.stderr).unwrap();
    for option in all {
        let name = option.split('=').next().unwrap();
        assert!(text.contains(&format!("error: {name}: ")), "{name} in {text}");
    }
    for bad in [&["--count=10001"][..], &["--nonsense"], &["--count"]] {
        assert_eq!(run(bad).status.code(), Some(2), "{bad:?}");
    }
    let help = run(&["--help"]);
    assert!(help.status.success());
    let help = String::from_utf8(help.stdout).unwrap();
    assert!(help.contains("EONTIDE_COUNT") && !help.contains("child"), "{help}");
}
