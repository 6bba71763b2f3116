r"""Filter sets in the public ClassBench format, read as rules.

A line is one filter: source and destination prefix, source and destination ports,
protocol with its mask, and in newer sets the TCP flags with theirs, parted by tabs::

    @10.0.0.0/8 192.168.7.0/24  0 : 65535  443 : 443  0x06/0xFF  0x0000/0x0200

The sets name no action, so actions are drawn from a seed: three of four allow. What no
filter matches is denied. Packets here have no source port and no flags; a set that asks
for them is refused, unless it may be *widened*: then these two fields are left out, and
the set is another one than its name says.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from random import Random
from typing import NamedTuple

from orosec.engine.decision_diagram import DETAIL_TOP, DETAIL_TOPS, PROTOCOL_TOP, Services
from orosec.engine.notation import range_intervals
from orosec.engine.packet_set import ANY_SERVICE, service, services_union
from orosec.engine.policy import Rule
from orosec.errors import NotationError, OrosecError, shown

_LINE = re.compile(
    r"@(?P<source>\S+)\s+(?P<destination>\S+)"
    r"\s+(?P<source_ports>\d+\s*:\s*\d+)\s+(?P<ports>\d+\s*:\s*\d+)"
    r"\s+(?P<protocol>0x[0-9a-fA-F]{1,2}/0x[0-9a-fA-F]{1,2})"
    r"(?:\s+(?P<flags>0x[0-9a-fA-F]{1,4}/0x[0-9a-fA-F]{1,4}))?\s*"
)
_FORM = "write @prefix prefix low : high low : high 0xPROTOCOL/0xMASK, parted by tabs"
_MOST_TOLD = 50


class FilterError(OrosecError, ValueError):
    """A filter set was refused, whole.

    Attributes:
        faults: number, problem and mend of each bad line.
    """

    def __init__(self, name: str, faults: Iterable[tuple[int, str, str]]) -> None:
        self.faults = tuple(faults)
        count = len(self.faults)
        lines = [f"  line {number}: {what}; {hint}" for number, what, hint in self.faults]
        more = [f"  and {count - _MOST_TOLD} more"] if count > _MOST_TOLD else []
        head = f"{name} cannot be used, {count} bad line{'s' * (count != 1)}:"
        super().__init__("\n".join([head, *lines[:_MOST_TOLD], *more]))


class _Filter(NamedTuple):
    source: tuple[tuple[int, int], ...]
    destination: tuple[tuple[int, int], ...]
    services: Services


def read_filters(
    path: str | Path, *, widen: bool = False, seed: int = 1
) -> tuple[Rule, ...]:
    """Read a filter set.

    Args:
        path: the file.
        widen: leave out source ports and TCP flags instead of refusing the set.
        seed: what the actions are drawn from.

    Raises:
        FilterError: the file cannot be read or a line is bad; it lists every bad line.
    """
    path = Path(path)
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise FilterError(path.name, [(0, f"cannot be read ({error})", _FORM)]) from None
    return rules_from(path.name, lines, widen=widen, seed=seed)


def rules_from(
    name: str, lines: Iterable[str], *, widen: bool = False, seed: int = 1
) -> tuple[Rule, ...]:
    """Read the same from the lines of a set of this *name*."""
    faults: list[tuple[int, str, str]] = []
    filters = list(_filters(lines, faults, widen=widen))
    if not filters and not faults:
        faults.append((0, "there is no filter in it", _FORM))
    if faults:
        raise FilterError(name, faults)
    random = Random(seed)
    return tuple(
        Rule(f"filter-{place}", place, random.random() < 0.75, *one)
        for place, one in enumerate(filters)
    )


def _filters(
    lines: Iterable[str], faults: list[tuple[int, str, str]], *, widen: bool
) -> Iterator[_Filter]:
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            yield _filter(line, widen=widen)
        except NotationError as error:
            faults.append((number, f"{shown(error.text)} {error.problem}", error.hint))


def _filter(line: str, *, widen: bool) -> _Filter:
    found = _LINE.fullmatch(line)
    if found is None:
        raise NotationError(line.strip(), "is no filter", _FORM)
    ends = [_prefix(found[side]) for side in ("source", "destination")]
    if _ports(found["source_ports"]) != (0, DETAIL_TOP) and not widen:
        raise NotationError(found["source_ports"], "asks for source ports", "widen the set")
    if found["flags"] and int(found["flags"].split("/")[1], 16) and not widen:
        raise NotationError(found["flags"], "asks for TCP flags", "widen the set")
    return _Filter(*ends, _services(found["protocol"], found["ports"]))


def _prefix(text: str) -> tuple[tuple[int, int], ...]:
    if "/" not in text:
        raise NotationError(text, "has no prefix length", "write address/length")
    return range_intervals(text)


def _ports(text: str) -> tuple[int, int]:
    first, last = map(int, text.split(":"))
    if not first <= last <= DETAIL_TOP:
        raise NotationError(
            text, "is no range of ports", f"stay between 0 and {DETAIL_TOP}"
        )
    return first, last


def _services(protocols: str, ports: str) -> Services:
    """Read the protocols that fit the mask, with ports where they have any."""
    value, mask = (int(part, 16) for part in protocols.split("/"))
    span = _ports(ports)
    fitting = [one for one in range(PROTOCOL_TOP + 1) if one & mask == value & mask]
    if span == (0, DETAIL_TOP):
        if len(fitting) > PROTOCOL_TOP:
            return ANY_SERVICE
        return services_union(service(one, 0, DETAIL_TOPS.get(one, 0)) for one in fitting)
    carrying = [one for one in fitting if DETAIL_TOPS.get(one) == DETAIL_TOP]
    if not carrying:
        raise NotationError(f"{ports} {protocols}", "asks a protocol for ports", _FORM)
    return services_union(service(one, *span) for one in carrying)
