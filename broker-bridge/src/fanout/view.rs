//! One distinct view: what is watched, in which form. Its frames are made once, however many viewers share it.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use eontide_wire::viewer::density::{Density, DensityKind, MetricColumns};
use eontide_wire::viewer::request::name_matches;
use eontide_wire::viewer::{
    AlertView, BlockRef, Data, DataKind, Frame as WireFrame, Position, RawItem, SourceGroup, SourceView, View as Kind,
};
use eontide_wire::{ChannelPattern, Timestamp};

use super::log::{Entry, Event, Item, ItemBlock};
use super::outbox::Frame;
use crate::alerts::concerns;
use crate::store::{OpenColumn, Shape};

/// What makes two subscriptions get the same bytes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct ViewKey {
    /// The client's own number stands in every frame.
    pub(crate) sub: u32,
    pub(crate) channel: ChannelPattern,
    /// Sorted patterns of names of series, in a density view of metrics; empty means all.
    pub(crate) series: Vec<String>,
    pub(crate) kind: Kind,
    /// Of a density view; else 0.
    pub(crate) step_ms: u32,
    /// Are sources and alerts told of? Never one by one in a density view, which may have ten thousand.
    pub(crate) sources: bool,
    pub(crate) binary: bool,
}

impl ViewKey {
    pub(crate) fn wants(&self, name: &str) -> bool {
        self.series.is_empty() || self.series.iter().any(|pattern| name_matches(pattern, name))
    }
}

/// Past this many names in all shapes together they are looked at anew.
const NAMES_MAX: usize = 1 << 16;

/// The columns of each shape that the view wants. Shapes are kept alive, so that an address names one shape.
#[derive(Debug, Default)]
pub(super) struct ColumnFilter {
    by_shape: HashMap<usize, (Arc<Shape>, Arc<[usize]>)>,
    names: usize,
}

impl ColumnFilter {
    fn columns(&mut self, key: &ViewKey, shape: &Arc<Shape>) -> Arc<[usize]> {
        let address = Arc::as_ptr(shape) as usize;
        if let Some((_, columns)) = self.by_shape.get(&address) {
            return Arc::clone(columns);
        }
        self.names += shape.names.len();
        if self.names > NAMES_MAX {
            self.by_shape.clear();
            self.names = shape.names.len();
        }
        let wanted = |column: &usize| match key.kind {
            Kind::Density => key.wants(&shape.metrics[*column].1),
            _ => key.wants(&shape.names[*column]),
        };
        let columns: Arc<[usize]> = (0..shape.names.len()).filter(wanted).collect();
        self.by_shape.insert(address, (Arc::clone(shape), Arc::clone(&columns)));
        columns
    }
}

/// Makes the frames that bring a viewer from before `entries` to after them. `after` leaves out data messages up to that
/// offset, which the viewer has already.
pub(super) fn frames(
    key: &ViewKey,
    filter: &mut ColumnFilter,
    entries: &[Entry],
    after: u64,
    epoch: eontide_wire::Epoch,
    now: Timestamp,
) -> Vec<Frame> {
    let mut frames = Vec::with_capacity(3);
    let Some(last) = entries.last() else { return frames };
    let position = Position { epoch, offset: last.offset.max(after) };
    let data = entries.iter().filter(|entry| entry.offset > after).filter_map(|entry| match &entry.event {
        Event::Data(item) if key.channel.matches(&item.channel) => Some((entry.offset, &**item)),
        _ => None,
    });
    frames.extend(match key.kind {
        Kind::Lines => update(key, filter, data.map(|(_, item)| item), position, now),
        Kind::Raw => messages(key, data, position),
        Kind::Density => additions(key, filter, data.map(|(_, item)| item), position, now),
    });
    if !key.sources {
        return frames;
    }
    frames.extend(presence(key, entries, now));
    let alerts = entries.iter().filter_map(|entry| match &entry.event {
        Event::Alert(view) if concerns(view, &key.channel) => Some((**view).clone()),
        _ => None,
    });
    let alerts: Vec<AlertView> = alerts.collect();
    frames.extend((!alerts.is_empty()).then(|| encode_alerts(key.sub, now, &alerts, false)));
    frames
}

/// `snapshot`: instead of what the viewer knows.
pub(crate) fn encode_alerts(sub: u32, now: Timestamp, alerts: &[AlertView], snapshot: bool) -> Frame {
    Frame::text(WireFrame::Alert { sub, now: now.as_millis_f64(), snapshot, alerts }.to_json())
}

/// What happened to sources: one by one, or as numbers; and whether we hear of them at all.
fn presence(key: &ViewKey, entries: &[Entry], now: Timestamp) -> Option<Frame> {
    let (mut sources, mut groups, mut deaf): (Vec<SourceView>, Vec<SourceGroup>, _) = (Vec::new(), Vec::new(), None);
    for entry in entries {
        match &entry.event {
            Event::Presence(view) if key.channel.matches(&view.channel) => sources.push((**view).clone()),
            Event::Group(group) if key.channel.matches(&group.channel) => groups.push((**group).clone()),
            Event::Deaf(since) => deaf = Some(*since),
            _ => {}
        }
    }
    if sources.is_empty() && groups.is_empty() && deaf.is_none() {
        return None;
    }
    let frame = WireFrame::Presence {
        sub: key.sub,
        now: now.as_millis_f64(),
        sources: &sources,
        groups: &groups,
        hearing: deaf.map(|since| since.is_none()),
        as_of: deaf.flatten().map(Timestamp::as_millis_f64),
    };
    Some(Frame::text(frame.to_json()))
}

/// Points of one shape, one after another: what a process published between two ticks becomes one block.
struct Merged<'a> {
    shape: &'a Shape,
    columns: Arc<[usize]>,
    x: Vec<Timestamp>,
    values: Vec<Vec<f64>>,
}

fn update<'a>(
    key: &ViewKey,
    filter: &mut ColumnFilter,
    items: impl Iterator<Item = &'a Item>,
    position: Position,
    now: Timestamp,
) -> Option<Frame> {
    let mut merged: Vec<Merged<'a>> = Vec::new();
    let mut by_shape: HashMap<usize, usize> = HashMap::new();
    let mut messages = 0;
    for item in items {
        let mut has_part = false;
        for block in &item.blocks {
            let index = *by_shape.entry(Arc::as_ptr(&block.shape) as usize).or_insert_with(|| {
                let columns = filter.columns(key, &block.shape);
                let values = vec![Vec::new(); columns.len()];
                merged.push(Merged { shape: &block.shape, columns, x: Vec::new(), values });
                merged.len() - 1
            });
            has_part |= merged[index].append(block);
        }
        messages += u64::from(has_part);
    }
    merged.retain(|block| !block.columns.is_empty());
    if merged.is_empty() {
        return None;
    }
    for block in &mut merged {
        block.sort();
    }
    let blocks: Vec<BlockRef<'_>> = merged.iter().map(Merged::as_ref).collect();
    let data = Data { sub: key.sub, kind: DataKind::Update { messages }, position, now, blocks: &blocks };
    Some(encode(&data, key.binary))
}

/// Merged columns of what was published between two ticks: they add to those that the viewer has.
fn additions<'a>(
    key: &ViewKey,
    filter: &mut ColumnFilter,
    items: impl Iterator<Item = &'a Item>,
    position: Position,
    now: Timestamp,
) -> Option<Frame> {
    let step_us = i64::from(key.step_ms.max(1)) * 1000;
    let mut metrics: BTreeMap<&str, BTreeMap<i64, OpenColumn>> = BTreeMap::new();
    let mut messages = 0;
    for item in items {
        let mut has_part = false;
        for block in &item.blocks {
            for column in filter.columns(key, &block.shape).iter() {
                let steps = metrics.entry(&block.shape.metrics[*column].1).or_default();
                for (time, value) in block.x.iter().zip(block.column(*column)) {
                    steps.entry(time.as_micros().div_euclid(step_us)).or_default().push(*value);
                    has_part |= !value.is_nan();
                }
            }
        }
        messages += u64::from(has_part);
    }
    let metrics: Vec<MetricColumns> = metrics
        .into_iter()
        .map(|(metric, steps)| MetricColumns {
            metric: metric.to_owned(),
            series: 0,
            columns: steps
                .into_iter()
                .map(|(step, column)| (Timestamp::from_micros(step * step_us), column.column()))
                .filter(|(_, column)| !column.buckets.is_empty())
                .collect(),
        })
        .filter(|metric| !metric.columns.is_empty())
        .collect();
    let kind = DensityKind::Update { messages };
    let frame = Density { sub: key.sub, position, now, kind, step_ms: key.step_ms, metrics: &metrics };
    (!metrics.is_empty()).then(|| encode_density(&frame, key.binary))
}

/// Merged columns in the form the view asks for.
pub(crate) fn encode_density(frame: &Density<'_>, binary: bool) -> Frame {
    if binary { Frame::Binary(frame.to_binary().into()) } else { Frame::text(frame.to_json()) }
}

/// A snapshot or an update in the form the view asks for.
pub(crate) fn encode(data: &Data<'_>, binary: bool) -> Frame {
    if binary { Frame::Binary(data.to_binary().into()) } else { Frame::text(data.to_json()) }
}

impl Merged<'_> {
    /// False where nothing of the block is wanted.
    fn append(&mut self, block: &ItemBlock) -> bool {
        if self.columns.is_empty() {
            return false;
        }
        self.x.extend_from_slice(&block.x);
        for (values, column) in self.values.iter_mut().zip(self.columns.iter()) {
            values.extend_from_slice(block.column(*column));
        }
        true
    }

    /// Late points within one tick; the order of equal times stays.
    fn sort(&mut self) {
        if self.x.is_sorted() {
            return;
        }
        let mut order: Vec<usize> = (0..self.x.len()).collect();
        order.sort_by_key(|index| self.x[*index]);
        self.x = order.iter().map(|index| self.x[*index]).collect();
        for values in &mut self.values {
            *values = order.iter().map(|index| values[*index]).collect();
        }
    }

    fn as_ref(&self) -> BlockRef<'_> {
        let names = self.columns.iter().map(|column| &*self.shape.names[*column]);
        BlockRef { x: &self.x, columns: names.zip(self.values.iter().map(Vec::as_slice)).collect() }
    }
}

fn messages<'a>(key: &ViewKey, data: impl Iterator<Item = (u64, &'a Item)>, position: Position) -> Option<Frame> {
    let items: Vec<RawItem<'a>> = data
        .map(|(offset, item)| RawItem {
            offset,
            time: item.time.as_millis_f64(),
            timetoken: item.timetoken,
            channel: &item.channel,
            message: RawItem::message(&item.payload),
        })
        .collect();
    if items.is_empty() {
        return None;
    }
    Some(Frame::text(WireFrame::Messages { sub: key.sub, position, items }.to_json()))
}

#[cfg(test)]
#[path = "view_tests.rs"]
mod tests;
