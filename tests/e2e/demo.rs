//! `make demo` as its user runs it.

use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};

use harness::process::{Process, alive, children, free_port, repository};
use harness::{nats, until};
use rustix::process::{Pid, Signal, kill_process_group};

fn descendants(pid: u32) -> Vec<u32> {
    let direct = children(pid);
    direct.iter().copied().chain(direct.iter().flat_map(|pid| descendants(*pid))).collect()
}

fn get(port: u16, path: &str) -> Option<serde_json::Value> {
    ureq::get(format!("http://127.0.0.1:{port}{path}")).call().ok()?.body_mut().read_json().ok()
}

/// Both ports moved; the terminal's Ctrl-C reaches the whole foreground group.
#[tokio::test(flavor = "multi_thread")]
async fn make_demo_shows_fifteen_series_and_ctrl_c_leaves_no_process_behind() {
    let (port, nats_port) = (free_port(), free_port());
    let data = tempfile::tempdir().unwrap();
    let mut command = Command::new("make");
    command.args(["--no-print-directory", "demo"]).current_dir(repository());
    command.envs([("PORT", port.to_string()), ("NATS_PORT", nats_port.to_string()), ("PROFILE", "dev".into())]);
    command.env("DATA_DIR", data.path()).env("NATS_SERVER", nats::program());
    command.stdin(Stdio::null()).stdout(Stdio::null()).process_group(0);
    // The test runs inside a make of its own, whose flags are not ours.
    command.env_remove("MAKEFLAGS").env_remove("MAKELEVEL");
    let mut demo = Process::start(&mut command);
    until("15 series", || {
        let series = get(port, "/api/v1/channels/process-memory-demo/series")?;
        (series["series"].as_array()?.len() == 15).then_some(())
    })
    .await;
    until("the address is printed", || {
        demo.lines().iter().any(|line| line.contains(&format!("live chart:  http://127.0.0.1:{port}/"))).then_some(())
    })
    .await;
    let all = descendants(demo.pid());
    // make, its shell, the bridge, its nats-server, spawn, five children.
    assert!(all.len() >= 8, "{all:?}");
    kill_process_group(Pid::from_raw(demo.pid() as i32).unwrap(), Signal::INT).unwrap();
    until("make ends", || demo.ended()).await;
    until("every process is gone", || all.iter().all(|pid| !alive(*pid)).then_some(())).await;
    for port in [port, nats_port] {
        assert!(std::net::TcpListener::bind(("127.0.0.1", port)).is_ok(), "{port} is still in use");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn make_demo_says_what_is_wrong_where_its_port_is_taken() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let mut command = Command::new("make");
    command.args(["--no-print-directory", "demo"]).current_dir(repository());
    command.envs([("PORT", port.to_string()), ("NATS_PORT", free_port().to_string()), ("PROFILE", "dev".into())]);
    command.env("NATS_SERVER", nats::program()).stdin(Stdio::null()).env_remove("MAKEFLAGS").env_remove("MAKELEVEL");
    let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success());
    assert!(said.contains(&format!("cannot listen on 127.0.0.1:{port}")), "{said}");
}
