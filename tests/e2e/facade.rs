//! The PubNub facade, asked by hand: what is refused and how, forms, tokens, limits.

use harness::{Bridge, NatsServer, until};
use serde_json::{Value, json};

/// Status, a header, and body of an answer, whatever the status.
fn ask(bridge: &Bridge, method: &str, path: &str, body: &str) -> (u16, ureq::http::HeaderMap, String) {
    let request = ureq::http::Request::builder().method(method).uri(format!("http://{}{path}", bridge.address()));
    let agent: ureq::Agent =
        ureq::Agent::config_builder().http_status_as_error(false).allow_non_standard_methods(true).build().into();
    let mut answer = agent.run(request.body(body.to_owned()).unwrap()).unwrap();
    let text = answer.body_mut().read_to_string().unwrap();
    (answer.status().as_u16(), answer.headers().clone(), text)
}

fn get(bridge: &Bridge, path: &str) -> (u16, Value) {
    let (status, _, body) = ask(bridge, "GET", path, "");
    (status, serde_json::from_str(&body).unwrap_or_else(|error| panic!("{path}: {error}: {body}")))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_facade_that_is_off_says_how_it_is_turned_on_and_publishes_nothing() {
    let server = NatsServer::start().await;
    let bridge = Bridge::start(&server, &[]).await;
    for path in [
        "/time/0",
        "/publish/p/s/0/c/0/1",
        "/subscribe/s/c/0/0",
        "/v2/subscribe/s/c/0",
        "/v2/history/sub-key/s/channel/c",
        "/v3/history/sub-key/s/channel/c",
        "/v1/channel-registration/sub-key/s/channel-group/g?add=c",
        "/v2/presence/sub-key/s/channel/c",
    ] {
        let (status, answer) = get(&bridge, path);
        assert_eq!((status, &answer["error"]["kind"]), (404, &json!("facade_off")), "{path}");
        assert!(answer["error"]["message"].as_str().unwrap().contains("--pubnub-facade"), "{answer}");
    }
    let stream = server.jetstream().await.get_stream("EON").await.unwrap();
    assert_eq!(stream.cached_info().state.last_sequence, 0);
    assert!(server.jetstream().await.get_stream("EON-GROUPS").await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_done_is_refused_in_the_form_of_its_call() {
    let server = NatsServer::start().await;
    let bridge = Bridge::start(&server, &["--pubnub-facade"]).await;
    assert!(bridge.process().lines().iter().any(|line| line.contains("WARN") && line.contains("any page")));
    let large = format!("\"{}\"", "x".repeat(256 * 1024));
    let long = "x".repeat(300);
    for (method, path, body, status, says) in [
        ("GET", "/publish/p/s/0/c/0/%7B", "", 400, "Invalid JSON"),
        ("GET", "/publish/p/s/0/c/0/hello", "", 400, "Invalid JSON"),
        ("POST", "/publish/p/s/0/c/0", "", 400, "Invalid JSON"),
        ("POST", "/publish/p/s/0/c/0", large.as_str(), 413, "Message Too Large"),
        ("GET", "/publish/p/s/0/a%2Cb/0/1", "", 400, "one channel"),
        ("GET", &format!("/publish/p/s/0/{long}/0/1"), "", 400, "too long"),
        ("GET", &format!("/v2/subscribe/s/{long}/0"), "", 400, "not usable"),
        ("GET", "/v2/subscribe/s/c/0?tt=soon", "", 400, "time token soon"),
        ("GET", "/v2/subscribe/s/c/0?filter-expr=a%3D%3D1", "", 400, "filter"),
        ("GET", "/v2/history/sub-key/s/channel/c?start=x", "", 400, "start"),
        ("GET", "/v2/history/sub-key/s/channel/c?count=x", "", 400, "count"),
        ("DELETE", "/v3/history/sub-key/s/channel/c", "", 405, "nothing is deleted"),
        ("GET", "/v1/push/sub-key/s/devices/d", "", 404, "not offered"),
        ("GET", "/v2/presence/sub-key/s/channel/c/uuid/u/data?state=%7B%7D", "", 501, "no state"),
        ("GET", "/time/0?callback=alert(1)", "", 400, "callback alert(1)"),
    ] {
        let (found, headers, answer) = ask(&bridge, method, path, body);
        assert_eq!(found, status, "{path}: {answer}");
        assert!(answer.contains(says), "{path}: {answer}");
        assert_eq!(headers["access-control-allow-origin"], "*", "{path}");
        let answer: Value = serde_json::from_str(&answer).unwrap();
        let in_form = if path.starts_with("/publish") { answer[0] == 0 } else { answer["error"] == true };
        assert!(in_form, "{path}: {answer}");
    }
    let last = server.jetstream().await.get_stream("EON").await.unwrap().cached_info().state.last_sequence;
    assert_eq!((last, bridge.metric("eontide_facade_failures_total")), (0, 14));
}

#[tokio::test(flavor = "multi_thread")]
async fn any_page_is_answered_with_cors_or_a_function_call() {
    let server = NatsServer::start().await;
    let bridge = Bridge::start(&server, &["--pubnub-facade"]).await;
    let (status, headers, _) = ask(&bridge, "OPTIONS", "/publish/p/s/0/c/0", "");
    assert_eq!((status, &headers["access-control-allow-methods"]), (204, &"GET, POST, OPTIONS".parse().unwrap()));
    let sent = |path: &str, body: &str| ask(&bridge, if body.is_empty() { "GET" } else { "POST" }, path, body);
    for (path, body) in [("/publish/p/s/0/c/0/%22by%20path%22", ""), ("/publish/p/s/0/c/0", "\"by body\"")] {
        let (status, headers, answer) = sent(path, body);
        assert!(status == 200 && answer.starts_with(r#"[1,"Sent","1"#), "{answer}");
        assert_eq!(headers["access-control-allow-origin"], "*");
    }
    let (_, headers, answer) = sent("/publish/p/s/0/c/jsonp_1/%22by%20script%22", "");
    assert!(answer.starts_with(r#"/**/jsonp_1([1,"Sent","1"#) && answer.ends_with("])"), "{answer}");
    assert!(headers["content-type"].to_str().unwrap().starts_with("text/javascript"));
    // A script with another status would not be run.
    let (status, _, answer) = sent("/publish/p/s/0/c/0/nonsense?callback=page.fn", "");
    assert!(status == 200 && answer.starts_with("/**/page.fn([0,\"Invalid JSON"), "{answer}");
    let history = get(&bridge, "/v2/history/sub-key/s/channel/c").1;
    assert_eq!(history[0], json!(["by path", "by body", "by script"]));
    assert_eq!(bridge.metric("eontide_facade_published_total"), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_leads_back_to_its_place_whoever_echoes_it_how_and_wherever_it_is_looked_for() {
    let server = NatsServer::start().await;
    // So little log that most is read from the stream.
    let bridge = Bridge::start(&server, &["--pubnub-facade", "--log-bytes", "1048576"]).await;
    let js = server.jetstream().await;
    let pad = "x".repeat(20_000);
    for n in 1..=250u64 {
        let channel = if n % 5 == 0 { "eon.other" } else { "eon.c" };
        js.publish(channel, json!([n, pad]).to_string().into()).await.unwrap().await.unwrap();
    }
    until("all is read", || (bridge.metric("eontide_stream_offset") == 250).then_some(())).await;
    let expected: Vec<u64> = (1..=250).filter(|n| n % 5 != 0).collect();
    let numbers =
        |list: &Value| -> Vec<u64> { list.as_array().unwrap().iter().map(|m| m[0].as_u64().unwrap()).collect() };
    let begin = "10000000000000000";
    // v1, v2 with the right region, with none, and with another answer's.
    for (version, region) in [(1, None), (2, Some(0)), (2, None), (2, Some(13))] {
        let (mut found, mut token, mut last_region) = (Vec::new(), begin.to_owned(), 0);
        while found.len() < expected.len() {
            let (messages, next) = if version == 1 {
                let answer = get(&bridge, &format!("/subscribe/s/c/0/{token}")).1;
                (numbers(&answer[0]), answer[1].as_str().unwrap().to_owned())
            } else {
                let region = region.map(|more| format!("&tr={}", last_region + more)).unwrap_or_default();
                let answer = get(&bridge, &format!("/v2/subscribe/s/c/0?tt={token}{region}")).1;
                last_region = answer["t"]["r"].as_u64().unwrap();
                let payloads = answer["m"].as_array().unwrap().iter().map(|m| m["d"].clone()).collect();
                (numbers(&payloads), answer["t"]["t"].as_str().unwrap().to_owned())
            };
            assert!(!messages.is_empty() && messages.len() <= 100);
            found.extend(messages);
            token = next;
        }
        assert_eq!(found, expected, "{version} {region:?}");
    }
    // By the time of a message; and the last hundred, as v3 asks for its backfill.
    let history = get(&bridge, "/v2/history/sub-key/s/channel/c?count=30&include_token=true&stringtoken=true").1;
    let token = history[0][0]["timetoken"].as_str().unwrap();
    let answer = get(&bridge, &format!("/subscribe/s/c/0/{token}")).1;
    assert_eq!(numbers(&answer[0]), expected[171..]);
    assert_eq!(numbers(&get(&bridge, "/subscribe/s/c/0/10000").1[0]), expected[100..]);
    // Of a stream that began anew everything is new.
    let token = get(&bridge, "/subscribe/s/c/0/0").1[1].as_str().unwrap().to_owned();
    js.delete_stream("EON").await.unwrap();
    until("it is made again", || (bridge.metric("eontide_stream_epochs_total") > 1).then_some(())).await;
    for n in 1..=250u64 {
        js.publish("eon.c", json!([n]).to_string().into()).await.unwrap().await.unwrap();
    }
    let answer = get(&bridge, &format!("/subscribe/s/c/0/{token}")).1;
    assert_eq!(numbers(&answer[0])[0], 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn polls_take_seats_of_viewers_and_end_when_the_bridge_stops() {
    let server = NatsServer::start().await;
    let bridge = Bridge::start(&server, &["--pubnub-facade", "--viewers-max", "2"]).await;
    let token = get(&bridge, "/v2/subscribe/s/c/0").1["t"]["t"].as_str().unwrap().to_owned();
    let polls: Vec<_> = (0..2)
        .map(|_| {
            let url = format!("http://{}/v2/subscribe/s/c/0?tt={token}", bridge.address());
            std::thread::spawn(move || ureq::get(url).call().unwrap().body_mut().read_json::<Value>().unwrap())
        })
        .collect();
    until("both wait", || (bridge.metric("eontide_facade_polls_open") == 2).then_some(())).await;
    let (status, answer) = get(&bridge, &format!("/v2/subscribe/s/c/0?tt={token}"));
    assert!(status == 503 && answer["message"].as_str().unwrap().contains("too many"), "{answer}");
    let (code, _) = bridge.stop().await;
    assert_eq!(code, Some(0));
    for poll in polls {
        assert_eq!(poll.join().unwrap(), json!({"t": {"t": token, "r": 1}, "m": []}));
    }
}

/// Behind a balancer every poll may reach another bridge, which has read less or more than the one before.
#[tokio::test(flavor = "multi_thread")]
async fn a_client_may_change_its_bridge_with_every_poll_while_messages_come() {
    let server = NatsServer::start().await;
    let bridges = [
        Bridge::start(&server, &["--pubnub-facade"]).await,
        Bridge::start(&server, &["--pubnub-facade", "--tick", "5ms"]).await,
    ];
    let js = server.jetstream().await;
    let mut token = get(&bridges[0], "/subscribe/s/c/0/0").1[1].as_str().unwrap().to_owned();
    let publishing = tokio::spawn(async move {
        for n in 0..2000u64 {
            let channel = if n % 3 == 0 { "eon.other" } else { "eon.c" };
            js.publish(channel, n.to_string().into()).await.unwrap().await.unwrap();
        }
    });
    let expected: Vec<u64> = (0..2000).filter(|n| n % 3 != 0).collect();
    let (mut found, mut polls) = (Vec::new(), 0);
    while found.len() < expected.len() {
        let (status, answer) = get(&bridges[polls % 2], &format!("/subscribe/s/c/0/{token}"));
        assert_eq!(status, 200, "{answer}");
        found.extend(answer[0].as_array().unwrap().iter().map(|n| n.as_u64().unwrap()));
        token = answer[1].as_str().unwrap().to_owned();
        polls += 1;
    }
    assert_eq!(found, expected);
    assert!(polls > 7, "{polls}");
    publishing.await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn groups_are_bounded_and_nobody_undoes_what_another_adds_at_the_same_time() {
    let server = NatsServer::start().await;
    let one = Bridge::start(&server, &["--pubnub-facade"]).await;
    let two = Bridge::start(&server, &["--pubnub-facade"]).await;
    let group = "/v1/channel-registration/sub-key/s/channel-group/g";
    let adding: Vec<_> = (0..20)
        .map(|n| {
            let bridge = if n % 2 == 0 { &one } else { &two };
            let url = format!("http://{}{group}?add=c{n},shared", bridge.address());
            std::thread::spawn(move || ureq::get(url).call().unwrap().status())
        })
        .collect();
    for thread in adding {
        assert_eq!(thread.join().unwrap(), 200);
    }
    let channels = |bridge: &Bridge| {
        let list = get(bridge, group).1["payload"]["channels"].clone();
        let mut list: Vec<String> = list.as_array().unwrap().iter().map(|c| c.as_str().unwrap().to_owned()).collect();
        list.sort_unstable();
        list
    };
    let mut expected: Vec<String> = (0..20).map(|n| format!("c{n}")).collect();
    expected.push("shared".into());
    expected.sort_unstable();
    for bridge in [&one, &two] {
        until("all are there", || (channels(bridge) == expected).then_some(())).await;
    }
    let many: Vec<String> = (0..2_001).map(|n| n.to_string()).collect();
    let (status, answer) = get(&one, &format!("{group}?add={}", many.join(",")));
    assert!(status == 403 && answer["message"].as_str().unwrap().contains("2000"), "{answer}");
    assert_eq!(channels(&one), expected);
    let namespaced = "/v1/channel-registration/sub-key/s/namespace/n/channel-group/g";
    get(&one, &format!("{namespaced}?add=x"));
    let groups = get(&one, "/v1/channel-registration/sub-key/s/channel-group").1;
    assert_eq!(groups["payload"]["groups"], json!(["g", "n:g"]));
}
