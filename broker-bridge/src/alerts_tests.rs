use AlertState::{Firing, Resolved};

use super::*;

fn view(rule: &str, state: AlertState, at: u64, channel: Option<&str>) -> AlertView {
    let (rule, channel) = (rule.to_owned(), channel.map(str::to_owned));
    AlertView { offset: at, rule, state, at, said: at, channel, id: None, text: String::new() }
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_micros(seconds * 1_000_000)
}

fn pattern(channel: &str) -> ChannelPattern {
    ChannelPattern::new(channel).unwrap()
}

/// Times at which those began or ended that are told of a channel.
fn told(alerts: &Alerts, channel: &str, max: usize) -> Vec<u64> {
    alerts.newest(&pattern(channel), max).iter().map(|one| one.at).collect()
}

#[test]
fn an_alert_fires_until_the_same_is_resolved() {
    let mut alerts = Alerts::default();
    for (n, (rule, state, channel, firing)) in [
        ("a", Firing, Some("c"), 1),
        ("a", Firing, Some("d"), 2),
        ("b", Firing, None, 3),
        ("b", Resolved, Some("c"), 3),
        ("b", Resolved, None, 2),
        ("a", Resolved, Some("c"), 1),
        ("a", Resolved, Some("d"), 0),
        ("a", Firing, Some("c"), 1),
    ]
    .into_iter()
    .enumerate()
    {
        assert!(alerts.push(view(rule, state, n as u64, channel), at(n as i64), true).is_some());
        assert_eq!(alerts.firing(&ChannelPattern::everything()), firing, "{rule} {state:?} {channel:?}");
    }
    assert_eq!((alerts.firing(&pattern("c")), alerts.firing(&pattern("d"))), (1, 0));
}

#[test]
fn those_of_a_channel_and_of_all_are_told_the_newest_last() {
    let mut alerts = Alerts::default();
    for (n, channel) in [Some("shop"), Some("shop.eu"), None, Some("bank")].into_iter().enumerate() {
        alerts.push(view("a", Resolved, n as u64, channel), at(0), true);
    }
    assert_eq!(told(&alerts, "shop", 9), [0, 1, 2]);
    assert_eq!(told(&alerts, "shop", 2), [1, 2]);
    assert_eq!(told(&alerts, "shop.*", 9), [1, 2]);
    assert_eq!(told(&alerts, "bank", 9), [2, 3]);
}

/// As those do that send what fires once a minute; then the stream is read once more.
#[test]
fn what_is_so_already_or_is_older_is_no_news() {
    let mut alerts = Alerts::default();
    let said = [
        (Firing, 60_i64, None, "high", true),
        (Firing, 120, None, "high", false),
        (Firing, 180, None, "higher", true),
        (Resolved, 240, None, "", true),
        (Resolved, 300, None, "", false),
        // One that says itself since when; ended, and so again.
        (Firing, 360, Some(5), "high", true),
        (Firing, 420, Some(5), "high", false),
        (Firing, 480, Some(6), "high", true),
        (Resolved, 540, None, "", true),
        (Firing, 600, Some(6), "high", true),
    ];
    for round in 0..2 {
        for (state, seconds, since, text, news) in said {
            let since_ms = since.unwrap_or(seconds.unsigned_abs()) * 1000;
            let view = AlertView { text: text.into(), ..view("a", state, since_ms, None) };
            let is_news = alerts.push(view, at(seconds), since.is_some()).is_some();
            assert_eq!(is_news, news && round == 0, "{round}: {state:?} at {seconds}");
        }
        assert_eq!(told(&alerts, "c", 99), [60_000, 180_000, 240_000, 5_000, 6_000, 540_000, 6_000]);
        assert_eq!(alerts.firing(&pattern("c")), 1);
    }
}

#[test]
fn what_nobody_repeats_is_over_and_then_forgotten() {
    let mut alerts = Alerts::default();
    alerts.push(view("a", Firing, 1, None), at(10), true);
    alerts.push(view("b", Firing, 2, None), at(20), true);
    alerts.push(view("c", Resolved, 3, None), at(20), true);
    alerts.push(view("a", Firing, 1, None), at(30), true);
    let over = alerts.expire(at(25), at(100));
    assert_eq!(over.iter().map(|one| (&*one.rule, one.state, one.at)).collect::<Vec<_>>(), [("b", Resolved, 100_000)]);
    assert_eq!((told(&alerts, "x", 9), alerts.firing(&pattern("x"))), (vec![1, 100_000], 1));
    assert!(alerts.expire(at(25), at(101)).is_empty());
    assert_eq!(alerts.expire(at(120), at(200)).len(), 1);
    assert_eq!((told(&alerts, "x", 9), alerts.firing(&pattern("x"))), (vec![200_000], 0));
    alerts.expire(at(300), at(300));
    assert!(told(&alerts, "x", 9).is_empty());
}

#[test]
fn one_that_flaps_hides_none_that_fires() {
    let mut alerts = Alerts::default();
    alerts.push(view("steady", Firing, 1, None), at(0), true);
    for n in 1..=2 * ALERTS_KEPT as u64 {
        let state = if n % 2 == 0 { Resolved } else { Firing };
        assert!(alerts.push(view("flaps", state, 10 + n, None), at(n as i64), true).is_some());
    }
    assert!(alerts.push(view("steady", Firing, 1, None), at(9_999), true).is_none(), "still known");
    assert_eq!(told(&alerts, "c", 2), [1, 2_009, 2_010]);
    assert_eq!(told(&alerts, "c", usize::MAX).len(), 1 + ALERTS_KEPT);
    assert_eq!((alerts.firing(&pattern("c")), alerts.dropped()), (1, 0));
}

#[test]
fn of_too_many_those_go_that_are_over_or_were_not_said_for_longest() {
    let mut alerts = Alerts::default();
    for n in 0..ALERTS_KEPT as u64 {
        let state = if n == 7 { Resolved } else { Firing };
        alerts.push(view(&format!("rule-{n}"), state, n, None), at(n as i64), true);
    }
    alerts.push(view("one-more", Firing, 5_000, None), at(5_000), true);
    assert_eq!((alerts.firing(&pattern("c")), alerts.dropped()), (ALERTS_KEPT, 0));
    alerts.push(view("rule-0", Firing, 0, None), at(5_001), true);
    alerts.push(view("another", Firing, 5_002, None), at(5_002), true);
    assert_eq!((alerts.firing(&pattern("c")), alerts.dropped()), (ALERTS_KEPT, 1));
    alerts.push(view("unknown", Resolved, 5_003, None), at(5_003), true);
    assert_eq!((alerts.firing(&pattern("c")), alerts.dropped()), (ALERTS_KEPT, 1), "an end takes nobody's place");
    let rules: Vec<String> = alerts.newest(&pattern("c"), 0).into_iter().map(|one| one.rule).collect();
    assert!(rules.contains(&"rule-0".to_owned()) && !rules.contains(&"rule-1".to_owned()));
}
