//! The demo: real processes, their death and their return.

use std::time::Duration;

use harness::points::Subscriber;
use harness::process::{alive, signal_pid};
use harness::{Bridge, NatsServer, Spawn, Viewer, until};
use rustix::process::Signal;

const CHANNEL: &str = "process-memory-demo";

fn fifteen() -> Vec<String> {
    let mut names: Vec<String> = ["rss", "heap-total", "heap"]
        .into_iter()
        .flat_map(|metric| (0..5).map(move |n| format!("{metric}-process-memory-{n}")))
        .collect();
    names.sort();
    names
}

#[tokio::test(flavor = "multi_thread")]
async fn five_processes_are_fifteen_series_and_every_point_is_what_a_plain_subscriber_saw() {
    let server = NatsServer::start().await;
    let bridge = Bridge::start(&server, &[]).await;
    let subscriber = Subscriber::start(&server, CHANNEL).await;
    let spawn = Spawn::start(&server, 5, &["--interval", "100ms"]);
    until("15 series", || (bridge.series(CHANNEL) == fifteen()).then_some(())).await;
    let mut viewer = Viewer::subscribe(bridge.address(), CHANNEL, true, None).await;
    viewer.until(|viewer| viewer.points.len() > 600).await;
    spawn.stop().await;
    until("all said bye", || {
        let sources = bridge.json(&format!("/api/v1/channels/{CHANNEL}/sources"));
        let down = sources["sources"].as_array().unwrap().iter().all(|source| {
            source["state"] == "down" && source["reason"].as_str().unwrap_or_default().starts_with("bye")
        });
        down.then_some(())
    })
    .await;
    let seen = subscriber.points().sorted();
    assert_eq!(seen.0.keys().cloned().collect::<Vec<_>>(), fifteen());
    bridge.points(CHANNEL).assert_same(&seen, "the query API");
    viewer.drain(Duration::from_millis(500)).await;
    viewer.points.sorted().assert_same(&seen, "the viewer");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_child_killed_hard_shows_as_down_and_returns_with_a_new_life() {
    let server = NatsServer::start().await;
    let bridge = Bridge::start(&server, &[]).await;
    let spawn = Spawn::start(&server, 2, &["--interval", "200ms"]);
    let before = until("the source is known", || {
        bridge.source(CHANNEL, "process-memory-1").filter(|source| source["pid"].is_u64())
    })
    .await;
    let mut viewer = Viewer::subscribe(bridge.address(), CHANNEL, false, None).await;
    signal_pid(before["pid"].as_u64().unwrap() as u32, Signal::KILL);
    viewer
        .until(|viewer| {
            viewer.said.iter().filter_map(|frame| frame["sources"].as_array()).flatten().any(|source| {
                let why = source["reason"].as_str().unwrap_or_default();
                source["id"] == "process-memory-1" && source["epoch"] == before["epoch"] && why.contains("SIGKILL")
            })
        })
        .await;
    let down: Vec<_> = viewer.said.iter().filter_map(|frame| frame["sources"].as_array()).flatten().cloned().collect();
    let down = down.iter().rfind(|source| source["state"] == "down").unwrap();
    assert_eq!(down["cause"], "exit", "{down}");
    let after = until("it is back", || {
        bridge
            .source(CHANNEL, "process-memory-1")
            .filter(|source| source["state"] == "restarted" && source["lives"] == 2)
    })
    .await;
    assert!(after["epoch"].as_u64() > before["epoch"].as_u64());
    assert_ne!(after["pid"], before["pid"]);
    assert_eq!(bridge.source(CHANNEL, "process-memory-0").unwrap()["lives"], 1);
    drop(spawn);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broker_that_dies_under_load_costs_no_sample() {
    let mut server = NatsServer::start().await;
    let bridge = Bridge::start(&server, &[]).await;
    let spawn = Spawn::start(&server, 3, &["--interval", "50ms", "--load", "none"]);
    until("points flow", || (bridge.points(CHANNEL).len() > 200).then_some(())).await;
    for _ in 0..2 {
        let before = bridge.points(CHANNEL).len();
        server.restart().await;
        until("points flow again", || (bridge.points(CHANNEL).len() > before + 200).then_some(())).await;
    }
    spawn.stop().await;
    until("all said bye", || (bridge.metric("eontide_sources_down") == 3).then_some(())).await;
    for n in 0..3 {
        let source = bridge.source(CHANNEL, &format!("process-memory-{n}")).unwrap();
        assert_eq!(
            (source["lost"].as_u64(), source["dropped"].as_u64(), source["lives"].as_u64()),
            (Some(0), Some(0), Some(1))
        );
        // At 50 ms no two samples are further apart than a loaded machine explains: none is missing where the broker was.
        let points = &bridge.points(CHANNEL).0[&format!("rss-process-memory-{n}")];
        let gap = points.windows(2).map(|pair| pair[1].0 - pair[0].0).max().unwrap();
        assert!(gap < 1_000_000, "process-memory-{n} has a hole of {gap} µs");
        assert!(points.windows(2).all(|pair| pair[0].0 < pair[1].0), "a point is doubled");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn killing_the_parent_hard_leaves_no_child() {
    let server = NatsServer::start().await;
    let bridge = Bridge::start(&server, &[]).await;
    let spawn = Spawn::start(&server, 3, &[]);
    until("9 series", || (bridge.series(CHANNEL).len() == 9).then_some(())).await;
    let children = spawn.children();
    assert_eq!(children.len(), 3);
    drop(spawn);
    until("the children are gone", || children.iter().all(|pid| !alive(*pid)).then_some(())).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_processes_are_six_hundred_series() {
    let server = NatsServer::start().await;
    let bridge = Bridge::start(&server, &[]).await;
    let spawn = Spawn::start(&server, 200, &["--interval", "2s"]);
    until("600 series", || (bridge.series(CHANNEL).len() == 600).then_some(())).await;
    until("200 sources are up", || (bridge.metric("eontide_sources_up") == 200).then_some(())).await;
    let pids = spawn.children();
    assert_eq!(pids.len(), 200);
    spawn.stop().await;
    assert!(pids.iter().all(|pid| !alive(*pid)));
    until("all said bye", || (bridge.metric("eontide_sources_down") == 200).then_some(())).await;
}
