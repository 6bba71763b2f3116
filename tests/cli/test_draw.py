"""``orosec draw``; and ``sentences``, which is as short."""

import json

import pytest

from orosec.cli.main import main


def run(capsys, *arguments):
    status = main(arguments)
    return status, capsys.readouterr()


def test_draw_keeps_the_old_file_where_it_cannot_write(capsys, tmp_path):
    """A form that does not exist changes nothing."""
    old = tmp_path / "picture.gif"
    old.write_text("old", encoding="utf-8")
    status, _ = run(capsys, "draw", "-o", str(old))

    assert status == 2
    assert old.read_text(encoding="utf-8") == "old"


@pytest.mark.parametrize("form", ["svg", "png", "dot"])
def test_draw_writes_a_picture(capsys, tmp_path, form):
    """Each form has its own beginning."""
    path = tmp_path / f"picture.{form}"
    status, _ = run(capsys, "draw", "segmentation", "-o", str(path))

    assert status == 0
    assert path.read_bytes().startswith(
        {"svg": b"<?xml", "png": b"\x89PNG", "dot": b"digraph"}[form]
    )


def test_draw_draws_for_a_dark_page(capsys):
    """Then no light ground is left, and the words are the same."""
    (status, light), (_, dark) = (
        run(capsys, "draw", "egress", "--json", *more) for more in ((), ("--dark",))
    )
    light, dark = json.loads(light.out), json.loads(dark.out)

    assert status == 0
    assert light["words"] == dark["words"]
    assert "#ffffff" in light["dot"]
    assert "#ffffff" not in dark["dot"]


def test_sentences_lists_all(capsys):
    """46 of them."""
    status, out = run(capsys, "sentences", "--json")

    assert status == 0
    assert len(json.loads(out.out)["sentences"]) == 46
