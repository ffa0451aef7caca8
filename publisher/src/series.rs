//! The names a publisher writes: each is checked and stored once, samples carry its number.

use std::collections::HashMap;
use std::sync::Arc;

use eontide_wire::limits::{COLUMNS_MAX, NAME_BYTES_MAX};
use eontide_wire::{SeriesInfo, SourceId};

/// How the name given to `gauge` and `record` becomes the name of a column.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Naming {
    /// `queue` of source `worker-3` becomes `queue-worker-3`: names of different processes never meet on a shared channel.
    #[default]
    MetricAndId,
    /// The name is the column name. Two processes that use the same one draw into the same series.
    AsGiven,
}

/// Number of a series in its [`SeriesTable`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct SeriesId(pub(crate) u32);

/// Every series of a publisher. Bounded: past [`COLUMNS_MAX`] names, new ones are refused.
#[derive(Debug)]
pub(crate) struct SeriesTable {
    suffix: String,
    by_name: HashMap<Box<str>, SeriesId>,
    series: Vec<Series>,
}

#[derive(Debug)]
struct Series {
    column: Arc<str>,
    unit: Option<String>,
    metric: String,
}

impl SeriesTable {
    /// An empty table.
    pub(crate) fn new(naming: Naming, id: &SourceId) -> Self {
        let suffix = match naming {
            Naming::MetricAndId => format!("-{id}"),
            Naming::AsGiven => String::new(),
        };
        Self { suffix, by_name: HashMap::new(), series: Vec::new() }
    }

    /// The series of `name`, made on first use. `None` where the wire has no room for the name: empty, reserved (`x`),
    /// too long, or one too many.
    pub(crate) fn find_or_add(&mut self, name: &str) -> Option<SeriesId> {
        if let Some(id) = self.by_name.get(name) {
            return Some(*id);
        }
        let column = format!("{name}{}", self.suffix);
        if name.is_empty() || column == "x" || column.len() > NAME_BYTES_MAX || self.series.len() >= COLUMNS_MAX {
            return None;
        }
        let id = SeriesId(self.series.len() as u32);
        self.series.push(Series { column: column.into(), unit: None, metric: name.into() });
        self.by_name.insert(name.into(), id);
        Some(id)
    }

    /// Sets the unit of a series.
    pub(crate) fn describe(&mut self, id: SeriesId, unit: &str) {
        if let Some(series) = self.series.get_mut(id.0 as usize) {
            series.unit = Some(unit.into());
        }
    }

    /// The column name of a series.
    pub(crate) fn column(&self, id: SeriesId) -> Arc<str> {
        self.series.get(id.0 as usize).map_or_else(|| "".into(), |series| Arc::clone(&series.column))
    }

    /// Series known so far.
    pub(crate) fn len(&self) -> usize {
        self.series.len()
    }

    /// What a hello says of them.
    pub(crate) fn infos(&self) -> Vec<SeriesInfo> {
        let info = |series: &Series| SeriesInfo {
            name: series.column.as_ref().into(),
            unit: series.unit.clone(),
            metric: Some(series.metric.clone()),
        };
        self.series.iter().map(info).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(naming: Naming) -> SeriesTable {
        SeriesTable::new(naming, &SourceId::new("w-1").unwrap())
    }

    #[test]
    fn a_name_is_one_series_however_often_used() {
        let mut table = table(Naming::MetricAndId);
        let queue = table.find_or_add("queue").unwrap();
        assert_eq!(table.find_or_add("queue"), Some(queue));
        assert_ne!(table.find_or_add("other"), Some(queue));
        assert_eq!(table.column(queue).as_ref(), "queue-w-1");
        table.describe(queue, "jobs");
        let info = &table.infos()[0];
        assert_eq!((info.name.as_str(), info.unit.as_deref()), ("queue-w-1", Some("jobs")));
        assert_eq!(info.metric.as_deref(), Some("queue"));
    }

    #[test]
    fn names_the_wire_has_no_room_for_are_refused() {
        let mut given = table(Naming::AsGiven);
        assert!(given.find_or_add("x").is_none(), "x is the time");
        assert!(given.find_or_add("").is_none());
        assert!(given.find_or_add(&"a".repeat(NAME_BYTES_MAX)).is_some());
        assert!(given.find_or_add(&"a".repeat(NAME_BYTES_MAX + 1)).is_none());
        let mut suffixed = table(Naming::MetricAndId);
        assert_eq!(suffixed.find_or_add("x").map(|id| suffixed.column(id)).as_deref(), Some("x-w-1"));
        assert!(suffixed.find_or_add(&"a".repeat(NAME_BYTES_MAX - 3)).is_none());
    }

    #[test]
    fn the_number_of_series_is_bounded() {
        let mut table = table(Naming::AsGiven);
        assert!((0..COLUMNS_MAX).all(|n| table.find_or_add(&n.to_string()).is_some()));
        assert!(table.find_or_add("one-too-many").is_none());
        assert!(table.find_or_add("7").is_some(), "known ones stay usable");
    }
}
