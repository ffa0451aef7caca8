//! The checked name of a channel, and the pattern a viewer watches.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::SourceId;
use crate::limits::CHANNEL_BYTES_MAX;

/// One or more tokens of `A-Za-z0-9_-`, joined by dots: the part of a NATS subject after `eon.`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Channel(Arc<str>);

/// Why a text is not a channel; the text says what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "channel {0:?} is not usable: write one or more tokens of A-Z a-z 0-9 _ - joined by dots, {CHANNEL_BYTES_MAX} bytes at most"
)]
pub struct InvalidChannel(String);

impl Channel {
    /// The channel of one source below this one, with subjects of its own: lets the server enforce who may speak as whom.
    pub fn of_source(&self, id: &SourceId) -> Result<Self, InvalidChannel> {
        Self::new(&format!("{self}.{id}"))
    }

    /// Checks `name` and keeps it.
    pub fn new(name: &str) -> Result<Self, InvalidChannel> {
        Self::check(name).map(|()| Self(name.into()))
    }

    /// Checks `name`, for readers that keep it elsewhere.
    pub fn check(name: &str) -> Result<(), InvalidChannel> {
        let fits = name.len() <= CHANNEL_BYTES_MAX;
        if fits && name.split('.').all(is_token) { Ok(()) } else { Err(InvalidChannel(clip(name))) }
    }

    /// The name, without the `eon.` prefix.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What a viewer watches: a channel and all below it, or with a last token `*` exactly one level below.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ChannelPattern {
    /// The tokens before `*`, or the whole channel; none where it is every channel.
    base: Option<Channel>,
    /// `true` for `base.*`.
    one_level: bool,
}

impl ChannelPattern {
    /// Reads `foo`, `foo.bar` or `foo.*`.
    pub fn new(pattern: &str) -> Result<Self, InvalidChannel> {
        match pattern.strip_suffix(".*") {
            Some(base) => Ok(Self { base: Some(Channel::new(base)?), one_level: true }),
            None => Ok(Self { base: Some(Channel::new(pattern)?), one_level: false }),
        }
    }

    /// Every channel there is. Not for viewers: none of their patterns means it.
    pub fn everything() -> Self {
        Self { base: None, one_level: false }
    }

    /// Is `channel` part of what is watched?
    pub fn matches(&self, channel: &str) -> bool {
        let Some(base) = &self.base else { return true };
        let Some(rest) = channel.strip_prefix(base.as_str()) else { return false };
        match (self.one_level, rest.strip_prefix('.')) {
            (false, _) if rest.is_empty() => true,
            (false, below) => below.is_some(),
            (true, Some(below)) => !below.contains('.'),
            (true, None) => false,
        }
    }

    /// The NATS subjects that together carry what is watched.
    pub fn subjects(&self) -> Vec<String> {
        let Some(base) = &self.base else { return vec![crate::subject::DATA_ALL.to_owned()] };
        let base = crate::subject::data(base);
        if self.one_level { vec![format!("{base}.*")] } else { vec![base.clone(), format!("{base}.>")] }
    }
}

impl fmt::Display for ChannelPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(base) = &self.base else { return f.write_str(">") };
        write!(f, "{base}{}", if self.one_level { ".*" } else { "" })
    }
}

impl FromStr for ChannelPattern {
    type Err = InvalidChannel;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::new(text)
    }
}

impl fmt::Display for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Channel {
    type Err = InvalidChannel;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::new(text)
    }
}

impl TryFrom<String> for Channel {
    type Error = InvalidChannel;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::new(&text)
    }
}

impl From<Channel> for String {
    fn from(channel: Channel) -> Self {
        channel.0.as_ref().into()
    }
}

/// Is `text` one token of the channel alphabet?
pub(crate) fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
}

/// Keeps error texts short whatever was sent.
pub(crate) fn clip(text: &str) -> String {
    text.chars().take(80).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_channel_is_one_or_more_tokens() {
        for good in ["a", "process-memory-demo", "a.b.c", "A_1-2.x"] {
            assert_eq!(Channel::new(good).unwrap().as_str(), good);
        }
        for bad in ["", ".", "a.", ".a", "a..b", "a b", "a.*", "a.>", "ä", "a\r\nPUB x 0"] {
            assert!(Channel::new(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn length_is_bounded_at_both_ends() {
        assert!(Channel::new(&"a".repeat(CHANNEL_BYTES_MAX)).is_ok());
        assert!(Channel::new(&"a".repeat(CHANNEL_BYTES_MAX + 1)).is_err());
    }

    #[test]
    fn watching_a_channel_means_it_and_all_below() {
        for (pattern, channel, expected) in [
            ("foo", "foo", true),
            ("foo", "foo.a", true),
            ("foo", "foo.a.b", true),
            ("foo", "foobar", false),
            ("foo", "bar", false),
            ("foo.*", "foo", false),
            ("foo.*", "foo.a", true),
            ("foo.*", "foo.a.b", false),
            ("foo.a", "foo", false),
        ] {
            assert_eq!(ChannelPattern::new(pattern).unwrap().matches(channel), expected, "{pattern} {channel}");
        }
        assert_eq!(ChannelPattern::new("foo").unwrap().subjects(), ["eon.foo", "eon.foo.>"]);
        assert_eq!(ChannelPattern::new("foo.*").unwrap().subjects(), ["eon.foo.*"]);
        assert!(ChannelPattern::new("*").is_err());
        let everything = ChannelPattern::everything();
        assert!(everything.matches("foo.bar") && everything.subjects() == ["eon.>"] && everything.to_string() == ">");
    }
}
