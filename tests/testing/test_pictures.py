"""DOT, SVG and PNG of an output belong together."""

import platform
import re
import sys
from copy import deepcopy

import pytest
from books import code_cells, documented_book
from effort import examples
from hypothesis import given
from hypothesis import strategies as st

from orosec import draw
from orosec.testing import pictures
from orosec.testing.pictures import DRAWN, compare, digest

SVG, PNG = "image/svg+xml", "image/png"
PINNED = sys.platform == "linux" and platform.machine() == "x86_64"
"""Where the committed pictures are made."""


def committed():
    """The outputs of a cell that draws, as they are committed."""
    (outputs,) = (
        cell["outputs"]
        for cell in code_cells(documented_book("05-connecting-by-vpn"))
        if "".join(cell["source"]) == 'draw("maintenance")'
    )
    data = {form: "".join(lines) for form, lines in outputs[0]["data"].items()}
    return [{**outputs[0], "data": data}]


BOOK = committed()
"""Its one output."""


def drawn():
    """What the cell gives now."""
    return [{"data": draw("maintenance")._repr_mimebundle_()}]


def forged(form, old, new):
    """The committed outputs with another text in a picture."""
    outputs = deepcopy(BOOK)
    text = outputs[0]["data"][form]
    assert old in text
    outputs[0]["data"][form] = text.replace(old, new, 1)
    return outputs


@pytest.fixture(params=[True, False], ids=["alike", "otherwise"])
def alike(request, monkeypatch):
    """Whether this machine draws as the committed pictures are drawn."""
    monkeypatch.setattr(pictures, "draws_alike", lambda: request.param)
    return request.param


@pytest.mark.skipif(not PINNED, reason="another machine may draw otherwise")
def test_the_pinned_machine_draws_as_the_committed_pictures_are_drawn():
    """The yardstick is to be measured anew with each new version of the renderer."""
    assert digest() == DRAWN


@pytest.mark.usefixtures("alike")
def test_the_committed_pictures_are_what_is_drawn():
    """Nothing is told, and nothing is left unjudged where it is the same."""
    done = compare(BOOK, drawn() if PINNED else BOOK)

    assert done == ((), 0)


@examples(2.0)
@given(st.data())
def test_a_changed_picture_is_told(data):
    """Whichever sign of it was changed, where this machine draws as the pinned one."""
    form = data.draw(st.sampled_from([SVG, PNG]))
    outputs, text = deepcopy(BOOK), BOOK[0]["data"][form].strip()
    place = data.draw(st.integers(0, len(text) - 1).filter(lambda at: text[at].isalnum()))
    sign = data.draw(st.sampled_from("abcXYZ019").filter(lambda new: new != text[place]))
    outputs[0]["data"][form] = text[:place] + sign + text[place + 1 :]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pictures, "draws_alike", lambda: True)
        found = compare(outputs, BOOK)

    assert found == ((f"the {form} is not what its DOT text draws",), 0)


@pytest.mark.usefixtures("alike")
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("udp:31194", "udp:31195"),
        ('class="edge"', 'class="node"'),
        ("</svg>", "<text>All is well.</text></svg>"),
        ("</svg>", ""),
        ('fill="', 'fill="red" was="'),
    ],
)
def test_what_an_svg_shows_is_compared_on_any_machine(old, new):
    """Words, boxes, arrows and colours."""
    found = compare(forged(SVG, old, new), BOOK)

    assert found == ((f"the {SVG} is not what its DOT text draws",), 0)


def test_how_lines_run_is_compared_where_it_can_be(alike):
    """Elsewhere it is counted as not judged, and so is a PNG."""
    points = re.search(r' points="[^"]+"', BOOK[0]["data"][SVG])[0]
    moved = forged(SVG, points, ' points="0,0 1,1"')
    moved[0]["data"][PNG] = forged(PNG, "i", "j")[0]["data"][PNG]
    found = compare(moved, BOOK)

    assert found.unjudged == (0 if alike else 2)
    assert len(found.differences) == (2 if alike else 0)


@pytest.mark.parametrize("form", [SVG, PNG])
def test_a_picture_that_is_missing_or_too_many_is_told(form):
    """Beside the others, or with its whole output."""
    less = deepcopy(BOOK)
    del less[0]["data"][form]

    assert compare(less, BOOK) == ((f"the {form} is missing",), 0)
    assert compare(BOOK, less) == ((f"nothing draws the {form}",), 0)
    assert len(compare([], BOOK).differences) == 2
