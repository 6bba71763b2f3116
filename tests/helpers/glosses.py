"""What plain prose of the notebooks says of the network, held against what is checked.

A sentence is read as `wordings` reads a text of the tables: names, services, numbers and
counts. All of it must stand in what the sentence rests on (`meant`): the code spans in it,
where they have arrows; else also the sentence of the page below whose heading it stands,
and what the cells of its section ask. Below other headings it rests on all code spans and
links of its section. And where all arrows of a sentence say no, it has a word for that;
where all say yes, it has none. Below the heading of a sentence whose claims all say no, or
all yes, so do the line after its place and how we take it.

What is not seen: a negation where no arrow is, verdicts in words, names that belong to the
same sentence, counts of what is no part of the network.
"""

import re
from collections.abc import Iterator
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import NamedTuple

from markdown_it import MarkdownIt
from wordings import COUNTS, NEGATION, Register, Said, ids_in, said, told

from orosec import orocloud
from orosec.prose.markdown import parts_of

NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))
REGISTER = Register(orocloud.tables)
BOOKS = {row.section: row.notebook for row in orocloud.tables.sections}
OWN = {
    book.removesuffix(".ipynb"): [
        row.sentence for row in orocloud.tables.sentences if BOOKS[row.section] == book
    ]
    for book in BOOKS.values()
}
"""The sentences of the page that a notebook is about."""
PROTOCOLS = ("icmp", "tcp", "udp", "all", "others")
SPAN = re.compile(r"`([^`]*)`")
OPAQUE = re.compile(
    r"`[^`]*`|\*\[Page, [^*]*\*|(?:\[(?:[A-Z]{2}|[BC])\d+)?\]\([^)]*\)"
    r"|\b(?:[A-Z]{2}|[BC])\d+\b"
)
"""What is no plain text: code spans, targets of links, ids, places on the page."""
LISTED = re.compile(r"\[[^]]*\]\([^)]*\)|← .*")
"""Where another notebook is: its title is no sentence."""
END = re.compile(r"(?<=[.!?])[*]{0,2}\s+(?=[^a-z\s])")
FOR_NO = (
    r"\b(?:nor|den(?:y|ies|ied)|blocks|stops|closed|stays? in|out of reach|keeps"
    r"|shuts out|complete)\b"
)
NO = re.compile(f"{NEGATION.replace('only|alone|', '')}|{FOR_NO}", re.IGNORECASE)
NO_OR_ONLY = re.compile(f"{NEGATION}|{FOR_NO}", re.IGNORECASE)
KNOWN = {
    "07-whats-next": Said(counts=frozenset(["five"])),
    "08-open-questions": Said(ports=frozenset(["16"])),
    "11-traceability-and-compliance": Said(ports=frozenset(["4.0.1"])),
}
"""Links of the page, known contradictions (they are counted), the release of PCI DSS."""
TITLES = {
    row[0]: row.title for row in (*orocloud.tables.sentences, *orocloud.tables.ambiguities)
}
CLAIMS = {row.claim: row for row in orocloud.tables.claims}
OF_PAGE = re.compile(r"### (?P<sentence>[A-Z]+\d+) ·")


class Sentence(NamedTuple):
    """A plain sentence: its cell, where it starts there, and what its section holds."""

    cell: int
    start: int
    text: str
    section: str


def read(notebook):
    """Give kind and text of each cell."""
    return parts_of(notebook.name, notebook.read_bytes())


def sentences(cells) -> Iterator[Sentence]:
    """Yield every plain sentence: no heading, place, list of links, or question."""
    for place, (kind, text) in enumerate(cells):
        for start, block in blocks(text) if kind == "markdown" else ():
            shown, at = hidden(block), 0
            if LISTED.fullmatch(block):
                continue
            for end in [*(one.end() for one in END.finditer(shown)), len(block)]:
                words = re.findall(r"[^\W\d_]+", shown[at:end])
                if len(words) > 2 and not shown[at:end].strip(" *").endswith("?"):
                    section = section_at(cells, place, start + at)
                    yield Sentence(place, start + at, block[at:end], section)
                at = end


def hidden(text):
    """Return a text of the same length without what is no plain text."""
    return OPAQUE.sub(lambda found: "\0" * len(found[0]), text)


@cache
def blocks(text):
    """Return each paragraph, item and cell of a table, as it is written, and its start."""
    starts = list(accumulate(map(len, text.splitlines(keepends=True)), initial=0))
    found, before, last = [], "", 0
    for token in MarkdownIt("commonmark").enable("table").parse(text):
        if token.type == "inline" and before != "heading_open":
            head = token.content.split("\n")[0]
            first = text.index(head, max(starts[token.map[0]], last))
            last = first + len(token.content)
            found.append((first, text[first:last]))
        before = token.type
    return found


def section_at(cells, place, start):
    """Return a section as one text, from its heading to the next one; code is marked."""
    texts = [text if kind == "markdown" else f"\1{text}\2" for kind, text in cells]
    whole, at = "\n\n".join(texts), sum(len(text) + 2 for text in texts[:place]) + start
    heads = [one.start() for one in re.finditer("^#+ ", whole, re.MULTILINE)]
    first = max((one for one in heads if one <= at), default=0)
    return whole[first : min((one for one in heads if one > at), default=len(whole))]


def stated(span):
    """Give what a code span or a text in a code cell says."""
    words = re.sub(r"\[.*\]", "", span).split()
    services = [word for word in words if ":" in word or word in PROTOCOLS]
    names = {*words, *re.findall(r"\w+", span.partition("[")[2])} - {*services}
    found = told(" ".join(names), " ".join(services))
    numbers = frozenset(re.findall(r"\d[\d.]*", span))
    counts = [COUNTS[int(one) - 1] for one in numbers if re.fullmatch("[1-9]|10", one)]
    return found | Said(ports=numbers, counts=frozenset(counts))


@cache
def meant(notebook, text, section):
    """Give what a sentence may say."""
    spans, (heading, _, rest) = SPAN.findall(text), section.partition("\n")
    titles = [TITLES[one] for one in ids_in(text) if one in TITLES]
    found = REGISTER.cited(text).union(*map(said, [heading, *titles]), *map(stated, spans))
    of_page = OF_PAGE.match(section)
    if re.search("[→⇒↛⇢]", "".join(spans)):
        return found | Said(counts=meant(notebook, heading, section).counts)
    code = "".join(re.findall("\1(.*?)\2", section, re.DOTALL))
    asked = re.findall(r"[\"']([^\"']*)[\"']", code)
    found = found.union(*(REGISTER.of_claim(CLAIMS[one]) for one in asked if one in CLAIMS))
    found = found.union(*map(stated, asked))
    if of_page:
        return found | REGISTER.scopes.get(of_page["sentence"], Said())
    found |= REGISTER.union(OWN.get(notebook, ())) | KNOWN.get(notebook, Said())
    found |= REGISTER.cited(rest)
    return found.union(*map(stated, SPAN.findall(rest)))


@cache
def astray(notebook, text, section):
    """Return what a sentence says and does not rest on."""
    plain, of_page = hidden(text), OF_PAGE.match(section)
    spoken = said(plain) - meant(notebook, text, section) - told(counts="one")
    if not (of_page or (notebook in OWN and section.startswith("# "))):
        spoken = spoken._replace(counts=())  # of calls, edits, rows
    signs = set(re.findall("[→⇒↛⇢]", "".join(SPAN.findall(text))))
    negative = True if signs == {"↛"} else False if signs and signs <= {"→", "⇒"} else None
    if of_page and not signs and re.search(r"\*\[Page, |We take this to mean", text):
        negative = REGISTER.of_sentence(of_page["sentence"])
    found = spoken.words()
    if negative and not NO_OR_ONLY.search(plain):
        found.append("no word for no")
    if negative is False and NO.search(plain):
        found.append("a word for no")
    return found


def wrong(notebook, cells):
    """Give each sentence of a notebook that says what its section does not rest on."""
    found = {one.text: astray(notebook, one.text, one.section) for one in sentences(cells)}
    return {text: words for text, words in found.items() if words}
