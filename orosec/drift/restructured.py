"""A copy of the page in reStructuredText, parsed by docutils and read into blocks of text.

It is read as the reader of the built page would see it, with what Sphinx adds: a role is
its text; a directive that docutils does not know is its argument and its content. What
docutils cannot make sense of is text as it stands, so that no change hides behind a
mistake. Nothing is included, and nothing of the copy runs.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import ClassVar

from docutils import nodes
from docutils.frontend import get_default_settings
from docutils.parsers.rst import Directive, Parser, directives, states
from docutils.utils import Reporter, new_document, unescape

from orosec.drift.block import Block
from orosec.drift.lines import plain_blocks
from orosec.errors import PageError

_DOCUTILS = frozenset(("csv-table", "replace", "unicode"))
"""The directives that are more than their argument and their content."""

_SILENT = frozenset(("contents", "meta", "raw", "title", "toctree"))
_VERBATIM = frozenset(("code", "code-block", "math", "sourcecode"))
_WORDLESS = frozenset(
    """
    class code code-block container default-role figure highlight image include index
    literalinclude only role rst-class sectionauthor sourcecode tabularcolumns
    """.split()
)
"""The directives whose argument is no text."""

_MOST_SCANNED = 50_000_000  # letters, once for each mark; costs about 1.5 seconds
_MARK = re.compile(r"[*`|_@:\[]")
_HINT = "save the built page as HTML"
_LONGEST_SUBSTITUTE = 200
_UNSEEN = (nodes.Invisible, nodes.label)
_SETTINGS = {
    "file_insertion_enabled": False,
    "raw_enabled": False,
    "line_length_limit": 2**20,
    "halt_level": 5,  # never: what docutils has to say stands in the document
    "report_level": 5,
    "warning_stream": False,
}


def restructured_blocks(text: str, name: str) -> Iterator[Block]:
    """Return the blocks of a text in reStructuredText, without its marks.

    Raises:
        PageError: it is nested too deeply, or built to be hard to read.
    """
    # the end of each mark is looked for as far as its paragraph goes
    paragraphs = text.split("\n\n")
    if sum(len(part) * len(_MARK.findall(part)) for part in paragraphs) > _MOST_SCANNED:
        raise PageError(name, "has too many marks in one paragraph", _HINT)
    try:
        document = _parsed(text)
        if isinstance(document.next_node(), nodes.field_list):
            document.pop(0)  # the fields at the head of a file are for its tools
        _show_substitutions(document)
        yield from _blocks(document, name)
    except RecursionError:
        raise PageError(name, "is nested too deeply", _HINT) from None


def _parsed(text: str) -> nodes.document:
    """Parse a text; while that lasts, docutils knows every role and every directive."""
    settings = get_default_settings(Parser)
    vars(settings).update(_SETTINGS)
    document = new_document("", settings)
    inliner = states.Inliner()
    inliner.interpreted = _role
    known = directives.directive
    directives.directive = lambda name, *place: (
        known(name, *place) if name in _DOCUTILS else (_Shown, [])
    )
    try:
        Parser(inliner=inliner).parse(text, document)
    finally:
        directives.directive = known
    return document


def _role(source: str, text: str, *_: object) -> tuple[list[nodes.Node], list[nodes.Node]]:
    """Return what is shown of a role: its text, without a target in angle brackets."""
    shown = unescape(text)
    if "<" in shown and shown.endswith(">"):
        shown = shown.rpartition("<")[0].rstrip()
    return [nodes.inline(source, shown)], []


class _Shown(Directive):  # type: ignore[misc]
    """A directive as text: its argument, and its content; options are none."""

    optional_arguments = 1
    final_argument_whitespace = True
    has_content = True
    option_spec: ClassVar = defaultdict(lambda: str, name=str)

    def run(self) -> list[nodes.Node]:
        if self.name in _SILENT:
            return []
        shown = nodes.container()
        shown.line = self.lineno
        for words in [] if self.name in _WORDLESS else self.arguments:
            inline, _ = self.state.inline_text(words, self.lineno)
            shown += nodes.paragraph("", "", *inline)
        if self.name in _VERBATIM:
            shown += nodes.literal_block("", "\n".join(self.content))
        else:
            self.state.nested_parse(self.content, self.content_offset, shown)
        return [shown]


def _show_substitutions(document: nodes.document) -> None:
    """Put what a substitution stands for in its place; its name where that is not told.

    What stands for it is taken as it was written, and no longer than a phrase, so that
    substitutions of substitutions cannot grow.
    """
    texts = {name: found.astext() for name, found in document.substitution_defs.items()}
    for reference in [*document.findall(nodes.substitution_reference)]:
        text = texts.get(reference["refname"], "")
        if 0 < len(text) <= _LONGEST_SUBSTITUTE:
            reference.replace_self(nodes.Text(text))


def _blocks(parent: nodes.Element, name: str) -> Iterator[Block]:
    """Return the blocks of a part; of a title, docutils knows the line below it."""
    for node in parent.children:
        if isinstance(node, nodes.system_message):
            yield from _left_out(node, name)
        elif isinstance(node, nodes.TextElement) and not isinstance(node, _UNSEEN):
            title = isinstance(node, nodes.title)
            line = node.line - 1 if title else node.line or parent.line or 0
            heading = title and isinstance(parent, nodes.section)
            yield Block(" ".join(node.astext().split()), line, heading)
        elif not isinstance(node, _UNSEEN):
            yield from _blocks(node, name)


def _left_out(message: nodes.system_message, name: str) -> Iterator[Block]:
    """Return as plain text what docutils left out, where it found a mistake.

    What it only warns of stands in the document, too.
    """
    if message["level"] >= Reporter.ERROR_LEVEL:
        quoted = "\n".join(text.astext() for text in message.findall(nodes.literal_block))
        for block in plain_blocks(quoted, name):
            yield block._replace(line=message["line"])
