//! A real `spawn` with its children.

use std::process::{Command, Stdio};

use rustix::process::Signal;

use crate::nats::NatsServer;
use crate::process::{Process, children, program};
use crate::wait::until;

/// A running spawn. On drop it is killed hard; its children end by themselves, which is tested.
#[derive(Debug)]
pub struct Spawn {
    process: Process,
}

impl Spawn {
    /// Starts `count` children that publish to `server`.
    pub fn start(server: &NatsServer, count: usize, args: &[&str]) -> Self {
        Self::start_as(&server.url(), count, args)
    }

    /// Starts `count` children that publish to the server at `url`.
    pub fn start_as(url: &str, count: usize, args: &[&str]) -> Self {
        Self::start_by(Command::new(program("spawn")), url, count, args)
    }

    /// The same by a command that runs it, as in a network of its own.
    pub fn start_by(mut command: Command, url: &str, count: usize, args: &[&str]) -> Self {
        command.args(["--count", &count.to_string(), "--nats", url]).args(args);
        command.stdin(Stdio::null()).stdout(Stdio::null());
        Self { process: Process::start(&mut command) }
    }

    /// Its process.
    pub fn process(&self) -> &Process {
        &self.process
    }

    /// Process ids of its children.
    pub fn children(&self) -> Vec<u32> {
        children(self.process.pid())
    }

    /// SIGTERM, and waits for the end.
    pub async fn stop(mut self) {
        self.process.signal(Signal::TERM);
        until("spawn stops", || self.process.ended()).await;
    }
}
