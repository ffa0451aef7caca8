//! A real nats-server with the shipped nats.conf.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use async_nats::jetstream;
use rustix::process::Signal;
use tempfile::TempDir;

use crate::process::{Process, free_port, repository};
use crate::wait::until;

/// A server on its own port with its own data.
#[derive(Debug)]
pub struct NatsServer {
    process: Option<Process>,
    port: u16,
    dir: TempDir,
    args: Vec<String>,
    listen: &'static str,
}

/// The program: `$NATS_SERVER`, or what `make tools` installed, or the one on PATH.
pub fn program() -> PathBuf {
    let installed = repository().join(".tools/bin/nats-server");
    match std::env::var_os("NATS_SERVER") {
        Some(named) => named.into(),
        None if installed.is_file() => installed,
        None => "nats-server".into(),
    }
}

impl NatsServer {
    /// Starts with the shipped nats.conf.
    pub async fn start() -> Self {
        let conf = repository().join("nats.conf");
        Self::start_with(&["-c", conf.to_str().unwrap(), "-m", "0"]).await
    }

    /// Starts with the shipped nats.conf and its authorization turned on; every user's password is his name.
    pub async fn start_guarded() -> Self {
        let text = std::fs::read_to_string(repository().join("nats.conf")).unwrap();
        let (before, rest) = text.split_once("\n## begin authorization").unwrap();
        let (inside, after) = rest.split_once("\n## end authorization").unwrap();
        let inside = inside.lines().map(|line| line.strip_prefix('#').unwrap_or(line)).collect::<Vec<_>>().join("\n");
        let conf = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(conf.path(), format!("{before}\n{inside}\n{after}")).unwrap();
        // Read once, at start; a restart would need it again.
        Self::start_with(&["-c", conf.path().to_str().unwrap(), "-m", "0"]).await
    }

    /// Its address for one of the users of nats.conf.
    pub fn url_of(&self, user: &str) -> String {
        format!("nats://{user}:{user}@127.0.0.1:{}", self.port)
    }

    /// Starts with other arguments; address and port are given here.
    pub async fn start_with(args: &[&str]) -> Self {
        let args = args.iter().map(|arg| (*arg).to_owned()).collect();
        let mut server =
            Self { process: None, port: free_port(), dir: tempfile::tempdir().unwrap(), args, listen: "127.0.0.1" };
        server.restart().await;
        server
    }

    /// Starts with the shipped nats.conf on every address of this machine: for clients in network namespaces of their own.
    pub async fn start_everywhere() -> Self {
        let conf = repository().join("nats.conf");
        let args = ["-c", conf.to_str().unwrap(), "-m", "0"].map(str::to_owned).to_vec();
        let dir = tempfile::tempdir().unwrap();
        let mut server = Self { process: None, port: free_port(), dir, args, listen: "0.0.0.0" };
        server.restart().await;
        server
    }

    /// Starts it again on the same port with the same data.
    pub async fn restart(&mut self) {
        self.kill();
        let port = self.port.to_string();
        let mut command = Command::new(program());
        command
            .args(&self.args)
            .args(["-a", self.listen, "-p", &port])
            .current_dir(self.dir.path())
            .stdout(Stdio::null());
        for user in ["PUBLISHER", "WORKER_7", "BRIDGE", "VIEWER", "AGENT", "ADMIN"] {
            command.env(format!("EONTIDE_{user}_PASSWORD"), user.to_lowercase().replace('_', "-"));
        }
        let mut process = Process::start(&mut command);
        until("nats-server is ready", || {
            let ended = process.ended();
            assert!(ended.is_none(), "nats-server did not start: {ended:?}");
            process.lines().iter().any(|line| line.contains("Server is ready")).then_some(())
        })
        .await;
        self.process = Some(process);
    }

    /// SIGKILL.
    pub fn kill(&mut self) {
        self.process = None;
    }

    /// SIGSTOP or SIGCONT.
    pub fn signal(&self, signal: Signal) {
        self.process.as_ref().unwrap().signal(signal);
    }

    /// Where its data is.
    pub fn dir(&self) -> PathBuf {
        self.dir.path().to_owned()
    }

    /// Its port on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Its address.
    pub fn url(&self) -> String {
        format!("nats://127.0.0.1:{}", self.port)
    }

    /// A plain client.
    pub async fn client(&self) -> async_nats::Client {
        async_nats::ConnectOptions::new().retry_on_initial_connect().connect(self.url()).await.unwrap()
    }

    /// JetStream on a plain client.
    pub async fn jetstream(&self) -> jetstream::Context {
        jetstream::new(self.client().await)
    }
}
