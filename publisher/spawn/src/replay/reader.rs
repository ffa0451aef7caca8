//! A file → a [`Recording`]: which format it has, and what all formats share.

use std::io::Read;
use std::path::Path;

use anyhow::{Context, bail};
use eontide_wire::Timestamp;

use super::recording::Recording;
use super::{ndjson, table};

/// Largest file, in bytes: it is held while it is read.
const FILE_BYTES_MAX: u64 = 1 << 30;
/// Names of a column that holds the time; of several the first of these counts: what the page exports says its times twice.
const TIME_NAMES: [&str; 8] = ["epoch_ms", "x", "t", "ts", "time", "timestamp", "date", "datetime"];

/// Reads `file`, `-` being stdin; lines without a time lie `interval_us` apart.
///
/// # Errors
/// If it cannot be read, is too large, or holds no point at all.
pub(super) fn read(file: &Path, interval_us: i64) -> anyhow::Result<Recording> {
    let bytes = bytes_of(file).with_context(|| format!("cannot read {}", file.display()))?;
    let recording = parse(file, &bytes, interval_us)?;
    if recording.points.is_empty() {
        let why = recording.unread.named.first().map_or("it is empty", String::as_str);
        bail!(
            "{} holds no value ({why}): write a message, an object of numbers, a CSV row or a number on each line",
            file.display()
        );
    }
    Ok(recording)
}

fn parse(file: &Path, bytes: &[u8], interval_us: i64) -> anyhow::Result<Recording> {
    let mut recording = Recording::new(interval_us);
    let alone = stem(file);
    if is_json(file, bytes) {
        let text = std::str::from_utf8(bytes).with_context(|| format!("{} is not UTF-8", file.display()))?;
        let now = Timestamp::now();
        for (line, number) in text.trim_start_matches('\u{feff}').lines().zip(1..) {
            if !line.trim().is_empty() {
                ndjson::read(&mut recording, number, line, &alone, now);
            }
        }
    } else {
        table::read(&mut recording, bytes, &alone);
    }
    recording.sort();
    Ok(recording)
}

/// What a source, or a series without a name, is called after a file.
pub(super) fn stem(file: &Path) -> String {
    let stem =
        if file == Path::new("-") { "stdin".into() } else { file.file_stem().unwrap_or_default().to_string_lossy() };
    let stem: String =
        stem.chars().map(|c| if c.is_ascii_alphanumeric() || c == '_' { c } else { '-' }).take(64).collect();
    if stem.is_empty() { "file".to_owned() } else { stem }
}

fn bytes_of(file: &Path) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let read = if file == Path::new("-") {
        std::io::stdin().lock().take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes)?
    } else {
        std::fs::File::open(file)?.take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes)?
    };
    if read as u64 > FILE_BYTES_MAX {
        bail!("it is larger than {} MiB: cut it in two", FILE_BYTES_MAX >> 20);
    }
    Ok(bytes)
}

/// By its name, else by its first character.
fn is_json(file: &Path, bytes: &[u8]) -> bool {
    let extension = file.extension().map(|extension| extension.to_ascii_lowercase());
    match extension.as_ref().and_then(|extension| extension.to_str()) {
        Some("ndjson" | "jsonl" | "json") => true,
        Some("csv" | "tsv") => false,
        _ => bytes.iter().find(|byte| !byte.is_ascii_whitespace()).is_some_and(|byte| *byte == b'{'),
    }
}

pub(super) fn is_time_name(name: &str) -> bool {
    TIME_NAMES.iter().any(|known| name.eq_ignore_ascii_case(known))
}

/// Which of these columns holds the time.
pub(super) fn time_column(names: &[&str]) -> Option<usize> {
    TIME_NAMES.iter().find_map(|known| names.iter().position(|name| name.eq_ignore_ascii_case(known)))
}

/// A number of s, ms, µs or ns since 1970, RFC 3339, or the same with a blank and without a zone: that is UTC.
pub(super) fn time_of(text: &str) -> Option<Timestamp> {
    if let Ok(number) = text.parse::<f64>() {
        return Timestamp::from_number(number);
    }
    let iso = text.replacen(' ', "T", 1);
    Timestamp::from_rfc3339(&iso).or_else(|| Timestamp::from_rfc3339(&format!("{iso}Z"))).or_else(|| {
        // Some leave the time of day out.
        Timestamp::from_rfc3339(&format!("{iso}T00:00:00Z"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The page reads the same files, by the same list.
    #[test]
    fn files_of_every_kind_are_read() {
        #[derive(serde::Deserialize)]
        struct Case {
            what: String,
            file: String,
            text: String,
            points: Vec<(f64, String, f64)>,
            unread: Vec<u64>,
        }
        let cases: Vec<Case> = serde_json::from_str(include_str!("../../tests/fixtures/recordings.json")).unwrap();
        assert!(cases.len() > 10);
        for Case { what, file, text, points, unread } in cases {
            let recording = parse(Path::new(&file), text.as_bytes(), 1_000_000).unwrap();
            let seen = recording.points.iter();
            let seen = seen.map(|p| (p.at as f64 / 1000.0, recording.names[p.series as usize].clone(), p.value));
            assert_eq!(seen.collect::<Vec<_>>(), points, "{what}");
            let lines =
                recording.unread.named.iter().map(|said| said["line ".len()..said.find(':').unwrap()].parse().unwrap());
            assert_eq!(lines.collect::<Vec<u64>>(), unread, "{what}");
        }
    }

    #[test]
    fn a_time_is_read_however_it_is_written() {
        let expected = Some(Timestamp::from_micros(1_763_683_200_000_000));
        for text in [
            "1763683200",
            "1763683200000",
            "1763683200000000",
            "2025-11-21T00:00:00Z",
            "2025-11-21T01:00:00+01:00",
            "2025-11-21 00:00:00",
            "2025-11-21",
        ] {
            assert_eq!(time_of(text), expected, "{text}");
        }
        for text in ["", "noon", "2025-13-01", "NaN"] {
            assert_eq!(time_of(text), None, "{text}");
        }
    }

    #[test]
    fn the_format_is_told_by_the_name_else_by_the_first_character() {
        for (name, text, json) in [
            ("a.ndjson", "1", true),
            ("a.JSONL", "", true),
            ("a.csv", "{", false),
            ("a.txt", " {\"a\":1}", true),
            ("a.txt", "1\n2", false),
            ("-", "{}", true),
        ] {
            assert_eq!(is_json(Path::new(name), text.as_bytes()), json, "{name} {text}");
        }
    }

    #[test]
    fn a_name_of_a_file_becomes_one_of_a_source() {
        for (file, expected) in [("/a/disk use.csv", "disk-use"), ("-", "stdin"), (".csv", "-csv"), ("ä.csv", "-")] {
            assert_eq!(stem(Path::new(file)), expected);
        }
    }
}
