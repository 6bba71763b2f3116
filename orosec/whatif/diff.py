"""The difference of two networks, for people: what opens, what closes, and the ways.

`orosec.queries.packet_diff` computes it exactly; here it is told in rows with names. A row
holds all packets from its source to its destination on its services, and the rows together
hold every changed packet and no other. What differs in the tables is told as the edits that
make it, whether or not it has an effect.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any, NamedTuple, TypeAlias

from orosec.claims.verbs import packet_text
from orosec.engine.decision_diagram import Services
from orosec.engine.notation import services_text
from orosec.engine.packet_set import NOTHING, PacketSet
from orosec.engine.policy import joined
from orosec.engine.summary import services_summary
from orosec.errors import NotationError
from orosec.model.addressing import grouped
from orosec.model.edit import edits_between
from orosec.model.names import ends
from orosec.model.network import Network
from orosec.model.rows import Tables, row_name
from orosec.model.scenario import Scenario
from orosec.model.schema import TABLES, Variant, variants
from orosec.queries.packet_diff import PacketChange, changes, regrouped
from orosec.results import Sheet, Shown, under
from orosec.whatif.journey_diff import FATES, WAYS, JourneyChange, joined_journeys, ways

KINDS = {
    "opened": "passes now, did not before",
    "closed": "passed before, does not now",
    "served": "passes as before, and something listens now",
    "unserved": "passes as before, and nothing listens any more",
}
"""What can happen to packets, in the order of the rows."""

Side: TypeAlias = Network | Scenario
"""What is compared: a network under every CDN and reading, or one scenario."""

NO_EFFECT = (
    "No difference. That is a proof: of all packets there are, none is let through or "
    "stopped otherwise, none finds or loses a listener, and no way in, out or "
    "through and no translation has come or gone"
)


class Row(NamedTuple):
    """Packets whose fate changed, told by name.

    Attributes:
        change: ``opened``, ``closed``, ``served`` or ``unserved`` (see `KINDS`).
        source: who sends.
        destination: who receives.
        services: on which services.
        before: the rule that decided before; for the last two changes the listener.
        after: the rule that decides now; likewise. Empty where there is none.
        witness: one of the packets, in words.
        served: whether something listens there, where the packets pass; None where
            something does for a part of them.
        under: the CDNs and readings in which it is so.
    """

    change: str
    source: str
    destination: str
    services: str
    before: str
    after: str
    witness: str
    served: bool | None
    under: tuple[Variant, ...]


class Pair(NamedTuple):
    """Two scenarios that are compared.

    Attributes:
        variant: the CDN and the reading that stand for the pair.
        before: the first.
        after: the second.
        but: packets that are left out.
    """

    variant: Variant
    before: Scenario
    after: Scenario
    but: PacketSet = NOTHING

    @property
    def changes(self) -> tuple[PacketChange, ...]:
        """Every packet whose fate differs, but for those that are left out."""
        return tuple(
            change._replace(packets=packets)
            for change in changes(self.before, self.after)
            if not (packets := change.packets - self.but).empty
        )


class Diff(Shown):
    """What differs between networks, or between scenarios: exactly that.

    Where there is no difference, that is a proof of no effect, and it says so.

    Attributes:
        pairs: the scenarios that were compared, one pair for each CDN and reading.
    """

    def __init__(self, pairs: Iterable[Pair]) -> None:
        self.pairs = tuple(pairs)

    @cached_property
    def _changes(self) -> tuple[tuple[Pair, tuple[PacketChange, ...]], ...]:
        return tuple((pair, pair.changes) for pair in self.pairs)

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """The changes of packets, each with all variants in which it is the same."""
        rows = (row for pair, found in self._changes for row in _rows(pair, found))
        alike = grouped((row._replace(witness="", under=()), row) for row in rows)
        merged = [
            same[0]._replace(under=tuple(variant for row in same for variant in row.under))
            for same in alike.values()
        ]
        return tuple(sorted(merged, key=lambda row: [*KINDS].index(row.change)))

    @cached_property
    def journeys(self) -> tuple[JourneyChange, ...]:
        """The ways in, out and through and the translations that appeared or vanished."""
        alike = grouped(
            (way, pair.variant)
            for pair, found in self._changes
            for way in ways(pair.before, pair.after, found)
        )
        told = (way._replace(under=variants) for way, variants in alike.items())
        both = (each for pair in self.pairs for each in (pair.before, pair.after))
        return joined_journeys(told, both)

    @cached_property
    def hosts(self) -> Mapping[str, tuple[Variant, ...]]:
        """What came to share a host, or shares none any more, in words, and where."""
        return grouped(
            (says, pair.variant)
            for pair in self.pairs
            for says in regrouped(pair.before, pair.after)
        )

    @cached_property
    def edits(self) -> tuple[str, ...]:
        """The edits that lead from the tables before to those after, as in Python."""
        _, before, after, _ = self.pairs[0]
        return tuple(written(before.tables, after.tables))

    @property
    def empty(self) -> bool:
        """Whether nothing has an effect: no packet, service, way or host differs."""
        found = any(found for _, found in self._changes)
        return not (found or self.journeys or self.hosts)

    @property
    def title(self) -> str:
        """The difference in one sentence."""
        where = under(pair.variant for pair in self.pairs)
        if self.empty:
            return f"{NO_EFFECT} ({where})."
        counts = [(kind, [row.change for row in self.rows].count(kind)) for kind in KINDS]
        counts.append(("ways or translations changed", len(self.journeys)))
        counts.append(("hosts came together or apart", len(self.hosts)))
        told_counts = ", ".join(f"{count} {kind}" for kind, count in counts if count)
        return f"The difference: {told_counts} ({where})"

    @property
    def sheet(self) -> Sheet:
        """The difference as a table, a row for each change; below, the ways."""
        columns = ("change", "from", "to", "on", "decided by", "now by", "e.g.", "under")
        notes = [f"{way} ({under(way.under)})" for way in self.journeys]
        notes += (f"{says} ({under(where)})" for says, where in self.hosts.items())
        notes += (f"edit: {edit}" for edit in self.edits)
        return Sheet(self.title, columns, [*map(_cells, self.rows)], notes, folded=4)

    def as_dict(self) -> dict[str, Any]:
        """Return the difference as plain values, for JSON."""
        rows = {
            kind: [_row_dict(r) for r in self.rows if r.change == kind] for kind in KINDS
        }
        journeys = _journeys_dict(self.journeys)
        hosts = [
            {"says": says, "under": _variants(where)} for says, where in self.hosts.items()
        ]
        return {**rows, "journeys": journeys, "hosts": hosts, "edits": list(self.edits)}


def _cells(row: Row) -> tuple[str, ...]:
    served = {True: ", served", False: ", not served", None: ", served in part"}
    passing = row.change in ("opened", "closed")
    change = row.change + (served[row.served] if passing else "")
    ends = (row.source, row.destination, row.services)
    deciders = (row.before or "nothing", row.after or "nothing")
    return (change, *ends, *deciders, row.witness, under(row.under))


def _row_dict(row: Row) -> dict[str, Any]:
    names = {"before": row.before or None, "after": row.after or None}
    return {**row._asdict(), **names, "under": _variants(row.under)}


def _variants(found: Iterable[Variant]) -> list[dict[str, str]]:
    return [{"cdn": cdn, "reading": reading} for cdn, reading in found]


def _journeys_dict(found: Iterable[JourneyChange]) -> dict[str, Any]:
    values: dict[str, Any] = {kind: {change: [] for change in FATES} for kind in WAYS}
    for way in found:
        told = {"way": way.says, "under": _variants(way.under)}
        values[way.kind][way.change].append(told)
    return values


def _rows(pair: Pair, found: Iterable[PacketChange]) -> Iterator[Row]:
    """Tell the changes of one pair: the packets by the names of those who let them pass."""
    alike = grouped((change._replace(packets=NOTHING), change.packets) for change in found)
    for (kind, _, network, before, after), packets in alike.items():
        scenario = pair.after if kind in ("opened", "served") else pair.before
        near = frozenset((network,))
        for sources, destinations, services in joined(packets).products():
            block = PacketSet.box(sources, destinations, services)
            heard = block & scenario.listening
            witness = scenario.witness(block)
            assert witness is not None, "a block holds packets"
            told = (*ends(scenario, sources, destinations, near), _exactly(services))
            example = packet_text(scenario, witness)
            served = heard == block if heard.empty or heard == block else None
            yield Row(kind, *told, before, after, example, served, (pair.variant,))


def _exactly(services: Services) -> str:
    """Write services for people, and leave nothing out where that would be the shorter."""
    summary = services_summary(services)
    return services_text(services) if summary.endswith(" more") else summary


def diff(
    before: Side,
    after: Side,
    *,
    cdn: str | None = None,
    reading: str | None = None,
) -> Diff:
    """Return every packet whose verdict differs, and nothing else; with the ways.

    Args:
        before: a network, or one scenario.
        after: the same.
        cdn: compare networks under this CDN only; under each that either has where left
            out.
        reading: likewise.

    >>> from orosec import orocloud
    >>> diff(orocloud, orocloud).empty
    True

    Raises:
        UnknownNameError: no such CDN or reading.
        NotationError: there are no two networks, and no two scenarios.
    """
    return Diff(paired(before, after, cdn, reading))


def paired(
    before: Side, after: Side, cdn: str | None, reading: str | None
) -> tuple[Pair, ...]:
    """Return the scenarios of two networks that are compared, or the two that are given.

    Raises:
        UnknownNameError: no such CDN or reading.
        NotationError: there are no two networks, and no two scenarios.
    """
    if isinstance(before, Scenario) and isinstance(after, Scenario):
        names = zip((before.cdn, before.reading), (after.cdn, after.reading), strict=True)
        cdns, readings = (a if a == b else f"{a} → {b}" for a, b in names)
        return (Pair((cdns, readings), before, after),)
    if isinstance(before, Network) and isinstance(after, Network):
        return tuple(
            Pair(variant, before.scenario(*variant), after.scenario(*variant))
            for variant in variants(cdn, reading)
            if cdn or variant[0] in {*before.tables.cdns, *after.tables.cdns}
        )
    kinds = f"{type(before).__name__} and {type(after).__name__}"
    raise NotationError(kinds, "cannot be compared", "give two networks or two scenarios")


def written(before: Tables, after: Tables, *tables: str) -> Iterator[str]:
    """Yield whatever differs in some tables, or in all: each edit, and each new order."""
    for table in tables or TABLES:
        yield from map(str, edits_between(before, after, table))
        every = (getattr(each, table) for each in (before, after))
        was, now = (dict.fromkeys(map(row_name, rows)) for rows in every)
        both = was.keys() & now.keys()
        if [name for name in was if name in both] != [name for name in now if name in both]:
            yield f"another order of the rows in {table}"
