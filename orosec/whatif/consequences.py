"""What a change does to the promises: which are kept, which break, which become true.

Every claim is judged before and after, under every CDN and reading, exactly; so a
promise that is not in the list of broken ones is proved to be kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple

from orosec.claims.exceptions import FAILING
from orosec.claims.register import Verdicts, check, evidence_text
from orosec.claims.verdict import Verdict
from orosec.engine.decision_diagram import remembering
from orosec.model.network import Network
from orosec.results import Sheet, Shown, mark, under

KINDS = {
    "broken": "it held, and is broken now",
    "became vacuous": "it says nothing now: there is no such traffic any more",
    "accepted": "it is not kept, and somebody answers for it until a day",
    "newly true": "it was not kept, and holds now",
    "kept": "it holds, as before",
    "as before": "it is not kept or not computed, as before",
    "added": "the claim is new",
    "dropped": "the claim is gone",
}
"""What can become of a promise, the worst first."""

_QUIET = ("kept", "as before")
_NOTEBOOKS = {
    "banner": "00-start-here",
    "network-segmentation": "01-network-segmentation",
    "application-subnet": "02-application-subnet",
    "google": "02-application-subnet",
    "cloudflare": "02-application-subnet",
    "every-cdn": "02-application-subnet",
    "maintenance-dmz": "03-maintenance-dmz-subnet",
    "traffic-rules": "04-traffic-and-firewall-rules",
    "vpn-access": "05-connecting-by-vpn",
    "ddos": "06-ddos-protection",
    "whats-next": "07-whats-next",
}


class Consequence(NamedTuple):
    """What became of one promise under one CDN and reading.

    Attributes:
        claim: its id.
        says: what is promised.
        cdn: the CDN.
        reading: the reading.
        before: the verdict before; empty where there was no such claim.
        after: the verdict after; empty where there is none any more.
        change: one of `KINDS`.
        witness: in words, why the promise is not kept now; empty where it is.
        rule: the rule that decides the witness; empty where none does.
        notebook: the notebook that tells of it, and the heading to look for.
    """

    claim: str
    says: str
    cdn: str
    reading: str
    before: str
    after: str
    change: str
    witness: str
    rule: str
    notebook: str


class Consequences(Shown):
    """What a change does to every promise.

    Attributes:
        rows: one for each claim, CDN and reading.
    """

    def __init__(self, rows: Iterable[Consequence]) -> None:
        self.rows = tuple(rows)

    @cached_property
    def changed(self) -> tuple[Consequence, ...]:
        """The promises whose verdict changed or is accepted, the worst first."""
        order = [*KINDS]
        found = [row for row in self.rows if row.change not in _QUIET]
        return tuple(sorted(found, key=lambda row: order.index(row.change)))

    @property
    def broken(self) -> tuple[Consequence, ...]:
        """The promises that the change breaks, or leaves without traffic."""
        return tuple(row for row in self.rows if row.change in ("broken", "became vacuous"))

    @property
    def title(self) -> str:
        """How many promises there are of each kind, in one sentence."""
        counts = [
            f"{len({row.claim for row in self.rows if row.change == kind})} {kind}"
            for kind in KINDS
            if any(row.change == kind for row in self.rows)
        ]
        if not self.changed:
            return f"Every promise is as it was: {', '.join(counts)}."
        return f"Promises: {', '.join(counts)}."

    @property
    def sheet(self) -> Sheet:
        """The promises that changed, each with the CDNs and readings it changed under."""
        grouped: dict[tuple[str, ...], list[tuple[str, str]]] = {}
        for row in self.changed:
            grouped.setdefault(_cells(row), []).append((row.cdn, row.reading))
        columns = (
            "claim",
            "what is promised",
            "change",
            "because",
            "rule",
            "read",
            "under",
        )
        rows = [(*cells, under(variants)) for cells, variants in grouped.items()]
        return Sheet(self.title, columns, rows)

    @property
    def frame(self) -> Any:
        """Every row as a pandas DataFrame, those that did not change as well."""
        return Sheet("", Consequence._fields, self.rows).frame

    def as_dict(self) -> dict[str, Any]:
        """Return the promises that changed as plain values, for JSON."""
        return {"claims": [_values(row) for row in self.changed]}


def _cells(row: Consequence) -> tuple[str, ...]:
    verdicts = [mark(one) for one in dict.fromkeys((row.before, row.after)) if one]
    change = f"{row.change}: {' → '.join(verdicts)}"
    return (row.claim, row.says, change, row.witness, row.rule, row.notebook)


def _values(row: Consequence) -> dict[str, Any]:
    kept = row._asdict()
    witness, rule = kept.pop("witness"), kept.pop("rule")
    evidence = {"says": witness, "rule": rule or None} if witness else None
    return {**kept, "counterexample": evidence}


@remembering()
def consequences(
    before: Network,
    after: Network,
    *,
    cdn: str | None = None,
    reading: str | None = None,
    today: date | None = None,
) -> Consequences:
    """Judge every promise before and after a change.

    Args:
        before: the network as it is.
        after: the network as it would be; its exceptions count.
        cdn: keep to one CDN; both where left out.
        reading: keep to one reading; both where left out.
        today: the day on which exceptions are looked at; this day where left out.

    >>> from orosec import orocloud
    >>> consequences(orocloud, orocloud).broken
    ()

    Raises:
        UnknownNameError: no such CDN or reading.
    """
    one, other = (
        check(network=network, cdn=cdn, reading=reading, today=today)
        for network in (before, after)
    )
    sections = {row.sentence: row.section for row in after.tables.sentences}
    return Consequences(_rows(one, other, sections))


def _rows(
    before: Verdicts, after: Verdicts, sections: dict[str, str]
) -> Iterator[Consequence]:
    was, now = ({_key(one): one for one in judged} for judged in (before, after))
    for key in dict.fromkeys([*now, *was]):
        old, new = was.get(key), now.get(key)
        told = new or old
        assert told is not None, "the key comes from one of the two"
        accepted = after.accepted(new) if new else None
        failing = new is not None and new.verdict in FAILING
        evidence = new.counterexample if new else None
        yield Consequence(
            told.claim.claim,
            told.claim.says,
            told.cdn,
            told.reading,
            old.verdict if old else "",
            new.verdict if new else "",
            _change(old, new, accepted=accepted is not None),
            evidence_text(new) if new and failing else "",
            evidence.rule if evidence else "",
            _notebook(told.claim.sentence, sections),
        )


def _key(one: Verdict) -> tuple[str, str, str]:
    return one.claim.claim, one.cdn, one.reading


def _change(old: Verdict | None, new: Verdict | None, *, accepted: bool) -> str:
    """Name what became of a promise."""
    if old is None or new is None:
        return "added" if old is None else "dropped"
    if accepted:
        return "accepted"
    if old.verdict == new.verdict:
        return "kept" if new.verdict == "holds" else "as before"
    return {"holds": "newly true", "vacuous": "became vacuous"}.get(new.verdict, "broken")


def _notebook(sentence: str, sections: dict[str, str]) -> str:
    """Say where to read on: the notebook, and the sentence that its heading names."""
    notebook = _NOTEBOOKS.get(sections.get(sentence, ""), "")
    return f"{notebook}, {sentence}" if notebook else sentence
