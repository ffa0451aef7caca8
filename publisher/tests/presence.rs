//! What a source says of itself, and with which rights it connects: against a real nats-server.
#![allow(clippy::unwrap_used, reason = "in a test, unwrap is the assertion")]

mod common;

use std::io::Write;
use std::time::Duration;

use async_nats::Subscriber;
use common::{DEADLINE, NatsServer, column, stored, stored_count, wait_for, wait_until};
use eontide_publisher::wire::{Channel, Epoch, SourceId};
use eontide_publisher::{Naming, ProcessMetric, ProcessSampling, Publisher, State, Units, announce_byes};
use eontide_wire::{Bye, Hello, Timestamp};
use futures_util::StreamExt;
use serde_json::json;

async fn next(subscriber: &mut Subscriber) -> async_nats::Message {
    tokio::time::timeout(DEADLINE, subscriber.next()).await.expect("a message in time").unwrap()
}

async fn next_hello(subscriber: &mut Subscriber) -> Hello {
    Hello::decode(&next(subscriber).await.payload).unwrap()
}

#[tokio::test]
async fn a_hello_describes_the_source_and_its_series() {
    let server = NatsServer::start().await;
    let client = server.client().await;
    let mut hellos = client.subscribe("eon-presence.demo.hello").await.unwrap();
    client.flush().await.unwrap();
    let before = Timestamp::now().as_micros() as u64 / 1000;
    let publisher = Publisher::builder("demo")
        .id("w")
        .interval(Duration::from_millis(250))
        .label("zone", "a")
        .version("1.2.3")
        .connect(&server.url())
        .unwrap();
    let hello = next_hello(&mut hellos).await;
    assert_eq!((hello.id.as_str(), hello.epoch, hello.interval_ms), ("w", publisher.epoch(), Some(250)));
    assert!(hello.epoch.0 >= before);
    assert_eq!((hello.pid, hello.version.as_deref()), (Some(std::process::id()), Some("1.2.3")));
    assert!(hello.host.is_some() && hello.program.is_some());
    assert_eq!(hello.labels["zone"], "a");
    let series: Vec<_> =
        hello.series.iter().map(|s| (s.name.as_str(), s.unit.as_deref(), s.metric.as_deref())).collect();
    let expected = [("rss", "B"), ("heap-total", "B"), ("heap", "B"), ("cpu", "%")];
    for ((metric, unit), series) in expected.iter().zip(&series) {
        assert_eq!(*series, (format!("{metric}-w").as_str(), Some(*unit), Some(*metric)));
    }

    // A series made later is described soon.
    publisher.describe("queue", "jobs");
    publisher.gauge("queue").set(1.0);
    let hello = next_hello(&mut hellos).await;
    assert_eq!(hello.series.last().unwrap().name, "queue-w");
    assert_eq!(hello.series.last().unwrap().unit.as_deref(), Some("jobs"));
}

#[tokio::test]
async fn a_source_introduces_itself_again_after_a_reconnect() {
    let mut server = NatsServer::start().await;
    let client = server.with_stream(json!({ "subjects": ["eon-presence.>"] })).await;
    let publisher = Publisher::builder("demo").id("w").connect(&server.url()).unwrap();
    wait_for("the first hello", || async { (stored_count(&client).await == 1).then_some(()) }).await;
    server.kill();
    wait_until("loss of connection", || publisher.stats().state == State::Disconnected).await;
    server.run().await;
    let client = server.client().await;
    wait_for("the second hello", || async { (stored_count(&client).await == 2).then_some(()) }).await;
    for hello in stored(&client).await {
        assert_eq!(Hello::decode(&hello.payload).unwrap().epoch, publisher.epoch());
    }
}

#[tokio::test]
async fn bye_comes_last_with_its_reason() {
    let server = NatsServer::start().await;
    let client = server.client().await;
    let mut all = client.subscribe(">").await.unwrap();
    client.flush().await.unwrap();
    let publisher = Publisher::builder("demo").id("w").epoch(9).connect(&server.url()).unwrap();
    wait_until("connection", || publisher.stats().state == State::Connected).await;
    publisher.close_because("going home", DEADLINE).await.unwrap();
    let mut last_data = None;
    loop {
        let message = next(&mut all).await;
        match message.subject.as_str() {
            "eon.demo" => last_data = Some(message),
            "eon-presence.demo.bye" => {
                let bye = Bye::decode(&message.payload).unwrap();
                assert_eq!((bye.id.as_str(), bye.epoch, bye.reason.as_str()), ("w", Epoch(9), "going home"));
                break;
            }
            _ => {}
        }
    }
    assert!(last_data.is_some(), "data before the bye");
}

#[tokio::test]
async fn the_demo_publishes_three_series_in_whole_mebibytes_on_its_own_subject() {
    let server = NatsServer::start().await;
    let mut data = server.client().await.subscribe("eon.demo.>").await.unwrap();
    let memory = [ProcessMetric::Rss, ProcessMetric::HeapTotal, ProcessMetric::Heap];
    let _publisher = Publisher::builder("demo")
        .id("w")
        .subject_per_source(true)
        .sample_process(ProcessSampling::only(memory).units(Units::MebibytesCeil))
        .connect(&server.url())
        .unwrap();
    let message = next(&mut data).await;
    assert_eq!(message.subject.as_str(), "eon.demo.w");
    let decoded = eontide_wire::decode(&message.payload, Timestamp::now()).unwrap();
    assert_eq!(decoded.blocks[0].names, ["rss-w", "heap-total-w", "heap-w"]);
    assert!(decoded.blocks[0].values.iter().all(|value| value.fract() == 0.0 && *value > 0.0), "{decoded:?}");
}

#[tokio::test]
async fn names_may_be_given_as_they_are() {
    let server = NatsServer::start().await;
    let client = server.with_stream(json!({})).await;
    let publisher = Publisher::builder("demo")
        .id("w")
        .naming(Naming::AsGiven)
        .sample_process(ProcessSampling::none())
        .connect(&server.url())
        .unwrap();
    let at = Timestamp::now();
    publisher.record_many(at, [("Austin", 1.0), ("Oslo", 2.0), ("x", 3.0), ("", 4.0)]);
    publisher.close(DEADLINE).await.unwrap();
    let messages = stored(&client).await;
    assert_eq!(messages[0].decode().blocks[0].names, ["Austin", "Oslo"]);
    assert_eq!(messages[0].decode().blocks[0].x, [at]);
    assert_eq!(column(&messages, "Oslo"), [2.0]);
    assert_eq!(publisher.stats().rejected, 2);
}

#[tokio::test]
async fn credentials_decide_who_connects() {
    let server = NatsServer::start_configured("authorization { user: u, password: p }").await;
    let connect = |password| {
        let builder = Publisher::builder("demo").id("w").user_password("u", password);
        builder.connect(&server.url()).unwrap()
    };
    let (wrong, right) = (connect("wrong"), connect("p"));
    wait_until("connection", || right.stats().state == State::Connected).await;
    assert_eq!(wrong.stats().state, State::Connecting);

    let server = NatsServer::start_configured("authorization { token: secret }").await;
    let publisher = Publisher::builder("demo").token("secret").connect(&server.url()).unwrap();
    wait_until("connection by token", || publisher.stats().state == State::Connected).await;
}

#[tokio::test]
async fn a_server_that_lies_about_tls_does_not_take_the_process_down() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("nats://{}", listener.local_addr().unwrap());
    let (seen, mut connections) = tokio::sync::mpsc::unbounded_channel();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let info = r#"INFO {"server_id":"x","server_name":"x","version":"2.11.0","proto":1,"host":"h","port":1,"max_payload":1048576,"tls_required":true}"#;
            let _ = write!(stream.unwrap(), "{info}\r\n");
            if seen.send(()).is_err() {
                return;
            }
        }
    });
    let publisher = Publisher::builder("demo").id("w").connect(&url).unwrap();
    for _ in 0..3 {
        tokio::time::timeout(DEADLINE, connections.recv()).await.unwrap().unwrap();
    }
    publisher.record("n", 1.0);
    assert_eq!(publisher.stats().state, State::Connecting);
}

#[tokio::test]
async fn a_bye_can_be_said_for_another() {
    let server = NatsServer::start().await;
    let client = server.client().await;
    let mut byes = client.subscribe("eon-presence.demo.bye").await.unwrap();
    client.flush().await.unwrap();
    let channel = Channel::new("demo").unwrap();
    let bye = |n: u64| Bye { id: SourceId::new("w").unwrap(), epoch: Epoch(n), reason: "killed".into() };
    announce_byes(&server.url(), &channel, &[bye(1), bye(2)], DEADLINE).await.unwrap();
    for n in 1..=2 {
        assert_eq!(Bye::decode(&next(&mut byes).await.payload).unwrap(), bye(n));
    }
    let absent = NatsServer::absent();
    assert!(announce_byes(&absent.url(), &channel, &[bye(1)], Duration::from_millis(200)).await.is_err());
    assert!(announce_byes("http://x", &channel, &[bye(1)], DEADLINE).await.is_err());
}

#[tokio::test]
async fn gauges_are_published_at_every_tick_from_any_thread() {
    let server = NatsServer::start().await;
    let client = server.with_stream(json!({})).await;
    let publisher = Publisher::builder("demo")
        .id("w")
        .interval(Duration::from_millis(20))
        .sample_process(ProcessSampling::none())
        .connect(&server.url())
        .unwrap();
    let gauge = publisher.gauge("queue");
    std::thread::spawn(move || gauge.set(3.0)).join().unwrap();
    publisher.gauge("queue").add(1.0);
    wait_for("an unchanged value again and again", || async {
        let values = column(&stored(&client).await, "queue-w");
        (values.iter().filter(|value| **value == 4.0).count() >= 3).then_some(())
    })
    .await;
    publisher.gauge("queue").clear();
    publisher.close(DEADLINE).await.unwrap();
}
