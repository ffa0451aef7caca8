//! Aggregations that need all values of a group at once: `topk`, `bottomk`, `quantile`.

use super::aggregate::groups;
use super::budget::Budget;
use super::labels::Labels;
use super::node::Grouping;
use super::number;
use super::problem::Problem;
use super::value::{ABSENT, Column, is_absent};

/// The greatest (or least) values of each group, so many as `k` says at each step; the series keep their labels.
///
/// Where values are equal, those that Prometheus would choose are chosen: it keeps them in a heap (Go's container/heap).
pub(super) fn extremes(
    k: &[f64],
    greatest: bool,
    columns: Vec<Column>,
    grouping: &Grouping,
    budget: &Budget,
) -> Result<Vec<Column>, Problem> {
    let most = |k: &f64| if k.is_nan() || k.abs() >= 2_f64.powi(63) { Err(overflow(*k)) } else { Ok(*k as i64) };
    let k = k.iter().map(most).collect::<Result<Vec<_>, _>>()?;
    let groups = groups(&columns, grouping);
    budget.take(columns.len() * k.len())?;
    let mut chosen: Vec<Vec<f64>> = columns.iter().map(|_| vec![ABSENT; k.len()]).collect();
    let mut order = Vec::new();
    for (step, k) in k.iter().enumerate() {
        budget.check()?;
        for (_, members) in &groups {
            let values = members.iter().map(|member| (columns[*member].values[step], *member));
            let ranked =
                ranked(values.filter(|(value, _)| !is_absent(*value)), usize::try_from(*k).unwrap_or(0), greatest);
            for (value, member) in &ranked {
                chosen[*member][step] = *value;
            }
            order.extend(ranked.into_iter().map(|(_, member)| member));
        }
    }
    let column = |(column, values): (Column, Vec<f64>)| Column { labels: column.labels, values };
    let mut columns: Vec<Option<Column>> = columns.into_iter().zip(chosen).map(column).map(Some).collect();
    // By rank where there is one step; several are ordered by labels in the end.
    Ok(order.into_iter().filter_map(|member| columns[member].take()).collect())
}

fn overflow(k: f64) -> Problem {
    Problem::Execution(format!("Scalar value {} overflows int64", number::plain(k)))
}

/// At most `k` of the values, the first in rank first; a NaN ranks last.
fn ranked(values: impl Iterator<Item = (f64, usize)>, k: usize, greatest: bool) -> Vec<(f64, usize)> {
    if k == 0 {
        return Vec::new();
    }
    // `a` is farther from being chosen than `b`.
    let worse = |a: f64, b: f64| a.is_nan() || if greatest { a < b } else { a > b };
    let mut heap: Vec<(f64, usize)> = Vec::new();
    for item in values {
        let full = heap.len() == k;
        // A NaN yields to whatever comes, another NaN included.
        if full && !heap[0].0.is_nan() && (item.0.is_nan() || !worse(heap[0].0, item.0)) {
            continue;
        }
        if full {
            // Out with the first and in with the new one, in two steps: what is equal then stands as it does in Go.
            heap.swap_remove(0);
            down(&mut heap, worse);
        }
        heap.push(item);
        up(&mut heap, worse);
    }
    // Stable, as Go's is for as few as are looked at by eye.
    heap.sort_by(|a, b| match (a.0.is_nan(), b.0.is_nan()) {
        (false, false) if greatest => b.0.total_cmp(&a.0),
        (false, false) => a.0.total_cmp(&b.0),
        (a, b) => a.cmp(&b),
    });
    heap
}

fn up(heap: &mut [(f64, usize)], worse: impl Fn(f64, f64) -> bool) {
    let mut at = heap.len() - 1;
    while at > 0 {
        let parent = (at - 1) / 2;
        if !worse(heap[at].0, heap[parent].0) {
            break;
        }
        heap.swap(at, parent);
        at = parent;
    }
}

fn down(heap: &mut [(f64, usize)], worse: impl Fn(f64, f64) -> bool) {
    let mut at = 0;
    loop {
        let (left, right) = (2 * at + 1, 2 * at + 2);
        if left >= heap.len() {
            break;
        }
        let child = if right < heap.len() && worse(heap[right].0, heap[left].0) { right } else { left };
        if !worse(heap[child].0, heap[at].0) {
            break;
        }
        heap.swap(at, child);
        at = child;
    }
}

/// The φ-quantile of each group at each step.
pub(super) fn quantiles(
    q: &[f64],
    columns: &[Column],
    grouping: &Grouping,
    budget: &Budget,
) -> Result<Vec<Column>, Problem> {
    let column = |(labels, members): (Labels, Vec<usize>)| {
        budget.take(q.len())?;
        let mut values = Vec::with_capacity(members.len());
        let at_step = |(step, q): (usize, &f64)| {
            values.clear();
            values
                .extend(members.iter().map(|member| columns[*member].values[step]).filter(|value| !is_absent(*value)));
            if step % 64 == 0 {
                budget.check()?;
            }
            Ok(if values.is_empty() { ABSENT } else { number::quantile(*q, &mut values) })
        };
        Ok(Column { labels, values: q.iter().enumerate().map(at_step).collect::<Result<_, Problem>>()? })
    };
    groups(columns, grouping).into_iter().map(column).collect()
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::super::budget::TIME_MAX;
    use super::*;

    #[test]
    fn the_greatest_and_the_least_are_ranked_and_nan_comes_last() {
        let of = |values: &[f64], k, greatest| {
            ranked(values.iter().copied().zip(0..), k, greatest).into_iter().map(|(_, place)| place).collect::<Vec<_>>()
        };
        for (values, k, greatest, expected) in [
            (vec![1.0, 3.0, 2.0], 2, true, vec![1, 2]),
            (vec![1.0, 3.0, 2.0], 2, false, vec![0, 2]),
            (vec![f64::NAN, 1.0, 2.0], 2, true, vec![2, 1]),
            (vec![f64::NAN, 1.0], 5, false, vec![1, 0]),
            (vec![f64::NAN, 0.0, f64::NAN], 2, true, vec![1, 2]),
            (vec![5.0, 5.0, 5.0], 2, true, vec![0, 1]),
            (vec![1.0], 0, true, vec![]),
        ] {
            assert_eq!(of(&values, k, greatest), expected, "{values:?} {k} {greatest}");
        }
    }

    #[test]
    fn series_keep_their_labels_where_they_are_chosen() {
        let column = |name, values: &[f64]| Column { labels: Labels::from([("a", name)]), values: values.to_vec() };
        let columns = vec![column("x", &[1.0, 9.0]), column("y", &[2.0, ABSENT])];
        let budget = Budget::new(100, Instant::now() + TIME_MAX);
        let all = Grouping::By(vec![]);
        let top = extremes(&[1.0, 1.0], true, columns.clone(), &all, &budget).unwrap();
        assert_eq!((top[0].values[0], top[1].values[1]), (2.0, 9.0));
        assert!(is_absent(top[0].values[1]) && is_absent(top[1].values[0]));
        assert!(extremes(&[f64::NAN, 1.0], true, columns.clone(), &all, &budget).is_err());
        assert_eq!(quantiles(&[0.5, 0.5], &columns, &all, &budget).unwrap()[0].values, [1.5, 9.0]);
    }
}
