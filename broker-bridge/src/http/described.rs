//! What is known of a series beside its points: who publishes it, where, what it measures.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use eontide_wire::ChannelPattern;
use eontide_wire::name::metric_of_name;

use crate::pipeline::Pipeline;
use crate::presence::Said;

/// What is known of one series. A series that nobody introduced has a metric only.
#[derive(Clone, Debug, Default)]
pub(super) struct Described {
    /// What it measures, the same over all sources.
    pub(super) metric: Arc<str>,
    pub(super) unit: Option<Arc<str>>,
    pub(super) source: Option<Arc<Publisher>>,
}

/// The source of a series.
#[derive(Debug)]
pub(super) struct Publisher {
    pub(super) id: String,
    pub(super) host: Option<String>,
    pub(super) labels: BTreeMap<String, String>,
}

impl Publisher {
    fn new(said: &Said) -> Self {
        let host = said.about.host.as_deref().map(str::to_owned);
        Self { id: said.id.to_string(), host, labels: said.about.labels.clone() }
    }
}

impl Described {
    /// What the name of a series tells.
    fn of_name(name: &str) -> Self {
        Self { metric: metric_of_name(name, "").into(), ..Self::default() }
    }
}

/// What is known of the series of some channels.
#[derive(Debug, Default)]
pub(super) struct Descriptions(HashMap<Arc<str>, HashMap<Arc<str>, Described>>);

impl Descriptions {
    /// What the sources of what `pattern` covers say of their series. The lock is held while references are taken.
    pub(super) fn of(pipeline: &Pipeline, pattern: &ChannelPattern) -> Self {
        Self::of_some(pipeline, pattern, |_| true)
    }

    /// The same, of those series whose names are `wanted`.
    pub(super) fn of_some(pipeline: &Pipeline, pattern: &ChannelPattern, wanted: impl Fn(&str) -> bool) -> Self {
        let mut said = pipeline.read().presence.said(pattern);
        // Where several speak of one series the last counts.
        said.sort_unstable_by(|a, b| (&a.channel, &a.id).cmp(&(&b.channel, &b.id)));
        let mut all = Self::default();
        said.iter().for_each(|said| all.add(said, &wanted));
        all
    }

    fn add(&mut self, said: &Said, wanted: impl Fn(&str) -> bool) {
        let id = said.id.as_str();
        let mut publisher = None;
        let mut publisher = || {
            let new = || Arc::new(Publisher::new(said));
            Some(Arc::clone(publisher.get_or_insert_with(new)))
        };
        let metric = |name: &str, said: Option<&str>| said.unwrap_or_else(|| metric_of_name(name, id)).into();
        let of_channel = self.0.entry(Arc::clone(&said.channel)).or_default();
        for name in said.series.iter().filter(|name| wanted(name)) {
            let described = Described { metric: metric(name, None), unit: None, source: publisher() };
            of_channel.insert(Arc::clone(name), described);
        }
        // What it says itself counts more.
        for info in said.introduced.iter().filter(|info| wanted(&info.name)) {
            let (metric, unit) = (metric(&info.name, info.metric.as_deref()), info.unit.as_deref().map(Arc::from));
            of_channel.insert(info.name.as_str().into(), Described { metric, unit, source: publisher() });
        }
    }

    /// What is known of this series.
    pub(super) fn get(&self, channel: &str, name: &str) -> Described {
        self.find(channel, name).cloned().unwrap_or_else(|| Described::of_name(name))
    }

    /// Gives what is known of this series.
    pub(super) fn with<T>(&self, channel: &str, name: &str, take: impl FnOnce(&Described) -> T) -> T {
        match self.find(channel, name) {
            Some(known) => take(known),
            None => take(&Described::of_name(name)),
        }
    }

    fn find(&self, channel: &str, name: &str) -> Option<&Described> {
        self.0.get(channel)?.get(name)
    }
}
