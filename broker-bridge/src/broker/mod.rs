//! The broker at start: a NATS server that answers, or one of our own; JetStream; the streams; publishing with
//! acknowledgement.

mod child;
mod connect;
pub(crate) mod connections;
mod find;
mod groups;
mod publish;
mod pulse;
pub(crate) mod streams;

use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use async_nats::Client;
use async_nats::jetstream::{self, Context};
use tokio::sync::watch;

use self::child::OwnServer;
pub use self::connect::Access;
pub(crate) use self::groups::{Groups, NotChanged};
pub(crate) use self::publish::{Acknowledged, NotStored};
pub(crate) use self::pulse::Pulse;
pub use self::streams::Retention;
use crate::error::BridgeError;

/// Which server.
#[derive(Clone, Debug)]
pub enum Choice {
    /// One that somebody else runs; never started by us.
    Given(Access),
    /// The one on loopback at this port, or where none answers a child of ours with its data in this directory.
    Local {
        /// Port on 127.0.0.1.
        port: u16,
        /// Where a child keeps its data.
        data_dir: PathBuf,
    },
}

/// A connection with JetStream and the streams behind it.
#[derive(Debug)]
pub struct Broker {
    /// The connection.
    pub client: Client,
    /// JetStream on it.
    pub js: Context,
    /// Rises with every connection.
    pub reconnects: watch::Receiver<u64>,
    /// Where, without credentials.
    pub url: String,
    retention: Retention,
    own: Mutex<Option<OwnServer>>,
    /// The same servers for a user of their system account.
    system: Option<Access>,
}

/// How long we wait for somebody to answer on loopback before we start a server.
const PROBE: Duration = Duration::from_secs(2);

impl Broker {
    /// Connects, starting a server where the choice allows it, and makes the streams that are missing.
    pub async fn start(choice: &Choice, system: Option<Access>, retention: Retention) -> Result<Self, BridgeError> {
        let (access, own) = match choice {
            Choice::Given(access) => (access.clone(), None),
            Choice::Local { port, data_dir } => {
                let url = format!("nats://127.0.0.1:{port}");
                let own = if listens(*port).await {
                    OwnServer::adopt(*port, data_dir)
                } else {
                    Some(OwnServer::start(*port, data_dir).await?)
                };
                (Access { url, creds: None, ca: None }, own)
            }
        };
        let (sender, reconnects) = watch::channel(0);
        let connected = Self::connect(access, sender, reconnects, retention).await;
        match (connected, own) {
            (Ok(broker), own) => {
                let system = system.or_else(|| own.as_ref().and_then(OwnServer::system));
                Ok(Self { own: Mutex::new(own), system, ..broker })
            }
            (Err(error), own) => {
                if let Some(own) = own {
                    own.stop().await;
                }
                Err(error)
            }
        }
    }

    async fn connect(
        access: Access,
        sender: watch::Sender<u64>,
        reconnects: watch::Receiver<u64>,
        retention: Retention,
    ) -> Result<Self, BridgeError> {
        let client = connect::connect(&access, sender).await?;
        let js = jetstream::new(client.clone());
        let broker =
            Self { client, js, reconnects, url: access.shown(), retention, own: Mutex::new(None), system: None };
        broker.ensure_streams().await?;
        Ok(broker)
    }

    /// Makes the streams that are missing; again after somebody deleted one.
    pub async fn ensure_streams(&self) -> Result<(), BridgeError> {
        streams::ensure(&self.js, &self.url, &self.retention).await
    }

    /// The same servers for a user of their system account, where there is one.
    fn system(&self) -> Option<Access> {
        self.system.clone()
    }

    /// Is the connection up?
    pub fn connected(&self) -> bool {
        self.client.connection_state() == async_nats::connection::State::Connected
    }

    /// Leaves, and stops the server that was started here.
    pub async fn stop(&self) {
        tokio::time::timeout(Duration::from_secs(2), self.client.drain()).await.ok();
        let own = self.own.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(own) = own {
            own.stop().await;
        }
    }
}

async fn listens(port: u16) -> bool {
    let attempt = tokio::net::TcpStream::connect(("127.0.0.1", port));
    matches!(tokio::time::timeout(PROBE, attempt).await, Ok(Ok(_)))
}
