//! A recorded file, played onto a real nats-server.
#![allow(clippy::unwrap_used, reason = "in a test, unwrap is the assertion")]

#[path = "../../tests/common/mod.rs"]
mod common;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::process::{Output, Stdio};

use async_nats::Subscriber;
use common::{DEADLINE, NatsServer};
use eontide_wire::{Bye, Timestamp};
use futures_util::StreamExt;
use serde_json::json;
use tokio::process::Command;

/// A file that goes with the test.
struct Recorded(std::path::PathBuf);

impl Recorded {
    fn new(name: &str, text: &str) -> Self {
        let path = std::env::temp_dir().join(format!("eontide-{}-{name}", std::process::id()));
        std::fs::write(&path, text).unwrap();
        Self(path)
    }

    fn path(&self) -> &str {
        self.0.to_str().unwrap()
    }
}

impl Drop for Recorded {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

fn spawn(server: &NatsServer, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_spawn"));
    command.args(["--nats", &server.url()]).args(arguments);
    command.stdin(Stdio::null()).stderr(Stdio::piped()).kill_on_drop(true);
    command
}

async fn output(mut command: Command) -> (Output, String) {
    let output = tokio::time::timeout(DEADLINE, command.output()).await.unwrap().unwrap();
    let said = String::from_utf8(output.stderr.clone()).unwrap();
    (output, said)
}

/// Time and value of each point, by series, until so many points were seen.
async fn points(data: &mut Subscriber, count: usize) -> BTreeMap<String, Vec<(i64, f64)>> {
    let (mut seen, mut by_series) = (0, BTreeMap::<String, Vec<_>>::new());
    while seen < count {
        let message = tokio::time::timeout(DEADLINE, data.next()).await.expect("a message in time").unwrap();
        let decoded = eontide_wire::decode(&message.payload, Timestamp::now()).unwrap();
        for block in &decoded.blocks {
            for (name, values) in block.columns() {
                seen += values.len();
                let points = block.x.iter().map(|x| x.as_micros()).zip(values.iter().copied());
                by_series.entry(name.to_string()).or_default().extend(points);
            }
        }
    }
    by_series
}

/// Five processes, every 200 ms for 20 s, as `export` writes them, the series one after the other.
fn exported() -> (String, BTreeMap<String, Vec<f64>>) {
    let (mut text, mut expected) = (String::from("time,series,value\n"), BTreeMap::<_, Vec<_>>::new());
    for process in 0..5 {
        for step in 0..100 {
            let value = f64::from(process * 1000 + step);
            writeln!(text, "{},rss-process-memory-{process},{value}", 1_763_683_200_000_i64 + step as i64 * 200)
                .unwrap();
            expected.entry(format!("rss-process-memory-{process}")).or_default().push(value);
        }
    }
    (text, expected)
}

#[tokio::test]
async fn every_point_comes_once_in_order_and_ten_times_as_fast() {
    let server = NatsServer::start().await;
    let client = server.with_stream(json!({})).await;
    let mut data = client.subscribe("eon.past").await.unwrap();
    let mut byes = client.subscribe("eon-presence.past.bye").await.unwrap();
    client.flush().await.unwrap();
    let (text, expected) = exported();
    let file = Recorded::new("ten-times.csv", &text);
    let before = Timestamp::now().as_micros();
    let (output, said) = output(spawn(&server, &["--channel", "past", "--replay", file.path(), "--speed", "10"])).await;
    assert!(output.status.success(), "{said}");
    assert!(said.contains("500 values of 5 series, 19.8 s at 10×") && said.contains("500 values published"), "{said}");
    let seen = points(&mut data, 500).await;
    for (name, points) in &seen {
        let values: Vec<_> = points.iter().map(|(_, value)| *value).collect();
        assert_eq!(&values, &expected[name], "{name}");
        // As if it happened now, a tenth as far apart, to the microsecond.
        assert!(points[0].0 >= before, "{name}");
        assert!(points.windows(2).all(|pair| pair[1].0 - pair[0].0 == 20_000), "{name} {points:?}");
    }
    assert_eq!(seen.len(), 5);
    let bye = tokio::time::timeout(DEADLINE, byes.next()).await.unwrap().unwrap();
    assert_eq!(Bye::decode(&bye.payload).unwrap().reason, "end of the recording");
}

#[tokio::test]
async fn lines_that_cannot_be_read_are_named_and_the_others_played() {
    let server = NatsServer::start().await;
    let client = server.with_stream(json!({})).await;
    let mut data = client.subscribe("eon.process-memory-demo").await.unwrap();
    client.flush().await.unwrap();
    let file = Recorded::new("mixed.ndjson", "{\"eon\":{\"a\":1}}\nnot json\n{\"columns\":[[\"b\",2]]}\n3\n");
    let (output, said) = output(spawn(&server, &["--replay", file.path(), "--interval", "50ms"])).await;
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("not replayed: line 2: is not JSON") && said.contains("error: 1 lines of"), "{said}");
    let names: Vec<_> = points(&mut data, 3).await.into_keys().collect();
    assert_eq!(names.iter().filter(|name| ["a", "b"].contains(&name.as_str())).count(), 2, "{names:?}");
    assert!(names.iter().any(|name| name.ends_with("mixed")), "{names:?}");
}

#[tokio::test]
async fn a_text_of_numbers_comes_from_stdin_line_by_line() {
    let server = NatsServer::start().await;
    let client = server.with_stream(json!({})).await;
    let mut data = client.subscribe("eon.process-memory-demo").await.unwrap();
    client.flush().await.unwrap();
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_spawn"));
    command.args(["--nats", &server.url(), "--replay", "-", "--interval", "100ms", "--speed", "2"]);
    let mut child = command.stdin(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(b"5\n6\n7\n").unwrap();
    let seen = points(&mut data, 3).await;
    let [(first, a), (second, b), (third, c)] = seen["stdin"][..] else { panic!("{seen:?}") };
    assert_eq!(((a, b, c), second - first, third - second), ((5.0, 6.0, 7.0), 50_000, 50_000));
    assert!(tokio::task::spawn_blocking(move || child.wait()).await.unwrap().unwrap().success());
}

#[tokio::test]
async fn a_broker_that_dies_meanwhile_costs_no_point() {
    let mut server = NatsServer::start().await;
    let client = server.with_stream(json!({})).await;
    let mut data = client.subscribe("eon.past").await.unwrap();
    client.flush().await.unwrap();
    let (text, expected) = exported();
    let file = Recorded::new("outage.csv", &text);
    let replay = tokio::spawn(output(spawn(&server, &["--channel", "past", "--replay", file.path(), "--speed", "5"])));
    points(&mut data, 20).await;
    server.kill();
    server.run().await;
    let (output, said) = replay.await.unwrap();
    assert!(output.status.success(), "{said}");
    // What the stream holds now, from its first message on.
    let client = server.client().await;
    let mut stored = client.subscribe("stored").await.unwrap();
    let config = json!({"deliver_subject": "stored", "ack_policy": "none", "deliver_policy": "all"});
    common::js(&client, "CONSUMER.CREATE.EON", json!({"stream_name": "EON", "config": config})).await;
    let seen = points(&mut stored, 500).await;
    for (name, points) in seen {
        assert_eq!(points.iter().map(|(_, value)| *value).collect::<Vec<_>>(), expected[&name], "{name}");
    }
}

#[tokio::test]
async fn what_cannot_be_played_at_all_says_what_to_do() {
    let server = NatsServer::absent();
    let empty = Recorded::new("empty.txt", "\n\n");
    let (words, text) = (Recorded::new("words.txt", "one\ntwo\n"), "holds no value (line 2: holds no number)");
    for (file, expected) in
        [("/nowhere/a.csv", "cannot read /nowhere/a.csv"), (empty.path(), "it is empty"), (words.path(), text)]
    {
        let (output, said) = output(spawn(&server, &["--replay", file])).await;
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(said.contains(expected), "{said}");
    }
}
