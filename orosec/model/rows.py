"""The rows of the tables, a class each: named tuples, read as a sentence."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from orosec.errors import UnknownNameError, did_you_mean


class SubnetRow(NamedTuple):
    """An address segment of the customer's cloud: a range, or one of each family."""

    name: str
    network: str
    cidr: str
    basis: str
    cites: str
    rationale: str


class NodeRow(NamedTuple):
    """A machine, or a service that stands for one."""

    name: str
    cdn: str
    role: str
    function: str
    home: str
    stores: str
    basis: str
    cites: str
    rationale: str


class InterfaceRow(NamedTuple):
    """Where a node is attached and with which address, or one of each family."""

    name: str
    cdn: str
    node: str
    subnet: str
    address: str
    public: str
    carries: str
    basis: str
    cites: str
    rationale: str


class ListenerRow(NamedTuple):
    """A service that answers on some node or on all nodes of a role."""

    name: str
    cdn: str
    node: str
    services: str
    basis: str
    cites: str
    rationale: str


class RuleRow(NamedTuple):
    """A firewall rule: it decides the first packet of a connection."""

    name: str
    cdn: str
    reading: str
    network: str
    direction: str
    priority: int
    action: str
    source: str
    destination: str
    services: str
    basis: str
    cites: str
    rationale: str


class RouteRow(NamedTuple):
    """Who leaves through what, and with which public address."""

    name: str
    cdn: str
    priority: int
    source: str
    destination: str
    via: str
    public: str
    basis: str
    cites: str
    rationale: str


class RelayRow(NamedTuple):
    """What ends one connection and opens the next one."""

    name: str
    cdn: str
    node: str
    accepts: str
    exit: str
    destination: str
    services: str
    carrier: str
    basis: str
    cites: str
    rationale: str


class SectionRow(NamedTuple):
    """A part of the page, in its order, and by what its heading is recognised.

    The banner stands above the title; a part with a lead-in has a sentence for a heading.
    """

    section: str
    kind: str
    notebook: str
    gist: str
    fingerprint: str
    words: int
    sketch: str
    basis: str


class SentenceRow(NamedTuple):
    """A sentence of the page: never its words, only our gist and what recognises them.

    What recognises them is explained in `orosec.drift.fingerprints`.
    """

    sentence: str
    section: str
    kind: str
    gist: str
    fingerprint: str
    words: int
    sketch: str
    basis: str


class ClaimRow(NamedTuple):
    """One thing that a sentence promises, in a form that can be computed."""

    claim: str
    sentence: str
    cdn: str
    reading: str
    level: str
    verb: str
    source: str
    destination: str
    services: str
    via: str
    expected: str
    basis: str
    says: str
    means: str


class AmbiguityRow(NamedTuple):
    """A place where the page is ambiguous or contradicts itself."""

    ambiguity: str
    title: str
    sentences: str
    literal: str
    operational: str
    literal_reading: str
    operational_reading: str
    evidence: str
    proposal: str
    basis: str


class ExceptionRow(NamedTuple):
    """A promise that may be broken for a while: somebody answers for it until a day."""

    claim: str
    rationale: str
    owner: str
    until: str
    basis: str


class SuppressionRow(NamedTuple):
    """A kind of mistake that the page would let pass, and why it may."""

    suppression: str
    table: str
    row: str
    operator: str
    cdn: str
    reading: str
    rationale: str
    basis: str


class RequirementRow(NamedTuple):
    """A requirement of PCI DSS 4.0.1, and what of the page bears on it."""

    requirement: str
    gist: str
    stance: str
    sentences: str
    claims: str
    rationale: str
    basis: str


class Tables(NamedTuple):
    """Every table, as tuples of rows: hashable, comparable, never changed."""

    subnets: tuple[SubnetRow, ...]
    nodes: tuple[NodeRow, ...]
    interfaces: tuple[InterfaceRow, ...]
    listeners: tuple[ListenerRow, ...]
    rules: tuple[RuleRow, ...]
    routes: tuple[RouteRow, ...]
    relays: tuple[RelayRow, ...]
    sections: tuple[SectionRow, ...]
    sentences: tuple[SentenceRow, ...]
    claims: tuple[ClaimRow, ...]
    ambiguities: tuple[AmbiguityRow, ...]
    exceptions: tuple[ExceptionRow, ...]
    suppressions: tuple[SuppressionRow, ...]
    requirements: tuple[RequirementRow, ...]


def row_with(kind: Any, **cells: Any) -> Any:
    """Return a row of a class with these cells, and empty ones in all other columns.

    So a column that is added later needs no word here or where a row is made.
    """
    return kind(**(dict.fromkeys(kind._fields, "") | cells))


def row_name(row: Any) -> str:
    """Return what tells a row apart in its table: the cell of its first column.

    This is the one place that says so.
    """
    name: str = row[0]
    return name


def row_number(tables: Tables, table: str, name: str) -> int:
    """Return the place of a row in its table, from 0.

    Raises:
        UnknownNameError: there is no such row.
    """
    names = [row_name(row) for row in getattr(tables, table)]
    if name not in names:
        raise UnknownNameError(str(name), f"row of {table}", did_you_mean(str(name), names))
    return names.index(name)


def applying(tables: Tables, name: str, cdn: str, reading: str) -> Iterator[Any]:
    """Yield the rows of a table that count under one CDN and one reading."""
    return (row for row in getattr(tables, name) if applies(row, cdn, reading))


def applies(row: Any, cdn: str, reading: str) -> bool:
    """Return whether a row counts under one CDN and one reading.

    A row without a reading counts under both. This is the one place that says so.
    """
    return row.cdn in ("both", cdn) and getattr(row, "reading", "both") in ("both", reading)
