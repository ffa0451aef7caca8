//! The series of one channel.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use eontide_wire::{Block, Timestamp};

use super::series::{Series, SeriesPoints};
use super::shape::{Shape, Shapes};

/// One channel's series and what was seen of it.
#[derive(Debug)]
pub(super) struct ChannelStore {
    pub(super) name: Arc<str>,
    /// Slots of removed series are `None` and used again.
    slots: Vec<Option<Series>>,
    by_name: HashMap<Arc<str>, usize>,
    free: Vec<usize>,
    shapes: Shapes,
    /// Broker time of the newest message.
    pub(super) last_message: Timestamp,
}

impl ChannelStore {
    pub(super) fn new(name: Arc<str>) -> Self {
        Self {
            name,
            slots: Vec::new(),
            by_name: HashMap::new(),
            free: Vec::new(),
            shapes: Shapes::default(),
            last_message: Timestamp::default(),
        }
    }

    pub(super) fn series(&self) -> impl Iterator<Item = &Series> {
        self.slots.iter().flatten()
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

    /// The shape of these names, creating series that are new.
    pub(super) fn shape(&mut self, names: &[Cow<'_, str>]) -> Arc<Shape> {
        let key = self.shapes.key(names);
        if let Some(shape) = self.shapes.get(key, names) {
            return shape;
        }
        let series: Vec<usize> = names.iter().map(|name| self.slot(name)).collect();
        let names = series.iter().flat_map(|slot| self.slots[*slot].as_ref()).map(|s| Arc::clone(&s.name)).collect();
        let shape = Arc::new(Shape { names, series });
        self.shapes.insert(key, Arc::clone(&shape), self.by_name.len());
        shape
    }

    fn slot(&mut self, name: &str) -> usize {
        if let Some(slot) = self.by_name.get(name) {
            return *slot;
        }
        let name: Arc<str> = name.into();
        let series = Some(Series::new(Arc::clone(&name)));
        let slot = match self.free.pop() {
            Some(slot) => {
                self.slots[slot] = series;
                slot
            }
            None => {
                self.slots.push(series);
                self.slots.len() - 1
            }
        };
        self.by_name.insert(name, slot);
        slot
    }

    /// Appends the points of `block`, whose names are those of `shape`.
    pub(super) fn append(&mut self, shape: &Shape, block: &Block<'_>) -> usize {
        for (slot, (_, values)) in shape.series.iter().zip(block.columns()) {
            let Some(series) = &mut self.slots[*slot] else { continue };
            for (x, value) in block.x.iter().zip(values) {
                series.insert(*x, *value);
            }
        }
        block.values.len()
    }

    /// Drops points before `horizon` and series left without any; returns the number of points dropped.
    pub(super) fn evict_before(&mut self, horizon: Timestamp) -> usize {
        let dropped = self.slots.iter_mut().flatten().map(|series| series.evict_before(horizon)).sum();
        self.remove_empty();
        dropped
    }

    /// Shortens every series to at most `points`, by whole chunks; returns the number of points dropped.
    pub(super) fn shorten(&mut self, points: usize) -> usize {
        let dropped = self.slots.iter_mut().flatten().map(|series| series.shorten(points)).sum();
        self.remove_empty();
        dropped
    }

    fn remove_empty(&mut self) {
        let empty: Vec<usize> =
            (0..self.slots.len()).filter(|slot| self.slots[*slot].as_ref().is_some_and(|s| s.points() == 0)).collect();
        if empty.is_empty() {
            return;
        }
        // Shapes point at slots, which are used again for other names.
        self.shapes.clear();
        for slot in empty {
            if let Some(series) = self.slots[slot].take() {
                self.by_name.remove(&series.name);
                self.free.push(slot);
            }
        }
    }

    /// References to the points of every series whose name `wanted` accepts.
    pub(super) fn share(&self, from: Timestamp, wanted: impl Fn(&str) -> bool) -> Vec<SeriesPoints> {
        self.series().filter(|series| wanted(&series.name)).map(|series| series.share(from)).collect()
    }
}
