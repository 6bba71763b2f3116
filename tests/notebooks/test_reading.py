"""What a reader meets: few words, headings that are found, links that lead somewhere.

Words are counted as HTML shows them, with what is folded away and pictures left out.
"""

import html
import json
import re
from pathlib import Path

import pytest

from orosec import orocloud
from orosec.model.telling import told_of
from orosec.results import INVENTED

FOLDER = Path(__file__).parents[2] / "notebooks"
BOOKS = {
    path.stem: json.loads(path.read_text(encoding="utf-8"))["cells"]
    for path in sorted(FOLDER.glob("*.ipynb"))
}
TABLES = orocloud.tables
LEADS = {word: there for word, there in told_of(TABLES).items() if there != INVENTED}
SECTIONS = {row.section: row for row in TABLES.sections}
LINK = re.compile(r"\[(?P<text>[^]]*)\]\((?P<there>[^)]*)\)")

SHOWN = {"00": 1200, "02": 1200}
"""The most words that the outputs of a notebook show, where it is not 900."""

WRITTEN = {
    "00": 808,
    "01": 372,
    "02": 1165,
    "03": 372,
    "04": 814,
    "05": 293,
    "06": 167,
    "07": 197,
    "08": 348 + 182,  # and the headings of the open questions that it did not show then
}
"""Words of prose before each sentence had a place and a title; a fifth more is the most."""


def prose(name):
    """Return the Markdown of a notebook, its cells apart."""
    cells = (cell for cell in BOOKS[name] if cell["cell_type"] == "markdown")
    return "\n\n".join("".join(cell["source"]) for cell in cells)


def links(name):
    return [(found["text"], found["there"]) for found in LINK.finditer(prose(name))]


def visible(output):
    """Return what a reader sees of an output: text, or HTML as it opens."""
    data = output.get("data", {"text/plain": output.get("text", "")})
    if any(kind.startswith("image/") for kind in data):
        return ""
    if "text/html" not in data:
        return "".join(data.get("text/plain", ""))
    opened = re.sub(
        r"(</summary>).*?(?=</details>)", r"\1", "".join(data["text/html"]), flags=re.DOTALL
    )
    return html.unescape(re.sub(r"<[^>]*>", " ", opened))


def words(text):
    """Count what has a letter or a digit in it."""
    return sum(bool(re.search(r"[^\W_]", word)) for word in text.split())


@pytest.mark.parametrize("name", [name for name in BOOKS if name < "09"])
def test_the_outputs_of_a_notebook_can_be_read(name):
    """They show no more words than a reader takes in."""
    outputs = (one for cell in BOOKS[name] for one in cell.get("outputs", ()))

    assert sum(words(visible(output)) for output in outputs) <= SHOWN.get(name[:2], 900)


@pytest.mark.parametrize("name", [name for name in BOOKS if name[:2] in WRITTEN])
def test_the_prose_of_a_notebook_is_short(name):
    """Where a link leads is not read."""
    shown = LINK.sub(r"\g<text>", prose(name))

    assert words(shown) <= WRITTEN[name[:2]] * 1.2


@pytest.mark.parametrize("row", TABLES.sentences, ids=lambda row: row.sentence)
def test_a_sentence_has_one_heading_and_its_place(row):
    """In the notebook of its section, where links to it lead; and a link to the page."""
    section = SECTIONS[row.section]
    there = f"{TABLES.page[0].url}#{section.anchor}".rstrip("#")
    heading = f"### {row.sentence} · {row.title}"
    place = f"*[Page, {row.section}]({there}), {row.place}.*"
    lines = [line for line in prose(section.notebook).splitlines() if line]
    found = [at for at, line in enumerate(lines) if re.match(rf"#+ {row.sentence}\b", line)]

    assert [lines[at] for at in found] == [heading]
    assert lines[found[0] + 1].startswith(place)


@pytest.mark.parametrize("name", BOOKS)
def test_an_id_leads_to_its_heading(name):
    """In prose as in answers."""
    said = [(text, there) for text, there in links(name) if text in LEADS]

    assert said == [(text, LEADS[text]) for text, _ in said]
