//! The bounds of the wire. Publishers stay inside them, bridges reject what passes them; both read them here.

/// Largest data message, in bytes of payload.
pub const MESSAGE_BYTES_MAX: usize = 256 * 1024;
/// Most columns of one message, `x` not counted.
pub const COLUMNS_MAX: usize = 4096;
/// Most values of one column.
pub const VALUES_PER_COLUMN_MAX: usize = 10_000;
/// Longest column name, in bytes of UTF-8.
pub const NAME_BYTES_MAX: usize = 256;
/// Longest source id, in bytes.
pub const SOURCE_ID_BYTES_MAX: usize = 128;
/// Longest channel name, in bytes: room for prefix and source id inside a NATS subject.
pub const CHANNEL_BYTES_MAX: usize = 256;
/// Deepest nesting looked at; a data message needs 3.
pub const DEPTH_MAX: u32 = 32;
/// Oldest timestamp that is taken for a time: 1990-01-01T00:00:00Z, in microseconds since 1970.
pub const TIMESTAMP_MIN_US: i64 = 631_152_000_000_000;
/// How far ahead of the broker's clock a timestamp may stand: one day, in microseconds.
pub const TIMESTAMP_AHEAD_US: i64 = 86_400_000_000;
/// Largest hello or bye, in bytes of payload.
pub const HELLO_BYTES_MAX: usize = 64 * 1024;
/// Largest message of an alert, in bytes of payload.
pub const ALERT_BYTES_MAX: usize = 16 * 1024;
/// Most series a hello may describe.
pub const HELLO_SERIES_MAX: usize = COLUMNS_MAX;
/// Most labels a hello may carry.
pub const HELLO_LABELS_MAX: usize = 64;
/// Largest frame a viewer may send, in bytes.
pub const VIEWER_REQUEST_BYTES_MAX: usize = 64 * 1024;
/// The channel of every default.
pub const DEFAULT_CHANNEL: &str = "process-memory-demo";
