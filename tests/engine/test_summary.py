"""Summaries: services in few words, for people."""

import pytest
from hypothesis import given
from universe import services

from orosec.engine.decision_diagram import DETAIL_TOPS
from orosec.engine.notation import read_services
from orosec.engine.packet_set import ANY_SERVICE, service, services_union
from orosec.engine.summary import services_summary


@given(services)
def test_services_are_summed_up_in_one_line(many):
    """A summary is never empty and says "all" of all services only."""
    summary = services_summary(many)

    assert summary
    assert (summary == "all") == (many == ANY_SERVICE)


PLAIN = [number for number in range(256) if number not in DETAIL_TOPS]
SUMMED_UP = [
    (PLAIN, "icmpv6", "ipip, gre, esp, ah, every other protocol"),
    (PLAIN, "icmpv6:3", "ipip, gre, esp, ah, icmpv6:3, every other protocol"),
    (PLAIN, "esp", "ipip, gre, esp, ah, every other protocol but icmpv6"),
    (PLAIN[1:], "icmpv6", "ipip, gre, esp, ah, every other protocol but 0"),
    (PLAIN[8:], "icmpv6", "gre, esp, ah, icmpv6, 240 more"),
    ([50, 99], "tcp", "tcp, esp, 1 more"),
]


@pytest.mark.parametrize(("numbers", "more", "summary"), SUMMED_UP)
def test_protocols_without_a_name_are_summed_up(numbers, more, summary):
    """All of them are "every other"; where few are missing, these are named."""
    plain = [service(number, 0, 0) for number in numbers]

    assert services_summary(services_union([*plain, read_services(more)])) == summary
