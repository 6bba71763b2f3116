"""The sentences and headings of the register, as a copy is compared with them."""

from __future__ import annotations

from typing import NamedTuple

from orosec.model.rows import SectionRow, SentenceRow, Tables


class Entry(NamedTuple):
    """A sentence or a heading of the register.

    Attributes:
        name: the id of the sentence, or the name of the section.
        section: the section that it stands in.
        heading: whether it is a heading.
        fingerprint: of its words; of a heading, of its words in small letters.
        words: how many they are.
        sketch: what tells how like another text is.
        optional: whether it may be missing: it is the site that puts a banner there.
    """

    name: str
    section: str
    heading: bool
    fingerprint: str
    words: int
    sketch: str
    optional: bool


def entries_of(tables: Tables) -> tuple[Entry, ...]:
    """Return the headings and sentences of the register, in the order of the page."""
    found: list[Entry] = []
    for section in tables.sections:
        if section.fingerprint:
            found.append(_entry(section.section, section, section))
        rows = (row for row in tables.sentences if row.section == section.section)
        found += (_entry(row.sentence, section, row) for row in rows)
    return tuple(found)


def _entry(name: str, section: SectionRow, row: SectionRow | SentenceRow) -> Entry:
    return Entry(
        name,
        section.section,
        heading=isinstance(row, SectionRow),
        fingerprint=row.fingerprint,
        words=row.words,
        sketch=row.sketch,
        optional=section.kind == "banner",
    )
