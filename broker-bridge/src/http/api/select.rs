//! Which series are meant: by name, and by what is known of them.

use eontide_wire::viewer::request::name_matches;

use super::super::answer::Problem;
use super::super::described::{Described, Descriptions};
use super::parameters::{HOST, METRIC, Query, SERIES, SOURCE};

/// Patterns that a series must fit, all of them; each is a list of which one must fit, and an empty list is fit by all.
#[derive(Debug, Default)]
pub(super) struct Selection {
    series: Vec<String>,
    metric: Vec<String>,
    source: Vec<String>,
    host: Vec<String>,
    labels: Vec<(String, Vec<String>)>,
}

impl Selection {
    /// What a request asks for.
    pub(super) fn of(query: &Query) -> Result<Self, Problem> {
        Ok(Self {
            series: query.patterns(&SERIES)?,
            metric: query.patterns(&METRIC)?,
            source: query.patterns(&SOURCE)?,
            host: query.patterns(&HOST)?,
            labels: query.labels()?,
        })
    }

    /// Must more be known of a series than its name?
    pub(super) fn needs_descriptions(&self) -> bool {
        !(self.metric.is_empty() && self.source.is_empty() && self.host.is_empty() && self.labels.is_empty())
    }

    /// Is this series meant?
    pub(super) fn wants(&self, descriptions: &Descriptions, channel: &str, name: &str) -> bool {
        fits(&self.series, Some(name))
            && (!self.needs_descriptions() || descriptions.with(channel, name, |known| self.describes(known)))
    }

    fn describes(&self, known: &Described) -> bool {
        let source = known.source.as_deref();
        fits(&self.metric, Some(&known.metric))
            && fits(&self.source, source.map(|source| source.id.as_str()))
            && fits(&self.host, source.and_then(|source| source.host.as_deref()))
            && self.labels.iter().all(|(name, patterns)| {
                fits(patterns, source.and_then(|source| source.labels.get(name)).map(String::as_str))
            })
    }
}

/// What is not known fits no pattern, not even `*`.
fn fits(patterns: &[String], text: Option<&str>) -> bool {
    patterns.is_empty() || text.is_some_and(|text| patterns.iter().any(|pattern| name_matches(pattern, text)))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::Arc;

    use super::super::super::described::Publisher;
    use super::super::parameters::test_query;
    use super::super::routes::Resource;
    use super::*;

    #[test]
    fn all_filters_must_fit_and_of_each_one_pattern() {
        let source = Arc::new(Publisher {
            id: "w-1".into(),
            host: Some("web".into()),
            labels: BTreeMap::from([("zone".into(), "eu-1".into())]),
        });
        let known = Described { metric: "rss".into(), unit: None, source: Some(source) };
        let unknown = Described { metric: "rss".into(), ..Described::default() };
        for (query, of_known, of_unknown) in [
            ("", true, true),
            ("metric=rss", true, true),
            ("metric=cpu,r*", true, true),
            ("metric=cpu", false, false),
            ("source=w-*", true, false),
            ("source=*", true, false),
            ("host=web&source=w-2", false, false),
            ("host=web&label.zone=eu-*", true, false),
            ("label.zone=us-*", false, false),
            ("label.rack=*", false, false),
        ] {
            let selection = Selection::of(&test_query(Resource::Query, query).unwrap()).unwrap();
            assert_eq!((selection.describes(&known), selection.describes(&unknown)), (of_known, of_unknown), "{query}");
        }
    }
}
