//! The sources of each channel, by id.

use std::hash::BuildHasher;
use std::hint::black_box;
use std::sync::Arc;

use eontide_wire::ChannelPattern;
use hashbrown::{DefaultHashBuilder, HashMap, HashTable};

use super::slab::Slab;
use super::source::Source;

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
    /// Seeded anew in each bridge.
    hasher: DefaultHashBuilder,
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

    /// Reads a little of each source that a batch is about to touch. Among many sources each lies in memory that no cache has;
    /// one after the other they are waited for one by one, here the processor asks for several at once.
    pub(super) fn warm<'b>(&self, batch: impl Iterator<Item = (&'b str, &'b str)>, slab: &Slab) {
        let mut last: Option<(&str, &HashTable<u32>)> = None;
        let mut read = 0;
        for (channel, id) in batch {
            let known = last.filter(|(name, _)| *name == channel);
            let found = known.or_else(|| Some((channel, &self.get(*self.by_name.get(channel)?).by_id)));
            let Some((_, by_id)) = found else { continue };
            last = found;
            by_id.find(self.hasher.hash_one(id), |index| {
                read ^= slab.get(*index).map_or(0, Source::glance);
                true
            });
        }
        black_box(read);
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
