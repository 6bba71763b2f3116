"""Networks of which a part is missing are good tables: what can be judged is.

Of what is gone nothing is claimed, or a claim says that there is nothing to look at.
"""

from collections import Counter

import pandas as pd
import pytest
from effort import examples
from hypothesis import given
from hypothesis import strategies as st
from jobs import staging
from partial import without

import orosec
from orosec import check, decide, diff, draw, orocloud, read_network, safe_change
from orosec.diagrams.views import VIEWS
from orosec.model.schema import CDNS, TABLES

ROLES = sorted({row.role for row in orocloud.tables.nodes})
CLAIMS = [row.claim for row in orocloud.tables.claims]
GROUPS = {
    "no VPN": ["vpn"],
    "no NAT": ["egress"],
    "no bridge": ["bridge"],
    "no CDN at all": ["cdn"],
    "nobody outside": ["outside"],
    "no application": ["application"],
    "no routes": [row.name for row in orocloud.tables.routes],
    "no relays": [row.name for row in orocloud.tables.relays],
    "no claims": CLAIMS,
    "no DMZ": ["maintenance-dmz"],
}
"""What may be gone as a whole, beside a CDN, single roles and single claims."""
SHAPES = (*GROUPS, "one CDN alone", "a role less", "a claim less")


@st.composite
def partials(draw):
    """Draw a part of the documented tables, with the shapes that it has."""
    shapes = [name for name in GROUPS if draw(st.integers(0, 3)) == 0]
    cdn = draw(st.sampled_from(["", "", *CDNS]))
    roles = draw(st.lists(st.sampled_from(ROLES), max_size=2))
    claims = draw(st.lists(st.sampled_from(CLAIMS), max_size=3))
    given = ("one CDN alone", cdn), ("a role less", roles), ("a claim less", claims)
    shapes += [name for name, some in given if some]
    gone = [one for name in shapes for one in GROUPS.get(name, ())]
    return without(orocloud, *gone, *roles, *claims, cdn=cdn), shapes


def law(part):
    """Make a test of a network a law over partial ones, which shows its hard shapes."""

    def make(test):
        seen = Counter()

        @examples(part)
        @given(partials())
        def each(one):
            network, shapes = one
            seen.update([*shapes, "all"])
            test(network)

        def whole():
            seen.clear()
            each()
            every = seen.pop("all")
            print(test.__name__, every, "networks, of them", dict(seen))  # noqa: T201
            assert all(seen[name] >= every / 20 for name in SHAPES), seen

        whole.__doc__ = test.__doc__
        return whole

    return make


def answers(network):
    """Yield what each command says, of ends that are there; `mutate` has its own test."""
    for cdn in CDNS:
        ends = ["internet", *dict.fromkeys(row.role for row in network.scenario(cdn).nodes)]
        for flow in (ends[0], ends[-1], "tcp:443"), (ends[-1], ends[0], "tcp:22 icmp"):
            for ask in ("decide", "explain", "what_would_allow", "what_would_deny"):
                yield getattr(orosec, ask)(*flow, cdn=cdn, network=network)
        flows = pd.DataFrame([("10.10.0.11", "10.10.0.31", "tcp", 5432)])
        flows.columns = ["source", "destination", "protocol", "port"]
        yield orosec.decide_many(flows, cdn=cdn, network=network)
        for view in VIEWS:
            yield draw(network, view, cdn=cdn)
        yield draw(orocloud, network, cdn=cdn)
    for ask in ("check", "surface", "scoreboard", "summary", "compliance", "trace", "lint"):
        yield getattr(orosec, ask)(network=network)
    for row in network.tables.ambiguities:
        yield orosec.ambiguity(row.ambiguity, network=network)
    for pair in (orocloud, network), (network, orocloud):
        yield diff(*pair)
        yield orosec.consequences(*pair)
        yield safe_change(*pair, "internet", "10.10.0.11", "tcp:22")
    yield orosec.panel(network=network)


@law(0.5)
def test_every_command_answers(network):
    """Whatever is gone, there is an answer, and it can be read."""
    for answer in answers(network):
        assert str(answer).strip()


@law(0.5)
def test_evidence_is_there(network):
    """What breaks a claim is a packet, a way, or a row of these tables."""
    for one in check(network=network):
        if one.verdict == "broken" and one.counterexample.row:
            table, row, says = one.counterexample.row
            names = {
                row[0]
                for each in table.split(" and ")
                for row in network.tables.by_name()[each]
            }
            assert says == "is missing" or row in names
