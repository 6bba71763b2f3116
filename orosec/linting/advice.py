"""Which advice changes no answer: proved before it is given, alone and all together.

A rule that can go changes no packet that passes, so neither a way nor a promise changes:
these follow from packets, and from rows of the page, which lint lets stay. That is proved
list by list, so no network is built. What edits another table is made, and compared.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress

from orosec.bulk.shadowing import RuleLists
from orosec.errors import TableError
from orosec.linting.finding import IDLE, LintFinding
from orosec.model.edit import Edit
from orosec.model.network import Network
from orosec.queries.packet_diff import changes
from orosec.queries.verdict_diff import verdict_pairs


def harmless(
    network: Network, found: Sequence[LintFinding], lists: RuleLists
) -> tuple[frozenset[str], frozenset[Edit]]:
    """Return which rules can go one after the other, and all edits that change no answer.

    The rules that decide nothing are tried first, as all of them can go. Those that come
    without an edit are tried like others, and stay.

    Args:
        network: the network.
        found: what is so under each CDN and reading that its row speaks of.
    """
    idle = [one for one in found if one.kind in IDLE]
    lone = {one.row for one in idle if one.kind == "redundant"}
    tried = sorted(dict.fromkeys(one.row for one in idle), key=lone.__contains__)
    staying = {one.row for one in idle if one.edit is None}
    gone = frozenset(lists.removable(tried, staying=staying))
    removals = {one.edit for one in idle if one.edit and one.row in gone}
    others = (one.edit for one in found if one.kind not in IDLE and one.row not in gone)
    return gone, frozenset((*removals, *_proved(network, filter(None, others))))


def _proved(network: Network, edits: Iterable[Edit]) -> Iterator[Edit]:
    """Yield the edits that change nothing by themselves, nor after those before them.

    An earlier priority among deny rules alone changes nothing, and is not tried.
    """
    last = network
    for edit in dict.fromkeys(edits):
        if edit.table == "rules":
            yield edit
            continue
        with suppress(TableError):
            alone, further = edit.apply(network), edit.apply(last)
            if same(network, alone) and same(last, further):
                yield edit
                last = further


def same(before: Network, after: Network) -> bool:
    """Return whether each packet and promise fares as before: then so do the ways."""
    both = zip(before.scenarios(), after.scenarios(), strict=True)
    return all(
        not changes(*pair) and all(old == new for *_, old, new in verdict_pairs(*pair))
        for pair in both
    )
