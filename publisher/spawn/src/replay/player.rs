//! Publishes a recording, each point when it is due, with the time at which it is.
//!
//! The publisher never blocks, so here is where somebody waits: past half of its queue nothing is added until the broker
//! has taken some. A replay that cannot keep up takes longer and loses nothing.

use std::time::Duration;

use anyhow::{Context, bail};
use eontide_publisher::wire::Timestamp;
use eontide_publisher::wire::limits::COLUMNS_MAX;
use eontide_publisher::{Naming, ProcessSampling, Publisher};
use tokio::time::{Instant, sleep, sleep_until};

use super::reader;
use super::recording::{Point, Recording};
use crate::options::ReplayOptions;
use crate::signals::Signals;

/// In samples.
const QUEUE: usize = 65_536;
/// Where the queue is too full, how long until it is looked at again.
const QUEUE_PAUSE: Duration = Duration::from_millis(10);
/// How long delivering the last values may take.
const DELIVER_WITHIN: Duration = Duration::from_secs(30);
/// Points closer together go at once: no timer is finer.
const TOGETHER: Duration = Duration::from_millis(1);
const STATUS_EVERY: Duration = Duration::from_secs(1);

/// Plays the file until its end, or Ctrl-C or SIGTERM.
///
/// # Errors
/// If the file cannot be read, lines of it were passed over, or values were not delivered.
pub(crate) async fn run(options: &ReplayOptions) -> anyhow::Result<()> {
    let recording = reader::read(&options.file, options.interval.as_micros() as i64)?;
    for said in &recording.unread.named {
        eprintln!("not replayed: {said}");
    }
    let publisher = connect(options, &recording)?;
    let mut signals = Signals::listen()?;
    let mut play = Play { options, recording: &recording, publisher: &publisher, shown: Instant::now(), published: 0 };
    eprintln!("{}", play.opening());
    let reason = tokio::select! {
        () = play.all() => "end of the recording",
        () = signals.next() => "stopped",
    };
    let published = play.published;
    publisher.close_because(reason, DELIVER_WITHIN).await.context("not everything was delivered")?;
    let stats = publisher.stats();
    eprintln!("{reason}: {published} values published");
    if stats.dropped + stats.rejected > 0 {
        bail!("{} values were refused by the broker, {} by the wire's limits", stats.dropped, stats.rejected);
    }
    if recording.unread.total > 0 {
        bail!("{} lines of {} were not replayed", recording.unread.total, options.file.display());
    }
    Ok(())
}

fn connect(options: &ReplayOptions, recording: &Recording) -> anyhow::Result<Publisher> {
    // What a source says of its interval decides when silence means death.
    let pause = options.speed.play(recording.longest_pause_us());
    let interval = pause.clamp(Duration::from_secs(1), eontide_publisher::INTERVAL_MAX);
    Publisher::builder(options.channel.as_str())
        .id(&format!("replay-{}", reader::stem(&options.file)))
        .sample_process(ProcessSampling::none())
        .naming(Naming::AsGiven)
        .interval(interval)
        .queue(QUEUE)
        .program(env!("CARGO_PKG_NAME"))
        .version(env!("CARGO_PKG_VERSION"))
        .label("replay", &reader::stem(&options.file))
        .connect(&options.nats)
        .context("cannot publish")
}

struct Play<'r> {
    options: &'r ReplayOptions,
    recording: &'r Recording,
    publisher: &'r Publisher,
    shown: Instant,
    published: u64,
}

impl Play<'_> {
    fn opening(&self) -> String {
        let Recording { names, points, .. } = self.recording;
        format!(
            "replaying {}: {} values of {} series, {:.1} s at {} · channel {} · {}",
            self.options.file.display(),
            points.len(),
            names.len(),
            self.recording.span_us() as f64 / 1e6,
            self.options.speed,
            self.options.channel.as_str(),
            self.options.nats_shown,
        )
    }

    async fn all(&mut self) {
        loop {
            self.once().await;
            if !self.options.repeat {
                return;
            }
            // The first point is not at the time of the last one.
            let last = self.options.speed.play(self.recording.span_us() / self.recording.points.len() as i64);
            sleep(last.max(TOGETHER)).await;
        }
    }

    async fn once(&mut self) {
        let (started, started_at) = (Instant::now(), Timestamp::now());
        let points = &self.recording.points;
        let first = points.first().map_or(0, |point| point.at);
        for row in points.chunk_by(|a, b| a.at == b.at) {
            let offset = row[0].at - first;
            let due = started + self.options.speed.play(offset);
            if due > Instant::now() + TOGETHER {
                sleep_until(due).await;
            }
            let at = Timestamp::from_micros(started_at.as_micros() + self.options.speed.play_us(offset));
            for part in row.chunks(COLUMNS_MAX) {
                self.wait_for_room(part.len()).await;
                self.publish(at, part);
            }
            self.show(offset);
        }
    }

    fn publish(&mut self, at: Timestamp, row: &[Point]) {
        let names = &self.recording.names;
        self.publisher.record_many(at, row.iter().map(|point| (names[point.series as usize].as_str(), point.value)));
        self.published += row.len() as u64;
    }

    async fn wait_for_room(&self, samples: usize) {
        while self.publisher.stats().queued + samples > QUEUE / 2 {
            sleep(QUEUE_PAUSE).await;
        }
    }

    /// Where we are, now and then.
    fn show(&mut self, offset_us: i64) {
        if self.shown.elapsed() >= STATUS_EVERY {
            self.shown = Instant::now();
            let whole = self.recording.span_us().max(1);
            eprintln!("{} % · {:.1} s of {:.1} s", offset_us * 100 / whole, offset_us as f64 / 1e6, whole as f64 / 1e6);
        }
    }
}
