//! What a block says of each of its columns without being decoded: enough to draw it on one pixel, or to sum it up.
//!
//! Written behind the columns, some 30 bytes each: a pyramid of one step, block over rows. Columns with a gap have none,
//! since where the line breaks only the rows tell.

use eontide_wire::Timestamp;

use super::bytes::{Reader, Writer};
use super::codec::Corrupt;

/// One column of a block, without gaps.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Summary {
    pub(super) rows: usize,
    pub(super) first: (Timestamp, f64),
    pub(super) last: (Timestamp, f64),
    /// The first of the smallest and of the largest values.
    pub(super) smallest: (Timestamp, f64),
    pub(super) largest: (Timestamp, f64),
    pub(super) sum: f64,
}

/// No summary: the column has a gap.
const GAPS: u8 = 0;
/// All values are the same.
const CONSTANT: u8 = 1;
const VARIED: u8 = 2;

impl Summary {
    /// Of values without gaps; `None` where there is one, or nothing.
    pub(super) fn of(times: &[Timestamp], values: &[f64]) -> Option<Self> {
        let at = |row: usize| Some((*times.get(row)?, *values.get(row)?));
        let (mut low, mut high, mut sum) = (0, 0, 0.0);
        for (row, value) in values.iter().enumerate() {
            if value.is_nan() {
                return None;
            }
            sum += value;
            if *value < values[low] {
                low = row;
            }
            if *value > values[high] {
                high = row;
            }
        }
        let rows = values.len();
        let (first, last) = (at(0)?, at(rows - 1)?);
        Some(Self { rows, first, last, smallest: at(low)?, largest: at(high)?, sum })
    }

    /// Appends the summary of a column whose block begins at `first`.
    pub(super) fn write(summary: Option<&Self>, first: Timestamp, out: &mut Writer<'_>) {
        let Some(summary) = summary else { return out.u8(GAPS) };
        let bits = |point: (Timestamp, f64)| point.1.to_bits();
        let same = bits(summary.first);
        if [summary.last, summary.smallest, summary.largest].into_iter().all(|point| bits(point) == same)
            && summary.smallest.0 == first
            && summary.largest.0 == first
        {
            out.u8(CONSTANT);
            out.number(summary.first.1);
            out.number(summary.sum);
            return;
        }
        out.u8(VARIED);
        for point in [summary.first, summary.last, summary.smallest, summary.largest] {
            out.number(point.1);
        }
        out.number(summary.sum);
        for point in [summary.smallest, summary.largest] {
            out.varint(point.0.as_micros().wrapping_sub(first.as_micros()) as u64);
        }
    }

    /// Reads what [`Summary::write`] wrote of a column of the block `first..=last` of so many rows. A point outside of it would
    /// be drawn out of order, and one that is no number where the line has no gap.
    pub(super) fn read(
        from: &mut Reader<'_>,
        first: Timestamp,
        last: Timestamp,
        rows: usize,
    ) -> Result<Option<Self>, Corrupt> {
        let summary = match from.u8()? {
            GAPS => return Ok(None),
            CONSTANT => {
                let (value, sum) = (from.number()?, from.number()?);
                let (begin, end) = ((first, value), (last, value));
                Self { rows, first: begin, last: end, smallest: begin, largest: begin, sum }
            }
            VARIED => {
                let (begin, end, low, high) = (from.number()?, from.number()?, from.number()?, from.number()?);
                let sum = from.number()?;
                let mut time = || {
                    from.varint().map(|micros| Timestamp::from_micros(first.as_micros().wrapping_add(micros as i64)))
                };
                let (smallest, largest) = ((time()?, low), (time()?, high));
                Self { rows, first: (first, begin), last: (last, end), smallest, largest, sum }
            }
            _ => return Err(Corrupt),
        };
        let Self { smallest, largest, .. } = summary;
        let within = |(time, value): (Timestamp, f64)| first <= time && time <= last && !value.is_nan();
        let sound = [summary.first, summary.last, smallest, largest].into_iter().all(within);
        if sound { Ok(Some(summary)) } else { Err(Corrupt) }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn back(times: &[Timestamp], values: &[f64]) -> Option<Summary> {
        let summary = Summary::of(times, values);
        let mut bytes = Vec::new();
        Summary::write(summary.as_ref(), times[0], &mut Writer::new(&mut bytes));
        let mut reader = Reader::new(&bytes);
        let read = Summary::read(&mut reader, times[0], *times.last().unwrap(), times.len()).unwrap();
        assert!(reader.is_empty());
        assert_eq!(format!("{summary:?}"), format!("{read:?}"));
        read
    }

    #[test]
    fn extremes_are_the_first_of_their_kind_and_gaps_have_no_summary() {
        let times: Vec<Timestamp> = (0..5).map(|n| Timestamp::from_micros(1000 + n * 7)).collect();
        let summary = back(&times, &[3.0, 9.0, -1.0, 9.0, -1.0]).unwrap();
        assert_eq!((summary.smallest, summary.largest), ((times[2], -1.0), (times[1], 9.0)));
        assert_eq!((summary.first, summary.last, summary.sum), ((times[0], 3.0), (times[4], -1.0), 19.0));
        assert_eq!(back(&times, &[1.0, f64::NAN, 1.0, 1.0, 1.0]), None);
        assert_eq!(back(&times, &[5.0; 5]).unwrap().sum, 25.0);
    }

    /// A picture was drawn with a point far from its block, and so out of order, or with a gap that the line does not have.
    #[test]
    fn a_point_outside_of_the_block_or_without_a_number_is_refused() {
        let [first, inside, last, after] = [1000, 1007, 1014, 1015].map(Timestamp::from_micros);
        let read = |lowest: (Timestamp, f64), end: f64| {
            let (first, last, largest) = ((first, 3.0), (last, end), (inside, 9.0));
            let summary = Summary { rows: 3, first, last, smallest: lowest, largest, sum: 9.0 };
            let mut bytes = Vec::new();
            Summary::write(Some(&summary), first.0, &mut Writer::new(&mut bytes));
            Summary::read(&mut Reader::new(&bytes), first.0, last.0, 3)
        };
        assert!(read((last, -3.0), -3.0).unwrap().is_some());
        for (lowest, end) in [
            ((after, -3.0), -3.0),
            ((Timestamp::from_micros(999), -3.0), -3.0),
            ((Timestamp::from_micros(i64::MIN), -3.0), -3.0),
            ((last, f64::NAN), -3.0),
            ((last, -3.0), f64::NAN),
        ] {
            assert_eq!(read(lowest, end), Err(Corrupt), "{lowest:?} {end}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(
            rows in proptest::collection::vec((0i64..1_000_000, prop_oneof![any::<f64>(), (-9i32..9).prop_map(f64::from), Just(-0.0)]), 1..50),
        ) {
            let mut x = i64::MIN / 2;
            let times: Vec<Timestamp> = rows.iter().map(|(step, _)| { x += step + 1; Timestamp::from_micros(x) }).collect();
            back(&times, &rows.iter().map(|(_, value)| *value).collect::<Vec<_>>());
        }
    }
}
