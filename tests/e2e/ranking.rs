//! Which series are highest, and which are in a cell of the density: compared with what a plain subscriber saw.

use std::collections::BTreeMap;

use harness::points::Subscriber;
use harness::{Bridge, NatsServer, until};
use serde_json::{Value, json};

use crate::support::{CHANNEL, Publisher};

const PROCESSES: u64 = 40;
const ROWS: u64 = 30;

/// Times in µs and values of each series, gaps left out.
type Seen = BTreeMap<String, Vec<(i64, f64)>>;

/// One message of each process with all its rows, in two halves; some values are gaps.
async fn publish(publisher: &Publisher, begin_ms: u64) {
    for half in 0..2 {
        for process in 0..PROCESSES {
            let rows = || half * ROWS / 2..(half + 1) * ROWS / 2;
            let value = |row: u64| match (process * 31 + row * row * 7) % 97 {
                0 => Value::Null,
                n => json!(n as f64 / 2.0),
            };
            let column = |name: String, of: &dyn Fn(u64) -> Value| -> Value {
                std::iter::once(json!(name)).chain(rows().map(of)).collect()
            };
            let columns = [
                column(format!("rss-p{process}"), &value),
                column(format!("cpu-p{process}"), &|row| json!(row * process)),
                column("x".into(), &|row| json!(begin_ms + row * 1000 + process)),
            ];
            let from = json!({"id": format!("p{process}"), "epoch": 1, "seq": half});
            publisher.json(&json!({"columns": columns, "from": from})).await;
        }
    }
}

fn figure(of: &str, points: &[(i64, f64)]) -> Option<f64> {
    let values = || points.iter().map(|(_, value)| *value);
    let n = points.len() as f64;
    match of {
        "last" => values().next_back(),
        "max" => values().max_by(f64::total_cmp),
        "min" => values().min_by(f64::total_cmp),
        "mean" => (!points.is_empty()).then(|| values().sum::<f64>() / n),
        _ => {
            let t = |x: i64| (x - points[0].0) as f64 / 1e6;
            let (mt, mv) = (points.iter().map(|(x, _)| t(*x)).sum::<f64>() / n, values().sum::<f64>() / n);
            let bottom: f64 = points.iter().map(|(x, _)| (t(*x) - mt).powi(2)).sum();
            let top: f64 = points.iter().map(|(x, value)| (t(*x) - mt) * (value - mv)).sum();
            (points.len() > 1).then_some(top / bottom)
        }
    }
}

/// Name, value, last value and its time in ms, in the order of the answer.
fn expected(seen: &Seen, of: &str, (from, to): (i64, i64), band: Option<(f64, f64)>, ascending: bool) -> Vec<Value> {
    let mut rows: Vec<(f64, &str, f64, i64)> = Vec::new();
    for (name, points) in seen {
        let points: Vec<(i64, f64)> = points.iter().copied().filter(|(x, _)| (from..=to).contains(x)).collect();
        let holds = |(above, below): (f64, f64)| points.iter().any(|(_, value)| above <= *value && *value < below);
        if let (Some(value), Some((x, last)), true) = (figure(of, &points), points.last(), band.is_none_or(holds)) {
            rows.push((value, name, *last, *x));
        }
    }
    rows.sort_by(|a, b| (if ascending { a.0.total_cmp(&b.0) } else { b.0.total_cmp(&a.0) }).then(a.1.cmp(b.1)));
    rows.iter().map(|(value, name, last, x)| json!([name, value, last, *x as f64 / 1e3])).collect()
}

fn rows(answer: &Value) -> Vec<Value> {
    let series = answer["series"].as_array().unwrap().iter();
    series.map(|row| json!([row["name"], row["value"], row["last"], row["time"]])).collect()
}

/// In the order of the answer; what differs in the last digits only may change places.
#[track_caller]
fn assert_same(got: &[Value], expected: &[Value], what: &str) {
    let value = |row: &Value| row[1].as_f64().unwrap();
    let near = |a: f64, b: f64| (a - b).abs() <= 1e-9 * (1.0 + b.abs());
    assert_eq!(got.len(), expected.len(), "{what}");
    let of: BTreeMap<&str, &Value> = expected.iter().map(|row| (row[0].as_str().unwrap(), row)).collect();
    for (got, place) in got.iter().zip(expected) {
        let expected = of[got[0].as_str().unwrap()];
        assert_eq!((&got[2], &got[3]), (&expected[2], &expected[3]), "{what}: {got}");
        assert!(near(value(got), value(expected)) && near(value(got), value(place)), "{what}: {got} for {place}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ranking_is_that_of_what_a_subscriber_saw() {
    let server = NatsServer::start().await;
    let bridge = Bridge::start(&server, &[]).await;
    let subscriber = Subscriber::start(&server, CHANNEL).await;
    let begin = u64::try_from(eontide_wire::Timestamp::now().as_micros() / 1000).unwrap() / 1000 * 1000 - 60_000;
    publish(&Publisher::new(&server).await, begin).await;
    let all = (2 * PROCESSES * ROWS) as usize;
    until("the bridge has all", || (bridge.points(CHANNEL).len() == all).then_some(())).await;
    let points = until("the subscriber has all", || Some(subscriber.points()).filter(|p| p.len() == all)).await;
    let seen: Seen = points
        .sorted()
        .0
        .into_iter()
        .map(|(name, points)| (name, points.into_iter().filter_map(|(x, bits)| Some((x, bits?.value()))).collect()))
        .collect();
    let ask = |parameters: &str| bridge.json(&format!("/api/v1/channels/{CHANNEL}/ranking?{parameters}"));
    let whole = (0, i64::MAX);
    for of in ["last", "max", "min", "mean", "slope"] {
        for ascending in [false, true] {
            let order = if ascending { "asc" } else { "desc" };
            let answer = ask(&format!("of={of}&order={order}"));
            let expected = expected(&seen, of, whole, None, ascending);
            assert_eq!((&answer["total"], &answer["of"]), (&json!(2 * PROCESSES), &json!(of)));
            assert_same(&rows(&answer), &expected, &format!("{of} {order}"));
            // Page by page.
            let mut paged = Vec::new();
            for offset in (0..2 * PROCESSES + 30).step_by(30) {
                let page = ask(&format!("of={of}&order={order}&k=30&offset={offset}"));
                assert_eq!(page["total"], 2 * PROCESSES);
                paged.extend(rows(&page));
            }
            assert_same(&paged, &expected, &format!("{of} {order}, page by page"));
        }
    }
    // A cell: a column of time, a bucket of values.
    let (from, to) = (begin + 7_000, begin + 9_000);
    let range = (from as i64 * 1000, to as i64 * 1000 - 1);
    let rss: Seen = seen.clone().into_iter().filter(|(name, _)| name.starts_with("rss")).collect();
    for (above, below) in [(10.0, 12.5), (0.0, 1.0), (48.0, 1000.0), (-5.0, 0.5)] {
        let answer = ask(&format!("of=max&metric=rss&from={from}&to={}.999&above={above}&below={below}", to - 1));
        let expected = expected(&rss, "max", range, Some((above, below)), false);
        assert_same(&rows(&answer), &expected, &format!("{above} to {below}"));
        assert_eq!(answer["total"], expected.len());
    }
    let above = ask("above=500&k=3");
    assert_same(&rows(&above), &expected(&seen, "last", whole, Some((500.0, f64::MAX)), false)[..3], "above alone");
    let row = &ask("of=last&series=rss-p7")["series"][0];
    assert_eq!(
        (&row["channel"], &row["metric"], &row["source"], &row["unit"]),
        (&json!(CHANNEL), &json!("rss"), &json!("p7"), &Value::Null)
    );
    assert_eq!(ask("source=p1,p2")["total"], 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ranking_refuses_what_it_cannot_use_and_equal_questions_of_a_moment_share_an_answer() {
    let server = NatsServer::start().await;
    let bridge = Bridge::start(&server, &[]).await;
    let publisher = Publisher::new(&server).await;
    publisher.point("a", 1).await;
    until("it is read", || (!bridge.points(CHANNEL).is_empty()).then_some(())).await;
    let path = |parameters: &str| format!("/api/v1/channels/{CHANNEL}/ranking?{parameters}");
    for (parameters, status) in [
        ("of=median", 400),
        ("order=up", 400),
        ("k=0", 400),
        ("k=20001", 400),
        ("k=20000&offset=100000000", 200),
        ("offset=-1", 400),
        ("above=high", 400),
        ("above=NaN", 400),
        ("below=inf", 400),
        ("above=2&below=2", 400),
        ("above=-1e9&below=1e9", 200),
        ("agg=max", 400),
        ("from=1s&to=1m", 400),
    ] {
        assert_eq!(bridge.get(&path(parameters)).map_or_else(|status| status, |_| 200), status, "{parameters}");
    }
    assert_eq!(bridge.get("/api/v1/channels/unknown/ranking"), Err(404));
    // Asked again and again an answer gets old, but only so old.
    let last = publisher.point("a", 2).await;
    let answer = until("a new answer", || {
        let answer = bridge.json(&path("of=last&series=rss-a"));
        (answer["position"]["offset"].as_u64() >= Some(last)).then_some(answer)
    })
    .await;
    assert_eq!(answer["series"][0]["value"], 2.0);
}
