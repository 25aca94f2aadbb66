"""Tables of Markdown: printed, and put between the marks of docs/performance.md."""

import re
import statistics
import sys

OURS = "Moontide"
PEERS = ("fluxer.py", "discord.py")

_made = {}


def _number(value, digits):
    return f"{value:,.{digits}f}"


def _cell(values, digits):
    values = sorted(values)
    return (f"{_number(statistics.median(values), digits)} "
            f"({_number(values[0], digits)} to {_number(values[-1], digits)})")


def _ratio(found, what, peer, higher_is_better=False):
    """How many times better ours is than the peer, round by round."""
    pairs = zip(found[OURS][what], found[peer][what])
    return statistics.median(a / b if higher_is_better else b / a for a, b in pairs)


def _add(name, head, rows):
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += ["| " + " | ".join(row) + " |" for row in rows]
    _made[name] = "\n".join(lines)
    print("\n" + _made[name] + "\n", flush=True)


#: What, its name in the table, the goal, digits, whether more is better.
BESIDE = [
    ("burst", "processor time of a message that nobody answers, in bursts, µs", "6; a quarter of fluxer.py's", 1, False),
    ("steady", "the same at 2,000 a second, µs", "", 1, False),
    ("answer", "processor time of an answered `!ping`, µs", "", 0, False),
    ("whole", "so many answers a second would fill one core", "5 times the better peer's, 2 at least", 0, True),
    ("rate", "answers a second in fact, 48 under way", "", 0, True),
    ("busy", "its core in use meanwhile, %", "", 0, None),
    ("p50", "`!ping` until its answer at 200 a second, half of them, ms", "", 2, False),
    ("p99", "the same, 99 of 100, ms", "a fifth of the better peer's", 2, False),
    ("ready", "start to READY, ms", "80", 0, False),
    ("idle", "idle memory, MB", "30", 1, False),
]


def _rows(found, what, name, goal, digits, more):
    row = [name, goal, *(_cell(found[who][what], digits) for who in (OURS, *PEERS))]
    if more is None:
        return row + ["", ""]
    return row + [f"{_ratio(found, what, peer, more):.1f}" for peer in PEERS]


_HEAD = ["what", "goal", OURS, *PEERS, "times better than fluxer.py", "than discord.py"]


def beside(found):
    for who in found.values():
        who["whole"] = [1e6 / value for value in who["answer"]]
    _add("beside", _HEAD, [_rows(found, *line) for line in BESIDE])
    _made["_answer"] = statistics.median(found[OURS]["answer"])


def world(found):
    rows = []
    for members, each in found.items():
        name = "memory with 1,000 guilds of 50 channels and 20 roles, MB"
        if members:
            name = f"  and {members} members each, MB"
        rows.append(_rows(each, "world", name, "75" if members else "45", 0, False))
        rows.append(_rows(each, "peak", "  the most it had meanwhile, MB", "", 0, False))
    _add("world", _HEAD, rows)


def http(found):
    own, whole = found["own"], _made.get("_answer")
    rows = [
        [name, f"{each['median']:.0f} ({each['least']:.0f} to {each['greatest']:.0f})"]
        for name, each in (
            ("our HTTP client alone, posting the same, processor time a post, µs", own),
            ("AsyncHTTPClient, the same posts, µs", found["general"]))]
    if whole:
        rows.append(["our client's share of an answered `!ping`", f"{own['median'] / whole * 100:.0f} %"])
    _add("http", ["what", "measured"], rows)


def limit(found):
    whole = [rate / busy * 100 for rate, busy in zip(found["posts"], found["busy"])]
    _add(
        "limit", ["the load generator, on one core", "measured"],
        [
            ["`!ping`s answered a second by a bot that does nothing", _cell(found["posts"], 0)],
            ["the generator's core in use at that, %", _cell(found["busy"], 0)],
            ["so many a second would fill its core", _cell(whole, 0)],
            ["frames of 1.4 KB a second", _cell(found["frames"], 0)],
        ])


def _short(value, unit):
    if unit == "ns" and value >= 10_000:
        return f"{value / 1000:.1f} µs"
    return f"{value:,.0f} {unit}" if value >= 100 else f"{value:.1f} {unit}"


def micro(lines):
    rows = []
    for line in lines:
        goal = _short(line["goal"], line["unit"]) if line["goal"] else ""
        rows.append([
            line["name"].strip() if not line["name"].startswith("  ") else "– " + line["name"].strip(), goal,
            f"{_short(line['median'], line['unit'])} ({_short(line['least'], line['unit'])} to "
            f"{_short(line['greatest'], line['unit'])})"])
    _add("micro", ["what", "architecture's figure", "measured"], rows)


def write(path):
    """Puts the tables between `<!-- NAME -->` and `<!-- /NAME -->`."""
    with open(path) as file:
        text = file.read()
    for name, table in _made.items():
        if name.startswith("_"):
            continue
        text, count = re.subn(
            rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", lambda m: m[1] + "\n" + table + "\n\n" + m[2], text,
            flags=re.DOTALL)
        if count == 0:
            print(f"{path} has no place for {name}", file=sys.stderr)
    with open(path, "w") as file:
        file.write(text)
