//! Several series as one, compared with what is computed here from what a plain subscriber saw.

use std::collections::BTreeMap;

use harness::points::{Subscriber, micros};
use harness::{Bridge, NatsServer, Spawn, until};
use serde_json::{Value, json};

use crate::support::{CHANNEL, Publisher};

const DEMO: &str = "process-memory-demo";
const STEP_US: i64 = 1_000_000;
/// How long a series is carried on at steps of a second.
const SILENCE_US: i64 = 10_000_000;

/// Times in µs and values of each series.
type Seen = BTreeMap<String, Vec<(i64, f64)>>;

/// The value of a series at the step that begins at `begin`.
fn value_at(points: &[(i64, f64)], begin: i64) -> Option<f64> {
    let until = points.partition_point(|(x, _)| *x < begin + STEP_US);
    let (x, value) = points[..until].last()?;
    (begin - x <= SILENCE_US).then_some(*value)
}

/// Type 7.
fn quantile(sorted: &[f64], q: f64) -> f64 {
    let rank = (sorted.len() - 1) as f64 * q;
    let (low, high) = (sorted[rank.floor() as usize], sorted[rank.ceil() as usize]);
    low + (high - low) * (rank - rank.floor())
}

/// One column of the answer as times in µs and values.
fn column(answer: &Value, name: &str) -> Vec<(i64, f64)> {
    let find = |block: &Value, name: &str| {
        let columns = block["columns"].as_array().unwrap();
        columns.iter().find(|column| column[0] == name).map(|column| column.as_array().unwrap()[1..].to_vec())
    };
    let block = answer["blocks"].as_array().unwrap().iter().find(|block| find(block, name).is_some());
    let block = block.unwrap_or_else(|| panic!("no {name} in {answer}"));
    let (x, values) = (find(block, "x").unwrap(), find(block, name).unwrap());
    x.iter().zip(&values).map(|(x, value)| (micros(x.as_f64().unwrap()), value.as_f64().unwrap())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn aggregates_of_five_real_sources_are_those_of_what_a_subscriber_saw() {
    let server = NatsServer::start().await;
    let bridge = Bridge::start(&server, &[]).await;
    let subscriber = Subscriber::start(&server, DEMO).await;
    let spawn = Spawn::start(&server, 5, &[]);
    until("five sources published for some seconds", || {
        let seen = subscriber.points();
        let enough = seen.0.values().filter(|points| points.len() >= 5).count();
        (enough >= 15).then_some(())
    })
    .await;
    spawn.stop().await;
    let seen = subscriber.points();
    until("the bridge has all", || (bridge.points(DEMO).len() == seen.len()).then_some(())).await;
    let seen: Seen = seen
        .0
        .into_iter()
        .map(|(name, points)| {
            let mut points: Vec<(i64, f64)> = points.into_iter().map(|(x, bits)| (x, bits.unwrap().value())).collect();
            points.sort_by_key(|(x, _)| *x);
            (name, points)
        })
        .collect();
    let all = || seen.values().flatten().map(|(x, _)| *x);
    let (from, to) = (all().min().unwrap(), all().max().unwrap());
    let range = format!("from={}&to={}&step=1s", from / 1000, to / 1000 + 1);

    let answer = bridge
        .json(&format!("/api/v1/channels/{DEMO}/query?{range}&agg=sum,mean,min,max,count,p50,p99.9&metric=rss,heap*"));
    for metric in ["rss", "heap", "heap-total"] {
        // Names of series end with the id of the source.
        let members: Vec<_> = seen
            .iter()
            .filter(|(name, _)| name.strip_prefix(metric).is_some_and(|rest| rest.starts_with("-process")))
            .collect();
        assert_eq!(members.len(), 5, "{metric}");
        let steps = column(&answer, &format!("count({metric})"));
        assert!(steps.len() >= 4, "{steps:?}");
        for (index, (begin, count)) in steps.iter().enumerate() {
            let mut values: Vec<f64> = members.iter().filter_map(|(_, points)| value_at(points, *begin)).collect();
            let sum: f64 = values.iter().sum();
            let mean = sum / values.len() as f64;
            values.sort_by(f64::total_cmp);
            assert_eq!(*count, values.len() as f64, "{metric} at {begin}");
            for (function, expected) in [
                ("sum", sum),
                ("mean", mean),
                ("min", values[0]),
                ("max", values[values.len() - 1]),
                ("p50", quantile(&values, 0.5)),
                ("p99.9", quantile(&values, 0.999)),
            ] {
                let (x, value) = column(&answer, &format!("{function}({metric})"))[index];
                assert_eq!(x, *begin);
                assert!((value - expected).abs() < 1e-9, "{function} of {metric} at {begin}: {value} and {expected}");
            }
        }
    }
    // All carried on: the last step has every source.
    assert_eq!(column(&answer, "count(rss)").last().unwrap().1, 5.0);

    // By what a hello says: each source by itself is what it published.
    let one = bridge.json(&format!("/api/v1/channels/{DEMO}/query?{range}&agg=max&by=source&metric=rss&source=*-3"));
    let own = column(&one, "max(process-memory-3)");
    assert!(own.iter().all(|(x, value)| value_at(&seen["rss-process-memory-3"], *x) == Some(*value)), "{own:?}");
    assert_eq!(one["blocks"].as_array().unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_largest_of_a_group_come_as_lines_with_what_they_were_ranked_by() {
    let server = NatsServer::start().await;
    let bridge = Bridge::start(&server, &[]).await;
    let publisher = Publisher::new(&server).await;
    for (n, id) in ["a", "b", "c"].iter().enumerate() {
        for step in 0..10u64 {
            publisher.point(id, step * (n as u64 + 1)).await;
        }
    }
    until("all is read", || (bridge.points(CHANNEL).len() == 90).then_some(())).await;
    let of = |parameters: &str| {
        let answer = bridge.json(&format!("/api/v1/channels/{CHANNEL}/query?agg=topk&{parameters}"));
        let list: Vec<(String, f64)> = answer["topk"]
            .as_array()
            .unwrap()
            .iter()
            .map(|first| (first["series"].as_str().unwrap().to_owned(), first["value"].as_f64().unwrap()))
            .collect();
        (answer, list)
    };
    let (answer, list) = of("metric=rss&k=2");
    assert_eq!(list, [("rss-c".into(), 27.0), ("rss-b".into(), 18.0)]);
    assert_eq!(column(&answer, "rss-c").len(), 10);
    // One in each group, a gap has no rank, and a slope is per second: a step of one per millisecond.
    let (_, list) = of("k=1&of=slope&series=rss-*,heap-*&by=metric");
    let (names, slopes): (Vec<String>, Vec<f64>) = list.into_iter().unzip();
    assert!(names[0].starts_with("heap-total-") && names[1].starts_with("rss-"), "{names:?}");
    assert!((slopes[0] - 1000.0 / 3.0).abs() < 1e-3 && (slopes[1] - 1000.0).abs() < 1e-3, "{slopes:?}");
    for (parameters, status) in [
        ("agg=topk,mean", 400),
        ("agg=median", 400),
        ("agg=mean,mean", 400),
        ("agg=mean&by=name", 400),
        ("agg=mean&in=first", 400),
        ("agg=mean&k=3", 400),
        ("step=1s", 400),
        ("agg=mean&step=1ms", 413),
        ("agg=mean&step=1ms&from=10s", 200),
        ("agg=topk&k=1000", 200),
    ] {
        let found = bridge.get(&format!("/api/v1/channels/{CHANNEL}/query?{parameters}"));
        assert_eq!(found.map_or_else(|status| status, |_| 200), status, "{parameters}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn series_are_found_and_grouped_by_what_their_sources_say_of_themselves() {
    let server = NatsServer::start().await;
    let bridge = Bridge::start(&server, &[]).await;
    let publisher = Publisher::new(&server).await;
    let js = server.jetstream().await;
    for (id, host, zone) in [("a", "h1", "eu-1"), ("b", "h1", "eu-2"), ("c", "h2", "us-1")] {
        let hello = json!({"id": id, "epoch": 1, "host": host, "labels": {"zone": zone},
            "series": [{"name": format!("rss-{id}"), "metric": "memory"}]});
        js.publish(format!("eon-presence.{CHANNEL}.hello"), hello.to_string().into()).await.unwrap().await.unwrap();
        publisher.point(id, 3).await;
    }
    // Nobody's.
    publisher.json(&json!({"eon": {"rss-d": 100}})).await;
    until("all is read", || (bridge.points(CHANNEL).len() == 10).then_some(())).await;
    until("the hellos are read", || bridge.source(CHANNEL, "c").filter(|source| source["host"] == "h2")).await;
    let sums = |parameters: &str| {
        let answer = bridge.json(&format!("/api/v1/channels/{CHANNEL}/query?from=10m&agg=sum&step=1h&{parameters}"));
        let blocks = answer["blocks"].as_array().unwrap().clone();
        // A range of ten minutes may lie in two hours: in the later one all are carried on.
        let last = |block: &Value| {
            let column = block["columns"][0].as_array().unwrap();
            (column[0].as_str().unwrap().to_owned(), column[column.len() - 1].as_f64().unwrap())
        };
        blocks.iter().map(last).collect::<Vec<(String, f64)>>()
    };
    let expect = |parameters: &str, expected: &[(&str, f64)]| {
        let expected: Vec<(String, f64)> = expected.iter().map(|(name, value)| ((*name).to_owned(), *value)).collect();
        assert_eq!(sums(parameters), expected, "{parameters}");
    };
    expect("metric=memory", &[("sum(memory)", 9.0)]);
    expect("metric=memory&host=h1", &[("sum(memory)", 6.0)]);
    expect("metric=memory&label.zone=eu-*&source=b", &[("sum(memory)", 3.0)]);
    expect("series=rss-*&by=host", &[("sum()", 100.0), ("sum(h1)", 6.0), ("sum(h2)", 3.0)]);
    expect("series=rss-*&by=", &[("sum(*)", 109.0)]);
    expect(
        "metric=memory&by=label.zone,channel",
        &[
            (&format!("sum(eu-1,{CHANNEL})"), 3.0),
            (&format!("sum(eu-2,{CHANNEL})"), 3.0),
            (&format!("sum(us-1,{CHANNEL})"), 3.0),
        ],
    );
    expect("label.rack=*", &[]);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_format_says_the_same() {
    let server = NatsServer::start().await;
    let bridge = Bridge::start(&server, &[]).await;
    let publisher = Publisher::new(&server).await;
    for n in 0..20 {
        publisher.point("a", n).await;
    }
    until("all is read", || (bridge.points(CHANNEL).len() == 60).then_some(())).await;
    let query = |parameters: &str, accept: &str| {
        let url = format!("http://{}/api/v1/channels/{CHANNEL}/query?series=rss-a&{parameters}", bridge.address());
        let mut answer = ureq::get(url).header("accept", accept).call().unwrap();
        let kind = answer.headers()["content-type"].to_str().unwrap().to_owned();
        (kind, answer.body_mut().read_to_vec().unwrap())
    };
    let (kind, body) = query("", "application/json");
    assert_eq!(kind, "application/json");
    let points = column(&serde_json::from_slice(&body).unwrap(), "rss-a");
    assert_eq!(points.len(), 20);

    let (kind, body) = query("", "text/csv");
    assert_eq!(kind, "text/csv; charset=utf-8; header=present");
    let text = String::from_utf8(body).unwrap();
    let lines: Vec<&str> = text.split_terminator("\r\n").collect();
    assert_eq!((lines[0], lines.len()), ("time,channel,series,value", 21));
    assert!(lines[20].ends_with(&format!(",{CHANNEL},rss-a,19")), "{}", lines[20]);

    let (kind, body) = query("format=eon", "text/csv");
    assert_eq!(kind, "application/x-ndjson");
    let message: Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(column(&json!({"blocks": [message]}), "rss-a"), points);

    let (kind, body) = query("", "application/octet-stream");
    assert_eq!((kind.as_str(), &body[..2]), ("application/octet-stream", &[0xE0, 1][..]));
    assert_eq!(f64::from_le_bytes(body[body.len() - 8..].try_into().unwrap()), 19.0);
}
