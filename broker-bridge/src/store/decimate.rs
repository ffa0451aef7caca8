//! Cutting a line down to the pixels it will be drawn on, extremes kept.
//!
//! M4 (Jugel et al., "M4: A Visualization-Oriented Time Series Data Aggregation", VLDB 2014): of each pixel column the
//! first, the last, the smallest and the largest point draw the same picture as all points do. Gaps are kept where the
//! line breaks, one per column and kind.

use eontide_wire::Timestamp;

/// Points kept of one column at most: first, last, smallest, largest, and a gap with the point before it.
pub(super) const POINTS_PER_COLUMN: usize = 6;

/// The indices to keep of a sorted line drawn on `width` pixels from `from` to `to`; `None` where all are kept. Points
/// beyond `to` (clocks that run ahead) fall into further columns of the same size.
pub(super) fn m4(x: &[Timestamp], values: &[f64], from: Timestamp, to: Timestamp, width: u32) -> Option<Vec<usize>> {
    if x.len() <= 4 * width as usize {
        return None;
    }
    let span = to.as_micros().saturating_sub(from.as_micros()).max(1) as f64;
    let column_of = |time: Timestamp| {
        ((time.as_micros().saturating_sub(from.as_micros()) as f64 / span) * f64::from(width)).floor() as i64
    };
    let mut keep = Vec::with_capacity(4 * width as usize);
    let mut start = 0;
    while start < x.len() {
        let column = column_of(x[start]);
        let end = start + x[start..].partition_point(|time| column_of(*time) <= column);
        push_column(values, start, end, &mut keep);
        start = end;
    }
    Some(keep)
}

fn push_column(values: &[f64], start: usize, end: usize, keep: &mut Vec<usize>) {
    let numbers = || (start..end).filter(|i| !values[*i].is_nan());
    let by_value = |a: &usize, b: &usize| values[*a].total_cmp(&values[*b]);
    let mut chosen = [
        Some(start),
        Some(end - 1),
        numbers().min_by(by_value),
        numbers().max_by(by_value),
        (start..end).find(|i| values[*i].is_nan()),
        None,
    ];
    // The points around the first gap: without them the gap would swallow its neighbours.
    chosen[5] = chosen[4].and_then(|gap| gap.checked_sub(1)).filter(|before| *before >= start);
    let mut indices: Vec<usize> = chosen.into_iter().flatten().collect();
    indices.sort_unstable();
    indices.dedup();
    keep.extend(indices);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(n: i64) -> Vec<Timestamp> {
        (0..n).map(Timestamp::from_micros).collect()
    }

    #[test]
    fn short_lines_are_kept_whole() {
        let x = line(40);
        assert_eq!(m4(&x, &[0.0; 40], x[0], x[39], 10), None);
    }

    #[test]
    fn each_column_keeps_first_last_and_both_extremes() {
        let x = line(1_000);
        let mut values = vec![1.0; 1_000];
        values[537] = 99.0;
        values[541] = -99.0;
        let keep = m4(&x, &values, x[0], Timestamp::from_micros(1_000), 10).unwrap();
        assert!(keep.contains(&537) && keep.contains(&541));
        assert!(keep.contains(&0) && keep.contains(&999));
        assert!(keep.len() <= 4 * 10, "{}", keep.len());
        assert!(keep.is_sorted());
    }

    /// A snapshot reaches a day ahead for clocks that run ahead; its columns are those of the window all the same.
    #[test]
    fn points_ahead_of_the_window_do_not_widen_its_columns() {
        let x = line(1_000);
        let values: Vec<f64> = (0..1_000).map(f64::from).collect();
        let keep = m4(&x, &values, x[0], Timestamp::from_micros(500), 10).unwrap();
        assert!(keep.len() >= 2 * 20, "{}", keep.len());
    }

    #[test]
    fn a_gap_stays_a_gap() {
        let x = line(1_000);
        let mut values = vec![1.0; 1_000];
        values[300..320].fill(f64::NAN);
        let keep = m4(&x, &values, x[0], x[999], 10).unwrap();
        assert!(keep.iter().any(|i| values[*i].is_nan()));
        let all_gaps = m4(&x, &vec![f64::NAN; 1_000], x[0], x[999], 10).unwrap();
        assert!(!all_gaps.is_empty());
    }
}
