//! Starts N publishing processes to simulate load, restarts those that die, stops them all; or replays a file.
//!
//! [`options`] what is asked · [`parent`] starts, restarts, stops · [`child`] one publishing process · [`load`] what it
//! does to its memory and CPU · [`backoff`] when a dead child comes back · [`announce`] says bye for it · [`descriptors`]
//! room for the pipes of many children · [`status`] the line that says who runs · [`chaos`] what `--chaos` does to them ·
//! [`random`] numbers for both · [`replay`] plays a recorded file · [`signals`] what ends either

mod announce;
mod backoff;
mod chaos;
mod child;
mod descriptors;
mod load;
mod options;
mod parent;
mod random;
mod replay;
mod signals;
mod status;

use std::process::ExitCode;

use clap::Parser;

use options::{Arguments, Role, Task};

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    if let Some(Role::Child(child)) = &arguments.role {
        log_to_stderr("error");
        return report(child::run(child));
    }
    match Task::check(&arguments.raw) {
        Ok(task) => {
            log_to_stderr("warn");
            report(run_task(task))
        }
        Err(mistakes) => {
            for mistake in mistakes {
                eprintln!("error: {mistake}");
            }
            eprintln!("\nFor more information, try '--help'.");
            ExitCode::from(2)
        }
    }
}

fn run_task(task: Task) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    match task {
        Task::Spawn(options) => {
            descriptors::make_room(options.count)?;
            runtime.block_on(parent::run(options))
        }
        Task::Replay(options) => runtime.block_on(replay::run(&options)),
    }
}

fn report(result: anyhow::Result<()>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn log_to_stderr(default: &str) {
    let filter = std::env::var("RUST_LOG").unwrap_or_else(|_| default.into());
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
}
