//! Options: flag, environment variable, default and meaning stand here once; README's table is made from this file.
//!
//! Two steps: [`Options`] is what was written, [`Settings`] is what was checked. All mistakes are reported at once.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::Parser;
use eontide_wire::viewer::parse_span;

use crate::broker::{Access, Choice, Retention};
use crate::store::Limits;

/// Keeps the history of a shared NATS channel and shows it live in the browser.
#[derive(Clone, Debug, Parser)]
#[command(name = "broker-bridge", version, about)]
pub struct Options {
    /// Address of the page, the API and the WebSocket
    #[arg(long, env = "EONTIDE_LISTEN", default_value = "127.0.0.1:8080", value_name = "HOST:PORT")]
    pub listen: String,
    /// NATS server to use; without it the one on 127.0.0.1, started as a child where none answers
    #[arg(long, env = "EONTIDE_NATS", value_name = "URL", hide_env_values = true)]
    pub nats: Option<String>,
    /// Port of the NATS server on 127.0.0.1 that is used or started without --nats
    #[arg(long, env = "EONTIDE_NATS_PORT", default_value = "4222", value_name = "PORT")]
    pub nats_port: String,
    /// Credentials file for --nats
    #[arg(long, env = "EONTIDE_NATS_CREDS", value_name = "FILE")]
    pub nats_creds: Option<PathBuf>,
    /// Root certificates (PEM) of the server at --nats
    #[arg(long, env = "EONTIDE_NATS_CA", value_name = "FILE")]
    pub nats_ca: Option<PathBuf>,
    /// Where history is kept, and the data of a nats-server started as a child [default: eontide in the user's data
    /// directory]
    #[arg(long, env = "EONTIDE_DATA_DIR", value_name = "DIR")]
    pub data_dir: Option<PathBuf>,
    /// The servers at --nats for a user of their system account: their events then tell at once whose connection ends
    #[arg(long, env = "EONTIDE_NATS_SYSTEM", value_name = "URL", hide_env_values = true)]
    pub nats_system: Option<String>,
    /// How far back history is kept and shown
    #[arg(long, env = "EONTIDE_HISTORY", default_value = "24h", value_name = "SPAN")]
    pub history: String,
    /// Memory for points, in bytes, some 0.3 to 3 for each; past it the longest series are shortened first
    #[arg(long, env = "EONTIDE_POINTS_BYTES", default_value = "1073741824", value_name = "N")]
    pub points_bytes: String,
    /// Disk for points, in bytes, some 0.2 to 1.4 for each; past it the longest series are shortened first; 0 keeps them in
    /// memory alone
    #[arg(long, env = "EONTIDE_DISK_BYTES", default_value = "4294967296", value_name = "N")]
    pub disk_bytes: String,
    /// Longest time between two checkpoints of the history on disk; a restart reads the stream from the last one
    #[arg(long, env = "EONTIDE_CHECKPOINT", default_value = "5m", value_name = "SPAN")]
    pub checkpoint: String,
    /// Most series kept; beyond it new names are counted and refused
    #[arg(long, env = "EONTIDE_MAX_SERIES", default_value = "200000", value_name = "N")]
    pub max_series: String,
    /// Most channels kept
    #[arg(long, env = "EONTIDE_CHANNELS_MAX", default_value = "10000", value_name = "N")]
    pub channels_max: String,
    /// Most sources whose presence is tracked
    #[arg(long, env = "EONTIDE_SOURCES_MAX", default_value = "50000", value_name = "N")]
    pub sources_max: String,
    /// Age of data in the stream EON, where the bridge makes it
    #[arg(long, env = "EONTIDE_RETENTION", default_value = "24h", value_name = "SPAN")]
    pub retention: String,
    /// Bytes of data in the stream EON, where the bridge makes it
    #[arg(long, env = "EONTIDE_RETENTION_BYTES", default_value = "2147483648", value_name = "N")]
    pub retention_bytes: String,
    /// Age of presence, alerts and logs in their streams, where the bridge makes them
    #[arg(long, env = "EONTIDE_EVENTS_RETENTION", default_value = "7d", value_name = "SPAN")]
    pub events_retention: String,
    /// Least time between two updates of a viewer
    #[arg(long, env = "EONTIDE_TICK", default_value = "50ms", value_name = "SPAN")]
    pub tick: String,
    /// Most viewers (WebSockets) at once
    #[arg(long, env = "EONTIDE_VIEWERS_MAX", default_value = "10000", value_name = "N")]
    pub viewers_max: String,
    /// Memory for recent messages, from which slow and returning viewers are served, in bytes
    #[arg(long, env = "EONTIDE_LOG_BYTES", default_value = "67108864", value_name = "N")]
    pub log_bytes: String,
    /// Origin whose pages may use the API and the WebSocket beside our own, for example `https://grafana.example`; may be
    /// repeated; `null` allows pages opened from files, `*` all
    #[arg(long, env = "EONTIDE_ALLOW_ORIGIN", value_name = "ORIGIN", value_delimiter = ',')]
    pub allow_origin: Vec<String>,
    /// Let the API publish what is posted to `/api/v1/channels/<c>/import`: whoever may use the API may then write
    #[arg(long, env = "EONTIDE_ALLOW_IMPORT", value_parser = clap::builder::FalseyValueParser::new())]
    pub allow_import: bool,
    /// Answer the REST calls of PubNub's clients, so that pages made for PubNub EON run as they are once their host name leads
    /// here: any page of any site may then publish and read
    #[arg(long, env = "EONTIDE_PUBNUB_FACADE", value_parser = clap::builder::FalseyValueParser::new())]
    pub pubnub_facade: bool,
    /// What is logged: error, warn, info, debug, trace, or directives of tracing's EnvFilter
    #[arg(long, env = "EONTIDE_LOG", default_value = "info,async_nats=off", value_name = "FILTER")]
    pub log: String,
    /// Ask URL once, exit 0 if it answers 200, else 1: a health check without curl
    #[arg(long, value_name = "URL")]
    pub probe: Option<String>,
}

/// Checked options.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where to listen.
    pub listen: SocketAddr,
    /// Which broker.
    pub broker: Choice,
    /// The same for a user of its system account.
    pub system: Option<Access>,
    /// Retention of streams that are made.
    pub retention: Retention,
    /// Bounds of the store.
    pub limits: Limits,
    /// Where history is kept; `None` where it is in memory alone.
    pub archive: Option<ArchiveSettings>,
    /// Bound of presence.
    pub sources_max: usize,
    /// Time between two updates.
    pub tick: Duration,
    /// Bound of viewers.
    pub viewers_max: usize,
    /// Bound of the fan-out log.
    pub log_bytes: usize,
    /// Further origins.
    pub allow_origin: Vec<String>,
    /// May the API publish?
    pub allow_import: bool,
    /// Are PubNub's clients answered?
    pub pubnub_facade: bool,
}

/// History on disk.
#[derive(Clone, Debug)]
pub struct ArchiveSettings {
    /// Where.
    pub directory: PathBuf,
    /// Longest time between two checkpoints.
    pub every: Duration,
    /// The directory was named by the user: it must be usable.
    pub asked_for: bool,
}

/// Collects every mistake.
struct Checker(Vec<String>);

impl Checker {
    fn take<T>(&mut self, flag: &str, checked: Result<T, String>, instead: T) -> T {
        checked.unwrap_or_else(|problem| {
            self.0.push(format!("{flag}: {problem}"));
            instead
        })
    }

    fn number(&mut self, flag: &str, text: &str, min: u64, max: u64) -> u64 {
        let checked = match text.parse::<u64>() {
            Ok(n) if (min..=max).contains(&n) => Ok(n),
            _ => Err(format!("{text:?} is not a whole number from {min} to {max}")),
        };
        self.take(flag, checked, min)
    }

    fn count(&mut self, flag: &str, text: &str, min: u64, max: u64) -> usize {
        usize::try_from(self.number(flag, text, min, max)).unwrap_or(usize::MAX)
    }

    fn span(&mut self, flag: &str, text: &str, min: Duration, max: Duration) -> Duration {
        let checked = parse_span(text).and_then(|span| {
            if (min..=max).contains(&span) { Ok(span) } else { Err(format!("{text} is not within {min:?} to {max:?}")) }
        });
        self.take(flag, checked, min)
    }
}

const DAY: Duration = Duration::from_secs(86_400);

impl Options {
    /// Checks everything; the error lists every mistake, a line each.
    pub fn check(&self) -> Result<Settings, Vec<String>> {
        let mut checker = Checker(Vec::new());
        let c = &mut checker;
        let listen = c.take("--listen", listen_address(&self.listen), SocketAddr::from(([127, 0, 0, 1], 8080)));
        let history = c.span("--history", &self.history, Duration::from_secs(1), 30 * DAY);
        let limits = Limits {
            history,
            points_bytes: c.count("--points-bytes", &self.points_bytes, 1 << 20, 1 << 50),
            disk_bytes: match &*self.disk_bytes {
                "0" => 0,
                text => c.count("--disk-bytes", text, 1 << 20, 1 << 50),
            },
            series_max: c.count("--max-series", &self.max_series, 1, 10_000_000),
            channels_max: c.count("--channels-max", &self.channels_max, 1, 1_000_000),
        };
        let retention = Retention {
            data_age: c.span("--retention", &self.retention, Duration::from_secs(1), 3660 * DAY),
            data_bytes: c.number("--retention-bytes", &self.retention_bytes, 1 << 20, 1 << 50),
            events_age: c.span("--events-retention", &self.events_retention, Duration::from_secs(1), 3660 * DAY),
        };
        let settings = Settings {
            listen,
            broker: self.broker(c),
            system: self.system(c),
            retention,
            limits,
            sources_max: c.count("--sources-max", &self.sources_max, 1, 10_000_000),
            archive: (limits.disk_bytes > 0).then(|| ArchiveSettings {
                directory: self.data_dir().join("history"),
                every: c.span("--checkpoint", &self.checkpoint, Duration::from_secs(1), DAY),
                asked_for: self.data_dir.is_some(),
            }),
            tick: c.span("--tick", &self.tick, Duration::from_millis(5), Duration::from_secs(10)),
            viewers_max: c.count("--viewers-max", &self.viewers_max, 1, 1_000_000),
            log_bytes: c.count("--log-bytes", &self.log_bytes, 1 << 20, 1 << 40),
            allow_origin: self.allow_origin.clone(),
            allow_import: self.allow_import,
            pubnub_facade: self.pubnub_facade,
        };
        for origin in &self.allow_origin {
            c.take("--allow-origin", check_origin(origin), ());
        }
        if let Err(error) = tracing_subscriber::EnvFilter::try_new(&self.log) {
            checker.0.push(format!("--log: {error}"));
        }
        if checker.0.is_empty() { Ok(settings) } else { Err(checker.0) }
    }

    fn broker(&self, c: &mut Checker) -> Choice {
        let port = c.number("--nats-port", &self.nats_port, 1, 65_535);
        match &self.nats {
            Some(url) => {
                c.take("--nats", check_nats(url), ());
                let (creds, ca) = (self.nats_creds.clone(), self.nats_ca.clone());
                for (flag, file) in [("--nats-creds", &creds), ("--nats-ca", &ca)] {
                    if let Some(file) = file.as_ref().filter(|file| !file.is_file()) {
                        c.0.push(format!("{flag}: {} is not a file", file.display()));
                    }
                }
                Choice::Given(Access { url: url.clone(), creds, ca })
            }
            None => {
                if self.nats_creds.is_some() || self.nats_ca.is_some() {
                    c.0.push("--nats-creds and --nats-ca: only together with --nats URL".into());
                }
                Choice::Local { port: u16::try_from(port).unwrap_or(4222), data_dir: self.data_dir() }
            }
        }
    }

    fn system(&self, c: &mut Checker) -> Option<Access> {
        let url = self.nats_system.clone()?;
        c.take("--nats-system", check_nats(&url), ());
        if self.nats.is_none() {
            c.0.push("--nats-system: only together with --nats URL".into());
        }
        Some(Access { url, creds: None, ca: self.nats_ca.clone() })
    }

    /// `--data-dir`, or `eontide` in the user's data directory.
    fn data_dir(&self) -> PathBuf {
        let variable = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        self.data_dir.clone().unwrap_or_else(|| {
            variable("XDG_DATA_HOME")
                .or_else(|| variable("HOME").map(|home| home.join(".local/share")))
                .unwrap_or_else(std::env::temp_dir)
                .join("eontide")
        })
    }
}

fn listen_address(text: &str) -> Result<SocketAddr, String> {
    use std::net::ToSocketAddrs;
    let problem = || format!("{text:?} is no address to listen on: write HOST:PORT, for example 127.0.0.1:8080");
    text.to_socket_addrs().map_err(|_| problem())?.next().ok_or_else(problem)
}

fn check_nats(url: &str) -> Result<(), String> {
    match url.parse::<async_nats::ServerAddr>() {
        Ok(_) => Ok(()),
        // The URL may hold a password: it is not shown.
        Err(error) => Err(format!("not a NATS address ({error}): write for example nats://127.0.0.1:4222")),
    }
}

fn check_origin(origin: &str) -> Result<(), String> {
    let host = origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://"));
    let whole = host.is_some_and(|host| !host.is_empty() && !host.contains(['/', ' ']));
    if whole || origin == "null" || origin == "*" {
        Ok(())
    } else {
        Err(format!(
            "{origin:?} is no origin: write scheme and host, for example https://grafana.example, or null, or *"
        ))
    }
}

/// The options as a table for README.
pub fn markdown_table() -> String {
    use clap::CommandFactory;
    let mut table = String::from("| option | environment | default | meaning |\n|---|---|---|---|\n");
    for arg in Options::command().get_arguments() {
        let Some(long) = arg.get_long().filter(|long| !["help", "version"].contains(long)) else { continue };
        // clap names a value even of a flag.
        let names = if arg.get_action().takes_values() { arg.get_value_names() } else { None };
        let value = names.and_then(|names| names.first()).map_or(String::new(), |name| format!(" {name}"));
        let env = arg.get_env().map_or(String::new(), |env| format!("`{}`", env.to_string_lossy()));
        let default = arg.get_default_values().first().map_or(String::new(), |v| format!("`{}`", v.to_string_lossy()));
        let help = arg.get_help().map(ToString::to_string).unwrap_or_default().replace('|', "\\|");
        table.push_str(&format!("| `--{long}{value}` | {env} | {default} | {help} |\n"));
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(args: &[&str]) -> Options {
        Options::try_parse_from(std::iter::once(&"broker-bridge").chain(args)).unwrap()
    }

    #[test]
    fn defaults_are_valid_and_listen_on_loopback() {
        let settings = parse(&[]).check().unwrap();
        assert!(settings.listen.ip().is_loopback());
        assert!(matches!(settings.broker, Choice::Local { port: 4222, .. }));
        assert_eq!(settings.tick, Duration::from_millis(50));
        assert!(!settings.allow_import && !settings.pubnub_facade);
    }

    #[test]
    fn every_mistake_is_named_at_once() {
        let bad = [
            ("--listen", "nowhere"),
            ("--nats", "::bad::"),
            ("--nats-system", "::bad::"),
            ("--nats-port", "70000"),
            ("--history", "soon"),
            ("--points-bytes", "-5"),
            ("--max-series", "0"),
            ("--disk-bytes", "5"),
            ("--checkpoint", "0s"),
            ("--channels-max", "x"),
            ("--sources-max", "0"),
            ("--retention", "0s"),
            ("--retention-bytes", "1"),
            ("--events-retention", "1"),
            ("--tick", "1ms"),
            ("--viewers-max", "0"),
            ("--log-bytes", "1"),
            ("--allow-origin", "example.com"),
            ("--log", "not=a=filter"),
        ];
        let args: Vec<String> = bad.iter().map(|(flag, value)| format!("{flag}={value}")).collect();
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        let mistakes = parse(&args).check().unwrap_err();
        for (flag, _) in bad {
            assert!(mistakes.iter().any(|m| m.starts_with(&format!("{flag}:"))), "{flag} is missing in {mistakes:#?}");
        }
    }

    #[test]
    fn bounds_hold_at_both_ends() {
        for (flag, value, fits) in [
            ("--tick", "5ms", true),
            ("--tick", "4ms", false),
            ("--tick", "10s", true),
            ("--tick", "11s", false),
            ("--nats-port", "1", true),
            ("--nats-port", "0", false),
            ("--nats-port", "65535", true),
            ("--history", "1s", true),
            ("--history", "30d", true),
            ("--history", "31d", false),
            ("--viewers-max", "1", true),
            ("--allow-origin", "null", true),
            ("--allow-origin", "*", true),
            ("--allow-origin", "https://a.example:8443", true),
            ("--allow-origin", "https://a.example/", false),
        ] {
            assert_eq!(parse(&[&format!("{flag}={value}")]).check().is_ok(), fits, "{flag} {value}");
        }
    }

    #[test]
    fn the_table_in_readme_is_current() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../README.md");
        let readme = std::fs::read_to_string(path).unwrap();
        let (start, end) = ("<!-- options: begin -->\n", "<!-- options: end -->");
        let (before, rest) = readme.split_once(start).expect("README.md has no begin mark");
        let (found, after) = rest.split_once(end).expect("README.md has no end mark");
        if found == markdown_table() {
            return;
        }
        if std::env::var_os("EONTIDE_UPDATE").is_some() {
            std::fs::write(path, format!("{before}{start}{}{end}{after}", markdown_table())).unwrap();
            return;
        }
        panic!("the options table in README.md is stale: run EONTIDE_UPDATE=1 cargo test -p broker-bridge table");
    }
}
