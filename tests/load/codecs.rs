//! Ways to write a sealed block down, on what real processes publish and on what compresses badly: bytes and time a sample.
//!
//! Gorilla is written from the paper (Pelkonen et al., "Gorilla: A Fast, Scalable, In-Memory Time Series Database", VLDB
//! 2015, section 4.1) with microseconds instead of seconds; zstd compresses what a plain column store would give it:
//! differences as varints where all values are whole numbers, else the bytes of the doubles, first all first ones.

use std::time::{Duration, Instant};

use broker_bridge::store::codec::{Codec, Corrupt, Pco};
use eontide_wire::Timestamp;
use harness::points::Subscriber;
use harness::{NatsServer, Spawn, until};

/// Rows of a block.
const ROWS: usize = 1024;
const PROCESSES: usize = 5;

/// Series that share their times.
struct Group {
    times: Vec<Timestamp>,
    columns: Vec<Vec<f64>>,
}

/// What the demo's processes publish, sampled fifty times as often as there and stretched to one sample a second.
async fn real() -> Vec<Group> {
    let server = NatsServer::start().await;
    let subscriber = Subscriber::start(&server, "bench").await;
    let spawn = Spawn::start(&server, PROCESSES, &["--channel", "bench", "--interval", "20ms"]);
    let enough = || {
        let points = subscriber.points();
        (points.0.len() >= 3 * PROCESSES && points.0.values().all(|points| points.len() >= ROWS)).then_some(points)
    };
    let points = until("all have published a block", enough).await;
    spawn.stop().await;
    (0..PROCESSES)
        .map(|process| {
            let suffix = format!("-{process}");
            let series: Vec<_> = points.0.iter().filter(|(name, _)| name.ends_with(&suffix)).map(|(_, s)| s).collect();
            let begin = series[0][0].0;
            let stretched = |(row, x): (usize, i64)| begin + row as i64 * 1_000_000 + (x - begin - row as i64 * 20_000);
            let times = series[0].iter().take(ROWS).map(|(x, _)| *x).enumerate().map(stretched);
            let column = |points: &&Vec<(i64, Option<harness::points::Bits>)>| {
                points.iter().take(ROWS).map(|(_, value)| value.map_or(f64::NAN, |bits| bits.value())).collect()
            };
            let mut times: Vec<Timestamp> = times.map(Timestamp::from_micros).collect();
            times.sort();
            Group { times, columns: series.iter().map(column).collect() }
        })
        .collect()
}

/// Times with some ms of jitter, and one column of what `next` gives.
fn made(mut next: impl FnMut(&mut crate::Random) -> f64) -> Vec<Group> {
    let mut random = crate::Random(7);
    let time = |row: usize, random: &mut crate::Random| {
        Timestamp::from_micros(1_763_683_200_000_000 + row as i64 * 1_000_000 + (random.share() * 4.0) as i64 * 1000)
    };
    let times = (0..ROWS).map(|row| time(row, &mut random)).collect();
    let values = (0..ROWS).map(|_| next(&mut random)).collect();
    vec![Group { times, columns: vec![values] }]
}

fn measure<C: Codec>(name: &str, groups: &[Group], with_times: bool) {
    let samples: usize = groups.iter().map(|group| group.times.len() * group.columns.len()).sum();
    let (mut size, mut time_size, mut writing, mut reading) = (0, 0, Duration::ZERO, Duration::ZERO);
    for group in groups {
        let began = Instant::now();
        let mut times = Vec::new();
        if with_times {
            C::write_times(&group.times, &mut times);
        }
        let columns: Vec<Vec<u8>> = group
            .columns
            .iter()
            .map(|values| {
                let mut bytes = Vec::new();
                C::write_values(values, &mut bytes);
                bytes
            })
            .collect();
        writing += began.elapsed();
        time_size += times.len();
        size += times.len() + columns.iter().map(Vec::len).sum::<usize>();
        let began = Instant::now();
        if with_times {
            assert_eq!(C::read_times(&times, group.times.len()).unwrap(), group.times);
        }
        for (bytes, values) in columns.iter().zip(&group.columns) {
            let read = C::read_values(bytes, values.len()).unwrap();
            assert!(read.iter().zip(values).all(|(a, b)| a.to_bits() == b.to_bits()), "{name} changes values");
        }
        reading += began.elapsed();
    }
    let each = |span: Duration| span.as_nanos() as f64 / samples as f64;
    println!(
        "    {name:8} {:6.3} bytes a sample, of that time {:.3}   write {:6.1} ns, read {:5.1} ns",
        size as f64 / samples as f64,
        time_size as f64 / samples as f64,
        each(writing),
        each(reading),
    );
}

pub(crate) async fn run() {
    println!("codecs: blocks of {ROWS} rows, what goes in comes out to the last bit");
    let mut count = 0.0;
    let mut level = 300.0;
    for (what, groups, with_times) in [
        ("the demo's processes, time included, shared by three series", real().await, true),
        (
            "noisy CPU percentages, values alone",
            made(|random| ((10.0 + 6.0 * (random.share() + random.share() + random.share())) * 10.0).round() / 10.0),
            false,
        ),
        (
            "counters with random steps, values alone",
            made(move |random| {
                count += (random.share() * 9.0).floor();
                count
            }),
            false,
        ),
        (
            "a gauge that wanders, full doubles, values alone",
            made(move |random| {
                level += random.share() - 0.5;
                level
            }),
            false,
        ),
    ] {
        println!("  {what}");
        measure::<Pco>("pco", &groups, with_times);
        measure::<Zstd>("zstd", &groups, with_times);
        measure::<Gorilla>("gorilla", &groups, with_times);
    }
}

/// What a plain column store gives to zstd, level 3.
struct Zstd;

impl Zstd {
    fn pack(plain: &[u8], out: &mut Vec<u8>) {
        out.extend(zstd::bulk::compress(plain, 3).unwrap());
    }

    fn unpack(bytes: &[u8], count: usize) -> Vec<u8> {
        zstd::bulk::decompress(bytes, 16 * count + 16).unwrap()
    }

    fn write_differences(numbers: impl Iterator<Item = i64>, out: &mut Vec<u8>) {
        let mut before = [0i64; 2];
        for number in numbers {
            // Of the second order: what is even becomes nothing.
            let step = number.wrapping_sub(before[0]);
            let change = step.wrapping_sub(before[1]);
            before = [number, step];
            let mut zigzag = ((change << 1) ^ (change >> 63)) as u64;
            while zigzag >= 0x80 {
                out.push(zigzag as u8 | 0x80);
                zigzag >>= 7;
            }
            out.push(zigzag as u8);
        }
    }

    fn read_differences(bytes: &[u8]) -> Vec<i64> {
        let (mut numbers, mut before, mut zigzag, mut shift) = (Vec::new(), [0i64; 2], 0u64, 0);
        for byte in bytes {
            zigzag |= u64::from(byte & 0x7f) << shift;
            shift += 7;
            if *byte < 0x80 {
                let change = (zigzag >> 1) as i64 ^ -((zigzag & 1) as i64);
                before[1] = before[1].wrapping_add(change);
                before[0] = before[0].wrapping_add(before[1]);
                numbers.push(before[0]);
                (zigzag, shift) = (0, 0);
            }
        }
        numbers
    }
}

impl Codec for Zstd {
    fn write_times(times: &[Timestamp], out: &mut Vec<u8>) {
        let mut plain = Vec::new();
        Self::write_differences(times.iter().map(|time| time.as_micros()), &mut plain);
        Self::pack(&plain, out);
    }

    fn read_times(bytes: &[u8], count: usize) -> Result<Vec<Timestamp>, Corrupt> {
        Ok(Self::read_differences(&Self::unpack(bytes, count)).into_iter().map(Timestamp::from_micros).collect())
    }

    fn write_values(values: &[f64], out: &mut Vec<u8>) {
        let whole = |value: &f64| value.fract() == 0.0 && value.abs() < 1e15 && value.to_bits() != (-0.0f64).to_bits();
        let mut plain = Vec::new();
        if values.iter().all(whole) {
            plain.push(1);
            Self::write_differences(values.iter().map(|value| *value as i64), &mut plain);
        } else {
            plain.push(0);
            for byte in 0..8 {
                plain.extend(values.iter().map(|value| value.to_be_bytes()[byte]));
            }
        }
        Self::pack(&plain, out);
    }

    fn read_values(bytes: &[u8], count: usize) -> Result<Vec<f64>, Corrupt> {
        let plain = Self::unpack(bytes, count);
        let body = &plain[1..];
        if plain[0] == 1 {
            return Ok(Self::read_differences(body).into_iter().map(|number| number as f64).collect());
        }
        let value = |row: usize| f64::from_be_bytes(std::array::from_fn(|byte| body[byte * count + row]));
        Ok((0..count).map(value).collect())
    }
}

/// Differences of differences of times, and what changed in the bits of values.
struct Gorilla;

#[derive(Default)]
struct BitWriter {
    bytes: Vec<u8>,
    used: u32,
}

impl BitWriter {
    fn write(&mut self, value: u64, bits: u32) {
        for bit in (0..bits).rev() {
            if self.used.is_multiple_of(8) {
                self.bytes.push(0);
            }
            if value >> bit & 1 == 1 {
                *self.bytes.last_mut().unwrap() |= 0x80 >> (self.used % 8);
            }
            self.used += 1;
        }
    }
}

struct BitReader<'b> {
    bytes: &'b [u8],
    at: usize,
}

impl BitReader<'_> {
    fn read(&mut self, bits: u32) -> u64 {
        let mut value = 0;
        for _ in 0..bits {
            value = value << 1 | u64::from(self.bytes[self.at / 8] >> (7 - self.at % 8) & 1);
            self.at += 1;
        }
        value
    }

    fn signed(&mut self, bits: u32) -> i64 {
        (self.read(bits) << (64 - bits)) as i64 >> (64 - bits)
    }
}

/// Bits of a difference of differences, and the prefix that says so; the paper's are for seconds, these fit microseconds.
const STEPS: [(u32, u64, u32); 4] = [(2, 0b10, 11), (3, 0b110, 14), (4, 0b1110, 18), (4, 0b1111, 64)];

impl Codec for Gorilla {
    fn write_times(times: &[Timestamp], out: &mut Vec<u8>) {
        let mut bits = BitWriter::default();
        let mut before = [0i64; 2];
        for time in times {
            let step = time.as_micros().wrapping_sub(before[0]);
            let change = step.wrapping_sub(before[1]);
            before = [time.as_micros(), step];
            if change == 0 {
                bits.write(0, 1);
                continue;
            }
            let fits = |width: u32| width == 64 || (-(1i64 << (width - 1))..1 << (width - 1)).contains(&change);
            let (prefix_bits, prefix, width) = *STEPS.iter().find(|(_, _, width)| fits(*width)).unwrap();
            bits.write(prefix, prefix_bits);
            bits.write(change as u64, width);
        }
        out.extend(bits.bytes);
    }

    fn read_times(bytes: &[u8], count: usize) -> Result<Vec<Timestamp>, Corrupt> {
        let mut bits = BitReader { bytes, at: 0 };
        let mut before = [0i64; 2];
        let mut next = || {
            let ones = (0..4).take_while(|_| bits.read(1) == 1).count();
            let change = if ones == 0 { 0 } else { bits.signed(STEPS[ones - 1].2) };
            before[1] = before[1].wrapping_add(change);
            before[0] = before[0].wrapping_add(before[1]);
            Timestamp::from_micros(before[0])
        };
        Ok((0..count).map(|_| next()).collect())
    }

    fn write_values(values: &[f64], out: &mut Vec<u8>) {
        let mut bits = BitWriter::default();
        let (mut before, mut window) = (0u64, (65, 0));
        for value in values {
            let changed = value.to_bits() ^ before;
            before = value.to_bits();
            if changed == 0 {
                bits.write(0, 1);
                continue;
            }
            let (leading, trailing) = (changed.leading_zeros().min(31), changed.trailing_zeros());
            if window.0 <= leading && window.1 <= trailing {
                bits.write(0b10, 2);
            } else {
                window = (leading, trailing);
                bits.write(0b11, 2);
                bits.write(u64::from(leading), 5);
                bits.write(u64::from(64 - leading - trailing) & 63, 6);
            }
            bits.write(changed >> window.1, 64 - window.0 - window.1);
        }
        out.extend(bits.bytes);
    }

    fn read_values(bytes: &[u8], count: usize) -> Result<Vec<f64>, Corrupt> {
        let mut bits = BitReader { bytes, at: 0 };
        let (mut before, mut window) = (0u64, (0, 0));
        let mut next = || {
            if bits.read(1) == 1 {
                if bits.read(1) == 1 {
                    let leading = bits.read(5) as u32;
                    let length = match bits.read(6) as u32 {
                        0 => 64,
                        length => length,
                    };
                    window = (leading, 64 - leading - length);
                }
                before ^= bits.read(64 - window.0 - window.1) << window.1;
            }
            f64::from_bits(before)
        };
        Ok((0..count).map(|_| next()).collect())
    }
}
