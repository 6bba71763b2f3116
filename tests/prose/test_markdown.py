"""Code spans: found by a Markdown parser, each with its headings and exemption."""

import json

import pytest

from orosec.errors import NotationError
from orosec.prose.markdown import EXEMPTION, Reader, code_spans, markdown_texts


def texts(*parts):
    return [span.text for span in code_spans(parts) if not span.exempt]


def test_spans_are_found_wherever_markdown_has_them():
    """In paragraphs, lists, tables, headings, links and bold text."""
    text = "# `a`\n\n**`b`** and\n[`c`](x)\n\n- `d`\n\n"
    table = "| `e` | f |\n|---|---|\n| `g` | h |\n"

    assert texts(text + table) == ["a", "b", "c", "d", "e", "g"]


def test_code_blocks_are_no_spans():
    """Neither fenced nor indented ones; nor what only looks like a span."""
    assert texts("```\n`a`\n```\n\n    `b`\n\n\\`c\\`\n") == []


def test_a_line_break_inside_a_span_is_a_space():
    """So a long flow may be wrapped."""
    assert texts("`internet ↛\n  web`") == ["internet ↛ web"]


def test_what_cannot_be_printed_is_replaced():
    """A page may hold anything; a terminal and a report shall not."""
    (span,) = code_spans(["# A\x1b\n\n`\u202eweb\x07`"])

    assert span.headings == ("A\ufffd",)
    assert span.text == "\ufffdweb\ufffd"


def test_italics_exempt_a_span():
    """Italics alone: bold text states facts, and so does bold within no italics."""
    assert texts("*`a`* _`b`_ **`c`** ***`d`*** *x* `e`") == ["c", "e"]


def test_a_sentence_in_italics_exempts_its_section():
    """Up to the next heading of the same level or above."""
    page = f"# A\n\n`a`\n\n## B\n\n*{EXEMPTION}*\n\n`b`\n\n### C\n\n`c`\n\n## D\n\n`d`\n"

    assert texts(page) == ["a", "d"]


def test_an_exemption_before_the_first_heading_ends_there():
    """The section without a heading is a section, too."""
    assert texts(f"`a`\n\n*{EXEMPTION}*\n\n`b`\n\n# C\n\n`c`\n") == ["a", "c"]


@pytest.mark.parametrize(
    "almost", [EXEMPTION, f"*{EXEMPTION}* Or so.", f"**{EXEMPTION}**", "*Not facts.*"]
)
def test_only_that_sentence_exempts_a_section(almost):
    """An exemption is visible, or it is none."""
    assert texts(f"# A\n\n{almost}\n\n`a`\n") == ["a"]


def test_headings_hold_across_cells():
    """Until one of the same level or above takes over."""
    spans = code_spans(["# A\n\n## B\n\n`b`", "`c`", "### D\n\n`d`", "## E", "x\n`e`"])

    assert [(span.headings, span.part, span.line) for span in spans] == [
        (("A", "B"), 1, 5),
        (("A", "B"), 2, 1),
        (("A", "B", "D"), 3, 3),
        (("A", "E"), 5, 2),
    ]


@pytest.mark.parametrize("quoted", ["> # B\n", "- # B\n", "1. x\n\n   ## B\n"])
def test_a_heading_within_something_holds_nowhere_else(quoted):
    """It looks like a part of a quote or list, and would change what stands below."""
    (span,) = code_spans([f"# A\n\n{quoted}\n`web`\n"])

    assert span.headings == ("A",)


def test_a_reader_tells_the_headings_between_texts():
    """So that a code cell can be called after the one above it."""
    reader = Reader()
    reader.read("# A `b`\n\ntext")

    assert reader.headings == ("A b",)


def test_a_notebook_gives_its_markdown_cells(tmp_path):
    """Their source may be one text or a list of lines."""
    cells = [
        {"cell_type": "markdown", "source": ["# A\n", "`a`"]},
        {"cell_type": "code", "source": "`no`"},
        {"cell_type": "markdown", "source": "`b`"},
    ]
    path = tmp_path / "x.ipynb"
    path.write_text(json.dumps({"cells": cells}), encoding="utf-8")

    assert markdown_texts(path) == ("# A\n`a`", "`b`")


@pytest.mark.parametrize("content", [b"", b"{}", b"[1]", b'{"cells": [1]}', b"\xff"])
def test_a_broken_notebook_is_one_clear_error(tmp_path, content):
    """Whatever is wrong with it."""
    path = tmp_path / "x.ipynb"
    path.write_bytes(content)

    with pytest.raises(NotationError, match=r"x\.ipynb"):
        markdown_texts(path)
