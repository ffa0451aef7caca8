//! Every point of some series as a file: made block by block while it is sent, however long it is.
//!
//! References are taken under the store's lock once; a thread of its own decodes a block, writes it in chunks and waits
//! for the client after each few of them. What a client that reads slowly costs is that thread, a block and its chunks, and
//! the points it has still to get, which stay in memory though they leave the window; so exports have seats. One that reads
//! nothing is ended by the listener, and the thread with it.

use std::collections::BTreeSet;
use std::sync::Arc;

use eontide_wire::limits::MESSAGE_BYTES_MAX;
use eontide_wire::viewer::BlockRef;
use eontide_wire::{ChannelPattern, Timestamp};
use warp::http::header::{self, HeaderValue};
use warp::http::{HeaderMap, StatusCode};

use super::super::Server;
use super::super::answer::{Answer, Problem, with_body};
use super::super::body::{Body, ChunkSender, Gone};
use super::format::{Format, csv, eon};
use super::known;
use super::parameters::{EXPORT_FORMAT, Query, Range};
use super::query::picture;
use super::select::Selection;
use crate::store::{Picture, PictureGroup};

/// Exports at once; more are refused.
pub(in super::super) const EXPORTS_MAX: usize = 8;
/// Bytes of a chunk, from which on it is sent.
const CHUNK_BYTES: usize = 64 * 1024;
/// Rows between two looks whether the client is still there.
const ROWS_AT_ONCE: usize = 4096;
/// Each look costs a search through the blocks of a group.
const LOOKS_MAX: usize = 16;

/// Begins an export.
pub(super) async fn serve(
    server: &Arc<Server>,
    channel: &str,
    query: &Query,
    headers: &HeaderMap,
) -> Result<Answer, Problem> {
    let now = Timestamp::now();
    let selection = Selection::of(query)?;
    let range = query.range(now, server.history)?;
    let format = Format::of(query.get(&EXPORT_FORMAT), headers, &[Format::Ndjson, Format::Csv]);
    let Ok(seat) = Arc::clone(&server.exports).try_acquire_owned() else {
        let message = format!("{EXPORTS_MAX} exports are being read already: come back later");
        return Err(Problem::unavailable("busy", message));
    };
    let channel = channel.to_owned();
    let taken = server.reading(&server.listings, move |server| {
        let pattern = known(&server.pipeline, &channel)?;
        let (picture, _) = picture(server, &pattern, range.from, &selection);
        Ok((pattern, picture))
    });
    let (pattern, picture) = taken.await.map_err(Problem::internal)??;
    let name = file_name(&pattern, range, format);
    let channels: BTreeSet<&str> = picture.groups().iter().map(|group| &**group.channel()).collect();
    let named = channels.len() > 1 || channels.iter().any(|channel| *channel != pattern.to_string());

    let (sender, body) = Body::streamed();
    tokio::task::spawn_blocking(move || {
        // Held by the work itself: it ends after the answer does.
        let _seat = seat;
        let mut writer = Writer { format, named, out: Vec::with_capacity(2 * CHUNK_BYTES), sender };
        if writer.write(&picture, range, now).is_ok() {
            writer.sender.end();
        }
    });
    let mut answer = with_body(StatusCode::OK, format.content_type(), body);
    if let Ok(value) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
        answer.headers_mut().insert(header::CONTENT_DISPOSITION, value);
    }
    Ok(answer)
}

/// Channels hold nothing that a file name or a header could not.
fn file_name(pattern: &ChannelPattern, range: Range, format: Format) -> String {
    let channel = pattern.to_string().replace(".*", "-all");
    let (from, to) = (range.from.as_micros() / 1000, range.to.as_micros() / 1000);
    format!("{channel}-{from}-{to}.{}", format.extension())
}

struct Writer {
    format: Format,
    /// Do lines say their channel?
    named: bool,
    out: Vec<u8>,
    sender: ChunkSender,
}

impl Writer {
    fn write(&mut self, picture: &Picture, range: Range, now: Timestamp) -> Result<(), Gone> {
        if self.format == Format::Csv {
            self.out.extend_from_slice(csv::HEADER);
        }
        for group in picture.groups() {
            for part in parts(range, now, group.rows_at_most(range.from, range.to)) {
                if self.sender.is_closed() {
                    return Err(Gone);
                }
                self.group(group, part)?;
            }
        }
        self.flush()
    }

    fn group(&mut self, group: &PictureGroup, range: Range) -> Result<(), Gone> {
        let names: Vec<&str> = group.names().map(|name| &**name).collect();
        let mut written = Ok(());
        group.each_part(range.from, range.to, |times, columns| {
            if written.is_ok() {
                let columns = names.iter().zip(columns).map(|(name, values)| (*name, values.as_slice())).collect();
                written = self.block(group.channel(), &BlockRef { x: times, columns });
            }
        });
        written
    }

    fn block(&mut self, channel: &str, block: &BlockRef<'_>) -> Result<(), Gone> {
        if self.format == Format::Csv {
            for row in 0..block.x.len() {
                csv::push_row(&mut self.out, channel, block, row);
                self.send_full()?;
            }
            return Ok(());
        }
        let channel = self.named.then_some(channel);
        let mut written = Ok(());
        eon::each_message(block, MESSAGE_BYTES_MAX, &|block| eon::line(block, channel), &mut |line, _| {
            if written.is_ok() {
                self.out.extend_from_slice(&line);
                written = self.send_full();
            }
        });
        written
    }

    fn send_full(&mut self) -> Result<(), Gone> {
        if self.out.len() < CHUNK_BYTES { Ok(()) } else { self.flush() }
    }

    fn flush(&mut self) -> Result<(), Gone> {
        if self.out.is_empty() {
            return Ok(());
        }
        let next = Vec::with_capacity(2 * CHUNK_BYTES);
        self.sender.send(std::mem::replace(&mut self.out, next))
    }
}

/// The range cut into pieces of some [`ROWS_AT_ONCE`] rows, were the rows spread evenly up to now.
fn parts(range: Range, now: Timestamp, rows: usize) -> Vec<Range> {
    let pieces = (rows / ROWS_AT_ONCE).clamp(1, LOOKS_MAX);
    let (from, end) = (range.from.as_micros(), range.to.min(now).as_micros());
    let length = (end - from).max(0) / i64::try_from(pieces).unwrap_or(1) + 1;
    let mut parts = Vec::with_capacity(pieces);
    let mut begin = range.from;
    while parts.len() + 1 < pieces && begin.as_micros() + length <= range.to.as_micros() {
        let next = Timestamp::from_micros(begin.as_micros() + length);
        parts.push(Range { from: begin, to: Timestamp::from_micros(next.as_micros() - 1) });
        begin = next;
    }
    parts.push(Range { from: begin, to: range.to });
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pieces_of_a_range_are_the_range() {
        let at = Timestamp::from_micros;
        for (from, to, now, rows) in [
            (1000, 2000, 1500, 100_000),
            (1000, 1000, 1500, 100_000),
            (1000, 1003, 1500, 100_000),
            (1000, 5000, 900, 100_000),
            (1000, 5000, 6000, 0),
            (1000, 5000, 2000, 10_000),
        ] {
            let parts = parts(Range { from: at(from), to: at(to) }, at(now), rows);
            assert_eq!((parts[0].from, parts[parts.len() - 1].to), (at(from), at(to)));
            assert!(parts.iter().all(|part| part.from <= part.to), "{parts:?}");
            assert!(parts.windows(2).all(|two| two[0].to.as_micros() + 1 == two[1].from.as_micros()), "{parts:?}");
            assert!((1..=LOOKS_MAX).contains(&parts.len()));
        }
    }

    #[test]
    fn a_file_is_named_after_what_is_in_it() {
        let range = Range { from: Timestamp::from_millis(1), to: Timestamp::from_millis(2) };
        let name = |channel| file_name(&ChannelPattern::new(channel).unwrap(), range, Format::Csv);
        assert_eq!((name("a.b"), name("a.*")), ("a.b-1-2.csv".into(), "a-all-1-2.csv".into()));
    }
}
