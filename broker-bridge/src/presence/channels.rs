//! The sources of each channel, by id.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;

use eontide_wire::ChannelPattern;
use hashbrown::HashTable;

use super::slab::Slab;

/// One channel that has sources.
#[derive(Debug)]
pub(super) struct ChannelSources {
    pub(super) name: Arc<str>,
    /// Numbers of sources, by their ids: five bytes each, some seven with the room of the table.
    by_id: HashTable<u32>,
    /// How many of them are not down.
    pub(super) there: usize,
}

impl ChannelSources {
    pub(super) fn len(&self) -> usize {
        self.by_id.len()
    }

    pub(super) fn indices(&self) -> impl Iterator<Item = u32> {
        self.by_id.iter().copied()
    }
}

/// All channels that have sources.
#[derive(Debug, Default)]
pub(super) struct Channels {
    by_name: HashMap<Arc<str>, u32>,
    slots: Vec<ChannelSources>,
    free: Vec<u32>,
    hasher: RandomState,
}

impl Channels {
    pub(super) fn get(&self, number: u32) -> &ChannelSources {
        &self.slots[number as usize]
    }

    pub(super) fn get_mut(&mut self, number: u32) -> &mut ChannelSources {
        &mut self.slots[number as usize]
    }

    /// The source of this id.
    pub(super) fn find(&self, channel: &str, id: &str, slab: &Slab) -> Option<u32> {
        let of_channel = self.get(*self.by_name.get(channel)?);
        let is = |index: &u32| slab.get(*index).is_some_and(|source| source.id.is(id));
        of_channel.by_id.find(self.hasher.hash_one(id), is).copied()
    }

    /// The number of a channel, which gets one where it has none.
    pub(super) fn number(&mut self, channel: &str) -> u32 {
        if let Some(number) = self.by_name.get(channel) {
            return *number;
        }
        let name: Arc<str> = channel.into();
        let new = ChannelSources { name: Arc::clone(&name), by_id: HashTable::new(), there: 0 };
        let number = match self.free.pop() {
            Some(number) => {
                self.slots[number as usize] = new;
                number
            }
            None => {
                self.slots.push(new);
                (self.slots.len() - 1) as u32
            }
        };
        self.by_name.insert(name, number);
        number
    }

    /// Enters a source that is in the slab already.
    pub(super) fn enter(&mut self, index: u32, slab: &Slab) {
        let Some(source) = slab.get(index) else { return };
        let hash = |index: &u32| slab.get(*index).map_or(0, |source| self.hasher.hash_one(&*source.id));
        let of_channel = &mut self.slots[source.channel as usize];
        of_channel.by_id.insert_unique(hash(&index), index, hash);
        of_channel.there += usize::from(source.is_there());
    }

    /// Takes out a source that is in the slab still.
    pub(super) fn leave(&mut self, index: u32, slab: &Slab) {
        let Some(source) = slab.get(index) else { return };
        let of_channel = &mut self.slots[source.channel as usize];
        of_channel.there -= usize::from(source.is_there());
        if let Ok(found) = of_channel.by_id.find_entry(self.hasher.hash_one(&*source.id), |other| *other == index) {
            found.remove();
        }
        if of_channel.by_id.is_empty() {
            of_channel.by_id = HashTable::new();
            let name = Arc::clone(&of_channel.name);
            self.by_name.remove(&name);
            self.free.push(source.channel);
        }
    }

    /// Channels that `pattern` covers.
    pub(super) fn covered<'c>(&'c self, pattern: &'c ChannelPattern) -> impl Iterator<Item = &'c ChannelSources> {
        self.all().filter(|channel| pattern.matches(&channel.name))
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &ChannelSources> {
        self.by_name.values().map(|number| self.get(*number))
    }
}
