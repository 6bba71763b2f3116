"""The table of this room: requirements of a standard, and what bears on each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, NamedTuple

from orosec.errors import Fault
from orosec.model.cells import matching, one_of
from orosec.model.rows import Basis, Ids, Rationale, Tables, Text
from orosec.model.schema import Column, or_empty, table
from orosec.model.validation import fault, numbered

STANCES = {
    "supported": "✔ supports it",
    "in-part": "◐ supports it in part",
    "conflict": "▲ conflicts with it",
    "nothing": "○ has nothing behind it",
}
"""How the page stands to a requirement, and how that is told."""

_NUMBER = matching(
    "[0-9]+([.][0-9]+){2,3}", "is no requirement", "write its number, as in 1.2.5"
)


def _odd_requirements(tables: Tables) -> Iterator[Fault]:
    for number, row in numbered(tables, "requirements"):
        if (row.stance == "nothing") == bool(row.sentences or row.claims):
            problem = "does not go with the sentences and claims of the row"
            hint = "behind nothing there is none, behind any other stance at least one"
            yield fault("requirements", number, "stance", row.stance, problem, hint)


@table("requirements", "requirement", wing=True, check=_odd_requirements)
class RequirementRow(NamedTuple):
    """A requirement of PCI DSS 4.0.1, and what of the page bears on it."""

    requirement: Annotated[str, Column(_NUMBER)]
    gist: Text
    stance: Annotated[str, Column(one_of(*STANCES))]
    sentences: Annotated[str, or_empty(Ids, names="sentences")]
    claims: Annotated[str, or_empty(Ids, names="claims")]
    rationale: Rationale
    basis: Basis
