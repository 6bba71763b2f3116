"""Single answers and many: of every packet the product says what the oracle says."""

import numpy as np
import pandas as pd
from agreement import agree, flags, same
from oracle.firewall import told
from oracle.reading import of_family, ranges
from oracle.shapes import SHAPES, shapes
from reader import read_summary

from orosec import decide, decide_many, explain
from orosec.engine.notation import address_text, service_text


def test_what_is_permitted_and_what_is_served():
    """Under one CDN and reading: all packets that there are."""

    def law(case):
        cloud, scenario = case.cloud(), case.scenario
        assert same(cloud.space, scenario.permitted, cloud.permitted)
        assert same(cloud.space, scenario.listening, cloud.listening)
        assert same(cloud.space, scenario.served, cloud.served)
        yield from shapes(cloud)

    agree(law, *SHAPES)


def verdict(cloud, traffic):
    """Return what becomes of some traffic, in a word."""
    asked = traffic & ~cloud.itself
    fates = {
        "permitted": cloud.passing(traffic),
        "denied": asked & cloud.denied,
        "unknown": asked & ~cloud.known,
    }
    found = [name for name, packets in fates.items() if packets.any()]
    return found[0] if len(found) == 1 else "partly" if found else "unknown"


def is_served(cloud, traffic):
    """Return whether what is permitted is served: all, nothing, or (None) a part."""
    permitted = cloud.passing(traffic)
    served = permitted & cloud.listening
    return bool(served.any()) if (permitted == served).all() or not served.any() else None


def named(steps, cloud):
    """Return direction and name of each rule; an implied one has no name here."""
    own = {told(row) for row in cloud.names.rules}
    return {(step.direction, step.row.name * (step.row.name in own)) for step in steps}


def test_a_question_about_traffic():
    """The verdict, both parts, what is served, and every rule that decides or blocks."""

    def law(case):
        question = case.question()
        cloud = case.cloud(question)
        traffic = cloud.flow(*question)
        asked = traffic & ~cloud.itself
        answer = decide(*question, network=case.network, **case.under)
        assert same(cloud.space, answer.traffic, traffic)
        assert same(cloud.space, answer.permitted, cloud.passing(traffic))
        assert same(cloud.space, answer.denied, asked & cloud.denied)
        assert same(cloud.space, answer.unknown, asked & ~cloud.known)
        assert answer.verdict == verdict(cloud, traffic)
        assert answer.served == is_served(cloud, traffic)
        assert named(answer.steps, cloud) == cloud.decides(asked)
        notes = [note for note in answer.notes if "has no way out" in note]
        stuck = [*cloud.stuck(cloud.passing(traffic))]
        assert {*map(keeper, notes)} == {who for who, _ in stuck}
        whole = [
            packets for _, packets in stuck if (packets == cloud.passing(traffic)).all()
        ]
        assert bool(whole) == any(note.startswith("It is") for note in notes)
        yield answer.verdict
        if stuck:
            yield "no way out"
        if (asked != traffic).any():
            yield "to itself"

    agree(law, "permitted", "denied", "partly", "to itself", "no way out")


def keeper(note):
    """Return who keeps what a note speaks of, or nothing where no route takes it."""
    return note.partition(" keep it at ")[2].rstrip(".")


def test_a_public_address_of_ours_is_called_from_inside():
    """From each leg of a host."""

    def law(case):
        question = case.calling()
        if question is None:
            return
        cloud = case.cloud(question)
        traffic = cloud.flow(*question)
        answer = decide(*question, network=case.network, **case.under)
        assert same(cloud.space, answer.traffic, traffic)
        yield "several legs" if traffic.any(axis=(1, 2)).sum() > 1 else "one leg"

    agree(law, "several legs", "one leg")


def served(packets):
    """Return the services of some packets."""
    return packets.any(axis=(0, 1)).tobytes()


def test_the_whole_story_of_traffic():
    """What stands in the way of it, and what becomes of it the other way round."""

    def law(case):
        question = case.question()
        if case.deployment.chance(0.5):
            question = *question[:2], "all"
        cloud = case.cloud(question)
        there = cloud.flow(*question)
        back = cloud.flow(question[1], question[0], question[2])
        story = explain(*question, network=case.network, **case.under)
        asked, reverse = there & ~cloud.itself, back & ~cloud.itself
        own, blocks = {told(row) for row in cloud.names.rules}, [*cloud.blocks(asked)]
        kept = {(*who, served(packets)) for *who, packets in blocks}
        found = {
            (
                step.direction,
                step.row.name * (step.row.name in own),
                served(flags(cloud.space, read_summary(step.services))),
            )
            for step in story.there.blockers
        }
        assert found == kept
        assert story.back.verdict == verdict(cloud, back)
        assert named(story.back.steps, cloud) == cloud.decides(reverse)
        yield "blocked" if blocks else "open"
        if kept - {(*who, served(asked)) for *who, _ in blocks}:
            yield "kept out in part"

    agree(law, "blocked", "open", "kept out in part")


def test_many_flows_at_once():
    """One packet of every kind, as a flow: its verdict, and who decides."""

    def law(case):
        cloud = case.cloud()
        flows, where = sampled(case, cloud)
        found = decide_many(flows, network=case.network, **case.under)
        own = {told(row) for row in cloud.names.rules}
        assert found["verdict"].tolist() == [
            verdict(cloud, one_of(cloud, k)) for k in where
        ]
        assert found["served"].tolist() == [
            bool(cloud.passing(one_of(cloud, k))[k] and cloud.listening[k]) for k in where
        ]
        for direction in ("egress", "ingress"):
            names = [
                {name if name in own else "" for name in cell.split()} or {""}
                for cell in found[direction]
            ]
            assert names == [deciders(cloud, direction, k) for k in where]
        yield from set(found["verdict"])

    agree(law, "permitted", "denied")


def sampled(case, cloud):
    """Return packets of up to 400 kinds as flows, and where they stand in the space.

    A public address means the host behind it where a flow comes from outside: so a host is
    written by either then, and a packet from there to a public address is none.
    """
    space, draw = cloud.space, case.deployment.draw
    hosts = {
        public: of_family(ranges(row.address), ranges(public))
        for row in cloud.names.interfaces
        for public in row.public.split()
    }
    single = {public: spans[0] for public, spans in hosts.items() if len(spans) == 1}
    written = {a: public for public, (a, b) in single.items() if a == b}
    stands = {first for public in hosts for first, _ in ranges(public)}
    meant = np.array([first not in stands for first in space.addresses.firsts])
    outer = ~space.addresses.mask(cloud.names.inside)
    drawn = space.every & (meant[None, :, None] | ~outer[:, None, None])
    every = np.flatnonzero(drawn).tolist()
    chosen = draw.sample(every, min(400, len(every)))
    where = [*zip(*np.unravel_index(chosen, space.shape), strict=True)]
    addresses, services = cloud.space.addresses.firsts, cloud.space.services.firsts
    rows = []
    for a, b, c in where:
        source, destination = address_text(addresses[a]), address_text(addresses[b])
        either = destination, (outer[a] and written.get(addresses[b])) or destination
        on = service_text(*divmod(services[c], 2**16))
        rows.append((source, draw.choice(either), on))
    return pd.DataFrame(rows, columns=["source", "destination", "service"]), where


def one_of(cloud, k):
    """Return the one packet at a place of the space."""
    found = cloud.space.none.copy()
    found[k] = True
    return found


def deciders(cloud, direction, k):
    """Return the names of the rules that decide a packet where it leaves, or arrives."""
    found = {
        told(rows[cloud.deciding[place][k]])
        for place, rows in cloud.places.items()
        if place[1] == direction and cloud.deciding[place][k] >= 0 and not cloud.itself[k]
    }
    return found or {""}
