//! Merged columns as a snapshot or a query reads them: what is kept, and references to points where nothing is.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use eontide_wire::Timestamp;
use eontide_wire::viewer::density::{MetricColumns, STEPS_MS};

use super::group_rows::GroupRows;
use super::merged::{self, Columns, REACH};

/// The step in which `span` fits on `width` pixels, one column a pixel at most, and that is kept for as long as `age`.
pub(crate) fn step_for(span: Duration, age: Duration, width: u32) -> u32 {
    let wanted = span.as_secs_f64() * 1000.0 / f64::from(width.max(1));
    let fits = |at: usize| f64::from(STEPS_MS[at]) >= wanted && REACH.get(at).is_none_or(|reach| age <= *reach);
    let at = (0..STEPS_MS.len()).find(|at| fits(*at)).unwrap_or(STEPS_MS.len() - 1);
    STEPS_MS[at]
}

/// The columns of some metrics, or what they are made from: taken under the store's lock.
#[derive(Debug)]
pub(crate) struct Densities {
    pub(super) step_ms: u32,
    pub(super) from: Timestamp,
    pub(super) to: Timestamp,
    pub(super) metrics: Vec<Density>,
}

#[derive(Debug)]
pub(super) struct Density {
    pub(super) metric: Arc<str>,
    pub(super) series: usize,
    pub(super) source: Source,
}

#[derive(Debug)]
pub(super) enum Source {
    Kept(Columns),
    Points(Vec<(GroupRows, Vec<usize>)>),
}

impl Densities {
    /// No more points than this are read.
    pub(crate) fn points_at_most(&self) -> usize {
        let points = self.metrics.iter().filter_map(|density| match &density.source {
            Source::Kept(_) => None,
            Source::Points(series) => Some(series),
        });
        points.flatten().map(|(rows, columns)| rows.rows_at_most(self.from, self.to) * columns.len()).sum()
    }

    /// The columns, metrics of one name in several channels together, by name.
    pub(crate) fn columns(self) -> Vec<MetricColumns> {
        let mut all: BTreeMap<Arc<str>, (usize, Columns)> = BTreeMap::new();
        for Density { metric, series, source } in self.metrics {
            let columns = match source {
                Source::Kept(columns) => columns,
                Source::Points(points) => merged::columns_of(&points, self.step_ms, self.from, self.to),
            };
            let (count, sum) = all.entry(metric).or_default();
            *count += series;
            for (time, column) in columns {
                merged::put(sum, time, column);
            }
        }
        let named = all.into_iter().map(|(metric, (series, columns))| MetricColumns {
            metric: metric.to_string(),
            series: series as u64,
            columns: columns.into_iter().collect(),
        });
        named.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_step_fits_the_picture_and_is_kept_for_as_long() {
        let (second, minute, hour) = (Duration::from_secs(1), Duration::from_secs(60), Duration::from_secs(3600));
        for (span, age, width, step) in [
            (minute, minute, 1200, 100),
            (15 * minute, 15 * minute, 1200, 1_000),
            (minute, 15 * minute, 1200, 1_000),
            (minute, 3 * hour, 1200, 10_000),
            (6 * hour, 6 * hour, 1200, 60_000),
            (3 * hour, 3 * hour, 1200, 10_000),
            (24 * hour, 24 * hour, 1200, 60_000),
            (48 * hour, 48 * hour, 100_000, 60_000),
            (second, second, 0, 1_000),
        ] {
            assert_eq!(step_for(span, age, width), step, "{span:?} {age:?} {width}");
        }
    }
}
