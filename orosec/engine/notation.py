"""The field's notation: addresses, ranges and services as text, and back.

One canonical spelling is written, and stands in tables (`spelled_services`,
`spelled_ends`). Services and ranges are read in other spellings of the field, too, as
people paste them into a question. Every refusal says what would be right.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from functools import lru_cache
from ipaddress import AddressValueError, IPv4Address, IPv6Address

from orosec.engine.decision_diagram import (
    DETAIL_TOPS,
    ICMP,
    PROTOCOL_TOP,
    TCP,
    UDP,
    V6,
    Services,
)
from orosec.engine.intervals import Intervals, union
from orosec.engine.packet_set import ANY_SERVICE, service, services_union
from orosec.errors import NotationError, did_you_mean, shown

PROTOCOLS = {
    "icmp": 1,
    "ipip": 4,
    "tcp": 6,
    "udp": 17,
    "gre": 47,
    "esp": 50,
    "ah": 51,
    "icmpv6": 58,
    "sctp": 132,
}
"""Names of IP protocols that services may use (IANA protocol numbers)."""

PROTOCOL_NAMES = {number: name for name, number in PROTOCOLS.items()}
OTHER_PROTOCOLS = frozenset(range(PROTOCOL_TOP + 1)) - {*PROTOCOL_NAMES}

_NUMBERS = "igmp=2 ipv6=41 rsvp=46 eigrp=88 ospf=89 ospfigp=89 pim=103 vrrp=112 udplite=136"
_SYNONYMS = "ipv4=ipip ipencap=ipip icmp6=icmpv6 ipv6-icmp=icmpv6 ipsec-esp=esp ipsec-ah=ah"
ALIASES = dict(pair.split("=") for pair in f"{_NUMBERS} {_SYNONYMS}".split())
"""How else the field calls protocols, and what we write."""

ALL, OTHERS = "all", "others"
_WRITTEN_AS = "write tcp:443, udp:31194, tcp:1000-2000, icmp, icmp:8, esp, others or all"
_LOOKS_NUMERIC = re.compile(r"[0-9][0-9./]*|[0-9]+\.[0-9.]*-[0-9.]+")
_BEFORE_A_PORT = re.compile(r"\[.+\]|[^:]+")


def looks_like_range(text: str) -> bool:
    """Return whether *text* is meant as an address or a range rather than a name.

    >>> looks_like_range("10.0.0.0/8"), looks_like_range("web-1")
    (True, False)
    """
    return _LOOKS_NUMERIC.fullmatch(text) is not None or ":" in text


@lru_cache(maxsize=4096)
def address_number(text: str) -> int:
    """Read an address, IPv4 or IPv6, as the number that stands for it in packets.

    >>> address_number("0.0.1.0"), address_number("::1") - V6
    (256, 1)

    Raises:
        NotationError: *text* is no address, or an IPv6 one in another spelling than
            the canonical one (RFC 5952).
    """
    if ":" in text:
        return V6 + _ipv6_number(text)
    try:
        return int(IPv4Address(text))
    except AddressValueError:
        raise NotationError(
            text, "is no IPv4 address", "write four bytes, as in 10.10.0.11"
        ) from None


def _ipv6_number(text: str) -> int:
    bare, zone, _ = text.partition("%")
    try:
        address = IPv6Address(bare)
    except AddressValueError:
        raise NotationError(
            text, "is no IPv6 address", "write it as in 2001:db8::11"
        ) from None
    spelling = _ipv6_text(int(address))
    if address.ipv4_mapped and "." in bare:
        hint = f"write {address.ipv4_mapped}, or {spelling} if IPv6 is meant"
        raise NotationError(text, "mixes IPv6 with IPv4", hint)
    if zone or bare != spelling:
        problem = "has a zone" if zone else "is not in canonical spelling"
        raise NotationError(text, problem, f"write {spelling}")
    return int(address)


def _ipv6_text(number: int) -> str:
    text = str(IPv6Address(number))
    if "." in text:  # newer Pythons write ::ffff:1.2.3.4, and a spelling must not change
        return f"::ffff:{number >> 16 & 0xFFFF:x}:{number & 0xFFFF:x}"
    return text


def address_text(number: int) -> str:
    """Write an address in its canonical spelling, the inverse of `address_number`.

    >>> address_text(256), address_text(V6 + 1)
    ('0.0.1.0', '::1')
    """
    return str(IPv4Address(number)) if number < V6 else _ipv6_text(number - V6)


@lru_cache(maxsize=4096)
def range_intervals(text: str) -> Intervals:
    """Read an address or a range, or several with single spaces between them.

    >>> range_intervals("0.0.1.0/24 0.0.0.7"), range_intervals("0.0.0.7-0.0.0.9")
    (((7, 7), (256, 511)), ((7, 9),))
    >>> range_intervals("::1:0/112") == ((V6 + 65536, V6 + 131071),)
    True

    Raises:
        NotationError: no such range, or bits are set behind its prefix.
    """
    return union(map(_span, text.split(" ")))


def _span(text: str) -> tuple[int, int]:
    end, _, port = text.rpartition(":")
    if port.isdigit() and _BEFORE_A_PORT.fullmatch(end) and end.lower() not in PROTOCOLS:
        hint = f"write {end.strip('[]')}; the port that is asked for belongs to the service"
        raise NotationError(text, "is an end and a port", f"{hint}, as in tcp:443")
    start, slash, prefix = text.partition("/")
    if not slash:
        first, dash, last = text.partition("-")
        low, high = address_number(first), address_number(last if dash else first)
        if low > high or low < V6 <= high:
            hint = "write the lower address first, and both as IPv4 or both as IPv6"
            raise NotationError(text, "does not run from one address up to another", hint)
        return low, high
    number = address_number(start)
    width, example = (128, "2001:db8::/64") if ":" in start else (32, "10.10.0.0/24")
    if prefix not in map(str, range(width + 1)):
        hint = f"write address/prefix, as in {example}"
        raise NotationError(text, f"has no prefix from 0 to {width}", hint)
    beyond = (1 << width - int(prefix)) - 1
    if number & beyond:
        hint = f"write {address_text(number & ~beyond)}/{prefix}"
        raise NotationError(text, "has host bits set", hint)
    return number, number | beyond


def _detail_span(text: str, top: int, whole: str) -> tuple[int, int]:
    numbers = re.fullmatch("([0-9]+)(?:-([0-9]+))?", text)
    if not numbers:
        raise NotationError(whole, f"has no number in {shown(text)}", _WRITTEN_AS)
    low, high = _number(numbers[1]), _number(numbers[2] or numbers[1])
    if max(low, high) > top:
        raise NotationError(whole, f"goes beyond {top}", f"stay between 0 and {top}")
    if low > high:
        raise NotationError(whole, "runs backwards", f"write {high}-{low}")
    return low, high


def _number(digits: str) -> int:
    """Read digits; any number with very many of them is as large as the next one."""
    return int(digits.lstrip("0")[:9] or 0)


def _protocol_number(name: str, whole: str) -> int:
    if name in PROTOCOLS:
        return PROTOCOLS[name]
    if name.isascii() and name.isdigit() and _number(name) <= PROTOCOL_TOP:
        return _number(name)
    close = did_you_mean(name, [*PROTOCOLS, ALL, OTHERS])
    hint = f"is it tcp:{name}?" if name.isdigit() else close
    raise NotationError(whole, "names no protocol", f"{hint} ({_WRITTEN_AS})")


def _one_service(text: str) -> Services:
    if text == ALL:
        return ANY_SERVICE
    if text == OTHERS:
        return services_union(service(protocol, 0, 0) for protocol in OTHER_PROTOCOLS)
    name, colon, detail = text.partition(":")
    protocol = _protocol_number(name, text)
    top = DETAIL_TOPS.get(protocol, 0)
    if not colon:
        return service(protocol, 0, top)
    if not top:
        hint = f"write {protocol_text(protocol)}"
        raise NotationError(text, "has a port that its protocol has not", hint)
    return service(protocol, *_detail_span(detail, top, text))


@lru_cache(maxsize=4096)
def read_services(text: str) -> Services:
    """Read services: words of the form ``protocol[:port[-port]]``, ``all``, or ``others``.

    The others are the protocols without a name here. A port means a destination port; with
    icmp and icmpv6 it means the type.

    >>> read_services("tcp:80 tcp:443") == read_services("TCP/80,443")
    True

    Raises:
        NotationError: no word at all, or one that is no service.
    """
    words = spelled_services(text).split()
    if not words:
        raise NotationError(text, "names no service", _WRITTEN_AS)
    return services_union([_one_service(word) for word in words])


def spelled_services(text: str) -> str:
    """Write services as tables do, however the field writes them.

    >>> spelled_services("TCP/5432 80/udp tcp:80,443 ipv6-icmp")
    'tcp:5432 udp:80 tcp:80 tcp:443 icmpv6'
    """
    words = []
    for word in text.lower().replace("/", ":").split():
        name, colon, ports = word.partition(":")
        if name.isdigit() and ports.isalpha():
            name, ports = ports, name
        words += [f"{ALIASES.get(name, name)}{colon}{port}" for port in ports.split(",")]
    return " ".join(words)


def spelled_ends(text: str) -> str:
    """Write ends as tables do: what goes from address to address as ranges with a prefix.

    >>> spelled_ends("web-1 10.0.0.1-10.0.0.3")
    'web-1 10.0.0.1 10.0.0.2/31'
    """
    return " ".join(
        " ".join(prefixes(*_span(word))) if looks_like_range(word) and "-" in word else word
        for word in text.split(" ")
    )


@lru_cache(maxsize=4096)
def services_text(services: Services) -> str:
    """Write services in their canonical spelling, the inverse of `read_services`.

    >>> services_text(read_services("others icmp tcp:443 tcp:80-81"))
    'tcp:80-81 tcp:443 icmp others'
    """
    if services == ANY_SERVICE:
        return ALL
    words: list[str] = []
    apart = dict(by_protocol(services))
    others = OTHER_PROTOCOLS if apart.keys() >= OTHER_PROTOCOLS else frozenset()
    for protocol, details in apart.items():
        whole = holds_all(protocol, details)
        ports = [""] if whole else [f":{details_text(*span)}" for span in details]
        if protocol not in others:
            words += [f"{protocol_text(protocol)}{port}" for port in ports]
    return " ".join([*words, OTHERS] if others else words)


def protocol_text(protocol: int) -> str:
    """Write a protocol: its name, or its number where it has none here."""
    return PROTOCOL_NAMES.get(protocol, str(protocol))


def by_protocol(services: Services) -> list[tuple[int, Intervals]]:
    """Return each protocol by itself with its details, the common ones first."""
    common = {TCP: 0, UDP: 1, ICMP: 2}
    apart = [
        (protocol, details)
        for first, last, details in services
        for protocol in range(first, last + 1)
    ]
    return sorted(apart, key=lambda pair: common.get(pair[0], 3))


def holds_all(protocol: int, details: Intervals) -> bool:
    """Return whether these are all details that a protocol can have."""
    return details == ((0, DETAIL_TOPS.get(protocol, 0)),)


def details_text(first: int, last: int) -> str:
    """Write a run of ports or types."""
    return str(first) if first == last else f"{first}-{last}"


def service_text(protocol: int, detail: int) -> str:
    """Write the service of one packet.

    >>> service_text(6, 443), service_text(50, 0)
    ('tcp:443', 'esp')
    """
    name = protocol_text(protocol)
    return f"{name}:{detail}" if DETAIL_TOPS.get(protocol) else name


def read_date(text: str) -> date:
    """Read a day.

    >>> read_date("2026-12-31").year
    2026

    Raises:
        NotationError: *text* is no day of the calendar, written year-month-day.
    """
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        with suppress(ValueError):
            return date.fromisoformat(text)
    raise NotationError(text, "is no day", "write year-month-day, as in 2026-12-31")


def prefixes(first: int, last: int) -> Iterator[str]:
    """Yield a run of addresses as single ones and ranges with a prefix.

    >>> list(prefixes(255, 258))
    ['0.0.0.255', '0.0.1.0/31', '0.0.1.2']
    """
    while first <= last:
        size = 1 << (last - first + 1).bit_length() - 1
        while first % size:
            size //= 2
        yield span_text(first, first + size - 1)
        first += size


def span_text(first: int, last: int) -> str:
    """Write a run of addresses: one address, one range, or its two ends.

    >>> span_text(256, 511), span_text(256, 258), span_text(V6, 2 * V6 - 1)
    ('0.0.1.0/24', '0.0.1.0-0.0.1.2', '::/0')
    """
    size = last - first + 1
    if size == 1:
        return address_text(first)
    if size & (size - 1) == 0 and first % size == 0:
        width = 32 if first < V6 else 128
        return f"{address_text(first)}/{width + 1 - size.bit_length()}"
    return f"{address_text(first)}-{address_text(last)}"
