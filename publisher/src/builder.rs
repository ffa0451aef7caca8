//! How a publisher is set up: every option with its default, checked together when it connects.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use eontide_wire::limits::HELLO_LABELS_MAX;
use eontide_wire::{Channel, ConnectionName, Epoch, SourceId, Timestamp, subject};

use crate::error::{ErrorKind, Mistake, PublisherError};
use crate::publish::presence::{Introduction, host_name};
#[cfg(feature = "nkeys")]
use crate::publish::target::check_credentials;
use crate::publish::target::{Auth, Patience, Target, auth_of, parse_servers};
use crate::publish::{self, Config};
use crate::publisher::Publisher;
use crate::sample::ProcessSampling;
use crate::series::{Naming, SeriesTable};
use crate::shared::Shared;

#[cfg(feature = "monitor")]
mod monitors;

/// Default of [`PublisherBuilder::interval`].
pub const INTERVAL_DEFAULT: Duration = Duration::from_secs(1);
/// Shortest interval.
pub const INTERVAL_MIN: Duration = Duration::from_millis(10);
/// Longest interval.
pub const INTERVAL_MAX: Duration = Duration::from_secs(24 * 3600);
/// Default of [`PublisherBuilder::queue`], in samples: 34 minutes of four series at 1 Hz; 200 KB when full.
pub const QUEUE_DEFAULT: usize = 8192;
/// Largest queue, in samples of 24 bytes.
pub const QUEUE_MAX: usize = 4_000_000;
/// Longest key or value of a label, in bytes.
const LABEL_BYTES_MAX: usize = 256;

/// What the publisher does to be sure that a message arrived.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Delivery {
    /// One message at a time, sent again until a JetStream stream has it; the stream tells repetitions by their id. A
    /// broker that restarts, or is gone for less than the queue holds, loses nothing. While no stream stores the channel,
    /// messages are published without waiting.
    #[default]
    Acknowledged,
    /// Published once. What is in flight when a connection breaks is lost, and nobody counts it here; the gap in `seq`
    /// shows it to who reads. Saves the broker one reply per message.
    FireAndForget,
}

/// What SIGTERM does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnSigterm {
    /// Nothing of ours: the program decides, and should [`close`](Publisher::close) the publisher.
    #[default]
    Ignore,
    /// Deliver what is queued, say bye with reason `SIGTERM`, then end the process with exit code 143. Needs the feature
    /// `signal`; without it, or off Unix, the same as `Ignore`.
    FlushAndExit {
        /// How long delivering may take.
        within: Duration,
    },
}

/// Collects options; made by [`Publisher::builder`], used up by [`connect`](Self::connect).
#[derive(Clone)]
pub struct PublisherBuilder {
    channel: String,
    id: Option<String>,
    epoch: Option<u64>,
    interval: Duration,
    sampling: ProcessSampling,
    naming: Naming,
    labels: BTreeMap<String, String>,
    program: Option<String>,
    version: Option<String>,
    queue: usize,
    delivery: Delivery,
    subject_per_source: bool,
    on_sigterm: OnSigterm,
    #[cfg(feature = "nkeys")]
    credentials_file: Option<PathBuf>,
    auth: Auth,
    root_certificate: Option<PathBuf>,
}

impl PublisherBuilder {
    pub(crate) fn new(channel: &str) -> Self {
        Self {
            channel: channel.into(),
            id: None,
            epoch: None,
            interval: INTERVAL_DEFAULT,
            sampling: ProcessSampling::default(),
            naming: Naming::default(),
            labels: BTreeMap::new(),
            program: None,
            version: None,
            queue: QUEUE_DEFAULT,
            delivery: Delivery::default(),
            subject_per_source: false,
            on_sigterm: OnSigterm::default(),
            #[cfg(feature = "nkeys")]
            credentials_file: None,
            auth: Auth::None,
            root_certificate: None,
        }
    }

    /// The source id: one token of `A-Za-z0-9_-`, 128 bytes at most, different for every process of the channel.
    /// Default: `<program>-<host>-<pid>`, so that containers, in which every program is process 1, do not share one.
    pub fn id(mut self, id: &str) -> Self {
        self.id = Some(id.into());
        self
    }

    /// How often process and gauges are read and published. Default 1 s; 10 ms to a day.
    pub fn interval(mut self, interval: Duration) -> Self {
        self.interval = interval;
        self
    }

    /// Which figures of this process are published, and in which unit. Default: all, in bytes.
    pub fn sample_process(mut self, sampling: ProcessSampling) -> Self {
        self.sampling = sampling;
        self
    }

    /// How names become column names. Default: `<metric>-<id>`.
    pub fn naming(mut self, naming: Naming) -> Self {
        self.naming = naming;
        self
    }

    /// Adds a label to what the source says of itself: 64 at most, key and value of at most 256 bytes.
    pub fn label(mut self, key: &str, value: &str) -> Self {
        self.labels.insert(key.into(), value.into());
        self
    }

    /// Name of the program in the hello. Default: that of the executable.
    pub fn program(mut self, name: &str) -> Self {
        self.program = Some(name.into());
        self
    }

    /// Version of the program in the hello. Default: none.
    pub fn version(mut self, version: &str) -> Self {
        self.version = Some(version.into());
        self
    }

    /// How many samples wait while they cannot be delivered; when full, the oldest are dropped and counted.
    /// Default [`QUEUE_DEFAULT`]; 1 to [`QUEUE_MAX`]. Memory grows only with what is queued, 24 bytes a sample.
    pub fn queue(mut self, samples: usize) -> Self {
        self.queue = samples;
        self
    }

    /// How sure to be that messages arrive. Default [`Delivery::Acknowledged`].
    pub fn delivery(mut self, delivery: Delivery) -> Self {
        self.delivery = delivery;
        self
    }

    /// Publish on `eon.<channel>.<id>` instead of `eon.<channel>`, hello and bye likewise, so that the server can enforce who
    /// speaks as whom. Who watches the channel sees this source as before. Default `false`.
    pub fn subject_per_source(mut self, on: bool) -> Self {
        self.subject_per_source = on;
        self
    }

    /// What SIGTERM does. Default: nothing.
    #[cfg(feature = "signal")]
    pub fn on_sigterm(mut self, on_sigterm: OnSigterm) -> Self {
        self.on_sigterm = on_sigterm;
        self
    }

    /// Start of this life, in ms since 1970. Default: now. For a supervisor that must know it beforehand.
    ///
    /// Messages of a smaller epoch are charted, but taken for late ones of an earlier life: they are no sign of life. So
    /// where the wall clock steps back between two lives of the same [`id`](Self::id), the source shows as down until the
    /// clock has passed the start of the earlier life; a program that cannot trust its clock numbers its lives itself.
    pub fn epoch(mut self, epoch_ms: u64) -> Self {
        self.epoch = Some(epoch_ms);
        self
    }

    /// Authenticate by a NATS credentials file (`.creds`), read when connecting. Needs the feature `nkeys`.
    #[cfg(feature = "nkeys")]
    pub fn credentials_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.credentials_file = Some(path.into());
        self
    }

    /// Authenticate by token.
    pub fn token(mut self, token: &str) -> Self {
        self.auth = Auth::Token(token.into());
        self
    }

    /// Authenticate by user and password.
    pub fn user_password(mut self, user: &str, password: &str) -> Self {
        self.auth = Auth::UserPassword(user.into(), password.into());
        self
    }

    /// Trust servers whose certificate leads to one in this PEM file, besides those the machine trusts.
    pub fn root_certificate(mut self, path: impl Into<PathBuf>) -> Self {
        self.root_certificate = Some(path.into());
        self
    }

    /// Starts publishing to `url`: `nats://host:port`, `tls://host:port`, or several separated by commas. Returns at once:
    /// the background thread connects, and keeps trying; samples wait meanwhile. User and password, or a token, may stand
    /// in the URL (`nats://user:password@host`, special characters as `%40`), where no other authentication is given.
    ///
    /// # Errors
    /// Every option that cannot work, each named: channel, id, URL, interval, queue, labels, credentials, certificate. Or
    /// the thread could not be started.
    pub fn connect(self, url: &str) -> Result<Publisher, PublisherError> {
        let queue = self.queue;
        let naming = self.naming;
        let config = self.check(url)?;
        let mut series = SeriesTable::new(naming, &config.introduction.id);
        for metric in config.sampling.metrics() {
            if let Some(id) = series.find_or_add(metric.name()) {
                series.describe(id, config.sampling.unit(*metric));
            }
        }
        let shared = Arc::new(Shared::new(queue, series));
        let (id, epoch) = (config.introduction.id.clone(), config.introduction.epoch);
        publish::start(config, Arc::clone(&shared))
            .map_err(|error| PublisherError::new(ErrorKind::Thread, format!("cannot start the thread: {error}")))?;
        Ok(Publisher::new(shared, id, epoch))
    }

    /// Raw options → checked ones, naming every mistake.
    fn check(self, url: &str) -> Result<Config, PublisherError> {
        let program = self.program.clone().or_else(program_name);
        let id = self.id.clone().unwrap_or_else(|| default_id(program.as_deref(), host_name().as_deref()));
        let mut found = Vec::new();
        let channel = keep(&mut found, ErrorKind::Channel, Channel::new(&self.channel));
        let id = keep(&mut found, ErrorKind::SourceId, SourceId::new(&id));
        let servers = keep(&mut found, ErrorKind::Url, parse_servers(url).map_err(|why| bad_url(url, &why)));
        let auth = keep(&mut found, ErrorKind::Credentials, self.read_auth());
        keep(&mut found, ErrorKind::Interval, self.check_interval());
        keep(&mut found, ErrorKind::Queue, self.check_queue());
        keep(&mut found, ErrorKind::Label, self.check_labels());
        keep(&mut found, ErrorKind::Tls, self.check_root_certificate());
        PublisherError::check(std::mem::take(&mut found))?;
        let (Some(channel), Some(id), Some(servers), Some(auth)) = (channel, id, servers, auth) else {
            unreachable!("what is missing was named");
        };
        let channel = if self.subject_per_source {
            // The subject below the channel is one, too: data, hello and bye of this source, and of no other.
            let own = keep(&mut found, ErrorKind::Channel, channel.of_source(&id));
            PublisherError::check(found)?;
            own.unwrap_or(channel)
        } else {
            channel
        };
        let epoch = Epoch(self.epoch.unwrap_or_else(next_epoch));
        Ok(Config {
            target: Target {
                connection: ConnectionName::Source(channel.clone(), id.clone(), epoch).to_string(),
                auth: if matches!(auth, Auth::None) { auth_of(&servers) } else { auth },
                servers,
                name: id.to_string(),
                root_certificates: self.root_certificate,
                patience: Patience::Endless,
            },
            subject: subject::data(&channel),
            introduction: Introduction {
                id,
                epoch,
                program,
                version: self.version,
                interval_ms: self.interval.as_millis() as u64,
                labels: self.labels,
            },
            channel,
            interval: self.interval,
            sampling: self.sampling,
            delivery: self.delivery,
            sigterm: self.on_sigterm,
        })
    }

    #[cfg(not(feature = "nkeys"))]
    fn read_auth(&self) -> Result<Auth, String> {
        Ok(self.auth.clone())
    }

    #[cfg(feature = "nkeys")]
    fn read_auth(&self) -> Result<Auth, String> {
        let Some(path) = &self.credentials_file else { return Ok(self.auth.clone()) };
        let shown = path.display();
        let text = std::fs::read_to_string(path).map_err(|error| format!("credentials file {shown}: {error}"))?;
        check_credentials(&text).map_err(|error| format!("credentials file {shown}: {error}"))?;
        Ok(Auth::Credentials(text))
    }

    fn check_interval(&self) -> Result<(), String> {
        let fits = (INTERVAL_MIN..=INTERVAL_MAX).contains(&self.interval);
        fits.then_some(()).ok_or_else(|| format!("interval {:?} is not between 10 ms and a day", self.interval))
    }

    fn check_queue(&self) -> Result<(), String> {
        let fits = (1..=QUEUE_MAX).contains(&self.queue);
        fits.then_some(()).ok_or_else(|| format!("queue of {} samples is not between 1 and {QUEUE_MAX}", self.queue))
    }

    fn check_labels(&self) -> Result<(), String> {
        if self.labels.len() > HELLO_LABELS_MAX {
            return Err(format!("{} labels, {HELLO_LABELS_MAX} is the limit", self.labels.len()));
        }
        let fits = |(key, value): (&String, &String)| {
            !key.is_empty() && key.len() <= LABEL_BYTES_MAX && value.len() <= LABEL_BYTES_MAX
        };
        match self.labels.iter().find(|label| !fits(*label)) {
            Some((key, _)) => Err(format!("label {key:?}: write 1 to {LABEL_BYTES_MAX} bytes for key and value")),
            None => Ok(()),
        }
    }

    fn check_root_certificate(&self) -> Result<(), String> {
        let Some(path) = &self.root_certificate else { return Ok(()) };
        std::fs::File::open(path).map(drop).map_err(|error| format!("root certificate {}: {error}", path.display()))
    }
}

/// Is `url` one that [`PublisherBuilder::connect`] takes? For programs that name all mistakes of their options at once.
///
/// # Errors
/// [`ErrorKind::Url`].
pub fn check_url(url: &str) -> Result<(), PublisherError> {
    parse_servers(url).map(drop).map_err(|why| PublisherError::new(ErrorKind::Url, bad_url(url, &why)))
}

fn keep<T>(found: &mut Vec<Mistake>, kind: ErrorKind, checked: Result<T, impl ToString>) -> Option<T> {
    checked.map_err(|error| found.push(Mistake { kind, message: error.to_string() })).ok()
}

/// Names the URL without the secret it may hold.
fn bad_url(url: &str, why: &str) -> String {
    let shown = url.rsplit_once('@').map_or(url, |(_, host)| host);
    format!("url {shown:?} is not usable: write nats://host:port ({why})")
}

fn program_name() -> Option<String> {
    let path = std::env::current_exe().ok()?;
    Some(path.file_stem()?.to_string_lossy().chars().take(128).collect())
}

/// `<program>-<host>-<pid>`: in containers every program may be process 1, but each has a host name of its own.
fn default_id(program: Option<&str>, host: Option<&str>) -> String {
    let token = |text: &str, chars_max| -> String {
        let allowed = |c: char| if c.is_ascii_alphanumeric() || c == '_' { c } else { '-' };
        text.chars().map(allowed).take(chars_max).collect()
    };
    let program = token(program.unwrap_or("process"), 60);
    let host = host.map(|host| format!("-{}", token(host, 55))).unwrap_or_default();
    format!("{program}{host}-{}", std::process::id())
}

/// Now, but never the same or less than before in this process: two lives in one millisecond are two epochs.
fn next_epoch() -> u64 {
    static LAST: AtomicU64 = AtomicU64::new(0);
    let now = Timestamp::now().as_millis();
    let next = |last: u64| Some(now.max(last + 1));
    let last = LAST.fetch_update(Relaxed, Relaxed, next).unwrap_or(0);
    now.max(last + 1)
}

impl std::fmt::Debug for PublisherBuilder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Secrets stay out.
        f.debug_struct("PublisherBuilder")
            .field("channel", &self.channel)
            .field("id", &self.id)
            .field("interval", &self.interval)
            .field("sampling", &self.sampling)
            .field("queue", &self.queue)
            .field("delivery", &self.delivery)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
#[path = "builder_tests.rs"]
mod tests;
