//! How a subscription begins: what is read of the state at one moment, and what is sent of it.

use std::time::Duration;

use eontide_wire::Timestamp;
use eontide_wire::viewer::density::{Density, DensityKind};
use eontide_wire::viewer::request::RAW_LIMIT_MAX;
use eontide_wire::viewer::{BlockRef, Data, DataKind, Frame as WireFrame, Position, RawItem, Subscribe, View};

use tokio::sync::SemaphorePermit;

use super::Server;
use super::api::POINTS_MAX;
use crate::clock;
use crate::fanout::{self, Cursor, Frame, ViewKey};
use crate::ingest::{self, Past};
use crate::store::{Canvas, Densities, OwnedBlock, Picture, step_for};

/// What was said of alerts before, that a subscription begins with beside those that fire.
const ALERTS_TOLD: usize = 200;
/// Raw messages of one frame.
const MESSAGES_PER_FRAME: usize = 500;
/// Raw messages where a window is given and no limit.
const RAW_LIMIT: usize = 1_000;
/// How far back the snapshot of a subscription reaches that does not say it.
const WINDOW: Duration = Duration::from_secs(3600);
/// Pixels of a density view that does not say its width.
pub(super) const DENSITY_WIDTH: u32 = 1200;
/// Points that are decoded to make merged columns where none are kept: some 0.5 s.
pub(super) const DENSITY_POINTS_MAX: usize = 50_000_000;
/// Points may be so far ahead of the bridge's clock, by the wire's rules.
const TIMESTAMP_AHEAD: Duration = Duration::from_micros(eontide_wire::limits::TIMESTAMP_AHEAD_US as u64);
/// Messages that another bridge may have read and this one not yet.
const AHEAD_MAX: u64 = 100_000;
/// How long a reading of past messages may wait for its turn.
const REPLAY_TURN: Duration = Duration::from_secs(20);

/// How a subscription begins.
pub(super) struct Start {
    /// What could not be delivered: the reason and the position asked for.
    pub(super) gap: Option<(&'static str, Position)>,
    /// The snapshot; raw views have none.
    pub(super) frame: Option<Frame>,
    /// The alerts of before, after the snapshot.
    pub(super) alerts: Option<Frame>,
    /// Past messages to read from the stream first, for raw views.
    pub(super) past: Option<PastRequest>,
    pub(super) position: Position,
    pub(super) cursor: Cursor,
}

/// Past messages that a raw view begins with.
pub(super) struct PastRequest {
    from: ingest::From,
    limit: usize,
    /// The viewer goes on from here: what is missing of it is a gap.
    since: Option<Position>,
}

impl Server {
    /// Reads the state once, so that snapshot, position and cursor are of one moment. The error is for people.
    pub(super) fn start(&self, request: &Subscribe, key: &ViewKey, since: Option<Position>) -> Result<Start, String> {
        let now = clock::now().wall;
        let window = self.window(request);
        let from = clock::before(now, window);
        let state = self.pipeline.read();
        let position = state.position;
        if key.kind == View::Density {
            let counts = state.presence.counts_of(&request.channel);
            let to = after(now, TIMESTAMP_AHEAD);
            // What came from disk is looked at once more for the log: it is in the snapshot already.
            let cursor = Cursor { index: self.hub.end(), after: position.offset.max(state.stored_to) };
            let densities = state.store.densities(&request.channel, key.step_ms, (from, to), |name| key.wants(name));
            drop(state);
            let frame = density(key, position, now, (window, counts), densities)?;
            return Ok(Start { gap: None, frame: Some(frame), alerts: None, past: None, position, cursor });
        }
        let resumed = since.map(|since| self.resume(since, position));
        let sources = if key.sources { state.presence.list(&request.channel) } else { Vec::new() };
        let alerts = if key.sources { state.alerts.newest(&request.channel, ALERTS_TOLD) } else { Vec::new() };
        let (gap, cursor, picture) = match resumed {
            Some(Ok(cursor)) => (None, cursor, None),
            other => {
                let gap = other.and_then(Result::err).zip(since);
                let cursor = Cursor { index: self.hub.end(), after: 0 };
                let wanted = |_: &str, name: &str| key.kind == View::Lines && key.wants(name);
                (gap, cursor, Some(state.store.picture(&request.channel, from, wanted)))
            }
        };
        drop(state);
        let alerts = key.sources.then(|| fanout::encode_alerts(key.sub, now, &alerts, true));
        let start = Start { gap, frame: None, alerts, past: None, position, cursor };
        if key.kind == View::Raw {
            return Ok(raw(request, since.filter(|_| picture.is_some()), start, from));
        }
        let to = after(now, TIMESTAMP_AHEAD);
        let width = picture.as_ref().map_or(Ok(None), |picture| fitting(picture, (from, to), request.width))?;
        let canvas = width.map(|width| Canvas { width, end: now });
        let owned = picture.as_ref().map(|picture| picture.blocks(from, to, canvas)).unwrap_or_default();
        let blocks: Vec<BlockRef<'_>> = owned.iter().map(OwnedBlock::as_ref).collect();
        let shown = since.filter(|_| picture.is_none()).unwrap_or(position);
        let window_ms = u64::try_from(window.as_millis()).unwrap_or(u64::MAX);
        let kind = DataKind::Snapshot { window_ms, sources: &sources, resumed: picture.is_none() };
        let data = Data { sub: key.sub, kind, position: shown, now, blocks: &blocks };
        Ok(Start { frame: Some(fanout::encode(&data, key.binary)), ..start })
    }

    /// How far back a snapshot reaches.
    fn window(&self, request: &Subscribe) -> Duration {
        request.window.unwrap_or(WINDOW).min(self.history)
    }

    /// The step of a density view's columns; 0 for others.
    pub(super) fn step(&self, request: &Subscribe) -> u32 {
        let window = self.window(request);
        let density = request.view == View::Density;
        if density { step_for(window, window, request.width.unwrap_or(DENSITY_WIDTH)) } else { 0 }
    }

    /// Where to go on after `since`, or why that is not possible.
    fn resume(&self, since: Position, position: Position) -> Result<Cursor, &'static str> {
        // A viewer that comes from another bridge may be ahead of this one; far ahead is no position of ours.
        if since.epoch != position.epoch || since.offset > position.offset.saturating_add(AHEAD_MAX) {
            return Err("new_epoch");
        }
        let index = self.hub.index_after(since.offset).ok_or("retention")?;
        Ok(Cursor { index, after: since.offset })
    }

    /// Few read from the stream at once, the others wait.
    pub(super) async fn turn_to_read(&self) -> Result<SemaphorePermit<'_>, String> {
        match tokio::time::timeout(REPLAY_TURN, self.replays.acquire()).await {
            Ok(turn) => turn.map_err(|error| error.to_string()),
            Err(_) => Err("too many others read the past: ask again in a while".to_owned()),
        }
    }

    /// Past messages as frames, in order, and whether some that were asked for are not at hand.
    pub(super) async fn past(
        &self,
        key: &ViewKey,
        request: &PastRequest,
        position: Position,
    ) -> Result<(Vec<Frame>, bool), String> {
        let _turn = self.turn_to_read().await?;
        let past = ingest::replay(&self.broker, &key.channel, request.from, position.offset, request.limit).await?;
        let frames = past.messages.chunks(MESSAGES_PER_FRAME).map(|chunk| messages(key.sub, position, chunk)).collect();
        Ok((frames, request.since.is_some() && past.cut))
    }
}

/// The width at which a picture fits in one snapshot: a coarser past is better than none. Without a width every point was
/// asked for.
fn fitting(picture: &Picture, (from, to): (Timestamp, Timestamp), width: Option<u32>) -> Result<Option<u32>, String> {
    if picture.points_at_most(from, to, width) <= POINTS_MAX {
        return Ok(width);
    }
    if width.is_none() {
        return Err(format!("more than {POINTS_MAX} points: ask for a shorter window, fewer series, or a width"));
    }
    let columns = POINTS_MAX / (Picture::POINTS_PER_PIXEL * picture.series().max(1));
    Ok(Some(u32::try_from(columns).unwrap_or(u32::MAX).max(1)))
}

/// The snapshot of a density view. It is small, so that one that comes back gets it whole again.
fn density(
    key: &ViewKey,
    position: Position,
    now: Timestamp,
    (window, counts): (Duration, [usize; 2]),
    densities: Densities,
) -> Result<Frame, String> {
    if densities.points_at_most() > DENSITY_POINTS_MAX {
        return Err(
            "merged columns of so many series are not kept for so long a window, or are still being made: ask for a \
                    shorter one, or come back in a minute"
                .to_owned(),
        );
    }
    let metrics = densities.columns();
    let window_ms = u64::try_from(window.as_millis()).unwrap_or(u64::MAX);
    let kind = DensityKind::Snapshot { window_ms, sources: counts };
    let frame = Density { sub: key.sub, position, now, kind, step_ms: key.step_ms, metrics: &metrics };
    Ok(fanout::encode_density(&frame, key.binary))
}

/// A raw view that is not served from the log reads the stream: from `since`, else the window or the last `limit`.
fn raw(request: &Subscribe, since: Option<Position>, start: Start, window_start: Timestamp) -> Start {
    let limit = request.limit.map(|limit| usize::try_from(limit).unwrap_or(usize::MAX));
    let past = match (&start.gap, since) {
        // What the log no longer holds the stream may.
        (Some(("retention", _)), Some(since)) => {
            let limit = usize::try_from(RAW_LIMIT_MAX).unwrap_or(usize::MAX);
            Some(PastRequest { from: ingest::From::After(since.offset), limit, since: Some(since) })
        }
        _ if limit.is_some() || request.window.is_some() => {
            let limit = limit.unwrap_or(RAW_LIMIT);
            Some(PastRequest { from: ingest::From::Time(window_start), limit, since: None })
        }
        _ => None,
    };
    let gap = start.gap.filter(|(reason, _)| *reason != "retention");
    Start { gap, past, ..start }
}

fn after(time: Timestamp, span: Duration) -> Timestamp {
    Timestamp::from_micros(time.as_micros().saturating_add(i64::try_from(span.as_micros()).unwrap_or(i64::MAX)))
}

fn messages(sub: u32, position: Position, past: &[Past]) -> Frame {
    let items = past.iter().map(raw_item).collect();
    let offset = past.last().map_or(position.offset, |past| past.offset);
    Frame::text(WireFrame::Messages { sub, position: Position { offset, ..position }, items }.to_json())
}

/// A message as raw views and the API show it.
pub(super) fn raw_item(past: &Past) -> RawItem<'_> {
    RawItem {
        offset: past.offset,
        time: past.time.as_millis_f64(),
        timetoken: past.timetoken,
        channel: &past.channel,
        message: RawItem::message(&past.payload),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Limits, Store};

    const NOW: Timestamp = Timestamp::from_micros(1_763_683_200_000_000);

    /// 100 series of 45,000 points.
    fn picture() -> Picture {
        let limits = Limits {
            history: Duration::from_secs(3600),
            points_bytes: 1 << 30,
            disk_bytes: 0,
            series_max: 1000,
            channels_max: 1,
        };
        let mut store = Store::new(limits);
        let names: Vec<String> = (0..100).map(|n| format!("s{n}")).collect();
        for batch in 0..45_000 / 90 {
            let x = (0..90).map(|n| Timestamp::from_micros(NOW.as_micros() + (batch * 90 + n) * 1000)).collect();
            let names = names.iter().map(|name| name.as_str().into()).collect();
            let block = eontide_wire::Block { names, x, values: vec![1.0; 90 * 100] };
            let (channel, shapes) = store.resolve("c", std::slice::from_ref(&block), &|name| name.into()).unwrap();
            store.append(&channel, &shapes, &[block], 1, NOW);
        }
        store.picture(&eontide_wire::ChannelPattern::new("c").unwrap(), NOW, |_, _| true)
    }

    #[test]
    fn a_picture_that_is_too_large_is_made_coarser_or_refused_where_all_was_asked_for() {
        let picture = picture();
        let range = (NOW, after(NOW, TIMESTAMP_AHEAD));
        assert!(fitting(&picture, range, None).unwrap_err().contains("a width"));
        assert_eq!(fitting(&picture, range, Some(1200)), Ok(Some(1200)));
        let width = fitting(&picture, range, Some(30_000)).unwrap();
        assert!((1..30_000).contains(&width.unwrap()));
        assert!(picture.points_at_most(range.0, range.1, width) <= POINTS_MAX);
    }
}
