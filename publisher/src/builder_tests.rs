use super::*;

#[cfg(feature = "nkeys")]
#[test]
fn every_mistake_is_named_at_once() {
    let error = Publisher::builder("a b")
        .id("x.y")
        .interval(Duration::ZERO)
        .queue(0)
        .label("", "v")
        .credentials_file("/nonexistent/a.creds")
        .root_certificate("/nonexistent/ca.pem")
        .connect("http://nowhere")
        .unwrap_err();
    let kinds: Vec<_> = error.mistakes().iter().map(|mistake| mistake.kind).collect();
    use ErrorKind::{Channel, Credentials, Interval, Label, Queue, SourceId, Tls, Url};
    assert_eq!(kinds, [Channel, SourceId, Url, Credentials, Interval, Queue, Label, Tls]);
    assert_eq!(error.kind(), Channel);
    for word in ["\"a b\"", "\"x.y\"", "http://nowhere", "0ns", "queue of 0", "a.creds", "ca.pem"] {
        assert!(error.to_string().contains(word), "{word} in {error}");
    }
}

#[test]
fn bounds_hold_at_both_ends() {
    for (interval, fits) in
        [(INTERVAL_MIN, true), (INTERVAL_MAX, true), (INTERVAL_MIN / 2, false), (INTERVAL_MAX * 2, false)]
    {
        assert_eq!(Publisher::builder("c").interval(interval).check("nats://a").is_ok(), fits, "{interval:?}");
    }
    for (queue, fits) in [(1, true), (QUEUE_MAX, true), (0, false), (QUEUE_MAX + 1, false)] {
        assert_eq!(Publisher::builder("c").queue(queue).check("nats://a").is_ok(), fits, "{queue}");
    }
    let labels = |count: usize| (0..count).fold(Publisher::builder("c"), |b, n| b.label(&n.to_string(), "v"));
    assert!(labels(HELLO_LABELS_MAX).check("nats://a").is_ok());
    assert!(labels(HELLO_LABELS_MAX + 1).check("nats://a").is_err());
}

#[test]
fn without_an_id_program_host_and_pid_make_one() {
    let config = Publisher::builder("c").check("nats://a").unwrap();
    assert!(config.introduction.id.as_str().ends_with(&format!("-{}", std::process::id())));
    let pid = std::process::id();
    assert_eq!(default_id(Some("my.app v2"), Some("web-1.example")), format!("my-app-v2-web-1-example-{pid}"));
    assert_eq!(default_id(None, None), format!("process-{pid}"));
    let long = default_id(Some(&"ü".repeat(300)), Some(&"h".repeat(300)));
    assert!(SourceId::new(&long).is_ok(), "{long}");
}

#[test]
fn epochs_of_one_process_rise() {
    let epochs: Vec<_> = (0..100).map(|_| next_epoch()).collect();
    assert!(epochs.windows(2).all(|pair| pair[0] < pair[1]));
}

#[test]
fn secrets_are_not_shown() {
    let builder = Publisher::builder("c").token("hunter2");
    assert!(!format!("{builder:?}").contains("hunter2"));
    let error = builder.connect("http://u:hunter2@h").unwrap_err();
    assert!(!error.to_string().contains("hunter2"), "{error}");
}

#[test]
fn a_source_may_have_its_own_subject() {
    let config = |on| Publisher::builder("c").id("w").subject_per_source(on).check("nats://a").unwrap();
    assert_eq!(config(false).subject, "eon.c");
    assert_eq!(config(true).subject, "eon.c.w");
    assert_eq!(config(true).channel.as_str(), "c.w");
    let long = Publisher::builder(&"c".repeat(250)).id(&"w".repeat(100)).subject_per_source(true).connect("nats://a");
    assert_eq!(long.unwrap_err().kind(), ErrorKind::Channel);
}
