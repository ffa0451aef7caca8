//! Things die: the bridge, the broker, the stream. Nothing is lost, and what cannot be kept is said.

use harness::{Bridge, NatsServer, Viewer, until};
use serde_json::json;

use crate::support::{CHANNEL, Publisher};

#[tokio::test(flavor = "multi_thread")]
async fn a_bridge_killed_hard_comes_back_with_the_same_history_and_its_viewers_go_on() {
    let server = NatsServer::start().await;
    let bridge = Bridge::start(&server, &[]).await;
    let publisher = Publisher::new(&server).await;
    let mut last = 0;
    for n in 0..200 {
        last = publisher.point("a", n).await;
    }
    let mut before = Viewer::subscribe(bridge.address(), CHANNEL, true, None).await;
    before.until(|viewer| viewer.offset() >= last).await;
    let bridge = bridge.kill_and_restart().await;
    for n in 200..300 {
        last = publisher.point("a", n).await;
    }
    until("all is read", || (bridge.points(CHANNEL).len() == 900).then_some(())).await;
    let mut after = Viewer::open(bridge.address(), true).await;
    after.points = before.points.clone();
    after.send(&json!({"sub": 1, "subscribe": {"channel": CHANNEL, "since": before.position}})).await;
    assert_eq!(after.next().await["resumed"], true);
    after.until(|viewer| viewer.offset() >= last).await;
    after.points.assert_same(&bridge.points(CHANNEL), "the viewer that went on");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broker_killed_hard_and_restarted_loses_nothing_that_was_acknowledged() {
    let mut server = NatsServer::start().await;
    let bridge = Bridge::start(&server, &[]).await;
    let mut viewer = Viewer::subscribe(bridge.address(), CHANNEL, false, None).await;
    let mut last = 0;
    for round in 0..3 {
        let publisher = Publisher::new(&server).await;
        for n in 0..100 {
            last = publisher.point("a", round * 100 + n).await;
        }
        viewer.until(|viewer| viewer.offset() >= last).await;
        // Published, acknowledged, and perhaps not read yet when the broker dies.
        last = publisher.json(&json!({"columns": [["extra", round]]})).await;
        server.restart().await;
    }
    viewer.until(|viewer| viewer.offset() >= last).await;
    viewer.points.0.remove("extra");
    assert_eq!(viewer.points.len(), 900);
    assert!(viewer.said.iter().all(|frame| frame["type"] != "gap"), "{:?}", viewer.said);
    let mut kept = bridge.points(CHANNEL);
    assert_eq!(kept.0.remove("extra").map(|points| points.len()), Some(3));
    viewer.points.assert_same(&kept, "the viewer");
    until("every reconnect is counted", || (bridge.metric("eontide_nats_reconnects_total") >= 3).then_some(())).await;
    assert_eq!(bridge.metric("eontide_stream_epochs_total"), 1);
}

/// A restore from backup, or a power loss with lazy fsync: sequences begin again below what was read. A consumer would
/// skip all of that in silence until it passed the old number.
#[tokio::test(flavor = "multi_thread")]
async fn a_stream_that_went_back_begins_a_new_epoch() {
    let mut server = NatsServer::start().await;
    let bridge = Bridge::start(&server, &[]).await;
    let publisher = Publisher::new(&server).await;
    for n in 0..50 {
        publisher.point("kept", n).await;
    }
    until("the first half is read", || (bridge.points(CHANNEL).len() == 150).then_some(())).await;
    server.kill();
    let (data, backup) = (server.dir(), tempfile::tempdir().unwrap());
    copy(&data, backup.path());
    server.restart().await;
    let publisher = Publisher::new(&server).await;
    for n in 0..50 {
        publisher.point("lost", n).await;
    }
    let mut viewer = Viewer::subscribe(bridge.address(), CHANNEL, false, None).await;
    until("the second half is read", || (bridge.points(CHANNEL).len() == 300).then_some(())).await;
    let old = viewer.position.clone();
    server.kill();
    std::fs::remove_dir_all(data.join("nats-data")).unwrap();
    copy(backup.path(), &data);
    server.restart().await;
    let publisher = Publisher::new(&server).await;
    for n in 0..80 {
        publisher.point("new", n).await;
    }
    viewer.until(|viewer| viewer.said.iter().any(|frame| frame["type"] == "gap")).await;
    until("the new life is read", || (bridge.points(CHANNEL).len() == 390).then_some(())).await;
    viewer.until(|viewer| viewer.points.len() == 390).await;
    assert!(viewer.position["epoch"].as_u64() > old["epoch"].as_u64());
    viewer.points.assert_same(&bridge.points(CHANNEL), "the viewer");
    // One who comes with a position of the old life is told.
    let mut late = Viewer::subscribe(bridge.address(), CHANNEL, false, Some(&old)).await;
    assert_eq!(late.said[0]["type"], "gap");
    assert_eq!(late.said[0]["reason"], "new_epoch");
    late.until(|viewer| viewer.points.len() == 390).await;
    // A bridge that starts now agrees on the epoch.
    let other = Bridge::start(&server, &[]).await;
    let there = Viewer::subscribe(other.address(), CHANNEL, false, None).await;
    assert_eq!(there.position["epoch"], viewer.position["epoch"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_that_is_deleted_is_made_again_and_read() {
    let server = NatsServer::start().await;
    let bridge = Bridge::start(&server, &[]).await;
    let publisher = Publisher::new(&server).await;
    publisher.point("a", 1).await;
    let js = server.jetstream().await;
    let hello = r#"{"id":"a","epoch":1,"host":"web-1"}"#;
    js.publish(format!("eon-presence.{CHANNEL}.hello"), hello.into()).await.unwrap().await.unwrap();
    until("it is read", || (!bridge.points(CHANNEL).is_empty()).then_some(())).await;
    until("it is introduced", || (bridge.source(CHANNEL, "a")?["host"] == "web-1").then_some(())).await;
    js.delete_stream("EON").await.unwrap();
    until("the stream is there again", || (bridge.metric("eontide_stream_epochs_total") == 2).then_some(())).await;
    Publisher::new(&server).await.point("b", 1).await;
    until("the new stream is read", || bridge.series(CHANNEL).contains(&"rss-b".to_owned()).then_some(())).await;
    assert!(!bridge.series(CHANNEL).contains(&"rss-a".to_owned()));
    assert_eq!(bridge.source(CHANNEL, "a").unwrap()["host"], "web-1", "who is there is no matter of the data stream");
}

fn copy(from: &std::path::Path, to: &std::path::Path) {
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            std::fs::create_dir_all(&target).unwrap();
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}
