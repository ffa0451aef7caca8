//! What a series of ours is called in Prometheus' words.
//!
//! `__name__` is the metric with every character that Prometheus does not allow made `_` (and `_` before a digit);
//! `series` is our column name as it is, so that no two series of a channel have the same labels; `channel`, `source` and
//! `host` say where it comes from, as far as is known. Labels a source gives itself come after: one that has a name of
//! ours gets the prefix `exported_`, as a scraped one does in Prometheus; several that become the same name share it, their
//! values joined with `;` in the order of their names, as OpenTelemetry's rules for Prometheus say.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::super::described::Described;
use super::labels::{Labels, NAME};

/// The labels every series may have; those of a source yield to them.
const OURS: [&str; 4] = ["channel", "host", "series", "source"];

/// The labels of one series.
pub(super) fn labels(channel: &Arc<str>, series: &Arc<str>, known: &Described) -> Labels {
    let mut pairs: Vec<(Arc<str>, Arc<str>)> = vec![
        (NAME.into(), metric_name(&known.metric).into()),
        ("channel".into(), Arc::clone(channel)),
        ("series".into(), Arc::clone(series)),
    ];
    if let Some(source) = &known.source {
        pairs.push(("source".into(), source.id.as_str().into()));
        pairs.push(("host".into(), source.host.as_deref().unwrap_or_default().into()));
        let mut own: BTreeMap<String, String> = BTreeMap::new();
        for (name, value) in &source.labels {
            let values = own.entry(label_name(name)).or_default();
            if !values.is_empty() {
                values.push(';');
            }
            values.push_str(value);
        }
        pairs.extend(own.into_iter().map(|(name, value)| (name.into(), value.into())));
    }
    Labels::new(pairs)
}

/// A metric as a valid Prometheus name: `[a-zA-Z_:][a-zA-Z0-9_:]*`.
pub(super) fn metric_name(metric: &str) -> String {
    valid(metric, |c| c == ':')
}

/// May this stand for a label in a query? `[a-zA-Z_][a-zA-Z0-9_]*`.
pub(super) fn is_label_name(name: &str) -> bool {
    let mut chars = name.chars();
    chars.next().is_some_and(|first| first.is_ascii_alphabetic() || first == '_')
        && chars.all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// A source's own label as a valid name that is none of ours. Names that begin with `__` are Prometheus' own.
fn label_name(name: &str) -> String {
    let name = valid(name, |_| false);
    if OURS.contains(&name.as_str()) || name.starts_with("__") { format!("exported_{name}") } else { name }
}

fn valid(name: &str, also: impl Fn(char) -> bool) -> String {
    let digit_first = name.chars().next().is_none_or(|first| first.is_ascii_digit());
    let chars = name.chars().map(|c| if c.is_ascii_alphanumeric() || c == '_' || also(c) { c } else { '_' });
    digit_first.then_some('_').into_iter().chain(chars).collect()
}

#[cfg(test)]
mod tests {
    use super::super::super::described::Publisher;
    use super::*;

    #[test]
    fn metrics_become_valid_names() {
        for (metric, name) in [
            ("rss", "rss"),
            ("heap-total", "heap_total"),
            ("a:b.c d", "a:b_c_d"),
            ("99p", "_99p"),
            ("", "_"),
            ("größe", "gr__e"),
        ] {
            assert_eq!(metric_name(metric), name, "{metric}");
        }
    }

    #[test]
    fn a_series_has_our_labels_first_and_its_sources_own_beside_them() {
        let own = [("zone", "z"), ("host", "theirs"), ("a-b", "1"), ("a.b", "2"), ("__x", "3"), ("empty", "")];
        let labels_of = own.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let source = Publisher { id: "web-1".into(), host: Some("h1".into()), labels: labels_of };
        let known = Described { metric: "heap-total".into(), unit: None, source: Some(source.into()) };
        let expected = Labels::from([
            (NAME, "heap_total"),
            ("channel", "c.d"),
            ("series", "heap-total-web-1"),
            ("source", "web-1"),
            ("host", "h1"),
            ("zone", "z"),
            ("exported_host", "theirs"),
            ("exported___x", "3"),
            ("a_b", "1;2"),
        ]);
        assert_eq!(labels(&"c.d".into(), &"heap-total-web-1".into(), &known), expected);
        let unknown = Described { metric: "queue".into(), ..Described::default() };
        let expected = Labels::from([(NAME, "queue"), ("channel", "c"), ("series", "queue")]);
        assert_eq!(labels(&"c".into(), &"queue".into(), &unknown), expected);
    }

    #[test]
    fn label_names_are_told_from_other_texts() {
        for (name, valid) in [("a", true), ("_a9", true), ("9a", false), ("", false), ("a-b", false), ("a:b", false)] {
            assert_eq!(is_label_name(name), valid, "{name}");
        }
    }
}
