//! `…/import`: publishes the points of a file on a channel, so that every bridge has them.
//!
//! ```text
//! body, piece by piece ─▶ lines ─▶ rows of equal columns ─▶ messages ─▶ the stream, acknowledged
//!                           └─▶ rejects: the first 100 named, all counted
//! ```
//! Of the file a piece, the rows in the making and the messages in flight are held; the client is read as fast as the
//! stream acknowledges. A message is named after its place and its content, so that whoever imports the same file again
//! within the stream's window for duplicates adds nothing. What fails in the middle says up to which line it came.

mod batches;
mod csv;
mod ndjson;

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use eontide_wire::{Channel, ChannelPattern, Timestamp, subject};
use futures_util::{Stream, StreamExt};
use serde_json::json;
use sha2::{Digest, Sha256};
use tokio::time::{Instant, timeout_at};
use warp::http::{HeaderMap, StatusCode};

use super::super::Server;
use super::super::answer::{Answer, Problem, json_with};
use super::format::Format;
use super::parameters::{IMPORT_FORMAT, ONLY, Query};
use crate::broker::{Acknowledged, NotStored};

use self::batches::{Batches, Part};
use self::csv::Csv;
use self::ndjson::Ndjson;

/// The body of a request, as it arrives.
pub(in super::super) type Upload = Pin<Box<dyn Stream<Item = Result<Bytes, String>> + Send>>;

/// Imports at once; more are refused.
pub(in super::super) const IMPORTS_MAX: usize = 2;
/// How long nothing may arrive of a file.
const STALL: Duration = Duration::from_secs(30);
/// How long the rest of a file is still read that is not taken.
const LINGER: Duration = Duration::from_secs(5);

/// Takes a file in.
pub(super) async fn serve(
    server: &Arc<Server>,
    channel: &str,
    query: &Query,
    headers: &HeaderMap,
    mut upload: Upload,
) -> Result<Answer, Problem> {
    let taken = take(server, channel, query, headers, &mut upload).await;
    if !taken.as_ref().is_ok_and(|answer| answer.status() == StatusCode::OK) {
        // A socket that is closed while something arrives takes the answer with it.
        tokio::time::timeout(LINGER, pass_over(&mut upload)).await.ok();
    }
    taken
}

async fn pass_over(upload: &mut Upload) {
    loop {
        match upload.next().await {
            Some(Ok(_)) => {}
            Some(Err(_)) | None => return,
        }
    }
}

async fn take(
    server: &Arc<Server>,
    channel: &str,
    query: &Query,
    headers: &HeaderMap,
    upload: &mut Upload,
) -> Result<Answer, Problem> {
    if !server.allow_import {
        let message = "this bridge takes no imports: start it with --allow-import or EONTIDE_ALLOW_IMPORT=1";
        return Err(Problem::forbidden("import_off", message));
    }
    // Not among what a page of a stranger may send without asking first.
    let Some(sent) = Format::sent(headers) else {
        return Err(Problem::media_type("send Content-Type: text/csv or application/x-ndjson"));
    };
    let format = Format::of(query.get(&IMPORT_FORMAT), &HeaderMap::new(), &[sent]);
    let channel = Channel::new(channel).map_err(|error| Problem::parameter("channel", &error.to_string()))?;
    let only = query.get(&ONLY).map(ChannelPattern::new).transpose();
    let only = only.map_err(|error| Problem::parameter("only", &error.to_string()))?;
    let Ok(_seat) = server.imports.try_acquire() else {
        let message = format!("{IMPORTS_MAX} imports are under way already: come back later");
        return Err(Problem::unavailable("busy", message));
    };
    if !server.broker.connected() {
        return Err(Problem::unavailable("nats", "the connection to NATS is down, reconnecting"));
    }
    let publishing = server.broker.publish_acknowledged(subject::data(&channel)).await;
    let publishing = publishing.map_err(|error| Problem::unavailable("not_stored", error.to_string()))?;
    let reader = Reader::new(format, Batches::new(server.broker.payload_max(), only));
    let mut import = Import { channel, reader: Some(reader), publishing, sent: 0, done: Done::default() };
    let ended = import.run(upload).await;
    let done = import.count();
    server.metrics.points_imported_total.add(done.points);
    server.metrics.import_lines_rejected_total.add(import.batches().map_or(0, |batches| batches.rejected_total));
    Ok(import.answer(ended))
}

/// Why an import ended before its file did.
enum Failure {
    /// The file is none of those that are read.
    File(String),
    /// Nothing more arrived.
    Stalled,
    /// What arrived broke off.
    Broken(String),
    NotStored(NotStored),
    /// A fault of ours.
    Internal(String),
}

impl From<NotStored> for Failure {
    fn from(error: NotStored) -> Self {
        Self::NotStored(error)
    }
}

/// What the stream has.
#[derive(Clone, Copy, Debug, Default)]
struct Done {
    messages: u64,
    points: u64,
    /// Messages that it had before.
    duplicates: u64,
}

struct Import {
    channel: Channel,
    /// Away only while a piece is being read.
    reader: Option<Reader>,
    publishing: Acknowledged<Part>,
    /// Messages sent.
    sent: u64,
    done: Done,
}

impl Import {
    async fn run(&mut self, upload: &mut Upload) -> Result<(), Failure> {
        loop {
            let piece = self.next(upload).await?;
            let last = piece.is_none();
            self.read(piece).await?;
            self.publish().await?;
            if last {
                return Ok(self.publishing.finish().await?);
            }
        }
    }

    /// The next piece of the file; answers are taken in meanwhile, and what got none is sent again.
    async fn next(&mut self, upload: &mut Upload) -> Result<Option<Bytes>, Failure> {
        let deadline = Instant::now() + STALL;
        loop {
            tokio::select! {
                biased;
                piece = timeout_at(deadline, upload.next()) => {
                    return piece.map_err(|_| Failure::Stalled)?.transpose().map_err(Failure::Broken);
                }
                stepped = self.publishing.step(), if self.publishing.is_waiting() => stepped?,
            }
        }
    }

    /// Reading is work for a core: not on the threads that serve sockets.
    async fn read(&mut self, piece: Option<Bytes>) -> Result<(), Failure> {
        let Some(mut reader) = self.reader.take() else { return Err(Failure::Internal("no reader".into())) };
        let now = Timestamp::now();
        let read = tokio::task::spawn_blocking(move || {
            let read = reader.take_in(piece.as_deref(), now);
            (reader, read)
        });
        let (reader, read) = read.await.map_err(|error| Failure::Internal(error.to_string()))?;
        self.reader = Some(reader);
        read.map_err(Failure::File)
    }

    async fn publish(&mut self) -> Result<(), Failure> {
        let ready = self.reader.as_mut().map(|reader| reader.batches.take_ready()).unwrap_or_default();
        for message in ready {
            let id = message_id(&self.channel, self.sent, &message.payload);
            self.sent += 1;
            self.publishing.send(id, message.payload, message.part).await?;
            self.count();
        }
        Ok(())
    }

    fn batches(&self) -> Option<&Batches> {
        self.reader.as_ref().map(|reader| &reader.batches)
    }

    /// Counts what was acknowledged.
    fn count(&mut self) -> Done {
        for stored in self.publishing.take_stored() {
            self.done.messages += 1;
            self.done.points += stored.tag.points;
            self.done.duplicates += u64::from(stored.duplicate);
        }
        self.done
    }

    /// Everything up to this line is stored, rejected or skipped.
    fn accepted_to_line(&self) -> u64 {
        let Some(reader) = &self.reader else { return 0 };
        let unanswered = self.publishing.unanswered().map(|part| part.first_line).min();
        match [unanswered, reader.first_open_line()].into_iter().flatten().min() {
            Some(first) => first - 1,
            None => reader.lines(),
        }
    }

    fn answer(&self, ended: Result<(), Failure>) -> Answer {
        let lines = self.accepted_to_line();
        let batches = self.batches();
        let mut body = json!({
            "channel": self.channel.as_str(),
            "messages": self.done.messages,
            "points": self.done.points,
            "duplicates": self.done.duplicates,
            "accepted_to_line": lines,
            "rejected": batches.map(|batches| &batches.rejected),
            "rejected_total": batches.map_or(0, |batches| batches.rejected_total),
            "skipped_total": batches.map_or(0, |batches| batches.skipped_total),
        });
        let (status, kind, message) = match ended {
            Ok(()) => return json_with(StatusCode::OK, &body),
            Err(Failure::File(problem)) => (StatusCode::BAD_REQUEST, "bad_file", problem),
            Err(Failure::Stalled) => {
                let message = format!("nothing more arrived for {} s", STALL.as_secs());
                (StatusCode::REQUEST_TIMEOUT, "stalled", message)
            }
            Err(Failure::Broken(problem)) => (StatusCode::BAD_REQUEST, "broken_off", problem),
            Err(Failure::NotStored(error)) => (StatusCode::SERVICE_UNAVAILABLE, "not_stored", error.to_string()),
            Err(Failure::Internal(problem)) => (StatusCode::INTERNAL_SERVER_ERROR, "internal", problem),
        };
        let message = match status {
            StatusCode::BAD_REQUEST => message,
            _ => format!("{message}; accepted up to line {lines}, send the same file again to go on"),
        };
        body["error"] = json!({"kind": kind, "message": message});
        json_with(status, &body)
    }
}

/// The same for the same message at the same place of a file, whoever imports it and at whichever bridge.
fn message_id(channel: &Channel, number: u64, payload: &[u8]) -> String {
    let hash = Sha256::digest(payload);
    let hash: String = hash[..16].iter().map(|byte| format!("{byte:02x}")).collect();
    format!("import:{channel}:{number}:{hash}")
}

/// Pieces of a file in, messages out.
struct Reader {
    lines: Lines,
    batches: Batches,
}

enum Lines {
    Csv(Box<Csv>),
    Ndjson(Ndjson),
}

impl Reader {
    fn new(format: Format, batches: Batches) -> Self {
        let lines =
            if format == Format::Csv { Lines::Csv(Box::new(Csv::new())) } else { Lines::Ndjson(Ndjson::default()) };
        Self { lines, batches }
    }

    /// Takes in the next piece, or the end.
    fn take_in(&mut self, piece: Option<&[u8]>, now: Timestamp) -> Result<(), String> {
        match (&mut self.lines, piece) {
            (Lines::Csv(csv), Some(piece)) => csv.feed(piece, now, &mut self.batches)?,
            (Lines::Csv(csv), None) => csv.finish(now, &mut self.batches)?,
            (Lines::Ndjson(ndjson), Some(piece)) => ndjson.feed(piece, now, &mut self.batches),
            (Lines::Ndjson(ndjson), None) => ndjson.finish(now, &mut self.batches),
        }
        if piece.is_none() {
            self.batches.finish();
        }
        Ok(())
    }

    fn lines(&self) -> u64 {
        match &self.lines {
            Lines::Csv(csv) => csv.lines(),
            Lines::Ndjson(ndjson) => ndjson.lines(),
        }
    }

    fn first_open_line(&self) -> Option<u64> {
        let row = match &self.lines {
            Lines::Csv(csv) => csv.first_open_line(),
            Lines::Ndjson(_) => None,
        };
        row.into_iter().chain(self.batches.first_open_line()).min()
    }
}

#[cfg(test)]
mod round_trip_tests;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_named_after_its_place_and_its_content() {
        let channel = Channel::new("c").unwrap();
        let id = message_id(&channel, 7, b"{}");
        assert_eq!(id, "import:c:7:44136fa355b3678a1146ad16f7e8649e");
        assert_eq!(id, message_id(&channel, 7, b"{}"));
        for other in [message_id(&channel, 8, b"{}"), message_id(&channel, 7, b"{ }")] {
            assert_ne!(id, other);
        }
    }
}
