//! Several series as one: sum, mean, quantiles over all sources.
//!
//! Points become one value for each series and step ([`grid`]), those of the series of a group become one for each function
//! ([`function`]). Blocks are read one at a time, and of the cells (series × steps) no more than [`CELLS_MAX`] exist at
//! once: a wide question is answered in slices of time. Memory is that and the answer; time is that of decoding the range,
//! and of what a series may reach back once more for each slice.

mod function;
mod grid;

use std::collections::HashMap;
use std::sync::Arc;

use eontide_wire::Timestamp;

pub(super) use self::function::{FUNCTIONS_MAX, Function};
pub(super) use self::grid::{Grid, Within};

use self::grid::{Cell, values};
use crate::store::{OwnedBlock, Picture, PictureGroup};

/// Cells at once, 40 bytes each; and a series has one for each step.
const CELLS_MAX: usize = 1 << 21;

/// The series of a picture, each in one group.
#[derive(Debug)]
pub(super) struct Grouped {
    /// Name of each group, in order.
    names: Vec<Arc<str>>,
    /// The series of each group, in the order of channel and name, so that a sum does not depend on who came first.
    members: Vec<Vec<usize>>,
    /// For each group of the picture, the series of each of its columns.
    columns: Vec<Vec<usize>>,
    series: usize,
}

impl Grouped {
    /// Puts each series, by channel and name, into the group whose name `group` says.
    pub(super) fn new(picture: &Picture, mut group: impl FnMut(&str, &str) -> String) -> Self {
        let mut known: HashMap<(&str, &str), usize> = HashMap::new();
        let mut columns = Vec::with_capacity(picture.groups().len());
        for part in picture.groups() {
            let of_part = part.names().map(|name| {
                let next = known.len();
                *known.entry((part.channel(), name)).or_insert(next)
            });
            columns.push(of_part.collect());
        }
        let mut sorted: Vec<(&str, &str, usize)> = known.iter().map(|((c, n), series)| (*c, *n, *series)).collect();
        sorted.sort_unstable();
        let mut groups: std::collections::BTreeMap<String, Vec<usize>> = std::collections::BTreeMap::new();
        for (channel, name, series) in &sorted {
            groups.entry(group(channel, name)).or_default().push(*series);
        }
        let series = known.len();
        let (names, members): (Vec<String>, Vec<_>) = groups.into_iter().unzip();
        Self { names: names.into_iter().map(Arc::from).collect(), members, columns, series }
    }

    /// Number of series.
    pub(super) fn series(&self) -> usize {
        self.series
    }

    /// Number of groups.
    pub(super) fn len(&self) -> usize {
        self.names.len()
    }
}

/// What is asked of the groups.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) grid: Grid,
    pub(super) within: Within,
    pub(super) functions: Vec<Function>,
}

/// One block for each group that has a value at all: a column `<function>(<group>)` for each function over the steps in
/// which at least one series of the group has a value.
pub(super) fn aggregate(picture: &Picture, grouped: &Grouped, plan: &Plan) -> Vec<OwnedBlock> {
    aggregate_within(picture, grouped, plan, CELLS_MAX)
}

fn aggregate_within(picture: &Picture, grouped: &Grouped, plan: &Plan, cells_max: usize) -> Vec<OwnedBlock> {
    let mut blocks: Vec<OwnedBlock> = grouped.names.iter().map(|group| empty_block(group, &plan.functions)).collect();
    let at_once = (cells_max / grouped.series.max(1)).max(1);
    let sorted = plan.functions.iter().any(Function::wants_order);
    let mut of_step = Vec::new();
    for first in (0..plan.grid.steps()).step_by(at_once) {
        let grid = plan.grid.slice(first..(first + at_once).min(plan.grid.steps()));
        let values = read(picture, grouped, &grid, plan.within);
        for (members, block) in grouped.members.iter().zip(&mut blocks) {
            for step in 0..grid.steps() {
                let of_members = members.iter().map(|series| values[series * grid.steps() + step]);
                of_step.clear();
                of_step.extend(of_members.filter(|value| !value.is_nan()));
                if of_step.is_empty() {
                    continue;
                }
                block.x.push(grid.time(step));
                // Sums before sorting, in the order of names.
                let mut add = |ordered: bool, of_step: &[f64]| {
                    for (function, (_, column)) in plan.functions.iter().zip(&mut block.columns) {
                        if function.wants_order() == ordered {
                            column.push(function.of(of_step));
                        }
                    }
                };
                add(false, &of_step);
                if sorted {
                    of_step.sort_unstable_by(f64::total_cmp);
                    add(true, &of_step);
                }
            }
        }
    }
    blocks.retain(|block| !block.x.is_empty());
    blocks
}

fn empty_block(group: &str, functions: &[Function]) -> OwnedBlock {
    let columns = functions.iter().map(|function| (format!("{}({group})", function.name()).into(), Vec::new()));
    OwnedBlock { x: Vec::new(), columns: columns.collect() }
}

/// The value of each series at each step, series after series.
fn read(picture: &Picture, grouped: &Grouped, grid: &Grid, within: Within) -> Vec<f64> {
    let steps = grid.steps();
    let mut before = vec![Cell::EMPTY; grouped.series];
    let mut cells = vec![Cell::EMPTY; grouped.series * steps];
    for (part, columns) in picture.groups().iter().zip(&grouped.columns) {
        fold(part, columns, grid, within, &mut before, &mut cells);
    }
    let mut all = Vec::with_capacity(cells.len());
    for (before, cells) in before.iter().zip(cells.chunks_exact(steps.max(1))) {
        all.extend(values(grid, within, before, cells));
    }
    all
}

fn fold(part: &PictureGroup, columns: &[usize], grid: &Grid, within: Within, before: &mut [Cell], cells: &mut [Cell]) {
    part.each_part(grid.reads_from(), grid.reads_to(), |times: &[Timestamp], of_columns| {
        let steps: Vec<Option<usize>> = times.iter().map(|time| grid.step_of(*time)).collect();
        for (series, of_column) in columns.iter().zip(of_columns) {
            for ((time, step), value) in times.iter().zip(&steps).zip(of_column) {
                let cell = match step {
                    Some(step) => &mut cells[series * grid.steps() + step],
                    None => &mut before[*series],
                };
                cell.add(*time, *value, within);
            }
        }
    });
}

#[cfg(test)]
mod tests;
