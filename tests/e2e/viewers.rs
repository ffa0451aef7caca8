//! The viewer protocol as a viewer sees it.

use std::time::Duration;

use harness::{Bridge, NatsServer, Viewer, until};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::support::{CHANNEL, Publisher};

#[tokio::test(flavor = "multi_thread")]
async fn a_snapshot_is_cut_down_to_its_width_with_the_extremes_kept() {
    let server = NatsServer::start().await;
    let bridge = Bridge::start(&server, &[]).await;
    let publisher = Publisher::new(&server).await;
    let x: Vec<f64> = (0..9000).map(|n| now_ms() - 9000.0 + f64::from(n)).collect();
    let mut values = vec![5.0; 9000];
    (values[4321], values[4322]) = (1e6, -1e6);
    let column = |name: &str, values: &[f64]| {
        std::iter::once(json!(name)).chain(values.iter().map(|value| json!(value))).collect::<Vec<_>>()
    };
    publisher.json(&json!({"columns": [column("a", &values), column("x", &x)]})).await;
    until("it is read", || (bridge.points(CHANNEL).len() == 9000).then_some(())).await;
    let mut viewer = Viewer::open(bridge.address(), false).await;
    viewer.send(&json!({"sub": 1, "subscribe": {"channel": CHANNEL, "window": "1m", "width": 100}})).await;
    viewer.next().await;
    let kept: Vec<_> = viewer.points.0["a"].iter().map(|(_, value)| *value).collect();
    assert!(kept.len() <= 400, "{}", kept.len());
    for extreme in [1e6, -1e6] {
        assert!(kept.contains(&harness::points::Bits::of(extreme)));
    }
    let query = bridge.json(&format!("/api/v1/channels/{CHANNEL}/query?from=1m&width=100"));
    assert!(query["blocks"][0]["columns"][0].as_array().unwrap().len() <= 401);
}

fn now_ms() -> f64 {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    now.as_millis() as f64
}

#[tokio::test(flavor = "multi_thread")]
async fn many_subscriptions_share_a_socket_and_a_mistake_ends_only_its_own() {
    let server = NatsServer::start().await;
    let bridge = Bridge::start(&server, &[]).await;
    let publisher = Publisher::new(&server).await;
    let mut viewer = Viewer::open(bridge.address(), false).await;
    viewer.send(&json!({"sub": 1, "subscribe": {"channel": CHANNEL, "series": ["rss-*"]}})).await;
    viewer.send(&json!({"sub": 2, "subscribe": {"channel": CHANNEL, "series": ["heap-total-*"]}})).await;
    viewer.send(&json!({"sub": 3, "subscribe": {"channel": "not a channel"}})).await;
    viewer.send(&json!({"ping": 7})).await;
    viewer.until(|viewer| viewer.said.len() == 2).await;
    assert_eq!((&viewer.said[0]["type"], &viewer.said[0]["sub"]), (&json!("error"), &json!(3)));
    assert_eq!(viewer.said[0]["kind"], "bad_channel");
    assert_eq!(viewer.said[1], json!({"type": "pong", "pong": 7}));
    publisher.point("a", 1).await;
    viewer.until(|viewer| viewer.points.len() == 2).await;
    viewer.send(&json!({"sub": 2, "unsubscribe": true})).await;
    viewer.send(&json!({"ping": 8})).await;
    viewer.until(|viewer| viewer.said.last().is_some_and(|frame| frame["pong"] == 8)).await;
    let last = publisher.point("a", 2).await;
    viewer.until(|viewer| viewer.offset() >= last).await;
    assert_eq!(viewer.points.0["rss-a"].len(), 2);
    assert_eq!(viewer.points.0["heap-total-a"].len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_raw_view_delivers_messages_as_published_with_position_and_broker_time() {
    let server = NatsServer::start().await;
    let bridge = Bridge::start(&server, &[]).await;
    let publisher = Publisher::new(&server).await;
    let mut viewer = Viewer::open(bridge.address(), true).await;
    viewer.send(&json!({"sub": 5, "subscribe": {"channel": CHANNEL, "view": "raw"}})).await;
    viewer.send(&json!({"ping": 1})).await;
    viewer.until(|viewer| !viewer.said.is_empty()).await;
    // No time for the store, but what EON's message callback wants.
    let sent = json!({"columns": [["a", "1.50"], ["x", 3]], "extra": {"z": 1, "a": 2}});
    let offset = publisher.json(&sent).await;
    viewer.until(|viewer| viewer.said.len() == 2).await;
    let frame = &viewer.said[1];
    assert_eq!((&frame["type"], &frame["sub"]), (&json!("messages"), &json!(5)));
    assert_eq!(frame["position"]["offset"], offset);
    let item = &frame["items"][0];
    assert_eq!((&item["offset"], &item["channel"], &item["message"]), (&json!(offset), &json!(CHANNEL), &sent));
    assert!((item["time"].as_f64().unwrap() - now_ms()).abs() < 60_000.0);
}

/// From `since`, a window or the last `limit` on, read from the stream; then live, each message once.
#[tokio::test(flavor = "multi_thread")]
async fn a_raw_view_begins_in_the_past_and_goes_on_live_without_a_seam() {
    let server = NatsServer::start().await;
    // A log too small for history: what it no longer holds comes from the stream.
    let bridge = Bridge::start(&server, &["--log-bytes", "1048576"]).await;
    let publisher = Publisher::new(&server).await;
    let pad = "x".repeat(1000);
    let mut first = 0;
    for n in 0..2500 {
        let mut message = crate::support::point("a", n);
        message["pad"] = json!(pad);
        let offset = publisher.json(&message).await;
        first = if first == 0 { offset } else { first };
    }
    until("all is read", || (bridge.metric("eontide_messages_total") == 2500).then_some(())).await;
    let epoch = Viewer::subscribe(bridge.address(), CHANNEL, false, None).await.position["epoch"].clone();
    let since = json!({"epoch": epoch, "offset": first});
    for (options, expected) in [
        (json!({"limit": 10}), 10),
        (json!({"window": "1h"}), 1000),
        (json!({"window": "1h", "limit": 2000}), 2000),
        (json!({ "since": since }), 2499),
    ] {
        let mut subscribe = options.clone();
        subscribe["channel"] = json!(CHANNEL);
        subscribe["view"] = json!("raw");
        let mut viewer = Viewer::open(bridge.address(), false).await;
        viewer.send(&json!({"sub": 1, "subscribe": subscribe})).await;
        let offsets = |viewer: &Viewer| -> Vec<u64> {
            let frames = viewer.said.iter().filter(|frame| frame["type"] == "messages");
            frames
                .flat_map(|frame| frame["items"].as_array().unwrap())
                .map(|item| item["offset"].as_u64().unwrap())
                .collect()
        };
        viewer.until(|viewer| offsets(viewer).len() >= expected).await;
        let live = publisher.json(&json!({"eon": {"live": 1}})).await;
        viewer.until(|viewer| offsets(viewer).last() == Some(&live)).await;
        let got = offsets(&viewer);
        assert!(got.windows(2).all(|pair| pair[1] == pair[0] + 1), "{options}: a hole or a repetition");
        assert!(
            viewer.said.iter().all(|frame| frame["type"] == "messages" || frame["type"] == "presence"),
            "{options}"
        );
    }
}

/// More came since than is sent at once: the viewer is told, and gets the last of it.
#[tokio::test(flavor = "multi_thread")]
async fn a_raw_view_that_missed_too_much_is_told() {
    let server = NatsServer::start().await;
    let bridge = Bridge::start(&server, &["--log-bytes", "1048576"]).await;
    let client = server.client().await;
    let since = Viewer::subscribe(bridge.address(), CHANNEL, false, None).await.position;
    for n in 0..12_000 {
        client.publish(format!("eon.{CHANNEL}"), format!(r#"{{"columns":[["a",{n}]]}}"#).into()).await.unwrap();
    }
    client.flush().await.unwrap();
    until("all is read", || (bridge.metric("eontide_messages_total") == 12_000).then_some(())).await;
    let mut viewer = Viewer::open(bridge.address(), false).await;
    viewer.send(&json!({"sub": 1, "subscribe": {"channel": CHANNEL, "view": "raw", "since": since}})).await;
    let gap = viewer.next().await;
    assert_eq!((&gap["type"], &gap["reason"]), (&json!("gap"), &json!("retention")), "{gap}");
    let items = |viewer: &Viewer| -> usize {
        viewer.said.iter().filter_map(|frame| frame["items"].as_array()).map(Vec::len).sum()
    };
    viewer.until(|viewer| items(viewer) == 10_000).await;
    let newest = viewer.said.last().unwrap()["items"].as_array().unwrap().last().unwrap()["message"].clone();
    assert_eq!(newest["columns"][0][1], 11_999);
}

/// One socket reads nothing; the other gets every point, and the bridge's memory stays.
#[tokio::test(flavor = "multi_thread")]
async fn a_viewer_that_reads_nothing_hurts_only_itself() {
    let server = NatsServer::start().await;
    let bridge = Bridge::start(&server, &["--tick", "5ms", "--log-bytes", "1048576"]).await;
    let publisher = Publisher::new(&server).await;
    publisher.point("a", 0).await;
    let mut stuck = tokio::net::TcpStream::connect(bridge.address()).await.unwrap();
    let handshake = format!(
        "GET /live HTTP/1.1\r\nHost: {}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n\
         Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
        bridge.address()
    );
    stuck.write_all(handshake.as_bytes()).await.unwrap();
    let mut head = [0; 512];
    let n = stuck.read(&mut head).await.unwrap();
    let head = String::from_utf8_lossy(&head[..n]);
    assert!(head.starts_with("HTTP/1.1 101"), "{head}");
    assert!(head.to_lowercase().contains("sec-websocket-accept: s3pplmbitxaq9kygzzhzrbk+xoo="), "{head}");
    let request = format!(r#"{{"sub":1,"subscribe":{{"channel":"{CHANNEL}","view":"raw"}}}}"#);
    let mut frame = vec![0x81, 0x80 | request.len() as u8, 0, 0, 0, 0];
    frame.extend_from_slice(request.as_bytes());
    stuck.write_all(&frame).await.unwrap();
    let mut healthy = Viewer::subscribe(bridge.address(), CHANNEL, true, None).await;
    until("both are subscribed", || (bridge.metric("eontide_subscriptions") == 2).then_some(())).await;
    // Some 12 MB: more than the kernel and the bridge keep for one who does not read.
    let pad = "x".repeat(100_000);
    let mut last = 0;
    for n in 1..=120u64 {
        let mut message = crate::support::point("a", n);
        message["pad"] = json!(pad);
        last = publisher.json(&message).await;
        healthy.until(|viewer| viewer.offset() >= last).await;
    }
    assert_eq!(healthy.offset(), last);
    assert_eq!(healthy.points.0["rss-a"].len(), 121);
    until("the stuck viewer is closed", || (bridge.metric("eontide_slow_consumers_total") == 1).then_some(())).await;
    until("its seat is free", || (bridge.metric("eontide_subscriptions") == 1).then_some(())).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bridge_that_stops_says_so_and_says_to_come_back() {
    let server = NatsServer::start().await;
    let bridge = Bridge::start(&server, &[]).await;
    let mut viewer = Viewer::subscribe(bridge.address(), CHANNEL, false, None).await;
    let (stopped, ()) = tokio::join!(bridge.stop(), async {
        let closing = viewer.next().await;
        assert_eq!(
            (&closing["type"], &closing["code"], &closing["reconnect"]),
            (&json!("closing"), &json!(1001), &json!(true))
        );
        assert_eq!(viewer.next().await, json!({"type": "close", "code": 1001}));
    });
    assert_eq!(stopped.0, Some(0), "{:?}", stopped.1);
}

#[tokio::test(flavor = "multi_thread")]
async fn strangers_pages_are_refused_unless_allowed() {
    let server = NatsServer::start().await;
    let bridge = Bridge::start(&server, &["--allow-origin", "https://allowed.example", "--viewers-max", "2"]).await;
    let own = format!("http://{}", bridge.address());
    for (origin, allowed) in [
        (own.as_str(), true),
        ("https://allowed.example", true),
        ("http://evil.example", false),
        ("null", false),
        ("http://127.0.0.1:1", false),
    ] {
        let opened = Viewer::try_open(bridge.address(), false, Some(origin)).await;
        assert_eq!(opened.is_ok(), allowed, "{origin}: {:?}", opened.err());
        drop(opened);
        until("the seat is free", || (bridge.metric("eontide_viewers_open") == 0).then_some(())).await;
    }
    let _one = Viewer::subscribe(bridge.address(), CHANNEL, false, None).await;
    let _two = Viewer::subscribe(bridge.address(), CHANNEL, false, None).await;
    assert!(Viewer::try_open(bridge.address(), false, None).await.is_err());
}

/// A connection that never finishes its request is closed; the bridge neither waits for it nor for one that says nothing.
#[tokio::test(flavor = "multi_thread")]
async fn a_half_sent_request_is_closed_after_five_seconds() {
    let server = NatsServer::start().await;
    let bridge = Bridge::start(&server, &[]).await;
    let mut slow = tokio::net::TcpStream::connect(bridge.address()).await.unwrap();
    slow.write_all(b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ").await.unwrap();
    let mut rest = Vec::new();
    let closed = tokio::time::timeout(Duration::from_secs(20), slow.read_to_end(&mut rest)).await;
    assert!(closed.is_ok(), "still open");
    let mut half = tokio::net::TcpStream::connect(bridge.address()).await.unwrap();
    half.write_all(b"GET / HTTP/1.1\r\n").await.unwrap();
    let (code, _) = bridge.stop().await;
    assert_eq!(code, Some(0));
}
