//! Merged columns of ten thousand processes: made, and answered.

use std::time::{Duration, Instant};

use broker_bridge::store::OpenColumn;
use eontide_wire::viewer::density::Column;
use harness::{Bridge, NatsServer, Viewer, until};
use serde_json::json;

const PROCESSES: u64 = 10_000;
const ROWS: u64 = 600;
const ROUNDS: u32 = 101;

/// One column of 30,000 values, as ten thousand processes of three series give them in a second.
fn made() {
    let mut random = crate::Random(7);
    let values: Vec<f64> = (0..3 * PROCESSES)
        .map(|n| (20.0 + 300.0 * random.share() * random.share() + if n % 500 == 0 { 4000.0 } else { 0.0 }).floor())
        .collect();
    let mut took = Vec::new();
    let mut bytes = Vec::new();
    for _ in 0..ROUNDS {
        let began = Instant::now();
        let mut open = OpenColumn::default();
        values.iter().for_each(|value| open.push(*value));
        let column = open.column();
        let quantiles = [0.05, 0.25, 0.5, 0.75, 0.95].map(|q| column.quantile(q));
        bytes.clear();
        column.write(&mut bytes);
        took.push(began.elapsed().as_secs_f64() * 1e6);
        assert!(quantiles[0] < quantiles[4]);
    }
    let mut sorting = Vec::new();
    for _ in 0..11 {
        let mut sorted = values.clone();
        let began = Instant::now();
        sorted.sort_unstable_by(f64::total_cmp);
        sorting.push(began.elapsed().as_secs_f64() * 1e6);
    }
    let (ours, sort) = (crate::quantile(&mut took, 0.5), crate::quantile(&mut sorting, 0.5));
    println!(
        "  30,000 values to one column, with quantiles, as bytes  {ours:7.1} µs   {} bytes   {:.2} × sorting them",
        bytes.len(),
        ours / sort
    );
    let plain = 8 * values.len();
    println!(
        "  the values themselves as doubles                        {plain} bytes   {:.0} × the column",
        plain as f64 / bytes.len() as f64
    );
    assert_eq!(Column::read(&mut &bytes[..]).unwrap().count(), 3 * PROCESSES);
}

async fn fill(server: &NatsServer) {
    let js = server.jetstream().await;
    let mut random = crate::Random(7);
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_millis() as u64;
    let mut acks = Vec::new();
    for process in 0..PROCESSES {
        let mut columns = [
            format!("[\"rss-p{process}\""),
            format!("[\"heap-p{process}\""),
            format!("[\"cpu-p{process}\""),
            "[\"x\"".into(),
        ];
        for row in 0..ROWS {
            let x = now - (ROWS - row) * 1000 + process % 1000;
            let cells = [
                20.0 + ((process + row / 50) % 200) as f64,
                9.0 + (process % 30) as f64,
                (random.share() * 300.0).round() / 10.0,
                x as f64,
            ];
            for (column, cell) in columns.iter_mut().zip(cells) {
                column.push_str(&format!(",{cell}"));
            }
        }
        let payload = format!("{{\"columns\":[{}]]}}", columns.join("],"));
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

/// Ten minutes of all of them, as a page asks for them when it opens.
async fn answered() {
    let server = NatsServer::start().await;
    let bridge = Bridge::start(&server, &[]).await;
    fill(&server).await;
    let points = PROCESSES * ROWS * 3;
    until("all is read", || (bridge.metric("eontide_points") == points).then_some(())).await;
    until("columns are kept", || (bridge.metric("eontide_columns_bytes") > 0).then_some(())).await;
    let mut viewer = Viewer::open(bridge.address(), true).await;
    let subscribe = json!({"channel": "bench", "window": "10m", "width": 600, "view": "density"});
    viewer.send(&json!({"sub": 1, "subscribe": subscribe})).await;
    viewer.next().await;
    let columns = viewer.density.len();
    drop(viewer);
    let (mut took, mut bytes) = (Vec::new(), 0);
    for _ in 0..21 {
        let path = "/api/v1/channels/bench/density?from=10m&width=600&format=bin";
        let began = Instant::now();
        bytes = ureq::get(format!("http://{}{path}", bridge.address()))
            .call()
            .unwrap()
            .into_body()
            .read_to_vec()
            .unwrap()
            .len();
        took.push(began.elapsed().as_secs_f64() * 1e3);
    }
    let ours = crate::quantile(&mut took, 0.5);
    let began = Instant::now();
    let path = "/api/v1/channels/bench/query?from=11m&series=rss-p1*&width=600";
    let lines = ureq::get(format!("http://{}{path}", bridge.address())).call().unwrap().into_body();
    let size = lines.into_with_config().limit(1 << 30).read_to_vec().unwrap().len();
    let lines: Duration = began.elapsed();
    println!("  10 min of {} series, {points} points: {columns} columns, {bytes} bytes  {ours:7.2} ms", PROCESSES * 3);
    println!(
        "  a ninth of one metric of them as lines              {:7.2} ms, {:.1} MB   {:.0} × the columns of all",
        lines.as_secs_f64() * 1e3,
        size as f64 / 1e6,
        lines.as_secs_f64() * 1e3 / ours
    );
    println!("  columns take {} bytes of memory", bridge.metric("eontide_columns_bytes"));
}

pub(crate) async fn run() {
    println!("density: merged columns of {PROCESSES} processes");
    made();
    answered().await;
}
