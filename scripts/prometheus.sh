#!/bin/sh
# Prints the directory of `prometheus` and `promtool`, which the end-to-end tests compare our PromQL with.
#
#   PATH=$(scripts/prometheus.sh):$PATH
#
# Where PATH has none, Debian's package is unpacked into .tools/ rather than installed: that takes no root, and starts no
# service.
set -eu
cd "$(dirname "$0")/.."
. scripts/need.sh

bin=$PWD/.tools/prometheus/usr/bin
if command -v prometheus >/dev/null 2>&1 && command -v promtool >/dev/null 2>&1; then
    dirname "$(command -v prometheus)"
    exit 0
fi
if [ ! -x "$bin/promtool" ]; then
    for program in apt-get dpkg; do
        command -v "$program" >/dev/null 2>&1 ||
            die "missing: prometheus and promtool: install them from https://prometheus.io/download/, then run this again"
    done
    say "unpacking Debian's prometheus into .tools/ (once, some 100 MB)"
    mkdir -p .tools
    # One directory a run, and a rename at the end: several may run at once.
    work=$(mktemp -d "$PWD/.tools/prometheus.XXXXXX")
    trap 'rm -rf "$work"' EXIT
    fetch() { (cd "$work" && apt-get download -qq prometheus >&2); }
    fetch 2>/dev/null || { [ "$(id -u)" != 0 ] || apt-get update -qq >&2; fetch; } ||
        die "could not download Debian's package prometheus: install it by hand, then run this again"
    dpkg -x "$work"/prometheus_*.deb "$work/unpacked"
    [ -x "$bin/promtool" ] || mv "$work/unpacked" .tools/prometheus
fi
printf '%s\n' "$bin"
