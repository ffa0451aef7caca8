//! A bye on behalf of a process that can no longer say it: whoever started it knows at once how it ended.

use std::time::Duration;

use eontide_wire::{Bye, Channel, subject};

use super::connection::Connection;
use super::presence::encode_bye;
use super::target::{Patience, Target, auth_of, parse_servers};
use crate::error::{ErrorKind, PublisherError};

/// Publishes byes for processes that died, over a connection of its own, and returns when the server has read them.
///
/// Needs a tokio runtime with I/O and time. `url` is as for [`PublisherBuilder::connect`](crate::PublisherBuilder::connect).
/// Where no server answers it fails at once: when to try again is the caller's to say, and nothing goes on connecting
/// meanwhile. A server that reads the byes but does not allow them is warned of in the log: trying again would not help.
///
/// # Errors
/// A bad URL, no server, or none that answers within `timeout`: then some may have been published, and publishing them
/// again does no harm.
pub async fn announce_byes(
    url: &str,
    channel: &Channel,
    byes: &[Bye],
    timeout: Duration,
) -> Result<(), PublisherError> {
    let servers = parse_servers(url).map_err(|error| PublisherError::new(ErrorKind::Url, error))?;
    let target = Target {
        auth: auth_of(&servers),
        servers,
        name: "eontide-announcer".into(),
        connection: "eontide-announcer".into(),
        root_certificates: None,
        patience: Patience::Once,
    };
    let announced = tokio::time::timeout(timeout, announce(&target, &subject::bye(channel), byes)).await;
    let missed =
        |why: &str| PublisherError::new(ErrorKind::Undelivered, format!("{} byes not announced: {why}", byes.len()));
    match announced {
        Ok(Ok(())) => Ok(()),
        Ok(Err(why)) => Err(missed(&why)),
        Err(_) => Err(missed("the server did not answer in time")),
    }
}

async fn announce(target: &Target, subject: &str, byes: &[Bye]) -> Result<(), String> {
    let mut connection = Connection::open(target).await?;
    let gone = "the connection was lost";
    connection.link.wait_for(|link| link.connected).await.map_err(|_| gone)?;
    for bye in byes {
        connection.publish(subject, encode_bye(bye), None, None).await.map_err(|_| gone)?;
    }
    let read = connection.until_read().await;
    connection.close().await;
    if read { Ok(()) } else { Err(gone.into()) }
}
