//! By a bridge's API: who is there now, asked again and again. Compared by their lives, so that it does not matter whether the
//! bridge is restarted meanwhile.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::happened::{Failed, Happened, say};
use crate::options::{CONTACT, Wish};

/// Between two questions; later, so that a script that waits for long costs a bridge little.
const ASK_EVERY: (Duration, Duration) = (Duration::from_millis(200), Duration::from_secs(1));
/// How long an answer may take.
const WITHIN: Duration = Duration::from_secs(10);
/// Largest answer.
const BODY_MAX: u64 = 256 << 20;
/// Most sources of an answer: what the API gives.
const SOURCES_MAX: usize = 20_000;

/// Channel and id, and which life.
type Lives = BTreeMap<(String, String), (u64, u64)>;

/// Waits, and says what happened.
pub(crate) fn wait(wish: &Wish, address: &str) -> Result<(), Failed> {
    let mut asking = Asking { wish, address, heard: false, contact: Instant::now() + CONTACT, pause: ASK_EVERY.0 };
    if wish.up { asking.until_up() } else { asking.until_down() }
}

struct Asking<'w> {
    wish: &'w Wish,
    address: &'w str,
    /// It answered at least once.
    heard: bool,
    contact: Instant,
    pause: Duration,
}

impl Asking<'_> {
    fn until_down(&mut self) -> Result<(), Failed> {
        let mut waiting = Lives::new();
        let first = self.present()?;
        for (id, lives) in self.wish.ids.iter().zip(first) {
            if lives.is_empty() {
                say(&Happened {
                    id: id.clone(),
                    up: false,
                    since: now_ms(),
                    reason: "noproc: there is no such source".into(),
                });
                if !self.wish.all {
                    return Ok(());
                }
            }
            waiting.extend(lives);
        }
        self.wish.begun();
        while !waiting.is_empty() {
            self.pause(|| format!("not down within {}: {}", self.wish.timeout, self.wish.ids.join(" ")))?;
            let there: Lives = self.present()?.into_iter().flatten().collect();
            let gone = |(source, (epoch, _)): (&_, &(u64, _))| there.get(source).is_none_or(|(now, _)| now != epoch);
            let gone: Vec<_> = waiting.iter().filter(|one| gone(*one)).map(|(source, _)| source.clone()).collect();
            for source in gone {
                waiting.remove(&source);
                say(&self.why(&source));
                if !self.wish.all {
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    fn until_up(&mut self) -> Result<(), Failed> {
        loop {
            let there = self.present()?;
            let oldest = |lives: &Lives| {
                let oldest = lives.iter().min_by_key(|(_, (_, since))| *since);
                oldest.map(|((_, id), (_, since))| (id.clone(), *since))
            };
            let up: Vec<_> = there.iter().filter_map(oldest).collect();
            if up.len() == self.wish.ids.len() || (!self.wish.all && !up.is_empty()) {
                for (id, since) in up.into_iter().take(if self.wish.all { usize::MAX } else { 1 }) {
                    say(&Happened { id, up: true, since, reason: String::new() });
                }
                return Ok(());
            }
            self.pause(|| format!("not up within {}: {}", self.wish.timeout, self.wish.ids.join(" ")))?;
        }
    }

    fn pause(&mut self, late: impl Fn() -> String) -> Result<(), Failed> {
        if self.wish.left().is_zero() {
            return Err(Failed::Timeout(late()));
        }
        self.wish.rest(self.pause);
        self.pause = (self.pause * 2).min(ASK_EVERY.1);
        Ok(())
    }

    /// Who is there of each id, when the bridge knows it.
    fn present(&mut self) -> Result<Vec<Lives>, Failed> {
        loop {
            let asked: Result<Vec<Lives>, Problem> = (|| {
                // Before it has read its history everybody would seem to be gone.
                get(self.address, "/readyz")?;
                self.wish.ids.iter().map(|id| self.lives(id)).collect()
            })();
            let why = match asked {
                Ok(lives) => {
                    self.heard = true;
                    return Ok(lives);
                }
                Err(Problem::Refused(why)) => return Err(Failed::Usage(why)),
                Err(Problem::Away(why)) => why,
            };
            let until = if self.heard { self.wish.until } else { self.contact.min(self.wish.until) };
            if Instant::now() >= until {
                let advice = "check the address, and that a bridge runs there and reaches its NATS";
                return Err(Failed::Unreachable(format!("http://{}: {why}: {advice}", self.address)));
            }
            self.wish.rest(ASK_EVERY.0);
        }
    }

    fn lives(&self, id: &str) -> Result<Lives, Problem> {
        let states = "up,restarted,crash_looping,stale,unknown";
        let channel = self.channel('&');
        let path = format!("/api/v1/sources?state={states}&id={id}&k={SOURCES_MAX}{channel}");
        let page = json(&get(self.address, &path)?)?;
        // Cut off itself, it does not know.
        if page["hearing"] == false {
            return Err(Problem::Away("the bridge is cut off from NATS".into()));
        }
        if page["total"].as_u64() > Some(SOURCES_MAX as u64) {
            let problem =
                format!("{} sources fit {id}, {SOURCES_MAX} is the limit: say more, or use --nats", page["total"]);
            return Err(Problem::Refused(problem));
        }
        let sources =
            page["sources"].as_array().ok_or_else(|| Problem::Away("its answer is none of a bridge".into()))?;
        let life = |source: &Value| {
            let name = (source["channel"].as_str()?.to_owned(), source["id"].as_str()?.to_owned());
            Some((name, (source["epoch"].as_u64()?, source["since"].as_u64()?)))
        };
        Ok(sources.iter().filter_map(life).collect())
    }

    fn channel(&self, first: char) -> String {
        let channel = self.wish.channel.as_ref();
        channel.map(|channel| format!("{first}channel={}", channel.replace('>', "%3E"))).unwrap_or_default()
    }

    /// Why a source is gone, as far as the bridge still says.
    fn why(&self, (channel, id): &(String, String)) -> Happened {
        let asked = get(self.address, &format!("/api/v1/sources/{id}?channel={channel}")).and_then(|body| json(&body));
        let source = asked.map(|lives| lives["sources"][0].clone()).unwrap_or_default();
        let text = |name: &str| source[name].as_str().unwrap_or_default().to_owned();
        let reason = match (source.is_null(), source["cause"].is_null()) {
            (true, _) => "noproc: forgotten".to_owned(),
            (false, true) => "restarted: a later life began".to_owned(),
            (false, false) => format!("{}: {}", text("cause"), text("reason")),
        };
        Happened { id: id.clone(), up: false, since: source["since"].as_u64().unwrap_or_else(now_ms), reason }
    }
}

/// Why there is no answer.
enum Problem {
    /// It may come back.
    Away(String),
    /// Asking again makes no difference.
    Refused(String),
}

fn json(body: &str) -> Result<Value, Problem> {
    serde_json::from_str(body).map_err(|error| Problem::Away(format!("no answer of a bridge: {error}")))
}

/// The body of a 200.
fn get(address: &str, path: &str) -> Result<String, Problem> {
    let away = |error: std::io::Error| Problem::Away(error.to_string());
    let ask = || -> std::io::Result<Vec<u8>> {
        let none = || std::io::Error::other("no such host");
        let mut stream = TcpStream::connect_timeout(&address.to_socket_addrs()?.next().ok_or_else(none)?, WITHIN)?;
        stream.set_read_timeout(Some(WITHIN))?;
        // HTTP/1.0: the answer ends with the connection, in one piece.
        write!(stream, "GET {path} HTTP/1.0\r\nHost: {address}\r\n\r\n")?;
        let mut answer = Vec::new();
        stream.take(BODY_MAX).read_to_end(&mut answer)?;
        Ok(answer)
    };
    let answer = String::from_utf8_lossy(&ask().map_err(away)?).into_owned();
    let (head, body) = answer.split_once("\r\n\r\n").ok_or_else(|| Problem::Away("it does not speak HTTP".into()))?;
    match head.split(' ').nth(1) {
        Some("200") => Ok(body.to_owned()),
        Some("400" | "413") => Err(Problem::Refused(format!("the bridge refuses: {body}"))),
        other => Err(Problem::Away(format!("it answers {}", other.unwrap_or("nothing")))),
    }
}

fn now_ms() -> u64 {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    now.map_or(0, |now| u64::try_from(now.as_millis()).unwrap_or(0))
}
