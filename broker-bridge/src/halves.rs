//! Work on both halves of a list at once, where there is enough of it: a large answer should not wait for one core.

use std::thread;

/// Points of an answer that is worth a second thread: making it takes some milliseconds.
pub(crate) const WORTH: usize = 100_000;

/// What `work` makes of the list, or of each half of it, in order.
pub(crate) fn halves<T: Sync, R: Send>(list: &[T], worth: bool, work: impl Fn(&[T]) -> R + Sync) -> Vec<R> {
    if !worth || list.len() < 2 {
        return vec![work(list)];
    }
    let (first, second) = list.split_at(list.len() / 2);
    thread::scope(|scope| {
        let other = scope.spawn(|| work(second));
        let ours = work(first);
        match other.join() {
            Ok(theirs) => vec![ours, theirs],
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_halves_are_worked_on_in_order() {
        let list: Vec<usize> = (0..7).collect();
        for worth in [true, false] {
            assert_eq!(halves(&list, worth, <[usize]>::to_vec).concat(), list);
        }
        assert_eq!(halves(&list[..1], true, <[usize]>::len), [1]);
        assert_eq!(halves::<usize, _>(&[], true, <[usize]>::len), [0]);
    }
}
