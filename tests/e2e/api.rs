//! The HTTP API: shapes, errors, headers.

use harness::{Bridge, NatsServer, until};
use serde_json::json;

use crate::support::{CHANNEL, Publisher};

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_thing_is_404_and_a_bad_parameter_400_that_names_it() {
    let server = NatsServer::start().await;
    let bridge = Bridge::start(&server, &[]).await;
    Publisher::new(&server).await.point("a", 1).await;
    until("it is read", || (!bridge.points(CHANNEL).is_empty()).then_some(())).await;
    let below = |rest: &str| format!("/api/v1/channels/{CHANNEL}/{rest}");
    for (path, status) in [
        ("/nothing".into(), 404),
        ("/api/v1/nothing".into(), 404),
        ("/api/v1/channels/unknown/series".into(), 404),
        ("/api/v1/channels/un%20known/series".into(), 400),
        (below("nothing"), 404),
        (below("query?from=soon"), 400),
        (below("query?width=0"), 400),
        (below("query?width=32769"), 400),
        (below("query?from=1s&to=1m"), 400),
        (below("query?form=1m"), 400),
        (below("query?from=1m&width=32768&series=rss-*"), 200),
        (below("series"), 200),
        (below("sources"), 200),
        ("/api/v1/channels".into(), 200),
        ("/healthz".into(), 200),
        ("/live".into(), 426),
    ] {
        assert_eq!(bridge.get(&path).map_or_else(|status| status, |_| 200), status, "{path}");
    }
    let answer = ureq::get(format!("http://{}{}", bridge.address(), below("query?form=1m")))
        .config()
        .http_status_as_error(false)
        .build()
        .call();
    let body: serde_json::Value = answer.unwrap().body_mut().read_json().unwrap();
    assert_eq!(body["error"]["kind"], "bad_parameter");
    assert!(body["error"]["message"].as_str().unwrap().starts_with("form:"), "{body}");
    let posted = ureq::post(format!("http://{}/", bridge.address())).send_empty();
    assert!(matches!(posted, Err(ureq::Error::StatusCode(405))), "{posted:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn channels_series_and_sources_say_what_is_there() {
    let server = NatsServer::start().await;
    let bridge = Bridge::start(&server, &[]).await;
    let publisher = Publisher::new(&server).await;
    let js = server.jetstream().await;
    let hello = json!({"id": "a", "epoch": 1, "host": "h", "pid": 7, "program": "p", "version": "1.0", "interval_ms": 1000,
        "labels": {"zone": "z"}, "series": [{"name": "rss-a", "unit": "MiB", "metric": "rss"}]});
    js.publish(format!("eon-presence.{CHANNEL}.hello"), hello.to_string().into()).await.unwrap().await.unwrap();
    for n in 0..3 {
        publisher.point("a", n).await;
    }
    // Below the channel, and one that is no source.
    js.publish(format!("eon.{CHANNEL}.w"), r#"{"eon":{"q":1}}"#.into()).await.unwrap().await.unwrap();
    until("all is read", || (bridge.points(CHANNEL).len() == 10).then_some(())).await;
    let source =
        until("the hello is read", || bridge.source(CHANNEL, "a").filter(|source| source["host"] == "h")).await;
    assert_eq!((&source["state"], &source["epoch"], &source["lives"]), (&json!("up"), &json!(1), &json!(1)));
    assert_eq!((&source["program"], &source["labels"]["zone"]), (&json!("p"), &json!("z")));
    let series = bridge.json(&format!("/api/v1/channels/{CHANNEL}/series"));
    let series = series["series"].as_array().unwrap();
    let names: Vec<&str> = series.iter().map(|series| series["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["heap-a", "heap-total-a", "q", "rss-a"]);
    assert_eq!(
        (&series[3]["unit"], &series[3]["metric"], &series[3]["source"]),
        (&json!("MiB"), &json!("rss"), &json!("a"))
    );
    assert_eq!((&series[3]["points"], &series[2]["channel"]), (&json!(3), &json!(format!("{CHANNEL}.w"))));
    let channels = bridge.json("/api/v1/channels");
    assert_eq!((&channels["channels"][0]["channel"], &channels["channels"][0]["series"]), (&json!(CHANNEL), &json!(3)));
    assert_eq!(bridge.points(&format!("{CHANNEL}.*")).0.keys().collect::<Vec<_>>(), ["q"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_is_served_with_a_strict_policy_and_an_etag_and_asks_no_other_host() {
    let server = NatsServer::start().await;
    let bridge = Bridge::start(&server, &["--allow-origin", "https://allowed.example"]).await;
    let page = ureq::get(format!("http://{}/", bridge.address())).call().unwrap();
    let header = |name: &str| page.headers().get(name).unwrap().to_str().unwrap().to_owned();
    assert!(header("content-security-policy").starts_with("default-src 'none'; script-src 'self'"));
    assert_eq!(header("x-content-type-options"), "nosniff");
    let again =
        ureq::get(format!("http://{}/", bridge.address())).header("if-none-match", header("etag")).call().unwrap();
    assert_eq!(again.status(), 304);
    for path in ["/charts/index.test.js", "/charts/../Cargo.toml", "/..%2fCargo.toml", "/package.json"] {
        assert_eq!(bridge.get(path), Err(404), "{path}");
    }
    let api = |origin: &str| {
        let request = ureq::get(format!("http://{}/api/v1/channels", bridge.address())).header("origin", origin);
        request.call().map(|answer| answer.headers().get("access-control-allow-origin").cloned())
    };
    assert_eq!(api("https://allowed.example").unwrap().unwrap(), "https://allowed.example");
    assert!(api("https://evil.example").is_err());
}
