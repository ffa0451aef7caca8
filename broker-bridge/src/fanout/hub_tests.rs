use bytes::Bytes;
use eontide_wire::ChannelPattern;
use eontide_wire::viewer::{Timetoken, View as Kind};

use super::super::log::Item;
use super::super::outbox::{Frame, Inbox, channel};
use super::*;

fn key(binary: bool) -> ViewKey {
    let channel = ChannelPattern::new("c").unwrap();
    ViewKey { sub: 1, channel, series: vec![], kind: Kind::Raw, step_ms: 0, sources: true, binary }
}

fn publish(hub: &Hub, offset: u64) {
    let payload = Bytes::from(format!("{offset}"));
    let (time, timetoken) = (Timestamp::default(), Timetoken::default());
    let item = Item { channel: "c".into(), time, timetoken, blocks: vec![], payload };
    hub.push(offset, Event::Data(Arc::new(item)));
}

fn hub(log_bytes: usize) -> Arc<Hub> {
    Arc::new(Hub::new(log_bytes, Arc::new(InternalMetrics::default())))
}

/// The offsets in each frame that waits.
fn drain(inbox: &mut Inbox) -> Vec<Vec<u64>> {
    let mut got = Vec::new();
    while let Some(Some((_, outgoing))) = futures_util::FutureExt::now_or_never(inbox.recv()) {
        got.push(match outgoing {
            Outgoing::Frame(Frame::Text(text)) => {
                let frame: serde_json::Value = serde_json::from_str(&text).unwrap();
                let items = frame["items"].as_array().unwrap();
                items.iter().map(|item| item["offset"].as_u64().unwrap()).collect()
            }
            Outgoing::Frame(Frame::Binary(_)) => panic!("binary"),
            Outgoing::Behind(_) => vec![],
        });
    }
    got
}

#[test]
fn members_of_one_view_share_one_frame_and_each_gets_exactly_what_came_after_its_cursor() {
    let hub = hub(1 << 20);
    let (out_a, mut in_a) = channel();
    let (out_b, mut in_b) = channel();
    let a = hub.join(key(false), out_a);
    let b = hub.join(key(false), out_b);
    publish(&hub, 1);
    a.activate(Cursor { index: 0, after: 0 });
    b.activate(Cursor { index: 1, after: 0 });
    hub.tick(Timestamp::default());
    publish(&hub, 2);
    hub.tick(Timestamp::default());
    hub.tick(Timestamp::default());
    assert_eq!(drain(&mut in_a), [vec![1], vec![2]]);
    assert_eq!(drain(&mut in_b), [vec![2]]);
    assert_eq!(hub.metrics.frames_encoded_total.get(), 2);
    assert_eq!(hub.metrics.frames_sent_total.get(), 3);
}

#[test]
fn news_is_what_a_tick_has_not_brought_to_all() {
    let hub = hub(1 << 20);
    let rings = || futures_util::FutureExt::now_or_never(hub.news()).is_some();
    let (out, mut slow) = channel();
    let member = hub.join(key(false), out);
    assert!(!rings());
    member.activate(Cursor { index: 0, after: 0 });
    assert!(rings());
    hub.tick(Timestamp::default());
    assert!(!rings(), "nothing came");
    let mut full = 0..1000;
    while full.by_ref().next().is_some_and(|offset| {
        publish(&hub, offset);
        assert!(rings());
        hub.tick(Timestamp::default());
        !rings()
    }) {}
    assert!(!full.is_empty(), "a member that has no room is left behind");
    drain(&mut slow);
    hub.tick(Timestamp::default());
    assert!(!rings(), "it has caught up");
}

#[test]
fn a_viewer_that_knows_offsets_this_bridge_has_yet_to_read_gets_them_once() {
    let hub = hub(1 << 20);
    let (out, mut inbox) = channel();
    let member = hub.join(key(false), out);
    member.activate(Cursor { index: 0, after: 2 });
    for offset in 1..=3 {
        publish(&hub, offset);
        hub.tick(Timestamp::default());
    }
    assert_eq!(drain(&mut inbox), [vec![3]]);
}

#[test]
fn a_slow_viewer_gets_several_ticks_in_one_frame_and_hurts_nobody() {
    let hub = hub(1 << 20);
    let (out, mut slow) = channel();
    let (out_fast, mut fast) = channel();
    let member = hub.join(key(false), out);
    let other = hub.join(key(false), out_fast);
    for member in [&member, &other] {
        member.activate(Cursor { index: 0, after: 0 });
    }
    let mut fast_got = Vec::new();
    for offset in 1..=200 {
        publish(&hub, offset);
        hub.tick(Timestamp::default());
        fast_got.extend(drain(&mut fast));
    }
    assert_eq!(fast_got.len(), 200);
    let mut got = drain(&mut slow);
    assert!(got.len() < 70, "{}", got.len());
    hub.tick(Timestamp::default());
    got.extend(drain(&mut slow));
    assert_eq!(got.concat(), (1..=200).collect::<Vec<u64>>());
}

#[test]
fn a_viewer_behind_the_log_is_told_and_served_again_once_it_has_a_snapshot() {
    let hub = hub(600);
    let (out, mut inbox) = channel();
    let member = hub.join(key(false), out);
    member.activate(Cursor { index: 0, after: 0 });
    for offset in 1..=20 {
        publish(&hub, offset);
    }
    hub.tick(Timestamp::default());
    hub.tick(Timestamp::default());
    assert_eq!(drain(&mut inbox), [Vec::<u64>::new()]);
    member.activate(Cursor { index: hub.end(), after: 0 });
    publish(&hub, 21);
    hub.tick(Timestamp::default());
    assert_eq!(drain(&mut inbox), [vec![21]]);
    drop(member);
    assert_eq!(hub.counts(), (0, 0));
}

/// Views are asked for room before frames are handed out, and all subscriptions of a socket share its room.
#[test]
fn many_subscriptions_of_one_socket_lose_nothing_when_its_queue_is_full() {
    let hub = hub(1 << 20);
    let (out, mut inbox) = channel();
    let members: Vec<_> = (0..100).map(|sub| hub.join(ViewKey { sub, ..key(false) }, out.clone())).collect();
    for member in &members {
        member.activate(Cursor { index: 0, after: 0 });
    }
    publish(&hub, 1);
    hub.tick(Timestamp::default());
    let mut got = drain(&mut inbox);
    assert!(got.len() < 100, "the queue holds {}", got.len());
    assert!(futures_util::FutureExt::now_or_never(hub.news()).is_some(), "some were left behind");
    for _ in 0..10 {
        hub.tick(Timestamp::default());
        got.extend(drain(&mut inbox));
    }
    assert_eq!(got, vec![vec![1]; 100]);
}
