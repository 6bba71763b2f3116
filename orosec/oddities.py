"""What may be odd about a deployment, though its tables are fine to read.

Each kind is one function, exact like every other answer here: it looks at all packets,
not at samples. What it finds names a row, says what is odd, shows a packet where there
is one, and suggests an edit.

Some are *explained*: they stay in the report, with the reason, and count for nothing.
The reasons are general, not a list of rows to be left in peace:

- a documented rule that could go stays, since the tables keep what the page states;
- a door to the public is as wide as it has to be: whoever it leads to is there for the
  public (its duty is cdn or vpn), and all that it opens is answered.

Platform rows are never called needless: nobody can take them away.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any, NamedTuple, TypeAlias

from orosec.claims import packet_text
from orosec.deployment import Deployment
from orosec.intervals import Intervals, intersect, subtract, union
from orosec.local import difference
from orosec.notation import address_text, looks_like_range, range_intervals, read_services
from orosec.packets import ANY_ADDRESS, Packet, PacketSet
from orosec.policy import Rule, joined, shares
from orosec.schema import InterfaceRow, RuleRow
from orosec.shadowing import Shadow, redundant, shadowed, ties

WIDE = 2**16
"""A source with more addresses than this that stand in no table is wide: over a /16."""

PUBLIC_DUTIES = ("cdn", "vpn")
_MOST_NAMED = 3
Place: TypeAlias = tuple[str, str]
"""A network and a direction: where rules are asked."""


class Edit(NamedTuple):
    """A suggested edit of one row, in the words of `Network`'s own edits.

    Attributes:
        table: the table.
        row: the name of the row.
        cells: the cells to write anew; with none, the row is to be taken away.
    """

    table: str
    row: str
    cells: tuple[tuple[str, str | int], ...] = ()

    def __str__(self) -> str:
        kind = self.table.removesuffix("s")
        if not self.cells:
            return f'without_{kind}("{self.row}")'
        cells = ", ".join(f"{column}={_quoted(cell)}" for column, cell in self.cells)
        return f'with_{kind}_changed("{self.row}", {cells})'


def _quoted(cell: str | int) -> str:
    return f'"{cell}"' if isinstance(cell, str) else str(cell)


class Oddity(NamedTuple):
    """One odd thing, in one row.

    Attributes:
        kind: what kind of thing; a key of `KINDS`.
        table: the table that the row stands in.
        row: the name of the row.
        says: what is odd, in plain words.
        evidence: a packet, in words; empty where the oddity is that there is none.
        edit: what to change; None where no edit of one row would do.
        advice: what else could be done.
        explained: why it may stay as it is; empty where it should not.
    """

    kind: str
    table: str
    row: str
    says: str
    evidence: str = ""
    edit: Edit | None = None
    advice: str = ""
    explained: str = ""


def oddities(deployment: Deployment) -> Iterator[Oddity]:
    """Yield all that is odd about a deployment, kind by kind."""
    for look in LOOKS:
        yield from look(deployment)


# Rules that do nothing


def _needless(deployment: Deployment) -> Iterator[Oddity]:
    """Rules that decide no packet, and rules that nobody would miss.

    All that are suggested to go can go together: the search goes on without them.
    """
    for place, policy in deployment.policies.items():
        scope = deployment.scope(place)
        dark = {one.rule: one for one in shadowed(policy, scope)}
        judged = [rule for rule in policy if _row(deployment, rule).basis != "platform"]
        kept = list(policy)
        for rule in judged:
            if rule in dark:
                yield _dark(deployment, place, dark[rule])
                kept = _without(kept, rule, deployment)
        for rule in redundant(policy, scope):
            fewer = [other for other in kept if other is not rule]
            speaks = not scope.isdisjoint(rule.packets())
            live = speaks and rule in judged and rule not in dark
            if live and not difference(kept, fewer, scope):
                yield _spare(deployment, place, rule, fewer)
                kept = _without(kept, rule, deployment)


def _without(kept: list[Rule], gone: Rule, deployment: Deployment) -> list[Rule]:
    stays = _row(deployment, gone).basis == "documented"
    return kept if stays else [rule for rule in kept if rule is not gone]


def _dark(deployment: Deployment, place: Place, shadow: Shadow) -> Oddity:
    """Tell of a rule that decides nothing."""
    rule = shadow.rule
    mine = deployment.scope(place) & rule.packets()
    decided = [(one, share & mine) for one, share in deployment.shares[place]]
    says = f"decides nothing: {_named(shadow.covers)} before it cover all that it speaks of"
    if not shadow.conflict:
        evidence = _decided(deployment, mine, decided)
        return _removal(deployment, rule, "clutter", says, evidence)
    against = [one for one in decided if one[0].allows != rule.allows and not one[1].empty]
    number = min(one.priority for one, _ in against) - rule.allows  # deny goes first
    return Oddity(
        "conflict",
        "rules",
        rule.name,
        f"{says}, and decide some of it otherwise",
        _decided(deployment, joined(part for _, part in against), against),
        Edit("rules", rule.name),
        f"or give it a priority of {number} or less, if it should decide",
    )


def _spare(
    deployment: Deployment, place: Place, rule: Rule, fewer: Sequence[Rule]
) -> Oddity:
    """Tell of a rule that changes nothing; *fewer* are the rules without it."""
    mine = dict(deployment.shares[place])[rule]
    heirs = [(one, part) for one, part in shares(tuple(fewer), mine) if not part.empty]
    who = _named([one for one, _ in heirs]) or "no rule at all"
    says = f"changes nothing: without it, {who} would decide the same"
    return _removal(deployment, rule, "redundant", says, _decided(deployment, mine, heirs))


def _removal(
    deployment: Deployment, rule: Rule, kind: str, says: str, evidence: str
) -> Oddity:
    """Suggest that a rule goes, unless the page itself wants it."""
    row = _row(deployment, rule)
    if row.basis == "documented":
        reason = f"the page states it ({row.where}), so the table keeps it"
        return Oddity(kind, "rules", rule.name, says, evidence, explained=reason)
    return Oddity(kind, "rules", rule.name, says, evidence, Edit("rules", rule.name))


def _tied(deployment: Deployment) -> Iterator[Oddity]:
    """Rules of which one allows and one denies, at the same priority."""
    for place, policy in deployment.policies.items():
        scope = deployment.scope(place)
        dark = {one.rule for one in shadowed(policy, scope)}
        for deny, group in groupby(ties(policy, scope), key=lambda tie: tie.deny):
            allows = [tie.allow for tie in group if tie.allow not in dark]
            if allows:
                yield _tie(deployment, place, deny, allows)


def _tie(
    deployment: Deployment, place: Place, deny: Rule, allows: Sequence[Rule]
) -> Oddity:
    contested = joined(one.packets() for one in allows)
    share = dict(deployment.shares[place])[deny]
    earlier = deny.priority - 1
    policy = deployment.policies[place]
    free = earlier >= 0 and (True, earlier) not in {one[2:0:-1] for one in policy}
    return Oddity(
        "tie",
        "rules",
        deny.name,
        f"denies what {_named(allows)} would allow at the same priority, "
        f"{deny.priority}: that deny goes first is all that decides",
        _decided(deployment, share & contested, [(deny, share)]),
        Edit("rules", deny.name, (("priority", earlier),)) if free else None,
        "" if free else "give the two different priorities, with care for what is between",
    )


def _silent(deployment: Deployment) -> Iterator[Oddity]:
    """Rules that speak of no packet, but for those whose address alone is at fault."""
    for place, policy in deployment.policies.items():
        for rule in policy:
            row = _row(deployment, rule)
            foreign = _foreign_words(deployment, f"{row.source} {row.destination}")
            silent = deployment.scope(place).isdisjoint(rule.packets())
            if silent and not foreign and row.basis != "platform":
                yield _nothing(deployment, place, rule)


def _nothing(deployment: Deployment, place: Place, rule: Rule) -> Oddity:
    network, direction = place
    verb = "leaves" if direction == "egress" else "reaches"
    says = f"names nothing: no packet that it speaks of {verb} {network}"
    other = [
        one
        for one, _ in deployment.policies.items()
        if one[1] == direction and not deployment.scope(one).isdisjoint(rule.packets())
    ]
    cells = (("network", other[0][0]),) if len(other) == 1 else ()
    advice = "or take it away" if cells else ""
    edit = Edit("rules", rule.name, cells)
    return Oddity("silent", "rules", rule.name, says, "", edit, advice)


# Listeners


def _unanswered(deployment: Deployment) -> Iterator[Oddity]:
    """Ingress rules that let in what nothing listens for.

    Every word of a rule's services must find a listener at one of its destinations at
    least. So ``all`` promises little, and a port that is named promises a listener.
    """
    for place, policy in deployment.policies.items():
        for rule in policy if place[1] == "ingress" else ():
            mine = deployment.scope(place) & rule.packets()
            words = _row(deployment, rule).services.split()
            dumb = [word for word in words if _unheard(deployment, mine, word)]
            if rule.allows and dumb:
                yield from _deaf(deployment, rule, mine, dumb)


def _unheard(deployment: Deployment, mine: PacketSet, word: str) -> bool:
    asked = mine & PacketSet.box(services=read_services(word))
    return not asked.empty and asked.isdisjoint(deployment.listening)


def _deaf(
    deployment: Deployment, rule: Rule, mine: PacketSet, dumb: Sequence[str]
) -> Iterator[Oddity]:
    """Tell of it where any such packet passes; else another kind tells more."""
    row = _row(deployment, rule)
    opened = mine & PacketSet.box(services=read_services(" ".join(dumb)))
    packet = deployment.witness(opened & deployment.permitted)
    if packet is not None:
        heard = " ".join(word for word in row.services.split() if word not in dumb)
        yield Oddity(
            "no-listener",
            "rules",
            row.name,
            f"opens {' '.join(dumb)} to {row.destination}, where nothing listens on it",
            f"{packet_text(deployment, packet)} passes, and nothing answers",
            Edit("rules", row.name, (("services", heard),) if heard else ()),
            "or add the listener that is missing",
        )


def _unreached(deployment: Deployment) -> Iterator[Oddity]:
    """Listeners that no rule lets anybody else reach."""
    for row in deployment.listeners:
        hosts = deployment.addresses(row.node, "destination", frozenset())
        words = row.services.split()
        lone = [word for word in words if _to(hosts, word).isdisjoint(deployment.permitted)]
        if lone:
            heard = " ".join(word for word in words if word not in lone)
            packet = deployment.witness(_to(hosts, " ".join(lone)))
            yield Oddity(
                "unreached",
                "listeners",
                row.name,
                f"listens on {' '.join(lone)} at {row.node}; no rule lets anybody reach it",
                _fate(deployment, packet) if packet else "",
                Edit("listeners", row.name, (("services", heard),) if heard else ()),
                "or add a rule for whoever needs it",
            )


def _to(hosts: Intervals, services: str) -> PacketSet:
    """Give what others send to the *hosts*: what one sends to itself meets no rule."""
    wanted = read_services(services)
    return joined(
        PacketSet.box(_others(span) if span[0] == span[1] else ANY_ADDRESS, (span,), wanted)
        for span in hosts
    )


def _others(span: tuple[int, int]) -> Intervals:
    return subtract(ANY_ADDRESS, (span,))


# Addresses


_ENDS = {
    "rules": ("source", "destination"),
    "routes": ("source", "destination"),
    "relays": ("destination",),
}


def _foreign(deployment: Deployment) -> Iterator[Oddity]:
    """Private addresses that no subnet holds."""
    for table, columns in _ENDS.items():
        for row in getattr(deployment, table):
            for column in columns:
                yield from _foreign_cell(deployment, table, row, column)
    for row in deployment.interfaces:
        if not row.subnet and _foreign_words(deployment, row.address):
            says = f"has the private address {row.address}, which no subnet holds"
            advice = "name its subnet and take an address there, or a public address"
            edit = _housed(deployment, row)
            yield Oddity("foreign", "interfaces", row.name, says, row.address, edit, advice)


def _foreign_cell(
    deployment: Deployment, table: str, row: Any, column: str
) -> Iterator[Oddity]:
    words = getattr(row, column).split()
    foreign = _foreign_words(deployment, getattr(row, column))
    if foreign:
        rest = " ".join(word for word in words if word not in foreign)
        says = f"names {' '.join(foreign)} as its {column}, which no subnet holds"
        edit = Edit(table, row.name, ((column, rest),) if rest else ())
        advice = "or add the subnet, or correct the address"
        yield Oddity("foreign", table, row.name, says, " ".join(foreign), edit, advice)


def _foreign_words(deployment: Deployment, cell: str) -> list[str]:
    """Give the addresses and ranges of *cell* that are neither public nor in a subnet."""
    elsewhere = deployment.special["elsewhere"]
    return [
        word
        for word in cell.split()
        if looks_like_range(word) and not subtract(range_intervals(word), elsewhere)
    ]


def _housed(deployment: Deployment, row: InterfaceRow) -> Edit | None:
    """Give an interface a free address in the subnet that its node calls home."""
    home = deployment.node_of[row.node].home
    taken = union(
        span
        for one in deployment.tables.interfaces
        for span in range_intervals(one.address)
    )
    free = subtract(deployment.subnets.get(home, ()), taken)
    usable = [first for first, last in free if first < last]
    if not usable:
        return None
    address = address_text(usable[0] + 1)
    return Edit("interfaces", row.name, (("subnet", home), ("address", address)))


def _wide(deployment: Deployment) -> Iterator[Oddity]:
    """Ingress rules that let in far more addresses than stand in any table."""
    known = union((*deployment.inside, *deployment.edges))
    for place, policy in deployment.policies.items():
        for rule in policy if place[1] == "ingress" else ():
            row = _row(deployment, rule)
            here = frozenset((row.network,))
            spans = {
                word: subtract(deployment.addresses(word, "source", here), known)
                for word in row.source.split()
            }
            broad = [word for word, left in spans.items() if _size(left) > WIDE]
            share = dict(deployment.shares[place])[rule]
            strangers = union(span for word in broad for span in spans[word])
            passing = share & deployment.permitted & PacketSet.box(sources=strangers)
            if rule.allows and not passing.empty:
                yield _broad(deployment, rule, broad, passing)


def _broad(
    deployment: Deployment, rule: Rule, broad: list[str], passing: PacketSet
) -> Oddity:
    row = _row(deployment, rule)
    says = (
        f"lets {' '.join(broad)} in to {row.destination} on {row.services}: "
        f"more than {WIDE} addresses that stand in no table"
    )
    evidence = _decided(deployment, passing, [(rule, passing)])
    if _is_door(deployment, passing):
        reason = f"a door to the public: {row.destination} is there for it, and answers"
        return Oddity("wide", "rules", rule.name, says, evidence, explained=reason)
    inside = [
        name for name, spans in deployment.subnets.items() if intersect(spans, rule.sources)
    ]
    kept = [word for word in row.source.split() if word not in broad]
    narrow = " ".join(dict.fromkeys((*kept, *inside)))
    edit = Edit("rules", row.name, (("source", narrow),) if narrow else ())
    return Oddity(
        "wide", "rules", row.name, says, evidence, edit, "or name those who need it"
    )


def _is_door(deployment: Deployment, passing: PacketSet) -> bool:
    """Tell whether all that passes goes to public edges that answer it."""
    edges = union(
        span
        for row in deployment.interfaces
        if row.public or not row.subnet
        if deployment.node_of[row.node].duty in PUBLIC_DUTIES
        for span in range_intervals(row.address)
    )
    return not subtract(passing.destinations(), edges) and passing <= deployment.listening


def _size(spans: Intervals) -> int:
    return sum(last - first + 1 for first, last in spans)


# Words


def _row(deployment: Deployment, rule: Rule) -> RuleRow:
    return deployment.rule_rows[rule.name]


def _named(rules: Sequence[Rule]) -> str:
    """Name rules, the first few of many."""
    names = [rule.name for rule in rules]
    more = len(names) - _MOST_NAMED
    if more > 0:
        return f"{', '.join(names[:_MOST_NAMED])} and {more} more"
    return " and ".join(names)


def _decided(
    deployment: Deployment, packets: PacketSet, among: Iterable[tuple[Rule, PacketSet]]
) -> str:
    """Show a packet of *packets*, and the rule that decides it."""
    packet = deployment.witness(packets)
    if packet is None:
        return ""
    who = next((rule for rule, share in among if packet in share), None)
    fate = "matches no rule" if who is None else _does(who)
    return f"{packet_text(deployment, packet)} {fate}"


def _does(rule: Rule) -> str:
    return f"is {'allowed' if rule.allows else 'denied'} by {rule.name}"


def _fate(deployment: Deployment, packet: Packet) -> str:
    """Show a packet that does not pass, with all that stops it."""
    barring = [one.rule for one in deployment.decisions(packet) if not one.rule.allows]
    return f"{packet_text(deployment, packet)} {' and '.join(map(_does, barring))}"


class Kind(NamedTuple):
    """A kind of oddity.

    Attributes:
        severity: high where something passes or fails that should not; medium where the
            tables contradict themselves; low where a row could as well be missing.
        about: what it is, in a few words.
        everywhere: whether it counts only where it is so under every CDN and reading
            that the row speaks of.
    """

    severity: str
    about: str
    everywhere: bool = False


KINDS: Mapping[str, Kind] = {
    "conflict": Kind("high", "a rule that decides nothing and would decide otherwise"),
    "wide": Kind("high", "a rule that lets far more in than stands in any table"),
    "no-listener": Kind("medium", "a rule that opens what nothing listens for"),
    "unreached": Kind("medium", "a listener that no rule lets anybody reach"),
    "foreign": Kind("medium", "a private address that no subnet holds"),
    "silent": Kind("medium", "a rule that names nothing", everywhere=True),
    "tie": Kind("medium", "allow and deny at the same priority"),
    "clutter": Kind("low", "a rule that decides nothing", everywhere=True),
    "redundant": Kind("low", "a rule that changes nothing", everywhere=True),
}
"""Every kind of oddity."""

LOOKS: tuple[Callable[[Deployment], Iterator[Oddity]], ...] = (
    _needless,
    _tied,
    _silent,
    _unanswered,
    _unreached,
    _foreign,
    _wide,
)
