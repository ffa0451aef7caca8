//! Our own accept loop around warp's service.
//!
//! warp's server has no header timeout, no cap on connections, does not set TCP_NODELAY, hangs in a graceful shutdown on
//! a half-sent request and never closes a WebSocket with a code. All of that lives here.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio_io_timeout::TimeoutStream;
use tokio_util::sync::CancellationToken;

use super::Server;
use crate::error::BridgeError;

/// A request's head must be complete by then: a slow one holds a connection.
const HEADER_TIMEOUT: Duration = Duration::from_secs(5);
/// How long nothing may be read by the other end of what we write: a dead or hostile reader holds memory. Any progress
/// counts, so that a large answer over a slow link arrives.
const WRITE_TIMEOUT: Duration = Duration::from_secs(10);
/// How long open connections and viewers may take to end.
const DRAIN: Duration = Duration::from_secs(5);
/// Connections beside those of viewers: pages, API, scrapers.
const CONNECTIONS_BESIDE_VIEWERS: usize = 1024;
/// Pause when the system has no descriptors left, so that the loop does not spin.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// A bound socket.
#[derive(Debug)]
pub struct Listener {
    socket: TcpListener,
    address: SocketAddr,
}

impl Listener {
    /// Binds; the error names the address and the way out.
    pub async fn bind(address: SocketAddr) -> Result<Self, BridgeError> {
        let fail = |source| BridgeError::Listen { address, source };
        let socket = TcpListener::bind(address).await.map_err(fail)?;
        let address = socket.local_addr().map_err(fail)?;
        Ok(Self { socket, address })
    }

    /// Where it listens; the real port where 0 was asked for.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Accepts until `stop`, then ends what is open within a deadline.
    pub async fn serve(self, server: Arc<Server>, stop: CancellationToken) {
        let service = warp::service(super::routes(Arc::clone(&server), stop.clone()));
        let connections = Arc::new(tokio::sync::Semaphore::new(server.viewers_max + CONNECTIONS_BESIDE_VIEWERS));
        let tasks = server.tasks.clone();
        loop {
            let accepted = tokio::select! {
                () = stop.cancelled() => break,
                accepted = self.socket.accept() => accepted,
            };
            let stream = match accepted {
                Ok((stream, _)) => stream,
                Err(error) => {
                    tracing::warn!(%error, "cannot accept a connection");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                    continue;
                }
            };
            let Ok(permit) = Arc::clone(&connections).try_acquire_owned() else {
                server.metrics.http_connections_refused_total.add(1);
                continue;
            };
            server.metrics.http_connections_total.add(1);
            let (service, stop) = (service.clone(), stop.clone());
            tasks.spawn(async move {
                serve_connection(stream, TowerToHyperService::new(service), stop).await;
                drop(permit);
            });
        }
        drop((self.socket, service));
        tasks.close();
        if tokio::time::timeout(DRAIN, tasks.wait()).await.is_err() {
            tracing::warn!("some connections did not end in time");
        }
    }
}

async fn serve_connection<S>(stream: TcpStream, service: S, stop: CancellationToken)
where
    S: hyper::service::Service<hyper::Request<hyper::body::Incoming>, Response = warp::reply::Response>
        + Send
        + 'static,
    S::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    S::Future: Send,
{
    stream.set_nodelay(true).ok();
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(WRITE_TIMEOUT));
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_TIMEOUT)
        .max_buf_size(64 * 1024)
        .serve_connection(TokioIo::new(Box::pin(stream)), service)
        .with_upgrades();
    tokio::pin!(connection);
    let ended = tokio::select! {
        ended = &mut connection => ended,
        () = stop.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::trace!(%error, "connection ended");
    }
}
