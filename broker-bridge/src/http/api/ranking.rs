//! `…/ranking`: some series in order of what they come to over a range, a page of them, without their points.
//!
//! What a chart of fifteen thousand series asks for: the highest of them, the order of its legend, and with `above` and
//! `below` which of them are in a cell of its density.

use std::cmp::Ordering;
use std::collections::HashSet;
use std::sync::Arc;

use bytes::Bytes;
use eontide_wire::viewer::Position;
use eontide_wire::{ChannelPattern, Timestamp};
use serde::Serialize;
use warp::http::StatusCode;

use super::super::Server;
use super::super::answer::{Answer, Problem, answer};
use super::super::described::{Described, Descriptions};
use super::super::packed::{FAST, Packed};
use super::format::JSON;
use super::parameters::{ABOVE, BELOW, OFFSET, ORDER, Query, RANKING_K, RANKING_OF};
use super::query::picture;
use super::rank::parse_of;
use super::select::Selection;
use super::shared::Key;
use super::{known, ms};
use crate::store::{Asked, Band, Found, Of};

/// Series where `k` does not say it.
const K_DEFAULT: u32 = 100;
/// Points that are decoded for slopes: about a second.
const SLOPE_POINTS_MAX: usize = 50_000_000;

/// Answers one query, or with what was answered to an equal one a moment ago.
pub(super) async fn serve(
    server: &Arc<Server>,
    channel: String,
    query: Query,
    takes_gzip: bool,
) -> Result<Answer, Problem> {
    let key = Key { channel: channel.clone(), query: query.key(), takes_gzip };
    let make = async {
        let make = move |server: &Server| {
            let body = body(server, &known(&server.pipeline, &channel)?, &query)?;
            Ok(if takes_gzip { Packed::gzip(body, FAST) } else { Packed::plain(body) })
        };
        server.reading(&server.readings, make).await.map_err(Problem::internal)?
    };
    let packed = server.rankings.get(key, make).await?;
    Ok(packed.body_of(answer(StatusCode::OK, JSON, Bytes::new())))
}

/// Takes long: not for the threads that serve sockets.
fn body(server: &Server, pattern: &ChannelPattern, query: &Query) -> Result<Vec<u8>, Problem> {
    let range = query.range(Timestamp::now(), server.history)?;
    let of = parse_of(query.get(&RANKING_OF));
    let asked = Asked { from: range.from, to: range.to, of, band: band(query)? };
    let selection = Selection::of(query)?;
    let first = query.number(&OFFSET)?.unwrap_or(0) as usize;
    let k = query.number(&RANKING_K)?.unwrap_or(K_DEFAULT) as usize;
    let (picture, position) = picture(server, pattern, range.from, &selection);
    if of == Of::Slope && picture.points_at_most(range.from, range.to, None) > SLOPE_POINTS_MAX {
        return Err(Problem::too_large(
            "from: a slope is of all points, and these are more than are read at once: ask for a shorter range or fewer series",
        ));
    }
    let mut found = picture.figures(&asked);
    let total = found.len();
    let page = page(&mut found, query.get(&ORDER) == Some("asc"), first, k);
    let names: HashSet<&str> = page.iter().map(|found| &**found.name).collect();
    let descriptions = Descriptions::of_some(&server.pipeline, pattern, |name| names.contains(name));
    let known: Vec<Described> = page.iter().map(|found| descriptions.get(found.channel, found.name)).collect();
    let ranking = Ranking {
        channel: pattern.to_string(),
        position,
        from: ms(range.from),
        to: ms(range.to),
        of: query.get(&RANKING_OF).unwrap_or("last"),
        total,
        series: page.iter().zip(&known).map(|(found, known)| row(found, known)).collect(),
    };
    serde_json::to_vec(&ranking).map_err(|error| Problem::internal(error.to_string()))
}

fn band(query: &Query) -> Result<Option<Band>, Problem> {
    let (above, below) = (query.value(&ABOVE)?, query.value(&BELOW)?);
    match (above, below) {
        (None, None) => Ok(None),
        (Some(above), Some(below)) if above >= below => Err(Problem::parameter("above", "not less than below")),
        _ => Ok(Some(Band { above: above.unwrap_or(f64::NEG_INFINITY), below: below.unwrap_or(f64::INFINITY) })),
    }
}

/// `k` of them in order, after the `first` so many; equal ones by name and channel.
fn page<'f, 'p>(found: &'f mut [Found<'p>], ascending: bool, first: usize, k: usize) -> &'f [Found<'p>] {
    let order = |a: &Found<'_>, b: &Found<'_>| -> Ordering {
        let by_value = a.value.total_cmp(&b.value);
        let by_value = if ascending { by_value } else { by_value.reverse() };
        by_value.then_with(|| (a.name, a.channel).cmp(&(b.name, b.channel)))
    };
    let end = first.saturating_add(k).min(found.len());
    if end < found.len() {
        found.select_nth_unstable_by(end, order);
    }
    let found = &mut found[..end];
    found.sort_unstable_by(order);
    &found[first.min(end)..]
}

/// The answer.
#[derive(Debug, Serialize)]
struct Ranking<'f> {
    channel: String,
    /// Of the last message included.
    position: Position,
    from: f64,
    to: f64,
    of: &'f str,
    /// Series in the ranking, of which these are some.
    total: usize,
    series: Vec<Row<'f>>,
}

#[derive(Debug, Serialize)]
struct Row<'f> {
    name: &'f str,
    channel: &'f str,
    metric: &'f str,
    unit: Option<&'f str>,
    source: Option<&'f str>,
    value: f64,
    last: f64,
    /// Of the last value.
    time: f64,
}

fn row<'f>(found: &Found<'f>, known: &'f Described) -> Row<'f> {
    let Found { channel, name, value, last: (time, last) } = *found;
    let source = known.source.as_ref().map(|source| source.id.as_str());
    Row { name, channel, metric: &known.metric, unit: known.unit.as_deref(), source, value, last, time: ms(time) }
}
