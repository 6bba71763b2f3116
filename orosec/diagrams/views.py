"""Views: which boxes and arrows a diagram shows.

A view names no host but functions of nodes, so whoever has one of them is drawn. What no
node has is drawn by region: the free addresses of a subnet, elsewhere, the internet.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from orosec.diagrams.styles import LOOKS
from orosec.engine.intervals import Intervals, intersect, subtract
from orosec.errors import UnknownNameError, did_you_mean
from orosec.model.addressing import INTERNET, remembered
from orosec.model.scenario import Scenario
from orosec.model.schema import EVERY


class View(NamedTuple):
    """What a diagram shows.

    Attributes:
        title: what it is about.
        message: what it says, with what is drawn in the places of its words: the ``doors``
            that answer the internet, who is ``across`` two subnets, from whom arrows lead
            ``into`` the first of *towards*, and the addresses ``shown`` outside.
        groups: whom to draw: functions of nodes, and the internet. A function that is in
            no view is drawn in all of them, so that no new one is missed.
        towards: draw only arrows into the places where nodes of these functions have
            their home; all where empty.
        kinds: kinds of arrows to draw.
        whole: draw every region, also those that no rule speaks of.
        plain: leave to the words what is not new and nobody answers, and how others leave
            than application nodes.
    """

    title: str
    message: str
    groups: tuple[str, ...]
    towards: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ("served", "unserved", "tunnel")
    whole: bool = False
    plain: bool = False


def _read(cells: Mapping[str, Any]) -> View:
    lists: dict[str, Any] = {k: tuple(v) for k, v in cells.items() if isinstance(v, list)}
    return View(**{**cells, **lists})


VIEWS = {name: _read(cells) for name, cells in LOOKS["views"].items()}
"""Every view by name, as `looks.toml` says."""

_NAMED = {group for view in VIEWS.values() for group in view.groups}


def view_named(name: str) -> View:
    """Return a view.

    Raises:
        UnknownNameError: no view has this name.
    """
    if name not in VIEWS:
        raise UnknownNameError(name, "view", did_you_mean(name, VIEWS))
    return VIEWS[name]


@remembered
def ends(scenario: Scenario, view: View, side: str) -> tuple[tuple[str, Intervals], ...]:
    """Return the boxes at one side of a view's arrows, each with its addresses there.

    Args:
        scenario: who stands where.
        view: what to draw.
        side: ``source`` or ``destination``.
    """
    homes = {row.home for row in scenario.nodes if row.function in view.towards}
    every = side == "source" or not view.towards
    rows = [row for row in scenario.rules if row.network != EVERY]
    words = {word for row in rows for word in getattr(row, side).split()}
    words -= {"any", INTERNET, *scenario.members}
    spoken = [scenario.addresses(word, side, frozenset()) for word in words]
    found = {}
    for group in (*view.groups, *sorted({row.function for row in scenario.nodes} - _NAMED)):
        for row in scenario.nodes:
            if row.function == group and (every or row.home in homes):
                found[row.role] = scenario.addresses(row.role, side, frozenset())
    for name in (INTERNET, "elsewhere", *scenario.subnets):
        region = scenario.addresses(name, side, frozenset())
        free = subtract(region, intersect(scenario.assigned, scenario.inside))
        # Who names the whole of a region that has nodes means these.
        meant = any(intersect(free, part) and not part == region != free for part in spoken)
        if (view.whole or meant or name in view.groups) and (every or name in homes):
            found[name if free == region else f"unassigned in {name}"] = free
    return tuple(sorted(found.items(), key=lambda box: box[0] != INTERNET))
