use proptest::prelude::*;

use super::*;
use crate::store::group::Group;

const NOW: Timestamp = Timestamp::from_micros(1_763_683_200_000_000);

fn at(seconds: f64) -> Timestamp {
    Timestamp::from_micros(NOW.as_micros() + (seconds * 1e6) as i64)
}

/// What the columns of `step_ms` must be: of each value one, nothing else.
fn truth(points: &[(Timestamp, f64)], step_ms: u32, from: Timestamp) -> Vec<(Timestamp, u64, f64)> {
    let mut open: BTreeMap<Timestamp, OpenColumn> = BTreeMap::new();
    let step_us = i64::from(step_ms) * 1000;
    let begin = |time: Timestamp| Timestamp::from_micros(time.as_micros().div_euclid(step_us) * step_us);
    for (time, value) in points.iter().filter(|(time, _)| begin(*time) >= begin(from)) {
        open.entry(begin(*time)).or_default().push(*value);
    }
    summary(&open.into_iter().map(|(time, column)| (time, column.column())).collect())
}

fn summary(columns: &Columns) -> Vec<(Timestamp, u64, f64)> {
    columns.iter().map(|(time, column)| (*time, column.count(), column.max)).collect()
}

/// Ten series at 1 Hz for so long, some values late; each with the broker's time at which it comes.
fn stream(seconds: u64, lateness: f64) -> Vec<(Timestamp, Timestamp, f64)> {
    let mut state = 7u64;
    let mut random = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as f64 / (1u64 << 31) as f64
    };
    let mut all = Vec::new();
    for second in 0..seconds {
        for series in 0..10 {
            let come = second as f64 + f64::from(series) / 10.0;
            let late = if random() < 0.1 { random() * lateness } else { 0.0 };
            all.push((at(come), at(come - late), (random() * 1000.0).floor()));
        }
    }
    all
}

fn pushed(merged: &mut Merged, stream: &[(Timestamp, Timestamp, f64)]) {
    for (come, time, value) in stream {
        merged.push(&[*time], &[*value], *come);
    }
}

fn points(stream: &[(Timestamp, Timestamp, f64)]) -> Vec<(Timestamp, f64)> {
    stream.iter().map(|(_, time, value)| (*time, *value)).collect()
}

/// However late values are, each stands in its step at every level, once.
#[test]
fn every_value_is_counted_once_at_every_step() {
    for lateness in [0.0, 20.0, 200.0] {
        let stream = stream(600, lateness);
        let mut merged = Merged::new(NOW);
        pushed(&mut merged, &stream);
        for (step, from) in [(100, 500.0), (1_000, -300.0), (10_000, -300.0), (60_000, -300.0)] {
            let columns = merged.columns(step, at(from), at(700.0)).unwrap();
            assert_eq!(summary(&columns), truth(&points(&stream), step, at(from)), "step {step}, lateness {lateness}");
        }
        assert_eq!(merged.columns(100, at(0.0), at(700.0)), None, "ten minutes are not kept in steps of 100 ms");
        assert_eq!(merged.columns(5_000, at(0.0), at(700.0)), None);
    }
}

fn group_of(points: &[(Timestamp, f64)]) -> Group {
    let mut group = Group::new(Box::new([0]), 0);
    for (time, value) in points {
        group.append(&[*time], 1, |_| std::slice::from_ref(value));
    }
    group
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20))]

    /// Values before some moment come from points, those after it one by one: the same as all one by one, whenever the
    /// past is ready.
    #[test]
    fn the_past_adds_up_with_what_came_since(split in 0usize..6_000, delay in 0usize..3_000) {
        let stream = stream(600, 20.0);
        let (before, since) = stream.split_at(split);
        let now = before.last().map_or(NOW, |(come, ..)| *come);
        let mut merged = Merged::new(now);
        let group = group_of(&points(before));
        let series = [(group.share(Timestamp::from_micros(i64::MIN)), vec![0])];
        let past = Past::of(&series, now, merged.horizon());
        let (soon, later) = since.split_at(delay.min(since.len()));
        pushed(&mut merged, soon);
        merged.add_past(&past);
        pushed(&mut merged, later);
        // Points of one time stand once in a group.
        let mut unique: BTreeMap<Timestamp, f64> = points(before).into_iter().collect();
        let mut all: Vec<(Timestamp, f64)> = std::mem::take(&mut unique).into_iter().collect();
        all.extend(points(since));
        for step in [1_000, 10_000, 60_000] {
            let columns = merged.columns(step, at(-300.0), at(700.0)).unwrap();
            prop_assert_eq!(summary(&columns), truth(&all, step, at(-300.0)), "step {}", step);
        }
    }
}

#[test]
fn a_clock_that_runs_ahead_opens_no_day_of_columns() {
    let mut merged = Merged::new(NOW);
    for second in 0..86_400 {
        merged.push(&[at(f64::from(second))], &[1.0], NOW);
    }
    assert!(merged.size() < 20_000_000, "{}", merged.size());
    assert!(merged.columns(1_000, at(-10.0), at(0.0)).is_some(), "the present is still there");
    let counted: u64 = merged.columns(60_000, NOW, at(90_000.0)).unwrap().values().map(Column::count).sum();
    assert_eq!(counted, 86_400);
}

#[test]
fn halving_gives_memory_back_and_says_what_is_missing() {
    let mut merged = Merged::new(NOW);
    pushed(&mut merged, &stream(3_600, 0.0));
    let size = merged.size();
    for _ in 0..10 {
        merged.halve();
    }
    assert!(merged.size() < size / 2, "{size} → {}", merged.size());
    assert_eq!(merged.columns(1_000, at(0.0), at(3_600.0)), None);
    assert!(merged.columns(1_000, at(3_500.0), at(3_600.0)).is_some());
}
