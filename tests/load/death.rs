//! A publishing process is killed hard: how long until a viewer is told, where the server's events say so, and where its list
//! of connections does; beside what noticing costs at least, the end of a bare socket.

use std::io::Read;
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Stdio};
use std::time::Instant;

use harness::process::{Process, free_port, program};
use harness::{Bridge, NatsServer, Viewer, until};

/// Processes that die, one after the other.
const DEATHS: usize = 40;
const CHANNEL: &str = "death";

/// A publishing process nobody announces the end of. So long between two signs of life that no lease ends meanwhile.
fn child(url: &str, n: usize) -> Process {
    let mut command = Command::new(program("spawn"));
    command.args(["child", "--id", &format!("w{n}"), "--epoch", "1763683100000", "--channel", CHANNEL]);
    command.args(["--load", "none", "--interval-ms", "600000", "--memory-max", "1000000"]);
    command.env("EONTIDE_NATS", url).stdin(Stdio::piped()).stdout(Stdio::null());
    Process::start(&mut command)
}

/// Milliseconds from each kill to the frame that tells it.
async fn deaths(bridge: &Bridge, url: &str) -> Vec<f64> {
    let mut children: Vec<Process> = (0..DEATHS).map(|n| child(url, n)).collect();
    let there = || children.len() as u64 <= bridge.metric("eontide_sources_up");
    until("all are up", || there().then_some(())).await;
    let seen = || bridge.metric("eontide_connections_seen_total") >= DEATHS as u64;
    until("their connections were seen", || seen().then_some(())).await;
    let mut viewer = Viewer::subscribe(bridge.address(), CHANNEL, false, None).await;
    let mut took = Vec::new();
    for (n, child) in children.iter_mut().enumerate() {
        let died = format!("\"id\":\"w{n}\"");
        viewer.said.clear();
        let killed = Instant::now();
        child.kill();
        let told = |frame: &serde_json::Value| {
            let text = frame.to_string();
            text.contains(&died) && text.contains("\"down\"")
        };
        viewer.until(|viewer| viewer.said.iter().any(told)).await;
        took.push(killed.elapsed().as_secs_f64() * 1000.0);
    }
    took
}

/// Milliseconds until the other end of a bare socket reads its end, for a process that is killed.
fn bare() -> Vec<f64> {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let dial = format!("exec 3<>/dev/tcp/127.0.0.1/{}; exec sleep 600", address.port());
    let one = || {
        let mut command = Command::new("bash");
        let mut process = Process::start(command.args(["-c", &dial]).stdin(Stdio::null()));
        let (mut socket, _): (TcpStream, _) = listener.accept().unwrap();
        let killed = Instant::now();
        process.kill();
        assert_eq!(socket.read(&mut [0; 8]).unwrap_or(0), 0);
        killed.elapsed().as_secs_f64() * 1000.0
    };
    (0..DEATHS).map(|_| one()).collect()
}

fn print(what: &str, mut took: Vec<f64>, target: Option<f64>, floor: f64) {
    let [p50, p99] = [0.5, 0.99].map(|share| crate::quantile(&mut took, share));
    let of = target.map_or(String::new(), |target| format!(", {:.2} × of {target} ms", p99 / target));
    println!("  {what:<28}{p50:8.1} ms p50, {p99:8.1} p99{of}, {:.0} ms above the bare socket", p50 - floor);
}

pub(crate) async fn run() {
    println!("death: {DEATHS} processes killed hard, one after the other, until a viewer is told");
    let mut sockets = bare();
    let floor = crate::quantile(&mut sockets, 0.5);
    print("the end of a bare socket", sockets, None, floor);
    let data = tempfile::tempdir().unwrap();
    let port = free_port();
    let args = ["--nats-port", &port.to_string(), "--data-dir", data.path().to_str().unwrap()];
    let own = Bridge::start_alone(&args).await;
    print("told by events", deaths(&own, &format!("nats://127.0.0.1:{port}")).await, Some(100.0), floor);
    own.stop().await;
    let server = NatsServer::start().await;
    let bridge = Bridge::start(&server, &[]).await;
    print("told by lists", deaths(&bridge, &server.url()).await, Some(1000.0), floor);
}
