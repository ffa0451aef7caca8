//! Monitors from Rust, `eontide_publisher::monitor`, against real bridges that come and go.

use std::collections::BTreeMap;
use std::time::Duration;

use async_nats::jetstream::Context;
use eontide_publisher::monitor::{Cause, MonitorError, Monitors, Notice, Reference, Target};
use futures_util::StreamExt;
use harness::process::{free_port, signal_pid};
use harness::wait::DEADLINE;
use harness::{Bridge, NatsServer, Spawn, until};
use rustix::process::Signal;
use serde_json::json;

use crate::support::CHANNEL;

/// Says hello and bye for sources of no process; each is in the stream when it returns.
struct Sources(Context);

impl Sources {
    async fn say(&self, kind: &str, id: &str, epoch: u64) {
        let said = json!({"id": id, "epoch": epoch, "host": "web-7", "interval_ms": 600_000, "reason": "done"});
        let subject = format!("eon-presence.{CHANNEL}.{kind}");
        self.0.publish(subject, said.to_string().into()).await.unwrap().await.unwrap();
    }

    async fn up(&self, bridge: &Bridge, ids: &[&str]) {
        for id in ids {
            self.say("hello", id, 1).await;
        }
        until("all are up", || (bridge.metric("eontide_sources_up") == ids.len() as u64).then_some(())).await;
    }

    async fn bye(&self, id: &str) {
        self.say("bye", id, 1).await;
    }
}

async fn next(monitors: &Monitors) -> Notice {
    tokio::time::timeout(DEADLINE, monitors.recv()).await.expect("a notice in time").expect("monitoring goes on")
}

/// `id cause` of the next `count` notices by monitor, each sorted.
async fn told(monitors: &Monitors, count: usize) -> BTreeMap<Reference, Vec<String>> {
    let mut told = BTreeMap::<_, Vec<_>>::new();
    for _ in 0..count {
        let Notice { reference, target, cause, .. } = next(monitors).await;
        told.entry(reference).or_default().push(format!("{} {}", target.id.unwrap_or_default(), cause.as_str()));
    }
    told.values_mut().for_each(|told| told.sort());
    told
}

async fn source(monitors: &Monitors, id: &str) -> Reference {
    monitors.monitor(Target::source(CHANNEL, id)).await.unwrap()
}

async fn stage() -> (NatsServer, Bridge, Monitors, Sources) {
    let server = NatsServer::start().await;
    let bridge = Bridge::start(&server, &[]).await;
    let monitors = Monitors::connect(&server.url()).unwrap();
    let sources = Sources(server.jetstream().await);
    (server, bridge, monitors, sources)
}

#[tokio::test(flavor = "multi_thread")]
async fn deaths_are_told_once_to_each_and_of_whom_is_gone_already_at_once() {
    let (_server, bridge, mut monitors, sources) = stage().await;
    sources.up(&bridge, &["a", "b"]).await;
    let (first, second) = (source(&monitors, "a").await, source(&monitors, "a").await);
    let glob = monitors.monitor(Target::glob("*").on_channel(CHANNEL)).await.unwrap();
    let host = monitors.monitor(Target::host("web-7")).await.unwrap();
    sources.bye("a").await;
    let exit = |id: &str| vec![format!("{id} exit")];
    let expected = BTreeMap::from([(first, exit("a")), (second, exit("a")), (glob, exit("a"))]);
    assert_eq!(told(&monitors, 3).await, expected);
    for id in ["a", "nobody"] {
        let late = source(&monitors, id).await;
        assert_eq!(told(&monitors, 1).await, BTreeMap::from([(late, vec![format!("{id} noproc")])]));
    }
    sources.bye("b").await;
    assert_eq!(told(&monitors, 2).await, BTreeMap::from([(glob, exit("b")), (host, vec![" exit".to_owned()])]));
    assert_eq!(bridge.metric("eontide_monitors_open"), 0);

    // Taken back: by await, by blocking, as a stream, with what was queued and without.
    sources.say("hello", "c", 1).await;
    until("c is up", || (bridge.metric("eontide_sources_up") == 1).then_some(())).await;
    let (kept, flushed, unwanted) =
        (source(&monitors, "c").await, source(&monitors, "c").await, source(&monitors, "c").await);
    assert!(monitors.demonitor(unwanted, false).await);
    assert!(!monitors.demonitor(unwanted, false).await, "twice");
    let processed = bridge.metric("eontide_notices_processed_total");
    sources.bye("c").await;
    until("both were told", || (bridge.metric("eontide_notices_processed_total") == processed + 2).then_some(())).await;
    // Whichever was queued by now: nothing of it comes.
    monitors.demonitor(flushed, true).await;
    let last = source(&monitors, "nobody").await;
    let one = tokio::time::timeout(DEADLINE, monitors.next()).await.unwrap().unwrap();
    assert_eq!((one.reference, one.cause, one.reason.as_str()), (kept, Cause::Exit, "bye: done"));
    assert!(one.at_ms > 1_600_000_000_000);
    let waiting = tokio::task::spawn_blocking(move || (monitors.recv_timeout(DEADLINE).unwrap(), monitors));
    let (one, monitors) = waiting.await.unwrap();
    assert_eq!(one.reference, last);
    // Dropped, it leaves nothing at the bridge.
    sources.say("hello", "d", 1).await;
    until("d is up", || (bridge.metric("eontide_sources_up") == 1).then_some(())).await;
    source(&monitors, "d").await;
    assert_eq!((monitors.dropped(), bridge.metric("eontide_monitors_open")), (0, 1));
    drop(monitors);
    until("it is taken back", || (bridge.metric("eontide_monitors_open") == 0).then_some(())).await;
    assert_eq!(bridge.metric("eontide_subscribers_gone_total"), 0, "not by its lease");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_ends_while_the_bridge_is_away_is_told_by_the_next() {
    let (server, bridge, monitors, sources) = stage().await;
    sources.up(&bridge, &["a", "b", "c", "d"]).await;
    let (a, b) = (source(&monitors, "a").await, source(&monitors, "b").await);
    let glob = monitors.monitor(Target::glob("*")).await.unwrap();
    let host = monitors.monitor(Target::host("web-7")).await.unwrap();
    drop(bridge);
    sources.bye("b").await;
    sources.say("hello", "c", 2).await;
    sources.say("hello", "new", 1).await;
    let bridge = Bridge::start(&server, &[]).await;
    let list = |told: &[&str]| told.iter().map(|told| (*told).to_owned()).collect::<Vec<_>>();
    let expected = BTreeMap::from([(b, list(&["b noproc"])), (glob, list(&["b noproc", "c restarted"]))]);
    assert_eq!(told(&monitors, 3).await, expected);
    until("the others are watched again", || (bridge.metric("eontide_monitors_open") == 5).then_some(())).await;
    // The newcomers were not there when it was made.
    sources.bye("new").await;
    sources.say("bye", "c", 2).await;
    sources.bye("a").await;
    sources.bye("d").await;
    let expected =
        BTreeMap::from([(a, list(&["a exit"])), (glob, list(&["a exit", "d exit"])), (host, list(&[" exit"]))]);
    assert_eq!(told(&monitors, 4).await, expected);
    assert_eq!(bridge.metric("eontide_monitors_open"), 0);
    assert_eq!(monitors.recv_timeout(Duration::ZERO), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_of_the_broker_loses_and_doubles_no_notice() {
    let (mut server, bridge, monitors, sources) = stage().await;
    let ids: Vec<String> = (0..50).map(|n| format!("w{n:02}")).collect();
    sources.up(&bridge, &ids.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let mut expected = BTreeMap::new();
    for id in &ids {
        expected.insert(source(&monitors, id).await, id.clone());
    }
    let glob = monitors.monitor(Target::glob("w*")).await.unwrap();
    // Half of them around the moment when nobody hears anything.
    for id in &ids[..25] {
        sources.bye(id).await;
    }
    server.restart().await;
    let sources = Sources(server.jetstream().await);
    for id in &ids[25..] {
        sources.bye(id).await;
    }
    let mut told = told(&monitors, 100).await;
    let of_glob: Vec<String> =
        told.remove(&glob).unwrap().iter().map(|told| told.split(' ').next().unwrap().to_owned()).collect();
    assert_eq!(of_glob, ids);
    for (reference, id) in &expected {
        assert!(told[reference].len() == 1 && told[reference][0].starts_with(id.as_str()), "{:?}", told[reference]);
    }
    // Whatever was on its way has come once this is told.
    let last = source(&monitors, "nobody").await;
    assert_eq!(next(&monitors).await.reference, last);
    until("nothing is left", || (bridge.metric("eontide_monitors_open") == 0).then_some(())).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn real_processes_that_are_killed_or_stopped_are_told_of() {
    let server = NatsServer::start().await;
    let bridge = Bridge::start(&server, &[]).await;
    let args = ["--channel", CHANNEL, "--prefix", "p-", "--load", "none", "--interval", "100ms"];
    let spawn = Spawn::start(&server, 3, &args);
    let pid = |id: &str| bridge.source(CHANNEL, id).and_then(|source| source["pid"].as_u64()).map(|pid| pid as u32);
    let mut pids = Vec::new();
    for id in ["p-0", "p-1", "p-2"] {
        pids.push(until("all said hello", || pid(id)).await);
    }
    let monitors = Monitors::connect(&server.url()).unwrap();
    let (killed, stopped, lives) =
        (source(&monitors, "p-0").await, source(&monitors, "p-1").await, source(&monitors, "p-2").await);
    signal_pid(pids[0], Signal::KILL);
    signal_pid(pids[1], Signal::STOP);
    let notice = next(&monitors).await;
    assert_eq!(notice.reference, killed, "{notice:?}");
    assert!(matches!(notice.cause, Cause::Exit | Cause::NoConnection), "{notice:?}");
    let notice = next(&monitors).await;
    assert_eq!((notice.reference, notice.cause), (stopped, Cause::Timeout), "{notice:?}");
    signal_pid(pids[1], Signal::CONT);
    until("it is there again", || bridge.source(CHANNEL, "p-1").filter(|s| s["cause"].is_null())).await;
    // It came back, and the neighbour was there all the time.
    assert!(monitors.demonitor(lives, true).await);
    assert!(!monitors.demonitor(stopped, true).await);
    assert_eq!(monitors.recv_timeout(Duration::ZERO), None);
    spawn.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn errors_say_what_to_do() {
    let server = NatsServer::start().await;
    let alone = Monitors::connect(&server.url()).unwrap();
    let nowhere = Monitors::connect(&format!("nats://u:hunter2@127.0.0.1:{}", free_port())).unwrap();
    let (alone, nowhere) = tokio::join!(alone.monitor(Target::glob("*")), nowhere.monitor(Target::glob("*")));
    let alone = alone.unwrap_err();
    assert!(matches!(&alone, MonitorError::NoBridge(_)) && alone.to_string().contains("broker-bridge"), "{alone}");
    let nowhere = nowhere.unwrap_err();
    assert!(matches!(&nowhere, MonitorError::Unreachable(_)), "{nowhere:?}");
    assert!(!nowhere.to_string().contains("hunter2"), "{nowhere}");
    assert!(Monitors::connect("http://x").unwrap_err().to_string().contains("nats://host:port"));
    let _bridge = Bridge::start(&server, &[]).await;
    let monitors = Monitors::builder().id("watcher").queue(10).monitors(&server.url()).unwrap();
    for (target, problem) in [(Target::default(), "name a channel"), (Target::source("a b", "c"), "channel")] {
        let refused = monitors.monitor(target).await.unwrap_err();
        assert!(matches!(&refused, MonitorError::Refused(why) if why.contains(problem)), "{refused}");
    }
    assert!(Monitors::builder().queue(0).monitors(&server.url()).is_err());
}
