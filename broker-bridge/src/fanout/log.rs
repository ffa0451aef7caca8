//! The recent past in order of arrival: what viewers are brought up to date from.
//!
//! Every viewer has a cursor into this one log. A viewer that keeps up gets each tick's news, one that is slow gets
//! several ticks in one frame, one that comes back with `since` goes on where it was, and one that is further behind
//! than the log reaches is told of a gap and gets a new snapshot. So memory is one log, not viewers × messages.

use std::collections::VecDeque;
use std::sync::Arc;

use bytes::Bytes;
use eontide_wire::Timestamp;
use eontide_wire::viewer::{AlertView, SourceGroup, SourceView, Timetoken};

use crate::store::Shape;

/// A data message as stored.
#[derive(Debug)]
pub(crate) struct Item {
    pub(crate) channel: Arc<str>,
    /// The broker's timestamp.
    pub(crate) time: Timestamp,
    /// The same, finer.
    pub(crate) timetoken: Timetoken,
    pub(crate) blocks: Vec<ItemBlock>,
    /// As published, for raw views.
    pub(crate) payload: Bytes,
}

/// One block of an item; values column after column.
#[derive(Debug)]
pub(crate) struct ItemBlock {
    pub(crate) shape: Arc<Shape>,
    pub(crate) x: Vec<Timestamp>,
    pub(crate) values: Vec<f64>,
}

impl ItemBlock {
    /// Values of column `index`.
    pub(crate) fn column(&self, index: usize) -> &[f64] {
        let points = self.x.len();
        &self.values[index * points..(index + 1) * points]
    }
}

/// What happened.
#[derive(Clone, Debug)]
pub(crate) enum Event {
    /// A data message was stored, or (no blocks) could only be kept raw.
    Data(Arc<Item>),
    /// A source changed.
    Presence(Arc<SourceView>),
    /// Many sources came or went at once.
    Group(Arc<SourceGroup>),
    /// An alert began, or is over.
    Alert(Arc<AlertView>),
    /// We do not hear any more who is there, since this time; or we do again.
    Deaf(Option<Timestamp>),
}

impl Event {
    fn data(&self) -> Option<&Arc<Item>> {
        match self {
            Self::Data(item) => Some(item),
            Self::Presence(_) | Self::Group(_) | Self::Alert(_) | Self::Deaf(_) => None,
        }
    }
}

/// One event, with the position of the stream after it.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    /// JetStream sequence of the last data message up to and including this entry.
    pub(crate) offset: u64,
    pub(crate) event: Event,
}

/// The events of the last while, bounded in bytes.
#[derive(Debug)]
pub(crate) struct Log {
    entries: VecDeque<Entry>,
    /// Cursor of the first entry held.
    start: u64,
    bytes: usize,
    bytes_max: usize,
    /// Offset before the first entry: a viewer at or after it misses nothing.
    floor: u64,
}

impl Log {
    pub(crate) fn new(bytes_max: usize, floor: u64) -> Self {
        Self { entries: VecDeque::new(), start: 0, bytes: 0, bytes_max, floor }
    }

    /// The cursor after the newest entry.
    pub(crate) fn end(&self) -> u64 {
        self.start + self.entries.len() as u64
    }

    pub(crate) fn push(&mut self, entry: Entry) {
        self.bytes += cost(&entry);
        self.entries.push_back(entry);
        while self.bytes > self.bytes_max && self.entries.len() > 1 {
            if let Some(old) = self.entries.pop_front() {
                self.bytes -= cost(&old);
                self.start += 1;
                self.floor = self.floor.max(old.offset);
            }
        }
    }

    /// Forgets everything; cursors before now are behind.
    pub(crate) fn reset(&mut self, floor: u64) {
        self.start = self.end() + 1;
        self.entries.clear();
        (self.bytes, self.floor) = (0, floor);
    }

    /// At most `max` entries from `cursor` on; `None` where some of them are gone.
    pub(crate) fn since(&self, cursor: u64, max: usize) -> Option<Vec<Entry>> {
        let skip = cursor.checked_sub(self.start)?;
        Some(self.entries.range((skip as usize).min(self.entries.len())..).take(max).cloned().collect())
    }

    /// Offset before the first entry.
    pub(crate) fn floor(&self) -> u64 {
        self.floor
    }

    /// The data message at `offset`, where it is held.
    pub(crate) fn data_at(&self, offset: u64) -> Option<&Arc<Item>> {
        let first = self.entries.partition_point(|entry| entry.offset < offset);
        let same = self.entries.range(first..).take_while(|entry| entry.offset == offset);
        same.into_iter().find_map(|entry| entry.event.data())
    }

    /// At most `max` data messages after `offset`; `None` where some of them are gone.
    pub(crate) fn data_after(&self, offset: u64, max: usize) -> Option<Vec<(u64, Arc<Item>)>> {
        if offset < self.floor {
            return None;
        }
        let first = self.entries.partition_point(|entry| entry.offset <= offset);
        let entries = self.entries.range(first..);
        let data = entries.filter_map(|entry| Some((entry.offset, Arc::clone(entry.event.data()?))));
        Some(data.take(max).collect())
    }

    /// The cursor after the last entry at or before `offset`; `None` where entries after it are gone.
    pub(crate) fn cursor_after(&self, offset: u64) -> Option<u64> {
        if offset < self.floor {
            return None;
        }
        Some(self.start + self.entries.partition_point(|entry| entry.offset <= offset) as u64)
    }
}

/// Bytes an entry holds, its allocations included.
fn cost(entry: &Entry) -> usize {
    let event = match &entry.event {
        Event::Data(item) => {
            let blocks: usize = item.blocks.iter().map(|block| 64 + 8 * (block.x.len() + block.values.len())).sum();
            128 + item.payload.len() + blocks
        }
        Event::Presence(view) => presence_cost(view),
        Event::Alert(view) => 512 + view.text.len(),
        Event::Group(_) | Event::Deaf(_) => 256,
    };
    size_of::<Entry>() + event
}

fn presence_cost(view: &SourceView) -> usize {
    let text = |text: &Option<String>| text.as_ref().map_or(0, String::len);
    let series = view.series.iter().map(|info| 96 + info.name.len() + text(&info.unit) + text(&info.metric));
    let labels = view.labels.iter().map(|(key, value)| 64 + key.len() + value.len());
    let said = [&view.host, &view.program, &view.version, &view.reason].into_iter().map(text);
    512 + view.id.len() + view.channel.len() + series.chain(labels).chain(said).sum::<usize>()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(offset: u64) -> Entry {
        let (time, timetoken) = (Timestamp::default(), Timetoken::default());
        let item = Item { channel: "c".into(), time, timetoken, blocks: vec![], payload: Bytes::new() };
        Entry { offset, event: Event::Data(Arc::new(item)) }
    }

    fn offsets(entries: Option<Vec<Entry>>) -> Option<Vec<u64>> {
        entries.map(|entries| entries.iter().map(|entry| entry.offset).collect())
    }

    #[test]
    fn a_cursor_sees_exactly_what_came_after_it() {
        let mut log = Log::new(1 << 20, 10);
        let cursor = log.end();
        log.push(entry(11));
        log.push(entry(13));
        assert_eq!(offsets(log.since(cursor, 9)), Some(vec![11, 13]));
        assert_eq!(offsets(log.since(cursor + 1, 9)), Some(vec![13]));
        assert_eq!(offsets(log.since(cursor, 1)), Some(vec![11]));
        assert_eq!(offsets(log.since(log.end(), 9)), Some(vec![]));
    }

    #[test]
    fn an_offset_finds_its_cursor_or_a_gap() {
        let mut log = Log::new(1 << 20, 10);
        for offset in [11, 13, 13, 20] {
            log.push(entry(offset));
        }
        for (offset, rest) in [
            (9, None),
            (10, Some(vec![11, 13, 13, 20])),
            (11, Some(vec![13, 13, 20])),
            (12, Some(vec![13, 13, 20])),
            (13, Some(vec![20])),
            (20, Some(vec![])),
            (99, Some(vec![])),
        ] {
            assert_eq!(offsets(log.cursor_after(offset).and_then(|cursor| log.since(cursor, 9))), rest, "{offset}");
        }
    }

    #[test]
    fn what_is_pushed_out_is_a_gap_for_those_who_missed_it() {
        let mut log = Log::new(cost(&entry(0)) * 2, 0);
        let cursor = log.end();
        for offset in 1..=3 {
            log.push(entry(offset));
        }
        assert_eq!(offsets(log.since(cursor, 9)), None);
        assert_eq!(log.cursor_after(0), None);
        assert_eq!(offsets(log.cursor_after(1).and_then(|cursor| log.since(cursor, 9))), Some(vec![2, 3]));
    }

    #[test]
    fn data_is_found_by_its_offset_among_other_events() {
        let mut log = Log::new(1 << 20, 10);
        for offset in [11, 13, 20] {
            let source = SourceView {
                id: "a".into(),
                epoch: eontide_wire::Epoch(1),
                channel: "c".into(),
                state: eontide_wire::viewer::SourceState::Up,
                since: 0,
                last_seen: 0,
                reason: None,
                cause: None,
                host: None,
                pid: None,
                program: None,
                version: None,
                interval_ms: None,
                lives: 1,
                lost: 0,
                dropped: 0,
                labels: Default::default(),
                series: vec![],
            };
            log.push(entry(offset));
            log.push(Entry { offset, event: Event::Presence(Arc::new(source)) });
        }
        let after = |offset, max| {
            let data = log.data_after(offset, max)?;
            Some(data.into_iter().map(|(offset, _)| offset).collect::<Vec<_>>())
        };
        assert_eq!(after(9, 9), None);
        assert_eq!(after(10, 9), Some(vec![11, 13, 20]));
        assert_eq!(after(11, 1), Some(vec![13]));
        assert_eq!(after(99, 9), Some(vec![]));
        assert!(log.data_at(13).is_some() && log.data_at(12).is_none() && log.data_at(21).is_none());
    }

    #[test]
    fn a_reset_leaves_every_cursor_behind() {
        let mut log = Log::new(1 << 20, 0);
        log.push(entry(1));
        let cursor = log.end();
        log.reset(0);
        assert_eq!(offsets(log.since(cursor, 9)), None);
        assert_eq!(offsets(log.since(log.end(), 9)), Some(vec![]));
    }
}
