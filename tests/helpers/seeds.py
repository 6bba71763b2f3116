"""Wrong facts: what slips of the pen make of right ones.

Whether a slip makes a fact wrong is not decided by the code under test. A wrong flow is
one that a walk over packets, rule by rule, contradicts; a wrong name, port or range is
one that stands nowhere in the CSV files; a wrong count differs from counting their rows.
Where this cannot tell (a longer way, say), there is no seed.
"""

import csv
import re
from functools import lru_cache
from ipaddress import IPv4Network
from itertools import islice, pairwise, product

from fact_walk import Walk

from orosec import orocloud
from orosec.model.tables import DOCUMENTED

ARROWS = ("→", "↛", "⇢", "⇒")
VERDICTS = {"hold": "holds", "holds": "holds", "broken": "broken", "beyond": "beyond"}
CSV = {
    path.stem: list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
    for path in DOCUMENTED.glob("*.csv")
}
ROWS = [row for rows in CSV.values() for row in rows]
WRITTEN = {word for row in ROWS for cell in row.values() for word in cell.split()}
WRITTEN |= {column for row in ROWS for column in row} | {"any", "application"}
ROLES = sorted({row["role"] for row in CSV["nodes"]})
ROLE_OF = {row["name"]: row["role"] for row in CSV["nodes"]}


@lru_cache
def walk(cdn, reading):
    return Walk(orocloud.scenario(cdn, reading))


# Slips of the pen: each kind with the words that it happens to, and what it makes of them.


def other_ports(word):
    protocol, port = word.split(":")
    return [f"{protocol}:{int(port) + 1}", f"{protocol}:{port[:-1]}"]


def other_ranges(word):
    base, slash, prefix = word.partition("/")
    if not slash:
        return [f"{word}/24", f"{word}9"[-15:]]
    return [f"{base}/{int(prefix) + step}" for step in (-1, 1)]


def other_role(word):
    return [(ROLES * 2)[ROLES.index(word) + 1]]


def crossed_letters(word):
    bare = word.rstrip(":")
    return [word.replace(bare, bare[:-2] + bare[-1] + bare[-2])]


SLIPS = [
    ("wrong port", r"(tcp|udp):\d+", other_ports),
    ("wrong CIDR", r"\d+(\.\d+){3}(/\d+)?", other_ranges),
    ("flipped arrow", "[→↛⇢]", lambda word: [one for one in ARROWS[:3] if one != word]),
    ("wrong count", r"\d+", lambda word: [str(int(word) - 1), str(int(word) + 1)]),
    ("wrong count", "|".join(VERDICTS), lambda _: ["holds", "broken", "vacuous"]),
    ("swapped names", "|".join(ROLES), other_role),
    ("renamed", r"[\w-]{2,}:?", crossed_letters),
]


def slips(text):
    """Give (kind, text) for every text that one slip makes of *text*."""
    words = text.split()
    for place, word in enumerate(words):
        fitting = (slip for slip in SLIPS if re.fullmatch(slip[1], word))
        for kind, _, make in islice(fitting, 1):
            for new in make(word):
                yield kind, " ".join([*words[:place], new, *words[place + 1 :]])
    if any(word in ARROWS for word in words):
        stops, services, marker = parts(text)
        arrow = next(word for word in words if word in ARROWS)
        turned = f" {arrow} ".join(reversed(stops))
        yield "swapped names", " ".join(f"{turned} {services} {marker}".split())


# What shows that a text is wrong.


def wrong(text, headings):
    """Whether *text* under *headings* is wrong for certain."""
    words = re.sub(r" ?\[.*\]", "", text).split()
    if any(word in ARROWS for word in words):
        return wrong_flow(text, headings)
    if words[1:2] == ["at"]:
        return not set(words[2:]) <= addresses(words[0])
    if len(words) > 1 and {*VERDICTS, "vacuous", "recorded"} & {*words}:
        return wrong_tally(words)
    if words[0].isdigit():
        return len(CSV.get(words[1], ())) != int(words[0])
    return not set(words) <= WRITTEN


def addresses(name):
    return {row["cidr"] for row in CSV["subnets"] if row["name"] == name} | {
        row[column]
        for row in CSV["interfaces"]
        for column in ("address", "public")
        if name in (row["node"], ROLE_OF[row["node"]])
    }


def wrong_tally(words):
    """Count the recorded verdicts; the tests of the register hold them to be true."""
    ids = {word.rstrip(":") for word in words if re.match("[A-Z]", word)}
    rows = [
        row for row in CSV["claims"] if not ids or {row["claim"], row["sentence"]} & ids
    ]
    numbers = [int(word) for word in words if word.isdigit()] or [len(rows)] * 2
    having = [row for row in rows if VERDICTS.get(words[-1]) == row["expected"]]
    count = len(rows) if words[-1] == "recorded" else len(having)
    known = {row[column] for row in rows for column in ("claim", "sentence")}
    return not ids <= known or numbers != [count, len(rows)]


def wrong_flow(text, headings):
    stops, services, marker = parts(text)
    names = " ".join(stops).split()
    arrow = next(word for word in text.split() if word in ARROWS)
    readings = [one for one in ("operational", "literal") if one in marker]
    for cdn, reading in product(cdns(marker, headings, names), readings or ["operational"]):
        ask = walk(cdn, reading)
        if not all(ask.knows(name) or is_range(name) for name in names):
            return True
        if arrow == "⇒":
            if wrong_way(ask, stops, services):
                return True
        elif not ask.true(stops[0], arrow, stops[1], services or "all"):
            return True
    return False


def wrong_way(ask, stops, services):
    """Whether a connection of the way is denied whole, or ends where none goes on."""
    tables = ask.scenario
    inside = {(row.node, row.exit) for row in tables.relays}
    hosts = {host for pair in inside for host in pair}
    translating = {row.via for row in tables.routes} - hosts
    met = [stop for stop in stops[1:-1] if stop not in translating]
    passed = pairwise([stops[0], *met, stops[-1]])
    *first, last = [pair for pair in passed if pair not in inside or len({*pair}) == 1]
    return (
        not set(met) <= hosts
        or not all(ask.passes(*pair, "all") for pair in first)
        or not all(ask.passes(*last, one) for one in services.split() or ["all"])
    )


def parts(text):
    """Give the stops of a flow, its services and its marker."""
    flow, bracket, marker = text.partition("[")
    stops = [stop.split() for stop in re.split("|".join(ARROWS), flow)]
    bare = ("icmp", "tcp", "udp", "all", "others")
    services = [word for word in stops[-1] if ":" in word or word in bare]
    stops[-1] = [word for word in stops[-1] if word not in services]
    return list(map(" ".join, stops)), " ".join(services), bracket + marker


def cdns(marker, headings, names):
    """Give the CDNs that a flow is meant for: marked, or those that have its names."""
    for place in (marker, *reversed(headings)):
        found = {"google", "cloudflare"} & set(re.findall("[a-z]+", place.lower()))
        if found:
            return sorted(found)
    own = {name: row["cdn"] for row in CSV["nodes"] for name in (row["name"], row["role"])}
    return sorted({own.get(name, "both") for name in names} - {"both"}) or [
        "google",
        "cloudflare",
    ]


def is_range(name):
    try:
        return bool(IPv4Network(name))
    except ValueError:
        return False
