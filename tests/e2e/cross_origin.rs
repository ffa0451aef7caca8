//! The library on the pages of others: what a browser lets them read of a bridge.

use harness::{Bridge, NatsServer, Viewer, until};

use crate::support::{CHANNEL, Publisher};

const PAGE: &str = "https://pages.example";

/// Status, and the header that lets a page of this origin read the answer.
fn ask(bridge: &Bridge, path: &str, origin: &str) -> (u16, String, String) {
    let request = ureq::get(format!("http://{}{path}", bridge.address())).header("origin", origin);
    let answer = request.config().http_status_as_error(false).build().call().unwrap();
    let header = |name: &str| {
        let values = answer.headers().get_all(name).iter().map(|value| value.to_str().unwrap().to_owned());
        values.collect::<Vec<_>>().join(", ")
    };
    (answer.status().as_u16(), header("access-control-allow-origin"), header("vary"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_is_allowed_reads_the_api_and_the_socket_and_a_stranger_does_not() {
    let server = NatsServer::start().await;
    let bridge = Bridge::start(&server, &["--allow-origin", PAGE]).await;
    Publisher::new(&server).await.point("a", 1).await;
    until("it is read", || (!bridge.points(CHANNEL).is_empty()).then_some(())).await;
    let below = |resource: &str| format!("/api/v1/channels/{CHANNEL}/{resource}");
    for (path, status) in [
        ("/api/v1/channels".to_owned(), 200),
        ("/api/v1/openapi.json".to_owned(), 200),
        (below("series"), 200),
        (below("sources"), 200),
        (below("query?from=1h&width=100"), 200),
        (below("query?from=1h&format=bin"), 200),
        (below("density?from=1h&format=bin"), 200),
        (below("ranking?of=max&k=15"), 200),
        (below("export?from=1h"), 200),
        // What is wrong a page may read, too.
        (below("ranking?k=0"), 400),
        ("/api/v1/channels/unknown/ranking".to_owned(), 404),
    ] {
        let (got, allowed, vary) = ask(&bridge, &path, PAGE);
        assert_eq!((got, &*allowed), (status, PAGE), "{path}");
        assert!(vary.split(", ").any(|name| name.eq_ignore_ascii_case("origin")), "{path}: {vary}");
        let (refused, allowed, _) = ask(&bridge, &path, "https://evil.example");
        assert_eq!((refused, &*allowed), (403, ""), "{path}");
    }
    let viewer = Viewer::try_open(bridge.address(), true, Some(PAGE)).await;
    assert!(viewer.is_ok(), "{:?}", viewer.err());
    assert!(Viewer::try_open(bridge.address(), true, Some("https://evil.example")).await.is_err());
}

/// A module script of another origin is read with CORS, by any page: the files are public.
#[tokio::test(flavor = "multi_thread")]
async fn any_page_may_import_the_library_and_nothing_else_of_the_bridge() {
    let server = NatsServer::start().await;
    let bridge = Bridge::start(&server, &[]).await;
    for path in
        ["/charts/index.js", "/charts/live/connection.js", "/charts/chart.css", "/charts/vendor/d3-format/locale.js"]
    {
        let (status, allowed, vary) = ask(&bridge, path, PAGE);
        assert_eq!((status, &*allowed, &*vary), (200, "*", "accept-encoding"), "{path}");
    }
    for (path, status) in [("/", 200), ("/app.js", 200), ("/charts/nothing.js", 404), ("/api/v1/channels", 403)] {
        let (got, allowed, _) = ask(&bridge, path, PAGE);
        assert_eq!((got, &*allowed), (status, ""), "{path}");
    }
    let module = ureq::get(format!("http://{}/charts/index.js", bridge.address())).call().unwrap();
    assert_eq!(module.headers()["content-type"], "text/javascript; charset=utf-8");
}
