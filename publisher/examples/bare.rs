//! A program that only holds a NATS connection: the baseline `make bench` puts beside `embed`.
//!
//! `cargo run --profile thin -p eontide-publisher --no-default-features --example bare nats://127.0.0.1:4222`

use std::io::Read;

fn main() {
    let url = std::env::args().nth(1).unwrap_or_else(|| "nats://127.0.0.1:4222".to_owned());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let client = async_nats::connect(url).await.expect("a NATS server");
        // Until the other end of the pipe closes.
        tokio::task::spawn_blocking(|| std::io::stdin().read_to_end(&mut Vec::new())).await.ok();
        drop(client);
    });
}
