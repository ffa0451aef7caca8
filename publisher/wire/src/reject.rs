//! Why a message was rejected: a reason to count by, and a text for the person who looks.

use std::fmt;

use serde::{Deserialize, Serialize};

macro_rules! reasons {
    ($($(#[$doc:meta])* $variant:ident = $name:literal,)*) => {
        /// The reasons, each counted on its own.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Reason { $($(#[$doc])* $variant,)* }

        impl Reason {
            /// All of them, in declaration order: `ALL[r as usize] == r`.
            pub const ALL: &[Reason] = &[$(Reason::$variant,)*];

            /// The name used in counters and in the API.
            pub fn as_str(self) -> &'static str {
                match self { $(Reason::$variant => $name,)* }
            }
        }
    };
}

reasons! {
    /// Larger than [`crate::limits::MESSAGE_BYTES_MAX`].
    TooLarge = "too_large",
    /// Not JSON.
    BadJson = "bad_json",
    /// Nested deeper than [`crate::limits::DEPTH_MAX`].
    TooDeep = "too_deep",
    /// JSON, but none of the forms `columns`, `eon`, `eons`, `json`.
    BadShape = "bad_shape",
    /// More columns than [`crate::limits::COLUMNS_MAX`].
    TooManyColumns = "too_many_columns",
    /// More values in a column than [`crate::limits::VALUES_PER_COLUMN_MAX`].
    TooManyValues = "too_many_values",
    /// Columns of different length.
    UnequalColumns = "unequal_columns",
    /// A column name that is no text, empty, too long or holds control characters.
    BadName = "bad_name",
    /// Two columns of one name.
    DuplicateName = "duplicate_name",
    /// An x that is neither a number nor RFC 3339.
    BadTime = "bad_time",
    /// An x before 1990 or more than a day ahead.
    TimeOutOfRange = "time_out_of_range",
    /// A `from` that breaks the rules of source ids, epochs or sequences.
    BadOrigin = "bad_origin",
    /// No column with a value.
    NoData = "no_data",
    /// A subject whose channel breaks the alphabet.
    BadChannel = "bad_channel",
    /// A hello or bye that cannot be read.
    BadPresence = "bad_presence",
    /// An alert that cannot be read.
    BadAlert = "bad_alert",
    /// The bridge already keeps as many series, sources or channels as it may.
    StoreFull = "store_full",
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A rejected message.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason}: {detail}")]
pub struct Reject {
    /// What it is counted under.
    pub reason: Reason,
    /// What exactly, and what to do instead.
    pub detail: String,
}

impl Reject {
    /// A reject with its text.
    pub fn new(reason: Reason, detail: impl Into<String>) -> Self {
        Self { reason, detail: detail.into() }
    }
}

/// Reads what is one JSON value of `bytes_max` at most; what is not is rejected for `reason`.
pub(crate) fn decode_bounded<'a, T: Deserialize<'a>>(
    payload: &'a [u8],
    bytes_max: usize,
    reason: Reason,
) -> Result<T, Reject> {
    if payload.len() > bytes_max {
        return Err(Reject::new(reason, format!("{} bytes, {bytes_max} is the limit", payload.len())));
    }
    serde_json::from_slice(payload).map_err(|error| Reject::new(reason, error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_index_their_own_table() {
        for (i, reason) in Reason::ALL.iter().enumerate() {
            assert_eq!(*reason as usize, i);
            assert_eq!(serde_json::to_value(reason).unwrap(), reason.as_str());
        }
    }
}
