//! A million sources: the memory of each beside its names, what a sign of life costs, and what passing time does.

use std::time::{Duration, Instant};

use broker_bridge::presence::{Now, Presence, Seen};
use eontide_wire::{Epoch, Hello, Origin, SourceId, Timestamp};

use crate::proc::rss;

const SOURCES: u64 = 1_000_000;
const HOSTS: u64 = 1_000;
const ROUNDS: u64 = 3;
/// Memory that did not shrink for so long is what it takes.
const SETTLED: Duration = Duration::from_secs(2);

/// Resident memory once the allocator gave back what filling left free: tables that were outgrown, and what was said of those
/// who came. It looks when something is freed.
fn settled_rss() -> u64 {
    let mut least = (rss(std::process::id()), Instant::now());
    while least.1.elapsed() < SETTLED {
        std::thread::park_timeout(Duration::from_millis(20));
        drop(vec![1u8; 1 << 20]);
        let now = rss(std::process::id());
        if now < least.0 {
            least = (now, Instant::now());
        }
    }
    least.0
}

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
        presence.hello("bench", &hello(n), seen(0), at(0));
        if n % 1_000 == 999 {
            presence.discard_told();
        }
    }
    let whole = (settled_rss() - before) as f64 / SOURCES as f64;
    let names: f64 = ids.iter().map(|id| id.as_str().len() as f64).sum::<f64>() / SOURCES as f64;
    println!("presence: {SOURCES} sources on {HOSTS} machines, {names:.1} bytes of id each");
    println!(
        "  memory                      {:8.1} bytes a source beside its id, {:.2} × of 120",
        whole - names,
        (whole - names) / 120.0
    );

    let (mut beats, mut hellos, mut looks) = (Duration::ZERO, Duration::ZERO, Duration::ZERO);
    for round in 1..=ROUNDS {
        // Each once, in no order that memory knows.
        let order: Vec<u64> = (0..SOURCES).map(|n| (n * 611_953 + round) % SOURCES).collect();
        for batch in order.chunks(1_024) {
            // As the pipeline does: a batch is decoded, then taken in.
            let epoch = Epoch(1_763_683_100_000);
            let origin = |n: &u64| Origin { id: id(*n), epoch, seq: Some(round), dropped: 0 };
            let origins: Vec<Origin> = batch.iter().map(origin).collect();
            let began = Instant::now();
            presence.warm(origins.iter().map(|from| ("bench", &from.id)));
            for from in &origins {
                presence.admit("bench", from, std::iter::empty(), seen(round * 1_000), at(round * 1_000));
            }
            beats += began.elapsed();
        }
        for batch in order.chunks(1_024) {
            let repeated: Vec<Hello> = batch.iter().map(|n| hello(*n)).collect();
            let began = Instant::now();
            presence.warm(repeated.iter().map(|hello| ("bench", &hello.id)));
            for hello in &repeated {
                presence.hello("bench", hello, seen(round * 1_000 + 10), at(round * 1_000 + 10));
            }
            hellos += began.elapsed();
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
    let hello = hellos.as_nanos() as f64 / (SOURCES * ROUNDS) as f64;
    println!("  a hello said again          {hello:8.0} ns, {:.2} × of 300", hello / 300.0);
    println!("  a second passes             {:8.2} ms", looks.as_secs_f64() * 1e3 / ROUNDS as f64);
    assert_eq!(presence.counts(), (SOURCES as usize, 0));

    let began = Instant::now();
    presence.expire(at(ROUNDS * 1_000 + 20_000), Timestamp::default());
    let all = began.elapsed();
    assert_eq!(presence.counts(), (0, SOURCES as usize));
    println!("  all end at once             {:8.0} ns each", all.as_nanos() as f64 / SOURCES as f64);
}
