//! Very many die at once: the rate of notices holds, and who ingests and watches goes on, beside the calm before of the same
//! run.

use std::time::{Duration, Instant};

use async_nats::{Client, Subscriber};
use futures_util::StreamExt;
use harness::{Bridge, NatsServer, until};
use serde_json::{Value, json};

use crate::latency::bridged;
use crate::proc::rss;

const SOURCES: usize = 110_000;
/// Of these, at a slow rate.
const FIRST: usize = 10_000;
/// As 1000 processes at 1 Hz.
const LOAD: (f64, usize) = (1000.0, 5_000);
/// Messages of a round of ingest.
const INGEST: u64 = 100_000;

async fn say(client: &Client, kind: &str, range: std::ops::Range<usize>) {
    for n in range {
        let text =
            json!({"id": format!("w{n}"), "epoch": 1, "host": format!("web-{}", n / 1000), "interval_ms": 3_600_000});
        client.publish(format!("eon-presence.storm.{kind}"), text.to_string().into()).await.unwrap();
    }
    client.flush().await.unwrap();
}

async fn throttle(bridge: &Bridge, demand: u64) {
    bridge.post(
        "/api/v1/monitors/throttle",
        "application/json",
        json!({ "demand": demand, "interval_ms": 100 }).to_string(),
    );
}

fn notices(payload: &[u8]) -> usize {
    let batch: Value = serde_json::from_slice(payload).unwrap();
    batch["notices"].as_array().unwrap().len()
}

/// Messages a second, from the first published to the last in the store.
async fn ingest(server: &NatsServer, bridge: &Bridge, before: &mut u64) -> f64 {
    let client = server.client().await;
    let began = Instant::now();
    for n in 0..INGEST {
        client.publish("eon.load", format!(r#"{{"columns":[["a",{n}],["b",1],["c",2]]}}"#).into()).await.unwrap();
    }
    client.flush().await.unwrap();
    *before += INGEST;
    until("all is stored", || (bridge.metric("eontide_messages_total") >= *before).then_some(())).await;
    INGEST as f64 / began.elapsed().as_secs_f64()
}

async fn count(told: &mut Subscriber, window: Duration) -> usize {
    let (mut count, end) = (0, tokio::time::Instant::now() + window);
    while let Ok(Some(message)) = tokio::time::timeout_at(end, told.next()).await {
        count += notices(&message.payload);
    }
    count
}

pub(crate) async fn run() {
    let server = NatsServer::start().await;
    let bridge = Bridge::start(&server, &["--sources-max", "1000000"]).await;
    let client = server.client().await;
    say(&client, "hello", 0..SOURCES).await;
    until("all are up", || (bridge.metric("eontide_sources_up") == SOURCES as u64).then_some(())).await;
    let inbox = client.new_inbox();
    let mut told = client.subscribe(inbox.clone()).await.unwrap();
    let request =
        json!({"target": {"channel": "storm", "id": "w*"}, "inbox": inbox, "lease_ms": 3_600_000}).to_string();
    let made: Value =
        serde_json::from_slice(&client.request("eon-monitor.monitor", request.into()).await.unwrap().payload).unwrap();
    assert_eq!(made["targets"], SOURCES as u64);
    println!("storm: {SOURCES} monitored sources");

    throttle(&bridge, 10).await;
    say(&client, "bye", 0..FIRST).await;
    let first = tokio::time::timeout(Duration::from_secs(10), told.next()).await.unwrap().unwrap();
    let second = notices(&first.payload) + count(&mut told, Duration::from_secs(1)).await;
    println!("  {FIRST} killed, 10 each 100 ms   {second:6} notices in the second after the first (50 to 150)");
    throttle(&bridge, 1_000_000).await;
    until("they are told", || (bridge.metric("eontide_notices_waiting") == 0).then_some(())).await;
    count(&mut told, Duration::from_millis(300)).await;

    let mut before = bridge.metric("eontide_messages_total");
    let memory = rss(bridge.process().pid());
    let calm = ingest(&server, &bridge, &mut before).await;
    let mut latency = bridged(&server, bridge.address(), LOAD, "calm").await;
    before += LOAD.1 as u64;
    let calm_p99 = crate::quantile(&mut latency, 0.99);
    throttle(&bridge, 1_000).await;
    say(&client, "bye", FIRST..SOURCES).await;
    let began = Instant::now();
    let falling = ingest(&server, &bridge, &mut before).await;
    until("all are down", || (bridge.metric("eontide_sources_down") == SOURCES as u64).then_some(())).await;
    let stormy = ingest(&server, &bridge, &mut before).await;
    let mut latency = bridged(&server, bridge.address(), LOAD, "storm").await;
    let stormy_p99 = crate::quantile(&mut latency, 0.99);
    let waiting = bridge.metric("eontide_notices_waiting");
    let peak = rss(bridge.process().pid());
    println!("  {} die at once, 1000 each 100 ms; {waiting} notices waited still after these:", SOURCES - FIRST);
    println!("  ingest, notices waiting     {stormy:8.0} messages/s, calm {calm:8.0}, {:.2} ×", stormy / calm);
    println!("  ingest, byes arriving too   {falling:8.0} messages/s, {:.2} ×", falling / calm);
    println!("  publish to viewer, p99      {stormy_p99:8.2} ms, calm {calm_p99:.2}, {:.2} ×", stormy_p99 / calm_p99);
    until("all are told", || (bridge.metric("eontide_notices_waiting") == 0).then_some(())).await;
    println!("  the last is told after      {:8.1} s", began.elapsed().as_secs_f64());
    println!("  memory                      {:8.0} MB, before {:.0}", peak as f64 / 1e6, memory as f64 / 1e6);
    assert_eq!(bridge.metric("eontide_notices_processed_total"), SOURCES as u64);
}
