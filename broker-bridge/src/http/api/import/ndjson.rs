//! NDJSON: an EON message a line, as the export writes it or any publisher does.

use std::borrow::Cow;

use eontide_wire::limits::MESSAGE_BYTES_MAX;
use eontide_wire::{Timestamp, decode};
use serde::Deserialize;

use super::batches::Batches;

/// Reads lines out of pieces of any size.
#[derive(Debug, Default)]
pub(super) struct Ndjson {
    /// The line that has begun.
    line: Vec<u8>,
    /// It is too long: the rest of it is passed over.
    too_long: bool,
    /// Lines that are complete.
    lines: u64,
}

/// What a line says beside its points.
#[derive(Deserialize)]
struct Head<'l> {
    #[serde(borrow)]
    channel: Option<Cow<'l, str>>,
}

impl Ndjson {
    /// Takes in a piece; `now` bounds times, and is that of lines without one.
    pub(super) fn feed(&mut self, mut piece: &[u8], now: Timestamp, batches: &mut Batches) {
        while let Some(end) = piece.iter().position(|byte| *byte == b'\n') {
            self.append(&piece[..end]);
            self.end_line(now, batches);
            piece = &piece[end + 1..];
        }
        self.append(piece);
    }

    /// The last line may lack its end.
    pub(super) fn finish(&mut self, now: Timestamp, batches: &mut Batches) {
        if !self.line.is_empty() || self.too_long {
            self.end_line(now, batches);
        }
    }

    /// Lines read so far.
    pub(super) fn lines(&self) -> u64 {
        self.lines
    }

    fn append(&mut self, piece: &[u8]) {
        self.too_long |= self.line.len() + piece.len() > MESSAGE_BYTES_MAX;
        if self.too_long {
            self.line.clear();
        } else {
            self.line.extend_from_slice(piece);
        }
    }

    fn end_line(&mut self, now: Timestamp, batches: &mut Batches) {
        self.lines += 1;
        if std::mem::take(&mut self.too_long) {
            batches
                .reject(self.lines, format!("longer than {MESSAGE_BYTES_MAX} bytes, which is the limit of a message"));
        } else {
            self.read(now, batches);
        }
        self.line.clear();
    }

    fn read(&self, now: Timestamp, batches: &mut Batches) {
        let line = self.line.trim_ascii();
        let line = if self.lines == 1 { line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line) } else { line };
        if line.is_empty() {
            return;
        }
        match decode(line, now) {
            Err(reject) => batches.reject(self.lines, reject.to_string()),
            Ok(message) => {
                if channel(line).is_none_or(|channel| batches.takes(&channel, self.lines)) {
                    for block in &message.blocks {
                        batches.add(block, self.lines);
                    }
                }
            }
        }
    }
}

/// The channel that a line names. Most name none, and are not read again.
fn channel(line: &[u8]) -> Option<Cow<'_, str>> {
    const KEY: &[u8] = b"\"channel\"";
    line.windows(KEY.len()).any(|window| window == KEY).then_some(())?;
    serde_json::from_slice::<Head<'_>>(line).ok()?.channel
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_micros(1_763_683_300_000_000);

    fn read(text: &[u8], piece: usize) -> Batches {
        let (mut ndjson, mut batches) = (Ndjson::default(), Batches::new(usize::MAX, None));
        for piece in text.chunks(piece) {
            ndjson.feed(piece, NOW, &mut batches);
        }
        ndjson.finish(NOW, &mut batches);
        batches.finish();
        batches
    }

    #[test]
    fn lines_are_read_however_they_are_cut() {
        let text = "\u{feff}{\"columns\":[[\"a\",1,null],[\"x\",1763683200123.456,1763683200124]],\"channel\":\"demo\"}\r\n\
                    \n\
                    {\"eon\":{\"a\":2}}\n\
                    not json\n\
                    {\"columns\":[[\"a\",1],[\"x\",7]]}\n\
                    {\"columns\":[[\"a\",1],[\"x\",1763683200]],\"channel\":\"other\"}\n\
                    {\"columns\":[[\"a\",3],[\"x\",1763683200]],\"channel\":null}";
        for piece in [1, 7, 64, 10_000] {
            let mut batches = read(text.as_bytes(), piece);
            let lines: Vec<u64> = batches.rejected.iter().map(|rejected| rejected.line).collect();
            assert_eq!(lines, [4, 5, 6], "{:?}", batches.rejected);
            let ready = batches.take_ready();
            assert_eq!((ready.len(), ready[0].part.points), (1, 4));
            let message = eontide_wire::decode(&ready[0].payload, NOW).unwrap();
            assert_eq!(message.blocks[0].x[0], Timestamp::from_micros(1_763_683_200_123_456));
            assert_eq!(message.blocks[0].x[2], NOW);
        }
    }

    #[test]
    fn a_line_that_is_too_long_is_passed_over_and_the_next_one_read() {
        let long = format!("{}\n{{\"eon\":{{\"a\":1}}}}\n{}", "x".repeat(MESSAGE_BYTES_MAX + 1), "y".repeat(300_000));
        let mut batches = read(long.as_bytes(), 4096);
        let lines: Vec<u64> = batches.rejected.iter().map(|rejected| rejected.line).collect();
        assert_eq!((lines, batches.take_ready().len()), (vec![1, 3], 1));
    }
}
