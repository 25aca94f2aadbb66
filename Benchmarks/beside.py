"""Our program beside its peers, the same job each, in one run: the bot alone on core 1, the load generator on core 0.

Each round starts each bot anew, in another order; figures are medians over the rounds.
"""

import contextlib
import json
import os
import sys
import time

from common import BUILD, HERE, PROGRAM, ROUNDS, Process, folder

LOAD = os.path.join(BUILD, "release", "moontide-load")
MICRO = os.path.join(BUILD, "release", "moontide-micro")
PYTHON = os.path.join(BUILD, "venv", "bin", "python")
PEERS = os.path.join(HERE, "peers")

#: Name: how it is started, whose shapes it needs, what it says when READY has been handled.
BOTS = {
    "Moontide": ([PROGRAM, "run", os.path.join(PEERS, "ping.lua"), "--no-watch"], "fluxer", "connected as "),
    "fluxer.py": ([PYTHON, "-B", os.path.join(PEERS, "fluxer_py_bot.py")], "fluxer", "^connected"),
    "discord.py": ([PYTHON, "-B", os.path.join(PEERS, "discord_py_bot.py")], "discord", "^connected"),
}

WINDOW = 48
FLOOD = (20_000, 4_000)
STEADY = (2_000, 3)
OPEN = (200, 4)


class Load(Process):
    """The load generator."""

    def __init__(self, dialect, *options):
        super().__init__("serve", "--dialect", dialect, *options, program=[LOAD], core=0)
        self.port = int(self.wait_for(r'"port": (\d+)')[0][1])
        self.address = {"FLUXER_API": f"http://127.0.0.1:{self.port}/v1", "FLUXER_TOKEN": "1400000000000000001.made-up"}

    def ask(self, *words, patience=60):
        """Runs a scenario and gives what it came to."""
        name = str(words[0])
        self.say(" ".join(str(word) for word in words))
        match, _ = self.wait_for(rf'^{{"event": "(?:{name}|failed|disconnected)".*', patience)
        answer = json.loads(match[0])
        if answer["event"] != name:
            sys.exit(f"{' '.join(map(str, words))}: {answer}")
        return answer


@contextlib.contextmanager
def bot(name, *options, **environment):
    """A load generator and a bot that has answered once: both, and the seconds from the bot's start to its READY."""
    command, dialect, ready = BOTS[name]
    load = Load(dialect, *options)
    try:
        with folder() as data:
            where = ["--data", data] if name == "Moontide" else []
            process = Process(*where, program=command, core=1, **load.address, **environment)
            try:
                took = process.wait_for(ready)[1] - process.began
                load.ask("probe")
                yield load, process, took
            finally:
                process.end()
    finally:
        load.end()


def order(round_number):
    """The bots, each round beginning with another one."""
    names = list(BOTS)
    return names[round_number % len(names):] + names[:round_number % len(names)]


def one(name):
    """All figures of one bot in one round."""
    with bot(name) as (load, process, took):
        time.sleep(1.5)
        found = {"ready": took * 1000, "idle": process.resident()}
        load.ask("closed", WINDOW, 1)
        load.ask("flood", 2_000, 2_000)

        before = process.cpu()
        events = load.ask("flood", *FLOOD)["events"]
        found["burst"] = (process.cpu() - before) / events * 1e6

        before = process.cpu()
        events = load.ask("steady", *STEADY)["events"]
        found["steady"] = (process.cpu() - before) / events * 1e6

        before, server = process.cpu(), load.cpu()
        closed = load.ask("closed", WINDOW, 3)
        found["rate"] = closed["rate"]
        found["answer"] = (process.cpu() - before) / closed["answers"] * 1e6
        found["busy"] = (process.cpu() - before) / closed["seconds"] * 100
        found["server"] = (load.cpu() - server) / closed["seconds"] * 100

        answers = load.ask("open", *OPEN)
        found["p50"], found["p99"] = answers["p50"], answers["p99"]
        return found


def bots(rounds=ROUNDS):
    """Figures of every bot: name, then what was measured, then one value a round."""
    found = {name: {} for name in BOTS}
    for number in range(rounds):
        for name in order(number):
            for what, value in one(name).items():
                found[name].setdefault(what, []).append(value)
            print(f"  round {number + 1} of {rounds}: {name}", file=sys.stderr, flush=True)
    return found


def world(members, rounds=ROUNDS):
    """MB of each bot that knows 1,000 guilds of 50 channels and 20 roles, and `members` members each."""
    found = {name: {"world": [], "peak": []} for name in BOTS}
    for number in range(rounds):
        for name in order(number):
            environment = {"MEMBERS": "1"} if members else {}
            with bot(name, "--guilds", "1000", "--members", str(members), **environment) as (load, process, _):
                load.ask("probe")
                time.sleep(2)
                found[name]["world"].append(process.resident())
                found[name]["peak"].append(process.resident("VmHWM"))
    return found


def http():
    """What HTTP clients take of the processor for a post, without a bot around them, on the bot's core: ours and
    AsyncHTTPClient."""
    load = Load("fluxer")
    try:
        found = {}
        for name, options in (("own", []), ("general", ["--general"])):
            client = Process(
                "http", "--api", load.address["FLUXER_API"], "--window", str(WINDOW), "--json", *options,
                program=[MICRO], core=1)
            found[name] = json.loads(client.wait_for(r'^{"name": "the HTTP client.*')[0][0])
            client.end()
        return found
    finally:
        load.end()


def limit():
    """What the generator itself can do: posts a second of a bot that does nothing, and frames a second to it."""
    load = Load("fluxer", "--no-echo")
    try:
        null = Process("bot", "--port", str(load.port), program=[LOAD], core=1)
        null.wait_for("ready")
        time.sleep(0.5)
        load.ask("closed", WINDOW, 1)
        posts, frames, busy = [], [], []
        for _ in range(ROUNDS):
            before = load.cpu()
            closed = load.ask("closed", WINDOW, 2)
            busy.append((load.cpu() - before) / closed["seconds"] * 100)
            posts.append(closed["rate"])
            frames.append(load.ask("flood", 200_000, 20_000)["rate"])
        null.end()
        return {"posts": posts, "frames": frames, "busy": busy}
    finally:
        load.end()


def micro():
    """Lines of moontide-micro, on the bot's core."""
    process = Process("--json", program=[MICRO], core=1)
    try:
        out, _ = process.child.communicate(timeout=300)
    finally:
        if process.child.poll() is None:
            process.child.kill()
    if process.child.returncode != 0:
        sys.exit(f"moontide-micro ended with {process.child.returncode}: {out.decode()}")
    return [json.loads(line) for line in out.decode().splitlines() if line.startswith("{")]
