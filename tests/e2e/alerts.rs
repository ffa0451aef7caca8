//! Alerts: published by any client that may, told to every page of the channel, kept and forgotten.

use harness::{Bridge, NatsServer, Viewer, until};
use serde_json::{Value, json};

use crate::support::{CHANNEL, Publisher};

/// What was said to a subscription, in order: the rule, whether it fires, and the text.
fn told(viewer: &Viewer, sub: u64) -> Vec<(String, String, String)> {
    let frames = viewer.alerts.iter().filter(|frame| frame["sub"] == sub);
    let alerts = frames.flat_map(|frame| frame["alerts"].as_array().unwrap());
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    alerts.map(|alert| (text(&alert["rule"]), text(&alert["state"]), text(&alert["text"]))).collect()
}

fn rules(viewer: &Viewer, sub: u64) -> Vec<String> {
    told(viewer, sub).into_iter().map(|(rule, state, _)| format!("{rule} {state}")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_alert_reaches_those_who_watch_its_channel_now_and_later() {
    let server = NatsServer::start().await;
    let bridge = Bridge::start(&server, &[]).await;
    let (js, publisher) = (server.jetstream().await, Publisher::new(&server).await);
    let say = async |rule: &str, alert: Value| {
        js.publish(format!("eon-alerts.{rule}"), alert.to_string().into()).await.unwrap().await.unwrap();
    };
    say("memory", json!({"state": "firing", "channel": CHANNEL, "id": "a", "text": "rss above 2 GiB"})).await;
    say("elsewhere", json!({"state": "firing", "channel": "another"})).await;
    until("both are known", || (bridge.metric("eontide_alerts_firing") == 2).then_some(())).await;
    publisher.point("a", 1).await;
    until("it is read", || (!bridge.points(CHANNEL).is_empty()).then_some(())).await;
    // Those of before come with the snapshot, whatever its window; not where sources are not wanted.
    let mut viewer = Viewer::open(bridge.address(), true).await;
    for (sub, subscribe) in [
        (1, json!({"channel": CHANNEL, "window": "1s", "series": ["!"]})),
        (2, json!({"channel": CHANNEL, "sources": false})),
        (3, json!({"channel": CHANNEL, "view": "density"})),
    ] {
        viewer.send(&json!({"sub": sub, "subscribe": subscribe})).await;
    }
    viewer.until(|viewer| !told(viewer, 1).is_empty()).await;
    assert_eq!(told(&viewer, 1), [("memory".into(), "firing".into(), "rss above 2 GiB".into())]);
    // Then as they come: of the channel and of all channels, once.
    say("elsewhere", json!({"state": "resolved", "channel": "another"})).await;
    say("host", json!({"state": "firing", "text": ["no room on", "/var"], "at": 1_763_683_200_123_u64})).await;
    say("host", json!({"state": "firing", "text": ["no room on", "/var"], "at": 1_763_683_200_123_u64})).await;
    say("memory", json!({"state": "resolved", "channel": CHANNEL, "id": "a"})).await;
    viewer.until(|viewer| told(viewer, 1).len() > 2).await;
    assert_eq!(rules(&viewer, 1), ["memory firing", "host firing", "memory resolved"]);
    assert_eq!(told(&viewer, 1)[1].2, r#"["no room on","/var"]"#);
    assert_eq!((told(&viewer, 2), told(&viewer, 3)), (vec![], vec![]));
    let list = bridge.json(&format!("/api/v1/alerts?channel={CHANNEL}"));
    assert_eq!((&list["firing"], list["alerts"].as_array().unwrap().len()), (&json!(1), 3));
    let mut host = list["alerts"][1].clone();
    for added in ["offset", "said"] {
        assert!(host.as_object_mut().unwrap().remove(added).unwrap().is_u64());
    }
    assert_eq!(
        host,
        json!({"rule": "host", "state": "firing", "at": 1_763_683_200_123_u64, "channel": null, "id": null,
            "text": "[\"no room on\",\"/var\"]"})
    );
    assert_eq!(bridge.json("/api/v1/alerts")["alerts"].as_array().unwrap().len(), 5);
    assert_eq!(bridge.get("/api/v1/alerts?channel=a%20b"), Err(400));
    // Who comes back gets all that there is to know, nothing included, instead of what it knew.
    viewer.send(&json!({"sub": 4, "subscribe": {"channel": CHANNEL}})).await;
    viewer.until(|viewer| told(viewer, 4).len() == 3).await;
    let position = viewer.position.clone();
    for (channel, count) in [(CHANNEL, 3), ("nothing.here", 1)] {
        let mut back = Viewer::subscribe(bridge.address(), channel, false, Some(&position)).await;
        back.until(|viewer| !viewer.alerts.is_empty()).await;
        let snapshot = &back.alerts[0];
        assert_eq!((&snapshot["snapshot"], snapshot["alerts"].as_array().unwrap().len()), (&json!(true), count));
    }
    // A bridge that starts later knows the same.
    let other = Bridge::start(&server, &[]).await;
    until("it has read them", || (other.json("/api/v1/alerts") == bridge.json("/api/v1/alerts")).then_some(())).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_alert_is_refused_counted_and_shown() {
    let server = NatsServer::start().await;
    let bridge = Bridge::start(&server, &[]).await;
    let js = server.jetstream().await;
    for (rule, alert) in
        [("a", "fire!"), ("a", "{}"), ("b", r#"{"state":"firing","at":5}"#), ("a$b", r#"{"state":"firing"}"#)]
    {
        js.publish(format!("eon-alerts.{rule}"), alert.into()).await.unwrap().await.unwrap();
    }
    js.publish("eon-alerts.good", r#"{"state":"firing"}"#.into()).await.unwrap().await.unwrap();
    until("the good one is read", || (bridge.metric("eontide_alerts_firing") == 1).then_some(())).await;
    assert_eq!(bridge.metric(r#"eontide_rejected_messages_total{reason="bad_alert"}"#), 4);
    let rejects = bridge.json("/api/v1/rejects");
    assert_eq!(rejects["rejects"][0]["subject"], "eon-alerts.a$b");
    assert!(rejects["rejects"][1]["detail"].as_str().unwrap().contains("in ms since 1970"), "{rejects}");
}
