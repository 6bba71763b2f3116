"""Nobody can change what was documented: all that is given is walked and attacked."""

import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress

import pandas as pd
import pytest

from orosec import (
    check,
    consequences,
    decide,
    diff,
    draw,
    explain,
    lint,
    orocloud,
    safe_change,
    scoreboard,
    what_would_allow,
)
from orosec.engine.packet_set import PacketSet

SHORTCUT = {"source": "vpn-gateway", "destination": "database", "services": "tcp:5432"}
PLAIN = (str, int, bytes, float, type(None), PacketSet)
CALLS = ("clear", "pop", "popitem", "sort", "reverse")
FILLED = ("append", "add", "remove", "discard", "update", "extend", "setdefault")


def roots():
    """Give what a person can hold: a network, its scenarios, a proposal, answers."""
    proposal = orocloud.with_rule("dba", "allow", **SHORTCUT)
    judged = check("GL3", "AC5", "AC2", "MD2", "NS2")
    asked = ("vpn-gateway", "database", "tcp:5432")
    return (
        orocloud,
        orocloud.scenario(),
        orocloud.scenario("cloudflare", "literal"),
        proposal,
        proposal.scenario(),
        judged,
        *judged,
        decide("internet", "web", "tcp:443"),
        explain("customer-it", "web", "tcp:22"),
        diff(orocloud, proposal),
        consequences(orocloud, proposal),
        safe_change(orocloud, proposal, *asked),
        what_would_allow(*asked),
        lint(),
        scoreboard(),
        draw("segmentation"),
        draw(orocloud, proposal),
    )


def parts(value):
    """Yield what a value gives by public attributes, and what stands in it."""
    if isinstance(value, pd.DataFrame):
        return
    if isinstance(value, Mapping):
        yield from value.keys()
        yield from value.values()
    elif isinstance(value, tuple | list | set | frozenset):
        yield from value
    if type(value).__module__.startswith("orosec"):
        for name in dir(value):
            if not name.startswith("_"):
                with suppress(Exception):
                    found = getattr(value, name)
                    if not callable(found) or type(found).__module__.startswith("orosec"):
                        yield found


def walk():
    """Yield every value that can be reached from the roots, each object once."""
    waiting, met = list(roots()), {}
    while waiting:
        value = waiting.pop()
        if isinstance(value, PLAIN) or id(value) in met:
            continue
        met[id(value)] = value
        waiting.extend(parts(value))
    return list(met.values())


def attack(value):
    """Try every way to change a value; whatever it refuses is refused."""
    if isinstance(value, pd.DataFrame):
        for column in value.columns:
            value[column] = "changed"
        return
    for name in [name for name in dir(value) if not name.startswith("__")]:
        if type(value).__module__.startswith("orosec") and not name.startswith("_"):
            with suppress(Exception):
                setattr(value, name, None)
            with suppress(Exception):
                delattr(value, name)
    with suppress(Exception):
        value[next(iter(value))] = None
    with suppress(Exception):
        value[0] = None
    for name in CALLS:
        with suppress(Exception):
            getattr(value, name)()
    for name in FILLED:
        with suppress(Exception):
            getattr(value, name)(("changed", "changed"))


def state():
    """Say what is true: every verdict with its evidence, and some answers, as text."""
    return "\n".join(
        (
            repr(check(network=orocloud)),
            repr(check(network=orocloud.with_rule("dba", "allow", **SHORTCUT))),
            *(repr(decide("internet", "web", "tcp:443", cdn=cdn)) for cdn in ("google",)),
            repr(lint()),
            draw("segmentation").dot,
        )
    )


@pytest.fixture(scope="module")
def values():
    return walk()


def test_every_mutable_value_is_a_fresh_copy(values):
    """Lists, dicts and sets of ours are in nobody's hand but the caller's."""
    held = [value for value in values if isinstance(value, list | dict | set | bytearray)]

    assert [f"{type(value).__name__}: {str(value)[:80]}" for value in held] == []
    assert len(values) > 2000


def test_whatever_is_tried_all_verdicts_are_as_before():
    """In a process of its own: walk, attack each value, and ask again."""
    done = subprocess.run(
        [sys.executable, __file__], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr[-2000:] + done.stdout[-2000:]


@pytest.mark.parametrize("name", ["policies", "nodes", "permitted", "cdn", "new"])
def test_a_scenario_takes_no_attribute(name):
    """Neither one that it has, nor one more."""
    with pytest.raises(AttributeError):
        setattr(orocloud.scenario(), name, ())


if __name__ == "__main__":
    before = state()
    for reached in walk():
        attack(reached)
    assert state() == before, "a value was changed from outside"
