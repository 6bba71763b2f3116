"""The edits that lead from one network to another, and the code that makes them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence

from orosec.errors import TableError
from orosec.model.edit import Edit, literal
from orosec.model.network import Network, documented
from orosec.model.rows import RuleRow
from orosec.model.schema import TABLES

_WIDTH = 80
_DEFAULTS = {name: column.default for name, column in TABLES["rules"].columns.items()}


def steps(before: Network, after: Network) -> tuple[Edit, ...]:
    """Return few edits of rules that make *after* of *before*.

    The rest of the tables is taken to be the same in both.

    Raises:
        TableError: the rules cannot be changed one by one.
    """
    found: list[Edit] = []
    network = before
    for step in _steps(before.tables.rules, after.tables.rules):
        short = _without_network(step, network, after)
        network = short.apply(network)
        found.append(short)
    for step in _moves(network.tables.rules, after.tables.rules):
        network = step.apply(network)
        found.append(step)
    return tuple(found)


def code(before: Network, after: Network, folder: str = "") -> str:
    """Write the lines that make *after* of *before*; both differ in rules alone.

    Args:
        before: where to start.
        after: where to arrive.
        folder: the folder that *before* was read from, if any.
    """
    found = steps(before, after)
    if folder:
        start, names = "proposal", "read_network"
        lines = [f"proposal = read_network({literal(folder)})"]
    else:
        known = before == documented()
        start, names = ("orocloud", "orocloud") if known else ("network", "")
        lines = []
    if not found and not folder:
        return "# nothing is changed"
    for step in found:
        lines += _statement(start, step)
        start = "proposal"
    head = [f"from orosec import {names}", ""] if names else []
    return "\n".join([*head, *lines])


def _steps(before: Sequence[RuleRow], after: Sequence[RuleRow]) -> Iterator[Edit]:
    """Yield what to add, change and take away: in this order, no step lacks a name."""
    old = {row.name: row for row in before}
    new = {row.name: row for row in after}
    renamed = _renamed(old, new)
    for name, row in new.items():
        if name not in old and name not in renamed.values():
            yield _addition(row)
    for name, row in old.items():
        if name in renamed:
            yield Edit("with_rule_changed", (name,), (("name", renamed[name]),))
        elif name not in new:
            yield Edit("without_rule", (name,))
        elif cells := _differing(row, new[name]):
            yield Edit("with_rule_changed", (name,), cells)


def _renamed(old: dict[str, RuleRow], new: dict[str, RuleRow]) -> dict[str, str]:
    """Pair the names of rules of which nothing but the name changed."""
    gone = {row._replace(name=""): name for name, row in old.items() if name not in new}
    come = {row._replace(name=""): name for name, row in new.items() if name not in old}
    return {gone[rest]: name for rest, name in come.items() if rest in gone}


def _addition(row: RuleRow) -> Edit:
    cells = row._asdict()
    names = (cells.pop("name"), cells.pop("action"))
    order = [name for name in _DEFAULTS if name in cells]
    kept = [(name, cells[name]) for name in order if cells[name] != _DEFAULTS[name]]
    return Edit("with_rule", names, tuple(kept))


def _without_network(step: Edit, network: Network, after: Network) -> Edit:
    """Leave the network of a new rule out where it follows from the rest."""
    if step.method != "with_rule":
        return step
    kept = tuple(one for one in step.columns if one[0] != "network")
    short = step._replace(columns=kept)
    return short if _takes(short, network, after) else step


def _takes(step: Edit, network: Network, after: Network) -> bool:
    try:
        return step.apply(network).tables.rules[-1] in after.tables.rules
    except TableError:
        return False


def _differing(one: RuleRow, other: RuleRow) -> tuple[tuple[str, str | int], ...]:
    columns = [
        name for name in RuleRow._fields if getattr(one, name) != getattr(other, name)
    ]
    return tuple((column, getattr(other, column)) for column in columns)


def _moves(before: Sequence[RuleRow], after: Sequence[RuleRow]) -> Iterator[Edit]:
    """Yield the moves that bring rows into the order of *after*, the last row first.

    The rows that stay are a longest run of *before* that stands in order already. Each
    other one is put just before its successor, which is in its place by then.
    """
    order = [row.name for row in before]
    wanted = [row.name for row in after]
    place_of = {name: place for place, name in enumerate(wanted)}
    stay = _longest_run([place_of[name] for name in order])
    for place in reversed(range(len(wanted))):
        if place not in stay:
            follower = wanted[place + 1] if place + 1 < len(wanted) else ""
            keyword = (("before", follower),) if follower else ()
            yield Edit("with_rule_moved", (wanted[place],), keyword)


def _longest_run(places: Sequence[int]) -> frozenset[int]:
    """Return a longest ascending subsequence."""
    tails: list[int] = []  # the least last place of a run of each length
    earlier: dict[int, int] = {}  # the place before each in the best run that it ends
    for place in places:
        length = bisect_left(tails, place)
        if length:
            earlier[place] = tails[length - 1]
        tails[length : length + 1] = [place]
    run = tails[-1:]
    while run and run[-1] in earlier:
        run.append(earlier[run[-1]])
    return frozenset(run)


def _statement(start: str, step: Edit) -> list[str]:
    """Write one step as an assignment, broken between arguments where it is long."""
    opening = f"proposal = {start}.{step.method}("
    joined = ", ".join(step.arguments)
    if len(opening) + len(joined) < _WIDTH:
        return [f"{opening}{joined})"]
    if len(joined) + 4 <= _WIDTH:
        return [opening, f"    {joined}", ")"]
    return [opening, *(f"    {argument}," for argument in step.arguments), ")"]
