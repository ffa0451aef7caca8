//! The streams behind the channels: made where they are missing, never narrowed where they exist.

use std::time::Duration;

use async_nats::jetstream::stream::{Compression, Config, DiscardPolicy, Info, StorageType};
use async_nats::jetstream::{Context, ErrorCode, context::GetStreamErrorKind};
use eontide_wire::subject;

use crate::error::BridgeError;

/// Data.
pub(crate) const DATA: &str = "EON";
/// Presence and alerts.
pub(crate) const EVENTS: &str = "EON-EVENTS";
/// Log lines.
pub(crate) const LOGS: &str = "EON-LOGS";

/// Retention of the streams this bridge makes.
#[derive(Clone, Copy, Debug)]
pub struct Retention {
    /// Age of data.
    pub data_age: Duration,
    /// Bytes of data.
    pub data_bytes: u64,
    /// Age of events and logs.
    pub events_age: Duration,
}

/// Bytes of events and of logs: small beside data, bounded all the same.
const EVENTS_BYTES: i64 = 256 * 1024 * 1024;
/// How long the broker recognises a message it already has; longer than a publisher's back-off.
const DUPLICATE_WINDOW: Duration = Duration::from_secs(120);

fn config(name: &'static str, subjects: Vec<String>, max_age: Duration, max_bytes: i64) -> Config {
    Config {
        name: name.to_owned(),
        subjects,
        max_age,
        max_bytes,
        storage: StorageType::File,
        discard: DiscardPolicy::Old,
        compression: Some(Compression::S2),
        duplicate_window: DUPLICATE_WINDOW.min(max_age),
        allow_direct: true,
        // A bug that made a consumer per viewer would stop here.
        max_consumers: 256,
        ..Config::default()
    }
}

/// Makes the streams that are missing.
pub(super) async fn ensure(js: &Context, url: &str, retention: &Retention) -> Result<(), BridgeError> {
    let data_bytes = i64::try_from(retention.data_bytes).unwrap_or(i64::MAX);
    for config in [
        config(DATA, vec![subject::DATA_ALL.into()], retention.data_age, data_bytes),
        config(EVENTS, subject::EVENTS_ALL.map(String::from).to_vec(), retention.events_age, EVENTS_BYTES),
        config(LOGS, vec![subject::LOGS_ALL.into()], retention.events_age, EVENTS_BYTES),
    ] {
        ensure_one(js, url, config).await?;
    }
    Ok(())
}

async fn ensure_one(js: &Context, url: &str, wanted: Config) -> Result<(), BridgeError> {
    let stream = match wanted.name.as_str() {
        DATA => DATA,
        EVENTS => EVENTS,
        _ => LOGS,
    };
    let fail = |detail: String| BridgeError::Stream { stream, detail };
    match js.get_stream(stream).await {
        Ok(found) => {
            let found = &found.cached_info().config;
            if found.max_age != wanted.max_age || found.max_bytes != wanted.max_bytes {
                tracing::info!(stream, max_age = ?found.max_age, max_bytes = found.max_bytes, "stream exists, its limits stay");
            }
            Ok(())
        }
        Err(error) => match error.kind() {
            GetStreamErrorKind::JetStream(error) if error.error_code() == ErrorCode::STREAM_NOT_FOUND => {
                // Another bridge may make the same stream at the same moment: then it exists.
                js.create_stream(wanted).await.map_err(|error| fail(error.to_string()))?;
                tracing::info!(stream, "stream created");
                Ok(())
            }
            GetStreamErrorKind::JetStream(error)
                if [ErrorCode::JETSTREAM_NOT_ENABLED, ErrorCode::JETSTREAM_NOT_ENABLED_FOR_ACCOUNT]
                    .contains(&error.error_code()) =>
            {
                Err(BridgeError::NoJetStream { url: url.to_owned() })
            }
            _ if no_responders(&error) => Err(BridgeError::NoJetStream { url: url.to_owned() }),
            _ => Err(fail(error.to_string())),
        },
    }
}

/// Nobody answers the JetStream API: the server runs without it.
fn no_responders(error: &dyn std::error::Error) -> bool {
    let mut cause = Some(error);
    while let Some(error) = cause {
        // async-nats words the status 503 of the JetStream API like this.
        let text = error.to_string();
        if text.contains("no responders") || text.contains("requested JetStream resource does not exist") {
            return true;
        }
        cause = error.source();
    }
    false
}

/// Key of the stream's metadata that says when its current life began, where that is not its creation.
const EPOCH_KEY: &str = "eontide-epoch";

/// When the current life of the stream began, in ms. Bridges agree on it, so that a viewer may go on at another bridge.
pub(crate) fn epoch(info: &Info) -> u64 {
    let created = u64::try_from(info.created.unix_timestamp_nanos() / 1_000_000).unwrap_or(0);
    let noted = info.config.metadata.get(EPOCH_KEY).and_then(|text| text.parse().ok());
    noted.map_or(created, |noted: u64| noted.max(created))
}

/// Notes a new life in the stream itself, for bridges that start later; without the permission it stays our own opinion.
pub(crate) async fn note_epoch(js: &Context, info: &Info, epoch: u64) {
    let mut config = info.config.clone();
    config.metadata.insert(EPOCH_KEY.to_owned(), epoch.to_string());
    if let Err(error) = js.update_stream(&config).await {
        tracing::warn!(%error, "cannot note the stream's new epoch; allow the bridge $JS.API.STREAM.UPDATE.{DATA}");
    }
}
