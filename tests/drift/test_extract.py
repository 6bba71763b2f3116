"""Reading a copy: every form, and nothing that costs much to refuse."""

import gzip
import random
import subprocess
import sys
import tracemalloc
from contextlib import suppress

import pytest
from effort import some
from hypothesis import given
from hypothesis import strategies as st

from orosec.drift.extract import MOST_BYTES, blocks_of, read_page
from orosec.errors import PageError


def texts(raw, form=""):
    raw = raw if isinstance(raw, bytes) else raw.encode()
    return [block.text.strip() for block in blocks_of(raw, "a copy", form)]


def test_html_is_read_in_blocks():
    """Inline marks do not part words; blocks, cells and line breaks do."""
    page = "<p>A <b>b</b>c<br>d</p><table><tr><td>e<td>f</table><ul><li>g<li>h</ul>"

    assert texts(page, "html") == ["A bc", "d", "e", "f", "g", "h"]


def test_what_is_no_text_of_html_is_not_read():
    """Head, scripts, styles, comments, and what is struck out."""
    page = (
        "<head><title>t</title></head><script>s</script><style>y</style><!-- c -->"
        "<p>a<del>b</del><s>c</s>d</p><template>e</template>"
    )

    assert texts(page, "html") == ["ad"]


def test_html_tells_the_site_around_the_page():
    """By tag, role, class, and by a main part; a call-out in that is text."""
    page = (
        "<nav>n</nav><p>o</p><main><h1>t</h1><p>p</p><aside class='admonition'>q</aside>"
        "<aside>r</aside><div role='navigation'>s</div></main><footer>f</footer>"
    )
    blocks = blocks_of(page.encode(), "a copy", "html")

    assert {block.text: bool(block.around) for block in blocks} == {
        **dict.fromkeys("nosf", True),
        **dict.fromkeys("tpq", False),
        "r": False,
    }
    assert [block.text for block in blocks if block.heading] == ["t"]


def test_html_knows_its_lines():
    """So that a reader finds the place."""
    blocks = blocks_of(b"<p>a</p>\n\n<p>b</p>", "a copy", "html")

    assert [block.line for block in blocks] == [1, 3]


def test_text_is_read_in_lines_and_wrapped_text_in_paragraphs():
    """A line goes on where the next word would not have fitted."""
    assert texts("a b c d e f\ng\nh\ni", "txt") == ["a b c d e f", "g", "h", "i"]
    assert texts("aaa bbb\nccc ddd\neee\n\nfff ggg\nhhh", "txt") == [
        "aaa bbb ccc ddd eee",
        "fff ggg hhh",
    ]


def test_restructured_text_is_read_as_its_reader_sees_it():
    """Roles, targets and substitutions leave their text; comments and options go."""
    page = (
        ":orphan:\n\n.. _a:\n\nTitle\n=====\n\n.. a comment\n   that goes on\n\n"
        "See :ref:`this <there>` and `that <http://x>`__ in ``code``, |sub|.\n\n"
        ".. note::\n   :class: x\n\n   Noted.\n\n.. image:: a.png\n   :alt: hidden\n\n"
        ".. warning:: Warned.\n\n.. toctree::\n   :hidden:\n\n   a\n   b\n"
    )
    blocks = blocks_of(page.encode(), "a copy", "rst")

    assert [block.text for block in blocks] == [
        "Title",
        "See this and that in code, sub.",
        "Noted.",
        "Warned.",
    ]
    assert blocks[0].heading


RESTRUCTURED = {
    "a role that nobody knows": (":oro:kind:`Gate <a/b>` is :any:`open`", ["Gate is open"]),
    "a directive that nobody knows": (
        ".. berth:: At the :ref:`pier <p>`\n   :depth: 4\n\n   * Deep\n   * Long\n",
        ["At the pier", "Deep", "Long"],
    ),
    "a substitution of the file": (
        ".. |who| replace:: the *pilot*\n\nAsk |who| or |nobody|.",
        ["Ask the pilot or nobody."],
    ),
    "code with the options of Sphinx": (
        ".. code-block:: yaml\n   :caption: c\n\n   *a\n",
        ["*a"],
    ),
    "an overlined title": ("=====\nQuays\n=====\n\nLong.", ["Quays", "Long."]),
    "a table": ("=== ===\n a   b\n=== ===\n c   d\n=== ===\n", ["a", "b", "c", "d"]),
    "rows of CSV": ('.. csv-table::\n\n   "a, b", c\n', ["a, b", "c"]),
    "a term": ("Gate\n  It is *open*.", ["Gate", "It is open."]),
    "a nested list": ("* a\n\n  * b\n    c\n", ["a", "b c"]),
    "an escaped mark": (r"2 \* 3\ rd", ["2 * 3rd"]),
    "a mark without an end": ("The *gate is open.", ["The *gate is open."]),
    "a broken table": ("=== ===\na b\n=== ===\nc  d", ["c d"]),
    "a title in an item": ("* a\n\n  Quays\n  =====\n\n  b\n", ["a", "Quays", "b"]),
}


@pytest.mark.parametrize("name", RESTRUCTURED)
def test_restructured_text_is_read_whole(name, capfd):
    """With what Sphinx adds, and with what is wrong in it; nothing is said aloud."""
    text, blocks = RESTRUCTURED[name]

    assert texts(text, "rst")[-len(blocks) :] == blocks
    assert capfd.readouterr() == ("", "")


def test_nothing_is_included_into_restructured_text(tmp_path):
    """Neither a file nor raw content; and nothing of them is an error."""
    (tmp_path / "b.txt").write_text("secret", encoding="utf-8")
    path = tmp_path / "a.rst"
    lines = [f".. {name}:: {tmp_path}/b.txt\n" for name in ("include", "literalinclude")]
    lines += [f".. {name}::\n   :file: {tmp_path}/b.txt\n" for name in ("csv-table", "raw")]
    path.write_text("\n".join(["Gate\n", *lines]), encoding="utf-8")

    assert "secret" not in " ".join(block.text for block in read_page(str(path)))


def test_restructured_text_knows_its_lines():
    """Of a title, of what is in a directive, of an item."""
    page = b"Title\n=====\n\n.. note::\n\n   Noted.\n\n.. tip:: Told.\n\n* a\n* b\n"
    blocks = blocks_of(page, "a copy", "rst")

    assert [(block.text, block.line) for block in blocks] == [
        ("Title", 1),
        ("Noted.", 6),
        ("Told.", 8),
        ("a", 10),
        ("b", 11),
    ]


@pytest.mark.parametrize(("form", "loaded"), [("html", False), ("rst", True)])
def test_a_library_is_loaded_where_it_is_needed(form, loaded):
    """docutils for reStructuredText alone; no encoding is guessed of UTF-8."""
    script = (
        "import sys, orosec\nfrom orosec.drift.extract import blocks_of\n"
        "assert not {'docutils', 'charset_normalizer'} & {*sys.modules}\n"
        f"blocks_of(b'<p>x</p>', 'a copy', {form!r})\n"
        f"assert ('docutils' in sys.modules) is {loaded}\n"
        "assert 'charset_normalizer' not in sys.modules\n"
    )
    done = subprocess.run([sys.executable, "-c", script], check=False, capture_output=True)

    assert (done.returncode, done.stderr) == (0, b"")


def test_markdown_is_read_as_its_reader_sees_it():
    """Links, emphasis, code, comments, headings and tables."""
    page = "# T\n\n<!-- c -->\n\n* [a](b) **c** `d`\n\n| e | f |\n|---|---|\n| g | h |\n"
    blocks = blocks_of(page.encode(), "a copy", "md")

    assert [block.text for block in blocks] == ["T", "a c d", "e", "f", "g", "h"]


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("a’b".encode("cp1252"), "a’b"),
        ("é".encode("latin-1"), "é"),
        ("é".encode("utf-16"), "é"),
        ("é".encode("utf-32"), "é"),
        ("plain text".encode("utf-16-be"), "plain text"),
        ("<meta charset=koi8-r><p>да</p>".encode("koi8-r"), "да"),
        ("<meta charset=nonsense><p>é</p>".encode("cp1252"), "é"),
    ],
)
def test_any_usual_encoding_is_read(raw, text):
    """By mark, by trial, by what the page says of itself."""
    assert texts(raw) == [text]


def test_a_form_is_told_by_the_ending_or_the_beginning(tmp_path):
    """HTML in a file without an ending is still HTML."""
    for name in ("a.htm", "b"):
        (tmp_path / name).write_text("<p>x</p>", encoding="utf-8")
        assert [block.text for block in read_page(str(tmp_path / name))] == ["x"]


REFUSED = {
    "nothing": (b"", ""),
    "white space": (b" \n\t ", ""),
    "zeros": (b"\0" * 100, ""),
    "chance": (random.Random(1).randbytes(5000), ""),
    "packed": (gzip.compress(b"text" * 1000), ""),
    "a PDF": (b"%PDF-1.7 x", ""),
    "a picture": (b"\x89PNG\r\n", ""),
    "an archive": (b"PK\x03\x04", ""),
    "a web archive": (b"From: <Saved by Blink>\n", ""),
    "an empty page": (b"<html></html>", "html"),
    "only a script": (b"<script>x</script>", "html"),
    "deep nesting": (b"<div>" * 10_000 + b"x", "html"),
    "a million tags": (b"<i>" * 1_000_000, "html"),
    "a million attributes": (b"<p>x<a " + b"a=1 " * 1_000_000 + b">", "html"),
    "hidden attributes": (b"<p>x<a b='<' " + b"a " * 1_000_000 + b">", "html"),
    "many words": (b"a " * 40_000, "txt"),
    "too large": (b"x" * (MOST_BYTES["html"] + 1), ""),
    "marks without an end": (b"*a " * 10_000, "rst"),
    "deep items": (b"- " * 1_000 + b"a", "rst"),
    "too large for reStructuredText": (b"x" * (MOST_BYTES["rst"] + 1), "rst"),
    "too large for Markdown": (b"x" * (MOST_BYTES["md"] + 1), "md"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_read_is_one_clear_error(name):
    """It says where it came from, what is wrong, and what to do."""
    raw, form = REFUSED[name]
    with pytest.raises(PageError) as caught:
        blocks_of(raw, "a copy", form)

    message = str(caught.value)
    assert message.startswith("'a copy' ")
    assert ";" in message
    assert len(message.splitlines()) == 1


HOSTILE = {
    "laughs": (
        '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><p>&b;&b; x</p>',
        "html",
    ),
    "entities": ("<p>" + "&amp;" * 100_000, "html"),
    "one long line": ("x" * 500_000, "txt"),
    "white space within": ("a" + " " * 500_000 + "b", "txt"),
    "open comments": ("<p>x</p>" + "<!--" * 50_000, "html"),
    "open brackets": ("(\n" * 20_000, "txt"),
    "open roles": (":a:`<" * 5_000, "rst"),
    "open marks": ("*a\n" * 10_000, "rst"),
    "deep quotes": ("\n\n".join(" " * n + "a" for n in range(250)), "rst"),
    "laughs of substitutions": (
        "".join(f".. |a{n}| replace:: |a{n + 1}| |a{n + 1}|\n" for n in range(500))
        + "\n|a0|",
        "rst",
    ),
    "open links": ("[a](" * 3_000, "md"),
    "open emphasis": ("*a_" * 4_000, "md"),
    "deep lists": ("\n".join(" " * n + "- a" for n in range(400)), "md"),
}


@pytest.mark.parametrize("name", some(HOSTILE, 5))
def test_what_is_built_to_be_slow_takes_little_memory(name):
    """It is read, or refused; it never grows."""
    text, form = HOSTILE[name]
    tracemalloc.start()
    try:
        blocks_of(text.encode(), "a copy", form)
    except PageError:
        pass
    finally:
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()

    assert peak < 100 * 2**20


def test_a_file_without_an_end_is_read_no_further_than_allowed(tmp_path):
    """One byte more than the limit is enough to refuse it."""
    path = tmp_path / "long.txt"
    with path.open("wb") as stream:
        stream.truncate(10 * 2**30)  # a sparse file: no byte of it is on the disk

    with pytest.raises(PageError, match="larger"):
        read_page(str(path))


@pytest.mark.parametrize("name", ["missing.html", ".", "a\0b"])
def test_a_file_that_cannot_be_opened_is_one_clear_error(name):
    """A name of nothing, of a folder, of no file that could be."""
    with pytest.raises(PageError, match=r"html.*md.*rst.*txt"):
        read_page(name)


@given(st.binary(max_size=400), st.sampled_from(("", *MOST_BYTES)))
def test_any_bytes_are_read_or_refused(raw, form):
    """No other error comes out."""
    try:
        blocks = blocks_of(raw, "a copy", form)
    except PageError:
        return

    assert blocks


@given(
    st.text("<>/!-&;\"'= abpdiv\n`*_[]()|:.#", max_size=200), st.sampled_from([*MOST_BYTES])
)
def test_any_markup_is_read_or_refused(text, form):
    """Broken tags, marks that are never closed, rows of anything."""
    with suppress(PageError):
        assert blocks_of(text.encode(), "a copy", form)
