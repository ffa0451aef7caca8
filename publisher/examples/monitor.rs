//! Says which of the sources that are there now go, as they go.
//!
//! `cargo run -p eontide-publisher --features monitor --example monitor [nats://host:port [id-pattern [seconds]]]`

use std::time::{Duration, Instant};

use eontide_publisher::monitor::{Monitors, Target};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let url = arguments.next().unwrap_or_else(|| "nats://127.0.0.1:4222".into());
    let pattern = arguments.next().unwrap_or_else(|| "*".into());
    let seconds: u64 = arguments.next().map_or(Ok(600), |text| text.parse())?;
    let monitors = Monitors::connect(&url)?;
    let reference = monitors.monitor_blocking(Target::glob(&pattern))?;
    let until = Instant::now() + Duration::from_secs(seconds);
    while let Some(notice) = monitors.recv_timeout(until.saturating_duration_since(Instant::now())) {
        let id = notice.target.id.as_deref().unwrap_or(&pattern);
        eprintln!("{id}: {} ({})", notice.reason, notice.cause.as_str());
    }
    monitors.demonitor_blocking(reference, true);
    Ok(())
}
