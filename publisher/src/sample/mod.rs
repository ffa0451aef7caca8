//! What this process uses: resident memory, heap, CPU.
//!
//! * [`procfs`]: Linux, a held-open file, about 1 µs · [`portable`]: sysinfo, some 30 µs, everywhere else
//! * [`heap`]: real figures from the allocator

mod heap;
#[cfg(feature = "sysinfo")]
mod portable;
#[cfg(target_os = "linux")]
mod procfs;

use std::time::Instant;

/// Which figures of its own process a publisher samples, and in which unit. All, in bytes, is the default.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProcessSampling {
    metrics: Vec<ProcessMetric>,
    units: Units,
}

/// One figure of the process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ProcessMetric {
    /// Series `rss`: resident set size.
    Rss,
    /// Series `heap-total`: what the allocator took from the system. Absent where the allocator tells no figure.
    HeapTotal,
    /// Series `heap`: what the program has allocated and not freed. Absent where the allocator tells no figure.
    Heap,
    /// Series `cpu`: percent of one core since the sample before; 200 is two cores.
    Cpu,
}

/// The unit of memory figures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Units {
    /// Bytes, unit `B`.
    #[default]
    Bytes,
    /// `ceil(bytes / 1048576)`, unit `MiB`: whole and small, at the price of precision.
    MebibytesCeil,
}

impl Default for ProcessSampling {
    fn default() -> Self {
        use ProcessMetric::{Cpu, Heap, HeapTotal, Rss};
        Self { metrics: vec![Rss, HeapTotal, Heap, Cpu], units: Units::Bytes }
    }
}

impl ProcessSampling {
    /// Nothing of the process: only what the program sets and records.
    pub fn none() -> Self {
        Self { metrics: Vec::new(), units: Units::Bytes }
    }

    /// Only these, in this order.
    pub fn only(metrics: impl IntoIterator<Item = ProcessMetric>) -> Self {
        let mut sampling = Self::none();
        for metric in metrics {
            if !sampling.metrics.contains(&metric) {
                sampling.metrics.push(metric);
            }
        }
        sampling
    }

    /// In this unit.
    pub fn units(mut self, units: Units) -> Self {
        self.units = units;
        self
    }

    /// The figures, in the order of publication.
    pub fn metrics(&self) -> &[ProcessMetric] {
        &self.metrics
    }

    fn wants(&self, metric: ProcessMetric) -> bool {
        self.metrics.contains(&metric)
    }

    /// The unit of `metric` in a hello.
    pub(crate) fn unit(&self, metric: ProcessMetric) -> &'static str {
        match (metric, self.units) {
            (ProcessMetric::Cpu, _) => "%",
            (_, Units::Bytes) => "B",
            (_, Units::MebibytesCeil) => "MiB",
        }
    }
}

impl ProcessMetric {
    /// The metric's name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Rss => "rss",
            Self::HeapTotal => "heap-total",
            Self::Heap => "heap",
            Self::Cpu => "cpu",
        }
    }
}

impl Units {
    /// Bytes in this unit.
    pub fn convert(self, bytes: u64) -> f64 {
        match self {
            Self::Bytes => bytes as f64,
            Self::MebibytesCeil => bytes.div_ceil(1 << 20) as f64,
        }
    }
}

/// The allocator's figures, in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct HeapFigures {
    total: Option<u64>,
    used: Option<u64>,
}

/// Reads this process's figures.
pub(crate) struct Sampler {
    sampling: ProcessSampling,
    source: Source,
    /// Wall and CPU time of the sample before.
    cpu_before: Option<(Instant, u64)>,
}

/// Where resident memory comes from.
enum Source {
    #[cfg(target_os = "linux")]
    Procfs(procfs::Statm),
    #[cfg(feature = "sysinfo")]
    Portable(Box<portable::Portable>),
    /// This build has no way to tell.
    None,
}

impl Source {
    fn open() -> Self {
        #[cfg(target_os = "linux")]
        if let Some(statm) = procfs::Statm::open() {
            return Self::Procfs(statm);
        }
        #[cfg(feature = "sysinfo")]
        if let Some(portable) = portable::Portable::open() {
            return Self::Portable(Box::new(portable));
        }
        Self::None
    }

    fn rss(&mut self) -> Option<u64> {
        match self {
            #[cfg(target_os = "linux")]
            Self::Procfs(statm) => statm.rss(),
            #[cfg(feature = "sysinfo")]
            Self::Portable(portable) => portable.rss(),
            Self::None => None,
        }
    }

    /// CPU time used so far, in ns.
    fn cpu_ns(&mut self) -> Option<u64> {
        #[cfg(unix)]
        return crate::ffi::cpu_ns();
        #[cfg(not(unix))]
        match self {
            #[cfg(feature = "sysinfo")]
            Self::Portable(portable) => portable.cpu_ns(),
            Self::None => None,
        }
    }
}

impl Sampler {
    pub(crate) fn new(sampling: ProcessSampling) -> Self {
        let source = if sampling.metrics.is_empty() { Source::None } else { Source::open() };
        Self { sampling, source, cpu_before: None }
    }

    /// The figures now; a figure that cannot be had is absent. The first sample has no CPU: it needs two.
    pub(crate) fn sample(&mut self, now: Instant) -> impl Iterator<Item = (ProcessMetric, f64)> {
        let wants_heap = self.sampling.wants(ProcessMetric::Heap) || self.sampling.wants(ProcessMetric::HeapTotal);
        let rss = if self.sampling.wants(ProcessMetric::Rss) { self.source.rss() } else { None };
        let heap = if wants_heap { heap::figures() } else { HeapFigures::default() };
        let cpu = if self.sampling.wants(ProcessMetric::Cpu) { self.cpu_percent(now) } else { None };
        let units = self.sampling.units;
        self.sampling.metrics.iter().filter_map(move |metric| {
            let value = match metric {
                ProcessMetric::Rss => units.convert(rss?),
                ProcessMetric::HeapTotal => units.convert(heap.total?),
                ProcessMetric::Heap => units.convert(heap.used?),
                ProcessMetric::Cpu => cpu?,
            };
            Some((*metric, value))
        })
    }

    fn cpu_percent(&mut self, now: Instant) -> Option<f64> {
        let used = self.source.cpu_ns()?;
        let (then, used_then) = self.cpu_before.replace((now, used))?;
        let wall_ns = now.saturating_duration_since(then).as_nanos() as f64;
        // Three decimals of a percent: what the clock can tell.
        (wall_ns > 0.0).then(|| (used.saturating_sub(used_then) as f64 / wall_ns * 1e5).round() / 1e3)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn mebibytes_are_rounded_up() {
        let mib = 1 << 20;
        for (bytes, expected) in [(0, 0.0), (1, 1.0), (mib, 1.0), (mib + 1, 2.0), (184 * mib, 184.0)] {
            assert_eq!(Units::MebibytesCeil.convert(bytes), expected);
            assert_eq!(Units::Bytes.convert(bytes), bytes as f64);
        }
    }

    #[test]
    fn only_what_was_asked_is_sampled() {
        let now = Instant::now();
        let names = |sampling| Sampler::new(sampling).sample(now).map(|(metric, _)| metric.name()).collect::<Vec<_>>();
        assert!(names(ProcessSampling::none()).is_empty());
        let twice = [ProcessMetric::Rss, ProcessMetric::Rss];
        assert_eq!(names(ProcessSampling::only(twice)), ["rss"]);
        assert!(!names(ProcessSampling::default()).contains(&"cpu"), "the first sample has none");
    }

    #[cfg(all(target_os = "linux", target_env = "gnu", not(any(feature = "jemalloc", feature = "mimalloc"))))]
    #[test]
    fn a_large_allocation_shows_in_every_memory_figure() {
        let mut sampler = Sampler::new(ProcessSampling::default());
        let mut read = || -> Vec<f64> { sampler.sample(Instant::now()).take(3).map(|(_, value)| value).collect() };
        let before = read();
        let block = std::hint::black_box(vec![1u8; 64 << 20]);
        let during = read();
        drop(block);
        let after = read();
        for (figure, name) in ["rss", "heap-total", "heap"].iter().enumerate() {
            assert!(during[figure] - before[figure] > 60e6, "{name}: {before:?} → {during:?}");
            assert!(during[figure] - after[figure] > 60e6, "{name}: {during:?} → {after:?}");
        }
        assert!(after[2] <= after[1], "used is part of total");
    }

    #[cfg(unix)]
    #[test]
    fn work_shows_as_percent_of_a_core() {
        let mut sampler = Sampler::new(ProcessSampling::only([ProcessMetric::Cpu]));
        let start = Instant::now();
        assert_eq!(sampler.sample(start).count(), 0);
        let mut work = 0u64;
        while start.elapsed() < Duration::from_millis(100) {
            work = std::hint::black_box(work.wrapping_mul(31).wrapping_add(7));
        }
        let (metric, percent) = sampler.sample(Instant::now()).next().unwrap();
        assert_eq!(metric, ProcessMetric::Cpu);
        assert!(percent > 10.0 && percent < 10_000.0, "{percent} %");
    }
}
