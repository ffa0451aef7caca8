//! Resident memory and CPU everywhere else: sysinfo, this process only, without its tasks.

use sysinfo::{Pid, ProcessRefreshKind, ProcessesToUpdate, System};

/// One process of a `System` that knows no other.
pub(super) struct Portable {
    system: System,
    pid: Pid,
}

impl Portable {
    pub(super) fn open() -> Option<Self> {
        let pid = sysinfo::get_current_pid().ok()?;
        let mut portable = Self { system: System::new().ok()?, pid };
        portable.rss().map(|_| portable)
    }

    /// In bytes.
    pub(super) fn rss(&mut self) -> Option<u64> {
        self.refresh().map(sysinfo::Process::memory)
    }

    /// CPU time used so far, in ns.
    #[cfg(not(unix))]
    pub(super) fn cpu_ns(&mut self) -> Option<u64> {
        self.refresh().map(|process| process.accumulated_cpu_time() * 1_000_000)
    }

    fn refresh(&mut self) -> Option<&sysinfo::Process> {
        let kind = ProcessRefreshKind::nothing().without_tasks().with_memory().with_cpu();
        self.system.refresh_processes_specifics(ProcessesToUpdate::Some(&[self.pid]), true, kind);
        self.system.process(self.pid)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(target_os = "linux")]
    #[test]
    fn both_ways_agree() {
        let portable = Portable::open().unwrap().rss().unwrap() as f64;
        let procfs = super::super::procfs::Statm::open().unwrap().rss().unwrap() as f64;
        assert!((portable / procfs - 1.0).abs() < 0.3, "{portable} and {procfs}");
    }
}
