"""The command line: every command, with the room that answers it.

``OFFERS`` is the list of them. A command is a row here and a function of its name in a
module of this room, made by `orosec.cli.options.command`; the module is imported when the
command is asked for, and what costs time when it runs. A function returns the exit status.
Bad input is raised as an `orosec.errors.OrosecError`; `orosec.cli.main` turns it into one
message.
"""

from typing import NamedTuple

import orosec

YES, NO, UNUSABLE, CANNOT_SAY, INTERRUPTED = 0, 1, 2, 3, 130


class Offer(NamedTuple):
    """What is known of a command before it is imported.

    Attributes:
        module: the module of this room that holds its function.
        room: the room that answers it; where it was taken away, so is the command.
        about: what it does, in one sentence.
    """

    module: str
    room: str
    about: str


OFFERS = {
    "decide": Offer("ask", "queries", "Say what happens to some traffic."),
    "flows": Offer("flows", "bulk", "Judge every row of a CSV file of flows."),
    "check": Offer("judge", "claims", "Judge every claim, or some."),
    "diff": Offer("diff", "whatif", "Compare two folders of tables, packet by packet."),
    "suggest": Offer("ask", "whatif", "Find the edits that allow or deny some traffic."),
    "lint": Offer("judge", "linting", "Look for odd rules and rows, with suggestions."),
    "mutate": Offer("judge", "mutation", "Try every mistake, count those a claim sees."),
    "explain": Offer("ask", "queries", "Tell the way of some traffic, with every rule."),
    "draw": Offer("show", "diagrams", "Draw a view of the model."),
    "sentences": Offer("show", "claims", "List the sentences of the page with verdicts."),
    "trace": Offer("show", "reporting", "Trace sentences to claims, tests and PCI DSS."),
    "drift": Offer("judge", "drift", "Compare a newer copy of the page with the register."),
    "report": Offer("show", "reporting", "Write a report for an auditor, on one page."),
}
"""Every command, in the order of the help text."""

COMMANDS = {name: offer for name, offer in OFFERS.items() if offer.room in orosec._rooms}
"""Those that can be asked here: their rooms are there."""
