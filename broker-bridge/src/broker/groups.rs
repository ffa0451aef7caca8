//! Lists kept by name, the same at every bridge and after a restart: channel groups of the PubNub facade.
//!
//! One message a list in a small stream of its own, which is made when it is first wanted. Each bridge reads it all and what
//! changes; who changes a list says on which version of it, so that of two bridges at once none undoes the other's work.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_nats::jetstream::consumer::DeliverPolicy;
use async_nats::jetstream::consumer::push::OrderedConfig;
use async_nats::jetstream::context::PublishErrorKind;
use async_nats::jetstream::message::PublishMessage;
use async_nats::jetstream::stream::{Compression, Config, DiscardPolicy, StorageType};
use eontide_wire::Channel;
use futures_util::StreamExt;
use tokio::sync::watch;

use super::Broker;

/// The stream.
pub(crate) const GROUPS: &str = "EON-GROUPS";
/// A list has the subject of its name below this.
const PREFIX: &str = "eon-groups.";
/// Most lists, those that are empty included.
pub(crate) const GROUPS_MAX: i64 = 10_000;
/// Most entries of one list.
pub(crate) const ENTRIES_MAX: usize = 2_000;
/// Bytes of all of them.
const BYTES_MAX: i64 = 64 << 20;
/// How long a change may take, its reading included.
const TIMEOUT: Duration = Duration::from_secs(10);
/// Pause before a failed reading begins anew.
const RETRY: Duration = Duration::from_secs(1);

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// A list, and the sequence of the message it stands in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Group {
    entries: Vec<String>,
    offset: u64,
}

/// All lists.
#[derive(Debug)]
pub(crate) struct Groups {
    lists: Mutex<BTreeMap<String, Group>>,
    /// The sequence up to which the stream was read; `None` until all of it was.
    read_to: watch::Sender<Option<u64>>,
}

/// Why a change was not made; for people.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NotChanged {
    /// It breaks a bound.
    #[error("{0}")]
    Refused(String),
    /// The broker does not do it.
    #[error("{0}")]
    Unavailable(String),
}

impl Default for Groups {
    fn default() -> Self {
        Self { lists: Mutex::default(), read_to: watch::Sender::new(None) }
    }
}

impl Groups {
    /// The entries of a list, in order; empty where there is none.
    pub(crate) fn get(&self, name: &Channel) -> Vec<String> {
        self.lists().get(name.as_str()).map(|group| group.entries.clone()).unwrap_or_default()
    }

    /// The names of lists that have entries, in order.
    pub(crate) fn names(&self) -> Vec<String> {
        let lists = self.lists();
        lists.iter().filter(|(_, group)| !group.entries.is_empty()).map(|(name, _)| name.clone()).collect()
    }

    /// Changes when a list may have changed; `None` until they are read.
    pub(crate) fn changes(&self) -> watch::Receiver<Option<u64>> {
        self.read_to.subscribe()
    }

    /// Changes a list; returns when it is stored and read again here.
    pub(crate) async fn change(
        &self,
        broker: &Broker,
        name: &Channel,
        change: impl Fn(&mut Vec<String>),
    ) -> Result<(), NotChanged> {
        let attempt = tokio::time::timeout(TIMEOUT, async {
            let mut changes = self.changes();
            let unavailable = |error: &dyn std::fmt::Display| NotChanged::Unavailable(error.to_string());
            changes.wait_for(Option::is_some).await.map_err(|error| unavailable(&error))?;
            loop {
                let (before, mut group) = {
                    let group = self.lists().get(name.as_str()).cloned().unwrap_or_default();
                    (group.entries.clone(), group)
                };
                change(&mut group.entries);
                if group.entries == before {
                    return Ok(());
                }
                if group.entries.len() > ENTRIES_MAX {
                    let message = format!("more than {ENTRIES_MAX} channels in one group: use a second one");
                    return Err(NotChanged::Refused(message));
                }
                match publish(broker, name, &group).await {
                    Ok(offset) => {
                        let read = changes.wait_for(|read| read.is_some_and(|read| read >= offset)).await;
                        return read.map(|_| ()).map_err(|error| unavailable(&error));
                    }
                    Err(PublishFailure::Changed) => {
                        // Somebody else was faster: what he wrote is on its way.
                        let read = changes.borrow_and_update().is_some();
                        if self.lists().get(name.as_str()).map_or(0, |now| now.offset) == group.offset && read {
                            changes.changed().await.map_err(|error| unavailable(&error))?;
                        }
                    }
                    Err(PublishFailure::Full) => {
                        let message = format!("there are {GROUPS_MAX} groups, more are not kept: use one that exists");
                        return Err(NotChanged::Refused(message));
                    }
                    Err(PublishFailure::Other(error)) => return Err(NotChanged::Unavailable(error)),
                }
            }
        });
        attempt.await.unwrap_or_else(|_| Err(NotChanged::Unavailable("the broker does not answer".into())))
    }

    /// Reads the lists for ever.
    pub(crate) async fn read(&self, broker: &Broker) {
        loop {
            if let Err(error) = self.read_until_broken(broker).await {
                tracing::warn!(stream = GROUPS, %error, "channel groups cannot be read, trying again");
            }
            tokio::time::sleep(RETRY).await;
        }
    }

    /// Until the connection came back: the stream may be another one then.
    async fn read_until_broken(&self, broker: &Broker) -> Result<(), Failure> {
        let mut reconnects = broker.reconnects.clone();
        reconnects.mark_unchanged();
        let stream = broker.js.get_or_create_stream(config()).await?;
        let consumer = stream
            .create_consumer(OrderedConfig {
                deliver_subject: broker.client.new_inbox(),
                deliver_policy: DeliverPolicy::All,
                ..OrderedConfig::default()
            })
            .await?;
        let last = stream.cached_info().state.last_sequence;
        let mut fresh: Option<BTreeMap<String, Group>> = Some(BTreeMap::new());
        let mut read_to = 0;
        let mut waiting = consumer.cached_info().num_pending;
        let mut messages = consumer.messages().await?;
        loop {
            if waiting == 0
                && let Some(fresh) = fresh.take()
            {
                *self.lists() = fresh;
                self.read_to.send_replace(Some(last.max(read_to)));
            }
            let message = tokio::select! {
                message = messages.next() => message.ok_or("the consumer ended")??,
                changed = reconnects.changed() => return Ok(changed?),
            };
            let info = message.info()?;
            (read_to, waiting) = (info.stream_sequence, info.pending);
            let Some(name) = message.subject.strip_prefix(PREFIX) else { continue };
            let entries = serde_json::from_slice(&message.payload).unwrap_or_default();
            let group = Group { entries, offset: read_to };
            match &mut fresh {
                Some(fresh) => drop(fresh.insert(name.to_owned(), group)),
                None => {
                    self.lists().insert(name.to_owned(), group);
                    self.read_to.send_replace(Some(read_to));
                }
            }
        }
    }

    fn lists(&self) -> MutexGuard<'_, BTreeMap<String, Group>> {
        self.lists.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn config() -> Config {
    Config {
        name: GROUPS.to_owned(),
        subjects: vec![format!("{PREFIX}>")],
        max_messages_per_subject: 1,
        max_messages: GROUPS_MAX,
        max_bytes: BYTES_MAX,
        // A new list is refused rather than an old one dropped.
        discard: DiscardPolicy::New,
        storage: StorageType::File,
        compression: Some(Compression::S2),
        max_consumers: 256,
        ..Config::default()
    }
}

enum PublishFailure {
    /// It is another version by now.
    Changed,
    Full,
    Other(String),
}

async fn publish(broker: &Broker, name: &Channel, group: &Group) -> Result<u64, PublishFailure> {
    let other = |error: &dyn std::fmt::Display| PublishFailure::Other(error.to_string());
    let payload = serde_json::to_vec(&group.entries).map_err(|error| other(&error))?;
    let message = PublishMessage::build().payload(payload.into()).expected_last_subject_sequence(group.offset);
    let sent = broker.js.send_publish(format!("{PREFIX}{name}"), message);
    let answer = sent.await.map_err(|error| other(&error))?.await;
    answer.map(|stored| stored.sequence).map_err(|error| match error.kind() {
        PublishErrorKind::WrongLastSequence => PublishFailure::Changed,
        _ if error.to_string().contains("maximum") => PublishFailure::Full,
        _ => other(&error),
    })
}
