//! Whole lives at random: messages come, checkpoints are written, the bridge dies, files are damaged; what is read afterwards is
//! what a store without a disk has.

use proptest::prelude::*;

use super::*;

/// The messages of a stream: some sources, some of them late, some repeating a time with another value.
fn stream(dice: &mut Dice, length: u64) -> Vec<(String, Message<'static>)> {
    let lateness = [1, 50, 5_000][dice.roll(3) as usize];
    (0..length)
        .map(|n| {
            let source = dice.roll(3);
            let rows = 1 + dice.roll(3) * dice.roll(2);
            let names = (0..=source).map(|column| format!("s{source}-{column}").into()).collect::<Vec<_>>();
            let time = |row: u64, dice: &mut Dice| {
                let ms = (n + row).saturating_sub(dice.roll(lateness)) as i64;
                Timestamp::from_micros(BEGIN.as_micros() + ms * 1000)
            };
            let x: Vec<Timestamp> = (0..rows).map(|row| time(row, dice)).collect();
            let values =
                (0..rows * (source + 1)).map(|_| if dice.roll(50) == 0 { f64::NAN } else { dice.roll(99) as f64 });
            let values = values.collect();
            (["c", "d.e"][dice.roll(2) as usize].to_owned(), Message { names, x, values })
        })
        .collect()
}

/// Something happens to a file: it is cut, a bit turns, it vanishes, it is written over.
fn damage(dice: &mut Dice, scratch: &Scratch) {
    let directory = scratch.0.join("7-3");
    let mut files: Vec<PathBuf> = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    if files.is_empty() {
        return;
    }
    let path = &files[dice.roll(files.len() as u64) as usize];
    let mut bytes = fs::read(path).unwrap();
    let at = dice.roll(bytes.len().max(1) as u64) as usize;
    match dice.roll(5) {
        0 => bytes.truncate(at),
        1 if !bytes.is_empty() => bytes[at] ^= 1 << dice.roll(8),
        2 => return fs::remove_file(path).unwrap(),
        3 => bytes.truncate(bytes.len().saturating_sub(dice.roll(40) as usize)),
        _ => bytes.clear(),
    }
    fs::write(path, bytes).unwrap();
}

/// One run: messages come, checkpoints are written, the bridge dies and starts again, files are damaged.
fn run(seed: u64, length: u64, damages: bool) {
    let mut dice = Dice(seed);
    let scratch = Scratch::new();
    let messages = stream(&mut dice, length);
    let mut truth = Store::new(limits());
    (1..).zip(&messages).for_each(|(offset, message)| apply(&mut truth, offset, message));
    let (mut disk, mut store) = {
        let Restored { disk, store, .. } = restore(&scratch);
        (disk, store)
    };
    for (offset, message) in (1..).zip(&messages) {
        apply(&mut store, offset, message);
        match dice.roll(length / 8) {
            0 => checkpoint(&mut disk, &mut store, offset),
            // Dies while it writes: a file without a checkpoint, or a half of either.
            1 => {
                if dice.roll(2) == 0 {
                    fs::write(disk.directory.join("0000000099.seg"), b"EONTIDE1 half of").unwrap();
                    fs::write(disk.directory.join("checkpoint.tmp"), b"EONCHECK half").unwrap();
                }
                (disk, store) = replay(restore(&scratch), &messages[..offset as usize]);
            }
            2 if damages => {
                drop((disk, store));
                damage(&mut dice, &scratch);
                let mut restored = restore(&scratch);
                // The bytes of a block are looked at when they are read, or by the one who reads through everything.
                if !restored.disk.scrub()(&|| false) {
                    let damaged = restored.disk.damaged_files();
                    restored = Disk::restore(&scratch.0, LIFE, limits(), BEGIN, &damaged).unwrap();
                    assert!(restored.disk.scrub()(&|| false));
                }
                (disk, store) = replay(restored, &messages[..offset as usize]);
            }
            _ => {}
        }
    }
    assert_eq!(points(&store), points(&truth));
    checkpoint(&mut disk, &mut store, length);
    drop((disk, store));
    let restored = restore(&scratch);
    assert_eq!(restored.resume.map(|resume| resume.after), Some(length));
    assert_eq!(points(&restored.store), points(&truth));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn what_goes_in_comes_out_whenever_the_bridge_dies(seed: u64) {
        run(seed, 6_000, false);
    }

    #[test]
    fn what_goes_in_comes_out_whatever_happens_to_the_files(seed: u64) {
        run(seed, 6_000, true);
    }
}
