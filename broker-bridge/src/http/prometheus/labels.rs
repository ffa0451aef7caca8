//! The labels of a series: what tells it from all others.

use std::fmt;
use std::sync::Arc;

/// The label that holds the metric.
pub(super) const NAME: &str = "__name__";

/// Sorted by name, each name once, none with an empty value: in PromQL an empty label is an absent one.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Labels(Arc<[(Arc<str>, Arc<str>)]>);

impl Default for Labels {
    fn default() -> Self {
        Self(Arc::from([]))
    }
}

impl Labels {
    /// Of any order; where a name comes twice, the later one counts.
    pub(super) fn new(pairs: impl IntoIterator<Item = (Arc<str>, Arc<str>)>) -> Self {
        let mut pairs: Vec<_> = pairs.into_iter().collect();
        pairs.reverse();
        pairs.sort_by(|a, b| a.0.cmp(&b.0));
        pairs.dedup_by(|next, kept| next.0 == kept.0);
        pairs.retain(|(_, value)| !value.is_empty());
        Self(pairs.into())
    }

    /// The value of a label; empty where it is absent.
    pub(super) fn get(&self, name: &str) -> &str {
        self.0.binary_search_by(|(other, _)| (**other).cmp(name)).map_or("", |at| &self.0[at].1)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&Arc<str>, &Arc<str>)> {
        self.0.iter().map(|(name, value)| (name, value))
    }

    /// Only these.
    pub(super) fn keep(&self, names: &[impl AsRef<str>]) -> Self {
        self.filtered(|name| names.iter().any(|kept| kept.as_ref() == name))
    }

    /// All but these.
    pub(super) fn remove(&self, names: &[impl AsRef<str>]) -> Self {
        self.filtered(|name| !names.iter().any(|removed| removed.as_ref() == name))
    }

    /// All but the metric: what a calculation returns is no longer what was measured.
    pub(super) fn without_metric(&self) -> Self {
        if self.get(NAME).is_empty() { self.clone() } else { self.remove(&[NAME]) }
    }

    /// With this one set; an empty value removes it.
    pub(super) fn with(&self, name: &str, value: &str) -> Self {
        Self::new(self.0.iter().cloned().chain([(name.into(), value.into())]))
    }

    fn filtered(&self, keep: impl Fn(&str) -> bool) -> Self {
        Self(self.0.iter().filter(|(name, _)| keep(name)).cloned().collect())
    }
}

/// As Prometheus writes them in its errors.
impl fmt::Display for Labels {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("{")?;
        for (index, (name, value)) in self.0.iter().enumerate() {
            write!(f, "{}{name}={value:?}", if index == 0 { "" } else { ", " })?;
        }
        f.write_str("}")
    }
}

#[cfg(test)]
impl<const N: usize> From<[(&str, &str); N]> for Labels {
    fn from(pairs: [(&str, &str); N]) -> Self {
        Self::new(pairs.map(|(name, value)| (name.into(), value.into())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_a_sorted_set_without_empty_values() {
        let labels = Labels::from([("b", "1"), (NAME, "m"), ("a", ""), ("b", "2")]);
        assert_eq!(labels.to_string(), r#"{__name__="m", b="2"}"#);
        assert_eq!((labels.get("b"), labels.get("a"), labels.get("zz")), ("2", "", ""));
        assert_eq!(labels.without_metric(), Labels::from([("b", "2")]));
        assert_eq!(labels.keep(&[NAME]), Labels::from([(NAME, "m")]));
        assert_eq!(labels.remove(&["b"]), Labels::from([(NAME, "m")]));
        assert_eq!(labels.with("a", "x").with("b", ""), Labels::from([(NAME, "m"), ("a", "x")]));
    }

    #[test]
    fn they_order_by_name_then_value_then_length_as_in_prometheus() {
        let ordered = [
            Labels::default(),
            Labels::from([("a", "1")]),
            Labels::from([("a", "1"), ("b", "1")]),
            Labels::from([("a", "2")]),
            Labels::from([("b", "0")]),
        ];
        assert!(ordered.is_sorted());
    }
}
