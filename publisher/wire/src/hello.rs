//! A source introduces itself, and leaves.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::limits::{HELLO_BYTES_MAX, HELLO_LABELS_MAX, HELLO_SERIES_MAX};
use crate::reason::read_reason;
use crate::reject::decode_bounded;
use crate::{Epoch, Reason, Reject, SourceId};

/// What a source says of itself on connect, on reconnect and every 60 s.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hello {
    /// Which source.
    pub id: SourceId,
    /// Which of its lives.
    pub epoch: Epoch,
    /// Name of its machine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// Process id on that machine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pid: Option<u32>,
    /// Name of the program.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub program: Option<String>,
    /// Version of the program.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// How often it publishes; what its presence is judged by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interval_ms: Option<u64>,
    /// Free labels.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, String>,
    /// Its series, so that a chart knows units and metrics before the first point.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub series: Vec<SeriesInfo>,
}

/// One series of a source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeriesInfo {
    /// Column name.
    pub name: String,
    /// Unit, for example `MiB` or `%`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// What it measures, the same over all sources, for example `rss`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metric: Option<String>,
}

/// A source leaves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bye {
    /// Which source.
    pub id: SourceId,
    /// Which of its lives.
    pub epoch: Epoch,
    /// Why, for people. What arrives may be any JSON value: it is cut down by [`crate::reason::reason_text`], since
    /// nothing that one process says of its end may keep others from hearing that it ended.
    #[serde(default, deserialize_with = "read_reason")]
    pub reason: String,
}

impl Hello {
    /// Reads a hello and checks its bounds.
    pub fn decode(payload: &[u8]) -> Result<Self, Reject> {
        let hello: Self = decode_bounded(payload, HELLO_BYTES_MAX, Reason::BadPresence)?;
        for (what, count, limit) in
            [("series", hello.series.len(), HELLO_SERIES_MAX), ("labels", hello.labels.len(), HELLO_LABELS_MAX)]
        {
            if count > limit {
                return Err(Reject::new(Reason::BadPresence, format!("{count} {what}, {limit} is the limit")));
            }
        }
        Ok(hello)
    }
}

impl Bye {
    /// Reads a bye; its reason is cut to 1024 bytes.
    pub fn decode(payload: &[u8]) -> Result<Self, Reject> {
        decode_bounded(payload, HELLO_BYTES_MAX, Reason::BadPresence)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hello_and_bye_read_back_as_written() {
        let hello = Hello {
            id: SourceId::new("w").unwrap(),
            epoch: Epoch(5),
            host: Some("h".into()),
            pid: Some(7),
            program: None,
            version: None,
            interval_ms: Some(1000),
            labels: BTreeMap::from([("zone".into(), "a".into())]),
            series: vec![SeriesInfo { name: "rss-w".into(), unit: Some("MiB".into()), metric: Some("rss".into()) }],
        };
        assert_eq!(Hello::decode(&serde_json::to_vec(&hello).unwrap()).unwrap(), hello);
        let bye = Bye { id: hello.id, epoch: Epoch(5), reason: "SIGTERM".into() };
        assert_eq!(Bye::decode(&serde_json::to_vec(&bye).unwrap()).unwrap(), bye);
    }

    #[test]
    fn a_bye_with_any_reason_is_a_bye() {
        for (reason, text) in
            [(r#""x""#, "x"), ("null", ""), (r#"{"exit":[1]}"#, r#"{"exit":[1]}"#), ("[1,2,3,4,5]", "truncated")]
        {
            let bye = Bye::decode(format!(r#"{{"id":"w","epoch":1,"reason":{reason}}}"#).as_bytes()).unwrap();
            assert_eq!(bye.reason, text);
        }
        assert_eq!(Bye::decode(br#"{"id":"w","epoch":1}"#).unwrap().reason, "");
    }

    #[test]
    fn a_hello_needs_id_and_epoch_only() {
        assert!(Hello::decode(br#"{"id":"w","epoch":1}"#).is_ok());
        for bad in [&b"{}"[..], b"[]", br#"{"id":"a b","epoch":1}"#, br#"{"id":"w"}"#, &vec![b' '; HELLO_BYTES_MAX + 1]]
        {
            assert_eq!(Hello::decode(bad).unwrap_err().reason, Reason::BadPresence);
        }
    }
}
