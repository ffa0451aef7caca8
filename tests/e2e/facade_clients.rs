//! PubNub's own clients, unmodified, against the facade: what they get is what a plain NATS subscriber recorded.

use std::sync::{Arc, Mutex};

use futures_util::StreamExt;
use harness::{Bridge, NatsServer, PubNub, until};
use serde_json::{Value, json};

/// Every message on `eon.>`, in order, as a plain subscriber gets it.
struct Recorder(Arc<Mutex<Vec<(String, Value)>>>);

impl Recorder {
    async fn start(server: &NatsServer) -> Self {
        let client = server.client().await;
        let mut subscription = client.subscribe("eon.>").await.unwrap();
        client.flush().await.unwrap();
        let kept: Arc<Mutex<Vec<(String, Value)>>> = Arc::default();
        let messages = Arc::clone(&kept);
        tokio::spawn(async move {
            // The client lives as long as its subscription is read.
            let _client = client;
            while let Some(message) = subscription.next().await {
                let value = serde_json::from_slice(&message.payload).unwrap();
                messages.lock().unwrap().push((message.subject.to_string(), value));
            }
        });
        Self(kept)
    }

    /// Messages on some subjects, once there are so many in all.
    async fn of(&self, count: usize, subjects: &[&str]) -> Vec<Value> {
        until("all is recorded", || (self.0.lock().unwrap().len() >= count).then_some(())).await;
        let recorded = self.0.lock().unwrap();
        let wanted = recorded.iter().filter(|(subject, _)| subjects.contains(&subject.as_str()));
        wanted.map(|(_, message)| message.clone()).collect()
    }
}

fn payloads(messages: &[Value]) -> Vec<Value> {
    messages.iter().map(|message| message["message"].clone()).collect()
}

fn subscribe(version: &str, channels: &[&str], groups: &[&str]) -> Value {
    match version {
        "v3" => json!({"channel": channels.join(","), "channel_group": groups.join(",")}),
        _ => json!({"channels": channels, "channelGroups": groups}),
    }
}

/// Publishes through the facade and past it, in turn, on channels that are listened to and on others.
async fn publish(server: &NatsServer, publisher: &mut PubNub, range: std::ops::Range<u64>) {
    let js = server.jetstream().await;
    for n in range {
        let channel = ["alone", "room:1", "wild.a", "wild.b c", "grouped", "other", "wild.a.deep"][n as usize % 7];
        let message = json!({"eon": {"n": n}, "text": "größe / #1"});
        if n % 10 == 0 {
            let args = json!({"channel": channel, "message": message});
            publisher.call("publish", args).await.unwrap();
        } else {
            let subject = channel.replace(':', "-_3A").replace(' ', "-_20");
            js.publish(format!("eon.{subject}"), message.to_string().into()).await.unwrap().await.unwrap();
        }
    }
}

const HEARD: [&str; 5] = ["eon.alone", "eon.room-_3A1", "eon.wild.a", "eon.wild.b-_20c", "eon.grouped"];

#[tokio::test(flavor = "multi_thread")]
async fn both_clients_get_what_was_published_once_and_in_order_while_the_bridge_is_killed() {
    let server = NatsServer::start().await;
    let bridge = Bridge::start(&server, &["--pubnub-facade"]).await;
    let recorder = Recorder::start(&server).await;
    let mut clients = Vec::new();
    let mut publisher = PubNub::start("v4", bridge.address()).await;
    let add = json!({"channels": ["grouped", "grouped too"], "channelGroup": "a group"});
    publisher.call("channelGroups.addChannels", add).await.unwrap();
    for version in ["v3", "v4"] {
        let mut client = PubNub::start(version, bridge.address()).await;
        let request = subscribe(version, &["alone", "room:1", "wild.*"], &["a group"]);
        client.call("subscribe", request).await.unwrap();
        client.connected().await;
        clients.push((version, client));
    }
    publish(&server, &mut publisher, 0..700).await;
    for (_, client) in &mut clients {
        client.messages(100).await;
    }
    let bridge = bridge.kill_and_restart().await;
    // Meanwhile and after: what came while there was no bridge is in no log of it before it reads the stream.
    publish(&server, &mut publisher, 700..1400).await;
    let expected = recorder.of(1400, &HEARD).await;
    assert_eq!(expected.len(), 1000);
    for (version, client) in &mut clients {
        let messages = client.messages(expected.len()).await;
        assert!(payloads(messages) == expected, "{version}: {} of {}", messages.len(), expected.len());
        let of = |channel: &str| {
            let message = messages.iter().find(|message| message["channel"] == channel).unwrap();
            message["subscription"].clone()
        };
        let own = |channel: &str| if *version == "v3" { json!(channel) } else { Value::Null };
        assert_eq!((of("alone"), of("room:1")), (own("alone"), own("room:1")), "{version}");
        assert_eq!((of("wild.b c"), of("grouped")), (json!("wild.*"), json!("a group")), "{version}");
        // 17 digits that are a time of the last minutes.
        let now_ms = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_millis();
        for message in messages {
            let token = message["timetoken"].as_str().unwrap();
            assert!(token.len() == 17 && now_ms.abs_diff(token.parse::<u128>().unwrap() / 10_000) < 600_000, "{token}");
        }
    }
    assert!(bridge.metric("eontide_facade_messages_sent_total") > 0);
    assert_eq!(bridge.metric("eontide_facade_polls_open"), 2);
}

/// A client that was told of a failure would never ask again.
#[tokio::test(flavor = "multi_thread")]
async fn both_clients_go_on_where_they_were_after_the_broker_was_killed() {
    let mut server = NatsServer::start().await;
    let bridge = Bridge::start(&server, &["--pubnub-facade"]).await;
    let mut clients = Vec::new();
    for version in ["v3", "v4"] {
        let mut client = PubNub::start(version, bridge.address()).await;
        client.call("subscribe", subscribe(version, &["c"], &[])).await.unwrap();
        client.connected().await;
        clients.push((version, client));
    }
    let mut expected = Vec::new();
    for round in 0..3 {
        let js = server.jetstream().await;
        for n in 0..150 {
            let message = json!({"n": round * 1000 + n});
            js.publish("eon.c", message.to_string().into()).await.unwrap().await.unwrap();
            expected.push(message);
        }
        if round < 2 {
            server.restart().await;
        }
    }
    for (version, client) in &mut clients {
        let messages = client.messages(expected.len()).await;
        assert!(payloads(messages) == expected, "{version}: {} of {}", messages.len(), expected.len());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn history_is_paged_to_its_begin_in_either_direction() {
    let server = NatsServer::start().await;
    let bridge = Bridge::start(&server, &["--pubnub-facade"]).await;
    let js = server.jetstream().await;
    let mut expected = Vec::new();
    for n in 0..1050 {
        let message = json!({"n": n});
        let channel = if n % 50 == 7 { "eon.elsewhere" } else { "eon.c-_20d" };
        js.publish(channel, message.to_string().into()).await.unwrap().await.unwrap();
        if n % 50 != 7 {
            expected.push(message);
        }
    }
    for version in ["v3", "v4"] {
        let mut client = PubNub::start(version, bridge.address()).await;
        for reverse in [false, true] {
            let (mut found, mut start, mut pages) = (Vec::new(), Value::Null, 0);
            loop {
                let mut args = json!({"channel": "c d", "count": 100, "reverse": reverse});
                if !start.is_null() {
                    args["start"] = start;
                }
                let page = client.call("history", args).await.unwrap();
                let (messages, first, last): (Vec<Value>, _, _) = if version == "v3" {
                    (page[0].as_array().unwrap().clone(), page[1].clone(), page[2].clone())
                } else {
                    let items = page["messages"].as_array().unwrap().iter();
                    let entries = items.map(|item| item["entry"].clone()).collect();
                    (entries, page["startTimeToken"].clone(), page["endTimeToken"].clone())
                };
                if messages.is_empty() {
                    break;
                }
                pages += 1;
                if reverse {
                    (start, found) = (last, [found, messages].concat());
                } else {
                    (start, found) = (first, [messages, found].concat());
                }
            }
            assert!(found == expected, "{version} {reverse}: {} of {}", found.len(), expected.len());
            assert!((11..=13).contains(&pages), "{pages}");
        }
    }
    let mut client = PubNub::start("v4", bridge.address()).await;
    let args = json!({"channels": ["c d", "elsewhere", "empty"], "count": 5});
    let found = client.call("fetchMessages", args).await.unwrap();
    let channels = found["channels"].as_object().unwrap();
    assert_eq!(channels.keys().collect::<Vec<_>>(), ["c d", "elsewhere"]);
    assert_eq!(payloads(channels["c d"].as_array().unwrap()), expected[expected.len() - 5..]);
    let found = client.call("fetchMessages", json!({"channels": ["c d"], "count": 100})).await.unwrap();
    assert_eq!(payloads(found["channels"]["c d"].as_array().unwrap()), expected[expected.len() - 100..]);
    // Both ends of a range are tokens of messages: the first is not in it, the last is.
    let page =
        client.call("history", json!({"channel": "c d", "count": 10, "stringifiedTimeToken": true})).await.unwrap();
    let token = |n: usize| page["messages"][n]["timetoken"].clone();
    let range = json!({"channel": "c d", "start": token(8), "end": token(3)});
    let found = client.call("history", range).await.unwrap();
    let found: Vec<Value> = found["messages"].as_array().unwrap().iter().map(|item| item["entry"].clone()).collect();
    assert_eq!(found, expected[expected.len() - 7..expected.len() - 2]);
}

#[tokio::test(flavor = "multi_thread")]
async fn groups_change_for_those_who_listen_and_are_the_same_at_every_bridge_and_after_a_restart() {
    let server = NatsServer::start().await;
    let one = Bridge::start(&server, &["--pubnub-facade"]).await;
    let two = Bridge::start(&server, &["--pubnub-facade"]).await;
    let (mut first, mut second) = (PubNub::start("v4", one.address()).await, PubNub::start("v4", two.address()).await);
    first.call("subscribe", subscribe("v4", &[], &["g"])).await.unwrap();
    first.connected().await;
    // Whoever adds at another bridge is heard by who waits at this one.
    for (channels, client) in [(["a", "b"], &mut second), (["b", "c"], &mut first)] {
        let add = json!({"channels": channels, "channelGroup": "g"});
        client.call("channelGroups.addChannels", add).await.unwrap();
    }
    let of = async |client: &mut PubNub| client.call("channelGroups.listChannels", json!({"channelGroup": "g"})).await;
    for client in [&mut first, &mut second] {
        let channels = until_listed(client, 3).await;
        assert_eq!(channels, json!(["a", "b", "c"]));
        assert_eq!(client.call("channelGroups.listGroups", json!(null)).await.unwrap(), json!({"groups": ["g"]}));
    }
    for channel in ["c", "other", "a"] {
        second.call("publish", json!({"channel": channel, "message": channel})).await.unwrap();
    }
    assert_eq!(payloads(first.messages(2).await), [json!("c"), json!("a")]);
    let remove = json!({"channels": ["a"], "channelGroup": "g"});
    first.call("channelGroups.removeChannels", remove).await.unwrap();
    for channel in ["a", "b"] {
        second.call("publish", json!({"channel": channel, "message": format!("{channel} again")})).await.unwrap();
    }
    assert_eq!(payloads(first.messages(3).await)[2], json!("b again"));
    let two = two.kill_and_restart().await;
    assert_eq!(of(&mut second).await.unwrap()["channels"], json!(["b", "c"]));
    second.call("channelGroups.deleteGroup", json!({"channelGroup": "g"})).await.unwrap();
    assert_eq!(of(&mut second).await.unwrap()["channels"], json!([]));
    assert_eq!(second.call("channelGroups.listGroups", json!(null)).await.unwrap(), json!({"groups": []}));
    drop(two);
}

/// What another bridge wrote takes a moment to arrive.
async fn until_listed(client: &mut PubNub, count: usize) -> Value {
    let deadline = std::time::Instant::now() + harness::wait::DEADLINE;
    loop {
        let list = client.call("channelGroups.listChannels", json!({"channelGroup": "g"})).await.unwrap();
        if list["channels"].as_array().unwrap().len() == count {
            return list["channels"].clone();
        }
        assert!(std::time::Instant::now() < deadline, "{list}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn time_here_now_and_leaving_are_what_the_clients_expect() {
    let server = NatsServer::start().await;
    let bridge = Bridge::start(&server, &["--pubnub-facade"]).await;
    let js = server.jetstream().await;
    for id in ["p-1", "p-2"] {
        let message = json!({"columns": [[format!("rss-{id}"), 1]], "from": {"id": id, "epoch": 1, "seq": 1}});
        js.publish("eon.c", message.to_string().into()).await.unwrap().await.unwrap();
    }
    until("they are up", || (bridge.metric("eontide_sources_up") == 2).then_some(())).await;
    let mut v4 = PubNub::start("v4", bridge.address()).await;
    let here = v4.call("hereNow", json!({"channels": ["c"]})).await.unwrap();
    assert_eq!(here["totalOccupancy"], 2);
    assert_eq!(here["channels"]["c"]["occupants"][1]["uuid"], "p-2", "{here}");
    for args in [json!({"channels": ["c", "d"]}), json!({"channels": ["c", "d"], "includeUUIDs": false}), json!({})] {
        let here = v4.call("hereNow", args).await.unwrap();
        assert_eq!((&here["totalOccupancy"], &here["channels"]["c"]["occupancy"]), (&json!(2), &json!(2)), "{here}");
    }
    let now = v4.call("time", json!(null)).await.unwrap()["timetoken"].as_u64().unwrap();
    let clock = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_nanos() / 100;
    assert!(u128::from(now).abs_diff(clock) < 100_000_000, "{now} {clock}");
    assert_eq!(v4.call("whereNow", json!({"uuid": "p-1"})).await.unwrap()["channels"], json!(["c"]));
    // More than an address holds.
    let large = json!({"channel": "large", "message": "ü".repeat(60_000), "sendByPost": true});
    v4.call("publish", large.clone()).await.unwrap();
    let found = v4.call("history", json!({"channel": "large"})).await.unwrap();
    assert_eq!(found["messages"][0]["entry"], large["message"]);
    let refused = v4.call("publish", json!({"channel": "c".repeat(300), "message": "m"})).await.unwrap_err();
    assert!(refused["status"] == 400 && refused["text"].as_str().unwrap().contains("too long"), "{refused}");
    let mut v3 = PubNub::start("v3", bridge.address()).await;
    assert_eq!(v3.call("here_now", json!({"channel": "c"})).await.unwrap()["uuids"], json!(["p-1", "p-2"]));
    v3.call("subscribe", json!({"channel": "c"})).await.unwrap();
    v3.connected().await;
    v3.call("unsubscribe", json!({"channel": "c"})).await.unwrap();
    until("nobody waits", || (bridge.metric("eontide_facade_polls_open") == 0).then_some(())).await;
}
