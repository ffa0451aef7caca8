//! History: PubNub's pages of at most 100 messages, by time tokens.
//!
//! `start` is where a page begins, not included, `end` where it ends, included; without `reverse` one goes from the newest
//! to the oldest, with it the other way; the answer is in order of time either way. A page is continued from the token of its
//! last message, so messages of one token are never parted: a page that would part them is shorter, and where more of
//! one token than a page holds stand together, longer.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use eontide_wire::subject;
use eontide_wire::viewer::Timetoken;
use serde::Serialize;
use serde_json::json;
use serde_json::value::RawValue;

use super::super::Server;
use super::name;
use super::reply::{self, Reply};
use super::token::TOKENS_TO;
use crate::ingest::{self, Past, Wanted};

/// Messages of a page.
const PAGE_MAX: usize = 100;
/// Messages of each channel where there are several, as at PubNub.
const PAGE_OF_SEVERAL_MAX: usize = 25;
/// Channels of a batch, as at PubNub.
const CHANNELS_MAX: usize = 500;
/// Messages of one token that are kept together.
const TOGETHER_MAX: usize = 10_000;
/// Bytes of a page, but at least one message.
const BYTES_MAX: usize = 16 << 20;

const SERVICE: &str = "History";

/// One page of one channel.
pub(super) async fn serve(server: &Arc<Server>, channel: &str, parameters: &HashMap<String, String>) -> Reply {
    let asked = match Page::of(parameters, "count", PAGE_MAX) {
        Ok(asked) => asked,
        Err(problem) => return Reply::bad(SERVICE, &problem),
    };
    let flag = |name: &str| parameters.get(name).is_some_and(|text| text == "true" || text == "1");
    let (as_texts, page_as_texts) = (flag("stringtoken") || flag("string_message_token"), flag("stringtoken"));
    match asked.read(server, channel).await {
        Ok(messages) => {
            let token =
                |past: Option<&Past>| written(past.map(|past| past.timetoken).unwrap_or_default(), page_as_texts);
            let ends = (token(messages.first()), token(messages.last()));
            if flag("include_token") {
                let list: Vec<_> = messages.iter().map(|past| with_token(past, as_texts)).collect();
                Reply::ok(&(list, ends.0, ends.1))
            } else {
                let list: Vec<_> = messages.iter().map(|past| reply::message(&past.payload)).collect();
                Reply::ok(&(list, ends.0, ends.1))
            }
        }
        Err(failure) => failure.reply(),
    }
}

/// The last messages of several channels.
pub(super) async fn batch(server: &Arc<Server>, channels: &[String], parameters: &HashMap<String, String>) -> Reply {
    let most = if channels.len() > 1 { PAGE_OF_SEVERAL_MAX } else { PAGE_MAX };
    let asked = match Page::of(parameters, "max", most) {
        _ if channels.len() > CHANNELS_MAX => return Reply::bad(SERVICE, "more than 500 channels: ask twice"),
        Ok(asked) => asked,
        Err(problem) => return Reply::bad(SERVICE, &problem),
    };
    let mut found = BTreeMap::new();
    for channel in channels {
        match asked.read(server, channel).await {
            Ok(messages) if messages.is_empty() => {}
            Ok(messages) => {
                let list: Vec<_> = messages.iter().map(|past| with_token(past, true)).collect();
                found.insert(channel.as_str(), list);
            }
            Err(failure) => return failure.reply(),
        }
    }
    #[derive(Serialize)]
    struct Batch<'a> {
        status: u16,
        error: bool,
        error_message: &'a str,
        channels: BTreeMap<&'a str, Vec<Message>>,
    }
    Reply::ok(&Batch { status: 200, error: false, error_message: "", channels: found })
}

#[derive(Serialize)]
struct Message {
    message: Box<RawValue>,
    timetoken: serde_json::Value,
}

fn with_token(past: &Past, as_text: bool) -> Message {
    Message { message: reply::message(&past.payload), timetoken: written(past.timetoken, as_text) }
}

/// As a number it is exact in JavaScript as well, since it is even.
fn written(token: Timetoken, as_text: bool) -> serde_json::Value {
    if as_text { json!(token) } else { json!(token.as_u64()) }
}

/// Why there is no page.
enum Failure {
    Bad(String),
    Unavailable(String),
}

impl Failure {
    fn reply(&self) -> Reply {
        match self {
            Self::Bad(problem) => Reply::bad(SERVICE, problem),
            Self::Unavailable(problem) => Reply::unavailable(SERVICE, problem),
        }
    }
}

/// Which messages make a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Page {
    /// The first token, included, and the one after the last.
    from: Option<u64>,
    before: Option<u64>,
    limit: usize,
    oldest: bool,
}

impl Page {
    fn of(parameters: &HashMap<String, String>, limit: &str, most: usize) -> Result<Self, String> {
        let token = |name: &str| match parameters.get(name).filter(|text| !text.is_empty()) {
            Some(text) => match text.parse::<u64>() {
                Ok(token) if token < TOKENS_TO => Ok(Some(token)),
                _ => Err(format!("{name}: not a time token: {text:.40}")),
            },
            None => Ok(None),
        };
        let limit = match parameters.get(limit).filter(|text| !text.is_empty()) {
            Some(text) => text.parse::<usize>().map_err(|_| format!("{limit}: not a whole number: {text:.40}"))?,
            None => most,
        };
        let oldest = parameters.get("reverse").is_some_and(|text| text == "true");
        let (start, end) = (token("start")?, token("end")?);
        // Both in the order of the other direction still mean the messages between them.
        let upwards = match start.zip(end) {
            Some((start, end)) => start < end,
            None => oldest,
        };
        let next = |token: Option<u64>| token.map(|token| token.saturating_add(1));
        let (from, before) = if upwards { (next(start), next(end)) } else { (end, start) };
        Ok(Self { from, before, limit: limit.clamp(1, most), oldest })
    }

    async fn read(&self, server: &Arc<Server>, channel: &str) -> Result<Vec<Past>, Failure> {
        let channel = name::channel(channel).map_err(|error| Failure::Bad(error.to_string()))?;
        if !server.broker.connected() {
            return Err(Failure::Unavailable("the connection to NATS is down, reconnecting".into()));
        }
        self.read_from_stream(server, subject::data(&channel)).await.map_err(Failure::Unavailable)
    }

    async fn read_from_stream(&self, server: &Arc<Server>, subject: String) -> Result<Vec<Past>, String> {
        let _turn = server.turn_to_read().await?;
        let broker = &server.broker;
        let (first, last) = ingest::bounds(broker).await?;
        let (mut after, mut until) = (first.saturating_sub(1), last);
        if let Some(from) = self.from {
            after = after.max(ingest::offset_at(broker, Timetoken::at_least(from)).await?.saturating_sub(1));
        }
        if let Some(before) = self.before {
            until = until.min(ingest::offset_at(broker, Timetoken::at_least(before)).await?.saturating_sub(1));
        }
        let mut limit = self.limit;
        loop {
            // One more tells whether the page would part messages of one token.
            let wanted = Wanted {
                subjects: vec![subject.clone()],
                after,
                until,
                limit: limit + 1,
                bytes_max: BYTES_MAX,
                oldest: self.oldest,
            };
            let read = ingest::read(broker, &wanted).await?;
            let cut_by_bytes = read.more && read.messages.len() <= limit;
            match whole(read.messages, limit, self.oldest) {
                Ok(page) => return Ok(page),
                Err(page) if cut_by_bytes || limit >= TOGETHER_MAX => return Ok(page),
                Err(_) => limit = (limit * 4).min(TOGETHER_MAX),
            }
        }
    }
}

/// At most `limit` messages from the begin of a reading, so that none has the token of one that is left out. Fails with the
/// first `limit` where all of them have one token.
fn whole(mut messages: Vec<Past>, limit: usize, oldest: bool) -> Result<Vec<Past>, Vec<Past>> {
    if messages.len() <= limit {
        return Ok(messages);
    }
    if oldest {
        let next = messages[limit].timetoken;
        messages.truncate(limit);
        let kept = messages.iter().rposition(|past| past.timetoken != next).map_or(0, |last| last + 1);
        if kept == 0 {
            return Err(messages);
        }
        messages.truncate(kept);
    } else {
        let extra = messages.len() - limit;
        let next = messages[extra - 1].timetoken;
        messages.drain(..extra);
        let Some(first) = messages.iter().position(|past| past.timetoken != next) else { return Err(messages) };
        messages.drain(..first);
    }
    Ok(messages)
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use eontide_wire::Timestamp;
    use proptest::prelude::*;

    use super::*;

    fn page(query: &str) -> Result<Page, String> {
        Page::of(&super::super::call::parameters(query), "count", PAGE_MAX)
    }

    #[test]
    fn start_is_excluded_and_end_included_in_either_direction() {
        let all = Page { from: None, before: None, limit: 100, oldest: false };
        for (query, expected) in [
            ("", all),
            ("count=7&start=&end=", Page { limit: 7, ..all }),
            ("count=0", Page { limit: 1, ..all }),
            ("count=1000", all),
            ("start=50", Page { before: Some(50), ..all }),
            ("end=20", Page { from: Some(20), ..all }),
            ("start=50&end=20", Page { from: Some(20), before: Some(50), ..all }),
            ("start=20&end=50", Page { from: Some(21), before: Some(51), ..all }),
            ("reverse=true", Page { oldest: true, ..all }),
            ("start=20&reverse=true", Page { from: Some(21), oldest: true, ..all }),
            ("end=50&reverse=true", Page { before: Some(51), oldest: true, ..all }),
            ("start=20&end=50&reverse=true", Page { from: Some(21), before: Some(51), limit: 100, oldest: true }),
            ("start=50&end=20&reverse=true", Page { from: Some(20), before: Some(50), limit: 100, oldest: true }),
            ("start=50&reverse=false", Page { before: Some(50), ..all }),
        ] {
            assert_eq!(page(query), Ok(expected), "{query}");
        }
        for bad in ["start=x", "end=-1", "end=100000000000000000", "count=many"] {
            assert!(page(bad).unwrap_err().starts_with(bad.split('=').next().unwrap()), "{bad}");
        }
    }

    fn past(offset: u64, token: u64) -> Past {
        Past {
            offset,
            time: Timestamp::default(),
            timetoken: Timetoken::at_least(token),
            channel: String::new(),
            payload: Bytes::new(),
        }
    }

    proptest! {
        /// As a page does it that asks again and again with the token at its end.
        #[test]
        fn pages_together_are_all_messages_once_however_many_share_a_token(
            steps in prop::collection::vec(prop_oneof![Just(0u64), Just(0), 1u64..3], 0..300),
            most in 1usize..40, oldest in any::<bool>(),
        ) {
            let (mut token, mut all) = (1000, Vec::new());
            for (offset, step) in steps.into_iter().enumerate() {
                token += step * 2;
                all.push(past(offset as u64 + 1, token));
            }
            let (mut found, mut start): (Vec<u64>, Option<u64>) = (Vec::new(), None);
            loop {
                let query = match start {
                    Some(start) => format!("count={most}&reverse={oldest}&start={start}"),
                    None => format!("count={most}&reverse={oldest}"),
                };
                let asked = page(&query).unwrap();
                let fits = |past: &&Past| {
                    let token = past.timetoken.as_u64();
                    asked.from.is_none_or(|from| token >= from) && asked.before.is_none_or(|before| token < before)
                };
                let fitting: Vec<Past> = all.iter().filter(fits).cloned().collect();
                let mut limit = asked.limit;
                let messages = loop {
                    let count = fitting.len().min(limit + 1);
                    let read = if oldest { fitting[..count].to_vec() } else { fitting[fitting.len() - count..].to_vec() };
                    match whole(read, limit, oldest) {
                        Ok(messages) => break messages,
                        Err(_) => limit *= 4,
                    }
                };
                let Some(end) = (if oldest { messages.last() } else { messages.first() }) else { break };
                start = Some(end.timetoken.as_u64());
                let offsets = messages.iter().map(|past| past.offset);
                if oldest { found.extend(offsets) } else { found.splice(0..0, offsets); }
            }
            prop_assert_eq!(found, (1..=all.len() as u64).collect::<Vec<_>>());
        }
    }
}
