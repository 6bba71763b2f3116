"""Whether what prose states is true, and what is true instead.

Where neither a statement nor a heading above it says under which CDN it is meant, it
has to hold under both, or under the one that knows its names. Where none says how the
page is read, the reading is the operational one; of claims, which have a reading of
their own, both are counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

from orosec.claims.register import check, evidence_text
from orosec.claims.verdict import Verdict
from orosec.engine.notation import looks_like_range, range_intervals
from orosec.errors import NotationError, OrosecError, UnknownNameError, did_you_mean
from orosec.model.addressing import grouped
from orosec.model.network import Network
from orosec.model.scenario import Scenario
from orosec.model.schema import CDNS, READINGS, TABLES
from orosec.model.validation import known_ends
from orosec.prose.citations import Citations
from orosec.prose.corrections import Correction, correct
from orosec.prose.markdown import CodeSpan
from orosec.prose.statements import (
    VERDICT_WORDS,
    CountStatement,
    FlowStatement,
    Marker,
    PlaceStatement,
    SizeStatement,
    Statement,
    WordsStatement,
    looks_like_service,
    read_marker,
    read_statement,
)

_MOST_SHOWN, _MOST_CLAIMS = 2, 6
_LABELS = ("under", "but", "witness", "rule", "claims", "unless")

_NAMING = "name network role function home sentence section claim ambiguity".split()
_SERVING, _PLACING = ("accepts", "services"), ("cidr", "address", "public")
"""The columns that hold the names, the services and the ranges which prose may use."""


class StatementVerdict(NamedTuple):
    """A code span, judged.

    Attributes:
        span: the code span.
        corrections: what is true instead; none where it is true.
    """

    span: CodeSpan
    corrections: tuple[Correction, ...]

    @property
    def true(self) -> bool:
        """Whether the span states something, and it is true."""
        return not self.corrections

    def __str__(self) -> str:
        lines = [f"{self.span.text} is {'true' if self.true else 'not true'}"]
        for correction in self.corrections[:_MOST_SHOWN]:
            told = zip(_LABELS, correction, strict=True)
            lines += [f"  {label + ':':<9}{text}" for label, text in told if text]
        rest = len(self.corrections) - _MOST_SHOWN
        return "\n".join([*lines, f"  and {rest} more"] if rest > 0 else lines)


class Prose:
    """Judges what prose states about one network."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.citations = Citations(network.tables)
        ends = ((end, cdn) for cdn in CDNS for end in known_ends(network.tables, cdn))
        self._ends = grouped(ends)  # with the CDNs under which each is one
        self._services = self._cells(_SERVING)
        self._places = {range_intervals(text): text for text in self._cells(_PLACING)}
        columns = {column for table in TABLES.values() for column in table.columns}
        names = {*self._cells(_NAMING), *self._ends}
        self._vocabulary = {*names, *columns, *TABLES, *CDNS, *READINGS}
        self._found = lru_cache(maxsize=4096)(self._judged)

    def judge(self, span: CodeSpan) -> StatementVerdict:
        """Return whether what *span* states is true, and what is true instead.

        >>> from orosec import orocloud
        >>> from orosec.prose.markdown import code_spans
        >>> prose = Prose(orocloud)
        >>> [prose.judge(span).true for span in code_spans(["`web` `internet → web`"])]
        [True, False]
        """
        try:
            statement, own = read_statement(span.text)
            found = self._found(statement, _completed(own, span.headings))
        except OrosecError as error:
            unless = f"it states nothing: then write *`{span.text}`*"
            found = (Correction("", str(error), unless=unless),)
        return StatementVerdict(span, tuple(_merged(found)))

    def _judged(self, said: Statement, marker: Marker) -> tuple[Correction, ...]:
        found: Iterable[Correction]
        match said:
            case WordsStatement(words):
                found = self._judge_words(words)
            case SizeStatement(number, table):
                count = len(getattr(self.network.tables, table))
                found = [] if count == number else [Correction("", f"{count} {table}")]
            case CountStatement():
                found = self._judge_count(said, marker)
            case FlowStatement() | PlaceStatement():
                scenarios = self._meant(said, marker)
                found = filter(None, (correct(said, scenario) for scenario in scenarios))
        return tuple(found)

    def _cells(self, columns: Sequence[str]) -> set[str]:
        """Return the words that the tables hold in some columns."""
        return {
            word
            for table, rows in self.network.tables.by_name().items()
            for column in TABLES[table].columns.keys() & columns
            for row in rows
            for word in getattr(row, column).split()
        }

    # The statements, kind by kind

    def _judge_words(self, words: Sequence[str]) -> Iterator[Correction]:
        if not words:
            yield Correction("", "nothing is stated")
        for word in words:
            if looks_like_service(word):
                if word not in self._services:
                    raise _unknown(word, "service in the tables", self._services)
            elif looks_like_range(word):
                if range_intervals(word) not in self._places:
                    places = self._places.values()
                    raise _unknown(word, "address or range in the tables", places)
            elif word not in self._vocabulary:
                raise _unknown(word, "name in the tables", self._vocabulary)

    def _meant(
        self, said: FlowStatement | PlaceStatement, marker: Marker
    ) -> Iterator[Scenario]:
        """Yield the scenarios that a flow, a way or a place is meant for."""
        names = said.name if isinstance(said, PlaceStatement) else " ".join(said.stops)
        words = [word for word in names.split() if not looks_like_range(word)]
        for word in words:
            if word not in self._ends:
                raise _unknown(word, "name of an end", self._ends)
        cdns = self.network.tables.cdns
        knowing = [cdn for cdn in cdns if all(cdn in self._ends[word] for word in words)]
        if not knowing:
            hint = "keep to names that exist under the same CDN"
            raise NotationError(names, "mixes names of both CDNs", hint)
        for cdn in marker.cdns or knowing:
            for reading in marker.readings or READINGS[:1]:
                yield self.network.scenario(cdn, reading)

    def _judge_count(self, said: CountStatement, marker: Marker) -> Iterator[Correction]:
        cdns, readings = marker.cdns or CDNS, marker.readings or READINGS
        names = [name for word in said.scope for name in self.citations.claims_of(word)]
        verdicts = check(*names, network=self.network) if names or not said.scope else ()
        judged = grouped(
            (verdict.claim.claim, verdict)
            for verdict in verdicts
            if verdict.cdn in cdns and verdict.reading in readings
        )
        words = {name: set.intersection(*map(_words, own)) for name, own in judged.items()}
        others = [claim for claim in words if said.verdict not in words[claim]]
        under, scope = f"{' '.join(cdns)}, {' '.join(readings)}", " ".join(said.scope)
        total = len(judged)
        if not judged:
            yield Correction(under, f"there is no such claim: {scope}")
        elif (total - len(others), total) != (said.tally or (total, total)):
            counts = Counter(chain(*words.values()))
            told = [
                f"{counts[verdict]} of {total} {word}"
                for word, verdict in VERDICT_WORDS.items()
                if counts[verdict] and word != "holds"  # "hold" says the same, of several
            ]
            instead = f"{scope or 'every claim'}: {', '.join(told)}"
            witness = _witness(judged[others[0]][0]) if others else ""
            yield Correction(under, instead, witness, claims=" ".join(others))


def _completed(own: Marker, headings: Sequence[str]) -> Marker:
    """Add what the nearest heading says about CDN and reading, where *own* does not."""
    for above in map(read_marker, reversed(headings)):
        own = Marker(own.cdns or above.cdns, own.readings or above.readings)
    return own


def _merged(found: Iterable[Correction]) -> Iterator[Correction]:
    """Join corrections that differ in nothing but CDN, reading and claims."""
    alike = grouped((each._replace(under="", claims=""), each) for each in found)
    for same, group in alike.items():
        under = "; ".join(correction.under for correction in group)
        claims = dict.fromkeys(" ".join(correction.claims for correction in group).split())
        yield same._replace(under=under, claims=" ".join(list(claims)[:_MOST_CLAIMS]))


def _unknown(word: str, what: str, known: Iterable[str]) -> UnknownNameError:
    close = did_you_mean(word, known, "nothing there is close to it")
    return UnknownNameError(word, what, close)


def _words(verdict: Verdict) -> set[str]:
    """Return the words of `VERDICT_WORDS` that are true of a verdict."""
    return {verdict.verdict} | ({"as recorded"} if verdict.as_expected else set())


def _witness(verdict: Verdict) -> str:
    return f"{verdict.claim.claim}: {verdict.verdict}; {evidence_text(verdict)}"
