"""Boxes: whom a diagram shows, grouped by the subnet that they stand in.

Application roles with the same arrows share one box: the picture is smaller, and it
says that the rules make no difference between them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from orosec.diagrams.arrows import Arrow, inside, known
from orosec.engine.packet_set import PacketSet
from orosec.model.addressing import INTERNET, remembered
from orosec.model.scenario import Scenario


class Box(NamedTuple):
    """A box of a diagram.

    Attributes:
        name: the name that arrows use.
        names: whom it stands for, this name first.
        lines: the same, with the number of nodes behind each.
        place: the subnet around it; empty where there is none.
        function: the duty of its nodes, a key of `orosec.diagrams.styles.DEPTHS`.
        kind: ``opened`` where the box is new, ``closed`` where it is gone, else empty.
        feet: the other subnets in which its nodes have an interface.
        public: whether it has a public address and answers calls from the internet.
        count: the number of nodes.
    """

    name: str
    names: tuple[str, ...]
    lines: tuple[str, ...]
    place: str
    function: str
    kind: str
    feet: tuple[str, ...] = ()
    public: bool = False
    count: int = 0


def boxed(
    found: Sequence[Arrow], scenarios: Sequence[Scenario]
) -> tuple[list[Box], list[Arrow]]:
    """Return the boxes that some arrows join, and those arrows between the boxes.

    Args:
        found: the arrows.
        scenarios: where their ends are known: one, or the one before a change and
            the one after it.
    """
    groups: dict[tuple[object, ...], list[str]] = {}
    for name in dict.fromkeys(end for arrow in found for end in arrow.ends):
        there = [each for each in scenarios if name in each.members]
        alike = there and all(inside(each, name) or _outer(each, name) for each in there)
        where = [_place(each, name) for each in there]
        looks = (*where[-1:], *_arrows_of(name, found)) if alike else (name,)
        groups.setdefault(looks, []).append(name)
    boxes = [_box(names, scenarios) for names in groups.values()]
    first = {box.name for box in boxes}
    return boxes, [arrow for arrow in found if {*arrow.ends} <= first]


def _arrows_of(name: str, found: Sequence[Arrow]) -> tuple[object, ...]:
    """Return what the arrows at one box look like, but for its own name."""

    def look(arrow: Arrow) -> tuple[object, ...]:
        source, destination = ("" if end == name else end for end in arrow.ends)
        return source, destination, arrow.kind, arrow.label, arrow.breaks

    return tuple(look(arrow) for arrow in found if name in arrow.ends)


def _box(names: Sequence[str], scenarios: Sequence[Scenario]) -> Box:
    name = names[0]
    there = [each for each in scenarios if known(each, name)]
    alone = "closed" if there[0] is scenarios[0] else "opened"
    kind = "" if len(there) == len(scenarios) else alone
    home = there[-1]
    nodes = home.members.get(name, ())
    function = home.node_of[nodes[0]].function if nodes else "outside"
    counts = {each: len(home.members.get(each, ())) for each in names}
    lines = tuple(f"{each} ×{n}" if n > 1 else each for each, n in counts.items())
    place = _place(home, name)
    legs = [leg for leg in home.attached(name) if leg.subnet]
    inner = {row.home for row in home.nodes if row.function == "application"}
    feet = dict.fromkeys(leg.subnet for leg in legs if leg.subnet != place)
    return Box(
        *(
            name,
            tuple(names),
            lines,
            place,
            function,
            kind,
            tuple(sorted(feet, key=lambda each: each in inner)),
        ),
        public=_answers(home, name),
        count=sum(counts.values()),
    )


def _place(scenario: Scenario, name: str) -> str:
    nodes = scenario.members.get(name, ())
    home = scenario.node_of[nodes[0]].home if nodes else name.rpartition(" ")[2]
    return home if home in scenario.subnets else ""


def _outer(scenario: Scenario, name: str) -> bool:
    """Return whether a name stands for people and places outside alone."""
    nodes = scenario.members[name]
    return {scenario.node_of[node].function for node in nodes} == {"outside"}


@remembered
def _answers(scenario: Scenario, name: str) -> bool:
    """Return whether anybody on the internet is answered at a public address."""
    if not any(leg.public or not leg.subnet for leg in scenario.attached(name)):
        return False
    met = scenario.addresses(name, "destination", frozenset())
    return not scenario.served.isdisjoint(PacketSet.box(scenario.special[INTERNET], met))
