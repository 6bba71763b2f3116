"""Exceptions: a broken promise that somebody answers for, until a day."""

from datetime import UTC, date, datetime, timedelta

import pytest

from orosec import check, orocloud, scoreboard
from orosec.errors import BrokenPromise, TableError

DAY = date(2026, 8, 1)
DENIED = orocloud.with_rule_changed("bridge-to-application", action="deny")
CLAIM = "TF2-open"
OWNED = {"rationale": "Rebuilt in autumn.", "owner": "Ops", "until": "2026-08-01"}


def accepted(network=DENIED, claim=CLAIM, **more):
    return network.with_exception(claim, **{**OWNED, **more})


def states(network, *names, day=DAY):
    judged = check(*names, network=network, today=day)
    return [(one.row.claim, one.state) for one in judged.exceptions]


def test_there_are_no_documented_exceptions():
    """The page makes none."""
    assert orocloud.tables.exceptions == ()


def test_a_broken_promise_with_an_exception_is_accepted_until_its_last_day():
    """On the last day it still is; the verdict stays what it is."""
    judged = check(CLAIM, network=accepted(), today=DAY)

    assert {one.verdict for one in judged} == {"broken"}
    assert judged.unexpected == judged.stale == ()
    assert judged.as_expected
    assert judged.frame["verdict"].tolist() == [
        "✘ broken, accepted until 2026-08-01 by Ops: Rebuilt in autumn."
    ]


def test_an_exception_expires_the_day_after():
    """Then the promise is broken again, and the exception is named."""
    judged = check(CLAIM, network=accepted(), today=date(2026, 8, 2))

    assert [one.state for one in judged.stale] == ["expired"]
    assert {one.claim.claim for one in judged.unexpected} == {CLAIM}
    with pytest.raises(BrokenPromise, match="expired on 2026-08-01"):
        assert judged.as_expected


@pytest.mark.parametrize(
    ("until", "state"),
    [("2027-08-02", "valid"), ("2027-08-03", "too long"), ("9999-12-31", "too long")],
)
def test_an_exception_has_an_end_within_a_year(until, state):
    """One that lasts longer accepts nothing, and is named."""
    judged = check(CLAIM, network=accepted(until=until), today=DAY)

    assert states(accepted(until=until)) == [(CLAIM, state)]
    assert bool(judged.failure) == (state == "too long")
    assert ("for a year at most" in judged.failure) == (state == "too long")


def test_an_exception_for_a_kept_promise_is_not_needed():
    """Whether it has expired or not."""
    network = accepted(orocloud, until="2020-01-01")

    assert states(network) == [(CLAIM, "not needed")]
    with pytest.raises(BrokenPromise, match="take it away"):
        assert check(CLAIM, network=network, today=DAY).as_expected


def test_an_exception_is_needed_where_one_variant_needs_it():
    """Asking for one CDN does not make it stale for the other."""
    google = DENIED.with_rule_changed("bridge-to-application", cdn="google", action="deny")
    network = accepted(google.with_rule(**cells("cloudflare")))

    assert check(CLAIM, network=network, cdn="cloudflare", today=DAY).as_expected
    assert states(network) == [(CLAIM, "valid")]


def cells(cdn):
    row = orocloud.tables.rules[2]
    return row._asdict() | {"name": "other", "cdn": cdn}


def test_an_exception_for_a_contradiction_of_the_page_is_accepted():
    """A claim that is recorded as broken can have somebody who answers for it."""
    network = accepted(orocloud, claim="TF1-served")

    assert states(network) == [("TF1-served", "valid")]
    assert check(network=network, today=DAY).as_expected


def test_an_exception_for_no_claim_is_named_with_a_hint():
    """And only where all claims are looked at."""
    network = accepted(claim="TF2-opne")

    assert states(network) == [("TF2-opne", "unknown claim")]
    assert states(network, "TF2-open") == []
    assert any("'TF2-open'" in one.says for one in check(network=network, today=DAY).stale)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("until", "2026-02-30"),
        ("until", "20260801"),
        ("until", "tomorrow"),
        ("owner", ""),
        ("rationale", ""),
        ("claim", "nothing"),
        ("basis", "guess"),
    ],
)
def test_a_bad_cell_of_an_exception_is_refused(column, value):
    """As of any table."""
    with pytest.raises(TableError) as caught:
        accepted(**{**OWNED, "claim": CLAIM, column: value})

    assert [(one.file, one.column) for one in caught.value.faults] == [
        ("exceptions.csv", column)
    ]


def test_one_claim_has_one_exception():
    """Two would have two owners."""
    with pytest.raises(TableError, match="stands in row 1 already"):
        accepted(accepted())


def test_a_day_can_be_given_as_a_date():
    """It is written as text."""
    assert accepted(until=DAY).tables.exceptions[0].until == "2026-08-01"


def test_the_scoreboard_shows_what_is_accepted():
    """The exception is not hidden in the verdict."""
    network = accepted(until=datetime.now(tz=UTC).date() + timedelta(days=300))
    (row,) = [row for row in scoreboard(network=network).rows if row[0] == "TF2"]

    assert "accepted: TF2-open" in row[3]
