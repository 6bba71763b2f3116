"""Two ways of knowing: a random deployment, read by the product and by the oracle.

`oracle` imports nothing of the product. Here both read one folder, and what the product
answers is told in the oracle's own kinds of packets; an answer that cuts one in two fails.
"""

import tempfile
from collections import Counter
from functools import cache
from pathlib import Path

from effort import LONG, examples, rare
from hypothesis import given
from hypothesis import strategies as st
from oracle.deployments import VARIANTS, Deployment, base_of
from oracle.firewall import clouds
from oracle.names import Names
from oracle.reading import PORTS, read_folder

from orosec import read_network
from orosec.model.tables import DOCUMENTED

BASE = base_of(DOCUMENTED)
PART = 2.0 if LONG else 1.0
"""So many examples does each law get: all, or 2 000 in the long run."""


class Case:
    """One deployment, read by both, and one variant of it.

    Attributes:
        deployment: the deployment, as the generator made it.
        network: as the product reads it.
        tables: as the oracle reads it.
        variant: a CDN and a reading.
    """

    def __init__(self, deployment):
        self.deployment = deployment
        self.network, self.tables = read(self.deployment)
        self.variant = self.deployment.draw.choice(VARIANTS)

    def cloud(self, *questions, variant=None):
        """Return the oracle's cloud of a variant, in which questions can be told."""
        (found,) = clouds([Names(self.tables, *(variant or self.variant))], questions)
        return found

    @property
    def scenario(self):
        """The product's scenario of the variant."""
        return self.network.scenario(*self.variant)

    @property
    def under(self):
        """The variant, as the product's questions name it."""
        return dict(zip(("cdn", "reading"), self.variant, strict=True))

    def question(self):
        """Return a source, a destination and services: any, of a rule, or of a relay."""
        cdn, ask = self.variant[0], self.deployment
        rules = [row for row in ask.rows["rules"] if row["cdn"] in ("both", cdn)]
        luck = ask.draw.random()
        if luck < 0.4 and rules:
            row = ask.draw.choice(rules)
            cells = (row[column] for column in ("source", "destination", "services"))
            return tuple(ask.draw.choice(cell.split()) for cell in cells)
        if luck < 0.5 and ask.gates:
            return "internet", *ask.gates[0][1:]
        if luck < 0.7:
            return ask.relayed(cdn)
        return ask.ends(cdn), ask.ends(cdn), ask.service()


def read(deployment):
    """Write a deployment, and read it twice."""
    with tempfile.TemporaryDirectory() as name:
        folder = deployment.write(Path(name))
        return read_network(folder), read_folder(folder)


def flags(space, packets):
    """Tell a set of packets of the product in the oracle's kinds of packets."""
    found = space.none
    for sources, destinations, services in packets.products():
        found = found | space.box(sources, destinations, _spoken(services))
    return found


@cache
def _spoken(services):
    return tuple(
        (protocol * PORTS + a, protocol * PORTS + b)
        for first, last, details in services
        for protocol in range(first, last + 1)
        for a, b in details
    )


def same(space, packets, expected):
    """Return whether the product's packets are the expected ones, all and no other."""
    return bool((flags(space, packets) == expected).all())


def agree(law, *shapes):
    """Try a law on random deployments, and fail where one of its hard shapes was rare.

    Args:
        law: takes a `Case`, and returns the shapes that it met.
        shapes: those that it shall meet, each in one of twenty deployments at least.
    """
    met, tries = Counter(), []

    @examples(PART)
    @given(st.integers(0, 2**40))
    def tried(seed):
        tries.append(seed)
        met.update({*law(Case(Deployment(seed, BASE)))})

    tried()
    print(law.__qualname__, len(tries), "deployments, of them", dict(met))  # noqa: T201
    assert rare(met, len(tries), shapes) == {}, f"too few of {len(tries)} deployments"


def saved(network):
    """Save a network, and read its files as the oracle does."""
    with tempfile.TemporaryDirectory() as name:
        return read_folder(network.save(name))


def clouds_of(tables, others, variant, *questions):
    """Return the clouds of two folders in one space."""
    return clouds([Names(each, *variant) for each in (tables, others)], questions)
