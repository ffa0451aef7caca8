//! From the stream into the store, beside a loop that only counts what an ordered consumer brings.

use std::sync::Arc;
use std::time::{Duration, Instant};

use async_nats::jetstream::consumer::push::OrderedConfig;
use broker_bridge::broker::{Access, Broker, Choice, Retention};
use broker_bridge::fanout::Hub;
use broker_bridge::ingest;
use broker_bridge::internal_metrics::InternalMetrics;
use broker_bridge::pipeline::Pipeline;
use broker_bridge::store::Limits;
use futures_util::StreamExt;
use harness::NatsServer;

const MESSAGES: u64 = 300_000;
const ROUNDS: usize = 5;
const HISTORY: Duration = Duration::from_secs(3600);

async fn fill(server: &NatsServer) {
    let js = server.jetstream().await;
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs_f64();
    let mut acks = Vec::new();
    for n in 0..MESSAGES {
        let (source, x) = (n % 100, now - 300.0 + n as f64 / 1000.0);
        let payload = format!(
            r#"{{"columns":[["rss-p{source}",{}],["heap-total-p{source}",20],["heap-p{source}",9],["x",{x:.3}]],"from":{{"id":"p{source}","epoch":1,"seq":{}}}}}"#,
            n % 50,
            n / 100
        );
        acks.push(js.publish("eon.bench", payload.into()).await.unwrap());
        if acks.len() == 500 {
            for ack in acks.drain(..) {
                ack.await.unwrap();
            }
        }
    }
    for ack in acks {
        ack.await.unwrap();
    }
}

/// The least that anybody has to do: take each message and look at its payload.
async fn bare(server: &NatsServer) -> f64 {
    let js = server.jetstream().await;
    let stream = js.get_stream("EON").await.unwrap();
    let config = OrderedConfig { deliver_subject: "bench.deliver".into(), ..Default::default() };
    let consumer = stream.create_consumer(config).await.unwrap();
    let mut messages = consumer.messages().await.unwrap();
    let (began, mut seen, mut bytes) = (Instant::now(), 0, 0);
    while seen < MESSAGES {
        bytes += messages.next().await.unwrap().unwrap().payload.len();
        seen += 1;
    }
    assert!(bytes > 0);
    MESSAGES as f64 / began.elapsed().as_secs_f64()
}

async fn ours(server: &NatsServer) -> f64 {
    let retention = Retention { data_age: HISTORY, data_bytes: 1 << 30, events_age: HISTORY };
    let access = Access { url: server.url(), creds: None, ca: None };
    let broker = Arc::new(Broker::start(&Choice::Given(access), None, retention).await.unwrap());
    let metrics = Arc::new(InternalMetrics::default());
    let hub = Arc::new(Hub::new(64 << 20, Arc::clone(&metrics)));
    let limits =
        Limits { history: HISTORY, points_bytes: 1 << 30, disk_bytes: 0, series_max: 100_000, channels_max: 10 };
    let pipeline = Arc::new(Pipeline::new(limits, 1000, None, hub, metrics));
    let (ready, mut caught_up) = tokio::sync::watch::channel(false);
    let began = Instant::now();
    let reading = tokio::spawn(ingest::read_data(broker, Arc::clone(&pipeline), HISTORY, ready));
    caught_up.wait_for(|ready| *ready).await.unwrap();
    let rate = MESSAGES as f64 / began.elapsed().as_secs_f64();
    assert_eq!(pipeline.read().store.points() as u64, 3 * MESSAGES);
    reading.abort();
    rate
}

pub(crate) async fn run() {
    let server = NatsServer::start().await;
    let retention = Retention { data_age: HISTORY, data_bytes: 1 << 30, events_age: HISTORY };
    let access = Access { url: server.url(), creds: None, ca: None };
    drop(Broker::start(&Choice::Given(access), None, retention).await.unwrap());
    fill(&server).await;
    println!("ingest: {MESSAGES} messages of 3 columns from JetStream, messages/s (nats-server shares the machine)");
    let mut ratios = Vec::new();
    for _ in 0..ROUNDS {
        let (bare, ours) = (bare(&server).await, ours(&server).await);
        ratios.push(ours / bare);
        println!("  bare ordered consumer {bare:9.0}   decode + append {ours:9.0}   ratio {:.2}", ours / bare);
    }
    println!("  median ratio {:.2}", crate::quantile(&mut ratios, 0.5));
}
