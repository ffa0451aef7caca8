//! The table of `/api/v1`: what is where and which parameters it takes. Requests are answered from it, and the OpenAPI
//! document is made of it.

use warp::http::Method;

use super::super::answer::Problem;
use super::parameters::{
    ABOVE, AFTER, AGG, BEFORE, BELOW, BY, CHANNEL, DENSITY_FORMAT, DENSITY_STEP, EXPORT_FORMAT, FORMAT, FROM, HOST, ID,
    IMPORT_FORMAT, IN, K, LABELS, LIMIT, MESSAGES_FROM, MESSAGES_ORDER, MESSAGES_TO, METRIC, OF, OFFSET, ONLY, ORDER,
    Parameter, RANKING_K, RANKING_OF, SERIES, SOURCE, SOURCE_HOST, SOURCE_LABELS, SOURCE_STATE, STEP, TO, WAIT, WIDTH,
};

/// What a request is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Resource {
    Channels,
    Alerts,
    Rejects,
    History,
    OpenApi,
    Series,
    Sources,
    Query,
    Density,
    Ranking,
    Messages,
    Export,
    Import,
    AllSources,
    SourceCounts,
    Source,
    Monitor,
    Throttle,
    SetThrottle,
    Notices,
    Demonitor,
}

/// How a resource is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verb {
    /// `GET`, and `HEAD` with it.
    Get,
    Post,
}

/// One row of the table.
#[derive(Debug)]
pub(super) struct Route {
    pub(super) verb: Verb,
    /// Below `/api/v1/`; what is in braces stands for one part.
    pub(super) path: &'static str,
    pub(super) resource: Resource,
    pub(super) parameters: &'static [&'static Parameter],
    /// What it does, one sentence.
    pub(super) about: &'static str,
}

/// Everything below `/api/v1/`.
pub(super) static ROUTES: [Route; 21] = [
    Route {
        verb: Verb::Get,
        path: "sources",
        resource: Resource::AllSources,
        parameters: &[&SOURCE_STATE, &SOURCE_HOST, &SOURCE_LABELS, &CHANNEL, &ID, &RANKING_K, &OFFSET],
        about: "Sources of all channels by channel and id, a page at a time: state, since when and why.",
    },
    Route {
        verb: Verb::Get,
        path: "source-counts",
        resource: Resource::SourceCounts,
        parameters: &[&SOURCE_STATE, &SOURCE_HOST, &SOURCE_LABELS, &CHANNEL, &ID],
        about: "How many sources of which machine are in which state, and why; the 1000 largest groups.",
    },
    Route {
        verb: Verb::Get,
        path: "sources/{id}",
        resource: Resource::Source,
        parameters: &[&CHANNEL],
        about: "The source of this id, of each channel where there is one, with the last 16 times it was there and why each ended.",
    },
    Route {
        verb: Verb::Post,
        path: "monitors",
        resource: Resource::Monitor,
        parameters: &[],
        about: "Monitors a source, those that fit a pattern, or a machine: told once of the end of each.",
    },
    Route {
        verb: Verb::Get,
        path: "monitors/throttle",
        resource: Resource::Throttle,
        parameters: &[],
        about: "How fast notices go out: so many (demand) each interval.",
    },
    Route {
        verb: Verb::Post,
        path: "monitors/throttle",
        resource: Resource::SetThrottle,
        parameters: &[],
        about: "Changes how fast notices go out, of this bridge and until it ends.",
    },
    Route {
        verb: Verb::Get,
        path: "monitors/{reference}",
        resource: Resource::Notices,
        parameters: &[&WAIT],
        about: "The notices of a monitor that are due and were not fetched, 1000 at most; each is answered once.",
    },
    Route {
        verb: Verb::Post,
        path: "monitors/{reference}/demonitor",
        resource: Resource::Demonitor,
        parameters: &[],
        about: "Takes a monitor back: nothing more is due of it; with flush neither what was not fetched.",
    },
    Route {
        verb: Verb::Get,
        path: "channels",
        resource: Resource::Channels,
        parameters: &[],
        about: "Every channel: series, points, sources, time of the last message.",
    },
    Route {
        verb: Verb::Get,
        path: "alerts",
        resource: Resource::Alerts,
        parameters: &[&CHANNEL],
        about: "Alerts of a channel and of all channels: those that fire, and the newest 1000 times one began or ended.",
    },
    Route {
        verb: Verb::Get,
        path: "rejects",
        resource: Resource::Rejects,
        parameters: &[],
        about: "The last 100 messages that broke a rule, and which.",
    },
    Route {
        verb: Verb::Get,
        path: "history",
        resource: Resource::History,
        parameters: &[],
        about: "How far back points are kept, what they take in memory and on disk, and how many had to go for want of either.",
    },
    Route {
        verb: Verb::Get,
        path: "openapi.json",
        resource: Resource::OpenApi,
        parameters: &[],
        about: "This document.",
    },
    Route {
        verb: Verb::Get,
        path: "channels/{channel}/series",
        resource: Resource::Series,
        parameters: &[],
        about: "The series of a channel: metric, unit, source, points, time of the last one.",
    },
    Route {
        verb: Verb::Get,
        path: "channels/{channel}/sources",
        resource: Resource::Sources,
        parameters: &[],
        about: "The sources of a channel: up or down, since when and why, host, labels.",
    },
    Route {
        verb: Verb::Get,
        path: "channels/{channel}/query",
        resource: Resource::Query,
        parameters: &[
            &FROM, &TO, &WIDTH, &SERIES, &METRIC, &SOURCE, &HOST, &LABELS, &AGG, &BY, &STEP, &IN, &K, &OF, &FORMAT,
        ],
        about: "The points of some series, or what they are together; 4,000,000 points at most.",
    },
    Route {
        verb: Verb::Get,
        path: "channels/{channel}/density",
        resource: Resource::Density,
        parameters: &[&FROM, &TO, &WIDTH, &METRIC, &DENSITY_STEP, &DENSITY_FORMAT],
        about: "Merged columns: of each metric and step one histogram of all its series, with quantiles.",
    },
    Route {
        verb: Verb::Get,
        path: "channels/{channel}/ranking",
        resource: Resource::Ranking,
        parameters: &[
            &RANKING_OF,
            &ORDER,
            &FROM,
            &TO,
            &ABOVE,
            &BELOW,
            &SERIES,
            &METRIC,
            &SOURCE,
            &HOST,
            &LABELS,
            &RANKING_K,
            &OFFSET,
        ],
        about: "Some series in order of what they come to over a range, without their points; shared by equal requests of a second.",
    },
    Route {
        verb: Verb::Get,
        path: "channels/{channel}/messages",
        resource: Resource::Messages,
        parameters: &[&MESSAGES_FROM, &MESSAGES_TO, &AFTER, &BEFORE, &LIMIT, &MESSAGES_ORDER],
        about: "Messages as they were published, oldest first, of any age that the stream still has.",
    },
    Route {
        verb: Verb::Get,
        path: "channels/{channel}/export",
        resource: Resource::Export,
        parameters: &[&FROM, &TO, &SERIES, &METRIC, &SOURCE, &HOST, &LABELS, &EXPORT_FORMAT],
        about: "Every point of some series as a file of any length, in a form that import takes.",
    },
    Route {
        verb: Verb::Post,
        path: "channels/{channel}/import",
        resource: Resource::Import,
        parameters: &[&IMPORT_FORMAT, &ONLY],
        about: "Publishes the points of a file on a channel; off unless the bridge was started with --allow-import.",
    },
];

/// The route of a request below `/api/v1/`, and what is named in its path.
pub(super) fn find<'p>(method: &Method, path: &'p str) -> Result<(&'static Route, &'p str), Problem> {
    let asked = if method == Method::POST { Verb::Post } else { Verb::Get };
    let mut other = None;
    for route in &ROUTES {
        let Some(channel) = matched(route.path, path.trim_end_matches('/')) else { continue };
        if route.verb == asked {
            return Ok((route, channel));
        }
        other = Some(route.verb);
    }
    Err(match other {
        Some(Verb::Post) => Problem::method("POST only"),
        Some(Verb::Get) => Problem::method("GET and HEAD only"),
        None => Problem::not_found(format!(
            "no such resource below /api/v1/: {}",
            ROUTES.each_ref().map(|r| r.path).join(", ")
        )),
    })
}

/// What stands for the part in braces, empty where the template has none; `None` where the path does not fit.
fn matched<'p>(template: &str, path: &'p str) -> Option<&'p str> {
    let Some((before, rest)) = template.split_once('{') else { return (template == path).then_some("") };
    let (_, after) = rest.split_once('}')?;
    let named = path.strip_prefix(before)?.strip_suffix(after)?;
    (!named.is_empty() && !named.contains('/')).then_some(named)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_leads_to_its_resource_by_its_method() {
        let get = |path| find(&Method::GET, path).map(|(route, channel)| (route.resource, channel)).ok();
        assert_eq!(get("channels"), Some((Resource::Channels, "")));
        assert_eq!(get("channels/"), Some((Resource::Channels, "")));
        assert_eq!(get("channels/a.b/series"), Some((Resource::Series, "a.b")));
        assert_eq!(get("channels/a/query/"), Some((Resource::Query, "a")));
        for bad in ["", "channel", "channels/a", "channels/a/b/series", "channels/series", "channels/a/import"] {
            assert_eq!(get(bad), None, "{bad}");
        }
        assert_eq!(get("sources/a"), Some((Resource::Source, "a")));
        assert_eq!(get("monitors/throttle"), Some((Resource::Throttle, "")));
        assert_eq!(get("monitors/b-1"), Some((Resource::Notices, "b-1")));
        let posted = find(&Method::POST, "monitors/b-1/demonitor").unwrap();
        assert_eq!((posted.0.resource, posted.1), (Resource::Demonitor, "b-1"));
        let posted = find(&Method::POST, "channels/a/import").unwrap();
        assert_eq!((posted.0.resource, posted.1), (Resource::Import, "a"));
        assert!(find(&Method::POST, "channels").unwrap_err().message().contains("GET"));
        assert!(find(&Method::GET, "channels/a/import").unwrap_err().message().contains("POST"));
    }
}
