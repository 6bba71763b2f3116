"""orosec: the OroCloud security page, executable.

Every name here is loaded when it is first used, so that importing the package costs
next to nothing and a notebook pays only for what it asks.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from orosec.answer import decide as decide
    from orosec.answer import explain as explain
    from orosec.diagram import draw as draw
    from orosec.difference import diff as diff
    from orosec.display import Sheet as Sheet
    from orosec.errors import BrokenPromise as BrokenPromise
    from orosec.errors import BudgetError as BudgetError
    from orosec.errors import NotationError as NotationError
    from orosec.errors import OrosecError as OrosecError
    from orosec.errors import OutputError as OutputError
    from orosec.errors import TableError as TableError
    from orosec.errors import UnknownNameError as UnknownNameError
    from orosec.exposure import rows as rows
    from orosec.exposure import surface as surface
    from orosec.fingerprints import fingerprint as fingerprint
    from orosec.flows import decide_many as decide_many
    from orosec.inspection import lint as lint
    from orosec.mutation import mutate as mutate
    from orosec.network import Network as Network
    from orosec.network import read_network as read_network
    from orosec.packets import Packet as Packet
    from orosec.packets import PacketSet as PacketSet
    from orosec.promises import consequences as consequences
    from orosec.register import check as check
    from orosec.register import finding as finding
    from orosec.register import prove as prove
    from orosec.register import scoreboard as scoreboard
    from orosec.register import summary as summary
    from orosec.safety import safe_change as safe_change
    from orosec.suggestions import what_would_allow as what_would_allow
    from orosec.suggestions import what_would_deny as what_would_deny
    from orosec.traceability import compliance as compliance
    from orosec.traceability import trace as trace
    from orosec.widget import panel as panel

    orocloud: Network

__version__ = "0.1.0"

_HOMES = {
    "answer": ("decide", "explain"),
    "diagram": ("draw",),
    "difference": ("diff",),
    "display": ("Sheet",),
    "errors": (
        "BrokenPromise",
        "BudgetError",
        "NotationError",
        "OrosecError",
        "OutputError",
        "TableError",
        "UnknownNameError",
    ),
    "fingerprints": ("fingerprint",),
    "flows": ("decide_many",),
    "inspection": ("lint",),
    "mutation": ("mutate",),
    "network": ("Network", "read_network"),
    "packets": ("Packet", "PacketSet"),
    "promises": ("consequences",),
    "register": ("check", "finding", "prove", "scoreboard", "summary"),
    "exposure": ("rows", "surface"),
    "safety": ("safe_change",),
    "suggestions": ("what_would_allow", "what_would_deny"),
    "traceability": ("compliance", "trace"),
    "widget": ("panel",),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = ["orocloud", *_HOME_OF]  # noqa: PLE0604


def __getattr__(name: str) -> Any:
    if name == "orocloud":
        value: Any = import_module("orosec.network").documented()
    elif name in _HOME_OF:
        value = getattr(import_module(f"orosec.{_HOME_OF[name]}"), name)
    else:
        raise AttributeError(f"module 'orosec' has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
