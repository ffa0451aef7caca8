//! A start with ten million points on disk, beside a start with nothing there and one that reads the stream again.

use std::time::{Duration, Instant};

use harness::{Bridge, NatsServer, until};

const SOURCES: u64 = 100;
const ROWS: u64 = 34_000;
/// Rows of one message.
const BATCH: u64 = 500;
const POINTS: u64 = SOURCES * ROWS * 3;

async fn fill(server: &NatsServer) {
    let js = server.jetstream().await;
    let mut random = crate::Random(7);
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_millis() as u64;
    for start in (0..ROWS).step_by(BATCH as usize) {
        let mut acks = Vec::new();
        for source in 0..SOURCES {
            let mut columns = [
                format!("[\"rss-p{source}\""),
                format!("[\"heap-p{source}\""),
                format!("[\"cpu-p{source}\""),
                "[\"x\"".into(),
            ];
            for row in start..start + BATCH {
                let x = now - (ROWS - row) * 1000 + (random.share() * 4.0) as u64;
                let cells = [20.0 + (row / 60 % 9) as f64, 9.0, (random.share() * 300.0).round() / 10.0, x as f64];
                for (column, cell) in columns.iter_mut().zip(cells) {
                    column.push_str(&format!(",{cell}"));
                }
            }
            let payload = format!("{{\"columns\":[{}]]}}", columns.join("],"));
            acks.push(js.publish("eon.bench", payload.into()).await.unwrap());
        }
        for ack in acks {
            ack.await.unwrap();
        }
    }
}

/// Starts a bridge on this directory; how long until it serves, and what it holds.
async fn start(server: &NatsServer, data: &std::path::Path) -> (Bridge, Duration) {
    let began = Instant::now();
    let bridge = Bridge::start(server, &["--data-dir", data.to_str().unwrap()]).await;
    (bridge, began.elapsed())
}

pub(crate) async fn run() {
    let server = NatsServer::start().await;
    let (data, empty) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let bare = {
        let other = NatsServer::start().await;
        start(&other, empty.path()).await.1
    };
    let (bridge, _) = start(&server, data.path()).await;
    fill(&server).await;
    until("all is read", || (bridge.metric("eontide_points") == POINTS).then_some(())).await;
    bridge.stop().await;
    println!("history: {POINTS} points of {} series, from the start of the process until it serves", SOURCES * 3);
    println!("  nothing to read             {:7.2} s", bare.as_secs_f64());
    for _ in 0..3 {
        let (bridge, took) = start(&server, data.path()).await;
        assert_eq!(bridge.metric("eontide_points"), POINTS);
        println!(
            "  from disk                   {:7.2} s   {:.1} × nothing   {} bytes in {} files",
            took.as_secs_f64(),
            took.as_secs_f64() / bare.as_secs_f64(),
            bridge.metric("eontide_history_bytes"),
            bridge.metric("eontide_history_files"),
        );
        bridge.stop().await;
    }
    std::fs::remove_dir_all(data.path().join("history")).unwrap();
    let (bridge, took) = start(&server, data.path()).await;
    assert_eq!(bridge.metric("eontide_points"), POINTS);
    println!(
        "  from the stream             {:7.2} s   {:.1} × nothing",
        took.as_secs_f64(),
        took.as_secs_f64() / bare.as_secs_f64()
    );
}
