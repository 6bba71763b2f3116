"""Lint: all that is odd about a network, under every CDN and reading, as one report."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from orosec.bulk.shadowing import RuleLists
from orosec.engine.decision_diagram import remembering
from orosec.errors import counted
from orosec.linting import exposed, redundant
from orosec.linting.advice import harmless
from orosec.linting.finding import (
    EVERYWHERE,
    IDLE,
    KINDS,
    LintFinding,
    Words,
    asked,
    named,
    rule_lists,
)
from orosec.model.addressing import ROWS, grouped
from orosec.model.network import Network, given
from orosec.model.schema import Variant, variants, variants_of
from orosec.results import Sheet, Shown, under

SEVERITIES = ("high", "medium", "low", "explained")

_FEW = 5
"""So many findings of one kind are told one by one."""

_CHOICE = "your choice: it can go, or stay"
_OWN = "not under every CDN and reading: give it rows of its own where it is so"


class ReportedFinding(NamedTuple):
    """One odd thing, with the CDNs and readings under which it is so.

    Attributes:
        finding: what is odd, and about which row.
        under: pairs of a CDN and a reading.
    """

    finding: LintFinding
    under: tuple[tuple[str, str], ...]

    @property
    def severity(self) -> str:
        """High, medium or low; or explained."""
        return "explained" if self.finding.explained else KINDS[self.finding.kind].severity


class Lint(Shown):
    """The report on a network.

    Attributes:
        findings: what should be looked at, the most severe first.
        explained: what is odd and may stay, each with its reason.
    """

    def __init__(self, found: Iterable[ReportedFinding]) -> None:
        ordered = sorted(found, key=lambda each: SEVERITIES.index(each.severity))
        self.findings = tuple(each for each in ordered if not each.finding.explained)
        self.explained = tuple(each for each in ordered if each.finding.explained)

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
            ((one.severity, one.finding.kind, one.finding.table, one.under), one)
            for one in every
        )
        rows = [cells for several in alike.values() for cells in _rows(several)]
        title = f"{counted(len(self.findings), 'finding')}, {len(self.explained)} explained"
        notes = ["What is explained may stay as it is, and counts for nothing."]
        notes = notes if self.explained else []
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

    >>> [reported.finding.row for reported in lint().findings]
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
    every = [ReportedFinding(first, under) for (first, *_), under in found]
    return Lint(one for one in _advised(tables, every, lists) if wanted & set(one.under))


def _advised(
    network: Network, every: Sequence[ReportedFinding], lists: RuleLists
) -> Iterator[ReportedFinding]:
    """Yield what counts, each with its edit where that changes no answer anywhere.

    A rule that is idle under each CDN and reading is so for whatever reasons.
    """
    speaks = {
        (table, row.name): {*variants_of(row)}
        for table in ROWS
        for row in getattr(network.tables, table)
    }
    idle: dict[str, set[Variant]] = defaultdict(set)
    for one in every:
        if one.finding.kind in IDLE:
            idle[one.finding.row] |= {*one.under}
    lasting = {
        one
        for one in every
        if speaks.get(one.finding[1:3], set())
        <= (idle[one.finding.row] if one.finding.kind in IDLE else {*one.under})
    }
    gone, safe = harmless(network, [one.finding for one in every if one in lasting], lists)
    for one in every:
        found = one.finding
        if found.kind in EVERYWHERE and found.row not in gone:
            continue
        if found.edit and found.edit not in safe:
            found = found._replace(edit=None, note=_CHOICE if one in lasting else _OWN)
        yield one._replace(finding=found)


def _rows(alike: Sequence[ReportedFinding]) -> Iterator[tuple[str, ...]]:
    """Yield the cells of each; of many at once: who they are, and the first of them."""
    few = len(alike) <= _FEW
    for one in alike if few else alike[:1]:
        found, names, many = one.finding, one.finding.row, ""
        if not few:
            names = named(other.finding.row for other in alike)
            many = f"{len(alike)} {found.table} {KINDS[found.kind].says}. {found.row} "
        example = f" For example {found.evidence}." if found.evidence else ""
        yield (
            one.severity,
            f"{found.table}: {names}",
            under(one.under),
            f"{many}{found.says}.{example}",
            found.explained or _suggestion(found),
        )


def _suggestion(found: LintFinding) -> str:
    return ", ".join(filter(None, (str(found.edit or ""), found.advice)))


def _values(reported: ReportedFinding) -> dict[str, Any]:
    found, edit = reported.finding, reported.finding.edit
    return {
        "kind": found.kind,
        "severity": reported.severity,
        "table": found.table,
        "row": found.row,
        "under": [{"cdn": cdn, "reading": reading} for cdn, reading in reported.under],
        "says": found.says,
        "evidence": found.evidence or None,
        "edit": edit
        and {"table": edit.table, "row": edit.row, "cells": dict(edit.columns)},
        "suggestion": _suggestion(found) or None,
        "explained": found.explained or None,
    }
