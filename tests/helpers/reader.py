"""A reader of what the rows of a difference say: names and services, back to numbers."""

from orosec.engine.intervals import subtract, union
from orosec.engine.notation import address_number, range_intervals, read_services
from orosec.engine.packet_set import PacketSet
from orosec.engine.policy import joined


def _word(scenario, text, side, near):
    """Read one word, as a reader would."""
    if text.startswith("unassigned in "):
        return subtract(scenario.subnets[text.split()[-1]], scenario.assigned)
    if not text[0].isdigit() and ":" not in text:
        return scenario.addresses(text, side, near)
    first, _, last = text.partition(" (")[0].partition("-")
    return (
        range_intervals(first)
        if not last
        else ((address_number(first), address_number(last)),)
    )


def read_names(scenario, text, side, near):
    """Read names back: words, and big names but for some words."""
    found = []
    for part in filter(None, text.split(", ")):
        whole, _, missing = part.partition(" but ")
        spans = _word(scenario, whole, side, near)
        for one in filter(None, missing.split(" and ")):
            spans = subtract(spans, _word(scenario, one, side, near))
        found += spans
    return union(found)


def read_summary(text):
    """Read services as people read them: ``tcp but 22, 25, others``, ``all but udp``."""
    if text.startswith("all but "):
        left_out = joined(map(_services, text.removeprefix("all but ").split(" and ")))
        return _services("all") - left_out
    found = PacketSet.box(services=())
    tokens = text.split(", ")
    while tokens:
        name, _, gap = tokens.pop(0).partition(" but ")
        gaps = [gap] if gap else []
        while gap and tokens and tokens[0][0].isdigit():
            gaps.append(tokens.pop(0))
        missing = [one if name == "others" else f"{name}:{one}" for one in gaps]
        found |= _services(name) - joined(map(_services, missing))
    return found


def _services(name):
    return PacketSet.box(services=read_services(name.removeprefix("protocol ")))
