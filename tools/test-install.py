#!/usr/bin/env python3
"""Installs the program into an empty folder, moves it, and uses it from there. Linux; run by `make test-install`.

Both kinds are tried, that of `make install` and that of `make install STATIC=1`: version, a bot that answers on the
chat page, and the shared libraries, which must be those that README.md lists. Needs nothing but Python 3 and ldd.
"""

import http.client
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PATIENCE = 30
# The linker itself, the kernel's page, and libc: every program has them.
EVERYWHERE = {"linux-vdso.so.1", "ld-linux-x86-64.so.2", "ld-linux-aarch64.so.1", "libc.so.6", "libm.so.6"}


def fail(kind, sentence):
    sys.exit(f"test-install: {kind}: {sentence}")


def promised(kind):
    """The libraries that README.md lists for a kind."""
    with open(os.path.join(ROOT, "README.md"), encoding="utf-8") as file:
        match = re.search(rf"^libraries, {kind}: (.*(?:\n  .*)*)", file.read(), re.MULTILINE)
    if not match:
        fail(kind, f'README.md has no line "libraries, {kind}: …"')
    return set(match[1].split())


def linked(kind, program):
    output = subprocess.run(["ldd", program], capture_output=True, text=True, check=True).stdout
    names = set()
    for line in output.splitlines():
        name = os.path.basename(line.split()[0])
        if "not found" in line:
            fail(kind, f"{name} is not found from where the program was moved to")
        names.add(name)
    return names - EVERYWHERE


def install(kind, place):
    """Installs below one folder and moves what came of it to another; answers where the program is then."""
    staged, moved = os.path.join(place, "staged"), os.path.join(place, "moved")
    command = ["make", "-s", "install", "PREFIX=/opt/moontide", f"DESTDIR={staged}"]
    if kind == "static":
        command.append("STATIC=1")
    subprocess.run(command, cwd=ROOT, check=True)
    files = [os.path.join(folder, name) for folder, _, names in os.walk(staged) for name in names]
    expected = os.path.join(staged, "opt", "moontide", "bin", "moontide")
    if files != [expected]:
        fail(kind, f"one binary is installed, but there are {files}")
    os.mkdir(moved)
    program = os.path.join(moved, "moontide")
    shutil.move(expected, program)
    shutil.rmtree(staged)
    return program


class Page:
    """What the chat page does, over its own HTTP calls."""

    def __init__(self, port):
        self.port = port

    def call(self, method, path, value=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        body = None if value is None else json.dumps(value)
        connection.request(method, path, body, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        data = answer.read()
        connection.close()
        if answer.status >= 300:
            raise OSError(f"{method} {path}: {answer.status} {data[:200]!r}")
        return data


def converse(kind, program, place):
    """Starts `moontide dev hello.lua` and writes `!ping` until the bot answers."""
    shutil.copy(os.path.join(ROOT, "scripts", "hello", "hello.lua"), place)
    environment = {"PATH": "/usr/bin:/bin", "HOME": place}
    child = subprocess.Popen(
        [program, "dev", "hello.lua", "--port", "0"], cwd=place, env=environment, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True)
    lines = []
    reader = threading.Thread(target=lambda: lines.extend(iter(child.stdout.readline, "")), daemon=True)
    reader.start()
    try:
        deadline = time.monotonic() + PATIENCE
        page = None
        asked = False
        while time.monotonic() < deadline:
            if child.poll() is not None:
                fail(kind, "the bot ended: " + "".join(lines))
            address = re.search(r"Chat with the bot: http://[^:]+:(\d+)", "".join(lines))
            if address and not page:
                page = Page(int(address[1]))
                for path in ("/", "/page.css", "/page.js"):
                    if len(page.call("GET", path)) < 1000:
                        fail(kind, f"the page's {path} is not in the binary")
            if page:
                state = json.loads(page.call("GET", "/_sandbox/state"))
                said = [message for messages in state["messages"].values() for message in messages]
                if any(message["content"] == "pong" for message in said):
                    return
                bot_is_there = any("ready" in line.lower() or "hello" in line for line in lines)
                if bot_is_there and not asked:
                    asked = True
                    person = next(one for one in state["users"] if one["id"] != state["bot"]["id"])
                    page.call("POST", "/_sandbox/messages", {
                        "user_id": person["id"], "channel_id": next(iter(state["messages"])),
                        "content": "!ping"})
            time.sleep(0.05)
        fail(kind, f"no answer to !ping in {PATIENCE} s; the program said: " + "".join(lines))
    finally:
        child.terminate()
        if child.wait(PATIENCE) not in (0, -15):
            fail(kind, f"SIGTERM ended it with {child.returncode}")


def main():
    for kind in ("dynamic", "static"):
        with tempfile.TemporaryDirectory() as place:
            program = install(kind, place)
            elsewhere = os.path.join(place, "elsewhere")
            os.mkdir(elsewhere)
            version = subprocess.run(
                [program, "version"], cwd=elsewhere, env={"PATH": "/usr/bin:/bin"}, capture_output=True, text=True)
            if version.returncode != 0 or not re.match(r"moontide \S+ \(Lua 5\.4", version.stdout):
                fail(kind, f"moontide version: {version.stdout}{version.stderr}")
            there, listed = linked(kind, program), promised(kind)
            if there != listed:
                fail(kind, f"README.md lists {sorted(listed - there)} too much and lacks {sorted(there - listed)}")
            converse(kind, program, elsewhere)
            size = os.path.getsize(program) / 1e6
            print(f"test-install: {kind}: {version.stdout.strip()}, {size:.1f} MB, {len(there)} libraries as listed, "
                  "answered !ping from another folder")


main()
