"""orosec: the OroCloud security page, executable.

Every name here is loaded when it is first used, so that importing the package costs
next to nothing and a notebook pays only for what it asks.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from orosec.bulk.flows import decide_many as decide_many
    from orosec.claims.register import ambiguity as ambiguity
    from orosec.claims.register import check as check
    from orosec.claims.register import prove as prove
    from orosec.claims.register import scoreboard as scoreboard
    from orosec.claims.register import summary as summary
    from orosec.diagrams.diagram import draw as draw
    from orosec.drift.fingerprints import fingerprint as fingerprint
    from orosec.engine.packet_set import Packet as Packet
    from orosec.engine.packet_set import PacketSet as PacketSet
    from orosec.errors import BrokenPromise as BrokenPromise
    from orosec.errors import BudgetError as BudgetError
    from orosec.errors import NotationError as NotationError
    from orosec.errors import OrosecError as OrosecError
    from orosec.errors import OutputError as OutputError
    from orosec.errors import TableError as TableError
    from orosec.errors import UnknownNameError as UnknownNameError
    from orosec.linting.lint import lint as lint
    from orosec.model.network import Network as Network
    from orosec.model.network import read_network as read_network
    from orosec.mutation.score import mutate as mutate
    from orosec.panels.widget import panel as panel
    from orosec.queries.decide import decide as decide
    from orosec.queries.decide import explain as explain
    from orosec.queries.surface import rows as rows
    from orosec.queries.surface import surface as surface
    from orosec.reporting.traceability import compliance as compliance
    from orosec.reporting.traceability import trace as trace
    from orosec.results import Sheet as Sheet
    from orosec.whatif.consequences import consequences as consequences
    from orosec.whatif.diff import diff as diff
    from orosec.whatif.safe_change import safe_change as safe_change
    from orosec.whatif.suggest import what_would_allow as what_would_allow
    from orosec.whatif.suggest import what_would_deny as what_would_deny

    orocloud: Network

__version__ = "0.1.0"

_HOMES = {
    "queries.decide": ("decide", "explain"),
    "diagrams.diagram": ("draw",),
    "whatif.diff": ("diff",),
    "results": ("Sheet",),
    "errors": (
        "BrokenPromise",
        "BudgetError",
        "NotationError",
        "OrosecError",
        "OutputError",
        "TableError",
        "UnknownNameError",
    ),
    "drift.fingerprints": ("fingerprint",),
    "bulk.flows": ("decide_many",),
    "linting.lint": ("lint",),
    "mutation.score": ("mutate",),
    "model.network": ("Network", "read_network"),
    "engine.packet_set": ("Packet", "PacketSet"),
    "whatif.consequences": ("consequences",),
    "claims.register": ("check", "ambiguity", "prove", "scoreboard", "summary"),
    "queries.surface": ("rows", "surface"),
    "whatif.safe_change": ("safe_change",),
    "whatif.suggest": ("what_would_allow", "what_would_deny"),
    "reporting.traceability": ("compliance", "trace"),
    "panels.widget": ("panel",),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = ["orocloud", *_HOME_OF]  # noqa: PLE0604


def __getattr__(name: str) -> Any:
    if name == "orocloud":
        value: Any = import_module("orosec.model.network").documented()
    elif name in _HOME_OF:
        value = getattr(import_module(f"orosec.{_HOME_OF[name]}"), name)
    else:
        raise AttributeError(f"module 'orosec' has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
