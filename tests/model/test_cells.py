"""Cells: what may stand in one, and what is said of what may not."""

import pytest

from orosec.engine.notation import read_date
from orosec.model.cells import (
    a_flow,
    a_name,
    an_end,
    any_text,
    in_notation,
    in_words,
    number_to,
    one_of,
    some_services,
)

PORT = number_to(65535)
FINE = [
    (a_name, "web-1"),
    (any_text, " what\nnot "),
    (one_of("allow", "deny"), "deny"),
    (PORT, "0"),
    (PORT, "65535"),
    (an_end, "bridge"),
    (an_end, "10.0.0.0/8"),
    (an_end, "2001:db8::/32"),
    (some_services, "tcp:22 icmp"),
    (a_flow, "web nat tcp:443 udp"),
    (in_words(a_name), "web jobs"),
    (in_notation(read_date), "2026-02-28"),
]
WRONG = [
    (a_name, "Web", "small letters"),
    (a_name, "web--1", "single hyphens"),
    (one_of("allow", "deny"), "denny", "'deny'"),
    (PORT, "65536", "0 to 65535"),
    (PORT, "007", "0 to 65535"),
    (PORT, "-1", "0 to 65535"),
    (PORT, "٣", "0 to 65535"),
    (PORT, "9" * 5000, "0 to 65535"),
    (an_end, "10.0.0.1/8", "10.0.0.0/8"),
    (an_end, "Bridge", "small letters"),
    (some_services, "tpc:22", "'tcp'"),
    (a_flow, "web nat", "web nat tcp:443"),
    (a_flow, "web 10.0.0.1/8 tcp", "10.0.0.0/8"),
    (in_words(a_name), "web  jobs", "single spaces"),
    (in_words(a_name), "web Jobs", "small letters"),
    (in_notation(read_date), "2026-02-30", ""),
]


@pytest.mark.parametrize(("check", "text"), FINE)
def test_what_may_stand_there_is_not_spoken_of(check, text):
    """Nothing is wrong with it."""
    assert check(text) is None


@pytest.mark.parametrize(("check", "text", "said"), WRONG)
def test_what_may_not_is_refused_with_a_mend(check, text, said):
    """The problem, and what to write instead."""
    problem, hint = check(text)

    assert problem
    assert said in hint + problem
