//! What the bridge has on disk of a stream, before it reads it.

use std::sync::Arc;
use std::time::Instant;

use crate::pipeline::Pipeline;
use crate::store::{Life, Restored};

/// What is on disk of a stream; of none but the data stream is anything.
pub(super) struct Past(pub(super) Option<Arc<Pipeline>>);

impl Past {
    pub(super) async fn restore(&self, life: Life) -> Option<Box<Restored>> {
        let pipeline = Arc::clone(self.0.as_ref().filter(|pipeline| pipeline.archive().is_some())?);
        let begun = Instant::now();
        let read = move || pipeline.archive().and_then(|archive| archive.restore(life));
        let restored = tokio::task::spawn_blocking(read).await.ok()??;
        let (points, ms) = (restored.store.points(), begun.elapsed().as_millis());
        if points > 0 {
            tracing::info!(points, ms, "history restored from disk");
        }
        Some(Box::new(restored))
    }

    /// Resolves when what was restored must be read again.
    pub(super) async fn damaged(&self) {
        match self.0.as_ref().and_then(|pipeline| pipeline.archive()) {
            Some(archive) => archive.damaged().await,
            None => std::future::pending().await,
        }
    }
}
