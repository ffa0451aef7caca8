#!/bin/sh
# Checks nats.conf with the real server: as shipped, and with its authorization part turned on.
#
# The second half is what keeps an example that nobody runs from rotting: it takes the `#` off exactly as the file tells
# people to, and makes sure that something was taken off.

set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
server=$("$root/scripts/nats-server.sh")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

check() {
    "$server" -t -c "$1" >"$work/said" 2>&1 || {
        printf 'check-nats-conf.sh: %s is not valid:\n' "$2" >&2
        cat "$work/said" >&2
        exit 1
    }
}

check "$root/nats.conf" nats.conf

sed '/^## begin authorization/,/^## end authorization/ s/^# \{0,1\}//' "$root/nats.conf" >"$work/auth.conf"
grep -q '^authorization {' "$work/auth.conf" || {
    echo 'check-nats-conf.sh: nats.conf has no authorization part between its two marks' >&2
    exit 1
}

# Every password variable that the file names, quoted as it says.
# shellcheck disable=SC2016 # the dollar sign is looked for, not expanded
for variable in $(grep -o '\$EONTIDE_[A-Z0-9_]*' "$work/auth.conf" | tr -d '$' | sort -u); do
    export "$variable=\"secret-of-$variable\""
done
check "$work/auth.conf" 'nats.conf with authorization'

echo 'nats.conf is valid, with and without authorization'
