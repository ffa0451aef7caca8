use eontide_wire::monitor::Watching;

use super::*;

const CHANNEL: &str = "c";

/// A bridge's answer: these lives are watched.
fn made(place: &str, lives: &[(&str, u64)]) -> Monitored {
    let source = |(id, epoch): &(&str, u64)| Watching {
        channel: CHANNEL.into(),
        id: (*id).into(),
        epoch: Epoch(*epoch),
        since: 0,
    };
    let bridge = place.split('-').next().unwrap().to_owned();
    let sources: Vec<_> = lives.iter().map(source).collect();
    Monitored { reference: place.into(), bridge, targets: sources.len() as u64, sources }
}

fn told(place: &str, id: &str, epoch: u64) -> Told {
    let life = (CHANNEL.to_owned(), id.to_owned(), Epoch(epoch));
    Told { reference: place.into(), target: life_target(&life), cause: Cause::Exit, reason: "bye".into(), at: 7 }
}

fn whole(reference: Reference) -> Part {
    Part { reference, life: None }
}

/// `id cause` of each.
fn said(notices: impl IntoIterator<Item = Notice>) -> Vec<String> {
    let name = |target: NoticeTarget| target.id.or(target.host).unwrap_or_default();
    notices.into_iter().map(|notice| format!("{} {}", name(notice.target), notice.cause.as_str())).collect()
}

/// Loses everything, and lets bridge `b2` take it, where only `lives` are there.
fn again(table: &mut Table, lives: &[(&str, u64)]) -> Vec<String> {
    let (parts, outcome) = table.lost(None, 9);
    let mut notices = outcome.notices;
    for (number, part) in parts.iter().enumerate() {
        let Some(target) = table.target(part) else { continue };
        let fits: Vec<_> = lives.iter().copied().filter(|(id, _)| target.id.as_deref() == Some(*id)).collect();
        notices.extend(table.made(part, &made(&format!("b2-{number}"), &fits), 9).notices);
    }
    said(notices)
}

#[test]
fn each_source_of_a_pattern_is_told_once_and_newcomers_never() {
    let mut table = Table::default();
    let reference = table.add(Target::glob("*"));
    table.made(&whole(reference), &made("b1-1", &[("a", 1), ("b", 1)]), 0);
    assert_eq!(said(table.told(told("b1-1", "a", 1))), ["a exit"]);
    assert_eq!(table.told(told("b1-1", "a", 1)), None, "twice");
    assert_eq!(table.told(told("b1-1", "z", 1)), None, "not there when it was made");
    assert_eq!(table.told(told("b9-1", "b", 1)), None, "nobody's");
    let last = table.told(told("b1-1", "b", 1)).unwrap();
    assert!(last.last);
    assert_eq!(said([last]), ["b exit"]);
    assert_eq!((table.len(), table.bridges().len()), (0, 0), "over");
}

#[test]
fn what_ended_while_nobody_watched_is_told_afterwards_and_the_rest_is_watched_on() {
    let mut table = Table::default();
    let reference = table.add(Target::glob("*"));
    table.made(&whole(reference), &made("b1-1", &[("a", 1), ("b", 1), ("c", 1), ("d", 1)]), 0);
    assert_eq!(said(table.told(told("b1-1", "a", 1))), ["a exit"]);
    assert_eq!(again(&mut table, &[("c", 2), ("d", 1), ("e", 1)]), ["b noproc", "c restarted"]);
    assert_eq!(table.told(told("b1-1", "d", 1)), None, "what the old bridge says late");
    assert_eq!(table.bridges(), BTreeMap::from([("b2".to_owned(), 1)]));
    let place = table.all_places().next().unwrap().reference;
    assert_eq!(said(table.told(told(&place, "d", 1))), ["d exit"]);
    assert_eq!(table.len(), 0);
}

#[test]
fn a_machine_is_told_once_with_the_last_of_its_sources_whatever_happened_meanwhile() {
    let mut table = Table::default();
    let reference = table.add(Target::host("web-7"));
    table.made(&whole(reference), &made("b1-1", &[("a", 1), ("b", 1)]), 0);
    assert_eq!(again(&mut table, &[("b", 1)]), [""; 0]);
    let place = table.all_places().next().unwrap().reference;
    assert_eq!(said(table.told(told(&place, "b", 1))), ["web-7 exit"]);
    let reference = table.add(Target::host("web-8"));
    table.made(&whole(reference), &made("b1-2", &[("a", 1), ("b", 1)]), 0);
    assert_eq!(again(&mut table, &[]), ["web-8 noproc"]);
    assert_eq!(table.len(), 0);
}

#[test]
fn that_there_is_nobody_is_told_by_the_bridge_or_where_it_is_lost_by_us() {
    for lost in [false, true] {
        let mut table = Table::default();
        let reference = table.add(Target::source(CHANNEL, "nobody"));
        table.made(&whole(reference), &made("b1-1", &[]), 0);
        if lost {
            // Even where it came up meanwhile.
            assert_eq!(again(&mut table, &[("nobody", 1)]), ["nobody noproc"]);
        } else {
            assert_eq!(said(table.told(told("b1-1", "nobody", 0))), ["nobody exit"]);
        }
        assert_eq!(table.len(), 0);
    }
}

#[test]
fn of_too_many_to_list_one_is_told_how_many_ended_meanwhile() {
    let many = |place: &str, targets| Monitored { targets, sources: Vec::new(), ..made(place, &[]) };
    let mut table = Table::default();
    let reference = table.add(Target::glob("w*"));
    table.made(&whole(reference), &many("b1-1", 5000), 0);
    assert_eq!(said(table.told(told("b1-1", "w1", 1))), ["w1 exit"]);
    let (parts, _) = table.lost(Some("b1"), 9);
    assert_eq!(parts, [whole(reference)]);
    let notices = table.made(&whole(reference), &many("b2-1", 4990), 9).notices;
    assert!(notices[0].reason.starts_with("9 or more"), "{notices:?}");
    assert_eq!((notices[0].target.epoch, notices[0].cause), (None, Cause::NoProc));
    table.lost(None, 9);
    assert_eq!(table.made(&whole(reference), &many("b3-1", 0), 9).notices.len(), 1);
    assert_eq!(table.len(), 0);
}

#[test]
fn what_is_taken_back_is_taken_back_everywhere() {
    let mut table = Table::default();
    let reference = table.add(Target::glob("*"));
    table.made(&whole(reference), &made("b1-1", &[("a", 1), ("b", 1)]), 0);
    again(&mut table, &[("a", 1), ("b", 1)]);
    assert_eq!(table.remove(reference).unwrap().len(), 2);
    assert_eq!(table.remove(reference), None);
    // Answers that come late.
    let late = table.made(&whole(reference), &made("b3-1", &[("a", 1)]), 9);
    assert_eq!(late.take_back, [Place { bridge: "b3".into(), reference: "b3-1".into() }]);
    assert_eq!(table.told(told("b3-1", "a", 1)), None);
}
