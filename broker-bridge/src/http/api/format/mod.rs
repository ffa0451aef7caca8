//! Forms of an answer, and which one a request asks for.

pub(super) mod csv;
pub(super) mod eon;

use warp::http::{HeaderMap, header};

/// JSON with some more around the points.
pub(super) const JSON: &str = "application/json";
/// RFC 4180.
pub(super) const CSV: &str = "text/csv; charset=utf-8; header=present";
/// An EON message a line.
pub(super) const NDJSON: &str = "application/x-ndjson";
/// The binary snapshot of the viewer protocol.
pub(super) const BINARY: &str = "application/octet-stream";

/// A form of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Json,
    Csv,
    Ndjson,
    Binary,
}

impl Format {
    /// By the parameter `format`, else by `Accept`, else the first of those offered.
    pub(super) fn of(named: Option<&str>, headers: &HeaderMap, offered: &[Self]) -> Self {
        let named = named.and_then(|name| match name {
            "json" => Some(Self::Json),
            "csv" => Some(Self::Csv),
            "eon" | "ndjson" => Some(Self::Ndjson),
            "bin" => Some(Self::Binary),
            _ => None,
        });
        let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok());
        let first = offered.first().copied().unwrap_or(Self::Json);
        named.or_else(|| accept.and_then(|accept| accepted(accept, offered))).unwrap_or(first)
    }

    /// As `Content-Type` says it.
    pub(super) fn content_type(self) -> &'static str {
        match self {
            Self::Json => JSON,
            Self::Csv => CSV,
            Self::Ndjson => NDJSON,
            Self::Binary => BINARY,
        }
    }

    /// The end of a file name.
    pub(super) fn extension(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Csv => "csv",
            Self::Ndjson => "ndjson",
            Self::Binary => "bin",
        }
    }

    /// The form of a body, by its `Content-Type`.
    pub(super) fn sent(headers: &HeaderMap) -> Option<Self> {
        let sent = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
        match sent.split(';').next()?.trim().to_ascii_lowercase().as_str() {
            "text/csv" => Some(Self::Csv),
            "application/x-ndjson" | "application/ndjson" => Some(Self::Ndjson),
            _ => None,
        }
    }
}

/// The form that an `Accept` header likes best; of equal ones the one that stands first. What is not offered is passed over.
fn accepted(accept: &str, offered: &[Format]) -> Option<Format> {
    let mut best: Option<(f32, Format)> = None;
    for range in accept.split(',') {
        let mut parts = range.split(';').map(str::trim);
        let media = parts.next().unwrap_or_default().to_ascii_lowercase();
        let weight = parts.find_map(|part| part.strip_prefix("q=")).map_or(1.0, |q| q.parse().unwrap_or(0.0));
        let fits = |format: &&Format| format.content_type().split(';').next() == Some(media.as_str());
        let found = if media == "*/*" { offered.first() } else { offered.iter().find(fits) };
        if let Some(format) = found
            && weight > best.map_or(0.0, |(weight, _)| weight)
        {
            best = Some((weight, *format));
        }
    }
    best.map(|(_, format)| format)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Format; 4] = [Format::Json, Format::Csv, Format::Ndjson, Format::Binary];

    #[test]
    fn the_parameter_wins_then_accept_then_the_first() {
        for (named, accept, expected) in [
            (None, None, Format::Json),
            (None, Some("*/*"), Format::Json),
            (None, Some("text/csv"), Format::Csv),
            (None, Some("text/html, application/x-ndjson;q=0.5, TEXT/CSV;q=0.9"), Format::Csv),
            (None, Some("application/octet-stream"), Format::Binary),
            (None, Some("text/csv;q=0, */*;q=0.1"), Format::Json),
            (None, Some("text/html"), Format::Json),
            (None, Some(""), Format::Json),
            (Some("eon"), Some("text/csv"), Format::Ndjson),
            (Some("csv"), None, Format::Csv),
        ] {
            let mut headers = HeaderMap::new();
            if let Some(accept) = accept {
                headers.insert(header::ACCEPT, accept.parse().unwrap());
            }
            assert_eq!(Format::of(named, &headers, &ALL), expected, "{named:?} {accept:?}");
        }
    }

    #[test]
    fn a_body_is_csv_or_ndjson_or_nothing_we_read() {
        for (sent, expected) in [
            ("text/csv", Some(Format::Csv)),
            ("Text/CSV; charset=utf-8", Some(Format::Csv)),
            ("application/x-ndjson", Some(Format::Ndjson)),
            ("text/plain", None),
            ("application/json", None),
            ("application/x-www-form-urlencoded", None),
        ] {
            let headers = HeaderMap::from_iter([(header::CONTENT_TYPE, sent.parse().unwrap())]);
            assert_eq!(Format::sent(&headers), expected, "{sent}");
        }
        assert_eq!(Format::sent(&HeaderMap::new()), None);
    }
}
