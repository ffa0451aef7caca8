//! What turns the columns of a sealed block into bytes and back, bit for bit.

use eontide_wire::Timestamp;
use pco::standalone::{DecompressorItem, FileDecompressor};

/// Bytes that are no column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a sealed column cannot be read")]
pub struct Corrupt;

/// A way to write columns down. What goes in comes out, to the last bit.
pub trait Codec {
    /// Appends times, in ascending order, to `out`.
    fn write_times(times: &[Timestamp], out: &mut Vec<u8>);
    /// Reads the `count` times that [`Codec::write_times`] wrote.
    fn read_times(bytes: &[u8], count: usize) -> Result<Vec<Timestamp>, Corrupt>;
    /// Appends values to `out`.
    fn write_values(values: &[f64], out: &mut Vec<u8>);
    /// Reads the `count` values that [`Codec::write_values`] wrote.
    fn read_values(bytes: &[u8], count: usize) -> Result<Vec<f64>, Corrupt>;
}

/// Quantile compression by the `pco` crate (pcodec): it finds steps, common factors and decimals in integers and floats.
/// A column of one value, as a process at rest gives, is that value.
#[derive(Debug)]
pub struct Pco;

/// All values have the same bits: eight bytes.
const CONSTANT: u8 = 0;
/// A standalone pco file.
const PCO: u8 = 1;
/// As they are, eight bytes each.
const PLAIN: u8 = 2;

/// Delta encoding of the first order is what times and counters take; to try others costs time and gains nothing on them.
fn config(delta: pco::DeltaSpec) -> pco::ChunkConfig {
    pco::ChunkConfig::default().with_compression_level(4).with_delta_spec(delta)
}

fn write<T: pco::data_types::Number>(
    numbers: &[T],
    delta: pco::DeltaSpec,
    plain: impl Fn(&T) -> [u8; 8],
    out: &mut Vec<u8>,
) {
    if let Some(first) = numbers.first()
        && numbers.iter().all(|number| plain(number) == plain(first))
    {
        out.push(CONSTANT);
        out.extend(plain(first));
        return;
    }
    match pco::standalone::simple_compress(numbers, &config(delta)) {
        Ok(bytes) if bytes.len() < 8 * numbers.len() => {
            out.push(PCO);
            out.extend(bytes);
        }
        _ => {
            out.push(PLAIN);
            out.extend(numbers.iter().flat_map(plain));
        }
    }
}

fn read<T: pco::data_types::Number>(
    bytes: &[u8],
    count: usize,
    plain: impl Fn([u8; 8]) -> T,
) -> Result<Vec<T>, Corrupt> {
    let (tag, body) = bytes.split_first().ok_or(Corrupt)?;
    let eight = |bytes: &[u8]| bytes.try_into().map(&plain).map_err(|_| Corrupt);
    let numbers = match *tag {
        CONSTANT => vec![eight(body)?; count],
        PCO => decompress(body, count)?,
        PLAIN if body.len() == 8 * count => body.chunks(8).map(eight).collect::<Result<_, _>>()?,
        _ => return Err(Corrupt),
    };
    Ok(numbers)
}

/// One chunk, as it was written, into a buffer of the length that is expected: bytes from a file do not decide how much
/// memory is taken.
fn decompress<T: pco::data_types::Number>(bytes: &[u8], count: usize) -> Result<Vec<T>, Corrupt> {
    let (file, rest) = FileDecompressor::new(bytes).map_err(|_| Corrupt)?;
    // A byte of type, three of the number of values, then what the chunk says of itself.
    if !rest.get(4..).is_some_and(affordable) {
        return Err(Corrupt);
    }
    let Ok(DecompressorItem::Chunk(mut chunk)) = file.chunk_decompressor::<T, _>(rest) else { return Err(Corrupt) };
    if chunk.n() != count {
        return Err(Corrupt);
    }
    let mut numbers = vec![T::default(); count];
    let whole = chunk.read(&mut numbers).is_ok_and(|progress| progress.finished && progress.n_processed == count);
    if whole && *chunk.into_src() == [0] { Ok(numbers) } else { Err(Corrupt) }
}

/// What pco writes at most: it looks back 2^15 values.
const WINDOW_LOG_MAX: u64 = 15;

/// Does a chunk of 64-bit values take memory in proportion to its bytes? pco 1.1 makes a dictionary of as many values as the
/// chunk says, and a window as long as it says, before it reads them: 256 MB for 20 bytes. The two are where pco's format
/// has them (`metadata/{mode,delta_encoding}.rs` there), lowest bit first.
fn affordable(chunk: &[u8]) -> bool {
    let bits = |at: usize, count: u32| {
        let mut word = [0; 8];
        let there = chunk.get(at / 8..).unwrap_or_default();
        let length = there.len().min(8);
        word[..length].copy_from_slice(&there[..length]);
        (u64::from_le_bytes(word) >> (at % 8)) & ((1 << count) - 1)
    };
    let delta = match bits(0, 4) {
        // Multiples of a number, or of a power of two.
        1 | 2 => 4 + 64,
        3 => 4 + 8,
        4 => {
            let words = bits(4, 25) as usize;
            if 8 * words > chunk.len() {
                return false;
            }
            32 + 64 * words
        }
        _ => 4,
    };
    // The logarithm is written one less.
    bits(delta, 4) != 2 || bits(delta + 4, 5) < WINDOW_LOG_MAX
}

impl Codec for Pco {
    fn write_times(times: &[Timestamp], out: &mut Vec<u8>) {
        let micros: Vec<i64> = times.iter().map(|time| time.as_micros()).collect();
        write(&micros, pco::DeltaSpec::TryConsecutive(1), |time| time.to_le_bytes(), out);
    }

    fn read_times(bytes: &[u8], count: usize) -> Result<Vec<Timestamp>, Corrupt> {
        let micros = read(bytes, count, i64::from_le_bytes)?;
        Ok(micros.into_iter().map(Timestamp::from_micros).collect())
    }

    fn write_values(values: &[f64], out: &mut Vec<u8>) {
        write(values, pco::DeltaSpec::Auto, |value| value.to_bits().to_le_bytes(), out);
    }

    fn read_values(bytes: &[u8], count: usize) -> Result<Vec<f64>, Corrupt> {
        read(bytes, count, |bytes| f64::from_bits(u64::from_le_bytes(bytes)))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn bits(values: &[f64]) -> Vec<u64> {
        values.iter().map(|value| value.to_bits()).collect()
    }

    fn values_back(values: &[f64]) -> (usize, Vec<u64>) {
        let mut bytes = Vec::new();
        Pco::write_values(values, &mut bytes);
        (bytes.len(), bits(&Pco::read_values(&bytes, values.len()).unwrap()))
    }

    fn times_back(micros: &[i64]) -> usize {
        let times: Vec<Timestamp> = micros.iter().map(|micros| Timestamp::from_micros(*micros)).collect();
        let mut bytes = Vec::new();
        Pco::write_times(&times, &mut bytes);
        assert_eq!(Pco::read_times(&bytes, times.len()), Ok(times));
        bytes.len()
    }

    proptest! {
        /// Any bits at all: NaN of every kind, -0.0, subnormals.
        #[test]
        fn values_come_back_to_the_last_bit(words in proptest::collection::vec(any::<u64>(), 0..2000)) {
            let values: Vec<f64> = words.iter().map(|word| f64::from_bits(*word)).collect();
            prop_assert_eq!(values_back(&values).1, words);
        }

        #[test]
        fn measurements_come_back_to_the_last_bit(values in proptest::collection::vec(
            prop_oneof![(-1000i32..1000).prop_map(f64::from), (0i32..10_000).prop_map(|n| f64::from(n) / 10.0), Just(f64::NAN), Just(-0.0)],
            1..1500,
        )) {
            prop_assert_eq!(values_back(&values).1, bits(&values));
        }

        #[test]
        fn times_come_back(mut micros in proptest::collection::vec(any::<i64>(), 0..2000)) {
            micros.sort_unstable();
            times_back(&micros);
        }

        /// Whatever the bytes: an error or some values, never a panic.
        #[test]
        fn bytes_that_are_no_column_are_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200), count in 0usize..100) {
            let _ = Pco::read_values(&bytes, count);
            let _ = Pco::read_times(&bytes, count);
        }
    }

    /// Found by the fuzzer: the first of these columns made pco take 50 MB; up to 256 were possible, for each column.
    #[test]
    fn a_column_of_few_bytes_takes_little_memory() {
        let dictionary = b"\x01pco!\x03\0\x84\x07\x01\x06\x1d\x03\0\x84\x04\x01\x06";
        assert!(!affordable(&dictionary[dictionary.len() - 4..]));
        assert_eq!(Pco::read_values(dictionary, 30), Err(Corrupt));
        for (mode, chunk) in [(1, 68), (2, 68), (3, 12), (0, 4)] {
            let window = |log: u64| {
                let bits = mode | 2 << chunk | u128::from(log - 1) << (chunk + 4);
                affordable(&bits.to_le_bytes())
            };
            assert!(window(1) && window(15) && !window(16) && !window(25), "mode {mode}");
        }
        for (words, bytes, expected) in [(0, 8, true), (3, 24, true), (4, 24, false), (1 << 24, 1000, false)] {
            let mut chunk = vec![0; bytes];
            chunk[..4].copy_from_slice(&(4u32 | words << 4).to_le_bytes());
            assert_eq!(affordable(&chunk), expected, "{words} words in {bytes} bytes");
        }
    }

    /// Whatever pco chooses to write can be read.
    #[test]
    fn columns_of_all_modes_are_read() {
        use pco::{DeltaSpec, ModeSpec};
        let values: Vec<f64> = (0..1536).map(|row| f64::from((row * row) % 37) * 0.25).collect();
        let modes = [
            ModeSpec::Auto,
            ModeSpec::Classic,
            ModeSpec::TryFloatMult(0.25),
            ModeSpec::TryFloatQuant(40),
            ModeSpec::TryDict,
        ];
        for mode in modes {
            for delta in [DeltaSpec::Auto, DeltaSpec::NoOp, DeltaSpec::TryConsecutive(2), DeltaSpec::TryLookback] {
                let config = config(delta.clone()).with_mode_spec(mode.clone());
                for rows in [2, 300, 1536] {
                    let bytes = pco::standalone::simple_compress(&values[..rows], &config).unwrap();
                    assert_eq!(decompress::<f64>(&bytes, rows).unwrap(), values[..rows], "{mode:?}, {delta:?}");
                }
            }
        }
    }

    #[test]
    fn a_column_of_another_length_is_refused() {
        let mut state = 1u64;
        let noise: Vec<f64> = std::iter::repeat_with(|| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            f64::from_bits(state.rotate_left(31))
        })
        .take(9)
        .collect();
        for (values, tag) in [(&noise, PLAIN), (&(0..400).map(f64::from).collect(), PCO)] {
            let mut bytes = Vec::new();
            Pco::write_values(values, &mut bytes);
            assert_eq!(bytes[0], tag);
            for count in [0, 1, values.len() - 1, values.len() + 1] {
                assert_eq!(Pco::read_values(&bytes, count), Err(Corrupt), "{count} of {tag}");
            }
        }
    }

    #[test]
    fn what_processes_publish_takes_little() {
        let flat = vec![23.0; 1024];
        assert_eq!(values_back(&flat), (9, bits(&flat)));
        let mut state = 7u64;
        let mut random = |n: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 33) % n
        };
        let jitter: Vec<i64> =
            (0..1024).map(|n| 1_763_683_200_000_000 + n * 1_000_000 + random(4) as i64 * 1000).collect();
        assert!(times_back(&jitter) < 1024, "{} bytes for 1024 times", times_back(&jitter));
        let cpu: Vec<f64> = (0..1024).map(|_| (100 + random(60) + random(60) + random(60)) as f64 / 10.0).collect();
        let size = values_back(&cpu).0;
        assert!(size < 1024 * 13 / 10, "{size} bytes for 1024 percentages");
    }
}
