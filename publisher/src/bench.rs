//! Doors for the bench example to what is private; no part of the interface.

use std::time::Instant;

use crate::sample::{ProcessMetric, ProcessSampling, Sampler};

/// Samplings worth a row of their own.
pub fn samplings() -> Vec<(&'static str, ProcessSampling)> {
    let only = |metric| ProcessSampling::only([metric]);
    vec![
        ("rss", only(ProcessMetric::Rss)),
        ("heap (allocator)", only(ProcessMetric::Heap)),
        ("cpu", only(ProcessMetric::Cpu)),
        ("all", ProcessSampling::default()),
    ]
}

/// A function that samples once, and returns the sum of the figures.
pub fn sampler(sampling: ProcessSampling) -> impl FnMut() -> f64 {
    let mut sampler = Sampler::new(sampling);
    move || sampler.sample(Instant::now()).map(|(_, value)| value).sum()
}
