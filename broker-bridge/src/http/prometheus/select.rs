//! From the store to the samples of series.
//!
//! The store's lock is held twice and shortly: to list what there is, and to copy references to the points of what was
//! chosen. Labels are made and compared between the two, points are read after.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use eontide_wire::{ChannelPattern, Timestamp};
use promql_parser::label::{MatchOp, Matcher};

use super::super::described::Descriptions;
use super::budget::Budget;
use super::labels::Labels;
use super::naming;
use super::node::Selector;
use super::problem::Problem;
use super::value::ABSENT;
use crate::pipeline::Pipeline;
use crate::store::{Picture, PictureGroup};

/// Samples of one series in order of time, each time (ms) once; where it has a gap stands [`ABSENT`].
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Series {
    pub(super) labels: Labels,
    /// Shared by the series that came in the same messages.
    pub(super) times: Arc<Vec<i64>>,
    pub(super) values: Vec<f64>,
}

/// One series that is known, with or without points.
#[derive(Clone, Debug)]
pub(super) struct Known {
    pub(super) channel: Arc<str>,
    pub(super) name: Arc<str>,
    pub(super) labels: Labels,
    pub(super) unit: Option<Arc<str>>,
    pub(super) last: Option<Timestamp>,
}

/// The series that one of some selectors may mean.
pub(super) fn known<'m>(pipeline: &Pipeline, selectors: impl IntoIterator<Item = &'m [Matcher]>) -> Vec<Known> {
    let pattern = pattern(selectors);
    let descriptions = Descriptions::of(pipeline, &pattern);
    let list = pipeline.read().store.list_series(&pattern);
    let known = list.into_iter().map(|series| {
        let described = descriptions.get(&series.channel, &series.name);
        let labels = naming::labels(&series.channel, &series.name, &described);
        Known { channel: series.channel, name: series.name, labels, unit: described.unit, last: series.last }
    });
    known.collect()
}

/// Do all matchers accept these labels?
pub(super) fn accepts(matchers: &[Matcher], labels: &Labels) -> bool {
    matchers.iter().all(|matcher| matcher.is_match(labels.get(&matcher.name)))
}

/// The channels that may be meant: one, where every selector names the same, else all.
fn pattern<'m>(selectors: impl IntoIterator<Item = &'m [Matcher]>) -> ChannelPattern {
    let channel = |matchers: &'m [Matcher]| {
        let named = |matcher: &&Matcher| matcher.name == "channel" && matches!(matcher.op, MatchOp::Equal);
        matchers.iter().find(named).and_then(|matcher| ChannelPattern::new(&matcher.value).ok())
    };
    let mut channels = selectors.into_iter().map(channel);
    match channels.next() {
        Some(Some(first)) if channels.all(|other| other.as_ref() == Some(&first)) => first,
        _ => ChannelPattern::everything(),
    }
}

/// The samples of what each selector means, by labels.
pub(super) fn read(pipeline: &Pipeline, selectors: &[Selector], budget: &Budget) -> Result<Vec<Vec<Series>>, Problem> {
    if selectors.is_empty() {
        return Ok(Vec::new());
    }
    let matchers = || selectors.iter().map(|selector| &selector.matchers[..]);
    let known = known(pipeline, matchers());
    let wanted = |matchers| budget.check().map(|()| Wanted::new(&known, matchers));
    let wanted: Vec<Wanted> = matchers().map(wanted).collect::<Result<_, _>>()?;
    budget.check()?;
    let pattern = pattern(matchers());
    let pictures: Vec<Picture> = {
        let state = pipeline.read();
        let picture = |(selector, wanted): (&Selector, &Wanted)| {
            state
                .store
                .picture(&pattern, first_us(selector.from), |channel, name| wanted.place(channel, name).is_some())
        };
        selectors.iter().zip(&wanted).map(picture).collect()
    };
    let each = pictures.iter().zip(selectors).zip(&wanted);
    each.map(|((picture, selector), wanted)| wanted.read(picture, selector, budget)).collect()
}

/// The first moment of a ms. What lies beyond all times becomes the last one there is.
fn first_us(ms: i64) -> Timestamp {
    Timestamp::from_micros(ms.saturating_mul(1000))
}

/// The last moment of a ms.
fn last_us(ms: i64) -> Timestamp {
    Timestamp::from_micros(ms.saturating_mul(1000).saturating_add(999))
}

/// What one selector means: a place for each series.
struct Wanted<'k> {
    places: HashMap<&'k str, HashMap<&'k str, usize>>,
    labels: Vec<&'k Labels>,
}

impl<'k> Wanted<'k> {
    fn new(known: &'k [Known], matchers: &[Matcher]) -> Self {
        let mut wanted = Self { places: HashMap::new(), labels: Vec::new() };
        for series in known.iter().filter(|series| accepts(matchers, &series.labels)) {
            wanted.places.entry(&series.channel).or_default().insert(&series.name, wanted.labels.len());
            wanted.labels.push(&series.labels);
        }
        wanted
    }

    fn place(&self, channel: &str, name: &str) -> Option<usize> {
        self.places.get(channel)?.get(name).copied()
    }

    fn read(&self, picture: &Picture, selector: &Selector, budget: &Budget) -> Result<Vec<Series>, Problem> {
        // By place. A series whose messages had different columns is in several groups.
        let mut found: BTreeMap<usize, Series> = BTreeMap::new();
        let (from, to) = (first_us(selector.from), last_us(selector.to));
        for group in picture.groups().iter().filter(|group| group.rows_at_most(from, to) > 0) {
            let (times, columns) = read_group(group, selector, budget)?;
            let times = Arc::new(times);
            for (name, values) in group.names().zip(columns) {
                let Some(place) = self.place(group.channel(), name) else { continue };
                let series = Series { labels: self.labels[place].clone(), times: Arc::clone(&times), values };
                match found.remove(&place) {
                    None => found.insert(place, series),
                    Some(before) => found.insert(place, merged(&before, &series)),
                };
            }
        }
        let mut series: Vec<Series> = found.into_values().filter(|series| !series.times.is_empty()).collect();
        series.sort_by(|a, b| a.labels.cmp(&b.labels));
        Ok(series)
    }
}

/// The rows of a group, times in ms; of those of one ms the last.
fn read_group(
    group: &PictureGroup,
    selector: &Selector,
    budget: &Budget,
) -> Result<(Vec<i64>, Vec<Vec<f64>>), Problem> {
    let mut times: Vec<i64> = Vec::new();
    let mut columns: Vec<Vec<f64>> = vec![Vec::new(); group.names().len()];
    let mut allowed = Ok(());
    group.each_part(first_us(selector.from), last_us(selector.to), |rows, values| {
        if allowed.is_ok() {
            allowed = budget.take(rows.len() * (columns.len() + 1));
        }
        if allowed.is_ok() {
            append(&mut times, &mut columns, rows, values);
        }
    });
    allowed.map(|()| (times, columns))
}

fn append(times: &mut Vec<i64>, columns: &mut [Vec<f64>], rows: &[Timestamp], values: &[Vec<f64>]) {
    let value = |value: f64| if value.is_nan() { ABSENT } else { value };
    let ms: Vec<i64> = rows.iter().map(|time| time.as_micros().div_euclid(1000)).collect();
    let follows = times.last().zip(ms.first()).is_none_or(|(last, first)| last < first);
    if follows && ms.is_sorted_by(|a, b| a < b) {
        times.extend(ms);
        for (column, values) in columns.iter_mut().zip(values) {
            column.extend(values.iter().copied().map(value));
        }
        return;
    }
    for (row, ms) in ms.into_iter().enumerate() {
        let repeated = times.last() == Some(&ms);
        if !repeated {
            times.push(ms);
        }
        for (column, values) in columns.iter_mut().zip(values) {
            match column.last_mut() {
                Some(last) if repeated => *last = value(values[row]),
                _ => column.push(value(values[row])),
            }
        }
    }
}

/// The samples of both in order of time; at equal times those of `b`.
fn merged(a: &Series, b: &Series) -> Series {
    let of = |series: &Series| series.times.iter().copied().zip(series.values.iter().copied()).collect::<Vec<_>>();
    let mut samples: BTreeMap<i64, f64> = of(a).into_iter().collect();
    samples.extend(of(b));
    let (times, values): (Vec<i64>, Vec<f64>) = samples.into_iter().unzip();
    Series { labels: a.labels.clone(), times: Arc::new(times), values }
}

#[cfg(test)]
mod tests {
    use super::super::plan::selector;
    use super::super::value::is_absent;
    use super::*;

    #[test]
    fn of_the_rows_of_one_ms_the_last_counts_and_a_nan_is_a_gap() {
        let (mut times, mut columns) = (Vec::new(), vec![Vec::new(), Vec::new()]);
        let us = |us: [i64; 3]| us.map(Timestamp::from_micros);
        append(&mut times, &mut columns, &us([1000, 1999, 2000]), &[vec![1.0, 2.0, 3.0], vec![4.0, f64::NAN, 6.0]]);
        append(&mut times, &mut columns, &us([2500, 3000, 4000]), &[vec![7.0, 8.0, 9.0], vec![1.0, 1.0, 1.0]]);
        assert_eq!(times, [1, 2, 3, 4]);
        assert_eq!(columns[0], [2.0, 7.0, 8.0, 9.0]);
        assert!(is_absent(columns[1][0]));
    }

    #[test]
    fn a_series_of_two_groups_is_one() {
        let series = |times: &[i64], values: &[f64]| Series {
            times: Arc::new(times.to_vec()),
            values: values.to_vec(),
            ..Series::default()
        };
        let both = merged(&series(&[1, 3, 5], &[1.0, 3.0, 5.0]), &series(&[2, 3], &[20.0, 30.0]));
        assert_eq!(both, series(&[1, 2, 3, 5], &[1.0, 20.0, 30.0, 5.0]));
    }

    #[test]
    fn matchers_are_anchored_and_an_absent_label_is_empty() {
        let labels = Labels::from([("__name__", "rss"), ("host", "a1")]);
        for (text, accepted) in [
            ("rss", true),
            ("rs", false),
            (r#"{host="a1"}"#, true),
            (r#"{host!="a1",__name__="rss"}"#, false),
            (r#"{host=~"a."}"#, true),
            (r#"{host=~"a"}"#, false),
            (r#"rss{host!~"1"}"#, true),
            (r#"rss{zone=""}"#, true),
            (r#"rss{zone!=""}"#, false),
            (r#"rss{zone=~".+|"}"#, true),
        ] {
            assert_eq!(accepts(&selector(text).unwrap(), &labels), accepted, "{text}");
        }
    }

    #[test]
    fn one_channel_named_by_all_is_all_that_is_read() {
        let pattern_of = |texts: &[&str]| {
            let selectors: Vec<_> = texts.iter().map(|text| selector(text).unwrap()).collect();
            pattern(selectors.iter().map(|matchers| &matchers[..]))
        };
        assert_eq!(pattern_of(&[r#"a{channel="c"}"#, r#"b{channel="c"}"#]), ChannelPattern::new("c").unwrap());
        for texts in [&[r#"a{channel="c"}"#, r#"b{channel="d"}"#][..], &["a"], &[], &[r#"a{channel="c d"}"#]] {
            assert_eq!(pattern_of(texts), ChannelPattern::everything(), "{texts:?}");
        }
    }
}
