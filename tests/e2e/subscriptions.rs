//! What a subscription may leave out, and what its updates say of themselves.

use std::collections::HashSet;

use async_nats::jetstream::context::PublishAckFuture;
use harness::{Bridge, NatsServer, Viewer, until};
use serde_json::{Value, json};

use crate::support::{CHANNEL, Publisher};

/// The ids of the sources that presence frames of this subscription told of.
fn told(viewer: &Viewer, sub: u64) -> Vec<String> {
    let frames = viewer.said.iter().filter(|frame| frame["type"] == "presence" && frame["sub"] == sub);
    let sources = frames.flat_map(|frame| frame["sources"].as_array().unwrap());
    sources.map(|source| source["id"].as_str().unwrap().to_owned()).collect()
}

/// A chart has several subscriptions of one channel on one socket; once is enough for ten thousand sources.
#[tokio::test(flavor = "multi_thread")]
async fn a_subscription_without_sources_gets_points_and_nothing_else() {
    let server = NatsServer::start().await;
    let bridge = Bridge::start(&server, &[]).await;
    let publisher = Publisher::new(&server).await;
    publisher.point("a", 1).await;
    until("it is read", || (!bridge.points(CHANNEL).is_empty()).then_some(())).await;
    for binary in [false, true] {
        let mut viewer = Viewer::open(bridge.address(), binary).await;
        for (sub, sources) in [(1, json!(false)), (2, json!(true)), (3, Value::Null)] {
            let subscribe = json!({"channel": CHANNEL, "series": ["rss-*"], "sources": sources});
            viewer.send(&json!({"sub": sub, "subscribe": subscribe})).await;
            let snapshot = viewer.next().await;
            assert_eq!((&snapshot["type"], &snapshot["sub"]), (&json!("snapshot"), &json!(sub)));
            let ids: Vec<&Value> = snapshot["sources"].as_array().unwrap().iter().map(|source| &source["id"]).collect();
            assert_eq!(ids.contains(&&json!("a")), sub != 1, "{snapshot}");
            assert_eq!(ids.is_empty(), sub == 1, "{snapshot}");
            assert_eq!(snapshot["blocks"][0]["columns"][0][0], "rss-a");
        }
        let id = if binary { "c" } else { "b" };
        publisher.point(id, 1).await;
        viewer.until(|viewer| [2, 3].iter().all(|sub| told(viewer, *sub).contains(&id.to_owned()))).await;
        // What was to be told of it before this point is here with it.
        let last = publisher.point("a", if binary { 3 } else { 2 }).await;
        let mut reached: HashSet<u64> = HashSet::new();
        while reached.len() < 3 {
            let frame = viewer.next().await;
            if frame["type"] == "update" && frame["position"]["offset"] == last {
                reached.insert(frame["sub"].as_u64().unwrap());
            }
        }
        assert_eq!(told(&viewer, 1), [""; 0]);
    }
    let mut viewer = Viewer::open(bridge.address(), false).await;
    viewer.send(&json!({"sub": 4, "subscribe": {"channel": CHANNEL, "sources": "no"}})).await;
    let error = viewer.next().await;
    assert_eq!(
        (&error["type"], &error["sub"], &error["kind"]),
        (&json!("error"), &json!(4), &json!("bad_sources")),
        "{error}"
    );
}

/// Of lines, of one series of them, of merged columns; in both forms; one tick at a time and many at once.
#[tokio::test(flavor = "multi_thread")]
async fn updates_say_how_many_messages_they_hold() {
    let server = NatsServer::start().await;
    let bridge = Bridge::start(&server, &[]).await;
    let publisher = Publisher::new(&server).await;
    publisher.point("a", 0).await;
    until("it is read", || (!bridge.points(CHANNEL).is_empty()).then_some(())).await;
    let mut viewers = Vec::new();
    for binary in [false, true] {
        for options in [json!({}), json!({"series": ["rss-a"]}), json!({"view": "density"})] {
            let mut subscribe = options.clone();
            subscribe["channel"] = json!(CHANNEL);
            let mut viewer = Viewer::open(bridge.address(), binary).await;
            viewer.send(&json!({"sub": 1, "subscribe": subscribe})).await;
            assert_eq!(viewer.next().await["type"], "snapshot");
            let of_each = if options["series"].is_array() { 1 } else { 2 };
            viewers.push((format!("{options} {binary}"), viewer, of_each));
        }
    }
    let rounds = 50;
    for n in 1..=rounds {
        publisher.point("b", n).await;
        let last = publisher.point("a", n).await;
        if n % 10 == 0 {
            for (_, viewer, _) in &mut viewers {
                viewer.until(|viewer| viewer.offset() >= last).await;
            }
        }
    }
    for (what, viewer, of_each) in viewers {
        assert_eq!(viewer.messages, rounds * of_each, "{what}");
    }
}

/// A viewer that reads nothing for a while gets what it missed in a few frames, each of many ticks.
#[tokio::test(flavor = "multi_thread")]
async fn a_slow_viewer_misses_no_message_of_the_count() {
    const MESSAGES: u64 = 900;
    let server = NatsServer::start().await;
    let bridge = Bridge::start(&server, &["--tick", "5ms"]).await;
    let mut slow = Viewer::subscribe(bridge.address(), CHANNEL, true, None).await;
    let js = server.jetstream().await;
    // Some 14 MB as doubles: more than the kernel and the bridge keep for one who does not read.
    let begin = eontide_wire::Timestamp::now().as_micros() / 1000 - 60_000;
    let mut acks: Vec<PublishAckFuture> = Vec::new();
    for n in 0..MESSAGES as i64 {
        let values: String = (0..1000).map(|_| ",1").collect();
        let times: String = (0..1000).map(|at| format!(",{}.{:02}", begin + n * 10 + at / 100, at % 100)).collect();
        let payload = format!("{{\"columns\":[[\"a\"{values}],[\"x\"{times}]]}}");
        acks.push(js.publish(format!("eon.{CHANNEL}"), payload.into()).await.unwrap());
        if acks.len() == 100 {
            for ack in acks.drain(..) {
                ack.await.unwrap();
            }
        }
    }
    until("all is read", || (bridge.metric("eontide_messages_total") == MESSAGES).then_some(())).await;
    let mut frames = 0;
    while slow.offset() < MESSAGES {
        slow.next().await;
        frames += 1;
    }
    assert_eq!(slow.messages, MESSAGES);
    assert!(frames < MESSAGES, "{frames} frames");
}
