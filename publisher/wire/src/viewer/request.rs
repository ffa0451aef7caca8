//! What a viewer asks.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Deserialize;

use super::{Position, SourceState, parse_span};
use crate::ChannelPattern;
use crate::channel::clip;
use crate::limits::NAME_BYTES_MAX;

/// Most series patterns of one subscription.
pub const SERIES_PATTERNS_MAX: usize = 256;
/// Most stars in one of them.
pub const PATTERN_STARS_MAX: usize = 8;
/// Widest picture a snapshot is cut down to.
pub const WIDTH_MAX: u32 = 32_768;
/// Most raw messages asked for at once.
pub const RAW_LIMIT_MAX: u64 = 10_000;

/// One request.
#[derive(Clone, Debug, PartialEq)]
pub enum Request {
    /// Begin a subscription under the client's own number; a number in use is replaced.
    Subscribe(u32, Box<Subscribe>),
    /// End one.
    Unsubscribe(u32),
    /// Answer once with a page of sources, under the client's own number.
    Sources(u32, Box<SourcesRequest>),
    /// Answer with a pong of the same number.
    Ping(u64),
}

/// Sources of one page that does not say it, and at most.
pub const SOURCES_LIMIT: (usize, usize) = (100, 10_000);

/// Asks for sources one by one, where a frame told only how many.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourcesRequest {
    /// A channel or a pattern of channels; all where absent.
    pub channel: Option<String>,
    /// Only these states; all where empty.
    #[serde(default)]
    pub state: Vec<SourceState>,
    /// Pattern of ids.
    pub id: Option<String>,
    /// Pattern of machines.
    pub host: Option<String>,
    /// Labels and patterns of their values.
    #[serde(default)]
    pub labels: BTreeMap<String, String>,
    /// Sources before the first of the page, by channel and id.
    #[serde(default)]
    pub offset: usize,
    /// Sources of the page; 100 where absent, 10,000 at most.
    pub limit: Option<usize>,
}

/// A subscription.
#[derive(Clone, Debug, PartialEq)]
pub struct Subscribe {
    /// What is watched.
    pub channel: ChannelPattern,
    /// How far back the snapshot reaches; an hour, or the bridge's history where that is shorter, where absent.
    pub window: Option<Duration>,
    /// Patterns of series names (in a density view: of metrics), `*` stands for any text; empty means all.
    pub series: Vec<String>,
    /// Pixels a snapshot is cut down to, extremes kept; absent means every point.
    pub width: Option<u32>,
    /// Resume after this position.
    pub since: Option<Position>,
    /// Lines, raw messages or merged columns.
    pub view: View,
    /// For [`View::Raw`]: the last so many messages first.
    pub limit: Option<u64>,
    /// Sources too: all of them in the snapshot, then presence frames. A density view tells of their number only, always.
    pub sources: bool,
}

/// What a subscription delivers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum View {
    /// Blocks of columns.
    #[default]
    Lines,
    /// Messages as published.
    Raw,
    /// Merged columns: per metric and step one histogram of all series.
    Density,
}

/// Why a request is refused; `sub` where it could be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct RequestError {
    /// The subscription meant.
    pub sub: Option<u32>,
    /// For programs.
    pub kind: &'static str,
    /// For people.
    pub message: String,
}

#[derive(Deserialize)]
struct RawRequest {
    sub: Option<u32>,
    subscribe: Option<RawSubscribe>,
    unsubscribe: Option<bool>,
    sources: Option<serde_json::Value>,
    ping: Option<u64>,
}

#[derive(Deserialize)]
struct RawSubscribe {
    channel: String,
    window: Option<String>,
    #[serde(default)]
    series: Vec<String>,
    width: Option<u32>,
    since: Option<Position>,
    view: Option<String>,
    limit: Option<u64>,
    /// Of any type, so that another one is refused by name.
    sources: Option<serde_json::Value>,
}

impl Request {
    /// Reads and checks one request.
    pub fn parse(text: &str) -> Result<Self, RequestError> {
        let raw: RawRequest = serde_json::from_str(text).map_err(|error| RequestError {
            sub: None,
            kind: "bad_request",
            message: format!("not a request of the viewer protocol: {error}"),
        })?;
        let sub = raw.sub;
        let bad = |kind, message: String| RequestError { sub, kind, message };
        match (raw, sub) {
            (RawRequest { ping: Some(number), .. }, _) => Ok(Self::Ping(number)),
            (RawRequest { subscribe: Some(raw), .. }, Some(sub)) => {
                Ok(Self::Subscribe(sub, Box::new(raw.check().map_err(|(kind, message)| bad(kind, message))?)))
            }
            (RawRequest { unsubscribe: Some(true), .. }, Some(sub)) => Ok(Self::Unsubscribe(sub)),
            (RawRequest { sources: Some(raw), .. }, Some(sub)) => {
                let request: SourcesRequest =
                    serde_json::from_value(raw).map_err(|error| bad("bad_sources", error.to_string()))?;
                let most = SOURCES_LIMIT.1;
                if request.limit.is_some_and(|limit| limit == 0 || limit > most) {
                    return Err(bad("bad_limit", format!("limit is not within 1 to {most}")));
                }
                Ok(Self::Sources(sub, Box::new(request)))
            }
            (_, None) => Err(bad("bad_request", "\"sub\" is missing: number your subscriptions yourself".into())),
            _ => {
                Err(bad("bad_request", "none of \"subscribe\", \"unsubscribe\":true, \"sources\" and \"ping\"".into()))
            }
        }
    }
}

impl RawSubscribe {
    fn check(self) -> Result<Subscribe, (&'static str, String)> {
        let channel = ChannelPattern::new(&self.channel).map_err(|error| ("bad_channel", error.to_string()))?;
        let window = self.window.as_deref().map(parse_span).transpose().map_err(|error| ("bad_window", error))?;
        let view = match self.view.as_deref() {
            None | Some("lines") => View::Lines,
            Some("raw") => View::Raw,
            Some("density") => View::Density,
            Some(other) => {
                return Err(("bad_view", format!("view {:?} is not offered: lines, raw or density", clip(other))));
            }
        };
        check_patterns(self.series.iter().map(String::as_str)).map_err(|error| ("bad_series", error))?;
        if let Some(width) = self.width.filter(|width| !(1..=WIDTH_MAX).contains(width)) {
            return Err(("bad_width", format!("width {width} is not within 1 to {WIDTH_MAX}")));
        }
        if let Some(limit) = self.limit.filter(|limit| *limit > RAW_LIMIT_MAX) {
            return Err(("bad_limit", format!("limit {limit} is more than {RAW_LIMIT_MAX}")));
        }
        let sources = match self.sources {
            None => true,
            Some(value) => {
                value.as_bool().ok_or_else(|| ("bad_sources", "sources is true or false, not quoted".to_owned()))?
            }
        };
        let mut series = self.series;
        series.sort_unstable();
        series.dedup();
        let Self { width, since, limit, .. } = self;
        Ok(Subscribe { channel, window, series, width, since, view, limit, sources })
    }
}

/// Are these patterns of series names that can be looked for? Each name is compared with each of them, so all are bounded.
pub fn check_patterns<'p>(patterns: impl ExactSizeIterator<Item = &'p str>) -> Result<(), String> {
    if patterns.len() > SERIES_PATTERNS_MAX {
        return Err(format!("more than {SERIES_PATTERNS_MAX} series patterns"));
    }
    for pattern in patterns {
        if pattern.len() > NAME_BYTES_MAX {
            return Err(format!(
                "series pattern {:?} is longer than a name can be, {NAME_BYTES_MAX} bytes",
                clip(pattern)
            ));
        }
        if pattern.bytes().filter(|byte| *byte == b'*').count() > PATTERN_STARS_MAX {
            return Err(format!("series pattern {:?} has more than {PATTERN_STARS_MAX} stars", clip(pattern)));
        }
    }
    Ok(())
}

/// Does `name` fit `pattern`, where `*` stands for any text?
pub fn name_matches(pattern: &str, name: &str) -> bool {
    let Some((first, mut pattern)) = pattern.split_once('*') else { return pattern == name };
    let Some(mut rest) = name.strip_prefix(first) else { return false };
    // The leftmost place of each part leaves the most room for the others.
    while let Some((part, others)) = pattern.split_once('*') {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
        pattern = others;
    }
    rest.ends_with(pattern)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Epoch;

    #[test]
    fn a_full_subscribe_is_read() {
        let request = Request::parse(
            r#"{"sub":1,"subscribe":{"channel":"c","window":"15m","series":["rss-*","a","a"],"width":1200,"since":{"epoch":5,"offset":7}}}"#,
        );
        let Ok(Request::Subscribe(1, subscribe)) = request else { panic!("{request:?}") };
        assert_eq!(subscribe.window, Some(Duration::from_secs(900)));
        assert_eq!(subscribe.series, ["a", "rss-*"]);
        assert_eq!(subscribe.since, Some(Position { epoch: Epoch(5), offset: 7 }));
        assert_eq!(subscribe.view, View::Lines);
    }

    #[test]
    fn every_mistake_has_its_kind_and_keeps_the_sub() {
        for (text, sub, kind) in [
            ("", None, "bad_request"),
            ("{}", None, "bad_request"),
            (r#"{"sub":1}"#, Some(1), "bad_request"),
            (r#"{"subscribe":{"channel":"c"}}"#, None, "bad_request"),
            (r#"{"sub":2,"subscribe":{"channel":"a b"}}"#, Some(2), "bad_channel"),
            (r#"{"sub":2,"subscribe":{"channel":"c","window":"soon"}}"#, Some(2), "bad_window"),
            (r#"{"sub":2,"subscribe":{"channel":"c","width":0}}"#, Some(2), "bad_width"),
            (r#"{"sub":2,"subscribe":{"channel":"c","width":32769}}"#, Some(2), "bad_width"),
            (r#"{"sub":2,"subscribe":{"channel":"c","series":["a*********"]}}"#, Some(2), "bad_series"),
            (r#"{"sub":2,"subscribe":{"channel":"c","view":"pie"}}"#, Some(2), "bad_view"),
            (r#"{"sub":2,"subscribe":{"channel":"c","limit":10001}}"#, Some(2), "bad_limit"),
            (r#"{"sub":2,"sources":{"state":["gone"]}}"#, Some(2), "bad_sources"),
            (r#"{"sub":2,"sources":{"hosts":"a"}}"#, Some(2), "bad_sources"),
            (r#"{"sub":2,"sources":{"limit":0}}"#, Some(2), "bad_limit"),
            (r#"{"sources":{}}"#, None, "bad_request"),
            (r#"{"sub":2,"subscribe":{"channel":"c","sources":"false"}}"#, Some(2), "bad_sources"),
            (r#"{"sub":2,"subscribe":{"channel":"c","sources":0}}"#, Some(2), "bad_sources"),
            (r#"{"sub":2,"subscribe":{"channel":"c","sources":[]}}"#, Some(2), "bad_sources"),
        ] {
            let error = Request::parse(text).unwrap_err();
            assert_eq!((error.sub, error.kind), (sub, kind), "{text}");
        }
        let page = Request::parse(r#"{"sub":3,"sources":{"host":"web-7","state":["down"],"offset":5}}"#);
        let host = Some("web-7".to_owned());
        let expected = SourcesRequest { host, state: vec![SourceState::Down], offset: 5, ..SourcesRequest::default() };
        assert_eq!(page, Ok(Request::Sources(3, Box::new(expected))));
        assert_eq!(Request::parse(r#"{"ping":3}"#), Ok(Request::Ping(3)));
        assert_eq!(Request::parse(r#"{"sub":3,"unsubscribe":true}"#), Ok(Request::Unsubscribe(3)));
    }

    #[test]
    fn sources_are_told_of_unless_that_is_refused() {
        for (option, expected) in
            [("", true), (r#","sources":true"#, true), (r#","sources":null"#, true), (r#","sources":false"#, false)]
        {
            let request = Request::parse(&format!(r#"{{"sub":1,"subscribe":{{"channel":"c"{option}}}}}"#));
            let Ok(Request::Subscribe(1, subscribe)) = request else { panic!("{request:?}") };
            assert_eq!(subscribe.sources, expected, "{option}");
        }
    }

    #[test]
    fn patterns_are_bounded_at_both_ends() {
        let check = |patterns: &[String]| check_patterns(patterns.iter().map(String::as_str)).is_ok();
        assert!(check(&["a".repeat(NAME_BYTES_MAX)]) && !check(&["a".repeat(NAME_BYTES_MAX + 1)]));
        assert!(check(&["*".repeat(PATTERN_STARS_MAX)]) && !check(&["*".repeat(PATTERN_STARS_MAX + 1)]));
        assert!(
            check(&vec![String::new(); SERIES_PATTERNS_MAX]) && !check(&vec![String::new(); SERIES_PATTERNS_MAX + 1])
        );
    }

    #[test]
    fn a_star_stands_for_any_text() {
        for (pattern, name, expected) in [
            ("rss-*", "rss-a", true),
            ("rss-*", "heap-a", false),
            ("*-a", "rss-a", true),
            ("r*s-*", "rss-a", true),
            ("*", "", true),
            ("a", "a", true),
            ("a", "ab", false),
            ("a*a", "a", false),
            ("*b*", "abc", true),
            ("a**c", "abc", true),
            ("********", "abc", true),
            ("a*b*b", "ab", false),
            ("a*b*b", "abb", true),
            ("", "", true),
            ("", "a", false),
        ] {
            assert_eq!(name_matches(pattern, name), expected, "{pattern} {name}");
        }
    }
}
