//! The background thread and all that speaks NATS.
//!
//! * [`sender`]: the one task: sample, batch, send, answer · [`outbox`]: from the queue to messages · [`delivery`]: what is
//!   sent when, pure
//! * [`tick`]: the regular tick · [`target`]: where and as whom · [`connection`]: the client and its limits · [`acks`]: what arrives on our inbox · [`presence`]: hello and bye
//! * [`sigterm`]: ends the process in order, where asked · [`announce`]: a bye on behalf of a process that can no longer say it

mod acks;
mod announce;
pub(crate) mod connection;
mod delivery;
mod outbox;
pub(crate) mod presence;
mod sender;
mod sigterm;
pub(crate) mod target;
mod tick;

use std::sync::Arc;
use std::time::Duration;

use eontide_wire::Channel;

use self::presence::Introduction;
use self::target::Target;
use crate::sample::ProcessSampling;
use crate::shared::{FinishGuard, Shared};

pub use self::announce::announce_byes;

/// Everything the background thread needs to know.
pub(crate) struct Config {
    pub(crate) target: Target,
    pub(crate) channel: Channel,
    /// Where data messages go.
    pub(crate) subject: String,
    pub(crate) introduction: Introduction,
    pub(crate) interval: Duration,
    pub(crate) sampling: ProcessSampling,
    pub(crate) delivery: crate::Delivery,
    pub(crate) sigterm: crate::OnSigterm,
}

/// Starts the thread `eontide-publisher`. It ends when asked by [`Shared::request_close`].
pub(crate) fn start(config: Config, shared: Arc<Shared>) -> std::io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().enable_time().build()?;
    let thread = std::thread::Builder::new().name("eontide-publisher".into()).stack_size(256 * 1024);
    thread.spawn(move || {
        let _finish = FinishGuard(Arc::clone(&shared));
        // As a task of its own: what wakes the future of `block_on` itself costs a system call every time.
        let ended = runtime.block_on(async { tokio::spawn(sender::run(config, shared)).await });
        if let Err(error) = ended {
            tracing::error!(%error, "the publisher failed");
        }
        // Name lookups on the blocking pool are not waited for.
        runtime.shutdown_background();
    })?;
    Ok(())
}
