//! The points of a file, sorted by time, and what could not be read.

use std::collections::HashMap;

use eontide_publisher::wire::limits::COLUMNS_MAX;
use eontide_publisher::wire::{Timestamp, check_column_name};

/// Most points of a file; 24 bytes each.
const POINTS_MAX: usize = 20_000_000;
/// Lines that are named of those which were not read.
const NAMED_MAX: usize = 5;

/// One value of one series.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Point {
    /// µs: since 1970, or since the begin of the file where its lines say no time.
    pub(super) at: i64,
    pub(super) series: u32,
    pub(super) value: f64,
}

/// When a line of a file was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum At {
    Time(Timestamp),
    /// It does not say; it comes after the line before it.
    Unsaid,
}

/// Everything a file holds.
#[derive(Debug, Default)]
pub(super) struct Recording {
    pub(super) names: Vec<String>,
    pub(super) points: Vec<Point>,
    pub(super) unread: Unread,
    numbers: HashMap<String, u32>,
    /// When the last line was, and whether it or one before it said so.
    last: Option<i64>,
    timed: bool,
    /// µs between a line without a time and the one before it.
    interval_us: i64,
}

/// Lines that were passed over.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Unread {
    pub(super) total: u64,
    /// The first of them.
    pub(super) named: Vec<String>,
}

impl Recording {
    /// `interval_us` lies between two lines that say no time.
    pub(super) fn new(interval_us: i64) -> Self {
        Self { interval_us, ..Self::default() }
    }

    /// Notes a line that cannot be read, counted from 1.
    pub(super) fn reject(&mut self, line: u64, reason: impl std::fmt::Display) {
        self.unread.total += 1;
        if self.unread.named.len() < NAMED_MAX {
            self.unread.named.push(format!("line {line}: {reason}"));
        }
    }

    /// Takes in the values of one line. A line without any is none.
    pub(super) fn add<'n>(&mut self, at: At, values: impl IntoIterator<Item = (&'n str, f64)>) -> Result<(), String> {
        let said = at != At::Unsaid;
        let at = match at {
            At::Time(time) => time.as_micros(),
            At::Unsaid => self.last.map_or(0, |last| last + self.interval_us),
        };
        let before = self.points.len();
        for (name, value) in values {
            let series = self.number(name)?;
            if self.points.len() >= POINTS_MAX {
                return Err(format!("more than {POINTS_MAX} points: cut the file in two"));
            }
            self.points.push(Point { at, series, value });
        }
        if self.points.len() > before {
            self.follow(at, said, before);
        }
        Ok(())
    }

    /// A line was at `at`. The first that says a time decides when those before it were, the first `before` points.
    fn follow(&mut self, at: i64, said: bool, before: usize) {
        if let (Some(last), true, false) = (self.last, said, self.timed) {
            let later = at - self.interval_us - last;
            self.points[..before].iter_mut().for_each(|point| point.at += later);
        }
        self.timed |= said;
        self.last = Some(at);
    }

    /// Sorts by time; what has the same time stays in the order of the file.
    pub(super) fn sort(&mut self) {
        self.points.sort_by_key(|point| point.at);
    }

    /// From the first point to the last, in µs.
    pub(super) fn span_us(&self) -> i64 {
        match (self.points.first(), self.points.last()) {
            (Some(first), Some(last)) => last.at - first.at,
            _ => 0,
        }
    }

    /// The longest time in which nothing comes, in µs: a source that is silent for longer than it says looks dead.
    pub(super) fn longest_pause_us(&self) -> i64 {
        self.points.windows(2).map(|pair| pair[1].at - pair[0].at).max().unwrap_or(0)
    }

    fn number(&mut self, name: &str) -> Result<u32, String> {
        if let Some(number) = self.numbers.get(name) {
            return Ok(*number);
        }
        if self.names.len() >= COLUMNS_MAX {
            return Err(format!("more than {COLUMNS_MAX} series: replay a part of the file"));
        }
        check_column_name(name).map_err(|invalid| format!("the name {name:.40?} {invalid}"))?;
        let number = self.names.len() as u32;
        self.numbers.insert(name.to_owned(), number);
        self.names.push(name.to_owned());
        Ok(number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> At {
        At::Time(Timestamp::from_micros(seconds * 1_000_000))
    }

    #[test]
    fn points_are_sorted_by_time_and_those_of_one_time_stay_in_order() {
        let mut recording = Recording::new(1);
        recording.add(at(20), [("a", 1.0), ("b", 2.0)]).unwrap();
        recording.add(at(10), [("b", 3.0)]).unwrap();
        recording.add(at(20), [("c", 4.0)]).unwrap();
        recording.sort();
        let seen: Vec<_> = recording.points.iter().map(|p| (p.at / 1_000_000, p.series, p.value)).collect();
        assert_eq!(seen, [(10, 1, 3.0), (20, 0, 1.0), (20, 1, 2.0), (20, 2, 4.0)]);
        assert_eq!((recording.span_us(), recording.longest_pause_us()), (10_000_000, 10_000_000));
    }

    #[test]
    fn lines_without_a_time_lie_an_interval_apart() {
        let mut recording = Recording::new(500);
        for value in [1.0, 2.0, 3.0] {
            recording.add(At::Unsaid, [("a", value)]).unwrap();
        }
        recording.add(At::Unsaid, []).unwrap();
        assert_eq!(recording.points.iter().map(|p| p.at).collect::<Vec<_>>(), [0, 500, 1000]);
        assert_eq!(recording.span_us(), 1000);
        assert_eq!(Recording::new(1).span_us(), 0);
    }

    #[test]
    fn lines_with_and_without_a_time_keep_their_order() {
        let mut recording = Recording::new(1_000_000);
        for (at, value) in [(At::Unsaid, 1.0), (At::Unsaid, 2.0), (at(100), 3.0), (At::Unsaid, 4.0), (at(50), 5.0)] {
            recording.add(at, [("a", value)]).unwrap();
        }
        let seconds: Vec<_> = recording.points.iter().map(|p| p.at / 1_000_000).collect();
        assert_eq!(seconds, [98, 99, 100, 101, 50]);
    }

    #[test]
    fn what_breaks_a_limit_of_the_wire_is_said() {
        let mut recording = Recording::new(1);
        assert!(recording.add(At::Unsaid, [("", 1.0)]).unwrap_err().contains("is empty"));
        for n in 0..COLUMNS_MAX {
            recording.add(At::Unsaid, [(format!("s{n}").as_str(), 1.0)]).unwrap();
        }
        assert!(recording.add(At::Unsaid, [("one-more", 1.0)]).unwrap_err().contains("4096 series"));
        for line in 1..=9 {
            recording.reject(line, "no");
        }
        assert_eq!((recording.unread.total, recording.unread.named.len()), (9, NAMED_MAX));
    }
}
