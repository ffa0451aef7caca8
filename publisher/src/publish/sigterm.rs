//! SIGTERM, where the program asked for it and the system has it.
//!
//! A handler stays installed for the rest of the process's life, and several publishers may share a process, so they
//! keep count: the last of those that listen ends the process once all have delivered, and where none listens any more
//! the handler does what SIGTERM does by itself.

use std::time::Duration;

use crate::OnSigterm;

/// What the process exits with: 128 and the number of the signal, as a shell would show it.
#[cfg(all(unix, feature = "signal"))]
const EXIT_CODE: i32 = 128 + 15;

/// A listener, or none. When it is dropped the publisher has delivered what it could; if SIGTERM has come by then and no
/// other publisher still delivers, that ends the process.
pub(super) struct Sigterm {
    #[cfg(all(unix, feature = "signal"))]
    listening: Option<(tokio::signal::unix::Signal, Duration)>,
}

#[cfg(not(all(unix, feature = "signal")))]
impl Sigterm {
    pub(super) fn finish(self) {}

    pub(super) fn listen(_: OnSigterm) -> Self {
        Self {}
    }

    pub(super) async fn received(&mut self) -> Duration {
        std::future::pending().await
    }
}

#[cfg(all(unix, feature = "signal"))]
impl Sigterm {
    pub(super) fn listen(on: OnSigterm) -> Self {
        let OnSigterm::FlushAndExit { within } = on else { return Self { listening: None } };
        match process::listen() {
            Ok(signal) => Self { listening: Some((signal, within)) },
            Err(error) => {
                tracing::warn!(%error, "cannot listen for SIGTERM");
                Self { listening: None }
            }
        }
    }

    /// This publisher has delivered what it could. Its drop may end the process.
    pub(super) fn finish(self) {}

    /// When it came: how long delivering may take. Never, if not listening.
    pub(super) async fn received(&mut self) -> Duration {
        match &mut self.listening {
            Some((signal, within)) => {
                // It may have come before this listener stood.
                if !process::has_come() {
                    signal.recv().await;
                }
                *within
            }
            None => std::future::pending().await,
        }
    }
}

#[cfg(all(unix, feature = "signal"))]
impl Drop for Sigterm {
    fn drop(&mut self) {
        if self.listening.is_some() && process::stop_listening() {
            std::process::exit(EXIT_CODE);
        }
    }
}

/// What all publishers of the process share.
#[cfg(all(unix, feature = "signal"))]
mod process {
    use std::io;
    use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
    use std::sync::{Mutex, PoisonError};

    use tokio::signal::unix::{Signal, SignalKind, signal};

    use crate::ffi::{die_of_sigterm, on_sigterm, sigterm_is_deadly};

    /// Publishers that listen.
    static LISTENING: AtomicUsize = AtomicUsize::new(0);
    static CAME: AtomicBool = AtomicBool::new(false);
    /// SIGTERM ended the process before we came: when we are gone it shall again.
    static DEADLY_BEFORE: AtomicBool = AtomicBool::new(false);
    static REGISTERED: Mutex<bool> = Mutex::new(false);

    /// Inside the signal handler. Either it sees that nobody listens, or the last listener sees that it came.
    fn note() {
        CAME.store(true, SeqCst);
        if LISTENING.load(SeqCst) == 0 {
            // Not meant for a publisher that starts later.
            CAME.store(false, SeqCst);
            if DEADLY_BEFORE.load(SeqCst) {
                die_of_sigterm();
            }
        }
    }

    pub(super) fn listen() -> io::Result<Signal> {
        {
            let mut registered = REGISTERED.lock().unwrap_or_else(PoisonError::into_inner);
            if !*registered {
                DEADLY_BEFORE.store(sigterm_is_deadly(), SeqCst);
                on_sigterm(note)?;
                *registered = true;
            }
        }
        LISTENING.fetch_add(1, SeqCst);
        signal(SignalKind::terminate()).inspect_err(|_| {
            LISTENING.fetch_sub(1, SeqCst);
        })
    }

    pub(super) fn has_come() -> bool {
        CAME.load(SeqCst)
    }

    /// `true` for the last one, if SIGTERM came: nobody else will end the process.
    pub(super) fn stop_listening() -> bool {
        LISTENING.fetch_sub(1, SeqCst) == 1 && has_come()
    }
}
