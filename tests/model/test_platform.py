"""Implied rules belong to the platform: every network has them, a row or not."""

import pytest
from clouds import SHAPES, law
from hypothesis import given
from hypothesis import strategies as st

from orosec import check, decide, orocloud
from orosec.engine.decision_diagram import V6
from orosec.engine.policy import shares
from orosec.errors import TableError
from orosec.model.platform import implied, kept_addresses
from orosec.model.schema import variants
from orosec.queries.packet_diff import changes


def without_implied(network):
    """Take every rule away that says what the platform does anyway."""
    said = {row[3:-3] for row in implied(_networks(network), ())}
    rows = tuple(row for row in network.tables.rules if row[3:-3] not in said)
    return network.with_tables(rules=rows)


def written_out(network):
    """Write the implied rules of every network, under names of one's own."""
    bare = without_implied(network)
    more = [
        row._replace(name=f"own-{number}")
        for number, row in enumerate(implied(_networks(network), ()))
    ]
    return bare.with_tables(rules=(*more, *bare.tables.rules))


def _networks(network):
    found = [name for each in network.scenarios() for name in each.networks]
    return dict.fromkeys(found)


@law()
def test_leaving_implied_rows_out_or_writing_them_changes_no_answer(network):
    """Packets, ways and promises are the same; nothing is told as a difference."""
    for other in (without_implied(network), written_out(network)):
        for variant in variants():
            one, two = network.scenario(*variant), other.scenario(*variant)
            assert one.permitted == two.permitted
            assert changes(one, two) == ()
        judged = [
            (v.claim.claim, v.cdn, v.reading, v.verdict) for v in check(network=network)
        ]
        assert judged == [
            (v.claim.claim, v.cdn, v.reading, v.verdict) for v in check(network=other)
        ]


@law()
def test_every_packet_that_is_asked_about_has_a_deciding_rule(network):
    """The shares of the rules of a place are all that it is asked about."""
    for scenario in network.scenarios():
        for place, rules in scenario.policies.items():
            left = scenario.scope(place)
            for _, share in shares(rules, left):
                left = left - share
            assert left.empty


def test_a_new_network_is_shut():
    """A1: databases in a network of their own, without any rule."""
    moved = SHAPES["a further network"](orocloud)
    answer = decide("internet", "database", "tcp:5432", network=moved)

    assert answer.verdict == "denied"
    assert [step.row.name for step in answer.steps] == ["implied ingress of data-network"]
    assert answer.steps[0].row.basis == "platform"


def test_two_strangers_are_outside_the_model():
    """A5: neither end is ours, so nobody can say."""
    answer = decide("8.8.8.8", "169.254.169.254", "tcp:80")

    assert (answer.verdict, answer.passes) == ("unknown", None)
    assert decide("internet", "any", "tcp:22").verdict == "partly"


KEPT = ("10.10.0.0", "10.10.0.1", "10.10.0.254", "10.10.0.255", "10.10.0.0/29")


@pytest.mark.parametrize("address", [*KEPT, *(f"2001:db8::1 {one}" for one in KEPT)])
def test_no_interface_has_an_address_that_google_keeps(address):
    """B9: the first two and the last two of an IPv4 subnet, by itself or in a range."""
    both = "10.10.0.0/24 2001:db8::/64"
    dual = orocloud.with_subnet_changed("application-subnet", cidr=both)

    with pytest.raises(TableError, match="that Google keeps in application-subnet"):
        dual.with_interface_changed("web-1", address=address)


@given(st.integers(0, 2**32 - 1), st.integers(2, 20))
def test_four_addresses_of_a_range_are_kept(number, bits):
    """Counted one by one; of IPv6, where Google keeps others, none is."""
    first = number >> bits << bits
    last = first + 2**bits - 1
    kept = kept_addresses(((first, last), (V6 + first, V6 + last)))

    ends = {first, first + 1, last - 1, last}
    assert {one for a, z in kept for one in range(a, z + 1)} == ends
