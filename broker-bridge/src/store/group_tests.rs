use super::super::decimate::Grid;
use super::*;

fn us(n: i64) -> Timestamp {
    Timestamp::from_micros(n)
}

fn group(width: usize) -> Group {
    Group::new((0..width).collect(), 0)
}

/// One row whose column `c` holds `value + c / 2`.
fn append(group: &mut Group, x: i64, value: f64) {
    let columns: Vec<[f64; 1]> = (0..group.series.len()).map(|c| [value + c as f64 / 2.0]).collect();
    group.append(&[us(x)], 1, |column| &columns[column]);
}

fn all(group: &Group, column: usize) -> Vec<(i64, f64)> {
    let (x, columns) = group.share(us(i64::MIN)).read(us(i64::MIN), us(i64::MAX), &[column]).into_columns();
    x.into_iter().map(Timestamp::as_micros).zip(columns[0].iter().copied()).collect()
}

/// However late, in however large messages: of each time the row that came last.
#[test]
fn rows_in_any_order_are_kept_sorted_and_complete() {
    for (lateness, message) in [(0, 1), (500, 1), (20_000, 1), (2_000_000, 1), (0, 7), (2_000_000, 7), (30_000, 5_000)]
    {
        let mut group = group(2);
        let mut expected = Vec::new();
        let mut state = 7u64;
        let mut rows = Vec::new();
        for i in 0..10_000u64 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let x = (i * 10) as i64 - ((state >> 33) % (lateness + 1)) as i64;
            rows.push((x, i as f64));
            expected.push((x, i as f64));
        }
        for part in rows.chunks(message) {
            let times: Vec<Timestamp> = part.iter().map(|(x, _)| us(*x)).collect();
            let values: Vec<f64> = part.iter().map(|(_, value)| *value).collect();
            let doubled: Vec<f64> = values.iter().map(|value| value * 2.0).collect();
            group.append(&times, 1, |column| if column == 0 { &values } else { &doubled });
        }
        let got = all(&group, 0);
        let double: Vec<(i64, f64)> = got.iter().map(|(x, value)| (*x, value * 2.0)).collect();
        assert_eq!(all(&group, 1), double);
        let expected: std::collections::BTreeMap<i64, f64> = expected.into_iter().collect();
        let count = expected.len();
        assert_eq!(got, expected.into_iter().collect::<Vec<_>>(), "lateness {lateness}, messages of {message}");
        // A late row that replaces a sealed one counts beside it until it is put there.
        assert!((count..=count + group.late.len()).contains(&group.rows()));
    }
}

#[test]
fn a_range_holds_both_of_its_ends_and_only_the_wanted_columns() {
    let mut group = group(3);
    for i in 0..3_000 {
        append(&mut group, i, i as f64);
    }
    let (x, columns) = group.share(us(500)).read(us(500), us(2_500), &[2]).into_columns();
    assert_eq!((x.len(), x[0], x[2_000]), (2_001, us(500), us(2_500)));
    assert_eq!((columns.len(), columns[0][0]), (1, 501.0));
    assert!(group.share(us(0)).read(us(9_999), us(99_999), &[0]).is_empty());
}

#[test]
fn what_a_reader_holds_does_not_change_under_it() {
    let mut group = group(1);
    for i in 0..1_500 {
        append(&mut group, i * 2, 0.0);
    }
    let shared = group.share(us(0));
    append(&mut group, 1, 1.0);
    append(&mut group, 9_999, 1.0);
    assert_eq!(shared.read(us(0), us(99_999), &[0]).len(), 1_500);
    assert_eq!(all(&group, 0).len(), 1_502);
    assert_eq!(all(&group, 0)[1], (1, 1.0));
    assert_eq!(group.last(), Some(us(9_999)));
}

#[test]
fn eviction_drops_whole_blocks_that_are_older_and_counts_their_points() {
    let mut group = group(2);
    for i in 0..3_000 {
        append(&mut group, i, 0.0);
    }
    append(&mut group, 5, 0.0);
    assert_eq!(group.evict_before(us(1_100)), 2 * (1_024 + 1));
    assert_eq!(all(&group, 0)[0].0, 1_024);
    assert_eq!(group.evict_before(us(10_000)), 2 * (3_000 - 1_024));
    assert_eq!((group.rows(), group.last()), (0, None));
}

#[test]
fn late_rows_whose_neighbours_left_the_window_are_kept() {
    let mut group = group(1);
    for i in 0..1_024 {
        append(&mut group, i, 0.0);
    }
    append(&mut group, 500, 1.0);
    assert_eq!(group.shorten(1), 1_024);
    assert_eq!(all(&group, 0), [(500, 1.0)]);
    for i in 0..5_000 {
        append(&mut group, 10_000 - i, i as f64);
    }
    assert_eq!(all(&group, 0).len(), 5_001);
    assert!(all(&group, 0).is_sorted_by_key(|(x, _)| *x));
}

#[test]
fn groups_that_begin_together_do_not_seal_together() {
    let mut sealed_at = std::collections::BTreeSet::new();
    for phase in 0..100 {
        let mut group = Group::new(Box::new([0]), phase);
        let row = (0..).find(|row| {
            append(&mut group, *row, 0.0);
            !group.sealed.is_empty()
        });
        sealed_at.extend(row);
    }
    assert_eq!(sealed_at.len(), 100);
    assert!(sealed_at.first() >= Some(&511) && sealed_at.last() <= Some(&1023), "{sealed_at:?}");
}

/// Whatever is late, the parts of a range are in order and none is missing, read whole or reduced.
#[test]
fn late_rows_stand_in_their_places_in_every_range() {
    let mut group = group(2);
    for i in 0..5_000 {
        append(&mut group, i * 10, i as f64);
    }
    for i in 0..500 {
        append(&mut group, i * 77 + 3 + i64::from((i * 77 + 3) % 10 == 0), -1.0 - i as f64);
    }
    assert!(!group.late.is_empty());
    let everything = all(&group, 0);
    assert_eq!(everything.len(), 5_500);
    for (from, to) in [(0, 49_990), (3, 3), (9_999, 30_001), (-5, 10), (49_000, 99_999)] {
        let (x, columns) = group.share(us(from)).read(us(from), us(to), &[1, 0]).into_columns();
        let got: Vec<(i64, f64)> = x.into_iter().map(Timestamp::as_micros).zip(columns[1].iter().copied()).collect();
        let wanted: Vec<_> = everything.iter().copied().filter(|(x, _)| (from..=to).contains(x)).collect();
        assert_eq!(got, wanted, "{from}..={to}");
        let grid = Grid::new(us(from), us(to), 50_000);
        let (x, _) = group.share(us(from)).reduce(us(from), us(to), &[0], grid).remove(0).finish();
        assert_eq!(x.len(), wanted.len());
    }
}

#[test]
fn a_group_that_is_shortened_below_a_block_keeps_its_newest_rows() {
    let mut group = group(1);
    for i in 0..700 {
        append(&mut group, i, i as f64);
    }
    assert_eq!(group.shorten(650), 50);
    assert_eq!((all(&group, 0)[0], group.rows()), ((50, 50.0), 650));
    assert_eq!(group.shorten(1), 649);
    assert_eq!(all(&group, 0), [(699, 699.0)]);
}

/// They were merged one after another, which took the square of their number.
#[test]
fn of_blocks_that_overlap_the_rows_of_the_later_one_are_kept() {
    let block = |number: i64| {
        let times = (number..number + 50).map(us).collect();
        let rows = Rows::from_columns(times, vec![vec![number as f64; 50]]);
        Arc::new(Block::seal(&rows, 0..50, 1).unwrap())
    };
    for count in [1, 2, 3, 7, 40] {
        let mut group = group(1);
        group.restore((0..count).map(block).collect(), [], 1);
        let expected: Vec<(i64, f64)> = (0..count + 49).map(|x| (x, x.min(count - 1) as f64)).collect();
        assert_eq!(all(&group, 0), expected, "{count} blocks");
    }
}
