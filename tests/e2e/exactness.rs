//! No point lost, doubled or reordered between snapshot, updates and reconnects.

use harness::points::Subscriber;
use harness::{Bridge, NatsServer, Viewer, until};

use crate::support::{CHANNEL, Publisher};

/// Viewers that come and go at arbitrary moments, in both formats, all see what a plain subscriber saw.
#[tokio::test(flavor = "multi_thread")]
async fn every_viewer_holds_exactly_what_was_published_whenever_it_came() {
    let server = NatsServer::start().await;
    let bridge = Bridge::start(&server, &["--tick", "5ms"]).await;
    let subscriber = Subscriber::start(&server, CHANNEL).await;
    let publisher = Publisher::new(&server).await;
    publisher.point("a", 0).await;
    until("the channel is known", || (!bridge.series(CHANNEL).is_empty()).then_some(())).await;

    let publishing = tokio::spawn(async move {
        let mut last = 0;
        for n in 1..1500 {
            for id in ["a", "b"] {
                last = publisher.point(id, n).await;
            }
        }
        last
    });
    let mut viewers = Vec::new();
    for n in 0..24 {
        let mut viewer = Viewer::subscribe(bridge.address(), CHANNEL, n % 2 == 0, None).await;
        if n % 3 == 0 {
            // Leaves in the middle and comes back where it was, with what it had.
            let target = viewer.offset() + 50;
            viewer.until(|viewer| viewer.offset() >= target).await;
            let (points, position) = (viewer.points.clone(), viewer.position.clone());
            drop(viewer);
            viewer = Viewer::open(bridge.address(), n % 2 == 0).await;
            viewer.points = points;
            let subscribe = serde_json::json!({"channel": CHANNEL, "since": position});
            viewer.send(&serde_json::json!({"sub": 1, "subscribe": subscribe})).await;
            let first = viewer.next().await;
            assert_eq!(first["resumed"], true, "{first}");
        }
        viewers.push((viewer.offset(), viewer));
    }
    let last = publishing.await.unwrap();
    let seen = until("the subscriber has all", || {
        let points = subscriber.points();
        (points.len() == 3 * 2 * 1499 + 3).then_some(points)
    })
    .await
    .sorted();
    for (n, (began, viewer)) in viewers.iter_mut().enumerate() {
        viewer.until(|viewer| viewer.offset() >= last).await;
        assert!(viewer.said.iter().all(|frame| frame["type"] == "presence"), "{:?}", viewer.said);
        viewer.points.clone().sorted().assert_same(&seen, &format!("viewer {n}"));
        assert_eq!(viewer.messages, last - *began, "messages of viewer {n}");
        // A viewer that never left got its points in order of time.
        if n % 3 != 0 {
            viewer.points.assert_same(&seen, &format!("order of viewer {n}"));
        }
    }
    bridge.points(CHANNEL).assert_same(&seen, "the query API");
}

#[tokio::test(flavor = "multi_thread")]
async fn late_points_and_late_series_stand_in_their_place() {
    let server = NatsServer::start().await;
    let bridge = Bridge::start(&server, &[]).await;
    let subscriber = Subscriber::start(&server, CHANNEL).await;
    let publisher = Publisher::new(&server).await;
    publisher.point("a", 500).await;
    let mut viewer = Viewer::subscribe(bridge.address(), CHANNEL, false, None).await;
    let mut last = 0;
    for n in [700, 100, 600, 300, 300] {
        last = publisher.json(&serde_json::json!({ "columns": crate::support::point("a", n)["columns"] })).await;
    }
    for n in [50, 900] {
        last = publisher.point("late", n).await.max(last);
    }
    viewer.until(|viewer| viewer.offset() >= last).await;
    let seen = until("the subscriber has all", || {
        let points = subscriber.points();
        (points.len() == 24).then_some(points)
    })
    .await
    .sorted();
    bridge.points(CHANNEL).assert_same(&seen, "the query API");
    viewer.points.clone().sorted().assert_same(&seen, "the viewer");
    Viewer::subscribe(bridge.address(), CHANNEL, true, None).await.points.assert_same(&seen, "a later snapshot");
    assert_eq!(seen.0.len(), 6);
}

/// The broker recognises a message by its id for two minutes; past that, the bridge does by its sequence.
#[tokio::test(flavor = "multi_thread")]
async fn a_message_published_twice_is_counted_and_shown_once() {
    let server = NatsServer::start().await;
    let bridge = Bridge::start(&server, &[]).await;
    let publisher = Publisher::new(&server).await;
    for n in [1, 2, 2, 1, 3] {
        publisher.point("a", n).await;
    }
    until("all are read", || (bridge.metric("eontide_messages_total") == 5).then_some(())).await;
    assert_eq!(bridge.points(CHANNEL).0["rss-a"].len(), 3);
    assert_eq!(bridge.metric("eontide_duplicates_total"), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_bridges_side_by_side_agree_and_a_viewer_may_change_between_them() {
    let server = NatsServer::start().await;
    let first = Bridge::start(&server, &[]).await;
    let publisher = Publisher::new(&server).await;
    for n in 0..100 {
        publisher.point("a", n).await;
    }
    // Replays what the stream holds.
    let second = Bridge::start(&server, &[]).await;
    until("the first has all", || (first.points(CHANNEL).len() == 300).then_some(())).await;
    let before = Viewer::subscribe(first.address(), CHANNEL, false, None).await;
    for n in 100..200 {
        publisher.point("a", n).await;
    }
    let last = publisher.point("a", 200).await;
    let mut after = Viewer::open(second.address(), false).await;
    after.points = before.points.clone();
    let subscribe = serde_json::json!({"channel": CHANNEL, "since": before.position});
    after.send(&serde_json::json!({"sub": 1, "subscribe": subscribe})).await;
    after.until(|viewer| viewer.offset() >= last).await;
    until("both have all", || {
        (first.points(CHANNEL).len() == 603 && second.points(CHANNEL).len() == 603).then_some(())
    })
    .await;
    first.points(CHANNEL).assert_same(&second.points(CHANNEL), "the two bridges");
    after.points.assert_same(&second.points(CHANNEL), "the viewer that changed");
}
