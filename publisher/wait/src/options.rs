//! What the command line asks for, checked.

use std::time::{Duration, Instant};

use clap::Parser;
use eontide_publisher::check_url;
use eontide_publisher::monitor::Target;
use eontide_publisher::wire::{ChannelPattern, SourceId};

/// Longest timeout.
const TIMEOUT_MAX: Duration = Duration::from_secs(366 * 86_400);
/// Most ids.
const IDS_MAX: usize = 1_000;
/// How long a bridge is looked for that never answered.
pub(crate) const CONTACT: Duration = Duration::from_secs(10);

/// Waits until a source is down, or up. Prints a line for what happened: id, state, since when (ms since 1970), reason.
#[derive(Debug, Parser)]
#[command(
    version,
    about,
    after_help = "Exit codes: 0 it happened, 1 it did not within --timeout, 2 the command line cannot be used, 3 no NATS \
                  server or no bridge answers.\n\nDown means the end of what is there now: who is restarted meanwhile was \
                  down. What is not there at all is down at once, with the reason noproc."
)]
pub(crate) struct Arguments {
    /// What to wait for
    #[arg(long = "for", value_name = "down|up", value_parser = ["down", "up"])]
    wanted: String,
    /// Ids of sources; * stands for any text
    #[arg(required = true, value_name = "ID")]
    ids: Vec<String>,
    /// Every one of them, instead of any one
    #[arg(long)]
    all: bool,
    /// Says on stderr when it has begun to wait: what ends from then on counts
    #[arg(long, short)]
    verbose: bool,
    /// How long: a number with ms, s, m or h
    #[arg(long, env = "EONTIDE_WAIT_TIMEOUT", default_value = "30s", value_name = "TIME", allow_hyphen_values = true)]
    timeout: String,
    /// Only sources of this channel, or of channels that fit a pattern
    #[arg(long, value_name = "NAME")]
    channel: Option<String>,
    /// NATS server; several separated by commas. A bridge must run somewhere on it
    #[arg(
        long,
        env = "EONTIDE_NATS",
        default_value = "nats://127.0.0.1:4222",
        value_name = "URL",
        hide_env_values = true
    )]
    nats: String,
    /// Asks this bridge by HTTP instead: http://HOST:PORT
    #[arg(long, value_name = "URL")]
    bridge: Option<String>,
}

/// Who is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Nats(String),
    /// `host:port`.
    Bridge(String),
}

/// Checked options.
#[derive(Clone, Debug)]
pub(crate) struct Wish {
    pub(crate) up: bool,
    pub(crate) ids: Vec<String>,
    pub(crate) all: bool,
    pub(crate) until: Instant,
    verbose: bool,
    /// `until` in words.
    pub(crate) timeout: String,
    pub(crate) channel: Option<String>,
    pub(crate) place: Place,
}

impl Wish {
    /// Raw → checked. Every mistake is one sentence that names its option.
    pub(crate) fn check(raw: &Arguments) -> Result<Self, Vec<String>> {
        let (mut mistakes, up) = (Vec::new(), raw.wanted == "up");
        if raw.ids.len() > IDS_MAX {
            mistakes.push(format!("ID: {} of them, {IDS_MAX} is the limit: use a pattern", raw.ids.len()));
        }
        // A pattern is an id in which stars stand for something.
        let bad = raw.ids.iter().find(|id| SourceId::new(&id.replace('*', "x")).is_err());
        if let Some(id) = bad {
            mistakes.push(format!("ID: {id:?} is no id: write up to 128 characters of A-Z a-z 0-9 _ - and *"));
        }
        if let Some(id) = raw.ids.iter().find(|id| up && raw.all && id.contains('*')) {
            mistakes.push(format!("--all: nobody knows who else could fit {id:?}: name those that are to be up"));
        }
        if let Some(Err(problem)) = raw.channel.as_deref().map(ChannelPattern::new) {
            mistakes.push(format!("--channel: {problem}"));
        }
        let timeout = parse_duration(&raw.timeout).filter(|timeout| *timeout <= TIMEOUT_MAX);
        if timeout.is_none() {
            mistakes.push(format!("--timeout: {:?} is not a time as 500ms, 30s, 5m or 1h", raw.timeout));
        }
        let place = match &raw.bridge {
            Some(url) => address_of(url).map(Place::Bridge).ok_or_else(|| {
                format!("--bridge: {url:?} is not usable: write http://HOST:PORT, the address of the page")
            }),
            None => {
                check_url(&raw.nats).map(|()| Place::Nats(raw.nats.clone())).map_err(|why| format!("--nats: {why}"))
            }
        };
        let place = place.map_err(|mistake| mistakes.push(mistake)).ok();
        match (timeout, place, mistakes.is_empty()) {
            (Some(timeout), Some(place), true) => Ok(Self {
                up,
                ids: raw.ids.clone(),
                all: raw.all,
                verbose: raw.verbose,
                until: Instant::now() + timeout,
                timeout: raw.timeout.clone(),
                channel: raw.channel.clone(),
                place,
            }),
            _ => Err(mistakes),
        }
    }

    /// Tells people that it has begun.
    pub(crate) fn begun(&self) {
        if self.verbose {
            eprintln!("waiting for {} to be {}", self.ids.join(" "), if self.up { "up" } else { "down" });
        }
    }

    /// What is left of the time.
    pub(crate) fn left(&self) -> Duration {
        self.until.saturating_duration_since(Instant::now())
    }

    /// Does nothing for so long, or for what is left of the time.
    #[allow(clippy::disallowed_methods, reason = "a pause between two questions, of a program that does nothing else")]
    pub(crate) fn rest(&self, pause: Duration) {
        std::thread::sleep(pause.min(self.left()));
    }

    /// One of the ids as what a monitor takes.
    pub(crate) fn target(&self, id: &str) -> Target {
        Target { channel: self.channel.clone(), ..Target::glob(id) }
    }
}

fn parse_duration(text: &str) -> Option<Duration> {
    let digits = text.find(|c: char| !c.is_ascii_digit() && c != '.')?;
    let (number, unit) = text.split_at(digits);
    let seconds = match unit {
        "ms" => 0.001,
        "s" => 1.0,
        "m" => 60.0,
        "h" => 3600.0,
        _ => return None,
    };
    Duration::try_from_secs_f64(number.parse::<f64>().ok()? * seconds).ok()
}

/// `host:port` of a bridge's URL.
fn address_of(url: &str) -> Option<String> {
    let address = url.strip_prefix("http://")?.trim_end_matches('/');
    let plain = !address.is_empty() && address.chars().all(|c| c.is_ascii_graphic() && !"/?#@".contains(c));
    let port = address.rsplit_once(':').is_some_and(|(_, port)| port.parse::<u16>().is_ok());
    plain.then(|| if port { address.to_owned() } else { format!("{address}:80") })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(arguments: &[&str]) -> Result<Wish, Vec<String>> {
        let arguments = [&["eontide-wait"], arguments].concat();
        Wish::check(&Arguments::try_parse_from(arguments).map_err(|error| vec![error.to_string()])?)
    }

    #[test]
    fn every_mistake_is_named() {
        let all = ["--for=up", "--all", "a*", "b c", "--timeout=1", "--channel=a b", "--bridge=https://x"];
        let mistakes = check(&all).unwrap_err();
        for name in ["ID: \"b c\"", "--all: ", "--timeout: ", "--channel: ", "--bridge: "] {
            assert!(mistakes.iter().any(|mistake| mistake.starts_with(name)), "{name} in {mistakes:?}");
        }
        for bad in [&["a"][..], &["--for=gone", "a"], &["--for=up"], &["--for=up", "a", "--nats=http://x"]] {
            assert!(check(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_bridge_is_named_by_its_address() {
        for (url, address) in [
            ("http://127.0.0.1:8080", Some("127.0.0.1:8080")),
            ("http://web-1/", Some("web-1:80")),
            ("http://[::1]:8080/", Some("[::1]:8080")),
            ("http://a/b", None),
            ("http://u@a", None),
            ("a:1", None),
        ] {
            assert_eq!(address_of(url).as_deref(), address, "{url}");
        }
        let wish = check(&["--for=down", "w-*", "x", "--timeout=0.5s", "--channel=c"]).unwrap();
        assert!(!wish.up && wish.left() <= Duration::from_millis(500));
        assert_eq!(wish.target("w-*"), Target::glob("w-*").on_channel("c"));
        assert_eq!(wish.place, Place::Nats("nats://127.0.0.1:4222".into()));
    }
}
