#!/bin/sh
# lint, unit, end-to-end and browser tests; `make test` runs all of them.
set -eu
cd "$(dirname "$0")/.."
. scripts/need.sh

part=${1:-all}
runs() { [ "$part" = all ] || [ "$part" = "$1" ]; }
began=$(date +%s)
# Several times as long as a part takes. What hangs is a failure that names its part, not a run without an end. At a terminal Ctrl-C
# must reach the tests; elsewhere what they started is to end with them.
limit="timeout --kill-after=10 1500"
if (: </dev/tty) 2>/dev/null; then limit="timeout --foreground --kill-after=10 1500"; fi
# Programs and tests at once, as the unit tests were built: which features the libraries get depends on what is built together, and
# each choice would build them again.
build() {
    cargo build --workspace --bins --tests --quiet
    cargo test --workspace --test e2e --no-run --quiet
}
step() { say "== $* (after $(($(date +%s) - began)) s)"; }

need_rust
NATS_SERVER=$(scripts/nats-server.sh)
export NATS_SERVER
CARGO_TERM_COLOR=${CARGO_TERM_COLOR:-never}
export CARGO_TERM_COLOR

need_node() {
    need node nodejs npm
    need npm npm
    # Installed once for each lock file.
    for dir in tests/browser tests/eon publisher/clients/javascript; do
        if ! cmp -s "$dir/package-lock.json" "$dir/node_modules/.installed"; then
            (cd "$dir" && npm ci --no-audit --no-fund --loglevel=error >&2)
            cp "$dir/package-lock.json" "$dir/node_modules/.installed"
        fi
    done
}

need_python() {
    need python3 python3 python3-venv
    if ! .tools/venv/bin/python -c 'import nats' 2>/dev/null; then
        python3 -m venv .tools/venv >/dev/null 2>&1 || { install python3-venv && python3 -m venv .tools/venv; }
        .tools/venv/bin/pip install --quiet --disable-pip-version-check -r publisher/clients/python/requirements.txt >&2
    fi
}

if runs lint; then
    step lint
    cargo fmt --all --check
    cargo clippy --workspace --all-targets --quiet -- -D warnings
    cargo clippy --workspace --test e2e --quiet -- -D warnings
    RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --quiet
    need_node
    tests/browser/node_modules/.bin/tsc --project tests/browser/tsconfig.json
    node scripts/vendor.mjs check
    if command -v shellcheck >/dev/null 2>&1; then shellcheck -x scripts/*.sh tests/compose/*.sh; fi
    scripts/check-nats-conf.sh >&2
    if command -v cargo-deny >/dev/null 2>&1; then cargo deny --log-level error check; fi
fi
if runs unit; then
    step unit
    build
    $limit cargo test --workspace --quiet
fi
if runs js; then
    step "charts and page"
    need_node
    # Named one by one: what a folder means to `node --test` differs between its versions.
    find charts ui tests/charts-bench -name '*.test.js' -not -path '*/vendor/*' -not -path '*/node_modules/*' -exec $limit node --test {} +
fi
if runs e2e; then
    step end-to-end
    need_node
    need_python
    PATH=$(scripts/prometheus.sh):$PATH
    build
    # They wait more than they work.
    EONTIDE_TEST_PYTHON=$PWD/.tools/venv/bin/python $limit cargo test --workspace --test e2e --quiet -- --test-threads=6
fi
if runs browser; then
    step browser
    need chromium chromium
    # The same without windows. Where it cannot be had, the whole browser takes half as long again.
    (need chromium-headless-shell chromium-headless-shell) || say "going on with chromium"
    need_node
    build
    $limit node tests/browser/run.js
fi
step "all passed"
