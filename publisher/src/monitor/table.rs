//! Which monitors there are, where they live, and what is still to be told of each. Pure.
//!
//! A monitor lives at one bridge, as long as that bridge and the connection do. The bridge says which lives it watches; so when
//! it has to be made again, each of these lives is monitored by itself, and one that is not there any more has ended meanwhile.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use eontide_wire::monitor::{Monitored, Notice as Told, NoticeTarget, Target};
use eontide_wire::{Cause, Epoch};

use super::{Notice, Reference};

/// One life of a source: channel, id, epoch.
pub(super) type Life = (String, String, Epoch);

/// What one request to a bridge is for: a monitor, or what is left of it in one life.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Part {
    pub(super) reference: Reference,
    pub(super) life: Option<Life>,
}

/// A monitor as a bridge has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) bridge: String,
    pub(super) reference: String,
}

/// What is still to be told.
#[derive(Debug)]
enum Awaited {
    /// No bridge has said yet.
    Unknown,
    /// That there is no such source.
    Nothing,
    /// The end of each of these, or of the last of them.
    Lives(BTreeSet<Life>),
    /// So many that the bridge did not list them.
    Many(u64),
}

#[derive(Debug)]
struct Watch {
    target: Target,
    awaited: Awaited,
    /// What bridges call it.
    places: BTreeSet<String>,
}

/// What follows from something.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Outcome {
    /// To be told.
    pub(super) notices: Vec<Notice>,
    /// Nobody needs this any more.
    pub(super) take_back: Vec<Place>,
}

/// All monitors of one connection.
#[derive(Debug, Default)]
pub(super) struct Table {
    watches: BTreeMap<Reference, Watch>,
    places: HashMap<String, (String, Part)>,
    last: u64,
}

impl Table {
    /// A new monitor, not yet made anywhere.
    pub(super) fn add(&mut self, target: Target) -> Reference {
        self.last += 1;
        let reference = Reference(self.last);
        self.watches.insert(reference, Watch { target, awaited: Awaited::Unknown, places: BTreeSet::new() });
        reference
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.watches.len()
    }

    /// What to ask a bridge for; `None` where that is not wanted any more.
    pub(super) fn target(&self, part: &Part) -> Option<Target> {
        let watch = self.watches.get(&part.reference)?;
        match (&part.life, &watch.awaited) {
            (None, Awaited::Unknown | Awaited::Many(_)) => Some(watch.target.clone()),
            (Some(life), Awaited::Lives(lives)) => lives.contains(life).then(|| Target::source(&life.0, &life.1)),
            _ => None,
        }
    }

    /// How many monitors should be at which bridge.
    pub(super) fn bridges(&self) -> BTreeMap<String, u64> {
        let mut bridges = BTreeMap::new();
        for (bridge, _) in self.places.values() {
            *bridges.entry(bridge.clone()).or_default() += 1;
        }
        bridges
    }

    /// Is this one of ours?
    pub(super) fn knows(&self, reference: &str) -> bool {
        self.places.contains_key(reference)
    }

    // === what bridges say ===

    /// A bridge took a part.
    pub(super) fn made(&mut self, part: &Part, made: &Monitored, now_ms: u64) -> Outcome {
        let place = Place { bridge: made.bridge.clone(), reference: made.reference.clone() };
        let refuse = |place| Outcome { take_back: vec![place], ..Outcome::default() };
        let Some(watch) = self.watches.get_mut(&part.reference) else { return refuse(place) };
        let listed = made.sources.iter().map(|one| (one.channel.clone(), one.id.clone(), one.epoch));
        let listed: BTreeSet<Life> = listed.collect();
        let mut notices = Vec::new();
        match (&part.life, &mut watch.awaited) {
            (None, awaited @ Awaited::Unknown) => {
                *awaited = match made.targets {
                    0 => Awaited::Nothing,
                    count if count == listed.len() as u64 => Awaited::Lives(listed),
                    count => Awaited::Many(count),
                };
            }
            (None, Awaited::Many(left)) => {
                let gone = left.saturating_sub(made.targets);
                *left = made.targets;
                // A machine is told of once.
                if gone > 0 && (made.targets == 0 || !watch.target.is_host()) {
                    let reason = format!("{gone} or more of those monitored ended while their bridge was away");
                    let notice = own(part.reference, pattern(&watch.target), Cause::NoProc, &reason, now_ms);
                    notices.push(Notice { last: made.targets == 0, ..notice });
                }
                if made.targets == 0 {
                    self.remove(part.reference);
                    return Outcome { notices, take_back: Vec::new() };
                }
            }
            (Some(life), Awaited::Lives(lives)) if lives.contains(life) => {
                if !listed.contains(life) {
                    let (cause, reason) = match made.targets {
                        0 => (Cause::NoProc, "it ended while its bridge was away"),
                        _ => (Cause::Restarted, "it was restarted while its bridge was away"),
                    };
                    let life = life.clone();
                    let told = own(part.reference, life_target(&life), cause, reason, now_ms);
                    let notices = self.ended(part.reference, &life, told).into_iter().collect();
                    return Outcome { notices, take_back: vec![place] };
                }
            }
            _ => return refuse(place),
        }
        watch.places.insert(place.reference.clone());
        self.places.insert(place.reference, (place.bridge, part.clone()));
        Outcome { notices, take_back: Vec::new() }
    }

    /// A bridge tells that something ended.
    pub(super) fn told(&mut self, told: Told) -> Option<Notice> {
        let (_, part) = self.places.get(&told.reference)?.clone();
        let watch = self.watches.get_mut(&part.reference)?;
        let Told { reference: place, target, cause, reason, at } = told;
        let notice = Notice { reference: part.reference, target, cause, reason, at_ms: at, last: false };
        if let Some(life) = part.life {
            self.forget(&place);
            return self.ended(part.reference, &life, notice);
        }
        let told = &notice.target;
        match &mut watch.awaited {
            Awaited::Lives(lives) if !watch.target.is_host() => {
                let (channel, id, epoch) = (told.channel.clone()?, told.id.clone()?, told.epoch?);
                lives.remove(&(channel, id, epoch)).then_some(())?;
                if !lives.is_empty() {
                    return Some(notice);
                }
            }
            Awaited::Many(left) if !watch.target.is_host() => {
                *left = left.saturating_sub(1);
                if *left > 0 {
                    return Some(notice);
                }
            }
            _ => {}
        }
        self.remove(part.reference);
        Some(Notice { last: true, ..notice })
    }

    /// A life is over: told as it is, or for a machine once, with its last source.
    fn ended(&mut self, reference: Reference, life: &Life, notice: Notice) -> Option<Notice> {
        let watch = self.watches.get_mut(&reference)?;
        let Awaited::Lives(lives) = &mut watch.awaited else { return None };
        lives.remove(life).then_some(())?;
        let (last, host) = (lives.is_empty(), watch.target.is_host());
        let whole = pattern(&watch.target);
        if last {
            self.remove(reference);
        }
        match (host, last) {
            (false, _) => Some(Notice { last, ..notice }),
            (true, true) => Some(Notice { target: whole, last, ..notice }),
            (true, false) => None,
        }
    }

    // === what is lost, and taken back ===

    /// What a bridge had is lost, or what all had: what to ask for again, where it was, and what is told at once.
    pub(super) fn lost(&mut self, bridge: Option<&str>, now_ms: u64) -> (Vec<Part>, Outcome) {
        let (mut parts, mut outcome) = (Vec::new(), Outcome::default());
        let affected = self.places.iter().filter(|(_, (at, _))| bridge.is_none_or(|bridge| at == bridge));
        let affected: Vec<String> = affected.map(|(place, _)| place.clone()).collect();
        for reference in affected {
            let Some((bridge, part)) = self.forget(&reference) else { continue };
            outcome.take_back.push(Place { bridge, reference });
            let Some(watch) = self.watches.get(&part.reference) else { continue };
            match &watch.awaited {
                Awaited::Lives(lives) if part.life.is_none() => {
                    let part = |life: &Life| Part { reference: part.reference, life: Some(life.clone()) };
                    parts.extend(lives.iter().map(part));
                }
                Awaited::Nothing => {
                    let target = pattern(&watch.target);
                    let notice = own(part.reference, target, Cause::NoProc, "there is no such source", now_ms);
                    outcome.notices.push(Notice { last: true, ..notice });
                    self.remove(part.reference);
                }
                _ => parts.push(part),
            }
        }
        parts.sort_unstable();
        (parts, outcome)
    }

    /// Nobody wants it any more; `None` where it is over or never was, else where it is to be taken back.
    pub(super) fn remove(&mut self, reference: Reference) -> Option<Vec<Place>> {
        let watch = self.watches.remove(&reference)?;
        let place = |place: String| {
            let (bridge, _) = self.places.remove(&place)?;
            Some(Place { bridge, reference: place })
        };
        Some(watch.places.into_iter().filter_map(place).collect())
    }

    /// All that is to be taken back at the end.
    pub(super) fn all_places(&self) -> impl Iterator<Item = Place> {
        self.places.iter().map(|(place, (bridge, _))| Place { bridge: bridge.clone(), reference: place.clone() })
    }

    fn forget(&mut self, place: &str) -> Option<(String, Part)> {
        let (bridge, part) = self.places.remove(place)?;
        if let Some(watch) = self.watches.get_mut(&part.reference) {
            watch.places.remove(place);
        }
        Some((bridge, part))
    }
}

/// What we say ourselves.
fn own(reference: Reference, target: NoticeTarget, cause: Cause, reason: &str, at_ms: u64) -> Notice {
    Notice { reference, target, cause, reason: reason.into(), at_ms, last: false }
}

fn pattern(target: &Target) -> NoticeTarget {
    let Target { channel, id, host, .. } = target.clone();
    NoticeTarget { channel, id, epoch: None, host }
}

fn life_target((channel, id, epoch): &Life) -> NoticeTarget {
    NoticeTarget { channel: Some(channel.clone()), id: Some(id.clone()), epoch: Some(*epoch), host: None }
}

#[cfg(test)]
#[path = "table_tests.rs"]
mod tests;
