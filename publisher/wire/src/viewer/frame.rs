//! What a viewer gets, as JSON text. Points are written by hand, the rare frames by serde.

use serde::Serialize;

use super::{AlertView, Position, SourceGroup, SourceView, Timetoken};
use crate::Timestamp;
use crate::number::{push_integer, push_scaled, push_string, push_value};

/// Columns of equal length over one x, borrowed from where they are kept.
#[derive(Clone, Debug)]
pub struct BlockRef<'a> {
    /// The time of each point, ascending.
    pub x: &'a [Timestamp],
    /// Name and values of each column.
    pub columns: Vec<(&'a str, &'a [f64])>,
}

/// Which frame carries the points.
#[derive(Clone, Debug)]
pub enum DataKind<'a> {
    /// All that is known of the window.
    Snapshot {
        /// Length of the window.
        window_ms: u64,
        /// The sources of what is watched.
        sources: &'a [SourceView],
        /// Only what came after `since`: append instead of replacing.
        resumed: bool,
    },
    /// What came after the frame before.
    Update {
        /// Messages of the stream that have part in it.
        messages: u64,
    },
}

/// A snapshot or an update.
#[derive(Clone, Debug)]
pub struct Data<'a> {
    /// The client's subscription.
    pub sub: u32,
    /// Snapshot or update.
    pub kind: DataKind<'a>,
    /// Of the last message included.
    pub position: Position,
    /// The bridge's wall clock.
    pub now: Timestamp,
    /// The points.
    pub blocks: &'a [BlockRef<'a>],
}

impl Data<'_> {
    /// The frame as JSON text.
    pub fn to_json(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(256 + self.size_hint());
        let kind = match self.kind {
            DataKind::Snapshot { .. } => "snapshot",
            DataKind::Update { .. } => "update",
        };
        push_prelude(&mut out, self.sub, kind, self.position, self.now);
        match &self.kind {
            DataKind::Snapshot { window_ms, sources, resumed } => {
                out.extend_from_slice(b",\"window_ms\":");
                push_integer(&mut out, *window_ms as i64);
                if *resumed {
                    out.extend_from_slice(b",\"resumed\":true");
                }
                out.extend_from_slice(b",\"sources\":");
                // Writing plain structs to a Vec cannot fail.
                let _ = serde_json::to_writer(&mut out, sources);
            }
            DataKind::Update { messages } => {
                out.extend_from_slice(b",\"messages\":");
                push_integer(&mut out, *messages as i64);
            }
        }
        out.extend_from_slice(b",\"blocks\":");
        push_blocks(&mut out, self.blocks);
        out.push(b'}');
        out
    }

    fn size_hint(&self) -> usize {
        self.blocks.iter().map(|block| (block.columns.len() + 1) * (24 + 12 * block.x.len())).sum()
    }
}

/// Appends what every frame with points begins with.
pub(super) fn push_prelude(out: &mut Vec<u8>, sub: u32, kind: &str, position: Position, now: Timestamp) {
    out.extend_from_slice(b"{\"sub\":");
    push_integer(out, i64::from(sub));
    out.extend_from_slice(b",\"type\":\"");
    out.extend_from_slice(kind.as_bytes());
    out.extend_from_slice(b"\",\"position\":{\"epoch\":");
    push_integer(out, position.epoch.0 as i64);
    out.extend_from_slice(b",\"offset\":");
    push_integer(out, position.offset as i64);
    out.extend_from_slice(b"},\"now\":");
    push_scaled(out, now.as_micros(), 3);
}

/// Appends `[{"columns":[…]},…]`, x in milliseconds and last.
pub fn push_blocks(out: &mut Vec<u8>, blocks: &[BlockRef<'_>]) {
    out.push(b'[');
    for (index, block) in blocks.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        out.extend_from_slice(b"{\"columns\":[");
        for (name, values) in &block.columns {
            out.push(b'[');
            push_string(out, name);
            for value in *values {
                out.push(b',');
                push_value(out, *value);
            }
            out.extend_from_slice(b"],");
        }
        out.extend_from_slice(b"[\"x\"");
        for time in block.x {
            out.push(b',');
            push_scaled(out, time.as_micros(), 3);
        }
        out.extend_from_slice(b"]]}");
    }
    out.push(b']');
}

impl RawItem<'_> {
    /// The payload as JSON, untouched; text where it is no JSON.
    pub fn message(payload: &[u8]) -> Box<serde_json::value::RawValue> {
        let text = String::from_utf8_lossy(payload);
        serde_json::from_str(&text).or_else(|_| serde_json::value::to_raw_value(&text)).unwrap_or_default()
    }
}

/// The frames without points.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Frame<'a> {
    /// Sources whose state changed.
    Presence {
        /// The client's subscription.
        sub: u32,
        /// The bridge's wall clock, ms.
        now: f64,
        /// Only those that changed.
        sources: &'a [SourceView],
        /// Where very many of a machine came or went at once: how many, instead of one by one.
        #[serde(skip_serializing_if = "<[SourceGroup]>::is_empty")]
        groups: &'a [SourceGroup],
        /// Present where that changed: does the bridge hear who is there? Where not, sources that are not known to be down
        /// are unknown.
        #[serde(skip_serializing_if = "Option::is_none")]
        hearing: Option<bool>,
        /// When it heard last, ms, where it does not any more.
        #[serde(skip_serializing_if = "Option::is_none")]
        as_of: Option<f64>,
    },
    /// Alerts that began or are over, in the order in which that was said.
    Alert {
        /// The client's subscription.
        sub: u32,
        /// The bridge's wall clock, ms.
        now: f64,
        /// All that there is to know, instead of what is known; else news.
        #[serde(skip_serializing_if = "std::ops::Not::not")]
        snapshot: bool,
        /// Those of the channel, and those of all.
        alerts: &'a [AlertView],
    },
    /// A page of sources that was asked for.
    Sources {
        /// The client's number.
        sub: u32,
        /// The bridge's wall clock, ms.
        now: f64,
        /// How many fit.
        total: usize,
        /// How many stand before the first of the page.
        offset: usize,
        /// Does the bridge hear who is there?
        hearing: bool,
        /// When it heard last, ms, where it does not.
        as_of: Option<f64>,
        /// By channel and id.
        sources: &'a [SourceView],
    },
    /// Something could not be delivered.
    Gap {
        /// The client's subscription.
        sub: u32,
        /// `slow_consumer`, `retention` or `new_epoch`.
        reason: &'static str,
        /// For people.
        message: &'a str,
        /// Last position delivered before.
        from: Option<Position>,
        /// First position delivered after.
        to: Option<Position>,
    },
    /// Messages as published.
    Messages {
        /// The client's subscription.
        sub: u32,
        /// Of the last item.
        position: Position,
        /// In order of offset.
        items: Vec<RawItem<'a>>,
    },
    /// A request failed; ends that subscription only.
    Error {
        /// The subscription meant, where it is known.
        #[serde(skip_serializing_if = "Option::is_none")]
        sub: Option<u32>,
        /// For programs.
        kind: &'a str,
        /// For people.
        message: &'a str,
    },
    /// The socket is about to close.
    Closing {
        /// WebSocket close code.
        code: u16,
        /// For people.
        reason: &'a str,
        /// Should the viewer come back?
        reconnect: bool,
    },
    /// Answer to a ping.
    Pong {
        /// The number of the ping.
        pong: u64,
    },
}

/// One message as published.
#[derive(Clone, Debug, Serialize)]
pub struct RawItem<'a> {
    /// JetStream sequence.
    pub offset: u64,
    /// The broker's timestamp, ms.
    pub time: f64,
    /// The same to 200 ns, as 17 digits.
    pub timetoken: Timetoken,
    /// Where it was published.
    pub channel: &'a str,
    /// The payload: JSON as it came, or its text where it is none.
    pub message: Box<serde_json::value::RawValue>,
}

impl Frame<'_> {
    /// The frame as JSON text.
    pub fn to_json(&self) -> Vec<u8> {
        // Plain structs and checked numbers: serialising cannot fail.
        serde_json::to_vec(self).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Epoch;

    #[test]
    fn an_update_is_the_text_of_the_design() {
        let x = [Timestamp::from_micros(1_763_683_200_123_000), Timestamp::from_micros(1_763_683_200_123_500)];
        let blocks = [BlockRef { x: &x, columns: vec![("a", &[1.0, f64::NAN])] }];
        let data = Data {
            sub: 1,
            kind: DataKind::Update { messages: 2 },
            position: Position { epoch: Epoch(5), offset: 9 },
            now: x[0],
            blocks: &blocks,
        };
        assert_eq!(
            String::from_utf8(data.to_json()).unwrap(),
            r#"{"sub":1,"type":"update","position":{"epoch":5,"offset":9},"now":1763683200123,"messages":2,"blocks":[{"columns":[["a",1,null],["x",1763683200123,1763683200123.5]]}]}"#
        );
    }

    #[test]
    fn rare_frames_name_their_type() {
        let closing = Frame::Closing { code: 1001, reason: "going away", reconnect: true };
        assert_eq!(
            String::from_utf8(closing.to_json()).unwrap(),
            r#"{"type":"closing","code":1001,"reason":"going away","reconnect":true}"#
        );
        assert_eq!(String::from_utf8(Frame::Pong { pong: 3 }.to_json()).unwrap(), r#"{"type":"pong","pong":3}"#);
    }
}
