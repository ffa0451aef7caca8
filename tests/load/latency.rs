//! From publish to the viewer's socket, beside a raw NATS publish that another connection receives.
//!
//! Open loop: messages leave at random moments whatever has arrived, as those of independent processes do; a closed loop
//! would fall into step with the tick and measure only that.

use std::time::{Duration, Instant};

use futures_util::StreamExt;
use harness::{Bridge, NatsServer, Viewer};

/// As 10 and as 1000 processes at 1 Hz.
const RATES: [(f64, usize); 2] = [(10.0, 200), (1000.0, 10_000)];

fn print(what: &str, mut ms: Vec<f64>, base: f64) {
    let (p50, p99) = (crate::quantile(&mut ms, 0.5), crate::quantile(&mut ms, 0.99));
    println!("  {what:34} p50 {p50:7.2} ms   p99 {p99:7.2} ms   {:6.1} × raw p50", p50 / base);
}

/// Publishes 0, 1, 2 … at a rate, at random moments; returns when each left.
async fn publish(client: async_nats::Client, subject: String, (rate, count): (f64, usize)) -> Vec<Instant> {
    let mut random = crate::Random(rate.to_bits() | 1);
    let mut left = Vec::with_capacity(count);
    let mut due = Instant::now();
    for n in 0..count {
        // Exponential gaps: a Poisson process.
        due += Duration::from_secs_f64(-(1.0 - random.share()).ln() / rate);
        tokio::time::sleep_until(due.into()).await;
        left.push(Instant::now());
        client.publish(subject.clone(), format!(r#"{{"columns":[["n",{n}]]}}"#).into()).await.unwrap();
        client.flush().await.unwrap();
    }
    left
}

fn took(left: &[Instant], arrived: &[Instant]) -> Vec<f64> {
    left.iter().zip(arrived).map(|(left, arrived)| arrived.duration_since(*left).as_secs_f64() * 1e3).collect()
}

async fn raw(server: &NatsServer, load: (f64, usize)) -> Vec<f64> {
    let receiver = server.client().await;
    let messages = receiver.subscribe("bench.raw").await.unwrap();
    receiver.flush().await.unwrap();
    let publishing = tokio::spawn(publish(server.client().await, "bench.raw".into(), load));
    let arrived: Vec<Instant> = messages.take(load.1).map(|_| Instant::now()).collect().await;
    took(&publishing.await.unwrap(), &arrived)
}

/// Milliseconds from publish to receipt by a viewer, on a channel of this name.
pub(crate) async fn bridged(server: &NatsServer, address: &str, load: (f64, usize), name: &str) -> Vec<f64> {
    let channel = format!("latency-{name}");
    let mut viewer = Viewer::subscribe(address, &channel, true, None).await;
    let publishing = tokio::spawn(publish(server.client().await, format!("eon.{channel}"), load));
    let mut arrived = vec![None; load.1];
    while arrived.iter().any(Option::is_none) {
        let frame = viewer.next().await;
        let now = Instant::now();
        for block in frame["blocks"].as_array().into_iter().flatten() {
            for n in block["columns"][0].as_array().into_iter().flatten().skip(1) {
                arrived[n.as_f64().unwrap() as usize] = Some(now);
            }
        }
    }
    let arrived: Vec<Instant> = arrived.into_iter().flatten().collect();
    took(&publishing.await.unwrap(), &arrived)
}

pub(crate) async fn run() {
    let server = NatsServer::start().await;
    let bridge = Bridge::start(&server, &[]).await;
    for load in RATES {
        println!("latency: {} messages at {} a second, publish to receipt", load.1, load.0);
        let mut base = raw(&server, load).await;
        let p50 = crate::quantile(&mut base, 0.5);
        print("raw NATS, core publish", base, p50);
        print("JetStream, bridge, WebSocket", bridged(&server, bridge.address(), load, &load.0.to_string()).await, p50);
    }
}
