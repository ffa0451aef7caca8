use std::time::{Duration, Instant};

use eontide_wire::viewer::SourceState;
use eontide_wire::{ChannelPattern, Epoch};

use eontide_wire::{Bye, Transition};

use super::*;

struct Stage {
    presence: Presence,
    start: Instant,
    channel: Arc<str>,
}

const T0: i64 = 1_763_683_200_000_000;

impl Stage {
    fn new() -> Self {
        Self { presence: Presence::new(2), start: Instant::now(), channel: "c".into() }
    }

    fn now(&self, ms: u64) -> Now {
        Now { mono: self.start + Duration::from_millis(ms), wall: Timestamp::from_micros(T0 + ms as i64 * 1000) }
    }

    fn seen(&self, ms: u64) -> Seen {
        Seen { at: self.now(ms).wall, age: Duration::ZERO }
    }

    fn data(&mut self, id: &str, epoch: u64, seq: u64, ms: u64) -> Novelty {
        let from = Origin { id: SourceId::new(id).unwrap(), epoch: Epoch(epoch), seq: Some(seq), dropped: 0 };
        let (channel, seen, now) = (self.channel.clone(), self.seen(ms), self.now(ms));
        self.presence.admit(&channel, &from, std::iter::empty(), seen, now)
    }

    fn bye(&mut self, id: &str, epoch: u64, reason: &str, ms: u64) {
        let bye = Bye { id: SourceId::new(id).unwrap(), epoch: Epoch(epoch), reason: reason.into() };
        let (channel, seen) = (self.channel.clone(), self.seen(ms));
        self.presence.bye(&channel, &bye, seen);
    }

    fn expire(&mut self, ms: u64) {
        let now = self.now(ms);
        self.presence.expire(now, Timestamp::default());
    }

    /// `id state reason lives` of each change.
    fn changes(&mut self) -> Vec<String> {
        let show = |change| match change {
            Change::Source(view) => {
                format!("{} {:?} {} {}", view.id, view.state, view.reason.unwrap_or("-".into()), view.lives)
            }
            Change::Group(group) => format!("{} of {} {:?}", group.count, group.host.unwrap_or_default(), group.cause),
        };
        self.presence.take_changes().into_iter().map(show).collect()
    }
}

#[test]
fn a_killed_publisher_at_1_hz_is_stale_3_s_after_its_last_message_and_down_after_6() {
    let mut stage = Stage::new();
    for seq in 0..5 {
        stage.data("a", 1, seq, seq * 1000);
        stage.expire(seq * 1000 + 999);
    }
    assert_eq!(stage.changes(), ["a Up - 1"]);
    stage.expire(4000 + 2999);
    assert_eq!(stage.changes(), [""; 0]);
    stage.expire(4000 + 3000);
    assert_eq!(stage.changes(), ["a Stale - 1"]);
    stage.data("a", 1, 5, 8_000);
    assert_eq!(stage.changes(), ["a Up - 1"]);
    stage.expire(11_900);
    assert_eq!(stage.changes(), ["a Stale - 1"]);
    stage.expire(13_900);
    assert_eq!(stage.changes(), [""; 0]);
    stage.expire(14_800);
    assert_eq!(stage.changes(), ["a Down silent 1"]);
    stage.data("a", 1, 6, 20_000);
    assert_eq!(stage.changes(), ["a Up - 1"]);
}

#[test]
fn a_bye_is_final_for_its_life_whatever_arrives_late() {
    let mut stage = Stage::new();
    stage.data("a", 1, 0, 0);
    stage.bye("a", 1, "SIGTERM", 10);
    stage.data("a", 1, 1, 20);
    assert_eq!(stage.changes(), ["a Up - 1", "a Down bye: SIGTERM 1"]);
    stage.data("a", 2, 0, 1000);
    stage.bye("a", 1, "late", 1010);
    assert_eq!(stage.changes(), ["a Restarted - 2"]);
}

#[test]
fn a_new_life_ends_the_old_one_and_an_old_message_does_not_bring_it_back() {
    let mut stage = Stage::new();
    stage.data("a", 1, 7, 0);
    assert_eq!(stage.data("a", 2, 0, 500), Novelty::New);
    assert_eq!(stage.data("a", 1, 8, 510), Novelty::New);
    assert_eq!(stage.changes(), ["a Up - 1", "a Down restarted 1", "a Restarted - 2"]);
}

#[test]
fn a_message_delivered_twice_is_told() {
    let mut stage = Stage::new();
    assert_eq!(stage.data("a", 1, 0, 0), Novelty::New);
    assert_eq!(stage.data("a", 1, 0, 0), Novelty::Duplicate);
    assert_eq!(stage.data("a", 1, 2, 0), Novelty::New);
    assert_eq!(stage.presence.list(&ChannelPattern::new("c").unwrap())[0].lost, 1);
}

#[test]
fn replayed_messages_that_are_older_than_the_lease_put_nobody_up_for_long() {
    let mut stage = Stage::new();
    let from = Origin { id: SourceId::new("a").unwrap(), epoch: Epoch(1), seq: None, dropped: 0 };
    let old = Seen { at: Timestamp::from_micros(T0 - 60_000_000), age: Duration::from_secs(60) };
    let (channel, now) = (stage.channel.clone(), stage.now(0));
    stage.presence.hello(&channel, &Hello::decode(br#"{"id":"a","epoch":1,"interval_ms":1000}"#).unwrap(), old, now);
    stage.presence.admit(&channel, &from, std::iter::empty(), old, now);
    stage.presence.take_changes();
    stage.expire(100);
    assert_eq!(stage.changes(), ["a Down silent 1"]);
}

#[test]
fn too_many_sources_are_counted_and_their_data_still_counts() {
    let mut stage = Stage::new();
    for id in ["a", "b", "d"] {
        assert_eq!(stage.data(id, 1, 0, 0), Novelty::New);
    }
    assert_eq!(stage.presence.counts(), (2, 0));
    assert_eq!(stage.presence.overflow(), 1);
}

#[test]
fn sources_that_are_long_gone_are_forgotten() {
    let mut stage = Stage::new();
    stage.data("a", 1, 0, 0);
    stage.bye("a", 1, "", 10);
    let now = stage.now(5000);
    stage.presence.expire(now, Timestamp::from_micros(T0 - 1));
    assert_eq!(stage.presence.counts(), (0, 1));
    stage.presence.expire(now, Timestamp::from_micros(T0 + 1));
    assert_eq!(stage.presence.counts(), (0, 0));
}

#[test]
fn nobody_is_silent_for_the_time_we_were_away() {
    let mut stage = Stage::new();
    for seq in 0..3 {
        stage.data("a", 1, seq, seq * 1000);
    }
    stage.changes();
    // Away from 2 s to 30 s; nothing expires meanwhile.
    let back = stage.now(30_000);
    stage.presence.grace(back);
    stage.expire(30_001);
    assert_eq!(stage.changes(), [""; 0]);
    stage.data("a", 1, 3, 34_000);
    stage.expire(36_999);
    assert_eq!(stage.changes(), [""; 0]);
    // One that does not come back is silent since its last message.
    stage.expire(39_400);
    assert_eq!(stage.changes(), ["a Stale - 1"]);
    stage.expire(43_000);
    assert_eq!(stage.changes(), ["a Down silent 1"]);
}

#[test]
fn a_hello_that_repeats_is_no_change_and_new_series_are_told_together() {
    let mut stage = Stage::new();
    let hello = |stage: &mut Stage, ms: u64, text: &str| {
        let (seen, now) = (stage.seen(ms), stage.now(ms));
        stage.presence.hello("c", &Hello::decode(text.as_bytes()).unwrap(), seen, now);
        stage.changes().len()
    };
    assert_eq!(hello(&mut stage, 0, r#"{"id":"a","epoch":1}"#), 1);
    assert_eq!(hello(&mut stage, 1000, r#"{"id":"a","epoch":1}"#), 0);
    assert_eq!(hello(&mut stage, 2000, r#"{"id":"a","epoch":1,"host":"h"}"#), 1);
    let names: Vec<Arc<str>> = (0..100).map(|n| format!("s{n}").into()).collect();
    let from = Origin { id: SourceId::new("a").unwrap(), epoch: Epoch(1), seq: None, dropped: 0 };
    for upto in 1..=names.len() {
        let (seen, now) = (stage.seen(3000), stage.now(3000));
        stage.presence.admit("c", &from, names[..upto].iter(), seen, now);
    }
    assert_eq!(stage.changes(), [""; 0]);
    stage.presence.tell_touched();
    let told = stage.presence.take_changes();
    assert!(matches!(&told[..], [Change::Source(view)] if view.series.len() == 100));
    stage.presence.tell_touched();
    assert_eq!(stage.changes(), [""; 0]);
}

#[test]
fn without_an_epoch_a_restart_is_no_repetition() {
    let mut stage = Stage::new();
    for seq in (0..300).chain(0..300) {
        assert_eq!(stage.data("a", 0, seq, seq), Novelty::New, "{seq}");
    }
}

#[test]
fn a_life_that_begins_in_the_future_hides_no_real_one() {
    let mut stage = Stage::new();
    stage.data("a", 1, 0, 0);
    assert_eq!(stage.data("a", u64::MAX, 0, 10), Novelty::New);
    assert_eq!(stage.changes(), ["a Up - 1"]);
}

#[test]
fn newcomers_take_the_place_of_those_that_are_down_for_longest() {
    let mut stage = Stage::new();
    stage.data("a", 1, 0, 0);
    stage.data("b", 1, 0, 10);
    stage.bye("a", 1, "", 20);
    stage.data("d", 1, 0, 30);
    let ids: Vec<_> =
        stage.presence.list(&ChannelPattern::new("c").unwrap()).into_iter().map(|source| source.id).collect();
    assert_eq!((ids, stage.presence.overflow()), (vec!["b".to_owned(), "d".to_owned()], 0));
}

#[test]
fn a_stream_that_begins_anew_may_repeat_what_was_seen() {
    let mut stage = Stage::new();
    stage.data("a", 1, 0, 0);
    stage.presence.forget_sequences();
    assert_eq!(stage.data("a", 1, 0, 10), Novelty::New);
    assert_eq!(stage.presence.counts(), (1, 0));
}

#[test]
fn a_channel_counts_the_sources_below_it() {
    let mut stage = Stage::new();
    stage.data("a", 1, 0, 0);
    stage.channel = "c.d".into();
    stage.data("b", 1, 0, 0);
    let counts = stage.presence.counts_by_channel();
    assert_eq!((counts["c"], counts["c.d"]), (2, 1));
    assert_eq!(stage.presence.count(&ChannelPattern::new("c").unwrap()), 2);
}

#[test]
fn a_source_that_begins_again_and_again_is_crash_looping_until_it_is_quiet() {
    let mut stage = Stage::new();
    for life in 1..=4 {
        stage.data("a", life, 0, life * 10_000);
        stage.bye("a", life, "killed by signal 9", life * 10_000 + 500);
    }
    let told = stage.changes();
    assert_eq!(told[3], "a Down bye: killed by signal 9 2");
    assert_eq!(told[told.len() - 2..], ["a CrashLooping - 4", "a CrashLooping bye: killed by signal 9 4"]);
    stage.data("a", 5, 0, 50_000);
    stage.changes();
    for second in 51..=349 {
        stage.data("a", 5, second, second * 1000);
        stage.expire(second * 1000);
    }
    assert_eq!(stage.changes(), [""; 0]);
    stage.data("a", 5, 350, 350_000);
    stage.expire(350_500);
    assert_eq!(stage.changes(), ["a Up - 5"]);
}

#[test]
fn one_restart_is_over_after_a_minute() {
    let mut stage = Stage::new();
    stage.data("a", 1, 0, 0);
    stage.data("a", 2, 0, 1000);
    stage.changes();
    for second in 2..=64 {
        stage.data("a", 2, second, second * 1000);
        stage.expire(second * 1000);
    }
    assert_eq!(stage.changes(), ["a Up - 2"]);
}

#[test]
fn a_lost_connection_is_told_at_once_and_explained_later() {
    let mut stage = Stage::new();
    stage.data("a", 1, 0, 0);
    let (at, id) = (stage.now(500).wall, SourceId::new("a").unwrap());
    stage.presence.disconnected("c", &id, Epoch(9), at, "of another life");
    stage.presence.disconnected("c", &id, Epoch(1), at, "Client Closed");
    assert_eq!(stage.changes(), ["a Up - 1", "a Down connection lost: Client Closed 1"]);
    // Published before, read after.
    stage.data("a", 1, 1, 400);
    assert_eq!(stage.changes(), [""; 0]);
    stage.bye("a", 1, "killed by signal 9", 900);
    assert_eq!(stage.changes(), ["a Down bye: killed by signal 9 1"]);
    let (view, lives) = stage.presence.lives("a", None).remove(0);
    assert_eq!((view.cause, lives.len(), lives[0].cause), (Some(Cause::Exit), 1, Cause::Exit));
}

#[test]
fn what_carried_sources_takes_those_down_that_have_no_connection_of_their_own() {
    let mut stage = Stage::new();
    stage.presence = Presence::new(10);
    for (id, host) in [("a", "web-7"), ("b", "web-7"), ("d", "web-8")] {
        let hello = format!(r#"{{"id":"{id}","epoch":1,"host":"{host}"}}"#);
        let (seen, now) = (stage.seen(0), stage.now(0));
        stage.presence.hello("c", &Hello::decode(hello.as_bytes()).unwrap(), seen, now);
    }
    stage.presence.connected("c", &SourceId::new("b").unwrap(), Epoch(1));
    stage.changes();
    let at = stage.now(1000).wall;
    stage.presence.node_down("web-7", at, "agent gone");
    assert_eq!(stage.changes(), ["a Down agent gone 1"]);
}

#[test]
fn many_of_one_machine_at_once_are_told_as_a_number() {
    let mut stage = Stage::new();
    stage.presence = Presence::new(5_000);
    for n in 0..1_000 {
        let hello = format!(r#"{{"id":"w{n}","epoch":1,"host":"web-7"}}"#);
        let (seen, now) = (stage.seen(0), stage.now(0));
        stage.presence.hello("c", &Hello::decode(hello.as_bytes()).unwrap(), seen, now);
    }
    stage.changes();
    stage.presence.node_down("web-7", Timestamp::from_micros(T0 + 1), "agent gone");
    let told = stage.changes();
    assert_eq!((told.len(), told.last().unwrap().as_str()), (257, "1000 of web-7 Some(NodeDown)"));
    assert_eq!(stage.presence.take_moved().iter().filter(|moved| moved.cause.is_some()).count(), 1_000);
    // Details on demand.
    let down = Filter { states: vec![SourceState::Down], hosts: vec!["web-7".into()], ..Filter::default() };
    let page = stage.presence.page(&down, 998, 10);
    assert_eq!((page.total, page.sources.len(), page.sources[1].id.as_str()), (1_000, 2, "w999"));
}

#[test]
fn who_is_cut_off_says_that_it_does_not_know() {
    let mut stage = Stage::new();
    stage.data("a", 1, 0, 0);
    stage.data("b", 1, 0, 0);
    stage.bye("b", 1, "", 10);
    stage.presence.deafen(stage.now(20).wall);
    let states = |stage: &Stage| {
        let list = stage.presence.list(&ChannelPattern::new("c").unwrap());
        list.iter().map(|view| view.state).collect::<Vec<_>>()
    };
    assert_eq!(states(&stage), [SourceState::Unknown, SourceState::Down]);
    let now = stage.now(60_000);
    stage.presence.grace(now);
    assert_eq!(states(&stage), [SourceState::Up, SourceState::Down]);
}

#[test]
fn bridges_say_the_same_of_what_they_heard_alike() {
    let mut stage = Stage::new();
    stage.data("a", 1, 0, 1000);
    stage.changes();
    let said = |at: u64, epoch: u64| Transition {
        id: SourceId::new("a").unwrap(),
        epoch: Epoch(epoch),
        at: (T0 / 1000) as u64 + at,
        cause: Some(Cause::Timeout),
        reason: Some("silent".into()),
        host: None,
    };
    // Of another life, or before we heard of it.
    stage.presence.adopt_down("c", &said(2000, 2), false);
    stage.presence.adopt_down("c", &said(900, 1), false);
    assert_eq!(stage.changes(), [""; 0]);
    stage.presence.adopt_down("c", &said(1000, 1), true);
    assert_eq!(stage.changes(), ["a Down silent 1"]);
    assert!(stage.presence.take_moved().last().unwrap().replayed);
    stage.presence.adopt_down("c", &said(1000, 1), true);
    assert_eq!(stage.changes(), [""; 0]);
}

#[test]
fn names_machines_and_channels_are_forgotten_with_their_last_source() {
    let mut stage = Stage::new();
    stage.presence = Presence::new(100);
    for round in 0..50u64 {
        let hello = format!(r#"{{"id":"a","epoch":1,"host":"h{round}","labels":{{"n":"{round}"}}}}"#);
        let (seen, now) = (stage.seen(round * 100), stage.now(round * 100));
        let channel = format!("c{round}");
        stage.presence.hello(&channel, &Hello::decode(hello.as_bytes()).unwrap(), seen, now);
        stage.presence.bye(
            &channel,
            &Bye { id: SourceId::new("a").unwrap(), epoch: Epoch(1), reason: "x".into() },
            seen,
        );
    }
    let now = stage.now(10_000);
    stage.presence.expire(now, Timestamp::from_micros(T0 + 60_000_000));
    assert_eq!(stage.presence.counts(), (0, 0));
    assert_eq!(stage.presence.counts_by_channel().len(), 0);
    assert!(stage.presence.abouts.on_host("h3").is_empty());
    stage.data("b", 1, 0, 11_000);
    assert_eq!(stage.presence.counts(), (1, 0));
}
