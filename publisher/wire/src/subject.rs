//! How channels, hello and bye map onto NATS subjects, and back.

use crate::Channel;

/// Prefix of every data subject.
pub const DATA_PREFIX: &str = "eon.";
/// Prefix of every presence subject.
pub const PRESENCE_PREFIX: &str = "eon-presence.";
/// Prefix of the subject of every alert.
pub const ALERTS_PREFIX: &str = "eon-alerts.";
/// Subjects of the stream `EON`.
pub const DATA_ALL: &str = "eon.>";
/// Subjects of the stream `EON-EVENTS`.
pub const EVENTS_ALL: [&str; 2] = ["eon-presence.>", "eon-alerts.>"];
/// Subjects of the stream `EON-LOGS`.
pub const LOGS_ALL: &str = "eon-logs.>";

/// The shared subject of a channel.
pub fn data(channel: &Channel) -> String {
    format!("{DATA_PREFIX}{channel}")
}

/// Where a source introduces itself.
pub fn hello(channel: &Channel) -> String {
    format!("{PRESENCE_PREFIX}{channel}.hello")
}

/// Where a source says that it leaves.
pub fn bye(channel: &Channel) -> String {
    format!("{PRESENCE_PREFIX}{channel}.bye")
}

/// Where bridges say which sources came, or went.
pub fn transitions(channel: &str, up: bool) -> String {
    format!("{PRESENCE_PREFIX}{channel}.{}", if up { "up" } else { "down" })
}

/// What a presence subject carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PresenceKind {
    /// A source introduces itself.
    Hello,
    /// A source leaves.
    Bye,
    /// A bridge says which came.
    Up,
    /// A bridge says which went.
    Down,
}

/// The channel of a data subject.
pub fn parse_data(subject: &str) -> Option<&str> {
    subject.strip_prefix(DATA_PREFIX)
}

/// The subject of an alert.
pub fn alert(rule: &str) -> String {
    format!("{ALERTS_PREFIX}{rule}")
}

/// The rule of an alert's subject.
pub fn parse_alert(subject: &str) -> Option<&str> {
    subject.strip_prefix(ALERTS_PREFIX)
}

/// Channel and kind of a presence subject.
pub fn parse_presence(subject: &str) -> Option<(&str, PresenceKind)> {
    let (channel, kind) = subject.strip_prefix(PRESENCE_PREFIX)?.rsplit_once('.')?;
    match kind {
        "hello" => Some((channel, PresenceKind::Hello)),
        "bye" => Some((channel, PresenceKind::Bye)),
        "up" => Some((channel, PresenceKind::Up)),
        "down" => Some((channel, PresenceKind::Down)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SourceId;

    #[test]
    fn subjects_are_read_back_as_written() {
        let channel = Channel::new("a.b").unwrap();
        assert_eq!(parse_data(&data(&channel)), Some("a.b"));
        assert_eq!(data(&channel.of_source(&SourceId::new("w-1").unwrap()).unwrap()), "eon.a.b.w-1");
        assert_eq!(parse_presence(&hello(&channel)), Some(("a.b", PresenceKind::Hello)));
        assert_eq!(parse_presence(&bye(&channel)), Some(("a.b", PresenceKind::Bye)));
        for (up, kind) in [(true, PresenceKind::Up), (false, PresenceKind::Down)] {
            assert_eq!(parse_presence(&transitions("a.b", up)), Some(("a.b", kind)));
        }
        assert_eq!(parse_alert(&alert("memory.high")), Some("memory.high"));
        assert_eq!(parse_alert("eon-presence.a.up"), None);
        assert_eq!(parse_presence("eon-presence.a.other"), None);
        assert_eq!(parse_presence("eon-presence.hello"), None);
    }
}
