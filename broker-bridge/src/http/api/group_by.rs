//! The parameter `by`: what makes a group of series, and its name.

use super::super::answer::Problem;
use super::super::described::Descriptions;
use super::parameters::LABEL_PREFIX;

/// Most keys of a group.
const KEYS_MAX: usize = 8;
/// Longest name of a group, in bytes: with a function around it still the name of a column.
const NAME_BYTES_MAX: usize = 200;

/// What a group has in common; nothing where all series are one group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct GroupBy(Vec<Key>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Key {
    Metric,
    Channel,
    Source,
    Host,
    Label(String),
}

impl GroupBy {
    /// Reads the parameter; metric where it is absent.
    pub(super) fn parse(text: Option<&str>) -> Result<Self, Problem> {
        let text = text.unwrap_or("metric");
        if text.is_empty() {
            return Ok(Self(Vec::new()));
        }
        let keys: Result<Vec<Key>, Problem> = text.split(',').map(key).collect();
        let keys = keys?;
        if keys.len() > KEYS_MAX {
            return Err(Problem::parameter("by", &format!("more than {KEYS_MAX}")));
        }
        Ok(Self(keys))
    }

    /// Must more be known of a series than its channel?
    pub(super) fn needs_descriptions(&self) -> bool {
        self.0.iter().any(|key| *key != Key::Channel)
    }

    /// The group of a series: the value of each key, with commas between; `*` for the group of all. What a series does not
    /// have is empty; what is long is cut, and what is no text for a name is a space.
    pub(super) fn name(&self, descriptions: &Descriptions, channel: &str, series: &str) -> String {
        if self.0.is_empty() {
            return "*".into();
        }
        let known = descriptions.get(channel, series);
        let source = known.source.as_deref();
        let room = NAME_BYTES_MAX / self.0.len();
        let values = self.0.iter().map(|key| {
            let value = match key {
                Key::Metric => Some(&*known.metric),
                Key::Channel => Some(channel),
                Key::Source => source.map(|source| source.id.as_str()),
                Key::Host => source.and_then(|source| source.host.as_deref()),
                Key::Label(name) => source.and_then(|source| source.labels.get(name)).map(String::as_str),
            };
            clipped(value.unwrap_or_default(), room)
        });
        values.collect::<Vec<String>>().join(",")
    }
}

fn key(text: &str) -> Result<Key, Problem> {
    match text {
        "metric" => Ok(Key::Metric),
        "channel" => Ok(Key::Channel),
        "source" => Ok(Key::Source),
        "host" => Ok(Key::Host),
        _ => match text.strip_prefix(LABEL_PREFIX) {
            Some(name) if !name.is_empty() => Ok(Key::Label(name.to_owned())),
            _ => {
                let message =
                    format!("{text:.40?}: one or several of metric, channel, source, host, label.<name>, or empty");
                Err(Problem::parameter("by", &message))
            }
        },
    }
}

fn clipped(value: &str, bytes: usize) -> String {
    let mut end = value.len().min(bytes);
    while !value.is_char_boundary(end) {
        end -= 1;
    }
    value[..end].replace(|c: char| c.is_ascii_control(), " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_is_named_by_what_it_has_in_common() {
        let descriptions = Descriptions::default();
        for (by, expected) in [
            (None, "rss"),
            (Some("metric"), "rss"),
            (Some(""), "*"),
            (Some("channel,metric"), "demo,rss"),
            (Some("metric,host,label.zone"), "rss,,"),
        ] {
            assert_eq!(GroupBy::parse(by).unwrap().name(&descriptions, "demo", "rss-1"), expected, "{by:?}");
        }
        for bad in ["name", "metric,", "label.", "metric,metric,metric,metric,metric,metric,metric,metric,metric"] {
            assert!(GroupBy::parse(Some(bad)).unwrap_err().message().starts_with("by:"), "{bad}");
        }
    }

    #[test]
    fn a_long_or_strange_value_is_still_part_of_a_name() {
        assert_eq!(clipped(&"ü".repeat(200), 25), "ü".repeat(12));
        assert_eq!(clipped("a\nb", 25), "a b");
    }
}
