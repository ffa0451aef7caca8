//! INGEST: the channel's messages, in the order of the stream, each exactly once.
//!
//! * `reader`: one ordered push consumer per stream, watched for rollbacks · `past`: what is on disk · `rejects`: what could not be read
//! * `stored`, `backwards`: messages of the past as they were published, of any age · `replay`: those that a raw view
//!   begins with

mod backwards;
mod past;
mod reader;
mod rejects;
mod replay;
mod stored;

pub use reader::{read_data, read_events};
pub use rejects::{REJECTS_KEPT, Rejected, Rejects};
pub use replay::{From, replay};
pub use stored::{Past, Read, Wanted, bounds, offset_at, read, timetoken_at};
