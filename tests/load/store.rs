//! Decode and append in one thread without a network, and the memory a stored point takes.

use std::sync::Arc;
use std::time::{Duration, Instant};

use broker_bridge::clock;
use broker_bridge::fanout::Hub;
use broker_bridge::internal_metrics::InternalMetrics;
use broker_bridge::pipeline::{Incoming, Pipeline};
use broker_bridge::store::Limits;
use eontide_wire::viewer::Timetoken;
use eontide_wire::{Epoch, Timestamp, decode};

use crate::proc::rss;

const SOURCES: u64 = 1000;
/// More than a block holds.
const POINTS: u64 = 5000;

/// Like the demo's: memory in MiB that stands still for a while, times with some ms of jitter.
struct Demo {
    values: Vec<[u64; 3]>,
    random: crate::Random,
}

fn incoming(payload: String, offset: u64, time: Timestamp) -> Incoming {
    let timetoken = Timetoken::from_nanos(i128::from(time.as_micros()) * 1000);
    Incoming { subject: "eon.bench".into(), payload: payload.into(), offset, time, timetoken, replayed: false }
}

impl Demo {
    fn new() -> Self {
        Self { values: vec![[30, 24, 12]; SOURCES as usize], random: crate::Random(7) }
    }

    fn message(&mut self, source: u64, n: u64, start: Timestamp) -> Incoming {
        let jitter = (self.random.share() * 4.0) as i64 * 1000;
        let time = Timestamp::from_micros(start.as_micros() + n as i64 * 1_000_000 + source as i64 * 137_000 + jitter);
        let x = (time.as_micros() / 1000) as f64 / 1e3;
        let values = &mut self.values[source as usize];
        if self.random.share() < 0.1 {
            for value in values.iter_mut() {
                *value = 8 + (self.random.share() * 40.0) as u64;
            }
        }
        let [rss, total, heap] = values;
        let payload = format!(
            r#"{{"columns":[["rss-process-memory-{source}",{rss}],["heap-total-process-memory-{source}",{total}],["heap-process-memory-{source}",{heap}],["x",{x}]],"from":{{"id":"process-memory-{source}","epoch":1763683100000,"seq":{n}}}}}"#,
        );
        let offset = n * SOURCES + source + 1;
        incoming(payload, offset, time)
    }
}

pub(crate) fn run() {
    let metrics = Arc::new(InternalMetrics::default());
    let hub = Arc::new(Hub::new(1 << 20, Arc::clone(&metrics)));
    let limits = Limits {
        history: Duration::from_secs(86_400),
        points_bytes: usize::MAX,
        disk_bytes: 0,
        series_max: 1_000_000,
        channels_max: 10,
    };
    let pipeline = Pipeline::new(limits, 1_000_000, None, hub, metrics);
    pipeline.begin_epoch(Epoch(1), 0);
    let mut demo = Demo::new();
    let start = clock::before(Timestamp::now(), Duration::from_secs(POINTS));
    let (mut decoding, mut whole) = (Duration::ZERO, Duration::ZERO);
    let before = rss(std::process::id());
    for n in 0..POINTS {
        let batch: Vec<Incoming> = (0..SOURCES).map(|source| demo.message(source, n, start)).collect();
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
        "  memory                      {:8.2} bytes a point  {:.3} × the 16 of time and value",
        bytes / points,
        bytes / points / 16.0
    );
    let size = pipeline.read().store.size() as f64;
    println!("  of it counted               {:8.2} bytes a point", size / points);
    drop(pipeline);
    a_day();
}

/// A tenth of 15,000 series for a day: bytes a point are the same, since each source has its own blocks.
fn a_day() {
    const SOURCES: u64 = 500;
    const ROWS: u64 = 86_400;
    const BATCH: u64 = 720;
    let metrics = Arc::new(InternalMetrics::default());
    let hub = Arc::new(Hub::new(1 << 20, Arc::clone(&metrics)));
    let limits = Limits {
        history: Duration::from_secs(2 * 86_400),
        points_bytes: usize::MAX,
        disk_bytes: 0,
        series_max: 1_000_000,
        channels_max: 10,
    };
    let pipeline = Pipeline::new(limits, 1_000_000, None, hub, metrics);
    pipeline.begin_epoch(Epoch(1), 0);
    let start = clock::before(Timestamp::now(), Duration::from_secs(ROWS));
    let mut random = crate::Random(7);
    let before = rss(std::process::id());
    for begin in (0..ROWS).step_by(BATCH as usize) {
        for source in 0..SOURCES {
            let names = ["rss", "heap", "cpu", "x"]
                .map(|name| if name == "x" { "[\"x\"".into() } else { format!("[\"{name}-p{source}\"") });
            let mut columns: Vec<String> = names.into();
            let mut level = 20;
            for row in begin..begin + BATCH {
                let x = start.as_micros() / 1000 + row as i64 * 1000 + (random.share() * 4.0) as i64;
                if random.share() < 0.1 {
                    level = 8 + (random.share() * 40.0) as i64;
                }
                // The third is as noisy as percentages of CPU are.
                let noise = 100 + (180.0 * (random.share() + random.share()) / 2.0) as i64;
                for (column, cell) in columns.iter_mut().zip([level, 12, noise, x]) {
                    column.push_str(&format!(",{cell}"));
                }
            }
            let payload = format!("{{\"columns\":[{}]]}}", columns.join("],"));
            let time = Timestamp::from_micros(start.as_micros() + (begin + BATCH) as i64 * 1_000_000);
            let offset = begin * SOURCES + source + 1;
            pipeline.data(&[incoming(payload, offset, time)], clock::now());
        }
    }
    let points = pipeline.read().store.points() as f64;
    assert_eq!(points as u64, SOURCES * ROWS * 3);
    let (held, counted) = ((rss(std::process::id()) - before) as f64, pipeline.read().store.size() as f64);
    println!("store: a day of {} series, {points} points, a third of them noise, all in memory", SOURCES * 3);
    println!(
        "  memory                      {:8.2} bytes a point  {:.3} × the 16 of time and value",
        held / points,
        held / points / 16.0
    );
    println!("  of it counted               {:8.2} bytes a point", counted / points);
}
