//! The merged columns of one metric at one step: open ones for what is recent, bytes for what is over.

use std::collections::{BTreeMap, VecDeque};

use eontide_wire::Timestamp;
use eontide_wire::viewer::density::Column;

use super::open_column::OpenColumn;

/// Columns by the number of their step since 1970.
#[derive(Clone, Debug)]
pub(super) struct Level {
    step_us: i64,
    /// One after another from this step on: a value finds its column without a search.
    open: VecDeque<OpenColumn>,
    open_from: i64,
    closed: BTreeMap<i64, Box<[u8]>>,
    closed_size: usize,
    /// Steps before this one are not all there.
    complete_from: i64,
}

impl Level {
    /// An empty level.
    pub(super) fn new(step_ms: u32) -> Self {
        let step_us = i64::from(step_ms) * 1000;
        Self {
            step_us,
            open: VecDeque::new(),
            open_from: 0,
            closed: BTreeMap::new(),
            closed_size: 0,
            complete_from: i64::MIN,
        }
    }

    pub(super) fn step_of(&self, time: Timestamp) -> i64 {
        time.as_micros().div_euclid(self.step_us)
    }

    pub(super) fn begin_of(&self, step: i64) -> Timestamp {
        Timestamp::from_micros(step.saturating_mul(self.step_us))
    }

    /// The column that is open at `time`, opened if it must be, with all between it and those that are open.
    pub(super) fn open_at(&mut self, time: Timestamp) -> &mut OpenColumn {
        let step = self.step_of(time);
        if self.open.is_empty() {
            self.open_from = step;
        }
        while step < self.open_from {
            self.open.push_front(OpenColumn::default());
            self.open_from -= 1;
        }
        let at = (step - self.open_from) as usize;
        if at >= self.open.len() {
            self.open.resize_with(at + 1, OpenColumn::default);
        }
        &mut self.open[at]
    }

    fn open_mut(&mut self, step: i64) -> Option<&mut OpenColumn> {
        let at = usize::try_from(step.checked_sub(self.open_from)?).ok()?;
        self.open.get_mut(at)
    }

    /// Adds to the column of `step`, open or closed.
    pub(super) fn add(&mut self, step: i64, column: &Column) {
        if step < self.complete_from {
            return;
        }
        if let Some(open) = self.open_mut(step) {
            open.add(column);
            return;
        }
        let mut sum = self.closed.get(&step).and_then(|bytes| Column::read(&mut &bytes[..])).unwrap_or_default();
        sum.add(column);
        self.close(step, &sum);
    }

    fn close(&mut self, step: i64, column: &Column) {
        let mut bytes = Vec::new();
        column.write(&mut bytes);
        self.closed_size += bytes.len();
        if let Some(old) = self.closed.insert(step, bytes.into()) {
            self.closed_size -= old.len();
        }
    }

    /// Closes what was over before `horizon`, and gives each column that is closed to `closed`.
    pub(super) fn close_before(&mut self, horizon: Timestamp, mut closed: impl FnMut(Timestamp, &Column)) {
        let step = self.step_of(horizon);
        while self.open_from < step
            && let Some(open) = self.open.pop_front()
        {
            let (begin, column) = (self.open_from, open.column());
            self.open_from += 1;
            if !column.buckets.is_empty() {
                closed(Timestamp::from_micros(begin * self.step_us), &column);
                self.add(begin, &column);
            }
        }
    }

    /// Drops what was over before `horizon`.
    pub(super) fn drop_before(&mut self, horizon: Timestamp) {
        self.drop_steps_before(self.step_of(horizon));
    }

    fn drop_steps_before(&mut self, step: i64) {
        if step <= self.complete_from {
            return;
        }
        self.complete_from = step;
        let kept = self.closed.split_off(&step);
        let dropped = std::mem::replace(&mut self.closed, kept);
        self.closed_size -= dropped.values().map(|bytes| bytes.len()).sum::<usize>();
        while self.open_from < step && self.open.pop_front().is_some() {
            self.open_from += 1;
        }
    }

    /// Drops the older half.
    pub(super) fn halve(&mut self) {
        if let Some(middle) = self.closed.keys().nth(self.closed.len() / 2).copied() {
            self.drop_steps_before(middle + 1);
        }
    }

    /// Does it have all columns from `from` on?
    pub(super) fn covers(&self, from: Timestamp) -> bool {
        self.complete_from <= self.step_of(from)
    }

    /// Gives the columns of the steps that begin within `from..=to`, in any order, some steps more than once.
    pub(super) fn each(&self, from: Timestamp, to: Timestamp, mut take: impl FnMut(Timestamp, Column)) {
        let (from, to) = (self.step_of(from), self.step_of(to).max(self.step_of(from)));
        let time = |step: i64| Timestamp::from_micros(step * self.step_us);
        for (step, bytes) in self.closed.range(from..=to) {
            if let Some(column) = Column::read(&mut &bytes[..]) {
                take(time(*step), column);
            }
        }
        self.each_open(time(from), time(to), take);
    }

    /// Gives the open columns of the steps that begin within `from..=to`.
    pub(super) fn each_open(&self, from: Timestamp, to: Timestamp, mut take: impl FnMut(Timestamp, Column)) {
        let (from, to) = (self.step_of(from), self.step_of(to));
        for (step, open) in (self.open_from..).zip(&self.open).filter(|(step, _)| (from..=to).contains(step)) {
            take(Timestamp::from_micros(step * self.step_us), open.column());
        }
    }

    /// Memory of what is over, which can be given up.
    pub(super) fn closed_size(&self) -> usize {
        // What a map adds to an entry is some 50 bytes.
        50 * self.closed.len() + self.closed_size
    }

    /// Memory it takes.
    pub(super) fn size(&self) -> usize {
        self.closed_size() + self.open.iter().map(OpenColumn::size).sum::<usize>()
    }
}
