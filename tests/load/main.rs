//! `make bench`: each figure beside a baseline of the same run, as a ratio: machines differ and are noisy.
//!
//! Nothing here passes or fails. What was measured when stands in BENCHMARKS.md.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a benchmark prints, and stops where something is wrong")]

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

mod codecs;
mod death;
mod density;
mod history;
mod ingest;
mod latency;
mod presence;
mod proc;
mod publisher;
mod query;
mod ranking;
mod store;
mod storm;
mod viewers;

/// Which benchmarks; all where none is named.
const ALL: [&str; 13] = [
    "codecs",
    "death",
    "density",
    "history",
    "ingest",
    "latency",
    "presence",
    "publisher",
    "query",
    "ranking",
    "store",
    "storm",
    "viewers",
];

#[tokio::main]
async fn main() {
    let named: Vec<String> = std::env::args().skip(1).collect();
    if let Some(unknown) = named.iter().find(|name| !ALL.contains(&name.as_str())) {
        eprintln!("no benchmark is called {unknown}: {}", ALL.join(", "));
        std::process::exit(2);
    }
    let wanted = |name: &str| named.is_empty() || named.iter().any(|other| other == name);
    if wanted("store") {
        store::run();
    }
    if wanted("presence") {
        presence::run();
    }
    if wanted("death") {
        death::run().await;
    }
    if wanted("codecs") {
        codecs::run().await;
    }
    if wanted("history") {
        history::run().await;
    }
    if wanted("density") {
        density::run().await;
    }
    if wanted("ingest") {
        ingest::run().await;
    }
    if wanted("query") {
        query::run().await;
    }
    if wanted("ranking") {
        ranking::run().await;
    }
    if wanted("storm") {
        storm::run().await;
    }
    if wanted("latency") {
        latency::run().await;
    }
    if wanted("viewers") {
        viewers::run().await;
    }
    if wanted("publisher") {
        publisher::run().await;
    }
}

/// The value below which `share` of sorted `values` lie.
fn quantile(values: &mut [f64], share: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    values[((values.len() - 1) as f64 * share) as usize]
}

/// xorshift64*: the same load in every run.
struct Random(u64);

impl Random {
    /// In [0, 1).
    fn share(&mut self) -> f64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 11) as f64 / (1u64 << 53) as f64
    }
}
