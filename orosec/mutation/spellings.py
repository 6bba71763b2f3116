"""Nearly the same cell: services and ends written a little wrong.

A spelling is (operator, mistake in plain words, new text of the cell). The new text is one
that a table may hold, and means something else than the old one.
"""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from typing import Any, TypeAlias

from orosec.engine.decision_diagram import ANY_ADDRESS, DETAIL_TOP
from orosec.engine.intervals import Intervals, intersect, subtract, union
from orosec.engine.notation import (
    ALL,
    details_text,
    prefixes,
    range_intervals,
    read_services,
)
from orosec.model.network import Network
from orosec.model.rows import RelayRow, RuleRow
from orosec.model.scenario import Scenario
from orosec.mutation.mutant import Mutant, Slip, scenario_of

Spelling: TypeAlias = tuple[str, str, str]
_OTHER_END = {"source": "destination", "destination": "source"}
_TWINS = {"tcp": "udp", "udp": "tcp"}
_PARTS_OF_ALL = ("tcp", "udp icmp")


def respelled(network: Network, slip: Slip, *columns: str) -> Iterator[Mutant]:
    """Yield a row with each of some cells, services or an end, written a little wrong."""
    scenario = scenario_of(network, slip.row)
    for column in columns:
        text = getattr(slip.row, column)
        if column in ("source", "destination"):
            near = _networks_near(slip.row, column, scenario)
            spellings = wrong_ends(text, column, near, scenario)
        else:
            spellings = wrong_services(text, column)
        for operator, mistake, new in spellings:
            yield slip.rewritten(operator, mistake, **{column: new})


def _networks_near(row: Any, column: str, scenario: Scenario) -> set[str]:
    """Return the networks that the other end of a rule, route or relay stands in."""
    if isinstance(row, RuleRow):
        return {row.network}
    other = "exit" if isinstance(row, RelayRow) else _OTHER_END[column]
    words = getattr(row, other).split()
    return {place for end in words for place in scenario.networks_of(end)}


def wrong_services(text: str, column: str = "services") -> Iterator[Spelling]:
    """Yield *text* with a port one off, any port, a word less, or every service.

    >>> [new for _, _, new in wrong_services("tcp:80")]
    ['tcp:79', 'tcp:81', 'tcp', 'udp:80', 'all']
    """
    seen = {read_services(text)}
    for operator, new in _services_like(text):
        meant = read_services(new)
        if meant not in seen:
            seen.add(meant)
            yield operator, f"{column} {new} instead of {text}", new


def _services_like(text: str) -> Iterator[tuple[str, str]]:
    if text == ALL:
        yield from (("fewer-services", part) for part in _PARTS_OF_ALL)
        return
    words = text.split()
    for place, word in enumerate(words):
        before, after = words[:place], words[place + 1 :]
        for operator, other in _words_like(word):
            yield operator, " ".join([*before, other, *after])
        if len(words) > 1:
            yield "fewer-services", " ".join([*before, *after])
    yield "any-service", ALL


def _words_like(word: str) -> Iterator[tuple[str, str]]:
    """Yield one word with its port one lower or one higher, any port, the twin protocol."""
    protocol, colon, ports = word.partition(":")
    if not colon:
        if protocol == "icmp":
            yield "fewer-services", "icmp:8"
        return
    first, dash, last = ports.partition("-")
    low, high = int(first), int(last if dash else first)
    single = low == high
    if low > 0:
        yield "port", f"{protocol}:{details_text(low - 1, high - single)}"
    if high < DETAIL_TOP and protocol != "icmp":
        yield "port", f"{protocol}:{details_text(low + single, high + 1)}"
    yield "any-port", protocol
    if protocol in _TWINS:
        yield "other-protocol", f"{_TWINS[protocol]}:{ports}"


def wrong_ends(
    text: str, side: str, near: AbstractSet[str], scenario: Scenario
) -> Iterator[Spelling]:
    """Yield the end *text* one bit wider, one part narrower, or any address.

    Args:
        text: the names and ranges of the cell.
        side: ``source`` or ``destination``: the column, and how the names are read.
        near: the networks of the other end (see `Scenario.addresses`).
        scenario: where the names get their addresses.
    """
    words, here = text.split(), frozenset(near)
    spans = union(span for word in words for span in scenario.addresses(word, side, here))
    special = not scenario.special.keys().isdisjoint(words)
    if not special:
        for more in _siblings(spans):
            yield f"wider-{side}", f"{side} {text} and {more}", f"{text} {more}"
    for part in _parts(ANY_ADDRESS if special else spans):
        rest = subtract(spans, part)
        if rest and rest != spans:
            less = ranges_text(intersect(spans, part))
            yield f"narrower-{side}", f"{side} {text} without {less}", ranges_text(rest)
    if spans != ANY_ADDRESS:
        yield f"any-{side}", f"{side} any instead of {text}", "any"


def _siblings(spans: Intervals) -> Iterator[str]:
    """Yield what each block of *spans* gains where its prefix is one bit shorter."""
    for first, last in _blocks(spans):
        size = last - first + 1
        gained = ((first ^ size, last ^ size),)
        if subtract(gained, spans) and not subtract(gained, ANY_ADDRESS):
            yield ranges_text(gained)


def _parts(spans: Intervals) -> Iterator[Intervals]:
    """Yield each half of each block: one bit less of it. A single address goes whole."""
    for first, last in _blocks(spans):
        middle = (first + last) // 2
        yield ((first, middle),)
        if middle < last:
            yield ((middle + 1, last),)


def _blocks(spans: Intervals) -> Iterator[tuple[int, int]]:
    """Cut *spans* into blocks that a prefix can name, the fewest there are."""
    return (range_intervals(text)[0] for span in spans for text in prefixes(*span))


def ranges_text(spans: Intervals) -> str:
    """Write addresses as the fewest ranges, with spaces between them."""
    return " ".join(text for span in spans for text in prefixes(*span))
