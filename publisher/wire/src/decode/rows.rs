//! Forms `eon` and `json` (one row) and `eons` (several): `{name: value, …, "x": time}`.
//!
//! Rows that follow each other with the same names become one block; a row with other names starts the next block, so
//! that no gap is invented and a sparse message cannot grow when it is read.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

use super::Context;
use super::value::{Key, TimeSeed, ValueSeed, check_name, check_unique};
use crate::limits::{COLUMNS_MAX, VALUES_PER_COLUMN_MAX};
use crate::message::Block;
use crate::{Reason, Timestamp};

/// One row.
#[derive(Default)]
pub(super) struct Row<'a> {
    names: Vec<Cow<'a, str>>,
    values: Vec<f64>,
    x: Option<Timestamp>,
}

/// Groups `rows` into blocks.
pub(super) fn append_blocks<'a>(blocks: &mut Vec<Block<'a>>, rows: impl Iterator<Item = Row<'a>>, received: Timestamp) {
    let mut run: Vec<Row<'a>> = Vec::new();
    for row in rows.filter(|row| !row.names.is_empty()) {
        if run.first().is_some_and(|first| first.names != row.names) {
            blocks.extend(transpose(std::mem::take(&mut run), received));
        }
        run.push(row);
    }
    blocks.extend(transpose(run, received));
}

fn transpose(run: Vec<Row<'_>>, received: Timestamp) -> Option<Block<'_>> {
    let columns = run.first()?.names.len();
    let x = run.iter().map(|row| row.x.unwrap_or(received)).collect();
    let values = (0..columns).flat_map(|column| run.iter().map(move |row| row.values[column])).collect();
    let names = run.into_iter().next()?.names;
    Some(Block { names, values, x })
}

pub(super) struct RowsSeed<'c>(pub(super) &'c Context);

impl<'de> DeserializeSeed<'de> for RowsSeed<'_> {
    type Value = Vec<Row<'de>>;
    fn deserialize<D: Deserializer<'de>>(self, d: D) -> Result<Self::Value, D::Error> {
        d.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for RowsSeed<'_> {
    type Value = Vec<Row<'de>>;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of rows")
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut rows = Vec::new();
        while let Some(row) = seq.next_element_seed(RowSeed(self.0))? {
            if rows.len() == VALUES_PER_COLUMN_MAX {
                return Err(self.0.fail(Reason::TooManyValues, format!("more than {VALUES_PER_COLUMN_MAX} rows")));
            }
            rows.push(row);
        }
        Ok(rows)
    }
}

pub(super) struct RowSeed<'c>(pub(super) &'c Context);

impl<'de> DeserializeSeed<'de> for RowSeed<'_> {
    type Value = Row<'de>;
    fn deserialize<D: Deserializer<'de>>(self, d: D) -> Result<Self::Value, D::Error> {
        d.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for RowSeed<'_> {
    type Value = Row<'de>;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a row: {name: value, …}")
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let context = self.0;
        let mut row = Row::default();
        while let Some(name) = map.next_key_seed(Key)? {
            if name == "x" {
                row.x = Some(map.next_value_seed(TimeSeed(context))?);
                continue;
            }
            check_name(context, &name)?;
            if row.names.len() == COLUMNS_MAX {
                return Err(context.fail(Reason::TooManyColumns, format!("more than {COLUMNS_MAX} names in a row")));
            }
            row.values.push(map.next_value_seed(ValueSeed(context))?);
            row.names.push(name);
        }
        check_unique(context, &row.names)?;
        Ok(row)
    }
}
