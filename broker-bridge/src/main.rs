//! Parse, start, wait, stop.

use std::process::ExitCode;

use broker_bridge::bridge::Bridge;
use broker_bridge::http::probe;
use broker_bridge::options::Options;
use clap::Parser;
use tokio::signal::unix::{SignalKind, signal};

/// Messages are many small allocations that one thread makes and another frees: a fifth of ingest with the system's
/// allocator, a twentieth with this one.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let options = Options::parse();
    if let Some(url) = &options.probe {
        return if probe(url) { ExitCode::SUCCESS } else { ExitCode::FAILURE };
    }
    let settings = match options.check() {
        Ok(settings) => settings,
        Err(mistakes) => {
            for mistake in mistakes {
                eprintln!("error: {mistake}");
            }
            eprintln!("\nFor more information, try '--help'.");
            return ExitCode::from(2);
        }
    };
    tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::new(&options.log))
        .with_writer(std::io::stderr)
        .with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr()))
        .with_target(false)
        .init();
    let run = || -> anyhow::Result<()> {
        tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(async {
            // Before anything is started: a server of our own must not outlive a signal that comes while it starts.
            let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
            let asked = async {
                tokio::select! {
                    _ = interrupt.recv() => {}
                    _ = terminate.recv() => {}
                }
            };
            tokio::pin!(asked);
            let mut bridge = tokio::select! {
                started = Bridge::start(settings) => started?,
                () = &mut asked => return Ok(()),
            };
            let ended = tokio::select! {
                () = &mut asked => Ok(()),
                error = bridge.failed() => Err(error),
            };
            bridge.stop().await;
            Ok(ended?)
        })
    };
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
