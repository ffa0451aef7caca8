//! How a subscription begins: what is read of the state at one moment, and what is sent of it.

use eontide_wire::Timestamp;
use eontide_wire::viewer::{BlockRef, Data, DataKind, Frame as WireFrame, Position, RawItem, Subscribe, View};

use super::Server;
use crate::clock;
use crate::fanout::{self, Cursor, Frame, ViewKey};
use crate::ingest::{self, Past};
use crate::store::{Canvas, OwnedBlock};

/// Raw messages of one frame.
const MESSAGES_PER_FRAME: usize = 500;
/// Raw messages where a window is given and no limit.
const RAW_LIMIT: usize = 1_000;

/// How a subscription begins.
pub(super) struct Start {
    /// What could not be delivered: the reason and the position asked for.
    pub(super) gap: Option<(&'static str, Position)>,
    /// The snapshot; raw views have none.
    pub(super) frame: Option<Frame>,
    /// Past messages to read from the stream first, for raw views.
    pub(super) past: Option<(ingest::From, usize)>,
    pub(super) position: Position,
    pub(super) cursor: Cursor,
}

impl Server {
    /// Reads the state once, so that snapshot, position and cursor are of one moment.
    pub(super) fn start(&self, request: &Subscribe, key: &ViewKey, since: Option<Position>) -> Start {
        let now = clock::now().wall;
        let window = request.window.unwrap_or(self.history).min(self.history);
        let from = clock::before(now, window);
        let state = self.pipeline.read();
        let position = state.position;
        let resumed = since.map(|since| self.resume(since, position));
        let sources = state.presence.list(&request.channel);
        let (gap, cursor, picture) = match resumed {
            Some(Ok(cursor)) => (None, cursor, None),
            other => {
                let gap = other.and_then(Result::err).zip(since);
                let cursor = Cursor { index: self.hub.end(), after: 0 };
                (gap, cursor, Some(state.store.picture(&request.channel, from, |name| key.wants(name))))
            }
        };
        drop(state);
        if key.kind == View::Raw {
            let resumed = picture.is_none();
            return raw(
                request,
                since.filter(|_| !resumed),
                Start { gap, frame: None, past: None, position, cursor },
                from,
            );
        }
        let to = Timestamp::from_micros(now.as_micros() + eontide_wire::limits::TIMESTAMP_AHEAD_US);
        let canvas = request.width.map(|width| Canvas { width, end: now });
        let owned = picture.as_ref().map(|picture| picture.blocks(from, to, canvas)).unwrap_or_default();
        let blocks: Vec<BlockRef<'_>> = owned.iter().map(OwnedBlock::as_ref).collect();
        let shown = since.filter(|_| picture.is_none()).unwrap_or(position);
        let window_ms = u64::try_from(window.as_millis()).unwrap_or(u64::MAX);
        let kind = DataKind::Snapshot { window_ms, sources: &sources, resumed: picture.is_none() };
        let data = Data { sub: key.sub, kind, position: shown, now, blocks: &blocks };
        Start { gap, frame: Some(fanout::encode(&data, key.binary)), past: None, position, cursor }
    }

    /// Where to go on after `since`, or why that is not possible.
    fn resume(&self, since: Position, position: Position) -> Result<Cursor, &'static str> {
        if since.epoch != position.epoch || since.offset > position.offset {
            return Err("new_epoch");
        }
        let index = self.hub.index_after(since.offset).ok_or("retention")?;
        Ok(Cursor { index, after: since.offset })
    }

    /// Past messages as frames, in order.
    pub(super) async fn past(
        &self,
        key: &ViewKey,
        (from, limit): (ingest::From, usize),
        position: Position,
    ) -> Result<Vec<Frame>, String> {
        let _turn = self.replays.acquire().await.map_err(|error| error.to_string())?;
        let past = ingest::replay(&self.broker, &key.channel, from, position.offset, limit).await?;
        Ok(past.chunks(MESSAGES_PER_FRAME).map(|chunk| messages(key.sub, position, chunk)).collect())
    }
}

/// A raw view that is not served from the log reads the stream: from `since`, else the window or the last `limit`.
fn raw(request: &Subscribe, since: Option<Position>, start: Start, window_start: Timestamp) -> Start {
    let limit = request.limit.map(|limit| usize::try_from(limit).unwrap_or(usize::MAX));
    let past = match (&start.gap, since) {
        (Some(("retention", _)), Some(since)) => Some((ingest::From::After(since.offset), usize::MAX)),
        _ if limit.is_some() || request.window.is_some() => {
            Some((ingest::From::Time(window_start), limit.unwrap_or(RAW_LIMIT)))
        }
        _ => None,
    };
    // What the log no longer holds the stream does: no gap.
    let gap = start.gap.filter(|(reason, _)| *reason != "retention");
    Start { gap, past, ..start }
}

fn messages(sub: u32, position: Position, past: &[Past]) -> Frame {
    let items = past
        .iter()
        .map(|past| RawItem {
            offset: past.offset,
            time: past.time.as_millis_f64(),
            channel: &past.channel,
            message: RawItem::message(&past.payload),
        })
        .collect();
    let offset = past.last().map_or(position.offset, |past| past.offset);
    Frame::text(WireFrame::Messages { sub, position: Position { offset, ..position }, items }.to_json())
}
