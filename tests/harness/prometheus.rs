//! A real Prometheus that holds given samples: what our answers are compared with.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use tempfile::TempDir;

use crate::process::{Process, finish, free_port, repository};
use crate::wait::until;

/// A running Prometheus that scrapes nothing.
#[derive(Debug)]
pub struct Prometheus {
    _process: Process,
    address: String,
    _data: TempDir,
}

/// A program of the package, from PATH or from where `scripts/prometheus.sh` unpacks it.
fn program(name: &str) -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let unpacked = repository().join(".tools/prometheus/usr/bin");
    let found = std::env::split_paths(&path).chain([unpacked]).map(|dir| dir.join(name)).find(|path| path.is_file());
    found.unwrap_or_else(|| {
        panic!("no {name}: run scripts/prometheus.sh, as `make e2e` does, or install Debian's package prometheus")
    })
}

impl Prometheus {
    /// Starts one that holds the samples of `text`, which is in OpenMetrics' format.
    pub async fn start(text: &str) -> Self {
        let data = tempfile::tempdir().unwrap();
        let file = |name: &str| data.path().join(name);
        std::fs::write(file("samples"), text).unwrap();
        std::fs::write(file("config.yml"), "global: {}\n").unwrap();
        let make = ["tsdb", "create-blocks-from", "openmetrics"];
        let made = finish(Command::new(program("promtool")).args(make).args([file("samples"), file("tsdb")]));
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let address = format!("127.0.0.1:{}", free_port());
        let mut command = Command::new(program("prometheus"));
        command
            .arg(format!("--config.file={}", file("config.yml").display()))
            .arg(format!("--storage.tsdb.path={}", file("tsdb").display()))
            .arg(format!("--web.listen-address={address}"))
            .current_dir(data.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null());
        let process = Process::start(&mut command);
        let ready = format!("http://{address}/-/ready");
        until("prometheus is ready", || ureq::get(&ready).call().ok().map(|_| ())).await;
        Self { _process: process, address, _data: data }
    }

    /// `host:port`.
    pub fn address(&self) -> &str {
        &self.address
    }
}
