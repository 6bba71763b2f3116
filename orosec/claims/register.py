"""The register: every sentence of the page, and what became of what it promises."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from orosec.claims.amendments import Amendment, amendments
from orosec.claims.exceptions import FAILING, Standing, standings
from orosec.claims.exceptions import today as this_day
from orosec.claims.verdict import Verdict, judge
from orosec.engine.decision_diagram import remembering
from orosec.engine.notation import address_text, service_text
from orosec.errors import BrokenPromise, UnknownNameError, did_you_mean
from orosec.model.addressing import grouped
from orosec.model.network import Network, documented, given
from orosec.model.page_rows import AmbiguityRow
from orosec.model.rows import Tables
from orosec.model.schema import READINGS
from orosec.model.telling import told_of
from orosec.results import KNOWN, MARKS, Sheet, Shown, mark, under

_MOST_SHOWN = 3
_CIRCULAR = (
    "; circular: the rule was written from this sentence, so this shows only that nothing "
    "else contradicts it"
)
_WHERE = "see: orosec sentences; a network is given by name, as network="


class Verdicts(Shown):
    """Judged claims, in the order of the register.

    Attributes:
        verdicts: one for each claim, CDN and reading.
        exceptions: how the exceptions for these claims stand.
        amendments: what about these claims and exceptions is not as documented.
    """

    def __init__(
        self,
        verdicts: Iterable[Verdict],
        exceptions: Iterable[Standing] = (),
        amendments: Iterable[Amendment] = (),
    ) -> None:
        self.verdicts = tuple(verdicts)
        self.exceptions = tuple(exceptions)
        self.amendments = tuple(amendments)

    def __iter__(self) -> Any:
        return iter(self.verdicts)

    def __len__(self) -> int:
        return len(self.verdicts)

    @property
    def unexpected(self) -> tuple[Verdict, ...]:
        """The verdicts that are neither the recorded ones nor accepted."""
        return tuple(
            one for one in self.verdicts if not one.as_expected and not self.accepted(one)
        )

    def accepted(self, one: Verdict) -> Standing | None:
        """Return the valid exception that accepts a broken promise, if there is one."""
        own = (each for each in self.exceptions if each.row.claim == one.claim.claim)
        valid = (each for each in own if each.valid and one.verdict in FAILING)
        return next(valid, None)

    def only(self, verdicts: Iterable[Verdict]) -> Verdicts:
        """Keep to some of the verdicts, with the same exceptions and amendments."""
        return Verdicts(verdicts, self.exceptions, self.amendments)

    @property
    def stale(self) -> tuple[Standing, ...]:
        """The exceptions that expired, last too long, are not needed, or name no claim."""
        return tuple(one for one in self.exceptions if not one.valid)

    @property
    def undeclared(self) -> tuple[Amendment, ...]:
        """The amendments that nobody declares; each counts as not as recorded."""
        return tuple(one for one in self.amendments if not one.declared)

    @property
    def as_expected(self) -> bool:
        """Whether there is a verdict, and each is the recorded one or accepted.

        Raises:
            BrokenPromise: one is not, an exception is stale, or an amendment undeclared.
                Said here, so that a bare ``assert`` tells which promise, which packet and
                which rule.
        """
        if failure := self.failure:
            raise BrokenPromise(failure)
        return bool(self.verdicts)

    @property
    def sheet(self) -> Sheet:
        """One row for each claim and what became of it, and in which scenarios."""
        columns = (
            "claim",
            "promise",
            "verdict",
            "what it means",
            "because",
            "judged under",
        )
        alike = grouped((self._told(one), one) for one in self.verdicts)
        rows = [
            (*told, one.claim.means, _reasons((one, *more)), _under((one, *more)))
            for told, (one, *more) in alike.items()
        ]
        notes = [one.says for one in self.stale] + [one.says for one in self.amendments]
        words = self.verdicts[0].words if self.verdicts else {}
        return Sheet("", columns, rows, notes, folded=3, words=words)

    def _told(self, one: Verdict) -> tuple[str, str, str]:
        verdict, name = _verdict_text(one, self.accepted(one)), one.claim.claim
        if any((each.table, each.name) == ("claims", name) for each in self.amendments):
            verdict += ", amended"
        return name, one.claim.says, verdict

    def as_dict(self) -> dict[str, Any]:
        """Return the verdicts as plain values, for JSON."""
        return {
            "claims": [_verdict_dict(one, self.accepted(one)) for one in self.verdicts],
            "exceptions": [_exception_dict(one) for one in self.exceptions],
            "amendments": [one._asdict() for one in self.amendments],
        }

    @property
    def failure(self) -> str:
        """What is not as recorded, in never more than 15 lines; empty where all is."""
        told = [one.says for one in self.undeclared] + [one.says for one in self.stale]
        lines = told[:1] + [f"and {len(told) - 1} more such rows"] * bool(told[1:])
        for one in self.unexpected[:_MOST_SHOWN]:
            found = one.counterexample
            rule = one.rule_text(found.rule) if found and found.rule else "none"
            recorded = f"recorded as {one.claim.expected} [{one.cdn}, {one.reading}]"
            lines += [
                f"{one.claim.claim} is {one.verdict}, {recorded}",
                f"  promised: {one.claim.says}",
                f"  witness:  {evidence_text(one)}",
                f"  rule:     {rule}",
            ]
        if rest := [one.claim.claim for one in self.unexpected[_MOST_SHOWN:]]:
            names = " ".join(list(dict.fromkeys(rest))[:12])
            lines.append(f"and {len(rest)} more: {names}")
        return "\n".join(lines)


def _under(verdicts: Iterable[Verdict]) -> str:
    return under((one.cdn, one.reading) for one in verdicts)


def _reasons(verdicts: Iterable[Verdict]) -> str:
    """Say why, once; where it is not the same in all scenarios, also in which."""
    reasons = grouped((evidence_text(one), one) for one in verdicts)
    if len(reasons) == 1:
        return next(iter(reasons))
    return "; ".join(f"{_under(those)}: {reason}" for reason, those in reasons.items())


def _verdict_text(one: Verdict, exception: Standing | None = None) -> str:
    """Say for people what became of a claim, and whether that is an alarm."""
    if exception is not None:
        return f"{mark(one.verdict)}, {exception.says}"
    if not one.as_expected:
        return f"{MARKS['broken']} alarm: {one.verdict}, recorded as {one.claim.expected}"
    if one.verdict == "broken":
        return " ".join((f"{KNOWN} known contradiction", *one.contradictions))
    return (
        f"{MARKS['beyond']} not checkable" if one.verdict == "beyond" else mark(one.verdict)
    )


def evidence_text(one: Verdict) -> str:
    """Say in plain words why a verdict is what it is."""
    if one.counterexample is not None:
        return one.counterexample.says
    if one.verdict == "vacuous":
        return f"{one.example}, so the claim says nothing"
    if one.verdict == "beyond":
        return "no network model can show it"
    assumed = ", some of which are our assumption" * ("assumed" in one.bases)
    return f"{one.example}{assumed}{_CIRCULAR * one.by_construction}"


def _verdict_dict(one: Verdict, exception: Standing | None) -> dict[str, Any]:
    return {
        "claim": one.claim.claim,
        "sentence": one.claim.sentence,
        "cdn": one.cdn,
        "reading": one.reading,
        "verdict": one.verdict,
        "expected": one.claim.expected,
        "counterexample": _counterexample_dict(one),
        "accepted": _exception_dict(exception) if exception else None,
        "by_construction": one.by_construction,
        "rests_on": list(one.bases),
    }


def _exception_dict(one: Standing) -> dict[str, Any]:
    return {**one.row._asdict(), "state": one.state, "says": one.says}


def _counterexample_dict(one: Verdict) -> dict[str, Any] | None:
    found = one.counterexample
    if found is None:
        return None
    packet = found.packet
    return {
        "source": address_text(packet.source) if packet else None,
        "destination": address_text(packet.destination) if packet else None,
        "service": service_text(packet.protocol, packet.detail) if packet else None,
        "rule": found.rule or None,
        "row": f"{found.row.table}: {found.row.row}" if found.row else None,
        "says": found.says,
    }


@remembering()
def check(
    *names: str,
    section: str | None = None,
    cdn: str | None = None,
    reading: str | None = None,
    network: Network | None = None,
    today: date | None = None,
) -> Verdicts:
    """Judge claims.

    Args:
        names: claims or sentences, by id; every claim where left out.
        section: keep to the sentences of one section.
        cdn: keep to one CDN; both where left out.
        reading: keep to one reading; both where left out.
        network: the tables to judge; the documented ones where left out.
        today: the day on which exceptions are looked at; this day where left out.

    Raises:
        UnknownNameError: no such claim, sentence, section, CDN or reading.
    """
    tables, every = given(network), not (names or section)
    register = documented(shipped=True).tables
    chosen = _chosen((register, tables.tables), names, section)
    scenarios = tables.scenarios(cdn, reading)
    claims = [row for row in tables.tables.claims if row.claim in chosen]
    standing = standings(tables, today or this_day())
    amended = amendments(register, tables.tables)
    return Verdicts(
        [judge(row, each) for row in claims for each in scenarios if each.applies_to(row)],
        [one for one in standing if every or one.row.claim in chosen],
        [one for one in amended if every or one.name in chosen],
    )


def prove(
    *names: str,
    section: str | None = None,
    network: Network | None = None,
    today: date | None = None,
) -> Verdicts:
    """Judge claims under every CDN and reading, and insist on the recorded verdicts.

    Raises:
        BrokenPromise: a verdict is not the recorded one, or an amendment is undeclared;
            says which, and why.
        UnknownNameError: no such claim, sentence or section.
    """
    verdicts = check(*names, section=section, network=network, today=today)
    if not verdicts.as_expected:
        raise BrokenPromise(f"there is nothing to prove for {' '.join(names) or section}")
    return verdicts


def _chosen(both: Sequence[Tables], names: Sequence[str], section: str | None) -> set[str]:
    """Return the claims that are asked for, in the register and in what is judged."""
    sections = {row.sentence: row.section for each in both for row in each.sentences}
    claims = [row for each in both for row in each.claims]
    if section is not None and section not in sections.values():
        raise UnknownNameError(section, "section", did_you_mean(section, sections.values()))
    known = {row.claim for row in claims} | {*sections}
    for name in map(str, names):
        if name not in known:
            hint = did_you_mean(name, known, _WHERE)
            raise UnknownNameError(name, "claim or sentence", hint)
    return {
        row.claim
        for row in claims
        if (not names or row.claim in names or row.sentence in names)
        and (section is None or sections[row.sentence] == section)
    }


def unclaimed(tables: Tables) -> list[str]:
    """Return the normative sentences of which the register makes no claim."""
    claimed = {row.sentence for row in tables.claims}
    normative = (row for row in tables.sentences if row.kind.startswith("normative"))
    return [row.sentence for row in normative if row.sentence not in claimed]


def ambiguity(
    name: str, *, network: Network | None = None, today: date | None = None
) -> Sheet:
    """Lay the two readings of one ambiguity side by side, with their verdicts.

    What is vacuous, as in networks of which a part is missing, says so, and why. A reading
    that names no claim has no verdict.

    Raises:
        UnknownNameError: no such ambiguity.
        BrokenPromise: a verdict is neither the recorded one nor vacuous.
    """
    tables = given(network)
    known = {row.ambiguity: row for row in tables.tables.ambiguities}
    if str(name) not in known:
        raise UnknownNameError(name, "ambiguity", did_you_mean(name, known))
    row = known[name]
    claims = (*row.literal.split(), *row.operational.split())
    judged = check(*claims, network=tables, today=today) if claims else Verdicts(())
    if failure := judged.only(one for one in judged if one.verdict != "vacuous").failure:
        raise BrokenPromise(failure)
    return laid_out(row, tables, today)


def laid_out(row: AmbiguityRow, network: Network, today: date | None = None) -> Sheet:
    """Lay the two readings of an ambiguity side by side, whatever the verdicts are."""
    gists = {one.sentence: one.gist for one in network.tables.sentences}
    promised = " ".join(f"{name}: {gists[name]}" for name in row.sentences.split())
    rows = []
    for reading, more in zip(reversed(READINGS), (promised, row.evidence), strict=True):
        names = getattr(row, reading).split()
        told = [
            one
            for name in names
            for one in check(name, reading=reading, network=network, today=today).sheet.rows
        ]
        found = dict.fromkeys(one[2].partition(" C")[0] for one in told)
        broken = [
            each for sign in (MARKS["broken"], KNOWN) for each in found if each[0] == sign
        ]
        whys = dict.fromkeys(f"{one[0]}: {one[4]}" for one in told)
        verdict = ", ".join(broken or found) or f"{MARKS['beyond']} not computed"
        means = getattr(row, f"{reading}_reading")
        rows.append((reading, verdict, means, "; ".join(whys), more))
    columns = ("reading", "verdict", "taken to mean", "because", "behind it")
    notes, words = (f"To the authors: {row.proposal}",), told_of(network.tables)
    return Sheet("", columns, rows, notes, folded=3, words=words)
