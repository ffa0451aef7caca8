//! What one poll is answered with: which messages, and the place its client goes on from.

use bytes::Bytes;
use eontide_wire::viewer::Timetoken;

use super::listening::{Listening, Match};
use super::token::Place;

/// Messages of one answer, as at PubNub.
pub(super) const MESSAGES_MAX: usize = 100;
/// Bytes of messages of one answer, but at least one message.
const BYTES_MAX: usize = 4 << 20;

/// A message as it stands in the stream.
#[derive(Clone, Debug)]
pub(super) struct Stored<'a> {
    pub(super) place: Place,
    pub(super) channel: &'a str,
    pub(super) payload: &'a Bytes,
}

/// A message for a client.
#[derive(Clone, Debug)]
pub(super) struct Delivered {
    pub(super) found: Match,
    pub(super) time: Timetoken,
    pub(super) payload: Bytes,
}

/// What was taken of the stream.
#[derive(Clone, Debug, Default)]
pub(super) struct Batch {
    pub(super) messages: Vec<Delivered>,
    /// Of the last message in the answer, whose time a page of v3 takes for that of all; where there is none of the last that was
    /// looked at, so that a quiet channel's client does not fall behind. All before it that fits is in `messages`, or was in an
    /// answer before.
    pub(super) seen: Option<Place>,
}

/// Takes what fits, in order, until the answer is full.
pub(super) fn take<'a>(stored: impl IntoIterator<Item = Stored<'a>>, listening: &Listening) -> Batch {
    let (mut batch, mut bytes) = (Batch::default(), 0);
    for message in stored {
        if let Some(found) = listening.fits(message.channel) {
            bytes += message.payload.len();
            let full = batch.messages.len() >= MESSAGES_MAX || bytes > BYTES_MAX;
            if full && !batch.messages.is_empty() {
                return batch;
            }
            batch.seen = Some(message.place);
            batch.messages.push(Delivered { found, time: message.place.time, payload: message.payload.clone() });
        } else if batch.messages.is_empty() {
            batch.seen = Some(message.place);
        }
    }
    batch
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::token::{Cursor, around, candidates, nearest};
    use super::*;

    /// A stream, of which the bridge's log holds what is after `floor`.
    struct Stream {
        messages: Vec<(Place, &'static str, Bytes)>,
        floor: u64,
    }

    impl Stream {
        fn after(&self, offset: u64) -> impl Iterator<Item = Stored<'_>> {
            let after = self.messages.iter().filter(move |(place, ..)| place.offset > offset);
            after.map(|(place, channel, payload)| Stored { place: *place, channel, payload })
        }

        /// As the bridge does it: the log first, then the stream, by the clock as the broker searches it.
        fn find(&self, token: u64, region: Option<u64>) -> u64 {
            let region = region.map(|region| region.to_string());
            match Cursor::parse(Some(&token.to_string()), region.as_deref()).unwrap() {
                Cursor::After { ms, remainder, hint } => {
                    let at =
                        |offset| self.messages.iter().map(|(place, ..)| *place).find(|place| place.offset == offset);
                    let is = |offset: &u64| at(*offset).is_some_and(|place| place.is(ms, remainder));
                    let last = self.messages.last().map_or(0, |(place, ..)| place.offset);
                    let logged = candidates(remainder, hint, self.floor + 1, last).find(is);
                    let found = logged.or_else(|| around(remainder, hint, self.since(ms)).find(is));
                    found.unwrap_or_else(|| nearest(remainder, self.since(ms), self.since(ms + 1)))
                }
                Cursor::Since(time) => self.since_token(time.as_u64() + 1) - 1,
                other => panic!("{other:?}"),
            }
        }

        fn since(&self, ms: u64) -> u64 {
            self.since_token(ms * 10_000)
        }

        fn since_token(&self, token: u64) -> u64 {
            let end = self.messages.last().map_or(0, |(place, ..)| place.offset) + 1;
            let found = self.messages.iter().find(|(place, ..)| place.time.as_u64() >= token);
            found.map_or(end, |(place, ..)| place.offset)
        }
    }

    const CHANNELS: [&str; 3] = ["a", "b", "c"];

    /// What happens next: messages come (so many ns after one another), the log begins later, the client asks.
    #[derive(Clone, Debug)]
    enum Step {
        Publish(Vec<(usize, i64, u64)>),
        Restart,
        Poll,
    }

    fn step() -> impl Strategy<Value = Step> {
        let message = (0usize..3, prop_oneof![Just(0i64), 1..300i64, -5_000_000..5_000_000i64], 1u64..4);
        prop_oneof![
            prop::collection::vec(message, 1..250).prop_map(Step::Publish),
            Just(Step::Restart),
            Just(Step::Poll),
            Just(Step::Poll),
        ]
    }

    proptest! {
        /// With messages of one and the same time, clocks that go back, answers that are cut, missing offsets, bridges that
        /// restart between two polls, and whatever region is sent along.
        #[test]
        fn between_polls_nothing_is_lost_and_nothing_comes_twice(
            steps in prop::collection::vec(step(), 1..30), echoes in any::<bool>(), stale in any::<bool>(),
        ) {
            let listening = Listening::new(&["a".into(), "b".into()], &[]).unwrap();
            let mut stream = Stream { messages: Vec::new(), floor: 0 };
            let (mut ns, mut offset) = (1_763_683_200_000_000_000i64, 0u64);
            let (mut token, mut region, mut got) = (Cursor::BEGIN, None, Vec::new());
            for step in steps.into_iter().chain(std::iter::repeat_n(Step::Poll, 80)) {
                match step {
                    Step::Publish(messages) => for (channel, later, gap) in messages {
                        ns += later;
                        offset += gap;
                        let place = Place { offset, time: Timetoken::from_nanos(ns.into()) };
                        stream.messages.push((place, CHANNELS[channel], Bytes::from(offset.to_string())));
                    },
                    // As a bridge reads the stream again some messages back from where it was.
                    Step::Restart => stream.floor = offset.saturating_sub(500),
                    Step::Poll => {
                        let after = stream.find(token, region.filter(|_| echoes));
                        let batch = take(stream.after(after), &listening);
                        got.extend(batch.messages.iter().map(|message| message.payload.clone()));
                        if let Some(seen) = batch.seen {
                            token = seen.token();
                            region = Some(if stale { seen.offset + 17 } else { seen.offset });
                        }
                    }
                }
            }
            let expected = stream.messages.iter().filter(|(_, channel, _)| *channel != "c");
            let expected: Vec<Bytes> = expected.map(|(.., payload)| payload.clone()).collect();
            prop_assert!(got == expected, "{} of {}", got.len(), expected.len());
        }
    }

    #[test]
    fn an_answer_is_cut_by_number_and_by_bytes_but_never_empty() {
        let listening = Listening::new(&["a".into()], &[]).unwrap();
        let stream = |count: usize, bytes: usize| {
            let payload = Bytes::from(vec![b'1'; bytes]);
            let place = |n| Place { offset: n as u64 + 1, time: Timetoken::from_nanos(0) };
            let messages = (0..count).map(|n| (place(n), "a", payload.clone())).collect();
            let stream = Stream { messages, floor: 0 };
            let batch = take(stream.after(0), &listening);
            (batch.messages.len(), batch.seen.map_or(0, |place| place.offset))
        };
        assert_eq!(stream(100, 1), (100, 100));
        assert_eq!(stream(101, 1), (100, 100));
        assert_eq!(stream(3, 3 << 20), (1, 1));
        assert_eq!(stream(1, 5 << 20), (1, 1));
    }
}
