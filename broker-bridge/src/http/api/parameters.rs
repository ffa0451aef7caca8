//! The parameters of the API, each defined once: what handlers read, what is refused, and what the OpenAPI document says
//! are made of these.

use std::collections::HashMap;
use std::time::Duration;

use eontide_wire::viewer::request::{WIDTH_MAX, check_patterns};
use eontide_wire::viewer::{Timetoken, parse_span};
use eontide_wire::{Timestamp, limits};

use super::super::answer::Problem;
use super::routes::Route;
use crate::clock;

/// Most series of each ranking.
pub(super) const K_MAX: u32 = 1000;
/// Most series of one page of a ranking.
pub(super) const RANKING_K_MAX: u32 = 20_000;
/// Most messages of one answer.
pub(super) const MESSAGES_MAX: u32 = 10_000;
/// Most series that one may begin after: more than any store has.
const OFFSET_MAX: u32 = 100_000_000;
/// Longest step.
pub(super) const STEP_MAX: Duration = Duration::from_secs(30 * 86_400);

/// What a parameter holds.
#[derive(Clone, Copy, Debug)]
pub(super) enum Kind {
    /// A time: ms since 1970, RFC 3339, or a span back from now.
    Time,
    /// A length of time such as `10s`.
    Span,
    /// A whole number within these bounds.
    Number(u32, u32),
    /// A place in the stream.
    Place,
    /// A value as series have it.
    Value,
    /// A comma list of any texts.
    List,
    /// A comma list of names, `*` stands for any text.
    Patterns,
    /// Any number of parameters `label.<name>`, each a comma list of patterns.
    Labels,
    /// One of these.
    Choice(&'static [&'static str]),
    /// Text.
    Text,
}

/// One parameter of a query string.
#[derive(Debug)]
pub(super) struct Parameter {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    /// What is taken where it is absent, for people.
    pub(super) default: &'static str,
    /// What it does, one sentence.
    pub(super) about: &'static str,
}

/// What stands before the name of a label in the name of a parameter.
pub(super) const LABEL_PREFIX: &str = "label.";

macro_rules! parameters {
    ($($name:ident = $text:literal: $kind:expr, $default:literal, $about:literal;)*) => {
        $(pub(super) static $name: Parameter =
            Parameter { name: $text, kind: $kind, default: $default, about: $about };)*
    };
}

parameters! {
    FROM = "from": Kind::Time, "the begin of history", "Begin of the range, included.";
    TO = "to": Kind::Time, "all there is; now where agg is given", "End of the range, included.";
    WIDTH = "width": Kind::Number(1, WIDTH_MAX), "every point",
        "Pixels each line is cut down to, extremes kept; with agg the number of steps.";
    SERIES = "series": Kind::Patterns, "all", "Only series of these names.";
    METRIC = "metric": Kind::Patterns, "all", "Only series that measure this: rss, cpu.";
    SOURCE_STATE = "state": Kind::List, "all",
        "Only sources in one of these states: up, restarted, crash_looping, stale, down, unknown.";
    CHANNEL = "channel": Kind::Text, "all", "Only what belongs to this channel and all below it; with .* at the end of one level below.";
    ID = "id": Kind::Patterns, "all", "Only sources of these ids.";
    SOURCE_HOST = "host": Kind::Patterns, "all", "Only sources on these machines.";
    SOURCE_LABELS = "label.": Kind::Labels, "all", "Only sources whose label <name> fits: label.zone=eu-*.";
    WAIT = "wait": Kind::Span, "not at all", "How long to wait for the first notice, 50 s at most.";
    SOURCE = "source": Kind::Patterns, "all", "Only series of sources with these ids.";
    HOST = "host": Kind::Patterns, "all", "Only series of sources on these machines.";
    LABELS = "label.": Kind::Labels, "all", "Only series of sources whose label <name> fits: label.zone=eu-*.";
    AGG = "agg": Kind::List, "lines as they are",
        "One or several of sum, mean, min, max, count and quantiles p0 to p100 such as p50 or p99.9; or topk alone.";
    BY = "by": Kind::List, "metric",
        "What makes a group: any of metric, channel, source, host, label.<name>; empty puts all series in one.";
    STEP = "step": Kind::Span, "(to - from) / width, without width / 300, at least 1 s",
        "Distance of two points of an aggregate; steps begin at whole multiples of it since 1970.";
    DENSITY_STEP = "step": Kind::Choice(&["100ms", "1s", "10s", "1m"]), "what fits on width (1200) pixels and is kept for as long, or soon made of points",
        "Length of a column.";
    DENSITY_FORMAT = "format": Kind::Choice(&["json", "bin"]), "what Accept names, else json",
        "Form of the answer: json; bin (the binary snapshot of /live).";
    IN = "in": Kind::Choice(&["last", "mean", "min", "max", "sum"]), "last",
        "How the points of one series within a step become one value.";
    K = "k": Kind::Number(1, K_MAX), "10", "For topk: series of each group.";
    OF = "of": Kind::Choice(&["last", "max", "slope"]), "last",
        "For topk: what series are ranked by, over the whole range; slope is the least-squares slope per second.";
    RANKING_OF = "of": Kind::Choice(&["last", "max", "min", "mean", "slope"]), "last",
        "What series are ranked by, over the whole range; slope is the least-squares slope per second.";
    ORDER = "order": Kind::Choice(&["desc", "asc"]), "desc", "The largest first, or the smallest.";
    ABOVE = "above": Kind::Value, "any value",
        "Only series that have a value in the range from this one on and, where below is given, below that, at one time.";
    BELOW = "below": Kind::Value, "any value", "Only series that have a value below this one in the range.";
    RANKING_K = "k": Kind::Number(1, RANKING_K_MAX), "100", "Rows of the answer.";
    OFFSET = "offset": Kind::Number(0, OFFSET_MAX), "0", "Rows that stand before the first of the answer.";
    MESSAGES_FROM = "from": Kind::Time, "the begin of the stream",
        "Only messages that the broker got at this time or later; also a time token of 17 digits.";
    MESSAGES_TO = "to": Kind::Time, "the last message",
        "Only messages that the broker got at this time or before; also a time token of 17 digits.";
    AFTER = "after": Kind::Place, "0", "Only messages after this offset, which is not included.";
    BEFORE = "before": Kind::Place, "all there is", "Only messages before this offset, which is not included.";
    LIMIT = "limit": Kind::Number(1, MESSAGES_MAX), "100", "Messages of the answer.";
    MESSAGES_ORDER = "order": Kind::Choice(&["desc", "asc"]), "desc",
        "Where there are more than limit: desc takes the last ones, asc the first. Either way they come oldest first.";
    FORMAT = "format": Kind::Choice(&["json", "csv", "eon", "bin"]), "what Accept names, else json",
        "Form of the answer: json; csv (time,channel,series,value); eon (a publishable message a line); bin (the binary snapshot of /live).";
    EXPORT_FORMAT = "format": Kind::Choice(&["ndjson", "csv"]), "what Accept names, else ndjson",
        "Form of the answer: ndjson (an EON message a line), csv (time,channel,series,value).";
    IMPORT_FORMAT = "format": Kind::Choice(&["ndjson", "csv"]), "what Content-Type says",
        "Form of what is sent.";
    ONLY = "only": Kind::Text, "the channel of the first line that names one",
        "Takes only lines of this channel from what holds several; * at the end stands for one level below.";
}

/// The parameters of one request, of which each is one that its route has.
#[derive(Debug)]
pub(super) struct Query {
    route: &'static Route,
    given: HashMap<String, String>,
}

impl Query {
    /// Refuses what the route does not have, so that a typing error is not silently left out.
    pub(super) fn new(route: &'static Route, given: HashMap<String, String>) -> Result<Self, Problem> {
        for name in given.keys() {
            if !route.parameters.iter().any(|parameter| parameter.has_name(name)) {
                let names: Vec<&str> = route.parameters.iter().map(|parameter| parameter.shown()).collect();
                let offered = if names.is_empty() { "none is taken here".to_owned() } else { names.join(", ") };
                return Err(Problem::parameter(name, &format!("no such parameter: {offered}")));
            }
        }
        for parameter in route.parameters {
            if let (Kind::Choice(choices), Some(text)) = (parameter.kind, given.get(parameter.name))
                && !choices.contains(&text.as_str())
            {
                return Err(Problem::parameter(parameter.name, &format!("one of {}", choices.join(", "))));
            }
        }
        Ok(Self { route, given })
    }

    /// The text of a parameter, where it is given.
    pub(super) fn get(&self, parameter: &'static Parameter) -> Option<&str> {
        let has = self.route.parameters.iter().any(|known| std::ptr::eq(*known, parameter));
        debug_assert!(has, "{} is not in the table of {}", parameter.name, self.route.path);
        self.given.get(parameter.name).map(String::as_str)
    }

    /// A comma list; empty where it is absent.
    pub(super) fn list(&self, parameter: &'static Parameter) -> Vec<String> {
        self.get(parameter).map(split).unwrap_or_default()
    }

    /// Patterns of names, checked; empty where the parameter is absent.
    pub(super) fn patterns(&self, parameter: &'static Parameter) -> Result<Vec<String>, Problem> {
        checked_patterns(parameter.name, self.list(parameter))
    }

    /// Names and patterns of labels, in the order of names.
    pub(super) fn labels(&self) -> Result<Vec<(String, Vec<String>)>, Problem> {
        let mut labels = Vec::new();
        for (parameter, text) in &self.given {
            if let Some(name) = parameter.strip_prefix(LABEL_PREFIX) {
                labels.push((name.to_owned(), checked_patterns(parameter, split(text))?));
            }
        }
        labels.sort_unstable();
        Ok(labels)
    }

    /// A whole number within its bounds.
    pub(super) fn number(&self, parameter: &'static Parameter) -> Result<Option<u32>, Problem> {
        let Kind::Number(min, max) = parameter.kind else { return Ok(None) };
        let Some(text) = self.get(parameter) else { return Ok(None) };
        match text.parse::<u32>() {
            Ok(number) if (min..=max).contains(&number) => Ok(Some(number)),
            _ => Err(Problem::parameter(parameter.name, &format!("not a whole number from {min} to {max}"))),
        }
    }

    /// A place in the stream.
    pub(super) fn place(&self, parameter: &'static Parameter) -> Result<Option<u64>, Problem> {
        let Some(text) = self.get(parameter) else { return Ok(None) };
        let place =
            text.parse().map_err(|_| Problem::parameter(parameter.name, "not an offset: a whole number from 0"));
        place.map(Some)
    }

    /// First and last time token of a time, which both belong to it.
    pub(super) fn tokens(
        &self,
        parameter: &'static Parameter,
        now: Timestamp,
    ) -> Result<Option<(Timetoken, Timetoken)>, Problem> {
        let Some(text) = self.get(parameter) else { return Ok(None) };
        if let Some(token) = timetoken(text) {
            return Ok(Some((Timetoken::at_least(token), Timetoken::at_least(token.saturating_sub(1)))));
        }
        let time = time(text, now).map_err(|problem| Problem::parameter(parameter.name, &problem))?;
        // As for points: what is further away is no other time for a message.
        let last = now.as_micros() + limits::TIMESTAMP_AHEAD_US;
        let ns = i128::from(time.as_micros().clamp(0, last)) * 1000;
        Ok(Some((Timetoken::from_nanos(ns), Timetoken::from_nanos(ns + 999))))
    }

    /// A value.
    pub(super) fn value(&self, parameter: &'static Parameter) -> Result<Option<f64>, Problem> {
        let Some(text) = self.get(parameter) else { return Ok(None) };
        let value = text.parse::<f64>().ok().filter(|value| value.is_finite());
        value
            .map(Some)
            .ok_or_else(|| Problem::parameter(parameter.name, "not a number: write for example 12, -0.5 or 1e9"))
    }

    /// What was asked, the same for equal requests.
    pub(super) fn key(&self) -> Vec<(String, String)> {
        let mut given: Vec<_> = self.given.iter().map(|(name, text)| (name.clone(), text.clone())).collect();
        given.sort_unstable();
        given
    }

    /// A length of time.
    pub(super) fn span(&self, parameter: &'static Parameter) -> Result<Option<Duration>, Problem> {
        let Some(text) = self.get(parameter) else { return Ok(None) };
        parse_span(text).map(Some).map_err(|problem| Problem::parameter(parameter.name, &problem))
    }

    /// `from` and `to`; what is absent is the begin of `history` and a day from now, which no point passes.
    pub(super) fn range(&self, now: Timestamp, history: Duration) -> Result<Range, Problem> {
        let read = |parameter: &'static Parameter| {
            let text = self.get(parameter);
            text.map(|text| time(text, now).map_err(|problem| Problem::parameter(parameter.name, &problem))).transpose()
        };
        let (from, to) = (read(&FROM)?, read(&TO)?);
        let last = Timestamp::from_micros(now.as_micros() + limits::TIMESTAMP_AHEAD_US);
        // Beyond these no point is taken, and lengths of time fit in what counts them.
        let within = |time: Timestamp| time.clamp(Timestamp::from_micros(0), last);
        let range =
            Range { from: within(from.unwrap_or_else(|| clock::before(now, history))), to: within(to.unwrap_or(last)) };
        if range.from > range.to {
            return Err(Problem::parameter("from", "later than to"));
        }
        Ok(range)
    }
}

/// From and to, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Range {
    pub(super) from: Timestamp,
    pub(super) to: Timestamp,
}

impl Parameter {
    fn has_name(&self, name: &str) -> bool {
        match self.kind {
            Kind::Labels => name.strip_prefix(LABEL_PREFIX).is_some_and(|label| !label.is_empty()),
            _ => name == self.name,
        }
    }

    /// The name for people.
    pub(super) fn shown(&self) -> &'static str {
        if matches!(self.kind, Kind::Labels) { "label.<name>" } else { self.name }
    }
}

fn split(text: &str) -> Vec<String> {
    text.split(',').map(str::to_owned).collect()
}

fn checked_patterns(parameter: &str, patterns: Vec<String>) -> Result<Vec<String>, Problem> {
    check_patterns(patterns.iter().map(String::as_str)).map_err(|problem| Problem::parameter(parameter, &problem))?;
    Ok(patterns)
}

/// Milliseconds (or any unit the wire knows), RFC 3339, or a span back from now.
fn time(text: &str, now: Timestamp) -> Result<Timestamp, String> {
    if let Ok(span) = parse_span(text) {
        return Ok(clock::before(now, span));
    }
    let number = || text.parse::<f64>().ok().and_then(Timestamp::from_number);
    Timestamp::from_rfc3339(text).or_else(number).ok_or_else(|| {
        "no time: write ms since 1970, RFC 3339 (+ as %2B), or a span back from now such as 15m".to_owned()
    })
}

/// 17 digits are no other unit: as µs they lie in the year 2286 or later.
fn timetoken(text: &str) -> Option<u64> {
    let digits = text.len() == 17 && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| digits)
}

/// The query of a test.
#[cfg(test)]
pub(super) fn test_query(resource: super::routes::Resource, text: &str) -> Result<Query, Problem> {
    let route = super::routes::ROUTES.iter().find(|route| route.resource == resource).unwrap();
    let pairs = text.split('&').filter_map(|pair| pair.split_once('='));
    Query::new(route, pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
}

#[cfg(test)]
mod tests {
    use super::super::routes::Resource;
    use super::test_query as query;
    use super::*;

    #[test]
    fn times_are_ms_rfc3339_or_a_span_back() {
        let now = Timestamp::from_millis(1_763_683_200_000);
        for (text, ms) in [
            ("1763683200123", 1_763_683_200_123),
            ("1763683200.123", 1_763_683_200_123),
            ("2025-11-21T00:00:00.123Z", 1_763_683_200_123),
            ("1m", 1_763_683_140_000),
        ] {
            assert_eq!(time(text, now).unwrap(), Timestamp::from_millis(ms), "{text}");
        }
        for bad in ["", "now", "yesterday", "nan"] {
            assert!(time(bad, now).is_err(), "{bad}");
        }
    }

    #[test]
    fn no_range_is_longer_than_time_is_counted() {
        let now = Timestamp::from_millis(1_763_683_200_000);
        let range = |text| query(Resource::Query, text).unwrap().range(now, Duration::from_secs(3600)).unwrap();
        let last = Timestamp::from_millis(1_763_683_200_000 + 86_400_000);
        let all = Range { from: Timestamp::from_micros(0), to: last };
        assert_eq!(range("from=-1e300&to=1e300"), all);
        assert_eq!(range("from=9000000d"), all);
        assert_eq!(range(""), Range { from: Timestamp::from_millis(1_763_679_600_000), to: last });
    }

    #[test]
    fn a_bad_parameter_is_named() {
        let now = Timestamp::from_millis(1_763_683_200_000);
        for (text, named) in [
            ("form=1m", "form:"),
            ("label.=a", "label.:"),
            ("in=first", "in:"),
            ("of=min", "of:"),
            ("format=xml", "format:"),
            ("k=0", "k:"),
            ("k=1001", "k:"),
            ("width=0", "width:"),
            ("width=32769", "width:"),
            ("step=5", "step:"),
            ("from=soon", "from:"),
            ("from=1s&to=1m", "from:"),
            ("series=*********", "series:"),
            ("label.zone=*********", "label.zone:"),
        ] {
            let read = query(Resource::Query, text).and_then(|query| {
                query.range(now, Duration::from_secs(3600))?;
                query.number(&K)?;
                query.number(&WIDTH)?;
                query.span(&STEP)?;
                query.patterns(&SERIES)?;
                query.labels()
            });
            let message = read.expect_err(text).message().to_owned();
            assert!(message.starts_with(named), "{text}: {message}");
        }
        let query = query(Resource::Query, "label.b=x,y&label.a=*").unwrap();
        assert_eq!(
            query.labels().unwrap(),
            [("a".into(), vec!["*".into()]), ("b".into(), vec!["x".into(), "y".into()])]
        );
    }
}
