//! `spawn --chaos`, as the page shows it.

use harness::{Bridge, NatsServer, Spawn, until};

use crate::support::CHANNEL;

#[tokio::test(flavor = "multi_thread")]
async fn a_pause_stops_the_data_and_is_stale_until_it_is_over() {
    let server = NatsServer::start().await;
    let bridge = Bridge::start(&server, &[]).await;
    // With this seed the first pause begins after 1.1 s and the second 15 s later. A bridge that has just begun gives everybody
    // 6 s to be heard, and 3 s until they are stale.
    let chaos = ["--chaos", "pause=0.5/s:9s", "--chaos-seed", "5562"];
    let args = ["--channel", CHANNEL, "--prefix", "p-", "--load", "none", "--interval", "100ms"];
    let spawn = Spawn::start(&server, 1, &[&args[..], &chaos].concat());
    let is = |state: &str| bridge.source(CHANNEL, "p-0").filter(|source| source["state"] == state);
    let before = until("it is up", || is("up")).await;
    until("it is stale", || is("stale")).await;
    let after = until("it is up again", || is("up")).await;
    assert_eq!((&before["epoch"], &before["lives"]), (&after["epoch"], &after["lives"]));
    let lives = bridge.json(&format!("/api/v1/sources/p-0?channel={CHANNEL}"));
    assert_eq!(lives["sources"][0]["periods"].as_array().unwrap().len(), 0, "stale is not down: {lives:#}");
    let longest = until("a point after the pause", || {
        let points = bridge.exported(CHANNEL, "series=rss-p-0");
        let times = points.0.get("rss-p-0")?.windows(2).map(|pair| pair[1].0 - pair[0].0);
        times.max().filter(|longest| *longest > 1_000_000)
    })
    .await;
    assert!((3_000_000..60_000_000).contains(&longest), "nothing was measured meanwhile: {longest} µs");
    spawn.stop().await;
}
