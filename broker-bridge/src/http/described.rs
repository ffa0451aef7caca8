//! What is known of a series beside its points: who publishes it, where, what it measures.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use eontide_wire::ChannelPattern;
use eontide_wire::name::metric_of_name;

use crate::pipeline::State;

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

/// What is known of the series of some channels.
#[derive(Debug, Default)]
pub(super) struct Descriptions(HashMap<String, HashMap<String, Described>>);

impl Descriptions {
    /// What the sources of what `pattern` covers say of their series.
    pub(super) fn of(state: &State, pattern: &ChannelPattern) -> Self {
        let mut all: HashMap<String, HashMap<String, Described>> = HashMap::new();
        for source in state.presence.list(pattern) {
            let publisher = Arc::new(Publisher { id: source.id, host: source.host, labels: source.labels });
            let of_channel = all.entry(source.channel).or_default();
            for info in source.series {
                let metric = info.metric.map_or_else(|| metric_of_name(&info.name, &publisher.id).into(), Arc::from);
                let (unit, source) = (info.unit.map(Arc::from), Some(Arc::clone(&publisher)));
                of_channel.insert(info.name, Described { metric, unit, source });
            }
        }
        Self(all)
    }

    /// What is known of this series.
    pub(super) fn get(&self, channel: &str, name: &str) -> Described {
        let known = self.0.get(channel).and_then(|of_channel| of_channel.get(name));
        known.cloned().unwrap_or_else(|| Described { metric: metric_of_name(name, "").into(), ..Described::default() })
    }
}
