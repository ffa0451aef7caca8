//! Which pages may use the API and the WebSocket.
//!
//! Browsers send `Origin` with every WebSocket and every cross-origin request; programs that are no browsers send none and
//! are let through: against them an origin protects nothing. A bridge on loopback also looks at `Host`: a name that a
//! stranger's DNS points at 127.0.0.1 (DNS rebinding) would make his page ours.

use std::net::IpAddr;

/// The rule, made once from the options.
#[derive(Clone, Debug)]
pub(super) struct OriginRule {
    allowed: Vec<String>,
    loopback: bool,
}

impl OriginRule {
    pub(super) fn new(allowed: &[String], loopback: bool) -> Self {
        Self { allowed: allowed.iter().map(|origin| origin.to_ascii_lowercase()).collect(), loopback }
    }

    /// May a page of `origin` that asked for `host` be answered? The error says how to allow it.
    pub(super) fn check(&self, origin: Option<&str>, host: Option<&str>) -> Result<(), String> {
        let host = host.map(str::to_ascii_lowercase);
        // First, since browsers send no origin with a page's requests to where it came from.
        if let Some(host) = &host
            && self.loopback
            && !is_local(host)
            && !self.lists_host(host)
        {
            return Err(format!(
                "this bridge listens on loopback and is not {host:.200}: if a proxy of yours passes that name on, start it \
                 with --allow-origin https://{host:.200}"
            ));
        }
        let Some(origin) = origin.map(str::to_ascii_lowercase) else { return Ok(()) };
        let authority = origin.split_once("://").map(|(_, authority)| authority);
        if self.lists(&origin) || (authority.is_some() && authority == host.as_deref()) {
            return Ok(());
        }
        Err(format!("pages of {origin:.200} may not use this bridge: start it with --allow-origin {origin:.200}"))
    }

    /// Is `host` where the pages of an allowed origin come from?
    fn lists_host(&self, host: &str) -> bool {
        let authority = |origin: &str| origin.split_once("://").is_some_and(|(_, authority)| authority == host);
        self.allowed.iter().any(|allowed| allowed == "*" || authority(allowed))
    }

    /// Is `origin` a stranger that is allowed? Then the answer says so.
    pub(super) fn lists(&self, origin: &str) -> bool {
        let origin = origin.to_ascii_lowercase();
        self.allowed.iter().any(|allowed| allowed == "*" || *allowed == origin)
    }
}

/// `localhost` or an address, with or without a port.
fn is_local(host: &str) -> bool {
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host.rsplit_once(':').map_or(host, |(name, _)| name),
    };
    name == "localhost" || name.ends_with(".localhost") || name.parse::<IpAddr>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_pages_and_listed_ones_may_others_may_not() {
        let rule = OriginRule::new(&["https://Grafana.example".into(), "null".into()], true);
        for (origin, host, allowed) in [
            (None, Some("127.0.0.1:8080"), true),
            (Some("http://127.0.0.1:8080"), Some("127.0.0.1:8080"), true),
            (Some("http://localhost:8080"), Some("localhost:8080"), true),
            (Some("http://[::1]:8080"), Some("[::1]:8080"), true),
            (Some("http://127.0.0.1:9999"), Some("127.0.0.1:8080"), false),
            (Some("http://evil.example"), Some("127.0.0.1:8080"), false),
            (Some("http://evil.example:8080"), Some("evil.example:8080"), false),
            (Some("https://grafana.example"), Some("127.0.0.1:8080"), true),
            (Some("null"), Some("127.0.0.1:8080"), true),
            (Some("http://127.0.0.1:8080"), None, false),
            (None, None, true),
            (None, Some("evil.example:8080"), false),
            (Some("null"), Some("evil.example:8080"), false),
            (None, Some("grafana.example"), true),
            (Some("https://grafana.example"), Some("grafana.example"), true),
        ] {
            assert_eq!(rule.check(origin, host).is_ok(), allowed, "{origin:?} {host:?}");
        }
    }

    #[test]
    fn null_is_a_stranger_unless_allowed_and_names_are_fine_beyond_loopback() {
        let rule = OriginRule::new(&[], false);
        assert!(rule.check(Some("null"), Some("bridge:8080")).is_err());
        assert!(rule.check(Some("http://bridge:8080"), Some("bridge:8080")).is_ok());
        assert!(OriginRule::new(&["*".into()], true).check(Some("http://any"), Some("x")).is_ok());
    }
}
