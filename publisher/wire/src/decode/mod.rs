//! Bytes from the channel → [`DataMessage`], or a [`Reject`] with its reason.
//!
//! First the plain form that publishers write, then, for whatever is not like that, one pass of serde. Names borrow from the
//! payload, values of all columns of a block share one allocation. What can be allocated is bounded by the payload, whose size is checked first. Nothing here panics whatever arrives.
//!
//! * `plain`: the usual message, fast · `value`: one value or time, leniently read · `columns`: form `columns` ·
//!   `rows`: forms `eon`, `eons`, `json`

mod columns;
mod plain;
mod rows;
mod value;

use std::borrow::Cow;
use std::cell::RefCell;
use std::fmt;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, Visitor};

use self::columns::{ColumnsSeed, RawBlock};
use self::rows::{Row, RowSeed, RowsSeed};
use self::value::{Key, Skip};
use crate::limits::MESSAGE_BYTES_MAX;
use crate::message::{Block, DataMessage};
use crate::{Origin, Reason, Reject, Timestamp};

/// Reads one data message. `received` is the broker's timestamp: the x of points that bring none, and the clock that
/// bounds the x of those that do.
pub fn decode(payload: &[u8], received: Timestamp) -> Result<DataMessage<'_>, Reject> {
    if payload.len() > MESSAGE_BYTES_MAX {
        return Err(Reject::new(
            Reason::TooLarge,
            format!(
                "{} bytes, {MESSAGE_BYTES_MAX} is the limit: send fewer columns or values per message",
                payload.len()
            ),
        ));
    }
    if let Some(message) = plain::read(payload, received) {
        return Ok(message);
    }
    match decode_json(payload, received) {
        Err(reject) if reject.reason == Reason::BadJson => match mask_non_finite(payload) {
            Some(masked) => decode_json(&masked, received).map(DataMessage::into_owned).map_err(|_| reject),
            None => Err(reject),
        },
        decoded => decoded,
    }
}

fn decode_json(payload: &[u8], received: Timestamp) -> Result<DataMessage<'_>, Reject> {
    let context = Context { received, reject: RefCell::new(None) };
    let mut json = serde_json::Deserializer::from_slice(payload);
    let parsed = MessageSeed(&context).deserialize(&mut json).and_then(|raw| json.end().map(|()| raw));
    match parsed {
        Ok(raw) => raw.assemble(received),
        Err(error) => Err(context.reject.into_inner().unwrap_or_else(|| from_serde(&error))),
    }
}

/// Python and others write bare `NaN` and `Infinity`, which JSON lacks; a gap is what they mean.
fn mask_non_finite(payload: &[u8]) -> Option<Vec<u8>> {
    let mut masked = payload.to_vec();
    let (mut at, mut in_string, mut found) = (0, false, false);
    while at < masked.len() {
        match masked[at] {
            b'\\' if in_string => at += 1,
            b'"' => in_string = !in_string,
            b'N' | b'I' if !in_string => {
                let word: &[u8] = if masked[at..].starts_with(b"NaN") { b"NaN" } else { b"Infinity" };
                if !masked[at..].starts_with(word) {
                    return None;
                }
                let start = if at > 0 && masked[at - 1] == b'-' { at - 1 } else { at };
                let end = at + word.len();
                // One digit as place-holder would be a value; an empty string is a gap and fits in every word.
                masked[start..end].fill(b' ');
                masked[start..start + 2].copy_from_slice(b"\"\"");
                found = true;
                at = end - 1;
            }
            _ => {}
        }
        at += 1;
    }
    found.then_some(masked)
}

fn from_serde(error: &serde_json::Error) -> Reject {
    let detail = error.to_string();
    let reason = match error.classify() {
        _ if detail.contains("recursion limit") => Reason::TooDeep,
        serde_json::error::Category::Data => Reason::BadShape,
        _ => Reason::BadJson,
    };
    Reject::new(reason, detail)
}

/// What the seeds of one message share.
struct Context {
    received: Timestamp,
    /// Set by the seed that stops the decode; serde's own errors carry only text.
    reject: RefCell<Option<Reject>>,
}

impl Context {
    fn fail<E: serde::de::Error>(&self, reason: Reason, detail: impl Into<String>) -> E {
        self.fail_with(Reject::new(reason, detail))
    }

    fn fail_with<E: serde::de::Error>(&self, reject: Reject) -> E {
        let error = E::custom(&reject);
        self.reject.borrow_mut().get_or_insert(reject);
        error
    }
}

/// A message as parsed, before its blocks are put together.
#[derive(Default)]
struct RawMessage<'a> {
    columns: Option<RawBlock<'a>>,
    rows: Vec<Row<'a>>,
    last_row: Option<Row<'a>>,
    from: Option<Origin>,
}

impl<'a> RawMessage<'a> {
    fn assemble(self, received: Timestamp) -> Result<DataMessage<'a>, Reject> {
        let mut blocks: Vec<Block<'a>> = Vec::with_capacity(1);
        blocks.extend(self.columns.and_then(|raw| raw.into_block(received)));
        rows::append_blocks(&mut blocks, self.rows.into_iter().chain(self.last_row), received);
        if blocks.is_empty() {
            return Err(Reject::new(
                Reason::NoData,
                "no column with a value: send {\"columns\":[[name,value],[\"x\",time]]}",
            ));
        }
        Ok(DataMessage { blocks, from: self.from })
    }
}

struct MessageSeed<'c>(&'c Context);

impl<'de> DeserializeSeed<'de> for MessageSeed<'_> {
    type Value = RawMessage<'de>;
    fn deserialize<D: Deserializer<'de>>(self, d: D) -> Result<Self::Value, D::Error> {
        d.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for MessageSeed<'_> {
    type Value = RawMessage<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with \"columns\", \"eon\", \"eons\" or \"json\"")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let context = self.0;
        let mut message = RawMessage::default();
        let mut known = false;
        while let Some(key) = map.next_key_seed(Key)? {
            match key.as_ref() {
                "columns" => message.columns = Some(map.next_value_seed(ColumnsSeed(context))?),
                "eon" | "json" => message.last_row = Some(map.next_value_seed(RowSeed(context))?),
                "eons" => message.rows = map.next_value_seed(RowsSeed(context))?,
                "from" => {
                    message.from = map.next_value_seed(OriginSeed(context))?;
                    continue;
                }
                _ => {
                    map.next_value_seed(Skip { context, depth: 1 })?;
                    continue;
                }
            }
            known = true;
        }
        if known {
            Ok(message)
        } else {
            Err(A::Error::custom("an object without \"columns\", \"eon\", \"eons\" or \"json\""))
        }
    }
}

struct OriginSeed<'c>(&'c Context);

impl<'de> DeserializeSeed<'de> for OriginSeed<'_> {
    type Value = Option<Origin>;
    fn deserialize<D: Deserializer<'de>>(self, d: D) -> Result<Self::Value, D::Error> {
        Option::<Origin>::deserialize(d).map_err(|error| self.0.fail(Reason::BadOrigin, error.to_string()))
    }
}

impl DataMessage<'_> {
    /// The same message, borrowing nothing.
    pub fn into_owned(self) -> DataMessage<'static> {
        let owned = |block: Block<'_>| Block {
            names: block.names.into_iter().map(|name| Cow::Owned(name.into_owned())).collect(),
            values: block.values,
            x: block.x,
        };
        DataMessage { blocks: self.blocks.into_iter().map(owned).collect(), from: self.from }
    }
}

#[cfg(test)]
mod tests;
