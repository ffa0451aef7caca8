//! Starting and stopping: own server, bad options, and one clear sentence for each thing that is wrong.

use std::path::Path;

use harness::bridge::command;
use harness::process::{alive, children, finish, free_port, install, program, signal_pid};
use harness::{Bridge, NatsServer, until};
use rustix::process::Signal;

/// Exit code and standard error of a bridge that is expected to end by itself.
fn run(args: &[&str], server_program: Option<&Path>) -> (Option<i32>, String) {
    let mut command = command(args);
    if let Some(program) = server_program {
        command.env("NATS_SERVER", program);
    }
    let output = finish(&mut command);
    (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_server_it_starts_its_own_keeps_it_alive_and_takes_it_along() {
    let data = tempfile::tempdir().unwrap();
    let port = free_port().to_string();
    let args = ["--nats-port", &port, "--data-dir", data.path().to_str().unwrap()];
    let bridge = Bridge::start_alone(&args).await;
    let own = children(bridge.process().pid());
    assert_eq!(own.len(), 1);
    let client = async_nats::connect(format!("127.0.0.1:{port}")).await.unwrap();
    let js = async_nats::jetstream::new(client);
    let payload = r#"{"eon":{"a":1}}"#;
    js.publish("eon.c", payload.into()).await.unwrap().await.unwrap();
    until("it is read", || (bridge.points("c").len() == 1).then_some(())).await;

    signal_pid(own[0], Signal::KILL);
    let reborn =
        until("the server runs again", || children(bridge.process().pid()).into_iter().find(|pid| *pid != own[0]))
            .await;
    js.publish("eon.c", payload.into()).await.unwrap();
    until("it is read after the restart", || (bridge.points("c").len() == 2).then_some(())).await;

    let (code, lines) = bridge.stop().await;
    assert_eq!(code, Some(0), "{lines:#?}");
    assert!(!alive(reborn), "nats-server is left behind");

    // The data is still there.
    let bridge = Bridge::start_alone(&args).await;
    until("history is back", || (bridge.points("c").len() == 2).then_some(())).await;

    // A bridge killed hard leaves its server behind; the next one takes it over, and along.
    let left = children(bridge.process().pid())[0];
    drop(bridge);
    assert!(alive(left));
    let bridge = Bridge::start_alone(&args).await;
    assert_eq!(children(bridge.process().pid()), [0; 0]);
    // One more beside it uses the server, and leaves it to the first.
    let (code, lines) = Bridge::start_alone(&args).await.stop().await;
    assert_eq!(code, Some(0), "{lines:#?}");
    assert!(alive(left), "a server that another bridge looks after was stopped");
    let (code, lines) = bridge.stop().await;
    assert_eq!(code, Some(0), "{lines:#?}");
    assert!(!alive(left), "nats-server is left behind: {lines:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_answers_on_loopback_is_used_and_left_running() {
    let server = NatsServer::start().await;
    let bridge = Bridge::start_alone(&["--nats-port", &server.port().to_string()]).await;
    assert!(children(bridge.process().pid()).is_empty());
    bridge.stop().await;
    server.client().await.flush().await.unwrap();
}

#[test]
fn every_bad_option_is_named_at_once_with_exit_code_2() {
    let (code, said) = run(&["--listen", "nowhere", "--history", "soon", "--tick", "1ms", "--nats-port", "0"], None);
    assert_eq!(code, Some(2), "{said}");
    for flag in ["--listen:", "--history:", "--tick:", "--nats-port:"] {
        assert!(said.contains(flag), "{flag} is missing in {said}");
    }
    assert_eq!(run(&["--no-such-option"], None).0, Some(2));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_port_that_is_taken_is_one_sentence() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let (code, said) = run(&["--listen", &address], None);
    assert_eq!(code, Some(1));
    assert!(said.starts_with(&format!("error: cannot listen on {address}")) && said.contains("--listen"), "{said}");
    assert_eq!(said.trim().lines().count(), 1, "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_server_no_program_no_jetstream_and_wrong_credentials_are_one_sentence_each() {
    let listen = ["--listen", "127.0.0.1:0"];
    let port = free_port().to_string();
    let gone = format!("nats://127.0.0.1:{port}");
    let (code, said) = run(&[&listen[..], &["--nats", &gone]].concat(), None);
    assert_eq!(code, Some(1));
    assert!(said.contains(&format!("no NATS server answers at {gone}")) && said.contains("--nats"), "{said}");

    let data = tempfile::tempdir().unwrap();
    let args = [&listen[..], &["--nats-port", &port, "--data-dir", data.path().to_str().unwrap()]].concat();
    let broken = data.path().join("nats-server");
    let script = data.path().join("script");
    std::fs::write(&script, "#!/bin/sh\necho '[1] [FTL] no such thing' >&2\nexit 1\n").unwrap();
    install(&script, &broken);
    let (code, said) = run(&args, Some(&broken));
    assert_eq!(code, Some(1));
    assert!(said.contains("did not start") && said.contains("no such thing"), "{said}");

    // Alone in a folder, with nothing on PATH.
    let alone = data.path().join("broker-bridge");
    install(&program("broker-bridge"), &alone);
    let mut command = std::process::Command::new(&alone);
    command.args(&args).current_dir(data.path()).env_remove("NATS_SERVER").env("PATH", data.path().join("none"));
    std::fs::remove_file(&broken).unwrap();
    let output = finish(&mut command);
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1));
    assert!(said.contains("no nats-server program was found") && said.contains("$NATS_SERVER"), "{said}");
    assert_eq!(said.trim().lines().count(), 1, "{said}");

    let plain = NatsServer::start_with(&[]).await;
    let (code, said) = run(&[&listen[..], &["--nats", &plain.url()]].concat(), None);
    assert_eq!(code, Some(1));
    assert!(said.contains("without JetStream") && said.contains("-js"), "{said}");

    let locked = NatsServer::start_with(&["-js", "-sd", "data", "--user", "u", "--pass", "p"]).await;
    let wrong = format!("nats://u:wrong@127.0.0.1:{}", locked.port());
    let (code, said) = run(&[&listen[..], &["--nats", &wrong]].concat(), None);
    assert_eq!(code, Some(1));
    assert!(said.contains("refused the credentials") && !said.contains("wrong@"), "{said}");
    assert_eq!(said.trim().lines().count(), 1, "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_probe_tells_by_its_exit_code() {
    let server = NatsServer::start().await;
    let bridge = Bridge::start(&server, &[]).await;
    let url = |path: &str| format!("http://{}{path}", bridge.address());
    for (url, code) in
        [(url("/readyz"), 0), (url("/nothing"), 1), (format!("http://127.0.0.1:{}/", free_port()), 1), ("x".into(), 1)]
    {
        assert_eq!(run(&["--probe", &url], None).0, Some(code), "{url}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn existing_streams_are_never_narrowed() {
    let server = NatsServer::start().await;
    let js = server.jetstream().await;
    let wide = async_nats::jetstream::stream::Config {
        name: "EON".into(),
        subjects: vec!["eon.>".into()],
        max_bytes: 123_456_789,
        ..Default::default()
    };
    js.create_stream(wide).await.unwrap();
    let bridge = Bridge::start(&server, &["--retention", "1h", "--retention-bytes", "1048576"]).await;
    let stream = js.get_stream("EON").await.unwrap();
    assert_eq!(stream.cached_info().config.max_bytes, 123_456_789);
    assert!(stream.cached_info().config.max_age.is_zero());
    let events = js.get_stream("EON-EVENTS").await.unwrap();
    assert_eq!(events.cached_info().config.max_age, std::time::Duration::from_secs(7 * 86_400));
    bridge.stop().await;
}
