"""What claims say: a verdict for each verb, from its meaning."""

from oracle.facts import FACTS
from oracle.names import addresses
from oracle.reading import ALL, EVERY_ADDRESS
from oracle.ways import around, missed, ways


def verdict(cloud, claim):
    """Return what became of a claim: holds, broken, vacuous or beyond."""
    return VERBS[claim.verb](cloud, claim)


def _judged(about, against):
    """Say what became of a claim that speaks of something, or of nothing."""
    return "broken" if against else "holds" if about else "vacuous"


def _allows(cloud, claim):
    """All of the traffic passes."""
    traffic = _traffic(cloud, claim)
    return _judged(traffic.any(), (traffic & ~cloud.level(claim.level)).any())


def _denies(cloud, claim):
    """None of the traffic passes."""
    traffic = _traffic(cloud, claim)
    return _judged(traffic.any(), (traffic & cloud.level(claim.level)).any())


def _only_from(cloud, claim):
    """Of what anybody sends there on these services, only the source's passes."""
    met = cloud.flow("any", claim.destination, claim.services) & cloud.level(claim.level)
    met = met & ~cloud.itself
    return _judged(met.any(), (met & ~_traffic(cloud, claim)).any())


def _only_on(cloud, claim):
    """Of what the source sends there, only these services pass."""
    met = cloud.flow(claim.source, claim.destination, "all") & cloud.level(claim.level)
    met = met & ~cloud.itself
    return _judged(met.any(), (met & ~_traffic(cloud, claim)).any())


def _reaches(cloud, claim):
    """Ways lead from every source to all of the destination, on every service."""
    left = missed(cloud, claim.source, claim.destination, claim.services)
    return _judged(_traffic(cloud, claim).any(), left.any())


def _only_through(cloud, claim):
    """Every way keeps to one of the chains."""
    found = ways(cloud, claim.source, claim.destination, claim.services)
    return _judged(found, around(cloud, found, claim.via))


def _translated_to(cloud, claim):
    """All that leaves carries a public address of one node; each of several its own.

    What is let through and has no public address to leave with does not leave.
    """
    every = cloud.departures(_traffic(cloud, claim) & cloud.leaving)
    parts = [part for part in every if part[2]]
    rows = cloud.names.attached(claim.via)
    astray = []
    for packets, _, public, _ in parts:
        strange = [row for row in rows if public not in row.public.split()]
        if len(strange) == len(rows):
            astray.append(public)
        elif claim.source == claim.via:
            others = cloud.space.box(addresses(strange), EVERY_ADDRESS, ALL)
            astray += [public] * bool((packets & others).any())
    return _judged(parts, astray)


def _fact(cloud, claim):
    """A statement about the tables is true."""
    looked, against = FACTS[claim.via](cloud)
    return _judged(looked, against)


def _beyond(*_):
    """Nothing that tables could show."""
    return "beyond"


def _traffic(cloud, claim):
    """Return what a claim speaks of: packets that some rules are asked about."""
    return (
        cloud.flow(claim.source, claim.destination, claim.services)
        & cloud.known
        & ~cloud.itself
    )


VERBS = {
    "allows": _allows,
    "denies": _denies,
    "only-from": _only_from,
    "only-on": _only_on,
    "reaches": _reaches,
    "only-through": _only_through,
    "translated-to": _translated_to,
    "fact": _fact,
    "beyond": _beyond,
}
