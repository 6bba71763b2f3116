"""The page on packet sets: its picture and its examples are what the code gives."""

import doctest

from drawing import PICTURE, draw, example, levels

from orosec.engine.notation import range_intervals
from orosec.engine.packet_set import PacketSet

PAGE = PICTURE.with_suffix(".md")


def test_the_picture_is_the_one_that_the_code_draws():
    """Written anew by ``python tests/helpers/drawing.py``, it would be the same."""
    assert PICTURE.read_text(encoding="utf-8") == draw(example())


def test_the_picture_shows_what_the_page_says():
    """Four ends in, three groups of rights: two sources share a node, equal and one."""
    root, rights, protocols, details = levels(example())

    assert [len(level) for level in (root, rights, protocols, details)] == [1, 3, 3, 4]
    assert draw(example() - PacketSet.box(range_intervals("10.10.0.2"))) != draw(example())


def test_the_examples_of_the_page_run():
    """Each prompt on the page gives what stands below it."""
    failed, tried = doctest.testfile(str(PAGE), module_relative=False)

    assert tried > 5
    assert failed == 0
