//! Form `columns`: `[[name, value, …], …, ["x", time, …]]`, x anywhere or absent.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, SeqAccess, Visitor};

use super::Context;
use super::value::{Key, TimeSeed, ValueSeed, check_name, check_unique};
use crate::limits::{COLUMNS_MAX, VALUES_PER_COLUMN_MAX};
use crate::message::Block;
use crate::{Reason, Timestamp};

/// The columns of one message as parsed.
#[derive(Default)]
pub(super) struct RawBlock<'a> {
    names: Vec<Cow<'a, str>>,
    values: Vec<f64>,
    x: Option<Vec<Timestamp>>,
    /// Length of the first column seen; all others must have the same.
    points: Option<usize>,
}

impl<'a> RawBlock<'a> {
    /// `None` where there is no column or no value.
    pub(super) fn into_block(self, received: Timestamp) -> Option<Block<'a>> {
        let points = self.points.filter(|points| *points > 0)?;
        if self.names.is_empty() {
            return None;
        }
        let x = self.x.unwrap_or_else(|| vec![received; points]);
        Some(Block { names: self.names, values: self.values, x })
    }
}

pub(super) struct ColumnsSeed<'c>(pub(super) &'c Context);

impl<'de> DeserializeSeed<'de> for ColumnsSeed<'_> {
    type Value = RawBlock<'de>;
    fn deserialize<D: Deserializer<'de>>(self, d: D) -> Result<Self::Value, D::Error> {
        d.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for ColumnsSeed<'_> {
    type Value = RawBlock<'de>;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of columns")
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let context = self.0;
        let mut block = RawBlock::default();
        while seq.next_element_seed(ColumnSeed { context, block: &mut block })?.is_some() {}
        check_unique(context, &block.names)?;
        Ok(block)
    }
}

/// One column, appended to its block.
struct ColumnSeed<'c, 'b, 'de> {
    context: &'c Context,
    block: &'b mut RawBlock<'de>,
}

impl<'de> DeserializeSeed<'de> for ColumnSeed<'_, '_, 'de> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, d: D) -> Result<(), D::Error> {
        d.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for ColumnSeed<'_, '_, 'de> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a column: [name, value, …]")
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        let Self { context, block } = self;
        let Some(name) = seq.next_element_seed(Key)? else {
            return Err(A::Error::custom("a column without a name"));
        };
        check_name(context, &name)?;
        let length = if name == "x" {
            if block.x.is_some() {
                return Err(context.fail(Reason::DuplicateName, "two columns are called \"x\""));
            }
            let mut x = Vec::new();
            fill(context, &mut seq, TimeSeed(context), &mut x)?;
            block.x.insert(x).len()
        } else {
            if block.names.len() == COLUMNS_MAX {
                return Err(context.fail(Reason::TooManyColumns, format!("more than {COLUMNS_MAX} columns")));
            }
            let before = block.values.len();
            fill(context, &mut seq, ValueSeed(context), &mut block.values)?;
            block.names.push(name);
            block.values.len() - before
        };
        let expected = *block.points.get_or_insert(length);
        if length == expected {
            return Ok(());
        }
        let detail =
            format!("a column of {length} values beside one of {expected}: all columns, x included, are equally long");
        Err(context.fail(Reason::UnequalColumns, detail))
    }
}

/// Appends the rest of a column to `out`.
fn fill<'de, A, S, T>(context: &Context, seq: &mut A, seed: S, out: &mut Vec<T>) -> Result<(), A::Error>
where
    A: SeqAccess<'de>,
    S: DeserializeSeed<'de, Value = T> + Copy,
{
    let end = out.len() + VALUES_PER_COLUMN_MAX;
    while let Some(value) = seq.next_element_seed(seed)? {
        if out.len() == end {
            return Err(
                context.fail(Reason::TooManyValues, format!("a column of more than {VALUES_PER_COLUMN_MAX} values"))
            );
        }
        out.push(value);
    }
    Ok(())
}
