"""Saving a network: the same bytes each time, and over nothing that is not named."""

import os

import pytest
from saved import OTHER, PROPOSAL, by_hand, content

from orosec import orocloud, read_network
from orosec.errors import NotationError, OutputError
from orosec.model.network import NOTE
from orosec.model.tables import DOCUMENTED

WHY = "The database administrators ask for it.\nUntil the end of the year."


def test_a_saved_proposal_reads_back_equal(tmp_path):
    """The note is beside the value, not in it."""
    PROPOSAL.save(tmp_path / "proposal", why=WHY)

    assert read_network(tmp_path / "proposal") == PROPOSAL
    assert (tmp_path / "proposal" / "why.txt").read_text() == f"{WHY}\n"


def test_a_proposal_is_a_small_difference_of_files(tmp_path):
    """One row more; every other byte is the documented one."""
    PROPOSAL.save(tmp_path)
    saved = content(tmp_path)
    differing = [n for n in saved if saved[n] != (DOCUMENTED / n).read_bytes()]
    old = (DOCUMENTED / "rules.csv").read_bytes()

    assert differing == ["rules.csv"]
    assert (tmp_path / "rules.csv").read_bytes().startswith(old)


def test_saving_twice_gives_the_same_bytes(tmp_path):
    """In one folder and in two."""
    for name in ("one", "two", "two"):
        PROPOSAL.save(tmp_path / name, why=f"  {WHY}  \r\n")

    assert content(tmp_path / "one") == content(tmp_path / "two")


def test_an_edit_is_saved_over_what_it_came_from(tmp_path):
    """Read, edit, save, edit, save; a note stays, and so does what is no table."""
    PROPOSAL.save(tmp_path, why="First.")
    (tmp_path / "README.md").write_text("mine")
    edited = read_network(tmp_path).without_rule("dba")
    edited.save(tmp_path)
    edited.with_node_changed("web-1", rationale="Other.").save(tmp_path)

    assert (tmp_path / NOTE).read_text() == "First.\n"
    assert (tmp_path / "README.md").read_text() == "mine"
    assert read_network(tmp_path) == OTHER.without_rule("dba")


@pytest.mark.parametrize(
    "fill",
    [
        pytest.param(OTHER.save, id="somebody else's proposal"),
        pytest.param(lambda folder: (PROPOSAL.save(folder), by_hand(folder)), id="by hand"),
        pytest.param(lambda folder: (folder / "mine.txt").touch(), id="other things"),
        pytest.param(lambda folder: (folder / "rules.csv").touch(), id="no table"),
        pytest.param(lambda folder: (folder / "rules.csv").mkdir(), id="a folder"),
    ],
)
def test_what_it_did_not_come_from_is_not_written_over(tmp_path, fill):
    """Nothing is lost unless it is named: the folder, or the network that stands there."""
    fill(tmp_path)
    old = sorted(path.name for path in tmp_path.iterdir())
    with pytest.raises(OutputError, match="nothing is written"):
        PROPOSAL.save(tmp_path)

    assert sorted(path.name for path in tmp_path.iterdir()) == old


def test_the_documented_tables_are_not_written_over(tmp_path, monkeypatch):
    """Though every proposal came from them; by their name they are."""
    orocloud.save(tmp_path)
    monkeypatch.setattr("orosec.saving.save.DOCUMENTED", tmp_path)
    with pytest.raises(OutputError, match="holds the documented tables"):
        PROPOSAL.save(tmp_path)
    PROPOSAL.save(tmp_path, over=tmp_path)

    assert read_network(tmp_path) == PROPOSAL


def test_what_is_named_may_be_written_over(tmp_path):
    """By its value, which must be what stands there, or by the name of the folder."""
    OTHER.save(tmp_path, why="Of the other.")
    with pytest.raises(OutputError, match=r"nodes\.csv"):
        PROPOSAL.save(tmp_path, over=orocloud)
    with pytest.raises(OutputError, match="not the folder"):
        PROPOSAL.save(tmp_path, over=tmp_path.parent)
    PROPOSAL.save(tmp_path, over=OTHER)
    orocloud.save(tmp_path, over=str(tmp_path))

    assert read_network(tmp_path) == orocloud
    assert (tmp_path / NOTE).read_text() == ""


@pytest.mark.parametrize("why", [5, "   ", "a\x00b", "\x1b[31m"])
def test_a_note_that_is_no_text_is_refused_before_anything_is_written(tmp_path, why):
    """Nothing is made."""
    with pytest.raises(NotationError):
        PROPOSAL.save(tmp_path / "new", why=why)

    assert not (tmp_path / "new").exists()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written_is_one_error(tmp_path):
    """With its name and the reason."""
    tmp_path.chmod(0o500)
    with pytest.raises(OutputError, match="what was there still is"):
        PROPOSAL.save(tmp_path / "new")


def test_a_file_in_the_place_of_a_folder_is_one_error(tmp_path):
    """And it stays."""
    (tmp_path / "file").write_text("mine")
    with pytest.raises(OutputError, match="cannot write"):
        PROPOSAL.save(tmp_path / "file")

    assert (tmp_path / "file").read_text() == "mine"
