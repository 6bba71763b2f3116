"""The tables of the page itself: its parts, sentences, promises and contradictions.

They are declared as those of the cloud are (`orosec.model.rows`).
"""

from __future__ import annotations

from typing import Annotated, NamedTuple

from orosec.engine.notation import read_date
from orosec.model import schema
from orosec.model.cells import (
    a_name,
    a_notebook,
    an_end,
    an_identifier,
    any_text,
    in_notation,
    in_words,
    one_of,
    some_services,
)
from orosec.model.rows import Basis, Cdn, Ids, Name, Reading, Text
from orosec.model.schema import Column, a_verb, added_later, or_empty, table


@table("sections", "section")
class SectionRow(NamedTuple):
    """A part of the page, in its order.

    The banner stands above the title; a part with a lead-in has a sentence for a heading.
    Its `anchor` is that of its heading on the live page, or of the last one above it.
    """

    section: Name
    anchor: Annotated[str, added_later(a_name)]
    kind: Annotated[str, Column(one_of(*schema.PARTS))]
    notebook: Annotated[str, Column(a_notebook, optional=True)]
    gist: Text
    basis: Basis


@table("sentences", "sentence")
class SentenceRow(NamedTuple):
    """A sentence of the page: never its words, only our gist of them.

    Its `title` is the promise in a reader's words; its `place`, where in the section it is.
    """

    sentence: Annotated[str, Column(an_identifier)]
    title: Annotated[str, added_later(any_text)]
    section: Annotated[str, Column(a_name, names="sections")]
    place: Annotated[str, added_later(any_text)]
    kind: Annotated[str, Column(one_of(*schema.CLASSES))]
    gist: Text
    basis: Basis


@table("claims", "claim")
class ClaimRow(NamedTuple):
    """One thing that a sentence promises, in a form that can be computed."""

    claim: Annotated[str, Column(an_identifier)]
    sentence: Annotated[str, Column(an_identifier, names="sentences")]
    cdn: Cdn
    reading: Reading
    level: Annotated[str, Column(one_of(*schema.LEVELS))]
    verb: Annotated[str, Column(a_verb)]
    source: Annotated[str, or_empty(in_words(an_end), names="ends")]
    destination: Annotated[str, or_empty(in_words(an_end), names="ends")]
    services: Annotated[str, or_empty(some_services)]
    via: Annotated[str, or_empty(any_text)]
    expected: Annotated[str, Column(one_of(*schema.VERDICTS))]
    basis: Basis
    says: Text
    means: Text


@table("ambiguities", "ambiguity")
class AmbiguityRow(NamedTuple):
    """A place where the page is ambiguous or contradicts itself.

    Attributes:
        literal: the claims that follow from the literal reading; empty where it is not
            computed, and then *evidence* says why.
        operational: the same for the reading that we take.
        evidence: why we read it as we do, and why a reading is not computed.
        proposal: what the authors of the page are asked to change.
    """

    ambiguity: Annotated[str, Column(an_identifier)]
    title: Text
    sentences: Annotated[str, Column(Ids, names="sentences")]
    literal: Annotated[str, or_empty(Ids, names="claims")]
    operational: Annotated[str, or_empty(Ids, names="claims")]
    literal_reading: Text
    operational_reading: Text
    evidence: Text
    proposal: Text
    basis: Basis


@table("page", "release", wing=True)
class PageRow(NamedTuple):
    """A release of the page that the tables are about.

    Attributes:
        release: what the page calls it.
        url: where it is published.
        read_on: the day on which its sentences were read into the register.
        compared_on: the day on which a copy of it was last held against the register.
    """

    release: Text
    url: Text
    read_on: Annotated[str, Column(in_notation(read_date))]
    compared_on: Annotated[str, Column(in_notation(read_date))]
    basis: Basis


@table("exceptions", "exception")
class ExceptionRow(NamedTuple):
    """A promise that may be broken for a while: somebody answers for it until a day.

    Attributes:
        claim: the id of the claim.
        rationale: the reason, in words.
        owner: who answers for it.
        until: the last day on which it holds, as a date or as text (2026-12-31).
    """

    claim: Annotated[str, Column(an_identifier)]
    rationale: Text
    owner: Text
    until: Annotated[str, Column(in_notation(read_date))]
    basis: Basis
