//! Imports: what is exported and imported again is the same to the last bit, at every bridge, whatever happens meanwhile.

use std::io::Read;
use std::sync::mpsc;

use harness::{Bridge, NatsServer, until};
use serde_json::{Value, json};

use crate::support::{CHANNEL, Publisher};

const NDJSON: &str = "application/x-ndjson";
const CSV: &str = "text/csv";

fn import(bridge: &Bridge, channel: &str, content_type: &str, body: impl ureq::AsSendBody) -> Value {
    let (status, answer) = bridge.post(&format!("/api/v1/channels/{channel}/import"), content_type, body);
    assert_eq!(status, 200, "{answer}");
    answer
}

fn now_ms() -> u64 {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    now.as_millis() as u64
}

/// Points that are hard to keep: all digits, gaps, signs of zero, microseconds, names to be quoted, several shapes, late
/// ones.
async fn publish_hard_ones(publisher: &Publisher) -> usize {
    let start = now_ms() - 60_000;
    let mut points = 0;
    for n in 0..300u64 {
        let x = start as f64 + n as f64 * 7.0 + (n % 10) as f64 / 1000.0;
        let third = 1.0 / (n as f64 + 3.0);
        let mut columns = vec![
            json!(["a", third, -third * 1e-300]),
            json!(["b, \"quoted\" =1", n * 9_007_199_254_740_993, if n % 5 == 0 { json!(null) } else { json!(-0.0) }]),
        ];
        if n % 3 == 0 {
            columns.push(json!(["=formula", third * 1e200, 5e-324]));
        }
        points += columns.len() * 2;
        // Every seventh is late.
        let x = if n % 7 == 0 { x - 5_000.0 } else { x };
        columns.push(json!(["x", x, x + 0.25]));
        publisher.json(&json!({ "columns": columns })).await;
    }
    points
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_exported_and_imported_again_is_the_same_to_the_last_bit_at_every_bridge() {
    let server = NatsServer::start().await;
    let bridge = Bridge::start(&server, &["--allow-import"]).await;
    let other = Bridge::start(&server, &[]).await;
    let publisher = Publisher::new(&server).await;
    let count = publish_hard_ones(&publisher).await;
    until("all is read", || (bridge.points(CHANNEL).len() == count).then_some(())).await;
    let original = bridge.points(CHANNEL).sorted();
    for (channel, format, content_type) in [("from-ndjson", "ndjson", NDJSON), ("from-csv", "csv", CSV)] {
        let file = bridge.get(&format!("/api/v1/channels/{CHANNEL}/export?format={format}")).unwrap();
        let answer = import(&bridge, channel, content_type, file.as_str());
        assert_eq!((&answer["points"], &answer["rejected_total"]), (&json!(count), &json!(0)), "{answer}");
        assert_eq!(answer["accepted_to_line"], file.lines().count());
        for bridge in [&bridge, &other] {
            until("the import is read", || (bridge.points(channel).len() == count).then_some(())).await;
            bridge.exported(channel, "").sorted().assert_same(&original, channel);
        }
        // Again, and once more through the other format: nothing is added.
        let again = import(&bridge, channel, content_type, file.as_str());
        assert_eq!(again["duplicates"], again["messages"], "{again}");
    }
    let csv = |channel: &str| bridge.get(&format!("/api/v1/channels/{channel}/export?format=csv")).unwrap();
    assert_eq!(csv("from-csv").replace(",from-csv,", ",from-ndjson,"), csv("from-ndjson"));
    let offset =
        |bridge: &Bridge| bridge.json(&format!("/api/v1/channels/{CHANNEL}/query?width=1"))["position"].clone();
    until("both bridges are equally far", || (offset(&bridge) == offset(&other)).then_some(())).await;
    assert_eq!(bridge.points("from-csv").len(), count);
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_lines_are_named_and_good_ones_go_in() {
    let server = NatsServer::start().await;
    let bridge = Bridge::start(&server, &["--allow-import"]).await;
    let x = now_ms() - 10_000;
    let file = format!(
        "{{\"columns\":[[\"a\",1],[\"x\",{x}]],\"from\":{{\"id\":\"ghost\",\"epoch\":1,\"seq\":1}}}}\n\
         nonsense\n\
         {{\"columns\":[[\"a\",2],[\"x\",{}]]}}\n\
         {{\"columns\":[[\"a\",3],[\"x\",\"soon\"]]}}\n\
         {{\"columns\":[[\"a\",1,2],[\"x\",{x}]]}}\n\
         {{\"columns\":[[\"a\",4],[\"x\",{}]]}}\n",
        x + 1,
        x + 3 * 86_400_000
    );
    let answer = import(&bridge, "new", NDJSON, file.as_str());
    let lines: Vec<&Value> = answer["rejected"].as_array().unwrap().iter().map(|rejected| &rejected["line"]).collect();
    assert_eq!(json!(lines), json!([2, 4, 5, 6]), "{answer}");
    assert!(answer["rejected"][3]["reason"].as_str().unwrap().starts_with("time_out_of_range"), "{answer}");
    assert_eq!((&answer["points"], &answer["rejected_total"]), (&json!(2), &json!(4)));
    until("the good ones are there", || (bridge.points("new").len() == 2).then_some(())).await;
    // An import is no sign of life.
    assert_eq!(bridge.source("new", "ghost"), None);
    assert_eq!(bridge.metric("eontide_points_imported_total"), 2);
    assert_eq!(bridge.metric("eontide_import_lines_rejected_total"), 4);

    let many: String = std::iter::repeat_n("nonsense\n", 500).collect();
    let answer = import(&bridge, "new", NDJSON, many.as_str());
    assert_eq!((answer["rejected"].as_array().unwrap().len(), &answer["rejected_total"]), (100, &json!(500)));

    let two = format!("time,channel,series,value\n{x},a.one,s,1\n{x},a.two,s,2\n");
    let mixed = import(&bridge, "mixed", CSV, two.as_str());
    assert_eq!((&mixed["points"], &mixed["rejected"][0]["line"]), (&json!(1), &json!(3)), "{mixed}");
    let (status, picked) = bridge.post("/api/v1/channels/picked/import?only=a.two", CSV, two.as_str());
    assert_eq!((status, &picked["points"], &picked["skipped_total"]), (200, &json!(1), &json!(1)), "{picked}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_may_not_be_imported_is_refused_and_says_why() {
    let server = NatsServer::start().await;
    let closed = Bridge::start(&server, &[]).await;
    let open = Bridge::start(&server, &["--allow-import", "--allow-origin", "https://allowed.example"]).await;
    let line = r#"{"eon":{"a":1}}"#;
    let (status, body) = closed.post("/api/v1/channels/c/import", NDJSON, line);
    assert_eq!((status, &body["error"]["kind"]), (403, &json!("import_off")));
    assert!(body["error"]["message"].as_str().unwrap().contains("--allow-import"), "{body}");
    for (path, content_type, body, expected) in [
        ("/api/v1/channels/c/import", "text/plain", line, 415),
        ("/api/v1/channels/c/import", "application/x-www-form-urlencoded", line, 415),
        ("/api/v1/channels/c.*/import", NDJSON, line, 400),
        ("/api/v1/channels/c/import?series=a", NDJSON, line, 400),
        ("/api/v1/channels/c/import?only=a%20b", NDJSON, line, 400),
        ("/api/v1/channels/c/import", CSV, "1,2,3\n", 400),
        ("/api/v1/channels/c/query", NDJSON, line, 405),
        ("/api/v1/channels/c/import?format=ndjson", CSV, line, 200),
    ] {
        let (status, answer) = open.post(path, content_type, body);
        assert_eq!(status, expected, "{path} {content_type}: {answer}");
    }
    assert_eq!(open.get("/api/v1/channels/c/import"), Err(405));
    // The answer reaches a client that sends all of a long file first.
    let long = line.repeat(1_000_000);
    assert_eq!(closed.post("/api/v1/channels/c/import", NDJSON, long.as_str()).0, 403);
    // A stranger's page: refused itself, and its question before it is not answered with leave.
    let url = format!("http://{}/api/v1/channels/c/import", open.address());
    let from = |origin: &str| {
        ureq::post(&url)
            .header("origin", origin)
            .header("content-type", NDJSON)
            .send(line)
            .map(|answer| answer.status().as_u16())
    };
    assert!(matches!(from("https://evil.example"), Err(ureq::Error::StatusCode(403))));
    assert_eq!(from("https://allowed.example").unwrap(), 200);
    let leave = |origin: &str| {
        let asked = ureq::options(&url).header("origin", origin).call().unwrap();
        asked.headers().get("access-control-allow-headers").cloned()
    };
    assert_eq!(leave("https://evil.example"), None);
    assert_eq!(leave("https://allowed.example").unwrap(), "content-type");
}

/// A file that arrives when it is told to.
struct Told(mpsc::Receiver<Vec<u8>>);

impl Read for Told {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let Ok(piece) = self.0.recv() else { return Ok(0) };
        buffer[..piece.len()].copy_from_slice(&piece);
        Ok(piece.len())
    }
}

/// One point, and a shape of its own for each, so that each line is a message.
fn line(n: u64) -> Vec<u8> {
    format!("{{\"columns\":[[\"s{n}\",{n}],[\"x\",{}]]}}\n", now_ms() - 100_000 + n).into_bytes()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broker_that_restarts_in_the_middle_costs_and_doubles_nothing() {
    let mut server = NatsServer::start().await;
    let bridge = Bridge::start(&server, &["--allow-import"]).await;
    let (tell, told) = mpsc::channel();
    let address = bridge.address().to_owned();
    let importing = std::thread::spawn(move || {
        let url = format!("http://{address}/api/v1/channels/c/import");
        let request = ureq::post(url).header("content-type", NDJSON);
        let answer = request.send(ureq::SendBody::from_owned_reader(Told(told)));
        answer.unwrap().body_mut().read_json::<Value>().unwrap()
    });
    (0..500).for_each(|n| tell.send(line(n)).unwrap());
    until("some are there", || (bridge.points("c").len() > 300).then_some(())).await;
    server.kill();
    (500..1000).for_each(|n| tell.send(line(n)).unwrap());
    server.restart().await;
    (1000..1500).for_each(|n| tell.send(line(n)).unwrap());
    drop(tell);
    let answer = tokio::task::spawn_blocking(|| importing.join().unwrap()).await.unwrap();
    assert_eq!((&answer["points"], &answer["accepted_to_line"]), (&json!(1500), &json!(1500)), "{answer}");
    until("all is read", || (bridge.points("c").len() >= 1500).then_some(())).await;
    let offset = server.jetstream().await.get_stream("EON").await.unwrap().cached_info().state.last_sequence;
    until("the stream is read", || (bridge.metric("eontide_stream_offset") == offset).then_some(())).await;
    assert_eq!(bridge.points("c").len(), 1500);
    assert_eq!(offset, 1500);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broker_that_stays_away_ends_an_import_that_says_how_far_it_came() {
    let mut server = NatsServer::start().await;
    let bridge = Bridge::start(&server, &["--allow-import"]).await;
    let (tell, told) = mpsc::channel();
    let address = bridge.address().to_owned();
    let importing = std::thread::spawn(move || {
        let url = format!("http://{address}/api/v1/channels/c/import");
        let request = ureq::post(url).header("content-type", NDJSON).config().http_status_as_error(false).build();
        let mut answer = request.send(ureq::SendBody::from_owned_reader(Told(told))).unwrap();
        (answer.status().as_u16(), answer.body_mut().read_json::<Value>().unwrap())
    });
    (0..100).for_each(|n| tell.send(line(n)).unwrap());
    // The newest 64 shapes wait for more rows; the others are stored.
    until("some are there", || (bridge.points("c").len() == 36).then_some(())).await;
    server.kill();
    drop(tell);
    let (status, answer) = tokio::task::spawn_blocking(|| importing.join().unwrap()).await.unwrap();
    assert_eq!((status, &answer["error"]["kind"]), (503, &json!("not_stored")), "{answer}");
    assert_eq!((&answer["points"], &answer["accepted_to_line"]), (&json!(36), &json!(36)), "{answer}");
    assert!(answer["error"]["message"].as_str().unwrap().contains("up to line 36"), "{answer}");
}
