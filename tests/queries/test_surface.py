"""The surface: every public address, and what it takes."""

import pytest

from orosec import orocloud, surface
from orosec.model.schema import CDNS


def rows(network=orocloud):
    return surface(network=network).frame.to_dict("records")


@pytest.mark.parametrize("cdn", CDNS)
def test_every_public_address_of_ours_is_listed_once(cdn):
    """Read from the tables: whoever has one, and is not a guest."""
    scenario = orocloud.scenario(cdn)
    outside = {row.name for row in scenario.nodes if row.function == "outside"}
    public = {row.public for row in scenario.interfaces if row.node not in outside}
    listed = [row["public address"] for row in rows() if row["CDN"] == cdn]

    assert len(listed) == len(set(listed))
    assert public - {""} >= {*listed} - {
        row.address for row in scenario.interfaces if not row.subnet
    }
    assert "203.0.113.20" in listed


def test_what_is_taken_is_what_passes_and_what_answers_listens():
    """The VPN gateway takes one port; a rule more opens one that nobody answers."""
    (before,) = (r for r in rows() if r["who"] == "vpn-gateway" and r["CDN"] == "google")
    opened = orocloud.with_rule(
        "more", "allow", source="internet", destination="vpn-gateway", services="tcp:99"
    )
    (after,) = (
        r for r in rows(opened) if r["who"] == "vpn-gateway" and r["CDN"] == "google"
    )

    assert before["takes from the internet"] == before["answers on"] == "udp:31194"
    assert after["takes from the internet"] == "tcp:99, udp:31194"
    assert after["answers on"] == "udp:31194"
