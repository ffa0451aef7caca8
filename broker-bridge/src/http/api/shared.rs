//! Answers that equal requests share: a thousand viewers who ask the same every few seconds cost one computation a second.
//!
//! Who asks first makes the answer, who asks meanwhile waits for it, and whoever asks within [`KEPT`] after it was made gets
//! it as it is. What took long to make is kept for longer, so that one question can take no more than a fifth of the time.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::OnceCell;

use super::super::packed::Packed;

/// An answer is kept for so long.
const KEPT: Duration = Duration::from_secs(1);
/// And for so many times as it took to make, up to [`KEPT_MAX`].
const KEPT_TIMES: u32 = 4;
const KEPT_MAX: Duration = Duration::from_secs(10);
/// Answers kept, and their bytes. Past these a question is answered for who asked it alone.
const ANSWERS_MAX: usize = 64;
const BYTES_MAX: usize = 32 << 20;

/// What makes two requests get the same bytes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Key {
    pub(super) channel: String,
    /// Names and texts of the parameters, in order.
    pub(super) query: Vec<(String, String)>,
    pub(super) takes_gzip: bool,
}

/// The answers of the last moment.
#[derive(Debug, Default)]
pub(in super::super) struct Shared(Mutex<HashMap<Key, Arc<Entry>>>);

/// One answer; empty while it is being made.
type Entry = OnceCell<Made>;

#[derive(Debug)]
struct Made {
    body: Packed,
    until: Instant,
}

impl Shared {
    /// The answer to this question, made unless it is there already. An error is not kept.
    pub(super) async fn get<E>(&self, key: Key, make: impl Future<Output = Result<Packed, E>>) -> Result<Packed, E> {
        let began = Instant::now();
        let entry = self.entry(key, began);
        let make = async {
            let body = make.await?;
            let now = Instant::now();
            let kept = ((now - began) * KEPT_TIMES).clamp(KEPT, KEPT_MAX);
            Ok(Made { body, until: now + kept })
        };
        Ok(entry.get_or_try_init(|| make).await?.body.clone())
    }

    /// The place of an answer, old or new.
    fn entry(&self, key: Key, now: Instant) -> Arc<Entry> {
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // What is empty and held by nobody else was given up, or failed.
        entries.retain(|_, entry| match entry.get() {
            Some(made) => now < made.until,
            None => Arc::strong_count(entry) > 1,
        });
        if let Some(entry) = entries.get(&key) {
            return Arc::clone(entry);
        }
        let entry = Arc::default();
        let bytes: usize = entries.values().filter_map(|entry| entry.get()).map(|made| made.body.bytes.len()).sum();
        if entries.len() < ANSWERS_MAX && bytes < BYTES_MAX {
            entries.insert(key, Arc::clone(&entry));
        }
        entry
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

    use super::*;

    fn key(name: &str) -> Key {
        Key { channel: "c".into(), query: vec![("series".into(), name.into())], takes_gzip: false }
    }

    fn body(text: &'static str) -> Result<Packed, ()> {
        Ok(Packed::plain(text))
    }

    #[tokio::test]
    async fn equal_questions_are_answered_by_one_computation() {
        let (shared, made) = (Shared::default(), AtomicUsize::new(0));
        let ask = |name: &'static str| {
            let made = &made;
            shared.get(key(name), async move {
                made.fetch_add(1, Relaxed);
                tokio::task::yield_now().await;
                body(name)
            })
        };
        let (a, b, again, other) = tokio::join!(ask("a"), ask("a"), ask("a"), ask("b"));
        assert_eq!((a, b, again, other), (body("a"), body("a"), body("a"), body("b")));
        assert_eq!(ask("a").await, body("a"));
        assert_eq!(made.load(Relaxed), 2);
    }

    #[tokio::test]
    async fn an_error_is_not_kept_and_who_leaves_holds_nobody_up() {
        let shared = Shared::default();
        assert_eq!(shared.get(key("a"), async { Err(7) }).await, Err(7));
        let left = shared.get(key("a"), std::future::pending::<Result<Packed, ()>>());
        assert!(futures_util::FutureExt::now_or_never(left).is_none());
        assert_eq!(shared.get(key("a"), async { body("made") }).await, body("made"));
    }

    #[test]
    fn answers_are_kept_for_a_while_and_so_many_at_most() {
        let (shared, now) = (Shared::default(), Instant::now());
        let put = |name: &str, at: Instant, length: usize| {
            let entry = shared.entry(key(name), at);
            entry.set(Made { body: Packed::plain(vec![0; length]), until: at + KEPT }).is_ok()
        };
        assert!(put("a", now, 1));
        assert!(!put("a", now + KEPT / 2, 1), "it is there");
        assert!(put("a", now + KEPT, 1), "it was too old");
        let later = now + 3 * KEPT;
        for n in 0..ANSWERS_MAX {
            assert!(put(&n.to_string(), later, 1));
        }
        assert!(put("more", later, 1) && put("more", later, 1), "there is no room to keep it");
        let later = later + KEPT;
        assert!(put("large", later, BYTES_MAX));
        assert!(put("small", later, 1) && put("small", later, 1), "there is no room to keep it");
        assert!(!put("large", later, 1));
    }
}
