//! What `--chaos` does to the children: a rate, a seed, and who is struck when.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::sleep;

use crate::options::parse_duration;
use crate::random::Random;

/// Most strikes a second, of all children together.
const RATE_MAX: f64 = 1_000.0;
/// Bounds of a pause, and of the mean time between two lost connections.
const PAUSE: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(3600));
const DISCONNECT: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(86_400));
const FORM: &str = "write kill=0.1/s, pause=0.05/s:10s, disconnect=5m, or several with commas between";

/// What is done to children.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Chaos {
    /// Children killed a second, of all together.
    kill: f64,
    /// Children stopped a second, of all together, and for how long.
    pause: f64,
    pause_for: Duration,
    /// Mean time between two lost connections of each child.
    pub(crate) disconnect: Option<Duration>,
    /// What makes it the same again.
    pub(crate) seed: u64,
    text: String,
}

/// Something that is done to a child.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Strike {
    /// SIGKILL.
    Kill,
    /// SIGSTOP, and after so long SIGCONT.
    Pause(Duration),
}

impl Chaos {
    /// Reads `kill=0.1/s,pause=0.05/s:10s,disconnect=5m`; without a seed it is another chaos each time.
    pub(crate) fn parse(text: &str, seed: Option<&str>) -> Result<Self, String> {
        let seed = match seed {
            None => Random::new().below(1_000_000),
            Some(seed) => seed.parse().map_err(|_| format!("--chaos-seed {seed:?} is not a whole number"))?,
        };
        let mut chaos = Self { seed, text: text.to_owned(), ..Self::default() };
        for part in text.split(',') {
            let (name, value) = part.split_once('=').ok_or_else(|| format!("{part:?}: {FORM}"))?;
            let fits = match name.trim() {
                "kill" => rate(value).map(|rate| chaos.kill = rate),
                "pause" => value.split_once(':').and_then(|(every, time)| {
                    (chaos.pause, chaos.pause_for) = (rate(every)?, within(time, PAUSE)?);
                    Some(())
                }),
                "disconnect" => within(value, DISCONNECT).map(|mean| chaos.disconnect = Some(mean)),
                _ => None,
            };
            fits.ok_or_else(|| format!("{part:?}: {FORM}; at most {RATE_MAX}/s, pauses of 100ms to 60m"))?;
        }
        Ok(chaos)
    }

    /// What is done next, how long after what was done last, and to which of `count` children.
    fn next(&self, random: &mut Random, count: u64) -> Option<(Duration, Strike, u64)> {
        let all = self.kill + self.pause;
        let pause = random.wait(Duration::try_from_secs_f64(1.0 / all).ok()?);
        let kill = random.unit() * all < self.kill;
        let strike = if kill { Strike::Kill } else { Strike::Pause(self.pause_for) };
        Some((pause, strike, random.below(count)))
    }
}

impl fmt::Display for Chaos {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "chaos {} --chaos-seed {}", self.text, self.seed)
    }
}

/// `0.1/s`, `3/m`, `5/h`, in 1/s.
fn rate(text: &str) -> Option<f64> {
    let (number, unit) = text.split_once('/')?;
    let seconds = match unit {
        "s" => 1.0,
        "m" => 60.0,
        "h" => 3600.0,
        _ => return None,
    };
    let rate = number.parse::<f64>().ok()? / seconds;
    // Below once in ten years it is a mistake.
    (rate > 3e-9 && rate <= RATE_MAX).then_some(rate)
}

fn within(text: &str, (least, most): (Duration, Duration)) -> Option<Duration> {
    parse_duration(text).filter(|time| (least..=most).contains(time))
}

/// One child as chaos sees it.
#[derive(Debug)]
pub(crate) struct Victim {
    pub(crate) strikes: mpsc::Sender<Strike>,
    /// There is a process to be struck.
    pub(crate) running: std::sync::Arc<AtomicBool>,
}

/// Strikes for ever.
pub(crate) async fn run(chaos: Chaos, victims: Vec<Victim>) {
    let mut random = Random::seeded(chaos.seed);
    while let Some((pause, strike, first)) = chaos.next(&mut random, victims.len() as u64) {
        sleep(pause).await;
        // Who is dead already has a neighbour.
        let (before, from) = victims.split_at(first as usize);
        if let Some(victim) = from.iter().chain(before).find(|victim| victim.running.load(Relaxed)) {
            // One who was not struck yet since the last time is struck hard enough.
            let _ = victim.strikes.try_send(strike);
        }
    }
    // Lost connections are the children's own.
    std::future::pending::<()>().await;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_and_times_are_read_or_refused() {
        let chaos = Chaos::parse("kill=0.1/s,pause=3/m:500ms,disconnect=5m", Some("42")).unwrap();
        assert_eq!((chaos.kill, chaos.pause, chaos.pause_for), (0.1, 0.05, Duration::from_millis(500)));
        assert_eq!((chaos.disconnect, chaos.seed), (Some(Duration::from_secs(300)), 42));
        assert_eq!(chaos.to_string(), "chaos kill=0.1/s,pause=3/m:500ms,disconnect=5m --chaos-seed 42");
        for bad in ["", "kill", "kill=0/s", "kill=-1/s", "kill=1001/s", "kill=1", "kill=NaN/s", "pause=1/s", "eat=1/s"]
        {
            assert!(Chaos::parse(bad, None).is_err(), "{bad}");
        }
        for bad in ["pause=1/s:99ms", "pause=1/s:61m", "disconnect=99ms", "disconnect=1441m", "kill=1/s,"] {
            assert!(Chaos::parse(bad, None).is_err(), "{bad}");
        }
        assert!(Chaos::parse("kill=1/s", Some("x")).unwrap_err().contains("--chaos-seed"));
    }

    #[test]
    fn strikes_come_at_their_rates_to_everybody_and_the_same_seed_is_the_same_chaos() {
        let drawn = |seed: &str| {
            let chaos = Chaos::parse("kill=2/s,pause=1/s:1s", Some(seed)).unwrap();
            let mut random = Random::seeded(chaos.seed);
            (0..10_000).map(|_| chaos.next(&mut random, 4).unwrap()).collect::<Vec<_>>()
        };
        let strikes = drawn("7");
        let seconds: f64 = strikes.iter().map(|(pause, _, _)| pause.as_secs_f64()).sum();
        let kills = strikes.iter().filter(|(_, strike, _)| *strike == Strike::Kill).count();
        assert!((3200.0..3470.0).contains(&seconds), "{seconds}");
        assert!((6500..6850).contains(&kills), "{kills}");
        for child in 0..4 {
            let struck = strikes.iter().filter(|(_, _, victim)| *victim == child).count();
            assert!((2300..2700).contains(&struck), "{child}: {struck}");
        }
        assert_eq!(strikes, drawn("7"));
        assert_ne!(strikes, drawn("8"));
        let chaos = Chaos::parse("disconnect=1s", None).unwrap();
        assert_eq!(chaos.next(&mut Random::new(), 4), None, "the parent has nothing to do");
    }
}
