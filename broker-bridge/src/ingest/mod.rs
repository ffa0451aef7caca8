//! INGEST: the channel's messages, in the order of the stream, each exactly once.
//!
//! * `reader`: one ordered push consumer per stream, watched for rollbacks · `past`: what is on disk · `rejects`: what could not be read
//! * `replay`: messages of the past as they were published, for raw views

mod past;
mod reader;
mod rejects;
mod replay;

pub use reader::{read_data, read_events};
pub use rejects::{REJECTS_KEPT, Rejected, Rejects};
pub use replay::{From, Past, replay};
