//! The whole line under the authorization that nats.conf ships.

use harness::process::signal_pid;
use harness::{Bridge, NatsServer, Spawn, Viewer, until};
use rustix::process::Signal;
use serde_json::json;

const CHANNEL: &str = "process-memory-demo";

#[tokio::test(flavor = "multi_thread")]
async fn everybody_works_with_no_more_than_his_user_has() {
    let server = NatsServer::start_guarded().await;
    let bridge = Bridge::start_alone(&["--nats", &server.url_of("bridge"), "--pubnub-facade"]).await;
    let spawn = Spawn::start_as(&server.url_of("publisher"), 2, &["--load", "none", "--interval", "100ms"]);
    until("both are up", || (bridge.series(CHANNEL).len() == 6).then_some(())).await;
    until("both are introduced", || {
        let up = |id: &str| {
            bridge.source(CHANNEL, id).is_some_and(|source| source["state"] == "up" && source["pid"].is_u64())
        };
        (up("process-memory-0") && up("process-memory-1")).then_some(())
    })
    .await;
    // Who died is announced by its parent.
    let victim = bridge.source(CHANNEL, "process-memory-1").unwrap()["pid"].as_u64().unwrap();
    signal_pid(u32::try_from(victim).unwrap(), Signal::KILL);
    until("its next life", || (bridge.source(CHANNEL, "process-memory-1")?["lives"] == 2).then_some(())).await;
    // Past messages are read by a consumer of the bridge's.
    let mut viewer = Viewer::open(bridge.address(), false).await;
    viewer.send(&json!({"sub": 1, "subscribe": {"channel": CHANNEL, "view": "raw", "limit": 3}})).await;
    assert_eq!(viewer.next().await["items"].as_array().unwrap().len(), 3);
    // So do pages of PubNub's, but for publishing.
    let groups = "/v1/channel-registration/sub-key/s/channel-group/g";
    assert_eq!(bridge.json(&format!("{groups}?add={CHANNEL}"))["message"], "OK");
    assert_eq!(bridge.json(groups)["payload"]["channels"], json!([CHANNEL]));
    let history = bridge.json(&format!("/v2/history/sub-key/s/channel/{CHANNEL}?count=3"));
    assert_eq!(history[0].as_array().unwrap().len(), 3);
    let token = bridge.json("/v2/subscribe/s/,/0?channel-group=g")["t"]["t"].clone();
    let news = bridge.json(&format!("/v2/subscribe/s/,/0?channel-group=g&tt={}", token.as_str().unwrap()));
    assert_eq!((&news["m"][0]["c"], &news["m"][0]["b"]), (&json!(CHANNEL), &json!("g")));
    spawn.stop().await;
    let gone = |id: &str| {
        bridge
            .source(CHANNEL, id)
            .is_some_and(|source| source["reason"].as_str().is_some_and(|why| why.starts_with("bye")))
    };
    until("both said bye", || (gone("process-memory-0") && gone("process-memory-1")).then_some(())).await;
    let refused: Vec<_> = bridge.process().lines().into_iter().filter(|line| line.contains("ermission")).collect();
    assert!(refused.is_empty(), "{refused:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_with_a_user_of_its_own_is_watched_like_any_other() {
    let server = NatsServer::start_guarded().await;
    let bridge = Bridge::start_alone(&["--nats", &server.url_of("bridge")]).await;
    let publisher = eontide_publisher::Publisher::builder(CHANNEL)
        .id("worker-7")
        .subject_per_source(true)
        .label("zone", "a")
        .connect(&server.url_of("worker-7"))
        .unwrap();
    publisher.gauge("queue").set(3.0);
    // Who watches the channel sees the source as one of it.
    let worker = || bridge.source(CHANNEL, "worker-7");
    until("it is introduced", || (worker()?["labels"]["zone"] == "a").then_some(())).await;
    until("it charts", || bridge.series(CHANNEL).contains(&"queue-worker-7".to_owned()).then_some(())).await;
    let sources = bridge.json(&format!("/api/v1/channels/{CHANNEL}/sources"));
    assert_eq!(sources["sources"].as_array().unwrap().len(), 1, "{sources:#}");
    publisher.close(harness::wait::DEADLINE).await.unwrap();
    until("it said bye", || worker()?["reason"].as_str()?.starts_with("bye").then_some(())).await;
}
