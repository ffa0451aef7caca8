//! Points that were read, put together in messages: rows of equal columns share one, so that a file of short lines does
//! not become as many messages.

use std::collections::HashMap;

use bytes::Bytes;
use eontide_wire::limits::{MESSAGE_BYTES_MAX, VALUES_PER_COLUMN_MAX};
use eontide_wire::viewer::BlockRef;
use eontide_wire::{Block, ChannelPattern, Timestamp, encode};
use serde::Serialize;

use super::super::format::eon::each_message;

/// Rejected lines that are named; all are counted.
const REJECTED_MAX: usize = 100;
/// Values of one batch; written they are about half of the largest message.
const VALUES_MAX: usize = 8192;
/// Sets of columns that are gathered at once: the processes of one file, say.
const BATCHES_MAX: usize = 64;

/// A message that is ready to be published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Ready {
    pub(super) payload: Bytes,
    pub(super) part: Part,
}

/// What a message holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) points: u64,
    /// The first line of which something is in it; lines are counted from 1.
    pub(super) first_line: u64,
}

/// A line that was not taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Rejected {
    pub(super) line: u64,
    pub(super) reason: String,
}

/// Rows in the making, messages that are ready, and lines that were not taken.
#[derive(Debug)]
pub(super) struct Batches {
    open: HashMap<String, Batch>,
    bytes_max: usize,
    ready: Vec<Ready>,
    /// The first of them.
    pub(super) rejected: Vec<Rejected>,
    pub(super) rejected_total: u64,
    /// Lines of channels that were not asked for.
    pub(super) skipped_total: u64,
    channels: Channels,
}

#[derive(Debug)]
struct Batch {
    names: Vec<String>,
    x: Vec<Timestamp>,
    columns: Vec<Vec<f64>>,
    first_line: u64,
}

/// Which lines are taken, by the channel they name.
#[derive(Debug)]
enum Channels {
    Only(ChannelPattern),
    /// That of the first line that names one.
    First(Option<String>),
}

impl Batches {
    /// Messages of at most `payload_max` bytes and within the limits of the wire; lines of `only` or of one channel.
    pub(super) fn new(payload_max: usize, only: Option<ChannelPattern>) -> Self {
        Self {
            open: HashMap::new(),
            bytes_max: payload_max.min(MESSAGE_BYTES_MAX),
            ready: Vec::new(),
            rejected: Vec::new(),
            rejected_total: 0,
            skipped_total: 0,
            channels: only.map_or(Channels::First(None), Channels::Only),
        }
    }

    /// Is a line of this channel taken? Where not, it is counted here.
    pub(super) fn takes(&mut self, channel: &str, line: u64) -> bool {
        match &mut self.channels {
            Channels::Only(pattern) if pattern.matches(channel) => true,
            Channels::Only(_) => {
                self.skipped_total += 1;
                false
            }
            Channels::First(Some(first)) if *first == channel => true,
            Channels::First(Some(first)) => {
                let reason = format!(
                    "of channel {channel:.80?}, lines before it of {first:.80?}: import each by itself with only=<channel>"
                );
                self.reject(line, reason);
                false
            }
            Channels::First(first) => {
                *first = Some(channel.to_owned());
                true
            }
        }
    }

    /// Notes a line that was not taken.
    pub(super) fn reject(&mut self, line: u64, reason: impl Into<String>) {
        self.rejected_total += 1;
        if self.rejected.len() < REJECTED_MAX {
            self.rejected.push(Rejected { line, reason: reason.into() });
        }
    }

    /// Takes the points of one line, or of lines from this one on.
    pub(super) fn add(&mut self, block: &Block<'_>, line: u64) {
        // Names hold no line feeds.
        let key = block.names.join("\n");
        if !self.open.contains_key(&key) && self.open.len() >= BATCHES_MAX {
            self.write_oldest();
        }
        let names = || block.names.iter().map(|name| name.clone().into_owned()).collect();
        let batch = self.open.entry(key).or_insert_with(|| Batch {
            names: names(),
            x: Vec::new(),
            columns: vec![Vec::new(); block.names.len()],
            first_line: line,
        });
        batch.x.extend_from_slice(&block.x);
        for (column, (_, values)) in batch.columns.iter_mut().zip(block.columns()) {
            column.extend_from_slice(values);
        }
        if batch.x.len() * batch.columns.len() >= VALUES_MAX || batch.x.len() >= VALUES_PER_COLUMN_MAX {
            let key = block.names.join("\n");
            self.write(&key);
        }
    }

    /// Nothing more comes.
    pub(super) fn finish(&mut self) {
        while !self.open.is_empty() {
            self.write_oldest();
        }
    }

    /// The messages that are ready, in an order that the file alone decides.
    pub(super) fn take_ready(&mut self) -> Vec<Ready> {
        std::mem::take(&mut self.ready)
    }

    /// The first line of which something is still in the making.
    pub(super) fn first_open_line(&self) -> Option<u64> {
        let open = self.open.values().map(|batch| batch.first_line);
        open.chain(self.ready.iter().map(|ready| ready.part.first_line)).min()
    }

    fn write_oldest(&mut self) {
        // The key decides between batches that begin in one line.
        let oldest = self.open.iter().min_by_key(|(key, batch)| (batch.first_line, *key)).map(|(key, _)| key.clone());
        if let Some(key) = oldest {
            self.write(&key);
        }
    }

    fn write(&mut self, key: &str) {
        let Some(batch) = self.open.remove(key) else { return };
        let columns = batch.names.iter().zip(&batch.columns).map(|(name, values)| (name.as_str(), values.as_slice()));
        let block = BlockRef { x: &batch.x, columns: columns.collect() };
        each_message(&block, self.bytes_max, &data_message, &mut |payload, block| {
            let points = (block.x.len() * block.columns.len()) as u64;
            let part = Part { points, first_line: batch.first_line };
            self.ready.push(Ready { payload: payload.into(), part });
        });
    }
}

/// Without an origin: what is imported is no sign of life of a source.
fn data_message(block: &BlockRef<'_>) -> Vec<u8> {
    let mut out = Vec::new();
    encode::data_message(&mut out, block.columns.iter().copied(), block.x, None);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: i64 = 1_763_683_200_000_000;

    fn block(names: &[&str], at: i64, value: f64) -> Block<'static> {
        let names: Vec<_> = names.iter().map(|name| (*name).to_owned().into()).collect();
        let values = vec![value; names.len()];
        Block { names, values, x: vec![Timestamp::from_micros(START + at)] }
    }

    #[test]
    fn rows_of_equal_columns_share_a_message_whatever_stands_between_them() {
        let mut batches = Batches::new(usize::MAX, None);
        for n in 0..5000u16 {
            batches.add(&block(&["a", "b"], n.into(), n.into()), u64::from(n) * 2 + 1);
            batches.add(&block(&["c"], n.into(), n.into()), u64::from(n) * 2 + 2);
        }
        assert_eq!(batches.first_open_line(), Some(1));
        batches.finish();
        let ready = batches.take_ready();
        assert_eq!(ready.len(), 3, "{:?}", ready.iter().map(|ready| ready.part).collect::<Vec<_>>());
        assert_eq!(ready.iter().map(|ready| ready.part.points).sum::<u64>(), 15_000);
        assert_eq!(batches.first_open_line(), None);
        let read = eontide_wire::decode(&ready[0].payload, Timestamp::from_micros(START)).unwrap();
        assert_eq!((read.blocks[0].names.len(), read.blocks[0].column(1)[7], read.from), (2, 7.0, None));
    }

    #[test]
    fn no_more_sets_of_columns_are_open_than_may_be_and_the_oldest_goes_first() {
        let mut batches = Batches::new(usize::MAX, None);
        for n in 0..=BATCHES_MAX {
            batches.add(&block(&[&format!("s{n}")], 0, 1.0), n as u64 + 1);
        }
        assert_eq!(batches.open.len(), BATCHES_MAX);
        assert_eq!(batches.take_ready()[0].part, Part { points: 1, first_line: 1 });
        assert_eq!(batches.first_open_line(), Some(2));
    }

    #[test]
    fn lines_of_several_channels_are_not_mixed_unless_asked_for() {
        let mut batches = Batches::new(usize::MAX, None);
        let taken: Vec<bool> = ["a", "a", "b", "a"].iter().zip(1..).map(|(c, line)| batches.takes(c, line)).collect();
        assert_eq!((taken, batches.rejected_total, batches.rejected[0].line), (vec![true, true, false, true], 1, 3));
        let mut batches = Batches::new(usize::MAX, Some(ChannelPattern::new("a.*").unwrap()));
        let taken: Vec<bool> = ["a", "a.b", "b"].iter().zip(1..).map(|(c, line)| batches.takes(c, line)).collect();
        assert_eq!((taken, batches.rejected_total, batches.skipped_total), (vec![false, true, false], 0, 2));
    }

    #[test]
    fn the_first_hundred_rejects_are_named_and_all_counted() {
        let mut batches = Batches::new(usize::MAX, None);
        for line in 1..=250 {
            batches.reject(line, "no");
        }
        assert_eq!((batches.rejected.len(), batches.rejected_total), (REJECTED_MAX, 250));
    }
}
