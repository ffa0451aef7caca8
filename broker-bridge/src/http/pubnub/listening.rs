//! What one poll listens to: channels, `foo.*`, and the channels of groups.
//!
//! A channel is itself alone, as at PubNub, and `foo.*` what is one level below; a message that fits several of them comes
//! once, under the first that fits: the channel by name, the pattern, the group.

use std::collections::HashMap;

use eontide_wire::ChannelPattern;

use super::name;

/// Channels, patterns and groups of one poll.
pub(super) const LISTENED_MAX: usize = 2_000;
/// Where PubNub tells who comes and goes.
const PRESENCE: &str = "-pnpres";

/// What a poll listens to.
#[derive(Clone, Debug, Default)]
pub(super) struct Listening {
    /// By channel of ours: its name, and the group it is listened to by.
    channels: HashMap<String, (String, Option<String>)>,
    /// Pattern and its name.
    patterns: Vec<(ChannelPattern, String)>,
}

/// How a message fits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Match {
    /// PubNub's name of the channel.
    pub(super) channel: String,
    /// The pattern or the group it came by; `None` where the channel was named itself.
    pub(super) by: Option<String>,
}

impl Listening {
    /// Channels as named in a request, and groups with their channels.
    pub(super) fn new(names: &[String], groups: &[(String, Vec<String>)]) -> Result<Self, String> {
        let mut listening = Self::default();
        for text in names.iter().filter(|name| is_listened(name)) {
            listening.add(text, None)?;
        }
        for (group, channels) in groups {
            for text in channels.iter().filter(|name| is_listened(name)) {
                listening.add(text, Some(group))?;
            }
        }
        if listening.channels.len() + listening.patterns.len() > LISTENED_MAX {
            return Err(format!("more than {LISTENED_MAX} channels: open a second client for the others"));
        }
        Ok(listening)
    }

    fn add(&mut self, text: &str, group: Option<&String>) -> Result<(), String> {
        if let Some(base) = text.strip_suffix(".*").filter(|base| !base.is_empty()) {
            let base = name::channel(base).map_err(|error| error.to_string())?;
            let pattern = ChannelPattern::new(&format!("{base}.*")).map_err(|error| error.to_string())?;
            self.patterns.push((pattern, group.map_or_else(|| text.to_owned(), Clone::clone)));
            return Ok(());
        }
        let channel = name::channel(text).map_err(|error| error.to_string())?;
        let entry = || (text.to_owned(), group.cloned());
        self.channels.entry(channel.as_str().to_owned()).or_insert_with(entry);
        Ok(())
    }

    /// Does a message on this channel fit, and by what?
    pub(super) fn fits(&self, channel: &str) -> Option<Match> {
        let named = self.channels.get(channel);
        if let Some((text, None)) = named {
            return Some(Match { channel: text.clone(), by: None });
        }
        if let Some((_, by)) = self.patterns.iter().find(|(pattern, _)| pattern.matches(channel)) {
            return Some(Match { channel: name::name(channel), by: Some(by.clone()) });
        }
        named.map(|(text, group)| Match { channel: text.clone(), by: group.clone() })
    }

    /// The subjects that carry all of it.
    pub(super) fn subjects(&self) -> Vec<String> {
        let covered = |channel: &str| self.patterns.iter().any(|(pattern, _)| pattern.matches(channel));
        let channels = self.channels.keys().filter(|channel| !covered(channel));
        let mut subjects: Vec<String> =
            channels.map(|channel| format!("{}{channel}", eontide_wire::subject::DATA_PREFIX)).collect();
        subjects.extend(self.patterns.iter().flat_map(|(pattern, _)| pattern.subjects()));
        subjects.sort_unstable();
        // Subjects of a consumer must not overlap.
        subjects.dedup();
        subjects
    }

    /// What is rung where something comes: its channels, and what its patterns are below of.
    pub(super) fn bells(&self) -> impl Iterator<Item = String> {
        let patterns = self.patterns.iter().map(|(pattern, _)| pattern.to_string());
        self.channels.keys().cloned().chain(patterns)
    }
}

fn is_listened(name: &str) -> bool {
    !name.is_empty() && !name.ends_with(PRESENCE)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(list: &[&str]) -> Vec<String> {
        list.iter().map(|text| (*text).to_owned()).collect()
    }

    fn by(channel: &str, by: Option<&str>) -> Option<Match> {
        Some(Match { channel: channel.into(), by: by.map(str::to_owned) })
    }

    #[test]
    fn a_message_comes_once_under_the_first_that_fits() {
        let groups = [("g".to_owned(), texts(&["a", "b", "c d", "x.1"])), ("h".to_owned(), texts(&["b", "below.*"]))];
        let listening = Listening::new(&texts(&["a", "a-pnpres", "", "x.*", "x.2"]), &groups).unwrap();
        for (channel, expected) in [
            ("a", by("a", None)),
            ("a.below", None),
            ("b", by("b", Some("g"))),
            ("c-_20d", by("c d", Some("g"))),
            ("x.1", by("x.1", Some("x.*"))),
            ("x.2", by("x.2", None)),
            ("x.3-_3A", by("x.3:", Some("x.*"))),
            ("x.3.4", None),
            ("x", None),
            ("below.q", by("below.q", Some("h"))),
            ("a-pnpres", None),
        ] {
            assert_eq!(listening.fits(channel), expected, "{channel}");
        }
        let subjects = ["eon.a", "eon.b", "eon.below.*", "eon.c-_20d", "eon.x.*"];
        assert_eq!(listening.subjects(), subjects);
        let mut bells: Vec<String> = listening.bells().collect();
        bells.sort_unstable();
        assert_eq!(bells, ["a", "b", "below.*", "c-_20d", "x.*", "x.1", "x.2"]);
    }

    #[test]
    fn many_channels_and_long_names_are_refused() {
        let many: Vec<String> = (0..=LISTENED_MAX).map(|n| n.to_string()).collect();
        assert!(Listening::new(&many, &[]).unwrap_err().contains("2000"));
        assert!(Listening::new(&many[1..], &[]).is_ok());
        assert!(Listening::new(&["ä".repeat(100)], &[]).is_err());
    }
}
