"""The benchmarks: every job runs, disagreement stops them, and a missed bar shows."""

import json
import math
from pathlib import Path

import pytest
from gates import walled
from ours import JOBS as OUR_JOBS
from problems import EDITS, edits, rules_of, tables_of
from report import BARS, exponents, machine, page, rate, seconds
from run import JOBS, agree
from synthetic import packets, synthetic

SMALL = {"pairs": 3, "flows": 50, "claims": 0, "what-if": 0}


@pytest.mark.parametrize("name", OUR_JOBS)
def test_every_job_runs_on_a_small_size(name, monkeypatch):
    """It gives a time for each repetition, and facts to compare."""
    monkeypatch.setattr("ours.FLOWS", 500)
    monkeypatch.setattr("gc.collect", int)  # for exact times, which nobody asks for here
    outcome = OUR_JOBS[name](SMALL.get(name, 30), 1)

    assert all(second > 0 for second in outcome.seconds)
    assert len(outcome.seconds) == (EDITS if name == "difference" else 1)
    assert outcome.facts


def test_every_job_that_is_run_has_a_bar_and_a_program():
    """The table, the page and the programs speak of the same jobs."""
    assert {job.name for job in JOBS} == set(BARS) == set(OUR_JOBS)


def test_what_is_drawn_is_the_same_each_time():
    """Rules, packets, edits and networks follow from their seeds."""
    rules = synthetic(50)

    assert rules == synthetic(50) != synthetic(50, seed=2)
    assert all(
        (one == other).all()
        for one, other in zip(packets(rules, 20), packets(rules, 20), strict=True)
    )
    assert edits(rules) == edits(rules)
    assert walled(4, 2, 9)[1][0].rules == walled(4, 2, 9)[1][0].rules
    assert rules_of(50) == rules
    assert rules_of("fw1:40") == rules_of("fw1:40")
    assert len(rules_of(str(Path(__file__).parents[1] / "data" / "filters.txt"))) == 4


def test_packets_are_drawn_inside_of_the_fields():
    """Each is one that exists."""
    sources, destinations, protocols, details = packets(synthetic(80), 500)

    assert min(sources.min(), destinations.min(), protocols.min(), details.min()) >= 0
    assert max(sources.max(), destinations.max()) < 2**32
    assert protocols.max() < 256
    assert details.max() < 65536


def test_the_peers_get_a_network_in_ipv4():
    """Whatever a rule says of IPv6, no host of the network has such an address."""
    ends, gates = walled(6, 4, 20)
    for table in tables_of(gates):
        spans = [span for rule in table.rules for span in rule.sources + rule.destinations]
        assert max(last for _, last in spans) < 2**32
    assert all(last < 2**32 for spans in ends.values() for _, last in spans)


def told(**facts):
    return {"seconds": [0.5], "facts": facts, "units": 1, "megabytes": 1}


@pytest.mark.parametrize(
    ("mine", "other"),
    [
        ({"changed": [1, 0]}, {"differ": [True, True]}),
        ({"changed": [1, 0]}, {"changed": [1, 1]}),
        ({"shadowed": [1, 2]}, {"shadowed": [1]}),
        ({"permitted": [True, False, True]}, {"permitted": [True, True]}),
        ({"permitted": [True, False]}, {"permitted at": {"1": True}}),
    ],
)
def test_a_disagreement_stops_the_run(mine, other):
    """No number is written of a program that answers otherwise."""
    with pytest.raises(SystemExit, match="disagree"):
        agree(JOBS[1], {"orosec": told(**mine), "z3": told(**other)})


def test_a_pairwise_check_may_miss_rules_and_find_no_others():
    """What aerleon and capirca find is a part of what there is."""
    mine = told(shadowed=[1, 2])
    agree(JOBS[1], {"orosec": mine, "capirca": told(shadowed=[2])})
    with pytest.raises(SystemExit):
        agree(JOBS[1], {"orosec": mine, "capirca": told(shadowed=[3])})


def test_the_page_shows_a_bar_that_was_missed():
    """In bold, whatever the other rows say."""
    slow = {"size": 5000, "told": {"orosec": {**told(shadowed=1), "seconds": [3.0]}}}
    quick = {"size": 5000, "told": {"orosec": told(shadowed=1)}}
    suite = [("`import orosec`", 2.0, "`import pandas`", 1.0, 1.15)]
    results = {
        "jobs": {"shadowing": slow},
        "growth": {},
        "suite": suite,
        "repeats": 5,
        "quick": False,
        "plotted": False,
        "imitations": {},
        "machine": machine(None),
    }
    missed = page(results)
    met = page({**results, "jobs": {"shadowing": quick}, "suite": []})

    assert missed.count("**no**") == 2
    assert "**no**" not in met
    assert "ClassBench" not in met


def test_the_page_shows_filter_sets_beside_the_rest():
    """A row a kind: times, what was found, how they grow; and that they are imitated."""
    shaped = {
        str(size): {**told(shadowed=7), "seconds": [size * size / 1e8]}
        for size in (1000, 10000)
    }
    results = {
        "jobs": {},
        "growth": {},
        "suite": [],
        "repeats": 3,
        "quick": False,
        "plotted": False,
        "machine": machine(None),
        "imitations": {"shadowing": {"fw1": shaped}},
    }
    shown = page(results)

    assert "| fw1 | 10 ms, 7 found | 1 s, 7 found | 2.00 |" in shown
    assert "**They are imitations**" in shown


def test_the_page_is_what_the_kept_results_render():
    """No figure is written by hand, and no result without its page."""
    docs = Path(__file__).parents[2] / "docs"
    kept = json.loads((docs / "performance.json").read_text(encoding="utf-8"))

    assert (docs / "performance.md").read_text(encoding="utf-8") == page(kept)


def test_exponents_are_slopes():
    """Time that grows with the square of the rules has the exponent 2."""
    square = {str(size): 1e-6 * size**2 for size in (100, 300, 1000, 3000, 10000)}

    assert exponents(square) == "2.00 (2.00)"
    assert exponents({"100": 1.0}) == "–"


def test_numbers_are_written_with_units_that_fit():
    """Microseconds to seconds, and millions a second."""
    assert [seconds(one) for one in (5e-5, 0.02, 3.0, 4e4)] == [
        "50 µs",
        "20 ms",
        "3 s",
        "40 000 s",
    ]
    assert [rate(one) for one in (81.7, 2e6)] == ["82/s", "2.00 million/s"]
    assert math.isinf(BARS["redundancy"].limit)
