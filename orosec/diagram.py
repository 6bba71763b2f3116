"""Diagrams of the model: every box is a row, every arrow is computed from the packets.

The DOT text is built in a fixed order, so it is the same from run to run. Arrows are
told apart by line style as well as colour (Okabe and Ito's palette, which survives
colour blindness), on a white ground that stays readable in dark mode.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from pathlib import Path
from typing import Any, NamedTuple

from graphviz import Digraph
from graphviz.quoting import escape as graphviz_text
from graphviz.quoting import nohtml

from orosec.deployment import INTERNET, Deployment
from orosec.errors import NotationError, UnknownNameError, did_you_mean
from orosec.files import replace_file
from orosec.network import Network, documented
from orosec.notation import services_summary
from orosec.packets import PacketSet
from orosec.render import FONT, FORMATS, NoRenderer, render

_MOST_LABEL = 40
INK, QUIET, FRAME = "#1a1a1a", "#5a5a5a", "#8a8a8a"


class Style(NamedTuple):
    """How one kind of arrow looks, and what it means."""

    color: str
    line: str
    width: str
    meaning: str


STYLES = {
    "served": Style("#0072b2", "solid", "2", "let in, and something listens"),
    "unserved": Style("#d55e00", "dashed", "2", "let in, and nothing listens"),
    "leaving": Style("#009e73", "bold", "2", "leaves, with the public address shown"),
    "tunnel": Style("#cc79a7", "dotted", "3", "goes on through a relay or tunnel"),
}
FILLS = {
    "application": "#e8f1f8",
    "cdn": "#fdf3e1",
    "egress": "#e6f5ef",
    "bridge": "#f7e9f1",
    "vpn": "#f7e9f1",
    "outside": "#f2f2f2",
}


class Edge(NamedTuple):
    """An arrow between two boxes."""

    source: str
    destination: str
    label: str
    kind: str

    def __str__(self) -> str:
        meaning = STYLES[self.kind].meaning
        return f"{self.source} → {self.destination}: {self.label} ({meaning})"


class View(NamedTuple):
    """What a diagram shows.

    Attributes:
        title: its caption.
        boxes: the names to draw; those that the variant lacks are left out.
        edges: kinds of arrows to draw.
        towards: draw only arrows into these names; all where empty.
    """

    title: str
    boxes: tuple[str, ...]
    edges: tuple[str, ...]
    towards: tuple[str, ...] = ()


_STORES = ("jobs", "database", "search", "message-queue", "cache", "file-storage")
_CDN = ("load-balancer", "cloudflare", "cloudflare-tunnel")
_PEOPLE = ("support", "customer-it")
VIEWS = {
    "segmentation": View(
        "How the cloud is segmented",
        (INTERNET, *_CDN, "web", *_STORES, "nat", "bridge", "vpn-gateway"),
        ("served", "unserved", "tunnel", "leaving"),
    ),
    "ingress-application": View(
        "What gets into the application subnet",
        (INTERNET, *_CDN, "bridge", "vpn-gateway", "web", *_STORES, "nat"),
        ("served", "unserved", "tunnel"),
        ("web", *_STORES, "nat", *_CDN),
    ),
    "ingress-maintenance": View(
        "What gets into the maintenance DMZ",
        (INTERNET, *_PEOPLE, "web", "bridge", "vpn-gateway"),
        ("served", "unserved"),
        ("vpn-gateway",),
    ),
    "egress": View(
        "How traffic leaves",
        (
            "web",
            *_STORES,
            "cloudflare-tunnel",
            "nat",
            "vpn-gateway",
            INTERNET,
            "cloudflare",
        ),
        ("leaving",),
    ),
    "maintenance": View(
        "The way of maintenance",
        (*_PEOPLE, "vpn-gateway", "bridge", "web", *_STORES),
        ("served", "unserved"),
        ("vpn-gateway", "bridge", "web", *_STORES),
    ),
}
"""Every view by name."""


class Diagram:
    """A picture of the model: as DOT, SVG and PNG, and told in words.

    Attributes:
        dot: the DOT text.
        words: the same in sentences, for those who do not see the picture.
    """

    def __init__(self, dot: str, words: Sequence[str]) -> None:
        self.dot = dot
        self.words = tuple(words)

    @property
    def text(self) -> str:
        """The words, then the DOT: what is shown where pictures are not."""
        return "\n".join([*self.words, "", self.dot])

    def picture(self, form: str) -> bytes:
        """Draw it as ``svg`` or ``png``.

        Raises:
            NoRenderer: nothing here can draw.
        """
        return render(self.dot, form)

    def save(self, path: str | Path) -> Path:
        """Write it to a file whose ending names the form: .svg, .png or .dot.

        Raises:
            NotationError: another ending.
            NoRenderer: nothing here can draw.
            OutputError: the file cannot be written; its old content still stands.
        """
        target = Path(path)
        form = target.suffix.lstrip(".")
        if form == "dot":
            replace_file(target, self.dot.encode("utf-8"))
        elif form in FORMATS:
            replace_file(target, self.picture(form))
        else:
            mend = "let it end in .svg, .png or .dot"
            raise NotationError(str(path), "names no picture", mend)
        return target

    def __repr__(self) -> str:
        return self.text

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        try:
            svg = self.picture("svg").decode("utf-8")
            png = b64encode(self.picture("png")).decode("ascii")
        except NoRenderer as error:
            return {"text/plain": f"{error}\n\n{self.text}"}
        named = svg.replace("<svg ", f'<svg role="img" aria-label="{self._label()}" ', 1)
        return {"image/svg+xml": named, "image/png": png, "text/plain": self.text}

    def _label(self) -> str:
        return escape("; ".join(self.words), quote=True)


def draw(
    view: str = "segmentation",
    *,
    cdn: str = "google",
    reading: str = "operational",
    network: Network | None = None,
) -> Diagram:
    """Draw one view of the model.

    Args:
        view: a name in `VIEWS`.
        cdn: ``google`` or ``cloudflare``.
        reading: ``operational`` or ``literal``.
        network: the tables to draw; the documented ones where left out.

    Raises:
        UnknownNameError: no such view, CDN or reading.
    """
    if view not in VIEWS:
        raise UnknownNameError(view, "view", did_you_mean(view, VIEWS))
    tables = documented() if network is None else network
    deployment = tables.deployment(cdn, reading)
    chosen = VIEWS[view]
    names = [
        name for name in chosen.boxes if name == INTERNET or name in deployment.members
    ]
    boxes, edges = _alike(deployment, list(_edges(deployment, chosen, names)))
    title = f"{chosen.title} ({cdn}, {reading} reading)"
    words = [title, *(_worded(edge, boxes) for edge in edges)]
    return Diagram(_dot(deployment, title, boxes, edges), words)


_Boxes = dict[str, list[str]]


def _alike(deployment: Deployment, edges: list[Edge]) -> tuple[_Boxes, list[Edge]]:
    """Draw application roles with the same arrows as one box, named after the first."""
    inside = set(deployment.members.get("application", ()))
    boxes: _Boxes = {}
    first_of: dict[tuple[tuple[str, ...], ...], str] = {}
    for name in dict.fromkeys(end for edge in edges for end in edge[:2]):
        own = set(deployment.members.get(name, ("",)))
        arrows = tuple(
            tuple("" if end == name else end for end in edge)
            for edge in edges
            if name in edge[:2]
        )
        first = first_of.setdefault(arrows, name) if own <= inside else name
        boxes.setdefault(first, []).append(name)
    kept = [edge for edge in edges if edge.source in boxes and edge.destination in boxes]
    return boxes, kept


def _worded(edge: Edge, boxes: _Boxes) -> str:
    ends = [", ".join(boxes[end]) for end in edge[:2]]
    return str(edge._replace(source=ends[0], destination=ends[1]))


def _edges(deployment: Deployment, view: View, names: Sequence[str]) -> list[Edge]:
    found = [
        edge
        for source in names
        for destination in names
        if not _neighbours(deployment, source, destination)
        for edge in _between(deployment, source, destination)
    ]
    found += _relayed(deployment, names)
    chosen = (
        edge
        for edge in found
        if edge.kind in view.edges
        and (edge.destination in view.towards or not view.towards)
        and {edge.source, edge.destination} <= set(names)
    )
    return list(dict.fromkeys(chosen))


def _neighbours(deployment: Deployment, source: str, destination: str) -> bool:
    """Tell whether both are application nodes: among these no arrows are drawn."""
    inside = set(deployment.members.get("application", ()))
    ends = [set(deployment.members.get(name, ("",))) for name in (source, destination)]
    return source == destination or all(end <= inside for end in ends)


def _between(deployment: Deployment, source: str, destination: str) -> Iterator[Edge]:
    passed = deployment.passed(source, destination, "all", "permitted")
    leaving = passed & deployment.leaving
    yield from _leaving(deployment, source, destination, leaving)
    arriving = passed - leaving
    if arriving.empty or destination == INTERNET:
        return
    served = arriving & deployment.served
    silent = arriving - served
    if not served.empty:
        yield Edge(source, destination, services_summary(served.services()), "served")
    if not silent.empty:
        text = services_summary(silent.services())
        few = len(text) <= _MOST_LABEL
        yield Edge(source, destination, text if few else "everything else", "unserved")


def _leaving(
    deployment: Deployment, source: str, destination: str, leaving: PacketSet
) -> Iterator[Edge]:
    """Yield how traffic leaves; towards an edge, only what a route row sends there."""
    sent = {row.name: row.destination for row in deployment.routes}
    for departure in deployment.departures(leaving):
        if destination not in (INTERNET, sent.get(departure.route)):
            continue
        label = f"{services_summary(departure.packets.services())} as {departure.public}"
        if departure.via and departure.via != source:
            yield Edge(source, departure.via, "all that leaves", "leaving")
            yield Edge(departure.via, destination, label, "leaving")
        elif departure.public:
            yield Edge(source, destination, label, "leaving")


def _relayed(deployment: Deployment, names: Sequence[str]) -> Iterator[Edge]:
    for relay in deployment.relays:
        if relay.node != relay.exit and {relay.node, relay.exit} <= set(names):
            yield Edge(relay.node, relay.exit, "down the tunnel", "tunnel")


def _dot(deployment: Deployment, title: str, boxes: _Boxes, edges: Sequence[Edge]) -> str:
    graph = Digraph(
        "orosec",
        graph_attr={
            "rankdir": "LR",
            "bgcolor": "#ffffff",
            "fontname": FONT,
            "fontsize": "15",
            "fontcolor": INK,
            "label": _safe(title),
            "labelloc": "t",
            "nodesep": "0.35",
            "ranksep": "1.1",
            "pad": "0.25",
        },
        node_attr={
            "shape": "box",
            "style": "rounded,filled",
            "fontname": FONT,
            "fontsize": "12",
            "fontcolor": INK,
            "color": FRAME,
            "margin": "0.18,0.1",
        },
        edge_attr={"fontname": FONT, "fontsize": "10", "fontcolor": INK},
    )
    for place, names in _places(deployment, boxes).items():
        _add_place(graph, deployment, place, {name: boxes[name] for name in names})
    for edge in edges:
        style = STYLES[edge.kind]
        graph.edge(
            _id(edge.source),
            _id(edge.destination),
            label=_safe(f" {edge.label} "),
            color=style.color,
            style=style.line,
            penwidth=style.width,
        )
    _add_legend(graph, edges)
    source: str = graph.source
    return source


def _places(deployment: Deployment, boxes: Iterable[str]) -> dict[str, list[str]]:
    """Group the boxes by the subnet or edge that they stand in."""
    places: dict[str, list[str]] = {}
    for name in boxes:
        nodes = deployment.members.get(name, ())
        home = deployment.node_of[nodes[0]].home if nodes else INTERNET
        places.setdefault(home, []).append(name)
    return places


def _add_place(graph: Digraph, deployment: Deployment, place: str, boxes: _Boxes) -> None:
    if place not in deployment.subnets:
        for name, alike in boxes.items():
            _add_box(graph, deployment, name, alike)
        return
    row = next(row for row in deployment.tables.subnets if row.name == place)
    with graph.subgraph(name=f"cluster_{_id(place)}") as cluster:
        cluster.attr(
            label=_safe(f"{place}  {row.cidr}"),
            style="rounded",
            color=FRAME,
            penwidth="1.5",
            fontname=FONT,
            fontsize="12",
            fontcolor=QUIET,
            bgcolor="#fafafa",
        )
        for name, alike in boxes.items():
            _add_box(cluster, deployment, name, alike)


def _add_box(
    graph: Digraph, deployment: Deployment, name: str, alike: Sequence[str]
) -> None:
    nodes = deployment.members.get(name, ())
    duty = deployment.node_of[nodes[0]].duty if nodes else "outside"
    lines = [_safe(_counted(deployment, one)) for one in alike]
    graph.node(_id(name), label="\\n".join(lines), fillcolor=FILLS[duty])


def _counted(deployment: Deployment, name: str) -> str:
    count = len(deployment.members.get(name, ()))
    return f"{name} ×{count}" if count > 1 else name


def _add_legend(graph: Digraph, edges: Sequence[Edge]) -> None:
    used = [kind for kind in STYLES if any(edge.kind == kind for edge in edges)]
    if not used:
        return
    with graph.subgraph(name="cluster_legend") as legend:
        legend.attr(
            label="Legend",
            style="rounded",
            color="#c8c8c8",
            fontname=FONT,
            fontsize="11",
            fontcolor=QUIET,
        )
        for kind in used:
            style = STYLES[kind]
            ends = [f"legend_{kind}_{end}" for end in ("from", "to")]
            legend.node(ends[0], label="", shape="point", width="0.05", color=FRAME)
            legend.node(
                ends[1],
                label=_safe(style.meaning),
                shape="plaintext",
                style="",
                fontsize="10",
                margin="0.04,0.02",
            )
            legend.edge(*ends, color=style.color, style=style.line, penwidth=style.width)


def _safe(text: str) -> str:
    """Quote text for DOT, so that no name is taken for markup or an escape."""
    quoted: str = nohtml(graphviz_text(text))
    return quoted


def _id(name: str) -> str:
    """Give an identifier that DOT takes for no port and no keyword."""
    return "n_" + name.replace("-", "_")
