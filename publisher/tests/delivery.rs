//! What arrives, in which order, how often: against a real nats-server.
#![allow(clippy::unwrap_used, reason = "in a test, unwrap is the assertion")]

mod common;

use std::time::{Duration, Instant};

use common::{DEADLINE, NatsServer, column, create_stream, js, stored, stored_count, wait_for, wait_until};
use eontide_publisher::{Delivery, ErrorKind, ProcessSampling, Publisher, PublisherBuilder, State};
use eontide_wire::Timestamp;
use futures_util::StreamExt;
use rustix::process::Signal;
use serde_json::json;

fn builder() -> PublisherBuilder {
    Publisher::builder("demo").id("w").sample_process(ProcessSampling::none()).interval(Duration::from_millis(50))
}

fn record(publisher: &Publisher, values: std::ops::Range<u32>) {
    for value in values {
        publisher.record("n", f64::from(value));
    }
}

fn counting(values: std::ops::Range<u32>) -> Vec<f64> {
    values.map(f64::from).collect()
}

async fn connected(publisher: &Publisher) {
    wait_until("connection", || publisher.stats().state == State::Connected).await;
}

#[tokio::test]
async fn every_value_is_acknowledged_in_order_under_its_message_id() {
    let server = NatsServer::start().await;
    let client = server.with_stream(json!({})).await;
    let publisher = builder().epoch(77).connect(&server.url()).unwrap();
    record(&publisher, 0..5000);
    publisher.close(DEADLINE).await.unwrap();

    let messages = stored(&client).await;
    assert_eq!(column(&messages, "n-w"), counting(0..5000));
    for (at, message) in messages.iter().enumerate() {
        let seq = at as u64 + 1;
        assert_eq!(message.seq(), seq);
        assert_eq!(message.message_id.as_deref(), Some(format!("demo:w:77:{seq}").as_str()));
    }
    assert!(messages.len() < 500, "batched: {} messages", messages.len());
    let stats = publisher.stats();
    assert_eq!((stats.acked, stats.sent, stats.resent, stats.dropped), (messages.len() as u64, stats.sent, 0, 0));
    assert!(stats.acknowledged);
}

#[tokio::test]
async fn what_was_recorded_before_the_broker_existed_arrives_with_its_own_time() {
    let mut server = NatsServer::absent();
    let publisher = builder().connect(&server.url()).unwrap();
    let start = Timestamp::now();
    record(&publisher, 0..100);
    let recorded = Timestamp::now();
    assert_eq!(publisher.stats().state, State::Connecting);
    server.run().await;
    let client = server.with_stream(json!({})).await;
    wait_until("delivery", || publisher.stats().acked > 0 && publisher.stats().queued == 0).await;

    let messages = stored(&client).await;
    assert_eq!(column(&messages, "n-w"), counting(0..100));
    for message in &messages {
        for x in &message.decode().blocks[0].x {
            assert!(*x >= start && *x <= recorded, "{x:?} lies between {start:?} and {recorded:?}");
        }
    }
}

#[tokio::test]
async fn a_broker_killed_and_restarted_under_load_loses_and_doubles_nothing() {
    let mut server = NatsServer::start().await;
    server.with_stream(json!({})).await;
    let publisher = builder().connect(&server.url()).unwrap();
    let recorder = {
        let publisher = publisher.clone();
        tokio::spawn(async move {
            let mut tick = tokio::time::interval(Duration::from_millis(1));
            for value in 0..3000 {
                tick.tick().await;
                publisher.record("n", f64::from(value));
            }
        })
    };
    for round in 1..=3 {
        let before = publisher.stats().acked;
        wait_until("some load", || publisher.stats().acked > before + 3).await;
        server.kill();
        wait_until("loss of connection", || publisher.stats().state == State::Disconnected).await;
        server.run().await;
        wait_until("reconnection", || publisher.stats().reconnects >= round).await;
    }
    recorder.await.unwrap();
    publisher.close(DEADLINE).await.unwrap();

    let messages = stored(&server.client().await).await;
    assert_eq!(column(&messages, "n-w"), counting(0..3000));
    let seqs: Vec<_> = messages.iter().map(common::Stored::seq).collect();
    assert_eq!(seqs, (1..=seqs.len() as u64).collect::<Vec<_>>());
    assert_eq!(publisher.stats().dropped, 0);
}

#[tokio::test]
async fn an_outage_longer_than_the_bound_keeps_the_newest_and_publishes_the_loss() {
    let mut server = NatsServer::absent();
    let publisher = builder().queue(100).connect(&server.url()).unwrap();
    record(&publisher, 0..1000);
    let stats = publisher.stats();
    assert_eq!((stats.queued, stats.dropped), (100, 900));
    server.run().await;
    let client = server.with_stream(json!({})).await;
    wait_until("delivery", || publisher.stats().acked > 0 && publisher.stats().queued == 0).await;

    let messages = stored(&client).await;
    assert_eq!(column(&messages, "n-w"), counting(900..1000));
    assert_eq!(messages[0].decode().from.unwrap().dropped, 900);
}

#[tokio::test]
async fn without_a_stream_a_plain_subscriber_still_gets_everything() {
    for arguments in [&["-js"][..], &[]] {
        let server = NatsServer::start_with(arguments).await;
        let mut subscriber = server.client().await.subscribe("eon.demo").await.unwrap();
        let publisher = builder().connect(&server.url()).unwrap();
        connected(&publisher).await;
        // Over several messages: the first ends the asking, the others must not wait for anything.
        let gauge = publisher.gauge("g");
        let mut seqs = vec![];
        while seqs.len() < 10 {
            gauge.add(1.0);
            let message = tokio::time::timeout(DEADLINE, subscriber.next()).await.unwrap().unwrap();
            seqs.push(eontide_wire::decode(&message.payload, Timestamp::now()).unwrap().from.unwrap().seq.unwrap());
        }
        assert_eq!(seqs, (1..=10).collect::<Vec<_>>(), "{arguments:?}");
        assert!(!publisher.stats().acknowledged);
        assert_eq!(publisher.stats().resent, 0);
    }
}

#[tokio::test]
async fn what_nobody_hears_waits_for_the_stream() {
    let server = NatsServer::start().await;
    let publisher = builder().connect(&server.url()).unwrap();
    record(&publisher, 0..10);
    wait_until("a first attempt", || publisher.stats().sent > 0).await;
    record(&publisher, 10..20);
    let client = server.with_stream(json!({})).await;
    wait_for("the values", || async { (column(&stored(&client).await, "n-w") == counting(0..20)).then_some(()) }).await;
    assert!(publisher.stats().acknowledged);
}

#[tokio::test]
async fn a_stopped_server_costs_the_host_nothing_and_the_data_nothing() {
    let server = NatsServer::start().await;
    let client = server.with_stream(json!({})).await;
    let publisher = builder().connect(&server.url()).unwrap();
    record(&publisher, 0..10);
    wait_until("a first acknowledgement", || publisher.stats().acked > 0 && publisher.stats().queued == 0).await;

    server.signal(Signal::STOP);
    let start = Instant::now();
    record(&publisher, 10..2000);
    assert!(start.elapsed() < Duration::from_secs(1), "recording took {:?}", start.elapsed());
    // One acknowledgement times out, so at least one message is sent twice.
    wait_until("a repetition", || publisher.stats().resent > 0).await;
    server.signal(Signal::CONT);
    publisher.close(DEADLINE).await.unwrap();
    assert_eq!(column(&stored(&client).await, "n-w"), counting(0..2000));
}

#[tokio::test]
async fn dropping_the_last_handle_delivers_what_is_queued() {
    let server = NatsServer::start().await;
    let client = server.with_stream(json!({})).await;
    let mut byes = client.subscribe("eon-presence.demo.bye").await.unwrap();
    client.flush().await.unwrap();
    let publisher = builder().interval(Duration::from_secs(3600)).connect(&server.url()).unwrap();
    connected(&publisher).await;
    let clone = publisher.clone();
    drop(publisher);
    record(&clone, 0..1000);
    clone.gauge("g").set(7.0);
    drop(clone);
    let messages = stored(&client).await;
    assert_eq!(column(&messages, "n-w"), counting(0..1000));
    assert_eq!(column(&messages, "g-w"), [7.0], "a gauge set since the last tick");
    let bye = tokio::time::timeout(DEADLINE, byes.next()).await.unwrap().unwrap();
    assert_eq!(eontide_wire::Bye::decode(&bye.payload).unwrap().reason, "closed");
}

#[tokio::test]
async fn closing_without_a_broker_keeps_its_deadline_and_says_what_is_lost() {
    let server = NatsServer::absent();
    let publisher = builder().connect(&server.url()).unwrap();
    record(&publisher, 0..10);
    let start = Instant::now();
    let error = publisher.close(Duration::from_millis(300)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Undelivered);
    assert!(error.to_string().contains("10 samples"), "{error}");
    assert!(start.elapsed() < Duration::from_secs(2), "{:?}", start.elapsed());
    assert_eq!(publisher.stats().state, State::Closed);

    let publisher = builder().connect(&server.url()).unwrap();
    record(&publisher, 0..10);
    let start = Instant::now();
    drop(publisher);
    assert!(start.elapsed() < Duration::from_millis(500), "dropping does not wait for an absent broker");
}

#[tokio::test]
async fn closing_a_stopped_server_keeps_its_deadline() {
    let server = NatsServer::start().await;
    server.with_stream(json!({})).await;
    let publisher = builder().connect(&server.url()).unwrap();
    connected(&publisher).await;
    server.signal(Signal::STOP);
    record(&publisher, 0..10);
    let start = Instant::now();
    let closed = publisher.close(Duration::from_millis(300)).await;
    server.signal(Signal::CONT);
    assert_eq!(closed.unwrap_err().kind(), ErrorKind::Undelivered);
    assert!(start.elapsed() < Duration::from_secs(2), "{:?}", start.elapsed());
}

#[tokio::test]
async fn fire_and_forget_delivers_without_asking() {
    let server = NatsServer::start().await;
    let client = server.with_stream(json!({})).await;
    let publisher = builder().delivery(Delivery::FireAndForget).connect(&server.url()).unwrap();
    record(&publisher, 0..1000);
    publisher.close(DEADLINE).await.unwrap();
    wait_for("the values", || async { (column(&stored(&client).await, "n-w") == counting(0..1000)).then_some(()) })
        .await;
    let stats = publisher.stats();
    assert_eq!((stats.acked, stats.acknowledged), (0, false));
}

#[tokio::test]
async fn a_full_stream_is_waited_for() {
    let server = NatsServer::start().await;
    let client = server.with_stream(json!({ "max_msgs": 2, "discard": "new" })).await;
    let publisher = builder().connect(&server.url()).unwrap();
    for value in 0..3 {
        record(&publisher, value..value + 1);
        wait_until("its message", || publisher.stats().sent == u64::from(value) + 1).await;
    }
    assert_eq!(stored_count(&client).await, 2);
    js(&client, "STREAM.PURGE.EON", json!({})).await;
    wait_for("the third", || async { (column(&stored(&client).await, "n-w") == [2.0]).then_some(()) }).await;
    assert_eq!(publisher.stats().dropped, 0);
}

#[tokio::test]
async fn what_the_stream_never_takes_is_counted_and_does_not_block_the_rest() {
    let server = NatsServer::start().await;
    let client = server.with_stream(json!({ "max_msg_size": 2000 })).await;
    let publisher = builder().connect(&server.url()).unwrap();
    connected(&publisher).await;
    record(&publisher, 0..1000);
    wait_until("refusal", || publisher.stats().dropped > 0).await;
    // Each refusal halves the size of messages until the stream takes them.
    wait_for("acceptance", || async {
        publisher.record("n", -1.0);
        (publisher.stats().acked > 0).then_some(())
    })
    .await;
    let messages = stored(&client).await;
    assert_eq!(messages.last().unwrap().decode().from.unwrap().dropped, publisher.stats().dropped);
}

#[tokio::test]
async fn messages_fit_the_servers_limit_of_payload() {
    let config = "max_payload: 4096\njetstream {}";
    let server = NatsServer::start_configured(config).await;
    let client = server.with_stream(json!({})).await;
    let publisher = builder().connect(&server.url()).unwrap();
    connected(&publisher).await;
    record(&publisher, 0..5000);
    publisher.close(DEADLINE).await.unwrap();
    let messages = stored(&client).await;
    assert_eq!(column(&messages, "n-w"), counting(0..5000));
    assert!(messages.iter().all(|message| message.payload.len() <= 4096));
}

#[tokio::test]
async fn a_deleted_stream_that_comes_back_is_used_again() {
    let server = NatsServer::start().await;
    let client = server.with_stream(json!({})).await;
    let publisher = builder().connect(&server.url()).unwrap();
    record(&publisher, 0..1);
    wait_until("a first acknowledgement", || publisher.stats().acked == 1).await;
    js(&client, "STREAM.DELETE.EON", json!({})).await;
    record(&publisher, 1..10);
    wait_until("an attempt", || publisher.stats().sent == 2).await;
    create_stream(&client, json!({})).await;
    wait_for("the rest", || async { (column(&stored(&client).await, "n-w") == counting(1..10)).then_some(()) }).await;
}

/// A bridge rejects a message whole: one name with a line feed in it, or one time in seconds where microseconds were
/// meant, used to take every other sample of its message down, every time.
#[tokio::test]
async fn names_and_times_a_bridge_rejects_take_no_other_sample_down() {
    let server = NatsServer::start().await;
    let client = server.with_stream(json!({})).await;
    let publisher = builder().connect(&server.url()).unwrap();
    let now = Timestamp::now();
    let bad_times = [
        Timestamp::from_micros(now.as_micros() / 1_000_000),
        Timestamp::from_micros(now.as_micros() + 2 * 86_400_000_000),
        Timestamp::from_micros(i64::MIN),
    ];
    for at in bad_times {
        publisher.record_at(at, "n", -1.0);
    }
    publisher.record_many(now, [("a\nb", 1.0), ("n", 0.0), ("\u{7f}", 1.0)]);
    publisher.gauge("g\0").set(1.0);
    publisher.record_at(now, "n", 1.0);
    publisher.close(DEADLINE).await.unwrap();

    let messages = stored(&client).await;
    assert_eq!(column(&messages, "n-w"), [0.0, 1.0]);
    for message in &messages {
        assert_eq!(message.decode().blocks[0].names, ["n-w"]);
    }
    let stats = publisher.stats();
    assert_eq!((stats.rejected, stats.dropped, stats.queued), (bad_times.len() as u64 + 3, 0, 0));
}

/// What was encoded for a server that takes a megabyte can never be sent to one that takes 2 KB: it used to be tried again
/// for ever, and nothing after it was published.
#[tokio::test]
async fn a_server_that_takes_less_than_the_one_before_gets_smaller_messages() {
    let mut server = NatsServer::start_configured("jetstream {}").await;
    server.with_stream(json!({ "max_msgs": 1, "discard": "new" })).await;
    let publisher = builder().connect(&server.url()).unwrap();
    connected(&publisher).await;
    record(&publisher, 0..1);
    wait_until("a first message", || publisher.stats().acked == 1).await;
    // Held by the full stream. At once, or a tick between two of them makes a first message that is small enough.
    publisher.record_many(Timestamp::now(), counting(1..2000).into_iter().map(|value| ("n", value)));
    wait_until("an attempt", || publisher.stats().sent >= 2).await;
    server.kill();
    server.configure("max_payload: 2048\njetstream {}");
    server.run().await;
    wait_until("reconnection", || publisher.stats().reconnects == 1).await;
    let client = server.client().await;
    js(&client, "STREAM.DELETE.EON", json!({})).await;
    create_stream(&client, json!({})).await;
    let dropped = wait_for("the loss to be counted", || async {
        let dropped = publisher.stats().dropped;
        (dropped > 0).then_some(dropped)
    })
    .await;
    publisher.record("n", -1.0);
    wait_for("what comes after", || async {
        (column(&stored(&client).await, "n-w").last() == Some(&-1.0)).then_some(())
    })
    .await;
    assert!(dropped <= 1999, "{dropped}");
}
