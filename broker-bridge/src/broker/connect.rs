//! The connection to NATS, and what can be said about one that fails.

use std::path::PathBuf;
use std::time::Duration;

use async_nats::{Client, ConnectErrorKind, ConnectOptions, Event, ServerAddr};
use percent_encoding::percent_decode_str;
use tokio::sync::watch;

use crate::error::BridgeError;

/// How the bridge reaches NATS.
#[derive(Clone)]
pub struct Access {
    /// May hold user and password.
    pub url: String,
    /// A credentials file.
    pub creds: Option<PathBuf>,
    /// Root certificates of the server.
    pub ca: Option<PathBuf>,
}

impl std::fmt::Debug for Access {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let creds = self.creds.as_ref().map(|_| "…");
        f.debug_struct("Access").field("url", &self.shown()).field("creds", &creds).field("ca", &self.ca).finish()
    }
}

impl Access {
    /// User and password, or token, of the URL.
    fn login(&self) -> Option<(String, Option<String>)> {
        let decode = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
        let mut servers = self.url.split(',').filter_map(|part| part.trim().parse::<ServerAddr>().ok());
        servers.find_map(|server| Some((decode(server.username()?), server.password().map(decode))))
    }

    /// The URL without user and password, for people.
    pub fn shown(&self) -> String {
        match (self.url.find("://"), self.url.rfind('@')) {
            (Some(scheme), Some(at)) if at > scheme => format!("{}://{}", &self.url[..scheme], &self.url[at + 1..]),
            _ => self.url.clone(),
        }
    }
}

/// Connects; `reconnects` rises with every connection that came back.
pub(super) async fn connect(access: &Access, reconnects: watch::Sender<u64>) -> Result<Client, BridgeError> {
    let mut options = ConnectOptions::new()
        .name("eontide broker-bridge")
        // Of our own, so that whoever may read `_INBOX.>` does not overhear the consumers of the bridge.
        .custom_inbox_prefix("_INBOX_BRIDGE")
        // A dead peer is noticed after three intervals, hard-coded in the client.
        .ping_interval(Duration::from_secs(5))
        .connection_timeout(Duration::from_secs(5))
        .subscription_capacity(65_536)
        .reconnect_delay_callback(reconnect_delay)
        .event_callback(move |event| {
            note(&event, &reconnects);
            std::future::ready(())
        });
    // The client leaves what stands before the @ unread.
    options = match access.login() {
        Some((user, Some(password))) => options.user_and_password(user, password),
        Some((token, None)) => options.token(token),
        None => options,
    };
    if let Some(creds) = &access.creds {
        options = options.credentials_file(creds).await.map_err(|error| BridgeError::Unreachable {
            url: access.shown(),
            detail: format!("credentials file {}: {error}", creds.display()),
        })?;
    }
    if let Some(ca) = &access.ca {
        options = options.add_root_certificates(ca.clone());
    }
    options.connect(&access.url).await.map_err(|error| match error.kind() {
        ConnectErrorKind::Authentication | ConnectErrorKind::AuthorizationViolation => {
            BridgeError::Credentials { url: access.shown() }
        }
        _ => BridgeError::Unreachable { url: access.shown(), detail: error.to_string() },
    })
}

/// At once, then doubling to 2 s, each with jitter: a fleet does not come back in one instant.
fn reconnect_delay(attempts: usize) -> Duration {
    let base = Duration::from_millis(50u64 << attempts.min(5)).min(Duration::from_secs(2));
    base.mul_f64(rand::random_range(0.5..1.0))
}

fn note(event: &Event, reconnects: &watch::Sender<u64>) {
    match event {
        Event::Connected => reconnects.send_modify(|count| *count += 1),
        Event::Disconnected => tracing::warn!("connection to nats lost, reconnecting"),
        Event::SlowConsumer(_) => tracing::debug!("the client dropped messages, the ordered consumer reads them again"),
        Event::Draining | Event::Closed => tracing::debug!(event = %event, "nats"),
        other => tracing::warn!(event = %other, "nats"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_we_are_stands_in_the_url() {
        let login = |url: &str| Access { url: url.into(), creds: None, ca: None }.login();
        assert_eq!(login("nats://a:4222"), None);
        assert_eq!(login("nats://u%40h:p%3Aw@a"), Some(("u@h".into(), Some("p:w".into()))));
        assert_eq!(login("nats://a,nats://token@b"), Some(("token".into(), None)));
    }

    #[test]
    fn credentials_are_never_shown() {
        let access = |url: &str| Access { url: url.into(), creds: Some("/secret".into()), ca: None };
        assert_eq!(access("nats://u:p@ss@host:4222").shown(), "nats://host:4222");
        assert_eq!(access("nats://host").shown(), "nats://host");
        let debug = format!("{:?}", access("nats://u:hidden@host"));
        assert!(!debug.contains("hidden") && !debug.contains("secret"), "{debug}");
    }
}
