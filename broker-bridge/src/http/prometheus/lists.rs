//! What there is to ask for: series, labels and their values, metrics and what is known of them.

use std::collections::{BTreeMap, BTreeSet};

use eontide_wire::Timestamp;
use promql_parser::label::Matcher;
use serde_json::json;

use super::super::answer::Answer;
use super::answer::success;
use super::labels::{Labels, NAME};
use super::naming::is_label_name;
use super::parameters::Parameters;
use super::plan::{SELECTORS_MAX, selector};
use super::problem::Problem;
use super::select::{self, accepts};
use crate::pipeline::Pipeline;

/// `/series?match[]=…&start&end&limit`: the labels of the series that one of the selectors means.
pub(super) fn series(pipeline: &Pipeline, parameters: &Parameters) -> Result<Answer, Problem> {
    let selectors = selectors(parameters)?;
    if selectors.is_empty() {
        return Err(Problem::BadData("no match[] parameter provided".to_owned()));
    }
    let mut list: Vec<Labels> = matching(pipeline, parameters, &selectors)?;
    list.sort();
    list.truncate(parameters.limit()?);
    success(&list)
}

/// `/labels?match[]=…`: the names of labels.
pub(super) fn names(pipeline: &Pipeline, parameters: &Parameters) -> Result<Answer, Problem> {
    let series = matching(pipeline, parameters, &selectors(parameters)?)?;
    let names = series.iter().flat_map(|labels| labels.iter().map(|(name, _)| &**name));
    limited(names.collect(), parameters)
}

/// `/label/<name>/values?match[]=…`: the values of one label.
pub(super) fn values(pipeline: &Pipeline, name: &str, parameters: &Parameters) -> Result<Answer, Problem> {
    if !is_label_name(name) {
        return Err(Problem::BadData(format!("invalid label name: {name:?}")));
    }
    let series = matching(pipeline, parameters, &selectors(parameters)?)?;
    limited(series.iter().map(|labels| labels.get(name)).filter(|value| !value.is_empty()).collect(), parameters)
}

/// `/metadata?metric=…&limit`: the unit of each metric; which kind of number it is, nobody told us.
pub(super) fn metadata(pipeline: &Pipeline, parameters: &Parameters) -> Result<Answer, Problem> {
    let only = parameters.get("metric");
    let limit = parameters.limit()?;
    let mut units: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for series in select::known(pipeline, []) {
        let metric = series.labels.get(NAME);
        if only.is_none_or(|only| only == metric) {
            let unit = series.unit.as_deref().unwrap_or_default();
            units.entry(metric.to_owned()).or_default().insert(unit.to_owned());
        }
    }
    let described = |units: BTreeSet<String>| {
        let of_unit = |unit: String| json!({"type": "unknown", "help": "", "unit": unit});
        units.into_iter().map(of_unit).collect::<Vec<_>>()
    };
    let list: BTreeMap<String, _> =
        units.into_iter().take(limit).map(|(name, units)| (name, described(units))).collect();
    success(&list)
}

fn selectors(parameters: &Parameters) -> Result<Vec<Vec<Matcher>>, Problem> {
    let read = |text| {
        selector(text).map_err(|problem| match problem {
            Problem::BadData(text) => Problem::BadData(text.replacen("\"query\"", "\"match[]\"", 1)),
            other => other,
        })
    };
    if parameters.all("match[]").count() > SELECTORS_MAX {
        return Err(Problem::parameter("match[]", format!("more than {SELECTORS_MAX} selectors")));
    }
    parameters.all("match[]").map(read).collect()
}

/// The labels of series that one of the selectors means, or of all where there is none, and whose last point is not
/// before `start`. When a series began, the store does not say: `end` is checked and not used.
fn matching(pipeline: &Pipeline, parameters: &Parameters, selectors: &[Vec<Matcher>]) -> Result<Vec<Labels>, Problem> {
    let (start, end) = (parameters.time("start")?, parameters.time("end")?);
    if start.zip(end).is_some_and(|(start, end)| end < start) {
        return Err(Problem::parameter("end", "end timestamp must not be before start time"));
    }
    let start = Timestamp::from_micros(start.unwrap_or(i64::MIN).saturating_mul(1000));
    let known = select::known(pipeline, selectors.iter().map(|matchers| &matchers[..]));
    let wanted = known.into_iter().filter(|series| {
        let meant = selectors.is_empty() || selectors.iter().any(|matchers| accepts(matchers, &series.labels));
        meant && series.last.is_some_and(|last| last >= start)
    });
    Ok(wanted.map(|series| series.labels).collect())
}

fn limited(texts: BTreeSet<&str>, parameters: &Parameters) -> Result<Answer, Problem> {
    let texts: Vec<&str> = texts.into_iter().take(parameters.limit()?).collect();
    success(&texts)
}
