//! Alerts: which fire, and what was said of them lately. Who decides that is somebody else.

use std::collections::{HashSet, VecDeque};
use std::sync::Arc;

use eontide_wire::viewer::AlertView;
use eontide_wire::{AlertState, ChannelPattern, Timestamp};

/// How many sayings are kept.
pub const ALERTS_KEPT: usize = 1_000;

/// What was said of alerts, bounded in number and age.
#[derive(Debug, Default)]
pub struct Alerts {
    /// In the order of the stream.
    kept: VecDeque<Kept>,
}

#[derive(Debug)]
struct Kept {
    view: Arc<AlertView>,
    /// When the broker got it, or the last repetition of it.
    said: Timestamp,
}

impl Alerts {
    /// Keeps what is said at `said`; `None` where the same was said before, which then counts as said now.
    pub fn push(&mut self, view: AlertView, said: Timestamp) -> Option<Arc<AlertView>> {
        if let Some(known) = self.kept.iter_mut().rev().find(|kept| kept.view.at == view.at && *kept.view == view) {
            known.said = known.said.max(said);
            return None;
        }
        if self.kept.len() == ALERTS_KEPT {
            self.kept.pop_front();
        }
        let view = Arc::new(view);
        self.kept.push_back(Kept { view: Arc::clone(&view), said });
        Some(view)
    }

    /// Forgets what was said before `before`.
    pub fn expire(&mut self, before: Timestamp) {
        if self.kept.iter().any(|kept| kept.said < before) {
            self.kept.retain(|kept| kept.said >= before);
        }
    }

    /// The newest `max` of those of a channel, and of all channels; the newest last.
    pub fn newest(&self, channel: &ChannelPattern, max: usize) -> Vec<AlertView> {
        let mut newest: Vec<AlertView> = self.of(channel).take(max).cloned().collect();
        newest.reverse();
        newest
    }

    /// How many alerts fire, of a channel and of all channels.
    pub fn firing(&self, channel: &ChannelPattern) -> usize {
        let mut known = HashSet::new();
        let latest = self.of(channel).filter(|view| known.insert(key(view)));
        latest.filter(|view| view.state == AlertState::Firing).count()
    }

    /// The newest first.
    fn of<'a>(&'a self, channel: &'a ChannelPattern) -> impl Iterator<Item = &'a AlertView> {
        self.kept.iter().rev().map(|kept| &*kept.view).filter(|view| concerns(view, channel))
    }
}

/// Is it about the channel, or about all?
pub(crate) fn concerns(view: &AlertView, pattern: &ChannelPattern) -> bool {
    view.channel.as_deref().is_none_or(|channel| pattern.matches(channel))
}

/// What names one alert.
fn key(view: &AlertView) -> (&str, Option<&str>, Option<&str>) {
    (&view.rule, view.channel.as_deref(), view.id.as_deref())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn view(rule: &str, state: AlertState, at: u64, channel: Option<&str>) -> AlertView {
        let (rule, channel) = (rule.to_owned(), channel.map(str::to_owned));
        AlertView { rule, state, at, channel, id: None, text: String::new() }
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_micros(seconds * 1_000_000)
    }

    fn pattern(channel: &str) -> ChannelPattern {
        ChannelPattern::new(channel).unwrap()
    }

    use AlertState::{Firing, Resolved};

    #[test]
    fn an_alert_fires_until_the_same_is_resolved() {
        let mut alerts = Alerts::default();
        for (rule, state, channel, firing) in [
            ("a", Firing, Some("c"), 1),
            ("a", Firing, Some("d"), 2),
            ("b", Firing, None, 3),
            ("b", Resolved, Some("c"), 3),
            ("b", Resolved, None, 2),
            ("a", Resolved, Some("c"), 1),
            ("a", Resolved, Some("d"), 0),
            ("a", Firing, Some("c"), 1),
        ] {
            let at = alerts.kept.len() as u64;
            assert!(alerts.push(view(rule, state, at, channel), Timestamp::from_micros(0)).is_some());
            assert_eq!(alerts.firing(&ChannelPattern::everything()), firing, "{rule} {state:?} {channel:?}");
        }
    }

    #[test]
    fn those_of_a_channel_and_of_all_are_told_the_newest_last() {
        let mut alerts = Alerts::default();
        for (n, channel) in [Some("shop"), Some("shop.eu"), None, Some("bank")].into_iter().enumerate() {
            alerts.push(view("a", Firing, n as u64, channel), at(0));
        }
        let told = |channel, max| alerts.newest(&pattern(channel), max).iter().map(|one| one.at).collect::<Vec<_>>();
        assert_eq!(told("shop", 9), [0, 1, 2]);
        assert_eq!(told("shop", 2), [1, 2]);
        assert_eq!(told("shop.*", 9), [1, 2]);
        assert_eq!(told("bank", 9), [2, 3]);
        // Those of three channels, and the one of all.
        assert_eq!((alerts.firing(&pattern("shop")), alerts.firing(&pattern("other"))), (3, 1));
    }

    #[test]
    fn what_is_said_again_is_no_news_but_keeps_it() {
        let mut alerts = Alerts::default();
        assert!(alerts.push(view("a", Firing, 5, None), at(10)).is_some());
        assert!(alerts.push(view("b", Firing, 5, None), at(20)).is_some());
        assert!(alerts.push(view("a", Firing, 5, None), at(30)).is_none());
        alerts.expire(at(25));
        assert_eq!(alerts.newest(&pattern("c"), 9), [view("a", Firing, 5, None)]);
        alerts.expire(at(31));
        assert_eq!((alerts.firing(&pattern("c")), alerts.newest(&pattern("c"), 9).len()), (0, 0));
    }

    #[test]
    fn the_newest_thousand_are_kept() {
        let mut alerts = Alerts::default();
        for n in 0..=ALERTS_KEPT as u64 {
            alerts.push(view("a", Firing, n, None), at(0));
        }
        let kept = alerts.newest(&pattern("c"), usize::MAX);
        assert_eq!((kept.len(), kept[0].at, alerts.firing(&pattern("c"))), (ALERTS_KEPT, 1, 1));
    }
}
