//! CSV after RFC 4180, a line for each point: `time,channel,series,value`. Times are RFC 3339 in UTC with microseconds, a
//! gap is an empty value, lines end with CR LF.
//!
//! Cells are quoted where the format asks for it, and where a spreadsheet would take a name for a formula. Quotes do not
//! stop every spreadsheet; a changed name would be another series when it is imported again.

use eontide_wire::Timestamp;
use eontide_wire::number::push_value;
use eontide_wire::viewer::BlockRef;

/// The names of the columns.
pub(in super::super) const HEADER: &[u8] = b"time,channel,series,value\r\n";

/// Appends the lines of one row: of every series the point at this index.
pub(in super::super) fn push_row(out: &mut Vec<u8>, channel: &str, block: &BlockRef<'_>, row: usize) {
    for (name, values) in &block.columns {
        push_time(out, block.x[row]);
        out.push(b',');
        push_cell(out, channel);
        out.push(b',');
        push_cell(out, name);
        out.push(b',');
        if values[row].is_finite() {
            push_value(out, values[row]);
        }
        out.extend_from_slice(b"\r\n");
    }
}

fn push_cell(out: &mut Vec<u8>, text: &str) {
    let special = |b: u8| matches!(b, b',' | b'"' | b'\r' | b'\n');
    let formula = text.starts_with(['=', '+', '-', '@']);
    let edges = text.starts_with(' ') || text.ends_with(' ');
    if !formula && !edges && !text.bytes().any(special) {
        out.extend_from_slice(text.as_bytes());
        return;
    }
    out.push(b'"');
    for byte in text.bytes() {
        if byte == b'"' {
            out.push(b'"');
        }
        out.push(byte);
    }
    out.push(b'"');
}

/// Appends `2025-11-21T00:00:00.123456Z`.
fn push_time(out: &mut Vec<u8>, time: Timestamp) {
    let (seconds, us) = (time.as_micros().div_euclid(1_000_000), time.as_micros().rem_euclid(1_000_000));
    let (days, of_day) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let (year, month, day) = civil(days);
    for (number, width, after) in [
        (year, 4, b'-'),
        (month, 2, b'-'),
        (day, 2, b'T'),
        (of_day / 3600, 2, b':'),
        (of_day / 60 % 60, 2, b':'),
        (of_day % 60, 2, b'.'),
        (us, 6, b'Z'),
    ] {
        push_digits(out, number, width);
        out.push(after);
    }
}

fn push_digits(out: &mut Vec<u8>, number: i64, width: u32) {
    for place in (0..width).rev() {
        // One digit.
        out.push(b'0' + (number / 10i64.pow(place) % 10).unsigned_abs() as u8);
    }
}

/// Year, month and day of a day since 1970, after Howard Hinnant, chrono-Compatible Low-Level Date Algorithms: years begin
/// in March, so that the leap day is their last.
fn civil(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(write: impl FnOnce(&mut Vec<u8>)) -> String {
        let mut out = Vec::new();
        write(&mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_row_is_a_line_for_each_series() {
        let x = [Timestamp::from_micros(1_763_683_200_123_456)];
        let block = BlockRef { x: &x, columns: vec![("a", &[1.5]), ("b,\"c\"", &[f64::NAN]), ("=1+1", &[-0.0])] };
        assert_eq!(
            text(|out| push_row(out, "demo", &block, 0)),
            "2025-11-21T00:00:00.123456Z,demo,a,1.5\r\n\
             2025-11-21T00:00:00.123456Z,demo,\"b,\"\"c\"\"\",\r\n\
             2025-11-21T00:00:00.123456Z,demo,\"=1+1\",-0.0\r\n"
        );
    }

    #[test]
    fn every_time_reads_back_the_same() {
        let mut us = eontide_wire::limits::TIMESTAMP_MIN_US;
        // Steps of some 11 days and a bit for two hundred years: every month, leap days, ends of centuries.
        while us < 7_000_000_000_000_000 {
            let time = Timestamp::from_micros(us);
            let written = text(|out| push_time(out, time));
            assert_eq!(Timestamp::from_rfc3339(&written), Some(time), "{written}");
            assert_eq!(written.len(), 27);
            us += 987_654_321_987;
        }
        for day in ["2000-02-29", "2100-02-28", "2100-03-01", "2024-12-31", "2025-01-01"] {
            let written = format!("{day}T23:59:59.999999Z");
            let time = Timestamp::from_rfc3339(&written).unwrap();
            assert_eq!(text(|out| push_time(out, time)), written);
        }
    }
}
