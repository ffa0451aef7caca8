//! Which of fifteen thousand series are highest, and which are in one cell of their density: over HTTP, beside `agg=topk`
//! and beside the answer that equal requests share.

use std::time::Instant;

use harness::{Bridge, NatsServer, until};
use serde_json::Value;

use crate::proc::cpu_ticks_seconds;

const PROCESSES: u64 = 5_000;
const ROWS: u64 = 600;
const ROUNDS: u64 = 41;

/// Three series of each process, a row a second, ending now.
async fn fill(server: &NatsServer, now_ms: u64) {
    let js = server.jetstream().await;
    let mut random = crate::Random(11);
    let mut acks = Vec::new();
    for process in 0..PROCESSES {
        let mut columns = ["rss", "heap", "cpu"].map(|name| format!("[\"{name}-p{process}\"")).to_vec();
        columns.push("[\"x\"".into());
        for row in 0..ROWS {
            let cells = [
                20.0 + ((process + row / 50) % 200) as f64,
                9.0 + (process % 30) as f64 + random.share().round(),
                (random.share() * 300.0).round() / 10.0,
                (now_ms - (ROWS - row) * 1000 + process % 1000) as f64,
            ];
            for (column, cell) in columns.iter_mut().zip(cells) {
                column.push_str(&format!(",{cell}"));
            }
        }
        let from = format!("{{\"id\":\"p{process}\",\"epoch\":1,\"seq\":1}}");
        let payload = format!("{{\"columns\":[{}]],\"from\":{from}}}", columns.join("],"));
        acks.push(js.publish("eon.bench", payload.into()).await.unwrap());
        if acks.len() == 100 {
            for ack in acks.drain(..) {
                ack.await.unwrap();
            }
        }
    }
    for ack in acks {
        ack.await.unwrap();
    }
}

/// Median ms of an answer, each time to another question, and what it takes of the bridge's CPU; the last answer.
struct Asked {
    ms: f64,
    cpu_ms: f64,
    body: String,
}

fn ask(bridge: &Bridge, path: impl Fn(u64) -> String) -> Asked {
    let before = cpu_ticks_seconds(bridge.process().pid());
    let mut took = Vec::new();
    let mut body = String::new();
    for round in 0..ROUNDS {
        let began = Instant::now();
        body = bridge.get(&format!("/api/v1/channels/bench/{}", path(round))).unwrap();
        took.push(began.elapsed().as_secs_f64() * 1e3);
    }
    let cpu_ms = (cpu_ticks_seconds(bridge.process().pid()) - before) * 1e3 / ROUNDS as f64;
    Asked { ms: crate::quantile(&mut took, 0.5), cpu_ms, body }
}

pub(crate) async fn run() {
    let server = NatsServer::start().await;
    let bridge = Bridge::start(&server, &[]).await;
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_millis() as u64;
    fill(&server, now).await;
    let points = PROCESSES * ROWS * 3;
    until("all is read", || (bridge.metric("eontide_points") == points).then_some(())).await;
    println!("ranking: {} series × {ROWS} points over HTTP, median of {ROUNDS}", PROCESSES * 3);
    // A millisecond more each time, so that none is answered with what the one before was.
    let last_minute = |round: u64| format!("from={}", now - 60_000 - round);
    let topk = ask(&bridge, |round| format!("query?agg=topk&of=max&by=&k=15&width=2&{}", last_minute(round)));
    let cell = |round: u64| {
        let begin = (now / 1000 - 300) * 1000;
        format!("from={begin}&to={}&above=28&below=29", begin + 1_000 - 1 - round)
    };
    for (what, Asked { ms, cpu_ms, body }) in [
        ("15 highest of the last 60 s", ask(&bridge, |round| format!("ranking?of=max&k=15&{}", last_minute(round)))),
        (
            "15 highest of all 10 min",
            ask(&bridge, |round| format!("ranking?of=max&k=15&from={}", now - 700_000 - round)),
        ),
        (
            "15 highest of one metric, 60 s",
            ask(&bridge, |round| format!("ranking?of=max&k=15&metric=rss&{}", last_minute(round))),
        ),
        ("all by their last value", ask(&bridge, |round| format!("ranking?of=last&k=20000&{}", last_minute(round)))),
        ("15 steepest of the last 60 s", ask(&bridge, |round| format!("ranking?of=slope&k=15&{}", last_minute(round)))),
        ("one cell of a second, 5 min ago", ask(&bridge, |round| format!("ranking?of=max&{}", cell(round)))),
        ("the same question again", ask(&bridge, |_| format!("ranking?of=max&{}", cell(0)))),
    ] {
        let answer: Value = serde_json::from_str(&body).unwrap();
        println!(
            "  {what:36} {ms:7.2} ms, CPU {cpu_ms:6.2} ms   {:6} of {:5} series, {:7} bytes   CPU {:.2} × agg=topk",
            answer["series"].as_array().unwrap().len(),
            answer["total"],
            body.len(),
            cpu_ms / topk.cpu_ms
        );
    }
    // Of a step that is kept for two minutes only.
    let Asked { ms, cpu_ms, .. } = ask(&bridge, |round| {
        let begin = now - 400_000 - round;
        format!("density?from={begin}&to={}&width=600", begin + 60_000)
    });
    println!("  {:36} {ms:7.2} ms, CPU {cpu_ms:6.2} ms", "a minute of density, made of points");
}
