//! `--probe URL`: a health check for containers without curl.

use std::io::{Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::time::Duration;

const TIMEOUT: Duration = Duration::from_secs(3);

/// Does `url` (http only) answer 200?
pub fn probe(url: &str) -> bool {
    match status(url) {
        Ok(200) => true,
        Ok(status) => {
            eprintln!("{url} answered {status}");
            false
        }
        Err(error) => {
            eprintln!("{url}: {error}");
            false
        }
    }
}

fn status(url: &str) -> Result<u16, String> {
    let rest = url.strip_prefix("http://").ok_or("write http://HOST:PORT/PATH")?;
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    let with_port = if authority.contains(':') { authority.to_owned() } else { format!("{authority}:80") };
    let address = with_port.to_socket_addrs().map_err(|error| error.to_string())?.next().ok_or("no such host")?;
    let ask = || -> std::io::Result<String> {
        let mut stream = TcpStream::connect_timeout(&address, TIMEOUT)?;
        stream.set_read_timeout(Some(TIMEOUT))?;
        write!(stream, "GET /{path} HTTP/1.1\r\nHost: {authority}\r\nConnection: close\r\n\r\n")?;
        let mut head = [0; 32];
        let mut filled = 0;
        while filled < 12 {
            match stream.read(&mut head[filled..])? {
                0 => break,
                n => filled += n,
            }
        }
        Ok(String::from_utf8_lossy(&head[..filled]).into_owned())
    };
    let head = ask().map_err(|error| error.to_string())?;
    head.split(' ').nth(1).and_then(|code| code.parse().ok()).ok_or_else(|| format!("no HTTP answer: {head:?}"))
}
