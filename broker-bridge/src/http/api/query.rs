//! `…/query`: the points of some series as lines, as aggregates of groups, or those of the largest of each group.

use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;
use std::time::Duration;

use eontide_wire::viewer::Position;
use eontide_wire::{ChannelPattern, Timestamp};
use serde_json::{Map, Value, json};

use super::super::Server;
use super::super::answer::{Answer, Problem};
use super::super::described::Descriptions;
use super::aggregate::{FUNCTIONS_MAX, Function, Grid, Grouped, Plan, Within, aggregate};
use super::format::Format;
use super::found::{Found, Line};
use super::group_by::GroupBy;
use super::parameters::{AGG, BY, IN, K, OF, Parameter, Query, Range, STEP, STEP_MAX, TO, WIDTH};
use super::rank::{Ranked, parse_of, topk};
use super::select::Selection;
use super::{POINTS_MAX, ms};
use crate::store::{Canvas, OwnedBlock, Picture};

/// Points of an answer whose every point is a line of text.
const CSV_POINTS_MAX: usize = POINTS_MAX / 4;
/// Channels of an answer in which every line names its channel.
const CSV_CHANNELS_MAX: usize = 64;
/// Series × steps looked at for one answer.
const CELLS_MAX: usize = 1 << 26;
/// Steps where neither `step` nor `width` says it, and the shortest of them.
const STEPS: u32 = 300;
const STEP_MIN: Duration = Duration::from_secs(1);
/// Series of each ranking where `k` does not say it.
const K_DEFAULT: u32 = 10;
/// Forms of the answer, the usual one first.
pub(super) const FORMATS: [Format; 4] = [Format::Json, Format::Csv, Format::Ndjson, Format::Binary];

/// Answers one query. Takes long: not for the threads that serve sockets.
pub(super) fn serve(
    server: &Server,
    pattern: &ChannelPattern,
    query: &Query,
    format: Format,
) -> Result<Answer, Problem> {
    let now = Timestamp::now();
    let mut range = query.range(now, server.history)?;
    let functions = query.list(&AGG);
    if !functions.is_empty() && query.get(&TO).is_none() {
        range.to = now.max(range.from);
    }
    let asked =
        Asked { server, pattern, selection: Selection::of(query)?, range, now, width: query.number(&WIDTH)?, format };
    let is_topk = functions.iter().any(|function| function == "topk");
    check_company(query, functions.is_empty(), is_topk)?;
    let found = match (functions.is_empty(), is_topk) {
        (true, _) => asked.lines()?,
        (false, true) if functions.len() > 1 => return Err(Problem::parameter("agg", "topk stands alone")),
        (false, true) => asked.topk(query)?,
        (false, false) => asked.aggregates(query, &functions)?,
    };
    Ok(found.answer(format, now))
}

/// A parameter that would mean nothing is refused like one that does not exist.
fn check_company(query: &Query, is_lines: bool, is_topk: bool) -> Result<(), Problem> {
    let needs: [(&'static Parameter, &str, bool); 5] = [
        (&BY, "agg", !is_lines),
        (&STEP, "an aggregate such as agg=mean", !is_lines && !is_topk),
        (&IN, "an aggregate such as agg=mean", !is_lines && !is_topk),
        (&K, "agg=topk", is_topk),
        (&OF, "agg=topk", is_topk),
    ];
    match needs.iter().find(|(parameter, _, given)| !given && query.get(parameter).is_some()) {
        Some((parameter, with, _)) => Err(Problem::parameter(parameter.name, &format!("only together with {with}"))),
        None => Ok(()),
    }
}

/// References to some series, the position they are of, and what is known of them where that was asked for.
pub(super) fn picture(
    server: &Server,
    pattern: &ChannelPattern,
    from: Timestamp,
    selection: &Selection,
) -> (Picture, Position) {
    let (picture, position, _) = described_picture(server, pattern, from, selection, false);
    (picture, position)
}

fn described_picture(
    server: &Server,
    pattern: &ChannelPattern,
    from: Timestamp,
    selection: &Selection,
    described: bool,
) -> (Picture, Position, Descriptions) {
    let described = described || selection.needs_descriptions();
    let descriptions = if described { Descriptions::of(&server.pipeline, pattern) } else { Descriptions::default() };
    let state = server.pipeline.read();
    let wanted = |channel: &str, name: &str| selection.wants(&descriptions, channel, name);
    (state.store.picture(pattern, from, wanted), state.position, descriptions)
}

/// What every kind of query needs.
struct Asked<'s> {
    server: &'s Server,
    pattern: &'s ChannelPattern,
    selection: Selection,
    range: Range,
    now: Timestamp,
    width: Option<u32>,
    format: Format,
}

impl Asked<'_> {
    fn lines(&self) -> Result<Found, Problem> {
        let (picture, position) = picture(self.server, self.pattern, self.range.from, &self.selection);
        let lines = self.lines_of(&picture)?;
        Ok(self.found(position, self.range, Map::new(), lines))
    }

    /// The points of a picture, each series under its channel where the format names it.
    fn lines_of(&self, picture: &Picture) -> Result<Vec<Line>, Problem> {
        let Range { from, to } = self.range;
        self.check_points(picture.points_at_most(from, to, self.width))?;
        let canvas = self.width.map(|width| Canvas { width, end: to.min(self.now).max(from) });
        let channels: BTreeSet<&Arc<str>> = picture.groups().iter().map(|group| group.channel()).collect();
        let one: Arc<str> = match channels.first() {
            Some(channel) if channels.len() == 1 => Arc::clone(channel),
            _ => self.pattern.to_string().into(),
        };
        if self.format != Format::Csv || channels.len() <= 1 {
            return Ok(named(&one, picture.blocks(from, to, canvas)));
        }
        if channels.len() > CSV_CHANNELS_MAX {
            let message = format!(
                "{} covers {} channels, a query as CSV holds {CSV_CHANNELS_MAX} at most: ask for fewer, or export",
                self.pattern,
                channels.len()
            );
            return Err(Problem::too_large(message));
        }
        let mut lines = Vec::new();
        for channel in channels {
            let names: HashSet<&str> = {
                let groups = picture.groups().iter().filter(|group| group.channel() == channel);
                groups.flat_map(|group| group.names()).map(|name| &**name).collect()
            };
            let wanted = |of: &str, name: &str| *of == **channel && names.contains(name);
            let of_channel = self.server.pipeline.read().store.picture(self.pattern, from, wanted);
            lines.extend(named(channel, of_channel.blocks(from, to, canvas)));
        }
        Ok(lines)
    }

    fn points_max(&self) -> usize {
        if self.format == Format::Csv { CSV_POINTS_MAX } else { POINTS_MAX }
    }

    fn check_points(&self, points: usize) -> Result<(), Problem> {
        let max = self.points_max();
        if points <= max {
            return Ok(());
        }
        let instead = if self.format == Format::Csv { "export has no limit, or " } else { "" };
        Err(Problem::too_large(format!(
            "more than {max} points: {instead}ask for a shorter range (from, to), fewer series, or a (smaller) width"
        )))
    }

    fn aggregates(&self, query: &Query, functions: &[String]) -> Result<Found, Problem> {
        let bad = |problem: String| Problem::parameter("agg", &problem);
        if functions.len() > FUNCTIONS_MAX {
            return Err(bad(format!("more than {FUNCTIONS_MAX}")));
        }
        let parsed: Result<Vec<Function>, String> = functions.iter().map(|text| Function::parse(text)).collect();
        let functions = parsed.map_err(bad)?;
        let distinct: HashSet<&str> = functions.iter().map(Function::name).collect();
        if distinct.len() < functions.len() {
            return Err(bad("one of them stands there twice".into()));
        }
        let group_by = GroupBy::parse(query.get(&BY))?;
        let grid = Grid::new(self.range, self.step(query)?, self.now);
        let (picture, position, descriptions) = described_picture(
            self.server,
            self.pattern,
            grid.reads_from(),
            &self.selection,
            group_by.needs_descriptions(),
        );
        let grouped = Grouped::new(&picture, |channel, name| group_by.name(&descriptions, channel, name));
        let columns = grouped.len().saturating_mul(functions.len());
        if columns.saturating_mul(grid.steps()) > self.points_max()
            || grouped.series().saturating_mul(grid.steps()) > CELLS_MAX
        {
            return Err(Problem::too_large(format!(
                "step: {} steps of {} series in {} groups are more than {} points or {CELLS_MAX} values to look at: ask \
                 for a longer step, a shorter range, or fewer series",
                grid.steps(),
                grouped.series(),
                grouped.len(),
                self.points_max(),
            )));
        }
        let plan = Plan { grid, within: Within::parse(query.get(&IN)), functions };
        let step_ms = u64::try_from(grid.step().as_millis()).unwrap_or(u64::MAX);
        let more = Map::from_iter([("step_ms".to_owned(), json!(step_ms))]);
        let lines = named(&self.pattern.to_string().into(), aggregate(&picture, &grouped, &plan));
        Ok(self.found(position, self.range, more, lines))
    }

    /// As asked for, else so long that there are `width` or [`STEPS`] of them: whole seconds.
    fn step(&self, query: &Query) -> Result<Duration, Problem> {
        let step = match query.span(&STEP)? {
            Some(step) => step,
            None => {
                let length = self.range.to.as_micros() - self.range.from.as_micros();
                let step = Duration::from_micros(length.unsigned_abs() / u64::from(self.width.unwrap_or(STEPS)));
                Duration::from_secs(step.as_secs_f64().ceil() as u64).clamp(STEP_MIN, STEP_MAX)
            }
        };
        if step > STEP_MAX {
            return Err(Problem::parameter("step", "longer than 30 days"));
        }
        let steps = (self.range.to.as_micros() - self.range.from.as_micros()) as u128 / step.as_micros().max(1);
        if steps > POINTS_MAX as u128 {
            let message =
                format!("step: {steps} steps, {POINTS_MAX} are the limit: ask for a longer one or a shorter range");
            return Err(Problem::too_large(message));
        }
        Ok(step)
    }

    fn topk(&self, query: &Query) -> Result<Found, Problem> {
        let k = query.number(&K)?.unwrap_or(K_DEFAULT) as usize;
        let of = parse_of(query.get(&OF));
        let group_by = GroupBy::parse(query.get(&BY))?;
        let (picture, position, descriptions) = described_picture(
            self.server,
            self.pattern,
            self.range.from,
            &self.selection,
            group_by.needs_descriptions(),
        );
        let group = |channel: &str, name: &str| group_by.name(&descriptions, channel, name);
        let ranked = topk(&picture, self.range, (of, k), group);
        drop(picture);
        let chosen: HashSet<(&str, &str)> = ranked.iter().map(|first| (&*first.channel, &*first.series)).collect();
        let wanted = |channel: &str, name: &str| chosen.contains(&(channel, name));
        let picture = self.server.pipeline.read().store.picture(self.pattern, self.range.from, wanted);
        let lines = self.lines_of(&picture)?;
        let list: Vec<Value> = ranked.iter().map(rank_json).collect();
        let more = Map::from_iter([("topk".to_owned(), list.into())]);
        Ok(self.found(position, self.range, more, lines))
    }

    fn found(&self, position: Position, range: Range, more: Map<String, Value>, lines: Vec<Line>) -> Found {
        let mut head = Map::from_iter([
            ("channel".to_owned(), json!(self.pattern.to_string())),
            ("position".to_owned(), json!(position)),
            ("from".to_owned(), json!(ms(range.from))),
            ("to".to_owned(), json!(ms(range.to))),
        ]);
        head.extend(more);
        Found { head, position, range, lines }
    }
}

fn named(channel: &Arc<str>, blocks: Vec<OwnedBlock>) -> Vec<Line> {
    blocks.into_iter().map(|block| Line { channel: Arc::clone(channel), block }).collect()
}

fn rank_json(ranked: &Ranked) -> Value {
    json!({"group": ranked.group, "channel": &*ranked.channel, "series": &*ranked.series, "value": ranked.value})
}
