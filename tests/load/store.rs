//! Decode and append in one thread without a network, and the memory a stored point takes.

use std::sync::Arc;
use std::time::{Duration, Instant};

use broker_bridge::clock;
use broker_bridge::fanout::Hub;
use broker_bridge::internal_metrics::InternalMetrics;
use broker_bridge::pipeline::{Incoming, Pipeline};
use broker_bridge::store::Limits;
use eontide_wire::{Epoch, Timestamp, decode};

use crate::proc::rss;

const SOURCES: u64 = 1000;
const POINTS: u64 = 1000;

fn message(source: u64, n: u64, start: Timestamp) -> Incoming {
    let time = Timestamp::from_micros(start.as_micros() + n as i64 * 1_000_000 + source as i64 * 137);
    let x = time.as_micros() as f64 / 1e6;
    let payload = format!(
        r#"{{"columns":[["rss-process-memory-{source}",{}],["heap-total-process-memory-{source}",{}],["heap-process-memory-{source}",{}],["x",{x}]],"from":{{"id":"process-memory-{source}","epoch":1763683100000,"seq":{n}}}}}"#,
        20 + n % 7,
        12 + n % 5,
        n % 11
    );
    let offset = n * SOURCES + source + 1;
    Incoming { subject: "eon.bench".into(), payload: payload.into(), offset, time, replayed: false }
}

pub(crate) fn run() {
    let metrics = Arc::new(InternalMetrics::default());
    let hub = Arc::new(Hub::new(1 << 20, Arc::clone(&metrics)));
    let limits = Limits {
        history: Duration::from_secs(86_400),
        points_max: usize::MAX,
        series_max: 1_000_000,
        channels_max: 10,
    };
    let pipeline = Pipeline::new(limits, 1_000_000, hub, metrics);
    pipeline.begin_epoch(Epoch(1), 0);
    let start = clock::before(Timestamp::now(), Duration::from_secs(POINTS));
    let (mut decoding, mut whole) = (Duration::ZERO, Duration::ZERO);
    let before = rss(std::process::id());
    for n in 0..POINTS {
        let batch: Vec<Incoming> = (0..SOURCES).map(|source| message(source, n, start)).collect();
        let began = Instant::now();
        let columns: usize = batch.iter().map(|m| decode(&m.payload, m.time).unwrap().blocks[0].names.len()).sum();
        decoding += began.elapsed();
        assert_eq!(columns as u64, 3 * SOURCES);
        let began = Instant::now();
        pipeline.data(&batch, clock::now());
        whole += began.elapsed();
    }
    let messages = (SOURCES * POINTS) as f64;
    let points = pipeline.read().store.points() as f64;
    assert_eq!(points, 3.0 * messages);
    let bytes = (rss(std::process::id()) - before) as f64;
    println!("store: {points} points of {} series in one thread, messages of 3 columns", 3 * SOURCES);
    println!("  decode                      {:8.0} ns a message", decoding.as_nanos() as f64 / messages);
    println!(
        "  decode + append + log       {:8.0} ns a message   {:.2} × decode alone",
        whole.as_nanos() as f64 / messages,
        whole.as_secs_f64() / decoding.as_secs_f64()
    );
    println!(
        "  memory                      {:8.1} bytes a point  {:.2} × the 16 of time and value",
        bytes / points,
        bytes / points / 16.0
    );
}
