//! What the command line asks for: every option, its environment variable, default, bounds and text, once.

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{Args, Parser, Subcommand};
use eontide_publisher::wire::{Channel, SourceId, limits::SOURCE_ID_BYTES_MAX};
use eontide_publisher::{INTERVAL_MAX, INTERVAL_MIN};

use crate::chaos::Chaos;
use crate::load::Load;
use crate::replay::Speed;

/// Most children.
const COUNT_MAX: u32 = 10_000;
/// Digits of the largest index.
const INDEX_BYTES_MAX: usize = 4;
const MIB: u64 = 1 << 20;
/// Bounds of `--leak-max`, in MiB.
const LEAK_MAX_MIB: std::ops::RangeInclusive<u64> = 1..=65_536;

/// Starts N real processes that publish their memory on one channel, restarts those that die, stops them all; or replays
/// a file.
#[derive(Debug, Parser)]
#[command(version, about, args_conflicts_with_subcommands = true)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) raw: RawOptions,
    #[command(subcommand)]
    pub(crate) role: Option<Role>,
}

/// What this process is, if not the parent.
#[derive(Debug, Subcommand)]
pub(crate) enum Role {
    /// One publishing process; started by the parent only.
    #[command(hide = true)]
    Child(ChildOptions),
}

/// Options as written; [`Options::check`] makes them usable, naming every mistake at once.
#[derive(Clone, Debug, Args)]
pub(crate) struct RawOptions {
    /// Number of processes, 1 to 10000
    #[arg(long, env = "EONTIDE_COUNT", default_value = "5", value_name = "N", allow_hyphen_values = true)]
    pub(crate) count: String,
    /// Channel they publish on
    #[arg(long, env = "EONTIDE_CHANNEL", default_value = "process-memory-demo", value_name = "NAME")]
    pub(crate) channel: String,
    /// NATS server; several separated by commas
    #[arg(
        long,
        env = "EONTIDE_NATS",
        default_value = "nats://127.0.0.1:4222",
        value_name = "URL",
        hide_env_values = true
    )]
    pub(crate) nats: String,
    /// How often each publishes: a number with ms, s or m; 10ms to a day
    #[arg(long, env = "EONTIDE_INTERVAL", default_value = "1s", value_name = "TIME", allow_hyphen_values = true)]
    pub(crate) interval: String,
    /// What each does: sha256 (hashes at random moments), leak (grows), none
    #[arg(long, env = "EONTIDE_LOAD", default_value = "sha256", value_name = "KIND")]
    pub(crate) load: String,
    /// Source ids are this and a number from 0
    #[arg(
        long,
        env = "EONTIDE_PREFIX",
        default_value = "process-memory-",
        value_name = "TEXT",
        allow_hyphen_values = true
    )]
    pub(crate) prefix: String,
    /// Where `--load leak` stops growing, in MiB
    #[arg(long, env = "EONTIDE_LEAK_MAX", default_value = "256", value_name = "MIB", allow_hyphen_values = true)]
    pub(crate) leak_max: String,
    /// What befalls them: kill=0.1/s (SIGKILL, of all together), pause=0.05/s:10s (SIGSTOP, then SIGCONT), disconnect=5m (each
    /// loses its connection that often on average); several with commas
    #[arg(long, env = "EONTIDE_CHAOS", value_name = "WHAT", conflicts_with = "replay", allow_hyphen_values = true)]
    pub(crate) chaos: Option<String>,
    /// Makes the same chaos again: the number that the status line says
    #[arg(long, value_name = "N", requires = "chaos", allow_hyphen_values = true)]
    pub(crate) chaos_seed: Option<String>,
    /// Plays a file instead: NDJSON of messages or of objects, CSV, or a number a line; - reads stdin
    #[arg(long, value_name = "FILE")]
    pub(crate) replay: Option<PathBuf>,
    /// How many times faster than it was recorded, 0.01 to 10000; lines without a time lie --interval apart
    #[arg(long, default_value = "1", value_name = "N", requires = "replay", allow_hyphen_values = true)]
    pub(crate) speed: String,
    /// Begins the file anew when it has ended
    #[arg(long, requires = "replay")]
    pub(crate) repeat: bool,
}

/// Options of one child, written by the parent. The NATS URL comes by environment: arguments are visible to everyone.
#[derive(Clone, Debug, Args)]
pub(crate) struct ChildOptions {
    #[arg(long)]
    pub(crate) id: String,
    #[arg(long)]
    pub(crate) epoch: u64,
    #[arg(long)]
    pub(crate) channel: String,
    #[arg(long, env = "EONTIDE_NATS", hide_env_values = true)]
    pub(crate) nats: String,
    #[arg(long)]
    pub(crate) interval_ms: u64,
    #[arg(long)]
    pub(crate) load: Load,
    /// Most memory the load holds, in bytes.
    #[arg(long)]
    pub(crate) memory_max: u64,
    /// Mean time between two lost connections.
    #[arg(long, requires = "seed")]
    pub(crate) disconnect_ms: Option<u64>,
    #[arg(long)]
    pub(crate) seed: Option<u64>,
}

/// Checked options.
#[derive(Clone, Debug)]
pub(crate) struct Options {
    pub(crate) count: u32,
    pub(crate) channel: Channel,
    pub(crate) nats: String,
    pub(crate) interval: Duration,
    pub(crate) load: Load,
    pub(crate) prefix: String,
    pub(crate) leak_max_bytes: u64,
    pub(crate) chaos: Option<Chaos>,
}

/// Checked options of a replay.
#[derive(Clone, Debug)]
pub(crate) struct ReplayOptions {
    pub(crate) file: PathBuf,
    pub(crate) speed: Speed,
    pub(crate) repeat: bool,
    pub(crate) channel: Channel,
    pub(crate) nats: String,
    pub(crate) nats_shown: String,
    /// Between lines that say no time.
    pub(crate) interval: Duration,
}

/// What there is to do.
#[derive(Clone, Debug)]
pub(crate) enum Task {
    Spawn(Options),
    Replay(ReplayOptions),
}

impl Task {
    /// Raw → checked. Every mistake is one sentence that names its option.
    pub(crate) fn check(raw: &RawOptions) -> Result<Self, Vec<String>> {
        match &raw.replay {
            None => Options::check(raw).map(Self::Spawn),
            Some(file) => ReplayOptions::check(raw, file).map(Self::Replay),
        }
    }
}

impl ReplayOptions {
    fn check(raw: &RawOptions, file: &Path) -> Result<Self, Vec<String>> {
        let mut mistakes = Vec::new();
        let speed = keep(&mut mistakes, "--speed", Speed::parse(&raw.speed));
        let options = match Options::check(raw) {
            Ok(options) => Some(options),
            Err(more) => {
                mistakes.extend(more);
                None
            }
        };
        let checked = speed.zip(options).map(|(speed, options)| Self {
            file: file.to_owned(),
            speed,
            repeat: raw.repeat,
            nats_shown: options.nats_shown(),
            channel: options.channel,
            nats: options.nats,
            interval: options.interval,
        });
        checked.ok_or(mistakes)
    }
}

impl Options {
    fn check(raw: &RawOptions) -> Result<Self, Vec<String>> {
        let mut mistakes = Vec::new();
        let count = keep(&mut mistakes, "--count", check_count(&raw.count));
        let channel = keep(&mut mistakes, "--channel", Channel::new(&raw.channel).map_err(|error| error.to_string()));
        let nats = keep(&mut mistakes, "--nats", check_nats(&raw.nats));
        let interval = keep(&mut mistakes, "--interval", check_interval(&raw.interval));
        let load = keep(&mut mistakes, "--load", raw.load.parse());
        let prefix = keep(&mut mistakes, "--prefix", check_prefix(&raw.prefix));
        let leak_max_bytes = keep(&mut mistakes, "--leak-max", check_leak_max(&raw.leak_max));
        let chaos = raw.chaos.as_deref().map(|text| Chaos::parse(text, raw.chaos_seed.as_deref())).transpose();
        let chaos = keep(&mut mistakes, "--chaos", chaos);
        let checked = (|| {
            Some(Self {
                count: count?,
                channel: channel?,
                nats: nats?,
                interval: interval?,
                load: load?,
                prefix: prefix?,
                leak_max_bytes: leak_max_bytes?,
                chaos: chaos?,
            })
        })();
        checked.ok_or(mistakes)
    }

    /// The source id of child `index`.
    pub(crate) fn id(&self, index: u32) -> String {
        format!("{}{index}", self.prefix)
    }

    /// Most memory the load of one child holds, in bytes: many children share what five would take.
    pub(crate) fn memory_max_bytes(&self) -> u64 {
        match self.load {
            Load::Leak => self.leak_max_bytes,
            Load::Sha256 | Load::None => (256 * MIB / u64::from(self.count)).clamp(MIB, 24 * MIB),
        }
    }

    /// The NATS servers without the secrets their URLs may hold.
    pub(crate) fn nats_shown(&self) -> String {
        let without_secret = |url: &str| match (url.find("://"), url.rfind('@')) {
            (Some(scheme), Some(at)) if at > scheme => format!("{}{}", &url[..scheme + 3], &url[at + 1..]),
            _ => url.to_owned(),
        };
        self.nats.split(',').map(without_secret).collect::<Vec<_>>().join(",")
    }
}

fn keep<T>(mistakes: &mut Vec<String>, option: &str, checked: Result<T, String>) -> Option<T> {
    checked.map_err(|error| mistakes.push(format!("{option}: {error}"))).ok()
}

fn check_count(text: &str) -> Result<u32, String> {
    let count = text.parse().ok().filter(|count| (1..=COUNT_MAX).contains(count));
    count.ok_or_else(|| format!("{text:?} is not a number from 1 to {COUNT_MAX}"))
}

fn check_nats(url: &str) -> Result<String, String> {
    // The publisher's own check, without starting one.
    match eontide_publisher::check_url(url) {
        Ok(()) => Ok(url.into()),
        Err(error) => Err(error.to_string()),
    }
}

fn check_interval(text: &str) -> Result<Duration, String> {
    let interval = parse_duration(text).filter(|interval| (INTERVAL_MIN..=INTERVAL_MAX).contains(interval));
    interval.ok_or_else(|| format!("{text:?} is not a time from 10ms to 1440m, for example 500ms, 1s or 2m"))
}

/// A number with ms, s or m.
pub(crate) fn parse_duration(text: &str) -> Option<Duration> {
    let digits = text.find(|c: char| !c.is_ascii_digit() && c != '.')?;
    let (number, unit) = text.split_at(digits);
    let seconds = match unit {
        "ms" => 0.001,
        "s" => 1.0,
        "m" => 60.0,
        _ => return None,
    };
    Duration::try_from_secs_f64(number.parse::<f64>().ok()? * seconds).ok()
}

fn check_prefix(prefix: &str) -> Result<String, String> {
    let fits = prefix.len() + INDEX_BYTES_MAX <= SOURCE_ID_BYTES_MAX;
    match SourceId::new(&format!("{prefix}0")) {
        Ok(_) if fits => Ok(prefix.into()),
        _ => Err(format!(
            "{prefix:?} is not usable: write at most {} characters of A-Z a-z 0-9 _ -",
            SOURCE_ID_BYTES_MAX - INDEX_BYTES_MAX
        )),
    }
}

fn check_leak_max(text: &str) -> Result<u64, String> {
    let mib = text.parse().ok().filter(|mib| LEAK_MAX_MIB.contains(mib));
    let [low, high] = [LEAK_MAX_MIB.start(), LEAK_MAX_MIB.end()];
    mib.map(|mib| mib * MIB).ok_or_else(|| format!("{text:?} is not a number of MiB from {low} to {high}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn raw(arguments: &[&str]) -> RawOptions {
        Arguments::try_parse_from(["spawn"].iter().chain(arguments)).unwrap().raw
    }

    #[test]
    fn the_command_line_definition_is_sound() {
        use clap::CommandFactory;
        Arguments::command().debug_assert();
    }

    #[test]
    fn the_defaults_are_those_of_the_demo() {
        let options = Options::check(&raw(&[])).unwrap();
        assert_eq!((options.count, options.channel.as_str()), (5, "process-memory-demo"));
        assert_eq!(options.interval, Duration::from_secs(1));
        assert_eq!(options.id(4), "process-memory-4");
        assert_eq!(options.leak_max_bytes, 256 * MIB);
    }

    #[test]
    fn every_mistake_is_named_at_once() {
        let arguments = [
            "--count=0",
            "--channel=a b",
            "--nats=http://x",
            "--interval=1",
            "--load=y",
            "--prefix=a.",
            "--leak-max=0",
        ];
        let mistakes = Options::check(&raw(&arguments)).unwrap_err();
        let named: Vec<_> = mistakes.iter().map(|mistake| mistake.split(':').next().unwrap()).collect();
        assert_eq!(named, ["--count", "--channel", "--nats", "--interval", "--load", "--prefix", "--leak-max"]);
    }

    #[test]
    fn bounds_hold_at_both_ends() {
        for (argument, fits) in [
            ("--count=1", true),
            ("--count=10000", true),
            ("--count=0", false),
            ("--count=10001", false),
            ("--count=-1", false),
            ("--count=five", false),
            ("--interval=10ms", true),
            ("--interval=9ms", false),
            ("--interval=1440m", true),
            ("--interval=1441m", false),
            ("--interval=0.5s", true),
            ("--interval=1e9s", false),
            ("--interval=s", false),
            ("--leak-max=65536", true),
            ("--leak-max=65537", false),
            ("--prefix=", true),
            ("--load=none", true),
        ] {
            assert_eq!(Options::check(&raw(&[argument])).is_ok(), fits, "{argument}");
        }
        let prefix = |len| format!("--prefix={}", "a".repeat(len));
        assert!(Options::check(&raw(&[&prefix(124)])).is_ok());
        assert!(Options::check(&raw(&[&prefix(125)])).is_err());
    }

    #[test]
    fn a_replay_has_options_of_its_own_and_needs_a_file() {
        let Ok(Task::Replay(options)) = Task::check(&raw(&["--replay=a.csv", "--speed=10", "--channel=past"])) else {
            panic!("no replay");
        };
        assert_eq!((options.file.to_str(), options.channel.as_str(), options.repeat), (Some("a.csv"), "past", false));
        let mistakes = Task::check(&raw(&["--replay=a.csv", "--speed=0", "--interval=x"])).unwrap_err();
        assert_eq!(mistakes.len(), 2, "{mistakes:?}");
        for alone in ["--speed=10", "--repeat"] {
            assert!(Arguments::try_parse_from(["spawn", alone]).is_err(), "{alone}");
        }
        assert!(matches!(Task::check(&raw(&[])), Ok(Task::Spawn(_))));
    }

    #[test]
    fn secrets_are_not_shown() {
        let options = Options::check(&raw(&["--nats=nats://u:hunter2@a:1,nats://b:2"])).unwrap();
        assert_eq!(options.nats_shown(), "nats://a:1,nats://b:2");
    }

    #[test]
    fn many_children_share_the_memory_of_few() {
        for (count, mib) in [("1", 24), ("5", 24), ("16", 16), ("200", 1), ("10000", 1)] {
            let options = Options::check(&raw(&[&format!("--count={count}")])).unwrap();
            assert_eq!(options.memory_max_bytes() / MIB, mib, "{count}");
        }
    }
}
