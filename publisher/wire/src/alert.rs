//! An alert begins, or is over: what is published on `eon-alerts.<rule>`, by a bridge or by whoever may.
//!
//! ```json
//! {"state":"firing","text":"rss above 2 GiB","channel":"process-memory-demo","id":"worker-3","at":1763683200123}
//! ```
//! Only `state` is needed. One rule may fire for several channels and sources at once: rule, channel and id together name one
//! alert, which is as its latest message says.

use serde::{Deserialize, Serialize};

use crate::limits::ALERT_BYTES_MAX;
use crate::reason::read_reason;
use crate::reject::decode_bounded;
use crate::{Channel, Reason, Reject, SourceId, Timestamp};

/// Does it fire?
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AlertState {
    /// Somebody should look.
    Firing,
    /// It is over.
    Resolved,
}

/// What is said of one alert.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alert {
    /// Does it fire?
    pub state: AlertState,
    /// Since when, in ms; absent: since the broker got it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<u64>,
    /// The channel it is about; absent: all of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<Channel>,
    /// The source it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<SourceId>,
    /// What is wrong, for people; cut down as reasons are.
    #[serde(default, deserialize_with = "read_reason")]
    pub text: String,
}

impl Alert {
    /// Reads one. `received` is what its time is compared with.
    ///
    /// # Errors
    /// `bad_alert` where it is none, or stands at no time.
    pub fn decode(payload: &[u8], received: Timestamp) -> Result<Self, Reject> {
        let alert: Self = decode_bounded(payload, ALERT_BYTES_MAX, Reason::BadAlert)?;
        let is_time = |at: &u64| i64::try_from(*at).is_ok_and(|at| Timestamp::from_millis(at).is_plausible(received));
        if let Some(at) = alert.at.filter(|at| !is_time(at)) {
            let detail = format!("at: {at} is not in ms since 1970, from 1990 to a day ahead");
            return Err(Reject::new(Reason::BadAlert, detail));
        }
        Ok(alert)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_micros(1_763_683_200_000_000);

    #[test]
    fn an_alert_is_read_back_as_written_and_needs_its_state_only() {
        let alert = Alert {
            state: AlertState::Firing,
            at: Some(1_763_683_200_123),
            channel: Channel::new("a.b").ok(),
            id: SourceId::new("w-1").ok(),
            text: "rss above 2 GiB".into(),
        };
        assert_eq!(Alert::decode(&serde_json::to_vec(&alert).unwrap(), NOW), Ok(alert));
        let least = Alert::decode(br#"{"state":"resolved","severity":"unknown keys are ignored"}"#, NOW).unwrap();
        let all = (least.state, least.at, least.channel, least.id, &*least.text);
        assert_eq!(all, (AlertState::Resolved, None, None, None, ""));
    }

    #[test]
    fn the_text_may_be_any_json_and_is_cut() {
        for (text, read) in
            [(r#""x""#, "x"), ("null", ""), (r#"{"rss":[1]}"#, r#"{"rss":[1]}"#), ("[1,2,3,4,5]", "truncated")]
        {
            let alert = Alert::decode(format!(r#"{{"state":"firing","text":{text}}}"#).as_bytes(), NOW).unwrap();
            assert_eq!(alert.text, read);
        }
        let long = format!(r#"{{"state":"firing","text":"{}"}}"#, "x".repeat(5_000));
        assert_eq!(Alert::decode(long.as_bytes(), NOW).unwrap().text.len(), 1024);
    }

    #[test]
    fn what_is_no_alert_is_refused_with_what_is_wrong() {
        for (bad, says) in [
            ("", "EOF"),
            ("[]", "Alert"),
            ("{}", "state"),
            (r#"{"state":"on"}"#, "firing"),
            (r#"{"state":"firing","channel":"a b"}"#, "channel"),
            (r#"{"state":"firing","id":"a b"}"#, "a b"),
            (r#"{"state":"firing","at":-1}"#, "-1"),
            (r#"{"state":"firing","at":1763683200}"#, "in ms"),
            (r#"{"state":"firing","at":1763883200000}"#, "a day ahead"),
            (r#"{"state":"firing","at":18446744073709551615}"#, "in ms"),
        ] {
            let reject = Alert::decode(bad.as_bytes(), NOW).unwrap_err();
            assert_eq!(reject.reason, Reason::BadAlert, "{bad}");
            assert!(reject.detail.contains(says), "{bad}: {}", reject.detail);
        }
        assert!(Alert::decode(&vec![b' '; ALERT_BYTES_MAX + 1], NOW).unwrap_err().detail.contains("limit"));
    }
}
