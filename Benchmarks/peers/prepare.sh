#!/bin/sh
# The other libraries, of the versions in requirements.txt, in a virtual environment: prepare.sh DIR.
set -eu
requirements=$(dirname "$0")/requirements.txt
if [ -e "$1/done" ] && cmp -s "$requirements" "$1/done"; then exit 0; fi
rm -rf "$1"
python3 -m venv "$1" || {
    echo "bench: no virtual environment could be made. On Debian: apt-get install python3-venv, then make bench again." >&2
    exit 1
}
"$1/bin/python" -m pip install --quiet --disable-pip-version-check -r "$requirements" || {
    echo "bench: the other libraries could not be installed from PyPI; pip's message is above." >&2
    exit 1
}
cp "$requirements" "$1/done"
