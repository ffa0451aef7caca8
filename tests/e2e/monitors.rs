//! Tell me when that process is gone: what zen_monitor promises, over NATS and HTTP.

use std::collections::BTreeSet;

use async_nats::{Client, Subscriber};
use futures_util::StreamExt;
use harness::wait::DEADLINE;
use harness::{Bridge, NatsServer, until};
use serde_json::{Value, json};

use crate::support::CHANNEL;

/// Who monitors, and is told on its inbox; and who says hello and bye for sources.
struct Watcher {
    client: Client,
    inbox: String,
    told: Subscriber,
    waiting: Vec<Value>,
}

impl Watcher {
    async fn new(server: &NatsServer) -> Self {
        let client = server.client().await;
        let inbox = client.new_inbox();
        let told = client.subscribe(inbox.clone()).await.unwrap();
        client.flush().await.unwrap();
        Self { client, inbox, told, waiting: Vec::new() }
    }

    async fn ask(&self, subject: &str, request: Value) -> Value {
        let answer = self.client.request(subject.to_owned(), request.to_string().into()).await.unwrap();
        serde_json::from_slice(&answer.payload).unwrap()
    }

    /// The reference of a new monitor.
    async fn monitor(&self, target: Value) -> String {
        let made = self.ask("eon-monitor.monitor", json!({"target": target, "inbox": self.inbox})).await;
        made["reference"].as_str().unwrap_or_else(|| panic!("{made}")).to_owned()
    }

    async fn monitor_id(&self, id: &str) -> String {
        self.monitor(json!({"channel": CHANNEL, "id": id})).await
    }

    async fn demonitor(&self, reference: &str) -> bool {
        let bridge = reference.split('-').next().unwrap();
        let subject = format!("eon-monitor.{bridge}.demonitor");
        self.ask(&subject, json!({"reference": reference, "flush": true})).await["demonitored"].as_bool().unwrap()
    }

    /// The next notice.
    async fn notice(&mut self) -> Value {
        while self.waiting.is_empty() {
            let message = tokio::time::timeout(DEADLINE, self.told.next()).await.expect("a notice").unwrap();
            let batch: Value = serde_json::from_slice(&message.payload).unwrap();
            self.waiting.extend(batch["notices"].as_array().unwrap().iter().cloned());
        }
        self.waiting.remove(0)
    }

    /// `reference cause` of the next notice.
    async fn fired(&mut self) -> (String, String) {
        let notice = self.notice().await;
        (notice["reference"].as_str().unwrap().to_owned(), notice["cause"].as_str().unwrap().to_owned())
    }

    async fn say(&self, kind: &str, message: Value) {
        self.client.publish(format!("eon-presence.{CHANNEL}.{kind}"), message.to_string().into()).await.unwrap();
    }

    async fn hello(&self, id: &str, host: &str) {
        let labels = json!({"zone": if host.ends_with('7') { "eu" } else { "us" }});
        self.say("hello", json!({"id": id, "epoch": 1, "host": host, "interval_ms": 600_000, "labels": labels})).await;
    }

    async fn bye(&self, id: &str) {
        self.say("bye", json!({"id": id, "epoch": 1, "reason": "done"})).await;
    }

    /// Sources of these names are up at every bridge.
    async fn are_up(&self, bridges: &[&Bridge], ids: &[&str]) {
        for id in ids {
            self.hello(id, "web-7").await;
        }
        self.all_read(bridges, ids.len() as u64).await;
    }

    async fn all_read(&self, bridges: &[&Bridge], up: u64) {
        for bridge in bridges {
            until("all sources are up", || (bridge.metric("eontide_sources_up") == up).then_some(())).await;
            until("requests are answered", || (bridge.get("/readyz").is_ok()).then_some(())).await;
        }
        // A bridge answers once history is read.
        let mut answered = false;
        while !answered {
            let request = self.client.request("eon-monitor.monitor".to_owned(), "{}".into()).await;
            answered = request.is_ok();
        }
    }
}

async fn stage() -> (NatsServer, Bridge, Watcher) {
    let server = NatsServer::start().await;
    let bridge = Bridge::start(&server, &[]).await;
    let watcher = Watcher::new(&server).await;
    (server, bridge, watcher)
}

#[tokio::test(flavor = "multi_thread")]
async fn each_monitor_is_told_once_before_or_after_the_end() {
    let (_server, bridge, mut watcher) = stage().await;
    watcher.are_up(&[&bridge], &["a", "b"]).await;
    let before = [watcher.monitor_id("a").await, watcher.monitor_id("a").await];
    watcher.bye("a").await;
    for reference in &before {
        assert_eq!(watcher.fired().await, (reference.clone(), "exit".into()));
    }
    // Dead already, and never there.
    for id in ["a", "nobody"] {
        let after = watcher.monitor_id(id).await;
        assert_eq!(watcher.fired().await, (after, "noproc".into()));
    }
    let other = watcher.monitor_id("b").await;
    watcher.bye("b").await;
    let notice = watcher.notice().await;
    assert_eq!(notice["reference"], other.as_str());
    assert_eq!(notice["target"], json!({"channel": CHANNEL, "id": "b", "epoch": 1, "host": "web-7"}));
    assert_eq!((&notice["reason"], notice["at"].is_u64()), (&json!("bye: done"), true));
    assert_eq!(bridge.metric("eontide_monitors_open"), 0, "what has fired is over");
    assert_eq!(bridge.metric("eontide_notices_processed_total"), 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_life_is_the_end_of_the_one_that_was_monitored() {
    let (_server, bridge, mut watcher) = stage().await;
    watcher.are_up(&[&bridge], &["a"]).await;
    let reference = watcher.monitor_id("a").await;
    watcher.say("hello", json!({"id": "a", "epoch": 2, "interval_ms": 600_000})).await;
    assert_eq!(watcher.fired().await, (reference, "restarted".into()));
    let next = watcher.monitor_id("a").await;
    watcher.say("bye", json!({"id": "a", "epoch": 2})).await;
    assert_eq!(watcher.fired().await, (next, "exit".into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn patterns_labels_and_machines_are_monitored() {
    let (_server, bridge, mut watcher) = stage().await;
    for (id, host) in [("a1", "web-7"), ("a2", "web-7"), ("b1", "web-8")] {
        watcher.hello(id, host).await;
    }
    watcher.all_read(&[&bridge], 3).await;
    let glob = watcher.monitor(json!({"channel": CHANNEL, "id": "a*"})).await;
    let label = watcher.monitor(json!({"labels": {"zone": "us"}})).await;
    let host = watcher.monitor(json!({"host": "web-7"})).await;
    let nobody = watcher.monitor(json!({"host": "web-9"})).await;
    assert_eq!(watcher.fired().await, (nobody, "noproc".into()));
    watcher.bye("a2").await;
    assert_eq!(watcher.fired().await, (glob.clone(), "exit".into()));
    watcher.bye("b1").await;
    assert_eq!(watcher.fired().await, (label, "exit".into()));
    // The machine is gone with its last source.
    watcher.bye("a1").await;
    assert_eq!(watcher.fired().await.0, glob);
    let notice = watcher.notice().await;
    assert_eq!((&notice["reference"], &notice["target"]), (&json!(host), &json!({"host": "web-7"})));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_taken_back_is_not_told_and_others_take_its_place() {
    let (_server, bridge, mut watcher) = stage().await;
    let ids: Vec<String> = (0..100).map(|n| format!("w{n:03}")).collect();
    watcher.are_up(&[&bridge], &ids.iter().map(String::as_str).collect::<Vec<_>>()).await;
    // So slow that the first interval is all there is.
    let (status, now) =
        bridge.post("/api/v1/monitors/throttle", "application/json", r#"{"demand":10,"interval_ms":60000}"#);
    assert_eq!((status, now), (200, json!({"demand": 10, "interval_ms": 60_000})));
    let mut references = Vec::new();
    for id in &ids {
        references.push(watcher.monitor_id(id).await);
    }
    until("the interval has begun", || (bridge.metric("eontide_notice_sweeps_total") > 0).then_some(())).await;
    for id in &ids {
        watcher.bye(id).await;
    }
    until("all are due", || (bridge.metric("eontide_notices_waiting") == 100).then_some(())).await;
    assert_eq!(bridge.metric("eontide_notices_processed_total"), 0, "the throttle holds");
    for reference in &references[..50] {
        assert!(watcher.demonitor(reference).await);
        assert!(!watcher.demonitor(reference).await);
    }
    // One interval begins: ten are told, though fifty before them were taken back.
    bridge.post("/api/v1/monitors/throttle", "application/json", r#"{"demand":10}"#);
    for reference in &references[50..60] {
        assert_eq!(&watcher.fired().await.0, reference, "in order");
    }
    assert_eq!(bridge.metric("eontide_notices_waiting"), 40);
    assert_eq!(
        (bridge.metric("eontide_notices_delivered_total"), bridge.metric("eontide_notices_processed_total")),
        (60, 10)
    );
    bridge.post("/api/v1/monitors/throttle", "application/json", r#"{"demand":1000,"interval_ms":100}"#);
    for reference in &references[60..] {
        assert_eq!(&watcher.fired().await.0, reference, "in order");
    }
    assert_eq!(bridge.metric("eontide_notices_waiting"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn thousands_that_end_at_once_are_each_told_exactly_once_by_whichever_bridge() {
    let server = NatsServer::start().await;
    let bridges = [Bridge::start(&server, &[]).await, Bridge::start(&server, &[]).await];
    let mut watcher = Watcher::new(&server).await;
    let ids: Vec<String> = (0..2_000).map(|n| format!("w{n}")).collect();
    watcher.are_up(&[&bridges[0], &bridges[1]], &ids.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let mut references = BTreeSet::new();
    for id in &ids[..200] {
        references.insert(watcher.monitor_id(id).await);
    }
    // All of them under one reference.
    let all = watcher.ask("eon-monitor.monitor", json!({"target": {"id": "w*"}, "inbox": watcher.inbox})).await;
    assert_eq!(all["targets"], 2_000);
    let open: u64 = bridges.iter().map(|bridge| bridge.metric("eontide_monitors_open")).sum();
    assert_eq!(open, 201);
    for id in &ids {
        watcher.bye(id).await;
    }
    let mut fired = BTreeSet::new();
    for _ in 0..2_200 {
        let notice = watcher.notice().await;
        assert!(fired.insert((notice["reference"].to_string(), notice["target"]["id"].to_string())), "twice: {notice}");
    }
    let many = all["reference"].to_string();
    let one_by_one = fired.iter().filter(|(reference, _)| *reference != many).count();
    assert_eq!(one_by_one, references.len());
    until("nothing is left at either", || {
        bridges.iter().all(|bridge| bridge.metric("eontide_monitors_open") == 0).then_some(())
    })
    .await;
    let told: u64 = bridges.iter().map(|bridge| bridge.metric("eontide_notices_processed_total")).sum();
    assert_eq!(told, 2_200);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_vanishes_leaves_no_monitor_and_who_renews_does() {
    let (server, bridge, watcher) = stage().await;
    watcher.are_up(&[&bridge], &["a"]).await;
    let other = Watcher::new(&server).await;
    let ask = |inbox: &str| json!({"target": {"channel": CHANNEL, "id": "a"}, "inbox": inbox, "lease_ms": 1_000});
    let made = watcher.ask("eon-monitor.monitor", ask(&watcher.inbox)).await;
    other.ask("eon-monitor.monitor", ask(&other.inbox)).await;
    let renew = format!("eon-monitor.{}.renew", made["bridge"].as_str().unwrap());
    let mut left = 2;
    while left > 1 {
        let renewed = watcher.ask(&renew, json!({"inbox": watcher.inbox})).await;
        assert_eq!(renewed["monitors"], 1);
        left = bridge.metric("eontide_monitors_open");
    }
    assert_eq!((left, bridge.metric("eontide_subscribers_gone_total")), (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn over_http_one_waits_for_notices_and_takes_monitors_back() {
    let (_server, bridge, watcher) = stage().await;
    watcher.are_up(&[&bridge], &["a", "b"]).await;
    let make = |id: &str| {
        let request = json!({"target": {"channel": CHANNEL, "id": id}}).to_string();
        let (status, made) = bridge.post("/api/v1/monitors", "application/json", request);
        assert_eq!(status, 200, "{made}");
        format!("/api/v1/monitors/{}", made["reference"].as_str().unwrap())
    };
    let (a, b) = (make("a"), make("b"));
    assert_eq!(bridge.json(&a)["notices"], json!([]));
    watcher.bye("a").await;
    let told = bridge.json(&format!("{a}?wait=30s"));
    assert_eq!((told["notices"].as_array().unwrap().len(), &told["over"]), (1, &json!(true)), "{told:#}");
    assert_eq!(bridge.get(&a), Err(404), "fetched once");
    let (_, answer) = bridge.post(&format!("{b}/demonitor"), "application/json", r#"{"flush":true}"#);
    assert_eq!(answer, json!({"demonitored": true}));
    assert_eq!(bridge.get(&b), Err(404));
    for (body, problem) in [
        ("{", "body"),
        ("{}", "target"),
        (r#"{"target":{}}"#, "target"),
        (r#"{"target":{"id":"a"},"lease_ms":1}"#, "lease_ms"),
        (r#"{"target":{"what":"a"}}"#, "what"),
        (r#"{"target":{"channel":"a b"}}"#, "channel"),
    ] {
        let (status, answer) = bridge.post("/api/v1/monitors", "application/json", body);
        let message = answer["error"]["message"].as_str().unwrap();
        assert!(status == 400 && message.contains(problem), "{body}: {status} {answer}");
    }
    // Nobody makes a bridge write where it means something.
    for inbox in ["eon-presence.c.bye", "_INBOX.>", ""] {
        let request = json!({"target": {"id": "a"}, "inbox": inbox});
        let answer = watcher.ask("eon-monitor.monitor", request).await;
        assert!(answer["error"]["message"].as_str().unwrap().contains("inbox"), "{answer}");
    }
}
