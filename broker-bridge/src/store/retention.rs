//! What has to go: for its age, for want of memory, for want of disk.

use eontide_wire::Timestamp;

use super::Store;
use super::channel::ChannelStore;
use super::group::Group;

/// Points dropped, by what had no room for them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Dropped {
    /// They left the window.
    pub age: usize,
    /// There was too little memory.
    pub memory: usize,
    /// There was too little disk.
    pub disk: usize,
}

impl Store {
    /// Drops what left the window, then what is too much for memory or disk.
    pub fn evict(&mut self, now: Timestamp) -> Dropped {
        let history_us = i64::try_from(self.limits.history.as_micros()).unwrap_or(i64::MAX);
        let horizon = Timestamp::from_micros(now.as_micros().saturating_sub(history_us));
        self.horizon = self.horizon.max(horizon);
        let age = self.channels.values_mut().map(|channel| channel.evict_before(horizon)).sum();
        // What is on disk takes no memory to speak of, and stays.
        let memory =
            self.shorten(self.limits.points_bytes, Group::memory, Group::rows_in_memory, Group::shorten_memory);
        // A fifth is for indexes, and for blocks that are dead in files that are not.
        let disk = self.shorten(self.limits.disk_bytes / 5 * 4, Group::disk_size, Group::rows, Group::shorten);
        self.shorten_columns();
        self.channels.retain(|_, channel| channel.series_count() > 0 || channel.last_message >= horizon);
        self.series = self.channels.values().map(ChannelStore::series_count).sum();
        Dropped { age, memory, disk }
    }

    /// Shortens the longest groups until all together take at most `bytes`; returns the number of points dropped.
    fn shorten(
        &mut self,
        bytes: usize,
        size: fn(&Group) -> usize,
        rows: fn(&Group) -> usize,
        cut: fn(&mut Group, usize) -> usize,
    ) -> usize {
        let mut all = 0;
        // More than once, since the newest rows take more than the average, which a level is made from.
        while let Some(level) = self.level(bytes, size, rows) {
            let cut = |group: &mut Group| cut(group, level.max(1));
            let dropped: usize = self.channels.values_mut().map(|channel| channel.each_group(cut)).sum();
            all += dropped;
            if dropped == 0 {
                break;
            }
        }
        all
    }

    /// The number of rows to which the longest groups are cut so that all together take at most `bytes`: who is below it
    /// keeps everything. `None` where they fit already.
    fn level(&self, bytes: usize, size: fn(&Group) -> usize, rows: fn(&Group) -> usize) -> Option<usize> {
        let groups = || self.channels.values().flat_map(ChannelStore::groups).filter(|group| rows(group) > 0);
        if groups().map(size).sum::<usize>() <= bytes {
            return None;
        }
        let mut groups: Vec<(usize, f64)> =
            groups().map(|group| (rows(group), size(group) as f64 / rows(group) as f64)).collect();
        groups.sort_by_key(|(rows, _)| *rows);
        // What one row of each group that is left takes, and the memory that is left for them.
        let mut row: f64 = groups.iter().map(|(_, row)| row).sum();
        let mut room = bytes as f64;
        for (rows, of_one) in groups {
            if rows as f64 * row > room {
                return Some((room / row) as usize);
            }
            room -= rows as f64 * of_one;
            row -= of_one;
        }
        None
    }
}
