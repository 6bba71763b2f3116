"""The sentences and headings of the register, as a copy is compared with them."""

from __future__ import annotations

from typing import NamedTuple

from orosec.drift.rows import FingerprintRow
from orosec.model.addressing import grouped
from orosec.model.rows import Tables


class Entry(NamedTuple):
    """A sentence or a heading of the register.

    Attributes:
        known: by what it is recognised.
        section: the section that it stands in.
        heading: whether it is a heading.
        optional: whether it may be missing: it is the site that puts a banner there.
    """

    known: FingerprintRow
    section: str
    heading: bool
    optional: bool

    @property
    def name(self) -> str:
        """The id of the sentence, or the name of the section."""
        return self.known.part


def entries_of(tables: Tables) -> tuple[Entry, ...]:
    """Return the headings and sentences of the register, in the order of the page."""
    known = {row.part: row for row in tables.fingerprints}
    sentences = grouped((row.section, row.sentence) for row in tables.sentences)
    return tuple(
        Entry(known[name], section, heading=name == section, optional=kind == "banner")
        for section, kind in ((row.section, row.kind) for row in tables.sections)
        for name in (section, *sentences.get(section, ()))
        if name in known
    )
