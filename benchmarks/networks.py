"""A network with many rules: synthetic ones, beside those of the documented tables."""

from __future__ import annotations

from random import Random

from synthetic import Draft, draft_of, sites_of

from orosec.engine.notation import services_text, span_text
from orosec.model.network import Network, read_network
from orosec.model.rows import RuleRow, row_with
from orosec.model.tables import DOCUMENTED

HOSTS = {
    "application-network": (
        0x0A0A0000,
        ("web", "jobs", "database", "bridge", "application"),
    ),
    "maintenance-network": (0x0A140000, ("vpn-gateway", "bridge")),
}
"""Each network: where its subnet begins, and names that rules may say."""
SIZES = (24, 26, 28, 30, 32, 32, 32)


def large(count: int, seed: int = 1) -> Network:
    """Give the documented network with *count* rules more: the same for the same *seed*."""
    random, sites = Random(seed), sites_of(Random(seed), count)
    rows = [_row(random, draft_of(random, sites), place) for place in range(count)]
    tables = read_network(DOCUMENTED).tables
    return Network(tables.replaced(rules=(*tables.rules, *rows)))


def flipped(network: Network, count: int) -> Network:
    """Give the same network after *count* of its synthetic rules were flipped."""
    rows = list(network.tables.rules)
    own = [place for place, row in enumerate(rows) if row.name.startswith("synthetic-")]
    for place in Random(count).sample(own, count):
        action = {"allow": "deny", "deny": "allow"}[rows[place].action]
        rows[place] = rows[place]._replace(action=action)
    return Network(network.tables.replaced(rules=tuple(rows)))


def _row(random: Random, draft: Draft, place: int) -> RuleRow:
    """Write a draft as a row: mostly ingress, from anywhere to a few hosts."""
    (name,) = random.choices(list(HOSTS), [7, 3])
    first, names = HOSTS[name]
    far = random.choice(("internet", "any")) if random.random() < 0.2 else _text(draft)
    near = random.choice(names) if random.random() < 0.4 else _within(random, first)
    egress = random.random() < 0.2
    cells = {
        "name": f"synthetic-{place}",
        "cdn": "both",
        "reading": "both",
        "network": name,
        "direction": "egress" if egress else "ingress",
        "priority": 100 + draft.size * 500 + random.randrange(20000),
        "action": "allow" if draft.allows else "deny",
        "source": near if egress else far,
        "destination": far if egress else near,
        "services": services_text(draft.services),
        "basis": "proposed",
        "rationale": "Synthetic.",
    }
    row: RuleRow = row_with(RuleRow, **cells)
    return row


def _text(draft: Draft) -> str:
    return span_text(*draft.source.span)


def _within(random: Random, first: int) -> str:
    size = 1 << 32 - random.choice(SIZES)
    start = first + random.randrange(256) // size * size
    return span_text(start, start + size - 1)
