"""Our program alone, against its own sandbox: start, memory, saves, reloads, and the whole way of a `!ping`."""

import os
import select
import signal
import sys
import time

from common import HELLO, PATIENCE, ROUNDS, folder, report, running, sandbox, Page


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
