//! Says bye for children that no longer can, as soon as the broker is there.

use std::sync::Arc;
use std::time::Duration;

use eontide_publisher::announce_byes;
use eontide_publisher::wire::Bye;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until};

use crate::options::Options;

/// How long announcing may take.
pub(crate) const WITHIN: Duration = Duration::from_secs(5);
const RETRY: Duration = Duration::from_secs(2);
/// Deaths that wait for the broker; of more, the newest.
pub(crate) const DEATHS_MAX: usize = 1024;

/// Announces what comes in until the other end is gone and all is said.
pub(crate) async fn run(options: Arc<Options>, mut deaths: mpsc::Receiver<Bye>) {
    let mut waiting = Vec::new();
    while deaths.recv_many(&mut waiting, DEATHS_MAX).await > 0 {
        while let Err(error) = announce_byes(&options.nats, &options.channel, &waiting, WITHIN).await {
            tracing::warn!(%error, "deaths not announced yet");
            gather(&mut waiting, &mut deaths, Instant::now() + RETRY).await;
        }
        waiting.clear();
    }
}

/// Takes in deaths until `until`, so that the next attempt announces them all.
async fn gather(waiting: &mut Vec<Bye>, deaths: &mut mpsc::Receiver<Bye>, until: Instant) {
    let mut open = true;
    loop {
        tokio::select! {
            () = sleep_until(until) => return,
            death = deaths.recv(), if open => match death {
                Some(death) => keep_newest(waiting, death),
                None => open = false,
            },
        }
    }
}

fn keep_newest(waiting: &mut Vec<Bye>, death: Bye) {
    if waiting.len() >= DEATHS_MAX {
        let lost = waiting.remove(0);
        tracing::warn!(id = %lost.id, "a death is not announced: the broker has been away for too many of them");
    }
    waiting.push(death);
}

#[cfg(test)]
mod tests {
    use super::*;
    use eontide_publisher::wire::{Epoch, SourceId};

    fn bye(n: u64) -> Bye {
        Bye { id: SourceId::new("w").unwrap(), epoch: Epoch(n), reason: String::new() }
    }

    /// Deaths during an outage used to wait behind the first batch, of which the same byes were tried for ever.
    #[tokio::test(start_paused = true)]
    async fn deaths_that_come_while_waiting_join_the_next_attempt() {
        let (tell, mut deaths) = mpsc::channel(DEATHS_MAX);
        let mut waiting = vec![bye(0)];
        tell.send(bye(1)).await.unwrap();
        tell.send(bye(2)).await.unwrap();
        drop(tell);
        gather(&mut waiting, &mut deaths, Instant::now() + RETRY).await;
        assert_eq!(waiting, [bye(0), bye(1), bye(2)]);
    }

    #[test]
    fn of_too_many_the_newest_are_kept() {
        let mut waiting = Vec::new();
        (0..DEATHS_MAX as u64 + 3).for_each(|n| keep_newest(&mut waiting, bye(n)));
        assert_eq!(waiting.len(), DEATHS_MAX);
        assert_eq!(waiting.first(), Some(&bye(3)));
    }
}
