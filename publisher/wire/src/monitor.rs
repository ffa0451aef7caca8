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
/// Most sources that are listed in a reply: 700 KB where names are as long as they may be.
pub const LIST_MAX: usize = 2_000;
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
    /// Answer which sources are watched, too: who monitors again elsewhere learns from it which of them ended meanwhile.
    #[serde(default, skip_serializing_if = "is_false")]
    pub list: bool,
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
    /// These, where asked for and no more than [`LIST_MAX`]; else nothing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<Watching>,
}

/// A life that is watched.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Watching {
    /// Where it publishes.
    pub channel: String,
    /// Which source.
    pub id: String,
    /// Which of its lives.
    pub epoch: Epoch,
    /// Since when it is in its state, in ms by the broker's clock.
    pub since: u64,
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

fn is_false(value: &bool) -> bool {
    !value
}

impl Target {
    /// One source of a channel.
    pub fn source(channel: &str, id: &str) -> Self {
        Self { channel: Some(channel.into()), id: Some(id.into()), ..Self::default() }
    }

    /// Every source of whatever channel whose id fits, `*` for any text, and which is there now.
    pub fn glob(id: &str) -> Self {
        Self { id: Some(id.into()), ..Self::default() }
    }

    /// Every source that is there now and has this label; `*` in the value for any text. Further ones with
    /// [`and_label`](Self::and_label).
    pub fn label(name: &str, value: &str) -> Self {
        Self::default().and_label(name, value)
    }

    /// A machine, told of once, with the last of its sources.
    pub fn host(host: &str) -> Self {
        Self { host: Some(host.into()), ..Self::default() }
    }

    /// Of these only those of a channel, or of channels that fit a pattern.
    #[must_use]
    pub fn on_channel(self, channel: &str) -> Self {
        Self { channel: Some(channel.into()), ..self }
    }

    /// Of these only those that have this label, too.
    #[must_use]
    pub fn and_label(mut self, name: &str, value: &str) -> Self {
        self.labels.insert(name.into(), value.into());
        self
    }

    /// Is it a machine as a whole, of which one is told once?
    pub fn is_host(&self) -> bool {
        let only = self.channel.is_none() && self.id.is_none() && self.labels.is_empty();
        only && self.host.as_deref().is_some_and(|host| !host.contains('*'))
    }
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
