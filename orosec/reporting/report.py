"""A report for an auditor: one page that needs nothing else, as HTML, Markdown or JSON.

It is made of parts, and a part of tables and pictures; each table names the command that
gives the same again. The same tables, day and version give the same bytes.
"""

from __future__ import annotations

import json
import os
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

import orosec
from orosec.claims.exceptions import today as this_day
from orosec.claims.register import Verdicts, check
from orosec.errors import NotationError
from orosec.model.files import replace_file
from orosec.model.network import Network, given
from orosec.model.schema import TABLES
from orosec.model.tables import table_bytes
from orosec.reporting.pages import rendered
from orosec.reporting.parts import Part, parts_of

FORMS = {"html": "html", "md": "markdown", "json": "json"}
"""The endings of a report's file, each with the form that it names."""


class Report(NamedTuple):
    """The report.

    Attributes:
        title: its title.
        facts: what it is about, in pairs.
        parts: its parts, in order.
        failure: what is not as recorded, in words; empty where all is.
    """

    title: str
    facts: tuple[tuple[str, str], ...]
    parts: tuple[Part, ...]
    failure: str

    @property
    def html(self) -> str:
        """The report as one page of HTML; nothing in it asks for anything outside."""
        return rendered("report.html", report=self)

    @property
    def markdown(self) -> str:
        """The report as Markdown; pictures are told in words."""
        return rendered("report.md", report=self)

    @property
    def json(self) -> str:
        """The report as JSON, without drawings."""
        parts = [_part_dict(part) for part in self.parts]
        values = {"title": self.title, "facts": dict(self.facts), "parts": parts}
        return json.dumps(values, ensure_ascii=False, indent=2) + "\n"

    def save(self, path: str | Path) -> Path:
        """Write it to a file whose ending names the form: .html, .md or .json.

        Raises:
            NotationError: another ending.
            OutputError: the file cannot be written; its old content still stands.
        """
        target = Path(path)
        form = FORMS.get(target.suffix.lower().lstrip("."))
        if form is None:
            hint = "let it end in .html, .md or .json"
            raise NotationError(str(path), "names no form of report", hint)
        replace_file(target, getattr(self, form).encode("utf-8"))
        return target


def report(
    *, mutation: bool = True, network: Network | None = None, today: date | None = None
) -> Report:
    """Make the report; broken promises are no reason not to: they stand in it.

    Args:
        mutation: whether to compute the mutation score, which takes some seconds.
        network: the tables; the documented ones where left out.
        today: the day of the report, on which exceptions are looked at; where left out,
            the one that SOURCE_DATE_EPOCH names, or this day.

    Raises:
        NotationError: SOURCE_DATE_EPOCH is no number of seconds.
    """
    tables = given(network)
    when = today or _day()
    parts = parts_of(tables, when, mutation=mutation)
    judged = check(network=tables, today=when)
    facts = _facts(tables, when, judged)
    return Report("OroCloud security page: is it kept?", facts, parts, judged.failure)


def _day() -> date:
    """Return the day that the environment asks for, or this one."""
    asked = os.environ.get("SOURCE_DATE_EPOCH", "")
    if not asked:
        return this_day()
    try:
        return datetime.fromtimestamp(int(asked), tz=UTC).date()
    except (ValueError, OverflowError, OSError):
        hint = "set SOURCE_DATE_EPOCH to seconds since 1970, or leave it out"
        raise NotationError(asked, "is no number of seconds", hint) from None


def _facts(network: Network, day: date, judged: Verdicts) -> tuple[tuple[str, str], ...]:
    tables = network.tables
    unexpected = len(judged.unexpected) + len(judged.undeclared)
    told = f"{unexpected} are not" if unexpected else "all verdicts are"
    claims = (
        f"{len(tables.claims)}, of {len(tables.sentences)} sentences; {told} as recorded"
    )
    digest = sha256(b"".join(table_bytes(name, getattr(tables, name)) for name in TABLES))
    banner = [row.gist for row in tables.sentences if row.section == "banner"]
    return (
        ("Day", day.isoformat()),
        ("Page", banner[0] if banner else "its version is not known"),
        ("Scope", "production environments, as the page describes them"),
        ("Variants", "behind Google's load balancer, and behind Cloudflare"),
        ("Claims", claims),
        ("Made by", f"orosec {orosec.__version__}"),
        ("Tables", f"SHA-256 {digest.hexdigest()}"),
    )


def _part_dict(part: Part) -> dict[str, Any]:
    tables = [
        {"caption": name, "command": command, "rows": sheet.records, "notes": sheet.notes}
        for name, command, sheet in part.tables
    ]
    pictures = [
        {"caption": name, "command": command, "words": words}
        for name, command, words, _ in part.pictures
    ]
    heads = {"part": part.name, "title": part.title, "text": part.text}
    return {**heads, "tables": tables, "pictures": pictures}
