//! `…/messages`: messages as they were published, read from the stream itself, so of any age it has.
//!
//! What a raw view of `/live` shows, of the past: an answer and a raw view `since` its position have every message once. Long
//! histories are asked for in parts, with what `next` says: offsets, which never move while messages come and go.

use std::sync::Arc;
use std::time::Duration;

use eontide_wire::viewer::{Position, Timetoken};
use eontide_wire::{ChannelPattern, Timestamp};
use serde_json::{Value, json};
use tokio::time::timeout;

use super::super::Server;
use super::super::answer::{Answer, Problem, json};
use super::super::packed::shrunk;
use super::super::start::raw_item;
use super::parameters::{AFTER, BEFORE, LIMIT, MESSAGES_FROM, MESSAGES_ORDER, MESSAGES_TO, Query};
use crate::ingest::{self, Read, Wanted};

/// Messages of an answer where `limit` does not say it.
const LIMIT_DEFAULT: u32 = 100;
/// Bytes of messages in an answer; one that is larger alone is an answer of its own.
const BYTES_MAX: usize = 16 << 20;
/// How long a request waits for history to be read.
const READY_TIMEOUT: Duration = Duration::from_secs(20);

pub(super) async fn serve(
    server: &Arc<Server>,
    channel: &str,
    query: &Query,
    takes_gzip: bool,
) -> Result<Answer, Problem> {
    let pattern = ChannelPattern::new(channel).map_err(|error| Problem::parameter("channel", &error.to_string()))?;
    let asked = Asked::of(query, Timestamp::now())?;
    let mut ready = server.ready.clone();
    if timeout(READY_TIMEOUT, ready.wait_for(|ready| *ready)).await.is_err() {
        return Err(Problem::unavailable("not_ready", "the bridge still reads history, come back in a while"));
    }
    if !server.broker.connected() {
        return Err(Problem::unavailable("nats", "the connection to NATS is down, reconnecting"));
    }
    // Read before the messages: whoever goes on from here gets what comes meanwhile.
    let position = server.pipeline.read().position;
    let read = asked.read(server, &pattern, position).await.map_err(|error| Problem::unavailable("stream", error))?;
    if server.pipeline.read().position.epoch != position.epoch {
        return Err(Problem::unavailable("new_epoch", "the stream began anew meanwhile: ask again"));
    }
    let make = move |_: &Server| shrunk(written(&pattern, position, &read, asked.oldest), takes_gzip);
    server.reading(&server.listings, make).await.map_err(Problem::internal)
}

/// What was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Asked {
    /// The first and the last time token, both included.
    from: Option<Timetoken>,
    to: Option<Timetoken>,
    /// Offsets, both not included.
    after: u64,
    before: u64,
    limit: usize,
    oldest: bool,
}

impl Asked {
    fn of(query: &Query, now: Timestamp) -> Result<Self, Problem> {
        let from = query.tokens(&MESSAGES_FROM, now)?.map(|(first, _)| first);
        let to = query.tokens(&MESSAGES_TO, now)?.map(|(_, last)| last);
        if from.zip(to).is_some_and(|(from, to)| from > to) {
            return Err(Problem::parameter("from", "later than to"));
        }
        let limit = query.number(&LIMIT)?.unwrap_or(LIMIT_DEFAULT);
        Ok(Self {
            from,
            to,
            after: query.place(&AFTER)?.unwrap_or(0),
            before: query.place(&BEFORE)?.unwrap_or(u64::MAX),
            limit: usize::try_from(limit).unwrap_or(usize::MAX),
            oldest: query.get(&MESSAGES_ORDER) == Some("asc"),
        })
    }

    async fn read(&self, server: &Server, pattern: &ChannelPattern, position: Position) -> Result<Read, String> {
        let _turn = server.turn_to_read().await?;
        let broker = &server.broker;
        let (mut after, mut until) = (self.after, position.offset.min(self.before.saturating_sub(1)));
        if let Some(from) = self.from {
            after = after.max(ingest::offset_at(broker, from).await?.saturating_sub(1));
        }
        if let Some(to) = self.to {
            let next = Timetoken::at_least(to.as_u64() + 1);
            until = until.min(ingest::offset_at(broker, next).await?.saturating_sub(1));
        }
        let (limit, oldest) = (self.limit, self.oldest);
        let wanted = Wanted { subjects: pattern.subjects(), after, until, limit, bytes_max: BYTES_MAX, oldest };
        ingest::read(broker, &wanted).await
    }
}

fn written(pattern: &ChannelPattern, position: Position, read: &Read, oldest: bool) -> Answer {
    let messages: Vec<_> = read.messages.iter().map(raw_item).collect();
    let next = match (read.more, oldest) {
        (false, _) => Value::Null,
        (true, true) => json!({ "after": read.messages.last().map_or(0, |last| last.offset) }),
        (true, false) => json!({ "before": read.messages.first().map_or(0, |first| first.offset) }),
    };
    json(&Written { channel: pattern.to_string(), position, messages, next })
}

/// Not a `json!`, which would read what was published once more.
#[derive(serde::Serialize)]
struct Written<'a> {
    channel: String,
    position: Position,
    messages: Vec<eontide_wire::viewer::RawItem<'a>>,
    next: Value,
}

#[cfg(test)]
mod tests {
    use super::super::parameters::test_query;
    use super::super::routes::Resource;
    use super::*;

    fn asked(text: &str) -> Result<Asked, Problem> {
        Asked::of(&test_query(Resource::Messages, text)?, Timestamp::from_millis(1_763_683_200_000))
    }

    #[test]
    fn times_and_tokens_are_included_and_offsets_are_not() {
        let asked = |text: &str| asked(text).unwrap();
        let tokens = |text: &str| {
            let asked = asked(text);
            (asked.from.map(Timetoken::as_u64), asked.to.map(Timetoken::as_u64))
        };
        assert_eq!(tokens("from=1763683200123.456"), (Some(17_636_832_001_234_560), None));
        assert_eq!(tokens("to=2025-11-21T00:00:00.123456Z"), (None, Some(17_636_832_001_234_568)));
        assert_eq!(tokens("from=1m&to=1763683200000"), (Some(17_636_831_400_000_000), Some(17_636_832_000_000_008)));
        let both = "from=17636832001234566&to=17636832001234566";
        assert_eq!(tokens(both), (Some(17_636_832_001_234_566), Some(17_636_832_001_234_566)));
        assert_eq!(tokens("from=-1e300&to=1e300"), (Some(0), Some(17_637_696_000_000_008)));
        // Odd ones lie between two tokens.
        assert_eq!(tokens("from=17636832001234565"), (Some(17_636_832_001_234_566), None));
        assert_eq!(tokens("to=17636832001234565"), (None, Some(17_636_832_001_234_564)));
        let plain = Asked { from: None, to: None, after: 0, before: u64::MAX, limit: 100, oldest: false };
        assert_eq!(asked(""), plain);
        let given = Asked { after: 7, before: 9, limit: 10_000, oldest: true, ..plain };
        assert_eq!(asked("after=7&before=9&limit=10000&order=asc"), given);
    }

    #[test]
    fn a_bad_parameter_is_named() {
        for (text, named) in [
            ("limit=0", "limit:"),
            ("limit=10001", "limit:"),
            ("order=newest", "order:"),
            ("after=-1", "after:"),
            ("before=x", "before:"),
            ("from=soon", "from:"),
            ("from=17636832001234566&to=17636832001234564", "from:"),
            ("since=1", "since:"),
        ] {
            let message = asked(text).expect_err(text).message().to_owned();
            assert!(message.starts_with(named), "{text}: {message}");
        }
    }
}
