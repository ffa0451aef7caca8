//! Which of PubNub's calls a request is.

use std::collections::HashMap;

use super::name::decoded;

/// A call, with names as they were meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Call {
    Time,
    /// `None`: the message is the body.
    Publish {
        channel: String,
        message: Option<String>,
    },
    Subscribe {
        channels: Vec<String>,
        /// v1 has it in the path.
        token: Option<String>,
        version: Version,
    },
    History(String),
    BatchHistory(Vec<String>),
    Groups,
    Group(String),
    RemoveGroup(String),
    /// Everywhere, where none is named.
    HereNow(Vec<String>),
    WhereNow(String),
    State(String),
    Heartbeat,
    Leave,
}

/// Which long poll.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Version {
    V1,
    V2,
}

/// The first parts of the paths that PubNub's clients use; none of them is a path of ours.
pub(in super::super) fn is_pubnub(path: &str) -> bool {
    let first = path.trim_start_matches('/').split('/').next().unwrap_or_default();
    ["time", "publish", "signal", "subscribe", "v1", "v2", "v3"].contains(&first)
}

/// The call, and the name of the function that JSONP puts into the path; `None` where it is none of those offered.
pub(super) fn parse(path: &str) -> Option<(Call, Option<String>)> {
    let path = path.trim_start_matches('/');
    let parts: Vec<&str> = path.trim_end_matches('/').split('/').collect();
    let no_callback = |call| Some((call, None));
    match parts[..] {
        ["time", callback] => Some((Call::Time, Some(decoded(callback)))),
        ["publish", _, _, _, channel, callback, ref message @ ..] => {
            // A message may hold a `/` that a client left as it is; one at its end belongs to it.
            let message = (!message.is_empty()).then(|| decoded(path.splitn(7, '/').nth(6).unwrap_or_default()));
            Some((Call::Publish { channel: decoded(channel), message }, Some(decoded(callback))))
        }
        ["subscribe", _, channels, callback, token] => {
            let (channels, token) = (list(channels), Some(decoded(token)));
            Some((Call::Subscribe { channels, token, version: Version::V1 }, Some(decoded(callback))))
        }
        ["v2", "subscribe", _, channels, callback] => {
            let channels = list(channels);
            Some((Call::Subscribe { channels, token: None, version: Version::V2 }, Some(decoded(callback))))
        }
        ["v2", "history", "sub-key", _, "channel", channel] => no_callback(Call::History(decoded(channel))),
        ["v3", "history", "sub-key", _, "channel", channels] => no_callback(Call::BatchHistory(list(channels))),
        ["v1", "channel-registration", "sub-key", _, ref rest @ ..] => no_callback(group(rest)?),
        ["v2", "presence", "sub-key" | "sub_key", _, ref rest @ ..] => no_callback(presence(rest)?),
        _ => None,
    }
}

fn group(rest: &[&str]) -> Option<Call> {
    Some(match *rest {
        ["namespace", namespace, "channel-group", group, ref more @ ..] => {
            let group = format!("{}:{}", decoded(namespace), decoded(group));
            if *more == ["remove"] { Call::RemoveGroup(group) } else { Call::Group(group) }
        }
        ["channel-group"] => Call::Groups,
        ["channel-group", group] => Call::Group(decoded(group)),
        ["channel-group", group, "remove"] => Call::RemoveGroup(decoded(group)),
        _ => return None,
    })
}

fn presence(rest: &[&str]) -> Option<Call> {
    Some(match *rest {
        [] => Call::HereNow(Vec::new()),
        ["channel", channels] => Call::HereNow(list(channels)),
        ["channel", _, "heartbeat"] => Call::Heartbeat,
        ["channel", _, "leave"] => Call::Leave,
        ["uuid", uuid] => Call::WhereNow(decoded(uuid)),
        ["channel", _, "uuid", uuid] | ["channel", _, "uuid", uuid, "data"] => Call::State(decoded(uuid)),
        _ => return None,
    })
}

/// A comma list; a `,` alone stands for none.
pub(super) fn list(text: &str) -> Vec<String> {
    decoded(text).split(',').filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

/// The parameters of a query.
pub(super) fn parameters(query: &str) -> HashMap<String, String> {
    form_urlencoded::parse(query.as_bytes()).into_owned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(list: &[&str]) -> Vec<String> {
        list.iter().map(|text| (*text).to_owned()).collect()
    }

    #[test]
    fn each_path_of_the_clients_is_its_call() {
        let subscribe = |channels: &[&str], token: Option<&str>, version| Call::Subscribe {
            channels: texts(channels),
            token: token.map(str::to_owned),
            version,
        };
        let publish = |channel: &str, message: Option<&str>| Call::Publish {
            channel: channel.into(),
            message: message.map(str::to_owned),
        };
        for (path, call) in [
            ("/time/0", Call::Time),
            ("/publish/p/s/0/my%20c/0/%7B%22a%22%3A%22%2F%22%7D", publish("my c", Some(r#"{"a":"/"}"#))),
            ("/publish/p/s/0/c/jsonp_1/\"a/b/\"", publish("c", Some("\"a/b/\""))),
            ("/publish/p/s/0/c/0", publish("c", None)),
            (
                "/subscribe/s/a,b%3A1/0/17636832001234567",
                subscribe(&["a", "b:1"], Some("17636832001234567"), Version::V1),
            ),
            ("/subscribe/s/,/0/0", subscribe(&[], Some("0"), Version::V1)),
            ("/v2/subscribe/s/a%2Cb.*/0", subscribe(&["a", "b.*"], None, Version::V2)),
            ("/v2/subscribe/s/%2C/0", subscribe(&[], None, Version::V2)),
            ("/v2/history/sub-key/s/channel/a%2Fb", Call::History("a/b".into())),
            ("/v3/history/sub-key/s/channel/a%2Cb", Call::BatchHistory(texts(&["a", "b"]))),
            ("/v1/channel-registration/sub-key/s/channel-group", Call::Groups),
            ("/v1/channel-registration/sub-key/s/channel-group/g%20h", Call::Group("g h".into())),
            ("/v1/channel-registration/sub-key/s/channel-group/g/remove", Call::RemoveGroup("g".into())),
            ("/v1/channel-registration/sub-key/s/namespace/n/channel-group/g", Call::Group("n:g".into())),
            ("/v2/presence/sub-key/s", Call::HereNow(vec![])),
            ("/v2/presence/sub_key/s/channel/a,b", Call::HereNow(texts(&["a", "b"]))),
            ("/v2/presence/sub-key/s/channel/a/heartbeat", Call::Heartbeat),
            ("/v2/presence/sub_key/s/channel/a/leave", Call::Leave),
            ("/v2/presence/sub-key/s/uuid/me", Call::WhereNow("me".into())),
            ("/v2/presence/sub-key/s/channel/a/uuid/me", Call::State("me".into())),
            ("/v2/presence/sub-key/s/channel/a/uuid/me/data", Call::State("me".into())),
        ] {
            assert!(is_pubnub(path), "{path}");
            assert_eq!(parse(path).map(|(call, _)| call), Some(call), "{path}");
        }
        assert_eq!(parse("/time/jsonp_7").unwrap().1.as_deref(), Some("jsonp_7"));
        for other in ["/time", "/publish/p/s/0/c", "/v1/push/sub-key/s/devices/d", "/v2/auth/grant/sub-key/s"] {
            assert_eq!(parse(other), None, "{other}");
        }
        for ours in ["/", "/index.html", "/api/v1/channels", "/charts/index.js", "/live", "/timeline"] {
            assert!(!is_pubnub(ours), "{ours}");
        }
    }
}
