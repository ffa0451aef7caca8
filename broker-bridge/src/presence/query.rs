//! Which sources somebody asks for: by state, machine, label, channel; sorted, a page at a time.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::sync::Arc;

use eontide_wire::monitor::{NoticeTarget, Target, Watching};
use eontide_wire::viewer::request::{check_patterns, name_matches};
use eontide_wire::viewer::{SourceState, SourceView};
use eontide_wire::{Cause, ChannelPattern};

use super::source::{Flags, Source};
use super::{Period, Presence};
use crate::monitors::table::WATCHES_MAX;
use crate::monitors::{Refusal, Watched};

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

/// Machine, rank of the state, and cause.
pub(crate) type Group = (Option<Arc<str>>, usize, Option<Cause>);

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

impl Filter {
    /// What a monitor's target says; the error is for people.
    pub(crate) fn of(target: &Target) -> Result<Self, String> {
        if *target == Target::default() {
            return Err("target: name a channel, an id, a host or labels".to_owned());
        }
        Self::fitting(target)
    }

    /// The same, where all may be asked for.
    pub(crate) fn fitting(target: &Target) -> Result<Self, String> {
        let list = |pattern: &Option<String>| pattern.iter().cloned().collect::<Vec<_>>();
        let (ids, hosts) = (list(&target.id), list(&target.host));
        let labels: Vec<_> =
            target.labels.iter().map(|(name, pattern)| (name.clone(), vec![pattern.clone()])).collect();
        let patterns = ids.iter().chain(&hosts).chain(labels.iter().flat_map(|(_, patterns)| patterns));
        let patterns: Vec<&str> = patterns.map(String::as_str).collect();
        check_patterns(patterns.into_iter()).map_err(|problem| format!("target: {problem}"))?;
        let channel = target.channel.as_deref().map(ChannelPattern::new).transpose();
        let channel = channel.map_err(|problem| format!("target: {problem}"))?;
        Ok(Self { states: Vec::new(), channel, ids, hosts, labels })
    }
}

impl Presence {
    /// Whoever fits is watched from now on: its end is told to monitors, once.
    pub(crate) fn watch(&mut self, target: &Target, filter: &Filter) -> Result<Watched, Refusal> {
        let plain = |text: &Option<String>| text.as_ref().filter(|text| !text.contains('*')).cloned();
        let one = plain(&target.channel).zip(plain(&target.id));
        let indices: Vec<u32> = match &one {
            Some((channel, id)) => self.channels.find(channel, id, &self.slab).into_iter().collect(),
            None => self.fitting(filter).map(|(index, _)| index).take(WATCHES_MAX + 1).collect(),
        };
        let there = |index: &u32| self.slab.get(*index).is_some_and(|s| s.is_there() && self.fits(filter, s));
        let indices: Vec<u32> = indices.into_iter().filter(there).collect();
        if indices.len() > WATCHES_MAX {
            return Err(Refusal::Full("monitored sources"));
        }
        for index in &indices {
            if let Some(source) = self.slab.get_mut(*index) {
                source.flags.set(Flags::WATCHED, true);
            }
        }
        let only_host = target.channel.is_none() && target.id.is_none() && target.labels.is_empty();
        Ok(match plain(&target.host).filter(|_| only_host) {
            _ if indices.is_empty() => Watched::Nothing(NoticeTarget {
                channel: target.channel.clone(),
                id: target.id.clone(),
                epoch: None,
                host: target.host.clone(),
            }),
            Some(host) => Watched::Host(host, indices),
            None => Watched::Each(indices),
        })
    }

    /// These sources, for who watches them.
    pub(crate) fn watching(&self, indices: &[u32]) -> Vec<Watching> {
        let view = |source: &Source| Watching {
            channel: self.channels.get(source.channel).name.to_string(),
            id: source.id.to_string(),
            epoch: source.epoch,
            since: source.since().as_millis(),
        };
        indices.iter().filter_map(|index| self.slab.get(*index).map(view)).collect()
    }

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

    /// How many of those that fit are on which machine, in which state (by its rank: down, stale, crash looping, unknown,
    /// restarted, up) and why.
    pub(crate) fn counts_by_host(&self, filter: &Filter) -> HashMap<Group, u64> {
        let mut counts = HashMap::new();
        for (_, source) in self.fitting(filter) {
            let host = self.abouts.get(source.about).host.clone();
            let rank = match source.state(self.deaf_since.is_some()) {
                SourceState::Down => 0,
                SourceState::Stale => 1,
                SourceState::CrashLooping => 2,
                SourceState::Unknown => 3,
                SourceState::Restarted => 4,
                SourceState::Up => 5,
            };
            *counts.entry((host, rank, source.condition.cause())).or_default() += 1;
        }
        counts
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
