"""Links: each leads to a file and a heading that are there, and where its text says."""

import html
import json
import re
from pathlib import Path
from urllib.parse import unquote

import pytest
from markdown_it import MarkdownIt

from orosec.prose.markdown import markdown_texts

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted(ROOT.glob("notebooks/*.ipynb"))
PAGES = [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *NOTEBOOKS]
MARKDOWN = MarkdownIt("commonmark").enable("table")
ID = re.compile(r"(?:[A-Z]{2}|[BC])\d+")


def inlines(page):
    """Yield each text of a page, and whether it is a heading."""
    for source in markdown_texts(page):
        tokens = MARKDOWN.parse(source)
        for before, token in zip([None, *tokens], tokens, strict=False):
            if token.type == "inline":
                yield token, before.type == "heading_open"


def shown(parts):
    return "".join(part.content for part in parts if part.type in ("text", "code_inline"))


def anchors(page):
    """Give the fragments of a page's headings, as Jupyter or code hosts make them."""
    titles = [shown(token.children) for token, heading in inlines(page) if heading]
    if page.suffix == ".ipynb":
        return {title.replace(" ", "-") for title in titles}
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


ANCHORS = {page.resolve(): anchors(page) for page in PAGES}


def links(page):
    """Yield text and target of each link in prose."""
    for token, _ in inlines(page):
        parts = token.children
        for place, part in enumerate(parts):
            if part.type == "link_open":
                ends = [at for at, one in enumerate(parts) if one.type == "link_close"]
                end = next(at for at in ends if at > place)
                yield shown(parts[place:end]), part.attrs["href"]
            if part.type == "image":
                yield "", part.attrs["src"]


def answered(notebook):
    """Yield the target of each link that stored answers hold: tables and pictures."""
    for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"]:
        for output in cell.get("outputs", ()):
            for kind, content in output.get("data", {}).items():
                if kind in ("text/html", "image/svg+xml"):
                    for there in re.findall(r'href="([^"]*)"', "".join(content)):
                        yield html.unescape(there)


def astray(page, there):
    """Return why a link within the project leads nowhere."""
    path, _, fragment = there.partition("#")
    target = (page.parent / unquote(path)).resolve() if path else page.resolve()
    if not target.exists():
        return "no such file"
    if fragment and unquote(fragment) not in ANCHORS.get(target, ()):
        return "no such heading"
    return ""


def otherwise(page, text, there):
    """Return whether a text names a file or an id, and the link leads to another one."""
    path, _, fragment = there.partition("#")
    if ID.fullmatch(text):
        return not unquote(fragment).startswith(f"{text}-")
    if re.fullmatch(r"[\w./-]+\.\w{2,5}", text):
        meant = [(base / text).resolve() for base in (page.parent, ROOT)]
        return (page.parent / unquote(path)).resolve() not in meant
    return False


def inside(there):
    return not re.match(r"\w+:|#?$", there)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_to_files_and_headings(page):
    """Every one that is no address on the web."""
    found = {there: astray(page, there) for _, there in links(page) if inside(there)}

    assert {there: why for there, why in found.items() if why} == {}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_where_their_text_says(page):
    """A text that is a path or an id names what it leads to."""
    assert [pair for pair in links(page) if otherwise(page, *pair)] == []


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_links_of_answers_lead_to_headings(notebook):
    """In tables and in pictures."""
    found = {
        there: astray(notebook, there) for there in answered(notebook) if inside(there)
    }

    assert {there: why for there, why in found.items() if why} == {}


def test_links_that_lead_astray_are_seen():
    """A file, a heading, another file than the text names, another id."""
    page = ROOT / "README.md"

    assert astray(page, "docs/desing.md") == "no such file"
    assert astray(page, "docs/design.md#the-hose") == "no such heading"
    assert astray(page, "docs/design.md#amendments") == ""
    assert otherwise(page, "docs/words.md", "docs/prose.md")
    assert otherwise(page, "GL3", "notebooks/02-application-subnet.ipynb#GL2-x")
    assert not otherwise(page, "docs/words.md", "docs/words.md#x")
