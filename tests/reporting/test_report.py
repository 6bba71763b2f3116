"""The report: complete, harmless, the same each time, and asking for nothing."""

import json
import re
from datetime import date
from functools import partial
from html.parser import HTMLParser

import pytest
from click import Context
from effort import later, some
from jobs import promised, staging

import orosec
from orosec import Network, check, orocloud
from orosec.cli.main import commands, main
from orosec.errors import NotationError
from orosec.model.rows import ExceptionRow
from orosec.reporting.report import FORMS, report

DAY = date(2026, 1, 31)
MUTATE = getattr(orosec, "mutate", None)
TABLES = orocloud.tables


@pytest.fixture(scope="module")
def made():
    return report(today=DAY, mutation=False)


class Reader(HTMLParser):
    """Gathers tags, addresses and names, and sees that tags are closed in order."""

    VOID = ("meta", "br", "hr", "img", "link", "input")

    def __init__(self):
        super().__init__()
        self.tags, self.open, self.addresses, self.names = [], [], [], []

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        if tag not in self.VOID:
            self.open.append(tag)
        for name, value in attributes:
            if name in ("src", "href", "xlink:href", "action", "data", "poster", "srcset"):
                self.addresses.append(value)
            if name == "id":
                self.names.append(value)

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)
        if tag not in self.VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@pytest.fixture(scope="module")
def page(made):
    reader = Reader()
    reader.feed(made.html)
    return reader


def test_the_page_asks_for_nothing_outside(made, page):
    """Every address is a place in the page; nothing is loaded by style or script."""
    assert all(address.startswith("#") for address in page.addresses)
    assert not {"script", "link", "iframe", "object", "img"} & set(page.tags)
    assert "url(" not in made.html
    assert "@import" not in made.html
    assert "default-src 'none'" in made.html


def test_the_page_is_well_formed(page):
    """Tags close in order, names are given once, links lead somewhere."""
    assert page.open == []
    assert len(page.names) == len(set(page.names))
    assert {address[1:] for address in page.addresses} <= set(page.names)


def test_the_page_is_light(made):
    """Below 2 MB, with ten diagrams in it."""
    assert len(made.html.encode()) < 2_000_000
    assert made.html.count("<svg") == 10


def test_headings_and_tables_are_marked_as_such(made, page):
    """One title, parts below it, a caption and headings of columns for each table."""
    assert page.tags.count("h1") == 1
    assert page.tags.count("h2") == len(made.parts)
    filled = [table for part in made.parts for table in part.tables if table.sheet.rows]
    assert page.tags.count("table") == page.tags.count("caption") == len(filled)
    assert made.html.count('scope="col"') == sum(
        len(table.sheet.columns) for table in filled
    )


def test_every_table_and_picture_names_a_command_that_exists(made):
    """So that each can be traced back."""
    shown = [one for part in made.parts for one in (*part.tables, *part.pictures)]
    known = commands.list_commands(Context(commands))
    for one in shown:
        for word in re.findall(r"orosec (\w+)", one.command):
            assert word in (*known, "import"), one.command
        assert re.match(r"orosec \w+|python -c ", one.command), one.command
    for command in {one.command for one in shown if one.command.startswith("python")}:
        exec(re.fullmatch(r'python -c "(.*)"', command)[1], {})  # our own text


def test_every_sentence_has_its_verdict_under_each_variant(made):
    """46 rows, four variants."""
    table = next(
        t for p in made.parts for t in p.tables if t.caption.startswith("Each sen")
    )

    assert [row[0] for row in table.sheet.rows] == [
        row.sentence for row in TABLES.sentences
    ]
    assert len(table.sheet.columns) == 6
    assert all(cell for row in table.sheet.rows for cell in row)


def test_every_finding_and_requirement_is_there(made):
    """By number."""
    for row in (*TABLES.ambiguities, *TABLES.requirements):
        assert row[0] in made.markdown


def test_the_same_tables_and_day_give_the_same_bytes(made, monkeypatch):
    """Whether the day is given, or comes from the environment."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1769860000")
    again = report(mutation=False)

    assert again.html == made.html
    assert again.json == made.json
    assert again.markdown == made.markdown


@pytest.mark.parametrize("value", ["soon", "1e9", "9" * 30])
def test_a_day_that_is_none_is_refused(monkeypatch, value):
    """With a mend."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", value)
    with pytest.raises(NotationError, match="SOURCE_DATE_EPOCH"):
        report(mutation=False)


NASTY = '<img src="http://x.example/y" onerror=alert(1)>|`[a](b)\u202e'


def nasty(**changes):
    return Network(TABLES.replaced(**changes))


def test_names_from_tables_are_harmless():
    """In a page, in its pictures, and in Markdown."""
    nodes = tuple(r._replace(rationale=NASTY) for r in TABLES.nodes)
    listeners = tuple(
        r._replace(name=NASTY) if r.name == "web-http" else r for r in TABLES.listeners
    )
    sentences = tuple(
        r._replace(gist=NASTY) if r.sentence == "GL3" else r for r in TABLES.sentences
    )
    network = nasty(nodes=nodes, listeners=listeners, sentences=sentences)
    made = report(network=network, today=DAY, mutation=False)
    reader = Reader()
    reader.feed(made.html)

    assert "img" not in reader.tags
    assert all(address.startswith("#") for address in reader.addresses)
    assert "\\<img" in made.markdown
    assert "|`[a]" not in made.markdown
    assert json.loads(made.json)


def test_an_exception_is_shown_with_its_state():
    """Who answers for it, until when."""
    row = ExceptionRow("TF3-out", "a trial", "Jo", "2026-12-31", "assumed")
    made = report(network=nasty(exceptions=(row,)), today=DAY, mutation=False)
    (table,) = next(part for part in made.parts if part.name == "exceptions").tables

    assert table.sheet.rows[0][:4] == ("TF3-out", "a trial", "Jo", "2026-12-31")


@pytest.mark.parametrize("form", FORMS)
def test_the_command_writes_each_form(tmp_path, capsys, form):
    """And refuses any other, leaving what stands there."""
    path = tmp_path / f"report.{form}"

    assert main(["report", "--quick", "--date", "2026-01-31", "-o", str(path)]) == 0
    assert "2026-01-31" in path.read_text(encoding="utf-8")
    assert str(path) in capsys.readouterr().out


SHORTCUT = orocloud.with_rule(
    "dba", "allow", source="vpn-gateway", destination="database", services="tcp:5432"
)
BROKEN = promised(staging()).with_rule(
    "open", "allow", source="internet", destination="shop", services="tcp:443"
)


@pytest.mark.parametrize("form", some(FORMS, 1))
def test_a_report_is_written_where_promises_break(tmp_path, capsys, form):
    """C5: it was exit status 2 and no file; now the breaks stand in it."""
    path = tmp_path / f"report.{form}"
    folder = SHORTCUT.save(tmp_path / "proposal")

    assert main(["report", "--quick", "-o", str(path), "--tables", str(folder)]) == 1
    text = path.read_text(encoding="utf-8")
    broken = {one.claim.claim for one in check(network=SHORTCUT).unexpected}
    assert len(broken) == 7
    for name in broken:
        assert re.search(rf"{name}\b.*recorded as holds", text, re.DOTALL)
    assert "14 are not as recorded" in text
    assert "AC1-stores-words is broken, recorded as holds" in capsys.readouterr().out


@pytest.mark.skipif(MUTATE is None, reason="the room mutation is not there")
def test_a_report_without_quick_is_written_where_promises_break():
    """Claims that break see no mistake then, and the part names them."""
    made = report(network=BROKEN, today=DAY)
    (score,) = (part for part in made.parts if part.name == "mutation")

    assert "so they see no mistake: ST1-office" in str(score.tables[0].sheet.notes)
    assert made.failure


@later
def test_a_report_tells_amendments(tmp_path, capsys):
    """They count, unless they are declared."""
    cells = {"services": "all", "basis": "proposed"}
    amended = orocloud.with_claim_changed("TF5-ports", **cells)
    declared = orocloud.with_claim_changed("TF5-ports", **cells, means="A reason.")
    told = {"NOT AS RECORDED": (amended, 1), "amended": (declared, 0)}
    path = tmp_path / "report.md"
    for word, (network, status) in told.items():
        folder = str(network.save(tmp_path / "proposal", over=tmp_path / "proposal"))
        assert main(["report", "--quick", "-o", str(path), "--tables", folder]) == status
        assert f'{word}: with\\_claim\\_changed("TF5-ports"' in path.read_text("utf-8")
    assert "written" in capsys.readouterr().out


@later
def test_every_part_is_of_the_day_of_the_report():
    """An exception that has expired by today was valid then, in each table."""
    row = ExceptionRow("MD2-gateway", "a trial", "Jo", "2026-01-31", "proposed")
    accepting = SHORTCUT.with_exception(**row._asdict())
    then, later = (
        report(network=accepting, today=day, mutation=False).markdown
        for day in (DAY, date(2026, 2, 1))
    )

    assert "accepted until 2026-01-31 by Jo" in then
    assert "accepted until" not in later
    assert "expired on 2026-01-31" in later
    assert "expired" not in then


@pytest.mark.skipif(MUTATE is None, reason="the room mutation is not there")
def test_findings_and_the_mutation_score_are_of_that_day_too(monkeypatch):
    """C1 names a claim that is accepted until then; mutants are judged as of then."""
    days = []
    score = partial(MUTATE, progress=lambda every: every[:1])
    monkeypatch.setattr(
        "orosec.mutate", lambda **asked: days.append(asked) or score(**asked)
    )
    row = ExceptionRow("GL3-ports-words", "a trial", "Jo", "2026-01-31", "proposed")
    made = report(network=orocloud.with_exception(**row._asdict()), today=DAY)
    (findings,) = (part for part in made.parts if part.name == "findings")

    assert "accepted until 2026-01-31 by Jo" in str(findings.tables[0].sheet.rows)
    assert [asked["today"] for asked in days] == [DAY]


def test_the_command_refuses_what_it_cannot_do(tmp_path, capsys):
    """Another ending, a day that does not exist."""
    assert main(["report", "--quick", "-o", str(tmp_path / "report.pdf")]) == 2
    assert main(["report", "--quick", "--date", "2026-02-30"]) == 2
    assert list(tmp_path.iterdir()) == []
    assert capsys.readouterr().out == ""
