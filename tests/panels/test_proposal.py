"""A proposal in the making: what is taken, what is refused, and that nothing is lost."""

import pytest
from effort import examples
from hypothesis import given
from hypothesis import strategies as st

from orosec import TableError, UnknownNameError, orocloud
from orosec.model.schema import EVERY, TABLES
from orosec.panels.proposal import Proposal, asked_with, in_order

START = Proposal(orocloud, orocloud)
RULE = "load-balancer-to-web"
NAMES = [row.name for row in orocloud.tables.rules]
MOVED = [
    row.name
    for row in orocloud.tables.rules
    if row.network != EVERY and "implied" not in row.name
]
texts = st.one_of(
    st.sampled_from(("web", "vpn-gateway", "tcp:443", "deny", "900", "cloudflare", "")),
    st.text(max_size=8),
)
typed = st.lists(
    st.tuples(
        st.sampled_from(NAMES[:3]), st.sampled_from([*TABLES["rules"].columns]), texts
    ),
    max_size=8,
)


def row(proposal, name):
    return next(row for row in proposal.network.tables.rules if row.name == name)


def refused(proposal):
    return {(cell.rule, cell.column): cell.text for cell in proposal.refused}


def test_good_text_is_taken():
    """The network is the one that the same edit in code gives."""
    made = START.with_cell(RULE, "services", "tcp:80")

    assert made.network == orocloud.with_rule_changed(RULE, services="tcp:80")
    assert made.refused == ()


def test_bad_text_stays_as_it_was_written():
    """With what is wrong and how to mend it; the network is untouched."""
    made = START.with_cell(RULE, "destination", "wbe")

    assert made.network is orocloud
    assert refused(made) == {(RULE, "destination"): "wbe"}
    assert "did you mean 'web'?" in made.refused[0].problem


def test_a_good_cell_beside_a_bad_one_is_taken():
    """The bad one keeps waiting."""
    made = START.with_cell(RULE, "destination", "wbe").with_cell(RULE, "priority", "900")

    assert row(made, RULE).priority == 900
    assert refused(made) == {(RULE, "destination"): "wbe"}


def test_two_cells_that_are_right_together_are_taken_together():
    """Under Cloudflare there is no load balancer, but there is a tunnel."""
    half = START.with_cell(RULE, "cdn", "cloudflare")
    made = half.with_cell(RULE, "source", "cloudflare-tunnel")

    assert refused(half) == {(RULE, "cdn"): "cloudflare"}
    assert half.network is orocloud
    assert made.refused == ()
    assert row(made, RULE)[1] == "cloudflare"


def test_a_mend_is_taken_and_the_mark_is_gone():
    """Nothing else remembers the bad text."""
    made = START.with_cell(RULE, "priority", "many").with_cell(RULE, "priority", "1000")

    assert made == START


def test_a_new_name_carries_the_marks_along():
    """They belong to the rule, whatever it is called."""
    made = START.with_cell(RULE, "priority", "many").with_cell(RULE, "name", "web-in")

    assert refused(made) == {("web-in", "priority"): "many"}


@given(typed)
@examples(1.5)
def test_nothing_typed_is_lost(cells):
    """Each text is in the network, or is refused with a reason; never both."""
    made = START
    for rule, column, text in cells:
        if rule not in {one.name for one in made.network.tables.rules}:
            continue
        made = made.with_cell(rule, column, text)
        waiting = refused(made)
        name = text if column == "name" and (rule, "name") not in waiting else rule
        if (rule, column) in waiting:
            assert waiting[rule, column] == text
        else:
            assert str(getattr(row(made, name), column)) == text
    assert all(cell.problem for cell in made.refused)


@pytest.mark.parametrize("cells", [{}, {"name": "x"}, {"name": "X!", "priority": "-1"}])
def test_a_new_rule_is_refused_with_every_fault(cells):
    """And the proposal is as it was."""
    with pytest.raises(TableError) as caught:
        START.with_rule(cells)

    assert {fault.column for fault in caught.value.faults} >= {"source", "destination"}


def test_a_new_rule_is_added():
    """Empty cells stand for defaults, and numbers may be text."""
    cells = {"name": "dba", "action": "allow", "source": "vpn-gateway", "priority": "1000"}
    cells |= {"destination": "database", "services": "tcp:5432", "network": ""}
    cells.pop("priority")
    made = START.with_rule(cells | {"priority": "1000"})

    assert made.network == orocloud.with_rule(
        "dba", "allow", source="vpn-gateway", destination="database", services="tcp:5432"
    )


def test_a_rule_taken_away_takes_its_marks_along():
    """What was written into it is about nothing now."""
    made = START.with_cell(RULE, "priority", "many").without_rule(RULE)

    assert made.refused == ()
    assert RULE not in {row.name for row in made.network.tables.rules}


@pytest.mark.parametrize("up", [True, False])
@pytest.mark.parametrize("name", MOVED)
def test_a_rule_moves_past_its_neighbour(name, up):
    """One place in the order in which rules are asked, or past a block of one kind."""
    before = [one.name for one in asked_with(orocloud, row(START, name))]
    place = before.index(name) + (-1 if up else 1)
    made = START.moved(name, up=up)
    after = [one.name for one in asked_with(made.network, row(made, name))]

    assert sorted(after) == sorted(before)
    if 0 <= place < len(before):
        assert (after.index(name) < after.index(before[place])) == up
    else:
        assert made is START


@pytest.mark.parametrize(("priority", "up"), [(0, True), (65535, False)])
def test_nothing_is_asked_beyond_the_first_and_last_priority(priority, up):
    """It says so, and the proposal is as it was."""
    action = "deny" if up else "allow"
    ends = {"source": "web", "destination": "nat", "services": "all", "priority": priority}
    other = "allow" if up else "deny"
    made = START._replace(
        network=orocloud.with_rule("end", action, **ends).with_rule("own", other, **ends)
    )
    with pytest.raises(TableError, match="is no whole number in range"):
        made.moved("own", up=up)


def test_a_rule_of_the_other_action_is_passed_by_priority():
    """Deny goes before allow at one priority, so allow needs a lower number."""
    made = START.moved("load-balancer-to-web", up=True)

    assert row(made, "load-balancer-to-web").priority == 899


def test_rules_are_shown_in_the_order_they_are_asked():
    """By network and direction; then priority, deny, and the order of the table."""
    rows = in_order(orocloud)

    assert sorted(rows) == sorted(orocloud.tables.rules)
    assert rows[0].name == "nat-accepts-nothing"


def test_a_rule_that_is_not_there_cannot_be_edited():
    """Somebody else took it away."""
    with pytest.raises(UnknownNameError):
        START.with_cell("nobody", "priority", "1")
