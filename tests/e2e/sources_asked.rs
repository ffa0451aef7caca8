//! Who is there, asked for and listened to: pages of sources over HTTP and a viewer's socket, transitions on NATS.

use harness::{Bridge, NatsServer, Viewer, until};
use serde_json::{Value, json};

use crate::support::CHANNEL;

/// So long that no lease ends within a test.
const LONG_MS: u64 = 600_000;

#[tokio::test(flavor = "multi_thread")]
async fn sources_are_found_by_state_machine_label_and_channel_a_page_at_a_time() {
    let server = NatsServer::start().await;
    let bridge = Bridge::start(&server, &[]).await;
    let js = server.jetstream().await;
    for n in 0..30 {
        let hello = json!({"id": format!("w{n:02}"), "epoch": 1, "host": format!("web-{}", n % 3), "interval_ms": LONG_MS,
            "labels": {"zone": if n % 2 == 0 { "eu" } else { "us" }}});
        let channel = if n < 20 { "shop" } else { "shop.eu" };
        js.publish(format!("eon-presence.{channel}.hello"), hello.to_string().into()).await.unwrap().await.unwrap();
    }
    js.publish("eon-presence.shop.bye", r#"{"id":"w00","epoch":1}"#.into()).await.unwrap().await.unwrap();
    until("all is read", || (bridge.metric("eontide_sources_down") == 1).then_some(())).await;
    for (query, total, first) in [
        ("", 30, "w00"),
        ("?offset=29&k=5", 30, "w29"),
        ("?offset=30", 30, ""),
        ("?state=down", 1, "w00"),
        ("?state=up,down&host=web-1", 10, "w01"),
        ("?host=web-*&label.zone=us", 15, "w01"),
        ("?channel=shop.eu", 10, "w20"),
        ("?channel=shop&id=w2*", 10, "w20"),
        ("?label.rack=*", 0, ""),
    ] {
        let page = bridge.json(&format!("/api/v1/sources{query}"));
        assert_eq!(
            (page["total"].as_u64(), page["sources"][0]["id"].as_str().unwrap_or("")),
            (Some(total), first),
            "{query}"
        );
    }
    // The same over a viewer's socket: details on demand.
    let mut viewer = Viewer::open(bridge.address(), true).await;
    viewer.send(&json!({"sub": 7, "sources": {"state": ["up"], "host": "web-1", "offset": 9, "limit": 5}})).await;
    let page = viewer.next().await;
    assert_eq!(
        (&page["type"], &page["sub"], &page["total"], &page["hearing"]),
        (&json!("sources"), &json!(7), &json!(10), &json!(true))
    );
    assert_eq!((page["sources"].as_array().unwrap().len(), &page["sources"][0]["id"]), (1, &json!("w28")));
    viewer.send(&json!({"sub": 8, "sources": {"channel": "a b"}})).await;
    assert_eq!(viewer.next().await["kind"], "bad_sources");
    for (bad, status) in [("sources?state=gone", 400), ("sources?channel=a%20b", 400), ("sources/nobody", 404)] {
        assert_eq!(bridge.get(&format!("/api/v1/{bad}")), Err(status), "{bad}");
    }
    let one = bridge.json("/api/v1/sources/w00");
    assert_eq!(one["sources"][0]["periods"][0]["cause"], "exit");
}

/// Anyone may listen: what happened is on NATS, too, once.
#[tokio::test(flavor = "multi_thread")]
async fn transitions_are_published_in_batches_once_for_all_bridges() {
    use futures_util::StreamExt;
    let server = NatsServer::start().await;
    let bridges = [Bridge::start(&server, &[]).await, Bridge::start(&server, &[]).await];
    let client = server.client().await;
    let mut told = client.subscribe(format!("eon-presence.{CHANNEL}.*")).await.unwrap();
    client.flush().await.unwrap();
    let say = async |kind: &str, id: &str| {
        let text = json!({"id": id, "epoch": 1, "interval_ms": LONG_MS, "reason": "done"}).to_string();
        client.publish(format!("eon-presence.{CHANNEL}.{kind}"), text.into()).await.unwrap();
    };
    // The first may be said by both: afterwards one leads.
    say("hello", "first").await;
    let mut seen: Vec<(String, Value)> = Vec::new();
    let mut next = async || {
        let message = tokio::time::timeout(harness::wait::DEADLINE, told.next()).await.unwrap().unwrap();
        (message.subject.to_string(), serde_json::from_slice::<Value>(&message.payload).unwrap())
    };
    while !next().await.0.ends_with(".up") {}
    for bridge in &bridges {
        until("both know", || bridge.source(CHANNEL, "first").filter(|s| s["state"] == "up")).await;
    }
    say("hello", "a").await;
    say("bye", "a").await;
    say("hello", "last").await;
    let count = |seen: &[(String, Value)], kind: &str, id: &str| {
        let batches = seen.iter().filter(|(subject, _)| subject.ends_with(kind));
        let items = batches.filter_map(|(_, batch)| batch["items"].as_array()).flatten();
        items.filter(|item| item["id"] == id).count()
    };
    while count(&seen, ".up", "last") == 0 {
        seen.push(next().await);
    }
    // Longer than the other holds its own back.
    say("hello", "later").await;
    until("nothing waits at either", || {
        bridges.iter().all(|bridge| bridge.metric("eontide_transitions_waiting") == 0).then_some(())
    })
    .await;
    while count(&seen, ".up", "later") == 0 {
        seen.push(next().await);
    }
    assert_eq!((count(&seen, ".up", "a"), count(&seen, ".down", "a")), (1, 1), "{seen:#?}");
    let down = seen.iter().find(|(subject, _)| subject.ends_with(".down")).unwrap();
    let item = &down.1["items"][0];
    assert_eq!((&item["cause"], &item["reason"], &item["epoch"]), (&json!("exit"), &json!("bye: done"), &json!(1)));
}
