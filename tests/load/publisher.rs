//! What the thinnest embedded publisher costs its host at 1 Hz, beside a process that only holds a NATS connection.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use harness::NatsServer;
use harness::process::{Process, program};

use crate::proc::{cpu_seconds, rss};

const SECONDS: f64 = 30.0;

pub(crate) async fn run() {
    let server = NatsServer::start().await;
    let bridge = harness::Bridge::start(&server, &[]).await;
    println!("publisher: {SECONDS} s at 1 Hz, acknowledged by JetStream");
    let baseline = measure("../thin/examples/bare", &server).await;
    let floor = measure("../thin/examples/floor", &server).await;
    let ours = measure("../thin/examples/embed", &server).await;
    for (what, (memory, cpu)) in [
        ("an idle async-nats connection", baseline),
        ("a bare socket, written and read", floor),
        ("the embedded publisher", ours),
    ] {
        println!("  {what:33} {:6.2} MB RSS   {:.4} % of a core", memory / 1e6, cpu * 100.0);
    }
    println!(
        "  memory {:.2} × the idle connection's, CPU {:.2} × the bare socket's",
        ours.0 / baseline.0,
        ours.1 / floor.1
    );
    drop(bridge);
}

async fn measure(example: &str, server: &NatsServer) -> (f64, f64) {
    let mut command = Command::new(program(example));
    command.arg(server.url()).stdin(Stdio::piped()).stdout(Stdio::null());
    let process = Process::start(&mut command);
    // Starting is not what a host pays every second.
    tokio::time::sleep(Duration::from_secs(3)).await;
    let (began, cpu) = (Instant::now(), cpu_seconds(process.pid()));
    tokio::time::sleep(Duration::from_secs_f64(SECONDS)).await;
    let share = (cpu_seconds(process.pid()) - cpu) / began.elapsed().as_secs_f64();
    (rss(process.pid()) as f64, share)
}
