"""Lint: all that is odd about a network, under every CDN and reading, as one report."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from orosec.bulk.shadowing import RuleLists
from orosec.engine.decision_diagram import remembering
from orosec.errors import counted
from orosec.linting import exposed, redundant
from orosec.linting.advice import advised
from orosec.linting.finding import KINDS, LintFinding, Words, asked, named, rule_lists
from orosec.model.addressing import grouped
from orosec.model.network import Network, given
from orosec.model.schema import variants
from orosec.results import Sheet, Shown, under

SEVERITIES = ("high", "medium", "low", "explained")

_FEW = 5
"""So many findings of one kind are told one by one."""


class Lint(Shown):
    """The report on a network.

    Attributes:
        findings: what should be looked at, the most severe first.
        explained: what is odd and may stay, each with its reason.
    """

    def __init__(self, found: Iterable[LintFinding]) -> None:
        ordered = sorted(found, key=lambda each: SEVERITIES.index(each.severity))
        self.findings = tuple(each for each in ordered if not each.explained)
        self.explained = tuple(each for each in ordered if each.explained)

    @property
    def clean(self) -> bool:
        """Whether nothing should be looked at."""
        return not self.findings

    @property
    def sheet(self) -> Sheet:
        """One row for each finding, then one for each that is explained.

        Where many are of one kind, one row stands for all of them, with an example.
        """
        columns = ("severity", "row", "under", "what is odd", "suggestion")
        every = (*self.findings, *self.explained)
        alike = grouped(
            ((one.severity, one.kind, one.table, one.under), one) for one in every
        )
        rows = [cells for several in alike.values() for cells in _rows(several)]
        title = f"{counted(len(self.findings), 'finding')}, {len(self.explained)} explained"
        explained = "What is explained may stay as it is, and counts for nothing."
        notes = [explained] if self.explained else []
        if len(rows) < len(every):
            notes.append("Where many are of one kind, one is told; JSON lists each.")
        return Sheet(title, columns, rows, notes)

    def as_dict(self) -> dict[str, Any]:
        """Return the report as plain values, for JSON."""
        told = {"findings": self.findings, "explained": self.explained}
        return {name: [*map(_values, found)] for name, found in told.items()}


@remembering()
def lint(
    *, cdn: str | None = None, reading: str | None = None, network: Network | None = None
) -> Lint:
    """Look for all that is odd about a network.

    Args:
        cdn: keep to one CDN; both where left out.
        reading: keep to one reading; both where left out.
        network: the tables to look at; the documented ones where left out.

    >>> [one.row for one in lint().findings]
    ['load-balancer-to-web']

    Raises:
        UnknownNameError: no such CDN or reading.
    """
    tables = given(network)
    wanted = set(variants(cdn, reading))
    scenarios = {variant: tables.scenario(*variant) for variant in variants()}
    lists = RuleLists(
        one for scenario in scenarios.values() for one in rule_lists(scenario).values()
    )
    alike = grouped(
        (finding._replace(words=Words), (finding, variant))
        for variant, scenario in scenarios.items()
        for every in [asked(scenario, lists)]
        for look in (*redundant.LOOKS, *exposed.LOOKS)
        for finding in look(scenario, every)
    )  # under several CDNs and readings the words may differ
    found = (zip(*pairs, strict=True) for pairs in alike.values())
    every = [first._replace(under=under) for (first, *_), under in found]
    return Lint(one for one in advised(tables, every, lists) if wanted & {*one.under})


def _rows(alike: Sequence[LintFinding]) -> Iterator[tuple[str, ...]]:
    """Yield the cells of each; of many at once: who they are, and the first of them."""
    few = len(alike) <= _FEW
    for one in alike if few else alike[:1]:
        names = one.row if few else named(other.row for other in alike)
        many = f"{len(alike)} {one.table} {KINDS[one.kind].says}. {one.row} "
        example = f" For example {one.evidence}." if one.evidence else ""
        yield (
            one.severity,
            f"{one.table}: {names}",
            under(one.under),
            f"{'' if few else many}{one.says}.{example}",
            one.explained or one.suggestion,
        )


def _values(one: LintFinding) -> dict[str, Any]:
    edit = one.edit
    return {
        "kind": one.kind,
        "severity": one.severity,
        "table": one.table,
        "row": one.row,
        "under": [{"cdn": cdn, "reading": reading} for cdn, reading in one.under],
        "says": one.says,
        "evidence": one.evidence or None,
        "edit": edit
        and {"table": edit.table, "row": edit.row, "cells": dict(edit.columns)},
        "suggestion": one.suggestion or None,
        "explained": one.explained or None,
    }
