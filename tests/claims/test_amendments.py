"""Amendments: a proposal is judged by the documented register, whatever its own says."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from effort import examples, rare
from folders import written
from hypothesis import given
from hypothesis import strategies as st

from orosec import Network, check, orocloud, prove, scoreboard, summary
from orosec.claims.amendments import amendments
from orosec.errors import BrokenPromise, OrosecError, UnknownNameError
from orosec.model.network import PROPOSAL
from orosec.model.schema import TABLES, VERDICTS

CLAIMS = orocloud.tables.claims
SOON = str(datetime.now(tz=UTC).date() + timedelta(days=300))
OWNED = {"rationale": "Rebuilt in autumn.", "owner": "Ops", "until": SOON}
REASON = {"basis": "proposed", "means": "The new gateway speaks more protocols."}
SAME_REASON = {"basis": "proposed"}
UNSAID = {"means": "The new gateway speaks more protocols."}
NEW = {
    "sentence": "TF5",
    "level": "permitted",
    "verb": "denies",
    "source": "internet",
    "destination": "maintenance-dmz",
    "services": "tcp:22",
    "expected": "holds",
    "says": "Nobody gets in by SSH.",
    "means": "Asked for by the auditor.",
}
WITHOUT_CLAIMS = {"claims": []} | {
    name: []
    for name, table in TABLES.items()
    if "claims" in {column.names for column in table.columns.values()}
}


def found(network):
    return [*amendments(orocloud.tables, network.tables)]


def changed(**cells):
    return orocloud.with_claim_changed("TF5-ports", **cells)


def test_the_documented_register_amends_nothing():
    """It is the one that others are compared with; nothing more is shown."""
    assert found(orocloud) == []
    assert check().amendments == ()
    assert check().sheet.notes == scoreboard().notes == summary().notes == ()


@pytest.mark.parametrize(
    ("network", "name", "declared"),
    [
        (changed(services="all"), "TF5-ports", False),
        (changed(services="all", **SAME_REASON), "TF5-ports", False),
        (changed(services="all", **UNSAID), "TF5-ports", False),
        (changed(services="all", **REASON), "TF5-ports", True),
        (changed(expected="vacuous"), "TF5-ports", False),
        (changed(source="elsewhere"), "TF5-ports", False),
        (changed(says="Anything goes."), "TF5-ports", False),
        (changed(sentence="TF6"), "TF5-ports", False),
        (orocloud.without_claim("GL2-visitor"), "GL2-visitor", False),
        (orocloud.with_claim("TF5-ssh", **NEW), "TF5-ssh", True),
        (orocloud.with_claim("TF5-ssh", **NEW, basis="inferred"), "TF5-ssh", False),
        (orocloud.with_exception("TF1-served", **OWNED), "TF1-served", True),
        (
            orocloud.with_exception("TF1-served", **OWNED, basis="documented"),
            "TF1-served",
            False,
        ),
    ],
)
def test_an_amendment_is_declared_by_an_edit_with_a_reason(network, name, declared):
    """Basis proposed, and a reason of its own; what is not declared is not as recorded."""
    (one,) = found(network)

    assert (one.name, one.declared) == (name, declared)
    assert one.says.startswith("amended: with" if declared else "NOT AS RECORDED: with")
    assert (one in check(network=network).undeclared) == (not declared)
    if declared:
        assert prove(network=network).as_expected
    else:
        with pytest.raises(BrokenPromise, match=f"NOT AS RECORDED: .*{name}"):
            prove(network=network)


def test_an_exception_is_taken_away_without_a_reason():
    """It accepts nothing any more, so nothing can hide."""
    register = orocloud.with_exception("TF1-served", **OWNED).tables

    assert [one.declared for one in amendments(register, orocloud.tables)] == [True]


def test_an_amendment_names_the_cells_that_differ_and_no_other():
    """As the edit that makes it."""
    (one,) = found(changed(services="all", expected="broken"))

    assert one.says.endswith(
        'with_claim_changed("TF5-ports", services="all", expected="broken")'
    )


@pytest.mark.parametrize(
    "network",
    [
        orocloud.without_claim("VP3-asked"),
        orocloud.with_claim_changed("VP3-asked", sentence="VP2"),
    ],
)
def test_a_sentence_without_a_claim_is_an_alarm(network):
    """Whether its last claim is gone, or speaks for another sentence now."""
    (one,) = found(network)

    assert one.sentence == "VP3"
    assert one.says.endswith("; VP3 has no claim left")
    with pytest.raises(BrokenPromise, match="VP3 has no claim left"):
        prove("VP3", network=network)


def test_a_sentence_with_another_claim_is_none():
    """It is still proved; what is gone is told all the same."""
    (one,) = found(orocloud.without_claim("GL2-visitor"))

    assert "left" not in one.says


def test_a_register_of_other_sentences_is_one_of_its_own():
    """Another page than ours makes other promises, and amends none."""
    sentence = orocloud.tables.sentences[4]._replace(sentence="OURS1")
    claim = CLAIMS[0]._replace(claim="OURS1-shut", sentence="OURS1")
    tables = orocloud.tables.replaced(sentences=(sentence,), claims=(claim,))

    assert found(Network(tables)) == []
    known = tables.replaced(sentences=orocloud.tables.sentences)
    assert len(found(Network(known))) == len(CLAIMS) + 1


def test_names_and_sections_choose_among_amendments_too():
    """What is asked for is told of, also where it is documented alone."""
    network = changed(services="all").without_claim("GL2-visitor")

    def names(*asked, **more):
        return [one.name for one in check(*asked, network=network, **more).amendments]

    assert names() == ["GL2-visitor", "TF5-ports"]
    assert (
        names("GL2-visitor") == names("GL2") == names(section="google") == ["GL2-visitor"]
    )
    assert names("TF5-ports", "NS1") == names(section="traffic-rules") == ["TF5-ports"]
    assert names("NS1") == names(section="ddos") == []
    with pytest.raises(UnknownNameError, match="GL2-visitor"):
        check("GL2-visiter", network=network)


def test_a_claim_that_changed_its_sentence_is_told_of_both():
    """So that no sentence loses a claim unseen."""
    network = changed(sentence="TF6")

    for sentence in ("TF5", "TF6"):
        assert len(check(sentence, network=network).undeclared) == 1


def test_the_register_of_the_package_counts_whatever_tables_are_named(
    tmp_path, monkeypatch
):
    """Proposed tables are not compared with themselves."""
    written(changed(services="all"), tmp_path)
    monkeypatch.setenv(PROPOSAL, str(tmp_path))

    assert [one.name for one in check().undeclared] == ["TF5-ports"]


def test_scoreboard_summary_and_plain_values_tell_amendments():
    """In the row of the sentence, and below the tables."""
    network = changed(services="all")
    rows = {row[0]: row for row in scoreboard(network=network).rows}

    assert rows["TF5"][3] == "✘ alarm: TF5-ports"
    assert "alarm" not in rows["GL3"][3]
    assert len(summary(network=network).notes) == 1
    (told,) = check(network=network).as_dict()["amendments"]
    assert (told["name"], told["declared"]) == ("TF5-ports", False)


def test_a_failure_stays_short_whatever_is_amended():
    """All claims gone: 15 lines at most, with the count of the rest."""
    failure = check(network=orocloud.with_tables(**WITHOUT_CLAIMS)).failure

    assert len(failure.splitlines()) <= 15
    assert f"and {len(CLAIMS) - 1} more" in failure


names = st.sampled_from([row.claim for row in CLAIMS])
NAMED = {
    claim
    for table, kind in TABLES.items()
    for column in kind.columns
    if kind.columns[column].names == "claims"
    for row in getattr(orocloud.tables, table)
    for claim in getattr(row, column).split()
}
unnamed = st.sampled_from([row.claim for row in CLAIMS if row.claim not in NAMED])
"""A claim can go only where no other row names it."""
cells = st.fixed_dictionaries(
    {},
    optional={
        "services": st.sampled_from(["all", "tcp:22"]),
        "source": st.sampled_from(["internet", "web"]),
        "cdn": st.sampled_from(["google", "both"]),
        "expected": st.sampled_from(VERDICTS),
        "basis": st.sampled_from(["proposed", "proposed", "documented", "inferred"]),
        "means": st.sampled_from(["A reason.", "Another one."]),
        "says": st.just("Something else."),
    },
)
steps = st.one_of(
    st.builds(lambda name, more: ("with_claim_changed", [name], more), names, cells),
    st.builds(
        lambda name, more: ("with_claim_changed", [name], more | REASON), names, cells
    ),
    st.builds(lambda name: ("without_claim", [name], {}), unnamed),
    st.builds(lambda more: ("with_claim", ["TF5-ssh"], NEW | more), cells),
    st.builds(lambda more: ("with_claim", ["TF5-ssh"], NEW | more | SAME_REASON), cells),
    st.just(("with_claim", ["TF5-ssh"], {**NEW, "basis": "documented"})),
    st.builds(
        lambda name, basis: ("with_exception", [name], {**OWNED, "basis": basis}),
        names,
        st.sampled_from(["proposed", "assumed"]),
    ),
)


def edited(network, edits):
    for method, given_names, more in edits:
        try:
            network = getattr(network, method)(*given_names, **more)
        except OrosecError:
            continue
    return network


def test_whatever_is_amended_is_told_and_counts_unless_it_is_declared():
    """Whatever is edited in claims and exceptions: compared row by row, by hand."""
    shapes, total = Counter(), Counter()

    @examples(4.0)
    @given(st.lists(steps, min_size=1, max_size=4))
    def law(edits):
        network = edited(orocloud, edits)
        expected = {}
        for table, reason in (("claims", "means"), ("exceptions", "rationale")):
            was, now = (
                {row[0]: row for row in getattr(each.tables, table)}
                for each in (orocloud, network)
            )
            for name in {*was, *now}:
                old, new = was.get(name), now.get(name)
                if old == new:
                    continue
                own = new is not None and new.basis == "proposed"
                own = own and (old is None or getattr(new, reason) != getattr(old, reason))
                expected[table, name] = own
                kind = "added" if old is None else "gone" if new is None else "changed"
                shapes[f"{table} {kind}", own] += 1
        told = found(network)
        total["all"] += 1

        assert sorted((one.name, one.declared) for one in told) == sorted(
            (name, own) for (_, name), own in expected.items()
        )

    law()
    wanted = [("claims added", True), ("claims added", False), ("claims gone", False)]
    wanted += [("claims changed", True), ("claims changed", False)]
    wanted += [("exceptions added", True), ("exceptions added", False)]
    assert rare(shapes, total["all"], wanted) == {}


@pytest.mark.parametrize(
    "network", [changed(services="all", **REASON), changed(services="all")]
)
def test_the_row_of_an_amended_claim_says_so(network):
    """Its words may be the old ones, so the verdict does not stand alone."""
    (amended,) = {row[2] for row in check("TF5-ports", network=network).sheet.rows}
    others = {row[2] for row in check("TF5-open", network=network).sheet.rows}

    assert amended.endswith(", amended")
    assert not any("amended" in verdict for verdict in others)


def test_an_exception_amends_no_claim():
    """It is told as what it is: accepted, by whom and until when."""
    network = orocloud.with_exception("TF1-served", **OWNED)
    told = {row[3] for row in check("TF1-served", network=network).sheet.rows}

    assert not any("amended" in verdict for verdict in told)
