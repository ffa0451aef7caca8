#!/bin/sh
# `make bench-charts`: the chart beside uPlot and C3; `scripts/bench-charts.sh --help` for parts of it.
# `scripts/bench-charts.sh soak [MINUTES]`: the real stack with 200 processes under the eye of a browser.
set -eu
cd "$(dirname "$0")/.."
. scripts/need.sh

need node nodejs npm
need npm npm
need chromium chromium
# Installed once for each lock file.
for dir in tests/browser tests/charts-bench; do
    if ! cmp -s "$dir/package-lock.json" "$dir/node_modules/.installed"; then
        (cd "$dir" && npm ci --no-audit --no-fund --loglevel=error >&2)
        cp "$dir/package-lock.json" "$dir/node_modules/.installed"
    fi
done
tests/browser/node_modules/.bin/tsc --project tests/charts-bench/tsconfig.json
NATS_SERVER=$(scripts/nats-server.sh)
export NATS_SERVER
# The real bridge is needed for its page; EONTIDE_BENCH_BUILD=0 takes the one that was built before.
if [ "${EONTIDE_BENCH_BUILD:-1}" != 0 ]; then
    need_rust
    say "building"
    cargo build --release --quiet -p broker-bridge -p spawn --bins
fi
if [ "${1:-}" = soak ]; then
    shift
    exec node tests/charts-bench/soak.js "$@"
fi
exec node tests/charts-bench/bench.js "$@"
