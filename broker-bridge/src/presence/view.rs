//! What others see of sources: views, lists, counts.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use eontide_wire::viewer::SourceView;
use eontide_wire::{ChannelPattern, SeriesInfo, SourceId};

use super::Presence;
use super::about::About;
use super::source::Source;

/// What is known of a source and its series, by reference: taken for thousands of them under a lock.
#[derive(Clone, Debug)]
pub(crate) struct Said {
    pub(crate) channel: Arc<str>,
    pub(crate) id: SourceId,
    pub(crate) about: Arc<About>,
    /// The series of its hello.
    pub(crate) introduced: Arc<Vec<SeriesInfo>>,
    /// Names seen in its messages.
    pub(crate) series: Vec<Arc<str>>,
}

impl Presence {
    /// What the series of a source measure, as far as it said it.
    pub fn metrics_of(&self, channel: &str, id: &SourceId) -> HashMap<&str, &str> {
        let source = self.channels.find(channel, id.as_str(), &self.slab).and_then(|index| self.slab.get(index));
        let said = source.and_then(|source| source.known_names()).map(|names| names.said.iter());
        let named = |info: &'_ SeriesInfo| info.metric.is_some();
        said.into_iter()
            .flatten()
            .filter(|info| named(info))
            .filter_map(|info| Some((info.name.as_str(), info.metric.as_deref()?)))
            .collect()
    }

    /// Number of sources of what `pattern` covers that are there, and that are down.
    pub fn counts_of(&self, pattern: &ChannelPattern) -> [usize; 2] {
        let covered = self.channels.covered(pattern);
        covered.fold([0, 0], |[up, down], channel| [up + channel.there, down + channel.len() - channel.there])
    }

    /// The sources of what `pattern` covers, by channel and id.
    pub fn list(&self, pattern: &ChannelPattern) -> Vec<SourceView> {
        let mut list: Vec<SourceView> = self.covered(pattern).map(|source| self.view(source)).collect();
        list.sort_by(|a, b| (&a.channel, &a.id).cmp(&(&b.channel, &b.id)));
        list
    }

    pub(super) fn covered<'p>(&'p self, pattern: &'p ChannelPattern) -> impl Iterator<Item = &'p Source> {
        let indices = self.channels.covered(pattern).flat_map(|channel| channel.indices());
        indices.filter_map(|index| self.slab.get(index))
    }

    /// What is known of the sources of what `pattern` covers, in no order.
    pub(crate) fn said(&self, pattern: &ChannelPattern) -> Vec<Said> {
        let said = |source: &Source| {
            let names = source.known_names();
            Some(Said {
                channel: Arc::clone(&self.channels.get(source.channel).name),
                id: SourceId::new(&source.id).ok()?,
                about: Arc::clone(self.abouts.get(source.about)),
                introduced: names.map(|names| Arc::clone(&names.said)).unwrap_or_default(),
                series: names.map(|names| names.seen.clone()).unwrap_or_default(),
            })
        };
        self.covered(pattern).filter_map(said).collect()
    }

    /// Number of sources of what `pattern` covers.
    pub fn count(&self, pattern: &ChannelPattern) -> usize {
        self.channels.covered(pattern).map(|channel| channel.len()).sum()
    }

    /// Number of sources of each channel, those of the channels below it included.
    pub fn counts_by_channel(&self) -> HashMap<&str, usize> {
        let mut counts: HashMap<&str, usize> = HashMap::new();
        for channel in self.channels.all() {
            let ends = channel.name.match_indices('.').map(|(at, _)| at).chain([channel.name.len()]);
            for end in ends {
                *counts.entry(&channel.name[..end]).or_default() += channel.len();
            }
        }
        counts
    }

    /// A source as viewers and the API see it.
    pub(super) fn view(&self, source: &Source) -> SourceView {
        let about = self.abouts.get(source.about);
        let names = source.known_names();
        let described: &[SeriesInfo] = names.map_or(&[], |names| &names.said);
        let known: HashSet<&str> = described.iter().map(|info| info.name.as_str()).collect();
        let seen = names.into_iter().flat_map(|names| &names.seen).filter(|name| !known.contains(&***name));
        let seen = seen.map(|name| SeriesInfo { name: name.to_string(), unit: None, metric: None });
        SourceView {
            id: source.id.to_string(),
            epoch: source.epoch,
            channel: self.channels.get(source.channel).name.to_string(),
            state: source.state(self.deaf_since.is_some()),
            cause: source.condition.cause(),
            since: source.since().as_millis(),
            last_seen: source.last_seen.as_millis(),
            reason: source.reason().map(str::to_owned),
            host: about.host.as_deref().map(str::to_owned),
            pid: (source.pid > 0).then_some(source.pid),
            program: about.program.as_deref().map(str::to_owned),
            version: about.version.as_deref().map(str::to_owned),
            interval_ms: source.interval.ms(),
            lives: source.lives(),
            lost: source.lost(),
            dropped: source.dropped(),
            labels: about.labels.clone(),
            series: described.iter().cloned().chain(seen).collect(),
        }
    }
}
