"""The code shown for a proposal makes that very proposal."""

import string

import pytest
from effort import examples
from hypothesis import given
from hypothesis import strategies as st

from orosec import TableError, UnknownNameError, orocloud
from orosec.model.network import Network
from orosec.panels.codegen import code, steps

NAMES = [row.name for row in orocloud.tables.rules]
ENDS = ("web", "database", "vpn-gateway", "bridge", "internet", "10.10.0.0/25 web")
names = st.one_of(st.sampled_from(NAMES), st.text(string.ascii_lowercase, min_size=1))
cells = st.fixed_dictionaries(
    {},
    optional={
        "name": names,
        "priority": st.sampled_from((0, 900, 1000)),
        "action": st.sampled_from(("allow", "deny")),
        "source": st.sampled_from(ENDS),
        "services": st.sampled_from(("tcp:22", "all", "udp:1-9 icmp")),
        "rationale": st.sampled_from(('It says "so" \\ and more.', "Ünïcödé → yes", "'")),
    },
)
edits = st.lists(
    st.one_of(
        st.tuples(st.just("without"), st.sampled_from(NAMES), st.just({})),
        st.tuples(st.just("changed"), st.sampled_from(NAMES), cells),
        st.tuples(st.just("with"), names, cells),
        st.tuples(st.just("moved"), st.sampled_from(NAMES), st.sampled_from(NAMES)),
    ),
    max_size=6,
)


def edited(network, kind, name, how):
    """Make one edit, or none where it is refused."""
    new = {"action": "allow", "source": "web", "destination": "nat", "services": "all"}
    try:
        if kind == "without":
            return network.without_rule(name)
        if kind == "changed":
            return network.with_rule_changed(name, **how)
        if kind == "moved":
            return network.with_rule_moved(name, before=how)
        return network.with_rule(**(new | how | {"name": name}))
    except (TableError, UnknownNameError):
        return network


def proposed(plan):
    network = orocloud
    for edit in plan:
        network = edited(network, *edit)
    return network


def run(text):
    """Run the code; give the proposal it made."""
    made = {}
    exec(text, made)
    return made["proposal"]


@given(edits)
@examples(1.5)
def test_the_code_makes_the_proposal(plan):
    """Whatever the edits were, and in whatever order."""
    after = proposed(plan)
    if after == orocloud:
        assert code(orocloud, after) == "# nothing is changed"
    else:
        assert run(code(orocloud, after)) == after


@given(edits, edits)
@examples(0.75)
def test_steps_lead_from_any_network_to_any_other(one, other):
    """Both are edits of the documented one; the way back is one, too."""
    before, after = proposed(one), proposed(other)
    for step in steps(before, after):
        before = step.apply(before)

    assert before == after


@given(st.permutations(NAMES))
def test_few_moves_sort_a_table(order):
    """As many as rows do not stand in the longest run that is in order already."""
    rows = {row.name: row for row in orocloud.tables.rules}
    tables = orocloud.tables.replaced(rules=tuple(rows[name] for name in order))
    found = steps(orocloud, Network(tables))

    assert {step.method for step in found} <= {"with_rule_moved"}
    assert len(found) < len(order)


def test_a_new_rule_says_what_it_must_and_no_more():
    """Defaults are left out; one call, and the lines are short."""
    after = orocloud.with_rule(
        "dba", "allow", source="vpn-gateway", destination="database", services="tcp:5432"
    )

    assert code(orocloud, after) == (
        "from orosec import orocloud\n"
        "\n"
        "proposal = orocloud.with_rule(\n"
        '    "dba",\n'
        '    "allow",\n'
        '    source="vpn-gateway",\n'
        '    destination="database",\n'
        '    services="tcp:5432",\n'
        ")"
    )


def test_what_was_done_and_undone_leaves_no_trace():
    """A cell changed twice is one edit; a rule added and taken away is none."""
    there = orocloud.with_rule_changed("nat-accepts-nothing", priority=1)
    back = there.with_rule_changed("nat-accepts-nothing", priority=900)
    gone = orocloud.with_rule(
        "x", "deny", source="web", destination="nat", services="all"
    ).without_rule("x")

    assert steps(orocloud, back) == steps(orocloud, gone) == ()


def test_a_new_name_is_one_edit():
    """Not a rule taken away and another one added."""
    after = orocloud.with_rule_changed("nat-accepts-nothing", name="nat-is-quiet")

    assert [str(step.method) for step in steps(orocloud, after)] == ["with_rule_changed"]
    assert '"nat-accepts-nothing", name="nat-is-quiet"' in code(orocloud, after)


def test_another_base_has_no_name():
    """Only the documented network can be imported."""
    base = orocloud.without_rule("nat-accepts-nothing")
    text = code(base, base.without_rule("bridge-to-application"))

    assert text == 'proposal = network.without_rule("bridge-to-application")'


@pytest.mark.parametrize(
    "rationale", ['"""', "a\\", "x' y", "#", "{}", "${x}", "\N{SNOWMAN}"]
)
def test_text_is_quoted(rationale):
    """Whatever stands in a cell, the code holds it as text."""
    after = orocloud.with_rule_changed("nat-accepts-nothing", rationale=rationale)

    assert run(code(orocloud, after)) == after
