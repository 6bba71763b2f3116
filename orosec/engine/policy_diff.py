"""What a change to a list of rules changes, exactly, without judging every packet.

The reason it is fast is a theorem. Lay two ordered lists side by side, so that rules
which mean the same stand in pairs and the others stand alone. A packet that no lone
rule matches meets the same rules in the same order in both lists, so its verdict is
the same. Only packets inside the boxes of the lone rules can differ, and only rules
that share packets with these boxes can decide them: the rest is never looked at.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import groupby, zip_longest
from typing import Any, NamedTuple, TypeAlias

from orosec.engine.decision_diagram import budget
from orosec.engine.overlap import meets
from orosec.engine.packet_set import NOTHING, PacketSet
from orosec.engine.policy import Rule, denied, joined, near

_Row: TypeAlias = tuple[Rule | None, Rule | None]
"""Two rules that mean the same, or one that stands alone in its list."""

_Decided: TypeAlias = tuple[Rule, PacketSet]
"""Packets with the rule that decides them."""


class RuleListChange(NamedTuple):
    """Packets whose verdict differs between two lists of rules.

    Attributes:
        packets: the packets, at least one.
        before: the rule that decided them; None where no rule matched, which denies.
        after: the rule that decides them now; None likewise.
    """

    packets: PacketSet
    before: Rule | None
    after: Rule | None

    @property
    def opened(self) -> bool:
        """Whether the packets pass now; else they passed before."""
        return _allows(self.after)


def _allows(rule: Rule | None) -> bool:
    return rule is not None and rule.allows


@budget()
def difference(
    before: Sequence[Rule], after: Sequence[Rule], scope: PacketSet
) -> tuple[RuleListChange, ...]:
    """Return exactly the packets of *scope* that two ordered lists judge differently.

    They are divided by the rules that decide them before and after; no two changes
    share a packet. No change at all is a proof that the lists agree on *scope*.
    """
    rows = side_by_side(before, after)
    lone = [rule for row in rows if None in row for rule in row if rule is not None]
    hulls = [rule.hull() for rule in lone]
    asked = [
        (one, other)
        for one, other in rows
        if one is None or other is None or meets(one.hull(), hulls)
    ]
    ahead = [NOTHING]
    for rule in reversed(lone):
        ahead.append(ahead[-1] | (scope & rule.packets()))
    return tuple(_differing(asked, ahead))


@lru_cache(maxsize=16)
def _asked(_scope: PacketSet) -> list[Any]:
    """Return the list that was asked of some packets last, and what it stops."""
    return []


@budget()
def stopped(rules: tuple[Rule, ...], scope: PacketSet) -> PacketSet:
    """Return what `denied` does; sooner, where much the same list was asked of *scope*.

    Outside of what sets the lists `apart` they agree, so only that is asked anew.
    """
    known = _asked(scope)
    boxes = scope & joined(apart(known[0], rules)) if known else scope
    few = known and 2 * len(near(rules, boxes)) < len(rules)
    found = (known[1] - boxes) | denied(rules, boxes) if few else denied(rules, scope)
    known[:] = rules, found
    return found


def apart(before: Sequence[Rule], after: Sequence[Rule]) -> Iterator[PacketSet]:
    """Yield packets; all others meet the same rules, by their names, in both ordered lists.

    Of two rules of one name, in one place, that is what only one of them matches.
    """
    for _, run in groupby(side_by_side(before, after), key=lambda row: None in row):
        sides = (filter(None, side) for side in zip(*run, strict=True))
        for pair in zip_longest(*sides):
            if pair[0] != pair[1]:
                one, other = (rule.packets() if rule else NOTHING for rule in pair)
                alike = len({rule and (rule.name, rule.allows) for rule in pair}) == 1
                yield one ^ other if alike else one | other


def _differing(rows: Iterable[_Row], ahead: list[PacketSet]) -> Iterator[RuleListChange]:
    """Walk both lists at once, each packet until both have decided it.

    1. *undecided* holds what neither list has decided, as far as a lone rule is still
       to come that can tell them apart; the last of *ahead* says how far that is.
    2. ``waiting[0]`` holds what *before* alone has decided, and by which rule;
       ``waiting[1]`` the same for *after*.
    3. Pairs decide undecided packets alike, so these leave; a lone rule lets them wait.
    """
    undecided = ahead.pop()
    waiting: list[list[_Decided]] = [[], []]
    for alone, run in groupby(rows, key=lambda row: None in row):
        group = list(run)
        if not alone:
            alike = (undecided & one.packets() for one, _ in group if one is not None)
            undecided = undecided - joined(alike)
        for row in group:
            for side, rule in enumerate(row):
                if rule is not None:
                    settled, waiting[1 - side] = _split(waiting[1 - side], rule)
                    yield from _changes(settled, rule, 1 - side)
                    if alone:
                        waiting[side].append((rule, undecided & rule.packets()))
                        undecided = (undecided & ahead.pop()) - rule.packets()
    for side in (0, 1):
        yield from _changes(waiting[side], None, side)


def _split(waiting: list[_Decided], rule: Rule) -> tuple[list[_Decided], list[_Decided]]:
    """Part what waits into what *rule* matches and what goes on waiting."""
    if not waiting:
        return [], []
    matched = rule.packets()
    settled = [(decider, packets & matched) for decider, packets in waiting]
    rest = [(decider, packets - matched) for decider, packets in waiting]
    return settled, [one for one in rest if not one[1].empty]


def _changes(
    settled: list[_Decided], decider: Rule | None, side: int
) -> Iterator[RuleListChange]:
    """Yield what a rule of one list (*side*) and the *decider* of the other differ on."""
    for rule, packets in settled:
        if rule.allows != _allows(decider) and not packets.empty:
            yield RuleListChange(
                packets, *((rule, decider) if side == 0 else (decider, rule))
            )


def side_by_side(before: Sequence[Rule], after: Sequence[Rule]) -> list[_Row]:
    """Lay two lists side by side: what means the same in pairs, the rest alone.

    Rules mean the same when all but their names and priority numbers are equal. As
    many as can be stand in pairs without crossing, but for rules that stand twice.
    """
    rows: list[_Row] = []
    i = j = 0
    for one, other in [*_kept(before, after), (len(before), len(after))]:
        rows += [(rule, None) for rule in before[i:one]]
        rows += [(None, rule) for rule in after[j:other]]
        rows += zip(before[one : one + 1], after[other : other + 1], strict=True)
        i, j = one + 1, other + 1
    return rows


def _kept(before: Sequence[Rule], after: Sequence[Rule]) -> list[tuple[int, int]]:
    """Return the places of the rules that stay: a longest rising sequence of pairs.

    What both lists begin and end with is paired first, as it nearly always can be.
    """
    head = _agreeing(before, after)
    most = min(len(before), len(after)) - head
    tail = min(most, _agreeing(before[::-1], after[::-1]))
    middle = slice(head, len(before) - tail), slice(head, len(after) - tail)
    where = {key: place for place, key in enumerate(_numbered(after[middle[1]]), head)}
    found = (where.get(key) for key in _numbered(before[middle[0]]))
    pairs = [(i, j) for i, j in enumerate(found, head) if j is not None]
    ends = zip(range(-tail, 0), range(-tail, 0), strict=True)
    return [
        *((place, place) for place in range(head)),
        *rising(pairs),
        *((len(before) + i, len(after) + j) for i, j in ends),
    ]


def _agreeing(one: Sequence[Rule], other: Sequence[Rule]) -> int:
    """Count the rules at the start that mean the same."""
    pairs = zip(one, other, strict=False)
    return next(
        (k for k, (a, b) in enumerate(pairs) if a is not b and a.meaning != b.meaning),
        min(len(one), len(other)),
    )


def _numbered(rules: Iterable[Rule]) -> Iterator[tuple[object, ...]]:
    """Yield the meaning of each rule, with a number that tells doubles apart."""
    seen: Counter[object] = Counter()
    for rule in rules:
        meaning = rule.meaning
        seen[meaning] += 1
        yield meaning, seen[meaning]


def rising(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return a longest subsequence whose second places rise, as patience sorting does.

    Of two pairs with one place, that would do equally well, the first is taken.

    ``tops[k]`` is the smallest place on which a rising sequence of length k + 1 ends,
    ``last[k]`` the number of its pair, and ``back`` leads from pair to pair before it.
    """
    tops: list[int] = []
    last: list[int] = []
    back: list[int | None] = []
    for number, (_, place) in enumerate(pairs):
        pile = bisect_left(tops, place)
        if tops[pile : pile + 1] != [place]:
            tops[pile : pile + 1] = [place]
            last[pile : pile + 1] = [number]
        back.append(last[pile - 1] if pile else None)
    chain: list[tuple[int, int]] = []
    at = last[-1] if last else None
    while at is not None:
        chain.append(pairs[at])
        at = back[at]
    return chain[::-1]
