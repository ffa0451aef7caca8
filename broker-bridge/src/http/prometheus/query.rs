//! `/query` and `/query_range`: parameters in, evaluated expression out.

use std::time::Instant;

use eontide_wire::Timestamp;

use super::super::answer::Answer;
use super::answer;
use super::budget::{Budget, SAMPLES_MAX};
use super::eval::Evaluator;
use super::parameters::Parameters;
use super::plan::{Times, plan};
use super::problem::Problem;
use super::select;
use super::value::{Steps, Value};
use crate::pipeline::Pipeline;

/// How old a sample may be that still counts, in ms: Prometheus' `--query.lookback-delta`; the parameter
/// `lookback_delta` changes it for one query.
const LOOKBACK: i64 = 5 * 60 * 1000;
/// Steps of one query, as in Prometheus.
const STEPS_MAX: i64 = 11_000;

/// `query`, `time` (now), `timeout`, `limit`, `lookback_delta`.
pub(super) fn instant(
    pipeline: &Pipeline,
    parameters: &Parameters,
    now: Timestamp,
    deadline: Instant,
) -> Result<Answer, Problem> {
    let time = parameters.time("time")?.unwrap_or_else(|| now.as_micros().div_euclid(1000));
    let limit = parameters.limit()?;
    let value = evaluate(pipeline, parameters, Steps::once(time), time, deadline)?;
    answer::instant(value, time, limit)
}

/// `query`, `start`, `end`, `step`, `timeout`, `limit`, `lookback_delta`.
pub(super) fn range(pipeline: &Pipeline, parameters: &Parameters, deadline: Instant) -> Result<Answer, Problem> {
    let (start, end) = (parameters.needed_time("start")?, parameters.needed_time("end")?);
    if end < start {
        return Err(Problem::parameter("end", "end timestamp must not be before start time"));
    }
    let step = parameters.duration("step")?;
    let step = step.ok_or_else(|| Problem::parameter("step", "cannot parse \"\" to a valid duration"))?;
    if step <= 0 {
        let message = "zero or negative query resolution step widths are not accepted. Try a positive integer";
        return Err(Problem::parameter("step", message));
    }
    if (end - start) / step > STEPS_MAX {
        return Err(Problem::BadData(
            "exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)"
                .to_owned(),
        ));
    }
    let limit = parameters.limit()?;
    let steps = Steps::new(start, end, step);
    let value = evaluate(pipeline, parameters, steps, end, deadline)?;
    answer::range(value, steps, limit)
}

/// `end` is what `@ end()` means: the end that was asked for, which the last step may not reach.
fn evaluate(
    pipeline: &Pipeline,
    parameters: &Parameters,
    steps: Steps,
    end: i64,
    deadline: Instant,
) -> Result<Value, Problem> {
    let lookback = match parameters.duration("lookback_delta")? {
        None | Some(0) => LOOKBACK,
        Some(lookback) if lookback > 0 => lookback,
        Some(_) => return Err(Problem::parameter("lookback_delta", "a negative duration")),
    };
    let budget = Budget::new(SAMPLES_MAX, deadline);
    let query = plan(parameters.get("query").unwrap_or_default(), Times { start: steps.start, end, lookback })?;
    budget.check()?;
    let series = select::read(pipeline, &query.selectors, &budget)?;
    Evaluator { series: &series, lookback, budget: &budget }.value(&query.root, steps)
}
