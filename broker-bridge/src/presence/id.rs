//! The id of a source where the source is: most are short, and one that lies elsewhere costs a cache line for each message.

use std::ops::Deref;

/// Longest id kept in place, in bytes.
const INLINE_MAX: usize = 22;

/// Text of a source id.
#[derive(Clone, Debug)]
pub(super) enum Id {
    Inline([u8; INLINE_MAX], u8),
    Elsewhere(Box<str>),
}

impl Id {
    pub(super) fn new(id: &str) -> Self {
        let mut bytes = [0; INLINE_MAX];
        match bytes.get_mut(..id.len()) {
            Some(place) => {
                place.copy_from_slice(id.as_bytes());
                Self::Inline(bytes, id.len() as u8)
            }
            None => Self::Elsewhere(id.into()),
        }
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Inline(bytes, length) => &bytes[..usize::from(*length)],
            Self::Elsewhere(id) => id.as_bytes(),
        }
    }

    /// Is it this text?
    pub(super) fn is(&self, id: &str) -> bool {
        self.as_bytes() == id.as_bytes()
    }
}

impl Deref for Id {
    type Target = str;

    fn deref(&self) -> &str {
        // It came as text.
        std::str::from_utf8(self.as_bytes()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_of_any_length_is_read_back() {
        for length in [0, 1, INLINE_MAX, INLINE_MAX + 1, 128] {
            let text = "ab-_9".repeat(30)[..length].to_owned();
            let id = Id::new(&text);
            assert_eq!((&*id, id.is(&text), id.is("other")), (&*text, true, false), "{length}");
        }
    }
}
