//! Time tokens of subscriptions: a place in the stream that looks like a time.
//!
//! What a client echoes at its next poll must say exactly which messages it has. Time alone does not: two messages may share
//! 100 ns, and a broker's clock may be set back. Neither does PubNub's region: v3 does not send it back, and v4 sends the region
//! of another answer along after it has subscribed to one more channel. So the token itself holds the place: the ms of the
//! last message, then, where PubNub has tenths of microseconds, `2 × (offset mod 5000) + 1`. A page that divides it
//! by 10,000 has the time it expects, to the ms. It is odd, where tokens of messages ([`Timetoken`]) are even, so
//! that neither is taken for the other. A JavaScript number does not hold it, but clients get it as text and echo the text.
//!
//! A place is found again by looking which message of that ms has that offset mod 5000: no broker stores 5000 in a ms. It is
//! looked for in the bridge's log, then around that time in the stream, and the message itself is asked for its time, so
//! that a stream that began anew is not taken for the old one. The region is the offset itself, and is the first that is
//! tried.

use eontide_wire::viewer::Timetoken;

/// Offsets are told apart modulo this.
const MODULUS: u64 = 5000;
/// So many places are looked at on either side.
const AROUND: u64 = 4;
/// Tokens of 17 digits begin here; smaller ones are no times of ours.
const TOKENS_FROM: u64 = 10_000_000_000_000_000;

/// What has more digits is none either.
pub(super) const TOKENS_TO: u64 = 100_000_000_000_000_000;

/// A message, by its place and time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) offset: u64,
    pub(super) time: Timetoken,
}

/// What a client sends to go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cursor {
    /// It begins: only what comes from now on.
    Now,
    /// After the message of this ms with this offset modulo [`MODULUS`]; perhaps the one at the offset `hint`.
    After { ms: u64, remainder: u64, hint: Option<u64> },
    /// After all messages of this token and before: a time that the page chose.
    Since(Timetoken),
    /// The last hundred messages: v3 writes 10000 for it.
    Recent,
}

impl Cursor {
    /// Reads what a client sends; `region` is v4's.
    pub(super) fn parse(token: Option<&str>, region: Option<&str>) -> Result<Self, String> {
        let number = |text: &str| text.parse::<u64>().ok();
        let Some(text) = token.filter(|text| !text.is_empty()) else { return Ok(Self::Now) };
        let bad = || format!("time token {text:.40}: not a whole number: send 0, or what the last answer said");
        let token = number(text).filter(|token| *token < TOKENS_TO).ok_or_else(bad)?;
        Ok(match token {
            0 => Self::Now,
            _ if token < TOKENS_FROM => Self::Recent,
            _ if token % 2 == 0 => Self::Since(Timetoken::at_least(token)),
            _ => Self::After {
                ms: token / 10_000,
                remainder: token % 10_000 / 2,
                hint: region.and_then(number).filter(|offset| offset % MODULUS == token % 10_000 / 2),
            },
        })
    }

    /// Before the first message there will ever be.
    pub(super) const BEGIN: u64 = TOKENS_FROM;
}

impl Place {
    /// The token that leads back here.
    pub(super) fn token(self) -> u64 {
        self.time.as_millis() * 10_000 + self.offset % MODULUS * 2 + 1
    }

    /// Is this the message that a cursor names?
    pub(super) fn is(self, ms: u64, remainder: u64) -> bool {
        self.time.as_millis() == ms && self.offset % MODULUS == remainder
    }
}

/// The offsets from `last` down to `first` that a cursor may mean, the most likely first.
pub(super) fn candidates(remainder: u64, hint: Option<u64>, first: u64, last: u64) -> impl Iterator<Item = u64> {
    let back = (last % MODULUS + MODULUS - remainder % MODULUS) % MODULUS;
    let highest = last.checked_sub(back).filter(|_| remainder < MODULUS);
    let rest = std::iter::successors(highest, |offset| offset.checked_sub(MODULUS));
    let hint = hint.filter(|hint| (first..=last).contains(hint));
    hint.into_iter().chain(rest.take_while(move |offset| *offset >= first))
}

/// The offsets that a cursor may mean around the first message of its ms, nearest first: exactly there where the broker's
/// clock only rises, further away where it was set back.
pub(super) fn around(remainder: u64, hint: Option<u64>, of_ms: u64) -> impl Iterator<Item = u64> {
    let first = of_ms + (remainder % MODULUS + MODULUS - of_ms % MODULUS) % MODULUS;
    let near = (0..AROUND).flat_map(move |n| [first.checked_add(n * MODULUS), first.checked_sub((n + 1) * MODULUS)]);
    hint.into_iter().chain(near.flatten())
}

/// Where a cursor leads whose message is gone, given the first offsets of its ms and of the next one that are left.
pub(super) fn nearest(remainder: u64, of_ms: u64, of_next: u64) -> u64 {
    let forward = (remainder + MODULUS - of_ms % MODULUS) % MODULUS;
    match of_ms + forward {
        // It was among them and was deleted alone.
        gone if gone < of_next => gone,
        // It was before all that is left.
        _ => of_ms.saturating_sub(1),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn place(offset: u64, ns: i128) -> Place {
        Place { offset, time: Timetoken::from_nanos(ns) }
    }

    #[test]
    fn tokens_are_told_apart() {
        let parse = |token: &str| Cursor::parse(Some(token), None).unwrap();
        assert_eq!(Cursor::parse(None, None), Ok(Cursor::Now));
        assert_eq!(parse(""), Cursor::Now);
        assert_eq!(parse("0"), Cursor::Now);
        assert_eq!(parse("10000"), Cursor::Recent);
        assert_eq!(parse("17636832001234566"), Cursor::Since(Timetoken::at_least(17_636_832_001_234_566)));
        assert_eq!(parse(&Cursor::BEGIN.to_string()), Cursor::Since(Timetoken::at_least(Cursor::BEGIN)));
        let token = place(1_234_567, 1_763_683_200_123_456_789).token();
        assert_eq!(token, 17_636_832_001_239_135);
        let after = |hint| Cursor::After { ms: 1_763_683_200_123, remainder: 4567, hint };
        assert_eq!(parse(&token.to_string()), after(None));
        // v4 may send the region of another answer along.
        for (region, hint) in [("1234567", Some(1_234_567)), ("1234568", None), ("x", None), ("4567", Some(4567))] {
            assert_eq!(Cursor::parse(Some(&token.to_string()), Some(region)), Ok(after(hint)), "{region}");
        }
        for bad in ["x", "-1", "1e16", "100000000000000000", "99999999999999999999999"] {
            assert!(Cursor::parse(Some(bad), None).is_err(), "{bad}");
        }
    }

    #[test]
    fn what_is_gone_leads_to_what_is_left() {
        for (remainder, of_ms, of_next, after) in [
            (100, 5_098, 5_110, 5_100),
            (100, 5_101, 5_110, 5_100),
            (4_999, 9_998, 10_002, 9_999),
            (1, 10_000, 10_002, 10_001),
            (100, 5_200, 5_200, 5_199),
        ] {
            assert_eq!(nearest(remainder, of_ms, of_next), after, "{remainder} {of_ms} {of_next}");
        }
    }

    proptest! {
        #[test]
        fn a_place_leads_back_to_itself(offset in 1u64..1 << 50, ns in 1_000_000_000_000_000_000i128..8_000_000_000_000_000_000) {
            let place = place(offset, ns);
            let token = place.token();
            prop_assert_eq!((token / 10_000, token % 2, token.to_string().len()), (place.time.as_millis(), 1, 17));
            let Ok(Cursor::After { ms, remainder, .. }) = Cursor::parse(Some(&token.to_string()), None) else { panic!() };
            prop_assert!(place.is(ms, remainder));
            let found: Vec<u64> = candidates(remainder, None, offset.saturating_sub(20_000), offset + 7_000).collect();
            prop_assert!(found.contains(&offset) && found.len() <= 7);
            prop_assert!(found.iter().all(|other| other.abs_diff(offset) % MODULUS == 0));
            // Found from a little before it, and from some 15,000 messages on either side.
            for (of_ms, nth) in [(offset.saturating_sub(300), 1), (offset.saturating_sub(14_000), 8), (offset + 14_000, 8)] {
                prop_assert!(around(remainder, None, of_ms.max(1)).take(nth).any(|other| other == offset), "{of_ms}");
            }
        }
    }
}
