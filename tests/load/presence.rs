//! A million sources: the memory of each beside its names, what a sign of life costs, and what passing time does.

use std::time::{Duration, Instant};

use broker_bridge::presence::{Now, Presence, Seen};
use eontide_wire::{Epoch, Hello, Origin, SourceId, Timestamp};

use crate::proc::rss;

const SOURCES: u64 = 1_000_000;
const HOSTS: u64 = 1_000;
const ROUNDS: u64 = 3;

pub(crate) fn run() {
    let start = Instant::now();
    let at = |ms: u64| Now {
        mono: start + Duration::from_millis(ms),
        wall: Timestamp::from_millis(1_763_683_200_000 + ms as i64),
    };
    let seen = |ms: u64| Seen { at: at(ms).wall, age: Duration::ZERO };
    let id = |n: u64| SourceId::new(&format!("process-memory-{n}")).unwrap();
    let ids: Vec<SourceId> = (0..SOURCES).map(id).collect();
    let hello = |n: u64| Hello {
        id: ids[n as usize].clone(),
        epoch: Epoch(1_763_683_100_000),
        host: Some(format!("web-{}", n % HOSTS)),
        pid: Some(n as u32 + 2),
        program: Some("spawn".into()),
        version: Some("0.1.0".into()),
        interval_ms: Some(1_000),
        labels: [("zone".into(), format!("eu-{}", n % 3))].into(),
        series: Vec::new(),
    };
    let mut presence = Presence::new(SOURCES as usize);
    let before = rss(std::process::id());
    for n in 0..SOURCES {
        presence.hello("bench", hello(n), seen(0), at(0));
        if n % 1_000 == 999 {
            presence.discard_told();
        }
    }
    let whole = (rss(std::process::id()) - before) as f64 / SOURCES as f64;
    let names: f64 = ids.iter().map(|id| id.as_str().len() as f64).sum::<f64>() / SOURCES as f64;
    println!("presence: {SOURCES} sources on {HOSTS} machines, {names:.1} bytes of id each");
    println!(
        "  memory                      {:8.1} bytes a source beside its id, {:.2} × of 120",
        whole - names,
        (whole - names) / 120.0
    );

    let (mut beats, mut looks) = (Duration::ZERO, Duration::ZERO);
    for round in 1..=ROUNDS {
        // Each once, in no order that memory knows.
        let order: Vec<u64> = (0..SOURCES).map(|n| (n * 611_953 + round) % SOURCES).collect();
        for batch in order.chunks(1_024) {
            // As the pipeline does: a batch is decoded, then taken in.
            let epoch = Epoch(1_763_683_100_000);
            let origin = |n: &u64| Origin { id: id(*n), epoch, seq: Some(round), dropped: 0 };
            let origins: Vec<Origin> = batch.iter().map(origin).collect();
            let began = Instant::now();
            for from in &origins {
                presence.admit("bench", from, std::iter::empty(), seen(round * 1_000), at(round * 1_000));
            }
            beats += began.elapsed();
        }
        let began = Instant::now();
        for tick in 1..=10 {
            presence.expire(at(round * 1_000 + tick * 99), Timestamp::default());
        }
        looks += began.elapsed();
        presence.discard_told();
    }
    let beat = beats.as_nanos() as f64 / (SOURCES * ROUNDS) as f64;
    println!("  a sign of life              {beat:8.0} ns, {:.2} × of 300", beat / 300.0);
    println!("  a second passes             {:8.2} ms", looks.as_secs_f64() * 1e3 / ROUNDS as f64);
    assert_eq!(presence.counts(), (SOURCES as usize, 0));

    let began = Instant::now();
    presence.expire(at(ROUNDS * 1_000 + 20_000), Timestamp::default());
    let all = began.elapsed();
    assert_eq!(presence.counts(), (0, SOURCES as usize));
    println!("  all end at once             {:8.0} ns each", all.as_nanos() as f64 / SOURCES as f64);
}
