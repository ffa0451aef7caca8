//! A real bridge.

use std::process::{Command, Stdio};

use rustix::process::Signal;
use serde_json::Value;
use tempfile::TempDir;

use crate::nats::{self, NatsServer};
use crate::points::Points;
use crate::process::{Process, program};
use crate::viewer::decode_binary;
use crate::wait::{DEADLINE, until};

/// Larger than any answer of a test, exports included.
const BODY_MAX: u64 = 1 << 30;

/// A running bridge.
#[derive(Debug)]
pub struct Bridge {
    process: Process,
    address: String,
    args: Vec<String>,
    _data: TempDir,
}

/// A bridge's command line without anything from the environment of the test.
pub fn command(args: &[&str]) -> Command {
    let mut command = Command::new(program("broker-bridge"));
    command.args(args).env("NATS_SERVER", nats::program()).stdin(Stdio::null()).stdout(Stdio::null());
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("EONTIDE_") {
            command.env_remove(name);
        }
    }
    command
}

/// A bridge that answers no more is a failure, not a test without an end.
fn agent() -> ureq::Agent {
    ureq::Agent::config_builder().timeout_global(Some(DEADLINE)).build().into()
}

impl Bridge {
    /// On a free port, reading `server`.
    pub async fn start(server: &NatsServer, args: &[&str]) -> Self {
        let url = server.url();
        Self::start_alone(&[&["--nats", &url], args].concat()).await
    }

    /// On a free port, with these arguments.
    pub async fn start_alone(args: &[&str]) -> Self {
        Self::start_at("127.0.0.1:0", args).await
    }

    async fn start_at(listen: &str, args: &[&str]) -> Self {
        let data = tempfile::tempdir().unwrap();
        let mut command = command(args);
        command.args(["--listen", listen]);
        if !args.contains(&"--data-dir") {
            command.arg("--data-dir").arg(data.path());
        }
        let process = Process::start(&mut command);
        let address = until("the bridge prints its address", || {
            let lines = process.lines();
            let line = lines.iter().find(|line| line.contains("open http://"))?;
            Some(line.split("http://").nth(1)?.split('/').next()?.to_owned())
        })
        .await;
        let args = args.iter().map(|arg| (*arg).to_owned()).collect();
        let bridge = Self { process, address, args, _data: data };
        until("the bridge is ready", || bridge.get("/readyz").ok().map(|_| ())).await;
        bridge
    }

    /// SIGKILL, and a new process at the same address.
    pub async fn kill_and_restart(self) -> Self {
        let (address, args) = (self.address.clone(), self.args.clone());
        drop(self);
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        Self::start_at(&address, &args).await
    }

    /// SIGTERM; the exit code and what it said.
    pub async fn stop(mut self) -> (Option<i32>, Vec<String>) {
        self.process.signal(Signal::TERM);
        let status = until("the bridge stops", || self.process.ended()).await;
        (status.code(), self.process.lines())
    }

    /// Its process.
    pub fn process(&self) -> &Process {
        &self.process
    }

    /// `host:port`.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// The body of a 200, or the status.
    pub fn get(&self, path: &str) -> Result<String, u16> {
        match agent().get(format!("http://{}{path}", self.address)).call() {
            Ok(mut answer) => Ok(answer.body_mut().with_config().limit(BODY_MAX).read_to_string().unwrap()),
            Err(ureq::Error::StatusCode(status)) => Err(status),
            Err(_) => Err(0),
        }
    }

    /// A binary frame as the JSON of the same meaning.
    #[track_caller]
    pub fn frame(&self, path: &str) -> Value {
        let answer = agent().get(format!("http://{}{path}", self.address)).call();
        let mut answer = answer.unwrap_or_else(|error| panic!("{path}: {error}"));
        decode_binary(&answer.body_mut().with_config().limit(BODY_MAX).read_to_vec().unwrap())
    }

    /// The JSON of a 200.
    #[track_caller]
    pub fn json(&self, path: &str) -> Value {
        let body = self.get(path).unwrap_or_else(|status| panic!("{path} answered {status}"));
        serde_json::from_str(&body).unwrap()
    }

    /// Posts a body; status and JSON of the answer, whatever the status.
    pub fn post(&self, path: &str, content_type: &str, body: impl ureq::AsSendBody) -> (u16, Value) {
        let request = agent().post(format!("http://{}{path}", self.address)).header("content-type", content_type);
        let answer = request.config().http_status_as_error(false).build().send(body);
        let mut answer = answer.unwrap_or_else(|error| panic!("{path}: {error}"));
        let body = answer.body_mut().read_to_string().unwrap();
        (answer.status().as_u16(), serde_json::from_str(&body).unwrap_or_else(|error| panic!("{error}: {body}")))
    }

    /// All points of an export as NDJSON.
    pub fn exported(&self, channel: &str, parameters: &str) -> Points {
        let body = self.get(&format!("/api/v1/channels/{channel}/export?{parameters}")).unwrap();
        let lines: Vec<Value> = body.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let mut points = Points::default();
        points.push_blocks(&lines.into());
        points
    }

    /// All points of a channel.
    pub fn points(&self, channel: &str) -> Points {
        let mut points = Points::default();
        if let Ok(body) = self.get(&format!("/api/v1/channels/{channel}/query")) {
            let answer: Value = serde_json::from_str(&body).unwrap();
            points.push_blocks(&answer["blocks"]);
        }
        points
    }

    /// Names of a channel's series.
    pub fn series(&self, channel: &str) -> Vec<String> {
        let Ok(body) = self.get(&format!("/api/v1/channels/{channel}/series")) else { return vec![] };
        let answer: Value = serde_json::from_str(&body).unwrap();
        answer["series"].as_array().unwrap().iter().map(|series| series["name"].as_str().unwrap().to_owned()).collect()
    }

    /// One source, by id.
    pub fn source(&self, channel: &str, id: &str) -> Option<Value> {
        let body = self.get(&format!("/api/v1/channels/{channel}/sources")).ok()?;
        let answer: Value = serde_json::from_str(&body).unwrap();
        answer["sources"].as_array().unwrap().iter().find(|source| source["id"] == id).cloned()
    }

    /// An internal metric.
    pub fn metric(&self, name: &str) -> u64 {
        let text = self.get("/metrics").unwrap();
        let line = text.lines().find(|line| line.split_whitespace().next() == Some(name));
        line.unwrap_or_else(|| panic!("no metric {name}")).rsplit(' ').next().unwrap().parse().unwrap()
    }
}
