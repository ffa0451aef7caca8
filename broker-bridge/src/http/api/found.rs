//! What a query found, and how it is written.

use std::sync::Arc;

use eontide_wire::Timestamp;
use eontide_wire::limits::MESSAGE_BYTES_MAX;
use eontide_wire::viewer::frame::push_blocks;
use eontide_wire::viewer::{BlockRef, Data, DataKind, Position};
use serde_json::{Map, Value};
use warp::http::StatusCode;

use super::super::answer::{Answer, answer};
use super::format::{Format, csv, eon};
use super::parameters::Range;
use crate::halves::{WORTH, halves};
use crate::store::OwnedBlock;

/// Series of one channel that share their x.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) channel: Arc<str>,
    pub(super) block: OwnedBlock,
}

/// What a query found.
#[derive(Debug)]
pub(super) struct Found {
    /// What JSON says before the points.
    pub(super) head: Map<String, Value>,
    /// Of the last message included.
    pub(super) position: Position,
    pub(super) range: Range,
    pub(super) lines: Vec<Line>,
}

impl Found {
    /// The answer in one of the forms.
    pub(super) fn answer(&self, format: Format, now: Timestamp) -> Answer {
        let blocks: Vec<BlockRef<'_>> = self.lines.iter().map(|line| line.block.as_ref()).collect();
        let body = match format {
            Format::Json => self.json(&blocks),
            Format::Csv => self.csv(&blocks),
            Format::Ndjson => ndjson(&blocks),
            Format::Binary => self.binary(&blocks, now),
        };
        answer(StatusCode::OK, format.content_type(), body)
    }

    fn json(&self, blocks: &[BlockRef<'_>]) -> Vec<u8> {
        // A map of plain values cannot fail to be written.
        let mut body = serde_json::to_vec(&self.head).unwrap_or_default();
        body.pop();
        body.extend_from_slice(b",\"blocks\":");
        let points: usize = blocks.iter().map(|block| block.x.len() * (block.columns.len() + 1)).sum();
        let parts = halves(blocks, points > WORTH, |blocks| {
            let mut part = Vec::new();
            push_blocks(&mut part, blocks);
            part
        });
        // Each part is a list of its own.
        for (index, part) in parts.iter().enumerate() {
            body.push(if index > 0 { b',' } else { b'[' });
            body.extend_from_slice(&part[1..part.len() - 1]);
        }
        body.extend_from_slice(b"]}");
        body
    }

    fn csv(&self, blocks: &[BlockRef<'_>]) -> Vec<u8> {
        let mut body = csv::HEADER.to_vec();
        for (line, block) in self.lines.iter().zip(blocks) {
            for row in 0..block.x.len() {
                csv::push_row(&mut body, &line.channel, block, row);
            }
        }
        body
    }

    fn binary(&self, blocks: &[BlockRef<'_>], now: Timestamp) -> Vec<u8> {
        let window_us = self.range.to.as_micros() - self.range.from.as_micros();
        let kind = DataKind::Snapshot { window_ms: window_us.unsigned_abs() / 1000, sources: &[], resumed: false };
        Data { sub: 0, kind, position: self.position, now, blocks }.to_binary()
    }
}

fn ndjson(blocks: &[BlockRef<'_>]) -> Vec<u8> {
    let mut body = Vec::new();
    for block in blocks {
        eon::each_message(block, MESSAGE_BYTES_MAX, &|block| eon::line(block, None), &mut |line, _| {
            body.extend_from_slice(&line);
        });
    }
    body
}
