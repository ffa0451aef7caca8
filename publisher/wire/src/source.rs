//! Who published: the id of a source, the epoch of one of its lives, and both with a sequence in every message.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::channel::{clip, is_token};
use crate::limits::SOURCE_ID_BYTES_MAX;

/// One publishing process: a channel token of at most 128 bytes.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SourceId(Arc<str>);

/// Why a text is not a source id.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("source id {0:?} is not usable: write 1 to {SOURCE_ID_BYTES_MAX} characters of A-Z a-z 0-9 _ -")]
pub struct InvalidSourceId(String);

impl SourceId {
    /// Checks `id`.
    pub fn new(id: &str) -> Result<Self, InvalidSourceId> {
        if id.len() <= SOURCE_ID_BYTES_MAX && is_token(id) {
            Ok(Self(id.into()))
        } else {
            Err(InvalidSourceId(clip(id)))
        }
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SourceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for SourceId {
    type Err = InvalidSourceId;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::new(text)
    }
}

impl TryFrom<String> for SourceId {
    type Error = InvalidSourceId;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::new(&text)
    }
}

impl From<SourceId> for String {
    fn from(id: SourceId) -> Self {
        id.0.as_ref().into()
    }
}

/// The start of one life of a source or a stream, in milliseconds since 1970. A later life has a larger epoch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Epoch(pub u64);

impl fmt::Display for Epoch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The `from` of a data message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// Which source.
    pub id: SourceId,
    /// Which of its lives; 0 where the publisher does not say.
    #[serde(default)]
    pub epoch: Epoch,
    /// Rises by one per message of this life: shows loss and duplicates. Absent where the publisher does not count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seq: Option<u64>,
    /// Samples this life had to drop so far because its queue was full.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub dropped: u64,
}

fn is_zero(n: &u64) -> bool {
    *n == 0
}

impl Origin {
    /// What makes the broker recognise a message it already has: `<channel>:<id>:<epoch>:<seq>`.
    pub fn message_id(&self, channel: &crate::Channel) -> Option<String> {
        self.seq.map(|seq| format!("{channel}:{}:{}:{seq}", self.id, self.epoch))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_id_is_one_token_of_128_bytes_at_most() {
        assert!(SourceId::new("process-memory-0").is_ok());
        assert!(SourceId::new(&"a".repeat(128)).is_ok());
        for bad in ["", "a.b", "a b", "*", &"a".repeat(129)] {
            assert!(SourceId::new(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn message_id_names_channel_source_life_and_sequence() {
        let origin = Origin { id: SourceId::new("w").unwrap(), epoch: Epoch(7), seq: Some(42), dropped: 0 };
        assert_eq!(origin.message_id(&crate::Channel::new("c").unwrap()).unwrap(), "c:w:7:42");
    }
}
