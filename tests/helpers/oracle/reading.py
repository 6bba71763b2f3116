"""The tables of a folder, and the notation in their cells: read with the standard library.

An address is a number, an IPv6 one plus `SIX`; a service is a number, too: 65536 times the
protocol, plus the port or type. A set of numbers is a tuple of spans, first and last.
"""

import csv
from functools import cache
from ipaddress import ip_address, ip_network
from types import SimpleNamespace

SIX = 2**128
FAMILIES = (((0, 2**32 - 1),), ((SIX, 2 * SIX - 1),))
EVERY_ADDRESS = FAMILIES[0] + FAMILIES[1]
PORTS = 2**16
TOPS = {1: 255, 6: 65535, 17: 65535, 58: 255, 132: 65535}
"""The largest port or type of each protocol that has one."""
PROTOCOLS = {
    "icmp": 1, "ipip": 4, "tcp": 6, "udp": 17, "gre": 47, "esp": 50, "ah": 51,
    "icmpv6": 58, "sctp": 132,
}  # fmt: skip


def read_folder(folder):
    """Return each table of a folder by name: its rows, in order."""
    return {path.stem: read_file(path) for path in sorted(folder.glob("*.csv"))}


def read_file(path):
    """Return the rows of one file: each cell is an attribute, a priority is a number."""
    with path.open(encoding="utf-8", newline="") as stream:
        rows = [SimpleNamespace(**cells) for cells in csv.DictReader(stream)]
    for row in rows:
        if hasattr(row, "priority"):
            row.priority = int(row.priority)
    return rows


def present(tables):
    """Return each CDN and reading that there is: a CDN is there by its rows, or an edge.

    Where no row is of one CDN alone, both are.
    """
    names = ("nodes", "interfaces", "listeners", "rules", "routes", "relays", "claims")
    own = {row.cdn for name in names for row in tables[name]}
    edge = any(row.function == "cdn" and row.cdn == "both" for row in tables["nodes"])
    cdns = [cdn for cdn in ("google", "cloudflare") if edge or cdn in own]
    every = cdns or ["google", "cloudflare"]
    return [(cdn, reading) for cdn in every for reading in ("operational", "literal")]


def merged(spans):
    """Return a set of numbers with its spans in order, and none beside another."""
    found = []
    for first, last in sorted(spans):
        if found and first <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(found[-1][1], last))
        else:
            found.append((first, last))
    return tuple(found)


def common(one, other):
    """Return what two sets have in common."""
    pairs = ((max(a, c), min(b, d)) for a, b in one for c, d in other)
    return merged((first, last) for first, last in pairs if first <= last)


def without(one, other):
    """Return what one set has and the other one has not."""
    for first, last in other:
        one = [
            (a, b)
            for low, high in one
            for a, b in ((low, min(high, first - 1)), (max(low, last + 1), high))
            if a <= b
        ]
    return merged(one)


def of_family(spans, like):
    """Keep the addresses of those families that *like* has addresses of."""
    families = [family for family in FAMILIES if common(family, like)]
    return merged(span for family in families for span in common(spans, family))


def number(text):
    """Read an address."""
    address = ip_address(text)
    return int(address) + (SIX if address.version == 6 else 0)


@cache
def ranges(text):
    """Read addresses and ranges."""
    nets = [ip_network(word) for word in text.split()]
    return merged((number(str(net[0])), number(str(net[-1]))) for net in nets)


def is_range(word):
    """Return whether a word is an address or a range; else it is a name."""
    return ":" in word or not word.strip("0123456789./")


@cache
def services(text):
    """Read services."""
    return merged(span for word in text.split() for span in _service(word))


def _service(word):
    if word == "all":
        return [_details(protocol, 0, TOPS.get(protocol, 0)) for protocol in range(256)]
    if word == "others":
        nameless = sorted({*range(256)} - {*PROTOCOLS.values()})
        return [_details(protocol, 0, 0) for protocol in nameless]
    name, _, detail = word.partition(":")
    protocol = PROTOCOLS[name] if name in PROTOCOLS else int(name)
    first, _, last = (detail or f"0-{TOPS.get(protocol, 0)}").partition("-")
    return [_details(protocol, int(first), int(last or first))]


def _details(protocol, first, last):
    return protocol * PORTS + first, protocol * PORTS + last


ALL = services("all")
