//! A machine whose cable is pulled: real processes in a network namespace of their own. Needs root.

use eontide_publisher::monitor::{Cause, Monitors, Target};
use harness::process::program;
use harness::{Bridge, NatsServer, Netns, Spawn, until};
use serde_json::Value;

use crate::support::CHANNEL;

const ARGS: [&str; 6] = ["--channel", CHANNEL, "--load", "none", "--interval", "100ms"];

fn is(bridge: &Bridge, id: &str, state: &str) -> Option<Value> {
    bridge.source(CHANNEL, id).filter(|source| source["state"] == state)
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_cut_off_is_down_by_silence_and_back_in_the_same_life_with_every_point() {
    let netns = match Netns::new() {
        Ok(netns) => netns,
        Err(why) => return eprintln!("not tried, no network namespace can be made here: {why}"),
    };
    let server = NatsServer::start_everywhere().await;
    let bridge = Bridge::start(&server, &[]).await;
    let inside = format!("nats://{}:{}", netns.host(), server.port());
    let far =
        Spawn::start_by(netns.command(&program("spawn")), &inside, 1, &[&ARGS[..], &["--prefix", "far-"]].concat());
    let near = Spawn::start(&server, 1, &[&ARGS[..], &["--prefix", "near-"]].concat());
    until("the near one is up", || is(&bridge, "near-0", "up")).await;
    let before = until("the far one is up", || is(&bridge, "far-0", "up")).await;
    let monitors = Monitors::connect(&server.url()).unwrap();
    for id in ["far-0", "near-0"] {
        monitors.monitor(Target::source(CHANNEL, id)).await.unwrap();
    }
    netns.cut();
    until("it is stale", || is(&bridge, "far-0", "stale")).await;
    let down = until("it is down", || is(&bridge, "far-0", "down")).await;
    assert_eq!(down["cause"], "timeout", "{down}");
    netns.heal();
    let after = until("it is up again", || is(&bridge, "far-0", "up")).await;
    assert_eq!((&after["epoch"], &after["lives"]), (&before["epoch"], &before["lives"]), "{after:#}");
    until("what waited is there", || {
        let points = bridge.exported(CHANNEL, "series=rss-far-0");
        let gaps = points.0.get("rss-far-0")?.windows(2).map(|pair| pair[1].0 - pair[0].0);
        // A tick that a loaded machine skips is no loss; six seconds are.
        (gaps.max()? < 2_000_000).then_some(())
    })
    .await;
    let source = bridge.source(CHANNEL, "far-0").unwrap();
    assert_eq!((&source["lost"], &source["dropped"]), (&Value::from(0), &Value::from(0)), "{source:#}");
    // One notice in all: of the far one, and none of the near one.
    let notice = monitors.recv_timeout(harness::wait::DEADLINE).unwrap();
    assert_eq!((notice.target.id.as_deref(), notice.cause), (Some("far-0"), Cause::Timeout), "{notice:?}");
    assert_eq!(monitors.recv_timeout(std::time::Duration::ZERO), None);
    let lives = bridge.json(&format!("/api/v1/sources/near-0?channel={CHANNEL}"));
    assert_eq!(lives["sources"][0]["periods"].as_array().unwrap().len(), 0, "never away: {lives:#}");
    far.stop().await;
    near.stop().await;
}
