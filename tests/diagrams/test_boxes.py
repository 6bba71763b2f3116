"""Boxes: whom the arrows join, those alike in one box."""

import pytest

from orosec import orocloud
from orosec.diagrams.arrows import arrows
from orosec.diagrams.boxes import boxed
from orosec.diagrams.views import VIEWS
from orosec.model.schema import CDNS


@pytest.mark.parametrize("cdn", CDNS)
@pytest.mark.parametrize("view", VIEWS)
def test_boxes_hold_all_ends_once_and_arrows_join_boxes(view, cdn):
    """No end is lost, none is drawn twice, no arrow ends nowhere."""
    scenario = orocloud.scenario(cdn)
    found = arrows(scenario, VIEWS[view])
    boxes, kept = boxed(found, [scenario])
    names = [name for box in boxes for name in box.names]

    assert sorted(names) == sorted({end for arrow in found for end in arrow.ends})
    assert {end for arrow in kept for end in arrow.ends} <= {box.name for box in boxes}
    assert {*kept} <= {*found}


def test_application_roles_that_the_rules_treat_alike_share_a_box():
    """And each says how many nodes stand behind it."""
    scenario = orocloud.scenario()
    boxes, _ = boxed(arrows(scenario, VIEWS["segmentation"]), [scenario])
    shared = [box for box in boxes if len(box.names) > 1]

    assert shared
    assert {box.function for box in shared} == {"application"}
    assert any("×" in line for box in boxes for line in box.lines)
    assert all(box.kind == "" for box in boxes)


def test_a_box_that_one_of_two_scenarios_knows_is_new_or_gone():
    """The load balancer goes, the tunnel comes."""
    pair = [orocloud.scenario(cdn) for cdn in CDNS]
    found = [arrow for one in pair for arrow in arrows(one, VIEWS["segmentation"])]
    kinds = {box.name: box.kind for box in boxed(found, pair)[0]}

    assert kinds["load-balancer"] == "closed"
    assert kinds["cloudflare-tunnel"] == "opened"
    assert kinds["vpn-gateway"] == ""
