#!/usr/bin/env python3
"""Measures what docs/performance.md quotes. Linux, Python 3, nothing else.

    python3 Benchmarks/bench.py [ready|memory|save|reload|ping ...]

Each figure is the median of five; the least and the greatest stand beside it. MOONTIDE names the program, or else it
is what `make release` made.
"""

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
PROGRAM = os.environ.get("MOONTIDE") or os.path.join(HERE, "..", ".build-release", "release", "moontide")
HELLO = os.path.join(HERE, "..", "scripts", "hello", "hello.lua")
ROUNDS = 5
PATIENCE = 20


class Process:
    """A child of the program under test, its output read line by line."""

    def __init__(self, *arguments, core=None, **environment):
        pin = (lambda: os.sched_setaffinity(0, {core})) if core is not None else None
        self.began = time.monotonic()
        self.child = subprocess.Popen(
            [PROGRAM, *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, preexec_fn=pin,
            env={**os.environ, **environment})
        self.pid = self.child.pid
        self.rest = b""

    def wait_for(self, pattern):
        """The match in the next line that has one, and the moment it was read."""
        deadline = time.monotonic() + PATIENCE
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
                sys.exit(f"no line with {pattern!r} in {PATIENCE} s; there was: {seen}")
            part = os.read(self.child.stdout.fileno(), 65536)
            if not part:
                sys.exit(f"the program ended; it said: {seen}")
            self.rest += part

    def cpu(self):
        """Seconds of processor time used, by all threads."""
        with open(f"/proc/{self.pid}/stat") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

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


def ready():
    """From the start of the process until the gateway's READY was taken in."""
    took = []
    with sandbox() as (_, _, environment), folder() as data:
        for _ in range(ROUNDS):
            with running("run", HELLO, "--data", data, **environment) as bot:
                took.append((bot.wait_for("connected as ")[1] - bot.began) * 1000)
                bot.wait_for("ready: ")
    report("start to READY", took, "ms")


def memory():
    """Resident memory of an idle bot, 2 s after it was ready."""
    sizes, own = [], []
    with sandbox() as (_, _, environment), folder() as data:
        for _ in range(ROUNDS):
            with running("run", HELLO, "--data", data, **environment) as bot:
                bot.wait_for("ready: ")
                time.sleep(2)
                sizes.append(bot.resident())
                own.append(bot.resident("RssAnon"))
    report("idle memory", sizes, "MB")
    report("  of it not pages of the program's files", own, "MB")


def answering(path, text):
    """Saves the demo's bot with another answer to !ping, by renaming as editors do. Gives the moment of the save."""
    with open(HELLO) as file:
        source = file.read()
    changed = source.replace('"pong"', f'"{text}"')
    if changed == source:
        sys.exit("the demo's bot no longer answers pong")
    with open(path + ".new", "w") as file:
        file.write(changed)
    os.rename(path + ".new", path)
    return time.monotonic()


def save():
    """From a save to the new answer, in `moontide dev` as it is: it looks every 50 ms and lets a file rest for 80."""
    whole, taken, answered = [], [], []
    with folder() as place:
        path = os.path.join(place, "hello.lua")
        answering(path, "answer 0")
        with running("dev", path, "--port", "0", "--no-rate-limits") as bot:
            page = Page(int(bot.wait_for(r"Chat with the bot: http://[^:]+:(\d+)")[0][1]))
            bot.wait_for("ready: ")
            page.follow()
            with page.connect() as posting:
                for number in range(1, ROUNDS + 1):
                    time.sleep(0.5 + 0.013 * number)
                    saved = answering(path, f"answer {number}")
                    loaded = page.event(b"notice", b'"reloaded"')
                    posting.sendall(page.post(page.channels[0]))
                    done = page.event(b"message", b'"answer %d"' % number)
                    posting.recv(65536)
                    whole.append((done - saved) * 1000)
                    taken.append((loaded - saved) * 1000)
                    answered.append((done - loaded) * 1000)
    report("save to new answer", whole, "ms")
    report("  save until the new version is in", taken, "ms")
    report("  !ping posted until its answer is seen", answered, "ms")


def reload():
    """From SIGHUP until the program says that the changed pack is in, watching off: the reload alone, from outside."""
    took = []
    with sandbox() as (_, page, environment), folder() as place, page.connect() as posting:
        path = os.path.join(place, "hello.lua")
        answering(path, "answer 0")
        with running("run", path, "--no-watch", "--data", place, **environment) as bot:
            bot.wait_for("ready: ")
            page.follow()
            for number in range(1, ROUNDS + 1):
                time.sleep(0.3)
                answering(path, f"answer {number}")
                began = time.monotonic()
                bot.child.send_signal(signal.SIGHUP)
                took.append((bot.wait_for("reloaded")[1] - began) * 1000)
                posting.sendall(page.post(page.channels[0]))
                page.event(b"message", b'"answer %d"' % number)
                posting.recv(65536)
    report("reload", took, "ms", 2)


def burst(page, seconds, window):
    """Keeps `window` unanswered !pings in the server for a while. Gives how many answers came, and in what time.

    They go out over one connection a channel, since a bot's answers within a channel are sent one after the other.
    """
    requests = [page.post(channel) for channel in page.channels]
    lines = [page.connect() for _ in requests]
    sent = answers = 0
    tail = b""
    token = b'"content":"pong"'
    began = time.monotonic()
    last = began
    while True:
        now = time.monotonic()
        if now - began < seconds:
            room = window - (sent - answers)
            if room >= len(lines):
                share = room // len(lines)
                for line, request in zip(lines, requests):
                    line.sendall(request * share)
                sent += share * len(lines)
        elif answers >= sent:
            break
        if now - last > PATIENCE:
            sys.exit(f"{sent} sent, {answers} answered, and no more come")
        for readable in select.select([page.stream, *lines], [], [], 1)[0]:
            part = readable.recv(1 << 20)
            if not part:
                sys.exit("the server ended a connection")
            if readable is page.stream:
                tail += part
                found = tail.count(token)
                if found:
                    answers += found
                    last = time.monotonic()
                    tail = tail[tail.rindex(token) + len(token):]
                else:
                    tail = tail[-100_000:]
    for line in lines:
        line.close()
    return answers, last - began


def unanswered(page, count):
    """Says `count` things that no command takes, then !ping in the same channel, and waits for its answer."""
    channel = page.channels[0]
    step = 40
    with page.connect() as line:
        for _ in range(count // step):
            line.sendall(page.post(channel, "nothing for a bot") * step)
            heads = 0
            tail = b""
            while heads < step:
                tail += line.recv(1 << 20)
                heads = tail.count(b"HTTP/1.1 200")
        line.sendall(page.post(channel))
        page.event(b"message", b'"content":"pong"')


def ping():
    """!ping answers a second: the bot alone on core 1, the server and this program together on core 0."""
    if os.cpu_count() < 2:
        sys.exit("two cores are needed")
    os.sched_setaffinity(0, {0})
    rate, cost, busy, server_cost, own_cost, heard = [], [], [], [], [], []
    with sandbox(core=0) as (server, page, environment), folder() as data:
        with running("run", HELLO, "--data", data, "--no-watch", core=1, **environment) as bot:
            bot.wait_for("ready: ")
            page.follow()
            burst(page, 1, 48)
            for _ in range(ROUNDS):
                before = bot.cpu(), server.cpu(), time.process_time()
                answers, seconds = burst(page, 4, 48)
                after = bot.cpu(), server.cpu(), time.process_time()
                used = [b - a for a, b in zip(before, after)]
                rate.append(answers / seconds)
                cost.append(used[0] / answers * 1e6)
                busy.append(used[0] / seconds * 100)
                server_cost.append(used[1] / answers * 1e6)
                own_cost.append(used[2] / answers * 1e6)
            for _ in range(ROUNDS):
                before = bot.cpu()
                unanswered(page, 8000)
                heard.append((bot.cpu() - before) / 8000 * 1e6)
    os.sched_setaffinity(0, set(range(os.cpu_count())))
    report("!ping answers a second", rate, "1/s", 0)
    report("  processor time of the bot an answer", cost, "µs", 0)
    report("  and for a message it does not answer", heard, "µs", 0)
    report("  the bot's core in use", busy, "%", 0)
    report("  processor time of the server an answer", server_cost, "µs", 0)
    report("  processor time of this program an answer", own_cost, "µs", 0)


ALL = {"ready": ready, "memory": memory, "save": save, "reload": reload, "ping": ping}

if __name__ == "__main__":
    names = sys.argv[1:] or list(ALL)
    if unknown := [name for name in names if name not in ALL]:
        sys.exit(f"no such measurement: {' '.join(unknown)}; there are {' '.join(ALL)}")
    if not os.access(PROGRAM, os.X_OK):
        sys.exit("there is no release build yet: make release")
    for name in names:
        ALL[name]()
