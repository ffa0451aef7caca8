//! What a page asks for when it opens, answered over HTTP, beside the bare transfer of as many bytes.

use std::time::{Duration, Instant};

use harness::{Bridge, NatsServer, until};
use serde_json::json;

const ROUNDS: usize = 9;
/// Rows of one message.
const ROWS: u64 = 600;

/// Publishes `rows` rows a second apart, ending now, of so many processes × `names`; some ms of jitter each.
async fn fill(server: &NatsServer, channel: &str, processes: usize, names: &[&str], rows: u64) {
    let js = server.jetstream().await;
    let mut random = crate::Random(processes as u64);
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_millis() as u64;
    for process in 0..processes {
        let mut values = vec![20.0; names.len()];
        for start in (0..rows).step_by(ROWS as usize) {
            let times = (start..rows.min(start + ROWS)).map(|row| now - (rows - row) * 1000);
            let x: Vec<f64> = times.map(|ms| (ms + (random.share() * 4.0) as u64) as f64 / 1e3).collect();
            let mut columns = vec![std::iter::once(json!("x")).chain(x.iter().map(|x| json!(x))).collect::<Vec<_>>()];
            for (name, value) in names.iter().zip(&mut values) {
                let column = x.iter().map(|_| {
                    if random.share() < 0.1 {
                        *value = (8.0 + random.share() * 40.0).floor();
                    }
                    json!(*value)
                });
                columns.push(std::iter::once(json!(format!("{name}-{process}"))).chain(column).collect());
            }
            let payload = json!({ "columns": columns }).to_string();
            js.publish(format!("eon.{channel}"), payload.into()).await.unwrap().await.unwrap();
        }
    }
}

/// Median time and size of an answer.
fn ask(address: &str, path: &str) -> (Duration, usize) {
    let mut took = Vec::new();
    let mut size = 0;
    for _ in 0..ROUNDS {
        let began = Instant::now();
        let body = ureq::get(format!("http://{address}{path}")).call().unwrap().into_body();
        size = body.into_with_config().limit(1 << 30).read_to_vec().unwrap().len();
        took.push(began.elapsed());
    }
    took.sort();
    (took[ROUNDS / 2], size)
}

pub(crate) async fn run() {
    let server = NatsServer::start().await;
    let bridge = Bridge::start(&server, &["--history", "25h"]).await;
    fill(&server, "day", 5, &["rss", "heap-total", "heap"], 86_400).await;
    fill(&server, "many", 1000, &["rss"], 600).await;
    let points = 15 * 86_400 + 600_000;
    until("all is read", || (bridge.metric("eontide_points") == points).then_some(())).await;
    println!(
        "query: over HTTP, median of {ROUNDS}; {points} points in {} bytes",
        bridge.metric("eontide_points_bytes")
    );
    let (nothing, _) = ask(bridge.address(), "/healthz");
    let end = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    let promql =
        |query: &str| format!("/prometheus/api/v1/query_range?query={query}&start={}&end={end}&step=1", end - 600);
    let (selector, rate) =
        (promql("rss%7Bchannel=%22many%22%7D"), promql("sum(rate(rss%7Bchannel=%22many%22%7D%5B1m%5D))"));
    for (what, path, anchor) in [
        ("15 series × 24 h to 1200 px", "/api/v1/channels/day/query?from=24h&width=1200", None),
        ("1,000 series × 10 min, every point", "/api/v1/channels/many/query?from=11m", Some(67.0)),
        ("the same with PromQL, 601 steps", &selector, None),
        ("the sum of their rates, 601 steps", &rate, None),
    ] {
        let (took, size) = ask(bridge.address(), path);
        let ms = took.as_secs_f64() * 1e3;
        let anchor = anchor.map_or_else(String::new, |anchor: f64| {
            format!("   {:.2} × the {anchor} ms recorded of VictoriaMetrics' export", ms / anchor)
        });
        println!(
            "  {what:36} {ms:7.1} ms   {:5.1} MB   empty answer {:.2} ms{anchor}",
            size as f64 / 1e6,
            nothing.as_secs_f64() * 1e3
        );
    }
}
