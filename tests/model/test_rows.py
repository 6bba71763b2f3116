"""Rows: made, named and found by field; which of them count in a scenario."""

import pytest

from orosec import orocloud
from orosec.errors import UnknownNameError
from orosec.model.network import documented
from orosec.model.rows import RuleRow, applies, applying, row_name, row_number, row_with


def test_a_row_has_the_cells_that_are_named():
    """All others are empty, whatever columns the table has."""
    row = row_with(RuleRow, name="dba", priority=900)

    assert row_name(row) == "dba"
    assert row.priority == 900
    assert {*row._asdict().values()} == {"dba", 900, ""}


def test_a_row_is_found_by_its_name():
    """The number counts from 0; an unknown name gets a hint."""
    tables = documented().tables
    for number, row in enumerate(tables.claims):
        assert row_number(tables, "claims", row.claim) == number
    with pytest.raises(UnknownNameError, match="load-balancer-to-web"):
        row_number(tables, "rules", "load-balancer-to-wep")


@pytest.mark.parametrize(
    ("cdn", "reading", "counts"),
    [
        ("both", "both", True),
        ("google", "both", True),
        ("google", "operational", True),
        ("google", "literal", False),
        ("cloudflare", "both", False),
    ],
)
def test_a_row_counts_where_its_cdn_and_its_reading_do(cdn, reading, counts):
    """Both is all of them."""
    row = row_with(RuleRow, cdn=cdn, reading=reading)

    assert applies(row, "google", "operational") == counts


def test_the_rows_of_a_table_that_count_come_in_its_order():
    """Those of the other CDN are left out."""
    found = [*applying(orocloud.tables, "rules", "google", "operational")]
    rules = [row for row in orocloud.tables.rules if row in found]

    assert found == rules
    assert {row.cdn for row in found} == {"both", "google"}
    assert len(found) < len(orocloud.tables.rules)
