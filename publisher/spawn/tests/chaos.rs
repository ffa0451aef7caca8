//! `--chaos`: real children that are really killed, stopped and cut off; none is left behind.
#![allow(clippy::unwrap_used, reason = "in a test, unwrap is the assertion")]

#[path = "../../tests/common/mod.rs"]
mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use common::{DEADLINE, NatsServer, wait_for, wait_until};
use futures_util::StreamExt;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::json;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

/// The parent and what it says; killed on drop.
struct Spawn {
    parent: Child,
    said: UnboundedReceiver<String>,
}

impl Spawn {
    fn start(server: &NatsServer, arguments: &[&str]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_spawn"));
        command.args(["--nats", &server.url(), "--load", "none", "--prefix", "p-"]).args(arguments);
        command.env("RUST_LOG", "error").stdin(Stdio::null()).stderr(Stdio::piped());
        let mut parent = command.spawn().unwrap();
        let lines = BufReader::new(parent.stderr.take().unwrap()).lines();
        let (tell, said) = unbounded_channel();
        std::thread::spawn(move || lines.map_while(Result::ok).try_for_each(|line| tell.send(line)));
        Self { parent, said }
    }

    /// The first status line that `fits`.
    async fn says(&mut self, fits: impl Fn(&str) -> bool) -> String {
        loop {
            let line = tokio::time::timeout(DEADLINE, self.said.recv()).await.expect("a line in time").unwrap();
            if fits(&line) {
                return line;
            }
        }
    }

    fn signal(&self, signal: Signal) {
        kill_process(Pid::from_raw(self.parent.id() as i32).unwrap(), signal).unwrap();
    }

    /// Its children by process id, and whether each is stopped.
    fn children(&self) -> BTreeMap<i32, bool> {
        let parent = self.parent.id().to_string();
        let processes = std::fs::read_dir("/proc").unwrap().flatten();
        let pids = processes.filter_map(|entry| entry.file_name().to_str()?.parse::<i32>().ok());
        let child = |pid| {
            let words = stat(pid)?;
            (words[1] == parent && words[0] != "Z").then(|| (pid, words[0] == "T"))
        };
        pids.filter_map(child).collect()
    }
}

/// State, parent and so on of a process.
fn stat(pid: i32) -> Option<Vec<String>> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    Some(stat.rsplit_once(") ")?.1.split(' ').map(str::to_owned).collect())
}

fn gone(pid: i32) -> bool {
    stat(pid).is_none_or(|words| words[0] == "Z")
}

impl Drop for Spawn {
    fn drop(&mut self) {
        let _ = self.parent.kill();
        let _ = self.parent.wait();
    }
}

/// The number before ` word` in a status line.
fn count(line: &str, word: &str) -> u32 {
    let part = line.split(" · ").find(|part| part.ends_with(word)).unwrap_or_else(|| panic!("no {word} in {line}"));
    part.split(' ').next().unwrap().parse().unwrap()
}

#[tokio::test]
async fn children_are_killed_at_the_rate_and_restarted_and_the_line_says_how_to_repeat_it() {
    let server = NatsServer::start().await;
    let begun = Instant::now();
    let mut spawn = Spawn::start(&server, &["--count", "12", "--chaos", "kill=10/s", "--chaos-seed", "42"]);
    let line = spawn.says(|line| line.contains(" killed · ") && count(line, "killed") >= 12).await;
    assert!(line.ends_with(" · chaos kill=10/s --chaos-seed 42"), "{line}");
    // Twelve of ten a second, with the seed given: 1.2 s, and no less than a third of that whatever the seed.
    assert!(begun.elapsed().as_millis() > 400, "{:?}", begun.elapsed());
    let before: BTreeSet<i32> = spawn.children().into_keys().collect();
    wait_until("others to take their place", || spawn.children().keys().any(|pid| !before.contains(pid))).await;
    spawn.signal(Signal::TERM);
    let children = spawn.children();
    assert!(wait_for("the end", || std::future::ready(spawn.parent.try_wait().unwrap())).await.success());
    wait_until("nobody to be left", || children.keys().all(|pid| gone(*pid))).await;
}

#[tokio::test]
async fn paused_children_are_continued_and_none_is_left_however_the_parent_ends() {
    for signal in [None, Some(Signal::TERM), Some(Signal::KILL)] {
        let server = NatsServer::start().await;
        let chaos = if signal.is_none() { "pause=5/s:300ms" } else { "pause=20/s:60m" };
        let mut spawn = Spawn::start(&server, &["--count", "2", "--chaos", chaos]);
        wait_until("one to be stopped", || spawn.children().values().any(|stopped| *stopped)).await;
        spawn.says(|line| line.contains(" paused · ") && count(line, "paused") > 0).await;
        let Some(signal) = signal else {
            let stopped = || spawn.children().into_iter().filter(|(_, stopped)| *stopped).map(|(pid, _)| pid).next();
            let pid = wait_for("one that is stopped", || std::future::ready(stopped())).await;
            wait_until("it to go on", || spawn.children().get(&pid) == Some(&false)).await;
            continue;
        };
        wait_until("both to be stopped", || spawn.children().values().filter(|stopped| **stopped).count() == 2).await;
        let children = spawn.children();
        spawn.signal(signal);
        wait_for("the end", || std::future::ready(spawn.parent.try_wait().unwrap())).await;
        wait_until("nobody to be left", || children.keys().all(|pid| gone(*pid))).await;
    }
}

#[tokio::test]
async fn lost_connections_lose_no_point() {
    let server = NatsServer::start().await;
    let client = server.with_stream(json!({})).await;
    let mut hellos = client.subscribe("eon-presence.*.hello").await.unwrap();
    client.flush().await.unwrap();
    let arguments = ["--count", "2", "--interval", "20ms", "--chaos", "disconnect=200ms", "--chaos-seed", "1"];
    let mut spawn = Spawn::start(&server, &arguments);
    // Who is connected anew introduces itself anew.
    for _ in 0..12 {
        tokio::time::timeout(DEADLINE, hellos.next()).await.expect("connections are lost").unwrap();
    }
    spawn.signal(Signal::TERM);
    wait_for("the end", || std::future::ready(spawn.parent.try_wait().unwrap())).await;
    let mut seqs = BTreeMap::<String, Vec<u64>>::new();
    for message in common::stored(&client).await {
        let text: serde_json::Value = serde_json::from_slice(&message.payload).unwrap();
        let Some(id) = text["from"]["id"].as_str() else { continue };
        assert_eq!(text["from"]["dropped"].as_u64().unwrap_or(0), 0, "{text}");
        seqs.entry(id.to_owned()).or_default().push(text["from"]["seq"].as_u64().unwrap());
    }
    assert_eq!(seqs.len(), 2);
    for (id, seqs) in seqs {
        let all: Vec<u64> = (seqs[0]..seqs[0] + seqs.len() as u64).collect();
        assert_eq!((seqs[0], &seqs), (all[0], &all), "{id}");
    }
}

#[test]
fn bad_chaos_is_named() {
    let run = |arguments: &[&str]| Command::new(env!("CARGO_BIN_EXE_spawn")).args(arguments).output().unwrap();
    for (arguments, problem) in [
        (&["--chaos", "eat=1/s"][..], "--chaos: \"eat=1/s\": write kill=0.1/s"),
        (&["--chaos", "kill=1/s", "--chaos-seed", "x"], "--chaos-seed \"x\""),
        (&["--chaos-seed", "1"], "--chaos"),
        (&["--replay", "x", "--chaos", "kill=1/s"], "--chaos"),
    ] {
        let output = run(arguments);
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.code() == Some(2) && said.contains(problem), "{said}");
    }
}
