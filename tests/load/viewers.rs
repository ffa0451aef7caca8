//! What viewers cost the bridge: CPU of an update and memory of a socket, for 1, 100 and 1000 viewers of one view.

use std::time::Duration;

use harness::{Bridge, NatsServer, Viewer};

use crate::proc::{cpu_seconds, rss};

const SOURCES: u64 = 100;
const ROUNDS: u64 = 100;

pub(crate) async fn run() {
    let server = NatsServer::start().await;
    println!("viewers: {ROUNDS} updates of {SOURCES} processes × 3 series to viewers of one view");
    let mut single = None;
    for count in [1usize, 100, 1000] {
        let (update, memory, encoded) = measure(&server, count).await;
        let per_viewer = update / count as f64;
        let first = *single.get_or_insert(update);
        println!(
            "  {count:5} viewers   {:8.3} ms CPU an update ({:6.1} × one viewer's)   {:7.1} µs a viewer   {encoded:.1} frames made an update   {:6.1} KB a viewer",
            update * 1e3,
            update / first,
            per_viewer * 1e6,
            memory / 1024.0
        );
    }
}

/// CPU seconds an update, bytes a viewer, frames encoded an update.
async fn measure(server: &NatsServer, count: usize) -> (f64, f64, f64) {
    let bridge = Bridge::start(server, &["--viewers-max", "2000", "--tick", "10ms"]).await;
    let pid = bridge.process().pid();
    let channel = format!("viewers-{count}");
    let before = rss(pid) as f64;
    let mut viewers = Vec::new();
    for _ in 0..count {
        viewers.push(Viewer::subscribe(bridge.address(), &channel, true, None).await);
    }
    let memory = (rss(pid) as f64 - before) / count as f64;
    let (stop, stopped) = tokio::sync::watch::channel(false);
    let readers: Vec<_> = viewers
        .into_iter()
        .map(|mut viewer| {
            let mut stopped = stopped.clone();
            tokio::spawn(async move {
                loop {
                    tokio::select! {
                        _ = viewer.next() => viewer.points = harness::Points::default(),
                        _ = stopped.changed() => return,
                    }
                }
            })
        })
        .collect();
    let (cpu, encoded) = (cpu_seconds(pid), bridge.metric("eontide_frames_encoded_total"));
    let client = server.client().await;
    let mut pace = tokio::time::interval(Duration::from_millis(50));
    for n in 0..ROUNDS {
        pace.tick().await;
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs_f64();
        for source in 0..SOURCES {
            let payload = format!(
                r#"{{"columns":[["rss-p{source}",{n}],["heap-total-p{source}",20],["heap-p{source}",9],["x",{now}]]}}"#
            );
            client.publish(format!("eon.{channel}"), payload.into()).await.unwrap();
        }
    }
    let expected = ROUNDS * SOURCES;
    harness::until("all is read", || (bridge.metric("eontide_messages_total") >= expected).then_some(())).await;
    let update = (cpu_seconds(pid) - cpu) / ROUNDS as f64;
    let made = (bridge.metric("eontide_frames_encoded_total") - encoded) as f64 / ROUNDS as f64;
    stop.send_replace(true);
    for reader in readers {
        reader.await.unwrap();
    }
    (update, memory, made)
}
