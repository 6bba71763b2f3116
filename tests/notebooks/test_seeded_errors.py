"""Wrong facts, seeded into copies of the notebooks one at a time: each turns red."""

from collections import Counter
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

import pytest
from effort import later, some
from seeds import slips, wrong

from orosec import orocloud
from orosec.prose.judge import Prose
from orosec.prose.markdown import CodeSpan, code_spans, markdown_texts

NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))
PROSE = Prose(orocloud)
KINDS = (
    "wrong port",
    "swapped names",
    "flipped arrow",
    "wrong CIDR",
    "renamed",
    "wrong count",
)


class Seed(NamedTuple):
    """A wrong text in place of a right one."""

    kind: str
    notebook: str
    span: CodeSpan
    text: str


@lru_cache
def texts(notebook):
    return markdown_texts(notebook)


@cache
def is_true(span):
    return PROSE.judge(span).true


@cache
def is_wrong(text, headings):
    return wrong(text, headings)


def facts(cells):
    return [span for span in code_spans(cells) if not span.exempt]


@lru_cache
def seeds(notebook):
    return [
        Seed(kind, notebook.stem, span, text)
        for span in facts(texts(notebook))
        for text, kind in {text: kind for kind, text in slips(span.text)}.items()
        if text != span.text and is_wrong(text, span.headings)
    ]


def red(notebook, seed=None):
    """What is red in a copy of the notebook with the seed in it."""
    cells = list(texts(notebook))
    if seed is not None:
        place = seed.span.part - 1
        old, new = f"`{seed.span.text}`", f"`{seed.text}`"
        assert old in cells[place]
        cells[place] = cells[place].replace(old, new, 1)
    return [span.text for span in facts(cells) if not is_true(span)]


@later
def test_there_are_more_than_a_hundred_seeds():
    """Of every kind at least ten."""
    kinds = Counter(seed.kind for found in map(seeds, NOTEBOOKS) for seed in found)

    assert kinds.total() >= 100
    assert {kind for kind in KINDS if kinds[kind] >= 10} == set(KINDS)


@pytest.mark.parametrize("notebook", some(NOTEBOOKS, 2), ids=lambda path: path.stem)
def test_every_seed_turns_red(notebook):
    """And nothing else turns red with it."""
    caught = {seed: red(notebook, seed) for seed in seeds(notebook)}

    assert {seed for seed, found in caught.items() if found != [seed.text]} == set()


@pytest.mark.parametrize("notebook", some(NOTEBOOKS, 2), ids=lambda path: path.stem)
def test_without_a_seed_nothing_is_red(notebook):
    """No false alarm; and what finds the seeds finds nothing wrong, either."""
    right = [span for span in facts(texts(notebook)) if is_wrong(span.text, span.headings)]

    assert red(notebook) == []
    assert right == []
