//! What sources say of themselves, kept once for all that say the same: machine, program, version, labels.

use std::collections::{BTreeMap, HashMap};
use std::hash::BuildHasher;
use std::sync::Arc;

use eontide_wire::Hello;
use hashbrown::DefaultHashBuilder;

/// What many sources have in common.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct About {
    pub(crate) host: Option<Arc<str>>,
    pub(crate) program: Option<Box<str>>,
    pub(crate) version: Option<Box<str>>,
    pub(crate) labels: BTreeMap<String, String>,
}

#[derive(Debug)]
struct Slot {
    about: Arc<About>,
    users: u32,
    /// Of what was said: most hellos say it again, and that is seen without reading it where it is kept.
    hash: u64,
}

/// All that is said, by number. Number 0 is nothing.
#[derive(Debug)]
pub(super) struct Abouts {
    by_content: HashMap<Arc<About>, u32>,
    slots: Vec<Slot>,
    free: Vec<u32>,
    hosts: HashMap<Arc<str>, Vec<u32>>,
    /// Of 64 bits, seeded anew in each bridge: two sayings of one hash would be taken for one, and are hard to prepare.
    hasher: DefaultHashBuilder,
}

/// Machine, program, version, labels.
type Saying<'s> = (Option<&'s str>, Option<&'s str>, Option<&'s str>, &'s BTreeMap<String, String>);

fn saying(hello: &Hello) -> Saying<'_> {
    (hello.host.as_deref(), hello.program.as_deref(), hello.version.as_deref(), &hello.labels)
}

impl Default for Abouts {
    fn default() -> Self {
        let hasher = DefaultHashBuilder::default();
        let nothing = Slot {
            about: Arc::default(),
            users: 1,
            hash: hasher.hash_one((None, None, None, &BTreeMap::new()) as Saying<'_>),
        };
        Self { by_content: HashMap::new(), slots: vec![nothing], free: Vec::new(), hosts: HashMap::new(), hasher }
    }
}

impl Abouts {
    pub(super) fn get(&self, number: u32) -> &Arc<About> {
        &self.slots[number as usize].about
    }

    /// The machine of those that say this.
    pub(super) fn host_of(&self, number: u32) -> Option<Arc<str>> {
        self.get(number).host.clone()
    }

    /// The number of what `hello` says, given that it was `before`; its caller uses it from now on, and `before` no more.
    pub(super) fn change(&mut self, before: u32, hello: &Hello) -> u32 {
        let hash = self.hasher.hash_one(saying(hello));
        if self.slots[before as usize].hash == hash {
            return before;
        }
        self.release(before);
        let host = hello.host.as_deref().map(|host| match self.hosts.get_key_value(host) {
            Some((known, _)) => Arc::clone(known),
            None => host.into(),
        });
        let text = |text: &Option<String>| text.as_deref().map(Box::from);
        let about =
            About { host, program: text(&hello.program), version: text(&hello.version), labels: hello.labels.clone() };
        if about == About::default() {
            return 0;
        }
        if let Some(number) = self.by_content.get(&about) {
            self.slots[*number as usize].users += 1;
            return *number;
        }
        let about = Arc::new(about);
        let slot = Slot { about: Arc::clone(&about), users: 1, hash };
        let number = match self.free.pop() {
            Some(number) => {
                self.slots[number as usize] = slot;
                number
            }
            None => {
                self.slots.push(slot);
                (self.slots.len() - 1) as u32
            }
        };
        self.by_content.insert(about, number);
        number
    }

    /// One source less says it.
    pub(super) fn release(&mut self, number: u32) {
        if number == 0 {
            return;
        }
        let slot = &mut self.slots[number as usize];
        slot.users -= 1;
        if slot.users == 0 {
            let about = std::mem::take(&mut slot.about);
            self.by_content.remove(&about);
            self.free.push(number);
        }
    }

    /// Source `index` is on this machine; its place among them.
    pub(super) fn enter_host(&mut self, host: &Arc<str>, index: u32) -> u32 {
        let members = self.hosts.entry(Arc::clone(host)).or_default();
        members.push(index);
        (members.len() - 1) as u32
    }

    /// The source at this place is not on this machine any more; the one that has its place now.
    pub(super) fn leave_host(&mut self, host: &str, place: u32) -> Option<u32> {
        let members = self.hosts.get_mut(host)?;
        members.swap_remove(place as usize);
        let moved = members.get(place as usize).copied();
        if members.is_empty() {
            self.hosts.remove(host);
        }
        moved
    }

    /// The sources of a machine.
    pub(super) fn on_host(&self, host: &str) -> &[u32] {
        self.hosts.get(host).map_or(&[], Vec::as_slice)
    }
}
