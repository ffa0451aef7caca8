//! The same options of the connection, for who monitors.

use super::{PublisherBuilder, bad_url, default_id, keep};
use crate::error::{ErrorKind, PublisherError};
use crate::monitor::{Monitors, QUEUE_DEFAULT};
use crate::publish::presence::host_name;
use crate::publish::target::{Auth, Patience, Target, auth_of, parse_servers};

impl PublisherBuilder {
    /// Connects for monitors instead of publishing: with this authentication, certificate and [`queue`](Self::queue), here in
    /// notices and [`monitor::QUEUE_DEFAULT`](QUEUE_DEFAULT) unless set; channel, interval and the like play no part. As
    /// [`connect`](Self::connect) it returns at once and keeps trying. Needs the feature `monitor`.
    ///
    /// # Errors
    /// Every option that cannot work, each named: URL, credentials, certificate, queue. Or the thread could not be started.
    pub fn monitors(self, url: &str) -> Result<Monitors, PublisherError> {
        let mut found = Vec::new();
        let servers = keep(&mut found, ErrorKind::Url, parse_servers(url).map_err(|why| bad_url(url, &why)));
        let auth = keep(&mut found, ErrorKind::Credentials, self.read_auth());
        keep(&mut found, ErrorKind::Queue, self.check_queue());
        keep(&mut found, ErrorKind::Tls, self.check_root_certificate());
        PublisherError::check(found)?;
        let (Some(servers), Some(auth)) = (servers, auth) else { unreachable!("what is missing was named") };
        let target = Target {
            auth: if matches!(auth, Auth::None) { auth_of(&servers) } else { auth },
            servers,
            name: self.id.unwrap_or_else(|| default_id(Some("monitor"), host_name().as_deref())),
            connection: "eontide-monitor".into(),
            root_certificates: self.root_certificate,
            patience: Patience::Endless,
        };
        let queue = if self.queue == super::QUEUE_DEFAULT { QUEUE_DEFAULT } else { self.queue };
        Monitors::start(target, queue)
    }
}
