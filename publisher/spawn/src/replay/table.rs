//! CSV and plain text. Long: columns `time`, `series`, `value`, as `export` writes them. Wide: a column a series, one of
//! them perhaps the time. Without a first line of names, columns are named after the file.

use super::reader::{is_time_name, time_column, time_of};
use super::recording::{At, Recording};

/// What the columns are.
#[derive(Debug, PartialEq, Eq)]
enum Layout {
    Long { time: Option<usize>, series: usize, value: usize },
    Wide { time: Option<usize>, names: Vec<String> },
}

/// Reads all of it. `alone` names series that have no name.
pub(super) fn read(recording: &mut Recording, bytes: &[u8], alone: &str) {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter(bytes))
        .trim(csv::Trim::All)
        .from_reader(bytes);
    let mut layout = None;
    for (record, fallback) in reader.records().zip(1..) {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                recording.reject(error.position().map_or(fallback, csv::Position::line), &error);
                continue;
            }
        };
        let line = record.position().map_or(fallback, csv::Position::line);
        let cells: Vec<&str> = record.iter().map(|cell| cell.trim_start_matches('\u{feff}')).collect();
        let known = layout.is_some();
        let layout = layout.get_or_insert_with(|| Layout::of(&cells, alone));
        if !known && !holds_values(&cells) {
            continue;
        }
        if let Err(reason) = layout.take(&cells, recording) {
            recording.reject(line, reason);
        }
    }
}

/// The one of `,`, `;` and tab that stands most often in the first line.
fn delimiter(bytes: &[u8]) -> u8 {
    let first = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let count = |delimiter: u8| first.iter().filter(|byte| **byte == delimiter).count();
    [b'\t', b';', b','].into_iter().max_by_key(|delimiter| count(*delimiter)).unwrap_or(b',')
}

/// A first line that holds a number is no line of names.
fn holds_values(cells: &[&str]) -> bool {
    cells.iter().any(|cell| number(cell).is_some())
}

impl Layout {
    fn of(cells: &[&str], alone: &str) -> Self {
        if holds_values(cells) {
            let time = cells.iter().position(|cell| number(cell).is_none_or(is_epoch) && time_of(cell).is_some());
            let others = cells.len() - usize::from(time.is_some());
            let mut nth = 0;
            let names = (0..cells.len()).map(|at| match time {
                Some(time) if time == at => String::new(),
                _ if others == 1 => alone.to_owned(),
                _ => {
                    nth += 1;
                    format!("{alone}-{nth}")
                }
            });
            return Self::Wide { time, names: names.collect() };
        }
        let find = |name: &str| cells.iter().position(|cell| cell.eq_ignore_ascii_case(name));
        let time = time_column(cells);
        match (find("series"), find("value")) {
            (Some(series), Some(value)) => Self::Long { time, series, value },
            _ => Self::Wide { time, names: cells.iter().map(|cell| (*cell).to_owned()).collect() },
        }
    }

    fn take(&self, cells: &[&str], recording: &mut Recording) -> Result<(), String> {
        let at = |time: &Option<usize>| match time.and_then(|at| cells.get(at)) {
            None => Ok(At::Unsaid),
            Some(cell) => time_of(cell).map(At::Time).ok_or_else(|| format!("{cell:.40?} is no time")),
        };
        match self {
            Self::Long { time, series, value } => {
                let (Some(name), Some(cell)) = (cells.get(*series), cells.get(*value)) else {
                    return Err("has fewer cells than the first line".to_owned());
                };
                let value = number(cell).ok_or_else(|| format!("{cell:.40?} is no number"))?;
                recording.add(at(time)?, [(*name, value)])
            }
            Self::Wide { time, names } => {
                let named = names.iter().zip(cells).enumerate();
                let named = named.filter(|(place, (name, _))| Some(*place) != *time && !is_time_name(name));
                let values = named.filter_map(|(_, (name, cell))| Some((name.as_str(), number(cell)?)));
                let values: Vec<_> = values.collect();
                if values.is_empty() && cells.iter().any(|cell| !cell.is_empty()) {
                    return Err("holds no number".to_owned());
                }
                recording.add(at(time)?, values)
            }
        }
    }
}

/// Is a number so large that it is a time rather than a value?
fn is_epoch(number: f64) -> bool {
    number >= 1e9
}

fn number(cell: &str) -> Option<f64> {
    cell.parse().ok().filter(|number: &f64| number.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;

    const T: i64 = 1_763_683_200_000_000;

    fn points(text: &str) -> (Vec<(i64, String, f64)>, Vec<String>) {
        let mut recording = Recording::new(1_000_000);
        read(&mut recording, text.as_bytes(), "disk");
        let points = recording.points.iter().map(|p| (p.at, recording.names[p.series as usize].clone(), p.value));
        (points.collect(), recording.unread.named)
    }

    #[test]
    fn every_layout_is_read() {
        for (text, expected) in [
            (
                "time,series,value\n1763683200,a,1\n1763683201,\"b,c\",2\n",
                vec![(T, "a", 1.0), (T + 1_000_000, "b,c", 2.0)],
            ),
            ("channel,time,series,value\nd,2025-11-21T00:00:00Z,a,1\n", vec![(T, "a", 1.0)]),
            ("x;a;b\n1763683200123;1;2\n", vec![(T + 123_000, "a", 1.0), (T + 123_000, "b", 2.0)]),
            ("Timestamp\ta\n2025-11-21 00:00:00\t1\r\n", vec![(T, "a", 1.0)]),
            ("a,b\n1,2\n,4\n", vec![(0, "a", 1.0), (0, "b", 2.0), (1_000_000, "b", 4.0)]),
            ("5\n6\n\n7\n", vec![(0, "disk", 5.0), (1_000_000, "disk", 6.0), (2_000_000, "disk", 7.0)]),
            ("1763683200,5,6\n", vec![(T, "disk-1", 5.0), (T, "disk-2", 6.0)]),
            ("\u{feff}time,a\n1763683200,1\n", vec![(T, "a", 1.0)]),
        ] {
            let expected: Vec<_> = expected.into_iter().map(|(at, name, value)| (at, name.to_owned(), value)).collect();
            assert_eq!(points(text), (expected, vec![]), "{text:?}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_named_with_its_line() {
        let (points, unread) = points("time,a\n1763683200,1\nnoon,2\n1763683201,much\n1763683202,3\n");
        assert_eq!(points.len(), 2);
        assert_eq!(unread, ["line 3: \"noon\" is no time", "line 4: holds no number"]);
    }
}
