//! FAN-OUT: one log of recent events, one frame per distinct view, a cursor per viewer.
//!
//! * `log`: what happened lately · `view`: from events to frames · `outbox`: the bounded queue of one socket
//! * `hub`: who watches what, and up to where each was served

mod hub;
mod log;
mod outbox;
mod view;

pub use hub::Hub;
pub(crate) use hub::{Cursor, Membership, Recent};
pub(crate) use log::{Event, Item, ItemBlock};
pub(crate) use outbox::{Frame, Inbox, Outbox, Outgoing, channel};
pub(crate) use view::{ViewKey, encode, encode_alerts, encode_density};
