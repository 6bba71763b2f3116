"""Boxes: whom a diagram shows, grouped by the subnet that they stand in.

Application roles with the same arrows share one box: the picture is smaller, and it
says that the rules make no difference between them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from orosec.diagrams.arrows import Arrow, has
from orosec.model.scenario import INTERNET, Deployment


class Box(NamedTuple):
    """A box of a diagram.

    Attributes:
        name: the name that arrows use.
        names: whom it stands for, this name first.
        lines: the same, with the number of nodes behind each.
        place: what is written on the subnet around it; empty where there is none.
        duty: the duty of its nodes, a key of `orosec.diagrams.styles.FILLS`.
        kind: ``opened`` where the box is new, ``closed`` where it is gone, else empty.
    """

    name: str
    names: tuple[str, ...]
    lines: tuple[str, ...]
    place: str
    duty: str
    kind: str


def boxed(
    found: Sequence[Arrow], deployments: Sequence[Deployment]
) -> tuple[list[Box], list[Arrow]]:
    """Give the boxes that some arrows join, and those arrows between the boxes.

    Args:
        found: the arrows.
        deployments: where their ends are known: one, or the one before a change and
            the one after it.
    """
    groups: dict[tuple[object, ...], list[str]] = {}
    for name in dict.fromkeys(end for arrow in found for end in arrow[:2]):
        inside = all(_inside(one, name) for one in deployments if has(one, name))
        looks = _arrows_of(name, found) if inside else (name,)
        groups.setdefault(looks, []).append(name)
    boxes = [_box(names, deployments) for names in groups.values()]
    first = {box.name for box in boxes}
    return boxes, [arrow for arrow in found if {*arrow[:2]} <= first]


def _inside(deployment: Deployment, name: str) -> bool:
    inside = deployment.members.get("application", ())
    return set(deployment.members.get(name, ("",))) <= set(inside)


def _arrows_of(name: str, found: Sequence[Arrow]) -> tuple[object, ...]:
    """Give what the arrows at one box look like, but for its own name."""
    return tuple(
        (*("" if end == name else end for end in arrow[:2]), arrow.kind, *arrow[5:])
        for arrow in found
        if name in arrow[:2]
    )


def _box(names: Sequence[str], deployments: Sequence[Deployment]) -> Box:
    name = names[0]
    known = [one for one in deployments if has(one, name)]
    kind = "" if len(known) == len(deployments) else "opened"
    if kind and known == [deployments[0]]:
        kind = "closed"
    home = known[-1]
    nodes = home.members.get(name, ())
    duty = home.node_of[nodes[0]].duty if nodes else "outside"
    lines = tuple(_counted(home, one) for one in names)
    return Box(name, tuple(names), lines, _place(home, name), duty, kind)


def _place(deployment: Deployment, name: str) -> str:
    nodes = deployment.members.get(name, ())
    home = deployment.node_of[nodes[0]].home if nodes else INTERNET
    cidrs = {row.name: row.cidr for row in deployment.tables.subnets}
    return f"{home}  {cidrs[home]}" if home in cidrs else ""


def _counted(deployment: Deployment, name: str) -> str:
    count = len(deployment.members.get(name, ()))
    return f"{name} ×{count}" if count > 1 else name
