"""Nobody can change what was documented: all that is given is walked and attacked."""

import inspect
import itertools
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import cache, cached_property

import pandas as pd
import pytest
from effort import later, some

from orosec import (
    check,
    consequences,
    decide,
    diff,
    draw,
    explain,
    lint,
    mutate,
    orocloud,
    safe_change,
    scoreboard,
    summary,
    surface,
    trace,
    what_would_allow,
)
from orosec.claims.verdict import Verdict, judge
from orosec.diagrams.arrows import arrows
from orosec.diagrams.views import VIEWS
from orosec.engine.packet_set import PacketSet
from orosec.model.journeys import ways
from orosec.model.scenario import Scenario
from orosec.model.schema import TABLES, variants
from orosec.values import Value

ASKED = ("vpn-gateway", "database", "tcp:5432")
SHORTCUT = dict(zip(("source", "destination", "services"), ASKED, strict=True))
PROPOSAL = orocloud.with_rule("dba", "allow", **SHORTCUT)
PLAIN = (str, int, bytes, float, type(None))
ONE_MORE = (("changed", "changed"),)
DEEDS = {
    **dict.fromkeys(("clear", "pop", "popitem", "sort", "reverse"), ()),
    **dict.fromkeys(("append", "add", "remove", "discard", "update"), ONE_MORE),
    **dict.fromkeys(("extend", "setdefault", "insert"), ONE_MORE),
}
"""What changes lists, dicts and sets, and what it is given."""
ELSEWHERE = {"save", "with_tables"}
"""Methods that write files or make another network; all others tell of this value."""


def roots():
    """List what a person can hold: networks, their scenarios, all kinds of answers."""
    here = orocloud.scenario()
    return (
        orocloud,
        PROPOSAL,
        *orocloud.scenarios(),
        *PROPOSAL.scenarios(),
        arrows(here, next(iter(VIEWS.values()))),
        ways(here, "internet", "application", "all"),
        check("GL3", "AC5", "AC2", "MD2", "NS2"),
        decide("internet", "web", "tcp:443"),
        explain("customer-it", "web", "tcp:22"),
        diff(orocloud, PROPOSAL),
        consequences(orocloud, PROPOSAL),
        safe_change(orocloud, PROPOSAL, *ASKED),
        what_would_allow(*ASKED),
        lint(),
        mutate(cdn="google", reading="operational", progress=lambda every: every[::12]),
        scoreboard(),
        summary(),
        surface(),
        trace(),
        draw("segmentation"),
        draw(orocloud, PROPOSAL),
    )


def ours(value):
    """Return whether a value is of a class of the package."""
    return type(value).__module__.startswith("orosec")


def public(value):
    """List the public attributes of a value."""
    if type(value).__dir__ is not object.__dir__:
        return [name for name in dir(value) if not name.startswith("_")]
    own = [name for name in getattr(value, "__dict__", ()) if not name.startswith("_")]
    return [*of_its_class(type(value)), *own]


@cache
def of_its_class(kind):
    """List the public attributes that all values of a class have."""
    return [name for name in dir(kind) if not name.startswith("_")]


@cache
def asks(kind, name):
    """Return whether a method of a class has to be given anything, or does not say so."""
    try:
        _, *parameters = inspect.signature(getattr(kind, name)).parameters.values()
    except (AttributeError, TypeError, ValueError):
        return True
    return any(map(needed, parameters))


def parts(value):
    """Yield what a value gives: attributes, items, answers of methods that need nothing."""
    if isinstance(value, (PacketSet, pd.DataFrame)):
        return
    if isinstance(value, Mapping):
        yield from itertools.chain(value.keys(), value.values())
    elif isinstance(value, tuple | list | set | frozenset):
        yield from value
    elif isinstance(value, Iterator):
        yield from itertools.islice(value, 1000)
    for name in public(value) if ours(value) else ():
        with suppress(Exception):
            found = getattr(value, name)
            if callable(found) and not ours(found):
                found = None if name in ELSEWHERE or asks(type(value), name) else found()
            yield found


def needed(parameter):
    """Return whether a parameter has to be given."""
    variable = (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD)
    return parameter.default is parameter.empty and parameter.kind not in variable


def walk(asked, *, backwards=False):
    """Yield every value that can be reached from the roots, each object once.

    What a value gives is asked for when the walk goes on: whoever attacks the value first
    attacks what has not been computed from it yet.
    """
    met, waiting = {}, [iter(asked)]
    while waiting:
        value = next(waiting[-1], met)
        if value is met:
            waiting.pop()
        elif id(value) not in met and not isinstance(value, PLAIN):
            met[id(value)] = value
            yield value
            given = parts(value)
            waiting.append(iter(list(given)[::-1]) if backwards else given)


def attack(value):
    """Try every way to change a value; whatever it refuses is refused."""
    for name in [*public(value), "one_more"] if ours(value) else ():
        with suppress(AttributeError, TypeError):
            setattr(value, name, ())
        with suppress(AttributeError, TypeError):
            delattr(value, name)
    if isinstance(value, pd.DataFrame):
        for column in value.columns:
            value[column] = "changed"
        value.index += 1
        value.attrs.clear()
    else:
        for key in [0, *(list(value)[:1] if isinstance(value, Mapping) else ())]:
            with suppress(Exception):
                value[key] = None
            with suppress(Exception):
                del value[key]
        for name, given in DEEDS.items():
            if hasattr(value, name):
                with suppress(Exception):
                    getattr(value, name)(*given)


def state():
    """Say what is true now: remembered and judged afresh, in tables, answers, pictures."""
    told = []
    for network in (orocloud, PROPOSAL):
        told += [getattr(network, name).to_csv() for name in TABLES]
        for scenario in network.scenarios():
            for claim in filter(scenario.applies_to, network.tables.claims):
                for verdict in (judge(claim, scenario), Verdict(claim, scenario)):
                    found = (verdict.verdict, verdict.counterexample, verdict.rests_on)
                    told.append(f"{claim.claim}: {found}")
    questions = [("internet", "web", "tcp:443"), ("web", "internet", "all"), ASKED]
    told += [
        repr(explain(*question, cdn=cdn, reading=reading))
        for question in questions
        for cdn, reading in variants()
    ]
    told += map(
        repr, (lint(), summary(), scoreboard(), surface(), diff(orocloud, PROPOSAL))
    )
    return [*told, draw("segmentation").dot, draw(orocloud, PROPOSAL).dot]


def changeable_policies():
    """Let scenarios give a dict where they give a mapping that nobody can change."""
    compute = Scenario.policies.func
    Scenario.policies = cached_property(lambda scenario: dict(compute(scenario)))
    Scenario.policies.__set_name__(Scenario, "policies")


def changeable_attributes():
    """Let every value take other attributes."""
    Value.__setattr__ = object.__setattr__


PLANTED = {plant.__name__: plant for plant in (changeable_policies, changeable_attributes)}


def in_a_process(*words):
    """Attack in a process of its own; return how many values, and the state then."""
    done = subprocess.run(
        [sys.executable, __file__, *words],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        capture_output=True,
        text=True,
        check=False,
    )
    return json.loads(done.stdout) if done.returncode == 0 else (0, done.stderr)


@pytest.fixture(scope="module")
def untouched():
    return state()


@pytest.mark.parametrize("way", some(["forwards", "backwards"], 1))
def test_whatever_is_tried_all_verdicts_are_as_before(untouched, way):
    """Walk and attack each value, what follows from it not being computed; then ask."""
    walked, found = in_a_process(way)

    assert found == untouched
    assert walked > 2000


@later
@pytest.mark.parametrize("plant", PLANTED)
def test_where_something_can_be_changed_the_attack_changes_it(untouched, plant):
    """An attack that would find nothing proves nothing."""
    assert in_a_process("backwards", plant)[1] != untouched


@later
def test_every_mutable_value_is_a_fresh_copy():
    """Lists, dicts and sets of ours are in nobody's hand but the caller's."""
    changeable = (list, dict, set, bytearray, pd.DataFrame)
    asked = roots()
    first, again = (
        {id(value): value for value in walk(asked) if isinstance(value, changeable)}
        for _ in range(2)
    )
    shared = [again[which] for which in first.keys() & again.keys()]

    assert [f"{type(value).__name__}: {str(value)[:80]}" for value in shared] == []
    assert first


@pytest.mark.parametrize("name", ["policies", "nodes", "permitted", "cdn", "new", "_new"])
def test_a_scenario_takes_no_attribute(name):
    """Neither one that it has, nor one more."""
    with pytest.raises(AttributeError, match="a Scenario does not change"):
        setattr(orocloud.scenario(), name, ())


if __name__ == "__main__":
    for word in sys.argv[2:]:
        PLANTED[word]()
    number = 0
    held = roots() if len(sys.argv) == 2 else (orocloud, PROPOSAL)
    for reached in walk(held, backwards=sys.argv[1] == "backwards"):
        attack(reached)
        number += 1
    sys.stdout.write(json.dumps([number, state()]))
