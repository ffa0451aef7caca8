//! The series of one channel, and the groups that hold their rows.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use eontide_wire::name::metric_of_name;
use eontide_wire::{Block, Timestamp};

use super::disk::{Extent, GroupName, TakenChannel, TakenGroup};
use super::group::{Group, TakenRows};
use super::group_rows::GroupRows;
use super::metrics::Metrics;
use super::picture::PictureGroup;
use super::shape::{NAMES_SPARE, Place, Shape, Shapes};
use super::slab::Slab;

/// One channel's series and what was seen of them.
#[derive(Debug)]
pub(super) struct ChannelStore {
    pub(super) name: Arc<str>,
    series: Slab<Series>,
    by_name: HashMap<Arc<str>, usize>,
    groups: Slab<Group>,
    /// Groups by the series they hold.
    by_series: HashMap<Box<[usize]>, usize>,
    /// Columns of all groups together.
    columns: usize,
    shapes: Shapes,
    metrics: Metrics,
    /// What series measured when they were saved, until they are there again.
    restored_metrics: HashMap<Arc<str>, Arc<str>>,
    /// Broker time of the newest message.
    pub(super) last_message: Timestamp,
}

/// A name, and the groups in which it has a column: one, unless its messages have different columns.
#[derive(Debug)]
struct Series {
    name: Arc<str>,
    groups: Vec<usize>,
    /// What it measures.
    metric: usize,
}

/// A series as it is listed.
pub(super) struct Listed<'a> {
    pub(super) name: &'a Arc<str>,
    pub(super) points: usize,
    pub(super) last: Option<Timestamp>,
}

impl ChannelStore {
    pub(super) fn new(name: Arc<str>) -> Self {
        Self {
            name,
            series: Slab::default(),
            by_name: HashMap::new(),
            groups: Slab::default(),
            by_series: HashMap::new(),
            columns: 0,
            shapes: Shapes::default(),
            metrics: Metrics::default(),
            restored_metrics: HashMap::new(),
            last_message: Timestamp::default(),
        }
    }

    pub(super) fn series(&self) -> impl Iterator<Item = Listed<'_>> {
        self.series.values().map(|series| {
            let groups = || series.groups.iter().filter_map(|group| self.groups.get(*group));
            let (points, last) = (groups().map(Group::rows).sum(), groups().filter_map(Group::last).max());
            Listed { name: &series.name, points, last }
        })
    }

    pub(super) fn groups(&self) -> impl Iterator<Item = &Group> {
        self.groups.values()
    }

    pub(super) fn series_count(&self) -> usize {
        self.by_name.len()
    }

    /// The shape of these names, if a message had them before.
    pub(super) fn known_shape(&self, names: &[Cow<'_, str>]) -> Option<Arc<Shape>> {
        self.shapes.get(self.shapes.key(names), names)
    }

    /// The number of series these blocks would create.
    pub(super) fn fresh(&self, blocks: &[Block<'_>]) -> usize {
        let names = blocks.iter().flat_map(|block| &block.names).map(Cow::as_ref);
        names.filter(|name| !self.by_name.contains_key(*name)).collect::<HashSet<&str>>().len()
    }

    /// The shape of these names, creating series that are new; `metric_of` says what each measures.
    pub(super) fn shape(&mut self, names: &[Cow<'_, str>], metric_of: &dyn Fn(&str) -> Arc<str>) -> Arc<Shape> {
        let key = self.shapes.key(names);
        if let Some(shape) = self.shapes.get(key, names) {
            return shape;
        }
        let series: Vec<usize> = names.iter().map(|name| self.series_of(name, metric_of)).collect();
        let metrics = names.iter().zip(&series).map(|(name, series)| self.measure(*series, metric_of(name))).collect();
        // The order of columns is the sender's whim (maps in many languages have none): one group for all orders, and the
        // same after a restart.
        let mut order: Vec<usize> = (0..series.len()).collect();
        order.sort_unstable_by_key(|column| &names[*column]);
        let set: Box<[usize]> = order.iter().map(|column| series[*column]).collect();
        let place = match self.by_series.get(&set) {
            Some(group) => Place::Together(*group, order.into()),
            None if self.columns + set.len() <= NAMES_SPARE + 4 * self.by_name.len() => {
                Place::Together(self.new_group(set), order.into())
            }
            None => Place::Apart(series.iter().map(|series| self.single(*series)).collect()),
        };
        let names = series.iter().filter_map(|series| self.series.get(*series)).map(|s| Arc::clone(&s.name)).collect();
        let shape = Arc::new(Shape { names, place, metrics });
        self.shapes.insert(key, Arc::clone(&shape), self.by_name.len());
        shape
    }

    fn series_of(&mut self, name: &str, metric_of: &dyn Fn(&str) -> Arc<str>) -> usize {
        if let Some(series) = self.by_name.get(name) {
            return *series;
        }
        let metric = self.metrics.join(&metric_of(name));
        let name: Arc<str> = name.into();
        let series = self.series.insert(Series { name: Arc::clone(&name), groups: Vec::new(), metric });
        self.by_name.insert(name, series);
        series
    }

    /// The series measures this: counted with its like from now on.
    fn measure(&mut self, series: usize, metric: Arc<str>) -> (usize, Arc<str>) {
        let Some(series) = self.series.get_mut(series) else { return (usize::MAX, metric) };
        if self.metrics.name(series.metric) != Some(&metric) {
            let joined = self.metrics.join(&metric);
            self.metrics.spoil(joined);
            self.metrics.spoil(series.metric);
            self.metrics.leave(series.metric);
            series.metric = joined;
            // Others of these may name the metric by a number that is free now.
            self.shapes.clear();
        }
        (series.metric, metric)
    }

    /// What some of its series measure was said anew: shapes are resolved again.
    pub(super) fn forget_shapes(&mut self) {
        self.shapes.clear();
    }

    pub(super) fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    pub(super) fn metrics_mut(&mut self) -> &mut Metrics {
        &mut self.metrics
    }

    /// Gives each metric's columns of each group: the metric, how to get the group's rows at or after `from`, the columns.
    pub(super) fn share_metrics(
        &self,
        from: Timestamp,
        mut take: impl FnMut(usize, &dyn Fn() -> GroupRows, Vec<usize>),
    ) {
        let metric_of = |series: &usize| self.series.get(*series).map(|series| series.metric);
        for group in self.groups() {
            let mut by_metric: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
            for (column, metric) in group.series.iter().map(metric_of).enumerate() {
                by_metric.entry(metric.unwrap_or(usize::MAX)).or_default().push(column);
            }
            for (metric, columns) in by_metric {
                take(metric, &|| group.share(from), columns);
            }
        }
    }

    /// What is known of it beside its points.
    pub(super) fn taken(&self) -> TakenChannel {
        let said = self.series.values().filter_map(|series| {
            let metric = self.metrics.name(series.metric)?;
            (**metric != *metric_of_name(&series.name, "")).then(|| (Arc::clone(&series.name), Arc::clone(metric)))
        });
        TakenChannel { name: Arc::clone(&self.name), last_message: self.last_message, metrics: said.collect() }
    }

    /// What series measured when they were saved.
    pub(super) fn restore_metrics(&mut self, metrics: &[(Arc<str>, Arc<str>)]) {
        self.restored_metrics.extend(metrics.iter().map(|(name, metric)| (Arc::clone(name), Arc::clone(metric))));
    }

    /// The group that holds this series alone.
    fn single(&mut self, series: usize) -> usize {
        let set: Box<[usize]> = Box::new([series]);
        match self.by_series.get(&set) {
            Some(group) => *group,
            None => self.new_group(set),
        }
    }

    fn new_group(&mut self, set: Box<[usize]>) -> usize {
        self.columns += set.len();
        let group = self.groups.insert(Group::new(set.clone(), self.by_series.len()));
        for series in &set {
            if let Some(series) = self.series.get_mut(*series) {
                series.groups.push(group);
            }
        }
        self.by_series.insert(set, group);
        group
    }

    /// Appends the points of `block`, whose names are those of `shape`, of the message at `offset`.
    pub(super) fn append(&mut self, shape: &Shape, block: &Block<'_>, offset: u64, time: Timestamp) {
        for (column, (metric, _)) in shape.metrics.iter().enumerate() {
            self.metrics.push(*metric, &block.x, block.column(column), time);
        }
        match &shape.place {
            Place::Together(group, columns) => {
                if let Some(group) = self.groups.get_mut(*group) {
                    group.append(&block.x, offset, |column| block.column(columns[column]));
                }
            }
            Place::Apart(groups) => {
                for (column, group) in groups.iter().enumerate() {
                    if let Some(group) = self.groups.get_mut(*group) {
                        group.append(&block.x, offset, |_| block.column(column));
                    }
                }
            }
        }
    }

    /// What is not on disk yet, and what `again` wants to be written once more.
    pub(super) fn take<'s>(
        &'s self,
        any_again: bool,
        again: impl Fn(&Extent) -> bool + 's,
    ) -> impl Iterator<Item = TakenGroup> + 's {
        self.groups.iter().filter(|(_, group)| group.rows() > 0).map(move |(number, group)| {
            let names =
                group.series.iter().filter_map(|at| self.series.get(*at)).map(|series| Arc::clone(&series.name));
            let name = GroupName { channel: Arc::clone(&self.name), names: names.collect() };
            let TakenRows { blocks, open, late, since } = group.take(any_again, &again);
            TakenGroup { name, number, blocks, open, late, since }
        })
    }

    /// These blocks are on disk now.
    pub(super) fn saved(&mut self, number: usize, blocks: Vec<(Arc<super::block::Block>, Arc<super::block::Block>)>) {
        if let Some(group) = self.groups.get_mut(number) {
            group.saved(blocks);
        }
    }

    /// The group of these names, made where it is missing.
    pub(super) fn group_of(&mut self, names: &[Arc<str>]) -> Option<&mut Group> {
        let saved = std::mem::take(&mut self.restored_metrics);
        let metric_of = |name: &str| saved.get(name).cloned().unwrap_or_else(|| metric_of_name(name, "").into());
        let set: Box<[usize]> = names.iter().map(|name| self.series_of(name, &metric_of)).collect();
        let group = match self.by_series.get(&set) {
            Some(group) => *group,
            None => self.new_group(set),
        };
        self.restored_metrics = saved;
        self.groups.get_mut(group)
    }

    /// How many of these names are not series yet.
    pub(super) fn unknown(&self, names: &[Arc<str>]) -> usize {
        names.iter().filter(|name| !self.by_name.contains_key(*name)).count()
    }

    /// Drops points before `horizon` and series left without any; returns the number of points dropped.
    pub(super) fn evict_before(&mut self, horizon: Timestamp) -> usize {
        let dropped = self.groups.values_mut().map(|group| group.evict_before(horizon)).sum();
        self.metrics.drop_before(horizon);
        self.remove_empty();
        dropped
    }

    /// Does something to every group, and forgets those left empty; returns the sum of what it gives.
    pub(super) fn each_group(&mut self, act: impl FnMut(&mut Group) -> usize) -> usize {
        let sum = self.groups.values_mut().map(act).sum();
        self.remove_empty();
        sum
    }

    fn remove_empty(&mut self) {
        let empty: Vec<usize> = self.groups.iter().filter(|(_, group)| group.rows() == 0).map(|(at, _)| at).collect();
        if empty.is_empty() {
            return;
        }
        let mut touched: HashSet<usize> = HashSet::new();
        for at in empty {
            let Some(group) = self.groups.remove(at) else { continue };
            self.columns -= group.series.len();
            self.by_series.remove(&group.series);
            touched.extend(&group.series);
        }
        // Before the places of groups are used again.
        self.shapes.retain(|group| self.groups.get(group).is_some());
        for index in touched {
            let Some(series) = self.series.get_mut(index) else { continue };
            series.groups.retain(|group| self.groups.get(*group).is_some());
            if series.groups.is_empty() {
                self.by_name.remove(&series.name);
                self.metrics.leave(series.metric);
                self.series.remove(index);
            }
        }
    }

    /// References to the points of every series whose name `wanted` accepts.
    pub(super) fn share(&self, from: Timestamp, wanted: impl Fn(&str, &str) -> bool) -> Vec<PictureGroup> {
        // Asked once for each name, in however many groups it is.
        let wanted: HashMap<usize, &Arc<str>> = self
            .series
            .iter()
            .filter(|(_, series)| wanted(&self.name, &series.name))
            .map(|(at, series)| (at, &series.name))
            .collect();
        self.groups()
            .filter_map(|group| {
                let columns = group.series.iter().enumerate();
                let columns: Vec<(usize, Arc<str>)> =
                    columns.filter_map(|(column, series)| Some((column, Arc::clone(wanted.get(series)?)))).collect();
                (!columns.is_empty()).then(|| PictureGroup {
                    channel: Arc::clone(&self.name),
                    columns,
                    rows: group.share(from),
                })
            })
            .collect()
    }
}
