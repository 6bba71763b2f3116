"""One packet, read from text."""

from orosec.engine.notation import address_number, by_protocol, read_services
from orosec.engine.packet_set import Packet
from orosec.errors import NotationError


def read_packet(source, destination, on):
    """Read the packet between two addresses on one service; refuse any other text."""
    apart = by_protocol(read_services(on))
    protocol, details = apart[0]
    if len(apart) != 1 or details[0][0] != details[-1][1]:
        raise NotationError(on, "is not one service", "write one, as in tcp:443")
    ends = address_number(source), address_number(destination)
    return Packet(*ends, protocol, details[0][0])
