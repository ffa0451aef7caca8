//! Where and how to connect.

use std::path::PathBuf;

use async_nats::ServerAddr;

/// Where and how to connect. `Debug` shows no secret.
#[derive(Clone)]
pub(crate) struct Target {
    pub(crate) servers: Vec<ServerAddr>,
    /// Begins our inbox.
    pub(crate) name: String,
    /// What the connection is called at the server, which tells whose it is.
    pub(crate) connection: String,
    pub(crate) auth: Auth,
    pub(crate) root_certificates: Option<PathBuf>,
    pub(crate) patience: Patience,
}

/// What to do where no server answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Patience {
    /// Try for ever, in the background.
    Endless,
    /// `Connection::open` tries once; a connection lost later is not restored.
    Once,
}

impl Target {
    /// Answers come below this: a subject of our own, so that a server can grant exactly those, and nobody else's.
    pub(super) fn inbox_prefix(&self) -> String {
        format!("_INBOX.{}", self.name)
    }
}

/// Who we are to the broker.
#[derive(Clone, Default)]
pub(crate) enum Auth {
    #[default]
    None,
    Token(String),
    UserPassword(String, String),
    /// The text of a credentials file.
    #[cfg(feature = "nkeys")]
    Credentials(String),
}

/// Reads one or more URLs, separated by commas.
pub(crate) fn parse_servers(url: &str) -> Result<Vec<ServerAddr>, String> {
    let parse = |part: &str| {
        let server: ServerAddr = part.trim().parse().map_err(|error| format!("{error}"))?;
        match server.scheme() {
            _ if server.host().is_empty() => Err("the host is missing".into()),
            "nats" | "tls" => Ok(server),
            other => Err(format!("scheme {other} is not supported")),
        }
    };
    url.split(',').map(parse).collect::<Result<_, _>>()
}

#[cfg(feature = "nkeys")]
/// Is this the text of a usable credentials file?
pub(crate) fn check_credentials(text: &str) -> Result<(), String> {
    async_nats::ConnectOptions::with_credentials(text).map(drop).map_err(|error| error.to_string())
}

/// User and password, or token, of the first URL that brings them. The client itself leaves them unread.
pub(crate) fn auth_of(servers: &[ServerAddr]) -> Auth {
    let mut found = servers.iter().filter_map(|server| Some((server.username()?, server.password())));
    match found.next() {
        None => Auth::None,
        Some((token, None)) => Auth::Token(percent_decode(token)),
        Some((user, Some(password))) => Auth::UserPassword(percent_decode(user), percent_decode(password)),
    }
}

fn percent_decode(text: &str) -> String {
    percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned()
}

impl std::fmt::Debug for Target {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let auth = match self.auth {
            Auth::None => "none",
            Auth::Token(_) => "token",
            Auth::UserPassword(..) => "user and password",
            #[cfg(feature = "nkeys")]
            Auth::Credentials(_) => "credentials",
        };
        let hosts: Vec<_> = self.servers.iter().map(|server| format!("{}:{}", server.host(), server.port())).collect();
        f.debug_struct("Target").field("servers", &hosts).field("name", &self.name).field("auth", &auth).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_checked() {
        assert_eq!(parse_servers("nats://127.0.0.1:4222, tls://demo.nats.io").unwrap().len(), 2);
        assert_eq!(parse_servers("localhost").unwrap()[0].port(), 4222);
        for bad in ["", "http://a", "nats://", "nats://a:99999", "ws://a"] {
            assert!(parse_servers(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn user_password_and_token_are_read_from_the_url() {
        let read = |url| match auth_of(&parse_servers(url).unwrap()) {
            Auth::UserPassword(user, password) => format!("{user} / {password}"),
            Auth::Token(token) => token,
            _ => "none".into(),
        };
        assert_eq!(read("nats://a:1"), "none");
        assert_eq!(read("nats://u:p@a:1"), "u / p");
        assert_eq!(read("nats://a, nats://u:p@b"), "u / p");
        assert_eq!(read("nats://s3cret@a:1"), "s3cret");
        assert_eq!(read("nats://u%40h:p%3A%25%zz@a:1"), "u@h / p:%%zz");
    }

    #[test]
    fn debug_shows_no_secret() {
        let target = Target {
            servers: parse_servers("nats://user:hunter2@127.0.0.1").unwrap(),
            name: "w".into(),
            connection: "eontide c w 1".into(),
            auth: Auth::Token("hunter2".into()),
            root_certificates: None,
            patience: Patience::Endless,
        };
        let shown = format!("{target:?}");
        assert!(!shown.contains("hunter2") && shown.contains("127.0.0.1:4222"), "{shown}");
    }
}
