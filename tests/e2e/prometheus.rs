//! PromQL: every answer is compared with that of a real Prometheus which holds the same samples.

use std::fmt::Write;

use harness::{Bridge, NatsServer, Prometheus, until};
use serde_json::{Value, json};

use crate::prometheus_queries::{BOTH, ERRORS, INSTANT, LISTS};

const CHANNEL: &str = "prom";
const MINUTES: i64 = 20;
/// Of a sample after the one before, in ms.
const INTERVAL: i64 = 5000;

/// One series, as both sides hold it.
struct Series {
    metric: &'static str,
    source: usize,
    /// ms since 1970, value.
    samples: Vec<(i64, f64)>,
}

impl Series {
    /// The name of its column.
    fn name(&self) -> String {
        format!("{}-s{}", self.metric, self.source)
    }

    fn labels(&self) -> String {
        let Self { source, .. } = self;
        let series = self.name();
        let (host, zone) = (source / 2, ["a", "b"][source % 2]);
        let mut labels = format!(r#"channel="{CHANNEL}",series="{series}",source="s{source}",host="h{host}""#);
        if *source != 3 {
            write!(labels, r#",zone="{zone}",exported_host="own",dotted_label="é \"q\"""#).unwrap();
        }
        labels
    }
}

/// Noise that is the same in every run.
fn noise(seed: i64) -> i64 {
    (seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407) >> 33) & 0xffff
}

/// Twenty minutes up to `end`: a noisy gauge, a counter that begins anew now and then, small numbers that repeat; of four
/// sources, of which one ends early, one begins late, and two keep exact time, so that the ends of windows meet samples.
fn series(end: i64) -> Vec<Series> {
    let begin = end - MINUTES * 60_000;
    let mut all = Vec::new();
    for metric in ["rss", "requests", "heap-total"] {
        for source in 0..4 {
            let mut counter = 0.0;
            let mut samples = Vec::new();
            for step in 0..MINUTES * 60_000 / INTERVAL {
                let random = noise(step * 31 + source as i64 * 7919);
                let late = if source < 2 { 0 } else { random % 900 };
                let time = begin + step * INTERVAL + late;
                counter = if random % 97 == 0 { 0.0 } else { counter + (random % 50) as f64 / 4.0 };
                let value = match metric {
                    "rss" => (random as f64 - 20_000.0) / 7.0,
                    "requests" => counter,
                    _ => (random % 4) as f64,
                };
                let there = match source {
                    1 => step < 100,
                    2 => step > 120,
                    _ => true,
                };
                if there {
                    samples.push((time, value));
                }
            }
            all.push(Series { metric, source, samples });
        }
    }
    all
}

fn open_metrics(all: &[Series]) -> String {
    let mut text = String::new();
    for metric in ["rss", "requests", "heap-total"] {
        writeln!(text, "# TYPE {} unknown", metric.replace('-', "_")).unwrap();
        for series in all.iter().filter(|series| series.metric == metric) {
            for (time, value) in &series.samples {
                let (name, labels) = (metric.replace('-', "_"), series.labels());
                writeln!(text, "{name}{{{labels}}} {value} {}.{:03}", time / 1000, time % 1000).unwrap();
            }
        }
    }
    text + "# EOF\n"
}

async fn publish(server: &NatsServer, all: &[Series]) {
    let js = server.jetstream().await;
    for source in 0..4 {
        let of_source = || all.iter().filter(|series| series.source == source);
        let labels = if source == 3 {
            json!({})
        } else {
            let zone = ["a", "b"][source % 2];
            json!({"zone": zone, "host": "own", "dotted.label": "é \"q\""})
        };
        let series: Vec<Value> =
            of_source().map(|series| json!({"name": series.name(), "metric": series.metric})).collect();
        let id = format!("s{source}");
        let hello = json!({"id": id, "epoch": 1, "host": format!("h{}", source / 2), "pid": 1, "program": "p",
            "version": "1", "interval_ms": INTERVAL, "labels": labels, "series": series});
        let subject = format!("eon-presence.{CHANNEL}.hello");
        js.publish(subject, hello.to_string().into()).await.unwrap().await.unwrap();
        let mut columns: Vec<Vec<Value>> = of_source()
            .map(|series| {
                let values = series.samples.iter().map(|(_, value)| json!(value));
                std::iter::once(json!(series.name())).chain(values).collect()
            })
            .collect();
        let times = of_source().next().unwrap().samples.iter().map(|(time, _)| json!(time));
        columns.push(std::iter::once(json!("x")).chain(times).collect());
        let message = json!({"columns": columns, "from": {"id": id, "epoch": 1, "seq": 1}});
        js.publish(format!("eon.{CHANNEL}"), message.to_string().into()).await.unwrap().await.unwrap();
    }
}

/// Status and body; as a form where `post`.
fn ask(base: &str, resource: &str, parameters: &[(&str, &str)], post: bool) -> (u16, Value) {
    let url = format!("{base}/api/v1/{resource}");
    let answer = if post {
        let request = ureq::post(url).config().http_status_as_error(false).build();
        request.send_form(parameters.iter().copied())
    } else {
        let request = ureq::get(url).config().http_status_as_error(false).build();
        request.query_pairs(parameters.iter().copied()).call()
    };
    let mut answer = answer.unwrap();
    let text = answer.body_mut().read_to_string().unwrap();
    let body = serde_json::from_str(&text).unwrap_or_else(|_| panic!("{resource} {parameters:?}: {text}"));
    (answer.status().as_u16(), body)
}

/// A bridge and a Prometheus that know the same.
struct Pair {
    ours: String,
    theirs: String,
    end: i64,
    differences: Vec<String>,
    asked: usize,
    /// Of these, answered with at least one value: nothing equals nothing all too easily.
    with_values: usize,
}

impl Pair {
    fn both(&self, resource: &str, parameters: &[(&str, &str)]) -> [(u16, Value); 2] {
        [&self.ours, &self.theirs].map(|base| ask(base, resource, parameters, base == &self.ours))
    }

    /// Compares the answers to a query; `ordered` where the order of series means something.
    fn compare(&mut self, resource: &str, parameters: &[(&str, &str)], ordered: bool) {
        let [(our_status, ours), (their_status, theirs)] = self.both(resource, parameters);
        self.asked += 1;
        let data = theirs["data"].get("result").unwrap_or(&theirs["data"]);
        self.with_values += usize::from(data.as_array().is_some_and(|list| !list.is_empty()));
        let same = our_status == their_status
            && ours["status"] == theirs["status"]
            && ours["errorType"] == theirs["errorType"]
            && same_data(&ours["data"], &theirs["data"], ordered);
        if !same {
            let (ours, theirs) = (ours.to_string(), theirs.to_string());
            self.differences.push(format!(
                "{resource} {parameters:?}\n  ours   {our_status} {ours:.600}\n  theirs {their_status} {theirs:.600}"
            ));
        }
    }

    fn finish(self) {
        assert!(self.with_values * 4 > self.asked * 3, "{} of {} answers have values", self.with_values, self.asked);
        assert!(
            self.differences.is_empty(),
            "{} of {} answers differ:\n{}",
            self.differences.len(),
            self.asked,
            self.differences.join("\n")
        );
    }
}

fn same_data(ours: &Value, theirs: &Value, ordered: bool) -> bool {
    let (Some(our_kind), Some(their_kind)) = (ours.get("resultType"), theirs.get("resultType")) else {
        return ours == theirs;
    };
    if our_kind != "vector" && our_kind != "matrix" {
        return our_kind == their_kind && same_points(&ours["result"], &theirs["result"]);
    }
    let list = |data: &Value| {
        let mut list = data["result"].as_array().unwrap().clone();
        if !ordered {
            list.sort_by_key(|series| series["metric"].to_string());
        }
        list
    };
    let (ours, theirs) = (list(ours), list(theirs));
    our_kind == their_kind
        && ours.len() == theirs.len()
        && ours.iter().zip(&theirs).all(|(a, b)| {
            a["metric"] == b["metric"]
                && same_points(&a["value"], &b["value"])
                && same_points(&a["values"], &b["values"])
        })
}

/// `[time, "value"]`, or a list of such: times equal, values but for the last digits.
fn same_points(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same_points(a, b)),
        (Value::String(a), Value::String(b)) if a != b => match (a.parse::<f64>(), b.parse::<f64>()) {
            (Ok(a), Ok(b)) => (a - b).abs() <= 1e-9 * a.abs().max(b.abs()).max(1e-3),
            _ => false,
        },
        (Value::Number(a), Value::Number(b)) => a.as_f64() == b.as_f64(),
        (a, b) => a == b,
    }
}

/// Seconds of a time in ms.
fn seconds(ms: i64) -> String {
    format!("{}.{:03}", ms / 1000, ms % 1000)
}

async fn pair(server: &NatsServer, bridge: &Bridge) -> (Pair, Prometheus) {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_millis() as i64;
    let end = now / 1000 * 1000 - 10_000;
    let all = series(end);
    publish(server, &all).await;
    let points: usize = all.iter().map(|series| series.samples.len()).sum();
    until("all is read", || (bridge.metric("eontide_points") == points as u64).then_some(())).await;
    until("the hellos are read", || {
        let known = |id: &str| bridge.source(CHANNEL, id).is_some_and(|source| !source["host"].is_null());
        ["s0", "s1", "s2", "s3"].into_iter().all(known).then_some(())
    })
    .await;
    let prometheus = Prometheus::start(&open_metrics(&all)).await;
    let (ours, theirs) =
        (format!("http://{}/prometheus", bridge.address()), format!("http://{}", prometheus.address()));
    (Pair { ours, theirs, end, differences: Vec::new(), asked: 0, with_values: 0 }, prometheus)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_is_that_of_a_real_prometheus() {
    let server = NatsServer::start().await;
    let bridge = Bridge::start(&server, &["--history", "2h"]).await;
    let (mut pair, _prometheus) = pair(&server, &bridge).await;
    let end = pair.end;
    // In the middle, where all is there; where one is about to go; at the moment of its
    // last sample's age of 5 minutes, and past it; at the end.
    let times = [end - 300_000, end - 700_123, end - 405_000, end - 404_999, end].map(seconds);
    let (start, middle) = (seconds(end - MINUTES * 60_000 - 60_000), seconds(end - 600_000));
    let end = seconds(end + 30_000);
    for query in BOTH {
        let query = query.replace("$T", &middle);
        for time in &times {
            pair.compare("query", &[("query", &query), ("time", time)], false);
        }
        for step in ["13s", "60"] {
            pair.compare("query_range", &[("query", &query), ("start", &start), ("end", &end), ("step", step)], true);
        }
    }
    for (query, ordered) in INSTANT {
        pair.compare("query", &[("query", query), ("time", &times[0])], *ordered);
    }
    for (resource, parameters) in ERRORS {
        let value = |value: &'static str| match value {
            "$start" => start.clone(),
            "$end" => end.clone(),
            other => other.to_owned(),
        };
        let parameters: Vec<(&str, String)> = parameters.iter().map(|(name, text)| (*name, value(text))).collect();
        let parameters: Vec<(&str, &str)> = parameters.iter().map(|(name, text)| (*name, text.as_str())).collect();
        let [(_, ours), _] = pair.both(resource, &parameters);
        assert_eq!(ours["status"], "error", "{resource} {parameters:?}");
        pair.compare(resource, &parameters, false);
    }
    pair.finish();
}

#[tokio::test(flavor = "multi_thread")]
async fn series_labels_and_their_values_are_those_of_a_real_prometheus() {
    let server = NatsServer::start().await;
    let bridge = Bridge::start(&server, &["--history", "2h"]).await;
    let (mut pair, _prometheus) = pair(&server, &bridge).await;
    for (resource, parameters) in LISTS {
        pair.compare(resource, parameters, false);
    }
    pair.finish();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gap_ends_a_series_and_of_one_millisecond_the_last_point_counts() {
    let server = NatsServer::start().await;
    let bridge = Bridge::start(&server, &[]).await;
    let js = server.jetstream().await;
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs() as i64 - 100;
    let us = |offset: i64| (now * 1_000_000 + offset) as f64;
    let message = json!({"columns": [["q", 1, 2, null, 4], ["x", us(0), us(999), us(10_000_000), us(20_000_000)]]});
    js.publish("eon.gaps", message.to_string().into()).await.unwrap().await.unwrap();
    until("it is read", || (bridge.metric("eontide_points") == 4).then_some(())).await;
    let base = format!("http://{}/prometheus", bridge.address());
    let value = |query: &str, at: i64| {
        let (_, body) = ask(&base, "query", &[("query", query), ("time", &(now + at).to_string())], true);
        body["data"]["result"][0]["value"][1].as_str().map(str::to_owned)
    };
    for (query, at, expected) in [
        ("q", -1, None),
        ("q", 0, Some("2")),
        ("q", 9, Some("2")),
        ("q", 10, None),
        ("q", 19, None),
        ("q", 20, Some("4")),
        ("q", 320, Some("4")),
        ("q", 321, None),
        ("count_over_time(q[1m])", 30, Some("2")),
        (r#"absent(q{series="q"})"#, 15, Some("1")),
    ] {
        assert_eq!(value(query, at).as_deref(), expected, "{query} at {at}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_grafana_asks_is_answered_and_strangers_are_not() {
    let server = NatsServer::start().await;
    let bridge = Bridge::start(&server, &[]).await;
    let base = format!("http://{}/prometheus", bridge.address());
    let data =
        |resource: &str, parameters: &[(&str, &str)], post| ask(&base, resource, parameters, post).1["data"].clone();
    assert_eq!(
        data("query", &[("query", "1+1"), ("time", "4")], true),
        json!({"resultType": "scalar", "result": [4, "2"]})
    );
    assert_eq!(data("status/buildinfo", &[], false)["version"], "2.42.0");
    assert_eq!(data("rules", &[], false), json!({"groups": []}));
    assert_eq!(data("query_exemplars", &[("query", "a")], true), json!([]));
    assert_eq!(data("metadata", &[], false), json!({}));
    assert_eq!(data("labels", &[], true), json!([]));
    let (status, body) = ask(&base, "nothing", &[], false);
    assert_eq!((status, &body["errorType"]), (404, &json!("not_found")));
    // Too much, of any kind, is refused and hurts nobody.
    let large = "x".repeat(70_000);
    let deep = format!("{}1{}", "(".repeat(10_000), ")".repeat(10_000));
    for (query, expected) in [(large.as_str(), 413), (&deep, 400), ("vector(1)[1d:1ms]", 422)] {
        assert_eq!(ask(&base, "query", &[("query", query)], true).0, expected, "{query:.30}");
    }
    let (status, body) = ask(&base, "query", &[("query", "1"), ("timeout", "0")], true);
    assert_eq!((status, &body["errorType"]), (503, &json!("timeout")));
    let stranger = ureq::get(format!("{base}/api/v1/labels")).header("origin", "https://evil.example").call();
    assert!(matches!(stranger, Err(ureq::Error::StatusCode(403))));
    assert!(matches!(ureq::delete(format!("{base}/api/v1/labels")).call(), Err(ureq::Error::StatusCode(405))));
}
