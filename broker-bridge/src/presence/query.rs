//! Which sources somebody asks for: by state, machine, label, channel; sorted, a page at a time.

use std::cmp::Ordering;

use eontide_wire::viewer::request::name_matches;
use eontide_wire::viewer::{SourceState, SourceView};
use eontide_wire::ChannelPattern;

use super::source::Source;
use super::{Period, Presence};

/// What sources must fit; empty lists fit all.
#[derive(Clone, Debug, Default)]
pub(crate) struct Filter {
    pub(crate) states: Vec<SourceState>,
    /// Any channel where absent.
    pub(crate) channel: Option<ChannelPattern>,
    /// Patterns of ids, of machines, and of values of labels.
    pub(crate) ids: Vec<String>,
    pub(crate) hosts: Vec<String>,
    pub(crate) labels: Vec<(String, Vec<String>)>,
}

/// Some of the sources that fit.
#[derive(Debug)]
pub(crate) struct Page {
    /// How many fit.
    pub(crate) total: usize,
    pub(crate) sources: Vec<SourceView>,
}

fn fits(patterns: &[String], text: Option<&str>) -> bool {
    patterns.is_empty() || text.is_some_and(|text| patterns.iter().any(|pattern| name_matches(pattern, text)))
}

impl Presence {
    fn fits(&self, filter: &Filter, source: &Source) -> bool {
        let about = self.abouts.get(source.about);
        (filter.states.is_empty() || filter.states.contains(&source.state(self.deaf_since.is_some())))
            && fits(&filter.ids, Some(&source.id))
            && fits(&filter.hosts, about.host.as_deref())
            && filter.labels.iter().all(|(name, patterns)| {
                let value = about.labels.get(name);
                value.is_some_and(|value| fits(patterns, Some(value)))
            })
    }

    /// The sources that fit, with their numbers, in no order. Those of one machine are found without looking at the others.
    pub(super) fn fitting<'p>(&'p self, filter: &'p Filter) -> impl Iterator<Item = (u32, &'p Source)> {
        let everywhere = ChannelPattern::everything();
        let one_host = match &filter.hosts[..] {
            [host] if !host.contains('*') => Some(self.abouts.on_host(host).iter().copied()),
            _ => None,
        };
        let channel = filter.channel.clone().unwrap_or(everywhere);
        let all = one_host.is_none().then(|| self.channels.all().flat_map(|channel| channel.indices()));
        let indices = one_host.into_iter().flatten().chain(all.into_iter().flatten());
        indices.filter_map(move |index| {
            let source = self.slab.get(index)?;
            let covered = channel.matches(&self.channels.get(source.channel).name);
            (covered && self.fits(filter, source)).then_some((index, source))
        })
    }

    /// Those that fit, by channel and id, `limit` of them after the first `offset`.
    pub(crate) fn page(&self, filter: &Filter, offset: usize, limit: usize) -> Page {
        let mut found: Vec<&Source> = self.fitting(filter).map(|(_, source)| source).collect();
        let total = found.len();
        let end = offset.saturating_add(limit).min(total);
        if offset >= end {
            return Page { total, sources: Vec::new() };
        }
        // What stands behind the page need not be in order.
        if end < total {
            found.select_nth_unstable_by(end - 1, |a, b| self.order(a, b));
            found.truncate(end);
        }
        found.sort_unstable_by(|a, b| self.order(a, b));
        Page { total, sources: found[offset..].iter().map(|source| self.view(source)).collect() }
    }

    /// By channel, then by id.
    fn order(&self, a: &Source, b: &Source) -> Ordering {
        let channel = |source: &Source| self.channels.get(source.channel);
        channel(a).name.cmp(&channel(b).name).then_with(|| a.id.cmp(&b.id))
    }

    /// The sources of this id, of whatever channel, each with the times it was there, the oldest first.
    pub(crate) fn lives(&self, id: &str, channel: Option<&ChannelPattern>) -> Vec<(SourceView, Vec<Period>)> {
        let covered = self.channels.all().filter(|one| channel.is_none_or(|pattern| pattern.matches(&one.name)));
        let sources = covered.filter_map(|channel| self.slab.get(self.channels.find(&channel.name, id, &self.slab)?));
        let mut lives: Vec<_> =
            sources.map(|source| (self.view(source), source.periods().cloned().collect::<Vec<_>>())).collect();
        lives.sort_by(|(a, _), (b, _)| a.channel.cmp(&b.channel));
        lives
    }
}
