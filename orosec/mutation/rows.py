"""The table of this room: mistakes that the page would let pass, and why they may."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, NamedTuple

from orosec.errors import Fault, did_you_mean
from orosec.model.cells import a_name, an_identifier, in_words, one_of
from orosec.model.rows import Basis, Cdn, Rationale, Reading, Tables
from orosec.model.schema import Column, table
from orosec.model.validation import fault, numbered

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


def _unknown_operators(tables: Tables) -> Iterator[Fault]:
    """Yield operators that do not exist; a row that does not is stale, but no fault."""
    for number, suppression in numbered(tables, "suppressions"):
        known = OPERATORS.get(suppression.table, ())
        for word in suppression.operator.split() if known else ():
            if word not in known:
                problem = f"is no kind of mistake in {suppression.table}.csv"
                hint = did_you_mean(word, known)
                yield fault("suppressions", number, "operator", word, problem, hint)


_Names = Annotated[str, Column(in_words(a_name))]


@table("suppressions", "suppression", wing=True, check=_unknown_operators)
class SuppressionRow(NamedTuple):
    """A kind of mistake that the page would let pass, and why it may."""

    suppression: Annotated[str, Column(an_identifier)]
    table: Annotated[str, Column(one_of(*OPERATORS))]
    row: _Names
    operator: _Names
    cdn: Cdn
    reading: Reading
    rationale: Rationale
    basis: Basis
