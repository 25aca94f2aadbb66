"""What the measurements share: children whose output and processor time are read, the chat page's calls, the table."""

import contextlib
import json
import os
import re
import select
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
BUILD = os.path.join(HERE, "..", ".build-bench")
PROGRAM = os.environ.get("MOONTIDE") or os.path.join(BUILD, "moontide")
HELLO = os.path.join(HERE, "..", "scripts", "hello", "hello.lua")
ROUNDS = int(os.environ.get("ROUNDS") or 5)
PATIENCE = 20


class Process:
    """A child, its output read line by line; our program, or `program`."""

    def __init__(self, *arguments, core=None, program=None, **environment):
        command = [*(program or [PROGRAM]), *arguments]
        if core is not None:
            command = ["taskset", "-c", str(core), *command]
        self.began = time.monotonic()
        self.child = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            env={**os.environ, **environment})
        self.pid = self.child.pid
        self.rest = b""

    def say(self, line):
        """Writes a line to the child's standard input."""
        self.child.stdin.write(line.encode() + b"\n")
        self.child.stdin.flush()

    def wait_for(self, pattern, patience=PATIENCE):
        """The match in the next line that has one, and the moment it was read."""
        deadline = time.monotonic() + patience
        seen = []
        while True:
            while b"\n" in self.rest:
                line, self.rest = self.rest.split(b"\n", 1)
                text = line.decode()
                seen.append(text)
                if match := re.search(pattern, text):
                    return match, time.monotonic()
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self.child.stdout], [], [], left)[0]:
                sys.exit(f"no line with {pattern!r} in {patience} s; there was: {seen}")
            part = os.read(self.child.stdout.fileno(), 65536)
            if not part:
                sys.exit(f"the program ended; it said: {seen}")
            self.rest += part

    def cpu(self):
        """Seconds of processor time used, by all threads: the process's own clock, to the nanosecond."""
        return time.clock_gettime((~self.pid << 3) | 2)

    def resident(self, what="VmRSS"):
        """MB (a million bytes) of memory present: all, or RssAnon, or RssFile. The system counts in 1,024 bytes."""
        with open(f"/proc/{self.pid}/status") as file:
            return int(re.search(what + r":\s+(\d+) kB", file.read())[1]) * 1024 / 1e6

    def end(self):
        self.child.send_signal(signal.SIGTERM)
        try:
            self.child.wait(10)
        except subprocess.TimeoutExpired:
            self.child.kill()
            self.child.wait()
        self.child.stdout.close()
        self.child.stdin.close()


@contextlib.contextmanager
def running(*arguments, **options):
    process = Process(*arguments, **options)
    try:
        yield process
    finally:
        process.end()


@contextlib.contextmanager
def sandbox(core=None):
    """The server alone: its port, and the environment a bot needs."""
    with running("sandbox", "--port", "0", "--no-rate-limits", core=core) as process:
        port = int(process.wait_for(r"Chat page: http://[^:]+:(\d+)")[0][1])
        api = process.wait_for(r"FLUXER_API=(\S+)")[0][1]
        token = process.wait_for(r"FLUXER_TOKEN=(\S+)")[0][1]
        yield process, Page(port), {"FLUXER_API": api, "FLUXER_TOKEN": token}


@contextlib.contextmanager
def folder():
    path = tempfile.mkdtemp()
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


class Page:
    """What the chat page does, over its own HTTP calls."""

    def __init__(self, port):
        self.port = port
        self.state = json.loads(self.get("/_sandbox/state"))
        self.user = next(user["id"] for user in self.state["users"] if user["id"] != self.state["bot"]["id"])
        self.channels = [channel["id"] for channel in self.state["channels"]]
        self.stream = None
        self.rest = b""

    def connect(self):
        connection = socket.create_connection(("127.0.0.1", self.port))
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection

    def get(self, path):
        import urllib.request

        return urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}").read()

    def follow(self):
        """From now on events can be read."""
        cursor = json.loads(self.get("/_sandbox/state"))["cursor"]
        self.stream = self.connect()
        self.stream.sendall(
            f"GET /_sandbox/events?after={cursor} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n\r\n".encode())

    def post(self, channel, content="!ping"):
        """The bytes of a request that says something in a channel."""
        body = json.dumps({"channel_id": channel, "user_id": self.user, "content": content})
        return (f"POST /_sandbox/messages HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n"
                f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body}").encode()

    def event(self, name, what):
        """Waits for an event of this name with this text in it, and gives the moment it was read."""
        wanted = re.compile(rb"event: " + name + rb"\ndata: [^\n]*" + what)
        deadline = time.monotonic() + PATIENCE
        while True:
            if match := wanted.search(self.rest):
                self.rest = self.rest[match.end():]
                return time.monotonic()
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self.stream], [], [], left)[0]:
                sys.exit(f"no event {name!r} with {what!r}; there was {self.rest[-2000:]!r}")
            part = self.stream.recv(65536)
            if not part:
                sys.exit("the server ended the stream of events")
            self.rest += part


def report(name, values, unit, digits=1):
    values = sorted(values)
    print(f"{name:<46} {statistics.median(values):>9.{digits}f} {unit}   "
          f"({values[0]:.{digits}f} to {values[-1]:.{digits}f}, {len(values)} rounds)", flush=True)
