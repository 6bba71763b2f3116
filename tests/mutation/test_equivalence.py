"""Meanings: what is called equivalent is so for every packet and every claim there is."""

import itertools
import random
from functools import lru_cache

import pytest
from effort import examples
from hypothesis import given
from hypothesis import strategies as st
from walk import Cells, fates

from orosec import orocloud
from orosec.claims.facts import REGISTRY
from orosec.claims.verbs import REGISTRY as VERBS
from orosec.claims.verdict import Verdict
from orosec.engine.packet_set import NOTHING, PacketSet
from orosec.model.addressing import ROWS
from orosec.model.page_rows import ClaimRow
from orosec.model.scenario import Scenario
from orosec.model.schema import CDNS, READINGS
from orosec.mutation.catalogue import mutants
from orosec.mutation.equivalence import laid_over, meaning, truth
from orosec.mutation.incremental import Edited, meaning_after

VARIANTS = list(itertools.product(CDNS, READINGS))
EVERY = mutants(orocloud)
KNOWN = {variant: meaning(orocloud.scenario(*variant)) for variant in VARIANTS}
tried = st.tuples(st.sampled_from(EVERY), st.sampled_from(VARIANTS))


def both(mutant, variant):
    """Give the scenario before and after, the second made afresh."""
    return orocloud.scenario(*variant), Scenario(mutant.tables, *variant)


@given(tried)
def test_a_meaning_told_from_another_is_the_one_told_afresh(one):
    """Whatever is taken over from before the edit is what it would be without."""
    mutant, variant = one
    before, afresh = both(mutant, variant)

    after = Edited(before, mutant.tables)
    told = meaning(after) if after.gone else meaning_after(after, KNOWN[variant])

    assert told == meaning(afresh)
    assert bool(after.gone) == (told.names != KNOWN[variant].names)


@examples(0.35)
@given(tried)
def test_packets_mean_the_same_exactly_where_a_walk_finds_no_difference(one):
    """One packet of each cell, walked through both: no set of packets is used."""
    before, after = both(*one)
    walked = fates(Cells(before, after), before, after)
    alike = (before.permitted, before.served) == (after.permitted, after.served)

    assert alike == (not walked)
    for packet, fate in walked.items():
        assert (packet in before.permitted ^ after.permitted) == (fate[0] in OPENED)
        assert packet in (before.permitted ^ after.permitted) | (
            before.served ^ after.served
        )


OPENED = ("opened", "closed")


@lru_cache(maxsize=1)
def equivalent():
    """Some equivalent mutants, each with a variant that it touches."""
    some = random.Random(4).sample(list(itertools.product(EVERY, VARIANTS)), 400)
    pairs = ((one, both(*one)) for one in some)
    touching = (
        (one, after) for one, (before, after) in pairs if rows(before) != rows(after)
    )
    return [one for one, after in touching if meaning(after) == KNOWN[one[1]]]


def rows(scenario):
    return [getattr(scenario, name) for name in ROWS]


NAMES = sorted(set(orocloud.scenario("google", "literal").members) - {"balancer"})
shared = [name for name in NAMES if name in orocloud.scenario("cloudflare").members]
ends = st.lists(
    st.sampled_from([*shared, "internet", "elsewhere", "any", "application-subnet"]),
    min_size=1,
    max_size=2,
).map(" ".join)
services = st.sampled_from(["all", "tcp:22", "tcp:80 tcp:8080", "icmp", "udp:31194", "tcp"])


@st.composite
def claims(draw):
    """Any claim that could be written about names that both CDNs have."""
    verb = draw(st.sampled_from([verb for verb in VERBS if verb != "beyond"]))
    level = draw(st.sampled_from(VERBS[verb].levels))
    if verb == "fact":
        cells = ["", "", "", draw(st.sampled_from(sorted(REGISTRY)))]
    elif verb in ("only-through", "translated-to"):
        cells = [draw(ends), draw(ends), draw(services), draw(st.sampled_from(shared))]
    else:
        cells = [draw(ends), draw(ends), draw(services), ""]
    row = ("X1-any", "NS1", "both", "both", level, verb, *cells, "holds", "assumed", "", "")
    return ClaimRow(*row)


@given(st.data(), claims())
def test_no_claim_tells_an_equivalent_mutant_from_the_tables(data, claim):
    """Equal meanings are complete: whatever is claimed, the verdict is the same."""
    before, after = both(*data.draw(st.sampled_from(equivalent())))

    assert Verdict(claim, before).verdict == Verdict(claim, after).verdict


def test_there_are_equivalent_mutants_to_try():
    """Else the law above is true of nothing."""
    assert len(equivalent()) > 30
    assert len({mutant.operator for mutant, _ in equivalent()}) > 5


@pytest.mark.parametrize("fact", REGISTRY)
def test_a_fact_looks_at_no_other_table_than_it_says(fact):
    """A mistake in another table leaves it as true, or as false, as it was."""
    looked = {"subnets", "nodes", "interfaces", *REGISTRY[fact].tables}
    others = [one for one in EVERY if one.table not in looked]
    for mutant in random.Random(fact).sample(others, min(60, len(others))):
        before, after = both(mutant, VARIANTS[len(mutant.says) % 4])

        assert truth(fact, after) == truth(fact, before)


packets = st.sampled_from(
    [PacketSet.box(((first, last),)) for first, last in ((0, 3), (2, 5), (4, 9), (8, 8))]
)


@given(st.lists(st.tuples(packets, packets), max_size=4))
def test_what_may_follow_is_one_value_for_one_relation(pairs):
    """In any order, doubled or cut in two, relays that hand on alike are laid out alike."""
    cut = [(half, after) for before, after in pairs for half in halves(before)]

    assert laid_over(pairs) == laid_over(pairs[::-1]) == laid_over([*pairs, *pairs])
    assert laid_over(pairs) == laid_over(cut)
    for sender in range(11):
        expected = joined(after for before, after in pairs if sender in walk(before))
        found = [key for key, own in laid_over(pairs).items() if sender in walk(own)]
        assert found == ([expected] if not expected.empty else [])


def halves(packets):
    (first, last), *_ = packets.sources()
    return [PacketSet.box(((one, one),)) for one in range(first, last + 1)]


def walk(packets):
    return {n for first, last in packets.sources() for n in range(first, last + 1)}


def joined(sets):
    found = NOTHING
    for one in sets:
        found = found | one
    return found
