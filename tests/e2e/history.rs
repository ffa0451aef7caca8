//! The history on disk: what the bridge has after whatever happened is what the stream has, point by point.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use async_nats::jetstream::context::PublishAckFuture;
use harness::points::Subscriber;
use harness::{Bridge, NatsServer, Points, until};
use serde_json::{Value, json};

use crate::support::{CHANNEL, Publisher};

/// Publishes without end: three sources, some rows a message, some of them late, some a second time with another value.
struct Flow {
    stop: Arc<AtomicBool>,
    sent: Arc<AtomicU64>,
    task: tokio::task::JoinHandle<()>,
}

const BEGIN_MS: u64 = 3_600_000;

impl Flow {
    async fn start(server: &NatsServer) -> Self {
        let js = server.jetstream().await;
        let (stop, sent) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
        let (stopped, count) = (Arc::clone(&stop), Arc::clone(&sent));
        let begin = now_ms() - BEGIN_MS;
        let task = tokio::spawn(async move {
            let mut waiting: Vec<PublishAckFuture> = Vec::new();
            let mut dice = Dice(7);
            // What a bridge that is built for tests keeps up with.
            let mut pace = tokio::time::interval(Duration::from_millis(4));
            for n in 0.. {
                pace.tick().await;
                if stopped.load(Ordering::Relaxed) {
                    break;
                }
                let payload = message(&mut dice, begin, n).to_string();
                waiting.push(js.publish(format!("eon.{CHANNEL}"), payload.into()).await.unwrap());
                if waiting.len() == 20 {
                    for ack in waiting.drain(..) {
                        ack.await.unwrap();
                    }
                    count.store(n + 1, Ordering::Relaxed);
                }
            }
            for ack in waiting {
                ack.await.unwrap();
            }
        });
        Self { stop, sent, task }
    }

    async fn reach(&self, messages: u64) {
        until("more is published", || (self.sent.load(Ordering::Relaxed) >= messages).then_some(())).await;
    }

    async fn stop(self) {
        self.stop.store(true, Ordering::Relaxed);
        self.task.await.unwrap();
    }
}

/// Twenty rows of one of three sources.
fn message(dice: &mut Dice, begin: u64, n: u64) -> Value {
    let source = dice.roll(3);
    let late = |dice: &mut Dice| if dice.roll(10) == 0 { dice.roll(20_000).min(n * 20) } else { 0 };
    let mut columns = vec![vec![json!("x")]];
    for row in 0..20 {
        let x = begin + n * 20 + row - late(dice);
        columns[0].push(json!(x));
    }
    for column in 0..3 {
        let mut values = vec![json!(format!("m{column}-s{source}"))];
        values.extend((0..20).map(|_| if dice.roll(40) == 0 { Value::Null } else { json!(dice.roll(1000)) }));
        columns.push(values);
    }
    json!({ "columns": columns })
}

struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }
}

fn now_ms() -> u64 {
    u64::try_from(eontide_wire::Timestamp::now().as_micros() / 1000).unwrap()
}

/// Has the bridge what the subscriber saw?
async fn assert_same(server: &NatsServer, bridge: &Bridge, subscriber: &Subscriber, what: &str) {
    let last = server.jetstream().await.get_stream("EON").await.unwrap().cached_info().state.last_sequence;
    until("everything is read", || (bridge.metric("eontide_stream_offset") >= last).then_some(())).await;
    let expected = subscriber.points().sorted();
    assert!(!expected.is_empty());
    bridge.points(CHANNEL).sorted().assert_same(&expected, what);
}

fn segments(data: &Path, extension: &str) -> Vec<PathBuf> {
    let lives = std::fs::read_dir(data.join("history")).unwrap().flatten().map(|entry| entry.path());
    let files = lives.filter(|path| path.is_dir()).flat_map(|life| std::fs::read_dir(life).unwrap().flatten());
    let mut files: Vec<PathBuf> = files.map(|entry| entry.path()).collect();
    files.retain(|path| path.extension().is_some_and(|found| found == extension));
    files.sort();
    files
}

fn said(bridge: &Bridge, text: &str) -> bool {
    bridge.process().lines().iter().any(|line| line.contains(text))
}

fn flip_a_bit(path: &Path) {
    let mut bytes = std::fs::read(path).unwrap();
    // Within the first block.
    bytes[60] ^= 4;
    std::fs::write(path, bytes).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_ten_times_at_random_moments_it_has_what_the_stream_has() {
    let server = NatsServer::start().await;
    let data = tempfile::tempdir().unwrap();
    let args = ["--checkpoint", "1s", "--data-dir", data.path().to_str().unwrap()];
    let mut bridge = Bridge::start(&server, &args).await;
    let subscriber = Subscriber::start(&server, CHANNEL).await;
    let flow = Flow::start(&server).await;
    let seed = u64::from(std::process::id());
    println!("seed {seed}");
    let mut dice = Dice(seed);
    let mut restored = 0;
    for round in 0..10 {
        // Every other time some time after a checkpoint, else whenever it happens to be.
        let checkpoints = bridge.metric("eontide_checkpoints_total");
        if round % 2 == 0 {
            until("a checkpoint", || (bridge.metric("eontide_checkpoints_total") > checkpoints).then_some(())).await;
        }
        flow.reach(flow.sent.load(Ordering::Relaxed) + dice.roll(300)).await;
        bridge = bridge.kill_and_restart().await;
        restored += usize::from(said(&bridge, "history restored from disk"));
    }
    flow.stop().await;
    assert_same(&server, &bridge, &subscriber, "after ten kills").await;
    assert!(restored >= 5, "{restored} of 10 starts found something on disk");
    assert!(!segments(data.path(), "seg").is_empty());
    // And once more in peace.
    let (code, _) = bridge.stop().await;
    assert_eq!(code, Some(0));
    let bridge = Bridge::start(&server, &args).await;
    assert_same(&server, &bridge, &subscriber, "after a clean stop").await;
}

/// Ten thousand messages before the checkpoint are looked at again for viewers that come back, no more.
#[tokio::test(flavor = "multi_thread")]
async fn a_restart_reads_the_tail_of_the_stream_only() {
    let server = NatsServer::start().await;
    let data = tempfile::tempdir().unwrap();
    let args = ["--data-dir", data.path().to_str().unwrap()];
    let bridge = Bridge::start(&server, &args).await;
    let js = server.jetstream().await;
    let begin = now_ms() - BEGIN_MS;
    for thousand in 0..15 {
        let mut acks = Vec::new();
        for n in 0..1000 {
            let payload = json!({"columns": [["a", n], ["x", begin + thousand * 1000 + n]]}).to_string();
            acks.push(js.publish(format!("eon.{CHANNEL}"), payload.into()).await.unwrap());
        }
        for ack in acks {
            ack.await.unwrap();
        }
    }
    until("all is read", || (bridge.points(CHANNEL).len() == 15_000).then_some(())).await;
    bridge.stop().await;
    Publisher::new(&server).await.point("b", 1).await;
    let bridge = Bridge::start(&server, &args).await;
    until("the new ones are read", || (bridge.points(CHANNEL).len() == 15_003).then_some(())).await;
    assert_eq!(bridge.metric("eontide_messages_total"), 10_001);
    assert_eq!(bridge.metric("eontide_points_total"), 3, "what is on disk is not stored again");
}

#[tokio::test(flavor = "multi_thread")]
async fn damaged_and_lost_files_are_set_aside_and_their_range_is_read_again() {
    let server = NatsServer::start().await;
    let data = tempfile::tempdir().unwrap();
    let args = ["--data-dir", data.path().to_str().unwrap()];
    let bridge = Bridge::start(&server, &args).await;
    let subscriber = Subscriber::start(&server, CHANNEL).await;
    let flow = Flow::start(&server).await;
    flow.reach(400).await;
    flow.stop().await;
    assert_same(&server, &bridge, &subscriber, "before").await;
    bridge.stop().await;

    let files = segments(data.path(), "seg");
    let whole = std::fs::read(&files[0]).unwrap();
    std::fs::write(&files[0], &whole[..whole.len() / 2]).unwrap();
    let bridge = Bridge::start(&server, &args).await;
    assert_same(&server, &bridge, &subscriber, "a file was cut").await;
    assert!(said(&bridge, "a segment file cannot be used: set aside"), "{:?}", bridge.process().lines());
    assert_eq!(segments(data.path(), "bad").len(), 1);
    bridge.stop().await;

    // Found when it is read, or by the one who reads through everything after a start.
    flip_a_bit(&segments(data.path(), "seg")[0]);
    let bridge = Bridge::start(&server, &args).await;
    until("it is found", || said(&bridge, "history on disk is damaged: its range is read again").then_some(())).await;
    until("it is read again", || bridge.get("/readyz").ok()).await;
    assert_same(&server, &bridge, &subscriber, "a bit turned").await;
    assert_eq!(segments(data.path(), "bad").len(), 2);
    bridge.stop().await;

    let life = segments(data.path(), "seg")[0].parent().unwrap().to_owned();
    std::fs::write(life.join("checkpoint"), b"EONCHECK nonsense").unwrap();
    let bridge = Bridge::start(&server, &args).await;
    assert_same(&server, &bridge, &subscriber, "the checkpoint was nonsense").await;
    assert!(said(&bridge, "the checkpoint cannot be used"));
    bridge.stop().await;

    std::fs::remove_dir_all(data.path().join("history")).unwrap();
    let bridge = Bridge::start(&server, &args).await;
    assert_same(&server, &bridge, &subscriber, "all was deleted").await;
}

/// A file is damaged while the bridge runs: whoever reads it gets no wrong number, and soon the right ones.
#[tokio::test(flavor = "multi_thread")]
async fn a_file_damaged_while_it_is_in_use_is_found_when_it_is_read() {
    let server = NatsServer::start().await;
    let data = tempfile::tempdir().unwrap();
    let args = ["--checkpoint", "1s", "--data-dir", data.path().to_str().unwrap()];
    let bridge = Bridge::start(&server, &args).await;
    let subscriber = Subscriber::start(&server, CHANNEL).await;
    let flow = Flow::start(&server).await;
    flow.reach(400).await;
    flow.stop().await;
    assert_same(&server, &bridge, &subscriber, "before").await;
    until("it is on disk", || (!segments(data.path(), "seg").is_empty()).then_some(())).await;
    until("the last checkpoint", || {
        (bridge.metric("eontide_history_offset") == bridge.metric("eontide_stream_offset")).then_some(())
    })
    .await;
    flip_a_bit(&segments(data.path(), "seg")[0]);
    let expected: Points = subscriber.points().sorted();
    until("it is whole again", || {
        (bridge.points(CHANNEL).sorted() == expected && said(&bridge, "set aside")).then_some(())
    })
    .await;
}

/// The stream went back while the bridge was away: what is on disk belongs to a life that is over.
#[tokio::test(flavor = "multi_thread")]
async fn a_stream_made_anew_while_the_bridge_was_away_is_no_life_of_the_old_one() {
    let server = NatsServer::start().await;
    let data = tempfile::tempdir().unwrap();
    let args = ["--data-dir", data.path().to_str().unwrap()];
    let bridge = Bridge::start(&server, &args).await;
    for n in 0..50 {
        Publisher::new(&server).await.point("old", n).await;
    }
    until("all is read", || (bridge.points(CHANNEL).len() == 150).then_some(())).await;
    bridge.stop().await;
    server.jetstream().await.delete_stream("EON").await.unwrap();
    let bridge = Bridge::start(&server, &args).await;
    assert!(bridge.points(CHANNEL).is_empty());
    Publisher::new(&server).await.point("new", 1).await;
    until("the new life is read", || (bridge.points(CHANNEL).len() == 3).then_some(())).await;
}

/// Nothing came for longer than the window: a restart must not take the last message's place for another stream's.
#[tokio::test(flavor = "multi_thread")]
async fn a_restart_on_an_idle_stream_is_no_new_life() {
    let server = NatsServer::start().await;
    let data = tempfile::tempdir().unwrap();
    let args = ["--history", "2s", "--checkpoint", "1s", "--data-dir", data.path().to_str().unwrap()];
    let mut bridge = Bridge::start(&server, &args).await;
    let last = Publisher::new(&server).await.json(&json!({"columns": [["a", 1]]})).await;
    until("it is read", || (!bridge.points(CHANNEL).is_empty()).then_some(())).await;
    until("it left the window", || bridge.points(CHANNEL).is_empty().then_some(())).await;
    let info = async || server.jetstream().await.get_stream("EON").await.unwrap().cached_info().config.metadata.clone();
    let metadata = info().await;
    for _ in 0..3 {
        bridge.stop().await;
        bridge = Bridge::start(&server, &args).await;
        assert_eq!(bridge.metric("eontide_stream_epochs_total"), 1);
        assert!(!said(&bridge, "a new epoch begins"), "{:?}", bridge.process().lines());
        assert!(bridge.metric("eontide_stream_offset") >= last);
    }
    assert_eq!(info().await, metadata);
    // Without the directory's knowledge of it as well.
    std::fs::remove_dir_all(data.path().join("history")).unwrap();
    for _ in 0..2 {
        bridge.stop().await;
        bridge = Bridge::start(&server, &args).await;
        assert!(!said(&bridge, "a new epoch begins"), "{:?}", bridge.process().lines());
    }
    assert_eq!(info().await, metadata);
}
