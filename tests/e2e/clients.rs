//! Third-party clients: what nats-py and nats.js publish charts, and what they see on the subject is the documented message.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use harness::process::{Process, finish, repository};
use harness::{Bridge, NatsServer, Spawn, until};
use rustix::process::Signal;
use serde_json::Value;

const CHANNEL: &str = "process-memory-demo";

/// A client's command line without its options.
fn client(language: &str, program: &str) -> Command {
    let dir = repository().join("publisher/clients").join(language);
    if language == "python" {
        let python = std::env::var_os("EONTIDE_TEST_PYTHON")
            .map_or_else(|| repository().join(".tools/venv/bin/python"), PathBuf::from);
        assert!(python.exists(), "{} is missing: `make e2e` makes it", python.display());
        let mut command = Command::new(python);
        command.arg(dir.join(format!("{program}.py")));
        command
    } else {
        assert!(dir.join("node_modules").is_dir(), "run `npm ci` in {}, as `make e2e` does", dir.display());
        let mut command = Command::new("node");
        command.arg(dir.join(format!("{program}.mjs")));
        command
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn python_and_javascript_publishers_chart_introduce_themselves_and_say_bye() {
    let server = NatsServer::start().await;
    let bridge = Bridge::start(&server, &[]).await;
    for language in ["python", "javascript"] {
        let id = format!("{language}-worker");
        let mut command = client(language, "publish");
        command.args(["--url", &server.url(), "--channel", CHANNEL, "--id", &id, "--interval", "0.1"]);
        let mut process = Process::start(command.stdin(Stdio::null()).stdout(Stdio::null()));
        let source = until("its hello is read", || bridge.source(CHANNEL, &id).filter(|s| s["pid"].is_u64())).await;
        assert_eq!(source["pid"], process.pid());
        let name = format!("rss-{id}");
        let points = until("its points are here", || {
            let points = bridge.points(CHANNEL).0.remove(&name)?;
            (points.len() >= 5).then_some(points)
        })
        .await;
        assert!(points.windows(2).all(|pair| pair[0].0 < pair[1].0));
        process.signal(Signal::TERM);
        until("it ends", || process.ended()).await;
        let source = until("its bye is read", || bridge.source(CHANNEL, &id).filter(|s| s["state"] == "down")).await;
        assert!(source["reason"].as_str().unwrap().starts_with("bye"), "{source}");
        assert_eq!((source["lost"].as_u64(), source["lives"].as_u64()), (Some(0), Some(1)));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plain_client_sees_the_documented_message_of_every_process() {
    let server = NatsServer::start().await;
    let _bridge = Bridge::start(&server, &[]).await;
    let _spawn = Spawn::start(&server, 5, &["--interval", "200ms"]);
    for language in ["python", "javascript"] {
        let mut command = client(language, "subscribe");
        command.args(["--url", &server.url(), "--channel", CHANNEL, "--count", "25"]);
        let output = tokio::task::spawn_blocking(move || finish(&mut command)).await.unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let lines = String::from_utf8(output.stdout).unwrap();
        let messages: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(messages.len(), 25);
        for seen in &messages {
            assert_eq!(seen["subject"], "eon.process-memory-demo");
            let message = &seen["message"];
            let id = message["from"]["id"].as_str().unwrap();
            let names: Vec<String> =
                message["columns"].as_array().unwrap().iter().map(|c| c[0].as_str().unwrap().to_owned()).collect();
            let expected = ["rss", "heap-total", "heap"].map(|metric| format!("{metric}-{id}"));
            assert_eq!(names[..3], expected, "{message}");
            assert_eq!(names[3], "x");
            // Seconds, as the design writes them, and MiB rounded up.
            let (x, rss) = (message["columns"][3][1].as_f64().unwrap(), message["columns"][0][1].as_f64().unwrap());
            assert!((1.7e9..1e11).contains(&x) && rss >= 1.0 && rss.fract() == 0.0, "{message}");
            assert!(message["from"]["epoch"].as_u64().unwrap() > 1_700_000_000_000);
            assert!(message["from"]["seq"].is_u64());
        }
        let ids: std::collections::BTreeSet<&str> =
            messages.iter().map(|seen| seen["message"]["from"]["id"].as_str().unwrap()).collect();
        assert_eq!(ids.len(), 5);
    }
}

/// Who was answered that nobody listens took the message for delivered: what was measured before the bridge came was lost.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_published_before_a_bridge_exists_arrives_once_it_does() {
    for language in ["python", "javascript"] {
        let server = NatsServer::start().await;
        let id = format!("{language}-early");
        let mut command = client(language, "publish");
        command.args(["--url", &server.url(), "--channel", CHANNEL, "--id", &id, "--interval", "0.1"]);
        let process = Process::start(command.stdin(Stdio::null()).stdout(Stdio::null()));
        until("it says that it waits", || process.lines().iter().any(|l| l.contains("nobody listens")).then_some(()))
            .await;
        let bridge = Bridge::start(&server, &[]).await;
        let points = until("its points are here", || {
            let points = bridge.points(CHANNEL).0.remove(&format!("rss-{id}"))?;
            (points.len() >= 5).then_some(points)
        })
        .await;
        assert!(points.windows(2).all(|pair| pair[0].0 < pair[1].0));
        assert_eq!(bridge.source(CHANNEL, &id).unwrap()["lost"].as_u64(), Some(0));
    }
}

/// Python ended with a traceback, since nothing can be drained into a connection that is not there.
#[tokio::test(flavor = "multi_thread")]
async fn a_client_stopped_while_the_broker_is_away_ends_without_a_fault() {
    for language in ["python", "javascript"] {
        let mut server = NatsServer::start().await;
        let bridge = Bridge::start(&server, &[]).await;
        let id = format!("{language}-alone");
        let mut command = client(language, "publish");
        command.args(["--url", &server.url(), "--channel", CHANNEL, "--id", &id, "--interval", "0.1"]);
        let mut process = Process::start(command.stdin(Stdio::null()).stdout(Stdio::null()));
        until("its points are here", || bridge.points(CHANNEL).0.remove(&format!("rss-{id}"))).await;
        server.kill();
        until("it notices", || process.lines().iter().any(|line| line.contains("disconnected")).then_some(())).await;
        process.signal(Signal::TERM);
        let status = until("it ends", || process.ended()).await;
        let said = process.lines().join("\n");
        assert!(status.success() && !said.contains("Traceback") && !said.contains("Error"), "{said}");
    }
}
