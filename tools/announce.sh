#!/bin/sh
# Says how long a build takes before the first one starts. Later builds take seconds and need no word.
if [ ! -e "$(dirname "$0")/../.build/debug/moontide" ]; then
    echo "First build: Swift fetches and compiles the libraries, about 4 minutes on two cores. Later ones take seconds."
fi
