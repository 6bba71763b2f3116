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
from orosec.linting.finding import EVERYWHERE, IDLE, LintFinding
from orosec.model.addressing import ROWS, grouped
from orosec.model.edit import Edit
from orosec.model.network import Network
from orosec.model.schema import variants_of
from orosec.queries.packet_diff import changes
from orosec.queries.verdict_diff import verdict_pairs

_CHOICE = "your choice: it can go, or stay"
_OWN = "not under every CDN and reading: give it rows of its own where it is so"


def advised(
    network: Network, every: Sequence[LintFinding], lists: RuleLists
) -> Iterator[LintFinding]:
    """Yield what counts, each with its edit where that changes no answer anywhere.

    A rule that is idle under each CDN and reading is so for whatever reasons. The rules
    that decide nothing are tried first, as all of them can go. Those that come without an
    edit are tried like others, and stay.

    Args:
        network: the network.
        every: what was found.
        lists: all lists of rules that are asked anywhere.
    """
    rows = ((table, row) for table in ROWS for row in getattr(network.tables, table))
    speaks = {(table, row.name): {*variants_of(row)} for table, row in rows}
    idle = [one for one in every if one.kind in IDLE]
    when = grouped((one.row, variant) for one in idle for variant in one.under)
    lasting = dict.fromkeys(
        one
        for one in every
        if speaks.get((one.table, one.row), set())
        <= {*(when[one.row] if one.kind in IDLE else one.under)}
    )
    idle = [one for one in idle if one in lasting]
    lone = {one.row for one in idle if one.kind == "redundant"}
    tried = sorted(dict.fromkeys(one.row for one in idle), key=lone.__contains__)
    staying = {one.row for one in idle if one.edit is None}
    gone = {*lists.removable(tried, staying=staying)}
    edits = [one.edit for one in lasting if (one.kind in IDLE) == (one.row in gone)]
    safe = {*_proved(network, filter(None, edits))}
    for one in every:
        if one.kind not in EVERYWHERE or one.row in gone:
            note = _CHOICE if one in lasting else _OWN
            unsafe = one.edit and one.edit not in safe
            yield one._replace(edit=None, note=note) if unsafe else one


def _proved(network: Network, edits: Iterable[Edit]) -> Iterator[Edit]:
    """Yield the edits that change nothing by themselves, nor after those before them.

    Rules that can go were proved, and an earlier priority among deny rules alone changes
    nothing: neither is tried.
    """
    last = network
    for edit in dict.fromkeys(edits):
        if edit.table == "rules":
            yield edit
            continue
        with suppress(TableError):
            alone, further = edit.apply(network), edit.apply(last)
            if _same(network, alone) and _same(last, further):
                yield edit
                last = further


def _same(before: Network, after: Network) -> bool:
    """Return whether each packet and promise fares as before: then so do the ways."""
    return all(
        not changes(*pair) and all(old == new for *_, old, new in verdict_pairs(*pair))
        for pair in zip(before.scenarios(), after.scenarios(), strict=True)
    )
