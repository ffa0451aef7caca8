#!/usr/bin/env bash
# broker, bridge and five publishing processes; Ctrl-C stops everything.
#   PORT=8080        where the page is
#   NATS_PORT=4222   the NATS server on loopback: used if one answers there, else started
#   COUNT=5          publishing processes
#   DATA_DIR=target/demo   where a NATS server that is started keeps its data
#   PROFILE=release  Cargo's profile
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/need.sh
. scripts/need.sh
port=${PORT:-8080}
nats_port=${NATS_PORT:-4222}
profile=${PROFILE:-release}

need_rust
NATS_SERVER=$(scripts/nats-server.sh)
export NATS_SERVER
say "building (the first time takes some minutes)"
cargo build --profile "$profile" --quiet -p broker-bridge -p spawn
bin=${CARGO_TARGET_DIR:-target}/${profile/#dev/debug}

bridge='' spawn=''
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

# Each in a group of its own: Ctrl-C comes to this script alone, which stops them in order.
set -m
"$bin/broker-bridge" --listen "127.0.0.1:$port" --nats-port "$nats_port" --data-dir "${DATA_DIR:-target/demo}" </dev/null &
bridge=$!
until "$bin/broker-bridge" --probe "http://127.0.0.1:$port/readyz" 2>/dev/null; do
    kill -0 "$bridge" 2>/dev/null || { wait "$bridge" || true; exit 1; }
    sleep 0.1
done
"$bin/spawn" --count "${COUNT:-5}" --nats "nats://127.0.0.1:$nats_port" </dev/null &
spawn=$!
say "
  live chart:  http://127.0.0.1:$port/
  stop:        Ctrl-C
"
# Until one of the two ends by itself; a signal interrupts the wait.
wait -n "$bridge" "$spawn" || true
stop
die "the demo ended by itself, see above"
