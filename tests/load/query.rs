//! What a page asks for when it opens, answered over HTTP, beside the bare transfer of as many bytes.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use harness::process::{Process, free_port};
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
    let (export, range) = anchors(&bridge, end).await;
    for (what, path, anchor) in [
        ("15 series × 24 h to 1200 px", "/api/v1/channels/day/query?from=24h&width=1200", None),
        ("1,000 series × 10 min, every point", "/api/v1/channels/many/query?from=11m", Some(&export)),
        ("the same with PromQL, 601 steps", &selector, range.as_ref()),
        ("the sum of their rates, 601 steps", &rate, None),
    ] {
        let (took, size) = ask(bridge.address(), path);
        let ms = took.as_secs_f64() * 1e3;
        let anchor = anchor.map_or_else(String::new, |anchor: &Anchor| {
            format!("   {:.2} × the {:.0} ms {}", ms / anchor.ms, anchor.ms, anchor.what)
        });
        println!(
            "  {what:36} {ms:7.1} ms   {:5.1} MB   empty answer {:.2} ms{anchor}",
            size as f64 / 1e6,
            nothing.as_secs_f64() * 1e3
        );
    }
}

/// What another store takes for the same.
struct Anchor {
    ms: f64,
    what: &'static str,
}

/// VictoriaMetrics with the same samples, where there is one on PATH; else what was recorded of it.
async fn anchors(bridge: &Bridge, end: u64) -> (Anchor, Option<Anchor>) {
    let Some(other) = VictoriaMetrics::start().await else {
        return (Anchor { ms: 67.0, what: "recorded of VictoriaMetrics' export" }, None);
    };
    let answer = bridge.json("/api/v1/channels/many/query?from=11m");
    let mut lines = String::new();
    for block in answer["blocks"].as_array().unwrap() {
        let columns = block["columns"].as_array().unwrap();
        let x = &columns.last().unwrap().as_array().unwrap()[1..];
        let times: Vec<u64> = x.iter().map(|x| x.as_f64().unwrap() as u64).collect();
        for column in &columns[..columns.len() - 1] {
            let metric = json!({"__name__": "rss", "series": column[0]});
            let line = json!({"metric": metric, "values": column.as_array().unwrap()[1..], "timestamps": times});
            lines.push_str(&format!("{line}\n"));
        }
    }
    ureq::post(format!("http://{}/api/v1/import", other.address)).send(lines).unwrap();
    ureq::get(format!("http://{}/internal/force_flush", other.address)).call().unwrap();
    let export = || ask(&other.address, "/api/v1/export?match[]=rss");
    until("all is there", || (export().1 > 5_000_000).then_some(())).await;
    let range = format!("/api/v1/query_range?query=rss&start={}&end={end}&step=1", end - 600);
    let ms = |took: Duration| took.as_secs_f64() * 1e3;
    (
        Anchor { ms: ms(export().0), what: "of VictoriaMetrics' export" },
        Some(Anchor { ms: ms(ask(&other.address, &range).0), what: "of VictoriaMetrics' query_range" }),
    )
}

/// A running VictoriaMetrics.
struct VictoriaMetrics {
    _process: Process,
    address: String,
    _data: tempfile::TempDir,
}

impl VictoriaMetrics {
    async fn start() -> Option<Self> {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let program =
            std::env::split_paths(&path).map(|dir| dir.join("victoria-metrics")).find(|path| path.is_file())?;
        let data = tempfile::tempdir().unwrap();
        let address = format!("127.0.0.1:{}", free_port());
        let mut command = Command::new(program);
        command
            .arg(format!("-storageDataPath={}", data.path().display()))
            .arg(format!("-httpListenAddr={address}"))
            .arg("-search.latencyOffset=0s")
            .arg("-search.disableCache")
            .stdin(Stdio::null())
            .stdout(Stdio::null());
        let process = Process::start(&mut command);
        let health = format!("http://{address}/health");
        until("VictoriaMetrics answers", || ureq::get(&health).call().ok().map(|_| ())).await;
        Some(Self { _process: process, address, _data: data })
    }
}
