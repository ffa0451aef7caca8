//! Snapshot and update as little-endian binary, sub-protocol `eontide.v1.bin`.
//!
//! ```text
//! u8 0xE0 | u8 kind (1 snapshot, 2 update, 3 resumed snapshot; 4, 5: density) | u16 messages | u32 sub | u64 epoch | u64 offset
//! f64 now_ms | u64 window_ms | u32 sources_len | sources as JSON | u32 block_count
//! per block:  u32 series_count | u32 point_count | f64 x_ms × points
//! per series: u16 name_len | name | f64 value × points        (NaN is a gap)
//! ```
//! `messages` of an update: messages of the stream that have part in it, 65,535 where there are more; 0 in a snapshot.
//! No alignment is promised. Numbers are the same as in JSON, bit for bit.

use super::Position;
use super::frame::{Data, DataKind};
use crate::Timestamp;

/// First byte of every binary frame.
pub const MAGIC: u8 = 0xE0;

/// What every binary frame begins with, up to the sources.
pub(super) struct Head {
    pub(super) kind: u8,
    pub(super) messages: u64,
    pub(super) sub: u32,
    pub(super) position: Position,
    pub(super) now: Timestamp,
    pub(super) window_ms: u64,
}

impl Head {
    /// The head and the sources behind it.
    pub(super) fn write(&self, sources: &[u8]) -> Vec<u8> {
        let mut out = Vec::with_capacity(64 + sources.len());
        out.extend_from_slice(&[MAGIC, self.kind]);
        out.extend_from_slice(&u16::try_from(self.messages).unwrap_or(u16::MAX).to_le_bytes());
        out.extend_from_slice(&self.sub.to_le_bytes());
        out.extend_from_slice(&self.position.epoch.0.to_le_bytes());
        out.extend_from_slice(&self.position.offset.to_le_bytes());
        out.extend_from_slice(&self.now.as_millis_f64().to_le_bytes());
        out.extend_from_slice(&self.window_ms.to_le_bytes());
        out.extend_from_slice(&(sources.len() as u32).to_le_bytes());
        out.extend_from_slice(sources);
        out
    }
}

impl Data<'_> {
    /// The frame as binary.
    pub fn to_binary(&self) -> Vec<u8> {
        let (kind, messages, window_ms, sources) = match &self.kind {
            DataKind::Snapshot { window_ms, sources, resumed } => {
                (if *resumed { 3 } else { 1 }, 0, *window_ms, serde_json::to_vec(sources).unwrap_or_default())
            }
            DataKind::Update { messages } => (2, *messages, 0, Vec::new()),
        };
        let head = Head { kind, messages, sub: self.sub, position: self.position, now: self.now, window_ms };
        let mut out = head.write(&sources);
        out.reserve(self.binary_hint());
        out.extend_from_slice(&(self.blocks.len() as u32).to_le_bytes());
        for block in self.blocks {
            out.extend_from_slice(&(block.columns.len() as u32).to_le_bytes());
            out.extend_from_slice(&(block.x.len() as u32).to_le_bytes());
            for time in block.x {
                out.extend_from_slice(&time.as_millis_f64().to_le_bytes());
            }
            for (name, values) in &block.columns {
                // Names are bounded by NAME_BYTES_MAX.
                out.extend_from_slice(&(name.len() as u16).to_le_bytes());
                out.extend_from_slice(name.as_bytes());
                for value in *values {
                    out.extend_from_slice(&value.to_le_bytes());
                }
            }
        }
        out
    }

    fn binary_hint(&self) -> usize {
        self.blocks.iter().map(|block| 8 + (block.columns.len() + 1) * (32 + 8 * block.x.len())).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::super::BlockRef;
    use super::*;
    use crate::Epoch;

    #[test]
    fn an_update_has_the_documented_bytes() {
        let x = [Timestamp::from_millis(1_763_683_200_123)];
        let blocks = [BlockRef { x: &x, columns: vec![("ab", &[1.5])] }];
        let data = Data {
            sub: 7,
            kind: DataKind::Update { messages: 258 },
            position: Position { epoch: Epoch(5), offset: 9 },
            now: x[0],
            blocks: &blocks,
        };
        let bytes = data.to_binary();
        assert_eq!(bytes.len(), 4 + 4 + 8 + 8 + 8 + 8 + 4 + 4 + 8 + 8 + 2 + 2 + 8);
        assert_eq!(bytes[..8], [0xE0, 2, 2, 1, 7, 0, 0, 0]);
        assert_eq!(bytes[bytes.len() - 8..], 1.5f64.to_le_bytes());
        assert_eq!(bytes[bytes.len() - 12..bytes.len() - 8], *b"\x02\0ab");
        for (messages, written) in [(0, [0, 0]), (65_535, [0xff, 0xff]), (65_536, [0xff, 0xff])] {
            let data = Data { kind: DataKind::Update { messages }, ..data.clone() };
            assert_eq!(data.to_binary()[2..4], written, "{messages}");
        }
    }
}
