//! What a publisher costs its host: ns per gauge set and record, µs per sample of the process.
//!
//! `cargo run --release -p eontide-publisher --example bench_handle [nats://host:port]`
//!
//! Runs with or without a broker: no handle waits for one. Each figure stands beside its baseline. With a broker it also
//! says how long `record` takes at worst while the background thread empties a full queue.

use std::hint::black_box;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

use eontide_publisher::{Delivery, ProcessSampling, Publisher, PublisherError, State, bench};

const SETS: u32 = 20_000_000;
const RECORDS: u32 = 1_000_000;
const SAMPLES: u32 = 20_000;
/// Calls of `record` timed one by one while a backlog is sent.
const TIMED: usize = 1_000_000;
/// Series they go round: as many names as a large service has.
const SERIES: usize = 500;

fn main() -> Result<(), PublisherError> {
    let url = std::env::args().nth(1).unwrap_or_else(|| "nats://127.0.0.1:4222".into());
    let publisher = Publisher::builder("bench").id("bench").sample_process(ProcessSampling::none()).connect(&url)?;
    let gauge = publisher.gauge("g");
    let atomic = AtomicU64::new(0);
    let at = eontide_publisher::wire::Timestamp::now();

    row("a bare atomic store", ns(SETS, |n| atomic.store(black_box(n).into(), Relaxed)), "ns");
    row("gauge.set", ns(SETS, |n| gauge.set(black_box(n).into())), "ns");
    row("gauge.add", ns(SETS, |n| gauge.add(black_box(n).into())), "ns");
    row("the wall clock alone", ns(RECORDS, |_| keep(std::time::SystemTime::now())), "ns");
    row("publisher.record", ns(RECORDS, |n| publisher.record("n", n.into())), "ns");
    row("publisher.record_at", ns(RECORDS, |n| publisher.record_at(at, "n", n.into())), "ns");
    for (name, sampling) in bench::samplings() {
        let mut sampler = bench::sampler(sampling);
        row(&format!("sample of {name}"), ns(SAMPLES, |_| keep(sampler())) / 1000.0, "µs");
    }
    let _ = publisher.close_blocking(Duration::from_millis(500));
    backlog(&url)
}

/// How long single calls of `record` take while the background thread takes, encodes and sends as fast as it can.
fn backlog(url: &str) -> Result<(), PublisherError> {
    let builder = Publisher::builder("bench").id("backlog").sample_process(ProcessSampling::none());
    // Acknowledgements would make it wait: here it is to encode all the time.
    let publisher = builder.delivery(Delivery::FireAndForget).connect(url)?;
    let give_up = Instant::now() + Duration::from_secs(2);
    while publisher.stats().state != State::Connected {
        if Instant::now() > give_up {
            return Ok(());
        }
        std::thread::yield_now();
    }
    let names: Vec<String> = (0..SERIES).map(|n| format!("series-{n}")).collect();
    let mut took: Vec<u64> = (0..TIMED)
        .map(|call| {
            let start = Instant::now();
            publisher.record(&names[call % SERIES], call as f64);
            start.elapsed().as_nanos() as u64
        })
        .collect();
    took.sort_unstable();
    for (what, share) in [("median", 0.5), ("99.9 %", 0.999), ("99.99 %", 0.9999), ("worst", 1.0)] {
        let at = ((took.len() - 1) as f64 * share) as usize;
        row(&format!("record in a backlog, {what}"), took[at] as f64 / 1000.0, "µs");
    }
    let _ = publisher.close_blocking(Duration::from_millis(500));
    Ok(())
}

/// Stops the compiler from leaving the call out.
fn keep<T>(value: T) {
    let _ = black_box(value);
}

/// Mean time of one call, in ns; the best of three rounds.
fn ns(calls: u32, mut call: impl FnMut(u32)) -> f64 {
    let mut round = || {
        let start = Instant::now();
        (0..calls).for_each(&mut call);
        start.elapsed().as_nanos() as f64 / f64::from(calls)
    };
    (0..3).map(|_| round()).fold(f64::INFINITY, f64::min)
}

fn row(what: &str, value: f64, unit: &str) {
    #[expect(clippy::print_stdout, reason = "printing is the purpose")]
    {
        println!("{what:<34} {value:>8.2} {unit}");
    }
}
