//! One long poll: from where the client stands, answered as soon as there is something, from the bridge's log where that
//! reaches, else from the stream.

use std::sync::Arc;
use std::time::Duration;

use eontide_wire::Epoch;
use eontide_wire::viewer::Timetoken;
use tokio::time::{Instant, sleep, sleep_until};
use tokio_util::sync::CancellationToken;

use super::super::Server;
use super::Facade;
use super::batch::{Batch, MESSAGES_MAX, Stored, take};
use super::call::Version;
use super::listening::Listening;
use super::name;
use super::reply::{self, Reply};
use super::token::{Cursor, Place, around, candidates, nearest};
use crate::fanout::Recent;
use crate::ingest::{self, Wanted};

/// How long a poll waits: clients give up after 310 s.
const WAIT: Duration = Duration::from_secs(280);
/// Pause before a broker that did not answer is asked again.
const RETRY: Duration = Duration::from_secs(1);
/// Messages of the log looked at in one go.
const LOOKED_AT_MAX: usize = 10_000;
/// Bytes read from the stream for one answer, but at least one message.
const BYTES_MAX: usize = 4 << 20;

const SERVICE: &str = "Subscribe";

/// What a poll asks.
#[derive(Clone, Debug)]
pub(super) struct Asked<'a> {
    pub(super) version: Version,
    pub(super) sub_key: &'a str,
    pub(super) channels: Vec<String>,
    pub(super) groups: Vec<String>,
    pub(super) token: Option<&'a str>,
    pub(super) region: Option<&'a str>,
}

/// Where a client stands.
#[derive(Clone, Copy, Debug)]
struct Standing {
    /// In which life of the stream.
    epoch: Epoch,
    /// It has all up to this offset.
    after: u64,
    /// The message its next token is made of, where one is known.
    place: Option<Place>,
}

struct Poll<'p> {
    server: &'p Arc<Server>,
    facade: &'p Facade,
    asked: &'p Asked<'p>,
    cursor: Cursor,
}

/// Answers one poll.
pub(super) async fn serve(server: &Arc<Server>, facade: &Facade, asked: &Asked<'_>, stop: &CancellationToken) -> Reply {
    let cursor = match Cursor::parse(asked.token, asked.region) {
        Ok(cursor) => cursor,
        Err(problem) => return Reply::bad(SERVICE, &problem),
    };
    let poll = Poll { server, facade, asked, cursor };
    if let Err(problem) = poll.listening() {
        return Reply::bad(SERVICE, &problem);
    }
    let Ok(_seat) = server.seats.try_acquire() else {
        return Reply::unavailable(SERVICE, "too many viewers, come back later");
    };
    let _open = facade.polls.try_acquire();
    let mut standing = None;
    let answered = tokio::select! {
        answered = poll.answer(&mut standing) => Some(answered),
        () = sleep(WAIT) => None,
        () = stop.cancelled() => None,
    };
    match answered {
        Some(Ok(batch)) => {
            server.metrics.facade_messages_sent_total.add(batch.messages.len() as u64);
            poll.reply(&batch, standing)
        }
        Some(Err(problem)) => Reply::bad(SERVICE, &problem),
        None => poll.reply(&Batch::default(), standing),
    }
}

impl Poll<'_> {
    fn listening(&self) -> Result<Listening, String> {
        let mut groups = Vec::with_capacity(self.asked.groups.len());
        for group in &self.asked.groups {
            let key = name::channel(group).map_err(|error| error.to_string())?;
            groups.push((group.clone(), self.facade.groups.get(&key)));
        }
        Listening::new(&self.asked.channels, &groups)
    }

    /// Echoes what the client sent where nothing better is known: then it stands where it stood.
    fn reply(&self, batch: &Batch, standing: Option<Standing>) -> Reply {
        let place = batch.seen.or_else(|| standing.and_then(|standing| standing.place));
        let sent = || self.asked.token.and_then(|token| token.parse().ok()).filter(|token| *token != 0);
        let token = place.map(Place::token).or_else(sent).unwrap_or(Cursor::BEGIN);
        let region = place.map_or(1, |place| place.offset);
        reply::poll(self.asked.version, self.asked.sub_key, &batch.messages, token, region)
    }

    /// Resolves when there is something to say. `standing` is kept outside, for the answer of a poll that is over before.
    async fn answer(&self, standing: &mut Option<Standing>) -> Result<Batch, String> {
        let mut ready = self.server.ready.clone();
        // The senders live as long as the bridge.
        ready.wait_for(|ready| *ready).await.map_err(|error| error.to_string())?;
        let mut changes = self.facade.groups.changes();
        if !self.asked.groups.is_empty() {
            changes.wait_for(Option::is_some).await.map_err(|error| error.to_string())?;
        }
        let mut now = self.stand(self.cursor).await;
        *standing = Some(now);
        if self.cursor == Cursor::Now {
            return Ok(Batch::default());
        }
        loop {
            changes.mark_unchanged();
            let listening = self.listening()?;
            let bell = self.facade.bells.hang(listening.bells());
            loop {
                let batch = self.look(&listening, &mut now).await;
                *standing = Some(now);
                if !batch.messages.is_empty() {
                    return Ok(batch);
                }
                tokio::select! {
                    () = bell.rung() => {}
                    changed = changes.changed(), if !self.asked.groups.is_empty() => {
                        changed.map_err(|error| error.to_string())?;
                        break;
                    }
                }
            }
        }
    }

    /// Looks for messages until there are some or no more; `now` moves along.
    async fn look(&self, listening: &Listening, now: &mut Standing) -> Batch {
        loop {
            let recent = self.server.hub.recent();
            if recent.epoch != now.epoch {
                // The stream began anew: time is all that both lives share.
                let since = now.place.map_or(self.cursor, |place| Cursor::Since(place.time));
                *now = self.stand(since).await;
                continue;
            }
            let batch = match self.server.hub.data_after(now.epoch, now.after, LOOKED_AT_MAX) {
                Some(items) => {
                    let stored = items.iter().map(|(offset, item)| Stored {
                        place: Place { offset: *offset, time: item.timetoken },
                        channel: &item.channel,
                        payload: &item.payload,
                    });
                    let batch = take(stored, listening);
                    now.advance(batch.seen);
                    if batch.messages.is_empty() && items.len() == LOOKED_AT_MAX {
                        continue;
                    }
                    batch
                }
                None => match self.read(listening, now, recent).await {
                    Some(batch) => batch,
                    None => continue,
                },
            };
            // What was read of another life is thrown away.
            if self.server.hub.recent().epoch == now.epoch {
                return batch;
            }
        }
    }

    /// From the stream, for whoever stands before the log. `None` where the log is to be looked at next.
    async fn read(&self, listening: &Listening, now: &mut Standing, recent: Recent) -> Option<Batch> {
        let until = recent.last.map_or(recent.floor, |(offset, _)| offset);
        let subjects = listening.subjects();
        if !subjects.is_empty() {
            let wanted =
                Wanted { subjects, after: now.after, until, limit: MESSAGES_MAX, bytes_max: BYTES_MAX, oldest: true };
            let read = self.retried(|| self.read_once(&wanted)).await;
            let stored = read.messages.iter().map(|past| Stored {
                place: Place { offset: past.offset, time: past.timetoken },
                channel: &past.channel,
                payload: &past.payload,
            });
            let batch = take(stored, listening);
            now.advance(batch.seen);
            if !batch.messages.is_empty() {
                return Some(batch);
            }
        }
        now.advance(recent.last.map(|(offset, time)| Place { offset, time }));
        now.after = now.after.max(until);
        None
    }

    async fn read_once(&self, wanted: &Wanted) -> Result<ingest::Read, String> {
        let _turn = self.server.turn_to_read().await?;
        ingest::read(&self.server.broker, wanted).await
    }

    /// Until it works: a client that is told of a failure may never ask again.
    async fn retried<T, F: Future<Output = Result<T, String>>>(&self, work: impl Fn() -> F) -> T {
        loop {
            match work().await {
                Ok(done) => return done,
                Err(error) => {
                    tracing::debug!(%error, "a poll waits for the broker");
                    sleep_until(Instant::now() + RETRY).await;
                }
            }
        }
    }

    /// Where a cursor leads.
    async fn stand(&self, cursor: Cursor) -> Standing {
        let recent = self.server.hub.recent();
        let standing = |after, place| Standing { epoch: recent.epoch, after, place };
        match cursor {
            Cursor::Now => {
                let last = match recent.last {
                    Some((offset, time)) => Some(Place { offset, time }),
                    None => self.retried(|| self.last_stored()).await,
                };
                standing(last.map_or(0, |place| place.offset), last)
            }
            Cursor::Since(time) => standing(self.retried(|| self.after_token(time)).await, None),
            Cursor::Recent => standing(self.retried(|| self.before_recent()).await, None),
            Cursor::After { ms, remainder, hint } => {
                let last = recent.last.map_or(0, |(offset, _)| offset);
                let logged = candidates(remainder, hint, recent.floor + 1, last).find_map(|offset| {
                    let time = self.server.hub.timetoken_at(offset)?;
                    Some(Place { offset, time }).filter(|place| place.is(ms, remainder))
                });
                match logged {
                    Some(place) => standing(place.offset, Some(place)),
                    None => {
                        let (after, place) = self.retried(|| self.after_place(ms, remainder, hint)).await;
                        standing(after, place)
                    }
                }
            }
        }
    }

    /// The last message of the stream, where the log has none of this life.
    async fn last_stored(&self) -> Result<Option<Place>, String> {
        let _turn = self.server.turn_to_read().await?;
        let (_, until) = ingest::bounds(&self.server.broker).await?;
        let subjects = vec![eontide_wire::subject::DATA_ALL.to_owned()];
        let wanted = Wanted { subjects, after: 0, until, limit: 1, bytes_max: BYTES_MAX, oldest: false };
        let read = ingest::read(&self.server.broker, &wanted).await?;
        Ok(read.messages.last().map(|past| Place { offset: past.offset, time: past.timetoken }))
    }

    /// The last offset with this token or an earlier one.
    async fn after_token(&self, time: Timetoken) -> Result<u64, String> {
        let _turn = self.server.turn_to_read().await?;
        let next = Timetoken::at_least(time.as_u64().saturating_add(1));
        Ok(ingest::offset_at(&self.server.broker, next).await?.saturating_sub(1))
    }

    /// The offset before the last hundred messages.
    async fn before_recent(&self) -> Result<u64, String> {
        let listening = self.listening()?;
        let _turn = self.server.turn_to_read().await?;
        let (_, until) = ingest::bounds(&self.server.broker).await?;
        let subjects = listening.subjects();
        if subjects.is_empty() {
            return Ok(until);
        }
        let wanted = Wanted { subjects, after: 0, until, limit: MESSAGES_MAX, bytes_max: BYTES_MAX, oldest: false };
        let read = ingest::read(&self.server.broker, &wanted).await?;
        Ok(read.messages.first().map_or(until, |past| past.offset - 1))
    }

    /// Where a cursor leads whose message is not in the log.
    async fn after_place(&self, ms: u64, remainder: u64, hint: Option<u64>) -> Result<(u64, Option<Place>), String> {
        let _turn = self.server.turn_to_read().await?;
        let broker = &self.server.broker;
        let of_ms = ingest::offset_at(broker, Timetoken::at_least(ms * 10_000)).await?;
        for offset in around(remainder, hint, of_ms) {
            let time = ingest::timetoken_at(broker, offset).await?;
            if let Some(place) = time.map(|time| Place { offset, time }).filter(|place| place.is(ms, remainder)) {
                return Ok((offset, Some(place)));
            }
        }
        let of_next = ingest::offset_at(broker, Timetoken::at_least((ms + 1) * 10_000)).await?;
        Ok((nearest(remainder, of_ms, of_next), None))
    }
}

impl Standing {
    fn advance(&mut self, seen: Option<Place>) {
        if let Some(seen) = seen {
            (self.after, self.place) = (self.after.max(seen.offset), Some(seen));
        }
    }
}
