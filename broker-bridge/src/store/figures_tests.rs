//! Against what is computed from all points, read one by one.

use std::collections::BTreeMap;

use eontide_wire::{Block, ChannelPattern};
use proptest::prelude::*;

use super::*;
use crate::store::{Limits, Store};

const fn s(seconds: i64) -> Timestamp {
    Timestamp::from_micros(1_763_683_200_000_000 + seconds * 1_000_000)
}

fn store() -> Store {
    Store::new(Limits {
        history: std::time::Duration::from_secs(3600),
        points_bytes: 1 << 30,
        disk_bytes: 0,
        series_max: 99,
        channels_max: 2,
    })
}

fn append(store: &mut Store, names: &[&str], rows: &[(i64, Vec<f64>)]) {
    append_after(store, names, rows, 0);
}

fn append_after(store: &mut Store, names: &[&str], rows: &[(i64, Vec<f64>)], us: i64) {
    let x = rows.iter().map(|(time, _)| Timestamp::from_micros(s(*time).as_micros() + us)).collect();
    let values = (0..names.len()).flat_map(|column| rows.iter().map(move |(_, values)| values[column])).collect();
    let block = Block { names: names.iter().map(|name| (*name).into()).collect(), x, values };
    let (channel, shapes) = store.resolve("c", std::slice::from_ref(&block), &|name| name.into()).unwrap();
    store.append(&channel, &shapes, &[block], 1, s(0));
}

fn picture(store: &Store, from: Timestamp) -> Picture {
    store.picture(&ChannelPattern::new("c").unwrap(), from, |_, _| true)
}

/// Value and last point of each series.
fn found(picture: &Picture, asked: &Asked) -> BTreeMap<String, (f64, (Timestamp, f64))> {
    let found = picture.figures(asked).into_iter().map(|found| (found.name.to_string(), (found.value, found.last)));
    found.collect()
}

/// The same, from all points in the range.
fn naive(picture: &Picture, asked: &Asked) -> BTreeMap<String, (f64, (Timestamp, f64))> {
    let mut all: BTreeMap<String, Vec<(Timestamp, f64)>> = BTreeMap::new();
    for block in picture.blocks(asked.from, asked.to, None) {
        for (name, values) in &block.columns {
            let points = block.x.iter().copied().zip(values.iter().copied()).filter(|(_, value)| !value.is_nan());
            all.entry(name.to_string()).or_default().extend(points);
        }
    }
    all.into_iter()
        .filter(|(_, points)| {
            asked.band.is_none_or(|band| points.iter().any(|(_, v)| band.above <= *v && *v < band.below))
        })
        .filter_map(|(name, mut points)| {
            points.sort_by_key(|(time, _)| *time);
            let last = *points.last()?;
            let values = || points.iter().map(|(_, value)| *value);
            let value = match asked.of {
                Of::Last => last.1,
                Of::Max => values().max_by(f64::total_cmp)?,
                Of::Min => values().min_by(f64::total_cmp)?,
                Of::Mean => values().sum::<f64>() / points.len() as f64,
                Of::Slope => slope(&points)?,
            };
            Some((name, (value, last)))
        })
        .collect()
}

fn slope(points: &[(Timestamp, f64)]) -> Option<f64> {
    let n = points.len() as f64;
    let at = |time: Timestamp| (time.as_micros() - s(0).as_micros()) as f64 / 1e6;
    let (t, v) = points.iter().fold((0.0, 0.0), |(t, v), point| (t + at(point.0) / n, v + point.1 / n));
    let (top, bottom) = points.iter().fold((0.0, 0.0), |(top, bottom), point| {
        let dt = at(point.0) - t;
        (top + dt * (point.1 - v), bottom + dt * dt)
    });
    (bottom > 1e-9).then(|| top / bottom)
}

#[track_caller]
fn assert_same(picture: &Picture, asked: &Asked) {
    let (got, expected) = (found(picture, asked), naive(picture, asked));
    assert_eq!(got.keys().collect::<Vec<_>>(), expected.keys().collect::<Vec<_>>(), "{asked:?}");
    for (name, (value, last)) in &expected {
        let (got, got_last) = got[name];
        assert_eq!(got_last, *last, "{name} {asked:?}");
        let exact = matches!(asked.of, Of::Last | Of::Max | Of::Min);
        let near = if exact { got == *value } else { (got - value).abs() <= 1e-6 * (1.0 + value.abs()) };
        assert!(near, "{name} {asked:?}: {got} for {value}");
    }
}

/// What a row does to the three series that come together, and where it stands.
fn rows() -> impl Strategy<Value = Vec<(i64, Vec<f64>)>> {
    let value = prop_oneof![
        8 => (-20i32..20).prop_map(f64::from),
        1 => Just(f64::NAN),
        1 => (-1e6..1e6f64).boxed(),
    ];
    proptest::collection::vec((0i64..4_000, proptest::collection::vec(value, 3)), 1..400)
}

fn of() -> impl Strategy<Value = Of> {
    prop_oneof![Just(Of::Last), Just(Of::Max), Just(Of::Min), Just(Of::Mean), Just(Of::Slope)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn figures_are_those_of_all_points(
        late in rows(),
        other in rows(),
        constant in any::<bool>(),
        (from, to) in (-100i64..4_200, -100i64..4_200),
        (of, band) in (of(), proptest::option::of((-30i32..30, 0i32..20))),
    ) {
        let mut store = store();
        // Several blocks and an open one, then rows that are late for them.
        for begin in (0..3_600).step_by(90) {
            let value = |time: i64, column: i64| if constant { 5.0 } else { ((time * 7 + column * 3) % 23 - 11) as f64 };
            let rows: Vec<(i64, Vec<f64>)> =
                (begin..begin + 90).map(|time| (time, (0..3).map(|column| value(time, column)).collect())).collect();
            append(&mut store, &["a", "b", "c"], &rows);
        }
        append(&mut store, &["a", "b", "c"], &late);
        // In a group of its own, one of the series in two groups; never at one time in both.
        append_after(&mut store, &["a", "d", "e"], &other, 500_000);
        let band = band.map(|(above, width)| Band { above: f64::from(above), below: f64::from(above + width) });
        let asked = Asked { from: s(from.min(to)), to: s(from.max(to)), of, band };
        assert_same(&picture(&store, asked.from), &asked);
    }
}

/// Sealed blocks without late rows: what their summaries say is what their rows say, whole or in part.
#[test]
fn every_range_of_sealed_blocks_has_the_figures_of_its_rows() {
    let mut store = store();
    let rows: Vec<(i64, Vec<f64>)> = (0..5_000)
        .map(|time| {
            let wave = (time as f64 / 300.0).sin() * 100.0;
            (time, vec![wave.round(), time as f64, if time % 1_500 == 0 { f64::NAN } else { -wave }, 7.0])
        })
        .collect();
    rows.chunks(100).for_each(|rows| append(&mut store, &["wave", "rising", "gaps", "constant"], rows));
    for (from, to) in
        [(0, 4_999), (1_000, 4_000), (600, 700), (2_047, 2_049), (4_900, 4_999), (-50, 10), (5_000, 9_000)]
    {
        let picture = picture(&store, s(from));
        for of in [Of::Last, Of::Max, Of::Min, Of::Mean, Of::Slope] {
            for band in [None, Some((99.0, 101.0)), Some((-3.5, -1.0)), Some((4_998.0, 4_999.0)), Some((7.0, 7.0))] {
                let band = band.map(|(above, below)| Band { above, below });
                assert_same(&picture, &Asked { from: s(from), to: s(to), of, band });
            }
        }
    }
}
