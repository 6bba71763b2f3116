"""Whether a change does what it shall and nothing else: three steps, each a proof.

1. The intended traffic was not permitted already; else the change is not needed.
2. It is permitted now; else the change does not do its work.
3. Nothing else changed; else it does more than was asked for.

Each step looks for counterexamples among all packets there are. To find none is a proof;
one that is found is shown. The third step compares the change with an ideal one: the
network as it was, with nothing but the intended traffic let in. Several intents are one
change: each is needed, each is reached, and nothing else than all of them together.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from typing import Any, NamedTuple

from orosec.claims.verbs import packet_text
from orosec.engine.packet_set import NOTHING, PacketSet
from orosec.engine.policy import Rule, joined
from orosec.errors import NotationError, UnknownNameError, did_you_mean
from orosec.model.addressing import grouped
from orosec.model.scenario import Scenario
from orosec.model.schema import Variant
from orosec.queries.decide import Answer
from orosec.results import Sheet, Shown, under
from orosec.whatif.diff import Diff, Pair, Row, Side, paired

IDEAL = "the intended change"
"""What stands in the place of a rule's name where the ideal network decides."""

_QUESTIONS = {
    "allow": ("The intended traffic was not permitted already.", "It is permitted now."),
    "deny": ("The traffic to be stopped was not stopped already.", "It is stopped now."),
}
_LAST = "Nothing else changed."
_INTENT = ("source", "destination", "services")


class ProofStep(NamedTuple):
    """One step of the recipe.

    Attributes:
        says: what the step states.
        proved: whether it is so for every packet; else there is a counterexample.
        because: what was looked at, or the counterexample in words.
        under: the CDN and reading of the counterexample, or all that were looked at.
    """

    says: str
    proved: bool
    because: str
    under: str


class SafeChange(Shown):
    """The three steps for one change.

    Attributes:
        intent: the traffic that shall change, in words.
        steps: the steps, in order.
        others: everything else that changed; empty where the third step is proved.
        notes: what becomes of the traffic once it is let out, as `orosec.decide` tells it.
    """

    def __init__(
        self, intent: str, steps: tuple[ProofStep, ...], others: Diff, notes: Iterable[str]
    ) -> None:
        self.intent, self.steps, self.others = intent, steps, others
        self.notes = tuple(notes)

    @property
    def safe(self) -> bool:
        """Whether all three steps are proved."""
        return all(step.proved for step in self.steps)

    @property
    def sheet(self) -> Sheet:
        """The steps as a table; below, what else changed."""
        verdict = "safe, proved" if self.safe else "NOT safe"
        answers = {True: "✔ proved", False: "✘ counterexample"}
        rows = [
            (f"{number}. {says}", answers[proved], because, where)
            for number, (says, proved, because, where) in enumerate(self.steps, start=1)
        ]
        columns = ("step", "answer", "because", "under")
        return Sheet(f"{self.intent}: {verdict}", columns, rows, self.notes)

    def as_dict(self) -> dict[str, Any]:
        """Return the steps as plain values, for JSON."""
        steps = [step._asdict() for step in self.steps]
        told = {"intent": self.intent, "safe": self.safe, "steps": steps}
        return {**told, "notes": list(self.notes), "others": self.others.as_dict()}


def safe_change(
    before: Side,
    after: Side,
    *intents: str | Sequence[str],
    action: str = "allow",
    cdn: str | None = None,
    reading: str | None = None,
) -> SafeChange:
    """Prove that a change lets some traffic in and does nothing else, or refute it.

    Args:
        before: the network as it is, or one scenario.
        after: the network as it would be, or one scenario.
        intents: source, destination and services of what shall be let in, as in a question
            to `orosec.decide`; or several intents, each a sequence of these three.
        action: ``allow``, or ``deny`` where the traffic shall be stopped.
        cdn: look under this CDN alone; under each that knows the ends where left out.
        reading: likewise.

    >>> from orosec import orocloud
    >>> intent = ("vpn-gateway", "database-1", "tcp:5432")
    >>> ends = dict(zip(("source", "destination", "services"), intent))
    >>> safe_change(orocloud, orocloud.with_rule("dba", "allow", **ends), *intent).safe
    True

    Raises:
        UnknownNameError: an end, the action, the CDN or the reading is no known name.
        NotationError: an end or the services cannot be read; an intent is not made of
            three words, or empty: there is no such traffic; or there are no two networks.
    """
    if action not in _QUESTIONS:
        raise UnknownNameError(action, "action", did_you_mean(action, _QUESTIONS))
    asked = [intents] if all(isinstance(one, str) for one in intents) else [*intents]
    pairs = paired(before, after, cdn, reading)
    intended = zip(*(_intended(pairs, flow) for flow in asked), strict=True)
    both = zip(pairs, intended, strict=True)
    pairs = tuple(pair._replace(but=joined(parts)) for pair, parts in both)
    others = Diff(p._replace(before=_ideal(p, allow=action == "allow")) for p in pairs)
    text = "; ".join(f"{action} {flow[0]} → {flow[1]} {flow[2]}" for flow in asked)
    found = (note for flow in asked for pair in pairs for note in _departing(pair, flow))
    notes = (f"{says} ({under(where)})" for says, where in grouped(found).items())
    return SafeChange(text, tuple(_steps(pairs, action, others)), others, notes)


def _departing(pair: Pair, flow: Sequence[Any]) -> Iterator[tuple[str, Variant]]:
    with suppress(UnknownNameError):
        for note in Answer(pair.after, *flow).departing:
            yield note, pair.variant


def _intended(pairs: Sequence[Pair], flow: str | Sequence[Any]) -> list[PacketSet]:
    """Return one intent in each pair: no packet where the ends are no names.

    An end is looked up as it would be after the change, else as it is before.
    """
    if isinstance(flow, str) or len(flow) != len(_INTENT):
        hint = f"write {', '.join(_INTENT)}; or several sequences of these"
        raise NotationError(str(flow), "is no intent", hint)
    found: list[PacketSet] = []
    unknown: list[UnknownNameError] = []
    for pair in pairs:
        traffic = NOTHING
        for scenario in (pair.before, pair.after):
            try:
                traffic = scenario.traffic(*flow)
            except UnknownNameError as error:
                unknown.append(error)
        found.append(traffic)
    if len(unknown) == 2 * len(pairs):
        raise unknown[-1]
    if all(traffic.empty for traffic in found):
        hint = "name ends that have addresses under some CDN and reading"
        problem = "is an empty intent: there is no such traffic"
        raise NotationError(" ".join(flow), problem, hint)
    return found


def _done(intent: PacketSet, scenario: Scenario, *, allow: bool) -> PacketSet:
    """Return what of an intent is as it shall be."""
    passing = intent & scenario.permitted
    return passing if allow else intent - passing


def _ideal(pair: Pair, *, allow: bool) -> Scenario:
    """Return the network as it was, with the intended packets decided as they are now."""
    done = _done(pair.but, pair.after, allow=allow).products()
    return pair.before.asked_first(Rule(IDEAL, 0, allow, *part) for part in done)


def _steps(pairs: Iterable[Pair], action: str, others: Diff) -> Iterator[ProofStep]:
    """Yield the steps; the intent of each pair is what the last step leaves out."""
    done = partial(_done, allow=action == "allow")
    first, second = _QUESTIONS[action]
    asked = [pair for pair in pairs if not pair.but.empty]
    yield _step(first, [(p, p.before, done(p.but, p.before)) for p in asked])
    yield _step(second, [(p, p.after, p.but - done(p.but, p.after)) for p in asked])
    where = under(pair.variant for pair in others.pairs)
    nothing = "every other packet, every service and every way is as it was", where
    yield ProofStep(_LAST, others.empty, *(nothing if others.empty else _also(others)))


def _step(says: str, tried: Sequence[tuple[Pair, Scenario, PacketSet]]) -> ProofStep:
    """Prove a step where no scenario has packets against it, or show one of them."""
    for pair, scenario, against in tried:
        packet = scenario.witness(against)
        if packet is not None:
            deciding = [decision.rule.name for decision in scenario.decisions(packet)]
            by = f", decided by {' and '.join(deciding)}" if deciding else ""
            told = packet_text(scenario, packet) + by
            return ProofStep(says, False, told, under([pair.variant]))
    counts = {pair.but.count() for pair, _, _ in tried}
    many = " or ".join(f"{count:,}" for count in sorted(counts))
    because = f"so for every one of {many} packets"
    return ProofStep(says, True, because, under(pair.variant for pair, _, _ in tried))


def _also(others: Diff) -> tuple[str, str]:
    """Tell the first thing that changed besides, and how many more there are."""
    told = [(_fate(row), under(row.under)) for row in others.rows]
    told += [(str(way), under(way.under)) for way in others.journeys]
    told += [(says, under(where)) for says, where in others.hosts.items()]
    more = f" (and {len(told) - 1} more)" if len(told) > 1 else ""
    return told[0][0] + more, told[0][1]


def _fate(row: Row) -> str:
    deciders = f"before by {row.before or 'nothing'}, now by {row.after or 'nothing'}"
    return f"{row.witness}: {row.change}; {deciders}"
