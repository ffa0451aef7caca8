//! `…/messages`: what was published, from the stream itself, in either direction, and the seam to `/live`.

use std::collections::BTreeMap;

use async_nats::jetstream::Context;
use harness::{Bridge, NatsServer, Viewer, until};
use serde_json::{Value, json};

/// What the stream has: offset, channel, message.
type Stored = BTreeMap<u64, (String, Value)>;

async fn publish(js: &Context, stored: &mut Stored, channel: &str, message: Value) -> u64 {
    let sent = js.publish(format!("eon.{channel}"), message.to_string().into()).await.unwrap();
    let offset = sent.await.unwrap().sequence;
    stored.insert(offset, (channel.to_owned(), message));
    offset
}

async fn read_to(bridge: &Bridge, offset: u64) {
    until("all is read", || (bridge.metric("eontide_stream_offset") >= offset).then_some(())).await;
}

fn ask(bridge: &Bridge, channel: &str, query: &str) -> Value {
    bridge.json(&format!("/api/v1/channels/{channel}/messages?{query}"))
}

fn items(answer: &Value) -> Stored {
    let items = answer["messages"].as_array().unwrap();
    assert!(items.is_sorted_by_key(|item| item["offset"].as_u64().unwrap()), "{answer}");
    let item = |item: &Value| {
        let channel = item["channel"].as_str().unwrap().to_owned();
        (item["offset"].as_u64().unwrap(), (channel, item["message"].clone()))
    };
    items.iter().map(item).collect()
}

fn of(stored: &Stored, wanted: impl Fn(&str) -> bool) -> Stored {
    stored.iter().filter(|(_, (channel, _))| wanted(channel)).map(|(at, message)| (*at, message.clone())).collect()
}

/// All there is, part by part.
fn paged(bridge: &Bridge, channel: &str, query: &str) -> (Stored, usize) {
    let (mut all, mut parts, mut next) = (Stored::new(), 0, String::new());
    loop {
        let answer = ask(bridge, channel, &format!("{query}{next}"));
        let part = items(&answer);
        for offset in part.keys() {
            assert!(!all.contains_key(offset), "{offset} twice");
        }
        all.extend(part);
        parts += 1;
        next = match answer["next"].as_object().and_then(|next| next.iter().next()) {
            Some((name, offset)) => format!("&{name}={offset}"),
            None => return (all, parts),
        };
    }
}

/// Dense, sparse, one long ago, some below another, numbers that are missing.
async fn publish_all(server: &NatsServer) -> Stored {
    let js = server.jetstream().await;
    let mut stored = Stored::new();
    for n in 0..30 {
        publish(&js, &mut stored, "long-ago", json!({"n": n})).await;
    }
    for n in 0..2600 {
        let channel = match n % 13 {
            0 => "many.a",
            1 => "many.b.deep",
            2..4 => "many",
            _ => "other",
        };
        publish(&js, &mut stored, channel, json!({"eon": {"n": n}})).await;
        if n % 400 == 7 {
            publish(&js, &mut stored, "sparse", json!({"n": n})).await;
        }
    }
    let stream = js.get_stream("EON").await.unwrap();
    for (index, offset) in stored.keys().copied().collect::<Vec<_>>().into_iter().enumerate() {
        if index % 17 == 3 {
            stream.delete_message(offset).await.unwrap();
            stored.remove(&offset);
        }
    }
    stored
}

#[tokio::test(flavor = "multi_thread")]
async fn every_message_is_found_from_either_end_whatever_lies_between() {
    let server = NatsServer::start().await;
    let bridge = Bridge::start(&server, &[]).await;
    let stored = publish_all(&server).await;
    read_to(&bridge, *stored.keys().last().unwrap()).await;
    let below = |base: &'static str| move |channel: &str| channel == base || channel.starts_with(&format!("{base}."));
    for (channel, expected, limit) in [
        ("many", of(&stored, below("many")), 97),
        ("many.*", of(&stored, |channel| channel == "many.a"), 50),
        ("many.b", of(&stored, below("many.b")), 1000),
        ("other", of(&stored, below("other")), 1000),
        ("sparse", of(&stored, below("sparse")), 2),
        ("long-ago", of(&stored, below("long-ago")), 7),
        ("never", Stored::new(), 10),
    ] {
        for order in ["asc", "desc"] {
            let (found, parts) = paged(&bridge, channel, &format!("limit={limit}&order={order}"));
            assert!(found == expected, "{channel} {order}: {} of {}", found.len(), expected.len());
            assert_eq!(parts, expected.len().div_ceil(limit).max(1), "{channel} {order}");
        }
        // The last hundred is what nobody has to ask for.
        let newest = items(&ask(&bridge, channel, ""));
        let expected: Stored = expected.into_iter().rev().take(100).collect();
        assert_eq!(newest, expected, "{channel}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn times_and_offsets_bound_what_is_found_to_the_last_digit() {
    let server = NatsServer::start().await;
    let bridge = Bridge::start(&server, &[]).await;
    let (js, mut stored) = (server.jetstream().await, Stored::new());
    for n in 0..50 {
        publish(&js, &mut stored, "c", json!(n)).await;
    }
    read_to(&bridge, 50).await;
    let all = ask(&bridge, "c", "");
    let stream = js.get_stream("EON").await.unwrap();
    let token = |n: usize| all["messages"][n]["timetoken"].as_str().unwrap().to_owned();
    for n in [0, 20, 49] {
        let kept = stream.get_raw_message(n as u64 + 1).await.unwrap().time.unix_timestamp_nanos();
        assert_eq!(token(n), (kept / 200 * 2).to_string());
        assert_eq!(all["messages"][n]["time"].as_f64().unwrap(), (kept / 1000) as f64 / 1000.0);
    }
    let offsets = |query: &str| items(&ask(&bridge, "c", query)).into_keys().collect::<Vec<_>>();
    let before = |text: String| (text.parse::<u64>().unwrap() - 1).to_string();
    for (query, expected) in [
        (format!("from={}", token(20)), 21..=50),
        (format!("to={}", token(20)), 1..=21),
        (format!("to={}", before(token(20))), 1..=20),
        (format!("from={}&to={}", token(10), token(19)), 11..=20),
        ("after=20".into(), 21..=50),
        ("before=20".into(), 1..=19),
        ("after=10&before=21&limit=3".into(), 18..=20),
        ("after=10&before=21&limit=3&order=asc".into(), 11..=13),
        ("from=1h".into(), 1..=50),
    ] {
        assert_eq!(offsets(&query), expected.collect::<Vec<_>>(), "{query}");
    }
    for query in ["to=1h", "after=50", "before=1", "after=20&before=21", "from=2100-01-01T00:00:00Z"] {
        assert_eq!(offsets(query), [0; 0], "{query}");
    }
    assert_eq!(bridge.get("/api/v1/channels/c%20d/messages"), Err(400));
    assert_eq!(bridge.get("/api/v1/channels/c/messages?limit=10001"), Err(400));
    // What is no JSON is a text, as in a raw view, and a stream that was purged has nothing.
    js.publish("eon.c", "no { json".into()).await.unwrap().await.unwrap();
    read_to(&bridge, 51).await;
    assert_eq!(ask(&bridge, "c", "limit=1")["messages"][0]["message"], "no { json");
    stream.purge().await.unwrap();
    let answer = ask(&bridge, "c", "");
    assert_eq!((&answer["messages"], &answer["position"]["offset"]), (&json!([]), &json!(51)));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_and_a_raw_view_since_its_position_have_every_message_once() {
    let server = NatsServer::start().await;
    let bridge = Bridge::start(&server, &[]).await;
    let js = server.jetstream().await;
    let publishing = tokio::spawn(async move {
        let mut stored = Stored::new();
        for n in 0..1500 {
            publish(&js, &mut stored, if n % 2 == 0 { "c" } else { "c.d" }, json!(n)).await;
        }
        stored
    });
    let mut answers = Vec::new();
    for offset in [1, 300, 700] {
        read_to(&bridge, offset).await;
        let answer = ask(&bridge, "c", "limit=10000");
        let mut viewer = Viewer::open(bridge.address(), false).await;
        let subscribe = json!({"channel": "c", "view": "raw", "since": answer["position"], "sources": false});
        viewer.send(&json!({"sub": 1, "subscribe": subscribe})).await;
        answers.push((answer, viewer));
    }
    let stored = publishing.await.unwrap();
    read_to(&bridge, 1500).await;
    let tokens = |answer: &Value| -> BTreeMap<u64, String> {
        let items = answer["messages"].as_array().unwrap().iter();
        items.map(|item| (item["offset"].as_u64().unwrap(), item["timetoken"].as_str().unwrap().into())).collect()
    };
    let expected = tokens(&ask(&bridge, "c", "limit=10000"));
    for (answer, mut viewer) in answers {
        let (mut found, mut shown) = (items(&answer), tokens(&answer));
        while found.len() < stored.len() {
            let frame = viewer.next().await;
            assert_eq!(frame["type"], "messages", "{frame}");
            let frame = json!({ "messages": frame["items"] });
            for (offset, message) in items(&frame) {
                assert!(found.insert(offset, message).is_none(), "{offset} twice");
            }
            shown.extend(tokens(&frame));
        }
        assert!(found == stored);
        assert!(shown == expected);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_holds_as_many_bytes_as_one_answer_may_and_the_next_goes_on() {
    let server = NatsServer::start().await;
    let bridge = Bridge::start(&server, &[]).await;
    let (js, mut stored) = (server.jetstream().await, Stored::new());
    let big = "x".repeat(200_000);
    for n in 0..120 {
        publish(&js, &mut stored, "big", json!([n, big])).await;
    }
    // More than the bridge shows, so that nobody sees it.
    js.publish("eon.big", vec![b'1'; 300_000].into()).await.unwrap().await.unwrap();
    read_to(&bridge, 121).await;
    for order in ["asc", "desc"] {
        let (found, parts) = paged(&bridge, "big", &format!("limit=1000&order={order}"));
        assert!(found == stored, "{order}");
        assert_eq!(parts, 2, "{order}");
    }
    let consumers = js.get_stream("EON").await.unwrap().get_info().await.unwrap().state.consumer_count;
    assert_eq!(consumers, 1, "no consumer is left behind but the bridge's");
}
