//! The OpenAPI document, tried against the bridge it comes from.

use harness::{Bridge, NatsServer, until};
use serde_json::Value;

use crate::support::{CHANNEL, Publisher};

/// A value that the schema of a parameter allows and that makes sense beside nothing else, or what it needs beside it.
fn example(path: &str, name: &str, schema: &Value) -> String {
    match name {
        "of" | "k" if path.ends_with("/ranking") => format!("{name}={}", schema["enum"][0].as_str().unwrap_or("3")),
        "state" => "state=up,down".into(),
        "channel" => format!("channel={CHANNEL}"),
        "wait" => "wait=10ms".into(),
        "k" if path.ends_with("/sources") => "k=3".into(),
        "above" | "below" | "offset" | "after" | "before" | "limit" => format!("{name}=2"),
        "agg" => "agg=mean,p99".into(),
        "by" => "agg=mean&by=source,metric".into(),
        "step" if schema["enum"][0] == "100ms" => "from=1m&step=100ms".into(),
        "step" | "in" => format!("agg=mean&from=1m&{name}={}", schema["enum"][0].as_str().unwrap_or("5s")),
        "k" | "of" => format!("agg=topk&{name}={}", schema["enum"][0].as_str().unwrap_or("3")),
        "labels" => "label.zone=*".into(),
        "only" => format!("only={CHANNEL}"),
        "width" => "width=100".into(),
        "from" | "to" => format!("{name}=1s"),
        _ => format!("{name}={}", schema["enum"][0].as_str().unwrap_or("*")),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_documented_path_answers_with_every_documented_parameter() {
    let server = NatsServer::start().await;
    let bridge = Bridge::start(&server, &["--allow-import"]).await;
    Publisher::new(&server).await.point("a", 1).await;
    until("it is read", || (!bridge.points(CHANNEL).is_empty()).then_some(())).await;
    let document = bridge.json("/api/v1/openapi.json");
    let paths = document["paths"].as_object().unwrap();
    assert_eq!(paths.len(), 24);
    let target = serde_json::json!({"target": {"channel": CHANNEL, "id": "a"}}).to_string();
    let reference = bridge.post("/api/v1/monitors", "application/json", &target).1["reference"].clone();
    for (template, item) in paths {
        let path = template.replace("{channel}", CHANNEL).replace("{id}", "a");
        let path = path.replace("{reference}", reference.as_str().unwrap());
        for (verb, operation) in item.as_object().unwrap() {
            let ask = |query: &str| match verb.as_str() {
                "post" if template.ends_with("/monitors") => {
                    bridge.post(&format!("{path}?{query}"), "application/json", &target).0
                }
                "post" if template.contains("/monitors/") => {
                    bridge.post(&format!("{path}?{query}"), "application/json", "{}").0
                }
                "post" => bridge.post(&format!("{path}?{query}"), "text/csv", "time,series,value\n").0,
                _ => bridge.get(&format!("{path}?{query}")).map_or_else(|status| status, |_| 200),
            };
            let expected = if template == "/live" { 426 } else { 200 };
            assert!(operation["responses"].get(expected.to_string()).is_some(), "{template} {expected}");
            assert_eq!(ask(""), expected, "{verb} {template}");
            let none = Vec::new();
            let parameters = operation["parameters"].as_array().unwrap_or(&none);
            for parameter in parameters.iter().filter(|parameter| parameter["in"] == "query") {
                let query = example(template, parameter["name"].as_str().unwrap(), &parameter["schema"]);
                assert_eq!(ask(&query), 200, "{verb} {template}?{query}");
            }
            if template.starts_with("/api/") {
                assert_eq!(ask("unknown=1"), 400, "{verb} {template}");
            }
        }
    }
}
