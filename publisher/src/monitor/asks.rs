//! Requests to bridges and what came back. They are told apart by the reply subject: the client's own `request` keeps an entry
//! for ever for each one that stays unanswered.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use async_nats::{Message, StatusCode};
use eontide_wire::monitor::{Monitored, Notices};
use serde_json::Value;

use super::table::Part;

/// How long a bridge may take to answer.
const ANSWER_WITHIN: Duration = Duration::from_secs(2);

/// What was asked.
#[derive(Debug)]
pub(super) enum Ask {
    Monitor(Part),
    Renew { bridge: String },
}

/// What was answered.
#[derive(Debug)]
pub(super) enum Answer {
    Monitored(Monitored),
    /// So many monitors of ours are there.
    Renewed(u64),
    Refused(String),
    /// There is nobody, or nobody answered in time.
    Nobody,
}

/// What came in.
#[derive(Debug)]
pub(super) enum Incoming {
    Notices(Notices),
    Answer(Ask, Answer),
    /// The answer to what nobody waits for any more: a monitor that nobody needs.
    Late(Monitored),
    Other,
}

/// Requests without an answer so far.
#[derive(Debug)]
pub(super) struct Asks {
    inbox: String,
    open: HashMap<u64, (Ask, Instant)>,
    last: u64,
    monitors: usize,
}

impl Asks {
    pub(super) fn new(inbox: String) -> Self {
        Self { inbox, open: HashMap::new(), last: 0, monitors: 0 }
    }

    /// What to subscribe to.
    pub(super) fn all(&self) -> String {
        format!("{}.>", self.inbox)
    }

    /// Where notices come.
    pub(super) fn notices(&self) -> String {
        format!("{}.notices", self.inbox)
    }

    /// Where the answer comes to what nobody waits for.
    pub(super) fn ignored(&self) -> String {
        format!("{}.ignored", self.inbox)
    }

    /// Requests for monitors that are under way.
    pub(super) fn monitors(&self) -> usize {
        self.monitors
    }

    /// Notes a request; where its answer is to come.
    pub(super) fn ask(&mut self, ask: Ask, now: Instant) -> String {
        self.last += 1;
        self.monitors += usize::from(matches!(ask, Ask::Monitor(_)));
        self.open.insert(self.last, (ask, now + ANSWER_WITHIN));
        format!("{}.answer.{}", self.inbox, self.last)
    }

    fn take(&mut self, number: u64) -> Option<Ask> {
        let (ask, _) = self.open.remove(&number)?;
        self.monitors -= usize::from(matches!(ask, Ask::Monitor(_)));
        Some(ask)
    }

    /// What was not answered in time; `None` for the time gives all, as when the connection is lost.
    pub(super) fn overdue(&mut self, now: Option<Instant>) -> Vec<Ask> {
        let due = self.open.iter().filter(|(_, (_, until))| now.is_none_or(|now| *until <= now));
        let mut due: Vec<u64> = due.map(|(number, _)| *number).collect();
        due.sort_unstable();
        due.into_iter().filter_map(|number| self.take(number)).collect()
    }

    /// When the first answer is overdue.
    pub(super) fn next_due(&self) -> Option<Instant> {
        self.open.values().map(|(_, until)| *until).min()
    }

    /// Reads what arrived. What nobody understands changes nothing.
    pub(super) fn read(&mut self, message: &Message) -> Incoming {
        let rest = message.subject.strip_prefix(&self.inbox).unwrap_or_default();
        if rest == ".notices" {
            return serde_json::from_slice(&message.payload).map_or(Incoming::Other, Incoming::Notices);
        }
        let Some(number) = rest.strip_prefix(".answer.").and_then(|number| number.parse().ok()) else {
            return Incoming::Other;
        };
        let monitored = || serde_json::from_slice::<Monitored>(&message.payload).ok();
        let Some(ask) = self.take(number) else { return monitored().map_or(Incoming::Other, Incoming::Late) };
        if message.status == Some(StatusCode::NO_RESPONDERS) {
            return Incoming::Answer(ask, Answer::Nobody);
        }
        if let (Ask::Monitor(_), Some(monitored)) = (&ask, monitored()) {
            return Incoming::Answer(ask, Answer::Monitored(monitored));
        }
        let said: Value = serde_json::from_slice(&message.payload).unwrap_or_default();
        let answer = match (said["monitors"].as_u64(), said["error"]["message"].as_str()) {
            (Some(count), _) => Answer::Renewed(count),
            (None, Some(why)) => Answer::Refused(why.to_owned()),
            (None, None) => Answer::Nobody,
        };
        Incoming::Answer(ask, answer)
    }
}
