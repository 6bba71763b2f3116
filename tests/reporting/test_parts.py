"""The parts of the report: what is computed, and what is said where it is not."""

from datetime import date

import pytest

from orosec import orocloud
from orosec.reporting import parts
from orosec.reporting.parts import parts_of

DAY = date(2026, 1, 31)


def part_named(name, *, mutation=False):
    made = parts_of(orocloud, DAY, mutation=mutation)
    return next(part for part in made if part.name == name)


def test_what_was_not_asked_for_is_said():
    """The score is not there, and nothing stands for it."""
    pytest.importorskip("orosec.mutation")
    part = part_named("mutation")

    assert part.text.endswith("not computed: the report was asked for without it.")
    assert part.tables == ()


@pytest.fixture
def no_wings(monkeypatch):
    """Take away every room that the report can be without."""
    monkeypatch.setattr(parts, "find_spec", lambda _: None)


@pytest.mark.usefixtures("no_wings")
@pytest.mark.parametrize("mutation", [True, False])
def test_a_score_whose_room_is_away_is_not_computed(mutation):
    """The part says why, whether the score was asked for or not."""
    part = part_named("mutation", mutation=mutation)

    assert part.text.endswith("not computed: the room mutation is not there.")
    assert part.tables == ()


@pytest.mark.usefixtures("no_wings")
def test_findings_whose_room_is_away_are_not_computed():
    """The part says so, keeps what it has, and names no command that is not there."""
    part = part_named("surface")

    assert part.text.endswith("not computed: the room linting is not there.")
    assert [table.caption for table in part.tables] == [
        "Every public address, and what it takes from the internet"
    ]


def test_what_is_odd_is_told_where_it_can_be():
    """With the room there, the part has its table and excuses nothing."""
    pytest.importorskip("orosec.linting")
    part = part_named("surface")

    assert "not computed" not in part.text
    assert part.tables[-1].command == "orosec lint"


def test_the_mutation_score_is_in_the_report(monkeypatch):
    """As it is computed: here of some mutants under one variant, to be quick."""
    scored = pytest.importorskip("orosec.mutation.score")
    mutate = scored.mutate
    asked = []

    def few(**options):
        asked.append(options)
        some = {"progress": lambda every: every[::12]}
        return mutate(cdn="google", reading="literal", **{**options, **some})

    monkeypatch.setattr(scored, "mutate", few)
    part = part_named("mutation", mutation=True)

    assert len(asked) == 1
    assert any("%" in cell for table in part.tables for row in table.rows for cell in row)
