"""orosec: the OroCloud security page, executable.

`orocloud` is the documented network. Ask it with `decide`, `explain` and `surface`; judge
the page's claims with `check`, `prove`, `scoreboard` and `summary`; look at it with `draw`.
An edit such as ``orocloud.with_rule(...)`` gives another network: `diff`, `consequences`
and `safe_change` say what it does, `what_would_allow` and `what_would_deny` find one, and
`panel` shows all of it in JupyterLab.

Every name is loaded when it is first used, so that importing the package costs next to
nothing and a notebook pays only for what it asks. The names are written in one place, the
stub beside this file; those of a room that was taken away are gone with it.
"""

from __future__ import annotations

import re
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

import lazy_loader

__version__ = "0.1.0"

_rooms = {module.name for module in iter_modules(__path__)}
_homes: dict[str, list[str]] = {}
_stub = Path(__file__).with_suffix(".pyi").read_text(encoding="utf-8")
for _home, _name in re.findall(r"^from \.([\w.]+) import (\w+)", _stub, re.MULTILINE):
    if _home.partition(".")[0] in _rooms:
        _homes.setdefault(_home, []).append(_name)

_load, _, _names = lazy_loader.attach(__name__, submod_attrs=_homes)
__all__ = ["orocloud", *_names]  # noqa: PLE0604


def __dir__() -> list[str]:
    return [*__all__, "__version__"]


def __getattr__(name: str) -> Any:
    if name != "orocloud":
        return _load(name)
    from orosec.model.network import documented

    return globals().setdefault(name, documented())
