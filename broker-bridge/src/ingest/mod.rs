//! INGEST: the channel's messages, in the order of the stream, each exactly once.
//!
//! * [`reader`]: one ordered push consumer per stream, watched for rollbacks · [`rejects`]: what could not be read

mod reader;
mod rejects;

pub use reader::{read_data, read_events};
pub use rejects::{REJECTS_KEPT, Rejected, Rejects};
