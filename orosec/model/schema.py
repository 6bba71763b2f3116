"""What each table holds: its columns in order, and what may stand in a cell.

A row reads as a sentence, left to right. Every row of every table carries its
`basis`: *documented* (the page says so, and `cites` names the sentence), *inferred*
(it follows from what the page says), *assumed* (the page is silent and we chose),
*platform* (Google Cloud or Cloudflare behaves so), or *proposed* (somebody tries out a
change; no documented row is).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from itertools import product
from typing import Any, NamedTuple, TypeAlias

from orosec.engine.notation import (
    address_number,
    read_date,
)
from orosec.errors import UnknownNameError, did_you_mean
from orosec.model.cells import (
    Column,
    Refusal,
    a_digest,
    a_flow,
    a_name,
    a_notebook,
    a_range,
    a_requirement,
    a_sketch,
    an_end,
    an_identifier,
    any_text,
    in_notation,
    in_words,
    number_to,
    one_of,
    some_services,
)
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
    applies,
)

CDNS = ("google", "cloudflare")
READINGS = ("operational", "literal")

Variant: TypeAlias = tuple[str, str]
"""A CDN and a reading."""

BASES = ("documented", "inferred", "assumed", "platform", "proposed")
LEVELS = ("permitted", "served", "journey", "tables")
VERDICTS = ("holds", "broken", "vacuous", "beyond")
CLASSES = ("normative-network", "normative-procedural", "informative", "navigation")
PARTS = ("banner", "title", "heading", "lead-in")
STANCES = ("supported", "in-part", "conflict", "nothing")
"""How the page stands to a requirement; *nothing* is behind it where it is silent."""
FUNCTIONS = ("application", "cdn", "egress", "bridge", "vpn", "outside")

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


def registered(room: str) -> Mapping[str, Any]:
    """Return what claims may call, by name: ``verbs`` or ``facts``.

    These stand above the tables, which cannot import them. So their room is asked for by
    name, and not before a claim calls one: by then it can be loaded.
    """
    registry: Mapping[str, Any] = import_module(f"orosec.claims.{room}").REGISTRY
    return registry


def _a_verb(text: str) -> Refusal:
    return one_of(*registered("verbs"))(text)


_cdn = Column(one_of("both", *CDNS))
_reading = Column(one_of("both", *READINGS))
_ends = Column(in_words(an_end))
_provenance = {
    "basis": Column(one_of(*BASES)),
    "cites": Column(in_words(an_identifier), optional=True),
    "rationale": Column(any_text),
}
_words_of_ids = Column(in_words(an_identifier))


class Table(NamedTuple):
    """One table: the type of its rows and the checks of its columns, in order."""

    row: Callable[..., Any]
    columns: Mapping[str, Column]


TABLES: Mapping[str, Table] = {
    "subnets": Table(
        SubnetRow,
        {
            "name": Column(a_name),
            "network": Column(a_name),
            "cidr": Column(in_words(a_range)),
            **_provenance,
        },
    ),
    "nodes": Table(
        NodeRow,
        {
            "name": Column(a_name),
            "cdn": _cdn,
            "role": Column(a_name),
            "function": Column(one_of(*FUNCTIONS)),
            "home": Column(a_name),
            "stores": Column(one_of("yes", "no")),
            **_provenance,
        },
    ),
    "interfaces": Table(
        InterfaceRow,
        {
            "name": Column(a_name),
            "cdn": _cdn,
            "node": Column(a_name),
            "subnet": Column(a_name, optional=True),
            "address": Column(in_words(a_range)),
            "public": Column(in_words(in_notation(address_number)), optional=True),
            "carries": Column(one_of("both", "arrivals", "departures")),
            **_provenance,
        },
    ),
    "listeners": Table(
        ListenerRow,
        {
            "name": Column(a_name),
            "cdn": _cdn,
            "node": Column(a_name),
            "services": Column(some_services),
            **_provenance,
        },
    ),
    "rules": Table(
        RuleRow,
        {
            "name": Column(a_name),
            "cdn": _cdn,
            "reading": _reading,
            "network": Column(a_name),
            "direction": Column(one_of("ingress", "egress")),
            "priority": Column(number_to(65535)),
            "action": Column(one_of("allow", "deny")),
            "source": _ends,
            "destination": _ends,
            "services": Column(some_services),
            **_provenance,
        },
    ),
    "routes": Table(
        RouteRow,
        {
            "name": Column(a_name),
            "cdn": _cdn,
            "priority": Column(number_to(65535)),
            "source": _ends,
            "destination": _ends,
            "via": Column(a_name),
            "public": Column(in_notation(address_number)),
            **_provenance,
        },
    ),
    "relays": Table(
        RelayRow,
        {
            "name": Column(a_name),
            "cdn": _cdn,
            "node": Column(a_name),
            "accepts": Column(some_services),
            "exit": Column(a_name),
            "destination": _ends,
            "services": Column(some_services),
            "carrier": Column(a_flow, optional=True),
            **_provenance,
        },
    ),
    "sections": Table(
        SectionRow,
        {
            "section": Column(a_name),
            "kind": Column(one_of(*PARTS)),
            "notebook": Column(a_notebook, optional=True),
            "gist": Column(any_text),
            "fingerprint": Column(a_digest, optional=True),
            "words": Column(number_to(1000)),
            "sketch": Column(a_sketch, optional=True),
            "basis": Column(one_of(*BASES)),
        },
    ),
    "sentences": Table(
        SentenceRow,
        {
            "sentence": Column(an_identifier),
            "section": Column(a_name),
            "kind": Column(one_of(*CLASSES)),
            "gist": Column(any_text),
            "fingerprint": Column(a_digest),
            "words": Column(number_to(1000)),
            "sketch": Column(a_sketch),
            "basis": Column(one_of(*BASES)),
        },
    ),
    "claims": Table(
        ClaimRow,
        {
            "claim": Column(an_identifier),
            "sentence": Column(an_identifier),
            "cdn": _cdn,
            "reading": _reading,
            "level": Column(one_of(*LEVELS)),
            "verb": Column(_a_verb),
            "source": Column(in_words(an_end), optional=True),
            "destination": Column(in_words(an_end), optional=True),
            "services": Column(some_services, optional=True),
            "via": Column(any_text, optional=True),
            "expected": Column(one_of(*VERDICTS)),
            "basis": Column(one_of(*BASES)),
            "says": Column(any_text),
            "means": Column(any_text),
        },
    ),
    "ambiguities": Table(
        AmbiguityRow,
        {
            "ambiguity": Column(an_identifier),
            "title": Column(any_text),
            "sentences": _words_of_ids,
            "literal": _words_of_ids,
            "operational": _words_of_ids,
            "literal_reading": Column(any_text),
            "operational_reading": Column(any_text),
            "evidence": Column(any_text),
            "proposal": Column(any_text),
            "basis": Column(one_of(*BASES)),
        },
    ),
    "exceptions": Table(
        ExceptionRow,
        {
            "claim": Column(an_identifier),
            "rationale": Column(any_text),
            "owner": Column(any_text),
            "until": Column(in_notation(read_date)),
            "basis": Column(one_of(*BASES)),
        },
    ),
    "suppressions": Table(
        SuppressionRow,
        {
            "suppression": Column(an_identifier),
            "table": Column(one_of(*OPERATORS)),
            "row": Column(in_words(a_name)),
            "operator": Column(in_words(a_name)),
            "cdn": _cdn,
            "reading": _reading,
            "rationale": Column(any_text),
            "basis": Column(one_of(*BASES)),
        },
    ),
    "requirements": Table(
        RequirementRow,
        {
            "requirement": Column(a_requirement),
            "gist": Column(any_text),
            "stance": Column(one_of(*STANCES)),
            "sentences": Column(_words_of_ids.check, optional=True),
            "claims": Column(_words_of_ids.check, optional=True),
            "rationale": Column(any_text),
            "basis": Column(one_of(*BASES)),
        },
    ),
}
"""Every table by name; its file is ``<name>.csv``."""


def variants(cdn: str | None = None, reading: str | None = None) -> tuple[Variant, ...]:
    """Return each CDN with each reading, or those of one CDN, or of one reading.

    Raises:
        UnknownNameError: no such CDN or reading.
    """
    if cdn is not None and cdn not in CDNS:
        raise UnknownNameError(cdn, "CDN", did_you_mean(cdn, CDNS))
    if reading is not None and reading not in READINGS:
        raise UnknownNameError(reading, "reading", did_you_mean(reading, READINGS))
    cdns, readings = (cdn,) if cdn else CDNS, (reading,) if reading else READINGS
    return tuple(product(cdns, readings))


def variants_of(row: Any) -> tuple[Variant, ...]:
    """Return each CDN and reading under which a row counts."""
    return tuple(variant for variant in variants() if applies(row, *variant))
