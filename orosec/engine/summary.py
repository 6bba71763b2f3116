"""Services in few words, for people; `orosec.engine.notation` writes what is read back.

What is left out is told where that is shorter; protocols without a name are *others*.
"""

from __future__ import annotations

from functools import lru_cache

from orosec.engine.decision_diagram import DETAIL_TOPS, Services
from orosec.engine.intervals import Intervals, gaps
from orosec.engine.notation import (
    ALL,
    OTHER_PROTOCOLS,
    OTHERS,
    PROTOCOL_NAMES,
    by_protocol,
    details_text,
    holds_all,
    protocol_text,
)
from orosec.engine.packet_set import ANY_SERVICE, PacketSet


@lru_cache(maxsize=4096)
def services_summary(services: Services, most: int = 6) -> str:
    """Write services for people: what is left out where that is shorter.

    >>> from orosec.engine.notation import read_services
    >>> services_summary(read_services("tcp:1-21 tcp:23-65535 tcp:0 udp"))
    'tcp but 22, udp'
    >>> services_summary(read_services("tcp:0-24 tcp:26-65535 udp icmp icmpv6 ipip esp ah"))
    'all but tcp:25 and gre and sctp and others'
    """
    if services == ANY_SERVICE:
        return ALL
    left_out = PacketSet.box() - PacketSet.box(services=services)
    told, missing = (_told(each, most) for each in (services, left_out.services()))
    if len(missing) < len(told) and not any(" but " in x or " more" in x for x in missing):
        return f"{ALL} but {' and '.join(missing)}"
    return ", ".join(told)


def _told(services: Services, most: int) -> list[str]:
    """Say what there is of each protocol, and sum up those without a name."""
    apart = by_protocol(services)
    named = (_parts(*pair, most) for pair in apart if pair[0] in PROTOCOL_NAMES)
    parts = [part for told in named for part in told]
    others = {protocol for protocol, _ in apart} & OTHER_PROTOCOLS
    missing = sorted(OTHER_PROTOCOLS - others)
    if len(others) <= most:
        return [*parts, *(f"protocol {number}" for number in sorted(others))]
    if len(missing) > most:
        return [*parts, f"{len(others)} more"]
    but = f" but {', '.join(map(protocol_text, missing))}" if missing else ""
    return [*parts, f"{OTHERS}{but}"]


def _parts(protocol: int, details: Intervals, most: int) -> list[str]:
    """Say what of one protocol there is."""
    name = protocol_text(protocol)
    if holds_all(protocol, details):
        return [name]
    missing = gaps(details, DETAIL_TOPS[protocol])
    if len(missing) < len(details) or len(details) > most:
        return [f"{name} but {', '.join(details_text(*gap) for gap in missing)}"]
    return [f"{name}:{details_text(*span)}" for span in details]
