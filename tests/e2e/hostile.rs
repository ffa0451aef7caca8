//! What one sender or viewer does costs nobody else.

use std::io::{Read, Write};
use std::time::{Duration, Instant};

use harness::process::{alive, children, free_port, signal_pid};
use harness::{Bridge, NatsServer, Spawn, Viewer, until};
use rustix::process::Signal;
use serde_json::{Value, json};

use crate::support::{CHANNEL, Publisher};

/// The status of a plain request with a `Host` of our choice.
fn status(address: &str, path: &str, host: &str) -> String {
    let mut stream = std::net::TcpStream::connect(address).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer.split_whitespace().nth(1).unwrap().to_owned()
}

/// A name of a stranger's DNS that points at 127.0.0.1: his page would send no origin with its own requests.
#[tokio::test(flavor = "multi_thread")]
async fn a_bridge_on_loopback_answers_to_local_names_only() {
    let server = NatsServer::start().await;
    let bridge = Bridge::start(&server, &["--allow-origin", "https://eontide.example"]).await;
    for path in ["/api/v1/channels", "/metrics"] {
        for (host, expected) in [
            (bridge.address(), "200"),
            ("localhost:8080", "200"),
            ("eontide.example", "200"),
            ("evil.example:8080", "403"),
        ] {
            assert_eq!(status(bridge.address(), path, host), expected, "{path} {host}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn series_patterns_are_bounded() {
    let server = NatsServer::start().await;
    let bridge = Bridge::start(&server, &[]).await;
    Publisher::new(&server).await.point("a", 1).await;
    until("it is read", || (!bridge.points(CHANNEL).is_empty()).then_some(())).await;
    let stars = "*".repeat(9);
    let mut viewer = Viewer::open(bridge.address(), false).await;
    viewer.send(&json!({"sub": 1, "subscribe": {"channel": CHANNEL, "series": [stars]}})).await;
    let error = viewer.next().await;
    assert_eq!((&error["type"], &error["kind"]), (&json!("error"), &json!("bad_series")));
    assert_eq!(bridge.get(&format!("/api/v1/channels/{CHANNEL}/query?series={stars}")), Err(400));
    assert!(bridge.get(&format!("/api/v1/channels/{CHANNEL}/query?series=rss-*")).is_ok());
}

/// Each raw view with a past reads it by a consumer of its own; a stream has room for 256.
#[tokio::test(flavor = "multi_thread")]
async fn raw_views_leave_no_consumers_behind() {
    let server = NatsServer::start().await;
    let bridge = Bridge::start(&server, &[]).await;
    let publisher = Publisher::new(&server).await;
    for n in 0..20 {
        publisher.point("a", n).await;
    }
    until("it is read", || (bridge.points(CHANNEL).len() == 60).then_some(())).await;
    let mut viewer = Viewer::open(bridge.address(), false).await;
    for sub in 0..300 {
        viewer.send(&json!({"sub": sub, "subscribe": {"channel": CHANNEL, "view": "raw", "limit": 5}})).await;
        // Where all this takes long, the source is told to be silent meanwhile.
        let mut frame = viewer.next().await;
        while frame["type"] == "presence" {
            frame = viewer.next().await;
        }
        assert_eq!((&frame["type"], &frame["sub"]), (&json!("messages"), &json!(sub)), "{frame}");
        assert_eq!(frame["items"].as_array().unwrap().len(), 5);
        viewer.send(&json!({"sub": sub, "unsubscribe": true})).await;
    }
    let js = server.jetstream().await;
    // The last one is taken away behind its answer.
    let deadline = tokio::time::Instant::now() + harness::wait::DEADLINE;
    loop {
        let consumers = js.get_stream("EON").await.unwrap().cached_info().state.consumer_count;
        if consumers == 1 {
            break;
        }
        assert!(tokio::time::Instant::now() < deadline, "{consumers} consumers, where the bridge's own is one");
    }
}

/// A number that is used again: nothing made for its old subscription comes after the new snapshot.
#[tokio::test(flavor = "multi_thread")]
async fn a_subscription_number_may_be_used_again_at_any_moment() {
    let server = NatsServer::start().await;
    let bridge = Bridge::start(&server, &["--tick", "5ms"]).await;
    let publisher = Publisher::new(&server).await;
    let mut viewer = Viewer::subscribe(bridge.address(), CHANNEL, false, None).await;
    let mut last = 0;
    for n in 0..300 {
        last = publisher.point("a", n).await;
        if n % 3 == 0 {
            viewer.send(&json!({"sub": 1, "subscribe": {"channel": CHANNEL}})).await;
        }
    }
    // The harness fails where a position goes back.
    viewer.until(|viewer| viewer.offset() >= last).await;
    viewer.send(&json!({"ping": 1})).await;
    viewer.until(|viewer| viewer.said.iter().any(|frame| frame["pong"] == 1)).await;
    viewer.points.assert_same(&bridge.points(CHANNEL), "the viewer");
}

/// A server that is stopped keeps its sockets; sources are not silent for that.
#[tokio::test(flavor = "multi_thread")]
async fn a_frozen_broker_puts_nobody_down() {
    let server = NatsServer::start().await;
    let bridge = Bridge::start(&server, &[]).await;
    let _spawn = Spawn::start(&server, 3, &["--load", "none", "--channel", CHANNEL]);
    let states = |bridge: &Bridge| -> Vec<Value> {
        let sources = bridge.json(&format!("/api/v1/channels/{CHANNEL}/sources"));
        sources["sources"].as_array().unwrap().iter().map(|source| source["state"].clone()).collect()
    };
    until("all are up", || (bridge.series(CHANNEL).len() == 9 && states(&bridge).len() == 3).then_some(())).await;
    let mut viewer = Viewer::subscribe(bridge.address(), CHANNEL, false, None).await;
    server.signal(Signal::STOP);
    let frozen = Instant::now();
    // Twice the lease of a publisher at 1 Hz.
    until("six seconds have passed", || {
        assert!(
            states(&bridge).iter().all(|state| state == "up" || state == "unknown"),
            "frozen for {:?}",
            frozen.elapsed()
        );
        (frozen.elapsed() > Duration::from_secs(6)).then_some(())
    })
    .await;
    assert!(states(&bridge).iter().all(|state| state == "unknown"), "what is not known is said");
    server.signal(Signal::CONT);
    let before = viewer.points.len();
    viewer.until(|viewer| viewer.points.len() > before + 3 * 9).await;
    let down = viewer.said.iter().filter(|frame| frame.to_string().contains(r#""state":"down""#)).count();
    assert_eq!(down, 0, "{:#?}", viewer.said);
}

/// One source with thousands of series, each message with one more: each is no reason to tell all of them again.
#[tokio::test(flavor = "multi_thread")]
async fn a_source_that_grows_by_a_series_a_message_is_told_of_once_a_second() {
    let server = NatsServer::start().await;
    let bridge = Bridge::start(&server, &[]).await;
    let publisher = Publisher::new(&server).await;
    let mut viewer = Viewer::subscribe(bridge.address(), CHANNEL, false, None).await;
    let began = Instant::now();
    let mut last = 0;
    for n in 0..2000 {
        let message = json!({"columns": [[format!("s{n}"), n]], "from": {"id": "grows", "epoch": 1, "seq": n}});
        last = publisher.json(&message).await;
    }
    viewer.until(|viewer| viewer.offset() >= last).await;
    let series = |viewer: &Viewer| {
        let frames = viewer.said.iter().filter(|frame| frame["type"] == "presence");
        let sources = frames.flat_map(|frame| frame["sources"].as_array().unwrap());
        sources.map(|source| source["series"].as_array().unwrap().len()).collect::<Vec<_>>()
    };
    viewer.until(|viewer| series(viewer).last() == Some(&2000)).await;
    let told = series(&viewer).len() as u64;
    assert!(told <= 3 + began.elapsed().as_secs(), "told {told} times in {:?}", began.elapsed());
}

/// A signal that comes while its own server starts leaves no server behind.
#[tokio::test(flavor = "multi_thread")]
async fn a_bridge_that_is_stopped_while_it_starts_takes_its_server_along() {
    let data = tempfile::tempdir().unwrap();
    let (port, data) = (free_port().to_string(), data.path().to_str().unwrap());
    let args = ["--listen", "127.0.0.1:0", "--nats-port", &port, "--data-dir", data];
    let mut bridge = harness::process::Process::start(&mut harness::bridge::command(&args));
    let own = until("its server is started", || children(bridge.pid()).first().copied()).await;
    signal_pid(bridge.pid(), Signal::TERM);
    let status = until("the bridge ends", || bridge.ended()).await;
    assert_eq!(status.code(), Some(0));
    until("its server ends", || (!alive(own)).then_some(())).await;
}
