//! What a raw view begins with: the last messages of a window, or all since the viewer left.

use eontide_wire::ChannelPattern;
use eontide_wire::viewer::Timetoken;

use super::stored::{Past, Wanted, bounds, offset_at, read};
use crate::broker::Broker;

/// Bytes kept; past it the oldest go first.
const BYTES_MAX: usize = 32 << 20;

/// Where to begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum From {
    /// After this offset.
    After(u64),
    /// At this time.
    Time(eontide_wire::Timestamp),
}

/// What was read.
#[derive(Clone, Debug, Default)]
pub struct Replayed {
    /// In order.
    pub messages: Vec<Past>,
    /// Some messages after the beginning are missing: too many, or gone from the stream.
    pub cut: bool,
}

/// The last `limit` messages of `pattern` from `from` up to and including `until`, in order.
pub async fn replay(
    broker: &Broker,
    pattern: &ChannelPattern,
    from: From,
    until: u64,
    limit: usize,
) -> Result<Replayed, String> {
    let (after, gone) = match from {
        From::After(offset) => (offset, bounds(broker).await?.0 > offset + 1),
        From::Time(time) => {
            let token = Timetoken::from_nanos(i128::from(time.as_micros()) * 1000);
            (offset_at(broker, token).await?.saturating_sub(1), false)
        }
    };
    let wanted = Wanted { subjects: pattern.subjects(), after, until, limit, bytes_max: BYTES_MAX, oldest: false };
    let read = read(broker, &wanted).await?;
    Ok(Replayed { messages: read.messages, cut: read.more || gone })
}
