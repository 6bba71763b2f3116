"""The parts of the report: tables and pictures, each with the command that gives it again.

What other wings answer is asked through the face, `orosec`; a part whose room has been
taken away says so, and the report goes on without it.
"""

from __future__ import annotations

import re
from datetime import date
from itertools import product
from typing import NamedTuple

import orosec
from orosec.claims.exceptions import standings
from orosec.claims.register import Verdicts, check, laid_out
from orosec.claims.scoreboard import scores, summary
from orosec.diagrams.diagram import draw
from orosec.diagrams.render import NoRenderer
from orosec.diagrams.views import VIEWS
from orosec.model.network import Network
from orosec.model.schema import READINGS, TABLES
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
        sheet: its headings and cells, and what to know about them.
    """

    caption: str
    command: str
    sheet: Sheet


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
        _verdicts(network, day),
        _findings(network, day),
        _exceptions(network, day),
        _score(network, day, asked_for=mutation),
        _outside(network),
        _pictures(network),
        _compliance(network),
        _rules(network),
        _limits(),
    )


def _verdicts(network: Network, day: date) -> Part:
    judged = check(network=network, today=day)
    kinds = ("broken", "vacuous")
    broken = judged.only(verdict for verdict in judged if verdict.verdict in kinds)
    caption = "Promises that are not kept, with a packet or row that shows it"
    text = (
        "Each promise is computed over every packet that could exist. A promise holds, is "
        "broken (a packet is shown that breaks it), is vacuous (there is no such traffic), "
        "or cannot be checked on a network model. Where sentences of the page contradict "
        "each other, they are read twice: literal is word for word, operational is as such "
        "a cloud can be run. A known contradiction is no alarm."
    )
    counts = summary(network=network, today=day)
    tables = (
        ReportTable("How many verdicts of each kind", "orosec check", counts),
        _sentences(network, judged),
        ReportTable(caption, "orosec check", broken.sheet),
    )
    return Part("verdicts", "Verdicts", text, tables)


def _sentences(network: Network, judged: Verdicts) -> ReportTable:
    rows = [(row.sentence, row.gist, *cells) for row, cells in scores(network, judged)]
    variants = product(network.tables.cdns, READINGS)
    columns = ("sentence", "gist, in our words", *(", ".join(pair) for pair in variants))
    command = "orosec sentences; one column: orosec check --cdn google --reading literal"
    caption = "Each sentence, under each CDN and reading"
    return ReportTable(caption, command, Sheet("", columns, rows))


def _findings(network: Network, day: date) -> Part:
    found = []
    for row in network.tables.ambiguities:
        sheet = laid_out(row, network, day)
        command = _PYTHON.format(f"ambiguity('{row.ambiguity}')")
        found.append(ReportTable(f"{row.ambiguity}: {row.title}", command, sheet))
    text = (
        "Where the page contradicts itself or can be read in two ways: both readings, the "
        "verdict of each, the evidence for ours, and what the authors are asked to change. "
        "A reading that is not computed has no verdict, and the evidence says why."
    )
    return Part("findings", "Findings", text, tuple(found))


def _exceptions(network: Network, day: date) -> Part:
    rows = [
        (row.claim, row.rationale, row.owner, row.until, state)
        for row, state, _ in standings(network, day)
    ]
    if not rows:
        text = "None: no promise has been allowed to be broken."
        return Part("exceptions", "Exceptions", text)
    text = "Promises that may be broken for a while, and who answers for that."
    columns = ("claim", "why it may be broken", "owner", "until", "state")
    sheet = Sheet("", columns, rows)
    table = ReportTable("Exceptions on this day", "orosec check", sheet)
    return Part("exceptions", "Exceptions", text, (table,))


def _score(network: Network, day: date, *, asked_for: bool) -> Part:
    text = (
        "Mistakes are made on purpose in every table, one at a time. A mistake that "
        "changes the meaning of the network and no verdict is one that nobody would see. "
    )
    mutate = getattr(orosec, "mutate", None)
    if mutate is None or not asked_for:
        why = _NOT_ASKED_FOR if mutate else _NOT_HERE.format("mutation")
        return Part("mutation", "Mutation score", f"{text}Here: {why}.")
    found = mutate(network=network, today=day)
    tables = (
        ReportTable("Mistakes made, and what became of them", "orosec mutate", found.sheet),
        ReportTable(
            "Mistakes that the page would let pass", "orosec mutate", found.suppressions
        ),
    )
    return Part("mutation", "Mutation score", text, tables)


def _outside(network: Network) -> Part:
    text = "What can be reached from outside, and what is odd about the rules."
    caption = "Every public address, and what it takes from the internet"
    command = _PYTHON.format("surface()")
    tables = [ReportTable(caption, command, surface(network=network))]
    lint = getattr(orosec, "lint", None)
    if lint is None:
        text += f" What is odd: {_NOT_HERE.format('linting')}."
    else:
        odd = lint(network=network).sheet
        tables.append(ReportTable("What is odd about the tables", "orosec lint", odd))
    return Part("surface", "What stands in the open", text, tuple(tables))


def _compliance(network: Network) -> Part:
    text = (
        "What of the page bears on PCI DSS 4.0.1, where it conflicts, and where it is "
        "silent. The gist of each requirement is ours; only the standard itself counts."
    )
    asked, matrix = compliance(network=network), trace(network=network).sheet
    caption = "Each sentence: its claims, rules, notebooks and requirements"
    command = "orosec trace; with every cell and test: orosec trace -o trace.csv"
    note = f"Hanging in the air: {'; '.join(loose_ends(network)) or 'nothing.'}"
    matrix = Sheet("", matrix.columns, matrix.rows, [note])
    tables = (
        ReportTable("Requirements of PCI DSS 4.0.1", "orosec trace --pci", asked),
        ReportTable(caption, command, matrix),
    )
    return Part("traceability", "Compliance and traceability", text, tables)


def _rows(network: Network, table: str, caption: str, *without: str) -> ReportTable:
    """Return the rows of a table, but for some columns."""
    columns = [name for name in TABLES[table].columns if name not in without]
    rows = getattr(network.tables, table)
    cells = [[str(getattr(row, name)) for name in columns] for row in rows]
    command = _PYTHON.format(f"orocloud.{table}.to_string()")
    return ReportTable(caption, command, Sheet("", columns, cells))


def _rules(network: Network) -> Part:
    text = (
        "What everything above is computed from. Basis: documented (the page says so, in "
        "the sentence named), inferred, assumed, or platform."
    )
    tables = (
        _rows(network, "rules", "The rules", "network", "rationale"),
        _rows(network, "listeners", "What answers", "rationale"),
    )
    return Part("tables", "Rules and listeners", text, tables)


def _pictures(network: Network) -> Part:
    both = product(VIEWS, network.tables.cdns)
    pictures = [_picture(network, view, cdn) for view, cdn in both]
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
    """Make a drawing fit to stand in a page: no prologue, no link, and no name twice."""
    body = svg[svg.index("<svg") :]
    aside = re.compile(r"(<!--.*?-->|<title>.*?</title>|</?a\b[^>]*>)\n?", re.DOTALL)
    body = aside.sub("", body)
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
