//! Random events against a naive model that keeps everything and looks at everything: no false down, no missed down.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use eontide_wire::viewer::SourceState;
use eontide_wire::{Bye, ChannelPattern, Epoch};
use proptest::prelude::*;

use super::passing::RECONNECT;
use super::source::Condition;
use super::*;

const T0: i64 = 1_763_683_200_000_000;

#[derive(Clone, Debug)]
enum Step {
    Hello {
        id: u8,
        interval_ms: u64,
    },
    Data {
        id: u8,
    },
    Bye {
        id: u8,
    },
    Restart {
        id: u8,
    },
    Disconnected {
        id: u8,
    },
    /// Nothing is heard for so long.
    Deaf {
        ms: u64,
    },
    Wait {
        ms: u64,
    },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let id = 0u8..6;
    let step = prop_oneof![
        3 => (id.clone(), prop_oneof![Just(0u64), Just(100), Just(1_000), Just(5_000), Just(40_000)])
            .prop_map(|(id, interval_ms)| Step::Hello { id, interval_ms }),
        6 => id.clone().prop_map(|id| Step::Data { id }),
        1 => id.clone().prop_map(|id| Step::Bye { id }),
        1 => id.clone().prop_map(|id| Step::Restart { id }),
        1 => id.prop_map(|id| Step::Disconnected { id }),
        1 => (1u64..60_000).prop_map(|ms| Step::Deaf { ms }),
        6 => (1u64..9_000).prop_map(|ms| Step::Wait { ms }),
    ];
    proptest::collection::vec(step, 1..120)
}

/// What is known of a source by looking at all that was said.
#[derive(Clone, Debug)]
struct Known {
    epoch: u64,
    heard: u64,
    said_bye: bool,
    /// Down, and why.
    down: Option<Cause>,
}

#[derive(Debug)]
struct World {
    presence: Presence,
    start: Instant,
    now: u64,
    floor: u64,
    model: BTreeMap<u8, Known>,
}

impl World {
    fn new() -> Self {
        let mut presence = Presence::new(100);
        let start = Instant::now();
        presence.expire(Now { mono: start, wall: Timestamp::from_micros(T0) }, Timestamp::default());
        Self { presence, start, now: 0, floor: 0, model: BTreeMap::new() }
    }

    fn moment(&self) -> Now {
        let wall = Timestamp::from_micros(T0 + self.now as i64 * 1000);
        Now { mono: self.start + Duration::from_millis(self.now), wall }
    }

    fn seen(&self) -> Seen {
        Seen { at: self.moment().wall, age: Duration::ZERO }
    }

    fn origin(id: u8, epoch: u64) -> Origin {
        Origin { id: SourceId::new(&format!("s{id}")).unwrap(), epoch: Epoch(epoch), seq: None, dropped: 0 }
    }

    fn heard(&mut self, id: u8, hello: bool) {
        let now = self.now;
        let known = self.model.entry(id).or_insert(Known { epoch: 1, heard: now, said_bye: false, down: None });
        known.said_bye &= !hello;
        known.heard = now;
        if !known.said_bye {
            known.down = None;
        }
    }

    fn step(&mut self, step: &Step) {
        // Two messages never have one time: what came first counts.
        self.pass(1);
        let (seen, now) = (self.seen(), self.moment());
        match *step {
            Step::Hello { id, interval_ms } => {
                let epoch = self.model.get(&id).map_or(1, |known| known.epoch);
                let text = format!(r#"{{"id":"s{id}","epoch":{epoch},"interval_ms":{interval_ms}}}"#);
                self.presence.hello("c", &Hello::decode(text.as_bytes()).unwrap(), seen, now);
                self.heard(id, true);
            }
            Step::Data { id } => {
                let epoch = self.model.get(&id).map_or(1, |known| known.epoch);
                self.presence.admit("c", &Self::origin(id, epoch), std::iter::empty(), seen, now);
                self.heard(id, false);
            }
            Step::Bye { id } => {
                let Some(known) = self.model.get_mut(&id) else { return };
                let origin = Self::origin(id, known.epoch);
                self.presence.bye("c", &Bye { id: origin.id, epoch: origin.epoch, reason: "x".into() }, seen);
                (known.said_bye, known.down) = (true, Some(Cause::Exit));
            }
            Step::Restart { id } => {
                let Some(known) = self.model.get_mut(&id) else { return };
                known.epoch += 1;
                (known.said_bye, known.down, known.heard) = (false, None, self.now);
                let origin = Self::origin(id, known.epoch);
                self.presence.admit("c", &origin, std::iter::empty(), seen, now);
            }
            Step::Disconnected { id } => {
                let Some(known) = self.model.get_mut(&id) else { return };
                let origin = Self::origin(id, known.epoch);
                self.presence.disconnected("c", &origin.id, origin.epoch, seen.at, "gone");
                known.down.get_or_insert(Cause::NoConnection);
            }
            Step::Deaf { ms } => {
                self.presence.deafen(seen.at);
                self.now += ms;
                let now = self.moment();
                self.presence.grace(now);
                self.floor = self.now + RECONNECT as u64;
            }
            Step::Wait { ms } => self.pass(ms),
        }
    }

    /// Time passes, a tick at a time.
    fn pass(&mut self, ms: u64) {
        let end = self.now + ms;
        while self.now < end {
            self.now = (self.now + 100).min(end);
            let now = self.moment();
            self.presence.expire(now, Timestamp::default());
            self.check();
        }
    }

    /// Who is silent for two leases is down, within the moments a tick may take; nobody else is.
    fn check(&mut self) {
        for (id, known) in &mut self.model {
            let index = self.presence.channels.find("c", &format!("s{id}"), &self.presence.slab).unwrap();
            let source = self.presence.slab.get(index).unwrap();
            let lease = source.interval.lease() as u64;
            let silent = self.now.saturating_sub(known.heard.max(self.floor));
            let (due, sure) = (silent >= 2 * lease, silent >= 2 * lease + 200);
            let found = source.condition.cause();
            match known.down {
                Some(cause) => assert_eq!(found, Some(cause), "s{id} {known:?} at {}", self.now),
                None if found == Some(Cause::Timeout) => {
                    assert!(due, "false down of s{id}: {known:?} at {}, lease {lease}", self.now);
                    known.down = Some(Cause::Timeout);
                }
                None => {
                    assert_eq!(found, None, "s{id} {known:?} at {}", self.now);
                    assert!(!sure, "missed down of s{id}: {known:?} at {}, lease {lease}", self.now);
                    let stale = source.condition == Condition::Stale;
                    // One that was stale before we were away stays so until it is heard.
                    let before = known.heard < self.floor;
                    assert!(!stale || silent >= lease || before, "false stale of s{id}");
                    assert!(stale || silent < lease + 200, "missed stale of s{id}");
                }
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn nobody_is_down_that_is_there_and_nobody_is_there_that_is_gone(steps in steps()) {
        let mut world = World::new();
        for step in &steps {
            world.step(step);
        }
        // In the end all are silent.
        for _ in 0..400 {
            world.now += 60_000;
            let now = world.moment();
            world.presence.expire(now, Timestamp::default());
        }
        let all = world.presence.list(&ChannelPattern::new("c").unwrap());
        prop_assert!(all.iter().all(|view| view.cause.is_some()), "{:?}", all);
        prop_assert_eq!(world.presence.counts(), (0, world.model.len()));
        let counts = world.presence.counts_of(&ChannelPattern::new("c").unwrap());
        prop_assert_eq!(counts, [0, world.model.len()]);
        prop_assert!(all.iter().all(|view| matches!(view.state, SourceState::Down | SourceState::CrashLooping)));
    }
}
