"""``orosec suggest``: what one edit of one rule would let some traffic in, or stop it."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from orosec.cli import NO, YES
from orosec.cli.options import ALL, fill_question, show, variant
from orosec.model.network import Network

ABOUT = "Find the edits of one rule that would allow or deny some traffic."
COMMON = ALL


def fill(command: ArgumentParser) -> None:
    """Add the arguments."""
    command.add_argument("action", metavar="allow|deny", choices=("allow", "deny"))
    fill_question(command, "+")


def run(options: Namespace, network: Network) -> int:
    """Print the edits; 0 where there is one, or where it is so already."""
    from orosec.whatif.suggest import what_would_allow, what_would_deny

    ask = what_would_allow if options.action == "allow" else what_would_deny
    asked = (options.source, options.destination, " ".join(options.service))
    found = ask(*asked, network=network, **variant(options))
    show(options, found, found.as_dict())
    return YES if found.reached or len(found) else NO
