"""What a code span in prose may state, and how it is written.

The notation is told to writers in ``docs/prose.md``. Reading it needs no tables: whether
a name exists and whether a statement is true is the business of `orosec.prose.judge`.
"""

from __future__ import annotations

import re
from itertools import chain, dropwhile
from typing import NamedTuple, TypeAlias

from orosec.engine.notation import ALL, OTHERS, PROTOCOLS
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
_RULING = re.compile(
    r"(?:(?P<scope>.+?) )??(?:(?P<number>[0-9]+) of (?P<total>[0-9]+) )?"
    rf"(?P<verdict>{'|'.join(VERDICT_WORDS)})"
)


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
        tally: how many have the verdict, and of how many; None where it is all of them.
        verdict: holds, broken, vacuous, beyond, or as recorded.
    """

    scope: tuple[str, ...]
    tally: tuple[int, int] | None
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
    if (ruling := _RULING.fullmatch(text)) and text not in VERDICT_WORDS:
        return _read_ruling(ruling)
    match text.split():
        case [number, table] if table in TABLES and re.fullmatch("[0-9]+", number):
            return SizeStatement(int(number), table)
        case [name, "at", first, *more]:
            return PlaceStatement(name, (first, *more))
        case words:
            return WordsStatement(tuple(words))


def _marker(words: str) -> Marker:
    found, known = words.replace(",", " ").split(), (*CDNS, *READINGS)
    if not found or not {*found} <= {*known}:
        hint = f"write one or more of {' '.join(known)}"
        raise NotationError(f"[{words}]", "is no CDN and no reading", hint)
    return read_marker(words)


def _read_ruling(found: re.Match[str]) -> CountStatement:
    tally = (int(found["number"]), int(found["total"])) if found["total"] else None
    scope = (found["scope"] or "").rstrip(":").split()
    return CountStatement(tuple(scope), tally, VERDICT_WORDS[found["verdict"]])


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
    return word in (ALL, OTHERS) or word.partition(":")[0] in PROTOCOLS
