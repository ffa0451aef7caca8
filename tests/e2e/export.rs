//! Exports: complete, consistent, and at nobody else's cost.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use harness::points::Points;
use harness::{Bridge, NatsServer, until};
use serde_json::json;

use crate::support::{CHANNEL, Publisher};

/// Longer than any query of a small channel takes, far shorter than what an export that nobody reads lasts.
const PROMPT: Duration = Duration::from_secs(5);

#[tokio::test(flavor = "multi_thread")]
async fn an_export_holds_every_point_and_names_channels_where_there_are_several() {
    let server = NatsServer::start().await;
    let bridge = Bridge::start(&server, &[]).await;
    let publisher = Publisher::new(&server).await;
    for n in 0..1500 {
        publisher.point("a", n).await;
    }
    let js = server.jetstream().await;
    js.publish(format!("eon.{CHANNEL}.below"), r#"{"eon":{"q":1}}"#.into()).await.unwrap().await.unwrap();
    until("all is read", || (bridge.points(CHANNEL).len() == 4501).then_some(())).await;

    bridge.exported(CHANNEL, "").assert_same(&bridge.points(CHANNEL), "the export");
    assert_eq!(bridge.exported(CHANNEL, "metric=rss&source=a").0.keys().collect::<Vec<_>>(), ["rss-a"]);
    let body = bridge.get(&format!("/api/v1/channels/{CHANNEL}/export")).unwrap();
    let channels: Vec<String> = body
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()["channel"].as_str().unwrap().to_owned())
        .collect();
    assert!(channels.contains(&format!("{CHANNEL}.below")) && channels.contains(&CHANNEL.to_owned()), "{channels:?}");
    // From the broker's mouth: each line may be published as it is.
    for line in body.lines() {
        assert!(line.len() <= eontide_wire::limits::MESSAGE_BYTES_MAX);
        eontide_wire::decode(line.as_bytes(), eontide_wire::Timestamp::now()).unwrap();
    }

    let url = format!("http://{}/api/v1/channels/{CHANNEL}/export?series=rss-a", bridge.address());
    let mut answer = ureq::get(url).header("accept", "text/csv").call().unwrap();
    let name = answer.headers()["content-disposition"].to_str().unwrap().to_owned();
    assert!(name.starts_with(&format!("attachment; filename=\"{CHANNEL}-")) && name.ends_with(".csv\""), "{name}");
    let text = answer.body_mut().read_to_string().unwrap();
    assert_eq!(text.split_terminator("\r\n").count(), 1501);
    for (path, status) in [
        (format!("{CHANNEL}/export?width=5"), 400),
        (format!("{CHANNEL}/export?format=json"), 400),
        ("unknown/export".into(), 404),
    ] {
        assert_eq!(bridge.get(&format!("/api/v1/channels/{path}")), Err(status), "{path}");
    }
}

/// Some 20 MB as text, more than the buffers of a connection hold.
async fn fill(server: &NatsServer, bridge: &Bridge) -> usize {
    let publisher = Publisher::new(server).await;
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_millis() as u64;
    let mut points = 0;
    for message in 0..100u64 {
        let rows = 5000;
        let values = (0..rows).map(|n| json!(1.0 / (message * rows + n + 3) as f64));
        let x = (0..rows).map(|n| json!(now - 1_000_000 + message * rows + n));
        let column = |name: &str, cells: Vec<serde_json::Value>| {
            std::iter::once(json!(name)).chain(cells).collect::<serde_json::Value>()
        };
        publisher.json(&json!({"columns": [column("long", values.collect()), column("x", x.collect())]})).await;
        points += rows as usize;
    }
    until("all is read", || {
        let series = bridge.json(&format!("/api/v1/channels/{CHANNEL}/series"));
        (series["series"][0]["points"] == points).then_some(())
    })
    .await;
    points
}

/// Asks for an export and reads no more than its status; `None` where there is no seat.
fn ask(bridge: &Bridge) -> Option<TcpStream> {
    let mut stream = TcpStream::connect(bridge.address()).unwrap();
    write!(stream, "GET /api/v1/channels/{CHANNEL}/export HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n").unwrap();
    let mut head = [0; 12];
    stream.read_exact(&mut head).unwrap();
    (&head == b"HTTP/1.1 200").then_some(stream)
}

#[tokio::test(flavor = "multi_thread")]
async fn clients_that_read_nothing_of_an_export_hold_up_nobody_and_are_ended() {
    let server = NatsServer::start().await;
    let bridge = Bridge::start(&server, &[]).await;
    let points = fill(&server, &bridge).await;
    let idle: Vec<TcpStream> = (0..8).map(|_| ask(&bridge).unwrap()).collect();
    assert_eq!(bridge.get(&format!("/api/v1/channels/{CHANNEL}/export")), Err(503));
    // Neither the lock of the store nor the turns of queries are held.
    let publisher = Publisher::new(&server).await;
    publisher.point("late", 1).await;
    until("ingest goes on", || bridge.series(CHANNEL).contains(&"rss-late".into()).then_some(())).await;
    for _ in 0..4 {
        let asked = Instant::now();
        bridge.json(&format!("/api/v1/channels/{CHANNEL}/query?width=100&series=long"));
        assert!(asked.elapsed() < PROMPT, "{:?}", asked.elapsed());
    }
    // Nothing read for so long is the end, and each seat is free again.
    let exported = until("a seat is free", || {
        let body = bridge.get(&format!("/api/v1/channels/{CHANNEL}/export?series=long")).ok()?;
        Some(body)
    })
    .await;
    let mut found = Points::default();
    let lines: Vec<serde_json::Value> = exported.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    found.push_blocks(&lines.into());
    assert_eq!(found.len(), points);
    drop(idle);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_leaves_gives_its_seat_back_at_once() {
    let server = NatsServer::start().await;
    let bridge = Bridge::start(&server, &[]).await;
    fill(&server, &bridge).await;
    // Several times as many as there are seats.
    for _ in 0..5 {
        let leaving: Vec<TcpStream> = (0..8).map(|_| ask(&bridge).unwrap()).collect();
        drop(leaving);
        until("all seats are free", || (bridge.metric("eontide_exports_open") == 0).then_some(())).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_that_nobody_reads_does_not_keep_the_bridge_from_stopping() {
    let server = NatsServer::start().await;
    let bridge = Bridge::start(&server, &[]).await;
    fill(&server, &bridge).await;
    let idle: Vec<TcpStream> = (0..3).map(|_| ask(&bridge).unwrap()).collect();
    let (code, said) = bridge.stop().await;
    assert_eq!(code, Some(0), "{said:#?}");
    drop(idle);
}
