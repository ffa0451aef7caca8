//! What goes in comes out: whatever the order, wherever it is cut into files, whatever happens to the files.

use std::collections::BTreeMap;
use std::time::Duration;

use eontide_wire::{Block as Message, ChannelPattern};

use super::*;

mod random;

const LIFE: Life = Life { created_ns: 7, epoch: Epoch(3) };
const BEGIN: Timestamp = Timestamp::from_micros(1_763_683_200_000_000);

fn limits() -> Limits {
    Limits {
        history: Duration::from_secs(86_400),
        points_bytes: usize::MAX,
        disk_bytes: 1 << 40,
        series_max: 1000,
        channels_max: 100,
    }
}

/// A directory of its own, removed at the end.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> Self {
        use std::sync::atomic::{AtomicU64, Ordering};
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let name = format!("eontide-disk-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        Self(std::env::temp_dir().join(name))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).ok();
    }
}

/// What decides everything in one run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }
}

fn apply(store: &mut Store, offset: u64, (channel, message): &(String, Message<'static>)) {
    let (channel, shapes) = store.resolve(channel, std::slice::from_ref(message), &|name| name.into()).unwrap();
    store.append(&channel, &shapes, std::slice::from_ref(message), offset, BEGIN);
}

type Points = BTreeMap<(String, String), Vec<(i64, u64)>>;

fn points(store: &Store) -> Points {
    let patterns = ["c", "d.e"].map(|channel| ChannelPattern::new(channel).unwrap());
    let pictures = patterns.map(|pattern| store.picture(&pattern, Timestamp::from_micros(i64::MIN), |_, _| true));
    let mut all = Points::new();
    for group in pictures.iter().flat_map(|picture| picture.groups()) {
        group.each_part(Timestamp::from_micros(i64::MIN), Timestamp::from_micros(i64::MAX), |times, columns| {
            for (name, values) in group.names().zip(columns) {
                let series = all.entry((group.channel().to_string(), name.to_string())).or_default();
                series.extend(times.iter().zip(values).map(|(x, value)| (x.as_micros(), value.to_bits())));
            }
        });
    }
    all
}

fn checkpoint(disk: &mut Disk, store: &mut Store, offset: u64) {
    let snapshot = disk.take(store, (offset, BEGIN), store.horizon());
    let saved = disk.write(snapshot).unwrap();
    store.saved(saved);
}

fn restore(scratch: &Scratch) -> Restored {
    Disk::restore(&scratch.0, LIFE, limits(), BEGIN, &[]).unwrap()
}

/// Reads the stream from where the disk ends.
fn replay(restored: Restored, messages: &[(String, Message<'static>)]) -> (Disk, Store) {
    let Restored { disk, mut store, resume } = restored;
    let after = resume.map_or(0, |resume| resume.after);
    for (offset, message) in (1..).zip(messages).filter(|(offset, _)| *offset > after) {
        apply(&mut store, offset, message);
    }
    (disk, store)
}

/// One source at 1 Hz, so many rows of noise, a checkpoint now and then.
fn filled(scratch: &Scratch, rows: u64, every: u64) -> (Disk, Store) {
    let mut dice = Dice(rows);
    let Restored { mut disk, mut store, .. } = restore(scratch);
    for offset in 1..=rows {
        let x = vec![Timestamp::from_micros(BEGIN.as_micros() + offset as i64 * 1_000_000)];
        let names = vec!["a".into(), "b".into()];
        apply(
            &mut store,
            offset,
            &("c".into(), Message { names, x, values: vec![dice.roll(1 << 30) as f64, dice.roll(1000) as f64] }),
        );
        if offset % every == 0 {
            checkpoint(&mut disk, &mut store, offset);
        }
    }
    (disk, store)
}

/// Each place at which a file can be cut, and each byte that can be wrong: found out, set aside, never a panic.
#[test]
fn a_file_cut_anywhere_or_wrong_anywhere_is_set_aside_and_its_range_read_again() {
    let scratch = Scratch::new();
    let (disk, store) = filled(&scratch, 2_600, 2_600);
    let truth = points(&store);
    let path = disk.files.values().next().unwrap().path.clone();
    drop((disk, store));
    let whole = fs::read(&path).unwrap();
    let mut variants: Vec<Vec<u8>> = (0..whole.len()).step_by(5).map(|at| whole[..at].to_vec()).collect();
    variants.extend((0..whole.len()).step_by(3).map(|at| {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x10;
        bytes
    }));
    assert!(variants.len() > 300);
    for (number, bytes) in variants.into_iter().enumerate() {
        fs::write(&path, bytes).unwrap();
        let restored = restore(&scratch);
        let found = restored.resume.is_some_and(|resume| resume.after == 0);
        // The first eight bytes say what the file is and are not read again; in a block it is found when that is read.
        let when_read = !found && !restored.disk.scrub()(&|| false);
        let untouched = points(&restored.store) == truth;
        assert!(found || when_read || untouched, "variant {number}");
        if found {
            assert_eq!(restored.resume.unwrap().last.0, 2_600);
            assert!(path.with_extension("bad").exists());
        }
        drop(restored);
        fs::write(&path, &whole).unwrap();
    }
}

#[test]
fn blocks_on_disk_are_no_memory() {
    let scratch = Scratch::new();
    let (mut disk, mut store) = filled(&scratch, 50_000, u64::MAX);
    let (before, truth) = (store.size(), points(&store));
    assert_eq!(store.disk_size(), 0);
    checkpoint(&mut disk, &mut store, 50_000);
    assert!(store.size() < before && store.disk_size() > 0, "{before} → {}", store.size());
    assert_eq!(points(&store), truth);
    assert_eq!((disk.saved(), disk.files()), (50_000, 1));
}

#[test]
fn what_left_the_window_leaves_the_disk() {
    let scratch = Scratch::new();
    let (mut disk, mut store) = filled(&scratch, 60_000, 10_000);
    let (files, bytes) = (disk.files(), disk.bytes());
    assert_eq!(files, 6);
    let now = Timestamp::from_micros(BEGIN.as_micros() + (86_400 + 45_000) * 1_000_000);
    assert!(store.evict(now).age >= 2 * 43_000);
    checkpoint(&mut disk, &mut store, 60_001);
    checkpoint(&mut disk, &mut store, 60_002);
    assert!(disk.files() <= 2 && disk.bytes() < bytes / 2, "{} files, {} of {bytes} bytes", disk.files(), disk.bytes());
    let left = points(&store);
    drop((disk, store));
    assert_eq!(points(&restore(&scratch).store), left);
}

#[test]
fn disk_is_bounded_and_many_small_files_become_few() {
    let scratch = Scratch::new();
    let (mut disk, mut store) = filled(&scratch, 100_000, 1_000);
    assert!(disk.files() <= FILES_MAX + 1, "{}", disk.files());
    let truth = points(&store);
    disk.bytes_max = disk.bytes() / 2;
    store.limits.disk_bytes = disk.bytes_max as usize;
    let dropped = store.evict(BEGIN);
    assert!(dropped.disk > 50_000 && dropped.memory == 0 && dropped.age == 0, "{dropped:?}");
    for n in 1..=50 {
        checkpoint(&mut disk, &mut store, 100_000 + n);
    }
    assert!(disk.bytes() <= disk.bytes_max, "{} of {}", disk.bytes(), disk.bytes_max);
    for (name, series) in points(&store) {
        assert!(truth[&name].ends_with(&series));
    }
}

#[test]
fn a_longer_window_than_the_disk_covers_is_read_from_the_stream() {
    let scratch = Scratch::new();
    drop(filled(&scratch, 3_000, 1_000));
    let earlier = Timestamp::from_micros(BEGIN.as_micros() - 120_000_000);
    assert!(restore(&scratch).resume.is_some());
    let restored = Disk::restore(&scratch.0, LIFE, limits(), earlier, &[]).unwrap();
    assert_eq!(restored.resume, None);
    assert!(restored.store.points() > 0);
}

#[test]
fn an_earlier_life_of_the_stream_is_removed_and_other_streams_once_they_are_old() {
    let scratch = Scratch::new();
    drop(filled(&scratch, 3_000, 1_000));
    fs::create_dir_all(scratch.0.join("1999/photos")).unwrap();
    fs::write(scratch.0.join("1999/photos/a.jpg"), b"not ours").unwrap();
    fs::write(scratch.0.join("7-3/notes.txt"), b"not ours either").unwrap();
    let open = |life, limits| drop(Disk::restore(&scratch.0, life, limits, BEGIN, &[]).unwrap());
    open(Life { created_ns: 8, ..LIFE }, limits());
    assert!(restore(&scratch).resume.is_some(), "another stream, perhaps of another server");
    let short = Limits { history: Duration::ZERO, ..limits() };
    open(Life { created_ns: 9, ..LIFE }, short);
    assert_eq!(restore(&scratch).resume, None, "older than the window");
    drop(filled(&scratch, 3_000, 1_000));
    open(Life { epoch: Epoch(4), ..LIFE }, limits());
    assert_eq!(restore(&scratch).resume, None, "an earlier life");
    assert!(scratch.0.join("1999/photos/a.jpg").exists() && scratch.0.join("7-3/notes.txt").exists());
}

#[test]
fn other_streams_take_no_more_disk_than_this_one_may() {
    let scratch = Scratch::new();
    drop(filled(&scratch, 3_000, 1_000));
    let small = Limits { disk_bytes: 1_000, ..limits() };
    drop(Disk::restore(&scratch.0, Life { created_ns: 8, ..LIFE }, small, BEGIN, &[]).unwrap());
    assert!(!scratch.0.join("7-3").exists());
}

/// The file was written and renamed, the checkpoint that names it was not.
#[test]
fn a_segment_without_its_checkpoint_is_removed_and_a_lost_ones_number_is_not_used_again() {
    let scratch = Scratch::new();
    let (mut disk, mut store) = filled(&scratch, 6_000, 2_000);
    let truth = points(&store);
    let directory = disk.directory.clone();
    let before = fs::read(directory.join("checkpoint")).unwrap();
    let last = *disk.files.keys().last().unwrap();
    fs::remove_file(path_of(&directory, last)).unwrap();
    drop((disk, store));
    // Lost: its range is read again, as far as the bridge comes before it dies anew.
    let restored = restore(&scratch);
    let after = restored.resume.unwrap().after;
    assert!(after < 6_000);
    (disk, store) = (restored.disk, restored.store);
    let mut dice = Dice(6_000);
    let mut all = Vec::new();
    for offset in 1..=6_000 {
        let x = vec![Timestamp::from_micros(BEGIN.as_micros() + offset as i64 * 1_000_000)];
        let values = vec![dice.roll(1 << 30) as f64, dice.roll(1000) as f64];
        all.push(("c".to_owned(), Message { names: vec!["a".into(), "b".into()], x, values }));
    }
    (after + 1..).zip(&all[after as usize..]).for_each(|(offset, message)| apply(&mut store, offset, message));
    checkpoint(&mut disk, &mut store, 6_000);
    assert!(disk.files.keys().all(|id| *id != last));
    drop((disk, store));
    fs::write(directory.join("checkpoint"), before).unwrap();
    let (disk, store) = replay(restore(&scratch), &all);
    assert_eq!(points(&store), truth);
    assert_eq!(disk.numbers(), disk.files.keys().copied().collect::<Vec<_>>());
}

#[test]
fn a_checkpoint_that_cannot_be_written_leaves_nothing_behind_and_the_next_one_may() {
    let scratch = Scratch::new();
    let (mut disk, mut store) = filled(&scratch, 3_000, u64::MAX);
    let truth = points(&store);
    let directory = disk.directory.clone();
    fs::create_dir_all(directory.join("checkpoint.tmp/in-the-way")).unwrap();
    let snapshot = disk.take(&store, (3_000, BEGIN), store.horizon());
    assert!(disk.write(snapshot).is_err());
    assert_eq!((disk.files(), disk.numbers().len()), (0, 0));
    fs::remove_dir_all(&directory).unwrap();
    checkpoint(&mut disk, &mut store, 3_000);
    assert_eq!(points(&store), truth);
    drop((disk, store));
    assert_eq!(points(&restore(&scratch).store), truth);
}

#[test]
fn little_memory_costs_no_history_that_is_on_disk() {
    let scratch = Scratch::new();
    let (_disk, mut store) = filled(&scratch, 50_500, 50_000);
    store.limits.points_bytes = 4_000;
    let dropped = store.evict(BEGIN);
    assert!(dropped.memory > 0 && store.points() >= 2 * 49_000, "{dropped:?}, {} left", store.points());
}

#[test]
fn what_series_measure_is_known_after_a_restart() {
    let scratch = Scratch::new();
    let Restored { mut disk, mut store, .. } = restore(&scratch);
    let message = Message { names: vec!["rss-web-1".into()], x: vec![BEGIN], values: vec![1.0] };
    let (channel, shapes) = store.resolve("c", std::slice::from_ref(&message), &|_| "memory".into()).unwrap();
    store.append(&channel, &shapes, std::slice::from_ref(&message), 1, BEGIN);
    checkpoint(&mut disk, &mut store, 1);
    drop((disk, store));
    let restored = restore(&scratch);
    let metrics =
        restored.store.densities(&ChannelPattern::new("c").unwrap(), 1_000, (BEGIN, BEGIN), |_| true).columns();
    assert_eq!((&*metrics[0].metric, metrics[0].series, metrics.len()), ("memory", 1, 1));
}

/// The number after that of the highest file was counted, whatever it was: a file of this name ended the bridge.
#[test]
fn files_that_are_not_named_as_ours_are_left_alone() {
    let scratch = Scratch::new();
    let (disk, store) = filled(&scratch, 3_000, 3_000);
    let (directory, truth) = (disk.directory.clone(), points(&store));
    drop((disk, store));
    let foreign = ["18446744073709551615.seg", "18446744073709551615.bad", "7.seg", "00000000+7.seg", "a.seg"];
    for name in foreign {
        fs::write(directory.join(name), b"something else").unwrap();
    }
    let restored = restore(&scratch);
    assert_eq!(points(&restored.store), truth);
    assert_eq!(restored.disk.next_id, 2);
    assert!(foreign.iter().all(|name| directory.join(name).exists()));
}
