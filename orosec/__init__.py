"""orosec: the OroCloud security page, executable.

`orocloud` is the documented network. Ask it with `decide`, `explain` and `surface`; judge
the page's claims with `check`, `prove`, `scoreboard` and `summary`; look at it with `draw`.
An edit such as ``orocloud.with_rule(...)`` gives another network: `diff`, `consequences`
and `safe_change` say what it does, `what_would_allow` and `what_would_deny` find one, and
`panel` shows all of it in JupyterLab.

Every name is loaded when it is first used, so that importing the package costs next to
nothing and a notebook pays only for what it asks. The names are written in one place, the
stub beside this file.
"""

from __future__ import annotations

from typing import Any

import lazy_loader

__version__ = "0.1.0"

_load, __dir__, _names = lazy_loader.attach_stub(__name__, __file__)
__all__ = ["orocloud", *_names]  # noqa: PLE0604


def __getattr__(name: str) -> Any:
    if name != "orocloud":
        return _load(name)
    from orosec.model.network import documented

    globals()[name] = documented()
    return globals()[name]
