use super::*;

const LEASE: Duration = Duration::from_secs(30);

struct Stage(Table, Instant);

impl Stage {
    fn new() -> Self {
        Self(Table::default(), Instant::now())
    }

    fn monitor(&mut self, inbox: &str, watched: Watched) -> u64 {
        self.0.monitor(Some(inbox.into()), watched, LEASE, self.1, 5).unwrap()
    }

    fn each(&mut self, targets: &[u32]) -> u64 {
        self.monitor("_INBOX.a", Watched::Each(targets.to_vec()))
    }

    fn dies(&mut self, index: u32) -> usize {
        let target = NoticeTarget { id: Some(format!("s{index}")), ..NoticeTarget::default() };
        self.0.died(index, &Arc::new(Death { target, cause: Cause::Exit, reason: "x".into(), at: 7 }))
    }

    /// `reference:target` of each that is taken.
    fn take(&mut self, max: usize) -> Vec<String> {
        let shown = |ready: Ready| {
            let NoticeTarget { id, host, .. } = &ready.death.target;
            format!("{}:{}", ready.reference, id.clone().or(host.clone()).unwrap_or("-".into()))
        };
        self.0.take(max).0.into_iter().map(shown).collect()
    }
}

#[test]
fn each_monitor_fires_once_in_the_order_of_deaths_and_of_monitors() {
    let mut stage = Stage::new();
    let (a, b, c) = (stage.each(&[1]), stage.each(&[1]), stage.each(&[2]));
    assert_eq!((stage.dies(2), stage.dies(1), stage.dies(1), stage.dies(9)), (1, 2, 0, 0));
    assert_eq!(stage.take(9), [format!("{c}:s2"), format!("{a}:s1"), format!("{b}:s1")]);
    assert_eq!(stage.take(9), [""; 0]);
    assert_eq!(stage.0.sizes(), Sizes::default());
}

#[test]
fn what_is_not_there_fires_at_once() {
    let mut stage = Stage::new();
    let before = stage.each(&[1]);
    let target = NoticeTarget { id: Some("nobody".into()), ..NoticeTarget::default() };
    let nobody = stage.monitor("_INBOX.b", Watched::Nothing(target));
    stage.dies(1);
    assert_eq!(stage.take(9), [format!("{nobody}:nobody"), format!("{before}:s1")]);
}

#[test]
fn one_reference_of_many_fires_for_each_and_a_machine_once() {
    let mut stage = Stage::new();
    let many = stage.each(&[1, 2, 3]);
    let host = stage.monitor("_INBOX.b", Watched::Host("web-7".into(), vec![1, 2]));
    stage.dies(2);
    assert_eq!(stage.take(9), [format!("{many}:s2")]);
    stage.dies(1);
    assert_eq!(stage.take(9), [format!("{many}:s1"), format!("{host}:web-7")]);
    assert_eq!(stage.0.sizes(), Sizes { monitors: 1, watches: 1, subscribers: 1, waiting: 0 });
}

#[test]
fn what_is_taken_back_is_not_told_and_others_take_its_place() {
    let mut stage = Stage::new();
    let references: Vec<u64> = (0..10).map(|n| stage.each(&[n])).collect();
    assert_eq!((0..10).map(|n| stage.dies(n)).sum::<usize>(), 10);
    for reference in &references[..5] {
        assert!(stage.0.demonitor(*reference, false));
        assert!(!stage.0.demonitor(*reference, true));
    }
    let (ready, skipped) = stage.0.take(3);
    assert_eq!((ready.len(), skipped, ready[0].reference), (3, 5, references[5]));
    assert_eq!(stage.take(9).len(), 2);
}

#[test]
fn who_vanished_leaves_nothing_behind() {
    let mut stage = Stage::new();
    stage.each(&[1, 2]);
    stage.monitor("_INBOX.b", Watched::Each(vec![2]));
    let later = stage.1 + LEASE / 2;
    assert_eq!((stage.0.renew("_INBOX.b", later), stage.0.renew("_INBOX.c", later)), (1, 0));
    assert_eq!(stage.0.clean(stage.1 + LEASE), 1);
    assert_eq!(stage.0.sizes(), Sizes { monitors: 1, watches: 1, subscribers: 1, waiting: 0 });
    assert_eq!(stage.0.clean(later + LEASE), 1);
    assert_eq!(stage.0.sizes(), Sizes::default());
}

#[test]
fn who_asks_by_http_fetches_and_flushes() {
    let mut stage = Stage::new();
    let now = stage.1;
    let reference = stage.0.monitor(None, Watched::Each(vec![1, 2, 3]), LEASE, now, 0).unwrap();
    stage.dies(1);
    stage.dies(2);
    for ready in stage.0.take(9).0 {
        assert!(stage.0.deliver(ready));
    }
    let (ready, more) = stage.0.fetch(reference, 1, now).unwrap();
    assert_eq!((ready.len(), more), (1, true));
    assert!(stage.0.demonitor(reference, false));
    // What was taken out is fetched still, unless it is flushed.
    let (ready, more) = stage.0.fetch(reference, 9, now).unwrap();
    assert_eq!((ready.len(), more), (1, false));
    assert_eq!(stage.0.fetch(reference, 9, now), None);
    let reference = stage.0.monitor(None, Watched::Each(vec![7]), LEASE, now, 0).unwrap();
    stage.dies(7);
    for ready in stage.0.take(9).0 {
        stage.0.deliver(ready);
    }
    stage.0.demonitor(reference, true);
    assert_eq!(stage.0.fetch(reference, 9, now), None);
    assert_eq!(stage.0.sizes(), Sizes::default());
}
