//! Who is down, since when and why: real processes killed, stopped and resumed; bridges restarted and cut off.

use std::process::{Command, Stdio};

use harness::process::{Process, free_port, program};
use harness::{Bridge, NatsServer, Proxy, Viewer, until};
use rustix::process::Signal;
use serde_json::{Value, json};

use crate::support::CHANNEL;

/// A publishing process that nobody announces the end of: only its silence and its connection tell.
struct Child(Process);

impl Child {
    fn start(url: &str, id: &str, interval_ms: u64) -> Self {
        let mut command = Command::new(program("spawn"));
        command.args(["child", "--id", id, "--epoch", "1763683100000", "--channel", CHANNEL, "--load", "none"]);
        command.args(["--interval-ms", &interval_ms.to_string(), "--memory-max", "1000000000"]);
        // Held open: its end is the end of the child.
        command.env("EONTIDE_NATS", url).stdin(Stdio::piped()).stdout(Stdio::null());
        Self(Process::start(&mut command))
    }
}

/// So long that no lease ends within a test.
const LONG_MS: u64 = 600_000;

fn source(bridge: &Bridge, id: &str, is: impl Fn(&Value) -> bool) -> Option<Value> {
    bridge.source(CHANNEL, id).filter(is)
}

async fn is_up(bridge: &Bridge, id: &str) -> Value {
    until("the source is up and introduced", || source(bridge, id, |s| s["state"] == "up" && s["pid"].is_u64())).await
}

async fn is_down(bridge: &Bridge, id: &str, cause: &str) -> Value {
    until(&format!("{id} is down for {cause}"), || source(bridge, id, |s| s["cause"] == cause)).await
}

/// A list of the server had so many connections of sources.
async fn are_seen(bridge: &Bridge, count: u64) {
    until("their connections were seen", || (bridge.metric("eontide_connections_seen_total") >= count).then_some(()))
        .await;
}

fn says(bridge: &Bridge, line: &str) -> bool {
    bridge.process().lines().iter().any(|said| said.contains(line))
}

async fn own_server() -> (Bridge, String, tempfile::TempDir) {
    let data = tempfile::tempdir().unwrap();
    let port = free_port();
    let args = ["--nats-port", &port.to_string(), "--data-dir", data.path().to_str().unwrap()];
    let bridge = Bridge::start_alone(&args).await;
    (bridge, format!("127.0.0.1:{port}"), data)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_killed_hard_is_known_by_its_connection_long_before_its_lease() {
    let server = NatsServer::start().await;
    let bridge = Bridge::start(&server, &[]).await;
    assert!(says(&bridge, "is asked for its connections"));
    let mut child = Child::start(&server.url(), "a", LONG_MS);
    let other = Child::start(&server.url(), "b", LONG_MS);
    is_up(&bridge, "a").await;
    is_up(&bridge, "b").await;
    are_seen(&bridge, 2).await;
    child.0.kill();
    let down = is_down(&bridge, "a", "noconnection").await;
    assert!(down["reason"].as_str().unwrap().starts_with("connection lost"), "{down}");
    assert_eq!(bridge.source(CHANNEL, "b").unwrap()["state"], "up");
    drop(other);
}

/// Our own server gives us a user of its system account, and takes everybody else as before, without credentials.
#[tokio::test(flavor = "multi_thread")]
async fn our_own_server_tells_by_events_and_a_connection_that_comes_back_is_no_death() {
    let (bridge, address, data) = own_server().await;
    until("events are told", || says(&bridge, "the server's events tell").then_some(())).await;
    let url = format!("nats://{address}");
    let mut child = Child::start(&url, "a", LONG_MS);
    let other = Child::start(&url, "b", 500);
    is_up(&bridge, "a").await;
    is_up(&bridge, "b").await;
    let mut viewer = Viewer::subscribe(bridge.address(), CHANNEL, false, None).await;
    // The server cuts the connection of b, which comes back within a quarter second.
    let password = std::fs::read_to_string(data.path().join("system.password")).unwrap();
    let system = async_nats::ConnectOptions::with_user_and_password("broker-bridge".into(), password);
    let system = system.connect(&address).await.unwrap();
    let connection = || async {
        let answer = system.request("$SYS.REQ.SERVER.PING.CONNZ", "".into()).await.unwrap();
        let answer: Value = serde_json::from_slice(&answer.payload).unwrap();
        let list = answer["data"]["connections"].as_array().unwrap().clone();
        let id = answer["data"]["server_id"].as_str().unwrap().to_owned();
        let name = format!("eontide {CHANNEL} b 1763683100000");
        (list.iter().find(|one| one["name"] == name.as_str()).map(|one| one["cid"].as_u64().unwrap()), id)
    };
    let (cid, id) = connection().await;
    let kick = json!({ "cid": cid.unwrap() }).to_string();
    system.request(format!("$SYS.REQ.SERVER.{id}.KICK"), kick.into()).await.unwrap();
    while connection().await.0.is_none_or(|now| Some(now) == cid) {}
    let before = viewer.points.len();
    // Several seconds' worth: longer than an end is held back.
    viewer.until(|viewer| viewer.points.len() > before + 5 * 3).await;
    assert!(viewer.said.iter().all(|frame| !frame.to_string().contains(r#""cause""#)), "{:#?}", viewer.said);
    child.0.kill();
    let down = is_down(&bridge, "a", "noconnection").await;
    assert_eq!(down["reason"], "connection lost: Client Closed");
    drop(other);
    // Its server with it.
    bridge.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_is_stopped_is_stale_then_down_and_the_same_life_when_it_goes_on() {
    let server = NatsServer::start().await;
    let bridge = Bridge::start(&server, &[]).await;
    let child = Child::start(&server.url(), "a", 200);
    let before = is_up(&bridge, "a").await;
    let mut viewer = Viewer::subscribe(bridge.address(), CHANNEL, false, None).await;
    child.0.signal(Signal::STOP);
    let down = is_down(&bridge, "a", "timeout").await;
    assert_eq!((&down["since"], &down["reason"]), (&down["last_seen"], &json!("silent")));
    child.0.signal(Signal::CONT);
    let after = is_up(&bridge, "a").await;
    assert_eq!((&after["epoch"], &after["lives"]), (&before["epoch"], &json!(1)));
    let lives = bridge.json("/api/v1/sources/a");
    let periods = lives["sources"][0]["periods"].as_array().unwrap();
    assert_eq!((periods.len(), &periods[0]["cause"]), (1, &json!("timeout")), "{lives:#}");
    let states = |viewer: &Viewer| -> Vec<String> {
        let told = viewer.said.iter().filter_map(|frame| frame["sources"].as_array()).flatten();
        told.map(|source| source["state"].as_str().unwrap().to_owned()).collect()
    };
    let went = |seen: &[String]| seen.iter().position(|state| state == "stale");
    viewer.until(|viewer| went(&states(viewer)).is_some() && states(viewer).last().unwrap() == "up").await;
    let mut seen = states(&viewer);
    seen.drain(..went(&seen).unwrap());
    seen.dedup();
    assert_eq!(seen, ["stale", "down", "up"]);
}

/// What both bridges say of a source that is down.
fn judgement(bridge: &Bridge, id: &str) -> Vec<Value> {
    let source = bridge.source(CHANNEL, id).unwrap_or_default();
    ["state", "cause", "reason", "since", "epoch", "host"].map(|field| source[field].clone()).to_vec()
}

#[tokio::test(flavor = "multi_thread")]
async fn states_survive_a_restart_and_are_the_same_at_every_bridge() {
    let server = NatsServer::start().await;
    let bridge = Bridge::start(&server, &[]).await;
    let (mut killed, stays) =
        (Child::start(&server.url(), "killed", LONG_MS), Child::start(&server.url(), "stays", 500));
    let stopped = Child::start(&server.url(), "stopped", 200);
    let mut left = Child::start(&server.url(), "left", LONG_MS);
    for id in ["killed", "stays", "stopped", "left"] {
        is_up(&bridge, id).await;
    }
    are_seen(&bridge, 4).await;
    killed.0.kill();
    stopped.0.signal(Signal::STOP);
    left.0.signal(Signal::TERM);
    until("left ends", || left.0.ended()).await;
    for (id, cause) in [("killed", "noconnection"), ("stopped", "timeout"), ("left", "exit")] {
        is_down(&bridge, id, cause).await;
    }
    let (other, ids) = (Bridge::start(&server, &[]).await, ["killed", "stopped", "left"]);
    let before: Vec<_> = ids.iter().map(|id| judgement(&bridge, id)).collect();
    let agree = |other: &Bridge| ids.iter().map(|id| judgement(other, id)).collect::<Vec<_>>() == before;
    until("a bridge that starts later says the same", || agree(&other).then_some(())).await;
    let bridge = bridge.kill_and_restart().await;
    until("so does one that was killed and is back", || agree(&bridge).then_some(())).await;
    for bridge in [&bridge, &other] {
        is_up(bridge, "stays").await;
    }
    drop(stays);
}

/// A bridge that is cut off hears of nobody: that is its own fault, and it says so.
#[tokio::test(flavor = "multi_thread")]
async fn a_bridge_that_was_cut_off_declares_nobody_dead_but_who_is() {
    let server = NatsServer::start().await;
    let proxy = Proxy::start(server.port());
    let bridge = Bridge::start_alone(&["--nats", &proxy.url()]).await;
    let alive: Vec<_> = (0..3).map(|n| Child::start(&server.url(), &format!("w{n}"), 200)).collect();
    let mut dies = Child::start(&server.url(), "dies", 200);
    for id in ["w0", "w1", "w2", "dies"] {
        is_up(&bridge, id).await;
    }
    let mut viewer = Viewer::subscribe(bridge.address(), CHANNEL, false, None).await;
    proxy.cut();
    dies.0.kill();
    let page = until("it says that it does not know", || {
        Some(bridge.json("/api/v1/sources?state=unknown")).filter(|page| page["total"] == 4)
    })
    .await;
    assert_eq!(page["hearing"], false);
    assert!(page["as_of"].is_number());
    viewer
        .until(|viewer| viewer.said.iter().any(|frame| frame["hearing"] == false && frame["as_of"].is_number()))
        .await;
    assert_eq!(bridge.metric("eontide_hearing"), 0);
    // Longer than two leases.
    let cut = std::time::Instant::now();
    until("the world would be dead by now", || {
        assert_eq!(bridge.metric("eontide_sources_down"), 0);
        (cut.elapsed() > std::time::Duration::from_secs(7)).then_some(())
    })
    .await;
    proxy.heal();
    is_down(&bridge, "dies", "timeout").await;
    for id in ["w0", "w1", "w2"] {
        is_up(&bridge, id).await;
        let lives = bridge.json(&format!("/api/v1/sources/{id}"));
        assert_eq!(lives["sources"][0]["periods"], json!([]), "{id} was never down");
    }
    viewer.until(|viewer| viewer.said.iter().any(|frame| frame["hearing"] == true)).await;
    assert_eq!(bridge.json("/api/v1/sources")["hearing"], true);
    drop(alive);
}

/// The lesson of zen_monitor's poison payload: one bad message made every process of a node look dead.
#[tokio::test(flavor = "multi_thread")]
async fn one_bad_hello_or_bye_marks_nobody_else() {
    let server = NatsServer::start().await;
    let bridge = Bridge::start(&server, &[]).await;
    let js = server.jetstream().await;
    let publish = async |kind: &str, payload: String| {
        js.publish(format!("eon-presence.{CHANNEL}.{kind}"), payload.into()).await.unwrap().await.unwrap();
    };
    let hello = |id: &str| json!({"id": id, "epoch": 1, "host": "web-7", "interval_ms": LONG_MS}).to_string();
    for id in ["a", "b", "poison"] {
        publish("hello", hello(id)).await;
    }
    let deep = (0..100).fold(json!(1), |inner, _| json!([inner]));
    for bad in [
        json!({"id": "poison", "epoch": "x", "host": "web-7"}),
        json!({"id": "poison", "epoch": 1, "host": {"struct": [1, 2]}, "labels": 7}),
        json!({"id": "a b", "epoch": 1, "host": "web-7"}),
    ] {
        publish("hello", bad.to_string()).await;
    }
    publish("down", "{\"by\":7}".to_owned()).await;
    publish("bye", json!({"id": "poison", "epoch": 1, "reason": {"exception": deep}}).to_string()).await;
    let down = is_down(&bridge, "poison", "exit").await;
    assert_eq!(down["reason"], r#"bye: {"exception":[["truncated"]]}"#);
    publish("bye", json!({"id": "b", "epoch": 1, "reason": "x".repeat(5_000)}).to_string()).await;
    let down = is_down(&bridge, "b", "exit").await;
    assert_eq!(down["reason"].as_str().unwrap().len(), "bye: ".len() + 1024);
    assert_eq!(bridge.source(CHANNEL, "a").unwrap()["state"], "up");
    assert_eq!(bridge.metric("eontide_rejected_messages_total{reason=\"bad_presence\"}"), 4);
}

/// A leaf node that is called as the machine carries what runs there: with it all that it carried is gone, as one.
#[tokio::test(flavor = "multi_thread")]
async fn a_leaf_node_that_dies_takes_down_what_it_carried_and_nobody_else() {
    let (dir, leaf_port) = (tempfile::tempdir().unwrap(), free_port());
    let hub = format!(
        "jetstream {{ store_dir: hub }}\nleafnodes {{ listen: \"127.0.0.1:{leaf_port}\" }}\nsystem_account: SYS\nno_auth_user: anyone\n\
         accounts {{ SYS {{ users: [ {{ user: sys, password: pw }} ] }} }}\nauthorization {{ users: [ {{ user: anyone, password: pw }} ] }}\n"
    );
    let leaf = format!(
        "server_name: web-7\nleafnodes {{ remotes [ {{ url: \"nats://anyone:pw@127.0.0.1:{leaf_port}\" }} ] }}\n"
    );
    let write = |name: &str, text: &str| {
        let path = dir.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let server = NatsServer::start_with(&["-c", &write("hub.conf", &hub)]).await;
    let mut leaf = NatsServer::start_with(&["-c", &write("leaf.conf", &leaf)]).await;
    let system = format!("nats://sys:pw@127.0.0.1:{}", server.port());
    let bridge = Bridge::start(&server, &["--nats-system", &system]).await;
    until("events are told", || says(&bridge, "the server's events tell").then_some(())).await;
    let (near, far) = (server.client().await, leaf.client().await);
    let hello =
        |id: String, host: &str| json!({"id": id, "epoch": 1, "host": host, "interval_ms": LONG_MS}).to_string();
    let subject = format!("eon-presence.{CHANNEL}.hello");
    let total = |filter: &str| bridge.json(&format!("/api/v1/sources?{filter}"))["total"].as_u64().unwrap();
    // The leaf connects in its own time.
    until("the leaf is connected", || {
        leaf_says_hello(&far, &subject, &hello("first".into(), "web-7"), || total("id=first") == 1)
    })
    .await;
    for n in 0..20 {
        far.publish(subject.clone(), hello(format!("w{n}"), "web-7").into()).await.unwrap();
    }
    near.publish(subject.clone(), hello("elsewhere".into(), "web-8").into()).await.unwrap();
    until("all are up", || (total("state=up") == 22).then_some(())).await;
    leaf.kill();
    until("what it carried is down", || (total("state=down&host=web-7") == 21).then_some(())).await;
    let counts = bridge.json("/api/v1/source-counts");
    let expected = json!([
        {"host": "web-7", "state": "down", "cause": "nodedown", "count": 21},
        {"host": "web-8", "state": "up", "cause": null, "count": 1},
    ]);
    assert_eq!(counts["counts"], expected);
}

fn leaf_says_hello(client: &async_nats::Client, subject: &str, hello: &str, heard: impl Fn() -> bool) -> Option<()> {
    let (client, subject, hello) = (client.clone(), subject.to_owned(), hello.to_owned());
    tokio::spawn(async move { client.publish(subject, hello.into()).await.ok() });
    heard().then_some(())
}
