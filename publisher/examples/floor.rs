//! The least that an acknowledged message a second costs: a thread that sleeps, writes to a socket, and reads the answer. No
//! client, no runtime, no samples. The baseline `make bench` puts beside `embed`.
//!
//! `cargo run --release -p eontide-publisher --no-default-features --example floor nats://127.0.0.1:4222`

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

/// As long as what `embed` publishes.
const PAYLOAD: &str = r#"{"columns":[["rss-embedded",3264512],["heap-total-embedded",405504],["heap-embedded",301232],["cpu-embedded",0.02],["turn-embedded",1],["x",1763683200.123]],"from":{"id":"embedded","epoch":1763683100000,"seq":42}}"#;

fn main() -> std::io::Result<()> {
    let url = std::env::args().nth(1).unwrap_or_else(|| "nats://127.0.0.1:4222".to_owned());
    let mut socket = TcpStream::connect(url.trim_start_matches("nats://"))?;
    socket.set_nodelay(true)?;
    socket.write_all(b"CONNECT {\"verbose\":false}\r\nSUB _INBOX.floor.a 1\r\nPING\r\n")?;
    // Greeting and pong.
    let mut buffer = [0; 4096];
    while !buffer.windows(6).any(|bytes| bytes == b"PONG\r\n") {
        buffer.fill(0);
        if socket.read(&mut buffer)? == 0 {
            return Ok(());
        }
    }
    let message = format!("PUB eon.process-memory-demo _INBOX.floor.a {}\r\n{PAYLOAD}\r\n", PAYLOAD.len());
    loop {
        std::thread::park_timeout(Duration::from_secs(1));
        socket.write_all(message.as_bytes())?;
        let read = socket.read(&mut buffer)?;
        if buffer[..read].starts_with(b"PING") {
            socket.write_all(b"PONG\r\n")?;
        } else if read == 0 {
            return Ok(());
        }
    }
}
