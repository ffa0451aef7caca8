//! nats.conf with its authorization turned on: what each user may do, and that publishers work under it.
#![allow(clippy::unwrap_used, reason = "in a test, unwrap is the assertion")]

mod common;

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use common::{DEADLINE, NatsServer, create_stream, stored, wait_until};
use eontide_publisher::{ProcessSampling, Publisher, PublisherBuilder, announce_byes};
use eontide_wire::{Bye, Channel, Epoch, SourceId};
use futures_util::StreamExt;
use serde_json::json;

const CHANNEL: &str = "process-memory-demo";

/// A connection that speaks the protocol by hand: what the server says to each line is seen, nothing in between.
struct Raw(BufReader<TcpStream>);

impl Raw {
    fn connect(server: &NatsServer, user: &str) -> Self {
        let stream = TcpStream::connect(("127.0.0.1", server.port)).unwrap();
        stream.set_read_timeout(Some(DEADLINE)).unwrap();
        let mut raw = Self(BufReader::new(stream));
        let options = json!({"user": user, "pass": user, "verbose": false, "pedantic": false});
        assert!(raw.allows(&format!("CONNECT {options}")), "{user} is let in");
        raw
    }

    /// Is this line answered by no refusal?
    fn allows(&mut self, line: &str) -> bool {
        write!(self.0.get_mut(), "{line}\r\nPING\r\n").unwrap();
        let mut allowed = true;
        loop {
            let mut said = String::new();
            assert!(self.0.read_line(&mut said).unwrap() > 0, "the server hung up after {line:?}");
            match said.trim_end() {
                "PONG" => return allowed,
                error if error.starts_with("-ERR 'Permissions Violation") => allowed = false,
                error if error.starts_with("-ERR") => panic!("{line:?}: {error}"),
                _ => {}
            }
        }
    }
}

#[tokio::test]
async fn each_user_may_do_what_its_part_takes_and_no_more() {
    let server = NatsServer::start_guarded().await;
    let table: [(&str, &[&str], &[&str]); 4] = [
        (
            "publisher",
            &[
                "PUB eon.process-memory-demo",
                "PUB eon.process-memory-demo.w",
                "PUB eon-presence.process-memory-demo.hello",
                "PUB eon-presence.process-memory-demo.bye",
                "PUB _INBOX.w.abc.echo.1",
                "SUB _INBOX.w.abc.>",
                "SUB _INBOX.python-7.abc.*",
            ],
            &[
                "PUB eon.other",
                "PUB eon-presence.process-memory-demo.down",
                "PUB eon-alerts.cpu",
                "PUB _INBOX.w.abc.ack.1",
                "PUB _INBOX.abc.1",
                "PUB $JS.API.STREAM.NAMES",
                "PUB $JS.API.STREAM.DELETE.EON",
                "PUB $SYS.REQ.SERVER.PING",
                "SUB eon.>",
                "SUB eon.process-memory-demo",
                "SUB _INBOX.>",
                "SUB _INBOX.abc.*",
                "SUB >",
            ],
        ),
        (
            "worker-7",
            &[
                "PUB eon.process-memory-demo.worker-7",
                "PUB eon-presence.process-memory-demo.worker-7.hello",
                "PUB eon-presence.process-memory-demo.worker-7.bye",
                "PUB _INBOX.worker-7.abc.echo.1",
                "SUB _INBOX.worker-7.abc.>",
            ],
            &[
                "PUB eon.process-memory-demo",
                "PUB eon.process-memory-demo.worker-8",
                "PUB eon-presence.process-memory-demo.bye",
                "PUB eon-presence.process-memory-demo.worker-8.bye",
                "PUB _INBOX.worker-8.abc.echo.1",
                "PUB $JS.API.STREAM.NAMES",
                "SUB _INBOX.worker-8.abc.>",
                "SUB _INBOX.*.abc.>",
                "SUB eon.>",
            ],
        ),
        (
            "bridge",
            &[
                "PUB eon-presence.c.up",
                "PUB $JS.API.STREAM.CREATE.EON",
                "PUB $JS.API.CONSUMER.CREATE.EON.x",
                "SUB eon.>",
                "SUB eon-presence.>",
                "PUB _INBOX_BRIDGE.abc",
                "SUB _INBOX_BRIDGE.abc",
            ],
            &[
                "PUB eon.process-memory-demo",
                "PUB $JS.API.STREAM.DELETE.EON",
                "PUB $JS.API.STREAM.PURGE.EON",
                "PUB $JS.API.STREAM.MSG.DELETE.EON",
                "PUB $JS.API.STREAM.CREATE.OTHER",
                "SUB _INBOX.>",
                "SUB $JS.API.>",
            ],
        ),
        (
            "viewer",
            &["SUB eon.>", "SUB eon-presence.>", "SUB eon-alerts.>"],
            &[
                "PUB eon.process-memory-demo",
                "PUB eon-presence.c.bye",
                "PUB $JS.API.INFO",
                "SUB _INBOX.>",
                "SUB eon-logs.>",
            ],
        ),
    ];
    for (user, may, may_not) in table {
        let mut raw = Raw::connect(&server, user);
        for (lines, expected) in [(may, true), (may_not, false)] {
            for (at, line) in lines.iter().enumerate() {
                // An empty message without reply; a subscription with an id of its own.
                let whole =
                    if line.starts_with("PUB") { format!("{line} 0\r\n") } else { format!("{line} {}", at + 1) };
                assert_eq!(raw.allows(&whole), expected, "{user}: {line}");
            }
        }
    }
    let mut stranger = TcpStream::connect(("127.0.0.1", server.port)).unwrap();
    stranger.write_all(b"CONNECT {\"verbose\":false}\r\nPING\r\n").unwrap();
    let said: Vec<_> = BufReader::new(stranger).lines().map_while(Result::ok).collect();
    assert!(said.iter().any(|line| line.contains("Authorization Violation")), "{said:?}");
}

fn builder(id: &str) -> PublisherBuilder {
    Publisher::builder(CHANNEL).id(id).sample_process(ProcessSampling::none()).interval(Duration::from_millis(50))
}

/// The client does not read a password from the URL.
async fn admin(server: &NatsServer, password: &str) -> async_nats::Client {
    let options = async_nats::ConnectOptions::with_user_and_password("admin".into(), password.into());
    options.connect(server.url()).await.unwrap()
}

/// Saying bye waits for an echo. Where the server refused it, every end took as long as it was allowed to.
async fn closes_at_once(publisher: &Publisher) {
    let start = Instant::now();
    publisher.close(DEADLINE).await.unwrap();
    assert!(start.elapsed() < DEADLINE / 3, "{:?}", start.elapsed());
}

#[tokio::test]
async fn a_publisher_works_with_no_more_than_its_user_has() {
    let server = NatsServer::start_guarded().await;
    let admin = admin(&server, "admin").await;
    create_stream(&admin, json!({})).await;
    let mut presence = admin.subscribe("eon-presence.>").await.unwrap();
    admin.flush().await.unwrap();
    let shared = builder("w").connect(&server.url_of("publisher")).unwrap();
    let own = builder("worker-7").subject_per_source(true).connect(&server.url_of("worker-7")).unwrap();
    for publisher in [&shared, &own] {
        publisher.record("n", 1.0);
        wait_until("its acknowledgement", || publisher.stats().acked > 0).await;
        closes_at_once(publisher).await;
        let stats = publisher.stats();
        assert_eq!((stats.resent, stats.dropped), (0, 0));
    }
    let subjects: Vec<_> =
        stored(&admin).await.iter().map(|message| message.decode().blocks[0].names[0].to_string()).collect();
    assert_eq!(subjects, ["n-w", "n-worker-7"]);
    let mut said = Vec::new();
    while said.len() < 4 {
        said.push(tokio::time::timeout(DEADLINE, presence.next()).await.unwrap().unwrap().subject.to_string());
    }
    said.sort();
    let expected = ["bye", "hello", "worker-7.bye", "worker-7.hello"];
    assert_eq!(said, expected.map(|last| format!("eon-presence.{CHANNEL}.{last}")));
}

/// A user of its own making, without the echo and without JetStream's API: the refusals are answers enough.
#[tokio::test]
async fn a_publisher_that_may_do_less_still_publishes_and_ends_at_once() {
    let config = r#"
        jetstream {}
        authorization {
          users: [
            { user: least, password: p, permissions: { publish: "eon.process-memory-demo", subscribe: "_INBOX.>" } }
            { user: admin, password: p }
          ]
        }"#;
    let server = NatsServer::start_configured(config).await;
    let url = format!("nats://least:p@127.0.0.1:{}", server.port);
    let admin = admin(&server, "p").await;
    create_stream(&admin, json!({})).await;
    let publisher = builder("w").connect(&url).unwrap();
    publisher.record("n", 1.0);
    wait_until("its acknowledgement", || publisher.stats().acked > 0).await;
    closes_at_once(&publisher).await;

    let bye = Bye { id: SourceId::new("w").unwrap(), epoch: Epoch(1), reason: "killed".into() };
    let start = Instant::now();
    announce_byes(&url, &Channel::new(CHANNEL).unwrap(), &[bye], DEADLINE).await.unwrap();
    assert!(start.elapsed() < DEADLINE / 3, "{:?}", start.elapsed());
}
