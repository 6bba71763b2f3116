"""The tables of the page: what they hold, and in which order they are told."""

from orosec import orocloud
from orosec.model.page_rows import PageRow
from orosec.model.schema import TABLES


def test_the_page_comes_after_the_cloud():
    """Tables are written, and faults are told, in this order."""
    names = [*TABLES]

    assert names.index("relays") < names.index("sections") < names.index("sentences")
    assert names.index("sentences") < names.index("claims") < names.index("ambiguities")


def test_a_release_of_the_page_has_its_address_and_its_days():
    """From a table, never from the clock; a folder without it means the documented one."""
    (row,) = orocloud.tables.page

    assert isinstance(row, PageRow)
    assert row.url.startswith("https://")
    assert row.read_on <= row.compared_on
    assert TABLES["page"].wing
