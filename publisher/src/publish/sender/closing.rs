//! The end of a publisher: what is queued is delivered, bye is said, all before a deadline.

use std::time::{Duration, Instant};

use eontide_wire::{Timestamp, subject};
use futures_util::StreamExt;
use tokio::time::{sleep_until, timeout_at};

use super::{Sender, time_of_sample};
use crate::publish::sigterm::Sigterm;
use crate::shared::{CloseRequest, after};

impl Sender {
    /// Delivers what is left, says bye, and waits until the server has read it; all before the deadline, which SIGTERM
    /// may move up. Returns the number of samples not delivered.
    pub(super) async fn close(mut self, request: &CloseRequest, sigterm: &mut Sigterm) -> u64 {
        // Within the millisecond of the last sample what was set since would not be taken.
        while time_of_sample(Timestamp::now(), self.sampled_at).is_none() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        self.sample();
        let mut deadline = request.deadline;
        {
            let mut flushed = std::pin::pin!(self.flush(request));
            let mut hurried = false;
            loop {
                tokio::select! {
                    () = &mut flushed => break,
                    // The counts of what is still queued stay as they are.
                    () = sleep_until(deadline.into()) => break,
                    within = sigterm.received(), if !hurried => {
                        hurried = true;
                        deadline = deadline.min(after(Instant::now(), within));
                    }
                }
            }
        }
        let undelivered = self.unsent();
        if self.link.connected {
            let _ = timeout_at(deadline.into(), self.say_bye(&request.reason)).await;
        }
        self.connection.close().await;
        undelivered
    }

    async fn flush(&mut self, request: &CloseRequest) {
        loop {
            self.follow_link();
            if !self.link.connected && !request.patient {
                return;
            }
            self.ready = true;
            let wake_at = self.pump().await;
            if self.link.connected && self.unsent() == 0 {
                return;
            }
            tokio::select! {
                changed = self.connection.link.changed() => if changed.is_err() { return },
                message = self.connection.incoming.next() => match message {
                    Some(message) => self.receive(&message),
                    None => return,
                },
                () = sleep_until(wake_at.unwrap_or_else(Instant::now).into()), if wake_at.is_some() => {}
            }
        }
    }

    /// Samples not delivered yet.
    fn unsent(&self) -> u64 {
        let in_flight = self.delivery.current().map_or(0, |message| message.samples);
        in_flight + self.outbox.samples() + self.shared.queue().ring.len() as u64
    }

    async fn say_bye(&mut self, reason: &str) {
        let bye = self.config.introduction.bye(reason);
        let said = self.connection.publish(&subject::bye(&self.config.channel), bye, None, None).await;
        if said.is_ok() {
            // Where even its refusal is lost, drain has still written it out.
            let _ = self.connection.until_read().await;
        }
    }
}
