"""What each table holds: its columns in order, and what may stand in a cell.

A row reads as a sentence, left to right. Every row of every table carries its
`basis`: *documented* (the page says so, and `cites` names the sentence), *inferred*
(it follows from what the page says), *assumed* (the page is silent and we chose),
*platform* (Google Cloud or Cloudflare behaves so), or *proposed* (somebody tries out a
change; no documented row is).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, TypeAlias

from orosec.engine.notation import (
    address_number,
    looks_like_range,
    range_intervals,
    read_date,
    read_services,
)
from orosec.errors import NotationError, did_you_mean
from orosec.model.rows import (
    AmbiguityRow,
    ClaimRow,
    ExceptionRow,
    InterfaceRow,
    ListenerRow,
    NodeRow,
    RelayRow,
    RequirementRow,
    RouteRow,
    RuleRow,
    SectionRow,
    SentenceRow,
    SubnetRow,
    SuppressionRow,
)

CDNS = ("google", "cloudflare")
READINGS = ("operational", "literal")
BASES = ("documented", "inferred", "assumed", "platform", "proposed")
LEVELS = ("permitted", "served", "journey", "tables")
VERBS = (
    "allows",
    "denies",
    "only-from",
    "only-on",
    "reaches",
    "only-through",
    "translated-to",
    "fact",
    "beyond",
)
VERDICTS = ("holds", "broken", "vacuous", "beyond")
CLASSES = ("normative-network", "normative-procedural", "informative", "navigation")
PARTS = ("banner", "title", "heading", "lead-in")
STANCES = ("supported", "in-part", "conflict", "nothing")
"""How the page stands to a requirement; *nothing* is behind it where it is silent."""
FUNCTIONS = ("application", "cdn", "egress", "bridge", "vpn", "outside")
FACTS = (
    "application-nodes-have-no-public-address",
    "bridge-joins-the-two-subnets",
    "bridge-joins-two-networks",
    "common-rules-are-common",
    "data-stays-in-the-application-subnet",
    "every-node-has-a-home",
    "exactly-two-subnets",
    "no-public-address-in-the-application-subnet",
    "no-tls-on-web",
    "one-cdn",
    "one-egress-address",
    "one-network",
    "only-the-gateway-has-an-interface-in-the-dmz",
    "only-the-gateway-lives-in-the-dmz",
    "only-the-nat-node-is-public",
    "public-addresses-that-accept",
    "ssh-on-every-application-node",
    "the-load-balancer-has-one-public-address",
    "tls-ends-at-the-edge",
)
"""Names of the functions that a claim with the verb ``fact`` may call."""

_SERVICES = ("port", "any-port", "other-protocol", "fewer-services", "any-service")
_SOURCE = ("wider-source", "narrower-source", "any-source")
_DESTINATION = ("wider-destination", "narrower-destination", "any-destination")
_ENDS = (*_SOURCE, *_DESTINATION)
OPERATORS: Mapping[str, tuple[str, ...]] = {
    "subnets": ("further", "unite", "stray"),
    "nodes": ("remove", "home", "function", "stores", "left-over"),
    "interfaces": ("remove", "private", "public", "own-exit", "move", "second"),
    "listeners": ("remove", *_SERVICES, "new-port", "one-cdn"),
    "rules": (
        *("flip", "remove", "oppose", "tie", "swap", "direction", "one-cdn", "left-over"),
        *(*_ENDS, *_SERVICES),
    ),
    "routes": ("remove", *_ENDS, "past", "one-cdn"),
    "relays": (*("remove", *_SERVICES, *_DESTINATION, "no-carrier", "around", "one-cdn"),),
}
"""The kinds of mistake that are tried on each table that carries meaning."""

OUTSIDE_HOMES = ("border", "internet")
SPECIAL_ENDS = ("any", "internet", "elsewhere")
"""Ends that are no rows: every address, the public ones, and foreign private ones."""

Refusal: TypeAlias = tuple[str, str] | None
"""The problem of a cell and its mend, or None where the cell is fine."""


class Column(NamedTuple):
    """How one cell is checked.

    Attributes:
        check: says what is wrong with a text, or None.
        optional: whether the cell may be empty.
    """

    check: Callable[[str], Refusal]
    optional: bool = False


def _words(check: Callable[[str], Refusal]) -> Callable[[str], Refusal]:
    def check_all(text: str) -> Refusal:
        words = text.split(" ")
        if "" in words:
            return "has more than one space in a row", "write single spaces"
        return next((found for word in words if (found := check(word))), None)

    return check_all


def _name(text: str) -> Refusal:
    if re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", text):
        return None
    return "is no name", "write small letters, digits and single hyphens, as in web-1"


def _notebook(text: str) -> Refusal:
    if re.fullmatch(r"[0-9]{2}(-[a-z0-9]+)+", text):
        return None
    return "is no notebook", "write its name without the ending, as in 01-the-network"


def _identifier(text: str) -> Refusal:
    if re.fullmatch(r"[A-Z]+[0-9]+([a-z]|-[a-z0-9]+)*", text):
        return None
    return "is no register id", "write capitals and a number, as in GL3 or GL3-only"


def _requirement(text: str) -> Refusal:
    if re.fullmatch(r"[0-9]+([.][0-9]+){2,3}", text):
        return None
    return "is no requirement", "write its number, as in 1.2.5"


def _text(_text: str) -> Refusal:
    return None


def _one_of(*choices: str) -> Callable[[str], Refusal]:
    def check(text: str) -> Refusal:
        if text in choices:
            return None
        return "is not allowed here", (
            f"write one of {' '.join(choices)}" + _closest(text, choices)
        )

    return check


def _closest(text: str, choices: tuple[str, ...]) -> str:
    hint = did_you_mean(text, choices)
    return f" ({hint})" if hint.startswith("did") else ""


def _notation(read: Callable[[str], object]) -> Callable[[str], Refusal]:
    def check(text: str) -> Refusal:
        try:
            read(text)
        except NotationError as error:
            return error.problem, error.hint
        return None

    return check


def _end(text: str) -> Refusal:
    return _notation(range_intervals)(text) if looks_like_range(text) else _name(text)


def _flow(text: str) -> Refusal:
    source, _, rest = text.partition(" ")
    destination, _, services = rest.partition(" ")
    if not services:
        return "is no flow", "write source, destination and service, as in web nat tcp:443"
    return _end(source) or _end(destination) or _services(services)


def _number_to(top: int) -> Callable[[str], Refusal]:
    def check(text: str) -> Refusal:
        if (
            text.isascii()
            and text.isdigit()
            and len(text) <= len(str(top))
            and int(text) <= top
            and str(int(text)) == text
        ):
            return None
        return "is no whole number in range", f"write one from 0 to {top}"

    return check


def _digest(text: str) -> Refusal:
    if re.fullmatch(r"[0-9a-f]{64}", text):
        return None
    return "is no SHA-256", "write 64 hexadecimal digits, small letters"


def _sketch(text: str) -> Refusal:
    if re.fullmatch(r"[0-9a-f]{32}", text):
        return None
    return "is no sketch", "write 32 hexadecimal digits, small letters"


_services = _notation(read_services)
_range = _notation(range_intervals)
_cdn = Column(_one_of("both", *CDNS))
_reading = Column(_one_of("both", *READINGS))
_ends = Column(_words(_end))
_provenance = {
    "basis": Column(_one_of(*BASES)),
    "cites": Column(_words(_identifier), optional=True),
    "rationale": Column(_text),
}
_words_of_ids = Column(_words(_identifier))


class Table(NamedTuple):
    """One table: the type of its rows and the checks of its columns, in order."""

    row: Callable[..., Any]
    columns: Mapping[str, Column]


TABLES: Mapping[str, Table] = {
    "subnets": Table(
        SubnetRow,
        {
            "name": Column(_name),
            "network": Column(_name),
            "cidr": Column(_words(_range)),
            **_provenance,
        },
    ),
    "nodes": Table(
        NodeRow,
        {
            "name": Column(_name),
            "cdn": _cdn,
            "role": Column(_name),
            "function": Column(_one_of(*FUNCTIONS)),
            "home": Column(_name),
            "stores": Column(_one_of("yes", "no")),
            **_provenance,
        },
    ),
    "interfaces": Table(
        InterfaceRow,
        {
            "name": Column(_name),
            "cdn": _cdn,
            "node": Column(_name),
            "subnet": Column(_name, optional=True),
            "address": Column(_words(_range)),
            "public": Column(_words(_notation(address_number)), optional=True),
            "carries": Column(_one_of("both", "arrivals", "departures")),
            **_provenance,
        },
    ),
    "listeners": Table(
        ListenerRow,
        {
            "name": Column(_name),
            "cdn": _cdn,
            "node": Column(_name),
            "services": Column(_services),
            **_provenance,
        },
    ),
    "rules": Table(
        RuleRow,
        {
            "name": Column(_name),
            "cdn": _cdn,
            "reading": _reading,
            "network": Column(_name),
            "direction": Column(_one_of("ingress", "egress")),
            "priority": Column(_number_to(65535)),
            "action": Column(_one_of("allow", "deny")),
            "source": _ends,
            "destination": _ends,
            "services": Column(_services),
            **_provenance,
        },
    ),
    "routes": Table(
        RouteRow,
        {
            "name": Column(_name),
            "cdn": _cdn,
            "priority": Column(_number_to(65535)),
            "source": _ends,
            "destination": _ends,
            "via": Column(_name),
            "public": Column(_notation(address_number)),
            **_provenance,
        },
    ),
    "relays": Table(
        RelayRow,
        {
            "name": Column(_name),
            "cdn": _cdn,
            "node": Column(_name),
            "accepts": Column(_services),
            "exit": Column(_name),
            "destination": _ends,
            "services": Column(_services),
            "carrier": Column(_flow, optional=True),
            **_provenance,
        },
    ),
    "sections": Table(
        SectionRow,
        {
            "section": Column(_name),
            "kind": Column(_one_of(*PARTS)),
            "notebook": Column(_notebook, optional=True),
            "gist": Column(_text),
            "fingerprint": Column(_digest, optional=True),
            "words": Column(_number_to(1000)),
            "sketch": Column(_sketch, optional=True),
            "basis": Column(_one_of(*BASES)),
        },
    ),
    "sentences": Table(
        SentenceRow,
        {
            "sentence": Column(_identifier),
            "section": Column(_name),
            "kind": Column(_one_of(*CLASSES)),
            "gist": Column(_text),
            "fingerprint": Column(_digest),
            "words": Column(_number_to(1000)),
            "sketch": Column(_sketch),
            "basis": Column(_one_of(*BASES)),
        },
    ),
    "claims": Table(
        ClaimRow,
        {
            "claim": Column(_identifier),
            "sentence": Column(_identifier),
            "cdn": _cdn,
            "reading": _reading,
            "level": Column(_one_of(*LEVELS)),
            "verb": Column(_one_of(*VERBS)),
            "source": Column(_words(_end), optional=True),
            "destination": Column(_words(_end), optional=True),
            "services": Column(_services, optional=True),
            "via": Column(_text, optional=True),
            "expected": Column(_one_of(*VERDICTS)),
            "basis": Column(_one_of(*BASES)),
            "says": Column(_text),
            "means": Column(_text),
        },
    ),
    "ambiguities": Table(
        AmbiguityRow,
        {
            "ambiguity": Column(_identifier),
            "title": Column(_text),
            "sentences": _words_of_ids,
            "literal": _words_of_ids,
            "operational": _words_of_ids,
            "literal_reading": Column(_text),
            "operational_reading": Column(_text),
            "evidence": Column(_text),
            "proposal": Column(_text),
            "basis": Column(_one_of(*BASES)),
        },
    ),
    "exceptions": Table(
        ExceptionRow,
        {
            "claim": Column(_identifier),
            "rationale": Column(_text),
            "owner": Column(_text),
            "until": Column(_notation(read_date)),
            "basis": Column(_one_of(*BASES)),
        },
    ),
    "suppressions": Table(
        SuppressionRow,
        {
            "suppression": Column(_identifier),
            "table": Column(_one_of(*OPERATORS)),
            "row": Column(_words(_name)),
            "operator": Column(_words(_name)),
            "cdn": _cdn,
            "reading": _reading,
            "rationale": Column(_text),
            "basis": Column(_one_of(*BASES)),
        },
    ),
    "requirements": Table(
        RequirementRow,
        {
            "requirement": Column(_requirement),
            "gist": Column(_text),
            "stance": Column(_one_of(*STANCES)),
            "sentences": Column(_words_of_ids.check, optional=True),
            "claims": Column(_words_of_ids.check, optional=True),
            "rationale": Column(_text),
            "basis": Column(_one_of(*BASES)),
        },
    ),
}
"""Every table by name; its file is ``<name>.csv``."""

NEEDS: Mapping[str, tuple[str, ...]] = {
    "allows": ("source", "destination", "services"),
    "denies": ("source", "destination", "services"),
    "only-from": ("source", "destination", "services"),
    "only-on": ("source", "destination", "services"),
    "reaches": ("source", "destination", "services"),
    "only-through": ("source", "destination", "services", "via"),
    "translated-to": ("source", "destination", "services", "via"),
    "fact": ("via",),
    "beyond": (),
}
"""The cells that a claim with each verb must fill; the others stay empty."""

LEVELS_OF: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("allows", "denies", "only-from", "only-on"), LEVELS[:2]),
    **dict.fromkeys(("reaches", "only-through", "translated-to"), ("journey",)),
    **dict.fromkeys(("fact", "beyond"), ("tables",)),
}
"""The levels at which each verb makes sense."""
