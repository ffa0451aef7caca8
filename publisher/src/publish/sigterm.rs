//! SIGTERM, where the program asked for it and the system has it.

use std::time::Duration;

use crate::OnSigterm;

/// A listener, or none.
pub(super) struct Sigterm {
    #[cfg(all(unix, feature = "signal"))]
    signal: Option<(tokio::signal::unix::Signal, Duration)>,
}

impl Sigterm {
    #[cfg(all(unix, feature = "signal"))]
    pub(super) fn listen(on: OnSigterm) -> Self {
        use tokio::signal::unix::{SignalKind, signal};
        let OnSigterm::FlushAndExit { within } = on else { return Self { signal: None } };
        match signal(SignalKind::terminate()) {
            Ok(signal) => Self { signal: Some((signal, within)) },
            Err(error) => {
                tracing::warn!(%error, "cannot listen for SIGTERM");
                Self { signal: None }
            }
        }
    }

    #[cfg(not(all(unix, feature = "signal")))]
    pub(super) fn listen(_: OnSigterm) -> Self {
        Self {}
    }

    /// When it came: how long flushing may take. Never, if not listening.
    pub(super) async fn received(&mut self) -> Duration {
        #[cfg(all(unix, feature = "signal"))]
        if let Some((signal, within)) = &mut self.signal {
            signal.recv().await;
            return *within;
        }
        std::future::pending().await
    }
}
