#!/bin/sh
# `make fuzz`: each fuzz target of the bridge for its share of TIME minutes; `scripts/fuzz.sh segment` for one of them.
set -eu
cd "$(dirname "$0")/.."
. scripts/need.sh

need_rust
need c++ build-essential
PATH=$PWD/.tools/bin:$PATH
command -v cargo-fuzz >/dev/null 2>&1 || cargo install --quiet --locked --root .tools cargo-fuzz
# cargo-fuzz passes flags of nightly compilers. The stable one has them, too, and takes them if it is told so: nobody
# needs a second toolchain.
RUSTC_BOOTSTRAP=1
export RUSTC_BOOTSTRAP PATH

[ $# -gt 0 ] || set -- segment checkpoint column
seconds=$((${TIME:-20} * 60 / $#))
# What is fuzzed is what is shipped.
cp Cargo.lock broker-bridge/fuzz/Cargo.lock
cd broker-bridge
for target; do
    say "== $target, for $seconds seconds"
    cargo fuzz run "$target" -- -max_total_time="$seconds" -rss_limit_mb=1024 -malloc_limit_mb=64 -timeout=10 -max_len=4096
done
say "== nothing found"
