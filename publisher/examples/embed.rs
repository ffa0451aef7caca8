//! The thinnest program that embeds a publisher: what it costs is measured on this.
//!
//! `cargo run --profile thin -p eontide-publisher --no-default-features --example embed [nats://host:port [seconds]]`
//!
//! Publishes rss, heap and CPU of itself and one gauge at 1 Hz for so many seconds (60), then says what that cost.

use std::sync::mpsc::channel;
use std::time::Duration;

use eontide_publisher::{Publisher, PublisherError};

/// Connecting and the first pages are not what a running program costs.
const SETTLED_AFTER: u64 = 2;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let url = arguments.next().unwrap_or_else(|| "nats://127.0.0.1:4222".into());
    let seconds: u64 = arguments.next().map_or(Ok(60), |text| text.parse())?;
    publish(&url, seconds)?;
    Ok(())
}

fn publish(url: &str, seconds: u64) -> Result<(), PublisherError> {
    let publisher = Publisher::builder("process-memory-demo").id("embedded").connect(url)?;
    let turn = publisher.gauge("turn");
    turn.set(1.0);
    // The program's own work would be here; a waking thread is not what the publisher costs.
    let (_work, idle) = channel::<()>();
    let _ = idle.recv_timeout(Duration::from_secs(SETTLED_AFTER));
    let cpu_before = cpu_ns();
    let measured = seconds.saturating_sub(SETTLED_AFTER).max(1);
    let _ = idle.recv_timeout(Duration::from_secs(measured));
    let cpu_ms = cpu_ns().saturating_sub(cpu_before) as f64 / 1e6;
    let percent = cpu_ms / 10.0 / measured as f64;
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = |name| status.lines().find(|line| line.starts_with(name)).unwrap_or_default();
    eprintln!("{}\n{}\n{}", line("VmRSS"), line("RssAnon"), line("Threads"));
    eprintln!("cpu {cpu_ms:.1} ms in {measured} s: {percent:.4} % of a core");
    eprintln!("{:?}", publisher.stats());
    publisher.close_blocking(Duration::from_secs(2))
}

/// CPU time of all threads so far, in ns (Linux; 0 elsewhere).
fn cpu_ns() -> u64 {
    let tasks = std::fs::read_dir("/proc/self/task").into_iter().flatten().flatten();
    let on_cpu = |task: std::fs::DirEntry| {
        let text = std::fs::read_to_string(task.path().join("schedstat")).ok()?;
        text.split_ascii_whitespace().next()?.parse::<u64>().ok()
    };
    tasks.filter_map(on_cpu).sum()
}
