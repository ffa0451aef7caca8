//! Hello and bye: what a source says of itself, kept inside the limits of the wire.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use bytes::Bytes;
use eontide_wire::limits::HELLO_BYTES_MAX;
use eontide_wire::{Bye, Epoch, Hello, SeriesInfo, SourceId};

/// A source introduces itself again this often.
const HELLO_EVERY: Duration = Duration::from_secs(60);
/// New series are described this long after the last hello; a hello that could not be sent is tried again.
const HELLO_SOON: Duration = Duration::from_secs(2);

/// When to introduce ourselves next.
pub(super) struct HelloPlan {
    /// Regularly, or because of a new connection.
    due_at: Instant,
    /// Earliest moment for the sake of new series.
    soon_at: Instant,
    /// Series the last hello described.
    described: usize,
}

impl HelloPlan {
    /// Due at once.
    pub(super) fn new(now: Instant) -> Self {
        Self { due_at: now, soon_at: now, described: 0 }
    }

    /// When a hello is due, if there are `known` series by now.
    pub(super) fn due_at(&self, known: usize) -> Instant {
        if known > self.described { self.soon_at.min(self.due_at) } else { self.due_at }
    }

    /// A new connection: due at once.
    pub(super) fn introduce(&mut self, now: Instant) {
        self.due_at = now;
    }

    /// A hello with `described` series is on its way.
    pub(super) fn said(&mut self, described: usize, now: Instant) {
        *self = Self { due_at: now + HELLO_EVERY, soon_at: now + HELLO_SOON, described };
    }

    /// The connection did not take it.
    pub(super) fn not_said(&mut self, now: Instant) {
        self.due_at = now + HELLO_SOON;
        self.soon_at = self.due_at;
    }
}

/// What every hello of one publisher repeats.
#[derive(Clone, Debug)]
pub(crate) struct Introduction {
    pub(crate) id: SourceId,
    pub(crate) epoch: Epoch,
    pub(crate) program: Option<String>,
    pub(crate) version: Option<String>,
    pub(crate) interval_ms: u64,
    pub(crate) labels: BTreeMap<String, String>,
}

impl Introduction {
    /// The hello that describes `series` in at most `bytes_max` bytes; of too many, the first that fit.
    pub(super) fn hello(&self, mut series: Vec<SeriesInfo>, bytes_max: usize) -> Bytes {
        let bytes_max = bytes_max.min(HELLO_BYTES_MAX);
        loop {
            let hello = Hello {
                id: self.id.clone(),
                epoch: self.epoch,
                host: host_name(),
                pid: Some(std::process::id()),
                program: self.program.clone(),
                version: self.version.clone(),
                interval_ms: Some(self.interval_ms),
                labels: self.labels.clone(),
                series,
            };
            let bytes = serde_json::to_vec(&hello).unwrap_or_default();
            if bytes.len() <= bytes_max || hello.series.is_empty() {
                return bytes.into();
            }
            series = hello.series;
            series.truncate(series.len() / 2);
        }
    }

    /// The bye with `reason`.
    pub(super) fn bye(&self, reason: &str) -> Bytes {
        encode_bye(&Bye { id: self.id.clone(), epoch: self.epoch, reason: reason.into() })
    }
}

/// A bye as published.
pub(super) fn encode_bye(bye: &Bye) -> Bytes {
    serde_json::to_vec(bye).unwrap_or_default().into()
}

/// The name of this machine.
pub(crate) fn host_name() -> Option<String> {
    let file = |path| std::fs::read_to_string(path).ok();
    let name = file("/proc/sys/kernel/hostname").or_else(|| file("/etc/hostname"));
    #[cfg(feature = "sysinfo")]
    let name = name.or_else(|| sysinfo::System::host_name().ok());
    let name = name.or_else(|| std::env::var("HOSTNAME").ok()).or_else(|| std::env::var("COMPUTERNAME").ok())?;
    let name = name.trim();
    (!name.is_empty()).then(|| name.chars().take(255).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn introduction() -> Introduction {
        Introduction {
            id: SourceId::new("w").unwrap(),
            epoch: Epoch(7),
            program: Some("p".into()),
            version: None,
            interval_ms: 1000,
            labels: BTreeMap::from([("zone".into(), "a".into())]),
        }
    }

    #[test]
    fn a_hello_is_due_at_once_every_minute_and_soon_after_new_series() {
        let now = Instant::now();
        let mut plan = HelloPlan::new(now);
        assert_eq!(plan.due_at(0), now);
        plan.said(4, now);
        assert_eq!(plan.due_at(4), now + HELLO_EVERY);
        assert_eq!(plan.due_at(5), now + HELLO_SOON);
        plan.introduce(now);
        assert_eq!(plan.due_at(4), now);
        plan.not_said(now);
        assert_eq!(plan.due_at(4), now + HELLO_SOON);
    }

    #[test]
    fn a_hello_reads_back() {
        let series = vec![SeriesInfo { name: "rss-w".into(), unit: Some("B".into()), metric: Some("rss".into()) }];
        let hello = Hello::decode(&introduction().hello(series.clone(), usize::MAX)).unwrap();
        assert_eq!((hello.id.as_str(), hello.epoch, hello.interval_ms), ("w", Epoch(7), Some(1000)));
        assert_eq!(hello.series, series);
        assert_eq!(hello.pid, Some(std::process::id()));
        assert!(hello.host.is_some());
    }

    #[test]
    fn a_hello_of_too_many_series_is_cut_to_the_limit() {
        let info = |n| SeriesInfo { name: format!("{n:0>200}"), unit: None, metric: None };
        for (bytes_max, least) in [(usize::MAX, 100), (4096, 10)] {
            let bytes = introduction().hello((0..4096).map(info).collect(), bytes_max);
            assert!(bytes.len() <= bytes_max);
            let hello = Hello::decode(&bytes).unwrap();
            assert!(hello.series.len() > least, "{}", hello.series.len());
        }
    }

    #[test]
    fn a_bye_reads_back() {
        let bye = Bye::decode(&introduction().bye("SIGTERM")).unwrap();
        assert_eq!((bye.id.as_str(), bye.epoch, bye.reason.as_str()), ("w", Epoch(7), "SIGTERM"));
    }
}
