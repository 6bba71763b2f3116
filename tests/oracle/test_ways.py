"""Journeys: the product finds every chain of connections, and no other."""

from agreement import agree, flags
from oracle.ways import ways, working

from orosec import decide

SHAPES = (
    *("no way", "direct", "relayed", "translated", "several ways"),
    *("a relay of several hosts", "let in, but not sent", "kept"),
)


def told(cloud, journey):
    """Return the connections of a journey, as the oracle tells them."""
    return tuple(
        (hop.source, hop.relay, hop.public, flags(cloud.space, hop.packets).tobytes())
        for hop in journey.hops
    )


def walked(way):
    """Return the connections of a way; where the last one goes stands in its packets."""
    return tuple(
        (hop.source, hop.by, hop.public, hop.packets.tobytes()) for hop in way.hops
    )


def kinds(found):
    """Yield the hard shapes among some ways."""
    if not found:
        yield "no way"
    if len(found) > 1:
        yield "several ways"
    for way in found:
        if len(way.hops) == 1:
            yield "direct"
        if any(hop.by and not hop.by.startswith("route") for hop in way.hops):
            yield "relayed"
        if way.hops[-1].public:
            yield "translated"


def test_every_chain_of_connections():
    """The same connections in the same order, with the same packets and addresses."""

    def law(case):
        questions = [case.question() for _ in range(3)]
        questions += [
            (row["source"].split()[0], row["destination"], "all")
            for row in case.deployment.rows["routes"][:1]
        ]
        cloud = case.cloud(*questions)
        for question in questions:
            found = ways(cloud, *question)
            answer = decide(*question, network=case.network, **case.under)
            journeys = [told(cloud, journey) for journey in answer.journeys]
            assert sorted(journeys) == sorted(map(walked, found))
            yield from kinds(found)
            traffic = cloud.flow(*question)
            if (traffic & cloud.permitted & cloud.unsent).any():
                yield "let in, but not sent"
            parts = cloud.departures(cloud.flow(*question) & cloud.leaving)
            if any(route and not public for _, _, public, route in parts):
                yield "kept"
        if len({(row.name, row.node) for row in working(cloud)}) > len(
            {row.name for row in working(cloud)}
        ):
            yield "a relay of several hosts"

    agree(law, *SHAPES)
