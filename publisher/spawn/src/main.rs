//! Starts N publishing processes to simulate load, restarts those that die, stops them all.
//!
//! [`options`] what is asked · [`parent`] starts, restarts, stops · [`child`] one publishing process · [`load`] what it
//! does to its memory and CPU · [`backoff`] when a dead child comes back · [`announce`] says bye for it · [`descriptors`]
//! room for the pipes of many children · [`status`] the line that says who runs

mod announce;
mod backoff;
mod child;
mod descriptors;
mod load;
mod options;
mod parent;
mod status;

use std::process::ExitCode;

use clap::Parser;

use options::{Arguments, Options, Role};

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    if let Some(Role::Child(child)) = &arguments.role {
        log_to_stderr("error");
        return report(child::run(child));
    }
    match Options::check(&arguments.raw) {
        Ok(options) => {
            log_to_stderr("warn");
            report(run_parent(options))
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

fn run_parent(options: Options) -> anyhow::Result<()> {
    descriptors::make_room(options.count)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(parent::run(options))
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
