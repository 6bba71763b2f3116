"""What the panel shows of a proposal, as plain values that a browser can draw."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from orosec.claims.amendments import amendments
from orosec.diagrams.diagram import draw
from orosec.diagrams.render import NoRenderer
from orosec.errors import counted
from orosec.model.network import Network, documented
from orosec.model.platform import place_of
from orosec.model.rows import RuleRow
from orosec.model.schema import CDNS, READINGS, SPECIAL_ENDS, applies
from orosec.model.validation import known_ends
from orosec.panels.proposal import Proposal, in_order
from orosec.results import Sheet
from orosec.whatif.consequences import consequences
from orosec.whatif.diff import diff

COLUMNS = ("name", "priority", "action", "source", "destination", "services")
VARIANT = ("cdn", "reading")
CHOICES = {
    "action": ("allow", "deny"),
    "direction": ("ingress", "egress"),
    "cdn": ("both", *CDNS),
    "reading": ("both", *READINGS),
}
"""The cells that hold one of a few words."""


def panes(proposal: Proposal, cdn: str, reading: str) -> dict[str, Any]:
    """Return everything that the panel shows of a proposal under one CDN and reading."""
    base, network = proposal.base, proposal.network
    return {
        "groups": list(_groups(proposal, cdn, reading)),
        "ends": _ends(network),
        "networks": sorted({row.network for row in network.tables.rules}),
        "summary": _summary(proposal),
        "difference": _sheet(diff(base, network).sheet),
        "consequences": _promises(base, network),
        "code": proposal.code,
        **_picture(base, network, cdn, reading),
    }


def _groups(proposal: Proposal, cdn: str, reading: str) -> Iterator[dict[str, Any]]:
    """Yield the rules of each network and direction, in the order they are asked.

    Rules of another CDN or reading are left out, unless the proposal has touched them.
    """
    old = {row.name: row for row in proposal.base.tables.rules}
    waiting = {cell.rule for cell in proposal.refused}
    grouped: dict[str, list[dict[str, Any]]] = {}
    for row in in_order(proposal.network):
        holds = applies(row, cdn, reading)
        if holds or row.name in waiting or old.get(row.name) != row:
            shown = _row(row, old.get(row.name), proposal, holds=holds)
            grouped.setdefault(place_of(row), []).append(shown)
    for place, rows in grouped.items():
        yield {"title": place, "rows": rows}


def _row(
    row: RuleRow, old: RuleRow | None, proposal: Proposal, *, holds: bool
) -> dict[str, Any]:
    refused = {cell.column: cell for cell in proposal.refused if cell.rule == row.name}
    cells = {
        column: {
            "text": refused[column].text if column in refused else str(value),
            "taken": str(value),
            "was": str(getattr(old, column)) if old else str(value),
        }
        for column, value in row._asdict().items()
    }
    basis = f"{row.basis} {row.cites}".rstrip()
    return {
        "name": row.name,
        "new": old is None,
        "holds": holds,
        "about": f"{basis}: {row.rationale}",
        "cells": cells,
        "problems": {column: cell.problem for column, cell in refused.items()},
    }


def _ends(network: Network) -> list[str]:
    """Return the names that may be an end of a rule."""
    names = known_ends(network.tables, "both") - set(SPECIAL_ENDS)
    return [*sorted(names), *SPECIAL_ENDS]


def _summary(proposal: Proposal) -> str:
    """Say how many rules the proposal adds, changes and takes away, and what waits."""
    old, new = (
        {row.name: row for row in network.tables.rules}
        for network in (proposal.base, proposal.network)
    )
    counts = {
        "added": len(new.keys() - old.keys()),
        "changed": sum(old[name] != new[name] for name in old.keys() & new.keys()),
        "taken away": len(old.keys() - new.keys()),
    }
    told = [f"{count} {what}" for what, count in counts.items() if count]
    text = f"Rules: {', '.join(told)}." if told else "No rule is changed."
    if waiting := len(proposal.refused):
        text += f" Not taken yet: {counted(waiting, 'cell')}."
    return text


def _sheet(sheet: Sheet) -> dict[str, Any]:
    return {part: getattr(sheet, part) for part in ("title", "columns", "rows", "notes")}


def _promises(base: Network, network: Network) -> dict[str, Any]:
    """Return what becomes of the promises, and which are not the documented ones."""
    shown = _sheet(consequences(base, network).sheet)
    found = amendments(documented(shipped=True).tables, network.tables)
    return {**shown, "notes": (*shown["notes"], *(each.says for each in found))}


def _picture(base: Network, network: Network, cdn: str, reading: str) -> dict[str, Any]:
    diagram = draw(base, network, cdn=cdn, reading=reading)
    try:
        return {"picture": diagram.picture("svg").decode("utf-8"), "words": diagram.words}
    except NoRenderer as error:
        return {"picture": "", "words": [str(error), *diagram.words]}
