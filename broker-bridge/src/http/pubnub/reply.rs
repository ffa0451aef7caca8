//! Answers in PubNub's forms, for any page: CORS for requests, a function call for JSONP.

use bytes::Bytes;
use eontide_wire::viewer::RawItem;
use serde::Serialize;
use serde_json::json;
use serde_json::value::RawValue;
use warp::http::StatusCode;
use warp::http::header::{self, HeaderName, HeaderValue};

use super::super::answer::{Answer, answer};
use super::batch::Delivered;
use super::call::Version;

/// Longest name of a function of JSONP.
const CALLBACK_MAX: usize = 128;

/// An answer before it is wrapped.
#[derive(Clone, Debug)]
pub(super) struct Reply {
    pub(super) status: StatusCode,
    body: Vec<u8>,
}

impl Reply {
    /// A value.
    pub(super) fn ok(value: &impl Serialize) -> Self {
        Self::with(StatusCode::OK, value)
    }

    pub(super) fn with(status: StatusCode, value: &impl Serialize) -> Self {
        match serde_json::to_vec(value) {
            Ok(body) => Self { status, body },
            Err(error) => Self { status: StatusCode::INTERNAL_SERVER_ERROR, body: error.to_string().into_bytes() },
        }
    }

    /// What is refused, with the reason where clients look for it.
    pub(super) fn refused(status: StatusCode, service: &str, message: &str) -> Self {
        let body = json!({ "status": status.as_u16(), "error": true, "service": service, "message": message });
        Self::with(status, &body)
    }

    pub(super) fn bad(service: &str, message: &str) -> Self {
        Self::refused(StatusCode::BAD_REQUEST, service, message)
    }

    pub(super) fn unavailable(service: &str, message: &str) -> Self {
        Self::refused(StatusCode::SERVICE_UNAVAILABLE, service, message)
    }

    /// As it is sent. A script with a failure's status is not run, so JSONP says failures with 200, as PubNub does.
    pub(super) fn wrapped(self, callback: Option<&str>) -> Answer {
        let mut wrapped = match callback {
            None => answer(self.status, "application/json", self.body),
            Some(callback) => {
                // The comment keeps the begin of the file ours.
                let script = [b"/**/", callback.as_bytes(), b"(", &self.body, b")"].concat();
                answer(StatusCode::OK, "text/javascript; charset=utf-8", script)
            }
        };
        allow_any_page(&mut wrapped);
        wrapped
    }
}

/// The facade is for any page, as PubNub is: with the keys in the page itself there is nothing to protect.
pub(super) fn allow_any_page(answer: &mut Answer) {
    const HEADERS: [(HeaderName, &str); 4] = [
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (header::ACCESS_CONTROL_ALLOW_METHODS, "GET, POST, OPTIONS"),
        (header::ACCESS_CONTROL_ALLOW_HEADERS, "Origin, X-Requested-With, Content-Type, Accept"),
        (header::ACCESS_CONTROL_MAX_AGE, "3600"),
    ];
    for (name, value) in HEADERS {
        answer.headers_mut().insert(name, HeaderValue::from_static(value));
    }
}

/// The function to call, where JSONP is asked for: in the query, else in the path; `0` is none.
pub(super) fn callback(query: Option<&str>, path: Option<&str>) -> Result<Option<String>, String> {
    let name = [query, path].into_iter().flatten().find(|name| !name.is_empty() && *name != "0");
    let Some(name) = name else { return Ok(None) };
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'$');
    if name.len() <= CALLBACK_MAX && name.bytes().all(fits) {
        Ok(Some(name.to_owned()))
    } else {
        Err(format!("callback {name:.40}: a name of A-Z a-z 0-9 _ . $, {CALLBACK_MAX} at most"))
    }
}

/// A message as published.
pub(super) fn message(payload: &Bytes) -> Box<RawValue> {
    RawItem::message(payload)
}

/// An envelope of v2.
#[derive(Serialize)]
struct Envelope<'a> {
    /// Shard and flags, of which there are none.
    a: &'static str,
    f: u8,
    p: Token,
    k: &'a str,
    c: &'a str,
    d: Box<RawValue>,
    /// The pattern or group it came by.
    #[serde(skip_serializing_if = "Option::is_none")]
    b: Option<&'a str>,
}

#[derive(Serialize)]
struct Token {
    t: String,
    r: u64,
}

/// The answer to a poll.
pub(super) fn poll(version: Version, sub_key: &str, messages: &[Delivered], token: u64, region: u64) -> Reply {
    match version {
        Version::V1 => poll_v1(messages, token),
        Version::V2 => {
            let envelope = |delivered: &Delivered| json_envelope(sub_key, delivered).unwrap_or_default();
            let messages: Vec<Box<RawValue>> = messages.iter().map(envelope).collect();
            Reply::ok(&V2 { t: Token { t: token.to_string(), r: region }, m: messages })
        }
    }
}

#[derive(Serialize)]
struct V2 {
    t: Token,
    m: Vec<Box<RawValue>>,
}

fn json_envelope(sub_key: &str, delivered: &Delivered) -> Option<Box<RawValue>> {
    let envelope = Envelope {
        a: "0",
        f: 0,
        p: Token { t: delivered.time.to_string(), r: 1 },
        k: sub_key,
        c: &delivered.found.channel,
        d: message(&delivered.payload),
        b: delivered.found.by.as_deref(),
    };
    serde_json::value::to_raw_value(&envelope).ok()
}

/// `[[messages],token,"channels"]`; where some came by a pattern or a group, `[[messages],token,"by","channels"]`.
fn poll_v1(messages: &[Delivered], token: u64) -> Reply {
    let token = token.to_string();
    let payloads: Vec<Box<RawValue>> = messages.iter().map(|delivered| message(&delivered.payload)).collect();
    let joined = |name: fn(&Delivered) -> &str| messages.iter().map(name).collect::<Vec<_>>().join(",");
    let channels = joined(|delivered| &delivered.found.channel);
    if messages.is_empty() {
        Reply::ok(&(payloads, token))
    } else if messages.iter().any(|delivered| delivered.found.by.is_some()) {
        let by = joined(|delivered| delivered.found.by.as_deref().unwrap_or(&delivered.found.channel));
        Reply::ok(&(payloads, token, by, channels))
    } else {
        Reply::ok(&(payloads, token, channels))
    }
}

#[cfg(test)]
mod tests {
    use eontide_wire::viewer::Timetoken;

    use super::super::listening::Match;
    use super::*;

    fn delivered(channel: &str, by: Option<&str>, payload: &'static str) -> Delivered {
        let found = Match { channel: channel.into(), by: by.map(str::to_owned) };
        let time = Timetoken::from_nanos(1_763_683_200_123_456_789);
        Delivered { found, time, payload: Bytes::from_static(payload.as_bytes()) }
    }

    fn text(reply: Reply) -> String {
        String::from_utf8(reply.body).unwrap()
    }

    #[test]
    fn polls_are_answered_in_the_forms_of_both_versions() {
        let (a, b) = (delivered("a", None, r#"{"n":1.0}"#), delivered("g.b", Some("g.*"), "no json"));
        let poll = |version, messages: &[Delivered]| text(poll(version, "sub", messages, 17_636_832_001_239_135, 42));
        assert_eq!(poll(Version::V1, &[]), r#"[[],"17636832001239135"]"#);
        assert_eq!(poll(Version::V1, &[a.clone(), a.clone()]), r#"[[{"n":1.0},{"n":1.0}],"17636832001239135","a,a"]"#);
        assert_eq!(
            poll(Version::V1, &[a.clone(), b.clone()]),
            r#"[[{"n":1.0},"no json"],"17636832001239135","a,g.*","a,g.b"]"#
        );
        assert_eq!(
            poll(Version::V2, &[a, b]),
            concat!(
                r#"{"t":{"t":"17636832001239135","r":42},"m":["#,
                r#"{"a":"0","f":0,"p":{"t":"17636832001234566","r":1},"k":"sub","c":"a","d":{"n":1.0}},"#,
                r#"{"a":"0","f":0,"p":{"t":"17636832001234566","r":1},"k":"sub","c":"g.b","d":"no json","b":"g.*"}]}"#
            )
        );
    }

    #[test]
    fn a_function_of_jsonp_is_a_plain_name() {
        for (query, path, expected) in [
            (None, None, Ok(None)),
            (Some("0"), Some("0"), Ok(None)),
            (Some("jsonp_1"), Some("0"), Ok(Some("jsonp_1".to_owned()))),
            (None, Some("PUBNUB.$cb_2"), Ok(Some("PUBNUB.$cb_2".to_owned()))),
        ] {
            assert_eq!(callback(query, path), expected);
        }
        for bad in ["alert(1)//", "a-b", "ä", "<script>", &"a".repeat(129)] {
            assert!(callback(Some(bad), None).is_err(), "{bad}");
        }
    }
}
