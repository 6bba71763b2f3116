"""What may stand in a cell: each check says what is wrong with a text, or nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeAlias

from orosec.engine import notation
from orosec.errors import NotationError, did_you_mean

Refusal: TypeAlias = tuple[str, str] | None
"""The problem of a cell and the hint, or None where the cell is fine."""


def in_words(check: Callable[[str], Refusal]) -> Callable[[str], Refusal]:
    """Return a check of several words, with single spaces between them."""

    def check_all(text: str) -> Refusal:
        words = text.split(" ")
        if "" in words:
            return "has more than one space in a row", "write single spaces"
        return next((found for word in words if (found := check(word))), None)

    return check_all


def matching(pattern: str, problem: str, hint: str) -> Callable[[str], Refusal]:
    """Return a check of a text by a regular expression, which it matches whole."""

    def check(text: str) -> Refusal:
        return None if re.fullmatch(pattern, text) else (problem, hint)

    return check


a_name = matching(
    r"[a-z][a-z0-9]*(-[a-z0-9]+)*",
    "is no name",
    "write small letters, digits and single hyphens, as in web-1",
)
a_notebook = matching(
    r"[0-9]{2}(-[a-z0-9]+)+",
    "is no notebook",
    "write its name without the ending, as in 01-the-network",
)
an_identifier = matching(
    r"[A-Z]+[0-9]+[a-z]*(-[a-z0-9]+)*",
    "is no register id",
    "write capitals and a number, as in GL3 or GL3-only",
)


def any_text(_: str) -> Refusal:
    """Take any text."""
    return None


def one_of(*choices: str) -> Callable[[str], Refusal]:
    """Return a check of one word out of *choices*."""

    def check(text: str) -> Refusal:
        if text in choices:
            return None
        close = did_you_mean(text, choices)
        hint = f"write one of {' '.join(choices)}"
        return "is not allowed here", f"{hint} ({close})" if close[:3] == "did" else hint

    return check


def in_notation(
    read: Callable[[str], object], spelled: Callable[[str], str] = str
) -> Callable[[str], Refusal]:
    """Return a check by a reader of notation: what it refuses is refused.

    So is what it reads, but *spelled* writes in another way.
    """

    def check(text: str) -> Refusal:
        try:
            read(text)
        except NotationError as error:
            return error.problem, error.hint
        ours = spelled(text)
        return None if ours == text else ("is not as tables write it", f"write {ours}")

    return check


some_services = in_notation(notation.read_services, notation.spelled_services)
a_range = in_notation(notation.range_intervals, notation.spelled_ends)


def an_end(text: str) -> Refusal:
    """Check an end of a rule: a name, an address or a range."""
    return a_range(text) if notation.looks_like_range(text) else a_name(text)


def a_flow(text: str) -> Refusal:
    """Check a flow: source, destination and service."""
    source, destination, services = [*text.split(" ", 2), "", ""][:3]
    if not services:
        return "is no flow", "write source, destination and service, as in web nat tcp:443"
    return an_end(source) or an_end(destination) or some_services(services)


def number_to(top: int) -> Callable[[str], Refusal]:
    """Return a check of a whole number from 0 to *top*, which has ten digits at most."""

    def check(text: str) -> Refusal:
        if re.fullmatch("0|[1-9][0-9]{,9}", text) and int(text) <= top:
            return None
        return "is no whole number in range", f"write one from 0 to {top}"

    return check
