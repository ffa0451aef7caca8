//! The column names of a message, resolved once: most messages of a source have the names of the one before.

use std::borrow::Cow;
use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;

/// Names in the order of the message, and where their values go.
#[derive(Debug)]
pub(crate) struct Shape {
    pub(crate) names: Vec<Arc<str>>,
    pub(super) place: Place,
    /// What each column measures: the metric's number in the channel, and its name.
    pub(crate) metrics: Vec<(usize, Arc<str>)>,
}

/// Where the columns of a message go.
#[derive(Debug)]
pub(super) enum Place {
    /// Into one group; for each of its columns the column of the message.
    Together(usize, Box<[usize]>),
    /// Each into a group of its own, since the channel has too many groups: for each column of the message its group.
    Apart(Box<[usize]>),
}

/// Shapes seen in one channel, by the hash of their names. Keyed hash: names come from outside.
#[derive(Debug, Default)]
pub(super) struct Shapes {
    by_hash: HashMap<u64, Arc<Shape>>,
    /// Names of all of them together.
    names: usize,
    hasher: RandomState,
}

/// Names that all shapes together may have, beside four for each series: past it all are forgotten. A cache need not
/// remember publishers that never repeat themselves.
pub(super) const NAMES_SPARE: usize = 65_536;

impl Shapes {
    pub(super) fn key(&self, names: &[Cow<'_, str>]) -> u64 {
        self.hasher.hash_one(names)
    }

    pub(super) fn get(&self, key: u64, names: &[Cow<'_, str>]) -> Option<Arc<Shape>> {
        let shape = self.by_hash.get(&key)?;
        let same = shape.names.len() == names.len() && shape.names.iter().zip(names).all(|(a, b)| **a == **b);
        same.then(|| Arc::clone(shape))
    }

    /// Keeps a shape of a channel with so many `series`.
    pub(super) fn insert(&mut self, key: u64, shape: Arc<Shape>, series: usize) {
        self.names += shape.names.len();
        if self.names > NAMES_SPARE + 4 * series {
            self.clear();
            self.names = shape.names.len();
        }
        if let Some(old) = self.by_hash.insert(key, shape) {
            self.names -= old.names.len();
        }
    }

    /// Keeps the shapes whose groups are all `alive`.
    pub(super) fn retain(&mut self, alive: impl Fn(usize) -> bool) {
        self.by_hash.retain(|_, shape| match &shape.place {
            Place::Together(group, _) => alive(*group),
            Place::Apart(groups) => groups.iter().all(|group| alive(*group)),
        });
        self.names = self.by_hash.values().map(|shape| shape.names.len()).sum();
    }

    pub(super) fn clear(&mut self) {
        self.by_hash.clear();
        self.names = 0;
    }
}
