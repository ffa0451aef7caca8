//! `eontide-wait`, as scripts run it.

use std::io::{BufRead, BufReader, Read};
use std::process::{Command, Output, Stdio};
use std::time::Instant;

use harness::process::{finish, free_port, program, signal_pid};
use harness::{Bridge, NatsServer, Spawn, until};
use rustix::process::Signal;

use crate::support::CHANNEL;

/// Runs it to its end, beside everything else.
fn wait(args: &[&str]) -> Waiting {
    let mut command = Command::new(program("eontide-wait"));
    command.args(args).env_remove("EONTIDE_NATS");
    tokio::task::spawn_blocking(move || {
        let Output { status, stdout, stderr } = finish(&mut command);
        (status.code().unwrap(), String::from_utf8(stdout).unwrap(), String::from_utf8(stderr).unwrap())
    })
}

/// Exit code, output, errors.
type Waiting = tokio::task::JoinHandle<(i32, String, String)>;

/// The same; returns when it knows who is there.
async fn begin(args: &[&str]) -> Waiting {
    let mut command = Command::new(program("eontide-wait"));
    command.args(args).arg("--verbose").env_remove("EONTIDE_NATS").stdin(Stdio::null());
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut stderr = BufReader::new(child.stderr.take().unwrap());
    let read = tokio::task::spawn_blocking(move || {
        let mut line = String::new();
        stderr.read_line(&mut line).unwrap();
        assert!(line.starts_with("waiting for worker-"), "{line}");
        stderr
    });
    let mut stderr = read.await.unwrap();
    tokio::task::spawn_blocking(move || {
        let mut errors = String::new();
        stderr.read_to_string(&mut errors).unwrap();
        let Output { status, stdout, .. } = child.wait_with_output().unwrap();
        (status.code().unwrap(), String::from_utf8(stdout).unwrap(), errors)
    })
}

/// `id state` of each line.
fn said(output: &str) -> Vec<String> {
    output.lines().map(|line| line.split(' ').take(2).collect::<Vec<_>>().join(" ")).collect()
}

fn pid_of(bridge: &Bridge, id: &str) -> Option<u32> {
    bridge.source(CHANNEL, id).and_then(|source| source["pid"].as_u64()).map(|pid| pid as u32)
}

const SPAWN: [&str; 8] = ["--channel", CHANNEL, "--prefix", "worker-", "--load", "none", "--interval", "200ms"];

#[tokio::test(flavor = "multi_thread")]
async fn scripts_wait_for_what_comes_and_goes_over_nats_and_http() {
    let server = NatsServer::start().await;
    let bridge = Bridge::start(&server, &[]).await;
    let (nats, http) = (server.url(), format!("http://{}", bridge.address()));
    let places = [["--nats", &nats], ["--bridge", &http]];
    let run = |place: [&str; 2], args: &[&str]| wait(&[args, &place, &["--channel", CHANNEL][..]].concat());
    // Nobody is there yet.
    let up = places.map(|place| run(place, &["--for=up", "worker-0", "worker-1", "--all", "--timeout=60s"]));
    for place in places {
        let (code, output, _) = run(place, &["--for=down", "worker-*"]).await.unwrap();
        assert_eq!((code, said(&output)), (0, vec!["worker-* down".to_owned()]));
        assert!(output.contains(" noproc: "), "{output}");
        let (code, output, error) = run(place, &["--for=up", "worker-0", "--timeout=300ms"]).await.unwrap();
        assert_eq!((code, output.as_str()), (1, ""), "{error}");
        assert!(error.contains("not up within 300ms: worker-0"), "{error}");
    }
    let spawn = Spawn::start(&server, 2, &SPAWN);
    for one in up {
        let (code, output, error) = one.await.unwrap();
        assert_eq!((code, said(&output)), (0, vec!["worker-0 up".to_owned(), "worker-1 up".to_owned()]), "{error}");
    }
    for place in places {
        let (code, output, _) = run(place, &["--for=up", "worker-*"]).await.unwrap();
        assert_eq!((code, output.lines().count()), (0, 1), "{output}");
    }
    // Any one of them, and all of them.
    let (mut any, mut all) = (Vec::new(), Vec::new());
    for place in places {
        any.push(begin(&["--for=down", "worker-*", "--timeout=60s", place[0], place[1]]).await);
        all.push(begin(&["--for=down", "worker-*", "--all", "--timeout=60s", place[0], place[1]]).await);
    }
    signal_pid(pid_of(&bridge, "worker-1").unwrap(), Signal::KILL);
    for one in any {
        let (code, output, error) = one.await.unwrap();
        assert_eq!((code, said(&output)), (0, vec!["worker-1 down".to_owned()]), "{error}");
    }
    spawn.stop().await;
    for one in all {
        let (code, output, error) = one.await.unwrap();
        let mut said = said(&output);
        said.sort();
        assert_eq!((code, said), (0, vec!["worker-0 down".to_owned(), "worker-1 down".to_owned()]), "{error}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_of_the_bridge_in_between_changes_nothing() {
    let server = NatsServer::start().await;
    let bridge = Bridge::start(&server, &[]).await;
    let (nats, http) = (server.url(), format!("http://{}", bridge.address()));
    let _spawn = Spawn::start(&server, 2, &SPAWN);
    let pid = until("both are up", || pid_of(&bridge, "worker-0").and(pid_of(&bridge, "worker-1"))).await;
    let mut waiting = Vec::new();
    for place in [["--nats", &nats], ["--bridge", &http]] {
        waiting.push(begin(&["--for=down", "worker-1", "--timeout=60s", place[0], place[1]]).await);
    }
    let bridge = bridge.kill_and_restart().await;
    until("it has its monitor again", || (bridge.metric("eontide_monitors_open") == 1).then_some(())).await;
    assert!(waiting.iter().all(|one| !one.is_finished()), "nobody was down");
    signal_pid(pid, Signal::KILL);
    for one in waiting {
        let (code, output, error) = one.await.unwrap();
        assert_eq!((code, said(&output)), (0, vec!["worker-1 down".to_owned()]), "{error}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn exit_codes_tell_a_late_answer_from_a_bad_question_and_from_nobody_there() {
    let nowhere = free_port();
    for place in [format!("--nats=nats://127.0.0.1:{nowhere}"), format!("--bridge=http://127.0.0.1:{nowhere}")] {
        let begun = Instant::now();
        let (code, output, error) = wait(&["--for=down", "a", "--timeout=500ms", &place]).await.unwrap();
        assert_eq!((code, output.as_str()), (3, ""), "{error}");
        assert!(error.contains("check the address") && begun.elapsed().as_secs() < 5, "{error}");
    }
    for args in [&["--for=gone", "a"][..], &["--for=up"], &["--for=up", "--all", "a*"], &["--for=up", "a b"]] {
        assert_eq!(wait(args).await.unwrap().0, 2, "{args:?}");
    }
    assert_eq!(wait(&["--help"]).await.unwrap().0, 0);
}
