//! What the pipeline does with alerts: kept, and handed to fan-out where it is news.

use eontide_wire::viewer::AlertView;
use eontide_wire::{Alert, Channel, Reason, Reject, Timestamp, subject};

use super::{Incoming, Pipeline, State};
use crate::fanout::Event;

impl Pipeline {
    /// Time passes: what nobody repeats is over. Not while we do not hear.
    pub(super) fn expire_alerts(&self, state: &mut State, before: Timestamp, now: Timestamp) {
        if state.presence.deaf_since().is_some() {
            return;
        }
        for over in state.alerts.expire(before, now) {
            self.hub.push(state.position.offset, Event::Alert(over));
        }
    }

    /// Those of the messages that are about alerts.
    pub fn alerts(&self, batch: &[Incoming]) {
        let read: Vec<_> = batch.iter().filter_map(|incoming| Some((incoming, decode(incoming)?))).collect();
        if read.is_empty() {
            return;
        }
        let mut state = self.write();
        for (incoming, read) in read {
            match read {
                Ok((view, timed)) => {
                    if let Some(news) = state.alerts.push(view, incoming.time, timed) {
                        self.metrics.alerts_total.add(1);
                        self.hub.push(state.position.offset, Event::Alert(news));
                    }
                }
                Err(reject) => self.reject(&mut state, incoming, &reject),
            }
        }
    }
}

/// What is said, and whether it says since when; `None` for what is about something else.
fn decode(incoming: &Incoming) -> Option<Result<(AlertView, bool), Reject>> {
    let rule = subject::parse_alert(&incoming.subject)?;
    let decode = || {
        let bad_rule =
            |_| Reject::new(Reason::BadAlert, format!("rule {rule:?}: tokens of A-Z a-z 0-9 _ - joined by dots"));
        Channel::check(rule).map_err(bad_rule)?;
        let Alert { state, at, channel, id, text } = Alert::decode(&incoming.payload, incoming.time)?;
        let said = incoming.time.as_millis();
        let view = AlertView {
            offset: incoming.offset,
            rule: rule.to_owned(),
            state,
            at: at.unwrap_or(said),
            said,
            channel: channel.map(|channel| channel.to_string()),
            id: id.map(|id| id.to_string()),
            text,
        };
        Ok((view, at.is_some()))
    };
    Some(decode())
}
