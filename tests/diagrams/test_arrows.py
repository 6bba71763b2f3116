"""Arrows: who reaches whom, by the packets that pass."""

import itertools

import pytest

from orosec import draw, orocloud
from orosec.diagrams.arrows import arrows
from orosec.diagrams.views import VIEWS
from orosec.model.network import Network
from orosec.model.schema import CDNS, READINGS

VARIANTS = list(itertools.product(CDNS, READINGS))


def test_an_arrow_follows_the_rules():
    """Where no rule lets the load balancer in, no arrow leads from it to web."""
    closed = tuple(r for r in orocloud.tables.rules if r.name != "load-balancer-to-web")
    after = draw(network=Network(orocloud.tables.replaced(rules=closed)))

    assert any(line.startswith("load-balancer → web") for line in draw().words)
    assert not any(line.startswith("load-balancer → web") for line in after.words)


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("variant", VARIANTS)
def test_an_arrow_stands_for_packets_that_pass_between_its_ends(view, variant):
    """Of its kind: something listens, or nothing does."""
    scenario = orocloud.scenario(*variant)
    for arrow in arrows(scenario, VIEWS[view]):
        if arrow.kind in ("served", "unserved"):
            between = scenario.traffic(*arrow.ends, "all")
            assert arrow.packets <= scenario.permitted & between
            assert arrow.packets.isdisjoint(scenario.served) == (arrow.kind == "unserved")
            assert not arrow.packets.empty


@pytest.mark.parametrize("variant", VARIANTS)
def test_no_two_arrows_look_alike(variant):
    """Between two boxes, kind and note tell them apart."""
    found = arrows(orocloud.scenario(*variant), VIEWS["segmentation"])

    assert len({one[:4] for one in found}) == len(found) > 5
