//! CSV, a line for each point: columns `time`, `series`, `value` and perhaps `channel`, in any order, named by the first
//! line. Lines of one time that follow each other are one row of a message, so that what was published together is again.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use csv_core::{ReadRecordResult, Reader};
use eontide_wire::limits::{COLUMNS_MAX, NAME_BYTES_MAX};
use eontide_wire::name::TIME_COLUMN;
use eontide_wire::{Block, Timestamp, check_column_name};

use super::batches::Batches;

/// Longest line, without quotes: a name, a channel, a time and a value, and columns that nobody asked for.
const LINE_BYTES_MAX: usize = 16 * NAME_BYTES_MAX;
/// Most cells of a line.
const CELLS_MAX: usize = 64;

/// Reads lines out of pieces of any size.
#[derive(Debug)]
pub(super) struct Csv {
    reader: Reader,
    record: Record,
    header: Option<Header>,
    row: Row,
    /// Line feeds read.
    feeds: u64,
    /// The last line that is complete, that of the header included.
    lines: u64,
}

/// The line that has begun.
#[derive(Debug)]
struct Record {
    text: Vec<u8>,
    filled: usize,
    ends: Vec<usize>,
    cells: usize,
    too_long: bool,
}

/// Where the cells stand.
#[derive(Clone, Copy, Debug)]
struct Header {
    time: usize,
    series: usize,
    value: usize,
    channel: Option<usize>,
    cells: usize,
}

/// Points of one time.
#[derive(Debug, Default)]
struct Row {
    time: Timestamp,
    names: Vec<String>,
    values: Vec<f64>,
    /// Of the names. Two names of one hash only make two rows.
    hashes: HashSet<u64>,
    first_line: u64,
}

impl Csv {
    pub(super) fn new() -> Self {
        let record =
            Record { text: vec![0; LINE_BYTES_MAX], filled: 0, ends: vec![0; CELLS_MAX], cells: 0, too_long: false };
        Self { reader: Reader::new(), record, header: None, row: Row::default(), feeds: 0, lines: 0 }
    }

    /// Takes in a piece; `now` bounds times. The error is for a first line that does not name what is needed.
    pub(super) fn feed(&mut self, mut piece: &[u8], now: Timestamp, batches: &mut Batches) -> Result<(), String> {
        // For the reader, no input is the end of it.
        while !piece.is_empty() {
            let (_, read) = self.read(piece, now, batches)?;
            piece = &piece[read..];
        }
        Ok(())
    }

    /// The last line may lack its end.
    pub(super) fn finish(&mut self, now: Timestamp, batches: &mut Batches) -> Result<(), String> {
        while !self.read(&[], now, batches)?.0 {}
        self.row.write(batches);
        Ok(())
    }

    /// Lines read so far.
    pub(super) fn lines(&self) -> u64 {
        self.lines
    }

    /// The first line of the row in the making.
    pub(super) fn first_open_line(&self) -> Option<u64> {
        (!self.row.names.is_empty()).then_some(self.row.first_line)
    }

    /// Reads up to the end of a line, at most; returns whether that was the end of all, and how much was read.
    fn read(&mut self, piece: &[u8], now: Timestamp, batches: &mut Batches) -> Result<(bool, usize), String> {
        let record = &mut self.record;
        let (text, ends) = (&mut record.text[record.filled..], &mut record.ends[record.cells..]);
        let (result, read, filled, cells) = self.reader.read_record(piece, text, ends);
        (record.filled, record.cells) = (record.filled + filled, record.cells + cells);
        let consumed = &piece[..read];
        self.feeds += consumed.iter().filter(|byte| **byte == b'\n').count() as u64;
        match result {
            ReadRecordResult::InputEmpty => {}
            ReadRecordResult::OutputFull | ReadRecordResult::OutputEndsFull => {
                (record.too_long, record.filled, record.cells) = (true, 0, 0);
            }
            ReadRecordResult::Record => {
                // CR LF may be read in two steps, and the line ends with the first.
                self.lines = self.feeds + u64::from(consumed.last() != Some(&b'\n'));
                let done = self.record(now, batches);
                (self.record.too_long, self.record.filled, self.record.cells) = (false, 0, 0);
                done?;
            }
            ReadRecordResult::End => return Ok((true, read)),
        }
        Ok((false, read))
    }

    /// A line is complete.
    fn record(&mut self, now: Timestamp, batches: &mut Batches) -> Result<(), String> {
        let cells = self.record.cells();
        let Some(header) = self.header else {
            let named = cells.ok().and_then(|cells| Header::read(&cells));
            self.header =
                Some(named.ok_or(
                    "the first line names no columns time, series and value: the first line of an export does",
                )?);
            return Ok(());
        };
        let line = self.lines;
        let read = cells.and_then(|cells| header.point(&cells, now));
        match read {
            Err(reason) => batches.reject(line, reason),
            Ok(point) => {
                if point.channel.is_none_or(|channel| batches.takes(channel, line)) {
                    self.row.add(&point, line, batches);
                }
            }
        }
        Ok(())
    }
}

impl Record {
    fn cells(&self) -> Result<Vec<&str>, String> {
        if self.too_long {
            return Err(format!("longer than {LINE_BYTES_MAX} bytes or {CELLS_MAX} cells: is a quote not closed?"));
        }
        let text = std::str::from_utf8(&self.text[..self.filled]).map_err(|_| "not UTF-8")?;
        let mut begin = 0;
        let cells = self.ends[..self.cells].iter().map(|end| {
            let cell = text.get(std::mem::replace(&mut begin, *end)..*end);
            cell.ok_or_else(|| "not UTF-8".to_owned())
        });
        cells.collect()
    }
}

/// What a line says.
struct Point<'l> {
    time: Timestamp,
    channel: Option<&'l str>,
    series: &'l str,
    value: f64,
}

impl Header {
    fn read(cells: &[&str]) -> Option<Self> {
        let find = |name: &str| {
            let mut found = cells.iter().enumerate();
            // Spreadsheets write a mark before the first one.
            found
                .find(|(_, cell)| cell.trim_start_matches('\u{feff}').trim().eq_ignore_ascii_case(name))
                .map(|(at, _)| at)
        };
        Some(Self {
            time: find("time")?,
            series: find("series")?,
            value: find("value")?,
            channel: find("channel"),
            cells: cells.len(),
        })
    }

    fn point<'l>(&self, cells: &[&'l str], now: Timestamp) -> Result<Point<'l>, String> {
        if cells.len() != self.cells {
            return Err(format!("{} cells, the first line has {}", cells.len(), self.cells));
        }
        let (time, series, value) = (cells[self.time], cells[self.series], cells[self.value]);
        let time = read_time(time)
            .ok_or_else(|| format!("time {time:.40?} is none: write RFC 3339, or seconds, ms, µs or ns since 1970"))?;
        let time = time.checked(now).map_err(|reject| reject.to_string())?;
        check_column_name(series).map_err(|problem| format!("series {series:.40?} {problem}"))?;
        if series == TIME_COLUMN {
            return Err(format!("a series cannot be called {TIME_COLUMN:?}, which is the time"));
        }
        let value = read_value(value).ok_or_else(|| format!("value {value:.40?} is no number: leave a gap empty"))?;
        let channel = self.channel.map(|at| cells[at]).filter(|channel| !channel.is_empty());
        Ok(Point { time, channel, series, value })
    }
}

fn read_time(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    let integer = || text.parse().ok().map(Timestamp::from_integer);
    let number = || text.parse().ok().and_then(Timestamp::from_number);
    Timestamp::from_rfc3339(text).or_else(integer).or_else(number)
}

/// A gap is empty, or what other programs write for one.
fn read_value(text: &str) -> Option<f64> {
    let text = text.trim();
    if text.is_empty() || text.eq_ignore_ascii_case("nan") || text.eq_ignore_ascii_case("null") {
        return Some(f64::NAN);
    }
    text.parse().ok().filter(|value: &f64| value.is_finite())
}

impl Row {
    fn add(&mut self, point: &Point<'_>, line: u64, batches: &mut Batches) {
        let mut hasher = DefaultHasher::new();
        point.series.hash(&mut hasher);
        let hash = hasher.finish();
        if point.time != self.time || self.names.len() >= COLUMNS_MAX || self.hashes.contains(&hash) {
            self.write(batches);
        }
        if self.names.is_empty() {
            (self.time, self.first_line) = (point.time, line);
        }
        self.hashes.insert(hash);
        self.names.push(point.series.to_owned());
        self.values.push(point.value);
    }

    fn write(&mut self, batches: &mut Batches) {
        if self.names.is_empty() {
            return;
        }
        let names = self.names.drain(..).map(Into::into).collect();
        let block = Block { names, values: std::mem::take(&mut self.values), x: vec![self.time] };
        batches.add(&block, self.first_line);
        self.hashes.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_micros(1_763_683_300_000_000);

    fn read(text: &[u8], piece: usize) -> Result<Batches, String> {
        let (mut csv, mut batches) = (Csv::new(), Batches::new(usize::MAX, None));
        for piece in text.chunks(piece) {
            csv.feed(piece, NOW, &mut batches)?;
        }
        csv.finish(NOW, &mut batches)?;
        batches.finish();
        Ok(batches)
    }

    #[test]
    fn lines_are_read_however_they_are_cut() {
        let text = "\u{feff}time,channel,series,value\r\n\
                    2025-11-21T00:00:00.123456Z,demo,a,1.5\r\n\
                    2025-11-21T00:00:00.123456Z,demo,\"b,\"\"c\"\"\",\r\n\
                    \r\n\
                    1763683201,demo,a,-0.0\r\n\
                    1763683201,demo,\"b,\"\"c\"\"\",7\r\n\
                    soon,demo,a,1\r\n\
                    1763683201,demo,a\r\n\
                    1763683201,demo,x,1\r\n\
                    1763683201,demo,a,one\r\n\
                    1763683201,other,a,1\r\n\
                    7,demo,a,1\r\n\
                    1763683202000,,a,null";
        for piece in [1, 2, 7, 64, 10_000] {
            let mut batches = read(text.as_bytes(), piece).unwrap();
            let lines: Vec<u64> = batches.rejected.iter().map(|rejected| rejected.line).collect();
            assert_eq!(lines, [7, 8, 9, 10, 11, 12], "{piece}: {:?}", batches.rejected);
            let ready = batches.take_ready();
            let parts: Vec<_> = ready.iter().map(|ready| (ready.part.points, ready.part.first_line)).collect();
            assert_eq!(parts, [(4, 2), (1, 13)], "{piece}");
            let message = eontide_wire::decode(&ready[0].payload, NOW).unwrap();
            let block = &message.blocks[0];
            assert_eq!(block.names, ["a", "b,\"c\""]);
            assert_eq!(block.x[0], Timestamp::from_micros(1_763_683_200_123_456));
            assert_eq!((block.column(0)[1].to_bits(), block.column(1)[1]), ((-0.0f64).to_bits(), 7.0));
            assert!(block.column(1)[0].is_nan());
        }
    }

    #[test]
    fn lines_are_counted_whatever_they_end_with() {
        for end in ["\n", "\r\n"] {
            let text = ["time,series,value", "", "1763683201,a,1", "bad,a,1", ""].join(end);
            let batches = read(text.as_bytes(), 3).unwrap();
            assert_eq!((batches.rejected[0].line, batches.rejected_total), (4, 1), "{end:?}");
        }
    }

    #[test]
    fn columns_stand_in_any_order_and_must_be_named() {
        let mut batches = read(b"Value,note,SERIES,time\n1,hello,a,1763683201\n", 5).unwrap();
        assert_eq!((batches.take_ready().len(), batches.rejected_total), (1, 0));
        for bad in ["a,b\n1,2\n", "1763683201,demo,a,1\n", "time,value\n"] {
            assert!(read(bad.as_bytes(), 100).is_err(), "{bad}");
        }
        assert!(read(b"", 1).is_ok());
    }

    #[test]
    fn a_quote_that_is_not_closed_costs_the_lines_it_swallows_and_says_so() {
        let mut text = String::from("time,series,value\n1763683201,a,1\n1763683201,\"b,1\n");
        text.push_str(&"1763683201,c,1\n".repeat(1000));
        let mut batches = read(text.as_bytes(), 512).unwrap();
        assert_eq!((batches.take_ready().len(), batches.rejected_total), (1, 1));
        assert!(batches.rejected[0].reason.contains("quote"), "{:?}", batches.rejected);
    }

    #[test]
    fn bytes_that_are_no_text_cost_their_line_only() {
        let mut batches = read(b"time,series,value\n1763683201,\xff,1\n1763683201,a,1\n", 9).unwrap();
        assert_eq!((batches.take_ready().len(), batches.rejected[0].line), (1, 2));
    }
}
