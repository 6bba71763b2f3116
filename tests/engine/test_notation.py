"""Notation: one canonical spelling each way, and a mend for everything else."""

from ipaddress import ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packets import read_packet
from universe import services

from orosec.engine.decision_diagram import ANY_ADDRESS, V6
from orosec.engine.notation import (
    address_number,
    address_text,
    looks_like_range,
    range_intervals,
    read_services,
    services_text,
    span_text,
    spelled_services,
)
from orosec.engine.packet_set import Packet, service
from orosec.errors import NotationError
from orosec.model.cells import a_range, some_services

addresses = st.one_of(
    st.integers(0, 2**32 - 1),
    st.integers(V6, 2 * V6 - 1),
    st.integers(V6 + 0xFFFF_0000_0000, V6 + 0xFFFF_FFFF_FFFF),  # IPv4 inside IPv6
)


@given(addresses)
def test_an_address_reads_back_as_it_was_written(number):
    """One spelling for each address, and the standard library reads the same in it."""
    text = address_text(number)
    family, known = divmod(number, V6)

    assert address_number(text) == number
    assert looks_like_range(text)
    assert int(ip_address(text)) == known
    assert ip_address(text).version == (6 if family else 4)


@given(addresses, st.integers(0, 128))
def test_a_range_holds_what_the_standard_library_says(number, prefix):
    """First and last address of each range; bits behind the prefix are refused."""
    family, known = divmod(number, V6)
    width = 128 if family else 32
    prefix = min(prefix, width)
    first = number & -(1 << width - prefix)
    text = f"{address_text(first)}/{prefix}"
    network = ip_network(text)

    assert range_intervals(text) == (
        (
            int(network.network_address) + family * V6,
            int(network.broadcast_address) + family * V6,
        ),
    )
    if known != first % V6:
        with pytest.raises(NotationError, match="host bits") as caught:
            range_intervals(f"{address_text(number)}/{prefix}")
        assert caught.value.hint == f"write {text}"


REFUSED = [
    ("2001:DB8::1", "canonical", "write 2001:db8::1"),
    ("2001:db8:0:0:0:0:0:1", "canonical", "write 2001:db8::1"),
    ("1:0:0:2:0:0:0:3", "canonical", "write 1:0:0:2::3"),
    ("0::", "canonical", "write ::"),
    ("::1.2.3.4", "canonical", "write ::102:304"),
    ("::ffff:10.0.0.1", "mixes", "write 10.0.0.1, or ::ffff:a00:1 if IPv6 is meant"),
    ("fe80::1%eth0", "zone", "write fe80::1"),
    ("fe80::1%eth0/64", "zone", "write fe80::1"),
    ("fe80::1%", "zone", "write fe80::1"),
    ("2001:db8::1/64", "host bits", "write 2001:db8::/64"),
    ("2001:db8::/129", "no prefix from 0 to 128", "2001:db8::/64"),
    ("2001:db8::/", "no prefix from 0 to 128", "2001:db8::/64"),
    ("1::2::3", "no IPv6 address", "2001:db8::11"),
    ("tcp:80", "no IPv6 address", "2001:db8::11"),
    (":", "no IPv6 address", "2001:db8::11"),
    ("10.0.0.1/24", "host bits", "write 10.0.0.0/24"),
    ("10.0.0.0/33", "no prefix from 0 to 32", "10.10.0.0/24"),
    ("10.0.0.0/024", "no prefix", "10.10.0.0/24"),
    ("10.0.0.0/255.255.255.0", "no prefix", "10.10.0.0/24"),
    ("10.0.0.0/24/24", "no prefix", "10.10.0.0/24"),
    ("10.0.0.300/24", "no IPv4 address", "four bytes"),
    ("010.0.0.1", "no IPv4 address", "four bytes"),
    ("10.0.0", "no IPv4 address", "four bytes"),
    ("/24", "no IPv4 address", "four bytes"),
    ("", "no IPv4 address", "four bytes"),
    ("1" * 5000, "no IPv4 address", "four bytes"),
    ("198.51.100.7:51512", "an end and a port", "write 198.51.100.7; the port"),
    ("web-1:443", "an end and a port", "write web-1; the port"),
    ("[2001:db8::1]:443", "an end and a port", "write 2001:db8::1; the port"),
    ("10.0.0.9-10.0.0.1", "does not run", "the lower address first"),
    ("10.0.0.1-2001:db8::1", "does not run", "both as IPv4 or both as IPv6"),
    ("10.0.0.1-9", "no IPv4 address", "four bytes"),
    ("10.0.0.1-", "no IPv4 address", "four bytes"),
    ("10.0.0.0/" + "1" * 5000, "no prefix", "10.10.0.0/24"),
]


@pytest.mark.parametrize(("text", "problem", "hint"), REFUSED)
def test_what_is_no_range_is_refused_with_a_mend(text, problem, hint):
    """Every other spelling says what would be right; following it is accepted."""
    with pytest.raises(NotationError) as caught:
        range_intervals(text)

    assert problem in caught.value.problem
    assert hint in caught.value.hint


PASTED_SERVICES = [
    ("tcp/5432", "tcp:5432"),
    ("5432/tcp", "tcp:5432"),
    ("TCP:443", "tcp:443"),
    ("Udp/53-54", "udp:53-54"),
    ("tcp:80,443", "tcp:80 tcp:443"),
    ("tcp/80,443,8000-8080 UDP:53", "tcp:80 tcp:443 tcp:8000-8080 udp:53"),
    ("ipv6-icmp", "icmpv6"),
    ("icmp6/128", "icmpv6:128"),
    ("IPv4", "ipip"),
    ("OSPF igmp", "89 2"),
    ("VRRP", "112"),
    ("ESP", "esp"),
    ("ALL", "all"),
    ("Others", "others"),
    ("  tcp:80   icmp ", "tcp:80 icmp"),
]


@pytest.mark.parametrize(("pasted", "ours"), PASTED_SERVICES)
def test_services_are_read_as_the_field_writes_them(pasted, ours):
    """A question takes them; a table has one spelling, and the hint is that one."""
    assert read_services(pasted) == read_services(ours)
    assert spelled_services(pasted) == ours
    assert some_services(ours) is None
    assert some_services(pasted)[1] == f"write {ours}"


PASTED_RANGES = [
    ("10.0.0.1-10.0.0.9", "10.0.0.1 10.0.0.2/31 10.0.0.4/30 10.0.0.8/31"),
    ("10.0.0.0-10.0.0.255", "10.0.0.0/24"),
    ("10.0.0.7-10.0.0.7", "10.0.0.7"),
    ("2001:db8::-2001:db8::1", "2001:db8::/127"),
]


@pytest.mark.parametrize(("pasted", "ours"), PASTED_RANGES)
def test_ranges_are_read_as_the_field_writes_them(pasted, ours):
    """From the first address to the last; a table has prefixes."""
    assert looks_like_range(pasted)
    assert range_intervals(pasted) == range_intervals(ours)
    assert a_range(ours) is None
    assert a_range(pasted)[1] == f"write {ours}"


@given(services)
def test_what_we_write_is_our_spelling(some):
    """Services, whatever they are, and each of their words."""
    assert spelled_services(services_text(some)) == services_text(some)


BAD_SERVICES = [
    ("5432", "is it tcp:5432"),
    ("8080-8090", "names no protocol"),
    ("", "names no service"),
    ("tpc:80", "names no protocol"),
    ("256", "names no protocol"),
    ("9" * 5000, "names no protocol"),
    ("tcp:65536", "beyond 65535"),
    ("tcp:" + "9" * 5000, "beyond 65535"),
    ("icmp:256", "beyond 255"),
    ("icmpv6:256", "beyond 255"),
    ("esp:1", "its protocol has not"),
    ("tcp:", "has no number"),
    ("tcp:-1", "has no number"),
    ("tcp:1-", "has no number"),
    ("tcp:²", "has no number"),
    ("tcp:2-1", "runs backwards"),
]


@pytest.mark.parametrize(("text", "problem"), BAD_SERVICES)
def test_what_is_no_service_is_refused(text, problem):
    """One error that names the word and what may be written."""
    with pytest.raises(NotationError, match=problem):
        read_services(text)


def test_icmpv6_has_types():
    """As icmp has; a word of its own, and its number means the same."""
    assert read_services("icmpv6:128") == service(58, 128, 128)
    assert read_services("58") == read_services("icmpv6") == service(58, 0, 255)
    assert services_text(service(58, 1, 4)) == "icmpv6:1-4"
    assert read_packet("::1", "::2", "icmpv6:128") == Packet(V6 + 1, V6 + 2, 58, 128)


@pytest.mark.parametrize("text", ["others", "tcp:0-24 udp icmpv6 others", "5 89", "all"])
def test_services_are_written_in_words(text):
    """Protocols without a name by their word where it means all of them, else by number."""
    assert services_text(read_services(text)) == text
    assert services_text(read_services(f"{text} 253 others")).endswith(("others", "all"))


def test_no_interval_spans_both_families():
    """The last IPv4 address does not touch the first IPv6 one."""
    assert [span_text(*span) for span in ANY_ADDRESS] == ["0.0.0.0/0", "::/0"]
