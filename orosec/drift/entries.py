"""The sentences and headings of the register, as a copy is compared with them."""

from __future__ import annotations

from typing import NamedTuple

from orosec.model.rows import Tables


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
    known = {row.part: row for row in tables.fingerprints}
    sentences = [(row.sentence, row.section) for row in tables.sentences]
    return tuple(
        Entry(
            name,
            section.section,
            heading=name == section.section,
            fingerprint=known[name].fingerprint,
            words=known[name].words,
            sketch=known[name].sketch,
            optional=section.kind == "banner",
        )
        for section in tables.sections
        for name in [
            section.section,
            *(s for s, place in sentences if place == section.section),
        ]
        if name in known
    )
