//! The series of a source: what it said of them, and what it was seen to publish.

use std::collections::HashSet;
use std::sync::Arc;

use eontide_wire::SeriesInfo;
use eontide_wire::limits::COLUMNS_MAX;

/// The series of one source.
#[derive(Clone, Debug, Default)]
pub(super) struct Names {
    /// From its hello.
    pub(super) said: Arc<Vec<SeriesInfo>>,
    /// Seen in data, in order of appearance; bounded by [`COLUMNS_MAX`].
    pub(super) seen: Vec<Arc<str>>,
    /// The same to look up, where there are many.
    set: HashSet<Arc<str>>,
}

/// Fewer are compared one by one.
const FEW: usize = 16;

impl Names {
    /// Notes the series of a message. True where one is new.
    ///
    /// Most messages carry the names of the one before, as the same allocations: then this compares pointers only.
    pub(super) fn note<'n>(&mut self, names: impl Iterator<Item = &'n Arc<str>>) -> bool {
        let before = self.seen.len();
        for (index, name) in names.enumerate() {
            if self.seen.get(index).is_some_and(|known| Arc::ptr_eq(known, name)) {
                continue;
            }
            if self.seen.len() < COLUMNS_MAX && !self.knows(name) {
                self.push(name);
            }
        }
        self.seen.len() > before
    }

    fn knows(&self, name: &Arc<str>) -> bool {
        if self.seen.len() <= FEW { self.seen.contains(name) } else { self.set.contains(name) }
    }

    fn push(&mut self, name: &Arc<str>) {
        self.seen.push(Arc::clone(name));
        if self.seen.len() == FEW + 1 {
            self.set.extend(self.seen.iter().cloned());
        } else if self.seen.len() > FEW {
            self.set.insert(Arc::clone(name));
        }
    }
}
