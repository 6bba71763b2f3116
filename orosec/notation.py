"""The field's notation: addresses, ranges and services as text, and back.

One canonical spelling each way; every refusal says what would be right.
"""

from __future__ import annotations

import re
from functools import lru_cache
from ipaddress import AddressValueError, IPv4Address, IPv4Network, NetmaskValueError

from orosec.errors import NotationError, did_you_mean, shown
from orosec.intervals import Intervals, union
from orosec.packets import (
    ANY_SERVICE,
    DETAIL_TOPS,
    ICMP,
    PROTOCOL_TOP,
    TCP,
    UDP,
    Packet,
    Services,
    service,
    services_union,
)

PROTOCOLS = {
    "icmp": 1,
    "ipip": 4,
    "tcp": 6,
    "udp": 17,
    "gre": 47,
    "esp": 50,
    "ah": 51,
    "sctp": 132,
}
"""Names of IP protocols that services may use (IANA protocol numbers)."""

PROTOCOL_NAMES = {number: name for name, number in PROTOCOLS.items()}
ALL = "all"
_MANY = 200
_WRITTEN_AS = "write tcp:443, udp:31194, tcp:1000-2000, icmp, icmp:8, esp or all"
_LOOKS_NUMERIC = re.compile(r"[0-9][0-9./]*")


def looks_like_range(text: str) -> bool:
    """Tell whether *text* is meant as an address or a range rather than a name.

    >>> looks_like_range("10.0.0.0/8"), looks_like_range("web-1")
    (True, False)
    """
    return _LOOKS_NUMERIC.fullmatch(text) is not None or ":" in text


@lru_cache(maxsize=4096)
def address_number(text: str) -> int:
    """Read an IPv4 address.

    >>> address_number("0.0.1.0")
    256

    Raises:
        NotationError: *text* is not four decimal bytes.
    """
    try:
        return int(IPv4Address(text))
    except AddressValueError:
        raise NotationError(
            text, "is no IPv4 address", "write four bytes, as in 10.10.0.11"
        ) from None


def address_text(number: int) -> str:
    """Write an IPv4 address.

    >>> address_text(256)
    '0.0.1.0'
    """
    return str(IPv4Address(number))


@lru_cache(maxsize=4096)
def range_intervals(text: str) -> Intervals:
    """Read an address or a CIDR range as the addresses in it.

    >>> range_intervals("0.0.1.0/24")
    ((256, 511),)

    Raises:
        NotationError: no such range, or bits are set behind its prefix.
    """
    if "/" not in text:
        number = address_number(text)
        return ((number, number),)
    try:
        network = IPv4Network(text, strict=False)
    except (AddressValueError, NetmaskValueError, ValueError):
        raise NotationError(
            text, "is no IPv4 range", "write address/prefix, as in 10.10.0.0/24"
        ) from None
    if str(network.network_address) != text.partition("/")[0]:
        raise NotationError(text, "has host bits set", f"write {network}")
    return ((int(network.network_address), int(network.broadcast_address)),)


def _detail_span(text: str, top: int, whole: str) -> tuple[int, int]:
    first, dash, last = text.partition("-")
    numbers = (first, last) if dash else (first, first)
    for number in numbers:
        if not (number.isascii() and number.isdigit()):
            raise NotationError(whole, f"has no number in {shown(text)}", _WRITTEN_AS)
        if int(number) > top:
            problem = f"goes beyond {top}"
            raise NotationError(whole, problem, f"stay between 0 and {top}")
    low, high = int(numbers[0]), int(numbers[1])
    if low > high:
        raise NotationError(whole, "runs backwards", f"write {high}-{low}")
    return low, high


def _protocol_number(name: str, whole: str) -> int:
    if name in PROTOCOLS:
        return PROTOCOLS[name]
    if name.isascii() and name.isdigit() and int(name) <= PROTOCOL_TOP:
        return int(name)
    hint = did_you_mean(name, [*PROTOCOLS, ALL])
    raise NotationError(whole, "names no protocol", f"{hint} ({_WRITTEN_AS})")


def _one_service(text: str) -> Services:
    if text == ALL:
        return ANY_SERVICE
    name, colon, detail = text.partition(":")
    protocol = _protocol_number(name, text)
    top = DETAIL_TOPS.get(protocol, 0)
    if not colon:
        return service(protocol, 0, top)
    if not top:
        raise NotationError(text, "has a port that its protocol has not", f"write {name}")
    return service(protocol, *_detail_span(detail, top, text))


@lru_cache(maxsize=4096)
def read_services(text: str) -> Services:
    """Read services: words of the form ``protocol[:port[-port]]``, or ``all``.

    A port means a destination port; with icmp it means the ICMP type.

    >>> read_services("tcp:80 tcp:443")
    ((6, 6, ((80, 80), (443, 443))),)

    Raises:
        NotationError: no word at all, or one that is no service.
    """
    words = text.split()
    if not words:
        raise NotationError(text, "names no service", _WRITTEN_AS)
    return services_union([_one_service(word) for word in words])


def services_text(services: Services) -> str:
    """Write services in their canonical spelling, the inverse of `read_services`.

    >>> services_text(read_services("icmp tcp:443 tcp:80-81"))
    'tcp:80-81 tcp:443 icmp'
    """
    if services == ANY_SERVICE:
        return ALL
    common = {TCP: 0, UDP: 1, ICMP: 2}
    words: list[str] = []
    for protocol, details in sorted(
        _by_protocol(services), key=lambda one: common.get(one[0], 3)
    ):
        name = PROTOCOL_NAMES.get(protocol, str(protocol))
        if details == ((0, DETAIL_TOPS.get(protocol, 0)),):
            words.append(name)
        else:
            words.extend(f"{name}:{_span_text(*span)}" for span in details)
    return " ".join(words)


def services_summary(services: Services, most: int = 6) -> str:
    """Write services for people: what is left out when few are, else the first ones.

    >>> services_summary(read_services("tcp:1-21 tcp:23-65535 tcp:0 udp"))
    'tcp but 22, udp'
    """
    if services == ANY_SERVICE:
        return "all"
    parts: list[str] = []
    apart = _by_protocol(services)
    full = [protocol for protocol, details in apart if _full(protocol, details)]
    rare = [protocol for protocol in full if protocol not in PROTOCOL_NAMES]
    for protocol, details in apart:
        name = PROTOCOL_NAMES.get(protocol, str(protocol))
        if protocol in rare:
            continue
        if _full(protocol, details):
            parts.append(name)
            continue
        gaps = _gaps(details, DETAIL_TOPS[protocol])
        spans = [_span_text(*span) for span in details]
        if len(gaps) < len(spans) or len(spans) > most:
            parts.append(f"{name} but {', '.join(_span_text(*gap) for gap in gaps)}")
        else:
            parts.extend(f"{name}:{span}" for span in spans)
    order = {"tcp": 0, "udp": 1, "icmp": 2}
    parts.sort(key=lambda part: order.get(re.split(r"[: ]", part)[0], 3))
    if rare:
        parts.append("every other protocol" if len(rare) > _MANY else f"{len(rare)} more")
    return ", ".join(parts)


def _by_protocol(services: Services) -> list[tuple[int, Intervals]]:
    return [
        (protocol, details)
        for first, last, details in services
        for protocol in range(first, last + 1)
    ]


def _full(protocol: int, details: Intervals) -> bool:
    return details == ((0, DETAIL_TOPS.get(protocol, 0)),)


def _gaps(details: Intervals, top: int) -> Intervals:
    starts = [-1, *(last for _, last in details)]
    ends = [*(first for first, _ in details), top + 1]
    return tuple(
        (start + 1, end - 1)
        for start, end in zip(starts, ends, strict=True)
        if start + 1 <= end - 1
    )


def _span_text(first: int, last: int) -> str:
    return str(first) if first == last else f"{first}-{last}"


def service_text(protocol: int, detail: int) -> str:
    """Write the service of one packet.

    >>> service_text(6, 443), service_text(50, 0)
    ('tcp:443', 'esp')
    """
    name = PROTOCOL_NAMES.get(protocol, str(protocol))
    return f"{name}:{detail}" if DETAIL_TOPS.get(protocol) else name


def read_packet(source: str, destination: str, on: str) -> Packet:
    """Read one packet.

    >>> read_packet("0.0.0.1", "0.0.0.2", "tcp:443")
    Packet(source=1, destination=2, protocol=6, detail=443)

    Raises:
        NotationError: an end is no address, or the service is more than one.
    """
    apart = _by_protocol(read_services(on))
    protocol, details = apart[0]
    if len(apart) != 1 or details[0][0] != details[-1][1]:
        raise NotationError(on, "is not one service", "write one, as in tcp:443")
    ends = address_number(source), address_number(destination)
    return Packet(*ends, protocol, details[0][0])


def span_text(first: int, last: int) -> str:
    """Write a run of addresses: one address, one range, or its two ends.

    >>> span_text(256, 511), span_text(256, 256), span_text(256, 257 + 1)
    ('0.0.1.0/24', '0.0.1.0', '0.0.1.0-0.0.1.2')
    """
    size = last - first + 1
    if size == 1:
        return address_text(first)
    if size & (size - 1) == 0 and first % size == 0:
        return f"{address_text(first)}/{33 - size.bit_length()}"
    return f"{address_text(first)}-{address_text(last)}"


def intervals_text(intervals: Intervals) -> str:
    """Write addresses as single ones and ranges, for tests and engineers.

    >>> intervals_text(range_intervals("10.0.0.0/30"))
    '10.0.0.0-10.0.0.3'
    """
    return " ".join(
        address_text(a) if a == b else f"{address_text(a)}-{address_text(b)}"
        for a, b in intervals
    )


def ranges_union(texts: tuple[str, ...]) -> Intervals:
    """Join several addresses and ranges."""
    return union(span for text in texts for span in range_intervals(text))
