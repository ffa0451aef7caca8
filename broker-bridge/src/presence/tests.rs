use std::time::Instant;

use eontide_wire::Epoch;

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
        let show = |view: SourceView| {
            format!("{} {:?} {} {}", view.id, view.state, view.reason.unwrap_or("-".into()), view.lives)
        };
        self.presence.take_changes().into_iter().map(show).collect()
    }
}

#[test]
fn a_killed_publisher_at_1_hz_is_down_3_s_after_its_last_message() {
    let mut stage = Stage::new();
    for seq in 0..5 {
        stage.data("a", 1, seq, seq * 1000);
        stage.expire(seq * 1000 + 999);
    }
    assert_eq!(stage.changes(), ["a Up - 1"]);
    stage.expire(4000 + 2999);
    assert_eq!(stage.changes(), [""; 0]);
    stage.expire(4000 + 3000);
    assert_eq!(stage.changes(), ["a Down silent 1"]);
    stage.data("a", 1, 5, 11_000);
    assert_eq!(stage.changes(), ["a Up - 1"]);
    stage.expire(13_900);
    assert_eq!(stage.changes(), [""; 0]);
    stage.expire(14_000);
    assert_eq!(stage.changes(), ["a Down silent 1"]);
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
    assert_eq!(stage.changes(), ["a Up - 2"]);
}

#[test]
fn a_new_life_ends_the_old_one_and_an_old_message_does_not_bring_it_back() {
    let mut stage = Stage::new();
    stage.data("a", 1, 7, 0);
    assert_eq!(stage.data("a", 2, 0, 500), Novelty::New);
    assert_eq!(stage.data("a", 1, 8, 510), Novelty::New);
    assert_eq!(stage.changes(), ["a Up - 1", "a Down restarted 1", "a Up - 2"]);
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
    stage.presence.hello(&channel, Hello::decode(br#"{"id":"a","epoch":1,"interval_ms":1000}"#).unwrap(), old, now);
    stage.presence.admit(&channel, &from, std::iter::empty(), old, now);
    stage.presence.take_changes();
    stage.expire(1);
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
    stage.expire(38_000);
    assert_eq!(stage.changes(), ["a Down silent 1"]);
}

#[test]
fn a_hello_that_repeats_is_no_change_and_new_series_are_told_together() {
    let mut stage = Stage::new();
    let hello = |stage: &mut Stage, ms: u64, text: &str| {
        let (seen, now) = (stage.seen(ms), stage.now(ms));
        stage.presence.hello("c", Hello::decode(text.as_bytes()).unwrap(), seen, now);
        stage.changes().len()
    };
    assert_eq!(hello(&mut stage, 0, r#"{"id":"a","epoch":1}"#), 2);
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
    assert_eq!((told.len(), told[0].series.len()), (1, 100));
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
