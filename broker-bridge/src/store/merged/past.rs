//! Merged columns made from points: after a restart, when they become worth keeping, and where none are kept.

use std::collections::BTreeMap;
use std::time::Duration;

use eontide_wire::Timestamp;
use eontide_wire::viewer::density::STEPS_MS;

use super::open_column::OpenColumn;
use super::put;
use super::{AHEAD, Columns, REACH, SLACK, after};
use crate::clock;
use crate::halves::{WORTH, halves};
use crate::store::group_rows::GroupRows;

/// All steps end together here.
const COARSEST_US: i64 = STEPS_MS[STEPS_MS.len() - 1] as i64 * 1000;

/// The series of one metric: of each group some columns.
pub(in crate::store) type Counted = [(GroupRows, Vec<usize>)];

/// The columns of all levels, made from points. All but the finest have what was over at `horizon`.
#[derive(Debug)]
pub(in crate::store) struct Past {
    pub(super) levels: [Columns; STEPS_MS.len()],
    pub(super) horizon: Timestamp,
}

impl Past {
    /// Of all points. Each is decoded once, the newest twice.
    pub(in crate::store) fn of(series: &Counted, now: Timestamp, horizon: Timestamp) -> Self {
        let forever = Timestamp::from_micros(i64::MAX / 2);
        let begins = REACH.map(|reach| {
            Timestamp::from_micros(clock::before(now, reach + SLACK).as_micros().div_euclid(COARSEST_US) * COARSEST_US)
        });
        let until = |begin: Timestamp| Timestamp::from_micros(begin.as_micros() - 1);
        let ahead = after(now, AHEAD);
        let finest = columns_of(series, STEPS_MS[0], begins[0], ahead);
        let second = columns_of(series, STEPS_MS[1], begins[1], until(horizon));
        let mut third = columns_of(series, STEPS_MS[2], begins[2], until(begins[1]));
        let mut coarsest = columns_of(series, STEPS_MS[3], Timestamp::from_micros(0), until(begins[2]));
        for (time, column) in &second {
            third.entry(begin_of(*time, STEPS_MS[2])).or_default().add(column);
        }
        for (time, column) in &third {
            coarsest.entry(begin_of(*time, STEPS_MS[3])).or_default().add(column);
        }
        // As they are counted when they come.
        for (time, column) in columns_of(series, STEPS_MS[3], after(ahead, Duration::from_micros(1)), forever) {
            put(&mut coarsest, time, column);
        }
        Self { levels: [finest, second, third, coarsest], horizon }
    }
}

fn begin_of(time: Timestamp, step_ms: u32) -> Timestamp {
    let step_us = i64::from(step_ms) * 1000;
    Timestamp::from_micros(time.as_micros().div_euclid(step_us) * step_us)
}

/// The columns of the points within `from..=to`.
pub(in crate::store) fn columns_of(series: &Counted, step_ms: u32, from: Timestamp, to: Timestamp) -> Columns {
    let points = series.iter().map(|(rows, columns)| rows.rows_at_most(from, to) * columns.len());
    let mut parts =
        halves(series, points.sum::<usize>() > WORTH, |series| columns_of_some(series, step_ms, from, to)).into_iter();
    let mut all = parts.next().unwrap_or_default();
    for (time, column) in parts.flatten() {
        put(&mut all, time, column);
    }
    all
}

fn columns_of_some(series: &Counted, step_ms: u32, from: Timestamp, to: Timestamp) -> Columns {
    let step_us = i64::from(step_ms) * 1000;
    let mut open: BTreeMap<i64, OpenColumn> = BTreeMap::new();
    for (rows, columns) in series {
        rows.each_part(from, to, columns, |rows| {
            let times = rows.times();
            let mut start = 0;
            while let Some(first) = times.get(start) {
                let step = first.as_micros().div_euclid(step_us);
                let end = start + times[start..].partition_point(|time| time.as_micros().div_euclid(step_us) <= step);
                let column = open.entry(step).or_default();
                for values in rows.columns() {
                    values[start..end].iter().for_each(|value| column.push(*value));
                }
                start = end;
            }
        });
    }
    let columns = open.into_iter().map(|(step, column)| (Timestamp::from_micros(step * step_us), column.column()));
    columns.filter(|(_, column)| !column.buckets.is_empty()).collect()
}
