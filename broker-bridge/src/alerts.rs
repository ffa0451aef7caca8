//! Alerts: which fire, and what was said of them lately. Who decides that is somebody else.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;

use eontide_wire::viewer::AlertView;
use eontide_wire::{AlertState, ChannelPattern, Timestamp};

/// How many alerts are known, and how many beginnings and ends of them.
pub const ALERTS_KEPT: usize = 1_000;

/// What names one alert: its rule, its channel and its source.
type Key = (String, Option<String>, Option<String>);

/// What is so, and how it came to be so; bounded in number and age.
#[derive(Debug, Default)]
pub struct Alerts {
    /// As each is.
    current: HashMap<Key, Said>,
    /// What began or ended, in the order of the stream.
    log: VecDeque<Said>,
    /// Alerts that fired and had to go for others.
    dropped: u64,
}

#[derive(Clone, Debug)]
struct Said {
    view: Arc<AlertView>,
    /// When the broker got it; of what is so now, its last repetition.
    at: Timestamp,
}

impl Alerts {
    /// Takes in what was said at `said`; `None` where it is no news: older than what is known, or so already. `timed`: it says itself
    /// since when it is so.
    pub fn push(&mut self, view: AlertView, said: Timestamp, timed: bool) -> Option<Arc<AlertView>> {
        let key = key(&view);
        if let Some(known) = self.current.get_mut(&key) {
            if said < known.at {
                return None;
            }
            let same_time = !timed || known.view.at == view.at;
            if same_time && (known.view.state, &known.view.text) == (view.state, &view.text) {
                known.at = said;
                return None;
            }
        } else if self.current.len() == ALERTS_KEPT && view.state == AlertState::Firing {
            self.make_room();
        }
        let view = Arc::new(view);
        let news = Said { view: Arc::clone(&view), at: said };
        // The end of what is not known takes nobody's place.
        if self.current.contains_key(&key) || self.current.len() < ALERTS_KEPT {
            self.current.insert(key, news.clone());
        }
        self.note(news);
        Some(view)
    }

    fn note(&mut self, news: Said) {
        if self.log.len() == ALERTS_KEPT {
            self.log.pop_front();
        }
        self.log.push_back(news);
    }

    /// The one that is over goes, or was not said for longest.
    fn make_room(&mut self) {
        let fires = |current: &Said| current.view.state == AlertState::Firing;
        let least = self.current.iter().min_by_key(|(_, current)| (fires(current), current.at));
        let Some(least) = least.map(|(key, _)| key.clone()) else { return };
        if self.current.remove(&least).is_some_and(|current| fires(&current)) {
            self.dropped += 1;
        }
    }

    /// What was not said since `before` is forgotten; what fired and is not repeated is over, which is news.
    pub fn expire(&mut self, before: Timestamp, now: Timestamp) -> Vec<Arc<AlertView>> {
        let old: Vec<Key> =
            self.current.iter().filter(|(_, current)| current.at < before).map(|(key, _)| key.clone()).collect();
        let mut over = Vec::new();
        for key in old {
            let Some(current) = self.current.remove(&key) else { continue };
            if current.view.state == AlertState::Firing {
                let view = AlertView {
                    state: AlertState::Resolved,
                    at: now.as_millis(),
                    said: now.as_millis(),
                    text: "not said again for as long as the history".into(),
                    ..(*current.view).clone()
                };
                over.push(Arc::new(view));
            }
        }
        self.log.retain(|said| said.at >= before || self.current.contains_key(&key(&said.view)));
        over.sort_by_key(|view| key(view));
        for view in &over {
            self.note(Said { view: Arc::clone(view), at: now });
        }
        over
    }

    /// All that fire, and the newest `max` of what began or ended, of a channel and of all channels; the newest last.
    pub fn newest(&self, channel: &ChannelPattern, max: usize) -> Vec<AlertView> {
        let log: Vec<&Arc<AlertView>> =
            self.log.iter().map(|said| &said.view).filter(|view| concerns(view, channel)).collect();
        let newest = &log[log.len().saturating_sub(max)..];
        let told: HashSet<_> = newest.iter().map(|view| Arc::as_ptr(view)).collect();
        let mut firing: Vec<&Said> =
            self.firing_of(channel).filter(|current| !told.contains(&Arc::as_ptr(&current.view))).collect();
        firing.sort_by_key(|current| (current.view.at, current.view.offset));
        firing.iter().map(|current| &current.view).chain(newest.iter().copied()).map(|view| (**view).clone()).collect()
    }

    /// How many alerts fire, of a channel and of all channels.
    pub fn firing(&self, channel: &ChannelPattern) -> usize {
        self.firing_of(channel).count()
    }

    /// Alerts that fired and were forgotten, because there were too many.
    pub fn dropped(&self) -> u64 {
        self.dropped
    }

    fn firing_of<'a>(&'a self, channel: &'a ChannelPattern) -> impl Iterator<Item = &'a Said> {
        let fires = |view: &AlertView| view.state == AlertState::Firing && concerns(view, channel);
        self.current.values().filter(move |current| fires(&current.view))
    }
}

/// Is it about the channel, or about all?
pub(crate) fn concerns(view: &AlertView, pattern: &ChannelPattern) -> bool {
    view.channel.as_deref().is_none_or(|channel| pattern.matches(channel))
}

fn key(view: &AlertView) -> Key {
    (view.rule.clone(), view.channel.clone(), view.id.clone())
}

#[cfg(test)]
#[path = "alerts_tests.rs"]
mod tests;
