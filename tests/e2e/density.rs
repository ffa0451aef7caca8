//! Merged columns: what a viewer of thousands of processes gets is what all their values add up to.

use std::collections::BTreeMap;

use async_nats::jetstream::context::PublishAckFuture;
use eontide_wire::viewer::density::{Column, bucket};
use harness::points::Subscriber;
use harness::{Bridge, NatsServer, Points, Viewer, until};
use serde_json::{Value, json};

use crate::support::CHANNEL;

const STEP_MS: i64 = 1_000;

/// Message `n` of process `id`: two metrics, told by its hello or its names. The last of a test has both: what has no value of a
/// metric moves nobody on who watches that metric alone.
fn message(id: u64, n: u64, begin_ms: u64) -> Value {
    let x = begin_ms + n * 1_000 + id * 7 % 1_000;
    json!({
        "columns": [[format!("rss-proc-{id}"), 20 + (id * n) % 50], [format!("cpu-proc-{id}"), if n % 9 == 4 { Value::Null } else { json!(id as f64 / 10.0) }], ["x", x]],
        "from": {"id": format!("proc-{id}"), "epoch": 1, "seq": n},
    })
}

async fn publish(server: &NatsServer, processes: u64, rounds: std::ops::Range<u64>, begin_ms: u64) {
    let js = server.jetstream().await;
    for n in rounds {
        let mut acks: Vec<PublishAckFuture> = Vec::new();
        for id in 0..processes {
            let payload = message(id, n, begin_ms).to_string();
            acks.push(js.publish(format!("eon.{CHANNEL}"), payload.into()).await.unwrap());
        }
        for ack in acks {
            ack.await.unwrap();
        }
    }
}

/// The columns of points: each value once, by the metric in front of the process.
pub(crate) fn columns(points: &Points, step_ms: i64) -> BTreeMap<(String, i64), Column> {
    let mut all: BTreeMap<(String, i64), Column> = BTreeMap::new();
    for (name, points) in &points.0 {
        let metric = name.split_once('-').unwrap().0;
        for (x, value) in points {
            let Some(value) = value.map(|bits| bits.value()) else { continue };
            let begin = x.div_euclid(step_ms * 1000) * step_ms;
            let one = Column { min: value, max: value, sum: value, buckets: vec![(bucket(value), 1)] };
            all.entry((metric.to_owned(), begin)).or_default().add(&one);
        }
    }
    all
}

/// Sums of doubles depend on their order in the last digits.
#[track_caller]
pub(crate) fn assert_same(
    got: &BTreeMap<(String, i64), Column>,
    expected: &BTreeMap<(String, i64), Column>,
    what: &str,
) {
    assert_eq!(got.keys().collect::<Vec<_>>(), expected.keys().collect::<Vec<_>>(), "{what}");
    for (key, column) in expected {
        let other = &got[key];
        assert_eq!(
            (&other.buckets, other.min, other.max),
            (&column.buckets, column.min, column.max),
            "{what}: {key:?}"
        );
        assert!((other.sum - column.sum).abs() <= 1e-9 * column.sum.abs(), "{what}: {key:?}");
    }
}

/// The columns of an answer.
pub(crate) fn merged(answer: &Value) -> BTreeMap<(String, i64), Column> {
    let mut all = BTreeMap::new();
    harness::viewer::add_density(&mut all, answer);
    all
}

/// Some values come late, some on time, some are ahead.
fn begin_ms() -> u64 {
    let now = u64::try_from(eontide_wire::Timestamp::now().as_micros() / 1000).unwrap();
    (now / 1000 - 35) * 1000
}

async fn subscribe(bridge: &Bridge, binary: bool, series: &[&str]) -> Viewer {
    let mut viewer = Viewer::open(bridge.address(), binary).await;
    let subscribe = json!({"channel": CHANNEL, "window": "15m", "width": 1200, "view": "density", "series": series});
    viewer.send(&json!({"sub": 1, "subscribe": subscribe})).await;
    let first = viewer.next().await;
    assert_eq!(
        (&first["type"], &first["view"], &first["step_ms"]),
        (&json!("snapshot"), &json!("density"), &json!(STEP_MS))
    );
    viewer
}

/// Few processes: columns are made from the points. Many: they are kept. Both ways, in both forms, with history and live.
#[tokio::test(flavor = "multi_thread")]
async fn merged_columns_add_up_to_what_was_published() {
    for processes in [5, 100] {
        let server = NatsServer::start().await;
        let bridge = Bridge::start(&server, &[]).await;
        let subscriber = Subscriber::start(&server, CHANNEL).await;
        let begin = begin_ms();
        publish(&server, processes, 0..20, begin).await;
        let before = processes * 20;
        until("history is read", || (bridge.metric("eontide_stream_offset") == before).then_some(())).await;
        if processes > 64 {
            until("columns are kept", || (bridge.metric("eontide_columns_bytes") > 0).then_some(())).await;
        }
        let mut json = subscribe(&bridge, false, &[]).await;
        let mut binary = subscribe(&bridge, true, &[]).await;
        let mut only = subscribe(&bridge, true, &["c*"]).await;
        assert_same(&json.density, &columns(&subscriber.points(), STEP_MS), "the snapshot");
        publish(&server, processes, 20..40, begin).await;
        let last = processes * 40;
        for viewer in [&mut json, &mut binary, &mut only] {
            viewer.until(|viewer| viewer.offset() >= last).await;
        }
        let expected = columns(&subscriber.points(), STEP_MS);
        assert_same(&json.density, &expected, "JSON, live");
        assert_same(&binary.density, &expected, "binary, live");
        let cpu = expected.clone().into_iter().filter(|((metric, _), _)| metric == "cpu").collect();
        assert_same(&only.density, &cpu, "one metric");
        let again = subscribe(&bridge, true, &[]).await;
        assert_same(&again.density, &expected, "a later snapshot");
        let answer =
            bridge.json(&format!("/api/v1/channels/{CHANNEL}/density?from=15m&to={}&metric=c*", begin + 60_000));
        assert_eq!(answer["step_ms"], STEP_MS);
        let cpu = expected.clone().into_iter().filter(|((metric, _), _)| metric == "cpu").collect();
        assert_same(&merged(&answer), &cpu, "the API");
        assert!(binary.said.is_empty(), "sources are not told of one by one: {:?}", binary.said);
    }
}

/// After a restart the columns are made from what is on disk and what the stream has since.
#[tokio::test(flavor = "multi_thread")]
async fn merged_columns_survive_a_restart() {
    let server = NatsServer::start().await;
    let data = tempfile::tempdir().unwrap();
    let args = ["--data-dir", data.path().to_str().unwrap()];
    let bridge = Bridge::start(&server, &args).await;
    let subscriber = Subscriber::start(&server, CHANNEL).await;
    let begin = begin_ms();
    publish(&server, 100, 0..20, begin).await;
    until("history is read", || (bridge.metric("eontide_stream_offset") == 2_000).then_some(())).await;
    bridge.stop().await;
    publish(&server, 100, 20..25, begin).await;
    let bridge = Bridge::start(&server, &args).await;
    until("columns are kept", || (bridge.metric("eontide_columns_bytes") > 0).then_some(())).await;
    publish(&server, 100, 25..30, begin).await;
    until("the rest is read", || (bridge.metric("eontide_stream_offset") == 3_000).then_some(())).await;
    let viewer = subscribe(&bridge, true, &[]).await;
    assert_same(&viewer.density, &columns(&subscriber.points(), STEP_MS), "after a restart");
}
