//! Nothing that arrives on the subject can stop the bridge or hide another process.

use harness::{Bridge, NatsServer, until};
use serde_json::json;

use crate::support::{CHANNEL, Publisher};

#[tokio::test(flavor = "multi_thread")]
async fn what_breaks_a_rule_is_rejected_whole_counted_by_reason_and_shown() {
    let server = NatsServer::start().await;
    let bridge = Bridge::start(&server, &[]).await;
    let publisher = Publisher::new(&server).await;
    let many: Vec<_> = (0..4097).map(|n| json!([format!("c{n}"), 1])).collect();
    let deep = format!(r#"{{"columns":[["a",{}1{}]]}}"#, "[".repeat(5000), "]".repeat(5000));
    let bad = [
        ("bad_json", "garbage".to_owned()),
        ("too_large", format!(r#"{{"columns":[["a",1]],"pad":"{}"}}"#, "x".repeat(300_000))),
        ("too_deep", deep),
        ("unequal_columns", json!({"columns": [["a", 1, 2], ["b", 1]]}).to_string()),
        ("time_out_of_range", json!({"columns": [["a", 1], ["x", 4_102_444_800u64]]}).to_string()),
        ("too_many_columns", json!({ "columns": many }).to_string()),
        ("bad_name", json!({"columns": [["n".repeat(257), 1]]}).to_string()),
        ("duplicate_name", json!({"columns": [["a", 1], ["a", 2]]}).to_string()),
        ("bad_time", json!({"columns": [["a", 1], ["x", "soon"]]}).to_string()),
        ("bad_origin", json!({"columns": [["a", 1]], "from": {"id": "../x"}}).to_string()),
        ("bad_shape", "[1,2,3]".to_owned()),
        ("no_data", "{\"columns\":[]}".to_owned()),
    ];
    for (n, (_, payload)) in bad.iter().enumerate() {
        publisher.point("good", n as u64).await;
        publisher.raw(payload.clone()).await;
    }
    publisher.point("good", 99).await;
    until("all are read", || (bridge.metric("eontide_messages_total") == 25).then_some(())).await;
    let rejects = bridge.json("/api/v1/rejects");
    let reasons: Vec<&str> =
        rejects["rejects"].as_array().unwrap().iter().rev().map(|reject| reject["reason"].as_str().unwrap()).collect();
    assert_eq!(reasons, bad.iter().map(|(reason, _)| *reason).collect::<Vec<_>>());
    for (reason, _) in &bad {
        let name = format!("eontide_rejected_messages_total{{reason=\"{reason}\"}}");
        assert_eq!(bridge.metric(&name), 1, "{reason}");
    }
    assert_eq!(bridge.series(CHANNEL), ["heap-good", "heap-total-good", "rss-good"]);
    assert_eq!(bridge.points(CHANNEL).0["rss-good"].len(), 13);
    let first = &rejects["rejects"][0];
    assert_eq!(first["subject"], "eon.test-channel");
    assert_eq!(first["excerpt"], "{\"columns\":[]}");
    assert!(first["offset"].as_u64().unwrap() > 0 && first["time"].as_f64().unwrap() > 1.7e12, "{first}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_hundred_rejects_are_kept_and_a_bad_subject_is_one() {
    let server = NatsServer::start().await;
    let bridge = Bridge::start(&server, &[]).await;
    let publisher = Publisher::new(&server).await;
    server.jetstream().await.publish("eon.b\u{e4}d", "{}".into()).await.unwrap().await.unwrap();
    for n in 0..100 {
        publisher.raw(format!("bad {n}")).await;
    }
    until("all are read", || (bridge.metric("eontide_messages_total") == 101).then_some(())).await;
    let rejects = bridge.json("/api/v1/rejects");
    assert_eq!(rejects["rejects"].as_array().unwrap().len(), 100);
    assert_eq!(rejects["rejects"][0]["excerpt"], "bad 99");
    assert_eq!(bridge.metric("eontide_rejected_messages_total{reason=\"bad_channel\"}"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hello_that_cannot_be_read_hides_nobody() {
    let server = NatsServer::start().await;
    let bridge = Bridge::start(&server, &[]).await;
    let js = server.jetstream().await;
    for payload in
        ["", "null", r#"{"id":"a b","epoch":1}"#, r#"{"id":"w","epoch":5,"host":"h","pid":7,"interval_ms":1000}"#]
    {
        let subject = format!("eon-presence.{CHANNEL}.hello");
        js.publish(subject, payload.into()).await.unwrap().await.unwrap();
    }
    let source = until("the hello is read", || bridge.source(CHANNEL, "w")).await;
    assert_eq!((&source["host"], &source["pid"], &source["state"]), (&json!("h"), &json!(7), &json!("up")));
    assert_eq!(bridge.metric("eontide_rejected_messages_total{reason=\"bad_presence\"}"), 3);
    let source =
        until("its silence shows", || bridge.source(CHANNEL, "w").filter(|source| source["state"] == "down")).await;
    assert_eq!(source["reason"], "silent");
}
