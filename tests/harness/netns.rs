//! A network of its own with one link to ours, which can be cut as a cable is: sockets stay open, nothing passes.

use std::path::Path;
use std::process::{Command, Output};

/// A network namespace; gone on drop, with what runs in it.
#[derive(Debug)]
pub struct Netns {
    name: String,
    ours: String,
    subnet: u32,
}

impl Netns {
    /// Makes one, or says why there can be none: it takes root, and `ip` of iproute2.
    pub fn new() -> Result<Self, String> {
        let unique = std::process::id() % 50_000;
        // One of 16384 networks of four addresses below 10.213.
        let subnet = unique % 16_384;
        let netns = Self { name: format!("eontide-{unique}"), ours: format!("eon{unique}"), subnet };
        let (name, ours, theirs) = (&netns.name, &netns.ours, format!("eoi{unique}"));
        let (host, guest) = (format!("{}/30", netns.address(1)), format!("{}/30", netns.address(2)));
        ip(&["netns", "add", name])?;
        ip(&["link", "add", ours, "type", "veth", "peer", "name", &theirs, "netns", name])?;
        ip(&["addr", "add", &host, "dev", ours])?;
        ip(&["link", "set", ours, "up"])?;
        ip(&["-n", name, "addr", "add", &guest, "dev", &theirs])?;
        ip(&["-n", name, "link", "set", &theirs, "up"])?;
        Ok(netns)
    }

    fn address(&self, last: u32) -> String {
        let at = self.subnet * 4 + last;
        format!("10.213.{}.{}", at / 256, at % 256)
    }

    /// Our address as seen from inside.
    pub fn host(&self) -> String {
        self.address(1)
    }

    /// Runs a program inside; arguments may be added.
    pub fn command(&self, program: &Path) -> Command {
        let mut command = Command::new("ip");
        command.args(["netns", "exec", &self.name]).arg(program);
        command
    }

    /// Nothing passes any more.
    pub fn cut(&self) {
        ip(&["link", "set", &self.ours, "down"]).unwrap();
    }

    /// The cable is back.
    pub fn heal(&self) {
        ip(&["link", "set", &self.ours, "up"]).unwrap();
    }
}

impl Drop for Netns {
    fn drop(&mut self) {
        let _ = ip(&["link", "del", &self.ours]);
        let _ = ip(&["netns", "del", &self.name]);
    }
}

fn ip(args: &[&str]) -> Result<(), String> {
    let ran = Command::new("ip").args(args).output();
    let Output { status, stderr, .. } = ran.map_err(|error| format!("ip: {error}"))?;
    if status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&stderr).trim().to_owned()) }
}
