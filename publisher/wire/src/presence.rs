//! What bridges say of sources: transitions, batched on `eon-presence.<channel>.up` and `.down`, and the names by which the
//! broker's connections are told apart.
//!
//! ```json
//! {"by":"3f9c","items":[{"id":"worker-3","epoch":1763683100000,"at":1763683200123,"cause":"timeout","reason":"silent","host":"web-7"}]}
//! ```
//! Every bridge sees the same sources, and mostly one of them publishes; two that do not know of each other yet may publish the
//! same transition twice. `(id, epoch, at)` tells.

use serde::{Deserialize, Serialize};

use crate::{Channel, Epoch, Reason, Reject, SourceId};

/// Why a source is not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Cause {
    /// It said bye, or whoever started it did for it.
    Exit,
    /// Its connection to the broker ended and did not come back at once.
    NoConnection,
    /// Nothing was heard of it for two leases.
    Timeout,
    /// The agent or leaf node that carried it is gone.
    NodeDown,
    /// A later life of the same id began.
    Restarted,
    /// There is no such source, or it was down already: for monitors only.
    NoProc,
}

impl Cause {
    /// The name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Exit => "exit",
            Self::NoConnection => "noconnection",
            Self::Timeout => "timeout",
            Self::NodeDown => "nodedown",
            Self::Restarted => "restarted",
            Self::NoProc => "noproc",
        }
    }
}

/// One source came or went.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transition {
    /// Which source.
    pub id: SourceId,
    /// Which of its lives.
    pub epoch: Epoch,
    /// Since when, in ms by the broker's clock.
    pub at: u64,
    /// Why it is down; absent for one that is up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<Cause>,
    /// The same for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Its machine, as it said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
}

/// What one bridge publishes at once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transitions {
    /// The bridge.
    pub by: String,
    /// In order; all of one channel and one direction.
    pub items: Vec<Transition>,
}

impl Transitions {
    /// Reads a batch.
    ///
    /// # Errors
    /// `bad_presence` where it is no batch.
    pub fn decode(payload: &[u8]) -> Result<Self, Reject> {
        serde_json::from_slice(payload).map_err(|error| Reject::new(Reason::BadPresence, error.to_string()))
    }
}

/// What begins the name of every connection that says whose it is.
const CONNECTION: &str = "eontide";

/// Whose a connection to the broker is, by the name its client gave it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ConnectionName {
    /// `eontide <channel> <id> <epoch>`: one life of a source.
    Source(Channel, SourceId, Epoch),
    /// `eontide-agent <host>`: what carries the sources of a machine that have no connection of their own.
    Agent(String),
}

impl ConnectionName {
    /// Reads the name of a connection; `None` where it does not say whose it is.
    pub fn parse(name: &str) -> Option<Self> {
        let words: Vec<&str> = name.split(' ').collect();
        match words[..] {
            [CONNECTION, channel, id, epoch] => {
                let epoch = Epoch(epoch.parse().ok()?);
                Some(Self::Source(Channel::new(channel).ok()?, SourceId::new(id).ok()?, epoch))
            }
            ["eontide-agent", host] if !host.is_empty() => Some(Self::Agent(host.to_owned())),
            _ => None,
        }
    }
}

impl std::fmt::Display for ConnectionName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Source(channel, id, epoch) => write!(f, "{CONNECTION} {channel} {id} {epoch}"),
            Self::Agent(host) => write!(f, "{CONNECTION}-agent {host}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_connection_says_whose_it_is_or_nothing() {
        for name in ["eontide a.b w-1 7", "eontide-agent web-7"] {
            assert_eq!(ConnectionName::parse(name).unwrap().to_string(), name);
        }
        for other in
            ["", "eontide", "eontide c w", "eontide c w x", "eontide c* w 1", "w-1", "eontide-agent ", "NATS CLI"]
        {
            assert_eq!(ConnectionName::parse(other), None, "{other}");
        }
    }

    #[test]
    fn causes_are_called_alike_everywhere() {
        for cause in
            [Cause::Exit, Cause::NoConnection, Cause::Timeout, Cause::NodeDown, Cause::Restarted, Cause::NoProc]
        {
            assert_eq!(serde_json::to_value(cause).unwrap(), cause.as_str());
        }
    }
}
