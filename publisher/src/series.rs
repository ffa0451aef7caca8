//! The names a publisher writes: each is checked and stored once, samples carry its number.

use std::collections::HashMap;
use std::sync::Arc;

use eontide_wire::limits::COLUMNS_MAX;
use eontide_wire::name::TIME_COLUMN;
use eontide_wire::{SeriesInfo, SourceId, check_column_name};

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
    by_name: HashMap<Arc<str>, SeriesId>,
    series: Vec<Series>,
}

/// One series. Cloned without copying text, so that nobody waits for the lock while a hello is written.
#[derive(Clone, Debug)]
pub(crate) struct Series {
    column: Arc<str>,
    unit: Option<Arc<str>>,
    metric: Arc<str>,
}

impl Series {
    /// What a hello says of it.
    pub(crate) fn info(&self) -> SeriesInfo {
        SeriesInfo {
            name: self.column.as_ref().into(),
            unit: self.unit.as_deref().map(Into::into),
            metric: Some(self.metric.as_ref().into()),
        }
    }
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
    /// too long, with control characters, or one too many. A bridge rejects the whole message that holds such a name.
    pub(crate) fn find_or_add(&mut self, name: &str) -> Option<SeriesId> {
        if let Some(id) = self.by_name.get(name) {
            return Some(*id);
        }
        let column = format!("{name}{}", self.suffix);
        let fits = !name.is_empty() && column != TIME_COLUMN && check_column_name(&column).is_ok();
        if !fits || self.series.len() >= COLUMNS_MAX {
            return None;
        }
        let id = SeriesId(self.series.len() as u32);
        let metric: Arc<str> = name.into();
        self.series.push(Series { column: column.into(), unit: None, metric: Arc::clone(&metric) });
        self.by_name.insert(metric, id);
        Some(id)
    }

    /// Sets the unit of a series.
    pub(crate) fn describe(&mut self, id: SeriesId, unit: &str) {
        if let Some(series) = self.series.get_mut(id.0 as usize) {
            series.unit = Some(unit.into());
        }
    }

    /// Appends to `columns`, a copy of the first column names, those it lacks: names are only ever added.
    pub(crate) fn copy_columns(&self, columns: &mut Vec<Arc<str>>) {
        columns.extend(self.series.iter().skip(columns.len()).map(|series| Arc::clone(&series.column)));
    }

    /// Series known so far.
    pub(crate) fn len(&self) -> usize {
        self.series.len()
    }

    /// All of them, for a hello.
    pub(crate) fn all(&self) -> Vec<Series> {
        self.series.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use eontide_wire::limits::NAME_BYTES_MAX;

    fn table(naming: Naming) -> SeriesTable {
        SeriesTable::new(naming, &SourceId::new("w-1").unwrap())
    }

    #[test]
    fn a_name_is_one_series_however_often_used() {
        let mut table = table(Naming::MetricAndId);
        let queue = table.find_or_add("queue").unwrap();
        assert_eq!(table.find_or_add("queue"), Some(queue));
        assert_ne!(table.find_or_add("other"), Some(queue));
        table.describe(queue, "jobs");
        let info = table.all()[0].info();
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
        assert!(suffixed.find_or_add("x").is_some(), "written as x-w-1");
        assert!(suffixed.find_or_add(&"a".repeat(NAME_BYTES_MAX - 3)).is_none());
        for control in ["a\nb", "a\0", "\u{7f}"] {
            assert!(suffixed.find_or_add(control).is_none(), "{control:?}");
        }
    }

    #[test]
    fn a_copy_of_the_names_is_brought_up_to_date() {
        let (mut table, mut columns) = (table(Naming::MetricAndId), vec![]);
        table.copy_columns(&mut columns);
        for name in ["a", "b", "a", "c"] {
            table.find_or_add(name);
            table.copy_columns(&mut columns);
        }
        assert_eq!(columns.iter().map(AsRef::as_ref).collect::<Vec<&str>>(), ["a-w-1", "b-w-1", "c-w-1"]);
    }

    #[test]
    fn the_number_of_series_is_bounded() {
        let mut table = table(Naming::AsGiven);
        assert!((0..COLUMNS_MAX).all(|n| table.find_or_add(&n.to_string()).is_some()));
        assert!(table.find_or_add("one-too-many").is_none());
        assert!(table.find_or_add("7").is_some(), "known ones stay usable");
    }
}
