//! From publish to the viewer's socket, beside a raw NATS publish that another connection receives.

use std::time::{Duration, Instant};

use futures_util::StreamExt;
use harness::{Bridge, NatsServer, Viewer};

const MESSAGES: u64 = 1000;
const PAUSE: Duration = Duration::from_millis(7);

fn payload(n: u64) -> String {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs_f64();
    format!(r#"{{"columns":[["a",{n}],["x",{now}]]}}"#)
}

fn print(what: &str, mut ms: Vec<f64>, base: f64) {
    let (p50, p99) = (crate::quantile(&mut ms, 0.5), crate::quantile(&mut ms, 0.99));
    println!("  {what:34} p50 {p50:7.2} ms   p99 {p99:7.2} ms   {:6.1} × raw p50", p50 / base);
}

async fn raw(server: &NatsServer) -> Vec<f64> {
    let (sender, receiver) = (server.client().await, server.client().await);
    let mut messages = receiver.subscribe("bench.raw").await.unwrap();
    receiver.flush().await.unwrap();
    let mut took = Vec::new();
    let mut pace = tokio::time::interval(PAUSE);
    for n in 0..MESSAGES {
        pace.tick().await;
        let began = Instant::now();
        sender.publish("bench.raw", payload(n).into()).await.unwrap();
        messages.next().await.unwrap();
        took.push(began.elapsed().as_secs_f64() * 1e3);
    }
    took
}

async fn bridged(server: &NatsServer, tick: &str) -> Vec<f64> {
    let bridge = Bridge::start(server, &["--tick", tick]).await;
    let channel = format!("latency-{tick}");
    let mut viewer = Viewer::subscribe(bridge.address(), &channel, true, None).await;
    let sender = server.client().await;
    let mut took = Vec::new();
    let mut pace = tokio::time::interval(PAUSE);
    for n in 0..MESSAGES {
        pace.tick().await;
        let began = Instant::now();
        sender.publish(format!("eon.{channel}"), payload(n).into()).await.unwrap();
        while viewer.next().await["type"] != "update" {}
        took.push(began.elapsed().as_secs_f64() * 1e3);
    }
    took
}

pub(crate) async fn run() {
    let server = NatsServer::start().await;
    let mut base = raw(&server).await;
    let p50 = crate::quantile(&mut base, 0.5);
    println!("latency: publish to receipt, {MESSAGES} messages one at a time");
    print("raw NATS, core publish", base, p50);
    for tick in ["5ms", "50ms"] {
        print(&format!("JetStream, bridge, WebSocket, tick {tick}"), bridged(&server, tick).await, p50);
    }
}
