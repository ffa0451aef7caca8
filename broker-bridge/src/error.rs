//! What can keep the bridge from starting or running: one clear sentence each, with what to do.

use std::net::SocketAddr;
use std::path::PathBuf;

/// Why the bridge cannot start or go on.
#[derive(Debug, thiserror::Error)]
pub enum BridgeError {
    /// The address to listen on is in use or not ours.
    #[error("cannot listen on {address}: {source}; choose another with --listen HOST:PORT, or stop what listens there")]
    Listen {
        /// The address asked for.
        address: SocketAddr,
        /// What the system said.
        source: std::io::Error,
    },
    /// No server answers at a URL that was given.
    #[error(
        "no NATS server answers at {url}: {detail}; start one there, correct --nats, or leave --nats out and the bridge starts its own"
    )]
    Unreachable {
        /// Where, without credentials.
        url: String,
        /// What the client said.
        detail: String,
    },
    /// The server refused the credentials.
    #[error(
        "the NATS server at {url} refused the credentials; give the right ones in the URL (nats://user:password@host) or with --nats-creds FILE"
    )]
    Credentials {
        /// Where, without credentials.
        url: String,
    },
    /// The server runs without JetStream.
    #[error(
        "the NATS server at {url} runs without JetStream, where history is kept: start it with -js or with the shipped nats.conf"
    )]
    NoJetStream {
        /// Where, without credentials.
        url: String,
    },
    /// A stream cannot be made or read.
    #[error(
        "cannot use stream {stream}: {detail}; allow the bridge $JS.API.STREAM.INFO and .CREATE for it, or create it"
    )]
    Stream {
        /// Which.
        stream: &'static str,
        /// What the server said.
        detail: String,
    },
    /// No nats-server program was found.
    #[error(
        "no NATS server answers at 127.0.0.1:{port} and no nats-server program was found to start: install nats-server 2.11 or newer \
         on PATH, name one in $NATS_SERVER, run `make tools` in the repository, or point --nats at a running server"
    )]
    NoServerProgram {
        /// Where none answered.
        port: u16,
    },
    /// The nats-server that was found does not start.
    #[error("{program} did not start: {detail}")]
    ServerFailed {
        /// Which program.
        program: PathBuf,
        /// Its last words.
        detail: String,
    },
    /// The data directory cannot be used.
    #[error("cannot use the data directory {path}: {source}; choose another with --data-dir DIR")]
    DataDir {
        /// Which.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A task that must run for ever ended.
    #[error("{task} ended: {detail}")]
    TaskEnded {
        /// Which.
        task: &'static str,
        /// Why.
        detail: String,
    },
}
