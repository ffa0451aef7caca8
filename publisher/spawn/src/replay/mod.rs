//! Plays a recorded file onto a channel, as if it happened now.
//!
//! [`reader`] picks who reads: [`ndjson`] or [`table`] (CSV, plain text) · [`recording`] the points, sorted by time ·
//! [`pace`] when each is due · [`player`] publishes them

mod ndjson;
mod pace;
mod player;
mod reader;
mod recording;
mod table;

pub(crate) use pace::Speed;
pub(crate) use player::run;
