"""Views: which boxes and arrows a diagram shows."""

from __future__ import annotations

from typing import NamedTuple

from orosec.errors import UnknownNameError, did_you_mean
from orosec.model.addressing import INTERNET


class View(NamedTuple):
    """What a diagram shows.

    Attributes:
        title: its caption.
        boxes: the names to draw; those that the variant lacks are left out.
        kinds: kinds of arrows to draw.
        towards: draw only arrows into these names; all where empty.
    """

    title: str
    boxes: tuple[str, ...]
    kinds: tuple[str, ...]
    towards: tuple[str, ...] = ()


_STORES = ("jobs", "database", "search", "message-queue", "cache", "file-storage")
_CDN = ("load-balancer", "cloudflare", "cloudflare-tunnel")
_EXITS = ("cloudflare-tunnel", "nat", "vpn-gateway")
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
        ("web", *_STORES, *_EXITS, INTERNET, "cloudflare"),
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


def view_named(name: str) -> View:
    """Return a view.

    Raises:
        UnknownNameError: no view has this name.
    """
    if name not in VIEWS:
        raise UnknownNameError(name, "view", did_you_mean(name, VIEWS))
    return VIEWS[name]
