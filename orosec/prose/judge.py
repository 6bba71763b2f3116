"""Whether what prose states is true, and what is true instead.

Where neither a statement nor a heading above it says under which CDN it is meant, it
has to hold under both, or under the one that knows its names. Where none says how the
page is read, the reading is the operational one; of claims, which have a reading of
their own, both are counted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

from orosec.claims.register import check, evidence_text
from orosec.claims.verdict import Verdict
from orosec.engine.intervals import Intervals
from orosec.engine.notation import looks_like_range, range_intervals
from orosec.errors import NotationError, OrosecError, UnknownNameError, did_you_mean
from orosec.model.network import Network
from orosec.model.scenario import Scenario
from orosec.model.schema import CDNS, READINGS, TABLES
from orosec.model.validation import known_ends
from orosec.prose.corrections import Correction, correct_flow, correct_place, correct_way
from orosec.prose.markdown import CodeSpan
from orosec.prose.statements import (
    VERDICT_WORDS,
    CountStatement,
    FlowStatement,
    JourneyStatement,
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

_NAMING = {
    "subnets": ("name", "network"),
    "nodes": ("name", "role", "function", "home"),
    **dict.fromkeys(("interfaces", "listeners", "routes", "relays"), ("name",)),
    "rules": ("name", "network"),
    "sentences": ("sentence", "section"),
    "claims": ("claim",),
    "ambiguities": ("ambiguity",),
}
"""The columns that hold the names which prose may use."""

_SERVING = {
    "rules": ("services",),
    "listeners": ("services",),
    "relays": ("accepts", "services"),
}
_PLACING = {
    "subnets": ("cidr",),
    "interfaces": ("address", "public"),
    "routes": ("public",),
}


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
        for one in self.corrections[:_MOST_SHOWN]:
            told = zip(_LABELS, one, strict=True)
            lines += [f"  {label + ':':<9}{text}" for label, text in told if text]
        rest = len(self.corrections) - _MOST_SHOWN
        return "\n".join([*lines, f"  and {rest} more"] if rest > 0 else lines)


class Prose:
    """Judges what prose states about one network."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self._found = lru_cache(maxsize=4096)(self._judged)

    def judge(self, span: CodeSpan) -> StatementVerdict:
        """Return whether what *span* states is true, and what is true instead.

        >>> from orosec import orocloud
        >>> from orosec.prose.markdown import code_spans
        >>> prose = Prose(orocloud)
        >>> [prose.judge(one).true for one in code_spans(["`web` `internet → web`"])]
        [True, False]
        """
        return StatementVerdict(span, tuple(self._corrections(span)))

    def _corrections(self, span: CodeSpan) -> Iterator[Correction]:
        try:
            statement, own = read_statement(span.text)
            found = self._found(statement, _completed(own, span.headings))
        except OrosecError as error:
            yield _refusal(error, span.text)
            return
        yield from _merged(found)

    def _judged(self, statement: Statement, marker: Marker) -> tuple[Correction, ...]:
        return tuple(_JUDGES[type(statement)](self, statement, marker))

    # What the tables hold

    def _rows(self, table: str) -> tuple[Any, ...]:
        return tuple(getattr(self.network.tables, table))

    def _cells(self, columns: Mapping[str, Sequence[str]]) -> set[str]:
        return {
            word
            for table, names in columns.items()
            for row in self._rows(table)
            for name in names
            for word in getattr(row, name).split()
        }

    @cached_property
    def _vocabulary(self) -> set[str]:
        columns = {column for table in TABLES.values() for column in table.columns}
        return {*self._cells(_NAMING), *self._ends, *columns, *TABLES, *CDNS, *READINGS}

    @cached_property
    def _ends(self) -> dict[str, tuple[str, ...]]:
        """The CDNs under which each name is an end of traffic."""
        known = {cdn: known_ends(self.network.tables, cdn) for cdn in CDNS}
        ends = set().union(*known.values())
        return {end: tuple(cdn for cdn in CDNS if end in known[cdn]) for end in ends}

    @cached_property
    def _services(self) -> set[str]:
        return self._cells(_SERVING)

    @cached_property
    def _places(self) -> dict[Intervals, str]:
        return {range_intervals(text): text for text in self._cells(_PLACING)}

    # The statements, kind by kind

    def _judge_words(self, said: WordsStatement, _marker: Marker) -> Iterator[Correction]:
        if not said.words:
            yield Correction("", "nothing is stated")
        for word in said.words:
            if looks_like_service(word):
                if word not in self._services:
                    raise _unknown(word, "service in the tables", self._services)
            elif looks_like_range(word):
                if range_intervals(word) not in self._places:
                    places = self._places.values()
                    raise _unknown(word, "address or range in the tables", places)
            elif word not in self._vocabulary:
                raise _unknown(word, "name in the tables", self._vocabulary)

    def _judge_size(self, said: SizeStatement, _marker: Marker) -> Iterator[Correction]:
        count = len(self._rows(said.table))
        if count != said.number:
            yield Correction("", f"{count} {said.table}")

    def _judge_flow(self, said: FlowStatement, marker: Marker) -> Iterator[Correction]:
        for scenario in self._meant(marker, f"{said.source} {said.destination}"):
            if correction := correct_flow(said, scenario):
                yield correction

    def _judge_way(self, said: JourneyStatement, marker: Marker) -> Iterator[Correction]:
        for scenario in self._meant(marker, " ".join(said.stops)):
            if correction := correct_way(said, scenario):
                yield correction

    def _judge_place(self, said: PlaceStatement, marker: Marker) -> Iterator[Correction]:
        for scenario in self._meant(marker, said.name):
            if correction := correct_place(said, scenario):
                yield correction

    def _meant(self, marker: Marker, names: str) -> Iterator[Scenario]:
        """Yield the scenarios that a statement with these *names* is meant for."""
        words = [word for word in names.split() if not looks_like_range(word)]
        for word in words:
            if word not in self._ends:
                raise _unknown(word, "name of an end", self._ends)
        knowing = [cdn for cdn in CDNS if all(cdn in self._ends[word] for word in words)]
        if not knowing:
            hint = "keep to names that exist under the same CDN"
            raise NotationError(names, "mixes names of both CDNs", hint)
        for cdn in marker.cdns or knowing:
            for reading in marker.readings or READINGS[:1]:
                yield self.network.scenario(cdn, reading)

    def _judge_tally(self, said: CountStatement, marker: Marker) -> Iterator[Correction]:
        cdns, readings = marker.cdns or CDNS, marker.readings or READINGS
        judged: dict[str, list[Verdict]] = {}
        for one in self._verdicts(said.scope):
            if one.cdn in cdns and one.reading in readings:
                judged.setdefault(one.claim.claim, []).append(one)
        having = _having(judged, said.verdict)
        total = len(judged) if said.total is None else said.total
        number = total if said.number is None else said.number
        if not judged or (len(having), len(judged)) != (number, total):
            under = f"{' '.join(cdns)}, {' '.join(readings)}"
            yield _recounted(judged, under, " ".join(said.scope), having)

    def _verdicts(self, scope: Sequence[str]) -> Iterator[Verdict]:
        """Yield the verdicts on claims, sentences, findings and sections; each once."""
        ambiguities = {row.ambiguity: row for row in self._rows("ambiguities")}
        sections = {row.section for row in self._rows("sentences")}
        names: dict[str, None] = {}
        for word in scope:
            if word in sections:
                own = check(section=word, network=self.network)
                names.update(dict.fromkeys(one.claim.claim for one in own))
            elif word in ambiguities:
                row = ambiguities[word]
                names.update(dict.fromkeys(f"{row.literal} {row.operational}".split()))
            else:
                names[word] = None
        if names or not scope:
            yield from check(*names, network=self.network)


_JUDGES: Mapping[type, Callable[[Prose, Any, Marker], Iterator[Correction]]] = {
    WordsStatement: Prose._judge_words,
    SizeStatement: Prose._judge_size,
    FlowStatement: Prose._judge_flow,
    JourneyStatement: Prose._judge_way,
    PlaceStatement: Prose._judge_place,
    CountStatement: Prose._judge_tally,
}


def _completed(own: Marker, headings: Sequence[str]) -> Marker:
    """Add what the nearest heading says about CDN and reading, where *own* does not."""
    for heading in reversed(headings):
        above = read_marker(heading)
        own = Marker(own.cdns or above.cdns, own.readings or above.readings)
    return own


def _merged(found: Iterable[Correction]) -> Iterator[Correction]:
    """Join corrections that differ in nothing but CDN, reading and claims."""
    alike: dict[Correction, list[Correction]] = {}
    for one in found:
        alike.setdefault(one._replace(under="", claims=""), []).append(one)
    for same, group in alike.items():
        under = "; ".join(one.under for one in group)
        claims = dict.fromkeys(claim for one in group for claim in one.claims.split())
        yield same._replace(under=under, claims=" ".join(list(claims)[:_MOST_CLAIMS]))


def _refusal(error: OrosecError, text: str) -> Correction:
    return Correction("", str(error), unless=f"it states nothing: then write *`{text}`*")


def _unknown(word: str, what: str, known: Iterable[str]) -> UnknownNameError:
    hint = did_you_mean(word, known)
    close = hint if hint.startswith("did") else "nothing there is close to it"
    return UnknownNameError(word, what, close)


def _having(judged: Mapping[str, Sequence[Verdict]], word: str) -> list[str]:
    """Return the claims of which every verdict is what *word* says."""
    return [
        claim
        for claim, verdicts in judged.items()
        if all(
            one.as_expected if word == "as recorded" else one.verdict == word
            for one in verdicts
        )
    ]


def _recounted(
    judged: Mapping[str, Sequence[Verdict]], under: str, scope: str, having: Sequence[str]
) -> Correction:
    """Say what the verdicts on some claims are, and show one that is another one."""
    if not judged:
        return Correction(under, f"there is no such claim: {scope}")
    counts = {
        word: len(_having(judged, verdict))
        for word, verdict in VERDICT_WORDS.items()
        if word != "holds"  # "hold" says the same, of several
    }
    told = [f"{count} of {len(judged)} {word}" for word, count in counts.items() if count]
    other = [claim for claim in judged if claim not in having]
    witness = ""
    if other:
        shown = judged[other[0]][0]
        witness = f"{other[0]}: {shown.verdict}; {evidence_text(shown)}"
    instead = f"{scope or 'every claim'}: {', '.join(told)}"
    return Correction(under, instead, witness, "", " ".join(other))
