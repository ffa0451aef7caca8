//! PubNub's channel names as channels of ours, and back.
//!
//! A channel of ours is made of tokens of `A-Za-z0-9_-` joined by dots; a name of PubNub's may hold any character but `,`. A
//! byte that no token takes is written `-_` and two hexadecimal digits, so is the `-` of a `-_` in the name itself, and an
//! empty token is `-_` alone. So what most pages use (`eon-demo`, `orbit_channel`, `a.b`) is the same in both worlds, each
//! name has one channel, and each channel its name:
//!
//! | PubNub | subject |
//! |---|---|
//! | `eon-demo` | `eon.eon-demo` |
//! | `room:1` | `eon.room-_3A1` |
//! | `my channel` | `eon.my-_20channel` |
//! | `a..b` | `eon.a.-_.b` |

use std::fmt::Write;

use eontide_wire::{Channel, InvalidChannel};
use percent_encoding::percent_decode_str;

const ESCAPE: &str = "-_";

/// The channel of a name; fails where it is too long.
pub(super) fn channel(name: &str) -> Result<Channel, InvalidChannel> {
    Channel::new(&encode(name))
}

/// The name of a channel.
pub(super) fn name(channel: &str) -> String {
    channel.split('.').map(decode_token).collect::<Vec<_>>().join(".")
}

fn encode(name: &str) -> String {
    let mut out = String::with_capacity(name.len() + 8);
    for (index, token) in name.split('.').enumerate() {
        if index > 0 {
            out.push('.');
        }
        if token.is_empty() {
            out.push_str(ESCAPE);
        }
        for (at, byte) in token.bytes().enumerate() {
            let plain = byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
            if plain && !token[at..].starts_with(ESCAPE) {
                out.push(char::from(byte));
            } else {
                // Writing to a text cannot fail.
                let _ = write!(out, "{ESCAPE}{byte:02X}");
            }
        }
    }
    out
}

fn decode_token(token: &str) -> String {
    if token == ESCAPE {
        return String::new();
    }
    let (mut bytes, mut rest) = (Vec::with_capacity(token.len()), token);
    while let Some(at) = rest.find(ESCAPE) {
        bytes.extend_from_slice(&rest.as_bytes()[..at]);
        let digits = rest.as_bytes().get(at + 2..at + 4);
        match digits.and_then(|digits| u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = &rest[at + 4..];
            }
            // Somebody else's channel: nothing of ours begins so.
            None => {
                bytes.extend_from_slice(ESCAPE.as_bytes());
                rest = &rest[at + 2..];
            }
        }
    }
    bytes.extend_from_slice(rest.as_bytes());
    String::from_utf8(bytes).unwrap_or_else(|_| token.to_owned())
}

/// A part of a path or a parameter as it was meant.
pub(super) fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_are_written_as_documented() {
        for (text, written) in [
            ("eon-demo", "eon-demo"),
            ("orbit_channel", "orbit_channel"),
            ("a.b", "a.b"),
            ("room:1", "room-_3A1"),
            ("my channel", "my-_20channel"),
            ("a..b", "a.-_.b"),
            (".", "-_.-_"),
            ("größe#*>/", "gr-_C3-_B6-_C3-_9Fe-_23-_2A-_3E-_2F"),
            ("a-_3A", "a-_2D_3A"),
            ("--_", "--_2D_"),
        ] {
            assert_eq!(channel(text).unwrap().as_str(), written, "{text}");
            assert_eq!(name(written), text);
        }
        assert_eq!(name("a-_ZZ-_é"), "a-_ZZ-_é");
        assert!(channel(&"ü".repeat(50)).is_err());
    }

    proptest! {
        #[test]
        fn each_name_has_a_channel_of_its_own_that_leads_back(text in "[-_.a2D: ü]{0,20}|\\PC{0,20}") {
            let written = encode(&text);
            prop_assert!(Channel::new(&written).is_ok(), "{written}");
            prop_assert_eq!(name(&written), text);
        }
    }
}
