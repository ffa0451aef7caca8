//! A real nats-server on a free port, and the few JetStream calls the tests need.
#![allow(dead_code, reason = "each test program uses a part")]
#![allow(clippy::unwrap_used, reason = "in a test, unwrap is the assertion")]

use std::future::Future;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::time::Duration;

use async_nats::Client;
use eontide_wire::{DataMessage, Timestamp};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};

/// How long anything may take before a test fails.
pub(crate) const DEADLINE: Duration = Duration::from_secs(30);

/// Waits until `probe` gives something.
pub(crate) async fn wait_for<T, F: Future<Output = Option<T>>>(what: &str, mut probe: impl FnMut() -> F) -> T {
    let poll = async {
        let mut tick = tokio::time::interval(Duration::from_millis(10));
        loop {
            tick.tick().await;
            if let Some(found) = probe().await {
                return found;
            }
        }
    };
    tokio::time::timeout(DEADLINE, poll).await.unwrap_or_else(|_| panic!("waited {DEADLINE:?} for {what}"))
}

/// Waits until `condition` holds.
pub(crate) async fn wait_until(what: &str, mut condition: impl FnMut() -> bool) {
    wait_for(what, || std::future::ready(condition().then_some(()))).await;
}

/// A nats-server process; killed, and its data removed, on drop.
pub(crate) struct NatsServer {
    process: Option<Child>,
    pub(crate) port: u16,
    directory: PathBuf,
    arguments: Vec<String>,
}

impl NatsServer {
    /// A port and a data directory, nothing running.
    pub(crate) fn absent() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Relaxed);
        let name = format!("eontide-test-{}-{count}", std::process::id());
        let directory = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&directory).unwrap();
        Self { process: None, port: free_port(count), directory, arguments: vec!["-js".into()] }
    }

    /// A running server with JetStream.
    pub(crate) async fn start() -> Self {
        let mut server = Self::absent();
        server.run().await;
        server
    }

    /// A running server with these arguments instead of `-js`.
    pub(crate) async fn start_with(arguments: &[&str]) -> Self {
        let mut server = Self::absent();
        server.arguments = arguments.iter().map(|argument| (*argument).into()).collect();
        server.run().await;
        server
    }

    /// A running server with this configuration file.
    pub(crate) async fn start_configured(config: &str) -> Self {
        let mut server = Self::absent();
        server.configure(config);
        server.run().await;
        server
    }

    /// A running server with the shipped nats.conf, its authorization turned on as the file says. Every password is the
    /// name of its user.
    pub(crate) async fn start_guarded() -> Self {
        let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().map(|dir| dir.join("nats.conf"));
        let path = shipped.into_iter().find(|path| path.is_file()).unwrap();
        let text = std::fs::read_to_string(path).unwrap();
        // What the command line sets here, and a port that other tests need as well.
        let elsewhere = |line: &str| line.trim_start().starts_with("store_dir:") || line.starts_with("http:");
        let (mut config, mut inside) = (String::new(), false);
        for line in text.lines().filter(|line| !elsewhere(line)) {
            inside =
                (inside || line.starts_with("## begin authorization")) && !line.starts_with("## end authorization");
            let line = if inside { line.strip_prefix("# ").or(line.strip_prefix('#')).unwrap_or(line) } else { line };
            config.push_str(line);
            config.push('\n');
        }
        for (variable, user) in [
            ("$EONTIDE_PUBLISHER_PASSWORD", "publisher"),
            ("$EONTIDE_WORKER_7_PASSWORD", "worker-7"),
            ("$EONTIDE_BRIDGE_PASSWORD", "bridge"),
            ("$EONTIDE_VIEWER_PASSWORD", "viewer"),
            ("$EONTIDE_AGENT_PASSWORD", "agent-web-1"),
            ("$EONTIDE_ADMIN_PASSWORD", "admin"),
        ] {
            assert!(config.contains(variable), "{variable}");
            config = config.replace(variable, &format!("\"{user}\""));
        }
        Self::start_configured(&config).await
    }

    /// Its URL for one of the users of [`start_guarded`](Self::start_guarded).
    pub(crate) fn url_of(&self, user: &str) -> String {
        format!("nats://{user}:{user}@127.0.0.1:{}", self.port)
    }

    /// From its next start on, this configuration file.
    pub(crate) fn configure(&mut self, config: &str) {
        let path = self.directory.join("nats.conf");
        std::fs::write(&path, config).unwrap();
        self.arguments = vec!["-c".into(), path.to_str().unwrap().into()];
    }

    /// Starts it, with the data of its last life, and waits until it answers.
    pub(crate) async fn run(&mut self) {
        let mut command = Command::new(program());
        command.args(["-a", "127.0.0.1", "-p", &self.port.to_string(), "-sd"]).arg(&self.directory);
        command.args(&self.arguments).stdout(Stdio::null()).stderr(Stdio::null());
        self.process = Some(command.spawn().unwrap());
        let address = format!("127.0.0.1:{}", self.port);
        wait_until("nats-server to listen", || std::net::TcpStream::connect(&address).is_ok()).await;
    }

    /// kill -9.
    pub(crate) fn kill(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.kill().unwrap();
            process.wait().unwrap();
        }
    }

    /// SIGSTOP or SIGCONT.
    pub(crate) fn signal(&self, signal: Signal) {
        let pid = self.process.as_ref().unwrap().id() as i32;
        kill_process(Pid::from_raw(pid).unwrap(), signal).unwrap();
    }

    pub(crate) fn url(&self) -> String {
        format!("nats://127.0.0.1:{}", self.port)
    }

    /// A plain client.
    pub(crate) async fn client(&self) -> Client {
        async_nats::connect(self.url()).await.unwrap()
    }

    /// A plain client, and the stream `EON` over `eon.>` with `more` in its configuration.
    pub(crate) async fn with_stream(&self, more: Value) -> Client {
        let client = self.client().await;
        create_stream(&client, more).await;
        client
    }
}

impl Drop for NatsServer {
    fn drop(&mut self) {
        if self.process.is_some() {
            self.kill();
        }
        let _ = std::fs::remove_dir_all(&self.directory);
    }
}

/// A free port below those the system gives to outgoing connections, or it could be taken while the server is down.
fn free_port(count: u32) -> u16 {
    let start = std::process::id().wrapping_mul(131).wrapping_add(count * 17);
    let ports = (0..10_000).map(|step| 15_000 + (start.wrapping_add(step) % 15_000) as u16);
    ports.into_iter().find(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok()).unwrap()
}

/// `$NATS_SERVER`, the repository's `.tools/bin`, PATH.
fn program() -> PathBuf {
    let given = std::env::var_os("NATS_SERVER").map(PathBuf::from);
    let above = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().map(|dir| dir.join(".tools/bin/nats-server"));
    let path = std::env::var_os("PATH").unwrap_or_default();
    let on_path: Vec<_> = std::env::split_paths(&path).map(|dir| dir.join("nats-server")).collect();
    let mut candidates = given.into_iter().chain(above).chain(on_path);
    candidates.find(|candidate| candidate.is_file()).expect(
        "these tests need a real nats-server: set NATS_SERVER to its path, put it into .tools/bin, or onto PATH",
    )
}

/// A JetStream API call.
pub(crate) async fn js(client: &Client, call: &str, request: Value) -> Value {
    let reply = client.request(format!("$JS.API.{call}"), request.to_string().into()).await.unwrap();
    serde_json::from_slice(&reply.payload).unwrap()
}

pub(crate) async fn create_stream(client: &Client, more: Value) {
    let mut config = json!({
        "name": "EON", "subjects": ["eon.>"], "storage": "file", "retention": "limits", "discard": "old",
        "num_replicas": 1, "allow_direct": true,
    });
    config.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let reply = js(client, "STREAM.CREATE.EON", config).await;
    assert!(reply.get("error").is_none(), "{reply}");
}

/// Messages the stream holds.
pub(crate) async fn stored_count(client: &Client) -> u64 {
    js(client, "STREAM.INFO.EON", json!({})).await["state"]["messages"].as_u64().unwrap_or(0)
}

/// A message of the stream.
pub(crate) struct Stored {
    pub(crate) payload: Vec<u8>,
    pub(crate) message_id: Option<String>,
}

impl Stored {
    pub(crate) fn decode(&self) -> DataMessage<'_> {
        eontide_wire::decode(&self.payload, Timestamp::now()).unwrap()
    }

    pub(crate) fn seq(&self) -> u64 {
        self.decode().from.unwrap().seq.unwrap()
    }
}

/// Every message of the stream, in order.
pub(crate) async fn stored(client: &Client) -> Vec<Stored> {
    let state = js(client, "STREAM.INFO.EON", json!({})).await["state"].clone();
    let (first, last) = (state["first_seq"].as_u64().unwrap(), state["last_seq"].as_u64().unwrap());
    let mut messages = Vec::new();
    // An empty stream says 0 to 0, or 1 to 0.
    for seq in first.max(1)..=last {
        let query = json!({ "seq": seq }).to_string();
        let reply = client.request("$JS.API.DIRECT.GET.EON", query.into()).await.unwrap();
        let id = reply.headers.as_ref().and_then(|headers| headers.get("Nats-Msg-Id")).map(ToString::to_string);
        messages.push(Stored { payload: reply.payload.to_vec(), message_id: id });
    }
    messages
}

/// Every value of column `name`, in the order of the stream.
pub(crate) fn column(messages: &[Stored], name: &str) -> Vec<f64> {
    let mut values = Vec::new();
    for message in messages {
        for block in message.decode().blocks {
            values.extend(block.columns().filter(|(column, _)| *column == name).flat_map(|(_, v)| v.to_vec()));
        }
    }
    values
}
