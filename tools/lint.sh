#!/bin/sh
# Looks at every tracked file, and at new ones that are not ignored: the form of Swift sources (.swift-format), and in
# all text no tabs where they are not needed, no blanks at a line's end, no paths of one machine. Exit 1 if it finds any.
set -u
cd "$(dirname "$0")/.." || exit 1
swift=${SWIFT:-swift}
found=0

files() { git ls-files --cached --others --exclude-standard -- "$@" | while read -r f; do [ -f "$f" ] && echo "$f"; done; }

# complain TITLE LINES: prints both if there are any lines.
complain() {
    [ -n "$2" ] || return 0
    printf 'lint: %s\n%s\n' "$1" "$2"
    found=1
}

text=$(files . ':!*.png' ':!*.ico' ':!Fuzz/corpus')
# shellcheck disable=SC2086
complain "blanks at the end of a line" "$(grep -nIE '[[:blank:]]+$' $text /dev/null | head -20)"
# shellcheck disable=SC2086
complain "tabs (only a Makefile needs them)" \
    "$(grep -nIP '\t' $(echo "$text" | grep -v 'Makefile$') /dev/null | head -20)"
# shellcheck disable=SC2086
complain "a path that exists on one machine only" \
    "$(grep -nIE '(^|[^A-Za-z0-9_.}])/(hom[e]|roo[t]|wor[k]|User[s]|opt/swif[t])/' $text /dev/null | head -20)"
complain "files that do not end with a line break" \
    "$(for f in $text; do [ -s "$f" ] && [ -n "$(tail -c 1 "$f")" ] && echo "$f"; done)"

if "$swift" format --version >/dev/null 2>&1; then
    # shellcheck disable=SC2046
    "$swift" format lint --strict --parallel --configuration .swift-format $(files '*.swift') || found=1
else
    echo "lint: this toolchain has no \"swift format\"; the form of the Swift sources was not looked at"
fi

if [ $found -ne 0 ]; then
    echo 'lint: failed; "make format" mends what is a matter of form in Swift' >&2
    exit 1
fi
echo "lint: $(echo "$text" | wc -l | tr -d ' ') files, nothing found"
