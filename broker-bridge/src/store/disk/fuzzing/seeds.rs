//! What the fuzzer begins with: small files of all kinds of columns.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use eontide_wire::Timestamp;

use super::super::checkpoint::{Checkpoint, CheckpointWriter, OpenRows, Reached, SegmentNote, TakenChannel};
use super::super::segment::{GroupBlocks, GroupName, SegmentFile, path_of};
use super::{BEGIN, Scratch};
use crate::store::block::Block;
use crate::store::codec::{Codec, Pco};
use crate::store::rows::Rows;

/// Writes seeds to the corpus that cargo-fuzz reads, where they are missing.
pub fn write_seeds(corpus: &str, seeds: &[Vec<u8>]) {
    fs::create_dir_all(corpus).ok();
    for (number, seed) in seeds.iter().enumerate() {
        let path = Path::new(corpus).join(format!("seed-{number}"));
        if !path.exists() {
            fs::write(path, seed).expect("corpus can be written");
        }
    }
}

/// Segment files: of one row and of many, of one group and of several, of all kinds of columns.
pub fn segment_seeds() -> Vec<Vec<u8>> {
    let files: [&[_]; 5] = [
        &[("c", 1, 3)],
        &[("c", 2, 40), ("c", 2, 10)],
        &[("c", 3, 20), ("d.e", 1, 1), ("c", 1, 30)],
        &[("c", 9, 260)],
        &[("c", 1, 700), ("c", 1, 700), ("c", 1, 700)],
    ];
    files.into_iter().map(segment_of).collect()
}

/// Checkpoints: empty, and beside the segment file of [`super::checkpoint`].
pub fn checkpoint_seeds() -> Vec<Vec<u8>> {
    let channel = |name: &str, metrics| TakenChannel { name: name.into(), last_message: BEGIN, metrics };
    let channels = vec![channel("c", vec![("c1".into(), "memory".into())]), channel("d.e", Vec::new())];
    let segments = vec![SegmentNote { id: 1, since: 3, dead: vec![1] }, SegmentNote { id: 2, since: 4, dead: vec![] }];
    let reached = Reached { offset: 7, time: BEGIN, covers: Timestamp::default() };
    let open = |channel, width, rows: std::ops::Range<usize>| OpenRows {
        name: name(channel, width),
        since: 5,
        late: Arc::new(rows_of(width, rows.start / 2, rows.len() / 4)),
        open: Arc::new(rows_of(width, rows.start, rows.len())),
    };
    let whole = Checkpoint {
        reached,
        segments,
        channels,
        groups: vec![open("c", 2, 31..40), open("d.e", 1, 400..1000), open("f", 9, 0..30)],
    };
    let scratch = Scratch::new();
    let bytes = |checkpoint: Checkpoint| {
        let mut writer = CheckpointWriter::new(checkpoint.reached, &checkpoint.channels);
        checkpoint.groups.iter().for_each(|group| writer.push(group));
        writer.finish(&checkpoint.segments, &scratch.directory()).expect("scratch directory can be written");
        fs::read(scratch.directory().join("checkpoint")).expect("it was just written")
    };
    vec![bytes(Checkpoint::default()), bytes(Checkpoint { groups: Vec::new(), ..Checkpoint::default() }), bytes(whole)]
}

/// Columns of all kinds, of few rows and of many.
pub fn column_seeds() -> Vec<Vec<u8>> {
    let lengths = [1, 5, 30, 257, 600];
    let all = lengths.iter().flat_map(|rows| {
        let block = rows_of(9, 0, *rows);
        let written = move |write: &dyn Fn(&mut Vec<u8>)| {
            let mut bytes = (*rows as u16).to_le_bytes().to_vec();
            write(&mut bytes);
            bytes
        };
        let times = written(&|out| Pco::write_times(block.times(), out));
        let values = block.columns().iter().map(|column| written(&|out| Pco::write_values(column, out)));
        values.chain([times]).collect::<Vec<_>>()
    });
    all.collect()
}

/// A segment file of blocks of so many columns and rows, one group each.
pub(super) fn segment_of(blocks: &[(&str, usize, usize)]) -> Vec<u8> {
    let scratch = Scratch::new();
    let block = |(number, (channel, width, rows)): (usize, &(&str, usize, usize))| GroupBlocks {
        name: name(channel, *width),
        blocks: Block::seal(&rows_of(*width, number * 5, *rows), 0..*rows, 3).into_iter().map(Arc::new).collect(),
    };
    let groups: Vec<GroupBlocks> = blocks.iter().enumerate().map(block).collect();
    SegmentFile::write(&scratch.directory(), 1, &groups).expect("scratch directory can be written");
    fs::read(path_of(&scratch.directory(), 1)).expect("it was just written")
}

fn name(channel: &str, width: usize) -> GroupName {
    GroupName { channel: channel.into(), names: (0..width).map(|column| format!("s{column}").into()).collect() }
}

/// Columns of kinds that compress differently.
fn rows_of(width: usize, begin: usize, rows: usize) -> Rows {
    let noise = |row: usize| (row as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let value = |column: usize, row: usize| match column % 9 {
        0 => (noise(row) >> 54) as f64 / 10.0,
        1 => 23.0,
        2 => (row * 17) as f64,
        3 if row % 7 == 3 => f64::NAN,
        3 => (noise(row) >> 60) as f64,
        4 => f64::from_bits(noise(row)),
        5 => (row % 12) as f64 * 1e9 + 0.3,
        6 => f64::from((noise(row) >> 40) as f32),
        7 => [1.5, -7e300, 0.1][row * row % 3],
        _ => (noise(row) >> 50) as f64 * 60.0,
    };
    let time =
        |row: usize| Timestamp::from_micros(BEGIN.as_micros() + row as i64 * 1_000_000 + (noise(row) >> 52) as i64);
    let range = begin..begin + rows;
    let columns = (0..width).map(|column| range.clone().map(|row| value(column, row)).collect()).collect();
    Rows::from_columns(range.map(time).collect(), columns)
}
