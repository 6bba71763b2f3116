"""The scoreboard: what became of each sentence of the page, and the short answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import product

from orosec.claims.register import Verdicts, check
from orosec.claims.verdict import Verdict
from orosec.model.addressing import grouped
from orosec.model.network import Network, given
from orosec.model.page_rows import SentenceRow
from orosec.model.schema import READINGS
from orosec.model.telling import told_of
from orosec.results import KNOWN, LITERAL, MARKS, Sheet, mark

_FATES = {
    "alarm": f"{MARKS['broken']} alarm",
    "contradicted": f"{KNOWN} contradicted",
    "literal": f"{LITERAL} only if not taken literally",
    "beyond": f"{MARKS['beyond']} not checkable",
    "vacuous": mark("vacuous"),
    "partly": f"{mark('holds')}, part not checkable",
    "holds": mark("holds"),
    "silent": "promises nothing",
}
"""What can become of a sentence, the worst first, and how it is said."""

_SAID = {
    "holds": "hold",
    "partly": "hold as far as they can be checked",
    "literal": "hold if they are not taken literally",
    "contradicted": "are contradicted by the page or the platform",
    "beyond": "cannot be checked on a network model",
    "vacuous": "speak of nothing that is there",
    "alarm": "raise an alarm",
}


def scoreboard(*, network: Network | None = None, today: date | None = None) -> Sheet:
    """Return every sentence with its verdict under each CDN that there is, and reading."""
    tables = given(network)
    judged = check(network=tables, today=today)
    rows = [(row.sentence, row.title, *cells) for row, cells in scores(tables, judged)]
    variants = product(tables.tables.cdns, READINGS)
    columns = ("id", "sentence", *(" ".join(each) for each in variants))
    return Sheet("", columns, rows, judged.sheet.notes, words=told_of(tables.tables))


def scores(network: Network, judged: Verdicts) -> Iterator[tuple[SentenceRow, list[str]]]:
    """Yield each sentence of the page, and what became of it in each scenario."""
    here = grouped(((one.claim.sentence, one.cdn, one.reading), one) for one in judged)
    variants = [*product(network.tables.cdns, READINGS)]
    for row in network.tables.sentences:
        own = (here.get((row.sentence, *each), ()) for each in variants)
        yield row, [score(judged.only(verdicts), row) for verdicts in own]


def score(own: Verdicts, sentence: SentenceRow) -> str:
    """Sum up the verdicts of one sentence in one scenario."""
    amended = [one.name for one in own.undeclared if one.sentence == sentence.sentence]
    alarms = dict.fromkeys([*(one.claim.claim for one in own.unexpected), *amended])
    accepted = dict.fromkeys(one.claim.claim for one in own if own.accepted(one))
    told = [f"{_FATES['alarm']}: {' '.join(alarms)}"] if alarms else []
    told += [f"{MARKS['broken']} accepted: {' '.join(accepted)}"] if accepted else []
    return "; ".join(told) or _calm(own, sentence)


def _calm(own: Verdicts, sentence: SentenceRow) -> str:
    found = [one.verdict for one in own]
    if broken := _contradictions(own):
        return f"{KNOWN} {' '.join(broken)}"
    if not found:
        return "other CDN" if sentence.kind.startswith("normative") else "no promise"
    partly = "beyond" in found and len({*found}) > 1
    return _FATES["partly" if partly else min(found, key=[*_FATES].index)]


def _contradictions(own: Iterable[Verdict]) -> tuple[str, ...]:
    """Return the ambiguities behind what is broken, or else the claims."""
    broken = (one for one in own if one.verdict == "broken")
    names = (one.contradictions or (one.claim.claim,) for one in broken)
    return tuple(dict.fromkeys(name for each in names for name in each))


def summary(*, network: Network | None = None, today: date | None = None) -> Sheet:
    """Return the short answer: how many sentences hold, which do not, and why."""
    tables = given(network)
    judged = check(network=tables, today=today)
    found: dict[str, list[str]] = {fate: [] for fate in _FATES}
    whys: dict[str, list[str]] = {fate: [] for fate in _FATES}
    here = grouped((one.claim.sentence, one) for one in judged)
    for row in tables.tables.sentences:
        own = judged.only(here.get(row.sentence, ()))
        fate = _fate(own, row)
        found[fate].append(row.sentence)
        whys[fate] += _contradictions(own)
    counts = {fate: len(names) for fate, names in found.items()}
    parts = [f"{counts[fate]} {said}" for fate, said in _SAID.items() if counts[fate]]
    every, silent = sum(counts.values()), counts["silent"]
    title = f"Of {every} sentences, {every - silent} promise something: {', '.join(parts)}."
    rows = [
        (
            _FATES[fate],
            str(len(names)),
            " ".join(names),
            " ".join(dict.fromkeys(whys[fate])),
        )
        for fate, names in found.items()
        if names
    ]
    columns = ("verdict", "sentences", "which", "see")
    return Sheet(title, columns, rows, judged.sheet.notes, words=told_of(tables.tables))


def _fate(own: Verdicts, sentence: SentenceRow) -> str:
    """Return what became of a sentence in all scenarios: a key of `_FATES`."""
    amended = any(one.sentence == sentence.sentence for one in own.undeclared)
    if own.unexpected or amended:
        return "alarm"
    broken = {one.reading for one in own if one.verdict == "broken"}
    if broken:
        return "contradicted" if "operational" in broken else "literal"
    found = {one.verdict for one in own} or {"silent"}
    if {"holds", "beyond"} <= found:
        return "partly"
    return "holds" if "holds" in found else min(found, key=[*_FATES].index)
