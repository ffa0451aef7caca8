//! Requests for monitors over NATS.

use std::sync::Arc;
use std::time::Duration;

use async_nats::{Message, Subscriber};
use eontide_wire::monitor::{MONITOR, MONITOR_GROUP, MONITOR_PREFIX, MonitorRequest};
use futures_util::{StreamExt, stream};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::watch;

use crate::broker::Broker;
use crate::clock;
use crate::pipeline::Pipeline;

/// Pause before subscribing is tried again.
const RETRY: Duration = Duration::from_secs(1);
/// Largest request.
const REQUEST_BYTES_MAX: usize = 16 * 1024;

#[derive(Deserialize)]
struct Demonitor {
    reference: String,
    #[serde(default)]
    flush: bool,
}

#[derive(Deserialize)]
struct Renew {
    inbox: String,
}

/// Answers requests for ever, once history is read: before, everybody would seem to be gone.
pub(crate) async fn run(broker: Arc<Broker>, pipeline: Arc<Pipeline>, mut ready: watch::Receiver<bool>) {
    if ready.wait_for(|ready| *ready).await.is_err() {
        return;
    }
    loop {
        match subscribe(&broker, &pipeline.monitors().bridge).await {
            Ok((any, ours)) => {
                let mut requests = stream::select(any, ours);
                while let Some(request) = requests.next().await {
                    answer(&broker, &pipeline, request).await;
                }
            }
            Err(error) => tracing::debug!(%error, "no requests for monitors"),
        }
        tokio::time::sleep(RETRY).await;
    }
}

async fn subscribe(broker: &Broker, bridge: &str) -> Result<(Subscriber, Subscriber), async_nats::SubscribeError> {
    let any = broker.client.queue_subscribe(MONITOR, MONITOR_GROUP.into()).await?;
    let ours = broker.client.subscribe(format!("{MONITOR_PREFIX}{bridge}.*")).await?;
    Ok((any, ours))
}

async fn answer(broker: &Broker, pipeline: &Pipeline, request: Message) {
    let Some(reply) = request.reply.clone() else { return };
    let answer = answered(pipeline, &request)
        .unwrap_or_else(|(kind, message)| json!({ "error": { "kind": kind, "message": message } }));
    let publish = broker.client.publish(reply, answer.to_string().into());
    tokio::time::timeout(RETRY, publish).await.ok();
}

fn answered(pipeline: &Pipeline, request: &Message) -> Result<Value, (&'static str, String)> {
    if request.payload.len() > REQUEST_BYTES_MAX {
        return Err(("too_large", format!("{REQUEST_BYTES_MAX} bytes are the limit")));
    }
    let monitors = pipeline.monitors();
    match request.subject.rsplit('.').next().unwrap_or_default() {
        "monitor" => {
            let request: MonitorRequest = read(&request.payload)?;
            if request.inbox.is_none() {
                return Err(("bad_request", "inbox is missing: where notices go".into()));
            }
            let monitored =
                pipeline.monitor(&request, clock::now()).map_err(|refusal| ("refused", refusal.to_string()))?;
            Ok(json!(monitored))
        }
        "demonitor" => {
            let Demonitor { reference, flush } = read(&request.payload)?;
            Ok(json!({ "demonitored": monitors.demonitor(&reference, flush) }))
        }
        "renew" => {
            let Renew { inbox } = read(&request.payload)?;
            Ok(json!({ "monitors": monitors.table().renew(&inbox, clock::now().mono) }))
        }
        other => Err(("bad_request", format!("{other:.40} is none of monitor, demonitor, renew"))),
    }
}

fn read<'p, T: Deserialize<'p>>(payload: &'p [u8]) -> Result<T, (&'static str, String)> {
    serde_json::from_slice(payload).map_err(|error| ("bad_request", error.to_string()))
}
