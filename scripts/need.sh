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
