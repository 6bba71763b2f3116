"""Every mutant of the tables that carry meaning, in the order of tables and rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache

from orosec.model.network import Network
from orosec.mutation.mutant import Mutant
from orosec.mutation.place_mutants import wrong_interfaces, wrong_nodes, wrong_subnets
from orosec.mutation.relay_mutants import wrong_listeners, wrong_relays, wrong_routes
from orosec.mutation.rows import OPERATORS
from orosec.mutation.rule_mutants import wrong_rules

_WRONG: Mapping[str, Callable[[Network], Iterator[Mutant]]] = {
    "subnets": wrong_subnets,
    "nodes": wrong_nodes,
    "interfaces": wrong_interfaces,
    "listeners": wrong_listeners,
    "rules": wrong_rules,
    "routes": wrong_routes,
    "relays": wrong_relays,
}

assert tuple(_WRONG) == tuple(OPERATORS), "every table that carries meaning is mutated"


@lru_cache(maxsize=4)
def mutants(network: Network) -> tuple[Mutant, ...]:
    """Return every mutant of the tables that carry meaning; no two have equal tables."""
    found: dict[tuple[object, ...], Mutant] = {}
    for wrong in _WRONG.values():
        for mutant in wrong(network):
            rows = tuple(getattr(mutant.tables, name) for name in OPERATORS)
            found.setdefault(rows, mutant)
    return tuple(found.values())
