"""Safe changes: three steps, each a proof or a counterexample."""

import itertools
import json

import pytest
from effort import examples
from hypothesis import given
from hypothesis import strategies as st
from proposals import proposals

from orosec import orocloud, safe_change, what_would_deny
from orosec.errors import NotationError, UnknownNameError
from orosec.model.schema import CDNS, READINGS

INTENT = ("vpn-gateway", "database", "tcp:5432")
VARIANTS = list(itertools.product(CDNS, READINGS))


def rule(source="vpn-gateway", destination="database", services="tcp:5432", **more):
    ends = {"source": source, "destination": destination, "services": services}
    return orocloud.with_rule("dba", "allow", **ends, **more)


def answers(after, *intent, **more):
    return [
        step.proved
        for step in safe_change(orocloud, after, *(intent or INTENT), **more).steps
    ]


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (rule(), [True, True, True]),
        (orocloud, [True, False, True]),
        (rule(destination="database-1"), [True, False, True]),
        (rule(source="10.20.0.2/31"), [True, True, False]),
        (rule(services="tcp:5432-5433"), [True, True, False]),
        (rule().without_rule("bridge-to-application"), [True, True, False]),
        (rule().without_listener("cache-redis"), [True, True, False]),
        (rule().without_route("maintenance-own-address"), [True, True, False]),
        (rule(cdn="google"), [True, False, True]),
        (rule(destination="database jobs"), [True, True, False]),
        (rule(destination="jobs"), [True, False, False]),
    ],
)
def test_each_slip_is_caught_in_its_step(after, expected):
    """Too little fails the second step, too much the third; a bit too wide is too much."""
    assert answers(after) == expected


def test_what_is_permitted_already_needs_no_change():
    """The first step fails, and names the rule that permits it."""
    found = safe_change(orocloud, rule(), "bridge", "database", "tcp:22")

    assert not found.steps[0].proved
    assert "bridge-to-application" in found.steps[0].because


def test_traffic_can_be_stopped_by_the_same_recipe():
    """It passed, it is stopped, and nothing else changed."""
    after = orocloud.without_rule("vpn-from-internet")
    intent = ("internet", "vpn-gateway", "udp:31194")

    assert answers(after, *intent, action="deny", reading="operational") == [True] * 3
    assert answers(after, *intent, action="deny") == [False, True, True]
    assert answers(orocloud, *intent, action="deny", reading="operational")[1] is False


def test_an_end_of_one_cdn_is_looked_at_there_and_the_rest_everywhere():
    """What changes under the other CDN is something else."""
    intent = ("load-balancer", "web", "tcp:22")
    ends = {"source": "load-balancer", "destination": "web", "services": "tcp:22"}
    after = orocloud.with_rule("lb", "allow", **ends, cdn="google")

    assert answers(after, *intent) == [True, True, True]
    assert answers(after.without_rule("tunnel-to-web"), *intent) == [True, True, False]


BOTH = [INTENT, ("vpn-gateway", "cache", "tcp:6379")]


def two(**more):
    return rule().with_rule(
        **{
            "name": "cache",
            "action": "allow",
            "source": "vpn-gateway",
            "destination": "cache",
            "services": "tcp:6379",
            **more,
        }
    )


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (two(), [True, True, True]),
        (rule(), [True, False, True]),
        (two(services="tcp:6379-6380"), [True, True, False]),
        (two(source="vpn-gateway bridge"), [True, True, False]),
        (two(destination="cache search"), [True, True, False]),
        (orocloud, [True, False, True]),
    ],
)
def test_several_intents_are_one_change(after, expected):
    """All of them are reached, and nothing else than all of them together."""
    found = safe_change(orocloud, after, *BOTH)

    assert [step.proved for step in found.steps] == expected
    assert found.intent == (
        "allow vpn-gateway → database tcp:5432; allow vpn-gateway → cache tcp:6379"
    )
    assert answers(after, *BOTH[::-1]) == expected


def test_each_of_several_intents_must_be_needed():
    """One that was permitted already fails the first step, with its rule."""
    first = safe_change(orocloud, rule(), INTENT, ("bridge", "web", "tcp:22")).steps[0]

    assert not first.proved
    assert "bridge-to-application" in first.because


@pytest.mark.parametrize(
    ("legs", "safe"), [(("application",), False), (("application", "maintenance"), True)]
)
def test_a_host_is_stopped_on_each_of_its_legs(legs, safe):
    """It may call a public address of ours from any of them."""
    flow = {"source": "bridge", "destination": "203.0.113.20", "services": "udp:31194"}
    after = orocloud
    for leg in legs:
        cells = {**flow, "network": f"{leg}-network", "direction": "egress", "priority": 5}
        after = after.with_rule(leg, "deny", **cells)

    assert safe_change(orocloud, after, *flow.values(), action="deny").safe is safe
    assert what_would_deny(*flow.values(), network=after).reached is safe


@pytest.mark.parametrize("ends", ["203.0.113.20", "203.0.113.16/28"])
def test_what_comes_back_to_us_is_asked_anew(ends):
    """To let it out is safe; whether it comes in there is another question."""
    flow = {"source": "web", "destination": ends, "services": "tcp:443"}
    cells = {"direction": "egress", "network": "application-network", "priority": 5}
    shut = orocloud.with_rule("shut", "deny", **flow, **cells)
    found = safe_change(shut, orocloud, *flow.values())

    assert found.safe
    asked = (
        "an address of vpn-1. Whether it comes in there is asked anew, with that address"
    )
    (note,) = [each for each in found.notes if "vpn-1" in each]
    assert f"{asked}: denied. (both CDNs, both readings)" in note
    assert note in " ".join(str(found).split())
    assert note in found.as_dict()["notes"]


def test_several_intents_are_stopped_by_the_same_recipe():
    """What two rules let in is shut by taking both away."""
    stopped = [
        ("vpn-gateway", "database", "tcp:5432"),
        ("vpn-gateway", "cache", "tcp:6379"),
    ]
    found = safe_change(two(), orocloud, *stopped, action="deny")

    assert found.safe
    assert not safe_change(two(), orocloud, stopped[0], action="deny").safe


def test_one_intent_is_taken_in_both_spellings():
    """Three words, or one sequence of three."""
    assert repr(safe_change(orocloud, rule(), INTENT)) == repr(
        safe_change(orocloud, rule(), *INTENT)
    )


@pytest.mark.parametrize(
    "intents",
    [
        (),
        ("web", "database"),
        ("web", "database", "tcp:22", "all"),
        (INTENT, "web"),
        (INTENT, ("web", "database")),
        (INTENT, ("2001:db8::1", "web", "tcp")),
    ],
)
def test_what_is_no_intent_is_refused(intents):
    """Too few words, too many, or one without a packet among others."""
    with pytest.raises(NotationError, match=r"is no intent|is an empty intent"):
        safe_change(orocloud, rule(), *intents)


def test_one_unknown_name_among_several_intents_is_refused():
    """It is no intent that nothing reaches."""
    with pytest.raises(UnknownNameError, match="did you mean"):
        safe_change(orocloud, rule(), INTENT, ("vpn-gatway", "web", "tcp"))


def test_an_end_may_be_new():
    """A node that the change brings can be what it is about."""
    before = orocloud.with_node(
        "db-3", role="archive", function="application", home="application-subnet"
    )
    after = before.with_interface(
        "db-3", node="db-3", subnet="application-subnet", address="10.10.0.33"
    ).with_rule("dba", "allow", source="vpn-gateway", destination="db-3", services="tcp:1")
    steps = safe_change(before, after, "vpn-gateway", "archive", "tcp:1").steps

    assert [step.proved for step in steps] == [True, True, False]


@pytest.mark.parametrize("intent", [("web", "web", ""), ("2001:db8::1", "web", "tcp")])
def test_an_empty_intent_is_refused(intent):
    """There is no packet from one family of addresses to the other."""
    with pytest.raises(NotationError):
        safe_change(orocloud, orocloud, *intent)


@pytest.mark.parametrize(
    ("intent", "more"),
    [
        (("vpn-gatway", "web", "tcp"), {}),
        (INTENT, {"action": "permit"}),
        (INTENT, {"cdn": "gogle"}),
        (("cloudflare-tunnel", "web", "tcp"), {"cdn": "google"}),
    ],
)
def test_an_unknown_name_comes_with_a_hint(intent, more):
    """As in every question."""
    with pytest.raises(UnknownNameError, match=r"did you mean|known|variant"):
        safe_change(orocloud, orocloud, *intent, **more)


intents = st.tuples(
    st.sampled_from(["vpn-gateway", "internet", "bridge", "10.10.0.0/25"]),
    st.sampled_from(["database", "web", "application-subnet"]),
    st.sampled_from(["tcp:5432", "tcp", "all"]),
)


@examples(0.6)
@given(proposals, intents)
def test_the_steps_say_what_the_whole_sets_say(after, intent):
    """Built whole, each step is one line of algebra; the local answers agree."""
    before, later = (
        [network.scenario(*variant) for variant in VARIANTS]
        for network in (orocloud, after)
    )
    asked = [scenario.traffic(*intent) for scenario in later]
    steps = safe_change(orocloud, after, *intent).steps

    pairs = list(zip(before, later, asked, strict=True))
    assert steps[0].proved == all((a & old.permitted).empty for old, _, a in pairs)
    assert steps[1].proved == all(a <= new.permitted for _, new, a in pairs)
    if steps[2].proved:
        assert all((old.permitted ^ new.permitted) <= a for old, new, a in pairs)
        assert all((old.served ^ new.served) <= a for old, new, a in pairs)


def test_a_safe_change_looks_the_same_each_time():
    """As text, as HTML, as plain values."""
    shown = [safe_change(orocloud, rule(), *INTENT)._repr_mimebundle_() for _ in range(2)]
    values = json.loads(json.dumps(safe_change(orocloud, rule(), *INTENT).as_dict()))

    assert shown[0] == shown[1]
    assert "safe, proved" in shown[0]["text/plain"]
    assert values["safe"] is True
    assert [step["proved"] for step in values["steps"]] == [True, True, True]
