//! Ranges of the past, as a chart that was scrolled back asks for them: lines and merged columns, as JSON and as binary.

use async_nats::jetstream::context::PublishAckFuture;
use harness::points::Subscriber;
use harness::{Bridge, NatsServer, Points, until};
use serde_json::{Value, json};

use crate::density::{assert_same, columns, merged};
use crate::support::CHANNEL;

/// Three hours.
const AGO_MS: u64 = 3 * 3600 * 1000;

/// Publishes rows a second apart from `begin_ms` on, of 100 series each message.
async fn publish(server: &NatsServer, hundreds: u64, begin_ms: u64, rows: std::ops::Range<u64>) {
    let js = server.jetstream().await;
    let rows: Vec<u64> = rows.collect();
    for part in rows.chunks(600) {
        let mut acks: Vec<PublishAckFuture> = Vec::new();
        for hundred in 0..hundreds {
            let mut columns: Vec<Value> = Vec::new();
            for n in hundred * 100..(hundred + 1) * 100 {
                let values = part.iter().map(|row| json!((row * 3 + n) % 50));
                columns.push(std::iter::once(json!(format!("rss-{n}"))).chain(values).collect());
            }
            let times = part.iter().map(|row| json!(begin_ms + row * 1000 + hundred));
            columns.push(std::iter::once(json!("x")).chain(times).collect());
            let payload = json!({ "columns": columns }).to_string();
            acks.push(js.publish(format!("eon.{CHANNEL}"), payload.into()).await.unwrap());
        }
        for ack in acks {
            ack.await.unwrap();
        }
    }
}

fn now_ms() -> u64 {
    u64::try_from(eontide_wire::Timestamp::now().as_micros() / 1000).unwrap()
}

fn points(blocks: &Value) -> Points {
    let mut points = Points::default();
    points.push_blocks(blocks);
    points.sorted()
}

/// What came after the range was counted as if it were in it: a minute of 1,500 series was refused for being of 4,500,000 points.
#[tokio::test(flavor = "multi_thread")]
async fn a_range_of_the_past_is_as_large_as_what_is_in_it() {
    let server = NatsServer::start().await;
    let bridge = Bridge::start(&server, &[]).await;
    let begin = now_ms() - AGO_MS;
    publish(&server, 15, begin, 0..3000).await;
    until("all is read", || (bridge.metric("eontide_points") == 4_500_000).then_some(())).await;
    let ask = |parameters: &str| format!("/api/v1/channels/{CHANNEL}/query?{parameters}");
    assert_eq!(bridge.get(&ask(&format!("from={begin}"))), Err(413));
    let (from, to) = (begin + 100_000, begin + 159_999);
    for (parameters, series) in [("", 1500), ("&width=1200", 1500), ("&series=rss-7,rss-1*9", 62), ("&series=none", 0)]
    {
        let range = format!("from={from}&to={to}{parameters}");
        let answer = bridge.json(&ask(&range));
        let lines = points(&answer["blocks"]);
        assert_eq!((lines.0.len(), lines.len()), (series, series * 60), "{parameters}");
        let within = |(x, _): &(i64, _)| (from as i64 * 1000..=to as i64 * 1000).contains(x);
        assert!(lines.0.values().flatten().all(within), "{parameters}");
        let frame = bridge.frame(&ask(&format!("{range}&format=bin")));
        points(&frame["blocks"]).assert_same(&lines, parameters);
        assert_eq!((&frame["window_ms"], &frame["position"]), (&json!(59_999), &answer["position"]), "{parameters}");
    }
    // Cut down to a picture, extremes kept, of the series that are wanted only.
    let frame =
        bridge.frame(&ask(&format!("from={begin}&to={}&series=rss-7,rss-8&width=50&format=bin", begin + 2_000_000)));
    let cut = points(&frame["blocks"]);
    assert_eq!(cut.0.keys().collect::<Vec<_>>(), ["rss-7", "rss-8"]);
    for values in cut.0.values() {
        let of = |wanted: f64| values.iter().any(|(_, value)| value.unwrap().value() == wanted);
        assert!((100..=300).contains(&values.len()) && of(0.0) && of(49.0), "{}", values.len());
    }
}

/// Zoomed in on a minute three hours ago the columns are as fine as the picture, though no such fine ones are kept for so long.
#[tokio::test(flavor = "multi_thread")]
async fn merged_columns_of_a_short_range_long_ago_are_as_fine_as_the_picture() {
    let server = NatsServer::start().await;
    let bridge = Bridge::start(&server, &[]).await;
    let subscriber = Subscriber::start(&server, CHANNEL).await;
    let begin = (now_ms() - AGO_MS) / 60_000 * 60_000;
    publish(&server, 2, begin, 0..600).await;
    publish(&server, 2, now_ms() - 60_000, 0..60).await;
    until("all is read", || (bridge.metric("eontide_points") == 132_000).then_some(())).await;
    until("columns are kept", || (bridge.metric("eontide_columns_bytes") > 0).then_some(())).await;
    let all = until("the subscriber has all", || Some(subscriber.points()).filter(|p| p.len() == 132_000)).await;
    let ask = |parameters: &str| format!("/api/v1/channels/{CHANNEL}/density?{parameters}");
    for (length_ms, parameters, step_ms) in [
        (60_000, "", 100),
        (60_000, "&width=60", 1_000),
        (600_000, "", 1_000),
        (600_000, "&width=60", 10_000),
        (600_000, "&step=1m", 60_000),
        (60_000, "&metric=none", 100),
    ] {
        let range = format!("from={}&to={}{parameters}", begin + 60_000, begin + 60_000 + length_ms - 1);
        let answer = bridge.json(&ask(&range));
        assert_eq!(answer["step_ms"], step_ms, "{range}");
        let mut seen = columns(&all, step_ms);
        let within = |t: i64| (begin + 60_000..begin + 60_000 + length_ms).contains(&(t as u64));
        seen.retain(|(_, t), _| within(*t) && !parameters.contains("none"));
        assert_same(&merged(&answer), &seen, &range);
        let frame = bridge.frame(&ask(&format!("{range}&format=bin")));
        assert_eq!((&frame["step_ms"], &frame["window_ms"]), (&json!(step_ms), &json!(length_ms - 1)), "{range}");
        assert_same(&merged(&frame), &seen, &range);
    }
}
