"""A universe small enough to walk: a few values at each field, ends and gaps included."""

import itertools

from hypothesis import strategies as st

from orosec.engine.decision_diagram import ADDRESS_TOP, DETAIL_TOPS, V6
from orosec.engine.intervals import union
from orosec.engine.packet_set import Packet, PacketSet, service, services_union
from orosec.engine.policy import Rule, in_order, joined, shares

ADDRESSES = (0, 1, 2, 7, 8, 2**32 - 1, V6, V6 + 1, ADDRESS_TOP)
PROTOCOLS = (0, 1, 2, 6, 17, 58, 132, 255)
DETAILS = (0, 1, 80, 255, 256, 65535)

EVERY_PACKET = frozenset(
    Packet(source, destination, protocol, detail)
    for source, destination, protocol in itertools.product(ADDRESSES, ADDRESSES, PROTOCOLS)
    for detail in DETAILS
    if detail <= DETAIL_TOPS.get(protocol, 0) and (source < V6) == (destination < V6)
)
"""Every packet of the universe; one for each value of each field, where it exists."""

_spans = st.tuples(st.sampled_from(ADDRESSES), st.sampled_from(ADDRESSES)).map(
    lambda pair: (min(pair), max(pair))
)
intervals = st.lists(_spans, min_size=1, max_size=3).map(union)


@st.composite
def one_service(draw):
    protocol = draw(st.sampled_from(PROTOCOLS))
    top = DETAIL_TOPS.get(protocol, 0)
    inside = st.sampled_from([detail for detail in DETAILS if detail <= top])
    first, last = sorted((draw(inside), draw(inside)))
    return service(protocol, first, last)


services = st.lists(one_service(), min_size=1, max_size=4).map(services_union)
boxes = st.builds(PacketSet.box, intervals, intervals, services)
packet_sets = st.recursive(
    boxes,
    lambda inner: st.one_of(
        st.builds(lambda a, b: a | b, inner, inner),
        st.builds(lambda a, b: a - b, inner, inner),
        st.builds(lambda a, b: a & b, inner, inner),
    ),
    max_leaves=6,
)
rules = st.builds(
    Rule,
    name=st.text("abcdef", min_size=1, max_size=4),
    priority=st.sampled_from((0, 900, 1000, 65535)),
    allows=st.booleans(),
    sources=intervals,
    destinations=intervals,
    services=services,
)


def walk(packets):
    """Give those packets of the universe that a set holds."""
    return {packet for packet in EVERY_PACKET if packet in packets}


policies = st.lists(rules, max_size=6, unique_by=lambda rule: rule.name).map(in_order)


def permits(policy, scope):
    """Join what each rule that allows decides of the scope."""
    return joined(share for rule, share in shares(policy, scope) if rule.allows)
