//! The Eontide wire, version 1: what publishers, bridges and viewers agree on.
//!
//! | module | holds |
//! |---|---|
//! | [`limits`] | every bound both sides obey, in one place |
//! | [`channel`] | [`Channel`], [`ChannelPattern`]: the checked name of a channel and of what a viewer watches |
//! | [`subject`] | how channels, hello and bye map onto NATS subjects, and back |
//! | [`source`] | [`SourceId`], [`Epoch`], [`Origin`]: who published a message |
//! | [`timestamp`] | [`Timestamp`]: microseconds since 1970, read from seconds … nanoseconds or RFC 3339 |
//! | [`message`] | [`DataMessage`]: blocks of columns that share their x |
//! | [`decode()`] | bytes from the channel → [`DataMessage`] or a counted [`Reject`] |
//! | [`encode`] | the publisher's side: columns → bytes |
//! | [`hello`] | [`Hello`] and [`Bye`]: a source introduces itself, and leaves |
//! | [`presence`] | what bridges say of sources: transitions; the names of connections |
//! | [`alert`] | [`Alert`]: an alert begins, or is over |
//! | [`reason`] | reasons of any depth and size, cut down |
//! | [`viewer`] | the viewer protocol: what a browser asks, what it gets, as JSON and as binary |
//! | [`monitor`] | tell me when that source is gone: requests and notices |
//! | [`name`] | what names a column |
//! | [`number`] | JSON numbers, written short and read back exactly |
//!
//! Nothing here does I/O, reads a clock or allocates more than a small multiple of its input.
#![cfg_attr(not(test), warn(clippy::unwrap_used))]

pub mod alert;
pub mod channel;
#[cfg(feature = "decode")]
pub mod decode;
pub mod encode;
pub mod hello;
pub mod limits;
pub mod message;
pub mod monitor;
pub mod name;
pub mod number;
pub mod presence;
pub mod reason;
pub mod reject;
pub mod source;
pub mod subject;
pub mod timestamp;
pub mod viewer;

pub use alert::{Alert, AlertState};
pub use channel::{Channel, ChannelPattern, InvalidChannel};
#[cfg(feature = "decode")]
pub use decode::decode;
pub use hello::{Bye, Hello, SeriesInfo};
pub use message::{Block, DataMessage};
pub use name::check_column_name;
pub use presence::{Cause, ConnectionName, Transition, Transitions};
pub use reject::{Reason, Reject};
pub use source::{Epoch, InvalidSourceId, Origin, SourceId};
pub use timestamp::Timestamp;
