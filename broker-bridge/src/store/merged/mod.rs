//! Merged columns of one metric: of each step one histogram of all its series, at several steps.
//!
//! Values are counted as they come, in the finest step; what is over is added up to the coarser ones. Each value is
//! counted once when it arrives; a value that a later one of the same time replaces stays counted until the columns are made
//! anew from the points, as they are after a restart and when a metric gets so many series that it is worth it.

mod level;
mod open_column;
mod past;

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::time::Duration;

use eontide_wire::Timestamp;
use eontide_wire::viewer::density::{Column, STEPS_MS};

use self::level::Level;
pub use self::open_column::OpenColumn;
pub(super) use self::past::{Past, columns_of};

/// How long a step stays open for values that come late, by the broker's clock.
const OPEN: Duration = Duration::from_secs(30);
/// How far back each step is asked for; the last one as long as points are.
pub(super) const REACH: [Duration; 3] =
    [Duration::from_secs(120), Duration::from_secs(2 * 3600), Duration::from_secs(24 * 3600)];
/// How much longer it is kept: whoever asks goes by another clock than the broker's, which this does.
const SLACK: Duration = Duration::from_secs(120);
/// Steps of late values that wait.
const LATE_MAX: usize = 1024;
/// What is further ahead is counted in the coarsest step alone: a clock that runs ahead must not fill the memory.
const AHEAD: Duration = Duration::from_secs(60);

/// The columns of one metric.
#[derive(Clone, Debug)]
pub(super) struct Merged {
    levels: [Level; STEPS_MS.len()],
    /// Late values by the begin of their finest step, until they are added where they belong: each takes decoding.
    late: BTreeMap<i64, OpenColumn>,
    /// What is before this is over.
    horizon: Timestamp,
}

/// Columns that are made from points: by the begin of their step.
pub(super) type Columns = BTreeMap<Timestamp, Column>;

impl Merged {
    /// No columns yet, at the broker's time `now`.
    pub(super) fn new(now: Timestamp) -> Self {
        let mut merged =
            Self { levels: STEPS_MS.map(Level::new), late: BTreeMap::new(), horizon: Timestamp::default() };
        merged.advance(now);
        merged
    }

    /// Counts the values of one series of a message that the broker got at `now`.
    pub(super) fn push(&mut self, times: &[Timestamp], values: &[f64], now: Timestamp) {
        self.advance(now);
        let open = self.horizon..=after(now, AHEAD);
        for (time, value) in times.iter().zip(values) {
            if open.contains(time) {
                self.levels[0].open_at(*time).push(*value);
            } else if time < open.start() {
                self.late.entry(self.levels[0].step_of(*time)).or_default().push(*value);
            } else {
                let mut one = OpenColumn::default();
                one.push(*value);
                let coarsest = &mut self.levels[STEPS_MS.len() - 1];
                coarsest.add(coarsest.step_of(*time), &one.column());
            }
        }
        if self.late.len() > LATE_MAX {
            self.settle_late();
        }
    }

    /// Puts late values where they belong.
    fn settle_late(&mut self) {
        for (step, column) in std::mem::take(&mut self.late) {
            self.add(self.levels[0].begin_of(step), &column.column());
        }
    }

    /// Adds a column of values about `time`, as far as their step is over.
    fn add(&mut self, time: Timestamp, column: &Column) {
        for level in &mut self.levels {
            level.add(level.step_of(time), column);
        }
    }

    /// Time passes: closes what is over.
    fn advance(&mut self, now: Timestamp) {
        let horizon = crate::clock::before(now, OPEN);
        // A second at once: often enough, and a whole number of the finest steps.
        if horizon.as_micros() - self.horizon.as_micros() < 1_000_000 {
            return;
        }
        self.settle_late();
        let whole = Timestamp::from_micros(horizon.as_micros().div_euclid(1_000_000) * 1_000_000);
        self.horizon = whole;
        let [finest, coarser @ ..] = &mut self.levels;
        finest.close_before(whole, |time, column| {
            for level in coarser.iter_mut() {
                level.open_at(time).add(column);
            }
        });
        for level in coarser {
            level.close_before(whole, |_, _| {});
        }
        for (level, reach) in self.levels.iter_mut().zip(REACH) {
            level.drop_before(crate::clock::before(now, reach + SLACK));
        }
    }

    /// Drops what was over before `horizon`.
    pub(super) fn drop_before(&mut self, horizon: Timestamp) {
        self.levels.iter_mut().for_each(|level| level.drop_before(horizon));
    }

    /// Drops the older half of the finest level that takes much.
    pub(super) fn halve(&mut self) {
        if let Some(largest) = self.levels.iter_mut().max_by_key(|level| level.closed_size()) {
            largest.halve();
        }
    }

    /// Adds what was made from points of before these columns began.
    pub(super) fn add_past(&mut self, past: &Past) {
        let ([finest, coarser @ ..], [past_finest, past_coarser @ ..]) = (&mut self.levels, &past.levels);
        let mut rest: Vec<(Timestamp, &Column)> = Vec::new();
        for (time, column) in past_finest {
            if *time >= self.horizon {
                finest.open_at(*time).add(column);
                continue;
            }
            finest.add(finest.step_of(*time), column);
            // Over by now, and not yet when the past was made.
            if *time >= past.horizon {
                rest.push((*time, column));
            }
        }
        for (level, columns) in coarser.iter_mut().zip(past_coarser) {
            for (time, column) in columns.iter().map(|(time, column)| (*time, column)).chain(rest.iter().copied()) {
                level.add(level.step_of(time), column);
            }
        }
    }

    /// The columns of `step_ms` whose steps begin within `from..=to`; `None` where not all of them are kept.
    pub(super) fn columns(&self, step_ms: u32, from: Timestamp, to: Timestamp) -> Option<Columns> {
        let at = STEPS_MS.iter().position(|step| *step == step_ms)?;
        if !self.levels[at].covers(from) {
            return None;
        }
        let mut columns = Columns::new();
        self.levels[at].each(from, to, |time, column| put(&mut columns, time, column));
        if at > 0 {
            // What is not over yet is in the finest level.
            let step_us = i64::from(step_ms) * 1000;
            let begin = |time: Timestamp| Timestamp::from_micros(time.as_micros().div_euclid(step_us) * step_us);
            let end = Timestamp::from_micros(begin(to).as_micros() + step_us - 1);
            self.levels[0].each_open(self.horizon.max(begin(from)), end, |time, column| {
                put(&mut columns, begin(time), column);
            });
        }
        let level = &self.levels[at];
        let steps = level.step_of(from)..=level.step_of(to);
        for (step, late) in &self.late {
            let time = self.levels[0].begin_of(*step);
            if steps.contains(&level.step_of(time)) {
                put(&mut columns, level.begin_of(level.step_of(time)), late.column());
            }
        }
        columns.retain(|_, column| !column.buckets.is_empty());
        Some(columns)
    }

    /// What is before this is over, and was added up.
    pub(super) fn horizon(&self) -> Timestamp {
        self.horizon
    }

    /// Memory it takes.
    pub(super) fn size(&self) -> usize {
        let late: usize = self.late.values().map(|late| 50 + late.size()).sum();
        late + self.levels.iter().map(Level::size).sum::<usize>()
    }
}

/// Adds a column to what is there at its time.
pub(super) fn put(columns: &mut Columns, time: Timestamp, column: Column) {
    match columns.entry(time) {
        Entry::Vacant(vacant) => {
            vacant.insert(column);
        }
        Entry::Occupied(mut there) => there.get_mut().add(&column),
    }
}

/// `time + span`, at the end of time at most.
pub(super) fn after(time: Timestamp, span: Duration) -> Timestamp {
    Timestamp::from_micros(time.as_micros().saturating_add(i64::try_from(span.as_micros()).unwrap_or(i64::MAX)))
}

#[cfg(test)]
mod tests;
