"""The parts of the report: tables and pictures, each with the command that gives it again.

A part whose room has been taken away says so, and the report goes on without it.
"""

from __future__ import annotations

import re
from datetime import date
from importlib.util import find_spec
from typing import NamedTuple

from orosec.claims.exceptions import standings
from orosec.claims.register import ambiguity, check, score, summary
from orosec.diagrams.diagram import draw
from orosec.diagrams.render import NoRenderer
from orosec.diagrams.views import VIEWS
from orosec.model.network import Network
from orosec.model.schema import CDNS, TABLES, variants
from orosec.queries.surface import surface
from orosec.reporting.traceability import compliance, loose_ends, trace
from orosec.results import Sheet

_PYTHON = 'python -c "from orosec import *; print({})"'
_NOT_ASKED_FOR = "not computed: the report was asked for without it"
_NOT_HERE = "not computed: the room {} is not there"


class ReportTable(NamedTuple):
    """A table of the report.

    Attributes:
        caption: what it shows.
        command: what gives the same again.
        columns: its headings.
        rows: its cells, as text.
        notes: what to know about it.
    """

    caption: str
    command: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...] = ()


class Picture(NamedTuple):
    """A diagram of the report.

    Attributes:
        caption: what it shows.
        command: what draws the same again.
        words: the same in sentences.
        svg: the drawing; empty where nothing can draw.
    """

    caption: str
    command: str
    words: tuple[str, ...]
    svg: str


class Part(NamedTuple):
    """A part of the report, with what stands in it."""

    name: str
    title: str
    text: str
    tables: tuple[ReportTable, ...] = ()
    pictures: tuple[Picture, ...] = ()


def parts_of(network: Network, day: date, *, mutation: bool) -> tuple[Part, ...]:
    """Make the parts, in their order.

    Args:
        network: the tables.
        day: the day on which exceptions are looked at.
        mutation: whether to compute the mutation score.
    """
    return (
        _verdicts(network),
        _findings(network),
        _exceptions(network, day),
        _score(network, mutation=mutation),
        _outside(network),
        _pictures(network),
        _compliance(network),
        _rules(network),
        _limits(),
    )


def _verdicts(network: Network) -> Part:
    counts = _of(summary(network=network), "How many verdicts of each kind", "orosec check")
    text = (
        "Each promise is computed over every packet that could exist. A promise holds, is "
        "broken (a packet is shown that breaks it), is vacuous (there is no such traffic), "
        "or lies beyond what a firewall can show. Where the words of the page cannot all "
        "be meant, they are read twice: operational is how such a cloud can be run, "
        "literal follows the letter. Broken, as recorded is no alarm: the page "
        "contradicts itself there."
    )
    tables = (counts, _sentences(network), _broken(network))
    return Part("verdicts", "Verdicts", text, tables)


def _sentences(network: Network) -> ReportTable:
    judged = check(network=network)
    found = []
    for row in network.tables.sentences:
        own = [verdict for verdict in judged if verdict.claim.sentence == row.sentence]
        cells = [
            score(judged.only(v for v in own if (v.cdn, v.reading) == variant), row)
            for variant in variants()
        ]
        found.append((row.sentence, row.gist, *map(_calmed, cells)))
    columns = ("sentence", "gist, in our words", *(", ".join(pair) for pair in variants()))
    command = "orosec sentences; one column: orosec check --cdn google --reading literal"
    return ReportTable(
        "Each sentence, under each CDN and reading", command, columns, tuple(found)
    )


def _calmed(cell: str) -> str:
    return cell.replace("speaks of the other CDN", "not spoken of here")


def _broken(network: Network) -> ReportTable:
    judged = check(network=network)
    kinds = ("broken", "vacuous")
    sheet = judged.only(verdict for verdict in judged if verdict.verdict in kinds).sheet
    caption = "Promises that are not kept, with a packet or row that shows it"
    return _of(sheet, caption, "orosec check")


def _findings(network: Network) -> Part:
    found = []
    for row in network.tables.ambiguities:
        sheet = ambiguity(row.ambiguity, network=network)
        names = " ".join(dict.fromkeys([*row.literal.split(), *row.operational.split()]))
        found.append(_of(sheet, sheet.title, f"orosec check {names}"))
    text = (
        "Where the page contradicts itself or can be read in two ways: both readings, what "
        "each leads to, the evidence for ours, and a sentence that would settle it."
    )
    return Part("findings", "Findings", text, tuple(found))


def _exceptions(network: Network, day: date) -> Part:
    rows_of = [
        (
            standing.row.claim,
            standing.row.rationale,
            standing.row.owner,
            standing.row.until,
            standing.state,
        )
        for standing in standings(network, day)
    ]
    columns = ("claim", "why it may be broken", "owner", "until", "state")
    table = ReportTable("Exceptions on this day", "orosec check", columns, tuple(rows_of))
    text = (
        "Promises that may be broken for a while, and who answers for that."
        if rows_of
        else "None: no promise has been allowed to be broken."
    )
    return Part("exceptions", "Exceptions", text, (table,) if rows_of else ())


def _score(network: Network, *, mutation: bool) -> Part:
    text = (
        "Mistakes are made on purpose in every table, one at a time. A mistake that "
        "changes the meaning of the network and no verdict is one that nobody would see. "
    )
    if not find_spec("orosec.mutation"):
        return _unscored(text, _NOT_HERE.format("mutation"))
    if not mutation:
        return _unscored(text, _NOT_ASKED_FOR)
    from orosec.mutation.score import mutate

    found = mutate(network=network)
    return Part(
        "mutation",
        "Mutation score",
        text,
        (
            _of(found.sheet, "Mistakes made, and what became of them", "orosec mutate"),
            _of(
                found.suppressions, "Mistakes that the page would let pass", "orosec mutate"
            ),
        ),
    )


def _unscored(text: str, why: str) -> Part:
    return Part("mutation", "Mutation score", f"{text}Here: {why}.")


def _outside(network: Network) -> Part:
    open_to = _of(
        surface(network=network),
        "Every public address, and what it takes from the internet",
        _PYTHON.format("surface()"),
    )
    text = "What can be reached from outside, and what is odd about the rules."
    title = "What stands in the open"
    if not find_spec("orosec.linting"):
        away = _NOT_HERE.format("linting")
        return Part("surface", title, f"{text} What is odd: {away}.", (open_to,))
    from orosec.linting.lint import lint

    odd = _of(lint(network=network).sheet, "What is odd about the tables", "orosec lint")
    return Part("surface", title, text, (open_to, odd))


def _compliance(network: Network) -> Part:
    sheet = compliance(network=network)
    loose = loose_ends(network)
    text = (
        "What of the page bears on PCI DSS 4.0.1, where it conflicts, and where it is "
        "silent. The gist of each requirement is ours; only the standard itself counts."
    )
    matrix = _of(
        trace(network=network).sheet,
        "Each sentence: its claims, rules, notebooks and requirements",
        "orosec trace; with every cell and test: orosec trace -o trace.csv",
    )
    notes = ("Hanging in the air: " + ("; ".join(loose) or "nothing."),)
    tables = (
        _of(sheet, "Requirements of PCI DSS 4.0.1", "orosec trace --pci"),
        matrix._replace(notes=notes),
    )
    return Part("traceability", "Compliance and traceability", text, tables)


def _rows(network: Network, table: str, *without: str) -> Sheet:
    """Return the rows of a table, but for some columns."""
    columns = [name for name in TABLES[table].columns if name not in without]
    rows = getattr(network.tables, table)
    cells = [[str(getattr(row, name)) for name in columns] for row in rows]
    return Sheet("", columns, cells)


def _rules(network: Network) -> Part:
    rules = _rows(network, "rules", "network", "rationale")
    listeners = _rows(network, "listeners", "rationale")
    text = (
        "What everything above is computed from. Basis: documented (the page says so, in "
        "the sentence named), inferred, assumed, or platform."
    )
    show_rules = _PYTHON.format("orocloud.rules.to_string()")
    show_listeners = _PYTHON.format("orocloud.listeners.to_string()")
    tables = (
        _of(rules, "The rules", show_rules),
        _of(listeners, "What answers", show_listeners),
    )
    return Part("tables", "Rules and listeners", text, tables)


def _pictures(network: Network) -> Part:
    pictures = [_picture(network, view, cdn) for view in VIEWS for cdn in CDNS]
    text = "Each box is a row of a table; each arrow is there when a packet passes."
    return Part("diagrams", "Diagrams", text, (), tuple(pictures))


def _picture(network: Network, view: str, cdn: str) -> Picture:
    diagram = draw(view, cdn=cdn, network=network)
    try:
        svg = _inline(diagram.picture("svg").decode("utf-8"), f"{view}-{cdn}")
    except NoRenderer:
        svg = ""
    command = f"orosec draw {view} --cdn {cdn} -o {view}.svg"
    return Picture(diagram.words[0], command, diagram.words[1:], svg)


def _inline(svg: str, prefix: str) -> str:
    """Make a drawing fit to stand in a page: no prologue, and no name twice."""
    body = svg[svg.index("<svg") :]
    body = re.sub(r"<!--.*?-->\n?", "", body, flags=re.DOTALL)
    body = re.sub(r"<title>.*?</title>\n?", "", body, flags=re.DOTALL)
    return re.sub(r'(?<=\s)id="', f'id="{prefix}-', body)


def _limits() -> Part:
    text = (
        "The tables describe what the page promises, not what runs: whether a cloud is "
        "built so, only a look at that cloud can tell. A firewall decides about packets; "
        "what a program does with them, who holds a key, and whether a tunnel encrypts "
        "lies beyond it, and such claims say so. Addresses are ours, as the page gives "
        "none; no verdict depends on which were chosen."
    )
    return Part("limits", "What this does not show", text)


def _of(sheet: Sheet, caption: str, command: str) -> ReportTable:
    return ReportTable(caption, command, sheet.columns, sheet.rows, sheet.notes)
