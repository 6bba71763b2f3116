"""The parts of the report: what is computed, and what is said where it is not."""

from datetime import date
from functools import partial

import pytest

import orosec
from orosec import orocloud
from orosec.reporting.parts import parts_of

DAY = date(2026, 1, 31)
LINT, MUTATE = getattr(orosec, "lint", None), getattr(orosec, "mutate", None)
needs_lint = pytest.mark.skipif(LINT is None, reason="linting was taken away")
needs_mutate = pytest.mark.skipif(MUTATE is None, reason="mutation was taken away")


def refuse(**_):
    raise AssertionError("nobody asked for this")


@pytest.fixture
def part_named(monkeypatch):
    """Give what makes one part, where the wings answer as they are told to."""

    def make(name, *, mutation=False, lint=None, mutate=None):
        monkeypatch.setattr(orosec, "lint", lint, raising=False)
        monkeypatch.setattr(orosec, "mutate", mutate, raising=False)
        made = parts_of(orocloud, DAY, mutation=mutation)
        return next(part for part in made if part.name == name)

    return make


def test_what_was_not_asked_for_is_said(part_named):
    """The score is not there, nothing stands for it, and nothing is computed."""
    part = part_named("mutation", mutate=refuse)

    assert part.text.endswith("not computed: the report was asked for without it.")
    assert part.tables == ()


@pytest.mark.parametrize("mutation", [True, False])
def test_a_score_whose_room_is_away_is_not_computed(part_named, mutation):
    """The part says why, whether the score was asked for or not."""
    part = part_named("mutation", mutation=mutation)

    assert part.text.endswith("not computed: the room mutation is not there.")
    assert part.tables == ()


def test_findings_whose_room_is_away_are_not_computed(part_named):
    """The part says so, keeps what it has, and names no command that is not there."""
    part = part_named("surface")

    assert part.text.endswith("not computed: the room linting is not there.")
    assert [table.caption for table in part.tables] == [
        "Every public address, and what it takes from the internet"
    ]


@needs_lint
def test_what_is_odd_is_told_where_it_can_be(part_named):
    """With the room there, the part has its table and excuses nothing."""
    part = part_named("surface", lint=LINT)

    assert "not computed" not in part.text
    assert part.tables[-1].command == "orosec lint"


@needs_lint
@needs_mutate
def test_a_room_that_is_there_is_asked_without_being_handed_in():
    """Nobody has to tell the report which wings there are."""
    parts = {part.name: part for part in parts_of(orocloud, DAY, mutation=False)}

    assert parts["surface"].tables[-1].command == "orosec lint"
    assert "is not there" not in parts["surface"].text + parts["mutation"].text


@needs_mutate
def test_the_mutation_score_is_in_the_report(part_named):
    """As it is computed: here of some mutants under one variant, to be quick."""
    some = {"progress": lambda every: every[::12]}
    mutate = partial(MUTATE, cdn="google", reading="literal")
    asked = []

    def few(**options):
        asked.append(options)
        return mutate(**{**options, **some})

    part = part_named("mutation", mutation=True, mutate=few)
    cells = [cell for table in part.tables for row in table.sheet.rows for cell in row]

    assert len(asked) == 1
    assert any("%" in cell for cell in cells)
