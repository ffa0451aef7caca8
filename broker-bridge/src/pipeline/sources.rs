//! What the pipeline does for sources: what is said of them goes to presence, and what changed to fan-out, to NATS and to
//! monitors.

use std::sync::Arc;
use std::time::{Duration, Instant};

use eontide_wire::monitor::{LEASE_MS, LEASE_MS_BOUNDS, LIST_MAX, MonitorRequest, Monitored, NoticeTarget, is_inbox};
use eontide_wire::reason::cut;
use eontide_wire::subject::PresenceKind;
use eontide_wire::{Bye, Cause, Channel, ConnectionName, Hello, Reason, Reject, Timestamp, Transitions, subject};

use super::{Incoming, Pipeline, State, seen};
use crate::fanout::Event;
use crate::monitors::table::Death;
use crate::monitors::{Monitors, Refusal, Watched};
use crate::presence::links::Ended;
use crate::presence::{Change, Filter, Moved, Now, Presence};
use crate::transitions::Outbox;

/// What is said of sources.
enum Said {
    Hello(Hello),
    Bye(Bye),
    /// By a bridge: some came, or went.
    Moved {
        up: bool,
        batch: Transitions,
    },
}

/// `None` for what is not said of sources.
fn decode_said(incoming: &Incoming) -> Option<Result<(&str, Said), Reject>> {
    let (channel, kind) = subject::parse_presence(&incoming.subject)?;
    let decode = || {
        Channel::check(channel).map_err(|error| Reject::new(Reason::BadChannel, error.to_string()))?;
        let payload = &incoming.payload;
        let said = match kind {
            PresenceKind::Hello => Said::Hello(Hello::decode(payload)?),
            PresenceKind::Bye => Said::Bye(Bye::decode(payload)?),
            PresenceKind::Up => Said::Moved { up: true, batch: Transitions::decode(payload)? },
            PresenceKind::Down => Said::Moved { up: false, batch: Transitions::decode(payload)? },
        };
        Ok((channel, said))
    };
    Some(decode())
}

impl Pipeline {
    /// Hello and bye messages.
    pub fn presence(&self, batch: &[Incoming], now: Now) {
        // Decoded before the lock is taken: readers wait for what changes alone.
        let said: Vec<_> = batch.iter().filter_map(|incoming| Some((incoming, decode_said(incoming)?))).collect();
        let mut state = self.write();
        state.presence.warm(said.iter().filter_map(|(_, said)| match said {
            Ok((channel, Said::Hello(hello))) => Some((*channel, &hello.id)),
            Ok((channel, Said::Bye(bye))) => Some((*channel, &bye.id)),
            _ => None,
        }));
        for (incoming, said) in &said {
            match said {
                Ok((channel, said)) => {
                    let described = self.note_said(&mut state.presence, channel, said, incoming, now);
                    if described {
                        // What its series measure may be among it.
                        state.store.described(channel);
                    }
                }
                Err(reject) => self.reject(&mut state, incoming, reject),
            }
        }
        self.metrics.presence_messages_total.add(said.len() as u64);
        self.log_presence(&mut state);
    }

    /// We were away, or the broker was: leases begin anew.
    pub fn grace(&self, now: Now) {
        let mut state = self.write();
        if state.presence.deaf_since().is_some() {
            self.hub.push(state.position.offset, Event::Deaf(None));
        }
        state.presence.grace(now);
    }

    /// We do not hear who is there any more; viewers are told since when.
    pub(crate) fn deafen(&self, as_of: Timestamp) {
        let mut state = self.write();
        if state.presence.deaf_since().is_none() {
            state.presence.deafen(as_of);
            self.hub.push(state.position.offset, Event::Deaf(Some(as_of)));
        }
    }

    /// Connections of sources, and of what carries them, were opened or ended for good.
    pub(crate) fn connections(&self, opened: &[ConnectionName], ended: &[Ended]) {
        let mut state = self.write();
        let presence = &mut state.presence;
        self.metrics.connections_seen_total.add(opened.len() as u64);
        for name in opened {
            if let ConnectionName::Source(channel, id, epoch) = name {
                presence.connected(channel.as_str(), id, *epoch);
            }
        }
        for Ended { name, at, reason } in ended {
            self.metrics.connections_lost_total.add(1);
            match name {
                ConnectionName::Source(channel, id, epoch) => {
                    presence.disconnected(channel.as_str(), id, *epoch, *at, reason);
                }
                ConnectionName::Agent(host) => {
                    presence.node_down(host, *at, &format!("what carries {host} is gone: {reason}"));
                }
            }
        }
        self.log_presence(&mut state);
    }

    /// Who is told of which death.
    pub(crate) fn monitors(&self) -> &Arc<Monitors> {
        &self.monitors
    }

    /// Makes a monitor: in the moment in which its targets are seen to be there, so that no death falls between.
    pub(crate) fn monitor(&self, request: &MonitorRequest, now: Now) -> Result<Monitored, Refusal> {
        let lease = lease_of(request)?;
        let filter = Filter::of(&request.target).map_err(Refusal::Bad)?;
        let inbox = request.inbox.as_deref();
        if inbox.is_some_and(|inbox| !is_inbox(inbox)) {
            return Err(Refusal::Bad("inbox: notices go to subjects below _INBOX only, of 256 bytes at most".into()));
        }
        let mut state = self.write();
        let watched = state.presence.watch(&request.target, &filter)?;
        let indices = match &watched {
            Watched::Each(indices) | Watched::Host(_, indices) => &indices[..],
            Watched::Nothing(_) => &[],
        };
        let targets = indices.len() as u64;
        let listed = if request.list && indices.len() <= LIST_MAX { indices } else { &[] };
        let sources = state.presence.watching(listed);
        let now_ms = now.wall.as_millis();
        let number = self.monitors.table().monitor(inbox.map(Into::into), watched, lease, now.mono, now_ms)?;
        self.metrics.monitors_total.add(1);
        let bridge = self.monitors.bridge.clone();
        Ok(Monitored { reference: self.monitors.reference(number), bridge, targets, sources })
    }

    /// Which sources came and went, to be published.
    pub(crate) fn transitions(&self) -> &Arc<Outbox> {
        &self.transitions
    }

    /// True where a source said something new of itself.
    fn note_said(&self, presence: &mut Presence, channel: &str, said: &Said, incoming: &Incoming, now: Now) -> bool {
        let seen = seen(incoming, now);
        match said {
            Said::Hello(hello) => return presence.hello(channel, hello, seen, now),
            Said::Bye(bye) => presence.bye(channel, bye, seen),
            Said::Moved { up, batch } => {
                if !incoming.replayed {
                    self.transitions.read(batch, *up);
                }
                if batch.by != self.transitions.bridge {
                    for item in &batch.items {
                        if *up { presence.adopt_up(channel, item) } else { presence.adopt_down(channel, item, true) }
                    }
                }
            }
        }
        false
    }

    pub(super) fn log_presence(&self, state: &mut State) {
        for change in state.presence.take_changes() {
            let event = match change {
                Change::Source(view) => Event::Presence(Arc::new(view)),
                Change::Group(group) => Event::Group(Arc::new(group)),
            };
            self.hub.push(state.position.offset, event);
        }
        for moved in state.presence.take_moved() {
            if moved.watched {
                self.monitors.died(moved.index, death(&moved));
            }
            if !moved.replayed {
                self.transitions.push(moved, Instant::now());
            }
        }
    }
}

fn lease_of(request: &MonitorRequest) -> Result<Duration, Refusal> {
    let (least, most) = LEASE_MS_BOUNDS;
    match request.lease_ms.unwrap_or(LEASE_MS) {
        ms if (least..=most).contains(&ms) => Ok(Duration::from_millis(ms)),
        ms => Err(Refusal::Bad(format!("lease_ms: {ms} is not within {least} to {most}"))),
    }
}

/// What those are told who monitored it.
fn death(moved: &Moved) -> Death {
    Death {
        target: NoticeTarget {
            channel: Some(moved.channel.to_string()),
            id: Some(moved.id.to_string()),
            epoch: Some(moved.epoch),
            host: moved.host.as_deref().map(str::to_owned),
        },
        cause: moved.cause.unwrap_or(Cause::Timeout),
        reason: moved.reason.as_deref().map(cut).unwrap_or_default(),
        at: moved.at.as_millis(),
    }
}
