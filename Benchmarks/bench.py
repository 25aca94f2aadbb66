#!/usr/bin/env python3
"""Measures what docs/performance.md quotes. Linux, two cores, Python 3; `make bench` prepares what it needs.

    python3 Benchmarks/bench.py [--write] [NAME ...]

Without names everything; names are those of the functions below. Each figure is the median of five (ROUNDS=N: of N), the
least and the greatest beside it. MOONTIDE names another program to measure. With --write the tables go into
docs/performance.md, else they are printed only.
"""

import os
import sys

import beside
import own
import tables
from common import HERE, PROGRAM, ROUNDS, report


def peers():
    """Ignored messages, `!ping`, start and idle memory, beside the peers."""
    found = beside.bots()
    tables.beside(found)


def world():
    """A thousand guilds in memory, beside the peers."""
    rounds = max(1, (ROUNDS + 1) // 2)
    tables.world({members: beside.world(members, rounds) for members in (0, 100)})


def http():
    """The HTTP client alone."""
    tables.http(beside.http())


def limit():
    """What the load generator can do."""
    found = beside.limit()
    report("the generator: answers a second", found["posts"], "1/s", 0)
    report("the generator: frames of 1.4 KB a second", found["frames"], "1/s", 0)
    report("  its core in use at that", found["busy"], "%", 0)
    tables.limit(found)


def micro():
    """Small costs, each alone."""
    tables.micro(beside.micro())


ALL = {
    "peers": peers, "world": world, "http": http, "micro": micro, "limit": limit,
    "ready": own.ready, "memory": own.memory, "save": own.save, "reload": own.reload, "ping": own.ping,
}

if __name__ == "__main__":
    words = sys.argv[1:]
    writes = "--write" in words
    names = [word for word in words if word != "--write"] or list(ALL)
    if unknown := [name for name in names if name not in ALL]:
        sys.exit(f"no such measurement: {' '.join(unknown)}; there are {' '.join(ALL)}")
    if missing := [path for path in (PROGRAM, beside.LOAD, beside.MICRO, beside.PYTHON) if not os.access(path, os.X_OK)]:
        sys.exit(f"not built yet: {' '.join(os.path.relpath(path) for path in missing)}: run make bench")
    if os.cpu_count() < 2:
        sys.exit("two cores are needed")
    for name in names:
        ALL[name]()
    if writes:
        tables.write(os.path.join(HERE, "..", "docs", "performance.md"))
