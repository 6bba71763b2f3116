"""What must be true of any bytes at all: the oracles of the fuzzer and of its corpus.

Each oracle makes something of the bytes, asks the engine, and asserts what an
independent way of computing says. `tests/fuzz.py` feeds them from a coverage-guided
fuzzer; `tests/engine/test_corpus.py` feeds them what it has found.
"""

import contextlib
import functools
import shutil
import tempfile
from ipaddress import ip_address, ip_network
from pathlib import Path

from diagram_laws import check_canonical
from effects import effects
from folders import written
from packets import read_packet
from universe import ADDRESSES, DETAILS, EVERY_PACKET, PROTOCOLS, walk

from orosec.claims.register import check
from orosec.engine.decision_diagram import DETAIL_TOPS, V6
from orosec.engine.intervals import contains, union
from orosec.engine.notation import (
    address_number,
    address_text,
    range_intervals,
    read_services,
    services_text,
)
from orosec.engine.packet_set import (
    EVERYTHING,
    NOTHING,
    PacketSet,
    has_service,
    service,
    services_union,
)
from orosec.engine.policy import Rule, decide, denied, in_order, shares
from orosec.engine.policy_diff import difference
from orosec.engine.summary import services_summary
from orosec.errors import NotationError, TableError
from orosec.model.network import Network
from orosec.model.schema import TABLES
from orosec.model.tables import DOCUMENTED, read_tables


class Tape:
    """Bytes read one after the other; zeros follow the last."""

    def __init__(self, data):
        self.data, self.place = data, 0

    def __bool__(self):
        return self.place < len(self.data)

    def below(self, top):
        self.place += 1
        return self.data[self.place - 1] % top if self.place <= len(self.data) else 0

    def one_of(self, choices):
        return choices[self.below(len(choices))]

    def span(self, choices):
        return tuple(sorted((self.one_of(choices), self.one_of(choices))))

    def rest(self):
        taken, self.place = self.data[self.place :], len(self.data)
        return taken


# Notation


def notation(data):
    """A text is refused in one line, or means what the standard library says."""
    tape = Tape(data)
    read = tape.one_of((_address, _ranges, _services, _packet))
    try:
        read(tape.rest().decode("utf-8", "replace"))
    except NotationError as error:
        _readable(str(error), 400)


def _readable(message, most):
    assert message.isprintable()
    assert len(message) < most


def _address(text):
    number = address_number(text)
    assert address_text(number) == text
    assert int(ip_address(text)) == number % V6


def _ranges(text):
    expected = []
    spans = range_intervals(text)
    for word in text.split():
        network = ip_network(word)
        base = V6 if network.version == 6 else 0
        ends = network.network_address, network.broadcast_address
        expected.append(tuple(base + int(end) for end in ends))
    assert spans == union(expected)


def _services(text):
    services = read_services(text)
    assert read_services(services_text(services)) == services
    assert services_summary(services).isprintable()
    for protocol in range(256):
        top = DETAIL_TOPS.get(protocol, 0)
        assert not has_service(services, protocol, top + 1)


def _packet(text):
    source, _, rest = text.partition(" ")
    destination, _, on = rest.partition(" ")
    packet = read_packet(source, destination, on)
    ends = range_intervals(source), range_intervals(destination)
    box = PacketSet.box(*ends, read_services(on))
    assert (packet in box) == (
        ip_address(source).version == ip_address(destination).version
    )
    if not box.empty:
        assert (box.count(), box.witness()) == (1, packet)


# Packet sets


def sets(data):
    """Run a little stack machine twice: on packet sets and on Python's sets."""
    tape = Tape(data[:48])
    stack = [(NOTHING, frozenset()), (EVERYTHING, EVERY_PACKET)]
    while tape:
        what = tape.below(8)
        (a, x), (b, y) = stack[-1], stack[-2]
        if what < 3:
            stack.append(_box(tape))
        elif what == 3:
            stack[-2:] = [(a | b, x | y), (a, x)]
        elif what == 4:
            stack[-2:] = [(a & b, x & y), (a, x)]
        elif what == 5:
            stack[-2:] = [(a - b, x - y), (b, y)]
        elif what == 6:
            stack[-2:] = [(a ^ b, x ^ y), (b, y)]
        else:
            stack[-1] = (~a, EVERY_PACKET - x)
    for packets, model in stack:
        assert walk(packets) == model
        check_canonical(packets)
        assert packets.empty == (packets.count() == 0) == (packets.witness() is None)
        assert functools.reduce(_or, map(_product, packets.products()), NOTHING) == packets
    (a, _), (b, _) = stack[-2:]
    assert (a | b).count() + (a & b).count() == a.count() + b.count()
    assert (a == b) == (a ^ b).empty


def _or(one, other):
    return one | other


def _product(product):
    return PacketSet.box(*product)


def _box(tape):
    sources, destinations, services = _ends(tape), _ends(tape), _some_services(tape)
    model = frozenset(
        packet
        for packet in EVERY_PACKET
        if contains(sources, packet.source)
        and contains(destinations, packet.destination)
        and has_service(services, packet.protocol, packet.detail)
    )
    return PacketSet.box(sources, destinations, services), model


def _ends(tape):
    return union(tape.span(ADDRESSES) for _ in range(1 + tape.below(2)))


def _some_services(tape):
    found = []
    for _ in range(1 + tape.below(2)):
        protocol = tape.one_of(PROTOCOLS)
        top = DETAIL_TOPS.get(protocol, 0)
        found.append(service(protocol, *tape.span([one for one in DETAILS if one <= top])))
    return services_union(found)


# Rules


def rules(data):
    """Walk every rule for every packet: shares, denials, changes and effects agree."""
    tape = Tape(data[:64])
    before = [_rule(tape, place) for place in range(tape.below(5))]
    after = list(before)
    while tape:
        place = tape.below(len(after) + 1)
        if tape.below(2) or not after[place:]:
            after.insert(place, _rule(tape, len(after) + 9))
        else:
            rule = after.pop(place)
            if tape.below(2):
                after.insert(tape.below(len(after) + 1), rule)
    before = in_order(before)
    scope = _box(tape)[0] if tape.below(2) else EVERYTHING
    divided, changes = shares(before, scope), difference(before, after, scope)
    barred = denied(before, scope)
    mutants = list(effects(before, scope))
    for packet in EVERY_PACKET:
        here = packet in scope
        one, other = decide(before, packet), decide(after, packet)
        owner = [rule for rule, share in divided if packet in share]
        assert owner == ([one] if one and here else [])
        assert (packet in barred) == (here and one is not None and not one.allows)
        told = [change[1:] for change in changes if packet in change.packets]
        assert told == ([(one, other)] if here and _allows(one) != _allows(other) else [])
        for place, (rule, flipped, deleted) in enumerate(mutants):
            mine = here and rule is one
            assert (packet in flipped) == mine
            needed = mine and _allows(one) != _allows(decide(before[place + 1 :], packet))
            assert (packet in deleted) == needed


def _rule(tape, number):
    return Rule(
        f"rule-{number}",
        tape.one_of((0, 900, 1000)),
        tape.below(2) == 1,
        _ends(tape),
        _ends(tape),
        _some_services(tape),
    )


def _allows(rule):
    return rule is not None and rule.allows


# Tables


def tables(data):
    """Splice bytes into a documented table: refused whole, or usable in every variant."""
    tape = Tape(data)
    name = tape.one_of(tuple(TABLES))
    original = _documented(name)
    start = (tape.below(256) << 8 | tape.below(256)) % (len(original) + 1)
    end = start + tape.below(40)
    path = _folder() / f"{name}.csv"
    path.write_bytes(original[:start] + tape.rest() + original[end:])
    try:
        found = read_tables(path.parent)
    except TableError as error:
        for fault in error.faults:
            _readable(str(fault), 1000)
    else:
        assert all(verdict.verdict for verdict in check(network=Network(found)))
        written(Network(found), path.parent)
        assert read_tables(path.parent) == found
    finally:
        path.write_bytes(original)


def _documented(name):
    return (DOCUMENTED / f"{name}.csv").read_bytes()


@functools.cache
def _folder():
    """Copy the documented tables once; the copy goes when the process ends."""
    keeper = contextlib.ExitStack()
    folder = Path(keeper.enter_context(tempfile.TemporaryDirectory()))
    _folder.keeper = keeper
    return Path(shutil.copytree(DOCUMENTED, folder / "tables"))


ORACLES = {one.__name__: one for one in (notation, sets, rules, tables)}
