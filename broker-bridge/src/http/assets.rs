//! The page and the charts library: embedded in release, read from disk in debug so that a reload shows an edit.
//!
//! Scripts and style sheets are sent lean ([`super::lean`]). Each file is made ready once, when it is first asked for, and found
//! again by the hash of its content.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, PoisonError};

use bytes::Bytes;
use rust_embed::{EmbeddedFile, RustEmbed};
use sha2::{Digest, Sha256};
use warp::http::header::{self, HeaderValue};
use warp::http::{HeaderMap, StatusCode};

use super::answer::{Answer, answer, failure, framable};
use super::lean;
use super::packed::{Packed, takes_gzip};

#[derive(RustEmbed)]
#[folder = "../ui/"]
#[exclude = "*.test.js"]
#[exclude = "tests/*"]
#[exclude = "*.md"]
#[exclude = "*.json"]
#[exclude = "*.ts"]
#[exclude = "*.mjs"]
struct Ui;

#[derive(RustEmbed)]
#[folder = "../charts/"]
#[exclude = "*.test.js"]
#[exclude = "tests/*"]
#[exclude = "*.md"]
#[exclude = "*.json"]
#[exclude = "*.ts"]
#[exclude = "*.mjs"]
#[exclude = "*.sh"]
#[exclude = "*.tgz"]
#[exclude = "node_modules/*"]
#[exclude = "testing.js"]
struct Charts;

/// Files that are kept ready: more than there are, unless somebody edits them in a debug build.
const READY_MAX: usize = 512;
/// How hard they are compressed: once for each file.
const LEVEL: u32 = 9;

const SCRIPT: &str = "text/javascript; charset=utf-8";
const STYLE: &str = "text/css; charset=utf-8";

/// A file as it is sent.
#[derive(Clone, Debug)]
struct Ready {
    plain: Bytes,
    /// The same as gzip, where that is shorter.
    gzip: Packed,
    /// Of what is sent.
    tag: String,
}

/// The files that were asked for, by the hash of their source.
static READY: LazyLock<Mutex<HashMap<[u8; 32], Ready>>> = LazyLock::new(Mutex::default);

/// The file at `path`, without its leading slash. Any page may use the library: it holds no secret, and scripts of another
/// origin are not read without being allowed. Any page may frame the chart alone: it has nothing that could be pressed unawares.
pub(super) fn serve(path: &str, query: &str, request: &HeaderMap) -> Answer {
    let below = path.strip_prefix("charts/");
    let file = match below {
        Some(below) => Charts::get(below),
        None => Ui::get(if path.is_empty() { "index.html" } else { path }),
    };
    let Some(file) = file else {
        let message = "no such page; the chart is at /, the API at /api/v1/channels";
        return failure(StatusCode::NOT_FOUND, "not_found", message);
    };
    let mut answer = file_answer(path, file, request);
    if below.is_some() {
        answer.headers_mut().insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    }
    if ["", "index.html"].contains(&path) && is_embedded(query) { framable(answer) } else { answer }
}

/// Is it the chart alone? Read as the page reads it (`ui/url-state.js`): by the first of several, or the whole page could be
/// framed with a second one.
fn is_embedded(query: &str) -> bool {
    form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "embed").is_some_and(|(_, value)| value == "1")
}

fn file_answer(path: &str, file: EmbeddedFile, request: &HeaderMap) -> Answer {
    let content_type = content_type(path);
    let ready = ready(file, content_type);
    let packed = if takes_gzip(request) { ready.gzip } else { Packed::plain(ready.plain) };
    // Of the form, too: a cache must not take one for the other.
    let tag = format!("\"{}{}\"", ready.tag, if packed.is_gzip { "-gzip" } else { "" });
    let known = request
        .get(header::IF_NONE_MATCH)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|tags| tags.split(',').any(|known| known.trim().trim_start_matches("W/") == tag));
    let mut answer = if known {
        Packed::plain(Bytes::new()).body_of(answer(StatusCode::NOT_MODIFIED, content_type, Bytes::new()))
    } else {
        packed.body_of(answer(StatusCode::OK, content_type, Bytes::new()))
    };
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        answer.headers_mut().insert(header::ETAG, tag);
    }
    answer
}

fn ready(file: EmbeddedFile, content_type: &str) -> Ready {
    let hash = file.metadata.sha256_hash();
    let lock = || READY.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(ready) = lock().get(&hash) {
        return ready.clone();
    }
    let plain = sent(file.data, content_type);
    let tag = Sha256::digest(&plain)[..12].iter().map(|byte| format!("{byte:02x}")).collect();
    let gzip =
        if shrinks(content_type) { Packed::shortest(plain.clone(), LEVEL) } else { Packed::plain(plain.clone()) };
    let ready = Ready { plain, gzip, tag };
    let mut known = lock();
    if known.len() >= READY_MAX {
        known.clear();
    }
    known.insert(hash, ready.clone());
    ready
}

fn sent(data: Cow<'static, [u8]>, content_type: &str) -> Bytes {
    let lean = match content_type {
        SCRIPT => lean::script(&data),
        STYLE => lean::style(&data),
        _ => None,
    };
    lean.map_or_else(|| bytes_of(data), Bytes::from)
}

fn bytes_of(data: Cow<'static, [u8]>) -> Bytes {
    match data {
        Cow::Borrowed(embedded) => Bytes::from_static(embedded),
        Cow::Owned(read) => read.into(),
    }
}

/// Pictures and fonts are compressed already.
fn shrinks(content_type: &str) -> bool {
    content_type.starts_with("text/") || ["application/json", "image/svg+xml"].contains(&content_type)
}

/// By the end of the name; what we do not know is not guessed.
fn content_type(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or_default() {
        "" | "html" => "text/html; charset=utf-8",
        "js" => SCRIPT,
        "css" => STYLE,
        "json" | "map" => "application/json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        _ => "text/plain; charset=utf-8",
    }
}

#[cfg(test)]
mod tests {
    use super::super::body::Body;
    use super::*;

    fn ask(path: &str, headers: &[(header::HeaderName, &str)]) -> Answer {
        let headers = headers.iter().map(|(name, value)| (name.clone(), HeaderValue::from_str(value).unwrap()));
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        serve(path, query, &headers.collect())
    }

    fn text(answer: &Answer, name: header::HeaderName) -> &str {
        answer.headers().get(name).map_or("", |value| value.to_str().unwrap())
    }

    #[test]
    fn the_page_has_an_etag_and_answers_a_known_one_without_a_body() {
        for accepted in ["identity", "gzip, br"] {
            let first = ask("", &[(header::ACCEPT_ENCODING, accepted)]);
            assert_eq!(first.status(), StatusCode::OK);
            assert_eq!(text(&first, header::CONTENT_TYPE), "text/html; charset=utf-8");
            let known = [(header::ACCEPT_ENCODING, accepted), (header::IF_NONE_MATCH, text(&first, header::ETAG))];
            let second = ask("", &known);
            assert_eq!(second.status(), StatusCode::NOT_MODIFIED);
            assert_eq!(text(&second, header::ETAG), text(&first, header::ETAG));
            assert_eq!(text(&second, header::VARY), "accept-encoding");
            assert!(matches!(second.body(), Body::Whole(bytes) if bytes.is_empty()), "{second:?}");
        }
    }

    #[test]
    fn a_file_is_compressed_for_those_who_take_it_under_a_tag_of_its_own() {
        let plain = ask("charts/index.js", &[]);
        let packed = ask("charts/chart.js", &[(header::ACCEPT_ENCODING, "gzip")]);
        let again = ask("charts/chart.js", &[(header::ACCEPT_ENCODING, "gzip")]);
        assert_eq!((text(&plain, header::CONTENT_ENCODING), text(&packed, header::CONTENT_ENCODING)), ("", "gzip"));
        assert_eq!(text(&plain, header::VARY), "accept-encoding");
        let (Body::Whole(packed_bytes), Body::Whole(same)) = (packed.body(), again.body()) else {
            panic!("{packed:?}")
        };
        assert_eq!(packed_bytes.as_ptr(), same.as_ptr(), "compressed once");
        let mut back = Vec::new();
        std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(&packed_bytes[..]), &mut back).unwrap();
        let answer = ask("charts/chart.js", &[]);
        let Body::Whole(sent) = answer.body() else { panic!("{answer:?}") };
        assert_eq!(back, &sent[..]);
        let unpacked = ask("charts/chart.js", &[(header::IF_NONE_MATCH, text(&packed, header::ETAG))]);
        assert_eq!(unpacked.status(), StatusCode::OK, "the tag of the other form");
    }

    #[test]
    fn every_script_and_style_sheet_is_sent_lean_line_by_line() {
        let charts = Charts::iter().map(|path| format!("charts/{path}"));
        let files: Vec<_> = charts
            .chain(Ui::iter().map(String::from))
            .filter(|path| path.ends_with(".js") || path.ends_with(".css"))
            .collect();
        assert!(files.len() > 100, "{files:?}");
        for path in files {
            let source = path.strip_prefix("charts/").map_or_else(|| Ui::get(&path), Charts::get).unwrap().data;
            let lean = if path.ends_with(".js") { lean::script(&source) } else { lean::style(&source) };
            let lines = |bytes: &[u8]| bytes.iter().filter(|byte| **byte == b'\n').count();
            assert_eq!(lean.map(|lean| lines(&lean)), Some(lines(&source)), "{path}");
        }
    }

    #[test]
    fn the_library_may_be_used_by_any_page_and_has_pages_of_its_own() {
        let gallery = ask("charts/gallery.html", &[]);
        assert_eq!(text(&gallery, header::CONTENT_TYPE), "text/html; charset=utf-8");
        assert_eq!(text(&ask("charts/index.js", &[]), header::ACCESS_CONTROL_ALLOW_ORIGIN), "*");
        assert_eq!(text(&ask("app.js", &[]), header::ACCESS_CONTROL_ALLOW_ORIGIN), "");
    }

    /// `embed=1` was made to stand in a frame of another page, and every answer forbade frames.
    #[test]
    fn the_chart_alone_may_be_framed_by_any_page_and_nothing_else_may() {
        let ancestors = |path: &str| {
            let answer = ask(path, &[]);
            assert_eq!(text(&answer, header::X_FRAME_OPTIONS), "", "{path}");
            let policy = text(&answer, header::CONTENT_SECURITY_POLICY);
            assert!(policy.starts_with("default-src 'none'; script-src 'self'; "), "{path}: {policy}");
            policy.split_once("frame-ancestors ").map(|(_, ancestors)| ancestors.to_owned())
        };
        for path in ["?embed=1", "index.html?embed=1", "?channel=web.*&embed=1", "?embed=%31", "?embed=1&embed=0"] {
            assert_eq!(ancestors(path).as_deref(), Some("*"), "{path}");
        }
        for path in [
            "",
            "?embed=0",
            "?embed=0&embed=1",
            "?embed=11",
            "?filter=embed%3D1",
            "?embed",
            "app.js?embed=1",
            "charts/gallery.html?embed=1",
            "nope?embed=1",
        ] {
            assert_eq!(ancestors(path).as_deref(), Some("'none'"), "{path}");
        }
        let tag = text(&ask("", &[]), header::ETAG).to_owned();
        let known = ask("?embed=1", &[(header::IF_NONE_MATCH, &tag)]);
        assert_eq!(known.status(), StatusCode::NOT_MODIFIED);
        assert!(text(&known, header::CONTENT_SECURITY_POLICY).ends_with("frame-ancestors *"), "a cache takes it over");
    }

    #[test]
    fn nothing_outside_of_the_two_folders_is_served() {
        for path in [
            "../Cargo.toml",
            "charts/../../Cargo.toml",
            "/etc/passwd",
            "charts/",
            "nope.js",
            "charts/index.test.js",
            "charts/live/frame.test.js",
            "charts/package.json",
            "charts/testing.js",
            "charts/vendor/d3-format/locale.d.ts",
            "charts/vendor/README.md",
            "package.json",
        ] {
            assert_eq!(ask(path, &[]).status(), StatusCode::NOT_FOUND, "{path}");
        }
    }
}
