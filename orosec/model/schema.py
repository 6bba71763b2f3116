"""What a table is: the class of its rows, which declares each column once.

A row reads as a sentence, left to right. Every row of every table carries its
`basis`: *documented* (the page says so, and `cites` names the sentence), *inferred*
(it follows from what the page says), *assumed* (the page is silent and we chose),
*platform* (Google Cloud or Cloudflare behaves so), or *proposed* (somebody tries out a
change; no documented row is).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from itertools import product
from types import MappingProxyType
from typing import Any, NamedTuple, TypeAlias, TypeVar, get_type_hints

from orosec.errors import Fault, UnknownNameError, did_you_mean
from orosec.model.cells import Refusal, one_of

CDNS = ("google", "cloudflare")
READINGS = ("operational", "literal")

Variant: TypeAlias = tuple[str, str]
"""A CDN and a reading."""

BASES = ("documented", "inferred", "assumed", "platform", "proposed")
LEVELS = ("permitted", "served", "journey", "tables")
VERDICTS = ("holds", "broken", "vacuous", "beyond")
CLASSES = ("normative-network", "normative-procedural", "informative", "navigation")
PARTS = ("banner", "title", "heading", "lead-in")
FUNCTIONS = ("application", "cdn", "egress", "bridge", "vpn", "outside", "other")
OUTSIDE_HOMES = ("border", "internet")
EVERY = "every"
"""What stands for each network with a subnet, in the column `network` of a rule that the
platform asks before all others."""

SPECIAL_ENDS = ("any", "internet", "elsewhere")
"""Ends that are no rows: every address, the public ones, and foreign private ones."""


def registered(room: str) -> Mapping[str, Any]:
    """Return what claims may call, by name: ``verbs`` or ``facts``.

    These stand above the tables, which cannot import them. So their room is asked for by
    name, and not before a claim calls one: by then it can be loaded.
    """
    registry: Mapping[str, Any] = import_module(f"orosec.claims.{room}").REGISTRY
    return registry


def a_verb(text: str) -> Refusal:
    """Check the name of a verb."""
    return one_of(*registered("verbs"))(text)


_RENAMES = (
    "where=cites why=rationale reason=rationale duty=function finding=ambiguity "
    "findings.csv=ambiguities.csv silence=suppression silences.csv=suppressions.csv"
)
RENAMED = MappingProxyType(dict(pair.split("=") for pair in _RENAMES.split()))
"""Columns and files that had another name before the first release, by that name."""


class Column(NamedTuple):
    """One column: what may stand in a cell, and what a new row has there.

    Attributes:
        check: says what is wrong with a text, or None.
        names: what the words of the cell name, as `orosec.model.validation` tells;
            empty where they are themselves.
        default: the cell of a new row that does not say; None where it must.
        optional: whether the cell may be empty.
        later: whether folders from before it lack it; their cells are empty.
        whole: whether it is a whole number; `table` reads it off the type.
    """

    check: Callable[[str], Refusal]
    names: str = ""
    default: str | int | None = None
    optional: bool = False
    later: bool = False
    whole: bool = False


def or_empty(check: Callable[[str], Refusal], *, names: str = "") -> Column:
    """Return a column whose cells may be empty, and are so in a new row."""
    return Column(check, names, default="", optional=True)


def added_later(check: Callable[[str], Refusal]) -> Column:
    """Return a column that may be empty, and that older folders may lack."""
    return or_empty(check)._replace(later=True)


class Table(NamedTuple):
    """One table, as its row class declares it.

    Attributes:
        row: the class of its rows; a cell that is no text is a whole number.
        columns: each column by name, in order.
        kind: what one row is called, as in ``with_rule``.
        by_position: how many cells of a new row are given by position.
        wing: whether a wing declares it: a folder without its file means the documented.
        check: yields what is wrong between its rows and others.
    """

    row: Callable[..., Any]
    columns: Mapping[str, Column]
    kind: str
    by_position: int
    wing: bool
    check: Callable[[Any], Iterable[Fault]]


_Row = TypeVar("_Row", bound=type)
_tables: dict[str, Table] = {}
TABLES: Mapping[str, Table] = MappingProxyType(_tables)
"""Every table by name; its file is ``<name>.csv``.

Filled by `table`, those of the core first; complete once `orosec.model.tables` is loaded.
"""


def table(
    name: str,
    kind: str,
    *,
    by_position: int = 1,
    wing: bool = False,
    check: Callable[[Any], Iterable[Fault]] = lambda _: (),
) -> Callable[[_Row], _Row]:
    """Return a decorator that declares a table by the class of its rows.

    Each annotation of the class is ``Annotated[str, Column(...)]``, or a name for one.
    """

    def declare(row: _Row) -> _Row:
        hints = get_type_hints(row, include_extras=True)
        columns = {
            column: hint.__metadata__[0]._replace(whole=hint.__origin__ is int)
            for column, hint in hints.items()
        }
        declared = MappingProxyType(columns)
        _tables[name] = Table(row, declared, kind, by_position, wing, check)
        for later in sorted(name for name, known in _tables.items() if known.wing):
            _tables[later] = _tables.pop(later)  # whichever wing is loaded first
        return row

    return declare


def variants(cdn: str | None = None, reading: str | None = None) -> tuple[Variant, ...]:
    """Return each CDN with each reading, or those of one CDN, or of one reading.

    Raises:
        UnknownNameError: no such CDN or reading.
    """
    for one, what, known in ((cdn, "CDN", CDNS), (reading, "reading", READINGS)):
        if one is not None and one not in known:
            raise UnknownNameError(one, what, did_you_mean(one, known))
    cdns, readings = (cdn,) if cdn else CDNS, (reading,) if reading else READINGS
    return tuple(product(cdns, readings))


def applies(row: Any, cdn: str, reading: str) -> bool:
    """Return whether a row counts under one CDN and one reading.

    A row without a reading counts under both. This is the one place that says so.
    """
    return row.cdn in ("both", cdn) and getattr(row, "reading", "both") in ("both", reading)


def variants_of(row: Any) -> tuple[Variant, ...]:
    """Return each CDN and reading under which a row counts."""
    return tuple(variant for variant in variants() if applies(row, *variant))
