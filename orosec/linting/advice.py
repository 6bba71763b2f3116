"""Which advice changes no answer: proved before it is given, alone and all together.

A rule that can go changes no packet that passes, so neither a way nor a promise changes:
these follow from packets, and from rows of the page, which lint lets stay. That is proved
list by list, so no network is built. What edits another table is made, and compared.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress

from orosec.errors import TableError
from orosec.linting.finding import rule_lists
from orosec.linting.redundant import needed_of
from orosec.model.edit import Edit
from orosec.model.network import Network
from orosec.queries.packet_diff import changes
from orosec.queries.verdict_diff import verdict_pairs


def harmless(network: Network, edits: Iterable[Edit]) -> frozenset[Edit]:
    """Return the *edits* that change no answer, alone and all together.

    A rule is taken away only where lint found, place by place, that nobody would miss it
    by itself; an earlier priority among deny rules alone changes nothing either.
    """
    every = dict.fromkeys(edits)
    going = {edit.row: edit for edit in every if edit.method == "without_rule"}
    together = _together(network, frozenset(going))
    earlier = (edit for edit in every if edit.method == "with_rule_changed")
    others = (edit for edit in every if edit.table != "rules")
    return frozenset((*(going[k] for k in together), *earlier, *_proved(network, others)))


def _together(network: Network, going: frozenset[str]) -> frozenset[str]:
    """Keep the rules that can go all at once; what one list needs stays in every list."""
    for scenario in network.scenarios():
        for asked in rule_lists(scenario).values():
            if needed := needed_of(asked, going):
                return _together(network, going - needed)
    return going


def _proved(network: Network, edits: Iterable[Edit]) -> list[Edit]:
    """Keep the edits that change nothing by themselves, nor after those before them."""
    found, last = [], network
    for edit in edits:
        with suppress(TableError):
            alone, further = edit.apply(network), edit.apply(last)
            if same(network, alone) and same(last, further):
                found.append(edit)
                last = further
    return found


def same(before: Network, after: Network) -> bool:
    """Return whether each packet and promise fares as before: then so do the ways."""
    both = zip(before.scenarios(), after.scenarios(), strict=True)
    return all(
        not changes(*pair) and all(old == new for *_, old, new in verdict_pairs(*pair))
        for pair in both
    )
