//! By monitors: any bridge on this NATS tells.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use eontide_publisher::monitor::{MonitorError, Monitors, Notice, PATIENCE, Present, Reference};

use crate::happened::{Failed, Happened, say};
use crate::options::{CONTACT, Wish};

/// Between two questions who is up: growing, so that a script that waits for long costs a bridge little.
const ASK_EVERY: (Duration, Duration) = (Duration::from_millis(200), Duration::from_secs(1));

/// Waits, and says what happened.
pub(crate) fn wait(wish: &Wish, url: &str) -> Result<(), Failed> {
    let monitors = Monitors::connect(url).map_err(|error| Failed::Usage(error.to_string()))?;
    let monitors = monitors.with_patience(PATIENCE.min(wish.left()));
    if wish.up { until_up(wish, &monitors) } else { until_down(wish, &monitors) }
}

/// Asks until somebody answers: for a while where nobody ever did, else to the end.
fn ask<T>(wish: &Wish, heard: &mut bool, ask: impl Fn() -> Result<T, MonitorError>) -> Result<T, Failed> {
    let contact = Instant::now() + CONTACT;
    loop {
        match ask() {
            Ok(answer) => {
                *heard = true;
                return Ok(answer);
            }
            Err(error @ (MonitorError::Refused(_) | MonitorError::Full)) => {
                return Err(Failed::Usage(error.to_string()));
            }
            Err(error) => {
                let given_up = Instant::now() >= if *heard { wish.until } else { contact.min(wish.until) };
                if given_up || error == MonitorError::Closed {
                    return Err(Failed::Unreachable(error.to_string()));
                }
            }
        }
    }
}

fn until_down(wish: &Wish, monitors: &Monitors) -> Result<(), Failed> {
    let (mut waiting, mut heard) = (BTreeMap::<Reference, &str>::new(), false);
    for id in &wish.ids {
        let reference = ask(wish, &mut heard, || monitors.monitor_blocking(wish.target(id)))?;
        waiting.insert(reference, id);
    }
    wish.begun();
    while !waiting.is_empty() {
        let Some(notice) = monitors.recv_timeout(wish.left()) else {
            let ids: Vec<&str> = waiting.into_values().collect();
            return Err(Failed::Timeout(format!("not down within {}: {}", wish.timeout, ids.join(" "))));
        };
        let Some(id) = waiting.get(&notice.reference) else { continue };
        say(&down(id, &notice));
        if !wish.all {
            return Ok(());
        }
        if notice.last {
            waiting.remove(&notice.reference);
        }
    }
    Ok(())
}

fn down(asked: &str, notice: &Notice) -> Happened {
    Happened {
        id: notice.target.id.as_deref().unwrap_or(asked).to_owned(),
        up: false,
        since: notice.at_ms,
        reason: format!("{}: {}", notice.cause.as_str(), notice.reason),
    }
}

fn until_up(wish: &Wish, monitors: &Monitors) -> Result<(), Failed> {
    let (mut pause, mut heard) = (ASK_EVERY.0, false);
    loop {
        let mut up = Vec::new();
        for id in &wish.ids {
            let present = ask(wish, &mut heard, || monitors.present_blocking(wish.target(id)))?;
            up.extend(first(id, &present));
        }
        if up.len() == wish.ids.len() || (!wish.all && !up.is_empty()) {
            up.iter().take(if wish.all { up.len() } else { 1 }).for_each(say);
            return Ok(());
        }
        if wish.left().is_zero() {
            return Err(Failed::Timeout(format!("not up within {}: {}", wish.timeout, wish.ids.join(" "))));
        }
        wish.rest(pause);
        pause = (pause * 2).min(ASK_EVERY.1);
    }
}

/// One of those that are there, the one that is there for longest.
fn first(asked: &str, present: &Present) -> Option<Happened> {
    let oldest = present.sources.iter().min_by_key(|source| source.since);
    let happened = |id: &str, since| Happened { id: id.to_owned(), up: true, since, reason: String::new() };
    match oldest {
        Some(source) => Some(happened(&source.id, source.since)),
        // More than are listed.
        None => (present.count > 0).then(|| happened(asked, 0)),
    }
}
