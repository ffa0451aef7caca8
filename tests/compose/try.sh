#!/bin/bash
# Runs docker-compose.yml for real where no image can be pulled: with stand-in images made from local files.
#
#   cargo build --release -p broker-bridge -p spawn && tests/compose/try.sh
#   tests/compose/try.sh --only-nats         the broker alone: needs no Rust
#
# What it tries is the compose file: mounts, commands, health checks, start order, a read-only root without
# capabilities, and a clean stop. What it cannot try is the Dockerfile, whose base images have to be pulled.
#
# Needs docker, compose (either `docker compose` or `docker-compose` 1.27 or newer), busybox-static and curl; on Debian:
#
#   apt-get install -y --no-install-recommends docker.io docker-compose busybox-static curl
#
# Where no daemon answers and we are root, it starts one of its own with a directory and socket of its own and stops it
# at the end. Seen to work on Debian 12 (docker.io 20.10) as root with no more options than that. Where dockerd does not
# come up, options for it go into DOCKERD_OPTIONS: `--storage-driver=vfs` where overlayfs cannot be stacked (inside
# another container), `--iptables=false` where the kernel has no netfilter (published ports still work, through
# docker-proxy; the containers then reach nothing outside).

set -euo pipefail

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd)
binaries=${EONTIDE_BINARIES:-$root/target/release}
channel=process-memory-demo
work=$(mktemp -d /tmp/eontide-compose.XXXXXX)
dockerd_pid=
# A name and images of our own: whatever else runs on this machine's Docker is not touched.
project=eontide-try-$$
export NATS_IMAGE=eontide-stand-in/nats:$$
export EONTIDE_IMAGE=eontide-stand-in/eontide:$$
PORT=${PORT:-$((20000 + $$ % 20000))}
export PORT

main() {
    only_nats=
    case ${1:-} in
        '') ;;
        --only-nats) only_nats=yes ;;
        *) fail "unknown option $1; the one there is: --only-nats" ;;
    esac
    trap clean_up EXIT
    check_tools
    ensure_daemon
    compose config --quiet

    import_nats
    if [ -n "$only_nats" ]; then
        compose up --detach --no-build nats
        wait_healthy nats
        check_broker
        say "the broker of docker-compose.yml works (bridge and spawn not tried)"
        return
    fi

    import_eontide
    compose up --detach --no-build
    wait_healthy nats
    wait_healthy bridge
    check_broker
    wait_for "the channel $channel at /api/v1/channels" channel_is_listed || show_and_exit
    check_restart
    check_stop
    say "docker-compose.yml works: http://127.0.0.1:$PORT showed $channel"
}

say() { printf 'try.sh: %s\n' "$*" >&2; }
fail() { say "$@"; exit 1; }

check_tools() {
    local tool
    for tool in docker busybox curl; do
        command -v "$tool" >/dev/null || fail "needs $tool; on Debian: apt-get install -y docker.io docker-compose" \
            "busybox-static curl"
    done
    if docker compose version >/dev/null 2>&1; then
        compose_program=(docker compose)
    elif command -v docker-compose >/dev/null; then
        compose_program=(docker-compose)
    else
        fail "needs docker compose; on Debian: apt-get install -y docker-compose"
    fi
    if [ -z "$only_nats" ]; then
        for tool in broker-bridge spawn; do
            [ -x "$binaries/$tool" ] || fail "no $binaries/$tool: cargo build --release -p broker-bridge -p spawn"
        done
    fi
}

compose() { "${compose_program[@]}" --project-name "$project" --file "$root/docker-compose.yml" "$@"; }

ensure_daemon() {
    docker info >/dev/null 2>&1 && return
    [ "$(id -u)" -eq 0 ] || fail "no docker daemon answers, and only root can start one"
    say "no docker daemon answers: starting one of our own"
    export DOCKER_HOST=unix://$work/docker.sock
    # Unquoted on purpose: several options in one variable.
    # shellcheck disable=SC2086
    dockerd --host "$DOCKER_HOST" --data-root "$work/data" --exec-root "$work/exec" --pidfile "$work/dockerd.pid" \
        ${DOCKERD_OPTIONS:-} >"$work/dockerd.log" 2>&1 &
    dockerd_pid=$!
    wait_for "dockerd" docker info || { tail -n 20 "$work/dockerd.log" >&2; exit 1; }
}

# The stand-in for the official alpine image: nats-server, and a busybox for the health check's wget.
import_nats() {
    local image=$work/nats
    mkdir -p "$image"/{bin,usr/local/bin,etc,tmp}
    cp "$("$root/scripts/nats-server.sh")" "$image/usr/local/bin/nats-server"
    copy_with_libraries "$image" "$image/usr/local/bin/nats-server"
    cp "$(command -v busybox)" "$image/bin/busybox"
    ln -s busybox "$image/bin/wget"
    ln -s busybox "$image/bin/sh"
    tar -C "$image" -c . | docker import \
        --change 'ENV PATH=/usr/local/bin:/bin' \
        --change 'ENTRYPOINT ["/usr/local/bin/nats-server"]' - "$NATS_IMAGE" >/dev/null
}

# The stand-in for what the Dockerfile builds: the same user, entry point and paths.
import_eontide() {
    local image=$work/eontide
    mkdir -p "$image"/{usr/local/bin,etc/ssl/certs,tmp,var/lib/eontide}
    cp "$binaries/broker-bridge" "$binaries/spawn" "$image/usr/local/bin/"
    copy_with_libraries "$image" "$binaries/broker-bridge" "$binaries/spawn"
    [ ! -e /etc/ssl/certs/ca-certificates.crt ] || cp /etc/ssl/certs/ca-certificates.crt "$image/etc/ssl/certs/"
    # The user of the image must own the place of its history.
    tar -C "$image" --owner=10001 --group=10001 -c . | docker import \
        --change 'ENV PATH=/usr/local/bin' \
        --change 'ENV EONTIDE_DATA_DIR=/var/lib/eontide' \
        --change 'USER 10001:10001' \
        --change 'ENTRYPOINT ["/usr/local/bin/broker-bridge"]' - "$EONTIDE_IMAGE" >/dev/null
}

# copy_with_libraries IMAGE PROGRAM...: the shared libraries and the loader, at their own paths. None for a static one.
copy_with_libraries() {
    local image=$1 library
    shift
    for library in $({ ldd "$@" 2>/dev/null || true; } | grep -o '/[^ ]*\.so[^ ]*' | sort -u); do
        install -D "$(readlink -f "$library")" "$image$library"
    done
}

# wait_for WHAT COMMAND...: polls until the command succeeds, 60 s at most.
wait_for() {
    local what=$1 deadline=$((SECONDS + 60))
    shift
    until "$@" >/dev/null 2>&1; do
        [ "$SECONDS" -lt "$deadline" ] || { say "gave up waiting for $what"; return 1; }
        sleep 0.2
    done
}

container() { compose ps --quiet "$1"; }
health_of() { docker inspect --format '{{.State.Health.Status}}' "$(container "$1")"; }
is_healthy() { [ "$(health_of "$1")" = healthy ]; }
wait_healthy() { wait_for "$1 to be healthy" is_healthy "$1" || show_and_exit; }
channel_is_listed() {
    curl --fail --silent --max-time 2 "http://127.0.0.1:$PORT/api/v1/channels" | grep -q "\"$channel\""
}

show_and_exit() {
    compose ps >&2 || true
    compose logs --tail 40 >&2 || true
    exit 1
}

# The broker's port is open inside the network and not on this machine; its data lies in the volume.
check_broker() {
    docker exec "$(container nats)" busybox test -d /data/nats-data/jetstream \
        || fail "JetStream does not keep its data in the volume"
    [ -z "$(docker port "$(container nats)")" ] || fail "the broker's port is published"
    docker exec "$(container nats)" wget -q -O - http://127.0.0.1:8222/varz | grep -q '"host": "0.0.0.0"' \
        || fail "the broker does not listen inside the network"
}

# History outlives the broker's container, and everybody finds it again.
check_restart() {
    compose restart nats
    wait_healthy nats
    wait_for "the channel after the broker's restart" channel_is_listed || show_and_exit
    wait_healthy bridge
}

# Each must end by itself on SIGTERM: 137 would mean that it had to be killed.
check_stop() {
    local service code ids=()
    for service in nats bridge spawn; do ids+=("$service=$(container "$service")"); done
    compose stop
    for service in "${ids[@]}"; do
        code=$(docker inspect --format '{{.State.ExitCode}}' "${service#*=}")
        [ "$code" -eq 0 ] || { compose logs --tail 20 >&2; fail "${service%%=*} ended with $code"; }
    done
}

clean_up() {
    local code=$?
    set +e
    compose down --volumes --timeout 10 >/dev/null 2>&1
    docker image rm "$NATS_IMAGE" "$EONTIDE_IMAGE" >/dev/null 2>&1
    if [ -n "$dockerd_pid" ]; then
        kill "$dockerd_pid" 2>/dev/null
        wait "$dockerd_pid" 2>/dev/null
    fi
    rm -rf "$work"
    exit "$code"
}

main "$@"
