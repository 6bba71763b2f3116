"""A report for an auditor: one page that needs nothing else, as HTML, Markdown or JSON.

It is made of parts, and a part of tables and pictures; each table names the command that
gives the same again. The same tables, day and version give the same bytes.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from orosec.claims.exceptions import standings, today
from orosec.claims.register import ambiguity, check, score, summary
from orosec.diagrams.diagram import draw
from orosec.diagrams.render import NoRenderer
from orosec.diagrams.views import VIEWS
from orosec.errors import NotationError
from orosec.linting.lint import lint
from orosec.model.files import replace_file
from orosec.model.network import Network, given
from orosec.model.schema import CDNS, TABLES, variants
from orosec.model.tables import table_bytes
from orosec.mutation.score import mutate
from orosec.queries.surface import surface
from orosec.reporting.traceability import compliance, loose_ends, trace
from orosec.results import Sheet

FORMS = ("html", "md", "json")
"""The forms of a report; the ending of its file names one."""

_PYTHON = 'python -c "from orosec import *; print({})"'
_NOT_COMPUTED = "not computed: the report was asked for without it"


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


class Report(NamedTuple):
    """The report.

    Attributes:
        title: its title.
        facts: what it is about, in pairs.
        parts: its parts, in order.
    """

    title: str
    facts: tuple[tuple[str, str], ...]
    parts: tuple[Part, ...]

    @property
    def html(self) -> str:
        """The report as one page of HTML; nothing in it asks for anything outside."""
        from jinja2 import Environment, PackageLoader, StrictUndefined

        environment = Environment(
            loader=PackageLoader("orosec.reporting"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        return environment.get_template("report.html").render(
            report=self, marks=_MARKS, silent=_SILENT
        )

    @property
    def markdown(self) -> str:
        """The report as Markdown; pictures are told in words."""
        return "\n".join(_markdown(self)) + "\n"

    @property
    def json(self) -> str:
        """The report as JSON, without drawings."""
        return json.dumps(self.as_dict(), ensure_ascii=False, indent=2) + "\n"

    def as_dict(self) -> dict[str, Any]:
        """Return the report as plain values."""
        return {
            "title": self.title,
            "facts": dict(self.facts),
            "parts": [
                {
                    "part": part.name,
                    "title": part.title,
                    "text": part.text,
                    "tables": [_table_dict(table) for table in part.tables],
                    "pictures": [
                        {"caption": one.caption, "command": one.command, "words": one.words}
                        for one in part.pictures
                    ],
                }
                for part in self.parts
            ],
        }

    def save(self, path: str | Path) -> Path:
        """Write it to a file whose ending names the form: .html, .md or .json.

        Raises:
            NotationError: another ending.
            OutputError: the file cannot be written; its old content still stands.
        """
        target = Path(path)
        form = target.suffix.lstrip(".")
        if form not in FORMS:
            hint = "let it end in .html, .md or .json"
            raise NotationError(str(path), "names no form of report", hint)
        text = {"html": "html", "md": "markdown", "json": "json"}[form]
        replace_file(target, getattr(self, text).encode("utf-8"))
        return target


_MARKS = {"✔": "good", "✘": "bad", "○": "empty", "·": "beyond", "◐": "half"}
"""How a cell that begins with a sign of a verdict is coloured."""

_SILENT = ("not spoken of here", "nothing")


def report(
    *, network: Network | None = None, day: date | None = None, mutation: bool = True
) -> Report:
    """Make the report.

    Args:
        network: the tables; the documented ones where left out.
        day: the day of the report, on which exceptions are looked at; where left out,
            the one that SOURCE_DATE_EPOCH names, or this day.
        mutation: whether to compute the mutation score, which takes some seconds.

    Raises:
        NotationError: SOURCE_DATE_EPOCH is no number of seconds.
    """
    tables = given(network)
    when = day or _day()
    parts = [make(tables, when) for make in _PARTS]
    parts.insert(_PLACE_OF_SCORE, _score_part(tables, mutation=mutation))
    return Report("OroCloud security page: is it kept?", _facts(tables, when), tuple(parts))


def _day() -> date:
    """Return the day that the environment asks for, or this one."""
    asked = os.environ.get("SOURCE_DATE_EPOCH", "")
    if not asked:
        return today()
    try:
        return datetime.fromtimestamp(int(asked), tz=UTC).date()
    except (ValueError, OverflowError, OSError):
        hint = "set SOURCE_DATE_EPOCH to seconds since 1970, or leave it out"
        raise NotationError(asked, "is no number of seconds", hint) from None


def _facts(network: Network, day: date) -> tuple[tuple[str, str], ...]:
    tables = network.tables
    judged = check(network=network, today=day)
    unexpected = len(judged.unexpected)
    digest = sha256(b"".join(table_bytes(n, getattr(tables, n)) for n in TABLES))
    banner = [row.gist for row in tables.sentences if row.section == "banner"]
    version = sys.modules["orosec"].__version__
    state = (
        "all verdicts are as recorded"
        if not unexpected
        else f"{unexpected} are not as recorded"
    )
    return (
        ("Day", day.isoformat()),
        ("Page", banner[0] if banner else "its version is not known"),
        ("Scope", "production environments, as the page describes them"),
        ("Variants", "behind Google's load balancer, and behind Cloudflare"),
        ("Claims", f"{len(tables.claims)}, of {len(tables.sentences)} sentences; {state}"),
        ("Made by", f"orosec {version}"),
        ("Tables", f"SHA-256 {digest.hexdigest()}"),
    )


# The parts, in their order; the mutation score is put between


def _verdicts(network: Network, _day: date) -> Part:
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
        own = [one for one in judged if one.claim.sentence == row.sentence]
        cells = [
            score(judged.only(o for o in own if (o.cdn, o.reading) == variant), row)
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
    sheet = judged.only(one for one in judged if one.verdict in ("broken", "vacuous")).sheet
    caption = "Promises that are not kept, with a packet or row that shows it"
    return _of(sheet, caption, "orosec check")


def _findings(network: Network, _day: date) -> Part:
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
        (one.row.claim, one.row.rationale, one.row.owner, one.row.until, one.state)
        for one in standings(network, day)
    ]
    columns = ("claim", "why it may be broken", "owner", "until", "state")
    table = ReportTable("Exceptions on this day", "orosec check", columns, tuple(rows_of))
    text = (
        "Promises that may be broken for a while, and who answers for that."
        if rows_of
        else "None: no promise has been allowed to be broken."
    )
    return Part("exceptions", "Exceptions", text, (table,) if rows_of else ())


def _score_part(network: Network, *, mutation: bool) -> Part:
    text = (
        "Mistakes are made on purpose in every table, one at a time. A mistake that "
        "changes the meaning of the network and no verdict is one that nobody would see. "
    )
    if not mutation:
        return Part("mutation", "Mutation score", f"{text}Here: {_NOT_COMPUTED}.")
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


def _outside(network: Network, _day: date) -> Part:
    open_to = _of(
        surface(network=network),
        "Every public address, and what it takes from the internet",
        _PYTHON.format("surface()"),
    )
    odd = _of(lint(network=network).sheet, "What is odd about the tables", "orosec lint")
    text = "What can be reached from outside, and what is odd about the rules."
    return Part("surface", "What stands in the open", text, (open_to, odd))


def _compliance(network: Network, _day: date) -> Part:
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


def _rules(network: Network, _day: date) -> Part:
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


def _pictures(network: Network, _day: date) -> Part:
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


def _limits(_network: Network, _day: date) -> Part:
    text = (
        "The tables describe what the page promises, not what runs: whether a cloud is "
        "built so, only a look at that cloud can tell. A firewall decides about packets; "
        "what a program does with them, who holds a key, and whether a tunnel encrypts "
        "lies beyond it, and such claims say so. Addresses are ours, as the page gives "
        "none; no verdict depends on which were chosen."
    )
    return Part("limits", "What this does not show", text)


_PARTS: tuple[Callable[[Network, date], Part], ...] = (
    _verdicts,
    _findings,
    _exceptions,
    _outside,
    _pictures,
    _compliance,
    _rules,
    _limits,
)
_PLACE_OF_SCORE = 3


def _of(sheet: Sheet, caption: str, command: str) -> ReportTable:
    return ReportTable(caption, command, sheet.columns, sheet.rows, sheet.notes)


def _table_dict(table: ReportTable) -> dict[str, Any]:
    values = [dict(zip(table.columns, row, strict=True)) for row in table.rows]
    return {
        "caption": table.caption,
        "command": table.command,
        "rows": values,
        "notes": list(table.notes),
    }


# Markdown


def _markdown(made: Report) -> Iterator[str]:
    yield f"# {_plain(made.title)}\n"
    yield from (f"- **{_plain(name)}:** {_plain(value)}" for name, value in made.facts)
    for part in made.parts:
        yield f"\n## {_plain(part.title)}\n\n{_plain(part.text)}"
        for table in part.tables:
            yield f"\n### {_plain(table.caption)}\n\n    {table.command}\n"
            yield from _markdown_rows(table)
            yield from (f"\n{_plain(note)}" for note in table.notes)
        for picture in part.pictures:
            yield f"\n### {_plain(picture.caption)}\n\n    {picture.command}\n"
            yield from (f"- {_plain(line)}" for line in picture.words)


def _markdown_rows(table: ReportTable) -> Iterator[str]:
    for place, row in enumerate([table.columns, *table.rows]):
        yield f"| {' | '.join(map(_plain, row))} |"
        if place == 0:
            yield "|" + "---|" * len(row)


_ESCAPES: Mapping[int, str] = str.maketrans(
    {**{sign: f"\\{sign}" for sign in "\\`*_[]<>|#!~"}, "&": "&amp;", "\n": " ", "\r": " "}
)


def _plain(text: str) -> str:
    """Keep text from being taken for marks of Markdown."""
    return text.translate(_ESCAPES)
