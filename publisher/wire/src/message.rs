//! A decoded data message: blocks of columns that share their x.

use std::borrow::Cow;

use crate::{Origin, Timestamp};

/// One message of the channel. Form `columns` gives one block; `eons` one block per row.
#[derive(Clone, Debug, PartialEq)]
pub struct DataMessage<'a> {
    /// At least one, each with at least one column and one point.
    pub blocks: Vec<Block<'a>>,
    /// Who published it, where the message says so.
    pub from: Option<Origin>,
}

/// Columns of equal length over one x.
#[derive(Clone, Debug, PartialEq)]
pub struct Block<'a> {
    /// Names of the columns, borrowed from the payload where it holds no escapes.
    pub names: Vec<Cow<'a, str>>,
    /// All values, column after column; NaN is a gap. One allocation however many columns.
    pub values: Vec<f64>,
    /// The time of each point.
    pub x: Vec<Timestamp>,
}

impl<'a> Block<'a> {
    /// The values of column `index`.
    pub fn column(&self, index: usize) -> &[f64] {
        let points = self.x.len();
        &self.values[index * points..(index + 1) * points]
    }

    /// Names with their values.
    pub fn columns(&self) -> impl Iterator<Item = (&Cow<'a, str>, &[f64])> {
        self.names.iter().zip(self.values.chunks_exact(self.x.len().max(1)))
    }
}

impl DataMessage<'_> {
    /// Points in all blocks, gaps included.
    pub fn points(&self) -> usize {
        self.blocks.iter().map(|block| block.values.len()).sum()
    }
}
