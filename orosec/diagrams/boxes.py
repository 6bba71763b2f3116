"""Boxes: whom a diagram shows, grouped by the subnet that they stand in.

Application roles with the same arrows share one box: the picture is smaller, and it
says that the rules make no difference between them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from orosec.diagrams.arrows import Arrow, known
from orosec.engine.notation import ALL
from orosec.model.addressing import INTERNET
from orosec.model.scenario import Scenario


class Box(NamedTuple):
    """A box of a diagram.

    Attributes:
        name: the name that arrows use.
        names: whom it stands for, this name first.
        lines: the same, with the number of nodes behind each.
        place: the subnet around it; empty where there is none.
        function: the duty of its nodes, as in `looks.toml`.
        kind: ``opened`` where the box is new, ``closed`` where it is gone, else empty.
        feet: the other subnets that its nodes stand in, those of application nodes last.
        public: whether it has a public address and answers calls from the internet.
        many: the number of nodes.
    """

    name: str
    names: tuple[str, ...]
    lines: tuple[str, ...]
    place: str
    function: str
    kind: str
    feet: tuple[str, ...] = ()
    public: bool = False
    many: int = 0

    @property
    def outer(self) -> bool:
        """Whether it stands outside of everything, as the internet does."""
        return self.function == "outside" and not self.place


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
        there = [one for one in scenarios if name in one.members]
        duties = {one.node_of[node].function for one in there for node in one.members[name]}
        alike = duties in ({"application"}, {"outside"})
        looks = (_place(there[-1], name), *_arrows_of(name, found)) if alike else (name,)
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
    was, now = (known(scenarios[at], name) for at in (0, -1))
    kind = "" if was and now else "closed" if was else "opened"
    home = scenarios[-1 if now else 0]
    nodes = home.members.get(name, ())
    function = home.node_of[nodes[0]].function if nodes else "outside"
    counts = {each: len(home.members.get(each, ())) for each in names}
    lines = tuple(f"{each} ×{n}" if n > 1 else each for each, n in counts.items())
    place, attached = _place(home, name), home.attached(name)
    inner = {row.home for row in home.nodes if row.function == "application"}
    others = {leg.subnet for leg in attached} - {"", place}
    feet = sorted(others, key=lambda at: (at in inner, at))
    called = any(leg.public or not leg.subnet for leg in attached)
    public = called and not home.passed(INTERNET, name, ALL, "served").empty
    looks = place, function, kind, tuple(feet), public, sum(counts.values())
    return Box(name, tuple(names), lines, *looks)


def _place(scenario: Scenario, name: str) -> str:
    nodes = scenario.members.get(name, ())
    home = scenario.node_of[nodes[0]].home if nodes else name.rpartition(" ")[2]
    return home if home in scenario.subnets else ""
