"""Summaries: services in few words, for people."""

import pytest
from hypothesis import given
from reader import read_summary
from universe import services

from orosec.engine.notation import PROTOCOL_NAMES, read_services
from orosec.engine.packet_set import ANY_SERVICE, PacketSet, service, services_union
from orosec.engine.summary import services_summary


@given(services)
def test_services_are_summed_up_in_one_line(many):
    """A summary is never empty and says "all" of all services only."""
    summary = services_summary(many)

    assert summary
    assert (summary == "all") == (many == ANY_SERVICE)


NOT_MAIL = "all but tcp:25 and others"
TCP_22 = "tcp:22, udp, icmp, ipip, gre, esp, ah, icmpv6, sctp, others"
MOST = "tcp, udp, icmp, ipip, gre, esp, ah, icmpv6, 239 more"
OTHERS = [number for number in range(256) if number not in PROTOCOL_NAMES]
SUMMED_UP = [
    (OTHERS, "icmpv6", "icmpv6, others"),
    (OTHERS, "ipip icmpv6:3", "ipip, icmpv6:3, others"),
    (OTHERS[1:], "esp", "esp, others but 0"),
    (OTHERS[8:], "gre", f"gre, {len(OTHERS) - 8} more"),
    ([99], "tcp esp", "tcp, esp, protocol 99"),
    ([], "tcp:0-24 tcp:26-65535 udp icmp ipip gre esp ah icmpv6 sctp", NOT_MAIL),
    (OTHERS, "tcp:22 udp icmp ipip gre esp ah icmpv6 sctp", TCP_22),
    (OTHERS[1:], "tcp udp icmp ipip gre esp ah icmpv6 sctp", "all but protocol 0"),
    (OTHERS[8:], "tcp udp icmp ipip gre esp ah icmpv6", MOST),
]


@pytest.mark.parametrize(("numbers", "more", "summary"), SUMMED_UP)
def test_what_is_left_out_is_told_where_that_is_shorter(numbers, more, summary):
    """Protocols without a name are the others; few of them go by their numbers."""
    plain = [service(number, 0, 0) for number in numbers]

    assert services_summary(services_union([*plain, read_services(more)])) == summary


@given(services)
def test_a_summary_says_what_there_is(many):
    """Read back, it is the same, unless it counts what it does not name."""
    summary = services_summary(many)

    if " more" not in summary:
        assert read_summary(summary) == PacketSet.box(services=many)
