#!/bin/sh
# `make bench`: all of them, or `scripts/bench.sh codecs death density history ingest latency presence publisher query ranking store storm viewers` for some.
set -eu
cd "$(dirname "$0")/.."
. scripts/need.sh

need_rust
NATS_SERVER=$(scripts/nats-server.sh)
export NATS_SERVER
# Beside us where it can be had; else its recorded figures stand there, marked as such.
PATH=$(scripts/victoria-metrics.sh || echo /nonexistent):$PATH
say "building"
cargo build --release --quiet -p broker-bridge -p spawn -p e2e --bins
# The thinnest build, as its README describes it; built apart so that no other crate's features reach it.
cargo build --profile thin --quiet -p eontide-publisher --no-default-features --examples
"${CARGO_TARGET_DIR:-target}/release/bench" "$@"
"${CARGO_TARGET_DIR:-target}/thin/examples/bench_handle"
