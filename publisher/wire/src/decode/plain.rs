//! The form that publishers write, read at several times the speed of the general reader.
//!
//! Names without escapes, plain numbers and nulls, `columns` and `from` alone: nearly every message is like that. Whatever is
//! not, and whatever is wrong, is left to the general reader, which is the one that decides: what this one reads, that one
//! reads to the same bits, and tests compare the two.

use std::borrow::Cow;

use super::value::twice;
use crate::limits::{COLUMNS_MAX, VALUES_PER_COLUMN_MAX};
use crate::message::{Block, DataMessage};
use crate::name::TIME_COLUMN;
use crate::{Epoch, Origin, SourceId, Timestamp, check_column_name};

/// Digits that surely fit a 64-bit integer.
const DIGITS_MAX: usize = 18;
/// Whole numbers up to this one are exact in `f64`.
const MANTISSA_EXACT: i64 = 1 << 53;
const POWERS_OF_TEN: [f64; DIGITS_MAX + 1] =
    [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18];

/// A plain message; `None` where the general reader has to look.
pub(super) fn read(payload: &[u8], received: Timestamp) -> Option<DataMessage<'_>> {
    let mut reader = Reader { rest: payload, received };
    let (mut block, mut from) = (None, None);
    reader.expect(b'{')?;
    loop {
        let key = reader.text()?;
        reader.expect(b':')?;
        match key {
            "columns" if block.is_none() => block = Some(reader.columns()?),
            "from" if from.is_none() => from = Some(reader.origin()?),
            _ => return None,
        }
        if !reader.goes_on(b'}')? {
            break;
        }
    }
    reader.skip_space();
    reader.rest.is_empty().then_some(())?;
    Some(DataMessage { blocks: vec![block?], from })
}

struct Reader<'a> {
    rest: &'a [u8],
    received: Timestamp,
}

/// A number as it is written.
enum Number {
    Integer(i64),
    Float(f64),
}

impl<'a> Reader<'a> {
    fn skip_space(&mut self) {
        while let [b' ' | b'\n' | b'\t' | b'\r', rest @ ..] = self.rest {
            self.rest = rest;
        }
    }

    fn next(&mut self) -> Option<u8> {
        self.skip_space();
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*first)
    }

    fn expect(&mut self, byte: u8) -> Option<()> {
        (self.next()? == byte).then_some(())
    }

    /// After an element: a comma, or the end of what holds it.
    fn goes_on(&mut self, end: u8) -> Option<bool> {
        match self.next()? {
            b',' => Some(true),
            byte if byte == end => Some(false),
            _ => None,
        }
    }

    fn text(&mut self) -> Option<&'a str> {
        self.expect(b'"')?;
        let length = self.rest.iter().position(|byte| matches!(byte, b'"' | b'\\' | 0..0x20))?;
        let (text, rest) = self.rest.split_at(length);
        self.rest = rest.strip_prefix(b"\"")?;
        std::str::from_utf8(text).ok()
    }

    fn columns(&mut self) -> Option<Block<'a>> {
        let mut names = Vec::new();
        let (mut values, mut x, mut points) = (Vec::new(), None, None);
        self.expect(b'[')?;
        loop {
            self.expect(b'[')?;
            let name = self.text()?;
            check_column_name(name).ok()?;
            let length = if name != TIME_COLUMN {
                let before = values.len();
                self.rest_of_column(&mut values, Self::value)?;
                names.push(Cow::Borrowed(name));
                values.len() - before
            } else if x.is_none() {
                let mut times = Vec::new();
                self.rest_of_column(&mut times, Self::time)?;
                x.insert(times).len()
            } else {
                return None;
            };
            if *points.get_or_insert(length) != length || names.len() > COLUMNS_MAX {
                return None;
            }
            if !self.goes_on(b']')? {
                break;
            }
        }
        let points = points.filter(|points| *points > 0)?;
        if names.is_empty() || twice(&names).is_some() {
            return None;
        }
        Some(Block { names, values, x: x.unwrap_or_else(|| vec![self.received; points]) })
    }

    fn rest_of_column<T>(&mut self, out: &mut Vec<T>, read: impl Fn(&mut Self) -> Option<T>) -> Option<()> {
        let end = out.len() + VALUES_PER_COLUMN_MAX;
        while self.goes_on(b']')? {
            if out.len() == end {
                return None;
            }
            out.push(read(self)?);
        }
        Some(())
    }

    fn value(&mut self) -> Option<f64> {
        self.skip_space();
        if let Some(rest) = self.rest.strip_prefix(b"null") {
            self.rest = rest;
            return Some(f64::NAN);
        }
        Some(match self.number()? {
            Number::Integer(value) => value as f64,
            Number::Float(value) => value,
        })
    }

    fn time(&mut self) -> Option<Timestamp> {
        self.skip_space();
        let time = match self.number()? {
            Number::Integer(x) => Timestamp::from_integer(x),
            Number::Float(x) => Timestamp::from_number(x)?,
        };
        time.is_plausible(self.received).then_some(time)
    }

    /// Without an exponent; at most [`DIGITS_MAX`] digits.
    fn number(&mut self) -> Option<Number> {
        let negative = self.rest.first() == Some(&b'-');
        let text = &self.rest[usize::from(negative)..];
        let mut mantissa: i64 = 0;
        let mut take = |text: &[u8]| {
            let mut digits = 0;
            while let Some(digit) = text.get(digits).map(|byte| byte.wrapping_sub(b'0')).filter(|digit| *digit < 10) {
                if digits == DIGITS_MAX {
                    return None;
                }
                mantissa = mantissa.wrapping_mul(10).wrapping_add(i64::from(digit));
                digits += 1;
            }
            (digits > 0).then_some(digits)
        };
        let whole = take(text)?;
        // No number begins like that.
        if whole > 1 && text[0] == b'0' {
            return None;
        }
        let fraction = if text.get(whole) == Some(&b'.') { take(&text[whole + 1..])? } else { 0 };
        if whole + fraction > DIGITS_MAX {
            return None;
        }
        let length = whole + if fraction > 0 { fraction + 1 } else { 0 };
        if matches!(text.get(length), Some(b'e' | b'E' | b'.')) {
            return None;
        }
        self.rest = &text[length..];
        Some(match (negative, fraction) {
            (false, 0) => Number::Integer(mantissa),
            // Zero below zero is a float.
            (true, 0) if mantissa != 0 => Number::Integer(-mantissa),
            // Both are exact, so that the quotient is rounded once.
            _ if mantissa <= MANTISSA_EXACT => {
                let value = mantissa as f64 / POWERS_OF_TEN[fraction];
                Number::Float(if negative { -value } else { value })
            }
            _ => {
                let value: f64 = std::str::from_utf8(&text[..length]).ok()?.parse().ok()?;
                Number::Float(if negative { -value } else { value })
            }
        })
    }

    fn origin(&mut self) -> Option<Origin> {
        let (mut id, mut epoch, mut seq, mut dropped) = (None, None, None, None);
        self.expect(b'{')?;
        loop {
            let key = self.text()?;
            self.expect(b':')?;
            match key {
                "id" if id.is_none() => id = Some(SourceId::new(self.text()?).ok()?),
                "epoch" if epoch.is_none() => epoch = Some(Epoch(self.unsigned()?)),
                "seq" if seq.is_none() => seq = Some(self.unsigned()?),
                "dropped" if dropped.is_none() => dropped = Some(self.unsigned()?),
                _ => return None,
            }
            if !self.goes_on(b'}')? {
                break;
            }
        }
        Some(Origin { id: id?, epoch: epoch.unwrap_or_default(), seq, dropped: dropped.unwrap_or(0) })
    }

    fn unsigned(&mut self) -> Option<u64> {
        self.skip_space();
        match self.number()? {
            Number::Integer(value) => u64::try_from(value).ok(),
            Number::Float(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const RECEIVED: Timestamp = Timestamp::from_micros(1_763_683_300_000_000);

    /// As text, gaps and signs of zero included.
    fn shown(message: &DataMessage<'_>) -> String {
        let bits = |block: &Block<'_>| block.values.iter().map(|value| value.to_bits()).collect::<Vec<_>>();
        let blocks: Vec<_> = message.blocks.iter().map(|block| (&block.names, bits(block), &block.x)).collect();
        format!("{blocks:?} {:?}", message.from)
    }

    /// True where it was read plainly; fails where the general reader reads otherwise or not at all.
    fn agrees(payload: &[u8]) -> bool {
        let Some(plain) = read(payload, RECEIVED) else { return false };
        let text = String::from_utf8_lossy(payload);
        match super::super::decode_json(payload, RECEIVED) {
            Ok(general) => assert_eq!(shown(&plain), shown(&general), "{text}"),
            Err(reject) => panic!("the general reader refuses {text}: {reject}"),
        }
        true
    }

    /// A value of 16 or 17 digits was rounded twice, by both readers alike, and could come back a last bit off.
    #[test]
    fn every_digit_of_a_value_counts() {
        let mut seed = 0x9e37_79b9_7f4a_7c15u64;
        for n in 0..20_000 {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            // From 2^-1022 up to 2^1023, half of them within what measurements are.
            let exponent = if n % 2 == 0 { 1000 + (seed >> 32) % 46 } else { 1 + (seed >> 20) % 2046 };
            let value = f64::from_bits(seed >> 12 | exponent << 52);
            let mut payload = Vec::new();
            crate::encode::data_message(&mut payload, [("a", &[value][..])], &[RECEIVED], None);
            let read = crate::decode(&payload, RECEIVED).unwrap().blocks[0].values[0];
            assert_eq!(read.to_bits(), value.to_bits(), "{value:e} came back as {read:e}");
            agrees(&payload);
        }
    }

    #[test]
    fn what_publishers_write_is_read_plainly() {
        for payload in [
            r#"{"columns":[["rss-w",12],["x",1763683200.123]],"from":{"id":"w","epoch":1763683100000,"seq":42}}"#,
            r#"{"columns":[["a",null,-1.5,-0],["b",0,0.25,-0.0]]}"#,
            r#" { "from" : { "seq" : 0 , "dropped" : 3 , "id" : "w" } , "columns" : [ [ "x" , 1763683200123 ] , [ "Zürich °C" , 7 ] ] } "#,
            r#"{"columns":[["a",999999999999999999,-999999999999999999,0.00000000000000001]]}"#,
        ] {
            assert!(agrees(payload.as_bytes()), "{payload}");
        }
    }

    #[test]
    fn what_is_not_plain_is_left_alone() {
        let deep = format!(r#"{{"columns":[["a",{}]]}}"#, "1".repeat(19));
        for payload in [
            "",
            "{}",
            "[]",
            r#"{"columns":[]}"#,
            r#"{"columns":[["a"]]}"#,
            r#"{"columns":[["x",1763683200]]}"#,
            r#"{"columns":[["a",1],["a",2]]}"#,
            r#"{"columns":[["a",1],["x",1763683200],["x",1763683200]]}"#,
            r#"{"columns":[["a",1],["b",1,2]]}"#,
            r#"{"columns":[["a",01]]}"#,
            r#"{"columns":[["a",1.]]}"#,
            r#"{"columns":[["a",.5]]}"#,
            r#"{"columns":[["a",-]]}"#,
            r#"{"columns":[["a",1e3]]}"#,
            r#"{"columns":[["a","1"]]}"#,
            r#"{"columns":[["a",true]]}"#,
            r#"{"columns":[["a\u0041",1]]}"#,
            r#"{"columns":[["",1]]}"#,
            r#"{"columns":[["a",1],["x",1]]}"#,
            r#"{"columns":[["a",1]],"columns":[["b",1]]}"#,
            r#"{"columns":[["a",1]],"other":1}"#,
            r#"{"columns":[["a",1]],"from":null}"#,
            r#"{"columns":[["a",1]],"from":{}}"#,
            r#"{"columns":[["a",1]],"from":{"id":"a.b"}}"#,
            r#"{"columns":[["a",1]],"from":{"id":"a","seq":-1}}"#,
            r#"{"columns":[["a",1]],"from":{"id":"a","seq":1.0}}"#,
            r#"{"columns":[["a",1]],"from":{"id":"a","id":"b"}}"#,
            r#"{"columns":[["a",1],]}"#,
            r#"{"columns":[["a",1]]} x"#,
            r#"{"columns":[["a",1]]"#,
            &deep,
        ] {
            assert!(!agrees(payload.as_bytes()), "{payload}");
        }
    }

    fn number() -> impl Strategy<Value = String> {
        prop_oneof![
            any::<i64>().prop_map(|n| n.to_string()),
            (-2000i64..2000).prop_map(|n| n.to_string()),
            any::<f64>().prop_filter("finite", |n| n.is_finite()).prop_map(|n| format!("{n}")),
            (any::<i32>(), 0usize..12).prop_map(|(n, digits)| format!("{:.digits$}", f64::from(n) / 997.0)),
            (1_763_000_000u64..1_763_683_300, 0u32..1_000_000).prop_map(|(s, us)| format!("{s}.{us:06}")),
            Just("null".to_owned()),
            Just("-0".to_owned()),
        ]
    }

    fn message() -> impl Strategy<Value = String> {
        let column = ("[a-zé\"\\\\ -]{0,6}|x", proptest::collection::vec(number(), 0..4));
        let columns = proptest::collection::vec(column, 0..5).prop_map(|columns| {
            let texts: Vec<String> = columns
                .into_iter()
                .map(|(name, values)| {
                    let name = serde_json::to_string(&name).unwrap();
                    format!("[{}]", std::iter::once(name).chain(values).collect::<Vec<_>>().join(","))
                })
                .collect();
            format!("\"columns\":[{}]", texts.join(", "))
        });
        let from = prop_oneof![
            Just(String::new()),
            ("[a-z.]{0,5}", number(), number()).prop_map(|(id, epoch, seq)| {
                format!(",\"from\":{{\"id\":\"{id}\",\"epoch\":{epoch},\"seq\":{seq}}}")
            }),
        ];
        (columns, from).prop_map(|(columns, from)| format!("{{{columns}{from}}}"))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn whatever_is_read_is_what_the_general_reader_reads(message in message()) {
            agrees(message.as_bytes());
        }

        /// A byte changed, added or taken away: still nothing that the other refuses.
        #[test]
        fn spoilt_messages_are_never_read_otherwise(
            message in message(), at in any::<prop::sample::Index>(), byte in prop_oneof![any::<u8>(), prop::sample::select(b"{}[],:\"0123456789.-eE nul\\".to_vec())], how in 0u8..3,
        ) {
            let mut bytes = message.into_bytes();
            let at = at.index(bytes.len());
            match how {
                0 => bytes[at] = byte,
                1 => bytes.insert(at, byte),
                _ => drop(bytes.remove(at)),
            }
            agrees(&bytes);
        }
    }
}
