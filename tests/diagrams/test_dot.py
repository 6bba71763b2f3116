"""DOT: the same in every process, and no name is taken for markup."""

import os
import subprocess
import sys

import pytest
from effort import some

from orosec import draw
from orosec.diagrams.arrows import Arrow
from orosec.diagrams.boxes import Box
from orosec.diagrams.dot import dot_text
from orosec.diagrams.render import render
from orosec.engine.packet_set import NOTHING

DOT = "import orosec; print(orosec.draw().dot)"


@pytest.mark.parametrize("seed", some(["0", "1", "4711"], 1))
def test_dot_is_the_same_in_every_process(seed):
    """The order of sets and hashes shows nowhere."""
    run = subprocess.run(
        [sys.executable, "-c", DOT],
        env={**os.environ, "PYTHONHASHSEED": seed},
        capture_output=True,
        text=True,
        check=True,
    )

    assert run.stdout == draw().dot + "\n"


@pytest.mark.parametrize("name", ["<b>x</b>", 'a"b', "a\\N", "a\\", "&lt;", "a\nb", "]]>"])
def test_a_name_is_no_markup(name):
    """Whatever a name holds, the picture is drawn and shows no tag of it."""
    boxes = [Box(one, (one,), (one,), one, "vpn", "") for one in (name, "other")]
    arrows = [
        Arrow(name, "other", "opened", "", NOTHING, (name,), broken, (name,))
        for broken in ((), (name,))
    ]
    svg = render(
        dot_text((name, name), boxes, arrows, [name], {name: name}), "svg"
    ).decode()

    assert "<b>" not in svg
    assert svg.count("<g id=") > 3
