"""Mutants: each operator makes the mistake it says, and tables that can be read."""

import pytest
from folders import set_cells

from orosec import orocloud, read_network
from orosec.engine.notation import read_services
from orosec.model.network import Network
from orosec.model.schema import TABLES
from orosec.model.validation import crosscheck
from orosec.mutation.catalogue import mutants
from orosec.mutation.rows import OPERATORS
from orosec.mutation.spellings import wrong_ends, wrong_services

EVERY = mutants(orocloud)
TABLES_OF = {name: getattr(orocloud.tables, name) for name in OPERATORS}


def changes(mutant):
    """Give (rows gone, rows come) of each table that the mutant touches."""
    found = {}
    for name, before in TABLES_OF.items():
        after = getattr(mutant.tables, name)
        gone = [row for row in before if row not in after]
        come = [row for row in after if row not in before]
        if gone or come:
            found[name] = gone, come
    return found


def faults(mutant):
    """Give what is wrong with the cells and the references of a mutant's tables."""
    cells = [
        TABLES[name].columns[column].check(str(cell))
        for name, (_, come) in changes(mutant).items()
        for row in come
        for column, cell in zip(row._fields, row, strict=True)
        if str(cell) or not TABLES[name].columns[column].optional
    ]
    return [*filter(None, cells), *crosscheck(mutant.tables)]


def of(table, row, operator):
    return [one for one in EVERY if one[:3] == (table, row, operator)]


def test_every_operator_makes_mutants_and_every_mutant_is_of_an_operator():
    """Nothing is promised that is not tried, and nothing tried that is not told."""
    promised = {(table, one) for table, kinds in OPERATORS.items() for one in kinds}

    assert {(one.table, one.operator) for one in EVERY} == promised


def test_every_mutant_can_be_read():
    """A mistake that the reader of tables refuses would test the reader."""
    assert {one.says: found for one in EVERY if (found := faults(one))} == {}


def test_no_mutant_is_the_tables_or_another_mutant():
    """Each changes something, in words of its own, at a row that is there."""
    assert all(changes(one) for one in EVERY)
    assert (
        len({one.says for one in EVERY}) == len({one.tables for one in EVERY}) == len(EVERY)
    )
    assert all(one.row in {row[0] for row in TABLES_OF[one.table]} for one in EVERY)


def test_a_mutant_touches_one_row_or_what_hangs_on_it():
    """More than one row only where the tables could not be read otherwise."""
    several = {
        (one.table, one.operator)
        for one in EVERY
        if sum(max(len(gone), len(come)) for gone, come in changes(one).values()) > 1
    }

    assert several == {
        ("subnets", "unite"),
        ("subnets", "stray"),
        ("nodes", "remove"),
        ("nodes", "left-over"),
        ("interfaces", "remove"),
        ("interfaces", "private"),
        ("interfaces", "own-exit"),
        ("rules", "swap"),
    }


CELLS = [
    ("rules", "bridge-to-application", "flip", {"action": ["deny"]}),
    ("rules", "bridge-to-application", "direction", {"direction": ["egress"]}),
    ("rules", "tunnel-to-web", "any-source", {"source": ["any"]}),
    ("rules", "tunnel-to-web", "wider-source", {"source": ["cloudflare-tunnel 10.10.0.9"]}),
    ("rules", "tunnel-to-web", "any-port", {"services": ["tcp tcp:8080"]}),
    ("rules", "vpn-from-bridge", "port", {"services": ["udp:31193", "udp:31195"]}),
    ("rules", "vpn-from-bridge", "other-protocol", {"services": ["tcp:31194"]}),
    ("rules", "maintenance-inside", "fewer-services", {"services": ["tcp", "udp icmp"]}),
    (
        "rules",
        "maintenance-inside",
        "narrower-source",
        {"source": ["10.20.0.128/25", "10.20.0.0/25"]},
    ),
    (
        "rules",
        "maintenance-inside",
        "wider-source",
        {"source": ["maintenance-dmz 10.20.1.0/24"]},
    ),
    ("rules", "nat-accepts-nothing", "one-cdn", {"cdn": ["google", "cloudflare"]}),
    ("nodes", "vpn-1", "home", {"home": ["application-subnet", "border"]}),
    ("nodes", "web-1", "stores", {"stores": ["yes"]}),
    ("relays", "tunnelling", "no-carrier", {"carrier": [""]}),
    ("listeners", "bridge-ssh", "any-service", {"services": ["all"]}),
    ("interfaces", "nat-1", "private", {"public": [""]}),
]


@pytest.mark.parametrize(("table", "row", "operator", "cells"), CELLS)
def test_an_operator_rewrites_just_its_cell(table, row, operator, cells):
    """Every other cell of the row is as it was."""
    made = [changes(one)[table] for one in of(table, row, operator)]
    ((column, texts),) = cells.items()

    assert [getattr(come[0], column) for _, come in made] == texts
    for (old,), (new,) in made:
        assert new._replace(**{column: getattr(old, column)}) == old


def test_a_removed_row_is_gone_and_nothing_comes():
    """Deleting a rule, a listener, a route or a relay takes just that."""
    for table in ("rules", "listeners", "routes", "relays"):
        for row in TABLES_OF[table]:
            (mutant,) = of(table, row.name, "remove")

            assert changes(mutant) == {table: ([row], [])}


def test_an_opposite_stands_above_or_beside():
    """One priority higher, or at the same one, with everything else alike."""
    row = next(one for one in TABLES_OF["rules"] if one.name == "nat-accepts-nothing")
    above = changes(of("rules", row.name, "oppose")[0])["rules"][1][0]
    beside = changes(of("rules", row.name, "tie")[0])["rules"][1][0]

    assert (above.priority, above.action) == (899, "allow")
    assert (beside.priority, beside.action) == (900, "allow")
    assert above[7:] == beside[7:] == row[7:]


def test_neighbours_swap_priorities():
    """What was asked first is asked second."""
    mutant = of("rules", "nat-accepts-nothing", "swap")[0]
    gone, come = changes(mutant)["rules"]

    assert {row.name: row.priority for row in come} == {
        gone[0].name: gone[1].priority,
        gone[1].name: gone[0].priority,
    }


def test_bypasses_are_tried():
    """A public address, an exit, a second interface, a new port, a way past and around."""
    assert of("interfaces", "database-1", "public")
    assert changes(of("interfaces", "database-1", "own-exit")[0])["routes"][1][0].via == (
        "database-1"
    )
    (second,) = of("interfaces", "database-1", "second")
    assert changes(second)["interfaces"][1][0].subnet == "maintenance-dmz"
    assert of("listeners", "web-http", "new-port")
    assert any(
        "vpn-1" in one.says for one in of("routes", "application-through-nat", "past")
    )
    assert {one.mistake.split(", ")[1] for one in of("relays", "vpn", "around")} == {
        "leaving from vpn-gateway",
        "leaving from bridge",
    }


@pytest.mark.parametrize(
    "text", ["tcp:0", "tcp:65535", "tcp:1-65535", "icmp:8", "icmp", "esp", "all", "sctp:7"]
)
def test_services_at_the_ends_of_their_range(text):
    """Each spelling is one that can be read and means something else."""
    meant = [read_services(new) for _, _, new in wrong_services(text)]

    assert read_services(text) not in meant
    assert len(set(meant)) == len(meant)


@pytest.mark.parametrize(
    "text", ["0.0.0.0/0", "255.255.255.255", "::/0", "2001:db8::1", "any", "internet"]
)
def test_ends_at_the_ends_of_their_range(text):
    """Every one can be read, and nothing is made of what cannot be wider or narrower."""
    scenario = orocloud.scenario()
    before = scenario.addresses(text, "source", frozenset())
    for _, _, new in wrong_ends(text, "source", set(), scenario):
        spans = [scenario.addresses(word, "source", frozenset()) for word in new.split()]

        assert all(spans)
        assert sorted(span for one in spans for span in one) != sorted(before)


ODD = {
    "nothing but subnets": {
        "routes": (),
        "relays": (),
        "listeners": (),
        "rules": (),
        "claims": (),
        "ambiguities": (),
    },
    "rules at both ends of the priorities": {
        "rules": tuple(
            row._replace(priority=0 if row.priority < 2000 else 65535)
            for row in orocloud.tables.rules
        )
    },
    "no subnet": {
        **dict.fromkeys(
            ("routes", "relays", "listeners", "rules", "claims", "ambiguities"), ()
        ),
        **dict.fromkeys(("subnets", "interfaces", "nodes", "suppressions"), ()),
    },
}


@pytest.mark.parametrize("odd", ODD)
def test_odd_tables_have_mutants_that_can_be_read(odd):
    """Nothing to mutate, nowhere to put a host, no priority above: no error."""
    tables = orocloud.tables.replaced(**ODD[odd])
    before = len(list(crosscheck(tables)))

    for mutant in mutants(Network(tables))[::2]:
        assert len(list(crosscheck(mutant.tables))) <= before


def test_tables_in_two_families_have_mutants_that_can_be_read(tmp_path):
    """IPv6 beside IPv4, in subnets, interfaces and public addresses."""
    ends = {"address": "10.10.0.11 2001:db8:10::11", "public": "2001:db8:10::11"}
    orocloud.save(tmp_path)
    set_cells(tmp_path, "interfaces", "web-1", **ends)
    ranges = "10.10.0.0/24 2001:db8:10::/64"
    set_cells(tmp_path, "subnets", "application-subnet", cidr=ranges)
    set_cells(tmp_path, "rules", "nat-accepts-nothing", source="2001:db8:1::/48")
    found = mutants(read_network(tmp_path))

    placed = [one for one in found if one.table in ("subnets", "interfaces", "routes")]
    assert not any(any(crosscheck(one.tables)) for one in placed)
    assert any(one.mistake == "source 2001:db8:1::/48 and 2001:db8::/48" for one in found)
