"""A newer copy of the page: what changed in it, what rests on that, and what to do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import chain
from typing import Any, NamedTuple

from orosec.drift.comparison import Comparison, PageChange, compare
from orosec.drift.extract import read_page
from orosec.drift.fingerprints import RECOGNITION
from orosec.errors import PageError
from orosec.model.network import Network, given
from orosec.model.rows import Tables, row_name, row_number
from orosec.reporting.traceability import lines_of, requirements_on, rows_citing
from orosec.results import Sheet, Shown

_LONGEST = 160
_LISTED = ("rules", "listeners")
_COLUMNS = ("what", "id", "section", "line", "the copy says", "rests on it")


class Rests(NamedTuple):
    """What rests on a sentence, or on all sentences below a heading.

    Attributes:
        claims: the claims made of it.
        rules: the rules that were written from it or decide its claims.
        listeners: the services, likewise.
        others: other rows that were written from it, with their table.
        ambiguities: the findings that lay it out.
        requirements: the numbers of PCI DSS that it bears on.
        notebooks: the notebook cells that judge its claims, or the notebook of its
            section.
        alone: rows, with their table, that cite nothing else.
    """

    claims: tuple[str, ...]
    rules: tuple[str, ...]
    listeners: tuple[str, ...]
    others: tuple[str, ...]
    ambiguities: tuple[str, ...]
    requirements: tuple[str, ...]
    notebooks: tuple[str, ...]
    alone: tuple[str, ...]


class ChangeReport(NamedTuple):
    """A change, what rests on it, and what to do about it, first things first."""

    change: PageChange
    rests: Rests
    steps: tuple[str, ...]


class Drift(Shown):
    """A copy of the page beside the register.

    Attributes:
        comparison: what changed.
    """

    def __init__(self, comparison: Comparison, network: Network) -> None:
        self.comparison = comparison
        self._network = network

    @property
    def drifted(self) -> bool:
        """Whether the page is not the one that the register knows."""
        return bool(self.comparison.changes)

    @cached_property
    def reports(self) -> tuple[ChangeReport, ...]:
        """What there is to say about each change, in their order."""
        return tuple(_report(self._network, change) for change in self.comparison.changes)

    @property
    def summary(self) -> str:
        """Count what was found, in a line."""
        kinds = Counter(change.status for change in self.comparison.changes)
        parts = [f"{len(self.comparison.unchanged)} sentences unchanged"]
        parts += [f"{kinds[kind]} {kind}" for kind in _FIRST if kinds[kind]]
        if self.comparison.absent:
            names = " ".join(self.comparison.absent)
            parts.append(f"without the banner of the site ({names}), which is no drift")
        return ("drift: " if self.drifted else "no drift: ") + ", ".join(parts)

    @property
    def sheet(self) -> Sheet:
        """One row for each change."""
        rows = []
        for change, rests, _ in self.reports:
            place = (change.section, str(change.line or ""))
            names = " ".join([*rests.claims, *rests.rules, *rests.listeners])
            rows.append((change.status, _id(change), *place, _short(change.text), names))
        return Sheet("", _COLUMNS, rows, (self.summary,))

    def __str__(self) -> str:
        parts = ["\n".join(_told(report)) for report in self.reports]
        return "\n\n".join([*parts, self.summary])

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain values, for JSON."""
        return {
            "drift": self.drifted,
            "unchanged": list(self.comparison.unchanged),
            "absent": list(self.comparison.absent),
            "changes": [_as_dict(report) for report in self.reports],
        }


def drift(file: str, *, form: str = "", network: Network | None = None) -> Drift:
    """Compare a copy of the page with the register.

    Args:
        file: its path; ``-`` for standard input.
        form: html, md, rst or txt; what the ending or the text tells where left out.
        network: the tables with the register; the documented ones where left out.

    Raises:
        PageError: it cannot be read, or holds no sentence of the page.
    """
    tables = given(network)
    comparison = compare(tables.tables, read_page(file, form))
    known = [change for change in comparison.changes if change.text and change.name]
    if not comparison.unchanged and not known:
        hint = "is it a copy of this page? a text pasted in a new form keeps its words"
        raise PageError(file, "holds no sentence that the register knows", hint)
    return Drift(comparison, tables)


def _report(network: Network, change: PageChange) -> ChangeReport:
    rests = _rests(network, change)
    return ChangeReport(change, rests, tuple(_steps(network, change, rests)))


def _id(change: PageChange) -> str:
    return f"heading of {change.name}" if change.heading and change.name else change.name


def _short(text: str) -> str:
    shown = "".join(c if c.isprintable() else "\ufffd" for c in text)
    return shown if len(shown) <= _LONGEST else shown[: _LONGEST - 3] + "..."


def _as_dict(report: ChangeReport) -> dict[str, Any]:
    change = report.change._asdict()
    name = change.pop("name")
    return {
        "status": change.pop("status"),
        "sentence": "" if report.change.heading else name,
        **change,
        "recognition": _recognition(report.change),
        "rests": {name: list(value) for name, value in report.rests._asdict().items()},
        "steps": list(report.steps),
    }


def _recognition(change: PageChange) -> dict[str, Any]:
    """Return the cells of fingerprints.csv by which the new text would be known."""
    words = (change.text.casefold() if change.heading else change.text).split()
    return {column: cell(words) for column, cell in RECOGNITION.items() if words}


# What rests on a change


def _rests(network: Network, change: PageChange) -> Rests:
    tables = network.tables
    column = "section" if change.heading else "sentence"
    about = (row for row in tables.sentences if getattr(row, column) == change.name)
    sentences = dict.fromkeys(row.sentence for row in about).keys()
    lines = [line for line in lines_of(network) if line.sentence in sentences]
    written = _once(*(rows_citing(tables, name) for name in sentences))
    books = [row.notebook for row in tables.sections if row.section == change.section]
    findings = [r.ambiguity for r in tables.ambiguities if sentences & r.sentences.split()]
    return Rests(
        claims=_once(line.claim for line in lines if line.claim),
        rules=_once(*(line.rules for line in lines)),
        listeners=_once(*(line.listeners for line in lines)),
        others=tuple(": ".join(row) for row in written if row[0] not in _LISTED),
        ambiguities=tuple(findings),
        requirements=_once(*(requirements_on(tables, name) for name in sentences)),
        notebooks=_once(*(line.cells for line in lines)) or _once(filter(None, books)),
        alone=tuple(": ".join(r) for r in written if _cited(tables, *r) <= sentences),
    )


def _cited(tables: Tables, table: str, name: str) -> set[str]:
    """Return the sentences that a row cites."""
    return {*getattr(tables, table)[row_number(tables, table, name)].cites.split()}


def _once(*values: Iterable[Any]) -> tuple[Any, ...]:
    """Return each value once, in their order."""
    return tuple(dict.fromkeys(chain(*values)))


# What is told of it


def _told(report: ChangeReport) -> Iterator[str]:
    """Tell of one change in lines: what, what rests on it, and what to do."""
    change, rests, steps = report
    place = f"in {change.section}" if change.section else "before the first section"
    line = f", line {change.line}" if change.line else ""
    alike = "" if change.likeness is None else f", likeness {change.likeness:.2f}"
    yield f"{change.status} {_id(change)}".rstrip() + f" ({place}{line}{alike})"
    if change.text:
        yield f"  the copy says: {_short(change.text)}"
    if change.note:
        yield f"  note:          {change.note}"
    for label, value in rests._replace(alone=())._asdict().items():
        if value:
            between = "; " if label in ("others", "notebooks") else " "
            yield f"  {label + ':':<14} {between.join(value)}"
    yield "  to do:"
    yield from (f"    [ ] {step}" for step in steps)


def _steps(network: Network, change: PageChange, rests: Rests) -> Iterator[str]:
    """Say what to do about a change, first things first."""
    table = "sections" if change.heading else "sentences"
    rows = getattr(network.tables, table)
    gist = next((row.gist for row in rows if row_name(row) == change.name), "")
    for step in _FIRST[change.status]:
        yield step.format(name=change.name, table=f"{table}.csv", gist=gist)
    if rests.claims and change.status == "gone":
        yield "take its claims out, or give them to the sentence that says so now"
    elif rests.claims:
        names = " ".join(rests.claims) if change.heading else change.name
        yield f"judge its claims again, and change them if need be: orosec check {names}"
    if rests.alone and change.status == "gone":
        yield f"find another basis for what cites it alone: {'; '.join(rests.alone)}"
    resting = [name for name in Rests._fields[1:-1] if getattr(rests, name)]
    if resting:
        yield f"look at what else rests on it, listed above: {', '.join(resting)}"
    cells = _recognition(change)
    if cells and change.status in ("new", "changed"):
        text = ", ".join(f"{name} {value}" for name, value in cells.items())
        yield f"in fingerprints.csv it is known by: {text}"
    yield "run orosec drift once more, and make test"


_FIRST = {
    "changed": ["compare it with our gist of {name}, and mend that: {gist}"],
    "moved": [
        "read what stands around it: does it still speak of the same? {gist}",
        "move its row {name} in {table}, and set its section",
    ],
    "new": [
        "read it: does it promise anything about the network?",
        "give it a row in {table}, in its place, with a gist in words of your own",
        "give it claims and show them in a notebook, or say why it has none",
    ],
    "gone": ["take its row {name} out of {table}"],
}
"""What to do first about a change of each kind, in the order in which they are counted."""
