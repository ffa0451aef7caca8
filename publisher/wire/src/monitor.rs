//! Monitors: tell me when that source is gone. Over NATS by request and reply, over HTTP below `/api/v1/monitors`.
//!
//! | subject | request | reply |
//! |---|---|---|
//! | `eon-monitor.monitor` | [`MonitorRequest`] | [`Monitored`]; any one bridge takes it |
//! | `eon-monitor.<bridge>.monitor` | the same | the same, by the bridge of that name |
//! | `eon-monitor.<bridge>.demonitor` | `{"reference":"…","flush":false}` | `{"demonitored":true}` |
//! | `eon-monitor.<bridge>.renew` | `{"inbox":"_INBOX.…"}` | `{"monitors":3}` |
//!
//! A refused request is answered with `{"error":{"kind","message"}}`. Notices come on the inbox, several in a message where
//! several are due: `{"bridge":"…","notices":[…]}`, see [`Notice`]. A monitor lives at the one bridge that took it, so that no two
//! bridges deliver the same notice; where that bridge is gone (a renewal gets no responders) one monitors again elsewhere, and is
//! told `noproc` of what ended meanwhile. Who renews nothing for its lease is taken for gone, and its monitors with it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{Cause, Epoch};

/// What begins every subject of monitors.
pub const MONITOR_PREFIX: &str = "eon-monitor.";
/// Subjects of requests that any bridge takes.
pub const MONITOR: &str = "eon-monitor.monitor";
/// The queue group of all bridges on [`MONITOR`].
pub const MONITOR_GROUP: &str = "eon-bridges";
/// Lease of a subscriber that does not say one, in ms.
pub const LEASE_MS: u64 = 30_000;
/// Shortest and longest lease, in ms.
pub const LEASE_MS_BOUNDS: (u64, u64) = (1_000, 3_600_000);

/// What is monitored.
///
/// `channel` and `id` without `*`: that one source, there or not. `host` alone without `*`: that machine, which is told of once,
/// when the last of the sources is gone that were there. Else every source that fits all that is given and is there now, each
/// told of once under the one reference. Where nothing fits, `noproc` is told at once.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Target {
    /// A channel, or a pattern of channels as viewers have it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
    /// An id; `*` stands for any text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// A machine; `*` stands for any text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// Labels and patterns of their values.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, String>,
}

/// Asks for a monitor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MonitorRequest {
    /// Of what.
    pub target: Target,
    /// Where notices go: below `_INBOX`. All monitors of one inbox are one subscriber's. Not over HTTP.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inbox: Option<String>,
    /// How long the subscriber may be silent; [`LEASE_MS`] where it does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lease_ms: Option<u64>,
}

/// A monitor was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Monitored {
    /// Names it, in notices and to take it back.
    pub reference: String,
    /// The bridge where it lives.
    pub bridge: String,
    /// Sources it watches.
    pub targets: u64,
}

/// A monitored source, or machine, is gone. Comes exactly once for each reference and target.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// Of which monitor.
    pub reference: String,
    /// What is gone.
    pub target: NoticeTarget,
    /// Why.
    pub cause: Cause,
    /// The same for people, 1024 bytes at most.
    pub reason: String,
    /// Since when, in ms by the broker's clock.
    pub at: u64,
}

/// What a notice is about: a source, a machine, or a pattern that nothing fits.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeTarget {
    /// Of a source.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
    /// Of a source.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Of a source.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub epoch: Option<Epoch>,
    /// Of a machine, and of a source that said its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
}

/// What comes on an inbox.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notices {
    /// The bridge where the monitors live.
    pub bridge: String,
    /// In the order in which they became due.
    pub notices: Vec<Notice>,
}

/// May notices be sent there? An inbox only, so that nobody makes a bridge write on subjects that mean something.
pub fn is_inbox(subject: &str) -> bool {
    let printable = |byte: u8| byte.is_ascii_graphic() && byte != b'*' && byte != b'>';
    let tokens = || subject.split('.');
    subject.len() <= 256
        && subject.starts_with("_INBOX")
        && subject.bytes().all(printable)
        && tokens().count() > 1
        && tokens().all(|token| !token.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notices_go_to_inboxes_only() {
        for (subject, may) in [
            ("_INBOX.abc", true),
            ("_INBOX_BRIDGE.a.b", true),
            ("_INBOX", false),
            ("_INBOX.", false),
            ("_INBOX.*", false),
            ("_INBOX.a b", false),
            ("_INBOX.a..b", false),
            ("eon-presence.c.bye", false),
            ("$JS.API.STREAM.DELETE.EON", false),
        ] {
            assert_eq!(is_inbox(subject), may, "{subject}");
        }
        assert!(!is_inbox(&format!("_INBOX.{}", "a".repeat(256))));
    }
}
