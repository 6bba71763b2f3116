"""The mutation score: the same by the slow way, every survivor explained, no claim idle."""

import json
import random
import re

import pytest
from jobs import promised, staging

from orosec import BrokenPromise, UnknownNameError, check, orocloud
from orosec.cli.main import main
from orosec.model.network import Network
from orosec.model.scenario import Scenario
from orosec.model.schema import TABLES, variants
from orosec.mutation.equivalence import meaning
from orosec.mutation.heatmap import HeatMap
from orosec.mutation.kill_matrix import Pinned
from orosec.mutation.rows import SuppressionRow
from orosec.mutation.score import Mutation, OperatorScore, mutate

VARIANTS = list(variants())
CLAIMS = orocloud.tables.claims
BLOCKED = ("TF3-out", "TF6-out")


@pytest.fixture(scope="session")
def tested():
    """Every mutant in every variant, tried once for all tests."""
    return mutate()


def variant(trial):
    return trial.cdn, trial.reading


def anew(tested, **rows):
    """Give the same trials over tables with other rows that say nothing of the network."""
    network = Network(orocloud.tables.replaced(**rows))
    return Mutation(network, VARIANTS, tested.trials)


def test_every_survivor_is_explained(tested):
    """By a row of suppressions.csv that explains some survivor with each of its words."""
    assert tested.as_expected
    assert tested.unexplained == ()
    assert tested.stale == ()


def test_of_what_the_page_promises_everything_is_seen(tested):
    """100 % under both CDNs and both readings."""
    for one in {variant(trial) for trial in tested.trials}:
        assert tested.tally(*one).score_of_promised == "100.0 %"


def test_every_claim_sees_a_mutant(tested):
    """But for those beyond the tables, and two that one mistake alone cannot mend.

    What Google blocks, it blocks by two rules; a mutant mends one of them.
    """
    beyond = {claim.claim for claim in CLAIMS if claim.verb == "beyond"}

    unseen = {name for name, seen in tested.sight.by_claim.items() if not seen}

    assert tested.idle == BLOCKED
    assert unseen == {*BLOCKED, *beyond}


def test_the_counts_add_up(tested):
    """Each mutant has one fate in each variant, and one over all."""
    tallies = [tested.tally(*one) for one in VARIANTS] + [tested.tally()]

    assert all(one.mutants == sum(one[1:]) for one in tallies)
    assert sum(one.mutants for one in tallies[:-1]) == len(tested.trials)


def test_the_score_is_told_in_sentences(tested):
    """With the counts over all variants, above the table."""
    every = tested.tally()
    numbers = [every.mutants, every.equivalent, every.mutants - every.equivalent]

    told = tested.sheet.title

    assert [*map(int, re.findall(r"(?<![\d.])\d+(?![\d.]* %|\.\d)", told))] == [
        *numbers,
        every.killed,
        every.explained,
    ]
    assert f"({every.score})" in told
    assert told.endswith("Without a reason pass: none.")
    unreasoned = anew(tested, suppressions=())
    assert unreasoned.sheet.title.endswith(
        f"Without a reason pass: {unreasoned.tally().unexplained}."
    )


@pytest.mark.parametrize("seed", range(8))
def test_a_trial_agrees_with_the_command_line_on_saved_tables(
    tested, seed, tmp_path, capsys
):
    """Write the mutant to a folder, and let ``orosec check --tables`` judge it."""
    mutant = random.Random(seed).choice(tested.trials).mutant
    Network(mutant.tables).save(tmp_path)
    main(["check", "--json", "--tables", str(tmp_path)])
    judged = json.loads(capsys.readouterr().out)["claims"]
    unexpected = {
        (one["cdn"], one["reading"], one["claim"], one["verdict"])
        for one in judged
        if one["verdict"] != one["expected"]
    }
    own = [trial for trial in tested.trials if trial.mutant is mutant]

    assert unexpected == {(*variant(one), *seen) for one in own for seen in one.seen}


def test_trials_agree_with_judging_everything_anew(tested):
    """No shortcut: tables, scenarios and verdicts are made from nothing."""
    for trial in random.Random(1).sample(tested.trials, 60):
        network = Network(trial.mutant.tables)
        judged = check(cdn=trial.cdn, reading=trial.reading, network=network)
        unexpected = tuple((one.claim.claim, one.verdict) for one in judged.unexpected)
        before, after = (
            meaning(Scenario(tables, *variant(trial)))
            for tables in (orocloud.tables, trial.mutant.tables)
        )

        assert trial.seen == unexpected
        assert trial.equivalent == (before == after)


def test_a_mutant_that_touches_no_row_of_a_variant_is_not_counted_there(tested):
    """A rule of the Google variant has no mutants under Cloudflare."""
    own = [one for one in tested.trials if one.mutant.row == "load-balancer-to-web"]

    assert {one.mutant.operator for one in own if one.cdn == "cloudflare"} == {"left-over"}
    assert {one.cdn for one in own if one.mutant.operator == "flip"} == {"google"}


@pytest.mark.parametrize("name", [claim.claim for claim in CLAIMS])
def test_without_a_claim_the_score_falls_or_the_claim_is_called_spare(tested, name):
    """Counted afresh: what is killed where nobody listens to this one claim."""
    killed = [
        [any(seen != name for seen, _ in one.seen) for one in tested.trials],
        [bool(one.seen) for one in tested.trials],
    ]
    redundant = {one.claim.claim for one in tested.sight.redundant}

    assert (sum(killed[0]) < sum(killed[1])) == (name not in redundant)


@pytest.mark.parametrize(
    ("name", "falls"), [("TF5-answered", True), ("TF4-translated", False)]
)
def test_the_score_is_computed_without_the_claim(tested, name, falls):
    """The same once more with the claim taken out of the tables."""
    claims = tuple(claim for claim in CLAIMS if claim.claim != name)
    network = Network(
        orocloud.tables.replaced(claims=claims, ambiguities=(), requirements=())
    )
    without = mutate(cdn="google", reading="literal", network=network)
    killed = [one.tally("google", "literal").killed for one in (without, tested)]

    assert (killed[0] < killed[1]) == falls
    assert bool(without.unexplained) == falls


def test_a_spare_claim_is_covered_by_those_it_names(tested):
    """What is said of it is true of the sets of mutants."""
    sight = tested.sight.by_claim
    for one in tested.sight.redundant:
        named = [name for name in re.split(r" and | ", one.because) if name in sight]
        if one.claim.verb != "beyond":
            assert sight[one.claim.claim] <= frozenset().union(*map(sight.get, named))


def test_a_survivor_without_its_reason_is_an_alarm(tested):
    """Take one reason away, and the run is red and says which mistakes nobody sees."""
    bare = anew(tested, suppressions=orocloud.tables.suppressions[1:])

    assert len(bare.unexplained) == 17
    assert bare.tally().unexplained == 15
    with pytest.raises(BrokenPromise, match=r"node web-1: is missing .* nobody says why"):
        assert bare.as_expected


STALE = [
    ({"row": "web-http"}, "X1 explains no survivor"),
    ({"row": "bridge-ssh web-http"}, "X1 explains no survivor with row web-http"),
    ({"operator": "new-port port"}, "X1 explains no survivor with operator port"),
    ({"table": "relays", "row": "vpn", "operator": "port"}, "X1 explains no survivor with"),
]


@pytest.mark.parametrize(("cells", "said"), STALE)
def test_a_reason_that_says_too_much_is_an_alarm(tested, cells, said):
    """A row, an operator, a CDN or a reading that no survivor bears out."""
    cells = {"table": "listeners", "row": "bridge-ssh", "operator": "new-port", **cells}
    row = SuppressionRow(
        "X1", **cells, cdn="both", reading="both", rationale="-", basis="assumed"
    )
    wide = anew(tested, suppressions=(row, *orocloud.tables.suppressions))

    assert any(text.startswith(said) for text in wide.stale)
    with pytest.raises(BrokenPromise):
        assert wide.as_expected


def test_reasons_of_variants_that_were_not_tried_are_not_judged(tested):
    """With one CDN and one reading, only their reasons can be stale."""
    for cdn, reading in VARIANTS:
        own = [one for one in tested.trials if variant(one) == (cdn, reading)]

        assert Mutation(orocloud, [(cdn, reading)], own).alarms == ()


def test_a_claim_that_is_not_as_recorded_sees_nothing():
    """A test that is red before the mistake tells nothing of it; the others are asked."""
    n = promised(staging())
    red = {"claim": "ST1-none", "verb": "denies", "services": "tcp:443"}
    n = n.with_claim(**n.tables.claims[0]._asdict() | red)
    found = mutate(network=n, cdn="google", reading="literal")

    assert found.unsound == ("ST1-none",)
    assert found.alarms[0].endswith("so they see no mistake: ST1-none")
    assert {*found.sight.by_claim} == {"ST1-office"}
    assert found.sight.by_claim["ST1-office"]
    with pytest.raises(BrokenPromise, match="ST1-none"):
        assert found.as_expected


NOBODY = dict.fromkeys(("claims", "ambiguities", "suppressions"), ())
ODD = {
    "no claim": (NOBODY, 0),
    "no rule": (
        {**NOBODY, **dict.fromkeys(("rules", "relays", "routes", "listeners"), ())},
        0,
    ),
    "nothing at all": (dict.fromkeys(TABLES, ()), None),
}


@pytest.mark.parametrize("odd", ODD)
def test_odd_tables_have_a_score(odd):
    """Where nobody claims anything, nothing is seen; where nothing is, nothing is tried."""
    rows, killed = ODD[odd]
    network = Network(orocloud.tables.replaced(**rows))
    found = mutate(cdn="google", reading="literal", network=network)

    if killed is None:
        assert found.trials == ()
        assert not found.as_expected
    else:
        assert found.tally().killed == killed
        assert found.unexplained
    sheets = (found.sheet, found.kinds, found.suppressions, found.pins, found.redundant)
    assert all(f"{sheet!r}{json.dumps(found.as_dict())}" for sheet in sheets)


def test_a_rule_is_pinned_by_the_claims_that_see_its_mutants(tested):
    """Counted from the trials; a rule that nobody pins is told."""
    for rule in tested.rules:
        own = [one for one in tested.trials if one.mutant[:2] == ("rules", rule.row)]
        seen = {name for one in own for name, _ in one.seen}

        assert set(rule.pins) == seen
        assert rule.killed == len({one.mutant.says for one in own if one.killed})
        assert set(rule.alone) <= seen
    assert tested.undocumented == ("cloudflare-edge-out", "metadata-server")
    assert "No claim pins cloudflare-edge-out." in repr(tested.pins)


def test_every_rule_is_in_the_heat_map_of_its_network_or_means_nothing(tested):
    """Every number of the map stands in the text as well as in the HTML."""
    networks = {row.network for row in orocloud.tables.rules}
    drawn = {rule.row for network in networks for rule in tested.heat(network).rules}
    mute = {rule.row for rule in tested.rules if not rule.meant}

    assert drawn == {row.name for row in orocloud.tables.rules} - mute
    heat = tested.heat("maintenance-network")
    assert re.search(r"TF5-open +13\*", repr(heat))
    assert ">13*</td>" in heat._repr_html_()
    with pytest.raises(UnknownNameError, match="did you mean 'google-edge'"):
        tested.heat("google-egde")


def test_a_heat_map_is_not_told_by_colour_alone_and_trusts_no_name():
    """Text and HTML hold the same cells, and markup in a name stays text."""
    rule = Pinned("<b>rule", 4, 3, {"A&B": 3}, ("A&B",))
    heat = HeatMap("of <i>", [rule], ["A&B", "C"])

    assert heat.claims == ("A&B",)
    assert "<b>" not in heat._repr_html_().replace("<b>of", "").replace("<p><b>", "")
    assert "A&amp;B" in heat._repr_html_()
    assert ">3*</td>" in heat._repr_html_()
    assert "1 <b>rule: 3 of 4 mistakes seen" in repr(heat)


@pytest.mark.parametrize(
    ("tally", "score"),
    [
        (OperatorScore(3, 0, 2, 1, 0), "66.6 %"),
        (OperatorScore(2000, 0, 1999, 1, 0), "99.9 %"),
        (OperatorScore(4, 4, 0, 0, 0), "no mutant means anything"),
    ],
)
def test_a_score_is_never_rounded_up(tally, score):
    """A full score means that nothing is missing."""
    assert tally.score == score


@pytest.fixture
def tried(tested, monkeypatch):
    """Let the command take the trials of one variant that were made already."""

    def again(*, cdn, reading, network, progress):
        own = [one for one in tested.trials if variant(one) == (cdn, reading)]
        assert [*progress([one.mutant for one in own])] == [one.mutant for one in own]
        return Mutation(network, [(cdn, reading)], own)

    monkeypatch.setattr("orosec.mutate", again)


@pytest.mark.usefixtures("tried")
def test_the_command_prints_scores_and_exits_0(capsys):
    """As JSON, under one CDN and one reading; no progress bar where nobody watches."""
    status = main(["mutate", "--json", "--cdn", "cloudflare", "--reading", "literal"])
    out = capsys.readouterr()
    found = json.loads(out.out)

    assert status == 0
    assert out.err == ""
    assert found["all"]["unexplained"] == 0
    assert {one["silence"] for one in found["survivors"]} >= {"S5", "S22"}
    assert found["idle"] == [*BLOCKED]


@pytest.mark.usefixtures("tried")
def test_the_command_exits_1_where_a_survivor_is_unexplained(capsys, tmp_path):
    """And names it."""
    Network(orocloud.tables.replaced(suppressions=())).save(tmp_path)
    question = [
        "mutate",
        "--tables",
        str(tmp_path),
        "--cdn",
        "google",
        "--reading",
        "literal",
    ]
    status = main(question)

    assert status == 1
    assert "nobody says why" in capsys.readouterr().out


def test_the_command_exits_2_where_the_tables_cannot_be_used(capsys, tmp_path):
    """An operator that does not exist is a fault of suppressions.csv, with its mend."""
    row = orocloud.tables.suppressions[0]._replace(operator="removed")
    Network(orocloud.tables.replaced(suppressions=(row,))).save(tmp_path)
    status = main(["mutate", "--tables", str(tmp_path)])

    assert status == 2
    assert "suppressions.csv row 1" in (told := capsys.readouterr().err)
    assert "did you mean 'remove'?" in told
