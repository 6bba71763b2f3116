"""The command line: every command, with the room that answers it.

``COMMANDS`` is the list of them. A command is a row here and a function of its name in a
module of this room, made by `orosec.cli.options.command`; the module is imported when the
command is asked for, and what costs time when it runs. A function returns the exit status.
Bad input is raised as an `orosec.errors.OrosecError`; `orosec.cli.main` turns it into one
message.
"""

from pkgutil import iter_modules
from typing import NamedTuple

import orosec

YES, NO, UNUSABLE, CANNOT_SAY, INTERRUPTED = 0, 1, 2, 3, 130


class Row(NamedTuple):
    """What is known of a command before it is imported.

    Attributes:
        module: the module of this room that holds its function.
        room: the room that answers it; where it was taken away, so is the command.
        about: what it does, in one sentence.
    """

    module: str
    room: str
    about: str


_ALL = {
    "decide": Row("ask", "queries", "Say what happens to some traffic."),
    "flows": Row("flows", "bulk", "Judge every row of a CSV file of flows."),
    "check": Row("judge", "claims", "Judge every claim, or some."),
    "diff": Row("diff", "whatif", "Compare two folders of tables, packet by packet."),
    "suggest": Row(
        "ask", "whatif", "Find the edits that would allow or deny some traffic."
    ),
    "lint": Row("judge", "linting", "Look for odd rules and rows, with suggestions."),
    "mutate": Row("judge", "mutation", "Try every mistake, and count those a claim sees."),
    "explain": Row("ask", "queries", "Tell the way of some traffic, with every rule."),
    "draw": Row("show", "diagrams", "Draw a view of the model."),
    "sentences": Row("show", "claims", "List the sentences of the page with verdicts."),
    "trace": Row("show", "reporting", "Trace sentences to claims, rules, tests, PCI DSS."),
    "drift": Row("judge", "drift", "Compare a newer copy of the page with the register."),
    "report": Row(
        "show", "reporting", "Write a report for an auditor: one page, complete."
    ),
}

_ROOMS = {module.name for module in iter_modules(orosec.__path__)}

COMMANDS = {name: row for name, row in _ALL.items() if row.room in _ROOMS}
"""The commands that can be asked here, in the order of the help text."""
