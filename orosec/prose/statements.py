"""What a code span in prose may state, and how it is written.

The notation is told to writers in ``docs/prose.md``. Reading it needs no tables: whether
a name exists and whether a statement is true is the business of `orosec.prose.judge`.
"""

from __future__ import annotations

import re
from itertools import chain, dropwhile
from typing import NamedTuple, TypeAlias

from orosec.engine.notation import ALL, PROTOCOLS
from orosec.errors import NotationError
from orosec.model.schema import CDNS, READINGS, TABLES, VERDICTS

ARROWS = PERMITTED, DENIED, UNSERVED, WAY = "→", "↛", "⇢", "⇒"
"""All of it is permitted; none is; all is and none is served; connections lead this way."""

SPELLINGS = {"-/>": DENIED, "..>": UNSERVED, "=>": WAY, "->": PERMITTED}
"""How an arrow may be typed where a keyboard has none."""

VERDICT_WORDS = {"hold": "holds"} | {word: word for word in (*VERDICTS, "as recorded")}
"""Words that say what became of claims, with the verdict that each means."""

_ARROW = re.compile("|".join(map(re.escape, [*SPELLINGS, *ARROWS])))
_MARKER = re.compile(r"(?P<text>.*?) ?\[(?P<words>[^][]*)\]")
_VERDICT = "|".join(VERDICT_WORDS)
_TALLY = re.compile(
    r"(?:(?P<scope>.+?):? )?(?P<number>[0-9]+) of (?P<total>[0-9]+) "
    rf"(?P<verdict>{_VERDICT})"
)
_RULING = re.compile(rf"(?P<scope>.+?) (?P<verdict>{_VERDICT})")
_SIZE = re.compile(r"(?P<number>[0-9]+) (?P<table>[a-z]+)")


class WordsStatement(NamedTuple):
    """Names, addresses, services or ids that exist: ``web``, ``tcp:80 tcp:8080``."""

    words: tuple[str, ...]


class FlowStatement(NamedTuple):
    """Traffic, as ``load-balancer → web tcp:80``, or connections, as ``a ⇒ bridge ⇒ b``.

    Attributes:
        arrow: one of `ARROWS`.
        stops: the two ends, each one end or several with spaces between them; and with
            `WAY` the hosts between the ends.
        services: what the traffic is, or what the last connection carries; empty where
            the text names none.
    """

    arrow: str
    stops: tuple[str, ...]
    services: str


class PlaceStatement(NamedTuple):
    """Where a name has addresses: ``application-subnet at 10.10.0.0/24``."""

    name: str
    addresses: tuple[str, ...]


class CountStatement(NamedTuple):
    """What became of claims: ``GL3: 3 of 5 hold``, ``GL3-alone holds``.

    Attributes:
        scope: claims, sentences, findings or sections; empty where the text names none.
        number: how many have the verdict; None for all of them.
        total: how many there are; None where the text does not say.
        verdict: holds, broken, vacuous, beyond, or as recorded.
    """

    scope: tuple[str, ...]
    number: int | None
    total: int | None
    verdict: str


class SizeStatement(NamedTuple):
    """How many rows a table has: ``2 subnets``."""

    number: int
    table: str


Statement: TypeAlias = (
    WordsStatement | FlowStatement | PlaceStatement | CountStatement | SizeStatement
)


class Marker(NamedTuple):
    """Under which CDNs and readings a statement is meant; empty where it is not said."""

    cdns: tuple[str, ...]
    readings: tuple[str, ...]


def read_marker(text: str) -> Marker:
    """Find the CDNs and readings that a *text*, such as a heading, names.

    >>> read_marker("Behind Google's load balancer")
    Marker(cdns=('google',), readings=())
    """
    words = set(re.findall(r"[a-z]+", text.lower()))
    return Marker(
        tuple(cdn for cdn in CDNS if cdn in words),
        tuple(reading for reading in READINGS if reading in words),
    )


def read_statement(text: str) -> tuple[Statement, Marker]:
    """Read the text of a code span.

    >>> read_statement("internet -/> web [literal]")[0]
    FlowStatement(arrow='↛', stops=('internet', 'web'), services='')

    Raises:
        NotationError: it is begun as a statement and not written as one.
    """
    marked = _MARKER.fullmatch(text)
    if marked is None:
        return _read(text), Marker((), ())
    statement, marker = _read(marked["text"]), _marker(marked["words"])
    if isinstance(statement, WordsStatement | SizeStatement):
        hint = "only flows, ways, places and verdicts depend on CDN or reading"
        raise NotationError(text, "has a marker and no use for it", hint)
    return statement, marker


def _read(text: str) -> Statement:
    if _ARROW.search(text):
        return _read_arrows(text)
    if tally := _TALLY.fullmatch(text) or _RULING.fullmatch(text):
        return _tally(tally.groupdict())
    if (size := _SIZE.fullmatch(text)) and size["table"] in TABLES:
        return SizeStatement(int(size["number"]), size["table"])
    words = text.split()
    if words[1:2] == ["at"] and len(words) > 2:  # noqa: PLR2004, a name, at, addresses
        return PlaceStatement(words[0], tuple(words[2:]))
    return WordsStatement(tuple(words))


def _marker(words: str) -> Marker:
    found = words.replace(",", " ").split()
    odd = [word for word in found if word not in (*CDNS, *READINGS)]
    if odd or not found:
        hint = f"write one or more of {' '.join((*CDNS, *READINGS))}"
        raise NotationError(f"[{words}]", "is no CDN and no reading", hint)
    return read_marker(words)


def _tally(found: dict[str, str | None]) -> CountStatement:
    counts = map(found.get, ("number", "total"))
    number, total = (int(count) if count else None for count in counts)
    scope = (found["scope"] or "").rstrip(":").split()
    return CountStatement(
        tuple(scope), number, total, VERDICT_WORDS[found["verdict"] or ""]
    )


def _read_arrows(text: str) -> FlowStatement:
    arrows = {SPELLINGS.get(arrow, arrow) for arrow in _ARROW.findall(text)}
    *stops, last = [part.split() for part in _ARROW.split(text)]
    services = list(dropwhile(lambda word: not looks_like_service(word), last))
    stops.append(last[: len(last) - len(services)])
    if not all(stops) or any(map(looks_like_service, chain(*stops))):
        hint = "write it as in internet ↛ web tcp:443, services at the end"
        raise NotationError(text, "lacks an end", hint)
    if arrows != {WAY} and (len(arrows) != 1 or len(stops) != 2):  # noqa: PLR2004, ends
        hint = "one arrow a flow; only ⇒ may be repeated"
        raise NotationError(text, "mixes arrows", hint)
    return FlowStatement(arrows.pop(), tuple(map(" ".join, stops)), " ".join(services))


def looks_like_service(word: str) -> bool:
    """Return whether *word* is meant as a service.

    >>> looks_like_service("tcp:80"), looks_like_service("web"), looks_like_service("all")
    (True, False, True)
    """
    return word == ALL or word.partition(":")[0] in PROTOCOLS
