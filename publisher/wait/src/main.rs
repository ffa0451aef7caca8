//! Waits until a source is down, or up: `eontide-wait --for down worker-3 --timeout 30s`.
//!
//! [`options`] what is asked · [`over_nats`] asks by monitors · [`over_http`] asks a bridge's API · [`happened`] the line that
//! says it, and how it ended

mod happened;
mod options;
mod over_http;
mod over_nats;

use std::process::ExitCode;

use clap::Parser;

use happened::Failed;
use options::{Arguments, Place, Wish};

fn main() -> ExitCode {
    let wish = match Wish::check(&Arguments::parse()) {
        Ok(wish) => wish,
        Err(mistakes) => {
            for mistake in mistakes {
                eprintln!("error: {mistake}");
            }
            eprintln!("\nFor more information, try '--help'.");
            return ExitCode::from(2);
        }
    };
    let waited = match &wish.place {
        Place::Nats(url) => over_nats::wait(&wish, url),
        Place::Bridge(address) => over_http::wait(&wish, address),
    };
    match waited {
        Ok(()) => ExitCode::SUCCESS,
        Err(failed) => {
            eprintln!("error: {failed}");
            ExitCode::from(match failed {
                Failed::Timeout(_) => 1,
                Failed::Usage(_) => 2,
                Failed::Unreachable(_) => 3,
            })
        }
    }
}
