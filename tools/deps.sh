#!/bin/sh
# Installs what a build (and, with the word "test", a test run) needs and this machine does not have.
#
#   tools/deps.sh          what a build needs: Lua 5.4, libedit, zlib, pkg-config, git
#   tools/deps.sh test     also Chromium and its driver, for the test that uses the chat page in a browser
#
# Nothing is installed twice, and nothing is fetched when nothing is missing. Where something cannot be installed, one
# message says what to do next, and the exit code is 1.
set -u

for_tests=no
for word in "$@"; do
    case $word in
        test) for_tests=yes ;;
        *)
            echo "deps: unknown word \"$word\"; use: tools/deps.sh [test]" >&2
            exit 2
            ;;
    esac
done

say() { printf 'deps: %s\n' "$*"; }
stop() {
    printf 'deps: %s\n' "$*" >&2
    exit 1
}
have() { command -v "$1" >/dev/null 2>&1; }

# --- Swift -----------------------------------------------------------------------------------------------------------

swift=${SWIFT:-swift}
have "$swift" || stop "Swift 6.2 or newer is needed and \"$swift\" is not on the PATH.
      Next: install it from https://www.swift.org/install, then run make again."

said=$("$swift" --version 2>&1) || stop "\"$swift\" is there and does not run: $(echo "$said" | tail -n 1)
      Next: install what https://www.swift.org/install lists for this system, then run make again."
version=$(echo "$said" | sed -n 's/.*Swift version \([0-9][0-9]*\.[0-9][0-9]*\).*/\1/p' | head -n 1)
major=${version%%.*}
minor=${version#*.}
if [ -n "$version" ] && { [ "$major" -lt 6 ] || { [ "$major" -eq 6 ] && [ "$minor" -lt 2 ]; }; }; then
    stop "Swift 6.2 or newer is needed; this is Swift $version.
      Next: install a newer one from https://www.swift.org/install, then run make again."
fi

# --- macOS -----------------------------------------------------------------------------------------------------------

if [ "$(uname -s)" = Darwin ]; then
    have brew || stop "Homebrew is needed to install Lua 5.4 and libedit.
      Next: install it from https://brew.sh, then run make again."
    wanted=
    have pkg-config || wanted="$wanted pkgconf"
    brew list --versions lua@5.4 >/dev/null 2>&1 || wanted="$wanted lua@5.4"
    brew list --versions libedit >/dev/null 2>&1 || wanted="$wanted libedit"
    if [ $for_tests = yes ] && ! have chromedriver; then wanted="$wanted chromedriver"; fi
    [ -n "$wanted" ] || exit 0
    say "installing with brew:$wanted"
    # shellcheck disable=SC2086
    brew install $wanted || stop "brew could not install:$wanted. Its message is above."
    exit 0
fi

# --- Linux -----------------------------------------------------------------------------------------------------------

# What counts is that the thing works, so a library that came from elsewhere than apt is as good.
missing=
have git || missing="$missing git ca-certificates"
have pkg-config || missing="$missing pkg-config"
if have pkg-config; then
    pkg-config --exists lua5.4 || missing="$missing liblua5.4-dev"
    pkg-config --exists libedit || missing="$missing libedit-dev"
    pkg-config --exists zlib || missing="$missing zlib1g-dev"
else
    for package in liblua5.4-dev libedit-dev zlib1g-dev; do
        dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null | grep -q '^installed$' ||
            missing="$missing $package"
    done
fi
if [ $for_tests = yes ]; then
    have chromium || missing="$missing chromium"
    have chromedriver || missing="$missing chromium-driver"
fi
[ -n "$missing" ] || exit 0

have apt-get || stop "missing:$missing (the names are Debian's), and this machine has no apt-get.
      Next: install them with this system's package manager, then run make again."

as_root=
if [ "$(id -u)" -ne 0 ]; then
    have sudo || stop "missing:$missing, and only root can install them (there is no sudo).
      Next, as root: apt-get install$missing"
    as_root=sudo
    say "sudo may ask for your password"
fi

say "installing with apt-get:$missing"
log=$(mktemp) || exit 1
trap 'rm -f "$log"' EXIT
# shellcheck disable=SC2086
if ! { $as_root apt-get update -q && $as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get install -q -y --no-install-recommends $missing; } >"$log" 2>&1; then
    tail -n 15 "$log" >&2
    stop "apt-get could not install:$missing. Its last lines are above.
      Next: mend that, or run by hand: ${as_root:+$as_root }apt-get install$missing"
fi
say "installed:$missing"
