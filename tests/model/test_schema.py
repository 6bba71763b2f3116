"""Which CDNs and readings there are, and under which of them a row counts."""

import pytest

from orosec import orocloud
from orosec.errors import UnknownNameError
from orosec.model.network import given
from orosec.model.schema import CDNS, READINGS, TABLES, variants, variants_of

ROWS = [
    row
    for name, table in TABLES.items()
    if "cdn" in table.columns
    for row in getattr(orocloud.tables, name)
]


def test_variants_are_each_cdn_with_each_reading():
    """All of them, or those of one CDN or one reading, in the order of the tables."""
    assert variants() == tuple((cdn, reading) for cdn in CDNS for reading in READINGS)
    for cdn in CDNS:
        assert variants(cdn) == tuple(each for each in variants() if each[0] == cdn)
    for reading in READINGS:
        assert variants(None, reading) == tuple(
            each for each in variants() if each[1] == reading
        )


@pytest.mark.parametrize("asked", [("aws", None), ("", None), (None, "loose"), (None, "")])
def test_an_unknown_variant_is_an_error(asked):
    """An empty name is none, and not all of them."""
    with pytest.raises(UnknownNameError):
        variants(*asked)
    with pytest.raises(UnknownNameError):
        orocloud.scenarios(*asked)


def test_scenarios_are_those_of_the_variants():
    """Each is the one that its own name gives."""
    found = orocloud.scenarios()

    assert [(each.cdn, each.reading) for each in found] == list(variants())
    assert all(each is orocloud.scenario(each.cdn, each.reading) for each in found)


def test_a_row_counts_in_the_scenarios_that_say_so():
    """What a row says of itself, what a scenario says of it, and where it stands agree."""
    assert {variants_of(row) for row in ROWS} > {variants(), variants("google")}
    for row in ROWS:
        counting = [each for each in orocloud.scenarios() if each.applies_to(row)]

        assert variants_of(row) == tuple((each.cdn, each.reading) for each in counting)


def test_without_a_network_the_documented_one_is_meant():
    """One that is given stays itself."""
    proposal = orocloud.without_rule("nat-accepts-nothing")

    assert given(None) == orocloud
    assert given(proposal) is proposal
