#!/usr/bin/env bash
# broker, bridge and five publishing processes; Ctrl-C stops everything.
#   PORT=8080        where the page is
#   NATS_PORT=4222   the NATS server on loopback: used if one answers there, else started
#   COUNT=5          publishing processes
#   DATA_DIR=target/demo   where a NATS server that is started keeps its data
#   PROFILE=release  Cargo's profile
#   BUILD=1          0 takes the programs that were built before
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
if [ "${BUILD:-1}" != 0 ]; then
    say "building (the first time takes some minutes)"
    cargo build --profile "$profile" --quiet -p broker-bridge -p spawn
fi
bin=${CARGO_TARGET_DIR:-target}/${profile/#dev/debug}

# shellcheck disable=SC2317 # called by a trap
stop() {
    trap '' INT TERM HUP EXIT
    local pids at
    # In the order of their start, even the one whose $! was not read yet.
    read -r -a pids <<<"$(jobs -p | tr '\n' ' ')"
    # Backwards: first those who publish, so that they can say bye.
    for ((at = ${#pids[@]} - 1; at >= 0; at--)); do
        [ "${pids[at]}" != "$watch" ] || continue
        kill -TERM "${pids[at]}" 2>/dev/null || true
        wait "${pids[at]}" 2>/dev/null || true
    done
    tell stopped
}

# Outlives this script by a moment, even after `kill -9`: nothing that was started keeps running and holding ports. Hears
# of each process on its stdin, which ends with the script; a make that is gone ends the script.
watch() {
    trap '' INT TERM HUP
    local started='' pid got
    while true; do
        got=0
        read -r -t 1 pid || got=$?
        if [ "$got" -gt 128 ]; then # a second has passed
            [ -z "${MAKELEVEL:-}" ] || kill -0 "$PPID" 2>/dev/null || kill -TERM $$ 2>/dev/null || true
        elif [ "$got" -gt 0 ]; then
            break
        elif [ "$pid" = stopped ]; then
            return
        else
            started="$pid $started"
        fi
    done
    for pid in $started; do
        kill -TERM "$pid" 2>/dev/null || continue
        while kill -0 "$pid" 2>/dev/null; do sleep 0.1; done
    done
}

# tell WORD: to the watch.
tell() { { printf '%s\n' "$1" >&"$lifeline"; } 2>/dev/null || true; }

# Each in a group of its own: Ctrl-C comes to this script alone, which stops them in order. Only while they start, or
# bash would hand the terminal, and Ctrl-C with it, to every command in the foreground.
set -m
coproc WATCH { watch; }
watch=$WATCH_PID lifeline=${WATCH[1]}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
"$bin/broker-bridge" --listen "127.0.0.1:$port" --nats-port "$nats_port" --data-dir "${DATA_DIR:-target/demo}" </dev/null &
bridge=$!
set +m
tell "$bridge"
until "$bin/broker-bridge" --probe "http://127.0.0.1:$port/readyz" 2>/dev/null; do
    kill -0 "$bridge" 2>/dev/null || { wait "$bridge" || true; exit 1; }
    sleep 0.1
done
set -m
"$bin/spawn" --count "${COUNT:-5}" --nats "nats://127.0.0.1:$nats_port" </dev/null &
spawn=$!
set +m
tell "$spawn"
say "
  live chart:  http://127.0.0.1:$port/
  stop:        Ctrl-C
"
# Until one of the two ends by itself; a signal interrupts the wait.
wait -n "$bridge" "$spawn" || true
die "the demo ended by itself, see above"
