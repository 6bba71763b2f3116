"""What rests on what: sentence, claim, rule, notebook cell, test and PCI DSS, one matrix.

It is computed: a claim rests on the rows that decide it (`orosec.claims.verdict`), a cell
judges the claims that it names, and the requirements name their sentences and claims.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from operator import attrgetter
from pathlib import Path
from typing import NamedTuple

from orosec.claims.register import check, unclaimed
from orosec.errors import NotationError, UnknownNameError, did_you_mean
from orosec.model.addressing import grouped
from orosec.model.files import replace_file
from orosec.model.network import Network, given
from orosec.model.rows import Tables, row_name
from orosec.model.telling import told_of
from orosec.prose.documents import NotebookCell, judging_cells
from orosec.reporting.pages import rendered
from orosec.reporting.rows import STANCES
from orosec.results import Sheet, Shown

TEST = "tests/claims/test_register.py::test_a_claim_has_its_recorded_verdict[{}]"
"""The test of a claim; a test makes sure that pytest collects it under this name."""

COLUMNS = (
    *("sentence", "claim", "rules", "listeners", "other rows"),
    *("notebook cells", "test", "PCI DSS 4.0.1"),
)
_SHOWN = ("sentence", "claims", "tests", "PCI DSS 4.0.1", "rules", "notebook cells")
_SOURCES = ("rules", "listeners", "relays", "routes", "nodes", "interfaces", "subnets")


class Line(NamedTuple):
    """One claim, and what rests on it or it rests on; or a sentence without a claim.

    Attributes:
        sentence: the sentence that promises it.
        claim: the claim; empty where the sentence has none.
        rules: the rules that decide it, or were written from the sentence.
        listeners: the services that answer, likewise.
        others: relays, routes, nodes, interfaces and subnets, with their table.
        cells: the notebook cells that judge it by name.
        test: the test that proves it; empty where there is no claim.
        requirements: the numbers of PCI DSS 4.0.1 that it bears on.
    """

    sentence: str
    claim: str
    rules: tuple[str, ...]
    listeners: tuple[str, ...]
    others: tuple[str, ...]
    cells: tuple[str, ...]
    test: str
    requirements: tuple[str, ...]

    @property
    def texts(self) -> tuple[str, ...]:
        """The cells of the line, as text."""
        return tuple(cell if isinstance(cell, str) else "; ".join(cell) for cell in self)


class Trace(Shown):
    """The matrix.

    Attributes:
        lines: one for each claim, and for each sentence without one.
        words: where HTML leads to from a word, such as the id of a sentence.
    """

    def __init__(self, lines: Sequence[Line], words: Mapping[str, str]) -> None:
        self.lines = tuple(lines)
        self.words = words

    @property
    def sheet(self) -> Sheet:
        """One row for each sentence, short: each name once."""
        own = grouped((line.sentence, line) for line in self.lines)
        rows = [_in_short(*pair) for pair in own.items()]
        return Sheet("", _SHOWN, rows, folded=2, words=self.words)

    @property
    def table(self) -> Sheet:
        """One row for each line, with all there is."""
        return Sheet("", COLUMNS, [line.texts for line in self.lines])

    @property
    def csv(self) -> str:
        """The matrix as CSV; no cell can be taken for a formula."""
        stream = io.StringIO()
        rows = (map(_harmless, row) for row in (COLUMNS, *self.table.rows))
        csv.writer(stream, lineterminator="\n").writerows(rows)
        return stream.getvalue()

    def as_dict(self) -> dict[str, object]:
        """Return the matrix as plain values, for JSON."""
        return {"trace": [line._asdict() for line in self.lines]}


def trace(*names: str, network: Network | None = None) -> Trace:
    """Trace sentences to claims, rules, notebook cells, tests and PCI DSS.

    Args:
        names: sentences or claims, by id; all where left out.
        network: the tables to trace; the documented ones where left out.

    Raises:
        UnknownNameError: no such sentence or claim.
    """
    tables = given(network)
    lines = lines_of(tables)
    known = {name for line in lines for name in (line.sentence, line.claim) if name}
    for name in names:
        if str(name) not in known:
            raise UnknownNameError(name, "claim or sentence", did_you_mean(name, known))
    asked = {*names} or known
    found = [line for line in lines if {line.sentence, line.claim} & asked]
    return Trace(found, told_of(tables.tables))


def lines_of(network: Network) -> tuple[Line, ...]:
    """Return the whole matrix: a line for each sentence and each of its claims."""
    return _lines(network, judging_cells(network.tables))


@lru_cache(maxsize=4)
def _lines(network: Network, cells: tuple[NotebookCell, ...]) -> tuple[Line, ...]:
    """Compute the matrix from all that it follows from; so it is never stale."""
    tables = network.tables
    resting = grouped(
        (verdict.claim.claim, (table, row))
        for verdict in check(network=network)
        for table, row, _ in verdict.rests_on
    )
    claims = grouped((row.sentence, row.claim) for row in tables.claims)

    def line(sentence: str, claim: str) -> Line:
        rows = dict.fromkeys((*rows_citing(tables, sentence), *resting.get(claim, ())))
        return Line(
            sentence,
            claim,
            tuple(row for table, row in rows if table == "rules"),
            tuple(row for table, row in rows if table == "listeners"),
            tuple(f"{table}: {row}" for table, row in rows if table not in _SOURCES[:2]),
            tuple(str(cell) for cell in cells if ("claim", claim) in cell.judges),
            TEST.format(claim) if claim else "",
            requirements_on(tables, sentence, claim),
        )

    every = ((row.sentence, claims.get(row.sentence, ("",))) for row in tables.sentences)
    return tuple(line(sentence, claim) for sentence, own in every for claim in own)


def rows_citing(tables: Tables, sentence: str) -> list[tuple[str, str]]:
    """Return the rows, with their tables, that were written from a sentence."""
    return [
        (name, row_name(row))
        for name in _SOURCES
        for row in getattr(tables, name)
        if sentence in row.cites.split()
    ]


def requirements_on(tables: Tables, sentence: str, claim: str = "") -> tuple[str, ...]:
    """Return the requirements that a sentence, or one of its claims, bears on."""
    return tuple(
        row.requirement
        for row in tables.requirements
        if sentence in row.sentences.split() or claim in row.claims.split()
    )


def save(matrix: Trace, path: Path) -> Path:
    """Write the matrix, complete, to a file that ends in .csv or .html.

    Raises:
        NotationError: another ending.
        OutputError: the file cannot be written; its old content still stands.
    """
    form = path.suffix.lower()
    if form == ".csv":
        content = matrix.csv
    elif form == ".html":
        content = rendered("trace.html", table=matrix.table._repr_html_())
    else:
        raise NotationError(str(path), "names no table", "let it end in .csv or .html")
    replace_file(path, content.encode("utf-8"))
    return path


def loose_ends(network: Network) -> Iterator[str]:
    """Say what hangs in the air: promised and not proved, or proved and not promised.

    Where the notebooks are not here, no cell is said to be missing.
    """
    tables = network.tables
    lines, cells = lines_of(network), judging_cells(tables)
    shown = {pair for cell in cells for pair in cell.judges}
    yield from (f"sentence {name} has no claim" for name in unclaimed(tables))
    for claim in tables.claims:
        if cells and ("claim", claim.claim) not in shown:
            yield f"claim {claim.claim} is judged by no notebook cell"
    for name in ("rules", "listeners"):
        used = {row for line in lines if line.claim for row in getattr(line, name)}
        for row in getattr(tables, name):
            # What is assumed, or what the platform does, is nothing that the page promises.
            if row.name not in used and row.basis in ("documented", "inferred"):
                yield f"{name.removesuffix('s')} {row.name} is behind no claim"
    for question in tables.ambiguities:
        if cells and ("ambiguity", question.ambiguity) not in shown:
            yield f"finding {question.ambiguity} is laid out in no notebook cell"


def compliance(*, network: Network | None = None) -> Sheet:
    """Lay the requirements of PCI DSS 4.0.1 beside what of the page bears on them."""
    cells = attrgetter("requirement", "gist", "stance", "rationale", "sentences", "claims")
    tables = given(network).tables
    rows = [cells(row._replace(stance=STANCES[row.stance])) for row in tables.requirements]
    counted = Counter(row.stance for row in tables.requirements)
    title = (
        f"The page supports {counted['supported']} of {len(rows)} requirements, supports "
        f"{counted['in-part']} in part and conflicts with {counted['conflict']}; "
        f"{counted['nothing']} have nothing behind them."
    )
    columns = ("PCI DSS 4.0.1", "asks", "the page", "because", "sentences", "claims")
    return Sheet(title, columns, rows, folded=1, words=told_of(tables))


def _in_short(sentence: str, own: Sequence[Line]) -> tuple[str, ...]:
    """Return the row of a sentence, told from its lines."""
    claims = [line.claim for line in own if line.claim]
    return (
        sentence,
        " ".join(claims) or "nothing to prove",
        str(len(claims)),
        _once(number for line in own for number in line.requirements),
        _once(rule for line in own for rule in line.rules),
        _once(cell.partition(":")[0] for line in own for cell in line.cells),
    )


def _once(words: Iterable[str]) -> str:
    return " ".join(dict.fromkeys(words))


def _harmless(cell: str) -> str:
    """Keep a spreadsheet from taking a cell for a formula."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell
