//! Sources by a number of four bytes, in pieces that never move: a million of them are not copied because one more came.

use super::source::Source;

/// Sources of one piece: just below 128 KiB, since an allocator rounds up.
const PIECE: usize = 128 * 1024 / size_of::<Option<Source>>();

/// The sources.
#[derive(Debug, Default)]
pub(super) struct Slab {
    pieces: Vec<Vec<Option<Source>>>,
    free: Vec<u32>,
    len: usize,
}

impl Slab {
    pub(super) fn insert(&mut self, source: Source) -> u32 {
        self.len += 1;
        if let Some(index) = self.free.pop() {
            self.pieces[index as usize / PIECE][index as usize % PIECE] = Some(source);
            return index;
        }
        if self.pieces.last().is_none_or(|piece| piece.len() == PIECE) {
            self.pieces.push(Vec::with_capacity(PIECE));
        }
        let before = (self.pieces.len() - 1) * PIECE;
        let Some(piece) = self.pieces.last_mut() else { return 0 };
        piece.push(Some(source));
        (before + piece.len() - 1) as u32
    }

    pub(super) fn remove(&mut self, index: u32) -> Option<Source> {
        let source = self.pieces.get_mut(index as usize / PIECE)?.get_mut(index as usize % PIECE)?.take()?;
        self.free.push(index);
        self.len -= 1;
        Some(source)
    }

    pub(super) fn get(&self, index: u32) -> Option<&Source> {
        self.pieces.get(index as usize / PIECE)?.get(index as usize % PIECE)?.as_ref()
    }

    pub(super) fn get_mut(&mut self, index: u32) -> Option<&mut Source> {
        self.pieces.get_mut(index as usize / PIECE)?.get_mut(index as usize % PIECE)?.as_mut()
    }

    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// Numbers up to here may be in use.
    pub(super) fn end(&self) -> u32 {
        (self.pieces.len() * PIECE) as u32
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (u32, &Source)> {
        let all = self.pieces.iter().flatten().enumerate();
        all.filter_map(|(index, slot)| Some((index as u32, slot.as_ref()?)))
    }

    pub(super) fn values_mut(&mut self) -> impl Iterator<Item = &mut Source> {
        self.pieces.iter_mut().flatten().flatten()
    }
}
