"""Services in few words, for people; `orosec.engine.notation` writes what is read back.

What is left out is told where that is shorter; protocols without a name are summed up.
"""

from __future__ import annotations

from orosec.engine.decision_diagram import DETAIL_TOPS, ICMPV6, PROTOCOL_TOP, Services
from orosec.engine.intervals import Intervals, gaps
from orosec.engine.notation import (
    ALL,
    PROTOCOL_NAMES,
    by_protocol,
    details_text,
    holds_all,
    protocol_text,
)
from orosec.engine.packet_set import ANY_SERVICE

OTHER_PROTOCOLS = frozenset(range(PROTOCOL_TOP + 1)) - {*PROTOCOL_NAMES} | {ICMPV6}
"""Protocols that a summary names only where few of them are meant or missing."""


def services_summary(services: Services, most: int = 6) -> str:
    """Write services for people: what is left out when few are, else the first ones.

    >>> from orosec.engine.notation import read_services
    >>> services_summary(read_services("tcp:1-21 tcp:23-65535 tcp:0 udp"))
    'tcp but 22, udp'
    """
    if services == ANY_SERVICE:
        return ALL
    apart = by_protocol(services)
    tail, told = _others(apart, most)
    parts = [
        part
        for protocol, details in apart
        if protocol not in told
        for part in _parts(protocol, details, most)
    ]
    return ", ".join(parts + tail)


def _others(
    apart: list[tuple[int, Intervals]], most: int
) -> tuple[list[str], frozenset[int]]:
    """Sum up the protocols that need no name: the words, and which they tell of."""
    held = {protocol for protocol, _ in apart}
    missing = sorted(OTHER_PROTOCOLS - held)
    told = {
        protocol
        for protocol, details in apart
        if protocol in OTHER_PROTOCOLS and holds_all(protocol, details)
    }
    if not missing:
        return ["every other protocol"], frozenset(told)
    if len(missing) <= most:
        names = ", ".join(map(protocol_text, missing))
        return [f"every other protocol but {names}"], frozenset(told)
    told -= {*PROTOCOL_NAMES}
    return [f"{len(told)} more"] if told else [], frozenset(told)


def _parts(protocol: int, details: Intervals, most: int) -> list[str]:
    """Say what of one protocol there is."""
    name = protocol_text(protocol)
    if holds_all(protocol, details):
        return [name]
    missing = gaps(details, DETAIL_TOPS[protocol])
    if len(missing) < len(details) or len(details) > most:
        return [f"{name} but {', '.join(details_text(*gap) for gap in missing)}"]
    return [f"{name}:{details_text(*span)}" for span in details]
