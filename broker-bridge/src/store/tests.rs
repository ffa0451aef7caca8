use eontide_wire::name::metric_of_name;

use super::*;

const NOW: Timestamp = Timestamp::from_micros(1_763_683_300_000_000);

fn limits() -> Limits {
    Limits {
        history: Duration::from_secs(3600),
        points_bytes: 1 << 24,
        disk_bytes: usize::MAX,
        series_max: 10,
        channels_max: 2,
    }
}

fn put(store: &mut Store, channel: &str, payload: &str) -> Result<(), Reject> {
    let message = eontide_wire::decode(payload.as_bytes(), NOW).unwrap();
    let (channel, shapes) = store.resolve(channel, &message.blocks, &|name| metric_of_name(name, "").into())?;
    store.append(&channel, &shapes, &message.blocks, 1, NOW);
    Ok(())
}

fn blocks(store: &Store, pattern: &str) -> Vec<String> {
    let pattern = ChannelPattern::new(pattern).unwrap();
    let picture = store.picture(&pattern, Timestamp::default(), |_, _| true);
    let blocks = picture.blocks(Timestamp::default(), NOW, None);
    let mut out = Vec::new();
    for block in &blocks {
        let mut text = Vec::new();
        eontide_wire::viewer::frame::push_blocks(&mut text, &[block.as_ref()]);
        out.push(String::from_utf8(text).unwrap());
    }
    out
}

#[test]
fn processes_on_one_channel_merge_by_time_and_series_of_one_x_share_a_block() {
    let mut store = Store::new(limits());
    for t in [1_763_683_200_000i64, 1_763_683_201_000] {
        for id in ["a", "b"] {
            put(&mut store, "c", &format!(r#"{{"columns":[["rss-{id}",1],["heap-{id}",2],["x",{t}]]}}"#)).unwrap();
        }
    }
    // All four series have the same two times: one block, no nulls.
    assert_eq!(
        blocks(&store, "c"),
        [
            r#"[{"columns":[["heap-a",2,2],["rss-a",1,1],["heap-b",2,2],["rss-b",1,1],["x",1763683200000,1763683201000]]}]"#
        ]
    );
    assert_eq!((store.points(), store.series(), store.channels()), (8, 4, 1));
}

#[test]
fn a_late_message_is_put_in_its_place() {
    let mut store = Store::new(limits());
    for t in [3, 1, 2] {
        put(&mut store, "c", &format!(r#"{{"columns":[["a",{t}],["x",176368320{t}]]}}"#)).unwrap();
    }
    assert_eq!(blocks(&store, "c"), [r#"[{"columns":[["a",1,2,3],["x",1763683201000,1763683202000,1763683203000]]}]"#]);
}

#[test]
fn what_does_not_fit_is_rejected_whole() {
    let mut store = Store::new(limits());
    let many: Vec<String> = (0..11).map(|i| format!("[\"s{i}\",1]")).collect();
    let reject = put(&mut store, "c", &format!("{{\"columns\":[{}]}}", many.join(","))).unwrap_err();
    assert_eq!(reject.reason, Reason::StoreFull);
    assert_eq!(store.series(), 0);
    // Whole also where only the last of several blocks is too much.
    let rows: Vec<String> = (0..11).map(|i| format!("{{\"m{i}\":1}}")).collect();
    let reject = put(&mut store, "c", &format!("{{\"eons\":[{}]}}", rows.join(","))).unwrap_err();
    assert_eq!(reject.reason, Reason::StoreFull);
    assert_eq!(store.series(), 0);
    put(&mut store, "d", r#"{"eon":{"a":1}}"#).unwrap();
    assert_eq!(put(&mut store, "e", r#"{"eon":{"a":1}}"#).unwrap_err().reason, Reason::StoreFull);
}

#[test]
fn a_flood_shortens_its_own_history_first() {
    let mut store = Store::new(Limits { points_bytes: 100_000, ..limits() });
    put(&mut store, "c", r#"{"columns":[["quiet",1],["x",1763683200]]}"#).unwrap();
    let mut state = 7u64;
    for i in 0..30_000 {
        // Noise, so that it does not compress.
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        let value = f64::from_bits(state >> 2);
        put(&mut store, "c", &format!(r#"{{"columns":[["loud",{value:e}],["x",{}]]}}"#, 1_763_683_200_000i64 + i))
            .unwrap();
    }
    assert!(store.size() > 200_000, "{}", store.size());
    assert!(store.evict(NOW).memory >= 15_000);
    assert!(store.size() <= 100_000 && store.size() > 50_000, "{}", store.size());
    let series = store.list_series(&ChannelPattern::new("c").unwrap());
    assert_eq!((&*series[1].name, series[1].points), ("quiet", 1));
    assert_eq!(store.evict(NOW), Dropped::default());
}

#[test]
fn what_left_the_window_is_forgotten_with_its_name_and_the_slot_is_used_again() {
    let mut store = Store::new(limits());
    put(&mut store, "c", r#"{"columns":[["old",1],["x",1763683200]]}"#).unwrap();
    let later = Timestamp::from_millis(1_763_683_200_000 + 7_200_000);
    assert_eq!(store.evict(later).age, 1);
    assert_eq!((store.series(), store.channels()), (0, 0));
    put(&mut store, "c", r#"{"columns":[["new",2],["x",1763683200]]}"#).unwrap();
    assert_eq!(blocks(&store, "c"), [r#"[{"columns":[["new",2],["x",1763683200000]]}]"#]);
}

#[test]
fn watching_a_channel_reads_all_below_it() {
    let mut store = Store::new(limits());
    put(&mut store, "c", r#"{"columns":[["a",1],["x",1763683200]]}"#).unwrap();
    put(&mut store, "c.w", r#"{"columns":[["b",1],["x",1763683200]]}"#).unwrap();
    assert_eq!(blocks(&store, "c").len(), 1);
    assert_eq!(blocks(&store, "c.*"), [r#"[{"columns":[["b",1],["x",1763683200000]]}]"#]);
}
