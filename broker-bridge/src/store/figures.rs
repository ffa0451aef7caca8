//! What each of many series comes to over a range: its last, largest or smallest value, its mean or slope, and whether a value
//! of it lies within a band.
//!
//! Rows are looked at newest first. So the last value is known at once, and of an older block its summary often says that
//! nothing in it is larger than what was found, or within the band: what a range covers as a whole is decoded for a slope
//! only, and a band is looked for in the blocks that reach into it.

use std::collections::HashMap;
use std::sync::Arc;

use eontide_wire::Timestamp;

use super::group_rows::GroupRows;
use super::picture::{Picture, SERIES_AT_ONCE};
use super::rows::Rows;
use super::summary::Summary;
use crate::halves::{WORTH, halves};

/// What a series comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Of {
    /// The last value.
    Last,
    /// The largest value.
    Max,
    /// The smallest value.
    Min,
    /// The mean of all values.
    Mean,
    /// The slope of the least-squares line, per second.
    Slope,
}

/// Values from `above`, included, up to `below`, not included.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Band {
    pub(crate) above: f64,
    pub(crate) below: f64,
}

impl Band {
    fn holds(&self, value: f64) -> bool {
        self.above <= value && value < self.below
    }
}

/// What is asked of the series of a picture.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asked {
    /// Both included.
    pub(crate) from: Timestamp,
    pub(crate) to: Timestamp,
    pub(crate) of: Of,
    /// Only series that have a value in it.
    pub(crate) band: Option<Band>,
}

/// What was found of one series.
#[derive(Clone, Debug)]
pub(crate) struct Found<'p> {
    pub(crate) channel: &'p Arc<str>,
    pub(crate) name: &'p Arc<str>,
    /// What was asked for.
    pub(crate) value: f64,
    /// The last value in the range, and when it was.
    pub(crate) last: (Timestamp, f64),
}

impl Picture {
    /// The figure of each series that has one, in no order. Takes long: not under a lock.
    pub(crate) fn figures(&self, asked: &Asked) -> Vec<Found<'_>> {
        let Series { names, of_columns } = self.distinct();
        let mut wanted = vec![asked.band.is_none(); names.len()];
        if let Some(band) = asked.band {
            self.fold(
                asked,
                &of_columns,
                |_| true,
                &Hit { band, found: false },
                |series, hit| wanted[series] |= hit.found,
            );
        }
        // Near which the points are: sums of squares keep their digits.
        let newest = self.groups().iter().filter_map(|group| group.rows.last()).max();
        let none = Figure::none(asked.of, newest.unwrap_or(asked.to).min(asked.to));
        let mut figures = vec![none; names.len()];
        self.fold(asked, &of_columns, |series| wanted[series], &none, |series, figure| figures[series].merge(figure));
        let found = names.into_iter().zip(&figures).zip(wanted).filter(|(_, wanted)| *wanted);
        let found = found.filter_map(|(((channel, name), figure), _)| {
            let (value, last) = (figure.value().filter(|value| !value.is_nan())?, figure.last?);
            Some(Found { channel, name, value, last })
        });
        found.collect()
    }

    /// The series, each once in however many groups it is, and for each group those of its columns.
    fn distinct<'p>(&'p self) -> Series<'p> {
        let mut names = Vec::with_capacity(self.series());
        // A channel has one allocation for the name of a series, and the picture keeps it alive.
        let mut known: HashMap<*const u8, usize> = HashMap::with_capacity(self.series());
        let mut of_column = |channel, name: &'p Arc<str>| {
            *known.entry(Arc::as_ptr(name).cast()).or_insert_with(|| {
                names.push((channel, name));
                names.len() - 1
            })
        };
        let groups = self.groups().iter();
        let of_columns =
            groups.map(|group| group.names().map(|name| of_column(group.channel(), name)).collect()).collect();
        Series { names, of_columns }
    }

    /// Folds the columns of the series that `wanted` accepts, beginning with `start`, and gives what became of each.
    fn fold<F: Fold + Clone + Send + Sync>(
        &self,
        asked: &Asked,
        of_columns: &[Vec<usize>],
        wanted: impl Fn(usize) -> bool + Sync,
        start: &F,
        mut take: impl FnMut(usize, &F),
    ) {
        let work: Vec<_> = self.groups().iter().zip(of_columns).collect();
        let fold_all = |work: &[(&super::PictureGroup, &Vec<usize>)]| {
            let mut all: Vec<(usize, F)> = Vec::new();
            for (group, series) in work {
                let columns = group.columns.iter().zip(*series).filter(|(_, series)| wanted(**series));
                let (columns, series): (Vec<usize>, Vec<usize>) =
                    columns.map(|((column, _), series)| (*column, *series)).unzip();
                // What is held decoded is bounded.
                for (columns, series) in columns.chunks(SERIES_AT_ONCE).zip(series.chunks(SERIES_AT_ONCE)) {
                    let mut folds = vec![start.clone(); columns.len()];
                    newest_first(&group.rows, columns, &mut folds, asked);
                    all.extend(series.iter().copied().zip(folds));
                }
            }
            all
        };
        let parts = halves(&work, self.points_at_most(asked.from, asked.to, None) > WORTH, fold_all);
        parts.iter().flatten().for_each(|(series, fold)| take(*series, fold));
    }
}

/// The series of a picture.
struct Series<'p> {
    /// Channel and name of each.
    names: Vec<(&'p Arc<str>, &'p Arc<str>)>,
    /// For each group the series of its columns.
    of_columns: Vec<Vec<usize>>,
}

/// What is kept of the values of one column, handed over newest first.
trait Fold {
    /// Takes in what a summary says of a block; false where that is not all that is wanted of it, and its rows are to follow.
    fn block(&mut self, summary: &Summary, part: Part) -> bool;

    /// Takes in rows, in order of time; a gap is a NaN.
    fn rows(&mut self, times: &[Timestamp], values: &[f64]);

    /// Nothing older matters.
    fn is_done(&self) -> bool;
}

/// The part of a block that is in the range; no block is given that has none.
#[derive(Clone, Copy)]
struct Part {
    from: Timestamp,
    to: Timestamp,
    /// All of it.
    is_whole: bool,
}

impl Part {
    fn has(&self, (time, _): (Timestamp, f64)) -> bool {
        self.from <= time && time <= self.to
    }
}

/// Hands the rows of a group that are in the range to a fold for each of these columns, late ones in their places.
fn newest_first<F: Fold>(rows: &GroupRows, columns: &[usize], folds: &mut [F], asked: &Asked) {
    let (from, to) = (asked.from, asked.to);
    let mut late = rows.late.within(from, to);
    // Late rows belong to the last block that begins at or before them, those before all to the first.
    let mut late_from = |first: Option<Timestamp>| {
        let begin = first.map_or(late.end, |first| rows.late.times().partition_point(|time| *time < first));
        let begin = begin.clamp(late.start, late.end);
        begin..std::mem::replace(&mut late.end, begin)
    };
    let part = late_from(rows.open.times().first().copied());
    if part.is_empty() {
        let within = rows.open.within(from, to);
        for (column, fold) in columns.iter().zip(&mut *folds) {
            fold.rows(&rows.open.times()[within.clone()], &rows.open.column(*column)[within.clone()]);
        }
    } else {
        let open = rows.open.pick(rows.open.within(from, to), columns);
        fold_all(&open.merged(&rows.late.pick(part, columns)), 0..columns.len(), folds);
    }
    let blocks = rows.sealed.partition_point(|block| block.first() <= to);
    for (at, block) in rows.sealed[..blocks].iter().enumerate().rev() {
        let part = late_from(Some(if at == 0 { Timestamp::from_micros(i64::MIN) } else { block.first() }));
        let mut unread: Vec<usize> = (0..columns.len()).filter(|at| !folds[*at].is_done()).collect();
        if unread.is_empty() {
            return;
        }
        let opened = block.open();
        if let Ok(opened) = &opened
            && part.is_empty()
            && from <= block.last()
        {
            let is_whole = from <= block.first() && block.last() <= to;
            let part = Part { from, to, is_whole };
            let summaries = opened.summaries_of(columns);
            unread.retain(|at| !summaries[*at].is_some_and(|summary| folds[*at].block(&summary, part)));
            if unread.is_empty() {
                continue;
            }
        }
        let wanted: Vec<usize> = unread.iter().map(|at| columns[*at]).collect();
        let read = opened.and_then(|opened| opened.read(from, to, &wanted)).unwrap_or_else(|error| {
            tracing::error!(%error, rows = block.len(), "a sealed block is left out");
            Rows::new(wanted.len())
        });
        let read = if part.is_empty() { read } else { read.merged(&rows.late.pick(part, &wanted)) };
        fold_all(&read, unread.into_iter(), folds);
    }
}

/// Folds column after column, each into the fold of its place.
fn fold_all<F: Fold>(rows: &Rows, places: impl Iterator<Item = usize>, folds: &mut [F]) {
    for (place, values) in places.zip(rows.columns()) {
        folds[place].rows(rows.times(), values);
    }
}

/// Is a value within the band?
#[derive(Clone, Copy)]
struct Hit {
    band: Band,
    found: bool,
}

impl Fold for Hit {
    fn block(&mut self, summary: &Summary, part: Part) -> bool {
        let Summary { first, last, smallest, largest, .. } = *summary;
        if largest.1 < self.band.above || smallest.1 >= self.band.below {
            return true;
        }
        self.found = [first, last, smallest, largest].iter().any(|point| part.has(*point) && self.band.holds(point.1));
        self.found
    }

    fn rows(&mut self, _: &[Timestamp], values: &[f64]) {
        self.found = self.found || values.iter().any(|value| self.band.holds(*value));
    }

    fn is_done(&self) -> bool {
        self.found
    }
}

/// The values of one series. Sums of times are over seconds after `origin`.
#[derive(Clone, Copy, Debug)]
struct Figure {
    of: Of,
    origin: Timestamp,
    last: Option<(Timestamp, f64)>,
    /// The largest or the smallest; before there is one, what any is beyond.
    extreme: f64,
    n: f64,
    v: f64,
    t: f64,
    tt: f64,
    tv: f64,
}

impl Figure {
    fn none(of: Of, origin: Timestamp) -> Self {
        let extreme = if of == Of::Min { f64::INFINITY } else { f64::NEG_INFINITY };
        Self { of, origin, last: None, extreme, n: 0.0, v: 0.0, t: 0.0, tt: 0.0, tv: 0.0 }
    }

    fn is_beyond(&self, value: f64) -> bool {
        match self.of {
            Of::Max => value > self.extreme,
            Of::Min => value < self.extreme,
            _ => false,
        }
    }

    fn merge(&mut self, other: &Self) {
        if other.last.map(|(time, _)| time) >= self.last.map(|(time, _)| time) {
            self.last = other.last;
        }
        if self.is_beyond(other.extreme) {
            self.extreme = other.extreme;
        }
        self.n += other.n;
        self.v += other.v;
        self.t += other.t;
        self.tt += other.tt;
        self.tv += other.tv;
    }

    fn value(&self) -> Option<f64> {
        let spread = self.n * self.tt - self.t * self.t;
        match self.of {
            Of::Last => self.last.map(|(_, value)| value),
            Of::Max | Of::Min => self.last.map(|_| self.extreme),
            Of::Mean => (self.n > 0.0).then(|| self.v / self.n),
            Of::Slope => (spread > 0.0).then(|| (self.n * self.tv - self.t * self.v) / spread),
        }
    }
}

impl Fold for Figure {
    fn block(&mut self, summary: &Summary, part: Part) -> bool {
        if self.last.is_none() {
            if !part.has(summary.last) {
                return false;
            }
            self.last = Some(summary.last);
        }
        match self.of {
            Of::Last => true,
            Of::Max | Of::Min => {
                let most = if self.of == Of::Max { summary.largest } else { summary.smallest };
                let is_beyond = self.is_beyond(most.1);
                if is_beyond && part.has(most) {
                    self.extreme = most.1;
                }
                !is_beyond || part.has(most)
            }
            Of::Mean if part.is_whole => {
                (self.n, self.v) = (self.n + summary.rows as f64, self.v + summary.sum);
                true
            }
            Of::Mean | Of::Slope => false,
        }
    }

    fn rows(&mut self, times: &[Timestamp], values: &[f64]) {
        if self.last.is_none() {
            let last = values.iter().rposition(|value| !value.is_nan());
            self.last = last.map(|at| (times[at], values[at]));
        }
        match self.of {
            Of::Last => {}
            Of::Max | Of::Min => {
                for value in values.iter().filter(|value| !value.is_nan()) {
                    if self.is_beyond(*value) {
                        self.extreme = *value;
                    }
                }
            }
            Of::Mean => {
                for value in values.iter().filter(|value| !value.is_nan()) {
                    (self.n, self.v) = (self.n + 1.0, self.v + value);
                }
            }
            Of::Slope => {
                for (time, value) in times.iter().zip(values).filter(|(_, value)| !value.is_nan()) {
                    let t = (time.as_micros() - self.origin.as_micros()) as f64 / 1e6;
                    self.n += 1.0;
                    self.v += value;
                    self.t += t;
                    self.tt += t * t;
                    self.tv += t * value;
                }
            }
        }
    }

    fn is_done(&self) -> bool {
        self.of == Of::Last && self.last.is_some()
    }
}

#[cfg(test)]
#[path = "figures_tests.rs"]
mod tests;
