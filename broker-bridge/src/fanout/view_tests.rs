use eontide_wire::Epoch;
use eontide_wire::viewer::Timetoken;

use super::*;
use crate::store::{Limits, Store};

const NOW: Timestamp = Timestamp::from_micros(1_763_683_300_000_000);

struct Source(Store, u64, Vec<Entry>);

impl Source {
    fn new() -> Self {
        let limits = Limits {
            history: std::time::Duration::from_secs(3600),
            points_bytes: 1 << 20,
            disk_bytes: 0,
            series_max: 100,
            channels_max: 10,
        };
        Self(Store::new(limits), 0, Vec::new())
    }

    fn publish(&mut self, channel: &str, payload: &str) {
        let message = eontide_wire::decode(payload.as_bytes(), NOW).unwrap();
        let (channel, shapes) = self
            .0
            .resolve(channel, &message.blocks, &|name| eontide_wire::name::metric_of_name(name, "").into())
            .unwrap();
        let blocks = shapes
            .into_iter()
            .zip(message.blocks)
            .map(|(shape, block)| ItemBlock { shape, x: block.x, values: block.values })
            .collect();
        let timetoken = Timetoken::from_nanos(i128::from(NOW.as_micros()) * 1000);
        let item = Item { channel, time: NOW, timetoken, blocks, payload: payload.to_owned().into() };
        self.1 += 1;
        self.2.push(Entry { offset: self.1, event: Event::Data(Arc::new(item)) });
    }

    fn presence(&mut self, channel: &str, id: &str) {
        let view = serde_json::json!({"id": id, "epoch": 1, "channel": channel, "state": "up", "since": 0,
            "last_seen": 0, "lives": 1, "lost": 0, "dropped": 0, "labels": {}, "series": []});
        let view: SourceView = serde_json::from_value(view).unwrap();
        self.2.push(Entry { offset: self.1, event: Event::Presence(Arc::new(view)) });
    }

    fn frames(&self, series: &[&str], kind: Kind, after: u64) -> Vec<String> {
        self.frames_of(series, (kind, true), after)
    }

    fn frames_of(&self, series: &[&str], (kind, sources): (Kind, bool), after: u64) -> Vec<String> {
        let key = ViewKey {
            sub: 1,
            channel: ChannelPattern::new("c").unwrap(),
            series: series.iter().map(|s| (*s).to_owned()).collect(),
            kind,
            step_ms: 1_000,
            sources,
            binary: false,
        };
        let frames = frames(&key, &mut ColumnFilter::default(), &self.2, after, Epoch(5), NOW);
        frames
            .into_iter()
            .map(|frame| match frame {
                Frame::Text(text) => text.to_string(),
                Frame::Binary(_) => panic!("binary"),
            })
            .collect()
    }
}

#[test]
fn messages_of_one_process_become_one_block_and_other_channels_stay_out() {
    let mut source = Source::new();
    for t in [1, 3, 2] {
        source.publish("c", &format!(r#"{{"columns":[["rss-a",{t}],["heap-a",0],["x",176368320{t}]]}}"#));
    }
    source.publish("c.w", r#"{"columns":[["rss-b",9],["x",1763683201]]}"#);
    source.publish("d", r#"{"columns":[["rss-d",9],["x",1763683201]]}"#);
    assert_eq!(
        source.frames(&["rss-*"], Kind::Lines, 0),
        [concat!(
            r#"{"sub":1,"type":"update","position":{"epoch":5,"offset":5},"now":1763683300000,"messages":4,"blocks":["#,
            r#"{"columns":[["rss-a",1,2,3],["x",1763683201000,1763683202000,1763683203000]]},"#,
            r#"{"columns":[["rss-b",9],["x",1763683201000]]}]}"#
        )]
    );
    assert_eq!(source.frames(&["none"], Kind::Lines, 0), [""; 0]);
    assert_eq!(source.frames(&[], Kind::Lines, 5), [""; 0]);
}

#[test]
fn a_message_counts_once_where_something_of_it_is_wanted() {
    let mut source = Source::new();
    // Two blocks, all of it a gap, another metric, both.
    for payload in [
        r#"{"eons":[{"rss-a":1,"x":1763683201},{"rss-b":1,"x":1763683202}]}"#,
        r#"{"columns":[["rss-a",null],["x",1763683203]]}"#,
        r#"{"columns":[["cpu-a",1],["x",1763683203]]}"#,
        r#"{"columns":[["cpu-a",1],["rss-a",2],["x",1763683204]]}"#,
    ] {
        source.publish("c", payload);
    }
    for (series, kind, messages) in [
        (&[][..], Kind::Lines, 4),
        (&["rss-*"], Kind::Lines, 3),
        (&["rss-b"], Kind::Lines, 1),
        (&[], Kind::Density, 3),
        (&["rss-*"], Kind::Density, 2),
        (&["cpu-*"], Kind::Density, 2),
    ] {
        let frames = source.frames(series, kind, 0);
        let frame: serde_json::Value = serde_json::from_str(&frames[0]).unwrap();
        assert_eq!((frames.len(), &frame["messages"]), (1, &messages.into()), "{series:?} {kind:?}");
    }
}

#[test]
fn sources_are_told_of_where_they_are_wanted() {
    let mut source = Source::new();
    source.publish("c", r#"{"columns":[["b",1],["x",1763683201]]}"#);
    source.presence("c", "here");
    source.presence("d", "elsewhere");
    for (kind, sources, expected) in
        [(Kind::Lines, true, 2), (Kind::Lines, false, 1), (Kind::Raw, true, 2), (Kind::Raw, false, 1)]
    {
        let frames = source.frames_of(&[], (kind, sources), 0);
        assert_eq!(frames.len(), expected, "{kind:?} {frames:?}");
        assert_eq!(frames.concat().contains(r#""id":"here""#), sources, "{kind:?}");
        assert!(!frames.concat().contains("elsewhere"));
    }
}

#[test]
fn a_raw_view_delivers_messages_untouched() {
    let mut source = Source::new();
    source.publish("c", r#"{"columns":[["b", 1.0],["x",1763683201]], "a":1}"#);
    assert_eq!(
        source.frames(&[], Kind::Raw, 0),
        [concat!(
            r#"{"type":"messages","sub":1,"position":{"epoch":5,"offset":1},"items":[{"offset":1,"time":1763683300000.0,"timetoken":"17636833000000000","#,
            r#""channel":"c","message":{"columns":[["b", 1.0],["x",1763683201]], "a":1}}]}"#
        )]
    );
}
