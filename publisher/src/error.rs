//! What a publisher refuses, and why.

use std::fmt;

/// Why a publisher was not built, or could not deliver everything when it closed. Names every mistake, not only the first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublisherError {
    /// Never empty.
    mistakes: Vec<Mistake>,
}

/// One thing that is wrong, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Mistake {
    /// What it concerns.
    pub kind: ErrorKind,
    /// One sentence for people.
    pub message: String,
}

/// What a [`Mistake`] concerns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The channel name.
    Channel,
    /// The source id.
    SourceId,
    /// The NATS URL.
    Url,
    /// The sampling interval.
    Interval,
    /// The bound of the queue.
    Queue,
    /// A label.
    Label,
    /// The credentials file.
    Credentials,
    /// The TLS root certificate.
    Tls,
    /// The background thread could not be started.
    Thread,
    /// Not everything was delivered before the deadline.
    Undelivered,
}

impl PublisherError {
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { mistakes: vec![Mistake { kind, message: message.into() }] }
    }

    /// `Ok` when there is no mistake.
    pub(crate) fn check(mistakes: Vec<Mistake>) -> Result<(), Self> {
        if mistakes.is_empty() { Ok(()) } else { Err(Self { mistakes }) }
    }

    /// What the first mistake concerns.
    pub fn kind(&self) -> ErrorKind {
        self.mistakes.first().map_or(ErrorKind::Thread, |mistake| mistake.kind)
    }

    /// Every mistake.
    pub fn mistakes(&self) -> &[Mistake] {
        &self.mistakes
    }
}

impl fmt::Display for PublisherError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, mistake) in self.mistakes.iter().enumerate() {
            write!(f, "{}{mistake}", if at > 0 { "; " } else { "" })?;
        }
        Ok(())
    }
}

impl std::error::Error for PublisherError {}
