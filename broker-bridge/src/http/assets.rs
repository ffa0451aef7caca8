//! The page and the charts library: embedded in release, read from disk in debug so that a reload shows an edit.

use rust_embed::{EmbeddedFile, RustEmbed};
use warp::http::header::{self, HeaderValue};
use warp::http::{HeaderMap, StatusCode};

use super::answer::{Answer, answer, failure};

#[derive(RustEmbed)]
#[folder = "../ui/"]
#[exclude = "*.test.js"]
#[exclude = "*.md"]
#[exclude = "*.json"]
struct Ui;

#[derive(RustEmbed)]
#[folder = "../charts/"]
#[exclude = "*.test.js"]
#[exclude = "*.md"]
#[exclude = "*.json"]
#[exclude = "*.sh"]
#[exclude = "*.d.ts"]
#[exclude = "testing.js"]
struct Charts;

/// The file at `path`, without its leading slash.
pub(super) fn serve(path: &str, request: &HeaderMap) -> Answer {
    let file = match path.strip_prefix("charts/") {
        Some(below) => Charts::get(below),
        None => Ui::get(if path.is_empty() { "index.html" } else { path }),
    };
    match file {
        Some(file) => file_answer(path, &file, request),
        None => {
            failure(StatusCode::NOT_FOUND, "not_found", "no such page; the chart is at /, the API at /api/v1/channels")
        }
    }
}

fn file_answer(path: &str, file: &EmbeddedFile, request: &HeaderMap) -> Answer {
    let hash = file.metadata.sha256_hash();
    let tag: String = hash[..12].iter().map(|byte| format!("{byte:02x}")).collect();
    let tag = format!("\"{tag}\"");
    let known = request
        .get(header::IF_NONE_MATCH)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|tags| tags.split(',').any(|known| known.trim().trim_start_matches("W/") == tag));
    let mut answer = if known {
        answer(StatusCode::NOT_MODIFIED, content_type(path), Vec::new())
    } else {
        answer(StatusCode::OK, content_type(path), file.data.to_vec())
    };
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        answer.headers_mut().insert(header::ETAG, tag);
    }
    answer
}

/// By the end of the name; what we do not know is not guessed.
fn content_type(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or_default() {
        "" | "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
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

    #[test]
    fn the_page_has_an_etag_and_answers_a_known_one_without_a_body() {
        let first = serve("", &HeaderMap::new());
        assert_eq!(first.status(), StatusCode::OK);
        assert_eq!(first.headers()[header::CONTENT_TYPE], "text/html; charset=utf-8");
        let mut request = HeaderMap::new();
        request.insert(header::IF_NONE_MATCH, first.headers()[header::ETAG].clone());
        let second = serve("", &request);
        assert_eq!(second.status(), StatusCode::NOT_MODIFIED);
        assert!(matches!(second.body(), Body::Whole(bytes) if bytes.is_empty()), "{second:?}");
    }

    #[test]
    fn nothing_outside_of_the_two_folders_is_served() {
        for path in
            ["../Cargo.toml", "charts/../../Cargo.toml", "/etc/passwd", "charts/", "nope.js", "charts/index.test.js"]
        {
            assert_eq!(serve(path, &HeaderMap::new()).status(), StatusCode::NOT_FOUND, "{path}");
        }
    }
}
