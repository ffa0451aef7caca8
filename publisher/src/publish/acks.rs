//! What arrives on our inbox. Acknowledgements come in on one subscription of our own, told apart by the reply subject:
//! the client's own `request` keeps an entry for ever for each one that stays unanswered.

use async_nats::{Message, StatusCode};
use serde_json::Value;

use super::delivery::{Answer, Coverage};

/// A message larger than the stream takes (`max_msg_size`).
const ERR_MESSAGE_TOO_LARGE: u64 = 10054;
/// What no later attempt changes, by `err_code`; this one is more header than the stream takes. Listed one by one: ranges
/// of the HTTP-like `code` hold transient refusals too, such as 10158, a repetition that arrives before the leader of a
/// replicated stream has settled the first copy. What is not listed waits in the queue until somebody mends the stream.
const ERR_FINAL: [u64; 1] = [10097];
/// JetStream is not enabled, for the server or for the account.
const ERR_NOT_ENABLED: [u64; 2] = [10039, 10076];

/// The subjects of one connection's inbox.
#[derive(Clone, Debug)]
pub(super) struct Inbox {
    prefix: String,
}

/// What arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Incoming {
    /// An answer to data message `seq`.
    Answer {
        /// Which message.
        seq: u64,
        /// What came back.
        answer: Answer,
    },
    /// Whether a stream stores our subject.
    Coverage(Coverage),
    /// Our own message came back: the server has read all we sent before it.
    Echo {
        /// The number it was sent with.
        number: u64,
    },
    /// Something else; ignored.
    Unknown,
}

impl Inbox {
    /// The inbox below `prefix`.
    pub(super) fn new(prefix: String) -> Self {
        Self { prefix }
    }

    /// What to subscribe to.
    pub(super) fn all(&self) -> String {
        format!("{}.>", self.prefix)
    }

    /// Where the acknowledgement of message `seq` goes.
    pub(super) fn ack(&self, seq: u64) -> String {
        format!("{}.ack.{seq}", self.prefix)
    }

    /// Where the answer to "which stream stores this subject" goes.
    pub(super) fn coverage(&self) -> String {
        format!("{}.streams", self.prefix)
    }

    /// Where echo `number` goes.
    pub(super) fn echo(&self, number: u64) -> String {
        format!("{}.echo.{number}", self.prefix)
    }

    /// Reads what arrived.
    pub(super) fn read(&self, message: &Message) -> Incoming {
        let Some(rest) = message.subject.strip_prefix(&self.prefix) else { return Incoming::Unknown };
        let nobody = message.status == Some(StatusCode::NO_RESPONDERS);
        let (kind, number) = match rest.trim_start_matches('.').split_once('.') {
            Some((kind, number)) => (kind, number.parse().unwrap_or(0)),
            None => (rest.trim_start_matches('.'), 0),
        };
        match kind {
            "ack" if nobody => Incoming::Answer { seq: number, answer: Answer::NoResponders },
            "ack" => {
                read_ack(&message.payload).map_or(Incoming::Unknown, |answer| Incoming::Answer { seq: number, answer })
            }
            "streams" if nobody => Incoming::Coverage(Coverage::NoStream),
            "streams" => read_coverage(&message.payload).map_or(Incoming::Unknown, Incoming::Coverage),
            "echo" => Incoming::Echo { number },
            _ => Incoming::Unknown,
        }
    }
}

/// A JetStream acknowledgement. Someone else's reply on our inbox that is none changes nothing.
fn read_ack(payload: &[u8]) -> Option<Answer> {
    let ack: Value = serde_json::from_slice(payload).ok()?;
    let Some(error) = ack.get("error") else {
        return (ack.get("stream").is_some() && ack.get("seq").is_some()).then_some(Answer::Stored);
    };
    let reason = error.get("description").and_then(Value::as_str).unwrap_or("no reason given").to_owned();
    Some(match error.get("err_code").and_then(Value::as_u64) {
        Some(ERR_MESSAGE_TOO_LARGE) => Answer::TooLarge(reason),
        Some(code) if ERR_FINAL.contains(&code) => Answer::RefusedForGood(reason),
        _ => Answer::RefusedForNow(reason),
    })
}

/// The reply to `$JS.API.STREAM.NAMES`.
fn read_coverage(payload: &[u8]) -> Option<Coverage> {
    let reply: Value = serde_json::from_slice(payload).ok()?;
    if let Some(error) = reply.get("error") {
        let code = error.get("err_code").and_then(Value::as_u64)?;
        return ERR_NOT_ENABLED.contains(&code).then_some(Coverage::NoStream);
    }
    let total = reply.get("total").and_then(Value::as_u64)?;
    Some(if total > 0 { Coverage::Stream } else { Coverage::NoStream })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(token: &str, payload: &str, status: Option<StatusCode>) -> Incoming {
        let inbox = Inbox::new("_INBOX.abc".into());
        inbox.read(&Message {
            subject: token.into(),
            reply: None,
            payload: payload.as_bytes().to_vec().into(),
            headers: None,
            status,
            description: None,
            length: 0,
        })
    }

    #[test]
    fn answers_are_told_apart() {
        let refused = |code, err_code| {
            format!(r#"{{"error":{{"code":{code},"err_code":{err_code},"description":"d"}},"stream":"EON","seq":0}}"#)
        };
        for (payload, expected) in [
            (r#"{"stream":"EON","seq":7}"#.into(), Some(Answer::Stored)),
            (r#"{"stream":"EON","seq":7,"duplicate":true}"#.into(), Some(Answer::Stored)),
            (refused(503, 10077), Some(Answer::RefusedForNow("d".into()))),
            (refused(500, 10047), Some(Answer::RefusedForNow("d".into()))),
            (refused(400, 10054), Some(Answer::TooLarge("d".into()))),
            (refused(400, 10097), Some(Answer::RefusedForGood("d".into()))),
            (refused(400, 10071), Some(Answer::RefusedForNow("d".into()))),
            (refused(400, 10109), Some(Answer::RefusedForNow("d".into()))),
            (refused(429, 10167), Some(Answer::RefusedForNow("d".into()))),
            (r#"{"error":{"code":400}}"#.into(), Some(Answer::RefusedForNow("no reason given".into()))),
            ("{}".into(), None),
            ("garbage".into(), None),
        ] {
            let expected = expected.map_or(Incoming::Unknown, |answer| Incoming::Answer { seq: 12, answer });
            assert_eq!(read("_INBOX.abc.ack.12", &payload, None), expected, "{payload}");
        }
        let nobody = read("_INBOX.abc.ack.12", "", Some(StatusCode::NO_RESPONDERS));
        assert_eq!(nobody, Incoming::Answer { seq: 12, answer: Answer::NoResponders });
    }

    /// Seen on a stream of three replicas: a message sent again while its first copy was still being replicated was taken
    /// for refused for good, its samples counted as lost though they were stored, and later messages halved for ever.
    #[test]
    fn a_repetition_still_in_process_is_asked_again() {
        let payload = r#"{"error":{"code":409,"err_code":10158,"description":"duplicate message id is in process"}}"#;
        let answer = Answer::RefusedForNow("duplicate message id is in process".into());
        assert_eq!(read("_INBOX.abc.ack.12", payload, None), Incoming::Answer { seq: 12, answer });
    }

    #[test]
    fn the_absence_of_a_stream_is_read_from_every_form_of_the_reply() {
        for (payload, expected) in [
            (r#"{"total":0,"streams":null}"#, Some(Coverage::NoStream)),
            (r#"{"total":1,"streams":["EON"]}"#, Some(Coverage::Stream)),
            (r#"{"error":{"code":503,"err_code":10039}}"#, Some(Coverage::NoStream)),
            (r#"{"error":{"code":503,"err_code":10008}}"#, None),
            ("", None),
        ] {
            let expected = expected.map_or(Incoming::Unknown, Incoming::Coverage);
            assert_eq!(read("_INBOX.abc.streams", payload, None), expected, "{payload}");
        }
        let off = read("_INBOX.abc.streams", "", Some(StatusCode::NO_RESPONDERS));
        assert_eq!(off, Incoming::Coverage(Coverage::NoStream));
    }

    #[test]
    fn anything_else_is_ignored() {
        assert_eq!(read("_INBOX.abc.echo.3", "", None), Incoming::Echo { number: 3 });
        for subject in ["_INBOX.other.ack.1", "_INBOX.abc", "_INBOX.abc.what.1", ""] {
            assert_eq!(read(subject, "{}", None), Incoming::Unknown, "{subject}");
        }
    }
}
