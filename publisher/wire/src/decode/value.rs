//! One value, one time, one name, one key: the leaves of a data message.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::Context;
use crate::limits::DEPTH_MAX;
use crate::{Reason, Timestamp, check_column_name};

/// A number, a string that holds one, or a gap (NaN): null, bool, arrays and objects are gaps too.
#[derive(Clone, Copy)]
pub(super) struct ValueSeed<'c>(pub(super) &'c Context);

fn value_of_text(text: &str) -> f64 {
    text.trim().parse().ok().filter(|value: &f64| value.is_finite()).unwrap_or(f64::NAN)
}

impl<'de> DeserializeSeed<'de> for ValueSeed<'_> {
    type Value = f64;
    fn deserialize<D: Deserializer<'de>>(self, d: D) -> Result<f64, D::Error> {
        d.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for ValueSeed<'_> {
    type Value = f64;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }
    fn visit_f64<E: Error>(self, value: f64) -> Result<f64, E> {
        Ok(value)
    }
    fn visit_i64<E: Error>(self, value: i64) -> Result<f64, E> {
        Ok(value as f64)
    }
    fn visit_u64<E: Error>(self, value: u64) -> Result<f64, E> {
        Ok(value as f64)
    }
    fn visit_str<E: Error>(self, text: &str) -> Result<f64, E> {
        Ok(value_of_text(text))
    }
    fn visit_bool<E: Error>(self, _: bool) -> Result<f64, E> {
        Ok(f64::NAN)
    }
    fn visit_unit<E: Error>(self) -> Result<f64, E> {
        Ok(f64::NAN)
    }
    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<f64, A::Error> {
        Skip { context: self.0, depth: 3 }.visit_seq(seq).map(|()| f64::NAN)
    }
    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<f64, A::Error> {
        Skip { context: self.0, depth: 3 }.visit_map(map).map(|()| f64::NAN)
    }
}

/// One x: a number by magnitude, or RFC 3339.
#[derive(Clone, Copy)]
pub(super) struct TimeSeed<'c>(pub(super) &'c Context);

impl TimeSeed<'_> {
    fn checked<E: Error>(self, time: Option<Timestamp>, shown: impl fmt::Display) -> Result<Timestamp, E> {
        let Some(time) = time else {
            return Err(self.0.fail(
                Reason::BadTime,
                format!("x {shown:.40} is no time: send seconds, ms, µs or ns since 1970, or RFC 3339 text"),
            ));
        };
        time.checked(self.0.received).map_err(|reject| self.0.fail_with(reject))
    }
}

impl<'de> DeserializeSeed<'de> for TimeSeed<'_> {
    type Value = Timestamp;
    fn deserialize<D: Deserializer<'de>>(self, d: D) -> Result<Timestamp, D::Error> {
        d.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for TimeSeed<'_> {
    type Value = Timestamp;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a time")
    }
    fn visit_f64<E: Error>(self, x: f64) -> Result<Timestamp, E> {
        self.checked(Timestamp::from_number(x), x)
    }
    fn visit_i64<E: Error>(self, x: i64) -> Result<Timestamp, E> {
        self.checked(Some(Timestamp::from_integer(x)), x)
    }
    fn visit_u64<E: Error>(self, x: u64) -> Result<Timestamp, E> {
        match i64::try_from(x) {
            Ok(x) => self.visit_i64(x),
            Err(_) => self.visit_f64(x as f64),
        }
    }
    fn visit_str<E: Error>(self, text: &str) -> Result<Timestamp, E> {
        let number = || text.trim().parse().ok().and_then(Timestamp::from_number);
        self.checked(Timestamp::from_rfc3339(text).or_else(number), text)
    }
    fn visit_bool<E: Error>(self, x: bool) -> Result<Timestamp, E> {
        self.checked(None, x)
    }
    fn visit_unit<E: Error>(self) -> Result<Timestamp, E> {
        self.checked(None, "null")
    }
    fn visit_seq<A: SeqAccess<'de>>(self, _: A) -> Result<Timestamp, A::Error> {
        self.checked(None, "[…]")
    }
    fn visit_map<A: MapAccess<'de>>(self, _: A) -> Result<Timestamp, A::Error> {
        self.checked(None, "{…}")
    }
}

/// Text, borrowed where it holds no escapes.
pub(super) struct Key;

impl<'de> DeserializeSeed<'de> for Key {
    type Value = Cow<'de, str>;
    fn deserialize<D: Deserializer<'de>>(self, d: D) -> Result<Self::Value, D::Error> {
        d.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Key {
    type Value = Cow<'de, str>;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }
    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(text))
    }
    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(text.to_owned()))
    }
}

/// Checks the name of a column.
pub(super) fn check_name<E: Error>(context: &Context, name: &str) -> Result<(), E> {
    check_column_name(name)
        .map_err(|problem| context.fail(Reason::BadName, format!("column name {name:.40?} {problem}")))
}

/// Rejects a second column of one name.
pub(super) fn check_unique<E: Error>(context: &Context, names: &[Cow<'_, str>]) -> Result<(), E> {
    match twice(names) {
        Some(name) => Err(context.fail(Reason::DuplicateName, format!("two columns are called {name:.40?}"))),
        None => Ok(()),
    }
}

/// A name that stands there twice. Linear for the usual few columns, hashed for many.
pub(super) fn twice<'n, 'a>(names: &'n [Cow<'a, str>]) -> Option<&'n Cow<'a, str>> {
    if names.len() <= 16 {
        return names.iter().enumerate().find(|(i, name)| names[..*i].contains(name)).map(|(_, name)| name);
    }
    let mut seen = std::collections::HashSet::<&Cow<'_, str>>::with_capacity(names.len());
    names.iter().find(|&name| !seen.insert(name))
}

/// Reads past what nobody asked for, counting how deep it goes.
pub(super) struct Skip<'c> {
    pub(super) context: &'c Context,
    pub(super) depth: u32,
}

impl Skip<'_> {
    fn deeper<E: Error>(&self) -> Result<Self, E> {
        if self.depth >= DEPTH_MAX {
            return Err(self.context.fail(Reason::TooDeep, format!("nested deeper than {DEPTH_MAX} levels")));
        }
        Ok(Skip { context: self.context, depth: self.depth + 1 })
    }
}

impl<'de> DeserializeSeed<'de> for Skip<'_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, d: D) -> Result<(), D::Error> {
        d.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Skip<'_> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("anything")
    }
    fn visit_bool<E: Error>(self, _: bool) -> Result<(), E> {
        Ok(())
    }
    fn visit_i64<E: Error>(self, _: i64) -> Result<(), E> {
        Ok(())
    }
    fn visit_u64<E: Error>(self, _: u64) -> Result<(), E> {
        Ok(())
    }
    fn visit_f64<E: Error>(self, _: f64) -> Result<(), E> {
        Ok(())
    }
    fn visit_str<E: Error>(self, _: &str) -> Result<(), E> {
        Ok(())
    }
    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        while seq.next_element_seed(self.deeper()?)?.is_some() {}
        Ok(())
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while map.next_key::<IgnoredAny>()?.is_some() {
            map.next_value_seed(self.deeper()?)?;
        }
        Ok(())
    }
}
