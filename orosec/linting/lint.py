"""Lint: all that is odd about a network, under every CDN and reading, as one report."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from orosec.errors import counted
from orosec.linting import exposed, redundant
from orosec.linting.advice import harmless
from orosec.linting.finding import EVERYWHERE, KINDS, LintFinding, named
from orosec.model.addressing import ROWS, grouped
from orosec.model.edit import Edit
from orosec.model.network import Network, given
from orosec.model.schema import Variant, variants, variants_of
from orosec.results import Sheet, Shown, under

SEVERITIES = ("high", "medium", "low", "explained")

_FEW = 5
"""So many findings of one kind are told one by one."""


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
        rows = [
            cells
            for several in alike.values()
            for cells in (
                map(_cells, several) if len(several) <= _FEW else (_many(several),)
            )
        ]
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
    asked = set(variants(cdn, reading))
    alike = grouped(
        (finding.same, (finding, variant))
        for variant in variants()
        for look in (*redundant.LOOKS, *exposed.LOOKS)
        for finding in look(tables.scenario(*variant))
    )  # under several CDNs and readings the words may differ
    rows = _variants(tables)
    merged = (_merged(rows, *zip(*pairs, strict=True)) for pairs in alike.values())
    every = [one for one in merged if one]
    proved = harmless(tables, (one.finding.edit for one in every if one.finding.edit))
    told = (_advised(one, proved) for one in every)
    return Lint(one for one in told if asked & set(one.under))


def _advised(reported: ReportedFinding, proved: Container[Edit]) -> ReportedFinding:
    """Leave the edit where it is *proved* to change no answer; else it is a choice."""
    found = reported.finding
    if found.edit is None or found.edit in proved:
        return reported
    note = "your choice: it can go, or stay"
    return reported._replace(finding=found._replace(edit=None, note=note))


def _variants(network: Network) -> Mapping[tuple[str, str], frozenset[Variant]]:
    """Return under which CDNs and readings each row speaks, by its table and name."""
    tables = ((name, getattr(network.tables, name)) for name in ROWS)
    return {
        (name, row.name): frozenset(variants_of(row))
        for name, rows in tables
        for row in rows
    }


def _merged(
    speaks: Mapping[tuple[str, str], frozenset[Variant]],
    findings: Sequence[LintFinding],
    under: Sequence[Variant],
) -> ReportedFinding | None:
    """Make one of what is alike, unless it counts only where it is so everywhere.

    An edit is suggested only where it is right wherever the row speaks.
    """
    finding = findings[0]
    if not speaks[finding.table, finding.row] <= set(under):
        if finding.kind in EVERYWHERE:
            return None
        if finding.edit is not None:
            own = "not under every CDN and reading: give it rows of its own where it is so"
            finding = finding._replace(edit=None, note=own)
    return ReportedFinding(finding, tuple(under))


def _cells(reported: ReportedFinding) -> tuple[str, ...]:
    found = reported.finding
    example = f" For example {found.evidence}." if found.evidence else ""
    row, says = f"{found.table}: {found.row}", f"{found.says}.{example}"
    suggested = found.explained or _suggestion(found)
    return reported.severity, row, under(reported.under), says, suggested


def _many(several: Sequence[ReportedFinding]) -> tuple[str, ...]:
    """Tell many findings of one kind in one row: their number, and the first of them."""
    first, found = several[0], several[0].finding
    severity, _, where, says, suggested = _cells(first)
    names = named(one.finding.row for one in several)
    what = f"{len(several)} {found.table} {KINDS[found.kind].says}"
    return (
        severity,
        f"{found.table}: {names}",
        where,
        f"{what}. {found.row} {says}",
        suggested,
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
