"""A proposal in the making: a network, and the cells that it does not take yet.

This is all that the panel knows. It is immutable and has no browser in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from orosec.errors import TableError
from orosec.model.addressing import grouped
from orosec.model.network import Network, read_network
from orosec.model.rows import RuleRow, row_number
from orosec.panels.codegen import code


class DraftCell(NamedTuple):
    """What somebody wrote into a cell of a rule, and why it is not taken.

    Attributes:
        rule: name of the rule.
        column: name of the column.
        text: what was written.
        problem: what is wrong with it, and a hint.
    """

    rule: str
    column: str
    text: str
    problem: str


class Proposal(NamedTuple):
    """A network that is being edited.

    Attributes:
        base: the network that it is compared with.
        network: the network with all edits that were taken.
        refused: what was written and not taken: nothing typed is lost.
        opened: the folder that the edits started from, as it was written, and its
            network; empty where they started from the base.
    """

    base: Network
    network: Network
    refused: tuple[DraftCell, ...] = ()
    opened: tuple[str, Network] | None = None

    def open(self, folder: str) -> Proposal:
        """Go on from a folder of tables, such as a saved proposal.

        Raises:
            TableError: the folder is refused; it lists every fault.
        """
        network = read_network(folder)
        return Proposal(self.base, network, opened=(folder, network))

    @property
    def code(self) -> str:
        """The lines that make the network; refused cells are no part of it."""
        folder, start = self.opened or ("", self.base)
        return code(start, self.network, folder)

    def with_cell(self, rule: str, column: str, text: str) -> Proposal:
        """Write a cell; what is refused stays as it was written, with the reason.

        Cells of the rule that were refused before are tried again together with this
        one, as two may be wrong alone and right together. Where that fails, this one is
        tried alone.
        """
        waiting = {cell.column: cell.text for cell in self.refused if cell.rule == rule}
        together = waiting | {column: text}
        try:
            return self._changed(rule, together)
        except TableError as error:
            first = error
        try:
            alone = self._changed(rule, {column: text})
        except TableError:
            return self._refusing(rule, together, first, column)
        name = text if column == "name" else rule
        waiting.pop(column, None)
        return alone._refusing(name, waiting, first, column)

    def with_rule(self, cells: Mapping[str, str]) -> Proposal:
        """Add a rule at the end of the table; an empty cell stands for its default.

        Raises:
            TableError: the rule is refused.
        """
        needed = dict.fromkeys(("name", "action", "source", "destination", "services"), "")
        given: dict[str, Any] = {column: text for column, text in cells.items() if text}
        return self._replace(network=self.network.with_rule(**(needed | given)))

    def without_rule(self, rule: str) -> Proposal:
        """Take a rule away.

        Raises:
            TableError: something else needs it.
        """
        network = self.network.without_rule(rule)
        return self._replace(network=network, refused=self._refused_elsewhere(rule))

    def moved(self, rule: str, *, up: bool) -> Proposal:
        """Let a rule be asked just before the one above it, or just after the one below.

        Raises:
            TableError: there is no priority left between the two.
            UnknownNameError: there is no such rule.
        """
        tables = self.network.tables
        row = tables.rules[row_number(tables, "rules", rule)]
        asked = asked_with(self.network, row)
        place = asked.index(row) + (-1 if up else 1)
        if not 0 <= place < len(asked):
            return self
        priority, follower = _slot(self.network, row, asked[place], up=up)
        network = self.network
        if priority != row.priority:
            network = network.with_rule_changed(rule, priority=priority)
        if follower is not None and follower != rule:
            network = network.with_rule_moved(rule, before=follower)
        return self._replace(network=network)

    def _refused_elsewhere(self, rule: str) -> tuple[DraftCell, ...]:
        return tuple(cell for cell in self.refused if cell.rule != rule)

    def _changed(self, rule: str, cells: Mapping[str, str]) -> Proposal:
        network = self.network.with_rule_changed(rule, **cells)
        return self._replace(network=network, refused=self._refused_elsewhere(rule))

    def _refusing(
        self, rule: str, cells: Mapping[str, str], error: TableError, asked: str
    ) -> Proposal:
        said = problems(error, asked, cells)
        waits = "waits for the other cells of this rule"
        new = (DraftCell(rule, k, text, said.get(k, waits)) for k, text in cells.items())
        return self._replace(refused=(*self._refused_elsewhere(rule), *new))


def problems(error: TableError, asked: str, columns: Iterable[str]) -> dict[str, str]:
    """Say what is wrong, by column of a rule.

    Args:
        error: what was raised.
        asked: the column that takes what is said of none of these columns.
        columns: those that were written.
    """
    said = grouped(
        (fault.column, f"{fault.problem}; {fault.hint}")
        if fault.file == "rules.csv" and fault.column in columns
        else (asked, str(fault))
        for fault in error.faults
    )
    return {column: "; ".join(told) for column, told in said.items()}


def asked_with(network: Network, row: RuleRow) -> list[RuleRow]:
    """Return the rules of the same network and direction, in the order they are asked."""
    return [rule for rule in in_order(network) if _place(rule) == _place(row)]


def in_order(network: Network) -> list[RuleRow]:
    """Return all rules by network and direction, in the order they are asked."""
    rows = network.tables.rules
    places = list(dict.fromkeys(map(_place, rows)))
    return sorted(
        rows,
        key=lambda row: (places.index(_place(row)), row.priority, row.action != "deny"),
    )


def _place(row: RuleRow) -> tuple[str, str]:
    """Return where a rule is asked: in a network, for a direction."""
    return row.network, row.direction


def _slot(
    network: Network, row: RuleRow, other: RuleRow, *, up: bool
) -> tuple[int, str | None]:
    """Say with which priority, and before which row, *row* is asked beside *other*.

    At one priority, deny is asked before allow, and the order of the table decides
    among the rest. So beside a rule of the same action the table does it; beside the
    other action, deny before allow does it where that is the wish, else one step of
    priority does.
    """
    names = [rule.name for rule in network.tables.rules]
    if row.action == other.action:
        after = (*names, "")[names.index(other.name) + 1]
        return other.priority, other.name if up else after
    if (row.action == "deny") == up:
        return other.priority, None
    return other.priority + (-1 if up else 1), None
