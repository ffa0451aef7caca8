//! The viewer protocol, `/live`: what a browser asks ([`request`]), what it gets ([`frame`]) and the binary form of the
//! frames that carry points ([`binary`]); merged columns are [`density`].
//!
//! A socket carries many subscriptions, each under a number of the client's own:
//!
//! ```json
//! {"sub":1,"subscribe":{"channel":"c","window":"15m","series":["rss-*"],"width":1200,"since":{"epoch":5,"offset":7}}}
//! {"sub":2,"subscribe":{"channel":"c","view":"density"}}
//! {"sub":3,"subscribe":{"channel":"c","series":["rss-web-7"],"sources":false}}
//! {"sub":1,"unsubscribe":true}
//! ```
//! Where very many sources of one machine come or go at once, a presence frame says how many (`"groups"`); who wants them one by
//! one asks, and is answered once, with a `sources` frame:
//!
//! ```json
//! {"sub":4,"sources":{"channel":"c","state":["down"],"host":"web-7","offset":0,"limit":100}}
//! ```
//! A presence frame with `"hearing":false` says that the bridge is cut off from the broker since `"as_of"`: sources that are not
//! known to be down are unknown from then on, until one says `"hearing":true`.
//! An alert frame brings alerts that began or are over. With `"snapshot":true`, when a subscription begins, it has all that fire and the newest of what
//! was said, instead of what the viewer knows; after it some of that may come once more (`said` and `offset` tell). They come where presence does.
//!
//! All but `channel` may be left out of a subscribe. What comes is a snapshot, then updates: each has exactly what came after the frame before
//! it, and says of how many messages (`"messages":12`). With `"sources":false` the snapshot has no sources and no presence
//! or alert frames follow: several subscriptions of one channel need them once.

pub mod binary;
pub mod density;
pub mod frame;
pub mod request;
pub mod span;
pub mod timetoken;

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

use crate::{AlertState, Cause, Epoch, SeriesInfo};

pub use frame::{BlockRef, Data, DataKind, Frame, RawItem};
pub use request::{Request, RequestError, SourcesRequest, Subscribe, View};
pub use span::parse_span;
pub use timetoken::Timetoken;

/// Sub-protocol of JSON frames.
pub const PROTOCOL_JSON: &str = "eontide.v1";
/// Sub-protocol with binary snapshots and updates.
pub const PROTOCOL_BINARY: &str = "eontide.v1.bin";

/// Where in a channel's stream a viewer is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// Which life of the stream.
    pub epoch: Epoch,
    /// JetStream sequence of the last message included.
    pub offset: u64,
}

/// Is a source there?
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SourceState {
    /// Publishing.
    Up,
    /// Publishing again, in a new life that began less than a minute ago.
    Restarted,
    /// Began a new life three times within five minutes, and again within the last five; there or not, as `cause` says.
    CrashLooping,
    /// Nothing was heard for its lease; not given up yet.
    Stale,
    /// Not there; `cause` and `reason` say why.
    Down,
    /// It was there when the bridge last heard anything; the bridge is cut off from the broker.
    Unknown,
}

/// Many sources of one machine that came or went at once: told as a number. Who wants them asks `/api/v1/sources`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceGroup {
    /// The channel they publish on.
    pub channel: String,
    /// Their machine, where they said it.
    pub host: Option<String>,
    /// `up` or `down`.
    pub state: SourceState,
    /// Why they are down.
    pub cause: Option<Cause>,
    /// How many.
    pub count: u64,
    /// How many of these are told one by one in the same frame or the ones before.
    pub told: u64,
}

/// What was said of an alert, as viewers and the API see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlertView {
    /// Which message of the stream of events said it: with `state` it tells one saying from another.
    pub offset: u64,
    /// Whose alert it is: the subject it came on.
    pub rule: String,
    /// Does it fire?
    pub state: AlertState,
    /// Since when, in ms.
    pub at: u64,
    /// When that was said, in ms by the broker's clock.
    pub said: u64,
    /// The channel it is about; none: all of them.
    pub channel: Option<String>,
    /// The source it is about.
    pub id: Option<String>,
    /// What is wrong, for people.
    pub text: String,
}

/// A source as viewers and the API see it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SourceView {
    /// Which source.
    pub id: String,
    /// Its latest life.
    pub epoch: Epoch,
    /// The channel it publishes on.
    pub channel: String,
    /// Is it there?
    pub state: SourceState,
    /// Why it is not there now; absent while it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<Cause>,
    /// Since when it is in this state, in ms.
    pub since: u64,
    /// When its last message arrived, in ms.
    pub last_seen: u64,
    /// The cause for people: `bye: …`, `connection lost: …`, `silent`, `restarted`.
    pub reason: Option<String>,
    /// From its hello.
    pub host: Option<String>,
    /// From its hello.
    pub pid: Option<u32>,
    /// From its hello.
    pub program: Option<String>,
    /// From its hello.
    pub version: Option<String>,
    /// From its hello, or the cadence seen.
    pub interval_ms: Option<u64>,
    /// How many lives were seen.
    pub lives: u64,
    /// Messages of this life that never arrived, by sequence.
    pub lost: u64,
    /// Samples the source itself says it dropped.
    pub dropped: u64,
    /// From its hello.
    pub labels: BTreeMap<String, String>,
    /// Its series: from its hello, and what it was seen to publish.
    pub series: Vec<SeriesInfo>,
}
