# shellcheck shell=sh
# Sourced by the other scripts: finds what they need, installs it on Debian where we may, else says what to install.

say() { printf '%s\n' "$*" >&2; }
die() { say "$@"; exit 1; }

# install PACKAGE...: with apt where we may, else says what to do.
install() {
    if command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
        say "installing $*"
        apt-get install -y -qq --no-install-recommends "$@" >/dev/null 2>&1 ||
            { apt-get update -qq >/dev/null && apt-get install -y -qq --no-install-recommends "$@" >/dev/null; } ||
            die "could not install $*: install it by hand, then run this again"
        return
    fi
    die "missing: install $* (on Debian: sudo apt-get install $*), then run this again"
}

# need PROGRAM PACKAGE...: PROGRAM is on PATH afterwards.
need() {
    program=$1
    shift
    command -v "$program" >/dev/null 2>&1 || install "$@"
}

need_rust() {
    command -v cargo >/dev/null 2>&1 || die "cargo is missing: install Rust from https://rustup.rs, then run this again"
    need cc build-essential
}

# debian_program PACKAGE PROGRAM ORIGIN: prints the directory of a program. Where PATH has none, Debian's package is unpacked
# into .tools/ rather than installed: that takes no root, and starts no service.
debian_program() {
    if command -v "$2" >/dev/null 2>&1; then
        dirname "$(command -v "$2")"
        return
    fi
    unpacked=$PWD/.tools/$1/usr/bin
    if [ ! -x "$unpacked/$2" ]; then
        for program in apt-get dpkg; do
            command -v "$program" >/dev/null 2>&1 || die "missing: $2: install it from $3, then run this again"
        done
        say "unpacking Debian's $1 into .tools/ (once)"
        mkdir -p .tools
        # One directory a run, and a rename at the end: several may run at once.
        work=$(mktemp -d "$PWD/.tools/$1.XXXXXX")
        trap 'rm -rf "$work"' EXIT
        fetch() { (cd "$work" && apt-get download -qq "$1" >&2); }
        fetch "$1" 2>/dev/null || { [ "$(id -u)" != 0 ] || apt-get update -qq >&2; fetch "$1"; } ||
            die "could not download Debian's package $1: install it by hand, then run this again"
        dpkg -x "$work/$1"_*.deb "$work/unpacked"
        [ -x "$unpacked/$2" ] || mv "$work/unpacked" ".tools/$1"
    fi
    printf '%s\n' "$unpacked"
}
