"""Layout: nothing crosses a name, nothing overlaps, and it is read on a narrow page."""

import json
import re
from itertools import combinations

import pytest

from orosec import draw, orocloud
from orosec.diagrams.render import render
from orosec.diagrams.views import VIEWS
from orosec.model.schema import CDNS

WIDEST = 694  # points: text of 11 points is 9 pixels high where the page has 568
SHORTCUT = {"source": "vpn-gateway", "destination": "database", "services": "tcp:5432"}
CHANGES = {
    "a way past the bridge": orocloud.with_rule("dba", "allow", **SHORTCUT),
    "no maintenance": orocloud.without_rule("bridge-to-application"),
    "no visitors": orocloud.without_rule("load-balancer-to-web"),
}
DRAWN = {f"{view} {cdn}": ((view,), {"cdn": cdn}) for view in VIEWS for cdn in CDNS}
DRAWN |= {name: ((orocloud, after), {}) for name, after in CHANGES.items()}
DRAWN["another CDN"] = tuple(orocloud.scenario(cdn) for cdn in CDNS), {}


@pytest.fixture(scope="module", params=DRAWN)
def layout(request):
    """Give where Graphviz puts everything, in points."""
    shown, variant = DRAWN[request.param]
    diagram = draw(*shown, **variant)
    width = re.search(rb'<svg [^>]*width="(\d+)pt"', diagram.picture("svg"))
    return {"wide": int(width[1]), **json.loads(render(diagram.dot, "json"))}


def numbers(text):
    return [float(part) for part in text.split(",")]


def around(middle, width, height):
    x, y = middle
    return x - width / 2, y - height / 2, x + width / 2, y + height / 2


def nodes(layout):
    """Give the rectangle of each box, foot and label."""
    return {
        number: around(
            numbers(one["pos"]), 72 * float(one["width"]), 72 * float(one["height"])
        )
        for number, one in enumerate(layout["objects"])
        if "pos" in one
    }


def names(layout):
    """Give the rectangle of the name of each subnet, and that of the title."""
    return [
        around(numbers(one["lp"]), 72 * float(one["lwidth"]), 72 * float(one["lheight"]))
        for one in layout["objects"]
        if one.get("lp")
    ]


def course(edge):
    """Give points along the curve of an edge, close to each other."""
    for part in edge["_draw_"]:
        if part["op"] in "bB":
            for at in range(0, len(part["points"]) - 1, 3):
                yield from bend(part["points"][at : at + 4])


def bend(corners, steps=40):
    for step in range(steps + 1):
        t = step / steps
        weights = (1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3
        yield tuple(
            sum(w * corner[axis] for w, corner in zip(weights, corners, strict=True))
            for axis in (0, 1)
        )


def within(point, box, slack=1.0):
    x, y = point
    return box[0] + slack < x < box[2] - slack and box[1] + slack < y < box[3] - slack


def test_no_line_runs_through_what_it_does_not_join(layout):
    """No other box, no label of another arrow, no name of a subnet, not the title."""
    boxes, titles = nodes(layout), names(layout)
    for edge in layout["edges"]:
        others = [
            box for at, box in boxes.items() if at not in (edge["tail"], edge["head"])
        ]
        for point in course(edge):
            assert not any(within(point, box) for box in (*others, *titles)), edge


def test_no_boxes_overlap(layout):
    """Neither with each other nor with a name."""
    for one, other in combinations((*nodes(layout).values(), *names(layout)), 2):
        wide, high = (
            min(one[at + 2], other[at + 2]) - max(one[at], other[at]) for at in (0, 1)
        )
        assert min(wide, high) <= 1


def test_the_smallest_text_is_read_on_a_narrow_page(layout):
    """No text is smaller than 11 points, in a picture that is not too wide for them."""
    assert layout["wide"] <= WIDEST
    assert min(sizes(layout)) >= 11


def sizes(part):
    """Yield the size of every font that is drawn."""
    if isinstance(part, dict):
        if part.get("op") == "F":
            yield part["size"]
        part = list(part.values())
    if isinstance(part, list):
        for inner in part:
            yield from sizes(inner)


def test_the_bridge_has_a_foot_in_each_subnet(layout):
    """Where it is drawn, a bar joins it to both, and each foot stands in its subnet."""
    objects = layout["objects"]
    bridge = next((at for at, one in enumerate(objects) if one["name"] == "n_bridge"), None)
    if bridge is None:
        return
    bars = [one for one in layout["edges"] if bridge in (one["tail"], one["head"])]
    ends = {end for one in bars for end in (one["tail"], one["head"])} - {bridge}
    zones = [
        one for one in objects if one["name"].endswith(("_dmz", "_application_subnet"))
    ]
    zones = [one for one in zones if one["name"].startswith("cluster")]
    held = [[end for end in ends if end in one["nodes"]] for one in zones]

    assert len(zones) == 2
    assert [len(each) for each in held] == [1, 1]
