"""The difference of two networks, for people: what opens, what closes, and the ways.

`orosec.queries.packet_diff` computes it exactly; here it is told in rows with names. A row
holds all packets from its source to its destination on its services, and the rows together
hold every changed packet and no other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from types import MappingProxyType
from typing import Any, NamedTuple

from orosec.claims.verbs import packet_text
from orosec.engine.decision_diagram import Services
from orosec.engine.notation import services_text
from orosec.engine.packet_set import NOTHING, PacketSet
from orosec.engine.summary import services_summary
from orosec.errors import NotationError, UnknownNameError, did_you_mean
from orosec.model.names import describe
from orosec.model.network import Network
from orosec.model.scenario import Scenario
from orosec.model.schema import Variant, variants
from orosec.queries.packet_diff import PacketChange, changes, total
from orosec.results import Sheet, Shown, under
from orosec.whatif.journey_diff import (
    DescribedJourney,
    JourneyChange,
    describe_journeys,
    ways,
)

KINDS = {
    "opened": "passes now, did not before",
    "closed": "passed before, does not now",
    "served": "passes as before, and something listens now",
    "unserved": "passes as before, and nothing listens any more",
}
"""What can happen to packets, in the order of the rows."""

NO_EFFECT = (
    "No difference. That is a proof: of all packets there are, none is let through or "
    "stopped otherwise, none finds or loses a listener, and no way in, no way out and "
    "no translation has come or gone"
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

    @property
    def meaning(self) -> tuple[str, ...]:
        """What the row says, whatever the witness and wherever it is so."""
        ends = (self.source, self.destination, self.services)
        return (self.change, *ends, self.before, self.after, str(self.served))


class Pair(NamedTuple):
    """Two scenarios that are compared.

    Attributes:
        variant: the CDN and the reading that stand for the pair.
        before: the one.
        after: the other.
    """

    variant: Variant
    before: Scenario
    after: Scenario


class Diff(Shown):
    """What differs between networks, or between scenarios: exactly that.

    Where there is no difference, that is a proof of no effect, and it says so.

    Attributes:
        pairs: the scenarios that were compared, one pair for each CDN and reading.
        but: under each CDN and reading, packets that are left out.
    """

    def __init__(
        self, pairs: Iterable[Pair], but: Mapping[Variant, PacketSet] = MappingProxyType({})
    ) -> None:
        self.pairs = tuple(pairs)
        self.but = MappingProxyType(dict(but))

    @cached_property
    def _changes(self) -> dict[Variant, tuple[PacketChange, ...]]:
        return {one.variant: tuple(self._changed(one)) for one in self.pairs}

    def _changed(self, pair: Pair) -> Iterator[PacketChange]:
        left_out = self.but.get(pair.variant, NOTHING)
        for change in changes(pair.before, pair.after):
            packets = change.packets - left_out
            if not packets.empty:
                yield change._replace(packets=packets)

    def packets(
        self, change: str, cdn: str | None = None, reading: str | None = None
    ) -> PacketSet:
        """Return every packet with one kind of change, under one CDN and reading.

        Args:
            change: a name in `KINDS`.
            cdn: the CDN; the first one compared where left out.
            reading: the reading; the first one compared where left out.

        Raises:
            UnknownNameError: no such change, or such a variant was not compared.
        """
        if change not in KINDS:
            raise UnknownNameError(change, "change", did_you_mean(change, KINDS))
        first = self.pairs[0].variant
        variant = (cdn or first[0], reading or first[1])
        if variant not in self._changes:
            compared = [" ".join(one) for one in self._changes]
            name = " ".join(variant)
            raise UnknownNameError(name, "variant compared", did_you_mean(name, compared))
        return total(self._changes[variant], change)

    def opened(self, cdn: str | None = None, reading: str | None = None) -> PacketSet:
        """Return every packet that passes now and did not before; see `packets`."""
        return self.packets("opened", cdn, reading)

    def closed(self, cdn: str | None = None, reading: str | None = None) -> PacketSet:
        """Return every packet that passed before and does not now; see `packets`."""
        return self.packets("closed", cdn, reading)

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """The changes of packets, each with all variants in which it is the same."""
        merged: dict[tuple[str, ...], Row] = {}
        for pair in self.pairs:
            for row in _rows(pair, self._changes[pair.variant]):
                known = merged.setdefault(row.meaning, row._replace(under=()))
                merged[row.meaning] = known._replace(under=(*known.under, *row.under))
        return tuple(sorted(merged.values(), key=lambda row: [*KINDS].index(row.change)))

    @cached_property
    def journeys(self) -> tuple[DescribedJourney, ...]:
        """The ways in, the ways out and the translations that appeared or vanished."""
        found: dict[JourneyChange, list[Variant]] = {}
        for pair in self.pairs:
            for way in ways(pair.before, pair.after, self._changes[pair.variant]):
                found.setdefault(way, []).append(pair.variant)
        both = (one for pair in self.pairs for one in (pair.before, pair.after))
        return describe_journeys(found, both)

    @property
    def empty(self) -> bool:
        """Whether nothing differs: no packet, no service and no way."""
        return not any(self._changes.values()) and not self.journeys

    @property
    def title(self) -> str:
        """The difference in one sentence."""
        where = under(pair.variant for pair in self.pairs)
        if self.empty:
            return f"{NO_EFFECT} ({where})."
        counts = [(kind, [row.change for row in self.rows].count(kind)) for kind in KINDS]
        counts.append(("ways or translations changed", len(self.journeys)))
        told_counts = ", ".join(f"{count} {kind}" for kind, count in counts if count)
        return f"The difference: {told_counts} ({where})"

    @property
    def sheet(self) -> Sheet:
        """The difference as a table, a row for each change; below, the ways."""
        columns = ("change", "from", "to", "on", "decided by", "now by", "e.g.", "under")
        return Sheet(
            self.title,
            columns,
            [_cells(row) for row in self.rows],
            [f"{way} ({under(way.under)})" for way in self.journeys],
        )

    def as_dict(self) -> dict[str, Any]:
        """Return the difference as plain values, for JSON."""
        rows = {
            kind: [_row_dict(row) for row in self.rows if row.change == kind]
            for kind in KINDS
        }
        return {**rows, "journeys": _journeys_dict(self.journeys)}


def _cells(row: Row) -> tuple[str, ...]:
    change = row.change
    if change in ("opened", "closed"):
        change += {True: ", served", False: ", not served", None: ", served in part"}[
            row.served
        ]
    ends = (row.source, row.destination, row.services)
    deciders = (row.before or "nothing", row.after or "nothing")
    return (change, *ends, *deciders, row.witness, under(row.under))


def _row_dict(row: Row) -> dict[str, Any]:
    variants = [{"cdn": cdn, "reading": reading} for cdn, reading in row.under]
    names = {"before": row.before or None, "after": row.after or None}
    return {**row._asdict(), **names, "under": variants}


def _journeys_dict(found: Iterable[DescribedJourney]) -> dict[str, Any]:
    values: dict[str, Any] = {
        kind: {"appeared": [], "vanished": []} for kind in ("in", "out", "translations")
    }
    for way in found:
        variants = [{"cdn": cdn, "reading": reading} for cdn, reading in way.under]
        values[way.kind][way.change].append({"way": way.says, "under": variants})
    return values


def _rows(pair: Pair, found: Iterable[PacketChange]) -> Iterator[Row]:
    """Tell the changes of one pair: the packets by the names of those who let them pass."""
    joined: dict[tuple[str, str, str, str], PacketSet] = {}
    for kind, packets, *decided in found:
        key = (kind, decided[0], decided[1], decided[2])
        joined[key] = joined[key] | packets if key in joined else packets
    for (kind, network, before, after), packets in joined.items():
        scenario = pair.after if kind in ("opened", "served") else pair.before
        near = frozenset((network,))
        for sources, destinations, services in packets.products():
            block = PacketSet.box(sources, destinations, services)
            heard = block & scenario.listening
            witness = scenario.witness(block)
            assert witness is not None, "a block holds packets"
            yield Row(
                kind,
                describe(scenario, sources, "source", near),
                describe(scenario, destinations, "destination", near),
                _exactly(services),
                before,
                after,
                packet_text(scenario, witness),
                None if not heard.empty and heard != block else not heard.empty,
                (pair.variant,),
            )


def _exactly(services: Services) -> str:
    """Write services for people, and leave nothing out where that would be the shorter."""
    summary = services_summary(services)
    return services_text(services) if summary.endswith(" more") else summary


def diff(
    before: Network | Scenario,
    after: Network | Scenario,
    *,
    cdn: str | None = None,
    reading: str | None = None,
) -> Diff:
    """Return every packet whose verdict differs, and nothing else; with the ways.

    Args:
        before: a network, or one scenario of it.
        after: the same.
        cdn: compare networks under this CDN only; under both where left out.
        reading: likewise.

    >>> from orosec import orocloud
    >>> diff(orocloud, orocloud).empty
    True

    Raises:
        UnknownNameError: no such CDN or reading.
        NotationError: there are no two networks, and no two scenarios.
    """
    if isinstance(before, Scenario) and isinstance(after, Scenario):
        names = zip((before.cdn, before.reading), (after.cdn, after.reading), strict=True)
        one, other = (a if a == b else f"{a} → {b}" for a, b in names)
        return Diff([Pair((one, other), before, after)])
    if isinstance(before, Network) and isinstance(after, Network):
        return Diff(
            Pair(variant, before.scenario(*variant), after.scenario(*variant))
            for variant in variants(cdn, reading)
        )
    kinds = f"{type(before).__name__} and {type(after).__name__}"
    raise NotationError(kinds, "cannot be compared", "give two networks or two scenarios")
