"""Lint: all that is odd about a network, under every CDN and reading, as one report."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from orosec.errors import counted
from orosec.linting import exposed, redundant
from orosec.linting.finding import EVERYWHERE, KINDS, LintFinding
from orosec.model.addressing import grouped
from orosec.model.network import Network, given
from orosec.model.schema import Variant, variants, variants_of
from orosec.results import Sheet, Shown, under

SEVERITIES = ("high", "medium", "low", "explained")


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
        return "explained" if self.finding.explained else KINDS[self.finding.kind]


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
        """One row for each finding, then one for each that is explained."""
        columns = ("severity", "row", "under", "what is odd", "suggestion")
        every = (*self.findings, *self.explained)
        title = f"{counted(len(self.findings), 'finding')}, {len(self.explained)} explained"
        note = "What is explained may stay as it is, and counts for nothing."
        notes = (note,) if self.explained else ()
        return Sheet(title, columns, [*map(_cells, every)], notes)

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
        (finding._replace(says="", evidence="", advice=""), (finding, variant))
        for variant in variants()
        for look in (*redundant.LOOKS, *exposed.LOOKS)
        for finding in look(tables.scenario(*variant))
    )  # under several CDNs and readings the words may differ
    every = (_merged(tables, *zip(*pairs, strict=True)) for pairs in alike.values())
    return Lint(merged for merged in every if merged and asked & set(merged.under))


def _merged(
    network: Network, findings: Sequence[LintFinding], under: Sequence[Variant]
) -> ReportedFinding | None:
    """Make one of what is alike, unless it counts only where it is so everywhere.

    An edit is suggested only where it is right wherever the row speaks.
    """
    finding = findings[0]
    rows = getattr(network.tables, finding.table)
    row = next(row for row in rows if row.name == finding.row)
    if not set(variants_of(row)) <= set(under):
        if finding.kind in EVERYWHERE:
            return None
        if finding.edit is not None:
            own = "not under every CDN and reading: give it rows of its own, then"
            finding = finding._replace(edit=None, advice=f"{own} {finding.edit}")
    return ReportedFinding(finding, tuple(under))


def _cells(reported: ReportedFinding) -> tuple[str, ...]:
    found = reported.finding
    example = f" For example {found.evidence}." if found.evidence else ""
    row, says = f"{found.table}: {found.row}", f"{found.says}.{example}"
    suggested = found.explained or _suggestion(found)
    return reported.severity, row, under(reported.under), says, suggested


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
