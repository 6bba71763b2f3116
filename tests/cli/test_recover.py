"""``orosec recover``."""

import json
import shutil
from hashlib import sha256

from folders import read_table, set_cells

from orosec import orocloud, read_network
from orosec.cli.main import main
from orosec.model.files import UNFINISHED


def cut_off(folder):
    """Leave what a save leaves that is cut off before its first move."""
    new = orocloud.with_node_changed("web-1", rationale="Other.").save(
        folder.parent / "new"
    )
    orocloud.save(folder)
    (folder / UNFINISHED).mkdir()
    shutil.copy(new / "nodes.csv", folder / UNFINISHED)
    digests = [
        sha256((each / "nodes.csv").read_bytes()).hexdigest() for each in (folder, new)
    ]
    (folder / UNFINISHED / "journal.json").write_text(json.dumps({"nodes.csv": digests}))
    return read_network(new)


def test_a_save_that_was_cut_off_is_finished(tmp_path, capsys):
    """The error of each command names this one, and it does what is said."""
    folder = tmp_path / "proposal"
    new = cut_off(folder)

    assert main(["check", "--tables", str(folder)]) == 2
    assert f"orosec recover {folder}" in capsys.readouterr().err
    assert main(["recover", str(folder)]) == 0
    assert "is finished" in capsys.readouterr().out
    assert read_network(folder) == new
    assert main(["recover", str(folder)]) == 0
    assert "no save was cut off" in capsys.readouterr().out


def test_where_a_file_was_edited_since_nothing_is_done(tmp_path, capsys):
    """Status 2, with the name of the file."""
    folder = tmp_path / "proposal"
    cut_off(folder)
    set_cells(folder, "nodes", "web-1", rationale="Mine.")

    assert main(["recover", str(folder)]) == 2
    assert "nodes.csv" in capsys.readouterr().err
    assert read_table(folder, "nodes")[1][0]["rationale"] == "Mine."


def test_no_folder_is_one_error(tmp_path, capsys):
    """As for every command."""
    assert main(["recover", str(tmp_path / "x")]) == 2
    assert "is no folder" in capsys.readouterr().err
