"""Draw a packet set as what it is, a diagram: docs/packet-sets.svg comes from here.

``python tests/helpers/drawing.py`` writes the picture anew; a test holds that the picture
in ``docs`` is the one that the code draws of the set that the page speaks of.
"""

from html import escape
from ipaddress import ip_address, summarize_address_range
from pathlib import Path

from orosec.engine.decision_diagram import FULL, edges
from orosec.engine.notation import (
    PROTOCOL_NAMES,
    address_text,
    range_intervals,
    read_services,
)
from orosec.engine.packet_set import PacketSet, root

PICTURE = Path(__file__).parents[2] / "docs" / "packet-sets.svg"

FIELDS = ("source", "destination", "protocol", "detail")
WIDTHS = (176, 176, 74, 74)
LEFT, TOP, ROW, GAP, SPACE = 14, 52, 24, 18, 74

STYLE = """
text { font: 13px sans-serif; fill: #1f2328 }
.field { font-weight: bold }
.node { fill: #f6f8fa; stroke: #57606a }
.rule { stroke: #d0d7de }
.edge { fill: none; stroke: #0072b2; stroke-width: 1.6 }
.end { fill: #009e73 }
"""


def example():
    """Give the set of the page: three ways to two web servers."""
    web = range_intervals("10.10.0.11 10.10.0.12")
    people = range_intervals("198.51.100.0/24 10.20.0.2")
    parts = (
        (people, web, "tcp:80 tcp:443"),
        (range_intervals("10.10.0.2"), web, "tcp:22 icmp"),
        (
            range_intervals("2001:db8:99::/48"),
            range_intervals("2001:db8:10::11"),
            "tcp:443",
        ),
    )
    joined = PacketSet()
    for sources, destinations, services in parts:
        joined |= PacketSet.box(sources, destinations, read_services(services))
    return joined


def levels(packets):
    """Give the nodes of each level, each once, in the order in which edges meet them."""
    found = [[root(packets)]]
    for _ in FIELDS[1:]:
        below = [child for node in found[-1] for _, child in edges(node)]
        found.append(list(dict.fromkeys(below)))
    return found


def label(level, first, last):
    if level < 2:
        ends = ip_address(address_text(first)), ip_address(address_text(last))
        ranges = [str(one) for one in summarize_address_range(*ends)]
        whole = ranges[0] if len(ranges) == 1 else f"{ends[0]} – {ends[1]}"
        return whole.removesuffix("/32").removesuffix("/128")
    if level == 2:
        return PROTOCOL_NAMES[first]
    return str(first) if first == last else f"{first} – {last}"


def places(nodes):
    """Give the corner of each node: levels side by side, each around one middle line."""
    heights = [
        sum(ROW * len(list(edges(node))) + GAP for node in level) - GAP for level in nodes
    ]
    found, x = {}, LEFT
    for level, height, width in zip(nodes, heights, WIDTHS, strict=True):
        y = TOP + (max(heights) - height) / 2
        for node in level:
            found[node] = (x, y)
            y += ROW * len(list(edges(node))) + GAP
        x += width + SPACE
    return found, x, TOP + max(heights) + GAP


def draw(packets):
    nodes = levels(packets)
    corners, end, height = places(nodes)
    middle = (TOP + height - GAP) / 2
    starts = [LEFT + sum(WIDTHS[:k]) + SPACE * k for k in range(len(FIELDS))]
    lines = [
        f'<text class="field" x="{x}" y="30">{field}</text>'
        for x, field in zip(starts, FIELDS, strict=True)
    ]
    for level, (many, width) in enumerate(zip(nodes, WIDTHS, strict=True)):
        for node in many:
            x, y = corners[node]
            rows = list(edges(node))
            lines.append(
                f'<rect class="node" x="{x}" y="{y:g}" width="{width}" '
                f'height="{ROW * len(rows)}" rx="4"/>'
            )
            for k, ((first, last), child) in enumerate(rows):
                base = y + ROW * k
                if k:
                    lines.append(f'<path class="rule" d="M {x} {base:g} h {width}"/>')
                text = escape(label(level, first, last))
                lines.append(f'<text x="{x + 8}" y="{base + 17:g}">{text}</text>')
                to = (end, middle) if child is FULL else corners[child]
                lines.append(edge(x + width, base + ROW / 2, to, child is FULL))
    lines.append(f'<circle class="end" cx="{end + 7}" cy="{middle:g}" r="7"/>')
    lines.append(f'<text x="{end + 20}" y="{middle + 5:g}">in the set</text>')
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{end + 100}" height="{height:g}" '
        f'viewBox="0 0 {end + 100} {height:g}">\n'
        "<title>A packet set, drawn as the diagram that it is</title>\n"
        f"<style>{STYLE}</style>\n"
        f'<rect width="{end + 100}" height="{height:g}" fill="white"/>\n'
        + "\n".join(lines)
        + "\n</svg>\n"
    )


def edge(x, y, to, last):
    """Draw a curve from a row to the node that it leads to."""
    end, over = to[0], to[1] if last else to[1] + ROW / 2
    bend = (x + end) / 2
    return (
        f'<path class="edge" d="M {x} {y:g} C {bend:g} {y:g} {bend:g} {over:g} '
        f'{end} {over:g}"/>'
    )


if __name__ == "__main__":
    PICTURE.write_text(draw(example()), encoding="utf-8")
