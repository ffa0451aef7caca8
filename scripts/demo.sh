#!/bin/sh
# broker, bridge and five publishing processes; Ctrl-C stops everything.
#   PORT=8080        where the page is
#   NATS_PORT=4222   the NATS server on loopback: used if one answers there, else started
#   COUNT=5          publishing processes
set -eu
cd "$(dirname "$0")/.."
. scripts/need.sh
port=${PORT:-8080}
nats_port=${NATS_PORT:-4222}

need_rust
NATS_SERVER=$(scripts/nats-server.sh)
export NATS_SERVER
say "building (the first time takes some minutes)"
cargo build --release --quiet -p broker-bridge -p spawn
bin=${CARGO_TARGET_DIR:-target}/release

bridge=''
spawn=''
stop() {
    trap '' INT TERM HUP
    # First those who publish, so that they can say bye.
    for pid in $spawn $bridge; do
        kill -TERM "$pid" 2>/dev/null || true
        wait "$pid" 2>/dev/null || true
    done
}
trap 'stop; exit 130' INT
trap 'stop; exit 143' TERM HUP

# A group of their own, so that Ctrl-C comes to us alone and we stop them in order.
set -m
"$bin/broker-bridge" --listen "127.0.0.1:$port" --nats-port "$nats_port" --data-dir target/demo </dev/null &
bridge=$!
set +m
until "$bin/broker-bridge" --probe "http://127.0.0.1:$port/readyz" 2>/dev/null; do
    kill -0 "$bridge" 2>/dev/null || { wait "$bridge" || true; exit 1; }
    sleep 0.1
done
set -m
"$bin/spawn" --count "${COUNT:-5}" --nats "nats://127.0.0.1:$nats_port" </dev/null &
spawn=$!
set +m
say "
  live chart:  http://127.0.0.1:$port/
  stop:        Ctrl-C
"
# Until one of the two ends by itself.
while kill -0 "$bridge" 2>/dev/null && kill -0 "$spawn" 2>/dev/null; do
    sleep 0.5
done
stop
die "the demo ended by itself, see above"
