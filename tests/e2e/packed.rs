//! What is sent as gzip, and what caches are told of it.

use std::io::Read;

use flate2::read::GzDecoder;
use harness::{Bridge, NatsServer, until};
use serde_json::json;

use crate::support::{CHANNEL, Publisher};

/// Status, headers and body of an answer.
struct Answer {
    status: u16,
    headers: ureq::http::HeaderMap,
    body: Vec<u8>,
}

impl Answer {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    fn unpacked(&self) -> Vec<u8> {
        assert_eq!(self.header("content-encoding"), "gzip");
        let mut body = Vec::new();
        GzDecoder::new(&self.body[..]).read_to_end(&mut body).unwrap();
        body
    }
}

fn ask(bridge: &Bridge, path: &str, headers: &[(&str, &str)]) -> Answer {
    let mut request = ureq::get(format!("http://{}{path}", bridge.address()));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let mut answer = request.config().http_status_as_error(false).build().call().unwrap();
    let body = answer.body_mut().read_to_vec().unwrap();
    Answer { status: answer.status().as_u16(), headers: answer.headers().clone(), body }
}

const GZIP: (&str, &str) = ("accept-encoding", "gzip, deflate, br");

#[tokio::test(flavor = "multi_thread")]
async fn files_are_gzip_where_that_is_taken_and_confirmed_by_the_tag_of_their_form() {
    let server = NatsServer::start().await;
    let bridge = Bridge::start(&server, &[]).await;
    for path in ["/", "/style.css", "/charts/chart.js", "/charts/vendor/d3-format/locale.js"] {
        let (plain, packed) = (ask(&bridge, path, &[]), ask(&bridge, path, &[GZIP]));
        assert_eq!((plain.status, packed.status), (200, 200), "{path}");
        assert_eq!(plain.header("content-encoding"), "", "{path}");
        assert!(packed.unpacked() == plain.body, "{path}");
        assert!(packed.body.len() < plain.body.len() / 2, "{path}: {} of {}", packed.body.len(), plain.body.len());
        assert_eq!(packed.header("content-length"), packed.body.len().to_string(), "{path}");
        assert_ne!(plain.header("etag"), packed.header("etag"), "{path}");
        for (headers, of) in [(&[][..], &plain), (&[GZIP], &packed)] {
            assert_eq!(of.header("vary"), "accept-encoding", "{path}");
            let again = ask(&bridge, path, &[headers, &[("if-none-match", of.header("etag"))]].concat());
            assert_eq!((again.status, again.body.len()), (304, 0), "{path} {headers:?}");
            assert_eq!(again.header("etag"), of.header("etag"), "{path}");
        }
        let other = ask(&bridge, path, &[GZIP, ("if-none-match", plain.header("etag"))]);
        assert_eq!(other.status, 200, "{path}: the tag of the other form");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn long_lists_are_gzip_where_that_is_taken_and_short_ones_never() {
    let server = NatsServer::start().await;
    let bridge = Bridge::start(&server, &[]).await;
    let publisher = Publisher::new(&server).await;
    publisher.point("a", 1).await;
    let columns: Vec<_> = (0..100).map(|n| json!([format!("rss-{n}"), n])).collect();
    let from = json!({"id": "many", "epoch": 1, "seq": 1});
    publisher.json(&json!({"columns": columns, "from": from})).await;
    until("it is read", || (bridge.points(CHANNEL).len() == 103).then_some(())).await;
    // Without it the range begins and ends with the moment of the question.
    let now = eontide_wire::Timestamp::now().as_micros() / 1000;
    let range = format!("from={}&to={now}", now - 600_000);
    for (resource, long) in [
        ("series".to_owned(), true),
        ("sources".to_owned(), true),
        (format!("ranking?{range}"), true),
        (format!("ranking?{range}&k=2"), false),
        ("ranking?of=median".to_owned(), false),
    ] {
        let path = format!("/api/v1/channels/{CHANNEL}/{resource}");
        let (plain, packed) = (ask(&bridge, &path, &[]), ask(&bridge, &path, &[GZIP]));
        assert_eq!(plain.header("content-encoding"), "", "{path}");
        if long {
            assert!(packed.unpacked() == plain.body, "{path}");
            assert_eq!(packed.header("vary"), "accept-encoding", "{path}");
        } else {
            assert_eq!((packed.header("content-encoding"), &packed.body), ("", &plain.body), "{path}");
        }
    }
}
