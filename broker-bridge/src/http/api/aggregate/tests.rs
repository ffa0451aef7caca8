//! Against the same thing said naively: every point of every series looked at for every step.

use std::collections::BTreeMap;
use std::time::Duration;

use eontide_wire::{Block, ChannelPattern};
use proptest::prelude::*;

use super::super::parameters::Range;
use super::*;
use crate::store::{Limits, Store};

const START: i64 = 1_763_683_200_000_000;

/// Time in ms after the start, and a value or a gap.
type Series = BTreeMap<i64, Option<f64>>;

const fn at(ms: i64) -> Timestamp {
    Timestamp::from_micros(START + ms * 1000)
}

/// A store in which each series comes in messages of its own, and every second point in a message of another shape.
fn picture(series: &[Series]) -> Picture {
    let limits = Limits {
        history: Duration::from_secs(86_400),
        points_bytes: 1 << 30,
        disk_bytes: 0,
        series_max: 1000,
        channels_max: 1,
    };
    let mut store = Store::new(limits);
    for (n, points) in series.iter().enumerate() {
        for (index, (ms, value)) in points.iter().enumerate() {
            let mut names = vec![format!("s-{n}").into()];
            let mut values = vec![value.unwrap_or(f64::NAN)];
            if index % 2 == 1 {
                names.push("unwanted".into());
                values.push(1e9);
            }
            let block = Block { names, x: vec![at(*ms)], values };
            let (channel, shapes) = store.resolve("c", std::slice::from_ref(&block), &|name| name.into()).unwrap();
            store.append(&channel, &shapes, &[block], 1, at(*ms));
        }
    }
    store.picture(&ChannelPattern::new("c").unwrap(), at(-1_000_000), |_, name| name != "unwanted")
}

fn naive(series: &Series, begin: i64, step: i64, now: i64, within: Within) -> Option<f64> {
    let inside: Vec<Option<f64>> = series.range(begin..begin + step).map(|(_, value)| *value).collect();
    let values: Vec<f64> = inside.iter().flatten().copied().collect();
    if inside.is_empty() {
        let (ms, value) = series.range(..begin).next_back()?;
        let heard = begin - ms <= (3 * step).max(10_000) && begin <= now;
        return value.filter(|_| heard && within != Within::Sum);
    }
    Some(match within {
        Within::Last => *values.last()?,
        Within::Mean if values.is_empty() => return None,
        Within::Mean => values.iter().sum::<f64>() / values.len() as f64,
        Within::Sum if values.is_empty() => return None,
        Within::Sum => values.iter().sum(),
        Within::Min => values.iter().copied().reduce(f64::min)?,
        Within::Max => values.iter().copied().reduce(f64::max)?,
    })
}

fn any_series() -> impl Strategy<Value = Vec<Series>> {
    // Whole numbers: sums are the same in any order.
    let value = prop_oneof![6 => (-100i32..100).prop_map(|value| Some(f64::from(value))), 1 => Just(None)];
    let series = prop::collection::btree_map(-40_000i64..40_000, value, 0..40);
    prop::collection::vec(series, 1..6)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn blocks_slices_and_shapes_make_no_difference(
        series in any_series(),
        step in prop_oneof![Just(1_000i64), Just(700), Just(5_000), Just(30_000)],
        (from, length) in (-20_000i64..20_000, 0i64..30_000),
        now in -20_000i64..40_000,
        within in prop_oneof![Just(Within::Last), Just(Within::Mean), Just(Within::Min), Just(Within::Max), Just(Within::Sum)],
        cells in 1usize..200,
    ) {
        let picture = picture(&series);
        // Series of even and of odd numbers.
        let group = |_: &str, name: &str| (name[2..].parse::<usize>().unwrap() % 2).to_string();
        let grouped = Grouped::new(&picture, group);
        let range = Range { from: at(from), to: at(from + length) };
        let grid = Grid::new(range, Duration::from_millis(step.unsigned_abs()), at(now));
        let names = ["sum", "count", "min", "max", "mean", "p50", "p90"];
        let functions: Vec<Function> = names.iter().map(|name| Function::parse(name).unwrap()).collect();
        let blocks = aggregate_within(&picture, &grouped, &Plan { grid, within, functions: functions.clone() }, cells);

        for parity in 0..2 {
            let block = blocks.iter().find(|block| *block.columns[0].0 == *format!("sum({parity})"));
            let mut expected = Vec::new();
            for n in 0..grid.steps() {
                let begin = (grid.time(n).as_micros() - START) / 1000;
                let members = series.iter().enumerate().filter(|(index, _)| index % 2 == parity);
                let mut values: Vec<f64> =
                    members.filter_map(|(_, series)| naive(series, begin, step, now, within)).collect();
                values.sort_unstable_by(f64::total_cmp);
                if !values.is_empty() {
                    let row: Vec<f64> = functions.iter().map(|function| function.of(&values)).collect();
                    expected.push((grid.time(n), row));
                }
            }
            let found: Vec<(Timestamp, Vec<f64>)> = block.map_or_else(Vec::new, |block| {
                let row = |at: usize| block.columns.iter().map(|(_, values)| values[at]).collect();
                block.x.iter().enumerate().map(|(index, x)| (*x, row(index))).collect()
            });
            prop_assert_eq!(found.len(), expected.len());
            for ((x, row), (expected_x, expected_row)) in found.iter().zip(&expected) {
                prop_assert_eq!(x, expected_x);
                for ((name, value), expected) in names.iter().zip(row).zip(expected_row) {
                    // A mean of means is no whole number: the order of adding may show.
                    prop_assert!((value - expected).abs() < 1e-9, "{} at {:?}: {} and {}", name, x, value, expected);
                }
            }
        }
    }
}

#[test]
fn columns_are_named_by_function_and_group() {
    let series = [BTreeMap::from([(0, Some(1.0))]), BTreeMap::from([(0, Some(3.0))])];
    let picture = picture(&series);
    let grouped = Grouped::new(&picture, |_, _| "rss".into());
    let grid = Grid::new(Range { from: at(0), to: at(0) }, Duration::from_secs(1), at(0));
    let functions = vec![Function::parse("p99.9").unwrap(), Function::parse("mean").unwrap()];
    let blocks = aggregate(&picture, &grouped, &Plan { grid, within: Within::Last, functions });
    let columns: Vec<_> = blocks[0].columns.iter().map(|(name, values)| (&**name, values[0])).collect();
    assert_eq!(columns, [("p99.9(rss)", 2.998), ("mean(rss)", 2.0)]);
    assert_eq!((grouped.len(), blocks.len(), &blocks[0].x), (1, 1, &vec![at(0)]));
}
