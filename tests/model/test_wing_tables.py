"""Tables that wings declare: in the same folder, and documented where a file is missing."""

import csv
import shutil

import pytest
from folders import written
from partial import without

from orosec import orocloud, read_network
from orosec.errors import TableError
from orosec.model.network import PROPOSAL, documented
from orosec.model.schema import CDNS, TABLES
from orosec.model.tables import DOCUMENTED

OF_WINGS = [name for name, table in TABLES.items() if table.wing]
WINGS = pytest.mark.skipif("fingerprints" not in OF_WINGS, reason="the wings are not there")


@pytest.fixture
def folder(tmp_path):
    return shutil.copytree(DOCUMENTED, tmp_path / "tables")


def test_those_of_wings_come_last():
    """In the order of their names, whichever room was loaded first."""
    assert [*TABLES][len(TABLES) - len(OF_WINGS) :] == sorted(OF_WINGS)


@pytest.mark.parametrize("name", OF_WINGS)
def test_a_missing_table_of_a_wing_is_the_documented_one(folder, name):
    """An architect's folder holds what an architect edits."""
    (folder / f"{name}.csv").unlink()

    assert read_network(folder) == orocloud


@WINGS
@pytest.mark.parametrize("gone", ["google", "cloudflare", "vpn", "application"])
def test_documented_rows_stand_as_far_as_they_speak_of_what_is_there(tmp_path, gone):
    """Who leaves a CDN or a role out need not say what follows from it."""
    cdn = {"cdn": gone} if gone in CDNS else {}
    partial = without(orocloud, *(() if cdn else (gone,)), **cdn)
    written(partial, tmp_path)
    for name in OF_WINGS:
        (tmp_path / f"{name}.csv").unlink()
    tables = read_network(tmp_path).tables

    claims = {row.claim for row in tables.claims}
    assert tables.fingerprints == partial.tables.fingerprints
    assert tables.requirements == tuple(
        row for row in orocloud.tables.requirements if {*row.claims.split()} <= claims
    )
    assert tables.suppressions == orocloud.tables.suppressions


@WINGS
def test_a_sentence_of_the_page_needs_its_fingerprint():
    """One of one's own stands on no page."""
    bare = orocloud.tables.fingerprints[1:]
    with pytest.raises(TableError, match="cannot be recognised"):
        orocloud.with_tables(fingerprints=bare)
    own = orocloud.with_sentence("OWN1", gist="x", kind="informative", section="google")
    assert own.tables.sentences[:-1] == orocloud.tables.sentences


@pytest.mark.parametrize("name", [name for name in TABLES if name not in OF_WINGS])
def test_a_missing_table_of_the_core_is_a_fault(folder, name):
    """The hint names what a folder must hold, and no table of a wing."""
    (folder / f"{name}.csv").unlink()
    with pytest.raises(TableError) as caught:
        read_network(folder)
    (fault,) = caught.value.faults

    assert fault.file == f"{name}.csv"
    assert f"{name}.csv" in fault.hint
    assert not any(f"{wing}.csv" in fault.hint for wing in OF_WINGS)


@pytest.mark.parametrize("name", [name for name in OF_WINGS if name != "fingerprints"])
def test_a_table_of_a_wing_that_appears_is_read(folder, monkeypatch, name):
    """No stale answer: the folder is read again once the file is there."""
    monkeypatch.setenv(PROPOSAL, str(folder))
    path = folder / f"{name}.csv"
    path.unlink()
    assert documented() == orocloud
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, lineterminator="\n").writerow(TABLES[name].columns)

    assert getattr(documented().tables, name) == ()


@pytest.mark.parametrize("name", OF_WINGS)
def test_a_file_that_is_misspelt_is_not_passed_over(folder, name):
    """Or what is written there would never count, and nobody would be told."""
    (folder / f"{name}.csv").rename(folder / f"{name[:3]}{name[4:]}.csv")
    with pytest.raises(TableError, match=f"did you mean '{name}'"):
        read_network(folder)
