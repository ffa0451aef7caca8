//! Which poll is woken by which channel: a poll that waits costs nothing while others' channels are busy.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

/// The bells of all polls, by channel or pattern `foo.*`.
#[derive(Debug, Default)]
pub(super) struct Bells(Mutex<Hung>);

#[derive(Debug, Default)]
struct Hung {
    by_key: HashMap<String, HashMap<u64, Arc<Notify>>>,
    next: u64,
}

/// A poll's bell; taken down when dropped.
#[derive(Debug)]
pub(super) struct Bell<'b> {
    bells: &'b Bells,
    id: u64,
    keys: Vec<String>,
    rung: Arc<Notify>,
}

impl Bells {
    /// Hangs up a bell for these channels and patterns. What is published after it hangs rings it, so that whoever looks
    /// for messages then, and waits where there are none, misses nothing.
    pub(super) fn hang(&self, keys: impl Iterator<Item = String>) -> Bell<'_> {
        let (keys, rung): (Vec<String>, _) = (keys.collect(), Arc::new(Notify::new()));
        let mut hung = self.hung();
        let id = hung.next;
        hung.next += 1;
        for key in &keys {
            hung.by_key.entry(key.clone()).or_default().insert(id, Arc::clone(&rung));
        }
        Bell { bells: self, id, keys, rung }
    }

    /// Something was published on `channel`.
    pub(super) fn ring(&self, channel: &str) {
        let hung = self.hung();
        let above = channel.rsplit_once('.').map(|(base, _)| format!("{base}.*"));
        for key in [Some(channel), above.as_deref()].into_iter().flatten() {
            for rung in hung.by_key.get(key).into_iter().flat_map(HashMap::values) {
                rung.notify_one();
            }
        }
    }

    /// Everybody is to look.
    pub(super) fn ring_all(&self) {
        for rung in self.hung().by_key.values().flat_map(HashMap::values) {
            rung.notify_one();
        }
    }

    fn hung(&self) -> MutexGuard<'_, Hung> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Bell<'_> {
    /// Resolves once it was rung since the last time; one waits.
    pub(super) async fn rung(&self) {
        self.rung.notified().await;
    }
}

impl Drop for Bell<'_> {
    fn drop(&mut self) {
        let mut hung = self.bells.hung();
        for key in &self.keys {
            if let Some(by_id) = hung.by_key.get_mut(key) {
                by_id.remove(&self.id);
                if by_id.is_empty() {
                    hung.by_key.remove(key);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    #[test]
    fn a_bell_is_rung_by_its_channels_and_what_is_below_its_patterns() {
        let bells = Bells::default();
        let keys = |list: &[&str]| list.iter().map(|key| (*key).to_owned()).collect::<Vec<_>>().into_iter();
        let bell = bells.hang(keys(&["a", "b.*"]));
        for (channel, rung) in
            [("a", true), ("b", false), ("b.c", true), ("b.c.d", false), ("a.b", false), ("c", false)]
        {
            bells.ring(channel);
            // What rang before anybody waited is not forgotten.
            assert_eq!(bell.rung().now_or_never().is_some(), rung, "{channel}");
            assert!(bell.rung().now_or_never().is_none());
        }
        bells.ring_all();
        assert!(bell.rung().now_or_never().is_some());
        drop(bell);
        assert!(bells.hung().by_key.is_empty());
    }
}
