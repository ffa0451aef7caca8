use super::*;

fn message(seq: u64) -> Message {
    Message { seq, samples: 3, payload: format!("m{seq}").into() }
}

/// A delivery that is connected, with message 1 sent at the returned moment.
fn waiting(policy: Policy) -> (Delivery, Instant) {
    let now = Instant::now();
    let mut delivery = Delivery::new(policy);
    delivery.connected(now);
    send(&mut delivery, 1, now);
    (delivery, now)
}

fn send(delivery: &mut Delivery, seq: u64, now: Instant) -> bool {
    assert_eq!(delivery.step(now), Step::Take);
    delivery.start(message(seq), now);
    let Step::Send { ask } = delivery.step(now) else { panic!("due at once") };
    delivery.sent(now);
    ask
}

#[test]
fn nothing_happens_without_a_connection() {
    let now = Instant::now();
    let mut delivery = Delivery::new(Policy::Acknowledged);
    assert_eq!(delivery.step(now), Step::Wait(None));
    delivery.connected(now);
    assert_eq!(delivery.step(now), Step::Take);
    delivery.disconnected();
    assert_eq!(delivery.step(now), Step::Wait(None));
}

#[test]
fn the_next_message_waits_for_the_acknowledgement() {
    let (mut delivery, now) = waiting(Policy::Acknowledged);
    assert!(matches!(delivery.step(now), Step::Wait(Some(_))));
    assert_eq!(delivery.answer(1, Answer::Stored, now), Outcome::Acked);
    assert_eq!(delivery.step(now), Step::Take);
}

#[test]
fn silence_means_the_same_message_again_later_and_later() {
    let (mut delivery, mut now) = waiting(Policy::Acknowledged);
    delivery.answer(1, Answer::Stored, now);
    send(&mut delivery, 2, now);
    let mut waits = vec![];
    for _ in 0..6 {
        let since = now;
        loop {
            match delivery.step(now) {
                Step::Wait(Some(until)) => now = until,
                Step::AskForStream => {}
                step => break assert_eq!(step, Step::Send { ask: true }),
            }
        }
        waits.push(now - since);
        assert!(delivery.is_resend());
        assert_eq!(delivery.current(), Some(&message(2)));
        assert_eq!(delivery.sent(now), Outcome::None);
    }
    assert!(waits[0] >= ACK_TIMEOUT.mul_f64(0.8) && waits[0] <= ACK_TIMEOUT, "{waits:?}");
    assert!(waits[5] <= ACK_TIMEOUT_MAX && waits[5] > ACK_TIMEOUT, "{waits:?}");
    assert_eq!(delivery.answer(2, Answer::Stored, now), Outcome::Acked);
}

#[test]
fn a_late_answer_to_an_earlier_message_changes_nothing() {
    let (mut delivery, now) = waiting(Policy::Acknowledged);
    delivery.answer(1, Answer::Stored, now);
    send(&mut delivery, 2, now);
    assert_eq!(delivery.answer(1, Answer::Stored, now), Outcome::None);
    assert_eq!(delivery.current(), Some(&message(2)));
}

#[test]
fn after_a_reconnect_the_unacknowledged_message_comes_first() {
    let (mut delivery, now) = waiting(Policy::Acknowledged);
    delivery.disconnected();
    assert_eq!(delivery.step(now + ACK_TIMEOUT_MAX), Step::Wait(None));
    delivery.connected(now);
    assert_eq!(delivery.step(now), Step::Send { ask: true });
    assert!(delivery.is_resend());
    assert_eq!(delivery.current(), Some(&message(1)));
}

#[test]
fn what_nobody_heard_is_kept_and_tried_again() {
    let (mut delivery, mut now) = waiting(Policy::Acknowledged);
    assert!(matches!(delivery.answer(1, Answer::NoResponders, now), Outcome::Held(_)));
    for _ in 0..5 {
        let Step::Wait(Some(until)) = delivery.step(now) else { panic!("waits") };
        assert!(until - now <= NOBODY_RETRY_MAX);
        now = until;
        assert_eq!(delivery.step(now), Step::Send { ask: true });
        delivery.sent(now);
        assert_eq!(delivery.answer(1, Answer::NoResponders, now), Outcome::None, "said once");
    }
    assert_eq!(delivery.current(), Some(&message(1)));
}

#[test]
fn a_subscriber_without_a_stream_ends_the_asking() {
    let (mut delivery, now) = waiting(Policy::Acknowledged);
    assert_eq!(delivery.step(now), Step::Wait(Some(now + ASK_AFTER)));
    assert_eq!(delivery.step(now + ASK_AFTER), Step::AskForStream);
    assert_eq!(delivery.coverage(Coverage::NoStream, now), Outcome::Unacknowledged);
    assert!(!delivery.is_asking());
    assert!(!send(&mut delivery, 2, now), "published without a reply subject");
    assert!(!send(&mut delivery, 3, now), "and the next at once");
}

/// A delivery that found no stream, and the moment it asks again.
fn unacknowledged() -> (Delivery, Instant) {
    let (mut delivery, now) = waiting(Policy::Acknowledged);
    delivery.step(now + ASK_AFTER);
    assert_eq!(delivery.coverage(Coverage::NoStream, now), Outcome::Unacknowledged);
    (delivery, now + REPROBE)
}

#[test]
fn a_stream_that_appears_later_is_found() {
    let (mut delivery, later) = unacknowledged();
    assert!(send(&mut delivery, 2, later), "asks again");
    assert_eq!(delivery.step(later), Step::Wait(Some(later + PROBE_WAIT)));
    assert_eq!(delivery.answer(2, Answer::Stored, later), Outcome::Acknowledged);
    assert!(send(&mut delivery, 3, later));
}

#[test]
fn silence_after_asking_again_means_no_stream_and_a_late_answer_still_counts() {
    let (mut delivery, later) = unacknowledged();
    assert!(send(&mut delivery, 2, later));
    let given_up = later + PROBE_WAIT;
    assert!(!send(&mut delivery, 3, given_up), "asks once an interval");
    assert!(!send(&mut delivery, 4, given_up), "and the next at once");
    assert_eq!(delivery.answer(2, Answer::Stored, given_up), Outcome::Acknowledged);
    assert!(send(&mut delivery, 5, given_up));
}

/// The message that asked again was let go when it was sent: where the answer was that nobody listens any more, or that
/// the stream is full, its samples were gone and counted nowhere.
#[test]
fn what_asked_again_and_reached_nobody_is_kept() {
    for answer in [Answer::NoResponders, Answer::RefusedForNow("maximum bytes exceeded".into())] {
        let (mut delivery, later) = unacknowledged();
        send(&mut delivery, 2, later);
        assert!(matches!(delivery.answer(2, answer, later), Outcome::Held(_)));
        assert!(delivery.is_asking());
        assert_eq!(delivery.current(), Some(&message(2)));
        let Step::Wait(Some(until)) = delivery.step(later) else { panic!("waits") };
        assert_eq!(delivery.step(until), Step::Send { ask: true });
    }
    let (mut delivery, later) = unacknowledged();
    send(&mut delivery, 2, later);
    let outcome = delivery.answer(2, Answer::RefusedForGood("no".into()), later);
    assert_eq!(outcome, Outcome::Dropped { samples: 3, reason: "no".into(), too_large: false });
}

#[test]
fn a_stream_that_is_deleted_is_noticed_after_one_timeout() {
    let (mut delivery, now) = waiting(Policy::Acknowledged);
    delivery.answer(1, Answer::Stored, now);
    send(&mut delivery, 2, now);
    let Step::Wait(Some(again)) = delivery.step(now + ASK_AFTER) else { panic!("trusts the stream at first") };
    assert_eq!(delivery.step(again), Step::Send { ask: true });
    delivery.sent(again);
    assert_eq!(delivery.step(again + ASK_AFTER), Step::AskForStream);
    assert_eq!(delivery.coverage(Coverage::NoStream, again), Outcome::Unacknowledged);
    delivery.disconnected();
    delivery.connected(again);
    assert!(delivery.is_asking(), "a new connection asks anew");
}

#[test]
fn silence_of_a_living_server_that_never_acknowledged_ends_the_asking() {
    let (mut delivery, mut now) = waiting(Policy::Acknowledged);
    let mut outcome = Outcome::None;
    for _ in 0..10 {
        match delivery.step(now) {
            Step::Wait(Some(until)) => now = until,
            Step::AskForStream => delivery.server_alive(),
            Step::Send { .. } => outcome = delivery.sent(now),
            other => panic!("{other:?}"),
        }
        if outcome != Outcome::None {
            break;
        }
    }
    assert_eq!(outcome, Outcome::Unacknowledged);
}

/// Seen with a stream whose files were deleted: the server logs each message, answers everything else, and never acknowledges.
#[test]
fn silence_of_a_stream_that_exists_does_not() {
    let (mut delivery, mut now) = waiting(Policy::Acknowledged);
    for _ in 0..20 {
        match delivery.step(now) {
            Step::Wait(Some(until)) => now = until,
            Step::AskForStream => {
                delivery.server_alive();
                assert_eq!(delivery.coverage(Coverage::Stream, now), Outcome::None);
            }
            Step::Send { .. } => assert_eq!(delivery.sent(now), Outcome::None),
            other => panic!("{other:?}"),
        }
    }
    assert!(delivery.is_asking());
}

#[test]
fn silence_of_a_stopped_server_does_not() {
    let (mut delivery, mut now) = waiting(Policy::Acknowledged);
    for _ in 0..20 {
        match delivery.step(now) {
            Step::Wait(Some(until)) => now = until,
            Step::Send { .. } => assert_eq!(delivery.sent(now), Outcome::None),
            Step::AskForStream => {}
            other => panic!("{other:?}"),
        }
    }
    assert!(delivery.is_asking());
    assert_eq!(delivery.current(), Some(&message(1)));
}

#[test]
fn a_full_stream_is_waited_for_and_a_refused_message_is_dropped() {
    let (mut delivery, now) = waiting(Policy::Acknowledged);
    let full = Answer::RefusedForNow("maximum bytes exceeded".into());
    assert_eq!(delivery.answer(1, full, now), Outcome::Held("maximum bytes exceeded".into()));
    assert!(matches!(delivery.step(now), Step::Wait(Some(_))));
    let reason = "message size exceeds maximum allowed".to_owned();
    let outcome = delivery.answer(1, Answer::TooLarge(reason.clone()), now);
    assert_eq!(outcome, Outcome::Dropped { samples: 3, reason, too_large: true });
    assert_eq!(delivery.step(now), Step::Take);
}

#[test]
fn fire_and_forget_never_asks() {
    let (mut delivery, now) = waiting(Policy::FireAndForget);
    for seq in 2..5 {
        assert!(!send(&mut delivery, seq, now + REPROBE * seq as u32));
    }
}

#[test]
fn a_connection_that_takes_nothing_is_tried_again_soon() {
    let now = Instant::now();
    let mut delivery = Delivery::new(Policy::FireAndForget);
    delivery.connected(now);
    delivery.start(message(1), now);
    assert_eq!(delivery.step(now), Step::Send { ask: false });
    delivery.not_sent(now);
    assert!(!delivery.is_resend());
    assert_eq!(delivery.step(now), Step::Wait(Some(now + NOBODY_RETRY)));
    assert_eq!(delivery.step(now + NOBODY_RETRY), Step::Send { ask: false });
}
