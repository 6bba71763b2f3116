"""The field's notation: addresses, ranges and services as text, and back.

One canonical spelling each way; every refusal says what would be right.
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

ALL, OTHERS = "all", "others"
_WRITTEN_AS = "write tcp:443, udp:31194, tcp:1000-2000, icmp, icmp:8, esp, others or all"
_LOOKS_NUMERIC = re.compile(r"[0-9][0-9./]*")


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
    if zone:
        raise NotationError(text, "has a zone", f"write {spelling}")
    if bare != spelling:
        raise NotationError(text, "is not in canonical spelling", f"write {spelling}")
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
    """Read an address or a CIDR range, or several with single spaces between them.

    >>> range_intervals("0.0.1.0/24 0.0.0.7")
    ((7, 7), (256, 511))
    >>> range_intervals("::1:0/112") == ((V6 + 65536, V6 + 131071),)
    True

    Raises:
        NotationError: no such range, or bits are set behind its prefix.
    """
    return union(map(_span, text.split(" ")))


def _span(text: str) -> tuple[int, int]:
    start, slash, prefix = text.partition("/")
    if not slash:
        number = address_number(text)
        return number, number
    family, width, example = _family(start)
    try:
        number = address_number(start)
    except NotationError as error:
        raise NotationError(
            text, f"is no {family} range: {shown(start)} {error.problem}", error.hint
        ) from None
    if prefix not in map(str, range(width + 1)):
        raise NotationError(
            text, f"is no {family} range", f"write address/prefix, as in {example}"
        )
    beyond = (1 << width - int(prefix)) - 1
    if number & beyond:
        hint = f"write {address_text(number & ~beyond)}/{prefix}"
        raise NotationError(text, "has host bits set", hint)
    return number, number | beyond


def _family(address: str) -> tuple[str, int, str]:
    """Return the name of an address's family, its bits, and a range as an example."""
    if ":" in address:
        return "IPv6", 128, "2001:db8::/64"
    return "IPv4", 32, "10.10.0.0/24"


def _detail_span(text: str, top: int, whole: str) -> tuple[int, int]:
    first, dash, last = text.partition("-")
    numbers = (first, last) if dash else (first, first)
    for number in numbers:
        if not (number.isascii() and number.isdigit()):
            raise NotationError(whole, f"has no number in {shown(text)}", _WRITTEN_AS)
        if _number(number) > top:
            problem = f"goes beyond {top}"
            raise NotationError(whole, problem, f"stay between 0 and {top}")
    low, high = map(_number, numbers)
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
    hint = did_you_mean(name, [*PROTOCOLS, ALL, OTHERS])
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
        short = protocol_text(protocol)
        raise NotationError(text, "has a port that its protocol has not", f"write {short}")
    return service(protocol, *_detail_span(detail, top, text))


@lru_cache(maxsize=4096)
def read_services(text: str) -> Services:
    """Read services: words of the form ``protocol[:port[-port]]``, ``all``, or ``others``.

    The others are the protocols without a name here. A port means a destination port; with
    icmp and icmpv6 it means the type.

    >>> read_services("tcp:80 tcp:443")
    ((6, 6, ((80, 80), (443, 443))),)

    Raises:
        NotationError: no word at all, or one that is no service.
    """
    words = text.split()
    if not words:
        raise NotationError(text, "names no service", _WRITTEN_AS)
    return services_union([_one_service(word) for word in words])


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
    for protocol in [one for one in apart if one not in others]:
        name, details = protocol_text(protocol), apart[protocol]
        if holds_all(protocol, details):
            words.append(name)
        else:
            words.extend(f"{name}:{details_text(*span)}" for span in details)
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
