"""The panel: rules to edit in JupyterLab, and at once what each edit does.

It holds a history of proposals (`orosec.panels.history`, `orosec.panels.proposal`) and
shows what `orosec.panels.contents` makes of the present one. The browser sends what
somebody wishes, as a message; all that is decided is decided here, and comes back as plain
values.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from anywidget import AnyWidget
from traitlets import Dict

from orosec.errors import OrosecError, OutputError, TableError
from orosec.model.network import Network, given
from orosec.model.schema import CDNS, READINGS
from orosec.model.tables import DOCUMENTED
from orosec.panels.contents import CHOICES, COLUMNS, VARIANT, panes
from orosec.panels.history import History
from orosec.panels.proposal import Proposal, problems
from orosec.results import Sheet

_HERE = Path(__file__).parent
_NEW = (*COLUMNS, *VARIANT, "network", "direction", "rationale")
_FOLDER = "proposal"
_VIEW = "application/vnd.jupyter.widget-view+json"


class Panel(AnyWidget):
    """Rules to edit, with a picture, what changes, and which promises break.

    What the browser may ask for is each method whose name begins with ``_act_``.

    Attributes:
        shown: what the browser draws.
        form: what stands in the row for a new rule, so that no text is lost.
    """

    _esm = _HERE / "widget.js"
    _css = _HERE / "widget.css"
    shown = Dict().tag(sync=True)
    form = Dict().tag(sync=True)

    def __init__(self, network: Network, cdn: str | None, reading: str) -> None:
        self._cdn, self._reading = network.scenario(cdn, reading).cdn, reading
        self._history = History(Proposal(network, network))
        self._saved = network
        self._there: dict[Path, Network] = {}
        super().__init__()
        self._show("")
        self.on_msg(self._asked)

    @property
    def proposal(self) -> Network:
        """The network as it is edited now, for use in code."""
        return self._history.present.network

    def _asked(self, _widget: object, message: Mapping[str, Any], _buffers: object) -> None:
        """Do what the browser asks for; a refusal is told, and changes nothing."""
        marks: dict[str, str] = {}
        asks = False
        try:
            said = getattr(self, f"_act_{message['do']}")(message) or ""
        except OrosecError as error:
            said, asks = str(error), message["do"] == "save"
            if message["do"] == "add" and isinstance(error, TableError):
                said = "The new rule is not taken yet: see the marks."
                marks = problems(error, "name", _NEW)
        self._show(said, marks, asks=asks)

    def _show(
        self, said: str, marks: Mapping[str, str] | None = None, *, asks: bool = False
    ) -> None:
        history = self._history
        self.shown = {
            **panes(history.present, self._cdn, self._reading),
            "cdn": self._cdn,
            "reading": self._reading,
            "choices": CHOICES,
            "variants": {"cdn": CDNS, "reading": READINGS},
            "columns": [*COLUMNS, *VARIANT],
            "can": {"undo": bool(history.past), "redo": bool(history.future)},
            "marks": dict(marks or {}),
            "said": said,
            "asks": asks,
            "unsaved": self.proposal != self._saved or bool(history.present.refused),
            "folder": _FOLDER,
        }

    def _do(self, proposal: Proposal) -> None:
        self._history = self._history.do(proposal)

    def _act_look(self, message: Mapping[str, Any]) -> None:
        self.proposal.scenario(message["cdn"], message["reading"])
        self._cdn, self._reading = message["cdn"], message["reading"]

    def _act_set(self, message: Mapping[str, Any]) -> None:
        cell = (message["rule"], message["column"], message["text"])
        self._do(self._history.present.with_cell(*cell))

    def _act_add(self, message: Mapping[str, Any]) -> str:
        cells = {column: message["cells"].get(column, "") for column in _NEW}
        self._do(self._history.present.with_rule(cells))
        self.form = {}
        return f"{cells['name']} is added."

    def _act_remove(self, message: Mapping[str, Any]) -> str:
        self._do(self._history.present.without_rule(message["rule"]))
        return f"{message['rule']} is taken away; undo brings it back."

    def _act_move(self, message: Mapping[str, Any]) -> None:
        self._do(self._history.present.moved(message["rule"], up=message["up"]))

    def _act_undo(self, _message: Mapping[str, Any]) -> None:
        self._history = self._history.undo()

    def _act_redo(self, _message: Mapping[str, Any]) -> None:
        self._history = self._history.redo()

    def _act_reset(self, _message: Mapping[str, Any]) -> str:
        base = self._history.present.base
        self._do(Proposal(base, base))
        return "All edits are taken back; undo brings them back."

    def _act_save(self, message: Mapping[str, Any]) -> str:
        folder = Path(message["folder"].strip() or _FOLDER)
        if folder.resolve() == DOCUMENTED.resolve():
            raise OutputError("these are the documented tables; choose another folder")
        over = folder if message.get("over") else self._there.get(folder.resolve())
        self.proposal.save(folder, why=message["why"].strip(), over=over)
        self._there[folder.resolve()] = self._saved = self.proposal
        waiting = len(self._history.present.refused)
        rest = f"; {waiting} cells that are not taken are not in it" if waiting else ""
        return f"Saved in {folder}{rest}."

    def _act_open(self, message: Mapping[str, Any]) -> str:
        folder = message["folder"].strip() or _FOLDER
        self._do(self._history.present.open(folder))
        self._there[Path(folder).resolve()] = self._saved = self.proposal
        return f"Opened {folder}; undo goes back."

    @property
    def _still(self) -> Sheet:
        """The panel where no kernel runs: the rules it starts from."""
        title = "The panel needs a kernel: run this cell. It starts from these rules."
        groups = self.shown["groups"]
        rows = [
            [group["title"], *(row["cells"][column]["taken"] for column in COLUMNS)]
            for group in groups
            for row in group["rows"]
        ]
        return Sheet(title, ("rules", *COLUMNS), rows)

    def __repr__(self) -> str:
        return repr(self._still)

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        view = {"version_major": 2, "version_minor": 0, "model_id": self.model_id}
        return {_VIEW: view, **self._still._repr_mimebundle_()}, {}


def panel(
    *,
    cdn: str | None = None,
    reading: str = "operational",
    network: Network | None = None,
) -> Panel:
    """Return the panel: rules to edit, and at once what each edit does.

    Args:
        cdn: ``google`` or ``cloudflare``; where left out, google, or the one that is there.
            It can be changed in the panel.
        reading: ``operational`` or ``literal``; likewise.
        network: where to start; the documented network where left out.

    Raises:
        UnknownNameError: no such CDN or reading.
    """
    return Panel(given(network), cdn, reading)
